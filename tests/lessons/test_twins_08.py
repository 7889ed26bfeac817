"""What lesson 08 builds and the package has too gives equal results on random input."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon

from course.models import adversarial, plain_gan, track_gan
from tests.lessons.test_twins import TRIALS, solution

LESSON = "08_gan"


@pytest.fixture
def generator():
    return np.random.default_rng(20)


def distributions(generator):
    """Draw two distributions over the same notes, some of which one or both never play."""
    drawn = generator.random((2, 6)) * (generator.random((2, 6)) < 0.6)
    drawn[:, 0] += 0.1
    return drawn / drawn.sum(axis=1, keepdims=True)


def test_optimal_discriminator_and_divergence(generator):
    expert = solution(LESSON, "optimal_discriminator")
    divergence = solution(LESSON, "jensen_shannon", np=np)
    for _ in range(TRIALS):
        p, q = distributions(generator)
        found = expert(p.tolist(), q.tolist())
        np.testing.assert_allclose(found, plain_gan.optimal_discriminator(p, q), rtol=1e-12)
        far = divergence(p.tolist(), q.tolist())
        assert far == pytest.approx(plain_gan.jensen_shannon(p, q), abs=1e-12)
        assert far == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)  # scipy gives the root
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.nansum(p * np.log(found)) + np.nansum(q * np.log(1 - np.array(found)))
        assert value == pytest.approx(2 * far - 2 * np.log(2))


@pytest.mark.parametrize(("M", "S", "Z"), [(1, 1, 1), (4, 4, 16), (3, 2, 5)])
def test_track_noise_is_what_the_generator_hears(M, S, Z):
    ours = solution(LESSON, "track_noise", np=np)
    config = track_gan.TrackGanConfig(
        num_tracks=M, num_steps=8 * S, num_segments=S, noise_size=Z, hidden_size=4
    )
    noise = track_gan.draw_noise(config, 1, torch.Generator().manual_seed(M))
    heard = track_gan.TrackGenerator(config).noise_of_tracks(noise)[:, 0].numpy()
    parts = [getattr(noise, kind)[0].numpy() for kind in track_gan.KINDS]
    assert np.array_equal(ours(*parts), heard)
    assert np.array_equal(plain_gan.track_noise(*parts), heard)


@pytest.mark.slow
def test_straight_through():
    torch.manual_seed(0)
    ours = solution(LESSON, "straight_through", torch=torch)
    for shape in [(5,), (2, 7), (2, 3, 4, 47)]:
        logits, weights = torch.randn(shape), torch.randn(shape)
        slopes = []
        for choose in (ours, plain_gan.straight_through, track_gan.straight_through):
            x = logits.clone().requires_grad_(True)
            chosen = choose(x)
            assert torch.equal(chosen.argmax(dim=-1), logits.argmax(dim=-1))
            (chosen * weights).sum().backward()
            slopes.append(x.grad)
        x = logits.clone().requires_grad_(True)
        (x.softmax(dim=-1) * weights).sum().backward()
        for slope in slopes:
            torch.testing.assert_close(slope, x.grad)


def test_gradient_penalty():
    torch.manual_seed(0)
    ours = solution(LESSON, "gradient_penalty", torch=torch)
    critic = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(12, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
    )
    real, fake = torch.randn(2, 5, 3, 4)
    mix = torch.rand(5)
    found = []
    for penalty in (ours, plain_gan.gradient_penalty, adversarial.gradient_penalty):
        value = penalty(critic, real, fake, mix)
        found.append((value.detach(), torch.autograd.grad(value, critic[1].weight)[0]))
    for value, slope in found[1:]:
        torch.testing.assert_close(value, found[0][0])
        torch.testing.assert_close(slope, found[0][1])
