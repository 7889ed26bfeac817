"""`course feedback`: a page for every graded submission, and one zip for the learning platform."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from course.grading.gradebook import GradedCourse
from course.grading.records import record_table, status_table
from course.lessons.failures import CommandError
from course.lessons.files import write_atomically

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # equal pages give an equal archive


def give_back(
    course: GradedCourse, lesson: str, say: Callable[[str], None] = print
) -> tuple[Path, list[str]]:
    """Write the feedback of a lesson.

    Args:
        course: the course folder with its gradebook.
        lesson: its name.
        say: takes a line for every student.

    Returns:
        The zip, and the students who have no page, with the reason.

    Raises:
        CommandError: if nobody is graded.
    """
    statuses, pages, api = status_table(course.folder), {}, course.api()
    having = graded(course, lesson)
    without = [
        f"{student}: {getattr(statuses.get(lesson, student), 'status', 'not graded yet')}"
        for student in course.submitted(lesson)
        if student not in having
    ]
    for student in having:
        result = course.quietly(lambda who=student: api.generate_feedback(lesson, who))
        page = course.feedback(student, lesson)
        if not result["success"] or not page.is_file():
            without.append(f"{student}: nbgrader could not write the page")
            continue
        pages[student] = page
        say(f"{student}: {page.relative_to(course.root)}")
    records = record_table(course.folder)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for student, page in sorted(pages.items()):
            record = records.get(lesson, student)
            name = place_in_zip(record.original if record else "", student, lesson)
            file.writestr(zipfile.ZipInfo(name, _NO_DATE), page.read_bytes())
    target = course.folder / "feedback" / f"{lesson}.zip"
    write_atomically(target, archive.getvalue())
    return target, without


def place_in_zip(original: str, student: str, lesson: str) -> str:
    """Name a page so that the learning platform gives it to the right student.

    Args:
        original: as the platform named the folder, the prefix or the file; empty if unknown.
        student: the id.
        lesson: the lesson.

    Returns:
        For Moodle the folder or prefix of the download, for Canvas the file's own name with
        another ending, else a folder for each student.
    """
    if original.endswith("/"):
        return f"{original}{lesson}.html"
    if original.endswith("_assignsubmission_file_"):
        return f"{original}{lesson}.html"
    if original.lower().endswith(".ipynb") and "/" not in original:
        return f"{original[: -len('.ipynb')]}.html"
    return f"{student}/{lesson}.html"


def graded(course: GradedCourse, lesson: str) -> list[str]:
    """List the students who have points in a lesson.

    Args:
        course: the course.
        lesson: its name.

    Returns:
        Their ids, sorted.

    Raises:
        CommandError: if nobody has.
    """
    table = status_table(course.folder)
    rows = [table.get(lesson, student) for student in course.submitted(lesson)]
    students = [row.student for row in rows if row and row.status == "graded"]
    if not students:
        raise CommandError(f"nobody is graded in {lesson}; `course grade {lesson}` does it")
    return students


def ungraded(course: GradedCourse, lesson: str) -> list[str]:
    """List the graded students with a written answer that a person still has to look at.

    Until then a page shows 0 for it; after a run with `force`, the points that it had.
    """
    return [
        student
        for student in graded(course, lesson)
        if any(grade.needs_manual_grade for grade in course.grades(lesson, student))
    ]
