import numpy as np
import pytest

from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.representation import plain_encodings as plain
from course.representation.events import encode_events


def test_the_lessons_example_on_a_grid():
    notes = [(60, 0.125, 1.0, 80), (62, 1.0, 1.05, 70)]
    assert plain.quantise_notes(notes, 4) == [(60, 1, 4, 80), (62, 4, 5, 70)]


def test_a_roll_by_hand_and_back():
    roll = plain.draw_roll([(60, 0, 2, 80), (60, 2, 4, 9)], 5, 60, 61)
    assert roll[:, :, 0].tolist() == [[1, 1, 1, 1, 0], [1, 0, 1, 0, 0]]
    assert roll.shape == (2, 5, 2)
    assert plain.read_roll(roll, 60) == [(60, 0, 2), (60, 2, 4)]


def test_events_by_hand_and_back():
    notes = [(60, 0, 24, 82), (60, 24, 48, 82)]
    assert plain.write_events(notes) == [372, 60, 279, 188, 60, 279, 188]
    assert plain.read_events(plain.write_events(notes)) == notes


def test_events_of_a_piece_are_those_of_its_plain_notes():
    notes = (Note(60, 0, 1.5), Note(60, 1, 2), Note(64, 0.25, 3, velocity=9))
    steps = plain.quantise_notes(plain.plain_notes(NoteSequence(notes)), 24)
    assert plain.write_events(plain.one_keyboard(steps)) == encode_events(NoteSequence(notes))


def test_plain_notes_leave_drums_out():
    drums = Instrument(is_drum=True)
    piece = NoteSequence((Note(36, 0, 1, instrument=1), Note(60, 0, 1)), (Instrument(), drums))
    assert plain.plain_notes(piece) == [(60, 0, 1, 80)]


def test_one_keyboard_cuts_a_note_that_is_struck_again():
    notes = [(60, 0, 4, 80), (60, 2, 6, 70), (60, 2, 3, 60)]
    assert plain.one_keyboard(notes) == [(60, 0, 2, 80), (60, 2, 6, 70)]


def test_to_music_takes_notes_with_and_without_velocity():
    piece = plain.to_music([(60, 0, 2), (62, 2, 3, 100)], 4, tempos=(Tempo(0, 90),))
    assert [(n.start, n.end, n.velocity) for n in piece.notes] == [(0, 0.5, 80), (0.5, 0.75, 100)]
    assert piece.tempos == (Tempo(0, 90),)
    assert plain.to_music([], 4).notes == ()


def test_a_pitch_outside_the_roll_is_refused():
    with pytest.raises(ValueError, match=r"outside 60\.\.61"):
        plain.draw_roll([(59, 0, 1, 80)], 4, 60, 61)


def test_an_empty_roll():
    assert plain.draw_roll([], 0, 60, 61).shape == (2, 0, 2)
    assert plain.read_roll(np.zeros((2, 0, 2)), 60) == []
