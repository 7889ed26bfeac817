import json

import pytest

from course.lessons import run
from course.lessons.run import run_submission
from course.lessons.submission import open_submission
from tests.lessons.conftest import TINY


@pytest.fixture
def check(built_course):
    """Check the solved notebook with other texts in some of its cells."""

    def check(texts=None, seconds=30):
        path = built_course / "solutions" / TINY / f"{TINY}.ipynb"
        content = json.loads(path.read_text("utf-8"))
        for cell in content["cells"]:
            cell["source"] = (texts or {}).get(cell["id"], cell["source"])
        path.write_text(json.dumps(content), "utf-8")
        before = path.read_bytes()
        report = run_submission(open_submission(path, built_course), seconds)
        assert path.read_bytes() == before
        return report

    return check


def states(report):
    return [result.state for result in report.results]


@pytest.mark.slow
def test_the_solution_and_its_messages(check):
    quickly = 'import os\nassert os.environ["NBGRADER_EXECUTION"]  # no sound, smallest budget'
    report = check({"cell-008": quickly})
    assert (report.lesson, report.points, report.reachable) == (TINY, 6, 6)
    assert (report.hidden_points, report.written_points, report.notes) == (4, 2, ())
    assert report.results[0].message == "✓ Every pitch has its name."


@pytest.mark.slow
def test_wrong_unwritten_and_broken_answers(check):
    report = check(
        {
            "note_name": "def note_name(pitch):\n    return str(pitch)",
            "count_steps": "def count_steps(:",
            "turn_round": 'def turn_round(x):\n    raise NotImplementedError("Write")',
            "cell-008": "1 / 0",
        }
    )
    assert states(report) == ["failed"] * 3
    assert report.points == 0
    assert report.results[0].message == "pitch 60 has another name."
    assert "count_steps" in report.results[1].message
    assert "not written yet" in report.results[2].message
    assert report.notes == ("cell 9 stopped with ZeroDivisionError: division by zero",)


@pytest.mark.slow
def test_an_infinite_loop_costs_its_exercise_only(check):
    report = check({"count_steps": "def count_steps(a, b):\n    while True:\n        pass"})
    assert states(report) == ["passed", "failed", "passed"]
    assert "still running" in report.results[1].message


@pytest.mark.slow
def test_a_loop_that_no_check_ends(check):
    endless = "def endless(*_, **__):\n    while True:\n        pass\n\ncheck.count_steps = endless"
    report = check({"count_steps": f"def count_steps(a, b): pass\n\n{endless}"}, 5)
    assert states(report) == ["passed", "failed", "passed"]
    assert (
        report.results[1].message == "still running after 5 s: an endless loop, or a busy computer?"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "place", "before"),
    [("count_steps", "count_steps", 1), ("cell-001", "the first cells", 0)],
)
def test_a_loop_that_cannot_be_stopped(cell, place, before, check, monkeypatch):
    monkeypatch.setattr(run, "PROBE_SECONDS", 1)
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    report = check({cell: stubborn}, 5)
    assert states(report) == ["passed"] * before + ["not run"] * (3 - before)
    message = f"not run: a cell in or behind {place} could not be stopped"
    assert report.results[2].message == message


@pytest.mark.slow
def test_a_kernel_that_is_ended(check):
    report = check({"count_steps": "import os\nos._exit(1)"})
    assert states(report) == ["passed", "not run", "not run"]
    assert report.results[1].message == "not run: the kernel ended in or behind count_steps"


@pytest.mark.slow
def test_sys_exit_costs_its_exercise_only(check):
    report = check({"count_steps": "import sys\ndef count_steps(a, b):\n    sys.exit()"})
    assert states(report) == ["passed", "failed", "passed"]
    assert report.results[1].message.startswith("SystemExit")


@pytest.mark.slow
def test_a_line_on_stderr_is_counted_as_the_grader_does(check):
    noisy = (
        "import sys\nclass check:\n    def count_steps(*_):\n        print('x', file=sys.stderr)"
    )
    report = check({"count_steps": f"def count_steps(a, b): pass\n{noisy}"})
    assert report.results[1].state == "failed"
    assert report.results[1].message == "printed to stderr: x"
