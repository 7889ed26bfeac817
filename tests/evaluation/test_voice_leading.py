import math

import numpy as np
import pytest

from course.evaluation.voice_leading import (
    held_cells,
    mean_tonal_distance,
    motion_counts,
    parallels_per_100,
    tonal_distance,
    voice_crossings,
)
from course.note_sequence import Instrument, Note, NoteSequence


def test_held_cells_by_hand():
    piece = np.array(
        [[60, 48], [60, -1], [62, 50], [62, -1]]
    )  # after step 0: held, moved, held; moved
    assert held_cells(piece) == pytest.approx(2 / 4)
    silence_held = np.array([[60, -1], [60, -1], [60, -1]])
    assert held_cells(silence_held) == 1.0


def test_a_repeated_note_is_held_too():
    repeated = NoteSequence((Note(60, 0.0, 0.5), Note(60, 0.5, 1.0)))
    assert held_cells(repeated) == held_cells(NoteSequence((Note(60, 0.0, 1.0),))) == 1.0


def test_crossings_by_hand():
    piece = np.array([[72, 60, 48], [60, 62, 48], [60, 60, 48], [-1, 60, 48], [50, -1, 55]])
    assert voice_crossings(piece) == pytest.approx(1 / 4)  # in the last step no neighbours sound


@pytest.mark.parametrize(
    ("upper", "lower", "counts"),
    [
        ((67, 69), (60, 62), (1, 1)),  # fifths
        ((72, 74), (60, 62), (1, 1)),  # octaves
        ((60, 62), (60, 62), (1, 1)),  # unisons
        ((79, 81), (60, 62), (1, 1)),  # twelfths
        ((64, 65), (60, 62), (0, 1)),  # thirds
        ((67, 72), (60, 65), (1, 1)),  # by a leap
        ((67, 72), (60, 60), (0, 0)),  # one voice stays
        ((67, 65), (60, 62), (0, 0)),  # against each other
        ((67, 74), (60, 62), (0, 1)),  # from a fifth into an octave: hidden, not parallel
        ((65, 67), (60, 62), (0, 1)),  # fourths
        ((67, -1), (60, 62), (0, 0)),
    ],
)
def test_parallels_by_hand(upper, lower, counts):
    assert motion_counts(np.array([upper, lower]).T) == counts


def test_parallels_are_counted_over_all_pairs():
    piece = np.array([[67, 64, 60], [69, 65, 62]])
    assert motion_counts(piece) == (1, 3)
    assert parallels_per_100(piece) == pytest.approx(100 / 3)


def test_tonal_distance_by_hand():
    """C and G: 7 steps on each circle, of 7/6, 3/2 and 2/3 pi a semitone."""
    piece = np.tile([67, 48], (4, 1))
    chords = [
        2 * radius * abs(np.sin(7 * angle * np.pi / 2))
        for radius, angle in ((1.0, 7 / 6), (1.0, 3 / 2), (0.5, 2 / 3))
    ]
    assert tonal_distance(piece, 0, 1) == pytest.approx(np.linalg.norm(chords))
    assert tonal_distance(piece, 1, 0) == pytest.approx(np.linalg.norm(chords))


def test_octaves_have_no_tonal_distance():
    """With MuseGAN's chroma, which joins neighbouring pitches, they would be far apart."""
    assert tonal_distance(np.tile([72, 48], (4, 1)), 0, 1) == pytest.approx(0.0, abs=1e-12)
    assert tonal_distance(np.tile([61, 60], (4, 1)), 0, 1) > 1.0


def test_beats_without_a_voice_are_left_out():
    """MuseGAN's code divides by zero there, and one such beat makes the whole mean NaN."""
    piece = np.tile([67, 48], (12, 1))
    piece[4:8, 0] = -1
    piece[8:, :] = [72, 48]
    half = tonal_distance(np.tile([67, 48], (4, 1)), 0, 1) / 2
    assert tonal_distance(piece, 0, 1) == pytest.approx(half)


def test_mean_tonal_distance_is_over_pairs():
    piece = np.tile([67, 64, 48], (8, 1))
    pairs = [tonal_distance(piece, *pair) for pair in ((0, 1), (0, 2), (1, 2))]
    assert mean_tonal_distance(piece) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("piece", [np.empty((0, 4)), np.full((8, 4), -1), np.full((1, 1), 60)])
def test_where_nothing_can_be_said(piece):
    for metric in (held_cells, voice_crossings, parallels_per_100, mean_tonal_distance):
        assert math.isnan(metric(piece))
    assert motion_counts(piece) == (0, 0)


def test_chords_in_a_voice_are_refused():
    chord = NoteSequence((Note(60, 0.0, 1.0), Note(64, 0.0, 1.0)), (Instrument(),))
    for metric in (held_cells, voice_crossings, motion_counts):
        with pytest.raises(ValueError, match="voice 0 has several pitches in step 0"):
            metric(chord)
