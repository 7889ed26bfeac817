"""What a window of four voices is like: the wishes that diffusion models learn to grant.

Both are measured on the window itself, by measures that read notes alone, so that a wish and its
fulfilment mean the same. The thresholds of density are thirds of the training windows.
"""

import numpy as np

from course.errors import check_shape
from course.evaluation.control import PROFILES, find_key
from course.models.voices import SILENCE
from course.models.wishes import DENSITIES, wish_numbers

STEPS_PER_QUARTER = 4
# Notes a quarter note, all voices together: thirds of the four-bar windows of the training split
# that begin on multiples of a bar from the piece's start (tests/recipes/test_window_wishes.py).
DENSITY_BORDERS = (3.375, 4.0)


def notes_per_quarter(pitches: np.ndarray) -> float:
    """Count how many notes begin in a quarter note, all voices together.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence, in sixteenths; equal neighbours are held, and
            what sounds in the first step begins there.

    Returns:
        From 0.

    Raises:
        ValueError: if the shape is another or there are no steps.
    """
    pitches = np.asarray(pitches)
    check_shape("pitches", pitches.shape, ("T", 4), "give a row of S, A, T, B for each step")
    if not len(pitches):
        raise ValueError("there are no steps; give at least one")
    sounding = pitches != SILENCE
    new = sounding.copy()
    new[1:] &= pitches[1:] != pitches[:-1]
    return float(new.sum() / (len(pitches) / STEPS_PER_QUARTER))


def window_wishes(pitches: np.ndarray) -> tuple[str | None, str]:
    """Say of which mode and density a window is.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence, in sixteenths.

    Returns:
        "major" or "minor", by the best of 24 key profiles, None if nothing sounds; and "sparse",
        "medium" or "dense".

    Raises:
        ValueError: as `notes_per_quarter`.
    """
    mode = window_key(pitches)[1] if (np.asarray(pitches) != SILENCE).any() else None
    return mode, window_density(pitches)


def window_density(pitches: np.ndarray) -> str:
    """Say how dense a window is.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence, in sixteenths.

    Returns:
        "sparse", "medium" or "dense".

    Raises:
        ValueError: as `notes_per_quarter`.
    """
    return DENSITIES[int(np.searchsorted(DENSITY_BORDERS, notes_per_quarter(pitches), "right"))]


def window_key(pitches: np.ndarray) -> tuple[int, str]:
    """Find the key of a window, by the best of 24 key profiles.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence, in sixteenths.

    Returns:
        The tonic's pitch class, and "major" or "minor".

    Raises:
        ValueError: if nothing sounds.
    """
    heard = np.asarray(pitches).ravel()
    heard = heard[heard != SILENCE]
    return find_key(heard.tolist(), [1] * len(heard))


def best_tonic(pitches: np.ndarray, mode: str) -> int:
    """Find the tonic on which a mode fits given notes best.

    Args:
        pitches: MIDI numbers of any shape, below 0 for what does not sound.
        mode: "major" or "minor".

    Returns:
        The pitch class.

    Raises:
        ValueError: if nothing sounds, or there is no such mode.
    """
    sounding = np.asarray(pitches)[np.asarray(pitches) >= 0]
    wish_numbers(mode)
    if not len(sounding):
        raise ValueError("nothing sounds; a silence has no key")
    profile = np.array(PROFILES[mode])
    heard = np.bincount(sounding % 12, minlength=12)
    return int(np.argmax([np.roll(profile, tonic) @ heard for tonic in range(12)]))
