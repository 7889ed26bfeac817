import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course.note_sequence import Instrument, Note, NoteSequence
from course.representation.piano_roll import decode_piano_roll, encode_piano_roll
from tests.strategies import note_sequences


def spans(sequence):
    return {(note.pitch, note.start, note.end) for note in sequence.notes}


def test_a_small_roll_by_hand():
    notes = (Note(60, 0.0, 0.5), Note(60, 0.5, 0.75), Note(62, 0.25, 1.0))
    roll = encode_piano_roll(NoteSequence(notes, total_quarters=1.25), low=60, high=62)
    assert roll.dtype == np.float32
    assert roll[0].T.tolist() == [[1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 1, 1, 1, 0]]
    assert roll[1].T.tolist() == [[1, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]]


def test_shape_and_default_range():
    sequence = NoteSequence((Note(21, 0.0, 4.0), Note(108, 0.0, 4.0)))
    assert encode_piano_roll(sequence).shape == (2, 16, 88)
    assert encode_piano_roll(sequence, steps_per_quarter=12).shape == (2, 48, 88)
    assert encode_piano_roll(NoteSequence()).shape == (2, 0, 88)


@pytest.mark.parametrize("steps_per_quarter", [1, 4, 12])
@given(data=st.data())
def test_round_trip(steps_per_quarter, data):
    sequence = data.draw(
        note_sequences(steps_per_quarter, max_steps=20, pitches=st.integers(30, 40))
    )
    roll = encode_piano_roll(sequence, steps_per_quarter, low=30, high=40)
    again = decode_piano_roll(roll, steps_per_quarter, low=30)
    assert again.notes == sequence.notes
    assert again.total_quarters == sequence.total_quarters


def test_repeated_notes_stay_apart_and_held_ones_together():
    repeated = NoteSequence((Note(60, 0.0, 1.0), Note(60, 1.0, 2.0)))
    held = NoteSequence((Note(60, 0.0, 2.0),))
    assert spans(decode_piano_roll(encode_piano_roll(repeated))) == spans(repeated)
    assert spans(decode_piano_roll(encode_piano_roll(held))) == spans(held)


def test_overlapping_notes_are_cut_at_the_later_attack():
    overlapping = NoteSequence((Note(60, 0.0, 2.0), Note(60, 1.0, 1.5)))
    assert spans(decode_piano_roll(encode_piano_roll(overlapping))) == {(60, 0, 1), (60, 1, 2)}


def test_moments_are_rounded_and_no_note_vanishes():
    short = NoteSequence((Note(60, 0.24, 0.25), Note(62, 0.99, 1.0)))
    assert spans(decode_piano_roll(encode_piano_roll(short))) == {(60, 0.25, 0.5), (62, 1.0, 1.25)}


def test_instruments_are_merged_and_drums_left_out():
    instruments = (Instrument(0), Instrument(40), Instrument(0, is_drum=True))
    notes = (Note(60, 0.0, 1.0), Note(64, 0.0, 1.0, 80, 1), Note(36, 0.0, 1.0, 80, 2))
    roll = encode_piano_roll(NoteSequence(notes, instruments))
    assert spans(decode_piano_roll(roll)) == {(60, 0, 1), (64, 0, 1)}


def test_a_struck_cell_sounds_and_a_sounding_one_needs_no_attack():
    roll = np.zeros((2, 4, 128), dtype=np.float32)
    roll[1, 0, 60] = 1.0
    roll[0, 1:3, 62] = 0.5
    assert spans(decode_piano_roll(roll, low=0)) == {(60, 0.0, 0.25), (62, 0.25, 0.75)}


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.float16, np.int8, np.uint8, bool]),
        st.tuples(st.just(2), st.integers(0, 6), st.integers(0, 5)),
    )
)
def test_any_numbers_decode(roll):
    sequence = decode_piano_roll(roll, low=0)
    assert sequence.total_quarters == roll.shape[1] / 4
    assert len(sequence.notes) <= roll[0].size


def test_nan_is_silence():
    assert decode_piano_roll(np.full((2, 4, 88), np.nan)).notes == ()
    assert len(decode_piano_roll(np.full((2, 4, 88), np.inf)).notes) == 4 * 88


def test_pitch_outside_the_grid():
    sequence = NoteSequence((Note(20, 0.0, 1.0),))
    with pytest.raises(ValueError, match=r"pitch=20.*outside 21\.\.108; transpose it first"):
        encode_piano_roll(sequence)


@pytest.mark.parametrize("shape", [(4, 88), (1, 4, 88), (2, 4), (3, 2, 4, 88)])
def test_wrong_shape(shape):
    with pytest.raises(ValueError, match=r"expected \(2, T, P\); give one roll"):
        decode_piano_roll(np.zeros(shape))


def test_wrong_ranges():
    with pytest.raises(ValueError, match=r"low is 41, outside 0\.\.40; pitches end at 127"):
        decode_piano_roll(np.zeros((2, 4, 88)), low=41)
    with pytest.raises(ValueError, match=r"high is 50, outside 60\.\.127"):
        encode_piano_roll(NoteSequence(), low=60, high=50)
    with pytest.raises(ValueError, match="steps_per_quarter is 0"):
        encode_piano_roll(NoteSequence(), steps_per_quarter=0)
