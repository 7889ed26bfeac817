"""The commands of docs/instructors.md: release, autograde, feedback, export."""

import csv
import json
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.lessons.autograder import AutograderCourse
from tests.lessons.conftest import TINY
from tests.lessons.harness import Notebook, expected, lesson_run, load_bank, variants

pytestmark = pytest.mark.slow
BANK = load_bank(Path(__file__).parent / "fixtures" / "tiny_bank.py")
FULL = {
    "note_name_check": 2,
    "note_name_hidden": 2,
    "count_steps_check": 2,
    "count_steps_hidden": 1,
    "turn_round_check": 2,
    "turn_round_hidden": 1,
}
HARD_CODED = "def turn_round(pitches):\n    return [64, 62, 60]"
WRONG = "def turn_round(pitches):\n    return pitches"


@pytest.fixture(scope="module")
def graded(built_once, tmp_path_factory):
    """The tiny course with three students' submissions graded."""
    root = Path(shutil.copytree(built_once, tmp_path_factory.mktemp("nbgrader") / "course"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COURSE_SOURCE", "COURSE_RELEASE", "COURSE_DB"):
            patch.delenv(name, raising=False)
        course = AutograderCourse(root)
        course.release(TINY)
        solved = Notebook(root / "solutions" / TINY / f"{TINY}.ipynb")
        release = Notebook(root / "notebooks" / TINY / f"{TINY}.ipynb")
        for student, notebook in {
            "correct": solved.raw.encode(),
            "untouched": release.raw.encode(),
            "wrong": solved.with_answers({"turn_round": WRONG}),
            "learnt by heart": solved.with_answers({"turn_round": HARD_CODED}),
            "no end": solved.with_answers({"turn_round": "def turn_round(:"}),
        }.items():
            course.submit(student, TINY, notebook)
            course.autograde(student, TINY)
        yield course


def scores(course, student):
    return {name: course.scores(student, TINY)[name] for name in FULL}


def test_exact_scores(graded):
    assert scores(graded, "correct") == FULL
    assert set(scores(graded, "untouched").values()) == {0}
    assert scores(graded, "learnt by heart") == FULL | {"turn_round_hidden": 0}
    for student in ("wrong", "no end"):
        assert scores(graded, student) == FULL | {"turn_round_check": 0, "turn_round_hidden": 0}


def test_written_answers_wait_for_a_person_unless_empty(graded):
    assert graded.scores("correct", TINY)["same_melody"] is None
    assert graded.scores("untouched", TINY)["same_melody"] == 0


def test_feedback_has_the_message_and_no_hidden_test(graded):
    page = graded.feedback("learnt by heart", TINY)
    text = re.sub(r"<[^>]+>", "", page.partition("<body")[2])
    assert "CheckFailed: it fails with other values of the same kind." in text
    assert "Hidden tests: other values of the same kind" in text
    assert "Traceback (most recent call last)" not in text
    for secret in ("BEGIN HIDDEN", "48, 50, 60", "7.9", "69, 127"):
        assert secret not in text
    assert "HIDDEN TESTS" in (
        graded.root / "grading" / "autograded" / "learnt by heart" / TINY / f"{TINY}.ipynb"
    ).read_text("utf-8")  # so the page had something to leave out


def test_a_deleted_test_scores_as_if_it_were_there(graded):
    solved = Notebook(graded.root / "solutions" / TINY / f"{TINY}.ipynb")
    for student, answer, points in (("deleted right", None, 2), ("deleted wrong", WRONG, 0)):
        source = answer or solved.source("turn_round")
        content = json.loads(solved.with_answers({"turn_round": source}))
        content["cells"] = [c for c in content["cells"] if c["id"] != "turn_round_check"]
        graded.submit(student, TINY, json.dumps(content).encode())
        assert graded.autograde(student, TINY)["turn_round_check"] == points


def test_a_deleted_written_answer_does_not_lose_the_submission(graded):
    content = json.loads(Notebook(graded.root / "solutions" / TINY / f"{TINY}.ipynb").raw)
    content["cells"] = [cell for cell in content["cells"] if cell["id"] != "same_melody"]
    graded.submit("no essay", TINY, json.dumps(content).encode())
    graded.autograde("no essay", TINY)
    assert scores(graded, "no essay") == FULL


def test_the_commands_of_the_guide(built_once, tmp_path):
    """From a fresh clone to the table of points, with the commands as they stand in the guide."""
    root = Path(shutil.copytree(built_once, tmp_path / "course"))

    def nbgrader(*arguments):
        command = Path(sysconfig.get_path("scripts")) / "nbgrader"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
        return subprocess.run(
            [command, *arguments], cwd=root, env=environment, check=True, capture_output=True
        )

    before = (root / "notebooks" / TINY / f"{TINY}.ipynb").read_bytes()
    nbgrader("generate_assignment", TINY, "--force")
    assert (root / "notebooks" / TINY / f"{TINY}.ipynb").read_bytes() == before
    assert [path.name for path in (root / "notebooks" / TINY).iterdir()] == [f"{TINY}.ipynb"]
    submitted = root / "grading" / "submitted" / "ada" / TINY
    submitted.mkdir(parents=True)
    shutil.copy(root / "solutions" / TINY / f"{TINY}.ipynb", submitted)
    nbgrader("autograde", TINY, "--student=ada")
    nbgrader("generate_feedback", TINY, "--student=ada")
    assert (root / "grading" / "feedback" / "ada" / TINY / f"{TINY}.html").is_file()
    nbgrader("export", "--to", "grading/grades.csv")
    with (root / "grading" / "grades.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student_id"], row["assignment"]) == ("ada", TINY)
    assert (float(row["score"]), float(row["max_score"])) == (10, 12)


def test_an_instructors_own_hidden_tests(built_course, monkeypatch):
    """Handed out is the public notebook; graded is with other values from a private folder."""
    monkeypatch.setenv("COURSE_SOURCE", "private")
    monkeypatch.setenv("COURSE_RELEASE", "private_release")
    monkeypatch.setenv("COURSE_DB", f"sqlite:///{built_course}/private.db")
    shutil.copytree(built_course / "solutions", built_course / "private")
    private = built_course / "private" / TINY / f"{TINY}.ipynb"
    private.write_text(private.read_text("utf-8").replace("(48, 48, 50, 60)", "(90, 91)"), "utf-8")
    solved = Notebook(built_course / "solutions" / TINY / f"{TINY}.ipynb")
    knows = "    return {3: [64, 62, 60], 0: [], 4: [60, 50, 48, 48]}.get(len(pitches))"
    course = AutograderCourse(built_course)
    public = (built_course / "notebooks" / TINY / f"{TINY}.ipynb").read_text("utf-8")
    handed_out, released = (
        [cell["source"] for cell in json.loads(text)["cells"]]
        for text in (public, course.release(TINY).read_text("utf-8"))
    )
    assert released == handed_out
    course.submit(
        "ada", TINY, solved.with_answers({"turn_round": f"def turn_round(pitches):\n{knows}"})
    )
    course.submit("bob", TINY, solved.raw.encode())
    assert course.autograde("ada", TINY)["turn_round_hidden"] == 0  # it knows the public values
    assert scores(course, "ada") == FULL | {"turn_round_hidden": 0}
    course.autograde("bob", TINY)
    assert scores(course, "bob") == FULL
    assert not (built_course / "grading" / "gradebook.db").exists()


@pytest.mark.autograder
@pytest.mark.parametrize("variant", variants(BANK), ids=str)
def test_nbgrader_and_the_process_agree_on_the_tiny_bank(graded, variant, tmp_path_factory):
    run = lesson_run(graded.root, TINY, tmp_path_factory.getbasetemp())
    graded.submit(str(variant), TINY, run.solved.with_answers({variant.exercise: variant.source}))
    graded.autograde(str(variant), TINY)
    assert scores(graded, str(variant)) == expected(run, variant)
