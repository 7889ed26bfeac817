import numpy as np
import pytest
import torch

from course.models.gaussian_diffusion import (
    add_noise,
    clean_from_velocity,
    ddim_step,
    ddpm_step,
    diffusion_loss,
    sample,
    velocity,
)
from course.models.noise_schedules import alpha_bars, min_snr_weight

MEAN, DEVIATION = 1.5, 0.4  # of the toy's clean pictures


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def best_clean(x, a):
    """E[x_0 | x_t] where x_0 is normal with the toy's mean and deviation."""
    share = a**0.5 * DEVIATION**2 / (a * DEVIATION**2 + 1 - a)
    return MEAN + share * (x - a**0.5 * MEAN)


def test_by_hand():
    """alpha_bar 0.64: 0.8 of the picture and 0.6 of the noise."""
    clean, noise = torch.tensor([[10.0, 0.0]]), torch.tensor([[0.0, 5.0]])
    torch.testing.assert_close(add_noise(clean, noise, 0.64), torch.tensor([[8.0, 3.0]]))
    torch.testing.assert_close(velocity(clean, noise, 0.64), torch.tensor([[-6.0, 4.0]]))


def test_each_picture_of_a_batch_has_its_own_level():
    clean, noise = randn(3, 2, 5), randn(3, 2, 5, seed=1)
    levels = torch.tensor([1.0, 0.3, 0.0], dtype=torch.float64)
    for function in (add_noise, velocity, clean_from_velocity):
        whole = function(clean, noise, levels)
        for row, level in enumerate(levels.tolist()):
            torch.testing.assert_close(whole[row], function(clean[row], noise[row], level))
    noisy = add_noise(clean, noise, levels)
    torch.testing.assert_close(noisy[0], clean[0])
    torch.testing.assert_close(noisy[2], noise[2])


def test_a_velocity_gives_the_clean_picture_back():
    clean, noise = randn(4, 6), randn(4, 6, seed=1)
    levels = torch.tensor([1.0, 0.9, 0.2, 1e-5], dtype=torch.float64)
    x, v = add_noise(clean, noise, levels), velocity(clean, noise, levels)
    torch.testing.assert_close(clean_from_velocity(x, v, levels), clean)


def test_one_jump_is_many_small_steps():
    """Each step shrinks x by sqrt(1 - beta) and adds noise of variance beta."""
    betas, x0 = np.linspace(0.01, 0.2, 20), np.array([-1.0, 0.0, 2.0])
    chance = np.random.default_rng(0)
    x = np.repeat(x0[:, None], 40_000, axis=1)
    for beta in betas:
        x = np.sqrt(1 - beta) * x + np.sqrt(beta) * chance.standard_normal(x.shape)
    left = float(np.prod(1 - betas))
    assert 0.05 < left < 0.2  # neither all nor nothing
    clean = torch.from_numpy(x0)[:, None].expand(-1, 40_000)
    jumped = add_noise(clean, randn(3, 40_000), left).numpy()
    for found in (x, jumped):
        np.testing.assert_allclose(found.mean(axis=1), left**0.5 * x0, atol=0.02)
        np.testing.assert_allclose(found.var(axis=1), 1 - left, rtol=0.03)


@pytest.mark.parametrize(("a", "nearer"), [(0.3, 0.5), (0.05, 0.9), (0.8, 0.81), (1e-5, 0.01)])
def test_ddpm_draws_by_bayes_rule(a, nearer):
    """q(x_next | x_t, x_0) is a product of two normal curves of x_next.

    The one says where x_next lies, knowing x_0; the other how likely x_t follows it.
    """
    x, clean = randn(5), randn(5, seed=1)
    step = a / nearer  # x_t = sqrt(step) x_next + sqrt(1 - step) noise
    precision = 1 / (1 - nearer) + step / (1 - step)
    mean = (nearer**0.5 * clean / (1 - nearer) + step**0.5 * x / (1 - step)) / precision
    drawn = [ddpm_step(x, clean, a, nearer, torch.full((5,), z).double()) for z in (0.0, 1.0, -2.0)]
    torch.testing.assert_close(drawn[0], mean)
    torch.testing.assert_close(drawn[1] - drawn[0], torch.full_like(x, precision**-0.5))
    torch.testing.assert_close(drawn[2] - drawn[0], torch.full_like(x, -2 * precision**-0.5))


def test_ddim_keeps_the_noise():
    clean, noise = randn(5), randn(5, seed=1)
    found = ddim_step(add_noise(clean, noise, 0.2), clean, 0.2, 0.7)
    torch.testing.assert_close(found, add_noise(clean, noise, 0.7))


def test_the_last_step_gives_what_is_thought_to_be_clean():
    x, clean, noise = randn(5), randn(5, seed=1), randn(5, seed=2)
    torch.testing.assert_close(ddim_step(x, clean, 0.4, 1.0), clean)
    torch.testing.assert_close(ddpm_step(x, clean, 0.4, 1.0, noise), clean)


