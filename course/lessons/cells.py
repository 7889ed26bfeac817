"""What nbgrader's marks say of a cell, whoever wrote the notebook; cells made anew.

Marks of a wrong type count as none. A lesson's own source is read in `course.lessons.source`.
"""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

_MAKERS = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def marks(cell: NotebookNode) -> Mapping[str, Any]:
    """Give nbgrader's marks of a cell: grade_id, points, grade, solution and the like.

    Args:
        cell: any cell.

    Returns:
        The marks; empty where there are none.
    """
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def grade_id(cell: NotebookNode) -> str:
    """Give the name by which nbgrader knows a cell.

    Args:
        cell: any cell.

    Returns:
        The name; empty where it has none.
    """
    name = marks(cell).get("grade_id", "")
    return name if isinstance(name, str) else ""


def exercise_of(cell: NotebookNode) -> str:
    """Name the exercise that a cell belongs to.

    Args:
        cell: an answer, a check or a hidden test.

    Returns:
        Its exercise; empty for cells outside of exercises.
    """
    return grade_id(cell).removesuffix("_check").removesuffix("_hidden")


def is_test(cell: NotebookNode) -> bool:
    """Tell whether a cell is a check or a hidden test: code that is graded and asks for no answer.

    Args:
        cell: any cell.

    Returns:
        True if it is.
    """
    found = marks(cell)
    return cell.cell_type == "code" and bool(found.get("grade")) and not found.get("solution")


def plain_cell(cell: NotebookNode, metadata: Mapping[str, Any]) -> NotebookNode:
    """Copy a cell's kind and text; outputs and id are made anew.

    Args:
        cell: the cell; its text may be a list of lines.
        metadata: what the copy says of itself.

    Returns:
        The copy.

    Raises:
        KeyError: if it is none of code, markdown and raw.
    """
    text = cell.source if isinstance(cell.source, str) else "".join(cell.source)
    return _MAKERS[cell.cell_type](text, metadata=dict(metadata))
