"""Four ways to tell attention where things are; without one it sees a bag of steps.

Sinusoidal and learned positions are added to what enters the first layer. Relative and rotary ones
act in every layer, where a query meets a key, and depend on how far these two are apart.

References:
    Vaswani et al., "Attention is all you need", NeurIPS 2017, arXiv:1706.03762, section 3.5.
    Shaw, Uszkoreit and Vaswani, 2018, arXiv:1803.02155 (relative positions).
    Huang et al., "Music Transformer", ICLR 2019, arXiv:1809.04281, section 3.4 (skewing).
    Su et al., "RoFormer", 2021, arXiv:2104.09864, equation 34 (rotary positions).
"""

from functools import lru_cache

import torch
from torch import nn

from course.errors import check_integer

POSITIONS = ("none", "sinusoidal", "learned", "relative", "rotary")
TABLE = 1024  # steps whose turns are computed at once, and remembered
SLOWEST = 10_000.0  # longest wavelength is about 2 pi times this, in steps


def angles(positions: torch.Tensor, size: int) -> torch.Tensor:
    """Give the angles by which sinusoidal and rotary positions turn.

    Args:
        positions: (T,) numbers of the steps.
        size: D, even.

    Returns:
        (T, D / 2) radians, position * 10000^(-2i / D) for pair i.

    Raises:
        ValueError: if the size is odd.
    """
    if size % 2:
        raise ValueError(f"size is {size}; pairs of numbers turn, so give an even one")
    rates = SLOWEST ** (-torch.arange(0, size, 2, device=positions.device) / size)
    return positions[:, None].float() * rates


def sinusoidal(positions: torch.Tensor, size: int) -> torch.Tensor:
    """Give a sine and a cosine of each rate for each position.

    Args:
        positions: (T,) numbers of the steps.
        size: D, even.

    Returns:
        (T, D): sin, cos, sin, cos and so on.
    """
    turned = angles(positions, size)
    return torch.stack([turned.sin(), turned.cos()], dim=-1).flatten(-2)


def rotate(x: torch.Tensor, positions: torch.Tensor | range) -> torch.Tensor:
    """Turn each pair of numbers by its angle, so that dot products feel the distance only.

        rotate(q, m) . rotate(k, n) = rotate(q, m - n) . k

    Args:
        x: (..., T, D) queries or keys.
        positions: (T,) numbers of their steps; a range is remembered, for all layers turn alike.

    Returns:
        (..., T, D), each vector as long as before.
    """
    if isinstance(positions, range):
        length = -(-max(positions.stop, 1) // TABLE) * TABLE
        cos, sin = (
            turns[positions.start : positions.stop]
            for turns in _known_turns(length, x.shape[-1], x.device)
        )
    else:
        cos, sin = _turns(positions, x.shape[-1])
    first, second = x[..., ::2], x[..., 1::2]
    pairs = [first * cos - second * sin, first * sin + second * cos]
    return torch.stack(pairs, dim=-1).flatten(-2)


def _turns(positions: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Give cosine and sine of each pair's angle at each step, (T, D / 2) each."""
    turned = angles(positions, size)
    return turned.cos(), turned.sin()


@lru_cache(maxsize=8)
def _known_turns(length: int, size: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Give `_turns` of the steps from 0, to be looked up."""
    with torch.inference_mode(False):  # what is remembered will be of use in training, too
        return _turns(torch.arange(length, device=device), size)


def skew(scores: torch.Tensor) -> torch.Tensor:
    """Move scores by distance to where their keys are, without a table for every pair.

    Column c of the input belongs to the distance S - 1 - c, the last one to the step itself; column
    j of the output to key j, when the N queries are the last N of the S steps. What lies behind a
    query has no meaning and must be masked. Naively each of N x S pairs needs a vector of D numbers
    of its own; this needs S vectors.

    Args:
        scores: (..., N, S), query times the vector of each distance; N <= S.

    Returns:
        (..., N, S).
    """
    queries, keys = scores.shape[-2:]
    padded = nn.functional.pad(scores, (1, 0))  # (..., N, S + 1)
    shifted = padded.reshape(*scores.shape[:-2], keys + 1, queries)
    return shifted[..., 1:, :].reshape(scores.shape)


class RelativePositions(nn.Module):
    """A vector for each distance between query and key, met by the query.

    Args:
        size: D, numbers in a query.
        farthest: larger distances count as this one, 1..100,000.
    """

    def __init__(self, size: int, farthest: int) -> None:
        super().__init__()
        check_integer("farthest", farthest, 1, 100_000, "128 steps are eight bars")
        self.farthest = farthest
        self.by_distance = nn.Parameter(torch.randn(farthest + 1, size) * size**-0.5)

    def forward(self, q: torch.Tensor, num_keys: int) -> torch.Tensor:
        """Give what to add to the scores.

        Args:
            q: (..., N, D) the last N of `num_keys` steps.
            num_keys: S.

        Returns:
            (..., N, S); what lies behind a query has no meaning.
        """
        distances = torch.arange(num_keys - 1, -1, -1, device=q.device).clamp(max=self.farthest)
        return skew(q @ self.by_distance[..., distances, :].mT)
