"""Whose submission a file is: the names that learning platforms give to what they hand out.

Moodle:  `Ada Lovelace_1234_assignsubmission_file_/01_midi.ipynb`, or flat with the file's name
behind `file_`. Canvas: `lovelaceada_LATE_5678_91011_01_midi-1.ipynb`: name, `LATE` or nothing,
number of the student, number of the submission. Anything else: a folder for each student, or
`ada_01_midi.ipynb`.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.lessons.failures import UsageError

_MOODLE = re.compile(  # what is typed into the platform's own box comes as "onlinetext"
    r"(?P<name>[^/]+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?/?(?P<file>.*)"
)
_CANVAS = re.compile(r"(?P<name>[^_/]+)(?P<late>_LATE)?_(?P<number>\d+)_\d+_(?P<file>[^/]+)")
_ADDED = r"(?:[ _-]*\(?\d+\)?|[ _-]*(?:copy|Copy\d*|final))*"  # "01_midi (1)", "01_midi-Copy1"
_UNSAFE = re.compile(r"[^\w .@'-]|[\x00-\x1f]")
_ID_LENGTH = 80  # characters


@dataclass(frozen=True)
class Owner:
    """Whose file it is, as far as its name tells."""

    name: str  # as the platform writes it; empty if nobody is named
    number: str = ""  # the platform's number of the student
    late: bool = False
    original: str = ""  # folder or prefix by which the platform finds the submission again


def owner_of(path: str, lesson: str) -> Owner:
    """Read the owner out of a path inside an archive or folder.

    Args:
        path: with forward slashes, without folders that all files share.
        lesson: the lesson that is collected.

    Returns:
        The owner.
    """
    parts = PurePosixPath(path).parts
    for index, part in enumerate(parts):
        rest = "/".join(parts[index:])
        if match := _MOODLE.fullmatch(rest):
            original = rest.removesuffix(match["file"])
            return Owner(match["name"], match["number"], original=original)
        if match := _CANVAS.fullmatch(part):
            return Owner(match["name"], match["number"], bool(match["late"]), original=part)
    if len(parts) > 1:
        return Owner(parts[0], original=f"{parts[0]}/")
    stem = PurePosixPath(path).stem
    match = re.fullmatch(rf"(?P<name>.*?)[ _-]*{re.escape(lesson)}{_ADDED}", stem)
    return Owner(match["name"] if match else stem, original=path)


def student_id(name: str) -> str:
    """Make a name that can be a folder and an nbgrader id.

    Args:
        name: of any script; what could leave the folder or confuse a pattern becomes "_".

    Returns:
        At most 80 characters; empty if nothing is left.
    """
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .'-")
    return " ".join(plain.split())[:_ID_LENGTH].strip()


class Roster:
    """Who takes the course: rows with a column `id` and, if known, `name`, `number`, `email`.

    Args:
        rows: one for each student.
    """

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.ids = tuple(dict.fromkeys(student_id(row["id"]) for row in rows))
        self._known: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            for kind in ("id", "number", "email", "name"):
                if row.get(kind):
                    key = (kind, _folded(row[kind]))
                    self._known.setdefault(key, set()).add(student_id(row["id"]))

    def find(self, owner: Owner) -> str:
        """Give the id of a student.

        Args:
            owner: who handed in, as the platform says it.

        Returns:
            The id; empty if none or several are meant.
        """
        for kind, value in (
            ("number", owner.number),
            ("id", owner.name),
            ("email", owner.name),
            ("name", owner.name),
        ):
            found = self._known.get((kind, _folded(value)), set())
            if value and len(found) == 1:
                return next(iter(found))
        return ""


def read_roster(path: Path) -> Roster:
    """Read a roster from a CSV file.

    Args:
        path: a UTF-8 file with a column `id`, and `name`, `number` and `email` as far as known.

    Returns:
        The roster.

    Raises:
        UsageError: if it cannot be read or has no column `id`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                {(key or "").strip().lower(): (value or "") for key, value in row.items()}
                for row in csv.DictReader(file)
                if None not in row
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the roster {path} cannot be read: {error}") from None
    if not rows or any(not student_id(row.get("id", "")) for row in rows):
        raise UsageError(
            f"the roster {path} needs a column `id` with a value in every row; `name`, `number` "
            "(the learning platform's) and `email` may stand beside it"
        )
    return Roster(rows)


def _folded(text: str) -> str:
    """Compare names without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
