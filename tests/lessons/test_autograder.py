"""The same answers as real submissions through nbgrader's own autograder.

`make test` sends the solved and the untouched notebook of two lessons, `make test-banks` those of
all lessons and every answer of every bank, one for each exercise in a submission. What nbgrader
gives must be what the process of `harness.py` gives, which `make test` asks for all lessons.
"""

import shutil

import pytest

from course.lessons.places import lesson_names
from tests.lessons.autograder import AutograderCourse
from tests.lessons.conftest import COURSE
from tests.lessons.harness import Notebook, lesson_run, load_bank, submissions, variants
from tests.lessons.test_banks import BANKS, LESSONS

SUBMISSIONS = [
    pytest.param(path.stem, row, id=f"{path.stem}-{number}")
    for path in sorted(BANKS.glob("[0-9][0-9]_*.py"))
    for number, row in enumerate(submissions(variants(load_bank(path))))
]

SAMPLE = ("01_midi", "07_transformer")  # one without networks, one with
SENT = [
    pytest.param(name, marks=pytest.mark.slow if name in SAMPLE else pytest.mark.autograder)
    for name in LESSONS
]


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory, lesson_workspace):
    """A course folder with all lessons released, and a gradebook of its own."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(COURSE / "solutions", root / "solutions", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(COURSE / "nbgrader_config.py", root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORKSPACE", str(lesson_workspace))
        for name in ("COURSE_SOURCE", "COURSE_RELEASE", "COURSE_DB", "COURSE_BUDGET"):
            patch.delenv(name, raising=False)
        course = AutograderCourse(root)
        for lesson in lesson_names(root):
            course.release(lesson)
        yield course


def automatic(scores):
    return {name: score for name, score in scores.items() if name.endswith(("_check", "_hidden"))}


def grade(course, student, lesson, notebook):
    course.submit(student, lesson, notebook)
    return course.autograde(student, lesson)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_nbgrader_releases_what_the_course_ships(graded_course, lesson):
    released = graded_course.root / "notebooks" / lesson
    assert [path.name for path in released.iterdir()] == [f"{lesson}.ipynb"]
    shipped = COURSE / "notebooks" / lesson / f"{lesson}.ipynb"
    assert (released / f"{lesson}.ipynb").read_bytes() == shipped.read_bytes()


@pytest.mark.parametrize("lesson", SENT)
def test_the_solution_gets_all_points(graded_course, lesson):
    solved = graded_course.root / "solutions" / lesson / f"{lesson}.ipynb"
    scores = grade(graded_course, "solution", lesson, solved.read_bytes())
    complaints = graded_course.complaints("solution", lesson)
    assert automatic(scores) == Notebook(solved).graded(), complaints


@pytest.mark.parametrize("lesson", SENT)
def test_the_untouched_notebook_gets_none(graded_course, lesson):
    release = COURSE / "notebooks" / lesson / f"{lesson}.ipynb"
    scores = grade(graded_course, "untouched", lesson, release.read_bytes())
    assert set(scores.values()) == {0}
    assert automatic(scores).keys() == Notebook(release).graded().keys()


@pytest.mark.autograder
@pytest.mark.parametrize(("lesson", "variants"), SUBMISSIONS)
def test_nbgrader_and_the_process_agree(graded_course, lesson_workspace, lesson, variants):
    run = lesson_run(COURSE, lesson, lesson_workspace)
    answers = {variant.exercise: variant.source for variant in variants}
    outcomes = run.grade(answers)
    student = "_".join(map(str, variants))[:60]
    scores = grade(graded_course, student, lesson, run.solved.with_answers(answers))
    found, expected = automatic(scores), {name: x.points for name, x in outcomes.items()}
    assert found == expected, graded_course.complaints(student, lesson)
