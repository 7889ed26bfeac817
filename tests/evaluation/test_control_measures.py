"""Mode, density, register and tempo by hand."""

import numpy as np
import pytest

from course.evaluation.control_measures import (
    measure_density,
    measure_mode,
    measure_register,
    measure_tempo,
    onset_seconds,
)
from course.note_sequence import Instrument, Note, NoteSequence, Tempo

KIT = Instrument(is_drum=True)


def scale(steps, base=60):
    return NoteSequence(tuple(Note(base + s, n, n + 1) for n, s in enumerate(steps)))


def test_by_hand():
    notes = (Note(60, 0, 3), Note(72, 3, 4), Note(36, 0, 4, instrument=1))
    music = NoteSequence(notes, (Instrument(), KIT), total_quarters=8)
    assert measure_density(music) == 0.25
    assert measure_register(music) == 63.0
    assert measure_mode(scale((0, 4, 7, 12, 0, 5, 4, 0))) == "major"
    assert measure_mode(scale((0, 3, 7, 12, 0, 5, 3, 0))) == "minor"


@pytest.mark.parametrize("tempo", [77.0, 90.0, 120.0, 147.0])
@pytest.mark.parametrize("pattern", [(0, 1, 2, 3), (0, 0.5, 1, 2, 3, 3.5), (0, 1.5, 2, 3)])
def test_the_tempo_of_regular_beats(tempo, pattern):
    bars = [4 * bar + start for bar in range(8) for start in pattern]
    chance = np.random.default_rng(0)
    moments = np.array(bars) * 60 / tempo + chance.normal(0, 0.01, len(bars))
    assert measure_tempo(moments) == pytest.approx(tempo, rel=0.01)
    assert measure_tempo(moments, slowest=150.0) == pytest.approx(2 * tempo, rel=0.01)


def test_onsets_follow_the_tempo_map():
    music = NoteSequence((Note(60, 4, 5), Note(60, 0, 1)), tempos=(Tempo(0, 60), Tempo(2, 120)))
    assert onset_seconds(music).tolist() == [0.0, 3.0]


def test_silence_is_refused():
    with pytest.raises(ValueError, match="no register"):
        measure_register(NoteSequence())
    with pytest.raises(ValueError, match="total_quarters"):
        measure_density(NoteSequence())
    with pytest.raises(ValueError, match="at least 4"):
        measure_tempo([0, 0, 0, 0, 1])
