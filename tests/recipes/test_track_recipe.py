import numpy as np
import pytest
import torch

from course.evaluation.tracks import compare_tracks, measure_tracks
from course.models.adversarial import gradient_penalty
from course.models.track_critic import TrackCritic
from course.models.track_gan import TrackGanConfig, TrackGenerator, draw_noise
from course.recipes.phrases import chorale_phrases
from course.recipes.track_recipe import (
    TRACK_GAN,
    Album,
    card_measures,
    wasserstein_losses,
    write_phrases,
)
from course.training.adversarial import AdversarialConfig, fit_players

TINY = TrackGanConfig(noise_size=2, hidden_size=8, critic_size=8)


@pytest.fixture
def players():
    torch.manual_seed(0)
    return TrackGenerator(TINY), TrackCritic(TINY)


def test_the_losses_are_those_of_the_paper(players):
    generator, critic = players
    real = TRACK_GAN.batches(generator, "smoke")(0, np.random.default_rng(0))[:8]
    critic_loss, generator_loss = wasserstein_losses(weight=7.0)
    torch.manual_seed(3)
    found = critic_loss(generator, critic, real)
    torch.manual_seed(3)
    fake = generator(draw_noise(TINY, 8), 0.5).detach()
    penalty = gradient_penalty(critic.judge, critic.features(real), critic.features(fake))
    expected = critic(fake).mean() - critic(real).mean() + 7 * penalty
    torch.testing.assert_close(found, expected)
    found.backward()
    assert all(p.grad is None for p in generator.parameters())
    torch.manual_seed(4)
    found = generator_loss(generator, critic, real)
    torch.manual_seed(4)
    torch.testing.assert_close(found, -critic(generator(draw_noise(TINY, 8), 0.5)).mean())
    found.backward()
    assert all(p.grad is not None for p in generator.parameters())


def test_the_penalty_may_be_the_learners(players):
    generator, critic = players
    real = TRACK_GAN.batches(generator, "smoke")(0, np.random.default_rng(0))[:4]
    losses = []
    for value in (0.0, 2.0):
        torch.manual_seed(0)
        critic_loss, _ = wasserstein_losses(lambda c, r, f, v=value: torch.tensor(v), weight=10.0)
        losses.append(critic_loss(generator, critic, real).item())
    assert losses[1] - losses[0] == pytest.approx(20, rel=1e-5)


def test_written_phrases(players):
    phrases = write_phrases(players[0], 5, seed=1)
    assert phrases.shape == (5, 32, 4)
    assert np.array_equal(phrases, write_phrases(players[0], 5, seed=1))
    assert not np.array_equal(phrases, write_phrases(players[0], 5, seed=2))
    noise = draw_noise(TINY, 2)
    assert np.array_equal(
        write_phrases(players[0], 2, noise=noise), write_phrases(players[0], 2, noise=noise)
    )


def test_an_album_has_a_page_for_each_moment(players):
    album = Album((1, 3), count=4)
    batches, losses = TRACK_GAN.batches(players[0], "smoke"), wasserstein_losses()
    config = AdversarialConfig(4, learning_rate=0.1, warmup_steps=0, critic_steps=1)
    run = fit_players(*players, losses, batches, config, [album])
    assert list(album.pages) == [1, 3, 4]
    assert np.array_equal(album.pages[4], write_phrases(run.model, 4, seed=0))
    assert not np.array_equal(album.pages[1], album.pages[4])


@pytest.mark.slow
def test_real_phrases_are_like_real_phrases():
    """The noise floor: training phrases beside validation phrases."""
    found = compare_tracks(
        *(measure_tracks(chorale_phrases(split)) for split in ("train", "valid"))
    )
    assert found["qualified notes"] < 0.01
    assert found["empty bars"] < 0.2
    assert found["used pitch classes"] < 0.1
    assert found["spread"] == pytest.approx(1, abs=0.02)
    assert found["collapsed tracks"] == 0


@pytest.mark.slow
def test_an_untrained_generator_is_told_apart(players):
    found = card_measures(players[0], chorale_phrases("valid"))
    assert found["difference from valid"]["qualified notes"] > 0.15
    assert found["difference from valid"]["used pitch classes"] > 1
    assert len(found["spread"]) == 4
