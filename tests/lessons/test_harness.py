from dataclasses import replace
from pathlib import Path

import pytest

from tests.lessons.conftest import TINY
from tests.lessons.harness import (
    Bank,
    LessonRun,
    Mutant,
    expected,
    faults_of,
    lesson_run,
    load_bank,
    slow_cells,
    variants,
)

BANK = load_bank(Path(__file__).parent / "fixtures" / "tiny_bank.py")


@pytest.fixture(scope="module")
def run(built_once, tmp_path_factory) -> LessonRun:
    return lesson_run(built_once, TINY, tmp_path_factory.mktemp("workspace"))


def test_the_solution_gets_all_points_and_the_stubs_none(run):
    assert {name: outcome.points for name, outcome in run.grade({}).items()} == run.points
    assert all(outcome.points == 0 for outcome in run.untouched().values())
    assert "not written yet" in run.untouched()["note_name_check"].message


@pytest.mark.parametrize("variant", variants(BANK), ids=str)
def test_every_variant_of_the_tiny_bank(run, variant):
    outcomes = run.grade({variant.exercise: variant.source})
    assert {name: outcome.points for name, outcome in outcomes.items()} == expected(run, variant)


def test_one_variant_leaves_no_trace_in_the_next(run):
    run.grade({"turn_round": "NAMES = None\ncheck = None\ndef turn_round(x):\n    return None"})
    assert {name: outcome.points for name, outcome in run.grade({}).items()} == run.points


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def turn_round(x:", "NameError"),
        ("turn_round = 3", "is not a function written in this notebook"),
        ("import sys\nsys.exit()\ndef turn_round(x): return x[::-1]", "NameError"),
        ("def turn_round(x):\n    raise SystemExit", "SystemExit"),
    ],
)
def test_answers_that_break_lose_only_their_exercise(run, source, message):
    outcomes = run.grade({"turn_round": source})
    lost = {name for name, outcome in outcomes.items() if outcome.points == 0}
    assert lost == {"turn_round_check", "turn_round_hidden"}
    assert message in outcomes["turn_round_check"].message


def test_a_line_on_stderr_costs_the_points_as_in_nbgrader(run):
    source = "import sys\ndef note_name(x): pass\nclass check:\n    def note_name(*_, **__):\n"
    for noise in ("print('careful', file=sys.stderr)", "__import__('warnings').warn('careful')"):
        outcomes = run.grade({"note_name": f"{source}        {noise}"})
        assert outcomes["note_name_check"].message == "on stderr: careful"


def test_a_thing_left_open_by_another_test_costs_nothing(run):
    source = "def note_name(x): pass\nclass check:\n    def note_name(*_, **__):\n"
    source += "        __import__('warnings').warn('Unclosed socket', ResourceWarning)"
    assert run.grade({"note_name": source})["note_name_check"].message == ""


def test_a_graded_cell_that_takes_long_is_named(run):
    source = (
        "import time\ndef note_name(x): pass\nclass check:\n    def note_name(*_, **__):\n"
        "        end = time.process_time() + 0.3\n        while time.process_time() < end: pass"
    )
    slow = slow_cells(run.grade({"note_name": source}), ceiling=0.25)
    assert [line.partition(":")[0] for line in slow] == ["note_name_check", "note_name_hidden"]
    assert slow[0].endswith("0.3 s of processor time; at most 0.25")
    assert slow_cells(run.grade({}), ceiling=0.25) == []


def test_a_graded_cell_that_ends_in_a_value_is_refused(run):
    source = "def note_name(x): pass\nclass check:\n    def note_name(*_, **__): return 0.5"
    with pytest.raises(AssertionError, match="note_name_check ends in a value"):
        run.grade({"note_name": source})


def test_a_lesson_whose_own_cells_fail_is_refused(built_course, tmp_path):
    path = built_course / "notebooks" / TINY / f"{TINY}.ipynb"
    path.write_text(path.read_text("utf-8").replace("assert 72 - 60 == 12", "1 / 0"), "utf-8")
    with pytest.raises(AssertionError, match=r"05_tiny, cell cell-\d+: ZeroDivisionError"):
        LessonRun(built_course, TINY, tmp_path)


def test_the_tiny_bank_lacks_nothing(run):
    assert faults_of(BANK, run.solved.answers()) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"alternatives": {}}, "0 alternatives; at least two"),
        ({"mutants": {"package_version": Mutant("")}}, "1 mutants; at least four"),
        ({"mutants": {"a": Mutant("", ("check",))}}, "no mutant fails hidden"),
        ({"mutants": {"a": Mutant("", ("hidden",))}}, "no mutant fails check"),
        ({"mutants": {"a": Mutant("")}}, "no hard-coded mutant, which fails only the hidden"),
        ({"mutants": {"a": Mutant("")}}, "no mutant 'package_version'"),
        ({"mutants": {"a": Mutant("", ())}}, "`fails` names one or both"),
        ({"mutants": {"a": Mutant("", ("chekc",))}}, "`fails` names one or both"),
    ],
)
def test_what_a_bank_may_lack(run, change, fault):
    banks = BANK | {"note_name": replace(BANK["note_name"], **change)}
    assert any(fault in line for line in faults_of(banks, run.solved.answers()))


def test_a_bank_for_no_exercise_and_an_exercise_without_bank(run):
    faults = faults_of({"nothing": Bank({}, {})}, run.solved.answers())
    assert "nothing: no such exercise" in faults
    assert "turn_round: 0 alternatives; at least two" in faults
