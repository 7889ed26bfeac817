"""What is put back before a submission runs."""

import json

import nbformat
import pytest

from course.grading.limits import Limits
from course.grading.repair import Refused, open_submission, without_html
from tests.grading.attacks import LESSON, Maker


@pytest.fixture
def opened(fast_lesson, tmp_path):
    """Open a notebook given as bytes or as content."""
    release = nbformat.read(fast_lesson / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)

    def opened(notebook, limits=Limits()):  # noqa: B008
        data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        (tmp_path / "x.ipynb").write_bytes(data)
        return open_submission(tmp_path / "x.ipynb", release, limits)

    opened.release = release
    return opened


def test_answers_stay_and_everything_else_is_the_courses(opened, fast_lesson):
    maker = Maker(fast_lesson)
    found = opened(maker.change(turn_round="mine", turn_round_check="pass", same_melody="essay"))
    by_id = {cell.id: cell for cell in found.cells}
    original = {cell.id: cell for cell in opened.release.cells}
    assert by_id["turn_round"].source == "mine"
    assert by_id["same_melody"].source == "essay"
    assert by_id["turn_round_check"] == original["turn_round_check"]
    assert all(by_id[name].metadata == original[name].metadata for name in ("turn_round",))


def test_old_notebooks_without_ids_and_with_lists_of_lines(opened, fast_lesson):
    content = Maker(fast_lesson).content() | {"nbformat_minor": 4}
    for cell in content["cells"]:
        del cell["id"]
    found = opened(content)
    assert [c.metadata.get("nbgrader", {}).get("grade_id") for c in found.cells] == [
        c.metadata.get("nbgrader", {}).get("grade_id") for c in opened.release.cells
    ]


def test_deleted_cells_come_back_in_their_place(opened, fast_lesson):
    found = opened(Maker(fast_lesson).without("turn_round_check", "name_note", "same_melody"))
    assert [cell.id for cell in found.cells] == [cell.id for cell in opened.release.cells]


def test_html_of_learners_is_shown_not_run(opened, fast_lesson):
    essay = "<script>x</script> 1 < 2 [a](Javascript:x) [b](javascript&colon;x)"
    shown = "&lt;script>x&lt;/script> 1 < 2 [a](Javascript&#58;x) [b](javascript&amp;colon;x)"
    found = opened(Maker(fast_lesson).change(same_melody=essay))
    assert next(cell.source for cell in found.cells if cell.id == "same_melody") == shown
    assert without_html("a < b, see https://x.org") == "a < b, see https://x.org"
    assert found.cells[0].source == opened.release.cells[0].source


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no complete notebook"),
        (b"[]", "no complete notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "no exercise"),
        (b"\xff\xfe", "other than text"),
        (b'{"cells": [{"cell_type": "magic"}], "nbformat": 4}', "no complete notebook"),
    ],
)
def test_what_cannot_be_graded_is_lost_with_a_reason(opened, data, reason):
    with pytest.raises(Refused, match=reason) as refused:
        opened(data)
    assert refused.value.status == "lost"


def test_a_large_file_is_not_read(opened, fast_lesson):
    with pytest.raises(Refused, match="at most 0") as refused:
        opened(Maker(fast_lesson).solved.encode(), Limits(notebook_bytes=1000))
    assert refused.value.status == "too_large"
