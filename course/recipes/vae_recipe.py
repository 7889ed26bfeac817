"""How the network of two-bar melodies is trained and measured.

The sizes were chosen on validation melodies; test melodies were looked at by `course train` alone,
when it wrote the card.
"""

from collections.abc import Mapping

import torch

from course import models
from course.evaluation.reconstruction import Reconstruction, measure_reconstruction
from course.models.latent import elbo, free_bits
from course.models.vae import MelodyVAE
from course.recipes.vae_batches import CORPORA, WindowBatches, known_melodies, melody_windows

WEIGHT = 0.32  # of the KL divergence in training: below 1, so that more nats go through z
BOTH = "two-bar melodies"  # what the card and the leaderboard call chorales and tunes together
NEW = "not in training"


def vae_loss(
    model: torch.nn.Module, batch: Mapping[str, torch.Tensor], free_nats: float = 0.0
) -> torch.Tensor:
    """Give the mean of -ELBO, in nats per cell, with the batch's weight of the KL divergence.

    Args:
        model: a `MelodyVAE`.
        batch: what `WindowBatches` draws: arrays (B, ...) by name.
        free_nats: nats of each dimension that cost nothing, see `course.models.latent.free_bits`.

    Returns:
        A scalar.
    """
    log_likelihood, kl = model(batch["pitches"], batch["struck"])
    if free_nats:
        charged = batch["weight"].mean() * free_bits(kl, free_nats).sum()
        loss = charged - log_likelihood.mean()
    else:
        loss = -elbo(log_likelihood, kl, batch["weight"]).mean()
    return loss / batch["pitches"].shape[1]


def rising_batches(model: MelodyVAE, num_steps: int) -> WindowBatches:
    """Draw training melodies; the weight of the divergence rises over 5 of 7 parts of the steps.

    Args:
        model: whose range of pitches they stay in.
        num_steps: of the whole training.

    Returns:
        The batches.
    """
    low, high = model.config.low, model.config.high
    rise = max(1, num_steps * 5 // 7)
    return WindowBatches(melody_windows("train"), low, high, weight=WEIGHT, annealing_steps=rise)


def measure_vae(model: MelodyVAE, split: str) -> dict[str, Reconstruction]:
    """Measure a network on the melodies of one split, in their own keys.

    Args:
        model: the network.
        split: "train", "valid" or "test".

    Returns:
        "two-bar melodies" for all, then "chorales", "tunes" and "not in training", those that do
        not stand in the training split in any key.

    Raises:
        ValueError: if there is no such split.
    """
    windows = melody_windows(split)
    parts = {BOTH: windows}
    for number, corpus in enumerate(CORPORA):
        parts[corpus] = windows.pick(windows.corpus == number)
    if split != "train":
        parts[NEW] = windows.pick(~known_melodies(windows, melody_windows("train")))
    return {
        name: measure_reconstruction(model, part.pitches, part.struck)
        for name, part in parts.items()
    }


def vae_likelihoods(model: MelodyVAE) -> dict[str, dict]:
    """Measure a network for its card.

    Args:
        model: the network.

    Returns:
        "valid" and "test" -> all numbers of both corpora together, and of each under its name.
    """
    card = {}
    for split in ("valid", "test"):
        found = {name: part.to_json() for name, part in measure_vae(model, split).items()}
        card[split] = {**found.pop(BOTH), **found}
    return card


def vae_valid_nats(model: MelodyVAE) -> float:
    """Give -ELBO on the validation melodies, in nats per note.

    Args:
        model: the network.
    """
    windows = melody_windows("valid")
    return measure_reconstruction(model, windows.pitches, windows.struck).nats_per_note


def evaluate_windows(name: str, split: str) -> dict[str, Reconstruction]:
    """Do what `course evaluate` does with a network of two-bar melodies.

    Args:
        name: of a shipped network, such as "melody_vae".
        split: "train", "valid" or "test".

    Returns:
        What `measure_vae` gives.

    Raises:
        ValueError: if there is no such network or split.
    """
    melody_windows(split)  # a wrong split is told before anything is loaded
    return measure_vae(models.load(name), split)
