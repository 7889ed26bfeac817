"""A simulated class of 60, graded by this course and by nbgrader alone; a part of `make bench`.

    python -m tools.bench_grading 6

tries the same with a small class, and prints the table. What is done stands on stderr meanwhile.
One of our workers is killed in the middle; that must cost nobody a point.
"""

import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from course.grading.sandbox import Sandbox, find_sandbox
from course.lessons.build import build_lessons
from course.lessons.failures import CommandError
from tests.grading import attacks

ROOT = Path(__file__).resolve().parent.parent
WORKERS = min(4, os.cpu_count() or 1)
SIZE = 60
KINDS = (  # of every ten students
    *("right", "partly", "hostile", "broken", "untouched"),
    *("right", "partly", "right", "partly", "right"),
)
HOSTILE = ("empties tests (syntax tree)", "os._exit in a cell", "shows points", "doubled grade_id")
Class = Mapping[str, tuple[bytes, float | None]]
_POINTS = """
SELECT student.id, SUM(grade.auto_score) FROM grade
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN student ON submitted_assignment.student_id = student.id GROUP BY student.id
"""


def simulated_class(maker: attacks.Maker, size: int = SIZE) -> Class:
    """Make the submissions of a class.

    Args:
        maker: of the lesson that they hand in.
        size: how many students, in the mixture of `KINDS`.

    Returns:
        Student -> notebook and the points that are fair; None where a person has to look.
    """
    by_name = {attack.name: attack for attack in attacks.ATTACKS}
    students = {}
    for number in range(size):
        kind = KINDS[number % len(KINDS)]
        if kind == "hostile":
            attack = by_name[HOSTILE[number // len(KINDS) % len(HOSTILE)]]
            fair = sum(attack.points.values()) if attack.status == "graded" else None
            made = attack.submission(maker), fair
        else:
            made = {
                "right": (maker.solved.encode(), 6),
                "partly": (maker.change(turn_round=attacks.WRONG), 3),
                "untouched": (maker.release.encode(), 0),
                "broken": (maker.solved[:900].encode(), None),
            }[kind]
        students[f"{number:02} {kind}"] = made
    return students


def grading(size: int = SIZE) -> list[tuple[str, str, str]]:
    """Grade the class by both ways.

    Args:
        size: how many students.

    Returns:
        Rows for the table.
    """
    try:
        sandbox = find_sandbox("bubblewrap")
    except CommandError as error:
        return [(f"a class of {size}", f"not measured: {error}", "")]
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as folder:
        columns = []
        for name in ("ours", "stock"):
            root, students = _course(Path(folder).resolve() / name, size)
            start = time.perf_counter()
            found = _ours(root, sandbox) if name == "ours" else _stock(root)
            columns.append(_judged(students, found, time.perf_counter() - start))
    return [(name, columns[0][name], columns[1][name]) for name in columns[0]]


def _course(root: Path, size: int) -> tuple[Path, Class]:
    """Make a course folder with the tests' fast lesson and the class's submissions."""
    lesson = attacks.LESSON
    (root / "solutions" / lesson).mkdir(parents=True)
    source = ROOT / "tests" / "grading" / "lesson.txt"
    shutil.copy(source, root / "solutions" / lesson / f"{lesson}.py")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    build_lessons(root)
    students = simulated_class(attacks.Maker(root), size)
    for student, (notebook, _) in students.items():
        path = root / "grading" / "submitted" / student / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook)
    return root, students


def _ours(root: Path, sandbox: Sandbox) -> dict[str, float]:
    """Let `course grade` do the class, the lesson's preparation included."""
    order = Order(attacks.LESSON, sandbox, workers=WORKERS)
    size = len(list((root / "grading" / "submitted").iterdir()))
    rows = grade_class(GradedCourse(root), order, _say_and_kill(size // 2))
    return {row.student: float(row.points) for row in rows if row.points}


def _stock(root: Path) -> dict[str, float]:
    """Let nbgrader do the whole batch with its own settings, in this course's folders."""
    program = Path(sysconfig.get_path("scripts")) / "nbgrader"
    own = ["--OverwriteCells.add_missing_cells=False", "--Execute.timeout=30"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    for command in (["generate_assignment", "--force"], ["autograde", *own]):
        with subprocess.Popen(
            [program, *command, f"--assignment={attacks.LESSON}"],
            cwd=root,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            for line in process.stderr or ():
                if "Converting notebook" in line or "ERROR" in line:
                    _say(line.strip()[-150:])
    with sqlite3.connect(root / "grading" / "gradebook.db") as book:
        found = dict(book.execute(_POINTS).fetchall())
    book.close()
    done = {path.parts[-3] for path in (root / "grading/autograded").glob("*/*/*.ipynb")}
    return {student: points for student, points in found.items() if student in done}


def _judged(students: Class, found: Mapping[str, float], seconds: float) -> dict[str, str]:
    """Compare points with what is fair; honest work is what is right or partly right."""
    fair = {student: points for student, (_, points) in students.items()}
    wrong = [student for student, points in fair.items() if found.get(student) != points]
    honest = [student for student in fair if student.endswith(("right", "partly"))]
    cheated = [one for one in wrong if one.endswith("hostile") and one in found]
    return {
        "submissions with points, per minute": f"{60 * len(found) / seconds:.1f}",
        f"with the points that are fair, or none where none are, of {len(fair)}": str(
            len(fair) - len(wrong)
        ),
        f"honest work without its points, of {len(honest)}": str(len({*wrong} & {*honest})),
        "hostile ones with points that they should not have": str(len(cheated)),
        "seconds": f"{seconds:.0f}",
    }


def _say_and_kill(graded: int) -> Callable[[str], None]:
    """Give what says a line, and kills a busy worker once so many submissions are graded."""
    lines, killed = itertools.count(1), []

    def say(line: str) -> None:
        _say(line)
        if next(lines) < graded or killed:
            return
        family = psutil.Process().children(recursive=True)
        workers = [one.parent() for one in family if one.name() == "bwrap"]
        for worker in [one for one in workers if one.name() != "bwrap"][:1]:
            worker.kill()
            killed.append(worker)
            _say(f"killed the worker {worker.pid}")

    return say


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    for row in grading(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE):
        print(" | ".join(row))
