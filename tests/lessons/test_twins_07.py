"""What lesson 07 builds and the package has too gives equal results on random input."""

import numpy as np
import pytest
import torch

from course.models import attention, plain_attention, positions
from tests.lessons.test_twins import solution

LESSON = "07_transformer"
TRIALS = 30


@pytest.fixture
def chance():
    return np.random.default_rng(20)


def test_causal_mask(chance):
    ours = solution(LESSON, "causal_mask", np=np)
    for _ in range(TRIALS):
        number, reach = (int(n) for n in chance.integers(1, 9, size=2))
        mask = ours(number, reach)
        assert np.array_equal(mask, plain_attention.causal_mask(number, reach))
        assert np.array_equal(mask, attention.causal_mask(number, number, reach).numpy())


def test_attend(chance):
    ours = solution(LESSON, "attend", np=np)
    for _ in range(TRIALS):
        N, S, D, E = (int(n) for n in chance.integers(1, 7, size=4))
        q, k, v = (chance.normal(size=shape) for shape in ((N, D), (S, D), (S, E)))
        allowed = chance.random((N, S)) < 0.5
        allowed[:, 0] = True
        tensors = [torch.from_numpy(array) for array in (q, k, v, allowed)]
        found = ours(q, k, v, allowed)
        for other in (plain_attention.attend(q, k, v, allowed), attention.attend(*tensors)):
            for mine, theirs in zip(found, other, strict=True):
                np.testing.assert_allclose(mine, theirs, atol=1e-12)
        theirs = torch.nn.functional.scaled_dot_product_attention(*tensors[:3], tensors[3])
        np.testing.assert_allclose(found[0], theirs, atol=1e-12)


def test_skew(chance):
    ours = solution(LESSON, "skew", np=np)
    for _ in range(TRIALS):
        number = int(chance.integers(1, 9))
        scores = chance.normal(size=(number, number))
        moved = ours(scores)
        assert np.array_equal(moved, plain_attention.skew(scores))
        assert np.array_equal(moved, np.tril(positions.skew(torch.from_numpy(scores))))


def test_rotate(chance):
    ours = solution(LESSON, "rotate", np=np)
    for _ in range(TRIALS):
        number, half = (int(n) for n in chance.integers(1, 6, size=2))
        x, steps = chance.normal(size=(number, 2 * half)), chance.integers(300, size=number)
        turned = ours(x, steps)
        np.testing.assert_allclose(turned, plain_attention.rotate(x, steps), atol=1e-12)
        theirs = positions.rotate(torch.from_numpy(x), torch.from_numpy(steps))
        np.testing.assert_allclose(turned, theirs, atol=1e-4)  # its angles have 32 bits


def test_attend_next(chance):
    """Step by step, solution, twin and a layer that remembers give what all at once give."""
    ours = solution(LESSON, "attend_next", np=np)
    for trial in range(10):
        torch.manual_seed(trial)
        layer = attention.SelfAttention(6, 1, "none").double()
        x = torch.randn(1, 7, 6, dtype=torch.float64)
        with torch.no_grad():
            q, k, v = (part.numpy() for part in layer.qkv(x)[0].chunk(3, dim=1))
            whole = layer(x)[0][0].numpy()
            W = layer.out.weight.numpy()
        kept = twin_kept = np.empty((0, 6)), np.empty((0, 6))
        memory = None
        for step in range(7):
            mixed, *kept = ours(q[step], k[step], v[step], *kept)
            twin, *twin_kept = plain_attention.attend_next(q[step], k[step], v[step], *twin_kept)
            with torch.no_grad():
                remembered, memory = layer(x[:, step : step + 1], memory)
            np.testing.assert_allclose(mixed, twin, atol=1e-12)
            np.testing.assert_allclose(W @ mixed, remembered[0, 0], atol=1e-10)
            np.testing.assert_allclose(W @ mixed, whole[step], atol=1e-10)
