import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.sampling import (
    Sampler,
    allowed_pitches,
    draw,
    keep_allowed,
    keep_top_k,
    keep_top_p,
    normalise,
    softmax,
    with_temperature,
)

P = [0.1, 0.5, 0.15, 0.25]
WEIGHTS = st.lists(st.floats(0, 100), min_size=1, max_size=12).filter(lambda w: sum(w) > 1e-6)
ONE_TO_THREE = np.array([1.0, 3.0])


def test_softmax_by_hand():
    np.testing.assert_allclose(softmax([0.0, np.log(3.0)]), [0.25, 0.75])
    np.testing.assert_allclose(softmax([5.0, -np.inf, 5.0]), [0.5, 0.0, 0.5])
    np.testing.assert_allclose(softmax([1000.0, 1000.0]), [0.5, 0.5])


def test_temperature_by_hand():
    np.testing.assert_allclose(with_temperature(ONE_TO_THREE, 1.0), [0.25, 0.75])
    np.testing.assert_allclose(with_temperature(ONE_TO_THREE, 0.5), [0.1, 0.9])  # squares: 1 to 9
    np.testing.assert_allclose(with_temperature([0, 1, 9], 2.0), [0, 0.25, 0.75])  # roots: 1 to 3
    np.testing.assert_allclose(with_temperature(ONE_TO_THREE, 1e6), [0.5, 0.5], atol=1e-5)


def test_temperature_zero_is_argmax_and_nearly_zero_too():
    np.testing.assert_array_equal(with_temperature(P, 0), [0, 1, 0, 0])
    np.testing.assert_array_equal(with_temperature([1, 2, 2], 0), [0, 1, 0])  # the first
    np.testing.assert_array_equal(with_temperature(P, 1e-300), [0, 1, 0, 0])


def test_top_k_by_hand():
    np.testing.assert_allclose(keep_top_k(P, 2), [0, 2 / 3, 0, 1 / 3])
    np.testing.assert_allclose(keep_top_k(P, 1), [0, 1, 0, 0])
    np.testing.assert_allclose(keep_top_k(P, 4), P)
    np.testing.assert_allclose(keep_top_k(P, 100), P)
    np.testing.assert_allclose(keep_top_k([1, 2, 2, 2], 2), [0, 0.5, 0.5, 0])  # ties: lower ids


@pytest.mark.parametrize(
    ("mass", "kept"),
    [
        (0.0, [1]),
        (0.5, [1]),
        (0.51, [1, 3]),
        (0.75, [1, 3]),
        (0.76, [1, 2, 3]),
        (0.9, [1, 2, 3]),
        (1.0, [0, 1, 2, 3]),
    ],
)
def test_top_p_by_hand(mass, kept):
    p = keep_top_p(P, mass)
    assert np.flatnonzero(p).tolist() == kept
    np.testing.assert_allclose(p[kept], np.array(P)[kept] / np.array(P)[kept].sum())


def test_top_p_does_not_stumble_over_rounding():
    assert (0.4 + 0.3) - 0.3 < 0.4  # as floats: the mass before the second token
    np.testing.assert_allclose(keep_top_p([0.4, 0.3, 0.3], 0.4), [1, 0, 0])


def test_a_rule_by_hand():
    np.testing.assert_allclose(
        keep_allowed(P, np.array([True, False, True, False])), [0.4, 0, 0.6, 0]
    )


def test_a_rule_of_range_and_key_by_hand():
    pitches = np.array([-1, 58, 59, 60, 61, 62, 63, 64])
    c_major = (0, 2, 4, 5, 7, 9, 11)

    def allowed(*arguments, **rule):
        return pitches[allowed_pitches(pitches, *arguments, **rule)].tolist()

    assert allowed() == pitches.tolist()
    assert allowed(59, 63) == [-1, 59, 60, 61, 62, 63]
    assert allowed(59, 63, c_major) == [-1, 59, 60, 62]
    assert allowed(scale=np.array(c_major), rests=False) == [59, 60, 62, 64]
    assert allowed(100, 110) == [-1]
    assert allowed_pitches(pitches).dtype == np.bool_
    p = keep_allowed(np.ones(8), allowed_pitches(pitches, 60, 60, rests=False))
    assert p.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]


def test_rows_are_treated_one_by_one():
    rows = np.array([P, P[::-1]])
    for change in (
        lambda p: with_temperature(p, 0.5),
        lambda p: with_temperature(p, 0),
        lambda p: keep_top_k(p, 2),
        lambda p: keep_top_p(p, 0.7),
        lambda p: keep_allowed(p, np.array([True, True, False, False])),
        softmax,
    ):
        np.testing.assert_allclose(change(rows), [change(P), change(P[::-1])])
        assert change(rows[None]).shape == (1, 2, 4)


@given(WEIGHTS, st.floats(0, 3), st.integers(1, 5), st.floats(0, 1))
def test_whatever_is_asked_a_distribution_comes_out(weights, temperature, k, mass):
    p = Sampler(temperature, k, mass).distribution(weights)
    assert p.sum() == pytest.approx(1.0)
    assert p.min() >= 0
    assert 1 <= np.count_nonzero(p) <= k
    assert p[np.argmax(weights)] == p.max()
    assert not p[np.array(weights) == 0].any()


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8), st.floats(0.1, 5))
def test_temperature_divides_logits(logits, temperature):
    np.testing.assert_allclose(
        with_temperature(softmax(logits), temperature),
        softmax(np.array(logits) / temperature),
        atol=1e-9,
    )


