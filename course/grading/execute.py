"""Running one submission in a sandbox: the part of grading that meets a stranger's code.

A notebook goes in whose tests are already the course's own; the same notebook comes out with
outputs by which nbgrader can score it. Neither the gradebook nor any file of the course takes part.
"""

import secrets
import time
from dataclasses import dataclass

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from course.grading import canary
from course.grading.kernel import CappedClient, KernelNotStarted, Watchdog, sandboxed_client
from course.grading.limits import Limits
from course.grading.sandbox import Sandbox
from course.lessons.cells import is_test

REASON_LENGTH = 300
PROBE_SECONDS = 5  # how long an interrupted kernel may take to answer again
_HARMLESS = ("text/plain", "image/png", "image/jpeg")
_BREACHES = {
    "memory": "used more memory than a submission may",
    "disk": "wrote more files than a submission may",
    "messages": "sent more at once than a submission may",
}


@dataclass(frozen=True)
class Outcome:
    """What running a submission gave."""

    status: str  # "graded", "tampered", "timeout", "lost" or "infrastructure"
    reason: str = ""  # one line; empty where all is well
    notebook: str = ""  # the executed notebook as JSON, where status is "graded"
    seconds: float = 0.0


class _Killed(Exception):
    """The kernel has ended in a cell, or takes no more orders.

    Args:
        index: the cell.
        reason: what it did, behind "this cell".
        sure: whether it was the cell; a kernel can also die because the machine is in trouble.
    """

    def __init__(self, index: int, reason: str, sure: bool = True) -> None:
        super().__init__(reason)
        self.index, self.reason, self.sure = index, reason, sure


class _OutOfTime(Exception):
    """The submission has used up its time."""


class _Tampered(Exception):
    """A test passes whatever the answer is."""


def execute(notebook: str, sandbox: Sandbox, limits: Limits) -> Outcome:
    """Run a submission's cells and make its tests ready to be scored.

    A cell that kills the kernel fails, and the others run again without it: one mistake costs its
    points once. A kernel that just vanishes is tried again first, since the machine may be to
    blame. Nothing that goes wrong is raised.

    Args:
        notebook: a notebook as JSON whose tests are the course's own.
        sandbox: the box to run it in.
        limits: what it may use.

    Returns:
        The outcome. `infrastructure` says that the fault is not the submission's.
    """
    start = time.monotonic()
    status, reason, done = "graded", "", ""
    try:
        reason, done = _run_with_restarts(notebook, sandbox, limits, start + limits.total_seconds)
    except _Tampered as tampered:
        status, reason = "tampered", str(tampered)
    except _OutOfTime:
        status, reason = "timeout", f"was not done after {limits.total_seconds} seconds"
    except KernelNotStarted as error:
        status, reason = "infrastructure", str(error)
    except Exception as error:  # whatever a hostile kernel can make its client stumble over
        status, reason = "lost", f"its kernel cannot be followed ({type(error).__name__}: {error})"
    reason = " ".join(reason.split())[:REASON_LENGTH]
    return Outcome(status, reason, done, round(time.monotonic() - start, 2))


def _run_with_restarts(
    notebook: str, sandbox: Sandbox, limits: Limits, deadline: float
) -> tuple[str, str]:
    """Run a notebook until no cell kills the kernel; give a remark and the executed notebook."""
    skipped: dict[int, str] = {}
    suspects: set[int] = set()
    content = nbformat.reads(notebook, as_version=4)
    for _ in range(limits.starts):
        content = nbformat.reads(notebook, as_version=4)
        try:
            _run(content, skipped, sandbox, limits, deadline)
            break
        except _Killed as killed:
            if killed.sure or killed.index in suspects:
                skipped[killed.index] = f"this cell {killed.reason}"
            suspects.add(killed.index)
    else:
        _fail_unrun_tests(content)
    remarks = [f"cell {index + 1}: {text}" for index, text in sorted(skipped.items())]
    return "; ".join(remarks), nbformat.writes(content)


def _run(
    notebook: NotebookNode,
    skipped: dict[int, str],
    sandbox: Sandbox,
    limits: Limits,
    deadline: float,
) -> None:
    """Run all cells but those that killed a kernel before."""
    count = len(notebook.cells)
    notebook.cells.append(new_code_cell())  # the place of the canaries
    try:
        with sandboxed_client(notebook, sandbox, limits, deadline) as (client, watchdog):
            run = _Run(client, watchdog, canary.check_modules(notebook))
            for index in range(count):
                cell = notebook.cells[index]
                if cell.cell_type != "code":
                    continue
                if index in skipped:
                    _fail(cell, skipped[index])
                    continue
                run.cell(cell, index)
                _tidy(cell)
                if is_test(cell) and not canary.failed(cell):
                    run.doubt(cell, index)
    finally:
        del notebook.cells[count:]
        for cell in notebook.cells:
            if cell.cell_type == "code":
                _tidy(cell)  # once more: a later cell can change what an earlier one shows


