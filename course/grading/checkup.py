"""What `course doctor --grading` looks at: whether a class can be graded on this machine."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from course.lessons.failures import CommandError

ENOUGH_DISK = 2 * 10**9  # bytes, for submissions, graded notebooks and backups
_INSTALL = "Debian, Ubuntu: sudo apt install bubblewrap; elsewhere docker or podman"


def examine(root: Path) -> list[tuple[str, str, str, str]]:
    """Try everything that grading needs.

    Args:
        root: the course folder.

    Returns:
        For each thing its status ("ok", "warn" or "fail"), its name, what was found, and how to
        mend it (empty where all is well).
    """
    return [_sandbox(root), _gradebook(root), _disk(root), _cluster()]


def _sandbox(root: Path) -> tuple[str, str, str, str]:
    from course.grading.probe import faults
    from course.grading.sandbox import find_sandbox

    try:
        sandbox = find_sandbox()
    except CommandError:
        return "fail", "sandbox", "none is installed", _INSTALL
    found = faults(sandbox, root, dict(os.environ))
    if found:
        fix = "docs/instructors.md, “When the sandbox does not work”"
        return "fail", "sandbox", f"{sandbox.kind}: {'; '.join(found)}", fix
    return "ok", "sandbox", f"{sandbox.kind} holds, and the course can be used in it", ""


def _gradebook(root: Path) -> tuple[str, str, str, str]:
    from course.grading.gradebook import GradedCourse

    try:
        course = GradedCourse(root)
    except CommandError as error:
        return "fail", "gradebook", str(error), "look at COURSE_DB and the rights of grading/"
    return "ok", "gradebook", course.db_url, ""


def _disk(root: Path) -> tuple[str, str, str, str]:
    free = shutil.disk_usage(root).free
    detail = f"{free / 1e9:.1f} GB free for grading/"
    return (
        ("ok", "disk", detail, "") if free > ENOUGH_DISK else ("warn", "disk", detail, "make room")
    )


def _cluster() -> tuple[str, str, str, str]:
    if find_spec("distributed") is None:
        fix = "only for --scheduler: python -m pip install -c requirements-test.lock distributed"
        return "ok", "cluster", f"Dask is not installed ({fix})", ""
    return "ok", "cluster", "Dask is installed; course grade --scheduler ADDRESS can use it", ""
