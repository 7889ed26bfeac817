"""Our chorales beside the values that were measured on the complete published data.

The published data do not tell held from repeated notes, so notes are merged here. Ours lack
sixteen published train pieces, eight of valid and five of test, which music21 has with more than
four parts or not at all, and have eight in train that were not published. That, and a few basses
that stand an octave apart, is the whole difference: within 0.02, or 3 % for what is counted.
"""

import numpy as np
import pytest

from course.data import load_chorales
from course.evaluation.controls import shuffle_steps
from course.evaluation.descriptors import (
    attacks_per_bar,
    groove_consistency,
    mean_note_length,
    pitch_class_entropy,
    polyphony,
    qualified_notes,
    scale_consistency,
    used_pitch_classes,
)
from course.evaluation.note_table import note_table
from course.evaluation.originality import build_run_index, longest_shared_run
from course.evaluation.overlap import consistency, overlap_areas, variance
from course.evaluation.voice_leading import (
    held_cells,
    parallels_per_100,
    tonal_distance,
    voice_crossings,
)

NAMES = ("train", "valid", "test", "shuffled")
SHARES = {  # within 0.02
    pitch_class_entropy: (3.029, 3.026, 3.026, None),
    scale_consistency: (0.925, 0.927, 0.930, 0.924),
    groove_consistency: (0.812, 0.812, 0.813, 0.952),
    polyphony: (3.920, 3.913, 3.923, 3.916),
    qualified_notes: (0.978, 0.976, 0.974, 0.151),
    held_cells: (0.776, 0.779, 0.771, 0.161),
    voice_crossings: (0.025, 0.030, 0.021, 0.021),
}
COUNTS = {  # within 3 %; shuffled entropy was measured on one shuffling
    pitch_class_entropy: (None, None, None, 3.005),
    used_pitch_classes: (6.95, 6.88, 7.04, 9.07),
    # valid: 4.79 and 3.58 there, 4.39 and 3.70 on ours, so the eight pieces that we lack must have
    # notes of eight sixteenths on average, twice as long as the others
    mean_note_length: (4.59, None, 4.41, 1.19),
    attacks_per_bar: (3.64, None, 3.71, 13.4),
}
TONAL_DISTANCES = {(0, 1): 1.75, (0, 2): 1.62, (0, 3): 1.43, (1, 3): 1.44, (2, 3): 1.44}


@pytest.fixture(scope="module")
def sets():
    generator = np.random.default_rng(0)
    tables = {
        name: [note_table(c.pitches) for c in load_chorales() if c.split == name]
        for name in NAMES[:3]
    }
    shuffled = [shuffle_steps(table, generator) for table in tables["train"]]
    tables["shuffled"] = [note_table(table, merge_repeats=True) for table in shuffled]
    return tables


def mean(metric, pieces):
    return np.nanmean([metric(piece) for piece in pieces])


@pytest.mark.parametrize("metric", SHARES, ids=lambda metric: metric.__name__)
def test_shares(sets, metric):
    for name, value in zip(NAMES, SHARES[metric], strict=True):
        if value is not None:
            assert mean(metric, sets[name]) == pytest.approx(value, abs=0.02), name


@pytest.mark.parametrize("metric", COUNTS, ids=lambda metric: metric.__name__)
def test_counts(sets, metric):
    for name, value in zip(NAMES, COUNTS[metric], strict=True):
        if value is not None:
            assert mean(metric, sets[name]) == pytest.approx(value, rel=0.03), name


def test_parallels(sets):
    """Rare: 0.25 +- 0.04 per 100 on ours, so shares of a hundred are compared with their error."""
    for name, value in (("train", 0.26), ("valid", 0.32), ("test", 0.30)):
        rates = [parallels_per_100(piece) for piece in sets[name]]
        error = np.std(rates) / np.sqrt(len(rates))
        assert abs(np.mean(rates) - value) < 1.5 * error, name
    assert mean(parallels_per_100, sets["shuffled"]) == pytest.approx(5.96, rel=0.06)


def test_tonal_distances(sets):
    for pair, value in TONAL_DISTANCES.items():
        distances = [tonal_distance(piece, *pair) for piece in sets["train"]]
        assert np.mean(distances) == pytest.approx(value, abs=0.02)


def test_overlap_areas(sets):
    """Consistency agrees; variance, of 70 pieces, is known to a quarter of its value at best."""
    areas = {name: np.array([overlap_areas(p) for p in sets[name]]) for name in NAMES[:3]}
    reference = {"train": (0.934, 0.891), "valid": (0.933, 0.890), "test": (0.935, 0.897)}
    for name, values in reference.items():
        np.testing.assert_allclose(areas[name].mean(axis=0), values, atol=0.02)
    for name in ("valid", "test"):
        for column in (0, 1):
            pair = areas["train"][:, column], areas[name][:, column]
            assert consistency(*pair) > 0.99
            assert 0.6 < variance(*pair) < 0.95


def test_runs_that_unseen_chorales_share_with_train(sets):
    """Published data: median 16 to 18 sixteenths, one in ten 24 or more."""
    index = build_run_index(sets["train"])
    for name in ("valid", "test"):
        steps = [longest_shared_run(piece, index).num_steps for piece in sets[name]]
        assert 15 <= np.median(steps) <= 19
        assert np.percentile(steps, 90) == pytest.approx(24, abs=3)
