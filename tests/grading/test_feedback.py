"""What a feedback page may say."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.grading.feedback import OTHER_VALUES, OneLine
from course.grading.give_back import place_in_zip


def failed(name, message, grade_id="x_check"):
    """Make a cell with much output and one error; an empty `grade_id` is a learner's own cell."""
    outputs = [
        new_output("stream", name="stdout", text="secret"),
        new_output("display_data", {"text/plain": "secret"}),
        new_output("error", ename=name, evalue=message, traceback=["secret"]),
    ]
    marks = {"grade": True, "grade_id": grade_id, "solution": False, "locked": True}
    return new_code_cell("x", outputs=outputs, metadata={"nbgrader": marks} if grade_id else {})


def hidden(name, message):
    return failed(name, message, "x_hidden")


def said(*cells):
    """Give the one line that is left of the last of some cells."""
    notebook, _ = OneLine().preprocess(new_notebook(cells=list(cells)), {})
    [output] = notebook.cells[-1].outputs
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
def test_a_failed_check_says_one_line(name, message, wanted):
    assert said(failed(name, message)) == (wanted or f"{name}: {message}")


def test_a_hidden_test_repeats_the_visible_one_and_names_no_values_of_its_own():
    line = "turn changes the arguments it is given; work on a copy."
    assert said(failed("CheckFailed", line), hidden("CheckFailed", line)) == f"CheckFailed: {line}"
    for other in ("[48, 50] starts with 50.", "turn([48]) stopped with ValueError: secret"):
        cells = (
            failed("CheckFailed", line),
            hidden("CheckFailed", other),
            hidden("CheckFailed", other),
        )
        assert said(*cells) == f"CheckFailed: {OTHER_VALUES}"
    assert said(hidden("NameError", "secret")) == "NameError"


def test_learners_cells_say_the_kind_of_error_alone():
    assert said(failed("CheckFailed", "secret", "")) == "Error"
    assert said(failed("KeyError", "secret", "")) == "KeyError"


def test_long_messages_are_cut():
    assert len(said(failed("CheckFailed", "x" * 1000))) == len("CheckFailed: ") + 200


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
