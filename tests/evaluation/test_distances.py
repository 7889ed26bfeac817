import numpy as np
import pytest
from scipy import stats

from course.data import load_chorales
from course.evaluation.distances import (
    compare_sets,
    density_agreement,
    log_density,
    piece_features,
)

GENERATOR = np.random.default_rng(11)
SAMPLE = GENERATOR.normal(3.0, 1.0, 400)


def test_features_by_hand():
    piece = np.array([[60, 48], [60, 48], [62, 48], [67, 48], [67, 48], [67, 48]])
    features = piece_features(piece)  # C D G of 2, 1, 3 sixteenths over a C of 6
    for name, value in {
        "pitch count": 4,
        "pitch range": 19,
        "mean interval": 3.5,
        "note count": 4,
        "mean inter-onset interval": 1.5 / 4,
    }.items():
        np.testing.assert_allclose(features[name], [value], err_msg=name)
    np.testing.assert_allclose(features["pitch classes"][[0, 2, 7]], [0.5, 0.25, 0.25])
    np.testing.assert_allclose(features["note lengths"][[0, 1, 2, 4]], 0.25)  # 1, 2, 3, 6
    steps = features["pitch class transitions"].reshape(12, 12)
    assert (steps[0, 2], steps[2, 7], steps.sum()) == (0.5, 0.5, 1.0)
    lengths = features["note length transitions"].reshape(8, 8)
    assert (lengths[1, 0], lengths[0, 2], lengths.sum()) == (0.5, 0.5, 1.0)


def test_distances_within_and_between_by_hand():
    """Pieces of 1, 3 and 5 pitches lie 2, 4 and 2 apart; of 2 and 6, to those, 1 1 3 and 5 3 1."""
    real, made = ([np.arange(60, 60 + n)[:, None] for n in sizes] for sizes in ((1, 3, 5), (2, 6)))
    expected = density_agreement([2, 4, 2], [1, 1, 3, 5, 3, 1])
    assert compare_sets(real, made)["pitch count"] == expected


def test_an_empty_piece_has_features_of_zero():
    for features in piece_features(np.full((4, 2), -1)).values():
        assert not features.any()


def test_density_agrees_with_scipy():
    density = stats.gaussian_kde(SAMPLE)
    grid = np.linspace(-3.0, 9.0, 50)
    width = float(np.sqrt(density.covariance[0, 0]))
    np.testing.assert_allclose(np.exp(log_density(SAMPLE, width, grid)), density(grid), atol=1e-3)


def test_two_shifted_bells_by_hand():
    """N(0, 1) and N(1, 1): divergence 1/2, overlap 2 Phi(-1/2); kernels widen both a little."""
    normal = stats.norm().ppf((np.arange(4000) + 0.5) / 4000)
    agreement = density_agreement(normal, normal + 1.0)
    assert agreement.divergence == pytest.approx(0.5, abs=0.03)
    assert agreement.overlap == pytest.approx(2 * stats.norm().cdf(-0.5), abs=0.01)


def test_equal_shapes_far_apart_are_far_apart():
    """mgeval's kl_dist samples each density over its own range: it sees no difference at all."""
    far = SAMPLE + 50.0
    grids = [np.linspace(sample.min(), sample.max(), 1000) for sample in (SAMPLE, far)]
    densities = [stats.gaussian_kde(s)(g) for s, g in zip((SAMPLE, far), grids, strict=True)]
    assert stats.entropy(*densities) < 1e-6
    agreement = density_agreement(SAMPLE, far)
    assert agreement.divergence > 100
    assert agreement.overlap < 1e-6


def test_a_sample_overlaps_itself_fully():
    """mgeval integrates between the outermost values only, and leaves the tails out."""
    few = np.array([0.0, 1.0, 2.0, 10.0])
    density = stats.gaussian_kde(few)
    assert density.integrate_box_1d(0.0, 10.0) < 0.8
    assert density_agreement(few, few).overlap == pytest.approx(1.0, abs=1e-3)
    assert density_agreement(few, few).divergence == 0.0


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_unit_does_not_matter(scale):
    agreement = density_agreement(SAMPLE * scale, (SAMPLE * 1.5 + 1.0) * scale)
    assert agreement.overlap == pytest.approx(
        density_agreement(SAMPLE, SAMPLE * 1.5 + 1.0).overlap, abs=1e-3
    )


def test_constant_samples():
    assert density_agreement([2.0] * 5, [2.0] * 9).overlap == pytest.approx(1.0, abs=1e-3)
    assert density_agreement([2.0] * 5, [3.0] * 9).overlap == pytest.approx(0.0, abs=1e-3)


def test_real_music_agrees_with_real_music_and_noise_does_not():
    chorales = [chorale.pitches for chorale in load_chorales()[:60]]
    noise = [GENERATOR.integers(36, 82, (240, 4)) for _ in range(20)]
    real, made = compare_sets(chorales[::2], chorales[1::2]), compare_sets(chorales, noise)
    assert np.mean([agreement.overlap for agreement in real.values()]) > 0.9
    for name in ("mean interval", "note count", "note lengths", "pitch class transitions"):
        assert made[name].overlap < 0.4 < 0.8 < real[name].overlap
        assert made[name].divergence > 1.0 > real[name].divergence


def test_bad_input():
    with pytest.raises(ValueError, match="2 real and 5 generated pieces; give at least 3 and 2"):
        compare_sets([np.full((9, 1), 60)] * 2, [np.full((9, 1), 60)] * 5)
    for sample in ([], [np.nan], [1.0, np.inf]):
        with pytest.raises(ValueError, match="a sample is empty or holds NaN"):
            density_agreement(sample, [1.0, 2.0])
