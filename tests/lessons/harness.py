"""The bank behind every exercise, and the process in which thousands of answers are tried.

**A bank** is a file `tests/lessons/banks/NN_topic.py`, called like its lesson, with one constant:

    from tests.lessons.harness import Bank, Mutant

    EXERCISES = {
        "turn_round": Bank(
            alternatives={
                "slice": '''
                    def turn_round(pitches):
                        return pitches[::-1]
                ''',
                "loop": '''…''',
            },
            mutants={
                "in_place": Mutant('''…'''),
                "hard_coded": Mutant('''…''', fails=("hidden",)),
                "package_version": Mutant('''…'''),
                "returns_none": Mutant('''…'''),
            },
        ),
    }

Every source replaces the *whole* answer cell of the student notebook, signature included; it may be
indented, and it sees what the lesson's other cells define. An **alternative** is a correct answer
in another style and gets all points: at least two an exercise. A **mutant** is a mistake that
people make: at least four. `fails` says exactly which of the exercise's two graded cells it loses;
all other cells of the lesson keep their points. At least one mutant has `fails=("hidden",)`: the
visible example, hard-coded. One is called `package_version` and calls the package's own version.
Each graded cell is failed by some mutant, or it tests nothing.

**In process**, the student notebook's cells run once; then, per variant, every answer cell is
executed (the variant's, and the solution's for all other exercises) and all graded cells of the
*solved* notebook, hidden tests included. As in nbgrader, an error or a line on stderr costs a
cell's points, and none may take long. `test_autograder.py` sends the same variants through nbgrader
and compares.
"""

import ast
import contextlib
import importlib.util
import io
import itertools
import json
import linecache
import os
import sys
import textwrap
import time
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

GRADED = ("check", "hidden")
PACKAGE_VERSION = "package_version"
CEILING_SECONDS = 5.0  # of processor time a graded cell; promised is 1 s on a laptop


@dataclass(frozen=True)
class Mutant:
    """A wrong answer; `fails` are the graded cells of its exercise that it loses."""

    source: str
    fails: tuple[str, ...] = GRADED


@dataclass(frozen=True)
class Bank:
    """The answers that one exercise is tried with; the keys are the variants' names."""

    alternatives: Mapping[str, str]
    mutants: Mapping[str, Mutant]


@dataclass(frozen=True)
class Variant:
    """One answer to try, and which of its exercise's graded cells it must lose."""

    exercise: str
    name: str
    source: str
    fails: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.exercise}-{self.name}"


@dataclass(frozen=True)
class Outcome:
    """What a graded cell gave."""

    points: float
    message: str = ""  # empty if it passed
    seconds: float = field(default=0.0, compare=False)  # of processor time


