"""The arithmetic of a variational autoencoder for one melody, as lesson 06 builds it.

The package does the same for whole batches: `course.models.latent`. Learners' functions and these
can take each other's place.
"""

from collections.abc import Sequence
from math import log

import numpy as np


def reparameterise(mean: np.ndarray, log_variance: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Draw a point from a normal distribution, given standard normal noise.

    Args:
        mean: (Z,).
        log_variance: (Z,), ln of the variance.
        noise: (Z,).

    Returns:
        (Z,) the point, a new array.
    """
    return np.asarray(mean) + np.exp(np.asarray(log_variance) / 2) * np.asarray(noise)


def kl_divergence(mean: np.ndarray, log_variance: np.ndarray) -> float:
    """Give KL(N(mean, variance) || N(0, 1)), added up over the dimensions.

    Args:
        mean: (Z,).
        log_variance: (Z,), ln of the variance.

    Returns:
        Nats, at least 0.
    """
    mean, log_variance = np.asarray(mean), np.asarray(log_variance)
    return float(0.5 * np.sum(mean**2 + np.exp(log_variance) - 1 - log_variance))


def elbo(
    probabilities: Sequence[Sequence[float]],
    cells: Sequence[int],
    kl: float,
    weight: float = 1.0,
) -> float:
    """Give the bound for one melody, from what its decoder says of each cell.

    Args:
        probabilities: T distributions over V classes.
        cells: T classes, what the cells are.
        kl: divergence of the posterior from the prior, in nats.
        weight: beta of the divergence.

    Returns:
        Nats; minus infinity if a cell is impossible.
    """
    found = [shares[cell] for shares, cell in zip(probabilities, cells, strict=True)]
    if min(found) == 0:
        return float("-inf")
    return sum(map(log, found)) - weight * kl


def interpolate(start: np.ndarray, end: np.ndarray, share: float, way: str) -> np.ndarray:
    """Give a point between two, on the straight line or on the arc.

    Args:
        start: (Z,).
        end: (Z,).
        share: 0 gives the start, 1 the end.
        way: "line" or "arc".

    Returns:
        (Z,), a new array; on the line also for "arc" where no arc is the shortest.

    Raises:
        ValueError: if there is no such way.
    """
    if way not in ("line", "arc"):
        raise ValueError(f"there is no way {way!r}; choose line or arc")
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    lengths = np.sqrt(np.sum(start**2) * np.sum(end**2))
    cosine = np.dot(start, end) / lengths if lengths else 1.0
    angle = np.arccos(np.clip(cosine, -1, 1))
    if way == "line" or np.sin(angle) < 1e-6:
        return (1 - share) * start + share * end
    return (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)


def attribute_vector(points: np.ndarray, values: Sequence[float]) -> np.ndarray:
    """Give the direction from melodies that have little of something to those that have much.

    Args:
        points: (N, Z), N at least 2.
        values: (N,) how much each has.

    Returns:
        (Z,) mean of the N // 4 points with the largest values (at least one) minus mean of as many
        with the smallest; of equals the later ones count as larger.
    """
    points = np.asarray(points, dtype=float)
    number = max(1, len(points) // 4)
    order = np.argsort(values, kind="stable")
    return points[order[-number:]].mean(axis=0) - points[order[:number]].mean(axis=0)
