"""Every solved lesson, run from top to bottom in a fresh kernel.

The untouched ones are run in JupyterLab by tests/browser/test_lessons_in_jupyter.py, and their
cells by the harness of the banks.
"""

import pytest

from course.lessons.places import lesson_names
from course.lessons.solved import run_solved
from tests.lessons.conftest import COURSE

LESSONS = lesson_names(COURSE, "notebooks")
MAX_SECONDS = 40  # of computing at the smoke budget: twice the promise, for slow or busy processors
MAX_BYTES = 2 * 2**30


def stderr_lines(notebook):
    return [
        f"{cell.id}: {output.text}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]


def errors(notebook):
    return [
        cell.id
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solved_lesson_runs_clean_and_fast(lesson, tmp_path):
    path = COURSE / "solutions" / lesson / f"{lesson}.ipynb"
    run = run_solved(path, tmp_path / "workspace")
    assert errors(run.notebook) == []
    assert stderr_lines(run.notebook) == []
    assert run.computing <= MAX_SECONDS
    assert run.memory <= MAX_BYTES
