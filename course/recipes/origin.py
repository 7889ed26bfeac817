"""Where and with what a model was made: the part of a card that is the same for all."""

import os
import platform
import subprocess
from datetime import date
from pathlib import Path

import torch

import course


def origin() -> dict[str, str]:
    """Say where and with what a model is made.

    Returns:
        Machine, versions, commit and day, for a card.
    """
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": f"Python {platform.python_version()}, torch {torch.__version__}",
        "code": f"course {course.__version__}, {_revision()}",
        "date": date.today().isoformat(),
    }


def _processor() -> str:
    """Name the processor as far as the system tells."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _revision() -> str:
    """Give the commit of the course's folder, and whether its code was changed since."""
    git = ["git", "-C", str(Path(course.__file__).parents[1])]
    code = ["course", ":(exclude)course/models/weights"]  # what is written here is no code
    try:
        commit = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True
        )
        changed = subprocess.run(
            [*git, "diff", "--quiet", "HEAD", "--", *code], capture_output=True
        )
    except OSError:
        return "no commit known"
    if commit.returncode:
        return "no commit known"
    return f"commit {commit.stdout.strip()}{' with changes' if changed.returncode else ''}"
