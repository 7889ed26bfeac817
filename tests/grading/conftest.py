"""A course with one fast lesson, for everything that grades."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from course.grading.gradebook import GradedCourse
from course.grading.limits import MIB, Limits
from course.grading.sandbox import Sandbox
from course.lessons.build import build_lessons
from tests.grading.attacks import LESSON

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
    """Give bubblewrap, which .ci/run installs; without it these tests cannot speak."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    return Sandbox("bubblewrap")


@pytest.fixture(scope="session")
def fast_lesson(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("fast") / "course"
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
