import math

import muspy
import numpy as np
import pytest

from course.data import load_tunes
from course.evaluation.descriptors import (
    attacks_per_bar,
    empty_bars,
    groove_consistency,
    mean_note_length,
    pitch_class_entropy,
    polyphony,
    polyphony_rate,
    qualified_notes,
    scale_consistency,
    used_pitch_classes,
)
from course.evaluation.note_table import note_table
from course.note_sequence import Instrument, Note, NoteSequence

EVERY = (
    attacks_per_bar,
    empty_bars,
    groove_consistency,
    mean_note_length,
    pitch_class_entropy,
    polyphony,
    polyphony_rate,
    qualified_notes,
    scale_consistency,
    used_pitch_classes,
)
SCALE = np.repeat([60, 62, 64, 65, 67, 69, 71, 72], 4)[:, None]  # C major, quarter notes, two bars


def in_muspy(piece, resolution=4):
    """Give a piece to MusPy, sixteenths as its time steps."""
    table = note_table(piece)
    tracks = [muspy.Track() for _ in range(table.num_voices)]
    columns = (table.voices, table.starts, table.pitches, table.lengths)
    for voice, start, pitch, length in zip(*(c.tolist() for c in columns), strict=True):
        tracks[voice].notes.append(muspy.Note(start, pitch, length, 64))
    return muspy.Music(resolution=resolution, tracks=tracks)


def random_piece(seed, num_steps=71, num_voices=3):
    generator = np.random.default_rng(seed)
    changes = generator.integers(48, 80, (num_steps, num_voices))
    keep = generator.random((num_steps, num_voices)) < 0.6
    for step in range(1, num_steps):
        changes[step] = np.where(keep[step], changes[step - 1], changes[step])
    changes[-1] = 47  # MusPy counts a bar more if the last note ends on a bar line
    return np.where(generator.random(changes.shape) < 0.1, -1, changes)


def test_a_scale_by_hand():
    shares = np.array([2, 1, 1, 1, 1, 1, 1]) / 8  # C twice
    assert pitch_class_entropy(SCALE) == pytest.approx(-(shares * np.log2(shares)).sum())
    assert scale_consistency(SCALE) == 1.0
    assert used_pitch_classes(SCALE) == 4.0
    assert polyphony(SCALE) == 1.0
    assert groove_consistency(SCALE) == 1.0
    assert empty_bars(SCALE) == 0.0
    assert qualified_notes(SCALE) == 1.0
    assert mean_note_length(SCALE) == 4.0
    assert attacks_per_bar(SCALE) == 4.0


def test_entropy_of_one_and_of_twelve_pitch_classes():
    assert pitch_class_entropy(np.full((9, 2), 60)) == 0.0
    assert pitch_class_entropy(np.arange(60, 72)[:, None]) == pytest.approx(math.log2(12))
    assert scale_consistency(np.arange(60, 72)[:, None]) == pytest.approx(7 / 12)


def test_harmonic_minor_is_no_scale_here():
    harmonic = np.array([57, 59, 60, 62, 64, 65, 68])[:, None]
    assert scale_consistency(harmonic) == pytest.approx(6 / 7)


def test_silent_bars_use_no_pitch_classes_and_are_left_out():
    piece = np.full((48, 2), -1)
    piece[:16] = [60, 64]
    piece[40:] = 67
    assert used_pitch_classes(piece) == 1.5


def test_one_attack_moved_by_hand():
    bar = np.tile([60, 62, 64, 65], 4)  # sixteenths
    other = bar.copy()
    other[5] = other[4]  # one attack less
    assert groove_consistency(np.concatenate([bar, other])[:, None]) == pytest.approx(15 / 16)


def test_fragments_by_hand():
    piece = np.array([60, 62, 62, 64, 64, 64, -1, 65])[:, None]  # lengths 1, 2, 3, 1
    assert qualified_notes(piece) == 0.5
    assert qualified_notes(piece, least_steps=3) == 0.25
    assert mean_note_length(piece) == 7 / 4


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_muspy_where_muspy_is_right(seed):
    piece = random_piece(seed)
    music = in_muspy(piece)
    assert pitch_class_entropy(piece) == pytest.approx(muspy.pitch_class_entropy(music))
    assert scale_consistency(piece) == pytest.approx(muspy.scale_consistency(music))
    assert polyphony(piece) == pytest.approx(muspy.polyphony(music))
    assert polyphony_rate(piece, 3) == pytest.approx(muspy.polyphony_rate(music, 2))
    # MusPy counts the incomplete last bar, so it gets the whole bars and one note after them
    whole = np.concatenate([piece[:64], [[-1] * 3] * 16])
    whole[64, 0] = 60
    cut = in_muspy(whole)
    assert groove_consistency(whole) == pytest.approx(muspy.groove_consistency(cut, 16))


