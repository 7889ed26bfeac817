import numpy as np
import pytest
import torch

from course.evaluation.reconstruction import (
    active_units,
    cell_accuracy,
    copy_accuracy,
    exchange,
    measure_reconstruction,
)
from course.models.latent import kl_to_standard_normal
from course.models.vae import MelodyVAE, MelodyVAEConfig

SIZES = {"latent_size": 4, "hidden_size": 8, "beat_size": 4, "cell_size": 8, "num_cells": 4}
SIZES |= {"dropout": 0.5}  # which must be off in a measurement


def make_net():
    torch.manual_seed(0)
    return MelodyVAE(MelodyVAEConfig(**SIZES))


def test_shares_by_hand():
    pitches = np.array([[60, 60, 62, -1], [64, 64, 64, 64]])
    written = np.array([[60, 61, 62, -1], [64, 64, 62, 62]])
    assert cell_accuracy(pitches, written) == 5 / 8
    assert copy_accuracy(pitches) == 4 / 6
    with pytest.raises(ValueError, match="written has shape"):
        cell_accuracy(pitches, written[0])


def test_nobody_keeps_the_own_point():
    for number in (2, 3, 10):
        places = exchange(number, np.random.default_rng(number))
        assert sorted(places) == list(range(number))
        assert (places != np.arange(number)).all()


def test_active_units_by_hand():
    """Variances 1, 0.0025, and 0 around a mean of 5."""
    means = np.array([[1.0, 0.05, 5.0], [-1.0, -0.05, 5.0]])
    assert active_units(means) == 1
    assert active_units(means, 0.001) == 2


class Echo:
    """A stand-in that hides the melody in z and gives back all but the last cell."""

    config = MelodyVAEConfig(latent_size=5, num_cells=4)

    def eval(self):
        return self

    def encode(self, pitches, struck):
        mean = np.concatenate([pitches, struck[:, :1]], axis=1).astype(np.float32)
        return mean, np.zeros_like(mean)

    def decode(self, z):
        pitches = z[:, :4].astype(int)
        pitches[:, 3] = 1
        return pitches, np.ones_like(pitches, dtype=bool)

    def __call__(self, pitches, struck, noise):
        return torch.full((len(pitches),), -6.0), torch.full((len(pitches), 5), 0.5)


def test_a_measurement_by_hand():
    """Three of four cells return, none from another melody; six are struck as they should be.

    The last number of z is the same for all, so four units are active; there are 7 notes.
    """
    pitches = np.array([[60, 60, 62, 62], [70, 71, 72, 73], [50, 50, 50, 50]])
    struck = np.array([[1, 0, 1, 0], [1, 1, 1, 1], [1, 0, 0, 0]], dtype=bool)
    found = measure_reconstruction(Echo(), pitches, struck)
    assert (found.melodies, found.cells) == (3, 12)
    assert (found.accuracy, found.exchanged, found.copy) == (0.75, 0.0, 5 / 9)
    assert found.with_attacks == 6 / 12
    assert (found.kl, found.elbo) == (2.5, -8.5)
    assert found.nats_per_note == 3 * 8.5 / 7
    assert (found.active_units, found.latent_size) == (4, 5)
    assert "75.0% of 12 cells (50.0% with attacks), 0.0% with points exchanged" in str(found)


def test_in_no_round_of_exchange_a_melody_meets_its_own_point():
    pitches = np.array([[60, 60, 62, 62], [70, 71, 72, 73]])
    for seed in range(10):
        found = measure_reconstruction(Echo(), pitches, np.ones((2, 4), bool), seed)
        assert (found.accuracy, found.exchanged) == (0.75, 0.0)


def test_the_same_seed_gives_the_same_numbers_and_the_divergence_is_the_posterior_s():
    generator = np.random.default_rng(0)
    pitches = generator.integers(60, 70, (7, 4))
    struck = np.ones((7, 4), dtype=bool)
    net = make_net()
    found = measure_reconstruction(net, pitches, struck, seed=3)
    assert found == measure_reconstruction(net.train(), pitches, struck, seed=3)
    assert found.elbo != measure_reconstruction(net, pitches, struck, seed=4).elbo
    expected = kl_to_standard_normal(*map(torch.from_numpy, net.encode(pitches, struck)))
    assert found.kl == pytest.approx(expected.sum(1).mean().item(), rel=1e-5)


def test_one_melody_is_too_few():
    with pytest.raises(ValueError, match="1 melodies; give at least two"):
        measure_reconstruction(make_net(), np.full((1, 4), 60), np.ones((1, 4), bool))
