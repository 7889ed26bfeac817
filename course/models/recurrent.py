"""Stacks of recurrent layers: each layer reads what the one below it says.

Knows nothing of music; `course.models.rnn` and `course.models.lstm` have the layers.
"""

import torch
from torch import nn

from course.models.lstm import LSTMLayer
from course.models.rnn import RNNLayer

LAYERS = {"rnn": RNNLayer, "lstm": LSTMLayer}


class RecurrentStack(nn.Module):
    """Layers of one kind, with dropout between them.

    Args:
        cell: "rnn" or "lstm".
        input_size: C, numbers in x_t.
        hidden_size: H, numbers that each layer gives.
        num_layers: L.
        dropout: share of the numbers between two layers that are dropped in training, 0..0.9.

    Raises:
        ValueError: if there is no such cell.
    """

    def __init__(
        self, cell: str, input_size: int, hidden_size: int, num_layers: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        if cell not in LAYERS:
            raise ValueError(f"there is no cell {cell!r}; choose from {', '.join(LAYERS)}")
        sizes = [input_size, *[hidden_size] * (num_layers - 1)]
        self.layers = nn.ModuleList(LAYERS[cell](size, hidden_size) for size in sizes)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, states: list | None = None) -> tuple[torch.Tensor, list]:
        """Read a sequence.

        Args:
            x: (B, T, C).
            states: what each layer remembers; None for nothing.

        Returns:
            What the last layer says at each step, (B, T, H), and the new states.
        """
        new_states = []
        for number, layer in enumerate(self.layers):
            x = self.dropout(x) if number else x
            x, state = layer(x, states[number] if states else None)
            new_states.append(state)
        return x, new_states
