"""`course release`: make sure that what is handed out is right, and pack it.

Right means: it is what nbgrader makes of the source, it holds no solution and no hidden test, and
the gradebook knows its cells.
"""

import io
import zipfile
from pathlib import Path

from nbformat import NotebookNode

from course.grading.gradebook import GradedCourse
from course.lessons.build import generate
from course.lessons.cells import grade_id, marks
from course.lessons.failures import CommandError
from course.lessons.files import write_atomically
from course.lessons.places import release_path

_MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def release(course: GradedCourse, lesson: str, dry_run: bool = False) -> Path:
    """Pack a lesson for students, after looking at it closely.

    With a private source (`COURSE_SOURCE`) the public notebook is handed out all the same, once it
    is shown that both ask the same.

    Args:
        course: the course folder with its gradebook.
        lesson: its name.
        dry_run: whether to look only.

    Returns:
        The zip, which holds the one notebook that students need.

    Raises:
        CommandError: if the notebook is out of date, leaks, or differs from the private source's.
    """
    path = release_path(course.root, lesson)
    if not path.is_file():
        raise CommandError(f"{path} is missing; `course build-lessons {lesson}` makes it")
    text = path.read_bytes()
    public = course.root / "solutions" / lesson / f"{lesson}.py"
    if public.is_file() and generate(course.root, [lesson])[path] != text:
        raise CommandError(
            f"{path.relative_to(course.root)} is not what its source gives; "
            f"`course build-lessons {lesson}` mends that"
        )
    leaks = [mark for mark in _MARKS if mark.encode() in text]
    others = sorted(file.name for file in path.parent.iterdir() if file != path)
    if leaks or [name for name in others if not name.startswith(".")]:
        raise CommandError(f"{path.parent} would give away {', '.join(leaks + others)}")
    if dry_run:
        return target(course, lesson)
    differences = differing_cells(course.prepare(lesson), course.read(path))
    if differences:
        raise CommandError(
            f"the source in {course.source(lesson).parent} asks other than the notebook that is "
            f"handed out, in {', '.join(differences)}; change hidden tests only"
        )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(path.name, _NO_DATE), text)
    write_atomically(target(course, lesson), archive.getvalue())
    return target(course, lesson)


def target(course: GradedCourse, lesson: str) -> Path:
    """Give the place of a lesson's zip.

    Args:
        course: the course.
        lesson: its name.

    Returns:
        The path; it need not exist.
    """
    return course.folder / "release" / f"{lesson}.zip"


def differing_cells(one: NotebookNode, other: NotebookNode) -> list[str]:
    """Name the cells in which two student notebooks differ.

    Args:
        one: a notebook.
        other: another one.

    Returns:
        Names or places of cells whose text, kind or points differ; empty if a submission made from
        one can be graded as if made from the other.
    """
    if len(one.cells) != len(other.cells):
        return [f"their number ({len(one.cells)} and {len(other.cells)})"]
    pairs = zip(one.cells, other.cells, strict=True)
    return [
        grade_id(mine) or f"cell {index}"
        for index, (mine, theirs) in enumerate(pairs, 1)
        if _asked(mine) != _asked(theirs)
    ]


def _asked(cell: NotebookNode) -> tuple:
    """Give what of a cell a student works with; checksums differ with the hidden tests."""
    kept = ("grade_id", "points", "grade", "solution", "locked", "task")
    return cell.cell_type, cell.source, [marks(cell).get(name) for name in kept]
