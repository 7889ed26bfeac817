"""Opening a learner's notebook: which lesson it is, what was lost or changed in it.

The learner's file is only read. What runs later is a copy in which the visible checks are the
course's own, as they will be when the notebook is graded.
"""

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.lessons.cells import grade_id, marks, plain_cell
from course.lessons.failures import CommandError, UsageError
from course.lessons.places import RELEASE_FOLDER, lesson_names, release_path
from course.lessons.source import HIDDEN_COMMENT


@dataclass(frozen=True)
class Test:
    """A visible check of a lesson."""

    exercise: str
    grade_id: str
    points: int
    source: str


@dataclass(frozen=True)
class Lesson:
    """What a lesson's student notebook gives points for."""

    name: str
    tests: tuple[Test, ...]  # the visible checks
    grade_ids: frozenset[str]  # of every cell that nbgrader knows
    hidden_points: int
    written_points: int


@dataclass
class Submission:
    """A learner's notebook, ready to run."""

    path: Path
    lesson: Lesson
    notebook: NotebookNode  # a copy, with the course's checks
    notes: list[str] = field(default_factory=list)  # what the learner should know


def open_submission(path: Path, root: Path) -> Submission:
    """Read a learner's notebook and find the lesson it belongs to, whatever its name.

    Args:
        path: the notebook.
        root: the course folder.

    Returns:
        A copy to run, with notes on what is missing or changed.

    Raises:
        UsageError: if it is no notebook, cannot be read, or holds no exercise of this course.
    """
    notebook = _read(path)
    here = [grade_id(cell) for cell in notebook.cells if grade_id(cell)]
    lessons = [_read_lesson(root, name) for name in lesson_names(root, RELEASE_FOLDER)]
    common = {lesson.name: len(lesson.grade_ids & set(here)) for lesson in lessons}
    best = max(lessons, key=lambda lesson: common[lesson.name], default=None)
    if best is None or not common[best.name]:
        raise UsageError(
            f"{path}: no exercise of this course is in it; either it is another notebook, or a "
            "program has dropped the cells' marks: copy your answers into a fresh lesson "
            "(`course reset LESSON`)"
        )
    submission = Submission(path, best, notebook)
    if path.stem != best.name:
        submission.notes.append(f"this is lesson {best.name}, by its exercises")
    _keep_last_of_doubles(submission, here)
    _restore_checks(submission)
    return submission


def _read(path: Path) -> NotebookNode:
    """Read a notebook file, or say what is wrong with it."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a notebook in it")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; is the name complete, with .ipynb?") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no notebook: it holds other than text") from None
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        reason = "is cut off or damaged" if path.suffix == ".ipynb" else "is no notebook"
        raise UsageError(
            f"{path} {reason} (line {error.lineno} is no JSON); name an .ipynb file that opens in "
            "JupyterLab, or take a fresh copy with `course reset LESSON`"
        ) from None
    try:
        notebook = nbformat.from_dict(content)
        cells = [
            plain_cell(cell, copy.deepcopy(cell.get("metadata", {}))) for cell in notebook.cells
        ]
    except (AttributeError, TypeError, KeyError, ValueError):
        raise UsageError(
            f"{path} is no notebook: its cells are missing; open and save it in JupyterLab, or "
            "take a fresh copy with `course reset LESSON`"
        ) from None
    return nbformat.v4.new_notebook(cells=cells, nbformat_minor=5)


def _read_lesson(root: Path, name: str) -> Lesson:
    """Read what a lesson's student notebook asks."""
    path = release_path(root, name)
    try:
        cells = _read(path).cells
    except UsageError as error:
        raise CommandError(f"the course itself is damaged: {error}") from None
    graded = [cell for cell in cells if marks(cell).get("grade")]
    code = [cell for cell in graded if cell.cell_type == "code"]
    hidden = [cell for cell in code if cell.source.startswith(HIDDEN_COMMENT)]
    return Lesson(
        name=name,
        tests=tuple(
            Test(grade_id(cell).removesuffix("_check"), grade_id(cell), _points(cell), cell.source)
            for cell in code
            if cell not in hidden
        ),
        grade_ids=frozenset(grade_id(cell) for cell in cells if grade_id(cell)),
        hidden_points=sum(map(_points, hidden)),
        written_points=sum(_points(cell) for cell in graded if cell.cell_type == "markdown"),
    )


def _keep_last_of_doubles(submission: Submission, here: list[str]) -> None:
    """Of cells with one name, only the last counts, as in nbgrader."""
    seen: set[str] = set()
    for cell in reversed(submission.notebook.cells):
        name = grade_id(cell)
        if name in seen:
            del cell.metadata["nbgrader"]
        elif name:
            seen.add(name)
    for name in sorted({name for name in here if here.count(name) > 1}):
        submission.notes.append(f"the cell {name} is there twice; only the last one counts")


def _restore_checks(submission: Submission) -> None:
    """Put the course's own text into every check, and missing checks behind their answers."""
    cells = submission.notebook.cells
    for test in submission.lesson.tests:
        place = _find(cells, test.grade_id)
        answer = _find(cells, test.exercise)
        if answer is None:
            submission.notes.append(f"the answer cell of {test.exercise} was deleted")
        if place is not None:
            cell = cells[place]
            if cell.source.strip() != test.source.strip() or cell.cell_type != "code":
                submission.notes.append(
                    f"the check of {test.exercise} was changed; the course's own is run"
                )
            cells[place] = _check_cell(test)
        elif answer is not None:
            submission.notes.append(
                f"the check of {test.exercise} was deleted; the course's own is run"
            )
            cells.insert(answer + 1, _check_cell(test))


def _check_cell(test: Test) -> NotebookNode:
    return nbformat.v4.new_code_cell(
        test.source, metadata={"nbgrader": {"grade_id": test.grade_id, "grade": True}}
    )


def _find(cells: list[NotebookNode], name: str) -> int | None:
    return next((index for index, cell in enumerate(cells) if grade_id(cell) == name), None)


def _points(cell: NotebookNode) -> int:
    return int(marks(cell).get("points", 0))
