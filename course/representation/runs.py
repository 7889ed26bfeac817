"""Notes in a grid of cells: where each stretch of sounding cells begins and ends."""

import numpy as np


def find_runs(sounding: np.ndarray, struck: np.ndarray) -> tuple[np.ndarray, ...]:
    """Find the notes in a grid: a note begins where it is struck or follows silence.

    It lasts until silence, until the next attack in its row, or until the end of the grid.

    Args:
        sounding: bool array (R, T), True where row r sounds at step t.
        struck: bool array (R, T), True where it is struck; silent cells are never struck.

    Returns:
        (rows, starts, ends), integer arrays (N,) by row, then start; `ends > starts`.
    """
    silence = np.zeros((len(sounding), 1), dtype=bool)
    before = np.hstack([silence, sounding[:, :-1]])  # (R, T)
    begins = sounding & (struck | ~before)
    after = np.hstack([sounding & ~begins, silence])[:, 1 : sounding.shape[1] + 1]
    rows, starts = np.nonzero(begins)
    _, lasts = np.nonzero(sounding & ~after)  # the last cell of each note, in the same order
    return rows, starts, lasts + 1
