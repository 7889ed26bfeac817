"""Music spoilt on purpose: what a metric gives for it shows what the metric cannot hear.

Shuffled bars keep every bar and destroy the way from one to the next; shuffled sixteenths keep
every chord and destroy all time.
"""

import numpy as np

from course.evaluation.note_table import NoteTable, Piece, note_table


def shuffle_bars(piece: Piece, generator: np.random.Generator) -> NoteTable:
    """Put the bars of a piece into random order.

    Args:
        piece: the piece; bars are counted as `course.evaluation.note_table` says.
        generator: source of chance; the same state gives the same order.

    Returns:
        The piece with its whole bars in another order, an incomplete last one where it was. Notes
        are cut at bar lines, and joined again only if `merge_repeats` is asked for.
    """
    table = note_table(piece)
    return _shuffle(table, table.steps_per_bar, generator)


def shuffle_steps(piece: Piece, generator: np.random.Generator) -> NoteTable:
    """Put the sixteenths of a piece into random order, the voices of each together.

    Args:
        piece: the piece.
        generator: source of chance; the same state gives the same order.

    Returns:
        The piece with its steps in another order; notes are cut as in `shuffle_bars`.
    """
    return _shuffle(note_table(piece), 1, generator)


def _shuffle(table: NoteTable, size: int, generator: np.random.Generator) -> NoteTable:
    """Cut a piece into chunks of `size` steps and put the whole ones into random order."""
    whole = table.num_steps // size
    places = np.append(generator.permutation(whole), whole)  # chunk -> its new place
    first, last = table.starts // size, (table.ends - 1) // size
    parts = last - first + 1  # chunks that each note reaches into
    note = np.repeat(np.arange(len(parts)), parts)
    chunk = np.arange(len(note)) - np.repeat(np.cumsum(parts) - parts, parts) + first[note]
    moved = (places[chunk] - chunk) * size
    starts = np.maximum(table.starts[note], chunk * size) + moved
    ends = np.minimum(table.ends[note], (chunk + 1) * size) + moved
    return table.replace_notes(table.pitches[note], starts, ends, table.voices[note])
