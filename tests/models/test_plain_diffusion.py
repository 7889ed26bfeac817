"""The plain functions by hand; see also test_twins_10.py, where they meet the package's own."""

import math

import numpy as np
import pytest

from course.models.plain_diffusion import ddim_step, guided, masked_nats, noised, reveal

CHANCE = np.random.default_rng(0)


def test_noise_by_hand():
    heights, noise = np.array([[24.0, 19, 16, 0]]), np.array([[1.0, 0, -1, 2]])
    noisy = noised(heights, noise, 0.36)
    np.testing.assert_allclose(noisy, [[15.2, 11.4, 8.8, 1.6]])
    np.testing.assert_allclose(ddim_step(noisy, heights, 0.36, 0.64), [[19.8, 15.2, 12.2, 1.2]])


def test_each_picture_has_its_own_level():
    x, noise = np.full((2, 2), 10.0), np.full((2, 2), 5.0)
    np.testing.assert_allclose(noised(x, noise, np.array([0.64, 1.0])), [[11.0, 11], [10, 10]])


def test_a_jump_keeps_the_variance_of_one():
    x, noise = CHANCE.normal(size=(2, 1, 200_000))
    for level in (0.1, 0.5, 0.9):
        assert noised(x, noise, level).var() == pytest.approx(1, abs=0.02)


def test_steps_with_the_right_guess_stay_on_the_way():
    x, noise = CHANCE.normal(size=(2, 3, 4))
    for now, then in ((0.0, 0.3), (0.3, 0.3), (0.3, 0.9), (0.9, 1.0)):
        expected = noised(x, noise, then)
        np.testing.assert_allclose(ddim_step(noised(x, noise, now), x, now, then), expected)


def test_masked_nats_by_hand():
    logs = np.log([[[1 / 2, 1, 1, 1 / 4]], [[1, 1, 1 / 8, 1]]])
    masked = np.array([[[True, False, False, True]], [[False, False, True, False]]])
    assert masked_nats(logs, masked) == pytest.approx(2.25 * math.log(2))
    assert masked_nats(logs, np.zeros((2, 1, 4), dtype=bool)) == 0
    logs[0, 0, 1] = -math.inf
    assert masked_nats(logs, masked) == pytest.approx(2.25 * math.log(2))


def test_reveal_by_hand():
    grid, drawn = np.array([[60, -2, -2, -2]]), np.array([[1, 2, 3, 4]])
    masked, order = np.array([[False, True, True, True]]), np.array([[1, 9, 4, 7]])
    new, left = reveal(grid, drawn, masked, order, 2)
    assert new.tolist() == [[60, -2, 3, 4]]
    assert left.tolist() == [[False, True, False, False]]
    assert grid.tolist() == [[60, -2, -2, -2]]
    assert reveal(grid, drawn, masked, order, 9)[0].tolist() == [[60, 2, 3, 4]]


def test_guidance_by_hand():
    told, untold = np.log([3.0, 1.0]), np.log([1.0, 1.0])
    np.testing.assert_allclose(guided(told, untold, 2), [0.9, 0.1])
    np.testing.assert_allclose(guided(told, untold, 0), [0.5, 0.5])
    np.testing.assert_allclose(guided(told + 5000, untold + 5000, 1), [0.75, 0.25])
