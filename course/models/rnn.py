"""A recurrent layer, step by step from its equation.

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h)

`torch.nn.RNN` computes the same with two biases, whose sum is b_h.

References:
    Elman, "Finding structure in time", Cognitive Science 14(2), 1990.
"""

import torch
from torch import nn


class RNNLayer(nn.Module):
    """One recurrent layer; the state is h (B, H).

    Args:
        input_size: C, numbers in x_t.
        hidden_size: H, numbers in h_t.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        bound = hidden_size**-0.5  # as torch.nn.RNN draws its weights
        self.W_xh = nn.Parameter(torch.empty(hidden_size, input_size).uniform_(-bound, bound))
        self.W_hh = nn.Parameter(torch.empty(hidden_size, hidden_size).uniform_(-bound, bound))
        self.b_h = nn.Parameter(torch.zeros(hidden_size))

    def start_state(self, batch_size: int) -> torch.Tensor:
        """Give the state before the first step.

        Args:
            batch_size: B.

        Returns:
            (B, H) zeros.
        """
        return self.b_h.new_zeros(batch_size, self.hidden_size)

    def step(self, projected: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """Give h_t.

        Args:
            projected: W_xh x_t + b_h, (B, H).
            state: h_{t-1}, (B, H).

        Returns:
            h_t, (B, H).
        """
        return torch.tanh(torch.addmm(projected, state, self.W_hh.T))

    def forward(
        self, x: torch.Tensor, state: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Read a sequence.

        Args:
            x: (B, T, C).
            state: (B, H) what was remembered before; None for nothing.

        Returns:
            All h_t, (B, T, H), and the last one, (B, H).
        """
        state = self.start_state(len(x)) if state is None else state
        projected = nn.functional.linear(x, self.W_xh, self.b_h)  # (B, T, H), for all t at once
        outputs = []
        for projected_t in projected.unbind(dim=1):
            state = self.step(projected_t, state)
            outputs.append(state)
        return torch.stack(outputs, dim=1), state
