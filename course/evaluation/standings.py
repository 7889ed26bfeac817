"""All models on one card: likelihood, what they write, whether it is new, and what ears say.

One row for each model that has written, whatever its kind, then the data and its spoilt versions:
a column in which spoilt music stands as high as the models says nothing about what was spoilt.
Likelihoods come from the cards of the checkpoints; a model that gives none has a dash there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course.evaluation.card import AREAS, OF_NOTES, OF_VOICES, Cell, MetricCard
from course.evaluation.leaderboard import course_results
from course.evaluation.note_table import Piece
from course.evaluation.originality import RunIndex, longest_shared_run
from course.evaluation.tables import html_table, text_table

PER_PIECE = (*OF_NOTES, *OF_VOICES, *AREAS)
SHOWN = ("held cells", "scale consistency", "parallels per 100 similar motions")
OVERLAP = "Yang-Lerch overlap"
ALIKE = 2.0  # standard errors within which a mean counts as the data's
HEADING = (
    "model",
    "nats, valid",
    "nats, test",
    "rows like the data",
    *SHOWN,
    OVERLAP,
    "shared run, median",
    "ears",
)
CAPTION = (
    "Nats per note (lower: expects Bach more). Rows like the data: metrics of single pieces whose "
    f"mean lies within {ALIKE:g} standard errors of the data's. Then means of some of them, "
    "the overlap of distances within and between the sets, and the median of the longest stretch "
    "shared with a training piece, in sixteenths. Ears: right answers of a blind test."
)


def standard_errors(card: MetricCard, metric: str, column: str, data: str = "data") -> float:
    """Say how far a mean on a card lies from the data's.

    |m - m_data| / sqrt(s^2 + s_data^2), with the standard errors s of both means.

    Args:
        card: the card.
        metric: one of `PER_PIECE`.
        column: a model or a control.
        data: the column to compare with.

    Returns:
        Standard errors, >= 0; 0 for equal means, infinity for different ones without errors, NaN
        where the metric does not apply.
    """
    ours, real = card.cells[column][metric], card.cells[data][metric]
    if math.isnan(ours.value) or math.isnan(real.value):
        return math.nan
    distance = abs(ours.value - real.value)
    error = math.hypot(
        *(0.0 if math.isnan(c.standard_error) else c.standard_error for c in (ours, real))
    )
    if distance < 1e-12:
        return 0.0
    return distance / error if error else math.inf


def rows_like_data(card: MetricCard, column: str) -> tuple[int, int]:
    """Count the metrics of single pieces in which a column cannot be told from the data.

    Args:
        card: the card.
        column: a model or a control.

    Returns:
        How many lie within `ALIKE` standard errors, and how many apply.
    """
    distances = [standard_errors(card, metric, column) for metric in PER_PIECE]
    known = [distance for distance in distances if not math.isnan(distance)]
    return sum(distance <= ALIKE for distance in known), len(known)


@dataclass(frozen=True, repr=False)
class Standings:
    """The table: the last line of a cell shows it, `print` writes it."""

    rows: tuple[tuple[str, ...], ...]  # without the heading

    def __repr__(self) -> str:
        return "\n".join([*text_table([HEADING, *self.rows]), "", CAPTION])

    def _repr_html_(self) -> str:
        return html_table([HEADING, *self.rows], CAPTION)


def standings(
    card: MetricCard,
    written: Mapping[str, Sequence[Piece]],
    index: RunIndex,
    ears: Mapping[str, str] | None = None,
) -> Standings:
    """Put all that is known of the columns of a metric card on one table.

    Args:
        card: what `metric_card` gave.
        written: column -> its pieces, for the shared runs; a column without pieces has a dash.
        index: the training pieces.
        ears: column -> what a listening test says.

    Returns:
        The table; models in the order of their likelihood, those without one behind them, then
        the card's other columns.
    """
    results = {row.model: row for row in course_results() if row.corpus == "chorales"}

    def place(column: str) -> tuple[int, float]:
        known = column in results
        return (0 if known else 1, results[column].valid if known else 0.0)

    rows = []
    for column in sorted(card.cells, key=place):
        alike, known = rows_like_data(card, column)
        result, cells = results.get(column), card.cells[column]
        runs = [longest_shared_run(piece, index).num_steps for piece in written.get(column, ())]
        rows.append(
            (
                column,
                f"{result.valid:.3f}" if result else "–",
                "–" if result is None or result.test is None else f"{result.test:.3f}",
                f"{alike} of {known}",
                *(_short(cells[metric]) for metric in (*SHOWN, OVERLAP)),
                f"{np.median(runs):g}" if runs else "–",
                (ears or {}).get(column, "–"),
            )
        )
    return Standings(tuple(rows))


def _short(cell: Cell) -> str:
    return "–" if math.isnan(cell.value) else f"{cell.value:.2f}"
