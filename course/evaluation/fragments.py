"""Fragments: what tells notes that were drawn alone from notes that were written in a line."""

import numpy as np

from course.errors import check_shape


def isolated_sixteenths(pitches: np.ndarray) -> float:
    """Give the share of notes that last one sixteenth, while neither neighbour of the voice does.

    Composers write sixteenths in runs; a model that draws cells one by one leaves crumbs.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence; equal neighbours are held. A silence counts
            as a neighbour, but not as a note; the beginning and the end are no neighbours.

    Returns:
        0..1; NaN if there are no notes.

    Raises:
        ValueError: if the shape is another.
    """
    pitches = np.asarray(pitches)
    check_shape("pitches", pitches.shape, ("T", 4), "give a row of S, A, T, B for each step")
    alone, notes = 0, 0
    for line in pitches.T:
        starts = np.flatnonzero(np.r_[True, line[1:] != line[:-1]]) if len(line) else []
        lengths = np.diff(np.r_[starts, len(line)])
        sounding = line[starts] >= 0 if len(line) else np.zeros(0, dtype=bool)
        around = np.r_[0, lengths, 0]
        crumbs = (lengths == 1) & (around[:-2] != 1) & (around[2:] != 1)
        alone, notes = alone + int((crumbs & sounding).sum()), notes + int(sounding.sum())
    return alone / notes if notes else float("nan")
