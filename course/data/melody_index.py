"""Which pieces share a melody: an index that does not hear the key.

A melody is sampled once per beat and written as the intervals between neighbouring samples. Two
pieces share a melody when they have a window of intervals in common: the same stretch of sixteen
beats, say, in whatever key. What happens between the beats is not compared, so a melody is
recognised with other passing notes too.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

WINDOW = 16  # intervals between beats, so 17 samples: four bars of 4/4 and a note
LEAST_MOVES = 4  # windows that move less often (long rests, held notes) say nothing about a tune
SILENT_STEP = 99  # stands for "a rest on one side"; no melody leaps that far


def melody_windows(pitches: np.ndarray, spacing: int = 4, window: int = WINDOW) -> set[bytes]:
    """Give the interval windows of one melody.

    Args:
        pitches: (T,) MIDI numbers on a grid, -1 for silence.
        spacing: grid steps from one beat to the next.
        window: intervals in a window.

    Returns:
        The windows as hashable bytes; none for a melody shorter than `window` + 1 beats.
    """
    samples = np.asarray(pitches)[::spacing].astype(np.int16)
    if len(samples) <= window:
        return set()
    silent = (samples[1:] < 0) | (samples[:-1] < 0)
    intervals = np.where(silent, SILENT_STEP, np.diff(samples)).astype(np.int8)
    windows = np.lib.stride_tricks.sliding_window_view(intervals, window)
    moving = (windows != 0).sum(axis=1) >= LEAST_MOVES
    return {found.tobytes() for found in windows[moving]}


def melody_groups(windows: Sequence[Iterable[Hashable]]) -> list[int]:
    """Number the tunes: pieces that share a window, directly or through others, share a number.

    Args:
        windows: the windows of each piece.

    Returns:
        One number per piece, counted from 0 in order of first appearance.
    """
    parent = list(range(len(windows)))

    def root(piece: int) -> int:
        while parent[piece] != piece:
            piece = parent[piece]
        return piece

    owners: dict[Hashable, int] = {}
    for piece, own in enumerate(windows):
        for window in own:
            parent[root(piece)] = root(owners.setdefault(window, piece))
    numbers: dict[int, int] = defaultdict(lambda: len(numbers))
    return [numbers[root(piece)] for piece in range(len(windows))]


def shares_melody(windows: Iterable[Hashable], others: Iterable[Iterable[Hashable]]) -> bool:
    """Tell whether a piece shares a window with any of the others.

    Args:
        windows: the windows of one piece.
        others: the windows of each other piece.

    Returns:
        True if there is one in common.
    """
    own = set(windows)
    return any(not own.isdisjoint(other) for other in others)
