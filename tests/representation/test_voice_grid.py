import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course.note_sequence import Instrument, Note, NoteSequence
from course.representation.voice_grid import VoiceGrid, decode_voice_grid, encode_voice_grid
from tests.strategies import note_sequences

DUET = (Instrument(40, "Violin"), Instrument(42, "Cello"))


def test_a_small_grid_by_hand():
    notes = (Note(72, 0.0, 0.5), Note(72, 0.5, 0.75), Note(48, 0.25, 1.0, 80, 1))
    grid = encode_voice_grid(NoteSequence(notes, DUET, total_quarters=1.25))
    assert grid.pitches.dtype == np.int16
    assert grid.pitches.T.tolist() == [[72, 72, 72, -1, -1], [-1, 48, 48, 48, -1]]
    assert grid.onsets.T.tolist() == [
        [True, False, True, False, False],
        [False, True, False, False, False],
    ]


@pytest.mark.parametrize("steps_per_quarter", [1, 4, 24])
@given(data=st.data())
def test_round_trip(steps_per_quarter, data):
    sequence = data.draw(note_sequences(steps_per_quarter, max_instruments=5, monophonic=True))
    grid = encode_voice_grid(sequence, steps_per_quarter)
    assert decode_voice_grid(grid, steps_per_quarter, sequence.instruments) == sequence


def test_without_onsets_equal_neighbours_are_one_note():
    repeated = NoteSequence((Note(60, 0.0, 1.0), Note(60, 1.0, 2.0), Note(62, 2.0, 3.0)))
    grid = encode_voice_grid(repeated)
    assert decode_voice_grid(grid).notes == repeated.notes
    merged = decode_voice_grid(VoiceGrid(grid.pitches)).notes
    assert merged == (Note(60, 0.0, 2.0), Note(62, 2.0, 3.0))


def test_the_four_voices_have_names():
    sequence = decode_voice_grid(VoiceGrid([[72, 67, 64, 48]]))
    names = [instrument.name for instrument in sequence.instruments]
    assert names == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [note.pitch for note in sequence.notes_of(3)] == [48]
    assert decode_voice_grid(VoiceGrid([[72, 67]])).instruments[1].name == "Voice 2"


def test_another_pitch_needs_no_onset_and_silence_has_none():
    grid = VoiceGrid([[60], [62], [-1], [62]], [[0], [0], [1], [0]])
    assert grid.onsets.T.tolist() == [[False, False, False, False]]
    assert [note.start for note in decode_voice_grid(grid).notes] == [0.0, 0.25, 0.75]


def test_the_given_arrays_are_left_alone():
    pitches, onsets = np.array([[60], [62]]), np.array([[False], [False]])
    grid = VoiceGrid(pitches, onsets)
    decode_voice_grid(grid)
    assert not grid.onsets.any()
    assert pitches.tolist() == [[60], [62]]


def test_what_is_no_pitch_is_silence():
    pitches = [[np.nan, np.inf, -np.inf, -1.0, 128.0, 1e30, -0.4, 127.4, 59.6]]
    assert VoiceGrid(pitches).pitches.tolist() == [[-1, -1, -1, -1, -1, -1, 0, 127, 60]]


SHAPES = st.tuples(st.integers(0, 6), st.integers(0, 5))
NUMBERS = st.sampled_from([np.float16, np.float32, np.float64, np.int64, np.int8, np.uint16, bool])


@given(
    SHAPES.flatmap(
        lambda shape: st.tuples(
            arrays.arrays(NUMBERS, shape), st.none() | arrays.arrays(NUMBERS, shape)
        )
    )
)
def test_any_numbers_decode(grids):
    grid = VoiceGrid(*grids)
    sequence = decode_voice_grid(grid)
    num_steps, num_voices = grid.pitches.shape
    assert sequence.total_quarters == num_steps / 4
    assert len(sequence.instruments) == num_voices
    if num_voices:
        sounding = encode_voice_grid(sequence).pitches
        np.testing.assert_array_equal(sounding, grid.pitches)


def test_two_notes_at_once_name_the_note():
    chord = NoteSequence((Note(60, 0.0, 1.0), Note(64, 0.5, 1.5)))
    with pytest.raises(ValueError, match=r"pitch=64.*another note in the same step; give each"):
        encode_voice_grid(chord)


def test_wrong_shapes():
    with pytest.raises(ValueError, match=r"pitches has shape \(4,\), expected \(T, V\)"):
        VoiceGrid([60, 60, 60, 60])
    with pytest.raises(ValueError, match=r"onsets has shape \(1, 1\), expected \(1, 2\)"):
        VoiceGrid([[60, 62]], [[True]])
    with pytest.raises(ValueError, match="1 instruments for 2 voices; give as many"):
        decode_voice_grid(VoiceGrid([[60, 62]]), instruments=(Instrument(),))
