"""The metric card: every descriptor of a model beside the data's own value and spoilt music.

A model is good when its value lies close to the data's. A row in which the shuffled controls come
as close cannot hear what shuffling destroys. No row is a mark, and none measures musicality.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course.evaluation.controls import shuffle_bars, shuffle_steps
from course.evaluation.descriptors import (
    attacks_per_bar,
    empty_bars,
    groove_consistency,
    mean_note_length,
    pitch_class_entropy,
    polyphony,
    qualified_notes,
    scale_consistency,
    used_pitch_classes,
)
from course.evaluation.distances import compare_sets
from course.evaluation.note_table import STEPS_PER_BAR, NoteTable, Piece, note_table
from course.evaluation.overlap import consistency, overlap_areas, variance
from course.evaluation.tables import html_table, text_table
from course.evaluation.voice_leading import (
    held_cells,
    mean_tonal_distance,
    parallels_per_100,
    voice_crossings,
)

DATA, BARS, STEPS = "data", "data, bars shuffled", "data, sixteenths shuffled"
OF_NOTES: dict[str, Callable[[Piece], float]] = {
    "pitch-class entropy (bits)": pitch_class_entropy,
    "scale consistency": scale_consistency,
    "used pitch classes per bar": used_pitch_classes,
    "polyphony (pitches)": polyphony,
    "groove consistency": groove_consistency,
    "empty bars": empty_bars,
    "qualified notes": qualified_notes,
    "attacks per bar and voice": attacks_per_bar,
    "note length (sixteenths)": mean_note_length,
    "tonal distance of voices": mean_tonal_distance,
}
OF_VOICES: dict[str, Callable[[Piece], float]] = {
    "held cells": held_cells,
    "voice crossings": voice_crossings,
    "parallels per 100 similar motions": parallels_per_100,
}
AREAS = ("overlap area of pitch", "overlap area of length")
OF_SETS = (
    "consistency of pitch",
    "variance of pitch",
    "consistency of length",
    "variance of length",
    "Yang-Lerch overlap",
    "Yang-Lerch divergence (nats)",
)
CAPTION = (
    "Mean over pieces ± standard error; [n of N]: pieces to which the metric applies. Good is "
    "close to the data, not high or low; a row in which shuffled music comes close is deaf to "
    "order. The last six rows compare a set with the data (alike: 1, divergence 0); there the "
    "data's own value compares its one half with the other."
)


@dataclass(frozen=True)
class Cell:
    """One number of the card."""

    value: float  # mean over the pieces, or one number for the set; NaN if it does not apply
    standard_error: float = math.nan  # of the mean; NaN where there is none
    applies: int = 0  # pieces that have a value
    pieces: int = 0  # pieces in the set

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "–"
        error = "" if math.isnan(self.standard_error) else f" ± {self.standard_error:.3f}"
        note = "" if self.applies == self.pieces else f" [{self.applies} of {self.pieces}]"
        return f"{self.value:.3f}{error}{note}"


@dataclass(frozen=True, repr=False)
class MetricCard:
    """A table of metrics: the last line of a cell shows it, `print` writes it as text."""

    cells: Mapping[str, Mapping[str, Cell]]  # column -> metric -> cell

    def value(self, metric: str, column: str) -> float:
        """Give one number.

        Args:
            metric: the row, as it is printed.
            column: the model's name, or "data".

        Returns:
            The value, NaN where the metric does not apply.

        Raises:
            KeyError: if there is no such row or column.
        """
        return self.cells[column][metric].value

    @property
    def metrics(self) -> list[str]:
        """The names of the rows."""
        return list(next(iter(self.cells.values())))

    def rows(self) -> list[list[str]]:
        """Give the table as text, the heading first."""
        body = [[m, *(str(column[m]) for column in self.cells.values())] for m in self.metrics]
        return [["metric", *self.cells], *body]

    def __repr__(self) -> str:
        heading, *lines = text_table(self.rows())
        return "\n".join([heading, "-" * len(heading), *lines, "", CAPTION])

    def _repr_html_(self) -> str:
        return html_table(self.rows(), CAPTION)


def metric_card(
    models: Mapping[str, Sequence[Piece]],
    data: Sequence[Piece],
    *,
    seed: int = 0,
    merge_repeats: bool = True,
    steps_per_bar: int = STEPS_PER_BAR,
) -> MetricCard:
    """Measure sets of pieces, the data, and two spoilt versions of the data.

    Args:
        models: name -> generated pieces; may be empty.
        data: real pieces.
        seed: of the shuffling.
        merge_repeats: True to count touching notes of one voice and pitch as one, everywhere:
            models that write pitches on a grid cannot repeat a note, and must not look different
            from the data for it. False for models that write attacks.
        steps_per_bar: sixteenths counted as a bar.

    Returns:
        The card; columns are the models, "data" and its two controls.

    Raises:
        ValueError: if there are no data, a model has no pieces, or is called like the data or a
            control.
    """
    _check_sets(models, data)
    sets = {**models, DATA: data, **_controls(data, seed, steps_per_bar)}
    tables = {
        name: [
            note_table(piece, merge_repeats=merge_repeats, steps_per_bar=steps_per_bar)
            for piece in pieces
        ]
        for name, pieces in sets.items()
    }
    compared = {name: (tables[DATA], pieces) for name, pieces in tables.items()}
    compared[DATA] = (tables[DATA][::2], tables[DATA][1::2])
    return MetricCard(
        {name: _piece_cells(tables[name]) | _set_cells(*compared[name]) for name in tables}
    )


def _check_sets(models: Mapping[str, Sequence[Piece]], data: Sequence[Piece]) -> None:
    empty = [name for name, pieces in {**models, DATA: data}.items() if not len(pieces)]
    if empty:
        raise ValueError(f"{empty[0]!r} has no pieces; give at least one")
    taken = [name for name in models if name in (DATA, BARS, STEPS)]
    if taken:
        raise ValueError(f"a model is called {taken[0]!r}, like a column of the card; rename it")


def _controls(data: Sequence[Piece], seed: int, steps_per_bar: int) -> dict[str, list[NoteTable]]:
    """Spoil the data in two ways."""
    generator = np.random.default_rng(seed)
    tables = [note_table(piece, steps_per_bar=steps_per_bar) for piece in data]
    return {
        BARS: [shuffle_bars(table, generator) for table in tables],
        STEPS: [shuffle_steps(table, generator) for table in tables],
    }


def _piece_cells(pieces: Sequence[NoteTable]) -> dict[str, Cell]:
    """Average the metrics of single pieces."""
    cells = {name: _mean([metric(p) for p in pieces]) for name, metric in OF_NOTES.items()}
    for name, metric in OF_VOICES.items():
        cells[name] = _mean([metric(p) if p.has_single_voices else math.nan for p in pieces])
    for name, areas in zip(AREAS, _areas(pieces), strict=True):
        cells[name] = _mean(areas)
    return cells


def _set_cells(data: Sequence[NoteTable], made: Sequence[NoteTable]) -> dict[str, Cell]:
    """Compare two sets."""
    values = []
    for real, generated in zip(_areas(data), _areas(made), strict=True):
        values += [consistency(real, generated), variance(real, generated)]
    if len(data) >= 3 and len(made) >= 2:
        agreements = compare_sets(data, made).values()
        values.append(np.mean([agreement.overlap for agreement in agreements]))
        values.append(np.mean([agreement.divergence for agreement in agreements]))
    else:
        values += [math.nan, math.nan]
    return {name: Cell(float(value)) for name, value in zip(OF_SETS, values, strict=True)}


def _areas(pieces: Sequence[NoteTable]) -> list[list[float]]:
    """Give the overlap areas of all pieces, for pitch and for length."""
    pairs = [overlap_areas(piece) for piece in pieces]
    return [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]


def _mean(values: Sequence[float]) -> Cell:
    """Average the values that are numbers."""
    known = np.array([value for value in values if not math.isnan(value)])
    if not len(known):
        return Cell(math.nan, pieces=len(values))
    error = known.std(ddof=1) / math.sqrt(len(known)) if len(known) > 1 else math.nan
    return Cell(float(known.mean()), float(error), len(known), len(values))
