"""Running a learner's notebook in a fresh kernel, to see which visible checks pass.

It is not the grader: hidden tests and written answers are counted, not judged. Whatever the
learner's code does to the kernel, the results up to there stay.
"""

import logging
import os
import subprocess
from dataclasses import dataclass

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course.lessons.cells import exercise_of, grade_id
from course.lessons.failures import CommandError
from course.lessons.submission import Submission

CELL_SECONDS = 60  # as in nbgrader_config.py
PROBE_SECONDS = 5  # how long an interrupted kernel may take to answer again
_TIMEOUT = "CellTimeout"


@dataclass(frozen=True)
class ExerciseResult:
    """What the visible check of one exercise gave."""

    exercise: str
    state: str  # "passed", "failed" or "not run"
    points: int
    reachable: int
    message: str  # its first line


@dataclass(frozen=True)
class Report:
    """What running a notebook gave."""

    lesson: str
    results: tuple[ExerciseResult, ...]
    hidden_points: int  # only the full grader gives these
    written_points: int  # only a person gives these
    notes: tuple[str, ...]

    @property
    def points(self) -> int:
        """Visible points that were won."""
        return sum(result.points for result in self.results)

    @property
    def reachable(self) -> int:
        """Visible points that can be won."""
        return sum(result.reachable for result in self.results)


def run_submission(submission: Submission, cell_seconds: int = CELL_SECONDS) -> Report:
    """Run a learner's notebook and collect what its visible checks say.

    Args:
        submission: what `open_submission` gave; its copy of the notebook is filled with outputs.
        cell_seconds: how long a cell may run.

    Returns:
        The result of every exercise.

    Raises:
        CommandError: if no kernel starts.
    """
    stopped = _run(submission, cell_seconds)
    cells = {exercise_of(cell): cell for cell in submission.notebook.cells if _is_check(cell)}
    results = []
    for test in submission.lesson.tests:
        cell = cells.get(test.exercise)
        state, message = _judge(cell) if cell else ("not run", "its cells were deleted")
        if state == "not run" and cell and stopped:
            message = stopped
        points = test.points if state == "passed" else 0
        results.append(ExerciseResult(test.exercise, state, points, test.points, message))
    return Report(
        lesson=submission.lesson.name,
        results=tuple(results),
        hidden_points=submission.lesson.hidden_points,
        written_points=submission.lesson.written_points,
        notes=(*submission.notes, *_errors_elsewhere(submission.notebook)),
    )


def _run(submission: Submission, cell_seconds: int) -> str:
    """Execute the cells one by one.

    Returns:
        Why the run ended early; empty if it went through.
    """
    client = NotebookClient(
        submission.notebook,
        kernel_name="python3",
        timeout=cell_seconds,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": _TIMEOUT, "evalue": "", "traceback": []},
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(submission.path.resolve().parent)}},
        log=silent_log(),
    )
    environment = os.environ | {"NBGRADER_EXECUTION": "validate"}  # smoke budget, nothing rendered
    exercise = "the first cells"
    try:
        with client.setup_kernel(env=environment, stderr=subprocess.DEVNULL):
            for index, cell in enumerate(submission.notebook.cells):
                exercise = exercise_of(cell) or exercise
                if cell.cell_type != "code":
                    continue
                replies: list[dict] = []
                client.on_cell_executed = lambda replies=replies, **event: replies.append(
                    event["execute_reply"]["content"]
                )
                client.execute_cell(cell, index)
                cell.metadata["course_ran"] = True
                if replies and replies[0].get("ename") == _TIMEOUT:
                    cell.metadata["course_timeout"] = cell_seconds
                    if not _answers(client):
                        return f"not run: a cell in or behind {exercise} could not be stopped"
    except DeadKernelError:
        return f"not run: the kernel ended in or behind {exercise}"
    except CellTimeoutError:
        return f"not run: the kernel no longer answered in or behind {exercise}"
    except (NoSuchKernel, RuntimeError, OSError) as error:
        raise CommandError(f"no Python kernel starts ({error}); run `course doctor`") from None
    return ""


def _answers(client: NotebookClient) -> bool:
    """Tell whether an interrupted kernel takes orders again."""
    try:
        run_sync(client.kc.wait_for_ready)(timeout=PROBE_SECONDS)
    except RuntimeError:
        return False
    return True


def _is_check(cell: NotebookNode) -> bool:
    return grade_id(cell).endswith("_check")


def _judge(cell: NotebookNode) -> tuple[str, str]:
    """Give a check's state and first line, by nbgrader's rule: no error, nothing on stderr."""
    if not cell.metadata.get("course_ran"):
        return "not run", "the run ended before it"
    seconds = cell.metadata.get("course_timeout")
    if seconds:
        return "failed", f"still running after {seconds} s: an endless loop, or a busy computer?"
    for output in cell.outputs:
        if output.output_type == "error":
            return "failed", _first_line(output)
    texts = [output for output in cell.outputs if output.output_type == "stream"]
    for output in texts:
        if output.name == "stderr":
            return "failed", f"printed to stderr: {output.text.strip().splitlines()[0]}"
    lines = "".join(output.text for output in texts).strip().splitlines()
    return "passed", lines[0] if lines else ""


def _first_line(error: NotebookNode) -> str:
    """Give an error's message; a check's own needs no name before it."""
    line = (error.evalue.strip().splitlines() or [""])[0]
    return line if error.ename == "CheckFailed" else f"{error.ename}: {line}"


def _errors_elsewhere(notebook: NotebookNode) -> list[str]:
    """Mention the first cell outside the checks that stopped with an error."""
    for index, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or _is_check(cell):
            continue
        if cell.metadata.get("course_timeout"):
            return [f"cell {index} was still running after {cell.metadata['course_timeout']} s"]
        for output in cell.outputs:
            if output.output_type == "error":
                return [f"cell {index} stopped with {_first_line(output)}"]
    return []


def silent_log() -> logging.Logger:
    """Give a log that nobody sees: what a kernel's client reports is shown in other words."""
    log = logging.getLogger("course.check")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
