"""What a feedback page may say."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from course.grading.feedback import OneLine
from course.grading.give_back import place_in_zip

GRADED = {"nbgrader": {"grade": True, "grade_id": "x_hidden", "solution": False, "locked": True}}


def said(name, message, graded=True):
    """Give the one line that is left of a cell with much output and one error."""
    outputs = [
        new_output("stream", name="stdout", text="secret"),
        new_output("display_data", {"text/plain": "secret"}),
        new_output("error", ename=name, evalue=message, traceback=["secret"]),
    ]
    cell = new_code_cell("x", outputs=outputs, metadata=GRADED if graded else {})
    cell, _ = OneLine().preprocess_cell(cell, {}, 0)
    [output] = cell.outputs
    [line] = output.traceback
    return line


@pytest.mark.parametrize(
    ("name", "message", "wanted"),
    [
        ("CheckFailed", "the last note should come first.", None),
        ("CheckFailed", "turn([1, 2]) stopped in line 3 of its cell with ValueError: secret",
         "CheckFailed: turn stopped in line 3 of its cell with ValueError"),
        ("CheckFailed", "turn([1]) is still running after 3 seconds; does every turn end?",
         "CheckFailed: turn is still running after 3 seconds"),
        ("NotRun", "this cell ended the kernel", None),
        ("NameError", "secret", "NameError"),
        ("secret", "secret", "Error"),
        ("SystemExit", "secret", "SystemExit"),
    ],
)  # fmt: skip
def test_a_failed_test_says_one_line_without_hidden_values(name, message, wanted):
    assert said(name, message) == (wanted or f"{name}: {message}")


def test_learners_cells_say_the_kind_of_error_alone():
    assert said("CheckFailed", "secret", graded=False) == "Error"
    assert said("KeyError", "secret", graded=False) == "KeyError"


def test_long_messages_are_cut():
    assert len(said("CheckFailed", "x" * 1000)) == len("CheckFailed: ") + 200


@pytest.mark.parametrize(
    ("original", "wanted"),
    [
        ("Ada L_12_assignsubmission_file_/", "Ada L_12_assignsubmission_file_/01_midi.html"),
        ("Ada L_12_assignsubmission_file_", "Ada L_12_assignsubmission_file_01_midi.html"),
        ("ada_LATE_5_6_01_midi-1.ipynb", "ada_LATE_5_6_01_midi-1.html"),
        ("", "ada/01_midi.html"),
    ],
)
def test_pages_are_named_as_the_platform_wants(original, wanted):
    assert place_in_zip(original, "ada", "01_midi") == wanted
