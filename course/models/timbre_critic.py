"""The critic of single notes: is this picture a real note, of this pitch and family?

References:
    Miyato and Koyama, ICLR 2018, arXiv:1802.05637 (a critic that projects onto the condition).
    Karras et al., ICLR 2018, arXiv:1710.10196 (the spread within a batch as a feature).
"""

import math
from itertools import pairwise

import torch
from torch import nn

from course.models.timbre_gan import Condition, TimbreGANConfig

DECIBELS = 80.0  # between -1 and 1 in a picture's levels
LOUDNESS_ROWS = 3
LOUDER = 4.0  # times which losses and steps are shown: 1 is then 10 dB
LARGEST_LOSS = 4.0  # of what is shown


class TimbreCritic(nn.Module):
    """Scores notes: is this a real one, of this pitch and family?

    Beside the picture it sees how loud the note is over time: a sum over all rows, as the ear hears
    it, which convolutions of levels in dB can hardly form.

    Args:
        config: the sizes.
    """

    def __init__(self, config: TimbreGANConfig) -> None:
        super().__init__()
        self.config = config
        size = config.critic_size
        layers = []
        for pair in pairwise((config.num_channels + LOUDNESS_ROWS, size // 2, 3 * size // 4, size)):
            layers += [nn.Conv1d(*pair, 5, stride=2, padding=2), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.sum_up = nn.Linear(size * config.num_frames // 8 + 1, size)
        self.score = nn.Linear(size, 1)
        self.condition = Condition(config, size)

    def forward(
        self, picture: torch.Tensor, pitch: torch.Tensor, shares: torch.Tensor
    ) -> torch.Tensor:
        """Score notes.

        Args:
            picture: (B, C, T).
            pitch: (B,) MIDI numbers.
            shares: (B, families).

        Returns:
            (B,) scores, higher for what seems real and fits its condition.
        """
        rows = torch.cat([picture, loudness_rows(picture, self.config)], dim=1)  # (B, C + 3, T)
        h = self.layers(rows).flatten(1)  # (B, size * T / 8)
        spread = family_spread(picture, shares)  # (B, 1)
        h = nn.functional.leaky_relu(self.sum_up(torch.cat([h, spread], dim=1)), 0.2)
        wanted = self.condition(pitch, shares)
        return self.score(h).squeeze(1) + (wanted * h).sum(dim=1) / h.shape[1] ** 0.5


def family_spread(picture: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Tell how different the notes of a family are, so that a critic sees when all are alike.

    Over the whole batch a spread would hide it: families differ more than the notes of one.

    Args:
        picture: (B, C, T).
        shares: (B, families), each row summing to 1.

    Returns:
        (B, 1): for each note the mean over rows and frames of the standard deviation over those of
        its family; about 0.001 where it is the only one.
    """
    alike = shares @ shares.T  # (B, B)
    weights = alike / alike.sum(dim=1, keepdim=True)
    flat = picture.flatten(1)
    centred = flat - weights @ flat
    return (weights @ centred.square() + 1e-6).sqrt().mean(dim=1, keepdim=True)


def loudness(picture: torch.Tensor, config: TimbreGANConfig) -> torch.Tensor:
    """Give how loud a note is over time: the powers of all its harmonics and its noise, added up.

    Args:
        picture: (B, C, T) in -1..1.
        config: the sizes.

    Returns:
        (B, 1, T) levels on the scale of the picture's; above 1 if several rows are near 1.
    """
    count = config.num_harmonics
    levels = torch.cat([picture[:, :count], picture[:, 2 * count :]], dim=1)  # (B, H + N, T)
    nepers = DECIBELS / 2 * math.log(10) / 10  # by which ln power grows from 0 to 1
    return torch.logsumexp(nepers * levels, dim=1, keepdim=True) / nepers


def loudness_rows(picture: torch.Tensor, config: TimbreGANConfig) -> torch.Tensor:
    """Give rows that show a critic how a note rises and falls.

    Args:
        picture: (B, C, T) in -1..1.
        config: the sizes.

    Returns:
        (B, 3, T): the loudness; what it has lost since its loudest frame, or has yet to gain; its
        steps from frame to frame, 0 at first. Losses and steps are shown larger; 1 is 10 dB.
    """
    loud = loudness(picture, config)
    lost = (LOUDER * (loud.amax(dim=2, keepdim=True) - loud)).clamp(max=LARGEST_LOSS)
    steps = nn.functional.pad(LOUDER * loud.diff(dim=2), (1, 0))
    return torch.cat([loud, lost, steps], dim=1)