@pytest.mark.parametrize("schedule", ["cosine", "linear"])
@pytest.mark.parametrize("way", ["ddim", "ddpm"])
def test_both_ways_pass_the_same_distributions(way, schedule):
    """With the best denoiser of a normal toy, x_t is everywhere as noisy as noise made it."""
    levels, passed = alpha_bars(1000, schedule)[::-1].tolist(), []
    generator = torch.Generator().manual_seed(5) if way == "ddpm" else None

    def watch(x, _):
        passed.append((x.mean(), x.var()))

    made = sample(best_clean, randn(20_000), levels, generator, watch)
    assert len(passed) == 1000
    for a, (mean, variance) in zip(levels, passed, strict=False):
        assert mean.item() == pytest.approx(a**0.5 * MEAN, abs=0.03)
        assert variance.item() == pytest.approx(a * DEVIATION**2 + 1 - a, rel=0.05)
    assert made.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert made.std().item() == pytest.approx(DEVIATION, rel=0.03)


def test_noise_decides_all_in_ddim_and_less_in_ddpm():
    levels, noise = alpha_bars(300)[::-1].tolist(), randn(2_000)
    noise = torch.stack([noise, noise])
    first, again = sample(best_clean, noise, levels)
    assert torch.equal(first, again)
    torch.testing.assert_close(first, MEAN + DEVIATION * noise[0], atol=0.03, rtol=0)
    first, again = sample(best_clean, noise, levels, torch.Generator().manual_seed(1))
    assert abs(np.corrcoef(first, again)[0, 1]) < 0.2
    repeated = sample(best_clean, noise, levels, torch.Generator().manual_seed(1))
    assert torch.equal(repeated[0], first)


def test_watching_shows_each_level_and_what_is_thought_there():
    seen, asked = [], []

    def predict(x, a):
        asked.append(a)
        return x + 1

    noise = randn(2, 3)
    made = sample(predict, noise, [0.1, 0.5, 1.0], watch=lambda *pair: seen.append(pair))
    assert asked == [0.1, 0.5]
    assert torch.equal(seen[0][0], noise)
    for x, clean in seen:
        torch.testing.assert_close(clean, x + 1)
    torch.testing.assert_close(made, seen[-1][1])


def test_the_loss_by_hand():
    """Velocities (0, 0) of the first and (3, 1) of the second are missed by 1 and by 3 and 1."""
    levels = torch.tensor([0.5, 0.9])
    clean = torch.tensor([[0.0, 0.0], [1.0, 2.0]])
    noise = torch.tensor([[0.0, 0.0], [3.0, 1.0]])
    given = []

    def predict(x, level):
        given.append((x, level))
        return velocity(clean, noise, levels) + torch.tensor([[1.0, 1.0], [3.0, -1.0]])

    weights = min_snr_weight(levels)
    assert weights.tolist() == pytest.approx([0.5, 0.5])
    assert diffusion_loss(predict, clean, noise, levels).item() == pytest.approx(
        (0.5 + 0.5 * 5) / 2
    )
    torch.testing.assert_close(given[0][0], add_noise(clean, noise, levels))
    assert given[0][1] is levels
    high = torch.tensor([0.99, 0.99])  # weighs 0.05

    def off_by_one(x, level):
        return velocity(clean, noise, level) + 1

    assert diffusion_loss(off_by_one, clean, noise, high).item() == pytest.approx(0.05, rel=1e-4)


@pytest.mark.slow
def test_the_loss_teaches_the_best_denoiser():
    """A straight line for each of four levels finds what is known in closed form."""
    chance = torch.Generator().manual_seed(0)
    levels = torch.tensor([0.05, 0.3, 0.7, 0.95])
    lines = torch.zeros(4, 2, requires_grad=True)

    def predict(x, level):
        slope, shift = lines[(level[:, None] > levels - 1e-3).sum(dim=1) - 1].unbind(dim=1)
        return slope[:, None] * x + shift[:, None]

    optimizer = torch.optim.Adam([lines], 0.05)
    for step in range(800):
        optimizer.param_groups[0]["lr"] = 0.05 * (1 - step / 800)
        clean = MEAN + DEVIATION * torch.randn(4, 2_000, generator=chance)
        loss = diffusion_loss(predict, clean, torch.randn(4, 2_000, generator=chance), levels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    x = torch.linspace(-2, 3, 9).expand(4, -1)
    with torch.no_grad():
        found = clean_from_velocity(x, predict(x, levels), levels)
    expected = torch.stack([best_clean(row, a) for row, a in zip(x, levels.tolist(), strict=True)])
    torch.testing.assert_close(found, expected, atol=0.04, rtol=0)
