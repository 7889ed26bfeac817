"""What lesson 13 builds, as plain functions on lists: recipe, tempos, reading, commission.

The studio itself does the same on music and files: `course.studio.recipe`, `course.arranging.tempo`
and `course.studio.commissions`. The lesson's loop is `course.arranging.loops.fold_tail`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

MICROSECONDS = 1_000_000


def replay_bars(first: Sequence[list], edits: Sequence[tuple[Collection[int], list]]) -> list:
    """Make a piece again from what was sampled and what was kept.

    Args:
        first: the bars that were written first.
        edits: (locked, fresh): numbers of the bars that were kept, counted from 1, and the new bars
            for all others, in their order.

    Returns:
        The bars at the end.
    """
    bars = list(first)
    for locked, fresh in edits:
        new = iter(fresh)
        bars = [bar if number in locked else next(new) for number, bar in enumerate(bars, 1)]
    return bars


def exact_tempos(num_quarters: int, seconds: int) -> list[tuple[int, int]]:
    """Give tempos in whole microseconds a quarter note that last exactly so long.

    Args:
        num_quarters: length of the piece, at least 1.
        seconds: how long it is to last, at least 1.

    Returns:
        (quarters, microseconds of each), the slower tempo first, none of no length.
    """
    micros, longer = divmod(seconds * MICROSECONDS, num_quarters)
    tempos = [(longer, micros + 1), (num_quarters - longer, micros)]
    return [tempo for tempo in tempos if tempo[0]]


def reading_faults(
    notes: Sequence[tuple[int, float]],
    scale: Collection[int],
    span: tuple[int, int],
    lengths: Collection[float],
) -> list[tuple[int, str]]:
    """Say what a pupil cannot read at sight.

    Args:
        notes: (pitch, length in quarter notes) of each.
        scale: pitch classes of the key.
        span: lowest and highest pitch that the pupil knows.
        lengths: that the pupil knows.

    Returns:
        (number of the note, fault), notes counted from 0; of one note in the order "key", "range",
        "rhythm", "leap", which is more than an octave from the note before.
    """
    faults = []
    for number, (pitch, length) in enumerate(notes):
        leap = abs(pitch - notes[number - 1][0]) if number else 0
        wrong = {
            "key": pitch % 12 not in scale,
            "range": not span[0] <= pitch <= span[1],
            "rhythm": length not in lengths,
            "leap": leap > 12,
        }
        faults += [(number, name) for name, is_wrong in wrong.items() if is_wrong]
    return faults


def commission(
    make: Callable[[int], Any], faults: Callable[[Any], list], seeds: Sequence[int]
) -> tuple[int, Any, list]:
    """Make takes until one has no faults.

    Args:
        make: seed -> take.
        faults: take -> what is wrong with it.
        seeds: to be tried in order, at least one.

    Returns:
        Seed, take and faults of the first take without any; else of the one with the fewest, of
        equally good ones the first.
    """
    best = None
    for seed in seeds:
        take = make(seed)
        found = faults(take)
        if best is None or len(found) < len(best[2]):
            best = seed, take, found
        if not found:
            break
    return best
