import numpy as np
import pytest
from hypothesis import given

from course.data import load_chorales
from course.evaluation.note_table import note_table
from course.note_sequence import ControlChange, Instrument, Note, NoteSequence
from course.representation.voice_grid import VoiceGrid, decode_voice_grid
from tests.strategies import note_sequences


def rows(table):
    """Give the notes of a table in one order: voice, start, pitch, end."""
    columns = (table.voices, table.starts, table.pitches, table.ends)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def test_a_grid_by_hand():
    table = note_table(np.array([[60, -1], [60, 48], [62, 48], [-1, 48]]))
    assert rows(table) == [(0, 0, 60, 2), (0, 2, 62, 3), (1, 1, 48, 4)]
    assert (table.num_steps, table.num_voices, table.num_bars) == (4, 2, 0)
    assert table.lengths.tolist() == [2, 1, 3]
    assert table.roll.shape == (2, 128, 4)
    assert table.roll[1, 48].tolist() == [False, True, True, True]


def test_notes_are_rounded_as_quantise_does_and_the_pedal_is_heard():
    notes = (Note(60, 0.1, 0.13), Note(62, 0.375, 1.0))
    pedal = (ControlChange(0.9, 64, 127), ControlChange(1.5, 64, 0))
    table = note_table(NoteSequence(notes, control_changes=pedal, total_quarters=3.0))
    assert rows(table) == [(0, 0, 60, 1), (0, 2, 62, 6)]
    assert table.num_steps == 12


def test_repeats_are_merged_on_request():
    onsets = np.array([[True], [False], [True], [True]])
    grid = VoiceGrid(np.array([[60], [60], [60], [62]]), onsets)
    assert rows(note_table(grid)) == [(0, 0, 60, 2), (0, 2, 60, 3), (0, 3, 62, 4)]
    assert rows(note_table(grid, merge_repeats=True)) == [(0, 0, 60, 3), (0, 3, 62, 4)]


def test_drums_are_left_out_of_what_is_pitched():
    instruments = (Instrument(), Instrument(is_drum=True))
    notes = (Note(60, 0.0, 1.0), Note(36, 0.0, 1.0, instrument=1))
    table = note_table(NoteSequence(notes, instruments))
    assert rows(table.pitched) == [(0, 0, 60, 4)]
    assert table.pitched.num_voices == 2


@given(note_sequences(max_instruments=3, monophonic=True))
def test_all_forms_of_a_piece_give_one_table(sequence):
    table = note_table(sequence)
    grid = VoiceGrid(table.voice_pitches)
    merged = rows(note_table(sequence, merge_repeats=True))
    assert rows(note_table(grid)) == rows(note_table(grid.pitches)) == merged
    assert rows(note_table(decode_voice_grid(grid))) == merged
    assert rows(note_table(table.to_note_sequence())) == rows(table)


def test_a_chorale_has_the_pitches_it_was_made_from():
    chorale = load_chorales()[0]
    table = note_table(chorale.to_note_sequence())
    np.testing.assert_array_equal(table.voice_pitches, chorale.pitches)
    assert rows(table) == rows(note_table(chorale.grid))
    assert note_table(table) is table
    assert note_table(table, steps_per_bar=12).num_bars == chorale.num_steps // 12


@pytest.mark.parametrize("piece", [NoteSequence(), np.empty((0, 4)), np.full((5, 4), -1)])
def test_an_empty_piece_is_a_piece(piece):
    table = note_table(piece, merge_repeats=True)
    assert rows(table) == []
    assert table.voice_pitches.shape == (table.num_steps, table.num_voices)


def test_bad_input():
    with pytest.raises(TypeError, match="a piece is a list; give a NoteSequence"):
        note_table([[60, 55, 52, 48]])
    with pytest.raises(ValueError, match=r"pitches has shape \(3,\)"):
        note_table(np.array([60, 62, 64]))
    with pytest.raises(ValueError, match="steps_per_bar is 0"):
        note_table(np.array([[60]]), steps_per_bar=0)
    chord = NoteSequence((Note(60, 0.0, 1.0), Note(64, 0.5, 1.0)))
    assert not note_table(chord).has_single_voices
    with pytest.raises(ValueError, match="voice 0 has several pitches in step 2"):
        _ = note_table(chord).voice_pitches
