"""Running a solved lesson from top to bottom in a fresh kernel, as a learner's Run All does."""

import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

USAGE_CELL = """
import resource, sys
usage = resource.getrusage(resource.RUSAGE_SELF)
unit = 1 if sys.platform == "darwin" else 1024
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
"""
NOT_A_LEARNERS = ("NBGRADER_EXECUTION", "COURSE_PLAYBACK")  # each would leave the players out


@dataclass(frozen=True)
class SolvedRun:
    """What running a solved lesson gave."""

    notebook: NotebookNode  # with its outputs
    computing: float  # seconds of processor time of its kernel, all threads
    memory: int  # bytes, the largest the kernel ever had


def run_solved(
    path: Path, workspace: Path, budget: str = "smoke", cell_seconds: int = 120
) -> SolvedRun:
    """Execute a notebook.

    Args:
        path: the notebook; it is not changed.
        workspace: folder for what the lesson keeps.
        budget: "smoke", "lesson" or "full".
        cell_seconds: how long a cell may run.

    Returns:
        The run.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell ends with an error and is not marked for
            it with the tag "raises-exception".
    """
    notebook = nbformat.read(path, as_version=4)
    usage = nbformat.v4.new_code_cell(USAGE_CELL, id="usage")
    notebook.cells.append(usage)
    folder = workspace / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=cell_seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    kept = {key: value for key, value in os.environ.items() if key not in NOT_A_LEARNERS}
    client.execute(env=kept | {"COURSE_BUDGET": budget, "COURSE_WORKSPACE": str(workspace)})
    # A kernel may send one print in several messages.
    seconds, memory = "".join(output.text for output in usage.outputs).split()
    notebook.cells.remove(usage)
    return SolvedRun(notebook, float(seconds), int(memory))
