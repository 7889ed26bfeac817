"""`course collect`: from what a learning platform hands out to one notebook for each student.

Nothing is dropped: what is no submission, or an older one, is put aside, and everything that a
person should know is reported.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from course.grading.archive import File
from course.grading.names import Owner, Roster, owner_of, student_id
from course.grading.records import Record, record_table
from course.lessons.files import write_atomically

TIMESTAMP = "timestamp.txt"


@dataclass
class Report:
    """What came out of a collection."""

    new: list[str] = field(default_factory=list)  # students
    replaced: list[str] = field(default_factory=list)  # students who handed in again
    unchanged: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # collected, but not on the roster
    without: list[str] = field(default_factory=list)  # only other files came from them
    missing: list[str] = field(default_factory=list)  # on the roster, nothing collected ever
    aside: list[str] = field(default_factory=list)  # files that were put aside, with the reason
    refused: list[str] = field(default_factory=list)  # files that were not read, with the reason

    def lines(self) -> list[str]:
        """Lay it out for a terminal."""
        counts = f"{len(self.new)} new, {len(self.replaced)} replaced"
        lines = [f"{counts}, {len(self.unchanged)} unchanged"]
        for name in ("late", "unknown", "without", "missing"):
            if found := getattr(self, name):
                what = "without a notebook" if name == "without" else name
                lines.append(f"{what} ({len(found)}): {', '.join(found)}")
        lines += [f"put aside: {text}" for text in self.aside]
        lines += [f"NOT READ: {text}" for text in self.refused]
        return lines

    @property
    def all_well(self) -> bool:
        """Whether nobody has to look at anything."""
        return not (self.unknown or self.without or self.refused)


class Collection:
    """Where collected notebooks go.

    Args:
        grading: the folder `grading/` of the course.
        submitted: nbgrader's folder of submissions.
        lesson: the lesson that is collected.
        roster: who takes the course; None to take everybody.
        due: when it was due; None for never late.
        dry_run: whether to write nothing.
    """

    def __init__(
        self,
        grading: Path,
        submitted: Path,
        lesson: str,
        roster: Roster | None = None,
        due: datetime | None = None,
        dry_run: bool = False,
    ) -> None:
        self._grading, self._submitted, self._lesson = grading, submitted, lesson
        self._roster, self._due, self._dry_run = roster, due, dry_run
        self._records = record_table(grading)
        self.report = Report()

    def collect(self, files: Iterable[File]) -> Report:
        """Take files in, from the oldest to the newest.

        Args:
            files: what was handed in, in any order.

        Returns:
            What became of each.
        """
        readable: dict[str, list[tuple[File, Owner]]] = {}
        others: set[str] = set()
        for file in files:
            owner = owner_of(file.path, self._lesson)
            student = self._student(owner)
            if file.refused:
                self.report.refused.append(f"{file.path} {file.refused}")
            elif not student:
                self._put_aside("", file, "it is not clear whose it is")
                self.report.refused.append(f"{file.path}: it is not clear whose it is")
            elif not file.path.lower().endswith(".ipynb"):
                self._put_aside(student, file, "is no notebook")
                others.add(student)
            else:
                readable.setdefault(student, []).append((file, owner))
        for student, candidates in sorted(readable.items()):
            self._take(student, candidates)
        have = {path.parent.name for path in self._submitted.glob(f"*/{self._lesson}")}
        have |= readable.keys()
        self.report.without = sorted(others - have)
        if self._roster:
            have |= others
            self.report.missing = [one for one in self._roster.ids if one not in have]
        return self.report

    def _student(self, owner: Owner) -> str:
        """Give the id under which an owner is graded."""
        known = self._roster.find(owner) if self._roster else ""
        given = student_id(owner.name) or student_id(owner.number)
        if not known and self._roster and given and given not in self.report.unknown:
            self.report.unknown.append(given)
        return known or given

    def _take(self, student: str, candidates: list[tuple[File, Owner]]) -> None:
        """Keep the newest of a student's notebooks; put the others aside."""
        numbers = {owner.number for _, owner in candidates}
        if len(numbers) > 1:  # two people of one name
            for number in sorted(numbers):
                own = [pair for pair in candidates if pair[1].number == number]
                self._take(f"{student}_{number}" if number else student, own)
            return
        ordered = sorted(candidates, key=lambda pair: (self._is_named(pair[0]), pair[0].changed))
        for file, _ in ordered[:-1]:
            self._put_aside(student, file, "another one of the same student is newer or named so")
        file, owner = ordered[-1]
        target = self._submitted / student / self._lesson / f"{self._lesson}.ipynb"
        old = target.read_bytes() if target.is_file() else None
        before = self._records.get(self._lesson, student)
        late = owner.late or (self._due is not None and file.changed > self._due)
        if late:
            self.report.late.append(student)
        if old == file.data:
            self.report.unchanged.append(student)
        elif before and before.submitted > _utc(file.changed):
            self._put_aside(
                student, file, f"what was collected before is newer ({before.original})"
            )
            return
        elif old is not None:
            stamp = datetime.now()
            was = File(f"{self._lesson}.ipynb", old, stamp)
            self._put_aside(student, was, "replaced by a newer one")
            self.report.replaced.append(student)
        else:
            self.report.new.append(student)
        if self._dry_run:
            return
        write_atomically(target, file.data)
        write_atomically(target.with_name(TIMESTAMP), f"{_utc(file.changed)} UTC\n".encode())
        self._records.put(
            Record(
                self._lesson,
                student,
                owner.name,
                owner.number,
                owner.original or file.path,
                _utc(file.changed),
                "yes" if late else "",
            )
        )

    def _is_named(self, file: File) -> bool:
        """Tell whether a file bears the lesson's name, however much was added to it."""
        return self._lesson in file.path.rpartition("/")[2]

    def _put_aside(self, student: str, file: File, reason: str) -> None:
        """Keep a file that is not graded."""
        self.report.aside.append(f"{student or '?'}: {file.path}: {reason}")
        if self._dry_run:
            return
        digest = hashlib.sha256(file.data).hexdigest()[:12]
        name = student_id(file.path.rpartition("/")[2]) or "file"
        folder = self._grading / "aside" / self._lesson / (student or "unknown")
        write_atomically(folder / f"{digest}-{name}", file.data)


def _utc(moment: datetime) -> str:
    """Write a moment as nbgrader does."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
