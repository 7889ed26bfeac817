import pytest

from course.data.top_line import check_fits, top_line
from course.note_sequence import Instrument, Note, NoteSequence

BAND = (Instrument(0), Instrument(73), Instrument(0, is_drum=True))


def line_of(*rows, least_notes=1, **options):
    """Give the top line of (pitch, start, end, instrument)."""
    notes = tuple(Note(p, start, end, 80, voice) for p, start, end, voice in rows)
    return top_line(NoteSequence(notes, BAND), least_notes, **options)


def test_a_line_by_hand():
    line = line_of((60, 1, 2, 0), (72, 1, 2, 0), (71, 2.05, 3, 0), (48, 2.5, 3, 0), (99, 1.5, 2, 2))
    assert line == ([4, 8], [8, 12], [72, 71])


def test_a_held_note_hides_what_begins_below_it_and_ends_where_a_higher_one_begins():
    assert line_of((72, 0, 4, 0), (60, 1, 2, 0), (76, 2, 3, 0), (74, 2.5, 3, 0)).pitches == [72, 76]


def test_a_unison_is_struck_again_by_the_instrument_that_holds_it():
    assert line_of((72, 0, 3, 0), (72, 1, 2, 0), (72, 2, 3, 0)).onsets == [0, 4, 8]
    assert line_of((72, 0, 3, 0), (72, 1, 2, 1), (74, 2, 3, 0)).onsets == [0, 8]


def test_later_notes_are_left_out():
    rows = [(60 + n, n, n + 1, 0) for n in range(9)]
    assert line_of(*rows, most_notes=3).pitches == [60, 61, 62]


def test_what_has_no_line():
    with pytest.raises(ValueError, match="it has drums only; choose a file with a melody"):
        line_of((38, 0, 1, 2))
    with pytest.raises(ValueError, match="it has no notes; choose"):
        top_line(NoteSequence())
    with pytest.raises(ValueError, match="has 1 note, at least 2 are needed; choose a file with a"):
        line_of((60, 0, 1, 0), (64, 0, 1, 0), least_notes=2)


def test_a_line_that_leaves_a_range():
    assert check_fits([50, 74], 50, 74) is None
    with pytest.raises(ValueError, match=r"14 semitones, .* into 60\.\.81; transpose it up by 2 s"):
        check_fits([58, 72], 60, 81)
    with pytest.raises(ValueError, match="transpose it down by 1 semitone"):
        check_fits([82, 70], 60, 81)
    with pytest.raises(
        ValueError, match=r"spans 50 semitones.*; choose a file with the melody on "
    ):
        check_fits([30, 80], 50, 74)
