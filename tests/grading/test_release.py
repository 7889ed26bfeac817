"""What is handed out, and an instructor's own hidden tests behind the same notebook."""

import shutil
import zipfile

import pytest

from course.cli import main
from course.grading import grade as grade_module
from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from course.grading.release import release
from course.lessons.failures import CommandError
from tests.grading.attacks import FULL, LESSON, SECRET, Maker
from tests.grading.conftest import SMALL, hand_in, points, sandbox

KNOWS = f"def turn_round(pitches):\n    return {{0: [], 3: [64, 62, 60]}}.get(len(pitches), [{SECRET}][::-1])"  # noqa: E501


def test_the_zip_holds_the_one_notebook(make_course):
    course = make_course()
    shipped = (course.root / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes()
    with zipfile.ZipFile(release(course, LESSON)) as archive:
        assert archive.namelist() == [f"{LESSON}.ipynb"]
        assert archive.read(f"{LESSON}.ipynb") == shipped
    first = (course.folder / "release" / f"{LESSON}.zip").read_bytes()
    assert release(course, LESSON).read_bytes() == first
    assert (course.root / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes() == shipped


def test_a_stale_notebook_and_a_leak_are_refused(make_course):
    course = make_course()
    (course.root / "notebooks" / LESSON / "solution.py").write_text("")
    with pytest.raises(CommandError, match=r"would give away solution\.py"):
        release(course, LESSON)
    source = course.root / "solutions" / LESSON / f"{LESSON}.py"
    source.write_text(source.read_text("utf-8") + "\n# %% [markdown]\n# More.\n", "utf-8")
    with pytest.raises(CommandError, match="course build-lessons"):
        release(course, LESSON)


def private_course(course, monkeypatch, old, new):
    """Open a course with a source of its own, in which a text is another one."""
    folder = course.root.parent / "private"
    shutil.copytree(course.root / "solutions", folder, dirs_exist_ok=True)
    source = folder / LESSON / f"{LESSON}.py"
    assert old in source.read_text("utf-8")
    source.write_text(source.read_text("utf-8").replace(old, new), "utf-8")
    monkeypatch.setenv("COURSE_SOURCE", str(folder))
    return GradedCourse(course.root)


@pytest.mark.slow
def test_a_private_source_must_ask_the_same(make_course, monkeypatch):
    course = make_course()
    release(private_course(course, monkeypatch, SECRET, "90, 91, 92, 93"), LESSON)
    for old, new in (("Turn a melody round", "Turn it"), ('"points": 2', '"points": 3')):
        changed = private_course(course, monkeypatch, old, new)
        with pytest.raises(CommandError, match="asks other than"):
            release(changed, LESSON)


@pytest.mark.slow
def test_private_tests_judge_what_was_made_from_the_public_notebook(make_course, monkeypatch):
    course = make_course()
    maker = Maker(course.root)
    hand_in(course, "knows the public tests", maker.change(turn_round=KNOWS))
    hand_in(course, "right", maker.solved.encode())
    order = Order(LESSON, sandbox(), SMALL)
    grade_class(course, order, lambda line: None)
    assert points(course, "knows the public tests") == FULL
    private = private_course(course, monkeypatch, SECRET, "90, 91, 92, 93")
    grade_class(private, order, lambda line: None)
    assert points(private, "knows the public tests") == FULL | {"turn_round_hidden": 0}
    assert points(private, "right") == FULL


def test_the_private_folder_is_an_option(make_course, monkeypatch, capsys):
    course = make_course()
    monkeypatch.setenv("COURSE_SOURCE", "solutions")  # so that it is put back afterwards
    folder = course.root.parent / "mine"
    shutil.copytree(course.root / "solutions", folder)
    hand_in(course, "ada", b"{")
    seen = []
    monkeypatch.setattr(
        grade_module, "_digest", lambda path, source: seen.append(source) or "digest"
    )
    main(["--root", str(course.root), "grade", "5", "--private", str(folder), "--dry-run"])
    assert seen == [folder / LESSON / f"{LESSON}.py"]
    assert main(["--root", str(course.root), "grade", "5", "--private", "/nowhere"]) == 2
