"""Time every solved lesson at both budgets, and write course/lessons/timings.json.

    make timings                   all lessons
    make timings NAMES="04_rnn"    these; the others stay as they are

The cards of the lessons say how long computing takes; a test compares them with this file. What was
run is kept for `make book`.
"""

import json
import sys

from course.lessons.places import lesson_names
from course.lessons.timings import FILE, read_timings
from course.recipes.origin import origin
from tools.executed import ROOT, executed

BUDGETS = ("smoke", "lesson")


def main() -> None:
    """Run the lessons that are named one after the other; keep what is known after each."""
    timings = read_timings()
    for lesson in sys.argv[1:] or lesson_names(ROOT, "solutions"):
        timings[lesson] = {budget: measure(lesson, budget) for budget in BUDGETS}
        timings[lesson]["measured"] = origin()
        print(lesson, timings[lesson], flush=True)
        ordered = dict(sorted(timings.items()))
        FILE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def measure(lesson: str, budget: str) -> dict[str, float]:
    """Run one lesson, whether it was run before or not.

    Returns:
        "seconds" by the clock, kernel's start included, "computing", seconds of processor time, and
        "memory", megabytes.
    """
    run = executed(lesson, budget, anew=True)
    return {
        "seconds": run.seconds,
        "computing": run.computing,
        "memory": round(run.memory / 1e6),
    }


if __name__ == "__main__":
    main()
