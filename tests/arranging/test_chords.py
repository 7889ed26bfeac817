"""Chord symbols, and the chords of a texture."""

import numpy as np
import pytest

from course.arranging.chords import (
    QUALITIES,
    SUFFIXES,
    Chord,
    chord_at,
    find_chords,
    pitch_class_weights,
    read_chords,
)
from course.note_sequence import Instrument, Note, NoteSequence


def texture(*stacks, length=2.0):
    notes = [
        Note(pitch, n * length, (n + 1) * length)
        for n, stack in enumerate(stacks)
        for pitch in stack
    ]
    return NoteSequence(tuple(notes), total_quarters=len(stacks) * length)


def test_symbols_are_read_by_hand():
    chords = read_chords("C Am | F#m7b5 | | Bb7", 4.0)
    assert [c.name for c in chords] == ["C", "Am", "F♯m7b5", "F♯m7b5", "B♭7"]
    assert [(c.start, c.end) for c in chords] == [(0, 2), (2, 4), (4, 8), (8, 12), (12, 16)]
    assert chords[2].pitch_classes == (6, 9, 0, 4)
    assert chords[4].pitch_classes == (10, 2, 5, 8)


def test_every_quality_has_a_name_that_is_read_again():
    for suffix, quality in SUFFIXES.items():
        chord = read_chords(f"E{suffix}")[0]
        assert (chord.root, chord.quality) == (4, quality)
        assert read_chords(chord.name)[0].quality == quality
    assert set(SUFFIXES.values()) == set(QUALITIES)


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [("H7", ValueError, "'H7' is no chord"), ("C9", ValueError, "'C9' is no chord"),
     ("", ValueError, "no chord"), ("| C", ValueError, "'C"), (7, TypeError, "text")],
)  # fmt: skip
def test_what_is_no_chord_is_refused(text, error, match):
    if text == "| C":  # a bar line in front is decoration
        assert read_chords(text)[0].name == "C"
        return
    with pytest.raises(error, match=match):
        read_chords(text)


def test_chords_of_a_texture():
    music = texture([48, 64, 67], [50, 65, 69], [43, 62, 65, 71], [47, 62, 65])
    found = find_chords(music, [(2.0 * n, 2.0 * n + 2) for n in range(4)])
    assert [chord.name for chord in found] == ["C", "Dm", "G7", "Bdim"]


def test_a_silent_stretch_lengthens_the_chord_and_drums_are_not_heard():
    kit = Instrument(0, "Drums", is_drum=True)
    notes = (Note(57, 4, 6), Note(60, 4, 6), Note(64, 4, 6), Note(38, 0, 8, instrument=1))
    music = NoteSequence(notes, (Instrument(), kit), total_quarters=8)
    found = find_chords(music, [(0, 4), (4, 6), (6, 8)])
    assert [chord.name for chord in found] == ["Am", "Am", "Am"]
    with pytest.raises(ValueError, match="silence has no chord"):
        find_chords(music, [(0, 4)])


def test_weights_count_what_lies_inside():
    music = texture([60], [72, 65])
    assert pitch_class_weights(music, 1.0, 3.0).tolist() == [2, 0, 0, 0, 0, 1, *[0] * 6]
    assert np.allclose(pitch_class_weights(music, 0.0, 4.0, 0), pitch_class_weights(music, 0, 4))


def test_the_chord_in_force():
    chords = read_chords("C | G", 4.0)
    assert [chord_at(chords, q).name for q in (0, 3.9, 4, 99)] == ["C", "C", "G", "G"]


def test_a_chord_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"Chord.root is 12"):
        Chord(0.0, 1.0, 12)
    with pytest.raises(ValueError, match="length above 0"):
        Chord(1.0, 1.0, 0)
    with pytest.raises(ValueError, match="there is no quality 'sus'"):
        Chord(0.0, 1.0, 0, "sus")
