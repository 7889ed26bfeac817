"""Grading a class: one at a time, idempotent, resumed, nothing lost when workers die."""

import shutil
import sqlite3
import zipfile

import pytest
from nbgrader.api import Gradebook

from course.cli import main
from course.grading import grade as grade_module
from course.grading.execute import Outcome
from course.grading.export import export
from course.grading.give_back import ungraded
from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from course.grading.lock import alone
from course.grading.schedule import TRIES, Work, on_this_machine
from course.lessons.failures import UsageError
from tests.grading.attacks import LESSON, WRONG, Maker
from tests.grading.conftest import SMALL, hand_in, sandbox
from tests.grading.workers import dies_at_bob


def order(**changes):
    return Order(**{"lesson": LESSON, "sandbox": sandbox(), "limits": SMALL} | changes)


def fake_workers(monkeypatch, results):
    """Let workers give what they are told to, per try, without any kernel."""
    calls = []

    def run(queue, workers):
        for work in queue:
            calls.append(work.student)
            yield work, results(work)

    monkeypatch.setattr(grade_module, "on_this_machine", run)
    return calls


def as_graded(work):
    return Outcome("graded", "", work.notebook, 0.1)  # no output, so every test "passes"


@pytest.fixture
def course(make_course):
    made = make_course()
    maker = Maker(made.root)
    for student in ("ada", "bob", "cyd"):
        hand_in(made, student, maker.solved.encode())
    return made


@pytest.mark.slow
def test_a_second_run_grades_only_what_changed(course, monkeypatch):
    calls = fake_workers(monkeypatch, as_graded)
    said = []
    grade_class(course, order(), said.append)
    assert calls == ["ada", "bob", "cyd"]
    assert said[-1].startswith("[3/3] cyd: 6 of 8 points")
    grade_class(course, order(), said.append)
    assert calls == ["ada", "bob", "cyd"]
    hand_in(course, "bob", Maker(course.root).change(turn_round=WRONG))
    grade_class(course, order(), said.append)
    assert calls == ["ada", "bob", "cyd", "bob"]
    grade_class(course, order(force=True, students=("cyd",)), said.append)
    assert calls[4:] == ["cyd"]
    source = course.source(LESSON)
    source.write_text(source.read_text("utf-8").replace("48, 48, 50, 61", "90, 91"), "utf-8")
    grade_class(GradedCourse(course.root), order(), said.append)  # with another hidden test
    assert calls[5:] == ["ada", "bob", "cyd"]


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on(course, monkeypatch):
    def stop_at_bob(work):
        if work.student == "bob":
            raise KeyboardInterrupt
        return as_graded(work)

    fake_workers(monkeypatch, stop_at_bob)
    with pytest.raises(KeyboardInterrupt):
        grade_class(course, order(), lambda line: None)
    calls = fake_workers(monkeypatch, as_graded)
    grade_class(GradedCourse(course.root), order(), lambda line: None)
    assert calls == ["bob", "cyd"]


@pytest.mark.slow
def test_trouble_of_the_machine_is_blank_and_tried_again_next_time(course, monkeypatch):
    fake_workers(monkeypatch, lambda work: Outcome("infrastructure", "no kernel started"))
    rows = grade_class(course, order(), lambda line: None)
    assert {(row.status, row.points) for row in rows} == {("infrastructure", "")}
    assert course.grades(LESSON, "ada") == []
    calls = fake_workers(monkeypatch, as_graded)
    grade_class(course, order(), lambda line: None)
    assert calls == ["ada", "bob", "cyd"]


@pytest.mark.slow
def test_a_dry_run_changes_nothing(course, monkeypatch):
    calls = fake_workers(monkeypatch, as_graded)
    before = sorted(path for path in course.root.rglob("*"))
    said = []
    assert grade_class(course, order(dry_run=True), said.append) == []
    assert said == ["would grade ada", "would grade bob", "would grade cyd"]
    assert calls == []
    assert sorted(path for path in course.root.rglob("*")) == before


@pytest.mark.slow
def test_points_of_a_person_survive_and_the_gradebook_is_backed_up(course, monkeypatch):
    fake_workers(monkeypatch, as_graded)
    grade_class(course, order(), lambda line: None)
    with Gradebook(course.db_url) as book:
        written = book.find_grade("same_melody", LESSON, LESSON, "ada")
        written.manual_score, written.needs_manual_grade = 1.5, False
        book.find_comment("same_melody", LESSON, LESSON, "ada").manual_comment = "Well heard."
        book.db.commit()
    assert ungraded(course, LESSON) == ["bob", "cyd"]
    grade_class(course, order(force=True), lambda line: None)
    assert ungraded(course, LESSON) == ["ada", "bob", "cyd"]  # nbgrader asks to look again
    with Gradebook(course.db_url) as book:
        assert book.find_grade("same_melody", LESSON, LESSON, "ada").manual_score == 1.5
        comment = book.find_comment("same_melody", LESSON, LESSON, "ada")
        assert comment.manual_comment == "Well heard."
    assert sum(one.score for one in course.grades(LESSON, "ada")) == 7.5
    [_, copy] = sorted((course.folder / "backups").iterdir())
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT manual_score FROM grade WHERE manual_score > 0").fetchall() == [
            (1.5,)
        ]
    old.close()


