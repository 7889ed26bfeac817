"""Every answer of every bank, tried in one process; see harness.py for what a bank is."""

from pathlib import Path

import pytest

from course.lessons.places import lesson_names
from tests.lessons.conftest import COURSE
from tests.lessons.harness import (
    Notebook,
    Variant,
    expected,
    faults_of,
    lesson_run,
    load_bank,
    slow_cells,
    variants,
)

BANKS = Path(__file__).parent / "banks"
LESSONS = lesson_names(COURSE, "notebooks")
ALL_VARIANTS = [
    pytest.param(path.stem, variant, id=f"{path.stem}-{variant}")
    for path in sorted(BANKS.glob("[0-9][0-9]_*.py"))
    for variant in variants(load_bank(path))
]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_bank_lacks_nothing(lesson):
    notebook = Notebook(COURSE / "notebooks" / lesson / f"{lesson}.ipynb")
    path = BANKS / f"{lesson}.py"
    assert path.is_file(), f"write {path.name}: every exercise needs its bank"
    assert faults_of(load_bank(path), notebook.answers()) == []


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solution_gets_all_points_and_the_untouched_notebook_none(lesson, lesson_workspace):
    run = lesson_run(COURSE, lesson, lesson_workspace)
    solved = run.grade({})
    assert {name: outcome.points for name, outcome in solved.items()} == run.points, solved
    assert slow_cells(solved) == []
    assert {outcome.points for outcome in run.untouched().values()} == {0}


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "variant"), ALL_VARIANTS)
def test_a_variant_gets_what_it_deserves(lesson: str, variant: Variant, lesson_workspace):
    run = lesson_run(COURSE, lesson, lesson_workspace)
    outcomes = run.grade({variant.exercise: variant.source})
    points = {name: outcome.points for name, outcome in outcomes.items()}
    assert points == expected(run, variant), outcomes
    assert slow_cells(outcomes) == []
