from dataclasses import replace

import numpy as np
import pytest

from course.evaluation.tracks import (
    collapsed_tracks,
    compare_tracks,
    mean_pairwise_distance,
    measure_tracks,
    track_lines,
)


def phrases_by_hand():
    """Two phrases of a bar in two tracks.

    Track 0 holds C4, then plays a sixteenth of D4 and holds E4; in the other phrase C4 all along.
    Track 1 is silent, then G3 all along.
    """
    phrases = np.full((2, 16, 2), -1)
    phrases[:, :, 0] = 60
    phrases[0, 8, 0], phrases[0, 9:, 0] = 62, 64
    phrases[1, :, 1] = 55
    return phrases


def test_distances_by_hand():
    """Track 0 differs in half of its cells, track 1 everywhere."""
    assert mean_pairwise_distance(phrases_by_hand()).tolist() == [0.5, 1.0]


def test_distances_of_all_pairs():
    phrases = np.random.default_rng(0).integers(0, 3, (7, 16, 3))
    pairs = [(a, b) for a in range(7) for b in range(a)]
    expected = np.mean([(phrases[a] != phrases[b]).mean(axis=0) for a, b in pairs], axis=0)
    np.testing.assert_allclose(mean_pairwise_distance(phrases), expected)
    assert mean_pairwise_distance(np.repeat(phrases[:1], 5, axis=0)).tolist() == [0, 0, 0]


def test_measures_by_hand():
    """Four notes in track 0, of which one is a sixteenth: C, D, E; C. Track 1 has one of two bars.

    Pitch classes: track 0 has 3 and 1 in its bars, together 3 and 2 (C and G).
    """
    found = measure_tracks(phrases_by_hand())
    assert found.empty.tolist() == [0, 0.5]
    assert found.pitch_classes.tolist() == [2, 1]
    assert found.all_pitch_classes == 2.5
    assert found.qualified.tolist() == [0.75, 1]
    assert list(found.tonal) == [(0, 1)]
    assert found.spread.tolist() == [0.5, 1]
    assert found.distance == 0.75


def test_a_note_does_not_reach_into_the_next_phrase():
    """C4 to the end, then C4 for a sixteenth: two notes, one of them qualified."""
    phrases = np.full((2, 16, 1), 60)
    phrases[1, 1:] = -1
    assert measure_tracks(phrases).qualified.tolist() == [0.5]


def test_differences_by_hand():
    real = measure_tracks(phrases_by_hand())
    made = replace(
        real,
        empty=np.array([0.0, 0.54]),
        pitch_classes=np.array([2.5, 1.25]),
        all_pitch_classes=1.75,
        qualified=np.array([0.65, 0.9]),
        tonal={(0, 1): real.tonal[0, 1] - 0.25},
        spread=np.array([0.2, 0.7]),
    )
    found = compare_tracks(made, real)
    expected = {
        "qualified notes": 0.1,
        "empty bars": 4.0,
        "used pitch classes": 0.75,
        "tonal distance": 0.25,
        "spread": 0.6,
        "collapsed tracks": 2.0,
    }
    assert found == pytest.approx(expected)


def test_collapsed_tracks_by_hand():
    real = measure_tracks(phrases_by_hand())
    assert collapsed_tracks(real, real) == []
    assert collapsed_tracks(replace(real, spread=np.array([0.24, 1])), real) == [0]
    assert collapsed_tracks(replace(real, spread=np.array([0.26, 1])), real) == []
    assert collapsed_tracks(replace(real, empty=np.array([0, 0.6])), real) == [1]


def test_lines_have_a_number_for_each_track():
    lines = track_lines({"ours": measure_tracks(phrases_by_hand())})
    assert len(lines) == 2
    assert max(map(len, lines)) <= 90
    bars = [[i for i, mark in enumerate(line) if mark == "|"] for line in lines]
    assert bars[0] == bars[1]  # what belongs together stands under its heading, and apart
    assert len(bars[0]) == 5
    assert all(text in lines[1] for text in ("ours", "0.0 50.0", "2.0 1.0", "75 100", "0.750"))


def test_too_few_phrases():
    with pytest.raises(ValueError, match="1 phrases; give at least two"):
        measure_tracks(phrases_by_hand()[:1])
    with pytest.raises(ValueError, match="phrases has shape"):
        mean_pairwise_distance(phrases_by_hand()[0])
