"""Threads and the budget of a run: what makes two runs of the same cell comparable.

torch and psutil are imported only inside the functions that need them.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from course.errors import check_integer

BUDGETS = ("smoke", "lesson", "full")


def set_threads(number: int | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Let torch compute on so many threads; a sum over other numbers of threads rounds differently.

    Args:
        number: at least 1; None for what `OMP_NUM_THREADS` says, which `torchrun` sets, and without
            it for one on each physical core that this process may use.
        environment: where `OMP_NUM_THREADS` is looked up.

    Returns:
        The number of threads.

    Raises:
        ValueError: if the number is out of range.
    """
    import torch

    if number is None:
        said = environment.get("OMP_NUM_THREADS", "")
        number = int(said) if said.isdigit() and int(said) > 0 else _physical_cores()
    check_integer("number", number, 1, 1024, "one thread a core is best")
    torch.set_num_threads(number)
    return int(number)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch, if it is loaded, compute on one thread, inside a `with` or a decorated function.

    A model that writes step by step multiplies small arrays, which takes less time than to wake a
    second thread. What is restored at the end is the number of threads from before.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _physical_cores() -> int:
    import psutil

    logical = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical
    return min(psutil.cpu_count(logical=False) or logical, usable)


def budget(environment: Mapping[str, str] = os.environ) -> str:
    """Give how much computing a lesson may do: "smoke", "lesson" or "full".

    Under nbgrader (`NBGRADER_EXECUTION` is set) it is always "smoke".

    Args:
        environment: where `COURSE_BUDGET` is looked up; "lesson" where it is missing.

    Returns:
        One of `BUDGETS`.

    Raises:
        ValueError: if `COURSE_BUDGET` has another value.
    """
    if environment.get("NBGRADER_EXECUTION"):
        return "smoke"
    name = environment.get("COURSE_BUDGET") or "lesson"
    if name not in BUDGETS:
        raise ValueError(f"COURSE_BUDGET is {name!r}; use one of {', '.join(BUDGETS)}")
    return name
