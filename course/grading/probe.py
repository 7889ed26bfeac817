"""Trying a sandbox before strangers' code gets into it."""

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.execute import execute
from course.grading.limits import Limits
from course.grading.sandbox import Sandbox
from course.lessons.failures import UsageError

_LOOK = """
import json, os, pathlib, socket
import course.checks.core
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
seen = {
    "files": [path for path in PATHS if os.path.lexists(path)],
    "network": [name for _, name in socket.if_nameindex() if name != "lo"],
    "rights": [x for x in lines if x.startswith("CapEff") and int(x.split()[1], 16)],
    "environment": [name for name in NAMES if name in os.environ],
}
print(json.dumps(seen))
"""
_OWN = (  # what a sandbox and a kernel set themselves
    *("PATH", "HOME", "TMPDIR", "LANG", "PWD", "PYTHONPATH", "HOSTNAME", "MPLCONFIGDIR"),
    *("MPLBACKEND", "COURSE_WORKSPACE", "NBGRADER_EXECUTION", "PYDEVD_USE_FRAME_EVAL"),
    *("TERM", "CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER", "GIT_PAGER"),
)


def faults(sandbox: Sandbox, root: Path, environment: dict[str, str]) -> list[str]:
    """Start a kernel in a sandbox and let it look round.

    Args:
        sandbox: what `find_sandbox` gave.
        root: the course folder, whose content must not be seen.
        environment: the grader's own, whose names must not be seen.

    Returns:
        What is wrong, one line each; empty if submissions can be run in it.
    """
    hidden = [root / name for name in ("solutions", "grading", "notebooks", "private", ".git")]
    names = [x for x in environment if x not in _OWN and not x.endswith("_NUM_THREADS")]
    source = f"PATHS = {list(map(str, hidden))}\nNAMES = {names}\n{_LOOK}"
    notebook = new_notebook(cells=[new_code_cell(source)])
    outcome = execute(nbformat.writes(notebook), sandbox, Limits(total_seconds=150))
    if outcome.status != "graded" or outcome.reason:
        return [f"nothing runs in it: {outcome.reason}"]
    [output, *_] = nbformat.reads(outcome.notebook, as_version=4).cells[0].outputs
    if output.output_type != "stream":
        return [f"the course cannot be used in it: {output.get('evalue', '')}"]
    return [
        f"it lets in {what}: {', '.join(x)}" for what, x in json.loads(output.text).items() if x
    ]


def require(sandbox: Sandbox, root: Path, environment: dict[str, str]) -> None:
    """Refuse a sandbox that does not hold.

    Args:
        sandbox: where submissions will run.
        root: the course folder, of which nothing may be seen inside.
        environment: of the grader, of which nothing may be seen inside.

    Raises:
        UsageError: with what is wrong.
    """
    if sandbox.kind == "none":
        return
    found = faults(sandbox, root, environment)
    if found:
        raise UsageError(f"the sandbox {sandbox.kind} does not hold: {'; '.join(found)}")
