"""A course with one fast lesson, for everything that grades."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from course.grading.gradebook import GradedCourse
from course.grading.limits import MIB, Limits
from course.grading.records import status_table
from course.grading.sandbox import Sandbox
from course.lessons.build import build_lessons
from tests.grading.attacks import ATTACKS, FULL, LESSON, NO_TURN, NOTHING, WRONG, Maker

COURSE = Path(__file__).resolve().parents[2]
SMALL = Limits(
    cell_seconds=6,
    total_seconds=180,
    memory_bytes=1024 * MIB,
    processes=128,
    disk_bytes=64 * MIB,
    notebook_bytes=2 * MIB,
)


def sandbox() -> Sandbox:
    """Give bubblewrap; skip on a learner's machine without it, in CI nothing may be left out."""
    if shutil.which("bwrap") is None:
        if os.environ.get("CI"):
            pytest.fail("bubblewrap is not installed, and CI must grade in it")
        pytest.skip("bubblewrap is not installed")
    return Sandbox("bubblewrap")


@pytest.fixture(scope="session")
def fast_lesson(tmp_path_factory) -> Path:
    return build_fast_lesson(tmp_path_factory.mktemp("fast") / "course")


def build_fast_lesson(root: Path) -> Path:
    """Make a course folder that holds the lesson and an empty gradebook; give it back."""
    (root / "solutions" / LESSON).mkdir(parents=True)
    source = Path(__file__).with_name("lesson.txt").read_text(encoding="utf-8")
    (root / "solutions" / LESSON / f"{LESSON}.py").write_text(source, encoding="utf-8")
    shutil.copy(COURSE / "nbgrader_config.py", root)
    build_lessons(root)
    (root / "grading").mkdir(exist_ok=True)
    with sqlite3.connect(root / "grading" / "gradebook.db") as book:
        # in a database without any table nbgrader first starts alembic, which takes seconds
        book.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    book.close()
    return root


@pytest.fixture(scope="module")
def make_course(fast_lesson, tmp_path_factory) -> Callable[[], GradedCourse]:
    """Make course folders that hold the lesson and an empty gradebook."""

    def make() -> GradedCourse:
        root = tmp_path_factory.mktemp("graded") / "course"
        shutil.copytree(fast_lesson, root)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("COURSE_SOURCE", "COURSE_RELEASE", "COURSE_DB"):
                patch.delenv(name, raising=False)
            return GradedCourse(root)

    return make


def hand_in(course: GradedCourse, student: str, notebook: bytes) -> Path:
    """Put a notebook where a collection puts it."""
    path = course.submitted_folder / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook)
    return path


def points(course: GradedCourse, student: str) -> dict[str, float]:
    """Give the points of the tests."""
    grades = course.grades(LESSON, student)
    return {one.name: one.score for one in grades if one.name.endswith(("_check", "_hidden"))}


def hand_in_a_class(course: GradedCourse) -> dict[str, dict[str, float] | str]:
    """Hand in for twelve students; give their fair points, or the status that goes without."""
    maker = Maker(course.root)
    hostile = {attack.name: attack.submission(maker) for attack in ATTACKS if attack.quick}
    kinds: dict[str, tuple[bytes, dict[str, float] | str]] = {
        "right": (maker.solved.encode(), FULL),
        "wrong": (maker.change(turn_round=WRONG), NO_TURN),
        "broken": (maker.solved[:900].encode(), "lost"),
        "untouched": (maker.release.encode(), NOTHING),
        "doubled": (hostile["doubled grade_id"], FULL),
        "hostile": (hostile["empties tests (syntax tree)"], "tampered"),
    }
    names = [f"{number} {kind}" for number in (1, 2, 3) for kind in ("right", "wrong", "broken")]
    fair = {}
    for name in (*names, "2 untouched", "2 doubled", "2 hostile"):
        notebook, fair[name] = kinds[name.partition(" ")[2]]
        hand_in(course, name, notebook)
    return fair


def outcome(course: GradedCourse) -> dict[str, dict[str, float] | str]:
    """Give the points of everybody with a row in status.csv, or the status that goes without."""
    table, found = status_table(course.folder), {}
    for student in course.submitted(LESSON):
        row = table.get(LESSON, student)
        if row and row.status == "graded":
            found[student] = points(course, student)
            by_row = float(row.points)
            assert by_row == sum(one.score for one in course.grades(LESSON, student))
        elif row:
            assert row.points == ""
            found[student] = row.status
    return found
