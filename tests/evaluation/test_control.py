"""Key, metre and kind of a melody, and whether it is what was asked for."""

import math

import numpy as np
import pytest

from course.evaluation.control import (
    PATTERN_TICKS,
    control_accuracy,
    find_key,
    fit_naive_bayes,
    mode_margin,
    order_agreement,
    rhythm_patterns,
)
from course.models.melody_net import MelodyNetConfig
from course.recipes.tune_batches import TONICS, melody_of, usable_tunes

SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
KINDS = ("jig", "reel", "hornpipe")


def test_control_accuracy_by_hand():
    """Three melodies: two right; 2 wishes a meet 1 a, 1 wish b meets 2 b: 4 of 9 pairs agree."""
    assert control_accuracy(["a", "a", "b"], ["a", "b", "b"]) == (2 / 3, 4 / 9)
    assert control_accuracy(["a", "b"], ["c", "c"]) == (0.0, 0.0)
    assert control_accuracy([(2, 2)], [(2, 2)]).shuffled == 1.0


def test_a_model_that_hears_no_wish_is_as_good_as_chance():
    accuracy, shuffled = control_accuracy(["jig", "reel"] * 5, ["reel"] * 10)
    assert accuracy == shuffled == 0.5


@pytest.mark.parametrize(("asked", "measured"), [([], []), (["a"], []), (["a"], ["a", "b"])])
def test_control_accuracy_refuses_what_is_no_pair_of_lists(asked, measured):
    with pytest.raises(ValueError, match="requests and"):
        control_accuracy(asked, measured)


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_that_rests_on_its_tonic_has_its_key(tonic):
    pitches = [60 + tonic + step for step in SCALE]
    assert find_key(pitches, [96, *[24] * 6, 96]) == (tonic, "major")
    minor = [60 + tonic + step for step in (0, 2, 3, 5, 7, 8, 10, 12)]
    assert find_key(minor, [96, 24, 24, 24, 48, 24, 24, 96]) == (tonic, "minor")


def test_the_key_weighs_long_notes_and_hears_neither_rests_nor_octaves():
    pitches, lengths = [62, 66, 69, 74, 67], [96, 48, 48, 96, 12]
    assert find_key(pitches, lengths) == (2, "major")
    assert find_key([*pitches, -1], [*lengths, 5000]) == (2, "major")
    assert find_key([p - 24 for p in pitches], lengths) == (2, "major")
    chord = [60, 64, 67, 69]
    assert find_key(chord, [96, 48, 48, 12]) == (0, "major")
    assert find_key(chord, [48, 48, 12, 144]) == (9, "minor")


def test_the_correlation_is_numpys():
    from course.evaluation.control import PROFILES

    chance = np.random.default_rng(0)
    for _ in range(20):
        pitches, lengths = chance.integers(55, 90, 30), chance.integers(1, 99, 30)
        weights = np.bincount(pitches % 12, lengths, minlength=12)
        fits = {
            (tonic, mode): np.corrcoef(np.roll(profile, tonic), weights)[0, 1]
            for mode, profile in PROFILES.items()
            for tonic in range(12)
        }
        assert find_key(pitches, lengths) == max(fits, key=fits.get)


def test_order_agreement_by_hand():
    """Pairs (2 over 1), (3 over 1), (3 over 2): right, right, equal."""
    assert order_agreement([1, 2, 3], [5, 7, 7]) == pytest.approx(2.5 / 3)
    assert order_agreement([1, 1, 2], [9, 1, 5]) == 0.5
    assert order_agreement([3, 2, 1], [1, 2, 3]) == 0.0
    with pytest.raises(ValueError, match="all requests are equal"):
        order_agreement([1, 1], [1, 2])
    with pytest.raises(ValueError, match="one of each"):
        order_agreement([1, 1], [1])


