"""Batches of single notes and the losses of both players, for `course train timbre_gan`."""

import numpy as np
import torch
from torch import nn

from course.data.single_notes import FAMILIES, SingleNotes
from course.models.adversarial import (
    gradient_penalty,
    wasserstein_critic_loss,
    wasserstein_generator_loss,
)

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
PENALTY = 10.0


class NoteBatches:
    def __init__(self, notes: SingleNotes, batch_size: int = 32) -> None:
        self.pictures = torch.from_numpy(notes.pictures)
        self.pitches = torch.from_numpy(notes.pitches)
        self.shares = nn.functional.one_hot(torch.from_numpy(notes.families), len(FAMILIES)).float()
        self.batch_size = batch_size

    def __call__(self, step: int, generator: np.random.Generator) -> Batch:
        drawn = torch.from_numpy(generator.integers(len(self.pictures), size=self.batch_size))
        return self.pictures[drawn], self.pitches[drawn], self.shares[drawn]


def critic_loss(generator: nn.Module, critic: nn.Module, batch: Batch) -> torch.Tensor:
    real, pitch, shares = batch
    with torch.no_grad():
        fake = generator(generator.noise(len(real)), pitch, shares)
    scores = critic(real, pitch, shares), critic(fake, pitch, shares)
    penalty = gradient_penalty(lambda x: critic(x, pitch, shares), real, fake)
    return wasserstein_critic_loss(*scores) + PENALTY * penalty


def generator_loss(generator: nn.Module, critic: nn.Module, batch: Batch) -> torch.Tensor:
    _, pitch, shares = batch
    fake = generator(generator.noise(len(pitch)), pitch, shares)
    return wasserstein_generator_loss(critic(fake, pitch, shares))
