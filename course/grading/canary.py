"""Whether a test can still fail: it is asked to judge an answer that nobody wrote.

Answer and tests share one Python process. A submission can therefore replace a check, an assertion
or the very code that runs cells, and every test passes. So right after a test was passed, the same
test is run once more with a stand-in for the answer that does nothing but raise. A test that lets
the stand-in pass proves nothing, and the submission is set aside for a person.

A check that is half disarmed may still fail on the stand-in. So the functions of `course.checks`
and what they call by name are also noted before the first cell of a submission runs, and must be
the same ones afterwards.

This finds tampering that is general. Code that recognises the stand-in or the note gets through:
that is the limit of one process, see docs/instructors.md.
"""

import inspect
import re
import secrets
from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.grading.note import note_of_checks
from course.lessons.cells import exercise_of, grade_id, is_test

GENERAL = "the tests no longer fail when they should"
PATCHED = "functions of the checks, or those that they call, were replaced"
_CHECKS = re.compile(r"course\.checks(?:\.| import )(\w+)")
_NOTE = """
{source}
assert False, globals().pop({name!r})({modules!r}) + {name!r}
"""


def stand_in(exercise: str, keep: str) -> NotebookNode:
    """Give a cell that puts a stand-in into the answer's place.

    Args:
        exercise: the answer's name.
        keep: a name under which the answer is kept meanwhile.

    Returns:
        A code cell.
    """
    return new_code_cell(
        f"{keep} = globals().get({exercise!r})\n"
        f"def {exercise}(*arguments, **named):\n"
        f"    raise NotImplementedError({secrets.token_hex(4)!r})"
    )


def put_back(exercise: str, keep: str) -> NotebookNode:
    """Give a cell that undoes `stand_in`.

    Args:
        exercise: the answer's name.
        keep: the name under which the answer is kept.

    Returns:
        A code cell.
    """
    return new_code_cell(f"globals()[{exercise!r}] = globals().pop({keep!r})")


def check_modules(notebook: NotebookNode) -> list[str]:
    """Name the modules of `course.checks` that a notebook mentions, and those behind them all.

    Args:
        notebook: the prepared submission.

    Returns:
        Names such as "core", sorted.
    """
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return sorted({"core", "values", *_CHECKS.findall(code)})


def note_functions(modules: Sequence[str]) -> tuple[NotebookNode, str]:
    """Give a cell that fails with a note of all functions in some modules of the checks.

    Args:
        modules: what `check_modules` gave.

    Returns:
        The cell, and a word that follows the note in its message.
    """
    name = f"_{secrets.token_hex(8)}"
    source = inspect.getsource(note_of_checks).replace("note_of_checks", name)
    return new_code_cell(_NOTE.format(source=source, name=name, modules=list(modules))), name


def read_note(cell: NotebookNode, word: str) -> str:
    """Read the note out of a cell that has run.

    Args:
        cell: what `note_functions` gave, run.
        word: the word that it gave.

    Returns:
        The note; empty if there is none.
    """
    messages = [x.evalue for x in cell.outputs if x.output_type == "error"]
    return next((x.removesuffix(word) for x in messages if x.endswith(word)), "")


def failed(cell: NotebookNode) -> bool:
    """Tell whether a cell that has run stopped with an error.

    Args:
        cell: a code cell with its outputs.

    Returns:
        True if it did.
    """
    return any(output.output_type == "error" for output in cell.outputs)


def exercise_behind(cell: NotebookNode) -> str:
    """Name the answer that a graded code cell judges.

    Args:
        cell: any cell.

    Returns:
        The exercise; empty for a cell that is no test of one.
    """
    exercise = exercise_of(cell)
    named = is_test(cell) and exercise != grade_id(cell) and exercise.isidentifier()
    return exercise if named else ""
