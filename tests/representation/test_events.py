import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.note_sequence import MAX_QUARTERS, Instrument, Note, NoteSequence
from course.representation.events import (
    MAX_SHIFT,
    NOTE_OFF,
    NOTE_ON,
    TIME_SHIFT,
    VELOCITY,
    VOCABULARY_SIZE,
    decode_events,
    encode_events,
    event_name,
)
from tests.strategies import note_sequences

MIDDLES = st.integers(0, 31).map(lambda velocity_bin: 4 * velocity_bin + 2)


def names(sequence):
    return [event_name(event) for event in encode_events(sequence)]


def test_a_small_piece_by_hand():
    notes = (Note(60, 0.0, 1.0, 80), Note(64, 0.0, 1.0, 80), Note(67, 1.0, 6.5, 100))
    assert names(NoteSequence(notes, total_quarters=7.0)) == [
        "VELOCITY 20",
        "NOTE_ON 60",
        "NOTE_ON 64",
        "TIME_SHIFT 24",
        "NOTE_OFF 60",
        "NOTE_OFF 64",
        "VELOCITY 25",
        "NOTE_ON 67",
        "TIME_SHIFT 96",
        "TIME_SHIFT 36",
        "NOTE_OFF 67",
        "TIME_SHIFT 12",
    ]


def test_the_vocabulary_has_384_names():
    assert (NOTE_ON, NOTE_OFF, TIME_SHIFT, VELOCITY, VOCABULARY_SIZE) == (0, 128, 256, 352, 384)
    assert len({event_name(event) for event in range(VOCABULARY_SIZE)}) == VOCABULARY_SIZE
    assert [event_name(event) for event in (0, 127, 128, 256, 351, 352, 383)] == [
        "NOTE_ON 0",
        "NOTE_ON 127",
        "NOTE_OFF 0",
        "TIME_SHIFT 1",
        "TIME_SHIFT 96",
        "VELOCITY 0",
        "VELOCITY 31",
    ]


@given(note_sequences(steps_per_quarter=24, max_steps=300, velocities=MIDDLES))
def test_round_trip(sequence):
    ids = encode_events(sequence)
    again = decode_events(ids)
    assert again.notes == sequence.notes
    assert again.total_quarters == sequence.total_quarters
    assert encode_events(again) == ids


@given(note_sequences(24, max_instruments=4, velocities=st.integers(1, 127), drums=st.booleans()))
def test_what_is_decoded_encodes_the_same(sequence):
    ids = encode_events(sequence)
    assert all(0 <= event < VOCABULARY_SIZE for event in ids)
    assert encode_events(decode_events(ids)) == ids


def test_velocities_lose_at_most_two():
    for velocity in range(1, 128):
        (note,) = decode_events(encode_events(NoteSequence((Note(60, 0.0, 1.0, velocity),)))).notes
        assert abs(note.velocity - velocity) <= 2


def test_instruments_share_the_keyboard_and_drums_are_left_out():
    instruments = (Instrument(0), Instrument(40), Instrument(0, is_drum=True))
    notes = (Note(60, 0.0, 4.0), Note(60, 1.0, 2.0, 80, 1), Note(36, 0.0, 1.0, 80, 2))
    again = decode_events(encode_events(NoteSequence(notes, instruments)))
    assert [(note.pitch, note.start, note.end) for note in again.notes] == [(60, 0, 1), (60, 1, 2)]


def test_empty_pieces():
    assert encode_events(NoteSequence()) == []
    assert decode_events([]) == NoteSequence()
    assert names(NoteSequence(total_quarters=0.5)) == ["TIME_SHIFT 12"]


def test_keys_left_down_end_with_the_piece_and_strays_do_nothing():
    ids = [NOTE_OFF + 60, NOTE_ON + 64, TIME_SHIFT + 23, NOTE_ON + 65]
    assert decode_events(ids).notes == (Note(64, 0.0, 1.0, 80),)


def test_a_key_struck_again_begins_another_note():
    ids = [NOTE_ON + 60, TIME_SHIFT + 5, NOTE_ON + 60, TIME_SHIFT + 5, NOTE_OFF + 60]
    assert decode_events(ids).notes == (Note(60, 0.0, 0.25), Note(60, 0.25, 0.5))


@given(st.lists(st.integers(-5, VOCABULARY_SIZE + 5), max_size=60))
def test_any_ids_decode(ids):
    sequence = decode_events(ids)
    assert len(sequence.notes) <= len(ids)
    known = [event for event in ids if 0 <= event < VOCABULARY_SIZE]
    assert decode_events(known) == sequence


def test_ids_of_any_size_and_nesting_decode():
    assert decode_events([2**80, -(2**80)]) == NoteSequence()
    ids = np.array([[NOTE_ON + 60, TIME_SHIFT + 23]])
    assert decode_events(ids).notes == (Note(60, 0.0, 1.0),)


def test_time_stands_still_at_the_longest_piece():
    waits = [TIME_SHIFT + MAX_SHIFT - 1] * int(MAX_QUARTERS / 4 + 10)
    sequence = decode_events([NOTE_ON + 60, *waits, NOTE_OFF + 60, NOTE_ON + 61, *waits[:2]])
    assert sequence.notes == (Note(60, 0.0, MAX_QUARTERS),)


def test_what_is_no_id():
    with pytest.raises(TypeError, match=r"token id 1\.5 is no whole number; round or sample"):
        decode_events([1.5])
    with pytest.raises(ValueError, match=r"event is 384, outside 0\.\.383"):
        event_name(384)
