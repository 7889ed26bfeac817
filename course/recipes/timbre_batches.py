"""Batches of single notes, and the losses of both players that make them."""

from typing import Any

import numpy as np
import torch
from torch import nn

from course.data.single_notes import FAMILIES, PITCHES, SingleNotes, load_single_notes
from course.models.adversarial import minimax_critic_loss, non_saturating_generator_loss
from course.models.timbre_critic import TimbreCritic
from course.models.timbre_gan import TimbreGANConfig, TimbreGenerator
from course.representation.tuned_spectrogram import (
    BANDS,
    FRAMES,
    HARMONICS,
    audible_harmonics,
)

NoteBatch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # pictures, pitches, shares of families
PENALTY = 0.1  # weight of the slopes' squares
SMOKE_PITCHES = PITCHES[::5]  # some of them are held out in some families


def picture_sizes() -> dict[str, Any]:
    """Give the sizes that fit the shipped pictures: fields of `NotePictureConfig`."""
    return {
        "num_families": len(FAMILIES),
        "lowest_pitch": PITCHES[0],
        "harmonics": tuple(int(audible_harmonics(pitch).sum()) for pitch in PITCHES),
        "num_harmonics": HARMONICS,
        "num_bands": BANDS,
        "num_frames": FRAMES,
    }


def timbre_config(**sizes: int) -> TimbreGANConfig:
    """Give the sizes of both players that fit the shipped pictures.

    Args:
        sizes: fields of `TimbreGANConfig` that should be others.

    Returns:
        The config.
    """
    return TimbreGANConfig(**{**picture_sizes(), **sizes})


def training_notes(budget: str = "full", held_out: bool = False) -> SingleNotes:
    """Give the notes to learn from: all but the pairs that are held out.

    Args:
        budget: "smoke" for a few notes.
        held_out: True for the others, from which nobody learns.

    Returns:
        The notes.
    """
    few = (SMOKE_PITCHES, (85,)) if budget == "smoke" else ()
    notes = load_single_notes(*few)
    return notes.where(notes.held_out == held_out)


class NoteBatches:
    """Draws notes, each as likely as any other.

    Args:
        notes: what to draw from, at least one.
        batch_size: notes in a batch.

    Raises:
        ValueError: if there are no notes.
    """

    def __init__(self, notes: SingleNotes, batch_size: int = 32) -> None:
        if not len(notes):
            raise ValueError("there are no notes; give at least one")
        self.pictures = torch.from_numpy(notes.pictures)
        self.pitches = torch.from_numpy(notes.pitches)
        families = torch.from_numpy(notes.families)
        self.shares = nn.functional.one_hot(families, len(FAMILIES)).float()
        self.batch_size = batch_size

    def __call__(self, step: int, generator: np.random.Generator) -> NoteBatch:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            Pictures (B, C, T), pitches (B,), shares of families (B, families).
        """
        drawn = torch.from_numpy(generator.integers(len(self.pictures), size=self.batch_size))
        return self.pictures[drawn], self.pitches[drawn], self.shares[drawn]


def critic_loss(generator: TimbreGenerator, critic: TimbreCritic, batch: NoteBatch) -> torch.Tensor:
    """Give the critic's loss: the minimax game's, and a penalty for steep slopes at real notes.

    Args:
        generator: makes as many notes of the same pitches and families.
        critic: the one that learns.
        batch: real notes.

    Returns:
        A scalar.

    References:
        Mescheder, Geiger, Nowozin, ICML 2018, arXiv:1801.04406, equation 9 (the penalty).
    """
    pictures, pitch, shares = batch
    with torch.no_grad():
        fake = generator(generator.noise(len(pitch)), pitch, shares)
    real = pictures.detach().requires_grad_(True)
    scores = critic(real, pitch, shares)
    (slopes,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
    penalty = slopes.square().flatten(1).sum(dim=1).mean()
    return minimax_critic_loss(scores, critic(fake, pitch, shares)) + 0.5 * PENALTY * penalty


def generator_loss(
    generator: TimbreGenerator, critic: TimbreCritic, batch: NoteBatch
) -> torch.Tensor:
    """Give the generator's loss: its notes should pass for real ones of their pitch and family.

    Args:
        generator: the one that learns.
        critic: scores its notes.
        batch: only its pitches and families are looked at.

    Returns:
        A scalar.
    """
    _, pitch, shares = batch
    fake = generator(generator.noise(len(pitch)), pitch, shares)
    return non_saturating_generator_loss(critic(fake, pitch, shares))
