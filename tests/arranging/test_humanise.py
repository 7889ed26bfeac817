"""Seeded unevenness of a musical size."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.humanise import humanise
from course.note_sequence import Note, NoteSequence, Tempo
from tests.strategies import note_sequences

PIECES = note_sequences(max_instruments=3, with_changes=True, velocities=st.integers(1, 127))
EVEN = NoteSequence(tuple(Note(60 + n % 7, n / 2, n / 2 + 0.5) for n in range(400)))


@given(PIECES, st.integers(0, 99), st.data())
def test_locked_notes_and_the_length_stay(music, seed, data):
    locked = data.draw(st.sets(st.sampled_from(music.notes))) if music.notes else set()
    result = humanise(music, seed, locked=locked).music
    assert locked <= set(result.notes)
    assert result.total_quarters == music.total_quarters
    assert sorted((n.pitch, n.instrument) for n in result.notes) == sorted(
        (n.pitch, n.instrument) for n in music.notes
    )
    assert humanise(music, seed, locked=locked).music == result


def test_deviations_have_the_size_that_was_asked_for():
    for timing in (5.0, 20.0):
        result = humanise(EVEN, 1, timing_ms=timing).music
        before = {(n.pitch, round(2 * n.start)): n.start for n in EVEN.notes}
        moved = [
            1000 * (float(result.seconds_at(n.start)) - float(EVEN.seconds_at(n.start * 0 + start)))
            for n, start in ((n, round(2 * n.start) / 2) for n in result.notes)
        ]
        assert len(before) == 400
        assert 0.6 * timing < np.std(moved) < 1.2 * timing


def test_neighbours_deviate_alike():
    result = humanise(EVEN, 2).music
    off = np.array([n.start - round(2 * n.start) / 2 for n in result.notes])
    assert np.corrcoef(off[:-1], off[1:])[0, 1] > 0.5


def test_a_slow_tempo_makes_the_same_milliseconds():
    slow = NoteSequence(EVEN.notes, tempos=(Tempo(0.0, 30.0),))
    fast, slow = (humanise(piece, 3).music for piece in (EVEN, slow))
    for a, b in zip(fast.notes[:50], slow.notes[:50], strict=True):
        off = [n.start - round(2 * n.start) / 2 for n in (a, b)]
        assert off[0] * 60 / 120 == pytest.approx(off[1] * 60 / 30, abs=1e-9)


def test_the_beginning_of_a_bar_is_accented():
    loud = humanise(EVEN, 0, timing_ms=0.0, velocity=0.0, accent=10.0).music
    assert [n.velocity for n in loud.notes[:8]] == [90, 80, 85, 80, 85, 80, 85, 80]
    assert humanise(EVEN, 0, 0.0, 0.0, 0.0).music == EVEN


def test_a_repeated_note_does_not_sound_into_itself():
    same = NoteSequence(tuple(Note(60, n / 2, n / 2 + 0.5) for n in range(100)))
    notes = humanise(same, 0, timing_ms=20.0).music.notes
    assert all(a.end <= b.start + 1e-12 for a, b in pairwise(notes))


def test_an_empty_piece_and_bad_requests():
    assert humanise(NoteSequence(), 0).music == NoteSequence()
    with pytest.raises(ValueError, match="timing_ms"):
        humanise(EVEN, 0, timing_ms=100.0)
    with pytest.raises(ValueError, match="seed"):
        humanise(EVEN, -1)
    with pytest.raises(ValueError, match="not in the piece"):
        humanise(EVEN, 0, locked=[Note(1, 0, 1)])
