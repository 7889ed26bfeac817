from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from music21 import note, stream, tie

from course.data import build_quartets
from course.data.array_files import save_arrays
from course.data.build_quartets import (
    pack_movements,
    quartet_files,
    read_movement,
    work_title,
)
from course.data.quartets import load_quartets


@pytest.mark.parametrize("name", ["mozart/k156/movement4.mxl", "mozart/k156/movement3.mxl"])
def test_a_movement_rebuilt_is_what_is_shipped(name, tmp_path):
    save_arrays(tmp_path / "x.npz", pack_movements([read_movement(name)]))
    (built,) = load_quartets(tmp_path / "x.npz")
    shipped = next(movement for movement in load_quartets() if movement.source_file == name)
    for field in ("pitches", "starts", "durations", "players", "bar_starts", "metres", "keys"):
        np.testing.assert_array_equal(getattr(built, field), getattr(shipped, field))
    for field in ("name", "title", "key", "num_ticks"):
        assert getattr(built, field) == getattr(shipped, field)


def measures(*lengths: float) -> list[stream.Measure]:
    bars = []
    for length in lengths:
        bar = stream.Measure()
        bar.append(note.Note(60, quarterLength=length))
        bars.append(bar)
    return bars


def test_a_bar_is_as_long_as_in_most_parts():
    parts = [measures(5, 4, 3), measures(4, 2, 2), measures(4, 4, 2), measures(4, 4, 3)]
    assert build_quartets._bar_lengths(parts) == ([4, 4, 3], 3)


def test_notes_are_cut_at_their_bar_and_graces_counted():
    bars = measures(5, 2)
    bars[0].insert(0.0, note.Note(72).getGrace())
    bars[0].insert(4.5, note.Note(64))
    faults = Counter()
    notes = build_quartets._part_notes(bars, [Fraction(0), Fraction(4), Fraction(8)], faults)
    assert notes == [(0, 60, 192), (192, 60, 96)]
    assert faults["grace notes left out"] == 1
    assert faults["notes beyond their bar, or shorter than a tick"] == 1


def test_tied_notes_are_joined_over_the_bar_line():
    bars = measures(4, 4)
    for bar, kind in zip(bars, ("start", "stop"), strict=True):
        bar.notes[0].tie = tie.Tie(kind)
    notes = build_quartets._part_notes(bars, [Fraction(0), Fraction(4), Fraction(8)], Counter())
    assert notes == [(0, 60, 384)]


@pytest.mark.parametrize(
    ("folder", "title"),
    [("k155", "K. 155"), ("opus59no1", "Op. 59 No. 1"), ("opus133", "Op. 133")],
)
def test_work_titles(folder, title):
    assert work_title(folder) == title


def test_what_is_left_out_says_why():
    with pytest.raises(ValueError, match="several movements"):
        read_movement("beethoven/opus132.mxl")
    with pytest.raises(ValueError, match="2 parts, no quartet"):
        read_movement("mozart/k545/movement1_exposition.mxl")
    with pytest.raises(ValueError, match="the parts differ in 5 of 42 bars"):
        read_movement("haydn/opus1no1/movement3.mxl")
    assert len(quartet_files()) == 47
