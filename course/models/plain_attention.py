"""Attention in NumPy, one sequence at a time, as lesson 07 builds it.

The package does the same for whole batches: `course.models.attention`, `course.models.positions`.
Learners' functions and these can take each other's place.
"""

import numpy as np


def split_heads(x: np.ndarray, num_heads: int) -> np.ndarray:
    """Cut each step's numbers into parts of equal size, one for each head.

    Args:
        x: (N, C), C a multiple of `num_heads`.
        num_heads: how many parts.

    Returns:
        (num_heads, N, C / num_heads); head h has the numbers from h * C / num_heads on.
    """
    return np.stack(np.split(x, num_heads, axis=1))


def causal_mask(num_steps: int, reach: int) -> np.ndarray:
    """Say which steps each step may see: itself and earlier ones, at most so far back.

    Args:
        num_steps: N, from 0.
        reach: steps that a step sees, itself included, at least 1.

    Returns:
        Booleans (N, N), row t for what step t sees.
    """
    steps = np.arange(num_steps)
    distance = steps[:, None] - steps  # (N, N)
    return (distance >= 0) & (distance < reach)


def attend(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mix values by how well their keys fit each query: softmax(q k^T / sqrt(D)) v.

    Args:
        q: (N, D) queries.
        k: (S, D) keys.
        v: (S, E) values.
        allowed: booleans (N, S), which key a query may see, at least one each.

    Returns:
        The mixtures (N, E), and the weights (N, S), which sum to 1 over the keys.

    References:
        Vaswani et al., "Attention is all you need", NeurIPS 2017, arXiv:1706.03762, equation 1.
    """
    scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -np.inf)  # (N, S)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ v, weights


def skew(scores: np.ndarray) -> np.ndarray:
    """Move scores by distance to where their keys are.

    Args:
        scores: (N, N); column c of row t belongs to the distance N - 1 - c, the last column to step
            t itself.

    Returns:
        (N, N), a new array: row t, column s is the score of the distance t - s, and 0 for s > t.

    References:
        Huang et al., "Music Transformer", ICLR 2019, arXiv:1809.04281, section 3.4.1.
    """
    num_steps = len(scores)
    padded = np.pad(scores, ((0, 0), (1, 0)))  # (N, N + 1)
    return np.tril(padded.reshape(num_steps + 1, num_steps)[1:])


def rotate(x: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Turn each pair of numbers by its angle, position * 10000^(-2i / D) for pair i.

    Args:
        x: (N, D) queries or keys, D even; pair i are the numbers 2i and 2i + 1.
        positions: (N,) numbers of their steps.

    Returns:
        (N, D), a new array.

    References:
        Su et al., "RoFormer", 2021, arXiv:2104.09864, equation 34.
    """
    size = x.shape[1]
    angles = positions[:, None] * 10_000.0 ** (-np.arange(0, size, 2) / size)  # (N, D / 2)
    first, second = x[:, ::2], x[:, 1::2]
    turned = np.empty(x.shape)
    turned[:, ::2] = first * np.cos(angles) - second * np.sin(angles)
    turned[:, 1::2] = first * np.sin(angles) + second * np.cos(angles)
    return turned


def attend_next(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, keys: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Attend from one new step, with the keys and values of earlier steps from memory.

    Args:
        q: (D,) the new step's query.
        k: (D,) its key.
        v: (E,) its value.
        keys: (S, D) of earlier steps; S may be 0.
        values: (S, E) of earlier steps.

    Returns:
        The mixture (E,), and the keys (S + 1, D) and values (S + 1, E) to be kept, new arrays.
    """
    keys, values = np.vstack([keys, k]), np.vstack([values, v])
    everything = np.ones((1, len(keys)), dtype=bool)
    mixed, _ = attend(q[None], keys, values, everything)
    return mixed[0], keys, values
