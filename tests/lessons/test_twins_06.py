"""What lesson 06 builds and the package has too gives equal results on random input."""

import random

import numpy as np
import pytest
import torch

from course.models import latent, plain_vae
from tests.lessons.test_twins import TRIALS, solution

LESSON = "06_vae"


@pytest.fixture
def chance():
    return np.random.default_rng(20)


def test_reparameterise(chance):
    ours = solution(LESSON, "reparameterise", np=np)
    for _ in range(TRIALS):
        parts = chance.standard_normal((3, chance.integers(1, 9)))
        expected = latent.reparameterise(*map(torch.from_numpy, parts)).numpy()
        np.testing.assert_allclose(ours(*parts), expected, atol=1e-12)
        np.testing.assert_allclose(plain_vae.reparameterise(*parts), expected, atol=1e-12)


def test_kl_divergence(chance):
    ours = solution(LESSON, "kl_divergence", np=np)
    for _ in range(TRIALS):
        parts = chance.standard_normal((2, chance.integers(1, 9)))
        expected = latent.kl_to_standard_normal(*map(torch.from_numpy, parts)).sum().item()
        assert ours(*parts) == pytest.approx(expected)
        assert plain_vae.kl_divergence(*parts) == pytest.approx(expected)


def test_elbo(chance):
    ours = solution(LESSON, "elbo", np=np)
    for _ in range(TRIALS):
        shares = chance.dirichlet(np.ones(4), size=chance.integers(1, 9))
        cells = chance.integers(4, size=len(shares))
        kl, weight = chance.random(2) * 5
        logs = torch.from_numpy(np.log(shares[np.arange(len(cells)), cells]))
        expected = latent.elbo(logs.sum()[None], torch.tensor([[kl]]), weight).item()
        arguments = (shares.tolist(), cells.tolist(), float(kl), float(weight))
        assert ours(*arguments) == pytest.approx(expected)
        assert plain_vae.elbo(*arguments) == pytest.approx(expected)
    impossible = ([[0.0, 1.0]], [0], 1.0, 1.0)
    assert ours(*impossible) == plain_vae.elbo(*impossible) == float("-inf")


def test_interpolate(chance):
    ours = solution(LESSON, "interpolate", np=np)
    paths = {"line": latent.linear_path, "arc": latent.spherical_path}
    for trial in range(TRIALS):
        start, end = chance.standard_normal((2, chance.integers(1, 9)))
        end = [end, start * 2, -start, start * 0][trial % 4]
        share = float(chance.random())
        for way, path in paths.items():
            expected = path(start, end, share)
            np.testing.assert_allclose(ours(start, end, share, way), expected, atol=1e-9)
            np.testing.assert_allclose(
                plain_vae.interpolate(start, end, share, way), expected, atol=1e-9
            )
    with pytest.raises(ValueError, match="there is no way 'circle'"):
        plain_vae.interpolate(np.ones(2), np.ones(2), 0.5, "circle")


def test_attribute_vector(chance):
    ours = solution(LESSON, "attribute_vector")
    drawn = random.Random(1)
    for _ in range(TRIALS):
        number = int(chance.integers(2, 30))
        points = chance.standard_normal((number, 3))
        values = [drawn.randrange(8) for _ in range(number)]
        expected = plain_vae.attribute_vector(points, values)
        np.testing.assert_allclose(ours(points, values), expected, atol=1e-12)
    ends = np.sort(chance.standard_normal(100))
    found = plain_vae.attribute_vector(ends[:, None], ends)
    assert found[0] == pytest.approx(ends[75:].mean() - ends[:25].mean())
