"""What can be measured of a short melody: how dense it is, how high, and how major.

Melodies are cells, pitches (T,) with -1 for silence and whether each is struck. These are measures,
not judgements: *major* is a comparison of correlations with Krumhansl's key profiles, and says
little about two bars that use three pitches.

References:
    Roberts et al. 2018, arXiv:1803.05428, section 5.3 (attribute vectors).
    Krumhansl and Kessler 1982 (the profiles, see `course.evaluation.control`).
"""

import numpy as np

from course.evaluation.control import PROFILES


def density(pitches: np.ndarray, struck: np.ndarray) -> float:
    """Count the notes.

    Args:
        pitches: (T,) is not looked at.
        struck: (T,) booleans.

    Returns:
        Notes, 0..T.
    """
    return float(np.sum(struck))


def height(pitches: np.ndarray, struck: np.ndarray) -> float:
    """Give the mean pitch over the time in which something sounds.

    Args:
        pitches: (T,) MIDI numbers, -1 for silence.
        struck: (T,) is not looked at.

    Returns:
        A MIDI number; 60, middle C, if nothing sounds.
    """
    sounding = np.asarray(pitches)[np.asarray(pitches) >= 0]
    return float(sounding.mean()) if sounding.size else 60.0


def majorness(pitches: np.ndarray, struck: np.ndarray) -> float:
    """Compare the best major key with the best minor one.

    Args:
        pitches: (T,) MIDI numbers, -1 for silence.
        struck: (T,) is not looked at.

    Returns:
        Highest correlation with a major profile minus highest one with a minor profile, -2..2;
        above 0 is more major. 0 if nothing sounds, or all twelve pitch classes equally long.
    """
    sounding = np.asarray(pitches)[np.asarray(pitches) >= 0]
    heard = np.bincount(sounding % 12, minlength=12).astype(float)
    heard -= heard.mean()
    if not np.any(heard):
        return 0.0
    return _best_key("major", heard) - _best_key("minor", heard)


ATTRIBUTES = {"denser": density, "higher": height, "more major": majorness}


def measure_attribute(name: str, pitches: np.ndarray, struck: np.ndarray) -> np.ndarray:
    """Measure one attribute of many melodies.

    Args:
        name: one of `ATTRIBUTES`.
        pitches: (N, T).
        struck: (N, T).

    Returns:
        (N,) numbers.

    Raises:
        ValueError: if there is no such attribute.
    """
    if name not in ATTRIBUTES:
        raise ValueError(f"there is no attribute {name!r}; choose from {', '.join(ATTRIBUTES)}")
    return np.array([ATTRIBUTES[name](*pair) for pair in zip(pitches, struck, strict=True)])


def _best_key(mode: str, heard: np.ndarray) -> float:
    """Give the highest correlation with the twelve keys of a mode."""
    profile = np.array(PROFILES[mode]) - np.mean(PROFILES[mode])
    keys = np.array([np.roll(profile, tonic) for tonic in range(12)])
    return float((keys @ heard).max() / (np.linalg.norm(profile) * np.linalg.norm(heard)))
