from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.note_sequence import MAX_QUARTERS, Instrument, Note, NoteSequence, Tempo, TimeSignature
from course.representation.remi import (
    BAR,
    DURATION,
    METRE,
    METRES,
    PITCH,
    POSITION,
    TEMPO,
    TEMPOS,
    VELOCITY,
    VOCABULARY_SIZE,
    decode_remi,
    encode_remi,
    token_name,
)
from tests.strategies import note_sequences

MIDDLES = st.integers(0, 31).map(lambda velocity_bin: 4 * velocity_bin + 2)
NOTE = [PITCH + 60, VELOCITY + 20, DURATION + 23]  # a quarter note of middle C, velocity 82


def names(sequence):
    return [token_name(token) for token in encode_remi(sequence)]


@st.composite
def pieces(draw):
    """Draw a piece of one instrument on the grid, with metres and tempos that have tokens."""
    sequence = draw(note_sequences(steps_per_quarter=24, max_steps=300, velocities=MIDDLES))
    moments = st.lists(st.integers(0, 300), max_size=3, unique=True)
    return replace(
        sequence,
        instruments=(Instrument(),),
        tempos=tuple(Tempo(at / 24, draw(st.sampled_from(TEMPOS))) for at in draw(moments)),
        time_signatures=tuple(
            TimeSignature(at / 24, *draw(st.sampled_from(METRES))) for at in draw(moments)
        ),
    )


def test_a_small_piece_by_hand():
    sequence = NoteSequence(
        notes=(Note(60, 0.0, 1.0, 80), Note(64, 0.0, 1.0, 80), Note(67, 3.5, 8.5, 100)),
        tempos=(Tempo(0.0, 119.0),),
        time_signatures=(TimeSignature(0.0, 3, 4),),
        total_quarters=9.5,
    )
    assert names(sequence) == [
        *("BAR", "POSITION 0", "METRE 3/4", "TEMPO 120"),
        *("PITCH 60", "VELOCITY 20", "DURATION 24"),
        *("PITCH 64", "VELOCITY 20", "DURATION 24"),
        *("BAR", "POSITION 12", "PITCH 67", "VELOCITY 25", "DURATION 96", "DURATION 24"),
        *("BAR", "BAR", "POSITION 12"),  # silence until the end
    ]


def test_the_vocabulary_has_560_names():
    assert VOCABULARY_SIZE == 560
    assert len({token_name(token) for token in range(VOCABULARY_SIZE)}) == VOCABULARY_SIZE
    firsts = (BAR, POSITION, PITCH, VELOCITY, DURATION, TEMPO, METRE)
    assert firsts == (0, 1, 193, 321, 353, 449, 498)
    assert [token_name(token) for token in (*firsts[1:], 448, 497, 559)] == [
        "POSITION 0",
        "PITCH 0",
        "VELOCITY 0",
        "DURATION 1",
        "TEMPO 30",
        "METRE 1/1",
        "DURATION 96",
        "TEMPO 480",
        "METRE 32/16",
    ]


def test_a_change_of_metre_ends_the_bar():
    metres = (TimeSignature(0.0, 4, 4), TimeSignature(6.0, 3, 8))
    notes = (Note(60, 6.0, 7.0, 82), Note(60, 7.5, 8.5, 82))
    sequence = NoteSequence(notes, time_signatures=metres)
    note = ["PITCH 60", "VELOCITY 20", "DURATION 24"]
    assert names(sequence) == [
        *("BAR", "POSITION 0", "METRE 4/4"),
        *("BAR", "POSITION 48", "METRE 3/8", *note),
        *("BAR", "POSITION 0", *note),
    ]
    assert decode_remi(encode_remi(sequence)) == sequence


@given(pieces())
def test_round_trip(sequence):
    ids = encode_remi(sequence)
    assert decode_remi(ids) == sequence
    assert encode_remi(decode_remi(ids)) == ids


@given(note_sequences(24, max_instruments=4, velocities=st.integers(1, 127), drums=st.booleans()))
def test_what_is_decoded_encodes_the_same(sequence):
    ids = encode_remi(sequence)
    assert all(0 <= token < VOCABULARY_SIZE for token in ids)
    assert encode_remi(decode_remi(ids)) == ids


