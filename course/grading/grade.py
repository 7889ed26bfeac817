"""`course grade`: every submission of a lesson to its points, one at a time.

This process alone writes: it prepares a submission, hands it to a worker, and enters the result
into the gradebook and into status.csv. What was graded already, and has not changed since, is left
alone; so the command can be started again after whatever has stopped it.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from course.grading.execute import Outcome
from course.grading.gradebook import GradedCourse
from course.grading.limits import Limits
from course.grading.records import Status, status_table
from course.grading.remarks import remark
from course.grading.repair import Refused, open_submission
from course.grading.sandbox import Sandbox
from course.grading.schedule import Work, on_cluster, on_this_machine
from course.grading.table import Table
from course.lessons.failures import CommandError, UsageError


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    lesson: str
    sandbox: Sandbox
    limits: Limits = field(default_factory=Limits)
    workers: int = 1
    scheduler: str = ""  # address of a Dask scheduler; empty for this machine
    students: tuple[str, ...] = ()  # empty for all
    force: bool = False  # also what was graded already
    dry_run: bool = False


def grade_class(
    course: GradedCourse, order: Order, say: Callable[[str], None] = print
) -> list[Status]:
    """Grade what was collected for a lesson.

    Args:
        course: the course folder with its gradebook.
        order: what and how.
        say: takes a line for every submission.

    Returns:
        The rows of all students that were meant, those of earlier runs included.

    Raises:
        CommandError: if nothing can be graded at all; the gradebook is as it was then.
    """
    table = status_table(course.folder)
    submitted = _meant(course, order)
    waiting = {
        student: digest
        for student, path in submitted.items()
        if (digest := _digest(path, course.source(order.lesson)))
        and (order.force or not _is_done(table.get(order.lesson, student), digest))
    }
    done = len(submitted) - len(waiting)
    if done:
        say(f"{done} of {len(submitted)} are graded and have not changed")
    if order.dry_run:
        for student in waiting:
            say(f"would grade {student}")
    elif waiting:
        course.backup(datetime.now())
        _Run(course, order, table, waiting, say).grade(submitted)
    rows = (table.get(order.lesson, student) for student in submitted)
    return [row for row in rows if row]


class _Run:
    """One run over a class.

    Args:
        waiting: student -> digest of what is graded.
    """

    def __init__(
        self,
        course: GradedCourse,
        order: Order,
        table: Table,
        waiting: dict[str, str],
        say: Callable[[str], None],
    ) -> None:
        self.course, self.order, self.table = course, order, table
        self.waiting, self.say = waiting, say
        self.count = 0
        self.remarks: dict[str, str] = {}  # student -> what a person should read

    def grade(self, submitted: dict[str, Path]) -> None:
        """Grade all that wait."""
        self.course.prepare(self.order.lesson)
        queue = self._queue(submitted)
        if self.order.scheduler:
            results = on_cluster(queue, self.order.scheduler)
        else:
            results = on_this_machine(queue, self.order.workers)
        for work, outcome in results:
            self._enter(work.student, outcome, submitted[work.student])

    def _queue(self, submitted: dict[str, Path]) -> Iterator[Work]:
        """Prepare submissions one by one; those that cannot be graded are entered at once."""
        lesson, limits = self.order.lesson, self.order.limits
        release = self.course.prepare(lesson)
        own_texts = {cell.source for cell in release.cells}
        for student in self.waiting:
            try:
                repaired = open_submission(submitted[student], release, limits)
                self.remarks[student] = remark(repaired.cells, own_texts)
                notebook = self.course.with_tests(repaired, lesson, student)
            except Refused as refused:
                self._put(student, Outcome(refused.status, refused.reason))
            except Exception as error:  # nobody's file may stop a class
                self._put(student, Outcome("lost", f"{type(error).__name__}: {error}"))
            else:
                yield Work(student, notebook, self.order.sandbox, limits)

    def _enter(self, student: str, outcome: Outcome, path: Path) -> None:
        """Write a worker's result into the gradebook, then into the table."""
        reasons = filter(None, (outcome.reason, self.remarks.get(student)))
        outcome = replace(outcome, reason="; ".join(reasons))
        if outcome.status == "graded":
            try:
                self.course.score(self.order.lesson, student, outcome.notebook, _timestamp(path))
            except UsageError:  # the gradebook itself
                raise
            except CommandError as error:
                outcome = Outcome("lost", str(error), seconds=outcome.seconds)
        self._put(student, outcome)

    def _put(self, student: str, outcome: Outcome) -> None:
        """Keep what came out of a submission, and say it."""
        row = Status(
            lesson=self.order.lesson,
            student=student,
            status=outcome.status,
            reason=outcome.reason,
            seconds=f"{outcome.seconds:g}",
            graded=datetime.now().astimezone().isoformat(timespec="seconds"),
            digest=self.waiting[student],
            **(self._points(student) if outcome.status == "graded" else {}),
        )
        self.table.put(row)
        self.count += 1
        result = f"{row.points} of {row.maximum} points" if row.points else row.status
        reason = f" ({row.reason})" if row.reason else ""
        self.say(f"[{self.count}/{len(self.waiting)}] {student}: {result}, {row.seconds} s{reason}")

    def _points(self, student: str) -> dict[str, str]:
        grades = self.course.grades(self.order.lesson, student)
        return {
            "points": f"{sum(grade.score for grade in grades):g}",
            "maximum": f"{sum(grade.max_score for grade in grades):g}",
            "by_hand": str(sum(grade.needs_manual_grade for grade in grades)),
        }


def _meant(course: GradedCourse, order: Order) -> dict[str, Path]:
    """Find the submissions that an order means."""
    submitted = course.submitted(order.lesson)
    unknown = [student for student in order.students if student not in submitted]
    if unknown:
        raise UsageError(f"nothing was collected from {', '.join(unknown)} for {order.lesson}")
    if not submitted:
        raise UsageError(
            f"nothing was collected for {order.lesson}; `course collect {order.lesson}` does it"
        )
    return {
        student: path
        for student, path in submitted.items()
        if not order.students or student in order.students
    }


def _is_done(row: Status | None, digest: str) -> bool:
    """Tell whether a submission has a result that still holds."""
    return row is not None and row.digest == digest and row.status != "infrastructure"


def _digest(path: Path, source: Path) -> str:
    """Name the bytes of a submission together with those of the tests."""
    found = hashlib.sha256(source.read_bytes())
    if path.is_file() and not path.is_symlink():
        with path.open("rb") as file:
            while block := file.read(2**20):
                found.update(block)
    return found.hexdigest()[:16]


def _timestamp(path: Path) -> str:
    file = path.with_name("timestamp.txt")
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""
