"""`course export`: a table of points, cell by cell, with what became of every submission."""

from collections.abc import Sequence
from pathlib import Path

from course.grading.gradebook import CellGrade, GradedCourse
from course.grading.records import record_table, status_table
from course.grading.table import table_bytes
from course.lessons.cells import marks
from course.lessons.files import write_atomically

COLUMNS = (
    *("student", "name", "status", "reason", "submitted", "late"),
    *("points", "maximum", "still by hand"),
)


def export(course: GradedCourse, lesson: str, expected: Sequence[str] = ()) -> Path:
    """Write the table of a lesson.

    Args:
        course: the course folder with its gradebook.
        lesson: its name.
        expected: students of a roster; those who handed in nothing are "missing".

    Returns:
        The file. A row without a result has no points, which is not the same as 0.
    """
    release = course.prepare(lesson)
    cells = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in release.cells
        if marks(cell).get("grade")
    }
    submitted = course.submitted(lesson)
    students = sorted({*submitted, *expected})
    names = [*COLUMNS, *(f"{name} (of {points:g})" for name, points in cells.items())]
    rows = [_row(course, lesson, one, list(cells), one in submitted) for one in students]
    path = target(course, lesson)
    write_atomically(path, table_bytes(names, rows))
    return path


def target(course: GradedCourse, lesson: str) -> Path:
    """Give the place of a lesson's table.

    Args:
        course: the course.
        lesson: its name.

    Returns:
        The path; it need not exist.
    """
    return course.folder / "export" / f"{lesson}.csv"


def _row(
    course: GradedCourse, lesson: str, student: str, cells: list[str], submitted: bool
) -> list[object]:
    record = record_table(course.folder).get(lesson, student)
    status = status_table(course.folder).get(lesson, student)
    known = (
        [status.status, status.reason] if status else ["waiting" if submitted else "missing", ""]
    )
    row: list[object] = [student, record.name if record else "", *known]
    row += [record.submitted, record.late] if record else ["", ""]
    if not status or status.status != "graded":
        return row + [""] * (3 + len(cells))
    grades = {grade.name: grade for grade in course.grades(lesson, student)}
    row.append(f"{sum(grade.score for grade in grades.values()):g}")
    row.append(f"{sum(grade.max_score for grade in grades.values()):g}")
    row.append(sum(grade.needs_manual_grade for grade in grades.values()))
    return row + [_points(grades[name]) if name in grades else "" for name in cells]


def _points(grade: CellGrade) -> str:
    """Give the points of a cell; empty where only a person can give them and has not."""
    return "" if grade.needs_manual_grade and not grade.score else f"{grade.score:g}"
