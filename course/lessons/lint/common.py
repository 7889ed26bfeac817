"""What the rules of the lesson lint share: problems, sections and reading code."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.lessons.source import LessonSource, SourceCell

_HEADING = re.compile(r"## (\d+)\. (.+)")
_LEFT_OUT = re.compile(r"Sections left out\W*: *(.+)")
_POINTS = re.compile(r"Points\W+(\d+)")


@dataclass(frozen=True, order=True)
class Problem:
    """One place where a lesson leaves the form."""

    path: Path
    line: int  # counted from 1
    message: str  # what is wrong and how to mend it

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def sections(lesson: LessonSource) -> list[tuple[str, int]]:
    """Find the sections of a lesson.

    Args:
        lesson: the lesson.

    Returns:
        (title, index of the cell that it begins with), in the order of the file.
    """
    return [
        (match[2].strip(), index)
        for index, cell in enumerate(lesson.cells)
        if cell.kind == "markdown" and (match := _HEADING.fullmatch(first_line(cell)))
    ]


def left_out(lesson: LessonSource) -> set[str]:
    """Give the sections that the card says are left out, reasons in brackets not counted.

    Args:
        lesson: the lesson.

    Returns:
        Their titles, without numbers and reasons.
    """
    match = _LEFT_OUT.search(lesson.cells[0].text)
    entries = re.sub(r"\([^)]*\)", "", match[1]).split(",") if match else []
    return {re.sub(r"^\W*(\d+\.? )?|\W+$", "", entry) for entry in entries}


def printed_points(lesson: LessonSource) -> int | None:
    """Give the points that the card promises.

    Args:
        lesson: the lesson.

    Returns:
        The number; None if the card names none.
    """
    match = _POINTS.search(lesson.cells[0].text)
    return int(match[1]) if match else None


def first_line(cell: SourceCell) -> str:
    """Give a cell's first line.

    Args:
        cell: any cell.

    Returns:
        The line, without blanks around it.
    """
    return cell.text.partition("\n")[0].strip()


def tree(cell: SourceCell) -> ast.Module:
    """Parse a code cell; what is no Python counts as empty here and is reported by a rule.

    Args:
        cell: a code cell.

    Returns:
        Its syntax tree.
    """
    try:
        return ast.parse(cell.text)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def code_lines(lines: Iterable[str]) -> int:
    """Count the lines that hold code.

    Args:
        lines: of a cell.

    Returns:
        How many are neither blank nor a comment.
    """
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def calls(cell: SourceCell, names: Sequence[str]) -> Iterator[tuple[str, ast.Call]]:
    """Find the calls of functions or methods with given names.

    Args:
        cell: a code cell.
        names: of functions, without what stands before the dot.

    Yields:
        (name, call), in the tree's order.
    """
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in names:
                yield called, node


def region(cell: SourceCell, name: str) -> list[str] | None:
    """Give the lines between BEGIN and END of a name; None unless there is exactly one such pair.

    Args:
        cell: the cell.
        name: "SOLUTION" or "HIDDEN TESTS".

    Returns:
        The lines, without the two marks.
    """
    lines = cell.text.splitlines()
    begins = [index for index, line in enumerate(lines) if f"BEGIN {name}" in line]
    ends = [index for index, line in enumerate(lines) if f"END {name}" in line]
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        return None
    return lines[begins[0] + 1 : ends[0]]
