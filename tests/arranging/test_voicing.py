"""Chords as notes that move little."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.chords import read_chords
from course.arranging.voicing import voice_chord


def test_by_hand():
    assert voice_chord([0, 4, 7], [], 48, 67) == [52, 55, 60]
    assert voice_chord([5, 9, 0], [52, 55, 60], 48, 67) == [53, 57, 60]
    assert voice_chord([7, 11, 2], [53, 57, 60], 48, 67) == [55, 59, 62]


def test_ties_take_the_narrowest_then_the_lowest():
    assert voice_chord([6], [60], 48, 72) == [54]
    assert voice_chord([6, 0], [60], 48, 72) == [54, 60]
    assert voice_chord([2, 5, 9], [55, 63], 48, 67) == [57, 62, 65]  # 53, 57, 62 is as near


@given(
    st.lists(st.integers(0, 11), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(30, 90), max_size=4),
    st.integers(20, 90),
    st.integers(11, 30),
)
def test_the_range_is_never_left_and_no_tone_is_lost(classes, before, low, width):
    pitches = voice_chord(classes, before, low, low + width)
    assert sorted(p % 12 for p in pitches) == sorted(classes)
    assert all(low <= p <= low + width for p in pitches)
    assert pitches == sorted(pitches)


def test_a_row_of_chords_moves_less_than_root_position():
    chords = read_chords("C Am F G C F Dm G C")
    voiced = []
    for chord in chords:
        voiced.append(voice_chord(chord.pitch_classes, voiced[-1] if voiced else [], 48, 67))
    roots = [[48 + c.root + (t - c.root) % 12 for t in c.pitch_classes] for c in chords]

    def moved(row):
        return sum(min(abs(p - q) for q in before) for before, now in pairwise(row) for p in now)

    assert moved(voiced) < 0.7 * moved(roots)


def test_a_narrow_range_is_refused():
    with pytest.raises(ValueError, match=r"have no pitch each in 60\.\.62"):
        voice_chord([0, 4], [], 60, 62)
    with pytest.raises(ValueError, match="high is 49"):
        voice_chord([0], [], 50, 49)
