"""How long the lessons take, as `make timings` measured it, and how a card says it."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "timings.json"
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def read_timings() -> dict[str, Any]:
    """Give what was measured.

    Returns:
        Lesson -> "smoke" and "lesson", each with "seconds" by the clock, "computing", seconds of
        processor time, and "memory", megabytes at most; "measured": where and with what.
    """
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def computing_words(seconds: float) -> str:
    """Say how long a lesson computes, as its card does.

    Args:
        seconds: by the clock, at the `lesson` budget; at most ten minutes.

    Returns:
        "less than a minute of computing", or "about three minutes of computing": rounded up to
        minutes, so that nobody waits longer than was said.

    Raises:
        ValueError: if it is more than ten minutes.
    """
    if seconds < 60:
        return "less than a minute of computing"
    minutes = -int(-seconds // 60)
    if minutes > len(WORDS):
        raise ValueError(f"{seconds:.0f} s are more than ten minutes: make the lesson shorter")
    return f"about {WORDS[minutes - 1]} {'minute' if minutes == 1 else 'minutes'} of computing"
