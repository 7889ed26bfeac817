"""Logits for the next pitch, from a state, from pitches that are known, and from intervals.

A head gives an opinion on each pitch in two ways, whose sum are the logits: *where*, a number for
each pitch, and *how far*, a number for each interval from each pitch that it is told. To hold a
note, to move by a step, to sing a third above the bass is then one number each, learned in all keys
at once, where a plain output layer has to learn it for every pitch anew.
"""

from collections.abc import Sequence

import torch
from torch import nn


class PitchHead(nn.Module):
    """Says how likely each class is for the next pitch.

    Args:
        num_classes: V, what a pitch can be; neighbouring classes are a semitone apart.
        state_size: H, numbers in the state.
        head_size: hidden numbers of the head.
        num_given: pitches of the same moment that the head is told, besides the voice's last one.
        dropout: share of the hidden numbers that is dropped in training, 0..0.9.
    """

    def __init__(
        self, num_classes: int, state_size: int, head_size: int, num_given: int, dropout: float
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.from_state = nn.Linear(state_size, head_size)
        self.from_given = nn.ModuleList(
            nn.Embedding(num_classes, head_size) for _ in range(num_given)
        )
        self.dropout = nn.Dropout(dropout)
        self.where = nn.Linear(head_size, num_classes)
        # Intervals of 1 - V .. V - 1 classes, from the last pitch and from each given one.
        self.how_far = nn.Linear(head_size, (1 + num_given) * (2 * num_classes - 1))

    def forward(
        self, h: torch.Tensor, last: torch.Tensor, given: Sequence[torch.Tensor] = ()
    ) -> torch.Tensor:
        """Give the logits.

        Args:
            h: (..., H) the state.
            last: (...) class of the voice's last pitch.
            given: (...) class of each given pitch.

        Returns:
            (..., V).
        """
        z = self.from_state(h)
        for embed, classes in zip(self.from_given, given, strict=True):
            z = z + embed(classes)
        z = self.dropout(torch.relu(z))  # (..., head_size)
        opinions = self.how_far(z).unflatten(-1, (1 + len(given), -1))
        return self.where(z) + by_interval(opinions, torch.stack([last, *given], dim=-1)).sum(-2)


def by_interval(opinions: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
    """Turn opinions on intervals into opinions on pitches.

    Args:
        opinions: (..., 2V - 1), a number for each interval of 1 - V .. V - 1 classes.
        starts: (...) the class, 0..V - 1, from which the intervals are counted.

    Returns:
        (..., V), number v that of the interval from the start to v.
    """
    V = (opinions.shape[-1] + 1) // 2
    intervals = torch.arange(V, device=starts.device) - starts[..., None] + V - 1  # 0 .. 2V - 2
    return opinions.gather(-1, intervals)
