import numpy as np
import pytest
import torch

from course.data.single_notes import FAMILIES, is_held_out
from course.models.adversarial import minimax_critic_loss
from course.recipes import timbre_batches
from course.recipes.timbre_batches import (
    SMOKE_PITCHES,
    NoteBatches,
    critic_loss,
    generator_loss,
    timbre_config,
    training_notes,
)
from course.recipes.timbre_recipe import timbre_recipe
from course.representation.tuned_spectrogram import CHANNELS, FRAMES, HARMONICS

TINY = timbre_config(hidden_size=16, critic_size=8, latent_size=4)


@pytest.fixture(scope="module")
def batches():
    return NoteBatches(training_notes("smoke"), 6)


def test_the_sizes_are_those_of_the_pictures():
    config = timbre_config()
    assert config.num_channels == CHANNELS
    assert config.num_frames == FRAMES
    assert config.harmonics[0] == HARMONICS
    assert config.harmonics[-1] == 14


def test_nothing_that_is_held_out_is_learned_from():
    notes = training_notes("smoke")
    assert set(notes.pitches) == set(SMOKE_PITCHES)
    every = [(p, f) for p in SMOKE_PITCHES for f in range(len(FAMILIES))]
    assert any(is_held_out(*pair) for pair in every)
    pairs = zip(notes.pitches.tolist(), notes.families.tolist(), strict=True)
    assert not any(is_held_out(pitch, family) for pitch, family in pairs)


def test_a_batch_depends_on_its_generator_alone(batches):
    first, second, other = (batches(0, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first[0].shape == (6, CHANNELS, FRAMES)
    assert first[2].shape == (6, len(FAMILIES))
    assert (first[2].sum(dim=1) == 1).all()
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert not torch.equal(first[0], other[0])


def test_the_critics_loss_is_the_games_and_a_penalty(batches, monkeypatch):
    monkeypatch.setattr(timbre_batches, "PENALTY", 1e4)  # slopes are small before any training
    generator, critic = timbre_recipe(TINY).players(0)
    batch = batches(0, np.random.default_rng(0))
    torch.manual_seed(5)
    found = critic_loss(generator, critic, batch)
    torch.manual_seed(5)
    real, pitch, shares = batch
    with torch.no_grad():
        fake = generator(generator.noise(6), pitch, shares)
    step, slopes = 1e-3, torch.zeros(6)
    real = real.double()
    critic = critic.double()
    for row in range(6):  # the slope along its own direction, by a difference
        moved = real.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(critic(moved, pitch, shares.double()).sum(), moved)
        way = slope[row] / slope[row].norm()
        there, back = real.clone(), real.clone()
        there[row] += step * way
        back[row] -= step * way
        scores = [critic(x, pitch, shares.double()).sum() for x in (there, back)]
        slopes[row] = ((scores[0] - scores[1]) / (2 * step)).detach()
    scores = critic(real, pitch, shares.double()), critic(fake.double(), pitch, shares.double())
    penalty = timbre_batches.PENALTY / 2 * slopes.square().mean()
    assert found.item() == pytest.approx((minimax_critic_loss(*scores) + penalty).item(), rel=1e-4)
    assert penalty > 0.1


def test_each_loss_teaches_its_own_player(batches):
    generator, critic = timbre_recipe(TINY).players(0)
    batch = batches(0, np.random.default_rng(0))
    critic_loss(generator, critic, batch).backward()
    assert all(weights.grad is None for weights in generator.parameters())
    assert any(weights.grad.abs().max() > 0 for weights in critic.parameters())
    generator_loss(generator, critic, batch).backward()
    assert all(weights.grad is not None for weights in generator.parameters())


def test_no_notes_are_refused():
    notes = training_notes("smoke")
    with pytest.raises(ValueError, match="there are no notes"):
        NoteBatches(notes.where(np.zeros(len(notes), dtype=bool)))


def test_what_is_held_out_is_all_that_is_not_learned_from():
    notes, others = training_notes("smoke"), training_notes("smoke", held_out=True)
    pairs, other_pairs = (
        set(zip(part.pitches.tolist(), part.families.tolist(), strict=True))
        for part in (notes, others)
    )
    assert other_pairs
    assert all(is_held_out(pitch, family) for pitch, family in other_pairs)
    assert not pairs & other_pairs
    assert pairs | other_pairs == {(p, f) for p in SMOKE_PITCHES for f in range(len(FAMILIES))}
