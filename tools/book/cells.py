"""Which cells of a lesson a page shows, and with which outputs.

An exercise appears as learners get it. In the edition with solutions a folded cell follows it.
Hidden tests are in no edition.
"""

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.lessons.cells import marks

EDITIONS = ("solutions", "class")
HIDDEN_TESTS = "### BEGIN HIDDEN TESTS"
MODEL_ANSWER = re.compile(r"<!-- ### BEGIN SOLUTION -->\n(.*?)<!-- ### END SOLUTION -->", re.S)
OWN_COMPUTER = "own-computer"  # tag of a cell that tells of the computer it runs on
WIDGET = "application/vnd.jupyter.widget-view+json"
STAND_INS = {
    "Keyboard": "a piano keyboard to play on",
    "Player": "a player of what the model writes while it learns",
    "ListeningTest": "a listening test: you hear, choose, and are told at the end",
    "Studio": "the studio: sliders and menus for a request, and what the model makes of it",
}


def page_cells(solved: NotebookNode, student: NotebookNode, edition: str) -> NotebookNode:
    """Choose the cells of a page.

    Args:
        solved: the solved lesson with its outputs.
        student: the same lesson as learners get it.
        edition: "solutions" or "class".

    Returns:
        A notebook for the page; a cell's metadata say under which word it is folded ("fold"), and
        whether its code is left out ("without_code").

    Raises:
        ValueError: if there is no such edition, or the notebooks are not of the same lesson.
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition is {edition!r}; use one of {', '.join(EDITIONS)}")
    if [cell.id for cell in solved.cells] != [cell.id for cell in student.cells]:
        raise ValueError("the notebooks differ in their cells; run `make build` first")
    pairs = zip(solved.cells, student.cells, strict=True)
    cells = [
        cell for pair in pairs for cell in _shown(*pair, with_solutions=edition == "solutions")
    ]
    return new_notebook(cells=cells, metadata=student.metadata)


def _shown(
    solved: NotebookNode, student: NotebookNode, *, with_solutions: bool
) -> Iterator[NotebookNode]:
    """Give the cells that stand on the page for one cell of the lesson."""
    found = marks(solved)
    if HIDDEN_TESTS in solved.source:
        return
    if solved.cell_type == "markdown":
        yield new_markdown_cell(student.source, id=student.id)
    else:
        is_given = not found.get("solution") and (with_solutions or not found.get("grade"))
        outputs = solved.outputs if is_given and solved.source == student.source else []
        yield _code(student, student.source, outputs)
    if found.get("solution") and with_solutions:
        yield _solution(solved)


def _code(cell: NotebookNode, source: str, outputs: list[NotebookNode]) -> NotebookNode:
    """Give a code cell for the page."""
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    shown = [_without_kernel(output) for output in outputs if output.get("name") != "stderr"]
    if OWN_COMPUTER in cell.metadata.get("tags", []):
        shown = [_stand_in("what it finds on your computer")]
    return new_code_cell(source, id=cell.id, outputs=shown, metadata={"without_code": bool(hidden)})


def _solution(cell: NotebookNode) -> NotebookNode:
    """Give the folded cell with an answer."""
    name = f"{cell.id[:50]}-solution"
    if cell.cell_type == "markdown":
        answer = MODEL_ANSWER.search(cell.source)
        return new_markdown_cell(
            answer[1] if answer else cell.source, id=name, metadata={"fold": "A model answer"}
        )
    source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M)
    return new_code_cell(source, id=name, outputs=cell.outputs, metadata={"fold": "A solution"})


def _without_kernel(output: NotebookNode) -> NotebookNode:
    """Put a sentence in the place of a widget, which is nothing without Python."""
    if WIDGET not in output.get("data", {}):
        return output
    name = re.match(r"\W*(\w*)", output.data.get("text/plain", ""))[1]
    return _stand_in(STAND_INS.get(name, "a part that works with Python only"))


def _stand_in(what: str) -> NotebookNode:
    """Give a sentence in the place of an output."""
    text = f'<p class="stand-in"><strong>In the notebook:</strong> {what}.</p>'
    return new_output("display_data", data={"text/html": text})
