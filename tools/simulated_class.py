"""Six learners in every lesson, through the instructor's commands as they are typed: `make class`.

    python -m tools.simulated_class -j 2 04_rnn

They hand in through a zip such as Moodle's, and their points are read from the exported table. The
answers are those of the exercise banks. The course folder is build/class, made anew: `jupyter lab`,
started there, shows this class in the formgrader.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from course.lessons.places import lesson_names, resolve_lesson
from tests.lessons.harness import GRADED, Notebook, Variant, load_bank, variants
from tools.bench_grading import ROOT, WORKERS, Class

FOLDER = ROOT / "build" / "class"
BANKS = ROOT / "tests" / "lessons" / "banks"
STUCK = {  # in place of an answer; the lesson's number says which
    "endless loop": "def {name}(*given, **named):\n    while True:\n        pass",
    "endless cell": "while True:\n    pass",
    "kernel ended": "import os\n\nos._exit(1)",
    "endless call": "def {name}(*given, **named):\n    return {name}(*given, **named)",
    "memory": "{name} = [bytes([1]) * 10**9 for _ in range(100)]",
}


def make_course(root: Path) -> None:
    """Make a course folder with all lessons and without a class."""
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "nbgrader_config.py", root)


def simulated_class(root: Path, lesson: str) -> Class:
    """Make the notebooks that six learners hand in.

    Args:
        root: the course folder with both notebooks of the lesson.
        lesson: its name.

    Returns:
        Learner -> notebook, and the points of its tests that are fair.
    """
    paths = (root / folder / lesson / f"{lesson}.ipynb" for folder in ("solutions", "notebooks"))
    solved, release = map(Notebook, paths)
    exercises, number = solved.answers(), int(lesson[:2])
    tried = variants(load_bank(BANKS / f"{lesson}.py"))

    def one_of(exercise: str, place: int, right: bool) -> Variant:
        found = [one for one in tried if one.exercise == exercise and right != bool(one.fails)]
        return found[place % len(found)]

    def made(*answers: Variant) -> tuple[bytes, float]:
        lost = [f"{one.exercise}_{cell}" for one in answers for cell in one.fails]
        fair = sum(solved.graded().values()) - sum(map(solved.graded().get, lost))
        return solved.with_answers({one.exercise: one.source for one in answers}), fair

    stuck = list(STUCK)[number % len(STUCK)]
    loop = Variant(exercises[0], stuck, STUCK[stuck].format(name=exercises[0]), GRADED)
    deleted = [Variant(name, "deleted", "", GRADED) for name in exercises[1:2]]
    return {
        "solved": made(),
        "untouched": (release.raw.encode(), 0),
        "half": made(*(one_of(x, number + i, False) for i, x in enumerate(exercises[::2]))),
        stuck: made(loop),
        "cells": (_cells(solved, release), made(*deleted)[1]),
        "other ways": made(*(one_of(x, number, True) for x in exercises)),
    }


def _cells(solved: Notebook, release: Notebook) -> bytes:
    """Delete the second answer and the first one's tests; put an untouched last one before it."""
    exercises = solved.answers()
    gone = {*exercises[1:2], *(f"{exercises[0]}_{cell}" for cell in GRADED)}
    cells = [cell for cell in solved.content["cells"] if cell["id"] not in gone]
    place = [cell["id"] for cell in cells].index(exercises[-1])
    cells.insert(place, cells[place] | {"id": "older", "source": release.source(exercises[-1])})
    return json.dumps(solved.content | {"cells": cells}).encode()


def through_the_commands(root: Path, lesson: str, workers: int) -> tuple[list[str], int]:
    """Type what docs/instructors.md says, for the class of one lesson.

    Args:
        root: a course folder.
        lesson: its name.
        workers: how many submissions are graded at a time.

    Returns:
        Cells for the table, and how many of them are other than a fair instructor wants.
    """
    start, students, archive = (
        time.perf_counter(),
        simulated_class(root, lesson),
        root / "class.zip",
    )
    with zipfile.ZipFile(archive, "w") as file:
        for number, (student, (notebook, _)) in enumerate(students.items(), 1):
            file.writestr(f"{student}_{number}_assignsubmission_file_/{lesson}.ipynb", notebook)
    options = {"collect": ("--zip", str(archive)), "grade": ("-j", str(workers))}
    commands = ("release", "collect", "grade", "feedback", "export")
    codes = {one: _course(root, one, lesson, *options.get(one, ())) for one in commands}
    table = (root / "grading" / "export" / f"{lesson}.csv").read_text("utf-8-sig").splitlines()
    found = {row["student"]: row["points"] for row in csv.DictReader(table)}
    cells, wrong = [lesson], 0
    for student, (_, fair) in students.items():
        is_fair = found.get(student) == f"{fair:g}"
        wrong += not is_fair
        cells.append(f"{student} {found.get(student)}/{fair:g}{'' if is_fair else ' UNFAIR'}")
    codes["feedback"] -= codes["feedback"] == 1  # written answers wait for a person
    complaints = [f"{command} ended with {code}" for command, code in codes.items() if code]
    return [*cells, *complaints, f"{time.perf_counter() - start:.0f} s"], wrong + len(complaints)


def _course(root: Path, *words: str) -> int:
    print("$ course", *words, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "course.cli", "--root", str(root), *words]
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode


def main() -> int:
    """Print the table: points / fair points for each learner; 1 if some of them differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lesson", nargs="*", help="names or numbers (default: all)")
    parser.add_argument("-j", "--jobs", type=int, default=WORKERS, help="submissions at a time")
    options = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    make_course(FOLDER)
    names, faults = lesson_names(FOLDER), 0
    for lesson in [resolve_lesson(word, names) for word in options.lesson] or names:
        cells, wrong = through_the_commands(FOLDER, lesson, options.jobs)
        print(" | ".join(cells), flush=True)
        faults += wrong
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
