"""Whether the exercises of a lesson keep the five-cell form, and its points add up.

An exercise named `pair_notes` is five cells in a row, in section 6, "Build it":

1. its task: markdown that states "Difficulty 3 of 5 · 10 minutes · 4 points";
2. its answer: code, grade_id `pair_notes`, 3 to 15 lines between `### BEGIN SOLUTION` and
   `### END SOLUTION` (blank lines and comments not counted);
3. its check: code, grade_id `pair_notes_check`, the one call `check.pair_notes(pair_notes)`;
4. its hidden tests: code, grade_id `pair_notes_hidden`, the line `HIDDEN_COMMENT`, then between
   `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS` nothing but calls of the check with other
   values;
5. its hints: markdown with three `<details>`.

Cells 3 and 4 carry the tag `raises-exception`. Cells 1 and 5 carry no nbgrader metadata: a locked
text cell before a written answer makes nbgrader lose the whole submission if that answer was
deleted. Written answers stand in section 12, "Judge it", with a rubric in their solution.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from course.lessons.lint.common import (
    Problem,
    code_lines,
    first_line,
    left_out,
    printed_points,
    region,
    sections,
    tree,
)
from course.lessons.source import HIDDEN_COMMENT, LessonSource, SourceCell

MAX_POINTS = 20
EXERCISES = range(4, 7)  # with the written ones; lesson 00 may have a single one
VISIBLE_SHARE = (0.5, 0.7)  # of the points that a machine gives
ANSWER_LINES = range(3, 16)
RERUN_TAG = "raises-exception"  # Run All goes on behind a failing check

_PRICE = re.compile(r"Difficulty [1-5] of 5 · \d+ minutes? · (\d+) points?")
_GRADE_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def _check_five_cells(lesson: LessonSource) -> Iterator[Problem]:
    """Every answer stands in the middle of its five cells, and every test belongs to one."""
    tests = {cell.grade_id for cell in lesson.cells if cell.is_test}
    for name, index in lesson.exercises.items():
        answer = lesson.cells[index]
        around = [
            lesson.cells[place] if 0 <= place < len(lesson.cells) else None
            for place in (index - 1, index + 1, index + 2, index + 3)
        ]
        task, check, hidden, hints = around
        for cell, wanted in ((check, f"{name}_check"), (hidden, f"{name}_hidden")):
            if cell is None or not cell.is_test or cell.grade_id != wanted:
                yield Problem(
                    lesson.path, answer.line, f"{name}: the graded cell {wanted} does not follow"
                )
        for cell, what in ((task, "task before"), (hints, "hints behind")):
            if cell is None or cell.kind != "markdown":
                yield Problem(
                    lesson.path, answer.line, f"{name}: there is no markdown cell with the {what}"
                )
            elif cell.grading:
                yield Problem(
                    lesson.path,
                    cell.line,
                    f"{name}: take the nbgrader metadata off the {what.split()[0]} cell; it can "
                    "cost a learner the whole submission (see course/lessons/lint/exercises.py)",
                )
        tests -= {f"{name}_check", f"{name}_hidden"}
    for cell in lesson.cells:
        if cell.grade_id in tests:
            yield Problem(lesson.path, cell.line, f"{cell.grade_id} belongs to no answer cell")


def _check_tasks_and_hints(lesson: LessonSource) -> Iterator[Problem]:
    """A task states its price, hints come in three steps."""
    for name, index in lesson.exercises.items():
        task, hints = lesson.cells[index - 1], lesson.cells[min(index + 3, len(lesson.cells) - 1)]
        points = sum(cell.points for cell in lesson.cells[index + 1 : index + 3])
        match = _PRICE.search(task.text)
        if match is None:
            yield Problem(
                lesson.path,
                task.line,
                f"{name}: state the price: “Difficulty 3 of 5 · 10 minutes · {points} points”",
            )
        elif int(match[1]) != points:
            yield Problem(
                lesson.path,
                task.line,
                f"{name}: the task promises {match[1]} points, its cells give {points}",
            )
        if hints.text.count("<details>") != 3 or hints.text.count("</details>") != 3:
            yield Problem(lesson.path, hints.line, f"{name}: give hints in three <details>")


def _check_answers(lesson: LessonSource) -> Iterator[Problem]:
    """An answer has a docstring and one blank of 3 to 15 lines."""
    for name, index in lesson.exercises.items():
        cell = lesson.cells[index]
        blank = region(cell, "SOLUTION")
        if blank is None:
            yield Problem(
                lesson.path, cell.line, f"{name}: mark one ### BEGIN SOLUTION … ### END SOLUTION"
            )
        elif code_lines(blank) not in ANSWER_LINES:
            yield Problem(
                lesson.path,
                cell.line,
                f"{name}: {code_lines(blank)} lines to write; 3 to 15 are an exercise",
            )
        defined = [
            node for node in tree(cell).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        if name not in [node.name for node in defined]:
            yield Problem(lesson.path, cell.line, f"{name}: the answer cell does not define it")
        elif not all(ast.get_docstring(node) for node in defined):
            yield Problem(lesson.path, cell.line, f"{name}: give the answer a docstring")


def _check_tests(lesson: LessonSource) -> Iterator[Problem]:
    """The visible test is one call; the hidden one only calls with other values."""
    for cell in lesson.cells:
        if not cell.is_test:
            continue
        name, _, kind = cell.grade_id.rpartition("_")
        if RERUN_TAG not in cell.tags:
            yield Problem(lesson.path, cell.line, f"{cell.grade_id}: add tags=[{RERUN_TAG!r}]")
        if not cell.grading.get("locked"):
            yield Problem(lesson.path, cell.line, f"{cell.grade_id}: set locked to true")
        if cell.points < 1:
            yield Problem(lesson.path, cell.line, f"{cell.grade_id}: give it at least 1 point")
        body = tree(cell).body
        if kind == "check" and not (len(body) == 1 and _is_check(body[0], name, 1)):
            yield Problem(
                lesson.path, cell.line, f"{cell.grade_id}: the one call check.{name}({name}, …)"
            )
        if kind == "hidden":
            yield from _check_hidden(lesson, cell, name)


def _check_hidden(lesson: LessonSource, cell: SourceCell, name: str) -> Iterator[Problem]:
    inside = region(cell, "HIDDEN TESTS")
    if first_line(cell) != HIDDEN_COMMENT or inside is None:
        yield Problem(
            lesson.path,
            cell.line,
            f"{cell.grade_id}: begin with `{HIDDEN_COMMENT}`, then one "
            "### BEGIN HIDDEN TESTS … ### END HIDDEN TESTS",
        )
        return
    outside = code_lines(cell.text.splitlines()) - code_lines(inside)
    body = tree(cell).body
    if outside or not body or not all(_is_check(node, name, 2) for node in body):
        yield Problem(
            lesson.path,
            cell.line,
            f"{cell.grade_id}: only calls check.{name}({name}, other values) inside the region",
        )


def _check_written(lesson: LessonSource) -> Iterator[Problem]:
    """One or two written questions in section 12, each with a rubric that learners do not get."""
    written = [cell for cell in lesson.cells if cell.is_written]
    if "Judge it" not in left_out(lesson) and len(written) not in (1, 2):
        yield Problem(
            lesson.path, lesson.cells[-1].line, f"{len(written)} written answers; ask 1 or 2"
        )
    for cell in written:
        blank = region(cell, "SOLUTION")
        if blank is None or "rubric" not in "\n".join(blank).lower():
            yield Problem(
                lesson.path,
                cell.line,
                f"{cell.grade_id}: put a model answer and a rubric between BEGIN and END SOLUTION",
            )


def _check_places(lesson: LessonSource) -> Iterator[Problem]:
    """Code is graded in section 6, prose in section 12."""
    starts = sections(lesson)
    for index, cell in enumerate(lesson.cells):
        title = next((title for title, start in reversed(starts) if start <= index), "")
        wanted = {True: "Judge it", False: "Build it"}[cell.is_written]
        if (cell.is_written or cell.is_answer or cell.is_test) and title != wanted:
            yield Problem(lesson.path, cell.line, f"{cell.grade_id} belongs into “{wanted}”")


def _check_names(lesson: LessonSource) -> Iterator[Problem]:
    """Every graded cell has a name of its own, in words."""
    count = Counter(cell.grade_id for cell in lesson.cells if cell.grading)
    for cell in lesson.cells:
        if cell.grading and count[cell.grade_id] > 1:
            yield Problem(lesson.path, cell.line, f"grade_id {cell.grade_id!r} is there twice")
        if cell.grading and not _GRADE_ID.fullmatch(cell.grade_id):
            yield Problem(
                lesson.path, cell.line, f"grade_id {cell.grade_id!r}: use_words_like_this"
            )


def _check_points(lesson: LessonSource) -> Iterator[Problem]:
    """The points add up: 4 to 6 exercises, at most 20 points, about 60 % of them visible."""
    card = lesson.cells[0].line
    total = sum(cell.points for cell in lesson.cells)
    printed = printed_points(lesson)
    if printed != total:
        yield Problem(lesson.path, card, f"the card says {printed} points, the cells give {total}")
    if total > MAX_POINTS:
        yield Problem(lesson.path, card, f"{total} points; at most {MAX_POINTS} a lesson")
    count = len(lesson.exercises) + sum(cell.is_written for cell in lesson.cells)
    if count not in EXERCISES and not (lesson.name.startswith("00") and count == 1):
        yield Problem(lesson.path, card, f"{count} exercises; 4 to 6, the written ones included")
    tests = [cell for cell in lesson.cells if cell.is_test]
    visible = sum(cell.points for cell in tests if cell.grade_id.endswith("_check"))
    automatic = sum(cell.points for cell in tests)
    if automatic and not VISIBLE_SHARE[0] <= visible / automatic <= VISIBLE_SHARE[1]:
        yield Problem(
            lesson.path,
            card,
            f"{visible} of {automatic} points are visible; make it about 60 % (50 to 70)",
        )


def _is_check(node: ast.stmt, name: str, arguments: int) -> bool:
    """Tell whether a statement is `check.name(name, …)` with at least so many arguments."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    function = ast.unparse(call.func)
    first = ast.unparse(call.args[0]) if call.args else ""
    given = len(call.args) + len(call.keywords)
    return function == f"check.{name}" and first == name and given >= arguments


EXERCISE_RULES = (
    _check_five_cells,
    _check_tasks_and_hints,
    _check_answers,
    _check_tests,
    _check_written,
    _check_places,
    _check_names,
    _check_points,
)
