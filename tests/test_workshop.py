"""The workshop's route in docs/instructors.md, held against the notebooks."""

import ast
import builtins
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
GUIDE = (REPOSITORY / "docs" / "instructors.md").read_text(encoding="utf-8")
WORKSHOP = GUIDE.split("## A workshop of three hours")[1].split("\n## ")[0]


def table_rows():
    for line in WORKSHOP.split("| minute |")[1].split("\n\n")[0].splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def route():
    """Give each lesson with the headings that are to be run; "all" for all of them."""
    for _, lesson, sections, _ in table_rows():
        if lesson.startswith("`"):
            yield lesson.strip("`"), sections.split("; ")
    [other] = re.findall(
        r"take lesson `(\w+)` in the third hour:\s(.+?)\. They", WORKSHOP, re.DOTALL
    )
    yield other[0], " ".join(other[1].split()).split("; ")


@cache
def code_cells(lesson):
    """Give (heading, code) for each code cell; those before the first section: the title."""
    path = REPOSITORY / "notebooks" / lesson / f"{lesson}.ipynb"
    heading, cells = "", []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append((heading, text))
        elif found := re.match(r"#+ (.+)", text):
            heading = found[1]
    return cells


def chosen_cells(lesson, sections):
    cells = code_cells(lesson)
    return [text for heading, text in cells if heading in (cells[0][0], *sections)]


def names(code):
    """Give the names that a cell reads, and those that it makes, wherever in it."""
    nodes = list(ast.walk(ast.parse(code)))
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    made = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    made |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    made |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    made |= {
        (alias.asname or alias.name).split(".")[0]
        for n in nodes
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    }
    return read, made


@pytest.mark.parametrize(("lesson", "sections"), list(route()))
def test_the_headings_are_those_of_the_notebook_in_its_order(lesson, sections):
    headings = list(dict.fromkeys(heading for heading, _ in code_cells(lesson)))
    if sections == ["all"]:
        return
    assert set(sections) <= set(headings)
    assert sections == sorted(sections, key=headings.index)


@pytest.mark.parametrize(("lesson", "sections"), list(route()))
def test_no_cell_needs_one_that_is_left_out(lesson, sections):
    if sections == ["all"]:
        return
    known = set(dir(builtins))
    for cell in chosen_cells(lesson, sections):
        read, made = names(cell)
        assert read <= known | made, f"{sorted(read - known - made)} in: {cell[:80]}"
        known |= made


def test_the_route_fills_three_hours_without_gaps():
    spans = [tuple(map(int, row[0].split(" to "))) for row in table_rows()]
    assert spans[0][0] == 0
    assert spans[-1][1] == 180
    assert all(first[1] == then[0] for first, then in pairwise(spans))
