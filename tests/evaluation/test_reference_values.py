"""Our chorales beside the values that were measured on the complete published data.

The published data do not tell held from repeated notes, so notes are merged here. As the data card
says, ours differ in four ways: they lack sixteen published train pieces, eight of valid and five
of test, which music21 has with more than four parts or not at all, and have eight in train that
were not published; where all voices rest, the published data often hold the chord; the published
data do not repeat every passage that is marked so; a few basses stand an octave apart.

Most values agree within 0.02, or 3 % for what is counted. Four do not, and the causes above do not
explain all of it. There our own value is asserted, and what is open stands beside it:

- note length and attacks in valid (`OPEN_COUNTS`);
- voice crossings, lower than published in all three splits (`CROSSINGS`);
- parallels in test (`test_parallels`);
- the variance of the overlap areas in valid (`test_variance_of_overlap_areas`).
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

SPLITS = ("train", "valid", "test")
NAMES = (*SPLITS, "shuffled")
SHARES = {  # within 0.02
    pitch_class_entropy: (3.029, 3.026, 3.026, 3.005),
    scale_consistency: (0.925, 0.927, 0.930, 0.924),
    groove_consistency: (0.812, 0.812, 0.813, 0.952),
    polyphony: (3.920, 3.913, 3.923, 3.916),
    qualified_notes: (0.978, 0.976, 0.974, 0.151),
    held_cells: (0.776, 0.779, 0.771, 0.161),
}
COUNTS = {  # within 3 %
    used_pitch_classes: (6.95, 6.88, 7.04, 9.07),
    mean_note_length: (4.59, None, 4.41, 1.19),
    attacks_per_bar: (3.64, None, 3.71, 13.4),
}
# valid: (published, ours). The eight pieces that we lack would have to have notes of 8.2
# sixteenths and 2.5 attacks a bar on average; one of our 68 has notes as long. Holding chords
# through rests takes ours to 4.46 and 3.69. The rest is not explained
OPEN_COUNTS = {mean_note_length: (4.79, 4.392), attacks_per_bar: (3.58, 3.702)}
# (published, ours): ours are lower by an eighth to a sixth, which is not explained
CROSSINGS = {
    "train": (0.025, 0.0210),
    "valid": (0.030, 0.0253),
    "test": (0.021, 0.0184),
    "shuffled": (0.021, 0.0210),  # order does not matter to it
}
TONAL_DISTANCES = {  # of two voices of a piece; of a voice and another piece's
    (0, 1): (1.75, 1.83),
    (0, 2): (1.62, 1.82),
    (0, 3): (1.43, 1.81),
    (1, 3): (1.44, 1.79),
    (2, 3): (1.44, 1.78),
}


@pytest.fixture(scope="module")
def sets():
    generator = np.random.default_rng(0)
    tables = {
        name: [note_table(c.pitches) for c in load_chorales() if c.split == name] for name in SPLITS
    }
    shuffled = [shuffle_steps(table, generator) for table in tables["train"]]
    tables["shuffled"] = [note_table(table, merge_repeats=True) for table in shuffled]
    return tables


def mean(metric, pieces):
    return np.nanmean([metric(piece) for piece in pieces])


@pytest.mark.parametrize("metric", SHARES, ids=lambda metric: metric.__name__)
def test_shares(sets, metric):
    for name, value in zip(NAMES, SHARES[metric], strict=True):
        assert mean(metric, sets[name]) == pytest.approx(value, abs=0.02), name


@pytest.mark.parametrize("metric", COUNTS, ids=lambda metric: metric.__name__)
def test_counts(sets, metric):
    for name, value in zip(NAMES, COUNTS[metric], strict=True):
        if value is not None:
            assert mean(metric, sets[name]) == pytest.approx(value, rel=0.03), name


@pytest.mark.parametrize("metric", OPEN_COUNTS, ids=lambda metric: metric.__name__)
def test_what_is_counted_in_valid_is_as_far_from_the_published_value_as_known(sets, metric):
    published, ours = OPEN_COUNTS[metric]
    found = mean(metric, sets["valid"])
    assert found == pytest.approx(ours, rel=0.03)
    assert found != pytest.approx(published, rel=0.03)


def hold_through_rests(pitches):
    """Let all voices hold their pitches where all of them rest, as the published data often do."""
    held = pitches.copy()
    for step in range(1, len(held)):
        if (held[step] < 0).all():
            held[step] = held[step - 1]
    return held


def test_chords_held_through_rests_explain_a_part(sets):
    held = [note_table(hold_through_rests(piece.voice_pitches)) for piece in sets["valid"]]
    assert mean(mean_note_length, held) == pytest.approx(4.464, abs=0.01)
    assert mean(attacks_per_bar, held) == pytest.approx(3.690, abs=0.01)
    assert mean(held_cells, sets["valid"]) + 0.002 < mean(held_cells, held) < 0.779


def test_crossings(sets):
    for name, (published, ours) in CROSSINGS.items():
        found = mean(voice_crossings, sets[name])
        assert found == pytest.approx(published, abs=0.008), name
        assert found == pytest.approx(ours, rel=0.03), name


def test_parallels(sets):
    """Rare: the standard error is 0.04 per 100 in train, 0.10 in valid and 0.07 in test.

    In test the five pieces that we lack would have to have 1.6 each, as only four of our 72 have:
    they do not explain why ours is lower, and what does is not known.
    """
    values = {"train": (0.26, 0.247), "valid": (0.32, 0.292), "test": (0.30, 0.211)}
    for name, (published, ours) in values.items():
        found = mean(parallels_per_100, sets[name])
        assert found == pytest.approx(published, abs=0.1), name
        assert found == pytest.approx(ours, rel=0.03), name
    assert mean(parallels_per_100, sets["shuffled"]) == pytest.approx(5.96, rel=0.03)


def beside_another(piece, other, first, second):
    """Put a voice of one piece beside a voice of another, as far as both last."""
    steps = min(piece.num_steps, other.num_steps)
    voices = piece.voice_pitches[:steps, first], other.voice_pitches[:steps, second]
    return np.stack(voices, axis=1)


@pytest.mark.parametrize("pair", TONAL_DISTANCES)
def test_tonal_distances(sets, pair):
    """The other piece is the next one in train here; the published value's is not known."""
    own, others = TONAL_DISTANCES[pair]
    train = sets["train"]
    assert mean(lambda piece: tonal_distance(piece, *pair), train) == pytest.approx(own, abs=0.02)
    mixed = [
        beside_another(piece, other, *pair)
        for piece, other in zip(train, train[1:] + train[:1], strict=True)
    ]
    assert mean(lambda piece: tonal_distance(piece, 0, 1), mixed) == pytest.approx(others, abs=0.02)


