"""Tempo maps, and durations that are exact in the file, too."""

import io

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.tempo import fit_duration, ritardando, set_tempo, shape_tempo
from course.note_sequence import Note, NoteSequence, Tempo
from course.representation.midi import midi_bytes
from tests.strategies import note_sequences

PIECE = NoteSequence((Note(60, 0, 8),), tempos=(Tempo(0, 100), Tempo(4, 50)))
RATES = (8_000, 24_000, 44_100, 48_000)


def test_one_tempo():
    assert set_tempo(PIECE, 120).music.tempos == (Tempo(0.0, 120.0),)
    assert set_tempo(PIECE, 120).music.total_seconds == 4.0


def test_a_slope_by_hand():
    shaped = shape_tempo(PIECE, [(0, 60), (4, 100)], step_quarters=1).music
    rates = [(t.start, t.quarters_per_minute) for t in shaped.tempos]
    assert rates == [(0, 60), (1, 70), (2, 80), (3, 90), (4, 100)]


def test_slower_towards_the_end():
    slowed = ritardando(PIECE, 4.0, 0.5).music
    assert float(slowed.seconds_at(4.0)) == float(PIECE.seconds_at(4.0))
    rates = [t.quarters_per_minute for t in slowed.tempos if t.start >= 4]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 50
    assert 25 < rates[-1] < 30


@given(
    note_sequences(with_changes=True),
    st.floats(0.3, 1.0),
    st.sampled_from([0.0, 0.25, 1.5]),
)
def test_a_duration_is_exact_to_the_sample_and_survives_the_file(music, factor, ring):
    seconds = round(music.total_seconds * factor, 3) + ring
    fitted = fit_duration(music, seconds, ring, limits=(0, 2)).music
    assert abs(fitted.total_seconds - seconds) < 1e-6
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(fitted)))
    for rate in RATES:
        assert abs(file.length - fitted.total_seconds) * rate < 0.01


def test_fifteen_seconds_with_a_tail():
    fitted, report = fit_duration(PIECE, 9.0, 1.5, limits=(0.5, 2))
    for rate in RATES:
        assert round(fitted.total_seconds * rate) == 9 * rate
    assert float(fitted.seconds_at(8.0)) == pytest.approx(7.5, abs=1e-6)
    assert "9.000000 s" in report.summary
    first, last = fitted.tempos[0], next(t for t in fitted.tempos if t.start == 4.0)
    assert first.quarters_per_minute / last.quarters_per_minute == pytest.approx(2, abs=1e-4)


def test_what_would_sound_wrong_is_refused():
    with pytest.raises(ValueError, match=r"7\.20 s must become 3\.00 s.*crop"):
        fit_duration(PIECE, 3.0)
    with pytest.raises(ValueError, match="repeat"):
        fit_duration(PIECE, 30.0)
    with pytest.raises(ValueError, match="no length"):
        fit_duration(NoteSequence(), 3.0)
    with pytest.raises(ValueError, match="ring_seconds"):
        fit_duration(PIECE, 7.0, 7.0)
    with pytest.raises(ValueError, match="quarters_per_minute is 0"):
        set_tempo(PIECE, 0)
    with pytest.raises(ValueError, match="increasing"):
        shape_tempo(PIECE, [(4, 100), (0, 60)])
    with pytest.raises(ValueError, match="quarters is 99"):
        ritardando(PIECE, 99)
    slow = NoteSequence(PIECE.notes, tempos=(Tempo(0, 4),))
    with pytest.raises(ValueError, match="slowest tempo"):
        fit_duration(slow, 1.3 * slow.total_seconds)
