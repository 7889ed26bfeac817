"""Overlap of neighbouring passages: does a piece keep its register and its note lengths?

The pitches of a window of four bars are summed up by a normal distribution, and so are the note
lengths. The *overlap area* of two neighbouring windows is the area under both curves: 1 when they
are alike, 0 when they have nothing in common. A set of pieces is then compared with real music
(`consistency`, `variance`). A simple algorithm without any learning can be made to score well, so
read the shuffled controls beside it.

References:
    Mittal, Engel, Hawthorne, Simon: Symbolic Music Generation with Diffusion Models, ISMIR 2021,
        arXiv:2103.16091 (framewise overlap area, consistency, variance).
    Plasser, Peter, Widmer: Discrete Diffusion Probabilistic Models for Symbolic Music Generation,
        IJCAI 2023, arXiv:2305.09489 (the trivial algorithm that fools it).
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from course.evaluation.note_table import NoteTable, Piece, note_table

WINDOW_BARS = 4
HOP_BARS = 2
LEAST_SPREAD = 1e-6  # a window of equal notes becomes a needle: overlap 1 with its like, else 0


def overlap_areas(piece: Piece) -> tuple[float, float]:
    """Give the mean overlap area of neighbouring windows, for pitch and for note length.

    Windows of 4 bars begin every 2 bars; a note belongs to the windows in which it starts. The
    overlap of N(mu_1, sigma_1) and N(mu_2, sigma_2), the windows' means and standard deviations,
    is averaged over neighbouring windows. Every whole window is used: the code of the discrete
    diffusion paper (see above) leaves out the last one, and counts an empty bar after a piece that
    ends on a bar line.

    Args:
        piece: the piece; drums are left out.

    Returns:
        (pitch, length), each 0 .. 1; (NaN, NaN) without two neighbouring windows that hold notes,
        so for every piece shorter than six bars.
    """
    table = note_table(piece).pitched
    fits = [_fit(table, bar) for bar in range(0, table.num_bars - WINDOW_BARS + 1, HOP_BARS)]
    pairs = [
        [a.overlap(b) for a, b in zip(one, other, strict=True)]
        for one, other in pairwise(fits)
        if one and other
    ]
    pitch, length = np.mean(pairs, axis=0) if pairs else (np.nan, np.nan)
    return float(pitch), float(length)


def _fit(table: NoteTable, first_bar: int) -> tuple[NormalDist, ...]:
    """Fit the pitches and the lengths of a window; nothing for a window without notes."""
    first = first_bar * table.steps_per_bar
    last = first + WINDOW_BARS * table.steps_per_bar
    inside = (table.starts >= first) & (table.starts < last)
    if not inside.any():
        return ()
    values = table.pitches[inside], table.lengths[inside]
    return tuple(NormalDist(v.mean(), max(v.std(), LEAST_SPREAD)) for v in values)


def consistency(data: Sequence[float], generated: Sequence[float]) -> float:
    """Compare the mean overlap area of generated pieces with that of real ones.

    max(0, 1 - |mu - mu_data| / mu_data), with mu the mean over the pieces.

    Args:
        data: overlap areas of real pieces, one a piece; NaN is left out.
        generated: overlap areas of generated pieces.

    Returns:
        0 .. 1; NaN if one side has no value.
    """
    return _closeness(np.mean, data, generated, least=1)


def variance(data: Sequence[float], generated: Sequence[float]) -> float:
    """Compare the variance of the overlap areas of generated pieces with that of real ones.

    max(0, 1 - |s2 - s2_data| / s2_data), with s2 the variance over the pieces. It needs many
    pieces: real chorales against real chorales reach only about 0.85 with 77 of them.

    Args:
        data: overlap areas of real pieces, one a piece; NaN is left out.
        generated: overlap areas of generated pieces.

    Returns:
        0 .. 1; NaN if one side has fewer than two values or the data do not vary.
    """
    return _closeness(np.var, data, generated, least=2)


def _closeness(statistic, data: Sequence[float], generated: Sequence[float], least: int) -> float:
    """Give max(0, 1 - |relative difference|) of a statistic."""
    real, made = (np.asarray(v, dtype=float) for v in (data, generated))
    real, made = real[~np.isnan(real)], made[~np.isnan(made)]
    if min(len(real), len(made)) < least or statistic(real) == 0:
        return float("nan")
    return max(0.0, 1.0 - abs(float(statistic(made) / statistic(real)) - 1.0))
