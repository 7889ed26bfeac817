import io
import subprocess
import sys
from pathlib import Path

import pytest

from course import cli
from course.cli import main
from course.lessons import progress, run, submission, workspace
from course.models.shipped import FOLDER

COURSE = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_workspace_of_the_testers_own(monkeypatch):
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "notebooks" / "01_one").mkdir(parents=True)
    (tmp_path / "notebooks" / "01_one" / "01_one.ipynb").write_text('{"cells": []}')
    return tmp_path


def course_command(root, *arguments):
    return main(["--root", str(root), *map(str, arguments)])


def test_workspace_reset_and_progress(course, capsys):
    assert course_command(course, "workspace") == 0
    assert capsys.readouterr().out == "01_one: copied into workspace/\n"
    assert course_command(course, "reset", "1") == 0
    assert "01_one: a fresh copy is in workspace/" in capsys.readouterr().out
    assert course_command(course, "progress") == 0
    assert "01_one" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reset", "7"], "course reset: there is no lesson '7'; there are: 01_one"),
        (["check", "nope.ipynb"], "course check: nope.ipynb does not exist"),
        (["check", __file__], "course check: "),
        (["build-lessons", "9"], "course build-lessons: there is no lesson '9'"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_code_2(course, capsys, arguments, message):
    assert course_command(course, *arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(message)
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["check"], ["reset"], ["check", "a.ipynb", "--timeout", "0"], ["--root"]],
)
def test_wrong_usage_is_one_line_and_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr().err
    assert printed.startswith("course")
    assert printed.count("\n") == 1
    assert "--help" in printed


def test_a_failure_is_one_line_and_code_1(course, capsys):
    (course / "workspace").write_text("a file")
    assert course_command(course, "workspace") == 1
    printed = capsys.readouterr().err
    assert printed.startswith("course workspace: ")
    assert printed.count("\n") == 1


def test_an_interrupt_is_one_line(course, capsys, monkeypatch):
    def interrupted(_root):
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "update_workspace", interrupted)
    assert course_command(course, "workspace") == 130
    assert capsys.readouterr().err == "course workspace: stopped\n"


def test_a_folder_that_is_no_course(tmp_path, capsys):
    assert course_command(tmp_path, "workspace") == 2
    assert "is no course folder" in capsys.readouterr().err


def test_a_fault_of_the_package_itself_is_not_hidden(course, monkeypatch):
    monkeypatch.setattr(workspace, "update_workspace", lambda _root: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        course_command(course, "workspace")


def test_the_progress_is_kept_before_the_report_is_printed(course, monkeypatch):
    result = run.ExerciseResult("note_name", "passed", 1, 2, "")
    report = run.Report("01_one", (result,), hidden_points=0, written_points=0, notes=())
    monkeypatch.setattr(submission, "open_submission", lambda notebook, root: None)
    monkeypatch.setattr(run, "run_submission", lambda submission, seconds: report)

    def closed(lines):
        raise BrokenPipeError  # as with `course check FILE | head -0`

    monkeypatch.setattr(cli, "_print_lines", closed)
    monkeypatch.setattr("sys.stderr", io.StringIO())  # it is closed, too
    assert course_command(course, "check", "01_one.ipynb") == 1
    assert "1 of 2" in progress.progress_lines(course)[1]


@pytest.fixture
def trained(monkeypatch):
    """Catch what would be trained, and with how many threads."""
    told, card = [], {"likelihoods": {"valid": {"nats_per_note": 0.5}}, "minutes": 1.5, "steps": 7}

    def train(name, budget, seed, out, callbacks, save_to, precision):
        told.append([name, budget, seed, str(out), len(callbacks), save_to, precision])
        return card

    monkeypatch.setattr("course.recipes.train.train", train)
    monkeypatch.setattr("course.reproducibility.set_threads", lambda: told.append("threads"))
    return told, card


def test_train_hands_over_what_was_asked(trained, capsys, monkeypatch):
    told, card = trained
    usual = ["chorale_lstm", "full", None, str(FOLDER), 1, None, "float32"]
    assert main(["train", "chorale_lstm"]) == 0
    assert told == ["threads", usual]
    text = f"chorale_lstm: valid 0.5000 nats per note, 1.5 minutes; written to {FOLDER}\n"
    assert capsys.readouterr().out == text
    wanted = [
        "--budget",
        "smoke",
        "--seed",
        "3",
        "--out",
        "a",
        "--keep",
        "b",
        "--precision",
        "auto",
    ]
    card["stopped"] = "interrupted"
    assert main(["train", "ngram", *wanted]) == 0
    assert told[-1] == ["ngram", "smoke", 3, "a", 1, Path("b"), "auto"]
    assert "1.5 minutes (stopped at step 7: interrupted); written to a" in capsys.readouterr().out
    monkeypatch.setenv("RANK", "1")
    assert main(["train", "chorale_lstm"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "code"), [(ValueError, 2), (OSError, 2), (FloatingPointError, 1)]
)
def test_what_cannot_be_trained_is_one_line(trained, capsys, monkeypatch, error, code):
    def fail(*_):
        raise error("the loss is nan")

    monkeypatch.setattr("course.recipes.train.train", fail)
    assert main(["train", "chorale_lstm"]) == code
    assert capsys.readouterr().err == "course train: the loss is nan\n"


def test_train_knows_its_recipes(trained, capsys, monkeypatch):
    monkeypatch.undo()
    assert main(["train", "x"]) == 2
    assert "there is no recipe 'x'; choose from chorale_rnn" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["train", "chorale_rnn", "--precision", "float8"])
    assert caught.value.code == 2


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for name in (
        "doctor",
        "workspace",
        "reset",
        "check",
        "progress",
        "build-lessons",
        "build-data",
        "evaluate",
        "train",
    ):
        assert name in text


def test_the_command_starts_without_heavy_imports():
    code = (
        "import sys, course.cli; from course.lessons import progress, workspace; "
        "heavy = {'torch', 'music21', 'numpy', 'nbgrader', 'jupytext', 'nbclient'}; "
        "print(heavy & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"


def test_a_terminal_without_unicode(course):
    (course / "notebooks" / "01_one").rename(course / "notebooks" / "02_two")
    command = [sys.executable, "-m", "course.cli", "--root", str(course), "reset", "ü"]
    result = subprocess.run(
        command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"}
    )
    assert result.returncode == 2
    assert b"there is no lesson '?'" in result.stderr
