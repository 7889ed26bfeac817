"""One command at a time writes into `grading/`: two would forget what the other one wrote."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from course.lessons.failures import UsageError


@contextlib.contextmanager
def alone(grading: Path) -> Iterator[None]:
    """Hold the folder `grading/` until the block ends; the system lets go of it after a kill, too.

    Args:
        grading: the folder, which exists.

    Raises:
        UsageError: if another command holds it.
    """
    with (grading / ".lock").open("a+b") as file:
        if not _taken(file.fileno()):
            raise UsageError(
                "another course command is writing into grading/; wait until it is done, then type "
                "this one again"
            )
        yield


def _taken(number: int) -> bool:
    """Try to lock an open file."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
