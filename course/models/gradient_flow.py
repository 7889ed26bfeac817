"""How much of the past a recurrent layer can still learn from: gradients of its state over time.

By the chain rule the state at the end depends on the state k steps before by a product of k
Jacobians,

    dh_T / dh_{T-k} = J_T J_{T-1} ... J_{T-k+1},   J_t = dh_t / dh_{t-1}.

Its size says how strongly an error at the end is heard k steps earlier. If the Jacobians shrink
what they multiply, it vanishes with k, and nothing that lies so far back can be learned; if they
stretch it, it explodes.

References:
    Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is
    difficult", IEEE Transactions on Neural Networks 5(2), 1994.
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML
    2013, arXiv:1211.5063.
"""

import numpy as np
import torch
from torch import nn

from course.errors import check_range


def state_gradients(layer: nn.Module, x: torch.Tensor) -> np.ndarray:
    """Measure how strongly the last state of a layer depends on each state before it.

    Args:
        layer: an `RNNLayer` or `LSTMLayer`; of an LSTM the whole state (h, c) is taken.
        x: (1, T, C) one sequence.

    Returns:
        (T + 1,) largest singular values of d state_T / d state_{T-k}, k = 0..T; the first one is 1.
    """
    states = [_flat(layer.start_state(1))]
    jacobians = []
    for projected in _projections(layer, x):
        step = _step_of(layer, projected)
        jacobians.append(torch.autograd.functional.jacobian(step, states[-1]))  # (S, S)
        states.append(step(states[-1]).detach())
    product = torch.eye(len(states[0]))
    sizes = [1.0]
    for jacobian in reversed(jacobians):
        product = product @ jacobian
        sizes.append(float(torch.linalg.matrix_norm(product, ord=2)))
    return np.array(sizes)


def spectral_radius(matrix: torch.Tensor) -> float:
    """Give the largest absolute value of a square matrix's eigenvalues.

    Args:
        matrix: (H, H).

    Returns:
        The radius, from 0.
    """
    return float(torch.linalg.eigvals(matrix.detach()).abs().max())


@torch.no_grad()
def set_spectral_radius(layer: nn.Module, radius: float) -> None:
    """Scale a layer's recurrent weights, in place; of an LSTM each gate's matrix.

    Args:
        layer: an `RNNLayer` or `LSTMLayer`.
        radius: the new one, above 0; 1 neither shrinks nor stretches, were it not for tanh.

    Raises:
        ValueError: if the radius is out of range.
    """
    check_range("radius", radius, 1e-6, 1e3, "0.5 to 1.5 are of interest")
    weights = layer.W_hh if hasattr(layer, "W_hh") else layer.W_h
    for matrix in weights.split(layer.hidden_size):
        matrix.mul_(radius / spectral_radius(matrix))


def _projections(layer: nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """Give W x_t + b for each step, each (1, G)."""
    weight, bias = (layer.W_xh, layer.b_h) if hasattr(layer, "W_xh") else (layer.W_x, layer.b)
    return list(nn.functional.linear(x, weight, bias).detach().unbind(dim=1))


def _flat(state: torch.Tensor | tuple) -> torch.Tensor:
    """Put a state of one sequence into one vector."""
    parts = state if isinstance(state, tuple) else (state,)
    return torch.cat([part[0] for part in parts])


def _step_of(layer: nn.Module, projected: torch.Tensor):
    """Give the layer's step as a function of the flat state alone."""

    def step(flat: torch.Tensor) -> torch.Tensor:
        parts = [part[None] for part in flat.split(layer.hidden_size)]
        return _flat(layer.step(projected, tuple(parts) if len(parts) > 1 else parts[0]))

    return step