def load_bank(path: Path) -> dict[str, Bank]:
    """Read a bank file."""
    spec = importlib.util.spec_from_file_location(f"bank_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EXERCISES


def variants(banks: Mapping[str, Bank]) -> list[Variant]:
    """List all answers of a lesson's banks."""
    return [
        Variant(exercise, name, textwrap.dedent(source).strip())
        for exercise, bank in banks.items()
        for name, source in bank.alternatives.items()
    ] + [
        Variant(exercise, name, textwrap.dedent(mutant.source).strip(), mutant.fails)
        for exercise, bank in banks.items()
        for name, mutant in bank.mutants.items()
    ]


def submissions(variants: Sequence[Variant]) -> list[list[Variant]]:
    """Put answers to different exercises together, so that few submissions hold all of them.

    An answer costs no other exercise anything, which `test_banks.py` shows for each one alone.
    """
    by_exercise = {}
    for variant in variants:
        by_exercise.setdefault(variant.exercise, []).append(variant)
    return [list(filter(None, row)) for row in itertools.zip_longest(*by_exercise.values())]


def faults_of(banks: Mapping[str, Bank], exercises: list[str]) -> list[str]:
    """Say what a lesson's banks lack, whatever their answers do."""
    faults = [f"{name}: no such exercise" for name in banks if name not in exercises]
    for exercise in exercises:
        bank = banks.get(exercise, Bank({}, {}))
        if len(bank.alternatives) < 2:
            faults.append(f"{exercise}: {len(bank.alternatives)} alternatives; at least two")
        if len(bank.mutants) < 4:
            faults.append(f"{exercise}: {len(bank.mutants)} mutants; at least four")
        lost = [mutant.fails for mutant in bank.mutants.values()]
        faults += [
            f"{exercise}: no mutant fails {cell}" for cell in GRADED if cell not in sum(lost, ())
        ]
        if ("hidden",) not in lost:
            faults.append(f"{exercise}: no hard-coded mutant, which fails only the hidden cell")
        if PACKAGE_VERSION not in bank.mutants:
            faults.append(f"{exercise}: no mutant {PACKAGE_VERSION!r}")
        if any(not fails or set(fails) - set(GRADED) for fails in lost):
            faults.append(f"{exercise}: `fails` names one or both of {GRADED}")
    return faults


class Notebook:
    """A notebook file whose cells are found by id."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_text(encoding="utf-8")
        self.content = json.loads(self.raw)
        self.code = [cell for cell in self.content["cells"] if cell["cell_type"] == "code"]

    def graded(self) -> dict[str, float]:
        """Give the points of every cell that gives points by running."""
        marks = (cell["metadata"].get("nbgrader", {}) for cell in self.code)
        return {mark["grade_id"]: mark["points"] for mark in marks if mark.get("grade")}

    def up_to_last_graded(self) -> list[dict[str, Any]]:
        """Give the code cells up to the last one that gives points by running."""
        graded = [
            place
            for place, cell in enumerate(self.code)
            if cell["metadata"].get("nbgrader", {}).get("grade")
        ]
        return self.code[: graded[-1] + 1]

    def answers(self) -> list[str]:
        """Give the exercises' names in their order."""
        marks = (cell["metadata"].get("nbgrader", {}) for cell in self.code)
        return [
            mark["grade_id"] for mark in marks if mark.get("solution") and not mark.get("grade")
        ]

    def source(self, cell_id: str) -> str:
        """Give a cell's text."""
        (cell,) = [cell for cell in self.code if cell["id"] == cell_id]
        return "".join(cell["source"])

    def with_answers(self, answers: Mapping[str, str]) -> bytes:
        """Give the notebook as a file in which some answer cells hold another text."""
        content = json.loads(self.raw)
        for cell in content["cells"]:
            if cell["id"] in answers:
                cell["source"] = answers[cell["id"]].splitlines(keepends=True)
        return json.dumps(content).encode()


class LessonRun:
    """A lesson whose cells have run once up to the last graded one, ready to try answers.

    That the untouched lesson runs to its very end is shown in JupyterLab, by
    tests/browser/test_lessons_in_jupyter.py, and by the autograder.

    Args:
        root: the course folder with both notebooks of the lesson.
        lesson: its name.
        workspace: folder that the lesson may write to.
    """

    def __init__(self, root: Path, lesson: str, workspace: Path) -> None:
        self.release = Notebook(root / "notebooks" / lesson / f"{lesson}.ipynb")
        self.solved = Notebook(root / "solutions" / lesson / f"{lesson}.ipynb")
        self.points = self.solved.graded()
        self._workspace = workspace
        self._main = types.ModuleType("__main__")
        with self._as_main():
            for cell in self.release.up_to_last_graded():
                error, _ = self._execute("".join(cell["source"]), cell["id"])
                if error and "raises-exception" not in cell["metadata"].get("tags", ()):
                    raise AssertionError(f"{lesson}, cell {cell['id']}: {error}")
        self._after = dict(vars(self._main))

    def grade(self, answers: Mapping[str, str]) -> dict[str, Outcome]:
        """Try answers; exercises that are not named are answered by the solution.

        Args:
            answers: exercise -> text of its answer cell.

        Returns:
            The outcome of every graded cell.
        """
        outcomes = {}
        with self._as_main():
            vars(self._main).clear()
            vars(self._main).update(self._after)
            for exercise in self.solved.answers():
                vars(self._main).pop(exercise, None)
                source = answers.get(exercise, self.solved.source(exercise))
                self._execute(source, exercise)
                for cell in GRADED:
                    grade_id = f"{exercise}_{cell}"
                    start = time.process_time()
                    error, value = self._execute(self.solved.source(grade_id), grade_id)
                    seconds = time.process_time() - start
                    assert value is None, f"{grade_id} ends in a value, which nbgrader would grade"
                    points = 0 if error else self.points[grade_id]
                    outcomes[grade_id] = Outcome(points, error, seconds)
        return outcomes

    def untouched(self) -> dict[str, Outcome]:
        """Grade the student notebook as it is handed out."""
        return self.grade({name: self.release.source(name) for name in self.release.answers()})

    def _execute(self, source: str, name: str) -> tuple[str, Any]:
        """Run one cell; give what nbgrader would hold against it, and its last value."""
        filename = f"<{name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        stderr = io.StringIO()
        value = None
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(stderr),
            warnings.catch_warnings(record=True) as warned,
        ):
            warnings.simplefilter("default")
            # Python hides these outside tests; the socket left open may be another test's.
            warnings.simplefilter("ignore", ResourceWarning)
            try:
                body = ast.parse(source, filename)
                last = ast.Expression(body.body.pop().value) if _ends_in_value(body) else None
                exec(compile(body, filename, "exec"), vars(self._main))
                if last:
                    value = eval(compile(last, filename, "eval"), vars(self._main))
            except (Exception, SystemExit) as error:
                return f"{type(error).__name__}: {error}", None
        noise = [str(warning.message) for warning in warned] + stderr.getvalue().splitlines()
        return (f"on stderr: {noise[0]}" if noise else ""), value

    @contextlib.contextmanager
    def _as_main(self) -> Iterator[None]:
        """Let the lesson's namespace be `__main__`, as in a notebook under nbgrader."""
        environment = {
            "NBGRADER_EXECUTION": "autograde",
            "COURSE_BUDGET": "smoke",
            "COURSE_WORKSPACE": str(self._workspace),
            "MPLBACKEND": "agg",
        }
        main = sys.modules["__main__"]  # not mock.patch.dict: it would forget new imports
        sys.modules["__main__"] = self._main
        try:
            with mock.patch.dict(os.environ, environment), contextlib.chdir(self._workspace):
                yield
        finally:
            sys.modules["__main__"] = main


def _ends_in_value(body: ast.Module) -> bool:
    return bool(body.body) and isinstance(body.body[-1], ast.Expr)


def slow_cells(outcomes: Mapping[str, Outcome], ceiling: float = CEILING_SECONDS) -> list[str]:
    """Name the graded cells that took longer than a ceiling, with their seconds."""
    return [
        f"{name}: {outcome.seconds:.1f} s of processor time; at most {ceiling:g}"
        for name, outcome in outcomes.items()
        if outcome.seconds > ceiling
    ]


def expected(run: LessonRun, variant: Variant) -> dict[str, float]:
    """Give the points that every graded cell must get for a variant."""
    lost = {f"{variant.exercise}_{cell}" for cell in variant.fails}
    return {name: 0 if name in lost else points for name, points in run.points.items()}


@cache
def lesson_run(root: Path, lesson: str, workspace: Path) -> LessonRun:
    """Run a lesson once for all tests that try answers in it."""
    return LessonRun(root, lesson, workspace)
