"""Several networks of one kind computed as one, each on its own rows of a batch.

A small network that writes step by step spends most of its time on the way to each operation, not
in it. Networks that differ in their numbers alone can go that way together: their tables lie one
behind the other, and one multiplication of M matrices takes the place of M multiplications.
"""

import copy
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import nn

from course.models.positions import RelativePositions
from course.models.transformer import RMSNorm

Net = TypeVar("Net", bound=nn.Module)


def side_by_side(members: Sequence[Net], rows: int) -> Net:
    """Make one network of several, to compute with and not to train.

    Args:
        members: M networks of the same sizes, built of linear layers, embeddings, RMS norms and
            relative positions.
        rows: K, rows of a batch for each member.

    Returns:
        A copy of the first member, in evaluation, that takes batches of M * K rows, the first
        member's rows first, and gives what each member gives for its own.

    Raises:
        ValueError: if there is no member, or a module has numbers and is of another kind.
    """
    if not members:
        raise ValueError("there are no networks to put side by side; give at least one")
    net = copy.deepcopy(members[0]).eval()
    for name, module in list(net.named_modules()):
        same = [member.get_submodule(name) for member in members]
        kind = next((kind for of, kind in _KINDS.items() if isinstance(module, of)), None)
        if kind:
            net.set_submodule(name, kind(same, rows))
        elif next(module.parameters(recurse=False), None) is not None:
            raise ValueError(f"{name} is a {type(module).__name__}; only {_NAMES} are known here")
    return net.requires_grad_(False)


class _Linears(nn.Module):
    """Linear layers; each sees its own rows."""

    def __init__(self, same: Sequence[nn.Linear], rows: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.stack([linear.weight.T for linear in same]))  # (M, C, H)
        self.bias = None
        if same[0].bias is not None:
            self.bias = nn.Parameter(torch.stack([linear.bias[None] for linear in same]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply (M K, ..., C) and give (M K, ..., H)."""
        M, C, H = self.weight.shape
        flat = x.reshape(M, -1, C)
        y = flat @ self.weight if self.bias is None else self.bias.baddbmm(flat, self.weight)
        return y.view(*x.shape[:-1], H)


class _Embeddings(nn.Module):
    """Embeddings; each is asked by its own rows."""

    def __init__(self, same: Sequence[nn.Embedding], rows: int) -> None:
        super().__init__()
        self.num_embeddings = same[0].num_embeddings
        self.weight = nn.Parameter(torch.cat([embedding.weight for embedding in same]))
        first = torch.arange(len(same)).repeat_interleave(rows) * self.num_embeddings
        self.register_buffer("first", first)  # (M K,) where the table of each row begins

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        """Look up (M K, ...) and give (M K, ..., H)."""
        own = self.first.view(-1, *[1] * (numbers.ndim - 1))
        return nn.functional.embedding(numbers + own, self.weight)


class _Norms(RMSNorm):
    """RMS norms; each row has its own gain."""

    def __init__(self, same: Sequence[RMSNorm], rows: int) -> None:
        super().__init__(same[0].gain.shape[-1])
        self.gain = _for_each_row([norm.gain for norm in same], rows)  # (M K, 1, H)


class _RelativePositions(RelativePositions):
    """Relative positions; each row has its own vectors."""

    def __init__(self, same: Sequence[RelativePositions], rows: int) -> None:
        super().__init__(same[0].by_distance.shape[-1], same[0].farthest)
        self.by_distance = _for_each_row([one.by_distance for one in same], rows)


def _for_each_row(same: Sequence[torch.Tensor], rows: int) -> nn.Parameter:
    """Give (M K, 1, ...) of M tensors, to broadcast over what follows the batch."""
    return nn.Parameter(torch.stack([*same]).repeat_interleave(rows, dim=0)[:, None])


_KINDS = {
    nn.Linear: _Linears,
    nn.Embedding: _Embeddings,
    RMSNorm: _Norms,
    RelativePositions: _RelativePositions,
}
_NAMES = ", ".join(kind.__name__ for kind in _KINDS)
