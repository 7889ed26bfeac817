"""How `make bench` times calls and commands, and writes times.

Every figure is a median. Whole-process figures start a new Python each time; the others are timed
inside one process after a warm-up.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Row = tuple[str, str, str]  # of a table


def median_seconds(call: Callable[[], object], runs: int = 7) -> float:
    """Time a call after one warm-up.

    Args:
        call: what to time; its result is thrown away.
        runs: how many timed runs.

    Returns:
        The median in seconds.
    """
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def process_seconds(code: str, runs: int = 5) -> float:
    """Time a statement inside new Python processes, without the interpreter's own start.

    Args:
        code: statements, one line.
        runs: how many processes.

    Returns:
        The median in seconds.
    """
    program = f"import time; s = time.perf_counter(); {code}; print(time.perf_counter() - s)"
    command = [sys.executable, "-c", program]
    outputs = [subprocess.run(command, check=True, capture_output=True) for _ in range(runs)]
    return statistics.median(float(output.stdout) for output in outputs)


def command_seconds(*commands: list[str], runs: int = 5) -> float:
    """Time commands that run one after the other, each in a process of its own.

    Args:
        commands: words of each; "python" as the first stands for this Python.
        runs: how many timed runs, after one that warms the disk up.

    Returns:
        The median of the sums in seconds.

    Raises:
        subprocess.CalledProcessError: if a command fails.
    """

    def run() -> None:
        for program, *words in commands:
            command = [sys.executable if program == "python" else program, *words]
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    return median_seconds(run, runs)


def milliseconds(seconds: float) -> str:
    """Write a time in milliseconds with three digits that matter.

    Args:
        seconds: the time.

    Returns:
        Text such as "12.3 ms".
    """
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds * 1000:.0f} ms"
