"""Seeds, threads and the budget of a run: what makes two runs of the same cell comparable.

torch is imported only inside the functions that set it up.
"""

import os
import random
import sys
from collections.abc import Mapping

import numpy as np

from course.errors import check_integer

BUDGETS = ("smoke", "lesson", "full")


def seed_everything(seed: int) -> np.random.Generator:
    """Seed Python's generator and, if it is loaded, torch's, and make a NumPy generator.

    Args:
        seed: 0..2**32 - 1.

    Returns:
        A NumPy generator with the same seed; pass it on, NumPy's global state is left alone.

    Raises:
        ValueError: if the seed is out of range.
    """
    check_integer("seed", seed, 0, 2**32 - 1, "use a small whole number such as 0")
    random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
    return np.random.default_rng(seed)


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
