"""A recurrent layer with gates, step by step from its equations.

    f_t = sigmoid(W_xf x_t + W_hf h_{t-1} + b_f)     forget gate: what of the cell state is kept
    i_t = sigmoid(W_xi x_t + W_hi h_{t-1} + b_i)     input gate: how much is written
    g_t = tanh   (W_xg x_t + W_hg h_{t-1} + b_g)     candidate: what could be written
    o_t = sigmoid(W_xo x_t + W_ho h_{t-1} + b_o)     output gate: how much is shown
    c_t = f_t * c_{t-1} + i_t * g_t
    h_t = o_t * tanh(c_t)

The four pairs of matrices are stacked in torch's order i, f, g, o, so that one multiplication does
for all. `torch.nn.LSTM` computes the same with two biases, whose sum is b.

References:
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997.
    Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12(10), 2000 (the
    forget gate).
    Jozefowicz, Zaremba and Sutskever, ICML 2015 (a forget gate that begins open).
"""

import torch
from torch import nn

State = tuple[torch.Tensor, torch.Tensor]  # h (B, H), c (B, H)


class LSTMLayer(nn.Module):
    """One layer with gates; the state is (h, c), each (B, H).

    Args:
        input_size: C, numbers in x_t.
        hidden_size: H, numbers in h_t and in c_t.
        forget_bias: b_f at the beginning; 1 lets a new layer remember, sigmoid(1) = 0.73.
    """

    def __init__(self, input_size: int, hidden_size: int, forget_bias: float = 1.0) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        bound = hidden_size**-0.5  # as torch.nn.LSTM draws its weights
        self.W_x = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-bound, bound))
        self.W_h = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-bound, bound))
        bias = torch.zeros(4, hidden_size)
        bias[1] = forget_bias
        self.b = nn.Parameter(bias.flatten())

    def start_state(self, batch_size: int) -> State:
        """Give the state before the first step: zeros.

        Args:
            batch_size: B.
        """
        zeros = self.b.new_zeros(batch_size, self.hidden_size)
        return zeros, zeros

    def step(self, projected: torch.Tensor, state: State) -> State:
        """Give (h_t, c_t).

        Args:
            projected: W_x x_t + b for the four gates, (B, 4H).
            state: (h_{t-1}, c_{t-1}).

        Returns:
            (h_t, c_t), each (B, H).
        """
        h, c = state
        gates = torch.addmm(projected, h, self.W_h.T)  # (B, 4H)
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def forward(self, x: torch.Tensor, state: State | None = None) -> tuple[torch.Tensor, State]:
        """Read a sequence.

        Args:
            x: (B, T, C).
            state: what was remembered before; None for nothing.

        Returns:
            All h_t, (B, T, H), and the last (h, c).
        """
        state = self.start_state(len(x)) if state is None else state
        projected = nn.functional.linear(x, self.W_x, self.b)  # (B, T, 4H), for all t at once
        outputs = []
        for projected_t in projected.unbind(dim=1):
            state = self.step(projected_t, state)
            outputs.append(state[0])
        return torch.stack(outputs, dim=1), state
