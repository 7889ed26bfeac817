"""A simulated class of 60, graded by this course and by nbgrader alone; a part of `make bench`."""

import os
import shutil
import sqlite3
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from course.grading.sandbox import Sandbox, find_sandbox
from course.lessons.build import build_lessons
from course.lessons.failures import CommandError
from tests.grading import attacks

ROOT = Path(__file__).resolve().parent.parent
WORKERS = min(4, os.cpu_count() or 1)
HOSTILE = ("empties tests (syntax tree)", "os._exit in a cell", "shows points", "doubled grade_id")


def simulated_class(maker: attacks.Maker) -> dict[str, bytes]:
    """Make the submissions of 60 students.

    Args:
        maker: of the lesson that they hand in.

    Returns:
        Student -> notebook: 24 right, 18 partly right, 8 untouched, 4 broken, 6 hostile.
    """
    by_name = {attack.name: attack for attack in attacks.ATTACKS}
    kinds = {
        "right": [maker.solved.encode()] * 24,
        "partly": [maker.change(turn_round=attacks.WRONG)] * 18,
        "untouched": [maker.release.encode()] * 8,
        "broken": [maker.solved[:900].encode()] * 4,
        "hostile": [by_name[name].submission(maker) for name in (*HOSTILE, *HOSTILE[:2])],
    }
    return {
        f"{number:02} {kind}": notebook
        for kind, notebooks in kinds.items()
        for number, notebook in enumerate(notebooks)
    }


def grading() -> list[tuple[str, str, str]]:
    """Grade the class by both ways.

    Returns:
        Rows for the table.
    """
    try:
        sandbox = find_sandbox("bubblewrap")
    except CommandError as error:
        return [("a class of 60", f"not measured: {error}", "")]
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as folder:
        ours = _ours(_course(Path(folder).resolve() / "ours"), sandbox)
        stock = _stock(_course(Path(folder).resolve() / "stock"))
    return [
        ("submissions per minute", f"{ours[0]:.1f}", f"{stock[0]:.1f}"),
        ("with a right result, of 60", str(ours[1]), str(stock[1])),
        ("right or partly right work without its points, of 42", str(ours[2]), str(stock[2])),
        ("seconds", f"{ours[3]:.0f}", f"{stock[3]:.0f}"),
    ]


def _course(root: Path) -> Path:
    """Make a course folder with the tests' fast lesson and the class's submissions."""
    lesson = attacks.LESSON
    (root / "solutions" / lesson).mkdir(parents=True)
    source = ROOT / "tests" / "grading" / "lesson.txt"
    shutil.copy(source, root / "solutions" / lesson / f"{lesson}.py")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    build_lessons(root)
    for student, notebook in simulated_class(attacks.Maker(root)).items():
        path = root / "grading" / "submitted" / student / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook)
    return root


def _ours(root: Path, sandbox: Sandbox) -> tuple[float, int, int, float]:
    course = GradedCourse(root)
    course.prepare(attacks.LESSON)
    start = time.perf_counter()
    order = Order(attacks.LESSON, sandbox, workers=WORKERS)
    rows = grade_class(course, order, lambda line: None)
    seconds = time.perf_counter() - start
    found = {row.student: float(row.points) if row.points else None for row in rows}
    return _judged(found, seconds)


def _stock(root: Path) -> tuple[float, int, int, float]:
    """Let `nbgrader autograde` do the whole batch, with this course's configuration."""
    nbgrader = Path(sysconfig.get_path("scripts")) / "nbgrader"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    quiet = {"cwd": root, "env": environment, "capture_output": True, "check": False}
    subprocess.run([nbgrader, "generate_assignment", attacks.LESSON, "--force"], **quiet)
    start = time.perf_counter()
    subprocess.run([nbgrader, "autograde", attacks.LESSON], **quiet)
    seconds = time.perf_counter() - start
    query = (
        "SELECT student.id, SUM(grade.auto_score) FROM grade "
        "JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id "
        "JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id "
        "JOIN student ON submitted_assignment.student_id = student.id GROUP BY student.id"
    )
    with sqlite3.connect(root / "grading" / "gradebook.db") as book:
        found = dict(book.execute(query).fetchall())
    book.close()
    done = {path.parent.parent.name for path in (root / "grading/autograded").glob("*/*/*.ipynb")}
    return _judged({s: points if s in done else None for s, points in found.items()}, seconds)


def _judged(found: Mapping[str, float | None], seconds: float) -> tuple[float, int, int, float]:
    """Compare points with what is fair.

    Returns:
        Submissions per minute that have a result, how many results are right, how much honest work
        has none or a wrong one, and the seconds.
    """
    by_name = {attack.name: attack for attack in attacks.ATTACKS}
    fair = {"right": 6, "partly": 3, "untouched": 0, "broken": None}
    right = honest = done = 0
    for number, kind in (name.split() for name in _names()):
        if kind == "hostile":
            attack = by_name[HOSTILE[int(number) % len(HOSTILE)]]
            wanted = sum(attack.points.values()) if attack.status == "graded" else None
        else:
            wanted = fair[kind]
        got = found.get(f"{number} {kind}")
        right += got == wanted
        honest += kind in ("right", "partly") and got != wanted
        done += got is not None
    return 60 * done / seconds, right, honest, seconds


def _names() -> list[str]:
    counts = {"right": 24, "partly": 18, "untouched": 8, "broken": 4, "hostile": 6}
    return [f"{number:02} {kind}" for kind, count in counts.items() for number in range(count)]