@pytest.fixture(scope="module")
def areas(sets):
    return {name: np.array([overlap_areas(piece) for piece in sets[name]]) for name in SPLITS}


def test_overlap_areas(areas):
    reference = {"train": (0.934, 0.891), "valid": (0.933, 0.890), "test": (0.935, 0.897)}
    for name, values in reference.items():
        np.testing.assert_allclose(areas[name].mean(axis=0), values, atol=0.02)
    for name in ("valid", "test"):
        for column in (0, 1):
            assert consistency(areas["train"][:, column], areas[name][:, column]) > 0.99


def test_variance_of_overlap_areas(areas):
    """Published, pitch and length: 0.86 and 0.85 for valid, 0.82 and 0.88 for test.

    A variance of 70 pieces is known to a quarter of its value at best. Pitch in valid is 0.22
    lower here: which of the differences named above it comes from was not found out.
    """
    for name, values in (("valid", (0.642, 0.794)), ("test", (0.882, 0.863))):
        found = [variance(areas["train"][:, column], areas[name][:, column]) for column in (0, 1)]
        np.testing.assert_allclose(found, values, atol=0.01, err_msg=name)


@pytest.mark.slow
def test_runs_that_unseen_chorales_share_with_train(sets):
    """Published data: median 16 to 18 sixteenths, one in ten 24 or more."""
    index = build_run_index(sets["train"])
    for name in ("valid", "test"):
        steps = [longest_shared_run(piece, index).num_steps for piece in sets[name]]
        assert 15 <= np.median(steps) <= 19
        assert np.percentile(steps, 90) == pytest.approx(24, abs=3)
