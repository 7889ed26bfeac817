"""Moving a grid of pitches to other keys, so that a model of few pieces hears each interval often.

Pitches are MIDI numbers in an array of any shape, -1 is silence and stays silence. A piece is moved
only as far as all its voices stay singable: by every interval that keeps it inside a range.
"""

import numpy as np

from course.errors import check_integer

SILENCE = -1
CHORALE_RANGE = (34, 83)  # two semitones beyond the voices of the published chorales, 36..81
MOST_SEMITONES = 6  # half an octave up and down: every key once, tritone twice


def transposition_range(pitches: np.ndarray, low: int, high: int) -> range:
    """Give the intervals by which a piece can be moved without leaving a range.

    Args:
        pitches: MIDI numbers of any shape, -1 for silence.
        low: lowest MIDI pitch allowed.
        high: highest MIDI pitch allowed, included.

    Returns:
        Semitones, in order; empty if the piece is wider than the range, 0 alone if it is silent.

    Raises:
        ValueError: if the range is empty or none of MIDI pitches.
    """
    check_integer("low", low, 0, 127, "give a MIDI pitch")
    check_integer("high", high, low, 127, "give a MIDI pitch, at least `low`")
    sounding = np.asarray(pitches)[np.asarray(pitches) != SILENCE]
    if not sounding.size:
        return range(1)
    return range(low - int(sounding.min()), high - int(sounding.max()) + 1)


def transpositions(
    pitches: np.ndarray,
    semitones: int = MOST_SEMITONES,
    low: int = CHORALE_RANGE[0],
    high: int = CHORALE_RANGE[1],
) -> list[np.ndarray]:
    """Give a piece in all keys that are near and keep it inside a range.

    Args:
        pitches: MIDI numbers of any shape, -1 for silence.
        semitones: how far to move it at most, up and down, 0..127; 0 gives the piece itself.
        low: lowest MIDI pitch allowed.
        high: highest MIDI pitch allowed, included.

    Returns:
        New arrays of the same shape, from the lowest to the highest, the piece itself among them if
        it is inside the range; none if it cannot be moved into it.

    Raises:
        ValueError: if `semitones` is negative or the range is empty.
    """
    check_integer("semitones", semitones, 0, 127, "6 reaches every key")
    pitches = np.asarray(pitches)
    fitting = transposition_range(pitches, low, high)
    near = [by for by in range(-semitones, semitones + 1) if by in fitting]
    return [np.where(pitches == SILENCE, SILENCE, pitches + by) for by in near]
