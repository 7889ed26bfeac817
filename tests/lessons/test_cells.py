import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course.lessons.cells import exercise_of, grade_id, is_test, marks, plain_cell


def cell_with(nbgrader, make=new_code_cell):
    return make("x", metadata={"nbgrader": nbgrader})


@pytest.mark.parametrize("nbgrader", [None, "roll", ["roll"], 3])
def test_marks_of_a_wrong_type_count_as_none(nbgrader):
    cell = cell_with(nbgrader)
    assert (marks(cell), grade_id(cell), is_test(cell)) == ({}, "", False)
    assert grade_id(cell_with({"grade_id": nbgrader and [nbgrader]})) == ""


@pytest.mark.parametrize(
    ("name", "exercise"),
    [("roll", "roll"), ("roll_check", "roll"), ("roll_hidden", "roll"), ("", "")],
)
def test_the_exercise_of_a_cell(name, exercise):
    assert exercise_of(cell_with({"grade_id": name})) == exercise


@pytest.mark.parametrize(
    ("nbgrader", "make", "expected"),
    [
        ({"grade": True}, new_code_cell, True),
        ({"grade": True, "solution": True}, new_code_cell, False),
        ({"solution": True}, new_code_cell, False),
        ({"grade": True}, new_markdown_cell, False),
    ],
)
def test_what_is_a_test(nbgrader, make, expected):
    assert is_test(cell_with(nbgrader, make)) is expected


def test_a_plain_copy_has_neither_outputs_nor_the_old_id():
    cell = new_code_cell("x", id="old", execution_count=3)
    cell.source = ["a = 1\n", "b = 2"]
    copy = plain_cell(cell, {"tags": ["kept"]})
    assert (copy.source, copy.execution_count, copy.outputs) == ("a = 1\nb = 2", None, [])
    assert copy.id != "old"
    assert copy.metadata.tags == ["kept"]
    cell.cell_type = "picture"
    with pytest.raises(KeyError):
        plain_cell(cell, {})
