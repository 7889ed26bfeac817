import numpy as np
import pytest
import torch

from course.models.gaussian_diffusion import clean_from_velocity
from course.models.noise_schedules import (
    GAMMA,
    LEAST,
    SCHEDULES,
    alpha_bars,
    min_snr_weight,
    signal_to_noise,
)


@pytest.mark.parametrize("num_steps", [1, 2, 50, 1000])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_falls_from_one_to_nearly_nothing(schedule, num_steps):
    left = alpha_bars(num_steps, schedule)
    assert left.shape == (num_steps + 1,)
    assert left[0] == 1
    assert LEAST <= left[-1] < 1e-4
    falls = -np.diff(left)
    assert (falls[left[:-1] > LEAST] > 0).all()
    assert (falls >= 0).all()


def test_the_cosine_by_hand():
    """Equation 17: cos^2 of an angle that begins at 0.008 / 1.008 of a right angle."""
    begin, middle = (np.cos(np.pi / 2 * t / 1.008) ** 2 for t in (0.008, 0.508))
    left = alpha_bars(2)
    assert left[1] == pytest.approx(middle / begin)
    assert left[2] == LEAST  # cos(pi / 2) is 0
    np.testing.assert_array_equal(left, alpha_bars(2, "cosine"))


def test_the_linear_one_is_the_product_of_ddpms_steps():
    betas = np.linspace(1e-4, 0.02, 1000)
    product = np.cumprod(1 - betas)
    left = alpha_bars(1000, "linear")[1:]
    np.testing.assert_allclose(left, product, atol=2e-3)
    np.testing.assert_allclose(np.log(left), np.log(product), rtol=0.01, atol=1e-3)


def test_another_number_of_steps_passes_the_same_levels():
    for schedule in SCHEDULES:
        np.testing.assert_allclose(alpha_bars(1000, schedule)[::20], alpha_bars(50, schedule))


def test_signal_to_noise_by_hand():
    assert signal_to_noise(0.8) == pytest.approx(4)
    np.testing.assert_allclose(signal_to_noise(np.array([0.0, 0.5, 0.9])), [0, 1, 9])


def test_weights_by_hand():
    """SNR 0, 1, 4, 9, 99: below the cut it is SNR / (SNR + 1), above it 5 / (SNR + 1)."""
    levels = np.array([0.0, 0.5, 0.8, 0.9, 0.99])
    expected = [0, 0.5, 0.8, 0.5, 0.05]
    assert GAMMA == 5
    np.testing.assert_allclose(min_snr_weight(levels), expected)
    tensor = min_snr_weight(torch.from_numpy(levels))
    torch.testing.assert_close(tensor, torch.tensor(expected, dtype=torch.float64))
    assert [float(min_snr_weight(level)) for level in levels] == pytest.approx(expected)
    assert min_snr_weight(0.9, gamma=2.0) == pytest.approx(0.2)


def test_a_weighed_velocity_is_a_weighed_clean_picture():
    chance = torch.Generator().manual_seed(0)
    x, v, wrong = torch.randn(3, 4, 7, generator=chance, dtype=torch.float64)
    for level in (0.1, 0.6, 0.95):
        pictures = clean_from_velocity(x, v, level) - clean_from_velocity(x, wrong, level)
        weight = min(5.0, level / (1 - level))
        expected = weight * pictures.square().mean()
        found = min_snr_weight(level) * (v - wrong).square().mean()
        assert found.item() == pytest.approx(expected.item())


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="no schedule 'square'; choose from cosine, linear"):
        alpha_bars(10, "square")
    with pytest.raises(ValueError, match=r"num_steps is 0, outside 1\.\.100000; 50 to 1000"):
        alpha_bars(0)