def test_tokens_are_drawn_with_their_shares():
    tokens = draw(np.tile([0.0, 0.2, 0.0, 0.8, 0.0], (20_000, 1)), np.random.default_rng(0))
    shares = np.bincount(tokens, minlength=5) / 20_000
    np.testing.assert_allclose(shares, [0, 0.2, 0, 0.8, 0], atol=0.02)
    assert set(tokens.tolist()) == {1, 3}


def test_the_smallest_chance_does_not_draw_the_impossible():
    class Smallest:
        def random(self, shape):
            return np.zeros(shape)

    assert draw([0.0, 0.0, 0.5, 0.5], Smallest()) == 2


def test_the_same_state_draws_the_same_tokens():
    rows = np.tile(P, (50, 1))
    first, again, other = (draw(rows, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert draw(P, np.random.default_rng(0)).shape == ()


def test_a_sampler_forbids_first_and_then_cuts():
    """Without token 1, the two likeliest are 3 and 2: 25 to 15, squared 25 to 9."""
    allowed = np.array([True, False, True, True])
    p = Sampler(temperature=0.5, top_k=2).distribution(P, allowed)
    np.testing.assert_allclose(p, [0, 0, 9 / 34, 25 / 34])


def test_top_p_counts_what_temperature_made():
    assert np.count_nonzero(Sampler(top_p=0.8).distribution(P)) == 3
    assert np.count_nonzero(Sampler(temperature=0.25, top_p=0.8).distribution(P)) == 1


def test_a_sampler_gives_plain_ids():
    generator = np.random.default_rng(0)
    greedy, free = Sampler(temperature=0), Sampler()
    assert [greedy(P, generator) for _ in range(5)] == [1] * 5
    assert {free(P, generator) for _ in range(200)} == {0, 1, 2, 3}
    assert greedy(P, generator, np.array([True, False, True, True])) == 3
    assert type(greedy(P, generator)) is int


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.0, 0.0], "all weights are 0"),
        ([0.5, -0.1], "negative or no number; for logits take softmax"),
        ([0.5, np.nan], "negative or no number"),
        ([np.inf, 1.0], "negative or no number"),
        ([], r"weights have shape \(0,\)"),
        (0.5, r"weights have shape \(\)"),
    ],
)
def test_bad_weights(weights, message):
    for use in (
        normalise,
        lambda p: with_temperature(p, 1.0),
        lambda p: keep_top_k(p, 1),
        lambda p: keep_top_p(p, 0.5),
        lambda p: keep_allowed(p, np.array([True])),
        lambda p: draw(p, np.random.default_rng(0)),
        Sampler().distribution,
    ):
        with pytest.raises(ValueError, match=message):
            use(weights)


@pytest.mark.parametrize(
    ("logits", "message"),
    [
        ([0.0, np.nan], "logits hold NaN or infinity; the model has diverged"),
        ([0.0, np.inf], "logits hold NaN or infinity"),
        ([-np.inf, -np.inf], "all logits are minus infinity"),
        ([], r"logits have shape \(0,\)"),
    ],
)
def test_bad_logits(logits, message):
    with pytest.raises(ValueError, match=message):
        softmax(logits)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"temperature": -0.1}, ValueError, "temperature is -0.1, outside"),
        ({"temperature": np.nan}, ValueError, "temperature is nan"),
        ({"top_k": 0}, ValueError, "k is 0, outside 1"),
        ({"top_k": 1.5}, TypeError, "k is 1.5; expected a whole number"),
        ({"top_p": 1.1}, ValueError, "mass is 1.1, outside"),
        ({"top_p": -0.1}, ValueError, "mass is -0.1, outside"),
    ],
)
def test_bad_settings(settings, error, message):
    with pytest.raises(error, match=message):
        Sampler(**settings)


@pytest.mark.parametrize(
    ("allowed", "error", "message"),
    [
        ([1, 0, 1, 0], TypeError, "allowed holds int64; give True or False"),
        ([True, False], ValueError, r"allowed has shape \(2,\) for 4 tokens"),
        ([False] * 4, ValueError, "no allowed token has a probability above 0"),
    ],
)
def test_bad_rules(allowed, error, message):
    with pytest.raises(error, match=message):
        keep_allowed(P, np.array(allowed))


def test_a_rule_that_leaves_only_the_impossible():
    with pytest.raises(ValueError, match="no allowed token has a probability above 0"):
        keep_allowed([0.0, 1.0], np.array([True, False]))


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ({"low": -1}, ValueError, "low is -1, outside 0..127"),
        ({"low": 62, "high": 61}, ValueError, "high is 61, outside 62..127"),
        ({"high": 60.5}, TypeError, r"high is 60\.5; expected a whole number"),
        ({"scale": [12]}, ValueError, "pitch class in scale is 12, outside 0..11; C is 0"),
        ({"low": 61, "rests": False}, ValueError, r"no pitch in 61\.\.127 is in the scale"),
        ({"scale": [], "rests": False}, ValueError, r"is in the scale \[\]; widen the rule"),
    ],
)
def test_bad_rules_of_range_and_key(rule, error, message):
    with pytest.raises(error, match=message):
        allowed_pitches(np.array([-1, 59, 60]), **rule)
