"""Reading a lesson's source, `solutions/NN_topic/NN_topic.py`, as cells that know their line.

The format is jupytext's py:percent with nbgrader's metadata and tags in the cell markers. This
module knows what an exercise is made of; it judges nothing and writes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
from jupytext.config import JupytextConfiguration
from nbformat import NotebookNode

from course.lessons.failures import CommandError
from course.lessons.places import source_path

# first line of every hidden cell, and all that a student notebook shows of it
HIDDEN_COMMENT = "# Hidden tests: other values of the same kind, run when the notebook is graded."
_CELL_MARKER = re.compile(r"\s*#\s*%%")


@dataclass(frozen=True)
class SourceCell:
    """One cell of a lesson's source."""

    kind: str  # "code" or "markdown"
    text: str
    line: int  # of its `# %%` marker in the .py file, counted from 1
    tags: tuple[str, ...]
    grading: Mapping[str, Any]  # its nbgrader metadata; empty where it has none
    folded: bool  # whether the notebook shows its output without its code

    @property
    def grade_id(self) -> str:
        """Name of the cell for nbgrader; empty where it has none."""
        return self.grading.get("grade_id", "")

    @property
    def points(self) -> int:
        """Points of a graded cell; 0 for every other."""
        return self.grading.get("points", 0) if self.grading.get("grade") else 0

    @property
    def is_answer(self) -> bool:
        """Whether the learner writes code here."""
        return bool(
            self.kind == "code" and self.grading.get("solution") and not self.grading.get("grade")
        )

    @property
    def is_test(self) -> bool:
        """Whether the cell gives points by running."""
        return bool(
            self.kind == "code" and self.grading.get("grade") and not self.grading.get("solution")
        )

    @property
    def is_written(self) -> bool:
        """Whether the learner writes prose here that a person grades."""
        return bool(
            self.kind == "markdown" and self.grading.get("grade") and self.grading.get("solution")
        )


@dataclass(frozen=True)
class LessonSource:
    """A lesson as its author wrote it."""

    name: str  # "01_midi"
    path: Path  # of the .py file
    cells: tuple[SourceCell, ...]

    @property
    def exercises(self) -> dict[str, int]:
        """Every exercise's name with the index of its answer cell, in the lesson's order."""
        return {cell.grade_id: index for index, cell in enumerate(self.cells) if cell.is_answer}


def read_notebook_source(path: Path) -> tuple[NotebookNode, list[int]]:
    """Convert a .py source into a notebook, and find the line of every cell.

    Args:
        path: the .py file.

    Returns:
        The notebook as jupytext reads it, and per cell the line of its marker, from 1.

    Raises:
        CommandError: if the file cannot be read or has text before its first cell.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read ({error}); a lesson is UTF-8 text") from None
    # JupytextConfiguration() keeps a reader's own jupytext.toml out of the build
    notebook = jupytext.reads(text, fmt="py:percent", config=JupytextConfiguration())
    lines = [
        number for number, line in enumerate(text.splitlines(), start=1) if _CELL_MARKER.match(line)
    ]
    if not lines or len(lines) != len(notebook.cells):
        raise CommandError(
            f"{path}: {len(notebook.cells)} cells but {len(lines)} `# %%` lines; "
            "begin the file with a `# %%` line and write that sign nowhere else"
        )
    return notebook, lines


def read_lesson(root: Path, name: str) -> LessonSource:
    """Read a lesson's source.

    Args:
        root: the course folder.
        name: the lesson, such as "01_midi".

    Returns:
        The lesson with its cells.

    Raises:
        CommandError: if the source is missing or is no py:percent file.
    """
    path = source_path(root, name)
    notebook, lines = read_notebook_source(path)
    cells = tuple(
        SourceCell(
            kind=cell.cell_type,
            text=cell.source,
            line=line,
            tags=tuple(cell.metadata.get("tags", ())),
            grading=dict(cell.metadata.get("nbgrader", {})),
            folded=bool(cell.metadata.get("jupyter", {}).get("source_hidden")),
        )
        for cell, line in zip(notebook.cells, lines, strict=True)
    )
    return LessonSource(name=name, path=path, cells=cells)
