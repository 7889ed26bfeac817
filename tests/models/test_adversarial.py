import math

import pytest
import torch
from torch import nn

from course.models.adversarial import (
    gradient_penalty,
    minimax_critic_loss,
    non_saturating_generator_loss,
    wasserstein_critic_loss,
    wasserstein_generator_loss,
)

ZERO = torch.zeros(2)


def test_losses_by_hand():
    """The sigmoid of ln 3 is 3/4."""
    assert minimax_critic_loss(ZERO, ZERO).item() == pytest.approx(2 * math.log(2))
    scores = torch.tensor([math.log(3)])
    expected = -math.log(3 / 4) - math.log(1 - 1 / 4)
    assert minimax_critic_loss(scores, -scores).item() == pytest.approx(expected)
    assert non_saturating_generator_loss(scores).item() == pytest.approx(-math.log(3 / 4))
    assert wasserstein_critic_loss(torch.tensor([3.0, 5]), torch.tensor([1.0, 2])).item() == -2.5
    assert wasserstein_generator_loss(torch.tensor([1.0, 2])).item() == -1.5


def test_scores_may_be_large():
    huge = torch.tensor([1e4])
    assert minimax_critic_loss(huge, -huge).item() == 0
    assert minimax_critic_loss(-huge, huge).item() == pytest.approx(2e4)


def test_penalty_of_a_plane_by_hand():
    """The plane 3 a + 4 b rises by 5 everywhere: (5 - 1)^2 = 16, wherever it is measured."""
    weights = torch.tensor([3.0, 4.0])
    real, fake = torch.randn(2, 7, 2)
    assert gradient_penalty(lambda x: x @ weights, real, fake).item() == pytest.approx(16)


def test_penalty_of_a_parabola_by_hand():
    """a^2 + 2 b has the slope (2 a, 2).

    Between 4 (real) and 0, a share of 3/4 is at a = 3: length sqrt(40); a share of 0 at a = 0:
    length 2. The mean of (sqrt(40) - 1)^2 and 1 is (42 - 2 sqrt(40)) / 2.
    """
    real, fake = torch.tensor([[4.0, 0], [4, 0]]), torch.zeros(2, 2)
    found = gradient_penalty(
        lambda x: x[:, :1] ** 2 + 2 * x[:, 1:], real, fake, torch.tensor([0.75, 0])
    )
    assert found.item() == pytest.approx((42 - 2 * math.sqrt(40)) / 2, rel=1e-6)


def test_the_length_is_taken_over_all_axes():
    """Each of the 2 x 3 numbers of a sample has the slope 2: length 2 sqrt(6)."""
    real = torch.zeros(4, 2, 3)
    found = gradient_penalty(lambda x: 2 * x.sum(dim=(1, 2)), real, real)
    assert found.item() == pytest.approx((2 * math.sqrt(6) - 1) ** 2, rel=1e-6)


def test_the_critic_learns_from_the_penalty_and_the_generator_does_not():
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    fake = torch.randn(5, 3, requires_grad=True)
    penalty = gradient_penalty(critic, torch.randn(5, 3), fake)
    penalty.backward()
    assert fake.grad is None
    assert all(layer.weight.grad.abs().sum() > 0 for layer in (critic[0], critic[2]))
    weights = critic[0].weight
    before, grad = penalty.item(), weights.grad.clone()
    with torch.no_grad():
        weights -= 1e-2 * grad
    torch.manual_seed(0)
    nn.Linear(3, 4), nn.Linear(4, 1)  # the same draws as above
    fake, real = torch.randn(5, 3), torch.randn(5, 3)
    assert gradient_penalty(critic, real, fake).item() < before


def test_a_flat_critic_costs_one_and_has_finite_gradients():
    critic = nn.Linear(2, 1)
    nn.init.zeros_(critic.weight)
    penalty = gradient_penalty(critic, torch.ones(3, 2), torch.zeros(3, 2))
    penalty.backward()
    assert penalty.item() == pytest.approx(1, abs=1e-5)
    assert critic.weight.grad.isfinite().all()


def test_other_shapes():
    with pytest.raises(ValueError, match=r"real samples are \(2, 3\) and generated ones \(2, 4\)"):
        gradient_penalty(lambda x: x, torch.zeros(2, 3), torch.zeros(2, 4))
