"""Solved lessons, executed once and kept in build/executed/.

`make timings` puts there what it ran, and `make book` takes it from there. A kept run counts as
long as nothing it depends on has changed: the notebook's code, the package `course`, the locked
versions and the budget.
"""

import hashlib
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.lessons.files import write_atomically
from course.lessons.solved import run_solved
from course.lessons.timings import FILE as TIMINGS

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "executed"
CELL_SECONDS = 600


@dataclass(frozen=True)
class Executed:
    """A solved lesson with its outputs, and what they took."""

    notebook: NotebookNode
    seconds: float  # by the clock, kernel's start included
    computing: float  # seconds of processor time
    memory: int  # bytes at most


def executed(lesson: str, budget: str, folder: Path = KEPT, *, anew: bool = False) -> Executed:
    """Give a solved lesson with its outputs: the kept one, or run it now and keep it.

    Args:
        lesson: its name, such as "04_rnn".
        budget: "smoke", "lesson" or "full".
        folder: where runs are kept.
        anew: run it even if it is there, to measure it.

    Returns:
        The notebook with its present texts and the run's outputs, which name no folder of this
        machine.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails; then nothing is kept.
    """
    source = ROOT / "solutions" / lesson / f"{lesson}.ipynb"
    path = folder / f"{lesson}.{budget}.{_key(source, budget)}.ipynb"
    if anew or not path.exists():
        run = _run(source, budget)
        older = list(folder.glob(f"{lesson}.{budget}.*.ipynb"))
        write_atomically(path, nbformat.writes(run).encode())
        for file in older:
            if file != path:
                file.unlink(missing_ok=True)
    ran, notebook = (nbformat.read(file, as_version=4) for file in (path, source))
    for cell, there in zip(_code_cells(notebook), _code_cells(ran), strict=True):
        cell.outputs, cell.execution_count = there.outputs, there.execution_count
    return Executed(notebook, **ran.metadata["run"])


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _run(source: Path, budget: str) -> NotebookNode:
    """Execute a notebook in a workspace that vanishes; its metadata tell what it took."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        run = run_solved(source, Path(folder), budget, CELL_SECONDS)
        seconds = time.monotonic() - begun
        text = nbformat.writes(run.notebook)
        for place, name in ((folder, "workspace"), (str(ROOT), "."), (str(Path.home()), "~")):
            text = text.replace(place, name) if len(place) > 1 else text
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata["run"] = {
        "seconds": round(seconds, 1),
        "computing": round(run.computing, 1),
        "memory": run.memory,
    }
    return notebook


def _key(source: Path, budget: str) -> str:
    """Give a short hash of everything that a run's outputs depend on."""
    code = [cell.source for cell in _code_cells(nbformat.read(source, as_version=4))]
    package = (path for path in (ROOT / "course").rglob("*") if path.is_file())
    digest = hashlib.sha256(json.dumps([budget, code]).encode())
    for path in [ROOT / "requirements.lock", *sorted(package)]:
        if "__pycache__" not in path.parts and path != TIMINGS:
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
