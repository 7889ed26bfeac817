"""Opening a submitted notebook: refuse what cannot be graded, restore what a program changed.

The learner's file is only read. In the copy every graded cell has the marks and the place that the
student notebook gives it; the answers are the learner's. Marks that were edited, doubled or dropped
therefore cost nothing, unless it can no longer be told which cell is which.
"""

import copy
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.limits import MIB, Limits
from course.lessons.cells import grade_id, plain_cell

_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_ENTITY = re.compile(r"&(?=[#a-zA-Z])")
_SCRIPT_LINK = re.compile(r"(javascript|vbscript|data)\s*:", re.IGNORECASE)


class Refused(Exception):
    """A submission cannot be graded; a person has to look.

    Args:
        status: "lost" or "too_large".
        reason: one line.
    """

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def open_submission(path: Path, release: NotebookNode, limits: Limits) -> NotebookNode:
    """Read a submission and restore its graded cells.

    Args:
        path: the submitted file.
        release: the lesson's student notebook.
        limits: how large the file may be.

    Returns:
        A notebook that holds every graded cell of the lesson exactly once.

    Raises:
        Refused: if it is too large, no notebook, or another lesson's.
    """
    notebook = _read(path, limits)
    originals = {name: cell for cell in release.cells if (name := grade_id(cell))}
    _name_cells(notebook, release, originals)
    _drop_doubles(notebook)
    if not any(grade_id(cell) for cell in notebook.cells):
        raise Refused(
            "lost",
            "no exercise of this lesson is in it: another notebook, or a program has dropped the "
            "cells' marks and cells were added or deleted",
        )
    notebook.cells = [_restored(cell, originals) for cell in notebook.cells]
    own_texts = {cell.source for cell in release.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code" and cell.source not in own_texts:
            cell.source = without_html(cell.source)
    _insert_missing(notebook, originals)
    return notebook


def without_html(text: str) -> str:
    """Make HTML in a learner's text visible instead of active.

    The formgrader shows texts as they are: a script in one would act with the teacher's rights.

    Args:
        text: Markdown.

    Returns:
        The text, in which no tag begins and no link runs a script.
    """
    plain = _ENTITY.sub("&amp;", text)  # else one could spell a tag or a link's scheme
    return _SCRIPT_LINK.sub(r"\1&#58;", _TAG.sub("&lt;", plain))


def _read(path: Path, limits: Limits) -> NotebookNode:
    """Read a notebook file of any version."""
    try:
        if path.is_symlink() or not path.is_file():
            raise Refused("lost", f"{path.name} is missing, or is no plain file")
        size = path.stat().st_size
        if size > limits.notebook_bytes:
            limit = limits.notebook_bytes / MIB
            raise Refused("too_large", f"{size / MIB:.0f} MiB; at most {limit:.0f} are read")
        text = path.read_text(encoding="utf-8-sig")
        notebook = nbformat.reads(text, as_version=4)
        cells = [_plain(cell) for cell in notebook.cells]
    except OSError as error:
        raise Refused("lost", f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Refused("lost", "is no notebook: it holds other than text") from None
    except RecursionError:
        raise Refused("lost", "is no notebook: it is nested too deeply") from None
    except Refused:
        raise
    except Exception as error:  # of nbformat's many ways to refuse a file
        what = " ".join(str(error).partition(":")[0].split())[:100]
        raise Refused("lost", f"is no complete notebook ({what or type(error).__name__})") from None
    return nbformat.v4.new_notebook(cells=cells, metadata={}, nbformat_minor=5)


def _plain(cell: NotebookNode) -> NotebookNode:
    """Copy a cell's text, marks and id; outputs are made anew."""
    plain = plain_cell(cell, {"nbgrader": {"grade_id": grade_id(cell)}})
    plain["id"] = cell.get("id", plain["id"])
    if cell.cell_type == "markdown" and isinstance(cell.get("attachments"), dict):
        plain["attachments"] = copy.deepcopy(cell.attachments)  # a picture in a written answer
    return plain


def _name_cells(
    notebook: NotebookNode, release: NotebookNode, originals: dict[str, NotebookNode]
) -> None:
    """Name cells that have lost their marks: by their id, or by their place if none was added."""
    names = {grade_id(cell) for cell in notebook.cells} & originals.keys()
    missing = originals.keys() - names
    by_id = {cell["id"]: name for name, cell in originals.items() if name in missing}
    same_shape = [c.cell_type for c in notebook.cells] == [c.cell_type for c in release.cells]
    for index, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        if name in originals:
            continue
        if not names and same_shape:
            name = grade_id(release.cells[index])
        else:
            name = by_id.get(cell["id"], "")
        cell.metadata.nbgrader["grade_id"] = name


def _drop_doubles(notebook: NotebookNode) -> None:
    """Of cells with one name the last counts, as for `course check`."""
    seen: set[str] = set()
    for cell in reversed(notebook.cells):
        if grade_id(cell) in seen:
            cell.metadata.nbgrader["grade_id"] = ""
        seen.add(grade_id(cell))


def _restored(cell: NotebookNode, originals: dict[str, NotebookNode]) -> NotebookNode:
    """Give a cell the marks of the student notebook; a test becomes the course's own again."""
    original = originals.get(grade_id(cell))
    if original is None:
        cell.metadata = NotebookNode()
        return cell
    restored = copy.deepcopy(original)
    if not original.metadata.nbgrader.get("locked"):
        restored.source = cell.source
        if "attachments" in cell and original.cell_type == "markdown":
            restored["attachments"] = cell.attachments
    return restored


def _insert_missing(notebook: NotebookNode, originals: dict[str, NotebookNode]) -> None:
    """Put deleted cells back behind the graded cell that stands before them in the lesson."""
    places = {grade_id(cell) for cell in notebook.cells}
    before = ""
    for name, original in originals.items():
        if name not in places:
            index = next(
                (i for i, cell in enumerate(notebook.cells, 1) if grade_id(cell) == before), 0
            )
            notebook.cells.insert(index, copy.deepcopy(original))
        before = name
