"""Phrases of string quartets for networks of several tracks, cut as those of chorales are.

Not all is written in sixteenths, or in one line for each player: a phrase with triplets or grace
notes is left out, and of notes that a player strikes together the outer one is kept.
"""

from dataclasses import replace

import numpy as np

from course.data.quartets import (
    PLAYERS,
    PROGRAMS,
    TICKS_PER_QUARTER,
    QuartetMovement,
    load_quartets,
)
from course.data.transposition import SILENCE
from course.errors import check_integer
from course.note_sequence import Instrument, NoteSequence
from course.recipes.phrases import STEPS_PER_BAR, phrases_music, to_plain_key

STEP = TICKS_PER_QUARTER // 4  # ticks of a sixteenth
EVERY = 5  # one movement in so many is for validation
STRINGS = tuple(map(Instrument, PROGRAMS, PLAYERS))


def quartet_phrases(split: str, num_bars: int = 2, low: int = 36, high: int = 96) -> np.ndarray:
    """Cut the movements of one split into phrases of full bars of four quarters.

    Args:
        split: "train" or "valid": the first movement of every five.
        num_bars: bars in a phrase, 1..16.
        low: lowest MIDI pitch; a phrase that leaves the range is left out.
        high: highest MIDI pitch, included.

    Returns:
        (N, T, 4) int16 pitches of both violins, viola and cello, -1 for silence, in C major or
        A minor by the key signature.

    Raises:
        ValueError: if there is no such split, a number is out of range, or no phrase is left.
    """
    if split not in ("train", "valid"):
        raise ValueError(f"there is no split {split!r} of quartets; choose from train, valid")
    check_integer("num_bars", num_bars, 1, 16, "2 to 4 bars make a phrase")
    found = [
        phrase
        for number, movement in enumerate(load_quartets())
        if (number % EVERY == 0) == (split == "valid")
        for phrase in _phrases(movement, num_bars)
        if low <= phrase[phrase >= 0].min(initial=high) and phrase.max() <= high
    ]
    if not found:
        raise ValueError(f"no phrase lies in {low}..{high}; take a wider range or fewer bars")
    return np.stack(found)


def quartet_grid(movement: QuartetMovement) -> tuple[np.ndarray, np.ndarray]:
    """Put a movement on a grid of sixteenths.

    Args:
        movement: the movement.

    Returns:
        (T, 4) pitches, -1 for silence: the highest of a player's notes, of the cello's the lowest;
        and (T,) booleans: where a note begins or ends beside the grid.
    """
    num_steps = -(-movement.num_ticks // STEP)
    grid = np.full((num_steps, len(PLAYERS)), SILENCE, dtype=np.int16)
    beside = np.zeros(num_steps, dtype=bool)
    cello = movement.players == len(PLAYERS) - 1
    for i in np.argsort(np.where(cello, -movement.pitches, movement.pitches), kind="stable"):
        start, end = movement.starts[i], movement.starts[i] + movement.durations[i]
        steps = slice(start // STEP, -(-end // STEP))
        grid[steps, movement.players[i]] = movement.pitches[i]
        beside[steps] |= bool(start % STEP or end % STEP)
    return grid, beside


def quartet_music(phrases: np.ndarray) -> NoteSequence:
    """Play phrases one after the other on two violins, viola and cello.

    Args:
        phrases: (N, T, 4) pitches, -1 for silence.

    Returns:
        The music, a quarter note of silence behind each phrase.
    """
    return replace(phrases_music(phrases), instruments=STRINGS)


def _phrases(movement: QuartetMovement, num_bars: int) -> list[np.ndarray]:
    """Cut one movement, each phrase moved to the key without signature."""
    grid, beside = quartet_grid(movement)
    starts = movement.bar_starts
    lengths = np.diff(np.append(starts, movement.num_ticks))
    found = []
    for bar in range(len(starts) - num_bars + 1):
        first = starts[bar] // STEP
        steps = slice(first, first + num_bars * STEPS_PER_BAR)
        full = (lengths[bar : bar + num_bars] == STEPS_PER_BAR * STEP).all()
        if full and starts[bar] % STEP == 0 and not beside[steps].any():
            place = np.searchsorted(movement.keys[:, 0], starts[bar], side="right") - 1
            found.append(to_plain_key(grid[steps], int(movement.keys[max(place, 0), 1])))
    return found
