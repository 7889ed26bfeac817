"""What a masked cell may be, by the notes around it: a head for `course.models.grid_diffusion`."""

import torch
from torch import nn

from course.models.pitch_head import by_interval

FARTHEST = 16  # steps to the nearest cell that is there; farther ones count as so far


class FillingHead(nn.Module):
    """Says what a masked cell may be, from the stream and from the notes around the cell.

    As in `course.models.pitch_head`, an opinion on each pitch and one on each interval are added
    up; the intervals are counted from the voice's nearest notes before and after, and from the
    other voices' notes of the same moment. What is masked has no say.

    Args:
        num_classes: V.
        state_size: H.
        head_size: hidden numbers.
        num_around: notes around the cell.
        dropout: share dropped in training.
    """

    def __init__(
        self, num_classes: int, state_size: int, head_size: int, num_around: int, dropout: float
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.from_state = nn.Linear(state_size, head_size)
        self.from_around = nn.Embedding(num_around * (num_classes + 1), head_size)
        self.dropout = nn.Dropout(dropout)
        self.where = nn.Linear(head_size, num_classes)
        self.how_far = nn.Linear(head_size, num_around * (2 * num_classes - 1))

    def forward(self, h: torch.Tensor, around: torch.Tensor) -> torch.Tensor:
        """Give the logits.

        Args:
            h: (..., H).
            around: (..., A) classes, V for what is not there.

        Returns:
            (..., V).
        """
        V, A = self.num_classes, around.shape[-1]
        rows = torch.arange(A, device=around.device) * (V + 1)
        z = self.from_state(h) + self.from_around(around + rows).sum(dim=-2)
        z = self.dropout(torch.relu(z))
        opinions = self.how_far(z).unflatten(-1, (A, -1))  # (..., A, 2V - 1)
        heard = by_interval(opinions, around.clamp(max=V - 1))  # (..., A, V)
        return self.where(z) + (heard * (around < V)[..., None]).sum(dim=-2)


def nearest_before(cells: torch.Tensor, masked: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Find the nearest cell of each voice that is there, before each step.

    Args:
        cells: (B, T, 4) classes.
        masked: the class of a masked cell.

    Returns:
        Its class (B, T, 4), `masked` if there is none, and how many steps before it lies,
        1..`FARTHEST`; 0 if there is none.
    """
    T = cells.shape[1]
    steps = torch.arange(T, device=cells.device)[None, :, None]
    there = torch.where(cells != masked, steps, -1).cummax(dim=1).values  # (B, T, 4)
    there = torch.cat([torch.full_like(there[:, :1], -1), there[:, :-1]], dim=1)
    found = cells.gather(1, there.clamp(min=0))
    known = there >= 0
    distances = (steps - there).clamp(max=FARTHEST)
    return torch.where(known, found, masked), torch.where(known, distances, 0)
