"""Are generated pieces spread as real ones are? Distances within and between two sets.

Each piece becomes nine features. For each feature the distances between all pairs of real pieces
(*within*) and those of every generated piece to every real one (*between*) are made smooth
densities. If the generated set is like the data, both densities agree: their *overlap* is near 1
and their *divergence* near 0. What a piece is stands in `course.evaluation.note_table`.

References:
    Yang, Lerch: On the evaluation of generative models in music, Neural Computing and
        Applications 32, 2020 (online 2018), doi:10.1007/s00521-018-3849-7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course.evaluation.note_table import STEPS_PER_QUARTER, Piece, note_table

LENGTH_LIMITS = (1, 2, 3, 4, 6, 8, 12, 16)  # sixteenths: a class holds a limit up to the next
GRID_POINTS = 600
TAILS = 5.0  # bandwidths of margin on either side of the grid
LEAST_BANDWIDTH = 0.01  # of the range of all distances, so that the grid resolves every kernel
BINS_PER_BANDWIDTH = 20  # how finely a sample is rounded before its kernels are summed


@dataclass(frozen=True)
class Agreement:
    """How well the distances between two sets agree with those within the data."""

    divergence: float  # Kullback-Leibler divergence of within from between, nats, >= 0
    overlap: float  # area under both densities, 0..1


def piece_features(piece: Piece) -> dict[str, np.ndarray]:
    """Describe a piece by Yang and Lerch's nine features.

    Intervals and transitions are taken from note to note inside a voice, inter-onset intervals
    between the moments at which anything is struck.

    Args:
        piece: the piece; drums are left out.

    Returns:
        name -> array: "pitch count", "pitch range" (semitones), "mean interval" (semitones,
        absolute), "note count", "mean inter-onset interval" (quarter notes), all (1,);
        "pitch classes" (12,) and "note lengths" (8,), shares; "pitch class transitions" (144,) and
        "note length transitions" (64,), shares of all transitions. What has no value, such as the
        interval of a single note, is 0, as in the authors' code.
    """
    table = note_table(piece).pitched
    order = np.lexsort((table.pitches, table.starts, table.voices))
    pitches, voices = table.pitches[order], table.voices[order]
    kinds = np.searchsorted(LENGTH_LIMITS, table.lengths[order], side="right") - 1
    inside = voices[1:] == voices[:-1]
    moments = np.unique(table.starts)
    return {
        "pitch count": np.array([len(np.unique(pitches))], dtype=float),
        "pitch range": np.array([np.ptp(pitches) if len(pitches) else 0], dtype=float),
        "mean interval": _mean(np.abs(np.diff(pitches))[inside]),
        "note count": np.array([len(pitches)], dtype=float),
        "mean inter-onset interval": _mean(np.diff(moments) / STEPS_PER_QUARTER),
        "pitch classes": _shares(pitches % 12, 12),
        "note lengths": _shares(kinds, len(LENGTH_LIMITS)),
        "pitch class transitions": _transitions(pitches % 12, inside, 12),
        "note length transitions": _transitions(kinds, inside, len(LENGTH_LIMITS)),
    }


def _mean(values: np.ndarray) -> np.ndarray:
    return np.array([values.mean() if len(values) else 0.0])


def _shares(kinds: np.ndarray, num_kinds: int) -> np.ndarray:
    counts = np.bincount(kinds, minlength=num_kinds)
    return counts / max(1, counts.sum())


def _transitions(kinds: np.ndarray, inside: np.ndarray, num_kinds: int) -> np.ndarray:
    """Give the share of each (kind, next kind) among the neighbours inside a voice."""
    return _shares((kinds[:-1] * num_kinds + kinds[1:])[inside], num_kinds**2)


def compare_sets(data: Sequence[Piece], generated: Sequence[Piece]) -> dict[str, Agreement]:
    """Compare generated pieces with real ones, feature by feature.

    Args:
        data: real pieces, at least three that differ; more than fifty say something.
        generated: generated pieces, at least two.

    Returns:
        feature -> agreement of the distances between the sets with those within the data.

    Raises:
        ValueError: if there are too few pieces.
    """
    if len(data) < 3 or len(generated) < 2:
        raise ValueError(
            f"{len(data)} real and {len(generated)} generated pieces; give at least 3 and 2"
        )
    real, made = ([piece_features(piece) for piece in pieces] for pieces in (data, generated))
    agreements = {}
    for name in real[0]:
        one = np.array([features[name] for features in real])  # (pieces, size)
        other = np.array([features[name] for features in made])
        within = _distances(one, one)[np.triu_indices(len(one), k=1)]
        agreements[name] = density_agreement(within, _distances(other, one).ravel())
    return agreements


def _distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give the Euclidean distances of all rows of one to all rows of the other."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2.0 * one @ other.T
    return np.sqrt(np.maximum(squares, 0.0))


def density_agreement(within: Sequence[float], between: Sequence[float]) -> Agreement:
    """Compare the densities of two samples on one common grid.

    p and q are Gaussian kernel densities of the samples with Scott's bandwidth n^(-1/5) sigma, at
    least a hundredth of the common range. Divergence = integral of p ln(p / q), overlap =
    integral of min(p, q), over a grid that reaches five bandwidths beyond both samples. The
    authors' code (mgeval) samples p and q on *different* grids, each over its own sample, so that
    equal shapes far apart get a divergence of 0; and it stops integrating at the outermost values,
    so that a sample overlaps itself by less than 1. Both are mended here.

    Args:
        within: sample of p, at least one number.
        between: sample of q, at least one number.

    Returns:
        Divergence in nats, finite because Gaussian tails never end, and overlap.

    Raises:
        ValueError: if a sample is empty or not finite.
    """
    samples = [np.asarray(sample, dtype=float).ravel() for sample in (within, between)]
    if not all(len(sample) and np.isfinite(sample).all() for sample in samples):
        raise ValueError("a sample is empty or holds NaN or infinity; leave such pieces out")
    both = np.concatenate(samples)
    least = LEAST_BANDWIDTH * np.ptp(both) or 1.0
    widths = [max(sample.std() * len(sample) ** -0.2, least) for sample in samples]
    margin = TAILS * max(widths)
    grid = np.linspace(both.min() - margin, both.max() + margin, GRID_POINTS)
    log_p, log_q = (log_density(s, w, grid) for s, w in zip(samples, widths, strict=True))
    p, q = np.exp(log_p), np.exp(log_q)
    divergence = np.trapezoid(p * (log_p - log_q), grid)
    overlap = np.trapezoid(np.minimum(p, q), grid)
    return Agreement(max(0.0, float(divergence)), min(1.0, float(overlap)))


def log_density(sample: np.ndarray, bandwidth: float, grid: np.ndarray) -> np.ndarray:
    """Give the logarithm of a Gaussian kernel density.

    ln(1/n sum_i N(x; x_i, h)), summed with the largest exponent taken out, so that it is finite
    far from every sample too. Samples are rounded to h / 20 first: there are so many pairs of
    pieces that equal ones must share their kernel.

    Args:
        sample: (n,) numbers.
        bandwidth: h, the standard deviation of the kernels, > 0.
        grid: (G,) places x.

    Returns:
        (G,) logarithms.
    """
    width = bandwidth / BINS_PER_BANDWIDTH
    bins, weights = np.unique(np.rint(sample / width), return_counts=True)
    exponents = -0.5 * ((grid[:, None] - bins * width) / bandwidth) ** 2  # (G, bins)
    largest = exponents.max(axis=1, keepdims=True)
    sums = largest[:, 0] + np.log(np.exp(exponents - largest) @ weights)
    return sums - np.log(len(sample) * bandwidth * np.sqrt(2.0 * np.pi))
