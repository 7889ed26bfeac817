"""The part of a network that sums up the past: recurrent layers, or Transformer blocks."""

from torch import nn

from course.models.recurrent import LAYERS, RecurrentStack
from course.models.transformer import TransformerStack

CELLS = (*LAYERS, "transformer")


def make_core(
    cell: str,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    dropout: float,
    positions: str = "rotary",
) -> nn.Module:
    """Make a stack of layers of one kind; all take (x, states) and give (h, states).

    Args:
        cell: one of `CELLS`; a Transformer has four heads.
        input_size: C, numbers in x_t.
        hidden_size: H, numbers in h_t.
        num_layers: layers, or blocks.
        dropout: share of numbers that are dropped in training.
        positions: kind of positions of a Transformer; recurrent layers need none.

    Returns:
        The stack.

    Raises:
        ValueError: if there is no such cell, or no such positions.
    """
    if cell not in CELLS:
        raise ValueError(f"there is no cell {cell!r}; choose from {', '.join(CELLS)}")
    if cell == "transformer":
        return TransformerStack(
            input_size, hidden_size, num_layers, positions=positions, dropout=dropout
        )
    return RecurrentStack(cell, input_size, hidden_size, num_layers, dropout)
