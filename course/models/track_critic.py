"""The critic of `course.models.track_gan`: it scores phrases of several tracks.

Besides the cells themselves it may be shown *relations*: where a track moves, how far, and which
intervals the tracks form. All of them are simple functions of cells that have gradients for what
lies between ones and zeros. Convolutions are matrix products of neighbouring
steps, which a processor does faster, above all the second derivatives of the gradient penalty. The
penalty is taken between the features of real and generated phrases, of which the relations are
fixed functions: so what is measured is the Wasserstein distance of the features.
"""

from itertools import combinations

import torch
from torch import nn
from torch.nn.functional import leaky_relu

from course.models.track_gan import SLOPE, TrackGanConfig

PITCH_CLASSES = 12
ATTACK = (
    2.0  # weight of an attack beside a cell: the larger, the further the critic may rise for it
)
MOTION = 2.0  # weight of a leap of an octave


def attacks(phrases: torch.Tensor) -> torch.Tensor:
    """Tell where a track moves: 1 - (dot product of a step with the one before).

    Args:
        phrases: (B, M, T, V) ones and zeros, or a mixture.

    Returns:
        (B, T, M); the first step counts as held.
    """
    same = (phrases[:, :, 1:] * phrases[:, :, :-1]).sum(dim=-1)  # (B, M, T - 1)
    moved = torch.cat([torch.zeros_like(same[:, :, :1]), 1 - same], dim=2)
    return moved.transpose(1, 2)


def motions(phrases: torch.Tensor) -> torch.Tensor:
    """Tell how far a track moves, in octaves.

    Args:
        phrases: (B, M, T, V) ones and zeros, or a mixture; the height of silence is 0.

    Returns:
        (B, T, M) numbers from 0; the first step counts as held.
    """
    octaves = torch.arange(phrases.shape[-1], dtype=phrases.dtype) / PITCH_CLASSES
    heights = phrases @ octaves  # (B, M, T)
    far = (heights[:, :, 1:] - heights[:, :, :-1]).abs()
    return torch.cat([torch.zeros_like(far[:, :, :1]), far], dim=2).transpose(1, 2)


def chroma_matrix(low: int, high: int) -> torch.Tensor:
    """Say which class is which pitch class.

    Args:
        low: lowest MIDI pitch, that of class 1.
        high: highest MIDI pitch.

    Returns:
        (V, 12) ones and zeros; the row of silence, class 0, is empty.
    """
    matrix = torch.zeros(high - low + 2, PITCH_CLASSES)
    for pitch in range(low, high + 1):
        matrix[pitch - low + 1, pitch % PITCH_CLASSES] = 1
    return matrix


def intervals(chroma: torch.Tensor) -> torch.Tensor:
    """Give the interval of each pair of tracks, from the first up to the second, octaves left out.

    Args:
        chroma: (B, M, T, 12) pitch classes.

    Returns:
        (B, T, pairs * 12): for each pair 1 at the interval in semitones modulo 12.
    """
    steps = torch.arange(PITCH_CLASSES)
    above = (steps[:, None] + steps) % PITCH_CLASSES  # (interval, pitch class) -> the other's
    turned = chroma[..., above]  # (B, M, T, 12, 12): [i, c] = chroma[c + i]
    found = [
        (turned[:, second] * chroma[:, first, :, None]).sum(dim=-1)
        for first, second in combinations(range(chroma.shape[1]), 2)
    ]
    return torch.cat([chroma[:, 0, :, :0], *found], dim=-1)  # of one track: nothing


class Halving(nn.Module):
    """Halve the time axis: a convolution of width 4 and stride 2.

    Args:
        inputs: numbers in a step that come in.
        outputs: numbers in a step that go out.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(4 * inputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at four steps at a time.

        Args:
            x: (B, T, C).

        Returns:
            (B, T / 2, outputs).
        """
        B, T, C = x.shape
        blank = torch.zeros_like(x[:, :1])
        pairs = torch.cat([blank, x, blank], dim=1).reshape(B, T // 2 + 1, 2 * C)
        return self.linear(torch.cat([pairs[:, :-1], pairs[:, 1:]], dim=-1))


class TrackCritic(nn.Module):
    """Scores phrases: high for what looks real.

    Args:
        config: the sizes.
    """

    def __init__(self, config: TrackGanConfig) -> None:
        super().__init__()
        self.config = config
        M, C = config.num_tracks, config.critic_size
        self.register_buffer("chroma", chroma_matrix(config.low, config.high), persistent=False)
        seen = M * config.num_classes
        if config.relations:
            seen += 2 * M + PITCH_CLASSES * (M * (M - 1) // 2)
        self.first = nn.Linear(seen, C)
        self.halvings = nn.ModuleList([Halving(C, C) for _ in range(3)])
        self.last = nn.Linear(config.num_steps // 8 * C, C)
        self.score = nn.Linear(C, 1)

    def features(self, phrases: torch.Tensor) -> torch.Tensor:
        """Give what the critic sees of each step.

        Args:
            phrases: (B, M, T, V).

        Returns:
            (B, T, cells and relations).
        """
        cells = phrases.transpose(1, 2).flatten(2)  # (B, T, M V)
        if not self.config.relations:
            return cells
        moves = ATTACK * attacks(phrases), MOTION * motions(phrases)
        return torch.cat([cells, *moves, intervals(phrases @ self.chroma)], dim=-1)

    def forward(self, phrases: torch.Tensor) -> torch.Tensor:
        """Score phrases.

        Args:
            phrases: (B, M, T, V) ones and zeros, or a mixture.

        Returns:
            (B,) scores.
        """
        return self.judge(self.features(phrases))

    def judge(self, features: torch.Tensor) -> torch.Tensor:
        """Score what is seen: the part that is learned, whose slope the penalty limits.

        Args:
            features: (B, T, cells and relations), of phrases or a mixture of such.

        Returns:
            (B,) scores.
        """
        x = leaky_relu(self.first(features), SLOPE)
        for halving in self.halvings:
            x = leaky_relu(halving(x), SLOPE)
        return self.score(leaky_relu(self.last(x.flatten(1)), SLOPE))[:, 0]
