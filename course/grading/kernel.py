"""A notebook kernel in a sandbox, and the watchdog that ends it when it takes too much.

Both sides speak through sockets in one folder, since a box without network has no ports.
"""

import contextlib
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from course.grading.limits import Limits
from course.grading.sandbox import Sandbox, make_box
from course.lessons.run import silent_log

START_SECONDS = 120  # for a kernel to answer at first, on a busy machine
_LOOK_SECONDS = 0.2  # between two looks of the watchdog
_SHOWN = ("stream", "display_data", "update_display_data", "execute_result", "error")
_SHORT = 1000  # characters that are kept of an error where a cell has said too much


class KernelNotStarted(Exception):
    """The box or the kernel in it did not come up; no submission is to blame."""


class CappedClient(NotebookClient):
    """A client that keeps only so much of what a cell prints: a loop can print for a minute."""

    output_bytes = Limits().output_bytes
    _cell: NotebookNode | None = None
    _taken = 0

    def process_message(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message from the kernel, or drop it where a cell has said too much.

        Args:
            msg: the message.
            cell: the cell that is running.
            cell_index: its place.

        Returns:
            What nbclient makes of it; None for what is dropped.
        """
        if cell is not self._cell:
            self._cell, self._taken = cell, 0
        if msg["msg_type"] in _SHOWN and not self._fits(msg["content"]):
            return None
        return super().process_message(msg, cell, cell_index)

    def _fits(self, content: dict) -> bool:
        """Cut what a message shows to what is left of a cell's room; tell whether to keep it."""
        room = self.output_bytes - self._taken
        size = len(json.dumps(content, ensure_ascii=False))
        self._taken += size
        if size <= room:
            return True
        if "ename" in content:  # an error counts, however long it is
            kept = {name: content[name][:_SHORT] for name in ("ename", "evalue")}
            content |= kept | {"traceback": []}
        elif room <= 0 or "text" not in content:
            return False
        else:
            content["text"] = content["text"][:room] + "\n... Output truncated ...\n"
        return True


@dataclass
class Watchdog:
    """Looks at a kernel's processes, and ends them beyond a limit."""

    limits: Limits
    folder: Path  # the only one on the real disk that the kernel can write to
    deadline: float  # of time.monotonic
    breach: str = ""  # "time", "memory", "disk" or "messages" once it has ended the kernel
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Watch a process and its children until the block ends.

        Args:
            pid: of the process.
        """
        thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._stop.clear()
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self, pid: int) -> None:
        grader = psutil.Process()
        before = grader.memory_info().rss
        while not self._stop.wait(_LOOK_SECONDS):
            processes = family(pid)
            if time.monotonic() > self.deadline:
                self.breach = "time"
            elif sum(map(_own_bytes, processes)) > self.limits.memory_bytes:
                self.breach = "memory"
            elif _folder_bytes(self.folder) > self.limits.disk_bytes:
                self.breach = "disk"
            elif grader.memory_info().rss - before > self.limits.message_bytes:
                self.breach = "messages"  # what it sends is kept here until it is read
            if self.breach:
                end(processes)
                return


@contextlib.contextmanager
def sandboxed_client(
    notebook: NotebookNode, sandbox: Sandbox, limits: Limits, deadline: float
) -> Iterator[tuple[CappedClient, Watchdog]]:
    """Start a kernel in a new box, ready to run a notebook's cells; end it and all it started.

    Args:
        notebook: whose cells will run.
        sandbox: the kind of box.
        limits: what the kernel may use.
        deadline: when it is ended in any case, by `time.monotonic`.

    Yields:
        The client and the watchdog that looks after the kernel.

    Raises:
        KernelNotStarted: if it does not come up; nothing of the notebook has run then.
    """
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as scratch:
        sockets = Path(scratch).resolve() / "s"
        sockets.mkdir()
        sockets.chmod(0o777)  # the box has another user; the folder around it is the grader's own
        box = make_box(sandbox, sockets, limits)
        manager = _manager(Path(scratch).resolve(), sockets, box.command)
        client = CappedClient(
            notebook,
            km=manager,
            timeout=limits.cell_seconds,
            startup_timeout=START_SECONDS,
            iopub_timeout=30,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={
                "ename": "CellTimeout",
                "evalue": f"still running after {limits.cell_seconds} seconds",
                "traceback": [],
            },
            shutdown_kernel="immediate",
            store_widget_state=False,
            log=silent_log(),
        )
        client.output_bytes = limits.output_bytes
        watchdog = Watchdog(limits, sockets, deadline)
        pid, said = 0, Path(scratch) / "said.txt"
        try:
            with (
                said.open("wb") as log,
                client.setup_kernel(
                    env=box.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    cwd="/",
                ),
            ):
                pid = manager.provisioner.pid or 0
                with watchdog.watching(pid):
                    yield client, watchdog
        except Exception as error:
            if pid:  # it was up: the error is another one
                raise
            raise KernelNotStarted(f"no kernel started: {error} {_last_line(said)}") from error
        finally:
            end(family(pid))
            if box.end:
                subprocess.run(box.end, capture_output=True, check=False)


def _manager(scratch: Path, sockets: Path, command: list[str]) -> AsyncKernelManager:
    spec = scratch / "kernels" / "sandboxed" / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {
        "argv": command,
        "display_name": "sandboxed",
        "language": "python",
        "interrupt_mode": "message",  # a signal would reach the box's own process only
    }
    spec.write_text(json.dumps(content), encoding="utf-8")
    manager = AsyncKernelManager(
        kernel_name="sandboxed",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(spec.parents[1])]),
        transport="ipc",
        ip=str(sockets / "k"),
        connection_file=str(sockets / "connection.json"),
    )
    manager.write_connection_file()
    Path(manager.connection_file).chmod(0o644)  # for the box's user
    return manager


def family(pid: int) -> list[psutil.Process]:
    """Give a process and all below it.

    Args:
        pid: of the process; 0 for none.

    Returns:
        The processes; empty where it is gone.
    """
    if not pid:
        return []
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end(processes: list[psutil.Process]) -> None:
    """End processes at once.

    Args:
        processes: those to end; one that is gone is no error.
    """
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def _last_line(said: Path) -> str:
    """Find what a box that did not start has to say."""
    lines = said.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
    return f"({lines[-1].strip()})" if lines else ""


def _own_bytes(process: psutil.Process) -> int:
    """Give the memory that a process shares with no other."""
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0
    return max(0, memory.rss - getattr(memory, "shared", 0))


def _folder_bytes(folder: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for path in folder.rglob("*"):
            total += path.lstat().st_size
    return total