def test_pitch_classes_are_octaves_not_neighbours():
    """MuseGAN reshapes the pitch axis to (12, -1): three Cs would be three pitch classes."""
    cs = np.tile([36, 48, 60], (16, 1))
    used = np.zeros(132, dtype=bool)
    used[[36, 48, 60]] = True
    assert used.reshape(12, -1).any(axis=1).sum() == 3
    assert used_pitch_classes(cs) == 1.0
    neighbours = np.tile([60, 61, 62], (16, 1))
    assert used_pitch_classes(neighbours) == 3.0


def test_two_parts_are_polyphony():
    """MusPy counts steps with more than its threshold of 2, and says "multiple"."""
    duet = np.tile([60, 64], (8, 1))
    assert muspy.polyphony_rate(in_muspy(duet)) == 0.0
    assert polyphony_rate(duet) == 1.0


def test_a_note_that_ends_on_a_bar_line_is_not_in_the_next_bar():
    """MusPy marks the bar or beat in which a note ends, even at its very beginning."""
    piece = np.full((48, 1), -1)
    piece[:16] = 60
    piece[32:47] = 62
    assert muspy.empty_measure_rate(in_muspy(piece), 16) == 0.0
    # four quarters sound, four are empty, four sound; MusPy takes the fifth for a sounding one
    assert muspy.empty_beat_rate(in_muspy(piece)) == pytest.approx(3 / 12)
    assert empty_bars(note_table(piece, steps_per_bar=4)) == pytest.approx(4 / 12)
    assert empty_bars(piece) == pytest.approx(1 / 3)


def test_empty_bars_are_the_empty_ones():
    """MuseGAN's later code returns the share of bars that are not empty."""
    piece = np.full((64, 2), -1)
    piece[3, 1] = 60
    assert empty_bars(piece) == 0.75


def test_no_bar_is_added_after_a_piece_that_ends_on_a_bar_line():
    """MusPy compares the last bar with an empty one after it."""
    assert muspy.groove_consistency(in_muspy(SCALE), 16) < 0.9
    assert groove_consistency(SCALE) == 1.0


def test_a_note_in_the_first_step_counts():
    """MuseGAN's later code leaves such notes out of the denominator: rates above 1."""
    assert qualified_notes(np.array([60, 60, 62, 62])[:, None]) == 1.0
    assert qualified_notes(np.array([60, 62, 62, 62])[:, None]) == 0.5


def test_drums_have_rhythm_but_no_pitch():
    instruments = (Instrument(), Instrument(is_drum=True))
    melody = tuple(Note(60, beat, beat + 1.0) for beat in range(8))
    drums = tuple(Note(38, beat + 0.5, beat + 0.75, instrument=1) for beat in range(4))
    alone, both = NoteSequence(melody), NoteSequence(melody + drums, instruments)
    for metric in (pitch_class_entropy, scale_consistency, used_pitch_classes, polyphony):
        assert metric(both) == metric(alone)
    assert groove_consistency(both) == pytest.approx(groove_consistency(alone) - 4 / 16)
    assert qualified_notes(both) < qualified_notes(alone)


def test_the_key_does_not_matter_and_the_bar_may_be_chosen():
    tune = load_tunes("oneills")[3].to_note_sequence()
    table = note_table(tune)
    higher = table.replace_notes(table.pitches + 5, table.starts, table.ends, table.voices)
    for metric in EVERY:
        assert metric(higher) == pytest.approx(metric(tune), nan_ok=True)
    assert attacks_per_bar(note_table(tune, steps_per_bar=12)) == 0.75 * attacks_per_bar(tune)


@pytest.mark.parametrize("piece", [NoteSequence(), np.empty((0, 4)), np.full((40, 4), -1)])
def test_an_empty_piece_has_no_value_but_empty_bars(piece):
    steps = note_table(piece).num_steps
    defined = {empty_bars: 1.0, attacks_per_bar: 0.0, polyphony_rate: 0.0} if steps else {}
    for metric in EVERY:
        value = metric(piece)
        assert value == defined[metric] if metric in defined else math.isnan(value)


def test_a_piece_shorter_than_a_bar_has_no_bars():
    short = np.full((15, 1), 60)
    assert math.isnan(empty_bars(short))
    assert math.isnan(used_pitch_classes(short))
    assert math.isnan(groove_consistency(np.full((31, 1), 60)))
