"""Write the course as a site, or look at the one that is there.

make book                       both editions: build/book and build/book-class
make book BUDGET=smoke          a trial, in minutes
make book NAMES="00_start"      these lessons only
python -m tools.book --check    open every page in Chromium and report what is wrong
"""

import argparse
import sys
from pathlib import Path

from course.lessons.places import lesson_names, resolve_lesson
from tools.book.site import write_edition
from tools.executed import ROOT, executed

FOLDERS = {"solutions": ROOT / "build" / "book", "class": ROOT / "build" / "book-class"}
BUDGETS = ("smoke", "lesson", "full")


def main(words: list[str] | None = None) -> int:
    """Do what the command line asks for.

    Returns:
        0, or 1 if a page that was looked at has a fault.
    """
    arguments = _parser().parse_args(words)
    if arguments.check:
        return int(sum(map(look, FOLDERS.values())) > 0)
    known = lesson_names(ROOT)
    build([resolve_lesson(word, known) for word in arguments.lessons] or known, arguments.budget)
    return 0


def build(lessons: list[str], budget: str) -> None:
    """Write both editions and say what they weigh.

    Args:
        lessons: in their order.
        budget: "smoke", "lesson" or "full".
    """
    solved = {}
    for number, lesson in enumerate(lessons, 1):
        run = executed(lesson, budget)
        solved[lesson] = run.notebook
        print(f"{number}/{len(lessons)} {lesson}: {run.seconds:.0f} s to run", flush=True)
    for edition, folder in FOLDERS.items():
        weights = write_edition(solved, folder, edition, budget)
        for name, (page, pictures) in weights.items():
            print(f"{name:28} {page / 1e6:6.2f} MB, pictures {pictures / 1e6:.2f} MB")
        print(f"{_shown(folder)}: open {_shown(folder / 'index.html')}", flush=True)


def look(folder: Path) -> int:
    """Look at every page of an edition in Chromium and print what is wrong.

    Args:
        folder: where the edition is.

    Returns:
        How many faults there are.
    """
    from tools.book.check import faults  # needs Chromium and the tools for the tests

    count = 0
    for page, lines in faults(folder):
        print(page, *(lines or ["nothing is wrong"]), sep="\n    ", flush=True)
        count += len(lines)
    return count


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.book", description="The course to read.")
    parser.add_argument("lessons", nargs="*", help="names or numbers; none: all")
    parser.add_argument("--budget", choices=BUDGETS, default="lesson")
    parser.add_argument("--check", action="store_true", help="look at the pages that are there")
    return parser


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT)


if __name__ == "__main__":
    sys.exit(main())
