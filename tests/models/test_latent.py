import numpy as np
import pytest
import torch
from torch import distributions

from course.models.latent import (
    elbo,
    free_bits,
    kl_to_standard_normal,
    linear_path,
    reparameterise,
    spherical_path,
)


def test_a_draw_by_hand():
    """Variance 4 is a standard deviation of 2: 1 + 2 * 0.5 and 1 - 2 * 0.5."""
    mean, log_variance = torch.ones(2), torch.log(torch.tensor([4.0, 4.0]))
    drawn = reparameterise(mean, log_variance, torch.tensor([0.5, -0.5]))
    assert torch.allclose(drawn, torch.tensor([2.0, 0.0]))


def test_the_gradient_reaches_mean_and_variance():
    mean, log_variance = torch.zeros(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    reparameterise(mean, log_variance, torch.tensor([1.0, -2.0, 0.0])).sum().backward()
    assert mean.grad.tolist() == [1.0, 1.0, 1.0]
    assert log_variance.grad.tolist() == [0.5, -1.0, 0.0]


def test_divergences_by_hand():
    """(m^2 + v - 1 - ln v) / 2: 0 for the prior; 2 for mean 2; (e - 2) / 2 for ln v = 1."""
    found = kl_to_standard_normal(torch.tensor([0.0, 2.0, 0.0]), torch.tensor([0.0, 0.0, 1.0]))
    assert torch.allclose(found, torch.tensor([0.0, 2.0, (np.e - 2) / 2]))


def test_divergences_are_those_of_torch():
    torch.manual_seed(0)
    mean, log_variance = torch.randn(5, 7), torch.randn(5, 7)
    ours = distributions.Normal(mean, torch.exp(0.5 * log_variance))
    expected = distributions.kl_divergence(ours, distributions.Normal(0.0, 1.0))
    assert torch.allclose(kl_to_standard_normal(mean, log_variance), expected, atol=1e-5)


def test_the_bound_by_hand():
    kl = torch.tensor([[1.0, 2.0], [0.0, 0.5]])
    assert elbo(torch.tensor([-5.0, -1.0]), kl).tolist() == [-8.0, -1.5]
    assert elbo(torch.tensor([-5.0, -1.0]), kl, 0.5).tolist() == [-6.5, -1.25]
    weights = torch.tensor([0.0, 2.0])
    assert elbo(torch.tensor([-5.0, -1.0]), kl, weights).tolist() == [-5.0, -2.0]


def test_free_bits_by_hand():
    """Means over the batch of 0.5, 0.1 and 0: what is below 0.25 costs 0.25 and has no gradient."""
    kl = torch.tensor([[1.0, 0.2, 0.0], [0.0, 0.0, 0.0]], requires_grad=True)
    charged = free_bits(kl, 0.25)
    assert charged.tolist() == [0.5, 0.25, 0.25]
    charged.sum().backward()
    assert kl.grad.tolist() == [[0.5, 0.0, 0.0]] * 2
    assert free_bits(kl, 0.0).tolist() == pytest.approx([0.5, 0.1, 0.0])


def test_free_bits_cannot_be_negative():
    with pytest.raises(ValueError, match="least is -1"):
        free_bits(torch.zeros(1, 1), -1)


def test_paths_by_hand():
    start, end = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    assert linear_path(start, end, 0.5).tolist() == [1.0, 1.0]
    assert spherical_path(start, end, 0.5) == pytest.approx([2**0.5, 2**0.5])
    thirds = spherical_path(start, end, 1 / 3)
    assert thirds == pytest.approx([3**0.5, 1.0])


@pytest.mark.parametrize("path", [linear_path, spherical_path])
def test_paths_begin_and_end_where_they_should(path):
    start, end = np.random.default_rng(0).standard_normal((2, 32))
    assert path(start, end, 0) == pytest.approx(start)
    assert path(start, end, 1) == pytest.approx(end)


def test_an_arc_keeps_its_length_where_a_line_does_not():
    start, end = np.random.default_rng(1).standard_normal((2, 64))
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    for share in (0.25, 0.5, 0.75):
        assert np.linalg.norm(spherical_path(start, end, share)) > 0.9 * min(lengths)
    assert np.linalg.norm(linear_path(start, end, 0.5)) < 0.9 * min(lengths)


def test_where_there_is_no_arc_the_way_is_straight():
    start = np.array([1.0, 2.0])
    for end in (3 * start, -start, np.zeros(2)):
        assert spherical_path(start, end, 0.25) == pytest.approx(0.75 * start + 0.25 * end)
