"""One step of a layer with gates, and chunks of a long melody, as lesson 05 builds them.

The package does the same for whole batches: `course.models.lstm`. Learners' functions and these can
take each other's place.
"""

from collections.abc import Hashable, Sequence

import numpy as np


def lstm_step(
    x: np.ndarray, h: np.ndarray, c: np.ndarray, W_x: np.ndarray, W_h: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Read one input.

        i, f, o = sigmoid(W_x x + W_h h + b),  g = tanh(...)       four blocks of H rows: i, f, g, o
        c' = f c + i g
        h' = o tanh(c')

    Args:
        x: (C,) the input.
        h: (H,) what the layer said before.
        c: (H,) its cell state.
        W_x: (4H, C) weights of the input.
        W_h: (4H, H) weights of what it said before.
        b: (4H,) biases.

    Returns:
        h' and c', each (H,), new arrays.

    References:
        Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12(10), 2000.
    """
    i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
    new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Squeeze numbers into 0..1.

    Args:
        values: any numbers.

    Returns:
        1 / (1 + exp(-values)), of the same shape; large numbers of either sign do not overflow.
    """
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(values, dtype=float)))


def split_chunks(
    tokens: Sequence[Hashable], length: int
) -> list[tuple[list[Hashable], list[Hashable]]]:
    """Cut a sequence into chunks of inputs and targets that lose nothing at the seams.

    Args:
        tokens: the whole sequence.
        length: inputs in a chunk, at least 1; the last chunk may have fewer.

    Returns:
        (inputs, targets) of each chunk, in order; a target is the token behind its input, also
        where that one is the first input of the next chunk. None for fewer than two tokens.
    """
    inputs, targets = list(tokens[:-1]), list(tokens[1:])
    starts = range(0, len(inputs), length)
    return [(inputs[s : s + length], targets[s : s + length]) for s in starts]
