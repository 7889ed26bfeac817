from datetime import datetime
from pathlib import Path

import pytest

from course.lessons.progress import progress_lines, record, report_lines
from course.lessons.run import ExerciseResult, Report
from course.lessons.workspace import update_workspace
from tests.lessons.conftest import TINY

REPORT = Report(
    lesson=TINY,
    results=(
        ExerciseResult("note_name", "passed", 2, 2, "✓ Every pitch has its name."),
        ExerciseResult("count_steps", "failed", 0, 2, "the grid is too long " * 6),
    ),
    hidden_points=4,
    written_points=2,
    notes=("the check of turn_round was deleted",),
)
NOW = datetime(2026, 11, 22, 10, 20, 30)


@pytest.fixture(autouse=True)
def _no_workspace_of_the_testers_own(monkeypatch):
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)


def test_the_report_by_hand():
    assert report_lines(REPORT, width=60) == [
        "05_tiny: 2 of 4 points",
        "",
        "exercise     points  result",
        "note_name    2 of 2  passed",
        "count_steps  0 of 2  failed",
        "    the grid is too long the grid is too long the grid is",
        "    too long the grid is too long the grid is too long the",
        "    grid is too long",
        "",
        "Note: the check of turn_round was deleted.",
        "Only the full grader can give 6 points more: 4 by hidden",
        "tests and 2 for written answers.",
    ]


def test_one_point_is_no_plural():
    one = ExerciseResult("note_name", "passed", 1, 1, "")
    lines = report_lines(Report(TINY, (one,), hidden_points=1, written_points=0, notes=()))
    assert lines[0] == "05_tiny: 1 of 1 point"
    assert lines[-1] == "Only the full grader can give 1 point more: 1 by hidden tests."


def test_the_progress_by_hand(built_course):
    assert progress_lines(built_course) == [
        "lesson   opened      points  last checked",
        "05_tiny  not copied  -       -",
    ]
    update_workspace(built_course)
    record(REPORT, Path("a.ipynb"), built_course, NOW)
    assert progress_lines(built_course)[1] == "05_tiny  no      2 of 4  2026-11-22 10:20"
    (built_course / "workspace" / TINY / f"{TINY}.ipynb").write_text("{}")
    assert progress_lines(built_course)[1] == "05_tiny  yes     2 of 4  2026-11-22 10:20"


def test_tables_need_no_more_than_ascii(built_course):
    assert all(line.isascii() for line in progress_lines(built_course))
    assert all(line.isascii() for line in report_lines(REPORT))


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"lessons": 3}', '{"lessons": {"05_tiny": 1}}'])
def test_damaged_progress_counts_as_none(built_course, damage):
    path = built_course / "workspace" / ".course" / "progress.json"
    path.parent.mkdir(parents=True)
    path.write_text(damage)
    assert progress_lines(built_course)[1] == "05_tiny  not copied  -       -"
    record(REPORT, Path("a.ipynb"), built_course, NOW)
    assert "2 of 4" in progress_lines(built_course)[1]


def test_a_course_without_lessons(tmp_path):
    assert progress_lines(tmp_path) == ["There are no lessons yet."]
