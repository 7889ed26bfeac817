"""Control and metrics on plain lists and arrays, as lesson 12 builds them.

The package does the same on pieces: `course.evaluation.controls`, `descriptors`, `distances`.
Learners' functions and these can take each other's place.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


def shuffle_bars(steps: Sequence[Any], order: Sequence[int], steps_per_bar: int) -> list:
    """Put the whole bars of a piece into another order.

    Args:
        steps: what sounds in each sixteenth, of whatever kind.
        order: for each new bar the number of the old one; each whole bar once.
        steps_per_bar: sixteenths in a bar, 1 or more.

    Returns:
        The steps in their new order; an incomplete last bar stays at the end.
    """
    whole = len(order) * steps_per_bar
    shuffled = [steps[bar * steps_per_bar + i] for bar in order for i in range(steps_per_bar)]
    return shuffled + list(steps[whole:])


def pitch_classes_per_bar(roll: np.ndarray, steps_per_bar: int) -> list[int]:
    """Count the different pitch classes that sound in each whole bar.

    Args:
        roll: (128, T) booleans, a row for each MIDI pitch, a column for each sixteenth.
        steps_per_bar: sixteenths in a bar, 1 or more.

    Returns:
        A number 0..12 for each whole bar.

    References:
        Dong et al., AAAI 2018 (used pitch classes).
    """
    starts = range(0, roll.shape[1] - steps_per_bar + 1, steps_per_bar)
    bars = [np.flatnonzero(roll[:, start : start + steps_per_bar].any(axis=1)) for start in starts]
    return [len(set((pitches % 12).tolist())) for pitches in bars]


def agreement(
    within: Sequence[float], between: Sequence[float], bandwidth: float
) -> tuple[float, float]:
    """Compare two samples by their smooth densities on one common grid.

    Args:
        within: sample of p.
        between: sample of q; no two numbers of both more than twenty bandwidths apart.
        bandwidth: standard deviation of the kernels, above 0.

    Returns:
        The integral of min(p, q), 0..1, and that of p ln(p / q), nats.

    References:
        Yang and Lerch, Neural Computing and Applications 32, 2020.
    """
    both = np.concatenate([within, between])
    grid = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
    p, q = (
        np.exp(-(((grid - np.asarray(sample)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
        / (bandwidth * np.sqrt(2 * np.pi))
        for sample in (within, between)
    )
    step = grid[1] - grid[0]
    return float(np.minimum(p, q).sum() * step), float((p * np.log(p / q)).sum() * step)
