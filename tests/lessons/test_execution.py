"""Every solved lesson, run from top to bottom in a fresh kernel.

The untouched ones are run in JupyterLab by tests/browser/test_lessons_in_jupyter.py, and their
cells by the harness of the banks.
"""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from course.lessons.places import lesson_names
from tests.lessons.conftest import COURSE

LESSONS = lesson_names(COURSE, "notebooks")
MAX_SECONDS = 40  # of computing at the smoke budget: twice the promise, for slow or busy processors
MAX_BYTES = 2 * 2**30
USAGE_CELL = """
import resource, sys
usage = resource.getrusage(resource.RUSAGE_SELF)
unit = 1 if sys.platform == "darwin" else 1024
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
"""


def execute(path, workspace):
    """Run a notebook as a learner's Run All does.

    Returns:
        The notebook with outputs, its kernel's seconds of computing and largest memory in bytes.
    """
    notebook = nbformat.read(path, as_version=4)
    usage = nbformat.v4.new_code_cell(USAGE_CELL, id="usage")
    notebook.cells.append(usage)
    folder = workspace / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    environment = {
        key: value for key, value in os.environ.items() if key != "NBGRADER_EXECUTION"
    } | {"COURSE_BUDGET": "smoke", "COURSE_WORKSPACE": str(workspace)}
    client.execute(env=environment)
    seconds, memory = usage.outputs[0].text.split()
    notebook.cells.remove(usage)
    return notebook, float(seconds), int(memory)


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
    notebook, seconds, memory = execute(
        COURSE / "solutions" / lesson / f"{lesson}.ipynb", tmp_path / "workspace"
    )
    assert errors(notebook) == []
    assert stderr_lines(notebook) == []
    assert seconds <= MAX_SECONDS
    assert memory <= MAX_BYTES
