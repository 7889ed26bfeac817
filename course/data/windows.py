"""Windows: stretches of one length out of pieces of any length, which know their place in the bar.

A window cut anywhere begins anywhere in a bar, and a model that sees only windows cannot learn the
metre. So each step says where it stands: in the bar as the score has it, and, for pieces that
carry no bar lines, counted in bars of sixteen from the start of the piece. With a pickup the two
differ. All times count sixteenths.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from course.data.chorales import Chorale
from course.errors import check_integer

STEPS_PER_BAR = 16  # of 4/4


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of L steps out of a chorale."""

    name: str  # of the chorale
    start: int  # first step in the chorale
    pitches: np.ndarray  # (L, 4) int16, MIDI numbers, -1 for silence
    onsets: np.ndarray  # (L, 4) bool
    bar_positions: np.ndarray  # (L,) steps since the bar line; a pickup leads up to one
    start_positions: np.ndarray  # (L,) steps since the start of the piece, modulo 16


def bar_positions(chorale: Chorale) -> np.ndarray:
    """Say how far each step is from the beginning of its bar.

    Args:
        chorale: the piece.

    Returns:
        (T,) whole numbers from 0. A pickup stands at the end of a full bar: a pickup of one quarter
        note in 4/4 at 12, 13, 14, 15. In a bar longer than the metre they go on counting.
    """
    steps = np.arange(chorale.num_steps)
    bars = np.searchsorted(chorale.bar_starts, steps, side="right") - 1
    positions = steps - chorale.bar_starts[bars]
    if chorale.pickup_steps:
        _, numerator, denominator = chorale.metres[0].tolist()
        positions[bars == 0] += STEPS_PER_BAR * numerator // denominator - chorale.pickup_steps
    return positions


def start_positions(num_steps: int, steps_per_bar: int = STEPS_PER_BAR) -> np.ndarray:
    """Count steps in bars of one length from the start of a piece, where no bar line is known.

    Args:
        num_steps: length T of the piece.
        steps_per_bar: steps in a bar, at least 1.

    Returns:
        (T,) whole numbers 0..`steps_per_bar` - 1.

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("num_steps", num_steps, 0, 1_000_000, "give the length of the piece")
    check_integer("steps_per_bar", steps_per_bar, 1, 1_000, "16 sixteenths are a bar of 4/4")
    return np.arange(num_steps) % steps_per_bar


def cut_windows(
    chorales: Iterable[Chorale], num_steps: int, hop_steps: int | None = None
) -> list[Window]:
    """Cut chorales into windows of one length, which may overlap.

    Args:
        chorales: the pieces.
        num_steps: length L of a window.
        hop_steps: from one window to the next, counted from the start of each piece; None to begin
            one at each bar line (and at the pickup).

    Returns:
        The windows that lie wholly inside their piece, in order; none of a shorter piece.

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("num_steps", num_steps, 1, 1_000_000, "64 sixteenths are four bars of 4/4")
    if hop_steps is not None:
        check_integer("hop_steps", hop_steps, 1, 1_000_000, "None begins one at each bar line")
    windows = []
    for chorale in chorales:
        in_bar, from_start = bar_positions(chorale), start_positions(chorale.num_steps)
        every = range(0, chorale.num_steps, hop_steps or 1)
        for start in every if hop_steps else chorale.bar_starts.tolist():
            if start + num_steps > chorale.num_steps:
                break
            cut = slice(start, start + num_steps)
            windows.append(
                Window(
                    name=chorale.name,
                    start=start,
                    pitches=chorale.pitches[cut],
                    onsets=chorale.onsets[cut],
                    bar_positions=in_bar[cut],
                    start_positions=from_start[cut],
                )
            )
    return windows
