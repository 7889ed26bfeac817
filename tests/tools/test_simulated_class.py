import json

import pytest

from course.lessons.places import lesson_names
from tools import simulated_class as tool

LESSONS = lesson_names(tool.ROOT)


@pytest.mark.parametrize("lesson", LESSONS)
def test_six_hand_in_with_points_that_are_fair(lesson):
    students = tool.simulated_class(tool.ROOT, lesson)
    solved, untouched, half, stuck, cells, other = (fair for _, fair in students.values())
    assert solved == other == (2 if lesson == "00_start" else 18)
    assert untouched == 0
    assert all(0 <= fair < solved for fair in (half, stuck))
    assert (cells == solved) == (lesson == "00_start")  # it has no second answer
    assert len({notebook for notebook, _ in students.values()}) == 6


def test_fair_points_by_hand():
    students = tool.simulated_class(tool.ROOT, "01_midi")  # 3, 5, 4, 3 and 3 points
    assert {who: fair for who, (_, fair) in students.items()} == {
        "solved": 18, "untouched": 0, "half": 8, "endless cell": 15, "cells": 13, "other ways": 18,
    }  # fmt: skip


def test_cells_are_deleted_and_doubled():
    notebook, _ = tool.simulated_class(tool.ROOT, "01_midi")["cells"]
    cells = [cell["id"] for cell in json.loads(notebook)["cells"]]
    assert "read_variable_length" in cells
    assert {
        "read_variable_length_check",
        "read_variable_length_hidden",
        "read_track_events",
    }.isdisjoint(cells)
    assert cells.index("older") == cells.index("write_midi_file") - 1


@pytest.mark.autograder
def test_the_commands_give_a_class_its_fair_points(tmp_path):
    tool.make_course(tmp_path)
    row, wrong = tool.through_the_commands(tmp_path, "00_start", 2)
    assert wrong == 0, row
    assert [*row[:4], *row[5:7]] == [
        *("00_start", "solved 2/2", "untouched 0/0", "half 0/0", "cells 2/2", "other ways 2/2"),
    ]
