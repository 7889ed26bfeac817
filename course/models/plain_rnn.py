"""A recurrent network on NumPy arrays, one sequence at a time, as lesson 04 builds it.

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h),    p_t = softmax(W_ho h_t + b_o)

The package does the same in batches, with gradients by torch: `course.models.rnn`,
`course.models.melody_net`, `course.training.loop`. Learners' functions and these can take each
other's place.

References:
    Elman, "Finding structure in time", Cognitive Science 14(2), 1990.
    Werbos, "Backpropagation through time", Proceedings of the IEEE 78(10), 1990.
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML
    2013, arXiv:1211.5063 (gradients cut to a largest norm).
"""

import math
from collections.abc import Hashable, Sequence

import numpy as np


def make_pairs(
    tokens: Sequence[Hashable], nothing: Hashable, end: Hashable
) -> tuple[list[Hashable], list[Hashable]]:
    """Give what a network reads at each step, and what it has to say there.

    Args:
        tokens: a melody, N tokens.
        nothing: token that stands before the first one.
        end: token that stands behind the last one.

    Returns:
        Inputs and targets, N + 1 tokens each; a target is the token after its input.
    """
    return [nothing, *tokens], [*tokens, end]


def rnn_step(
    x: np.ndarray, h: np.ndarray, W_xh: np.ndarray, W_hh: np.ndarray, b_h: np.ndarray
) -> np.ndarray:
    """Give the state after one step.

    Args:
        x: (C,) the input of the step.
        h: (H,) the state before it.
        W_xh: (H, C) weights from input to state.
        W_hh: (H, H) weights from state to state.
        b_h: (H,) bias.

    Returns:
        (H,) the new state, between -1 and 1.
    """
    return np.tanh(W_xh @ x + W_hh @ h + b_h)


def rnn_outputs(
    xs: np.ndarray,
    h: np.ndarray,
    W_xh: np.ndarray,
    W_hh: np.ndarray,
    b_h: np.ndarray,
    W_ho: np.ndarray,
    b_o: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Read a sequence, and say at each step how likely every token is to come next.

    Args:
        xs: (T, C) the inputs; T may be 0.
        h: (H,) the state before the first step.
        W_xh: (H, C) weights from input to state.
        W_hh: (H, H) weights from state to state.
        b_h: (H,) bias of the state.
        W_ho: (V, H) weights from state to output.
        b_o: (V,) bias of the output.

    Returns:
        Probabilities (T, V), and the last state (H,).
    """
    probabilities = np.zeros((len(xs), len(b_o)))
    for t, x in enumerate(xs):
        h = rnn_step(x, h, W_xh, W_hh, b_h)
        logits = W_ho @ h + b_o
        weights = np.exp(logits - logits.max())  # the largest becomes 1, so that none overflows
        probabilities[t] = weights / weights.sum()
    return probabilities, h


def gradient_in_time(states: np.ndarray, errors: np.ndarray, W_hh: np.ndarray) -> np.ndarray:
    """Give the gradient of the loss with respect to W_hh by back-propagation through time.

    Args:
        states: (T + 1, H) h_0, ..., h_T.
        errors: (T, H) row t - 1: the gradient of step t's own loss with respect to h_t.
        W_hh: (H, H) weights from state to state.

    Returns:
        (H, H), in the order of `W_hh`.
    """
    total = np.zeros(np.shape(W_hh))
    later = np.zeros(len(W_hh))  # what steps t + 1, ..., T say about h_t
    for t in range(len(errors), 0, -1):
        before_tanh = (errors[t - 1] + later) * (1 - states[t] ** 2)
        total += np.outer(before_tanh, states[t - 1])
        later = W_hh.T @ before_tanh
    return total


def clip_gradients(gradients: Sequence[np.ndarray], largest: float) -> list[np.ndarray]:
    """Shorten gradients that are too long together, and keep their direction.

    Args:
        gradients: arrays of any shapes.
        largest: the norm, above 0, that all of them together may have.

    Returns:
        New arrays of the same shapes; as they were if their common norm is at most `largest`.
    """
    norm = math.sqrt(sum(float(np.sum(gradient**2)) for gradient in gradients))
    share = min(1.0, largest / norm) if norm else 1.0
    return [gradient * share for gradient in gradients]
