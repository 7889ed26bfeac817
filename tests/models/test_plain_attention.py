"""The plain functions by hand, and equal to the package's layers; see also test_twins_07.py."""

import math

import numpy as np
import pytest
import torch

from course.models import attention, positions
from course.models.plain_attention import (
    attend,
    attend_next,
    causal_mask,
    rotate,
    skew,
    split_heads,
)

CHANCE = np.random.default_rng(0)


def test_heads_by_hand():
    x = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    assert split_heads(x, 2).tolist() == [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]
    x = CHANCE.normal(size=(5, 12))
    for heads in (1, 3, 12):
        assert np.array_equal(np.concatenate(list(split_heads(x, heads)), axis=1), x)


def test_the_mask_is_the_packages():
    for number in range(7):
        for reach in (1, 2, 9):
            expected = attention.causal_mask(number, number, reach).numpy()
            assert np.array_equal(causal_mask(number, reach), expected)


def test_attention_by_hand():
    q, k = np.array([[2.0, 0, 0, 0]]), np.array([[math.log(3), 0, 0, 0], [0.0, 0, 0, 0]])
    mixed, weights = attend(q, k, np.array([[1.0], [0.0]]), np.ones((1, 2), dtype=bool))
    assert weights.tolist() == [[pytest.approx(0.75), pytest.approx(0.25)]]
    assert mixed.item() == pytest.approx(0.75)


def test_attention_and_skewing_are_the_packages():
    q, k, v = (CHANCE.normal(size=(6, 4)) for _ in range(3))
    allowed = causal_mask(6, 3)
    tensors = [torch.from_numpy(a) for a in (q, k, v, allowed)]
    for ours, theirs in zip(attend(q, k, v, allowed), attention.attend(*tensors), strict=True):
        np.testing.assert_allclose(ours, theirs)
    np.testing.assert_allclose(skew(q @ k.T), np.tril(positions.skew(torch.from_numpy(q @ k.T))))


def test_rotation_is_the_packages():
    x, steps = CHANCE.normal(size=(5, 6)), np.array([0, 1, 7, 100, 3])
    theirs = positions.rotate(torch.from_numpy(x), torch.from_numpy(steps))
    np.testing.assert_allclose(rotate(x, steps), theirs, atol=1e-5)


def test_step_by_step_is_at_once():
    q, k, v = (CHANCE.normal(size=(6, 4)) for _ in range(3))
    keys, values, mixtures = np.empty((0, 4)), np.empty((0, 4)), []
    for step in range(6):
        mixed, keys, values = attend_next(q[step], k[step], v[step], keys, values)
        mixtures.append(mixed)
    np.testing.assert_allclose(mixtures, attend(q, k, v, causal_mask(6, 6))[0])
    assert np.array_equal(keys, k)
    assert np.array_equal(values, v)
