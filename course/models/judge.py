"""A network that guesses where a passage of four voices comes from: the data, or somewhere else.

If it cannot learn to tell two sources apart, they are alike as far as it can hear. It hears how
each voice moves and how high it stands above the bass, and short figures of both. It knows no key
and no form.

References:
    Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017, arXiv:1610.06545.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from course.errors import check_integer

MOST = 24  # semitones; what is wider counts as this
SILENCE = -1


@dataclass(frozen=True)
class JudgeConfig:
    """Sizes of a judge.

    Raises:
        ValueError: if a field is out of range.
    """

    embedding_size: int = 8  # numbers for each interval, 1..256
    channels: int = 48  # figures that it listens for, 1..1024
    reach: int = 5  # sixteenths of a figure, odd, 1..31

    def __post_init__(self) -> None:
        check_integer("embedding_size", self.embedding_size, 1, 256, "8 is usual")
        check_integer("channels", self.channels, 1, 1024, "48 is usual")
        check_integer("reach", self.reach, 1, 31, "5 is usual")


class Judge(nn.Module):
    """Two layers of convolutions over time, then the largest and the mean of each channel.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: JudgeConfig | None = None) -> None:
        super().__init__()
        self.config = config or JudgeConfig()
        size, channels, reach = (
            self.config.embedding_size,
            self.config.channels,
            self.config.reach,
        )
        self.moves = nn.Embedding(2 * MOST + 2, size)
        self.heights = nn.Embedding(2 * MOST + 2, size)
        self.first = nn.Conv1d(8 * size, channels, reach)
        self.second = nn.Conv1d(channels, channels, reach)
        self.out = nn.Linear(2 * channels, 1)

    def forward(self, pitches: torch.Tensor) -> torch.Tensor:
        """Judge passages.

        Args:
            pitches: (B, T, 4) whole numbers, MIDI pitches or -1 for silence; T is at least twice
                the reach.

        Returns:
            (B,) logits, above 0 for the data.
        """
        silent = pitches == SILENCE
        before = torch.cat([pitches[:, :1], pitches[:, :-1]], dim=1)
        moves = _classes(pitches - before, silent | (before == SILENCE))  # (B, T, 4)
        heights = _classes(pitches - pitches[:, :, 3:], silent | silent[:, :, 3:])
        x = torch.cat([self.moves(moves), self.heights(heights)], dim=2)  # (B, T, 8, E)
        x = x.flatten(2).mT  # (B, 8 E, T)
        x = functional.relu(self.first(x))
        x = functional.relu(self.second(x))  # (B, C, T - 2 (reach - 1))
        return self.out(torch.cat([x.amax(dim=2), x.mean(dim=2)], dim=1)).squeeze(1)  # (B,)


def _classes(intervals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
    """Number intervals in semitones from 1, the unknown ones 0."""
    return torch.where(unknown, 0, intervals.clamp(-MOST, MOST) + MOST + 1)