@pytest.mark.slow
def test_the_export_tells_blank_from_zero(course, monkeypatch):
    maker = Maker(course.root)
    hand_in(course, "cyd", b"{")
    hand_in(course, "dan", maker.release.encode())
    hand_in(course, '=cmd("x"),"y"', maker.solved.encode())
    fake_workers(monkeypatch, as_graded)
    grade_class(course, order(students=("ada", "cyd", '=cmd("x"),"y"')), lambda line: None)
    lines = export(course, LESSON, expected=["eve", "ada"]).read_text("utf-8-sig").splitlines()
    assert lines[0].endswith(
        "points,maximum,still by hand,turn_round_check (of 2),turn_round_hidden (of 1),"
        "name_note_check (of 2),name_note_hidden (of 1),same_melody (of 2)"
    )
    assert lines[1].startswith('"\'=cmd(""x""),""y""",,graded,,,,6,8,1,2,1,2,1,')
    assert lines[2] == "ada,,graded,,,,6,8,1,2,1,2,1,"
    assert lines[3].startswith("bob,,waiting,,,,,,")
    assert lines[4].startswith("cyd,,lost,is no complete notebook")
    assert lines[4].endswith(",,,,,,,,,,")
    assert lines[5].startswith("dan,,waiting,")
    assert lines[6] == "eve,,missing" + "," * 11


@pytest.mark.slow
def test_what_cannot_be_done_is_said(course):
    with pytest.raises(UsageError, match="nothing was collected from zoe"):
        grade_class(course, order(students=("zoe",)))
    shutil.rmtree(course.submitted_folder)
    with pytest.raises(UsageError, match="course collect"):
        grade_class(course, order())


@pytest.mark.slow
def test_a_lesson_whose_cells_changed_after_grading_is_refused(course, monkeypatch):
    fake_workers(monkeypatch, as_graded)
    grade_class(course, order(), lambda line: None)
    source = course.source(LESSON)
    source.write_text(source.read_text("utf-8").replace("name_note_hidden", "other"), "utf-8")
    with pytest.raises(Exception, match="cannot be prepared"):
        grade_class(GradedCourse(course.root), order(), lambda line: None)


def _work(student):
    return Work(student, "{}", sandbox(), SMALL)


@pytest.mark.slow
def test_work_that_kills_its_worker_is_tried_again_and_costs_nobody_else(monkeypatch):
    monkeypatch.setattr("course.grading.schedule.run", dies_at_bob)
    students = ["ada", "bob", "cyd", "dan"]
    results = {w.student: o for w, o in on_this_machine(iter(map(_work, students)), 2)}
    assert results.pop("bob") == Outcome("infrastructure", f"the worker was ended {TRIES} times")
    assert results == dict.fromkeys(("ada", "cyd", "dan"), Outcome("graded"))


@pytest.mark.slow
def test_the_commands(make_course, capsys):
    """From a fresh course to feedback and export; exit codes 0, 1 and 2."""
    course = make_course()
    maker = Maker(course.root)
    handed_in = course.root.parent / "handed in"
    for student, notebook in {"ada": maker.solved.encode(), "bob": b"{"}.items():
        (handed_in / student).mkdir(parents=True)
        (handed_in / student / f"{LESSON} (1).ipynb").write_bytes(notebook)

    def run(*arguments):
        code = main(["--root", str(course.root), *map(str, arguments)])
        return code, *capsys.readouterr()

    assert run("release", "5")[0] == 0
    assert run("collect", "5", "--dir", handed_in)[:2] == (0, "2 new, 0 replaced, 0 unchanged\n")
    assert run("collect", "5", "--dir", handed_in)[:2] == (0, "0 new, 0 replaced, 2 unchanged\n")
    code, _, said = run("grade", "5", "--sandbox", "submarine")
    assert code == 2
    assert "no sandbox 'submarine'" in said
    code, said, errors = run("grade", "5", "--limit", "cell_seconds=30")
    assert (code, errors) == (1, "")
    assert "1 graded, 1 without a result\nbob: lost: " in said
    assert run("grade", "5", "--student", "ada")[0] == 0
    code, said, errors = run("feedback", "5")
    assert (code, errors) == (1, "")
    assert "no page for bob: lost" in said
    assert "written answers are still to be graded by hand: ada\n" in said
    with zipfile.ZipFile(course.folder / "feedback" / f"{LESSON}.zip") as archive:
        assert archive.namelist() == [f"ada/{LESSON}.html"]
    assert run("export", "5")[0] == 0
    assert run("similar", "5")[1].startswith("1 submissions compared, 0 pairs")
    assert run("grade", "77")[0] == 2
    with alone(course.folder):  # as if another command were at work
        assert "another course command" in run("collect", "5", "--dir", handed_in)[2]
        assert run("grade", "5", "--unsafe-no-sandbox")[0] == 2
    assert run("grade", "5", "--limit", "speed=3")[0] == 2
