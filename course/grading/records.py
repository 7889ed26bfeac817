"""What is known of every submission: how it was collected, and what grading it gave.

The gradebook knows points only; it cannot tell a submission that was lost from one that is worth
nothing. These tables can.
"""

from dataclasses import dataclass
from pathlib import Path

from course.grading.table import Table


@dataclass(frozen=True)
class Status:
    """What grading a submission gave: a row of `grading/status.csv`."""

    lesson: str
    student: str
    status: str  # graded; without points lost, tampered, timeout, too_large, infrastructure
    reason: str = ""  # one line; graded submissions can have one, too
    points: str = ""  # empty unless graded, never 0 for want of a result
    maximum: str = ""
    by_hand: str = ""  # how many cells a person still has to grade
    seconds: str = ""
    graded: str = ""  # when, ISO 8601
    digest: str = ""  # of the submission and its tests; when it changes, it is graded again


@dataclass(frozen=True)
class Record:
    """How a submission was collected: a row of `grading/collected.csv`."""

    lesson: str
    student: str
    name: str = ""  # as the learning platform writes it
    number: str = ""  # the platform's number of the student
    original: str = ""  # the folder or file by which the platform finds the student again
    submitted: str = ""  # when, UTC
    late: str = ""  # "yes" or empty


def status_table(grading: Path) -> Table:
    """Open the table of what grading gave.

    Args:
        grading: the folder `grading/` of a course.

    Returns:
        The table; empty where nothing was graded.
    """
    return Table(grading / "status.csv", Status)


def record_table(grading: Path) -> Table:
    """Open the table of what was collected.

    Args:
        grading: the folder `grading/` of a course.

    Returns:
        The table; empty where nothing was collected.
    """
    return Table(grading / "collected.csv", Record)