def test_voices_that_meet_stay_two_notes_and_drums_are_left_out():
    instruments = (Instrument(0), Instrument(40), Instrument(0, is_drum=True))
    notes = (Note(60, 0.0, 4.0, 82), Note(60, 0.0, 2.0, 82, 1), Note(36, 0.0, 1.0, 82, 2))
    again = decode_remi(encode_remi(NoteSequence(notes, instruments)))
    assert again.notes == (Note(60, 0.0, 2.0, 82), Note(60, 0.0, 4.0, 82))


@pytest.mark.parametrize(
    ("rate", "nearest"),
    [(3.6, 30), (60, 60), (61, 60), (62, 64), (120, 120), (466.4, 480), (1000, 480)],
)
def test_tempos_become_the_nearest(rate, nearest):
    ids = encode_remi(NoteSequence(tempos=(Tempo(0.0, rate),)))
    assert [token_name(token) for token in ids] == ["BAR", "POSITION 0", f"TEMPO {nearest}"]


def test_moments_between_the_steps_are_rounded_and_the_last_change_counts():
    tempos = (Tempo(0.0, 60.0), Tempo(0.02, 120.0))
    sequence = NoteSequence((Note(60, 0.02, 0.021),), tempos=tempos)
    assert names(sequence)[2:] == ["TEMPO 120", "PITCH 60", "VELOCITY 20", "DURATION 1"]


def test_empty_pieces():
    assert encode_remi(NoteSequence()) == []
    assert decode_remi([]) == decode_remi([BAR]) == NoteSequence()
    assert names(NoteSequence(total_quarters=0.5)) == ["BAR", "POSITION 12"]
    assert names(NoteSequence(total_quarters=4.0)) == ["BAR", "BAR", "POSITION 0"]


@given(st.lists(st.integers(-5, VOCABULARY_SIZE + 5), max_size=60))
def test_any_ids_decode(ids):
    sequence = decode_remi(ids)
    assert len(sequence.notes) <= len(ids)
    known = [token for token in ids if 0 <= token < VOCABULARY_SIZE]
    assert decode_remi(known) == sequence


def test_strays_do_nothing():
    assert decode_remi([VELOCITY + 5, DURATION + 5, PITCH + 60]) == NoteSequence()
    assert decode_remi([2**80, -(2**80), VOCABULARY_SIZE]) == NoteSequence()
    assert decode_remi(np.array([NOTE])).notes == (Note(60, 0.0, 1.0, 82),)
    assert decode_remi([PITCH + 60, DURATION + 23]).notes == (Note(60, 0.0, 1.0, 80),)


def test_a_position_beyond_its_bar_does_not_move_the_next_bar():
    ids = [BAR, POSITION + 120, *NOTE, BAR, *NOTE]
    assert [note.start for note in decode_remi(ids).notes] == [4.0, 5.0]


def test_nothing_lies_beyond_the_longest_piece():
    bars = [BAR] * int(MAX_QUARTERS / 4 + 10)
    ids = [*bars, METRE, *NOTE, TEMPO, POSITION + 100, *NOTE]
    assert decode_remi(ids).notes == ()
    assert decode_remi(ids).total_quarters == MAX_QUARTERS
    before_the_end = [*bars[: int(MAX_QUARTERS / 4)], PITCH + 60, *[DURATION + 95] * 3]
    assert decode_remi(before_the_end).notes == (Note(60, MAX_QUARTERS - 4, MAX_QUARTERS),)


def test_what_is_no_id():
    with pytest.raises(TypeError, match=r"token id 1\.5 is no whole number; round or sample"):
        decode_remi([1.5])
    with pytest.raises(ValueError, match=r"token is 560, outside 0\.\.559"):
        token_name(560)


@pytest.mark.parametrize("metre", [(9, 4), (3, 32), (33, 16)])
def test_a_metre_without_a_token(metre):
    sequence = NoteSequence(time_signatures=(TimeSignature(0.0, *metre),))
    with pytest.raises(ValueError, match=f"no REMI token for {metre[0]}/{metre[1]}; write it in"):
        encode_remi(sequence)
