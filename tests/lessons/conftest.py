"""A tiny lesson in a course folder of its own, for everything that works on lessons."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from course.lessons.build import build_lessons

COURSE = Path(__file__).resolve().parents[2]
TINY = "05_tiny"


@pytest.fixture(scope="session")
def tiny_source() -> str:
    """The source of the tiny lesson, which breaks no rule."""
    return (Path(__file__).parent / "fixtures" / "tiny_lesson.txt").read_text(encoding="utf-8")


@pytest.fixture
def make_course(tmp_path, tiny_source) -> Callable[..., Path]:
    """Make a course folder that holds one lesson, with any source."""

    def make(source: str = tiny_source, name: str = TINY) -> Path:
        folder = tmp_path / "course"
        (folder / "solutions" / name).mkdir(parents=True)
        (folder / "solutions" / name / f"{name}.py").write_text(source, encoding="utf-8")
        shutil.copy(COURSE / "nbgrader_config.py", folder)
        return folder

    return make


@pytest.fixture(scope="session")
def built_once(tmp_path_factory, tiny_source) -> Path:
    folder = tmp_path_factory.mktemp("built") / "course"
    (folder / "solutions" / TINY).mkdir(parents=True)
    (folder / "solutions" / TINY / f"{TINY}.py").write_text(tiny_source, encoding="utf-8")
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    build_lessons(folder)
    return folder


@pytest.fixture
def built_course(built_once, tmp_path) -> Path:
    """A course folder with the tiny lesson and both notebooks, for one test to spoil."""
    return Path(shutil.copytree(built_once, tmp_path / "course"))


@pytest.fixture(scope="session")
def lesson_workspace(tmp_path_factory) -> Path:
    """A folder that lessons may write to while answers are tried in them."""
    return tmp_path_factory.mktemp("workspace")
