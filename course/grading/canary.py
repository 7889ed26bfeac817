"""Whether a test can still fail: it is asked to judge an answer that nobody wrote.

Answer and tests share one Python process. A submission can therefore replace a check, an assertion
or the very code that runs cells, and every test passes. So right after a test was passed, the same
test is run once more with a stand-in for the answer that does nothing but raise. A test that lets
the stand-in pass proves nothing, and the submission is set aside for a person.

This finds tampering that is general. Code that recognises the stand-in gets through: that is the
limit of one process, see docs/instructors.md.
"""

import secrets

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

GENERAL = "the tests no longer fail when they should"


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
    """Give a cell that undoes `stand_in`."""
    return new_code_cell(f"globals()[{exercise!r}] = globals().pop({keep!r})")


def must_fail() -> NotebookNode:
    """Give a test without an answer that fails in every sound process."""
    return new_code_cell(f"assert False, {secrets.token_hex(8)!r}")


def failed(cell: NotebookNode) -> bool:
    """Tell whether a cell that has run stopped with an error."""
    return any(output.output_type == "error" for output in cell.outputs)


def exercise_behind(cell: NotebookNode) -> str:
    """Name the answer that a graded code cell judges; empty for a cell that is no test."""
    marks = cell.metadata.get("nbgrader", {})
    name = str(marks.get("grade_id", ""))
    if cell.cell_type != "code" or not marks.get("grade") or marks.get("solution"):
        return ""
    exercise = name.removesuffix("_check").removesuffix("_hidden")
    return exercise if exercise != name and exercise.isidentifier() else ""
