"""A small table on disk: one row for each lesson and student, written as a whole, never in part."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from course.lessons.files import write_atomically

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute


class Table:
    """Rows of one dataclass whose fields are text, `lesson` and `student` among them.

    Args:
        path: the CSV file; it may be missing.
        row_type: the dataclass.
    """

    def __init__(self, path: Path, row_type: type) -> None:
        self.path = path
        self._type = row_type
        self._names = [field.name for field in fields(row_type)]
        self._rows = {(row.lesson, row.student): row for row in self._read()}

    def get(self, lesson: str, student: str) -> Any:
        """Give the row of a student in a lesson.

        Args:
            lesson: its name.
            student: the id.

        Returns:
            The row; None if there is none.
        """
        return self._rows.get((lesson, student))

    def put(self, row: Any) -> None:
        """Keep a row and write the table.

        Args:
            row: of the table's type; it takes the place of an earlier one of the same student.

        Raises:
            CommandError: if the disk is full or refuses; the old table is still there then.
        """
        texts = {name: " ".join(str(value).split()) for name, value in asdict(row).items()}
        self._rows[row.lesson, row.student] = replace(row, **texts)
        ordered = (asdict(self._rows[key]).values() for key in sorted(self._rows))
        write_atomically(self.path, table_bytes(self._names, ordered))

    def _read(self) -> list[Any]:
        if not self.path.is_file():
            return []
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            return [
                self._type(**{name: _as_written(line.get(name) or "") for name in self._names})
                for line in csv.DictReader(file)
            ]


def table_bytes(names: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Lay out a table as CSV that a spreadsheet takes for text and numbers only.

    Args:
        names: of the columns.
        rows: one value a column.

    Returns:
        UTF-8 with the mark that spreadsheets look for; a text that would be read as a formula has
        an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(_no_formula, names))
    writer.writerows(map(_no_formula, row) for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _as_written(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