def test_shuffled_requests_agree_in_half_of_the_pairs():
    chance = np.random.default_rng(0)
    found = chance.normal(size=12)
    shares = [order_agreement(chance.permutation(12) // 3, found) for _ in range(400)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)


def test_the_mode_is_measured_on_one_tonic():
    """In C: a C scale is major; with E flat and A flat minor; a chord of G and D tells nothing."""
    major, minor, both = np.zeros(12), np.zeros(12), np.zeros(12)
    major[[0, 2, 4, 5, 7, 9, 11]] = minor[[0, 2, 3, 5, 7, 8, 11]] = both[[7, 2]] = 1
    assert mode_margin(major, 0) > 0.2
    assert mode_margin(minor, 0) < -0.2
    assert abs(mode_margin(both, 0)) < mode_margin(major, 0) / 2
    for tonic in range(12):
        assert mode_margin(np.roll(major, tonic), tonic) == pytest.approx(mode_margin(major, 0))
    assert mode_margin(np.zeros(12), 0) == mode_margin(np.ones(12), 3) == 0.0
    with pytest.raises(ValueError, match="tonic is 12"):
        mode_margin(major, 12)
    with pytest.raises(ValueError, match="weights has shape"):
        mode_margin(major[:7], 0)


@pytest.mark.parametrize(
    ("pitches", "lengths", "match"),
    [
        ([], [], "no sounding note"),
        ([-1, -1], [24, 24], "no sounding note"),
        ([60, 62], [24], "one of each"),
        ([60], [0], "at least 1"),
        ([[60]], [[24]], "one of each"),
    ],
)
def test_find_key_refuses_what_has_no_key(pitches, lengths, match):
    with pytest.raises(ValueError, match=match):
        find_key(pitches, lengths)


def test_rhythm_patterns_by_hand():
    """Two quarters, a rest, an eighth; then a note in the next stretch but one."""
    pitches, lengths = [60, 62, -1, 64, 60], [48, 48, 72, 24 + 192, 48]
    assert rhythm_patterns(pitches, lengths) == [(0, 48, 168), (0,)]


def test_stretches_are_counted_from_behind_the_pickup():
    assert rhythm_patterns([60, 62, 64], [24, 96, 96], 24) == [(168,), (0, 96)]
    assert PATTERN_TICKS == 4 * 48


def test_a_melody_without_notes_has_no_patterns():
    assert rhythm_patterns([], []) == rhythm_patterns([-1], [48]) == []
    with pytest.raises(ValueError, match="pickup_ticks"):
        rhythm_patterns([60], [24], -1)


def test_naive_bayes_by_hand():
    """Smoothing 1, V = 2: p(x | A) = (2 + 1) / (3 + 3), p(x | B) = (1 + 1) / (1 + 3)."""
    judge = fit_naive_bayes([["x", "x", "y"], ["x"]], ["A", "B"], smoothing=1.0)
    scores = judge.log_likelihoods(["x", "y", "new"])
    assert scores["A"] == pytest.approx(math.log(3 / 6 * 2 / 6 * 1 / 6))
    assert scores["B"] == pytest.approx(math.log(2 / 4 * 1 / 4 * 1 / 4))
    assert judge.classify(["y", "y"]) == "A"
    assert judge.classify(["y", "y"], lambda label: label != "A") == "B"
    assert judge.classify([]) == "A"  # nothing heard: the first that was fitted


def test_the_probabilities_of_all_tokens_and_a_new_one_sum_to_one():
    judge = fit_naive_bayes([list("aab"), list("bcd")], ["A", "B"], smoothing=0.3)
    for label in "AB":
        total = sum(math.exp(judge.log_likelihoods([token])[label]) for token in "abcd?")
        assert total == pytest.approx(1.0)


def test_rare_labels_are_left_out():
    judge = fit_naive_bayes([["x"], ["x"], ["y"]], ["A", "A", "B"], least=2)
    assert list(judge.counts) == ["A"]
    with pytest.raises(ValueError, match="no label is allowed"):
        judge.classify(["x"], lambda label: label == "B")


def test_naive_bayes_refuses_bad_input():
    with pytest.raises(ValueError, match="one for each"):
        fit_naive_bayes([["x"]], [])
    with pytest.raises(ValueError, match="no label has 2"):
        fit_naive_bayes([["x"]], ["A"], least=2)
    with pytest.raises(ValueError, match="smoothing"):
        fit_naive_bayes([["x"]], ["A"], smoothing=0.0)


@pytest.mark.slow
def test_the_measures_are_right_on_most_real_validation_tunes():
    """The ceiling of every control accuracy; measured 0.88 (key), 0.91, 0.93 and 1.0."""
    config = MelodyNetConfig()
    train, valid = usable_tunes("train", config), usable_tunes("valid", config)

    def patterns(tune):
        melody = melody_of(tune)
        return rhythm_patterns(melody.pitches, melody.lengths, melody.pickup_ticks)

    judge = fit_naive_bayes(
        [patterns(tune) for tune in train],
        [(tune.tune_type, tune.metre) for tune in train],
        least=15,
    )

    def share(tunes, right):
        return np.mean([right(tune) for tune in tunes])

    def kind_is_right(tune):
        return judge.classify(patterns(tune), lambda c: c[0] in KINDS)[0] == tune.tune_type

    def dance_is_right(tune):
        dances = (("reel", (2, 2)), ("hornpipe", (2, 2)))
        return judge.classify(patterns(tune), lambda c: c in dances)[0] == tune.tune_type

    def metre_is_right(tune):
        label = judge.classify(patterns(tune), lambda c: c[1] in ((6, 8), (3, 4)))
        return label[1] == tune.metre

    def key_is_right(tune):
        mode = "minor" if tune.mode in ("minor", "dorian", "phrygian") else "major"
        melody = melody_of(tune)
        return find_key(melody.pitches, melody.lengths) == (TONICS.index(tune.tonic), mode)

    of_kind = [tune for tune in valid if tune.tune_type in KINDS]
    in_two = [t for t in of_kind if t.metre == (2, 2) and t.tune_type != "jig"]
    equal_bars = [tune for tune in valid if tune.metre in ((6, 8), (3, 4))]
    assert share(of_kind, kind_is_right) >= 0.85
    assert share(in_two, dance_is_right) >= 0.85
    assert share(equal_bars, metre_is_right) >= 0.95
    assert share(valid, key_is_right) >= 0.80
