"""How well a model expects real music: nats per note, on tunes seen and unseen in training apart.

**Definition.** A cell is one voice at one sixteenth. With x_(t,v) the pitch (or silence) in it,

    nats per note = mean over all cells of -ln p(x_(t,v) | all cells before it),

where "before" follows the model's own order of writing, inside a step too. Every cell of every
piece counts, the first one included, silent and held cells like any other; there is no end token;
pieces stand in their own keys. So a held chord is cheap, and the number is a mean of the 78 % of
cells that repeat their neighbour and of the others. It is *note-wise*: four times it is nats per
frame of four voices on this grid, and on another grid it is another quantity. That the
probabilities of a cell add up to 1, and that no later cell was looked at, is not checked here but
in the tests of each model.

**Seen and unseen.** About half of the published test tunes have a relative in train, so both
kinds are reported apart.

References:
    Huang, Cooijmans, Roberts, Courville, Eck: Counterpoint by Convolution, ISMIR 2017,
        arXiv:1903.07227 (note-wise and frame-wise likelihood).
    Boulanger-Lewandowski, Bengio, Vincent, ICML 2012, arXiv:1206.6392 (the split).
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course.data.melody_index import melody_windows, shares_melody
from course.errors import check_shape

CellLogProbabilities = Callable[[np.ndarray], np.ndarray]  # pitches (T, 4) -> nats (T, 4), <= 0
ROUNDING = 1e-4  # how far above 0 a logarithm may lie in 32-bit arithmetic


@dataclass(frozen=True)
class Likelihood:
    """What `measure_likelihood` found; NaN where there is nothing to average."""

    nats_per_note: float  # mean over all cells of all pieces
    nats_per_note_seen: float  # over the pieces whose tune is in train
    nats_per_note_unseen: float  # over the others
    standard_error: float  # of nats_per_note, pieces taken as the sample; NaN for one piece
    notes: int  # cells that were counted, silent ones included
    seconds: float  # wall-clock time of the model's answers
    piece_nats: tuple[float, ...]  # nats per note of each piece

    def to_json(self) -> dict[str, float | int | None]:
        """Give the numbers that `course evaluate --json` prints; null where there is none."""
        names = (
            "nats_per_note",
            "nats_per_note_seen",
            "nats_per_note_unseen",
            "standard_error",
            "notes",
            "seconds",
        )
        values = {name: getattr(self, name) for name in names}
        return {name: None if math.isnan(value) else value for name, value in values.items()}

    def __str__(self) -> str:
        pieces = len(self.piece_nats)
        return (
            f"{_say(self.nats_per_note)} nats per note ± {_say(self.standard_error)} "
            f"(seen tunes {_say(self.nats_per_note_seen)}, "
            f"unseen {_say(self.nats_per_note_unseen)}; "
            f"{pieces} piece{'s' * (pieces != 1)}, {self.notes} notes, {self.seconds:.1f} s)"
        )


def _say(value: float) -> str:
    """Write a number, or a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.4f}"


def measure_likelihood(
    log_probabilities: CellLogProbabilities,
    pieces: Sequence[np.ndarray],
    seen: Sequence[bool] | None = None,
) -> Likelihood:
    """Measure the note-wise negative log-likelihood of pieces under a model.

    The standard error treats pieces as the sample, since cells of one piece hang together:
    sqrt(n / (n - 1) * sum_i (N_i / N)^2 (m_i - m)^2), with n pieces, N_i cells and mean m_i in
    piece i, N cells and mean m in all.

    Args:
        log_probabilities: takes the pitches (T, 4) of a piece, -1 for silence, columns S, A, T, B,
            and gives ln p (T, 4) of every cell given those before it.
        pieces: the pieces, arrays (T, 4).
        seen: for each piece, whether its tune is in the model's training set (for chorales
            `Chorale.tune_in_train`); without it, seen and unseen are NaN.

    Returns:
        The means; see the head of this module for what counts.

    Raises:
        ValueError: if there are no pieces, a piece has another shape, `seen` another length, or
            the model gives another shape, NaN, a probability above 1, or 0; the message names the
            piece, row and voice.
    """
    if not len(pieces):
        raise ValueError("there are no pieces to evaluate; give at least one")
    if seen is not None and len(seen) != len(pieces):
        raise ValueError(f"{len(seen)} marks of seen for {len(pieces)} pieces; give one for each")
    grids = [np.asarray(piece) for piece in pieces]
    for number, grid in enumerate(grids):
        check_shape(f"piece {number}", grid.shape, ("T", 4), "give rows of S, A, T, B")
        if not len(grid):
            raise ValueError(f"piece {number} has no rows; leave it out")
    start = time.perf_counter()
    answers = [np.asarray(log_probabilities(grid), dtype=np.float64) for grid in grids]
    seconds = time.perf_counter() - start
    for number, (grid, answer) in enumerate(zip(grids, answers, strict=True)):
        _check_answer(answer, grid.shape, number)
    sums = np.array([-answer.sum() for answer in answers])
    cells = np.array([answer.size for answer in answers])
    marks = np.zeros(len(cells), dtype=bool) if seen is None else np.asarray(seen, dtype=bool)
    known = np.full(len(cells), seen is not None)
    return Likelihood(
        nats_per_note=_mean(sums, cells),
        nats_per_note_seen=_mean(sums[known & marks], cells[known & marks]),
        nats_per_note_unseen=_mean(sums[known & ~marks], cells[known & ~marks]),
        standard_error=_standard_error(sums, cells),
        notes=int(cells.sum()),
        seconds=seconds,
        piece_nats=tuple((sums / cells).tolist()),
    )


def seen_in_training(pieces: Sequence[np.ndarray], training: Sequence[np.ndarray]) -> list[bool]:
    """Tell for each piece whether its soprano shares a stretch of melody with a training piece.

    The same rule as for the chorales' `tune_in_train`: sixteen intervals between quarter notes,
    whatever the key. A piece that is itself in training counts as seen.

    Args:
        pieces: arrays (T, 4), soprano first.
        training: arrays (T, 4) of the pieces that the model learned from.

    Returns:
        One mark a piece.
    """
    known = [melody_windows(piece[:, 0]) for piece in training]
    return [shares_melody(melody_windows(piece[:, 0]), known) for piece in pieces]


def _check_answer(answer: np.ndarray, shape: tuple[int, ...], number: int) -> None:
    """Refuse what cannot be logarithms of probabilities."""
    check_shape(f"log-probabilities of piece {number}", answer.shape, shape, "one for every cell")
    for bad, what in (
        (np.isnan(answer), "NaN"),
        (answer > ROUNDING, "a probability above 1"),
        (np.isneginf(answer), "probability 0; leave every pitch a chance"),
    ):
        if bad.any():
            row, voice = np.argwhere(bad)[0].tolist()
            raise ValueError(f"piece {number}, row {row}, voice {voice}: the model gives {what}")


def _mean(sums: np.ndarray, cells: np.ndarray) -> float:
    return float(sums.sum() / cells.sum()) if len(cells) else math.nan


def _standard_error(sums: np.ndarray, cells: np.ndarray) -> float:
    if len(cells) < 2:
        return math.nan
    deviations = sums - cells * (sums.sum() / cells.sum())  # N_i (m_i - m)
    factor = len(cells) / (len(cells) - 1)
    return math.sqrt(factor * float((deviations**2).sum())) / int(cells.sum())
