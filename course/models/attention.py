"""Attention from its equation: each step asks, earlier steps answer.

    Attention(Q, K, V) = softmax(Q K^T / sqrt(D)) V

References:
    Vaswani et al., "Attention is all you need", NeurIPS 2017, arXiv:1706.03762, equation 1.
"""

import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.positions import RelativePositions, rotate

Memory = tuple[torch.Tensor, torch.Tensor, int]  # keys, values (B, heads, S, ...), steps read
Heard = tuple[torch.Tensor, torch.Tensor]  # pitch classes (B, N, R, 12), own class (B, N)


def attend(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    allowed: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    dropout: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mix values by how well their keys fit each query.

    Args:
        q: (..., N, D) queries.
        k: (..., S, D) keys.
        v: (..., S, E) values.
        allowed: booleans that broadcast to (..., N, S): which key a query may see, at least one
            each; None for all.
        bias: added to the scores, (..., N, S); None for nothing.
        dropout: share of the weights that are dropped before mixing, the same ones in every row of
            a batch, since drawing each takes a seventh of the time; the others grow.

    Returns:
        The mixtures (..., N, E), and the weights (..., N, S), which sum to 1 over the keys.
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if bias is not None:
        scores = scores + bias
    if allowed is not None:  # adding is faster than filling in, forth and back
        scores = scores + torch.zeros_like(allowed, dtype=q.dtype).masked_fill(~allowed, -torch.inf)
    weights = scores.softmax(dim=-1)
    if dropout:
        return weights * nn.functional.dropout(
            weights.new_ones(weights.shape[1:]), dropout
        ) @ v, weights
    return weights @ v, weights


def causal_mask(num_new: int, num_keys: int, reach: int | None = None) -> torch.Tensor:
    """Say which keys each query may see: its own and earlier ones, at most so far back.

    Args:
        num_new: N queries, the last N of the steps.
        num_keys: S steps.
        reach: steps that a query sees, itself included; None for all.

    Returns:
        Booleans (N, S).
    """
    distance = torch.arange(num_keys - num_new, num_keys)[:, None] - torch.arange(num_keys)
    seen = distance >= 0
    return seen if reach is None else seen & (distance < reach)


class SelfAttention(nn.Module):
    """Heads that look back over the sequence, each in its own way.

    Args:
        size: H, numbers in x_t; a multiple of `num_heads`.
        num_heads: heads, each with H / heads numbers.
        positions: "relative" or "rotary" act here, other kinds do not.
        reach: steps that a step sees, itself included; None for all.
        chroma_rows: R, rows of twelve that each step carries along, see `forward`; 0 for none.
        dropout: share of the weights that are dropped in training, 0..0.9.
        causal: False: a step sees later ones too; it then has no memory, and no reach.

    Raises:
        ValueError: if the size is no multiple of `num_heads`, or steps that see later ones should
            have a reach or relative positions, which look back only.
    """

    def __init__(
        self,
        size: int,
        num_heads: int,
        positions: str = "rotary",
        reach: int | None = None,
        chroma_rows: int = 0,
        dropout: float = 0.0,
        causal: bool = True,
    ) -> None:
        super().__init__()
        check_range("dropout", dropout, 0.0, 0.9, "0.1 is usual")
        check_integer("num_heads", num_heads, 1, 256, "4 or 8 are usual")
        if size % num_heads:
            raise ValueError(f"{size} numbers for {num_heads} heads; choose a multiple of these")
        if not causal and (reach is not None or positions == "relative"):
            raise ValueError(
                f"reach is {reach}, positions are {positions!r}: both look back only; for steps "
                "that see later ones leave the reach out and choose rotary positions"
            )
        self.num_heads, self.positions, self.reach = num_heads, positions, reach
        self.dropout, self.causal = dropout, causal
        self.qkv = nn.Linear(size, 3 * size, bias=False)
        self.out = nn.Linear(size, size, bias=False)
        self.relative = (
            RelativePositions(size // num_heads, reach or 512) if positions == "relative" else None
        )
        self.chroma = nn.Linear(num_heads * chroma_rows * 12, size) if chroma_rows else None
        self.weights: torch.Tensor | None = None  # of the last call, if `keep_weights`
        self.keep_weights = False

    def forward(
        self, x: torch.Tensor, memory: Memory | None = None, heard: Heard | None = None
    ) -> tuple[torch.Tensor, Memory]:
        """Let each step look at itself and at earlier ones.

        Args:
            x: (B, N, C) the new steps.
            memory: keys and values of steps that were read before; None for nothing.
            heard: if the layer has chroma rows, which pitch classes sound at each new step, (B, N,
                R, 12), and the pitch class from which each step looks at them, (B, N). A head mixes
                them with the weights of its values, and the mixture is turned so that the step's
                own pitch class comes first: a fifth above is the same in every key.

        Returns:
            (B, N, C), and the memory for the next call.
        """
        B, N, C = x.shape
        heads = self.qkv(x).view(B, N, 3, self.num_heads, C // self.num_heads)
        qk, v = heads.permute(2, 0, 3, 1, 4).split([2, 1])  # (2, B, heads, N, D), (1, ...)
        num_read, v = memory[2] if memory else 0, v[0]
        if self.positions == "rotary":
            qk = rotate(qk, range(num_read, num_read + N))
        q, k = qk
        if self.chroma is not None:
            carried = heard[0].flatten(2)[:, None].expand(-1, self.num_heads, -1, -1)
            v = torch.cat([v, carried], dim=-1)  # (B, heads, N, D + 12 R)
        if memory:
            k, v = torch.cat([memory[0], k], dim=2), torch.cat([memory[1], v], dim=2)
        S = k.shape[2]
        bias = self.relative(q, S) * q.shape[-1] ** -0.5 if self.relative else None
        # What is kept is in reach of one new step: nothing to mask.
        masked = self.causal and (N > 1 or not memory)
        allowed = causal_mask(N, S, self.reach).to(x.device) if masked else None
        mixed, weights = attend(q, k, v, allowed, bias, self.dropout if self.training else 0.0)
        if self.keep_weights:
            self.weights = weights.detach()
        mixed = mixed.transpose(1, 2)  # (B, N, heads, D + 12 R)
        y = self.out(mixed[..., : q.shape[-1]].flatten(-2))
        if self.chroma is not None:
            rings = mixed[..., q.shape[-1] :].unflatten(-1, (-1, 12))  # (B, N, heads, R, 12)
            y = y + self.chroma(turn(rings, heard[1]).flatten(2))
        kept = S if self.reach is None else min(S, self.reach - 1)
        return y, (k[:, :, S - kept :], v[:, :, S - kept :], num_read + N)


def turn(rings: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
    """Turn rows of twelve pitch classes so that one of them comes first.

    Args:
        rings: (B, N, ..., 12), C first.
        first: (B, N) pitch classes, 0..11.

    Returns:
        (B, N, ..., 12), number i that of the class i semitones above `first`.
    """
    order = (first[..., None] + torch.arange(12, device=first.device)) % 12  # (B, N, 12)
    between = [1] * (rings.ndim - 3)
    return rings.gather(-1, order.view(*first.shape, *between, 12).expand_as(rings))