class _Run:
    """One kernel that runs cells.

    Args:
        client: a client whose notebook's last cell is free for canaries.
        watchdog: it says why a kernel was ended.
        modules: of the checks, to be watched.
    """

    def __init__(self, client: CappedClient, watchdog: Watchdog, modules: list[str]) -> None:
        self._client, self._watchdog, self._modules = client, watchdog, modules
        self._note = self._functions()
        if not self._note:
            raise KernelNotStarted("the kernel could not note the checks' functions")

    def cell(self, cell: NotebookNode, index: int) -> None:
        """Run one cell; say which one ended the kernel, if it did."""
        replies: list[dict] = []
        self._client.on_cell_executed = lambda **event: replies.append(
            event["execute_reply"]["content"]
        )
        try:
            self._client.execute_cell(cell, index)
            stuck = replies and replies[0].get("ename") == "CellTimeout"
            if stuck and not _answers(self._client):
                raise _Killed(index, "runs on and cannot be interrupted")
        except (DeadKernelError, CellTimeoutError):
            breach = self._watchdog.breach
            if breach == "time":
                raise _OutOfTime from None
            reason = _BREACHES.get(breach, "ended the kernel")
            raise _Killed(index, reason, bool(breach)) from None
        if replies and replies[0]["status"] == "error":
            names = [output.ename for output in cell.outputs if output.output_type == "error"]
            if replies[0]["ename"] not in names:  # it was cleared away, or is a timeout
                _fail(cell, replies[0].get("evalue", ""), replies[0]["ename"])

    def doubt(self, cell: NotebookNode, index: int) -> None:
        """See whether a test that was passed can fail; `index` is its place."""
        try:
            self._try_stand_in(cell)
            if not self._note <= self._functions():
                raise _Tampered(f"{cell.metadata.nbgrader.grade_id}: {canary.PATCHED}")
        except _Killed as killed:  # a thread that survived its cell, or a trap for the canary
            raise _Killed(index, killed.reason, killed.sure) from None

    def _try_stand_in(self, cell: NotebookNode) -> None:
        exercise, keep = canary.exercise_behind(cell), f"_{secrets.token_hex(8)}"
        if not exercise:
            return
        self._extra(canary.stand_in(exercise, keep))
        if not canary.failed(self._extra(new_code_cell(cell.source))):
            raise _Tampered(f"{cell.metadata.nbgrader.grade_id}: {canary.GENERAL}")
        self._extra(canary.put_back(exercise, keep))

    def _functions(self) -> set[str]:
        """Give the note of the checks' functions, of which no submission may change any."""
        cell, word = canary.note_functions(self._modules)
        return set(canary.read_note(self._extra(cell), word).split())

    def _extra(self, cell: NotebookNode) -> NotebookNode:
        """Run a cell that is not the submission's."""
        self._client.nb.cells[-1] = cell
        self.cell(cell, len(self._client.nb.cells) - 1)
        return cell


def _answers(client: CappedClient) -> bool:
    """Tell whether an interrupted kernel takes orders again."""
    try:
        run_sync(client.kc.wait_for_ready)(timeout=PROBE_SECONDS)
    except RuntimeError:
        return False
    return True


def _tidy(cell: NotebookNode) -> None:
    """Let nbgrader judge a test by whether it failed, and show outputs that cannot act.

    It would take points for a line on stderr, and would take a number that an answer *shows* for
    partial points, even when the test fails after it. HTML and scripts would run in the browser of
    whoever opens the notebook in the formgrader.
    """
    for output in cell.outputs:
        if "data" in output:
            output.data = {kind: x for kind, x in output.data.items() if kind in _HARMLESS}
    if not is_test(cell):
        return
    if canary.failed(cell):
        cell.outputs = [x for x in cell.outputs if x.output_type != "execute_result"]
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"


def _fail(cell: NotebookNode, message: str, name: str = "NotRun") -> None:
    error = new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
    cell.outputs = [*cell.get("outputs", []), error]


def _fail_unrun_tests(notebook: NotebookNode) -> None:
    """After the last start: what was not run has not passed."""
    for cell in notebook.cells:
        if is_test(cell) and not canary.failed(cell) and cell.execution_count is None:
            _fail(cell, "not run: the kernel was ended too often before it")
