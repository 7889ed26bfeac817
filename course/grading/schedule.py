"""Doing the same piece of work for a whole class: on this machine, or on a cluster.

A piece of work is a submission that is ready to run, its result an `Outcome`. Workers see nothing
else: no gradebook, no file of the course. A worker that dies takes only its present work with it,
which another one does again.
"""

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from typing import Any

from course.grading.execute import Outcome, execute
from course.grading.limits import Limits
from course.grading.sandbox import Sandbox
from course.lessons.failures import CommandError, UsageError

TRIES = 3  # of a piece of work, where worker or machine are to blame
CONNECT_SECONDS = 30


@dataclass(frozen=True)
class Work:
    """A submission that is ready to run."""

    student: str
    notebook: str  # JSON, with the course's own tests in it
    sandbox: Sandbox
    limits: Limits


def run(work: Work) -> Outcome:
    """Run one submission; this is what a worker does.

    Args:
        work: a prepared submission, its sandbox and limits.

    Returns:
        What came of it.
    """
    return execute(work.notebook, work.sandbox, work.limits)


def on_this_machine(queue: Iterator[Work], workers: int) -> Iterator[tuple[Work, Outcome]]:
    """Do pieces of work in processes of this machine.

    Args:
        queue: what to do; the next piece is taken when a worker is free.
        workers: how many run at the same time.

    Yields:
        Every piece with its outcome, in the order in which they are done.
    """
    again: list[Work] = []  # done one by one, so that a work that kills its worker hurts no other
    failures: Counter[str] = Counter()
    pool = _pool(workers)
    running: dict[Future, Work] = {}
    try:
        while True:
            room = workers - len(running) if not again else int(not running)
            source = iter(again[:1]) if again else queue
            for work in islice(source, room):
                again = again[1:]
                try:
                    running[pool.submit(run, work)] = work
                except BrokenProcessPool:  # it broke just now; what ran in it is told below
                    pool = _pool(workers)
                    running[pool.submit(run, work)] = work
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            alone, broken = len(running) == 1, False
            for future in done:
                work = running.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    broken = True
                    outcome = Outcome("infrastructure", f"the worker was ended {TRIES} times")
                failures[work.student] += alone or not broken
                if outcome.status == "infrastructure" and failures[work.student] < TRIES:
                    again.append(work)
                else:
                    yield work, outcome
            if broken:
                again += running.values()
                running.clear()
                _stop(pool)
                pool = _pool(workers)
    finally:
        _stop(pool)


def on_cluster(queue: Iterator[Work], address: str) -> Iterator[tuple[Work, Outcome]]:
    """Do pieces of work on the workers of a Dask cluster.

    Dask gives the work of a worker that has vanished to another one.

    Args:
        queue: what to do.
        address: of the scheduler, such as "tcp://10.0.0.5:8786".

    Yields:
        Every piece with its outcome, in the order in which they are done.

    Raises:
        UsageError: if `distributed` is not installed or nobody answers.
        CommandError: if the cluster is gone.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            "--scheduler needs Dask: python -m pip install -c requirements-test.lock distributed"
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        tries: Counter[str] = Counter()
        running: dict[str, Work] = {}
        futures = as_completed(loop=client.loop)

        def submit(work: Work) -> None:
            tries[work.student] += 1
            future = client.submit(run, work, pure=False, retries=TRIES)
            running[future.key] = work
            futures.add(future)

        for work in queue:
            submit(work)
        for future in futures:
            work = running.pop(future.key)
            outcome = _result_of(future)
            if outcome.status == "infrastructure" and tries[work.student] < TRIES:
                submit(work)
            else:
                yield work, outcome


def _result_of(future: Any) -> Outcome:
    """Give what a worker of the cluster found, or that it found nothing."""
    if future.status == "finished":
        return future.result()
    if future.status == "lost":
        raise CommandError("the cluster is gone; start the same command again, it goes on")
    error = future.exception()
    return Outcome("infrastructure", f"the worker failed: {type(error).__name__}: {error}"[:300])


def _pool(workers: int) -> ProcessPoolExecutor:
    """Start worker processes that share nothing with this one."""
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["course.grading.execute"])  # imported once for all of them
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is gone, however that ended.

    Nobody would take its result, and a pool's workers do not notice by themselves.
    """

    def wait_for_the_end() -> None:
        connection.wait([parent_process().sentinel])
        os._exit(1)  # its box ends with it

    threading.Thread(target=wait_for_the_end, daemon=True).start()


def _stop(pool: ProcessPoolExecutor) -> None:
    """End workers at once, with the boxes that they hold."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with contextlib.suppress(OSError):
            process.terminate()
