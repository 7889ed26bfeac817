"""Melodies out of the space of lesson 06, as long as asked for and in the key that was asked for.

A point of the space is a melody of two bars. For a longer one the points make a walk: each keeps
most of the one before and adds some chance, so that two phrases that follow one another are akin.
The space hears nothing: not the key, nor a bar that is kept. Each phrase is therefore moved to
where the profile of the key fits best, and by octaves to where a soprano sings.
"""

import math

import numpy as np

from course.data.tunes import TICKS_PER_QUARTER
from course.evaluation.control import PROFILES, find_key
from course.models.vae import MelodyVAE
from course.models.voices import SILENCE

CELLS_PER_BAR = 16
TICKS_PER_CELL = TICKS_PER_QUARTER // 4
KEPT = 0.8  # share of a point that the next one keeps, 0..1
MIDDLE = 72  # MIDI pitch around which a melody lies


def walk_melody(
    space: MelodyVAE,
    num_bars: int,
    generator: np.random.Generator,
    temperature: float = 1.0,
    key: tuple[int, str] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Write a melody along a walk through the space.

    Args:
        space: of melodies of two bars.
        num_bars: of 4/4, at least 1.
        generator: source of chance.
        temperature: spread of the points, from 0; 1 is the space's own, 0 its middle.
        key: pitch class of the tonic, and "major" or "minor"; None for that of the first phrase.

    Returns:
        Pitches (T,), -1 for silence, and where notes are struck (T,), in sixteenths.

    Raises:
        ValueError: if no key was asked for, and nothing sounds.
    """
    steps = generator.standard_normal((-(-num_bars // 2), space.config.latent_size))
    points = [steps[0]]
    for step in steps[1:]:
        points.append(KEPT * points[-1] + math.sqrt(1 - KEPT**2) * step)  # as spread as before
    pitches, struck = space.decode(temperature * np.array(points))
    first = next((phrase for phrase in pitches if (phrase != SILENCE).any()), pitches[0])
    key = key or find_key(first.tolist(), [1] * len(first))
    line = np.concatenate([move_to_key(phrase, key) for phrase in pitches])
    length = num_bars * CELLS_PER_BAR
    return line[:length], struck.ravel()[:length]


def move_to_key(pitches: np.ndarray, key: tuple[int, str]) -> np.ndarray:
    """Move a phrase to a key, and by octaves around `MIDDLE`.

    Args:
        pitches: (T,) MIDI numbers, -1 for silence.
        key: pitch class of the tonic, and "major" or "minor".

    Returns:
        A new array (T,); silence stays as it is.
    """
    sounding = pitches[pitches != SILENCE]
    if not sounding.size:
        return pitches.copy()
    tonic, mode = key
    weights = np.bincount((sounding - tonic) % 12, minlength=12)  # as seen from the tonic
    profile = np.array(PROFILES[mode])
    shift = max(range(-6, 6), key=lambda s: (float(np.roll(weights, s) @ profile), -abs(s)))
    shift += 12 * round((MIDDLE - float(np.median(sounding)) - shift) / 12)
    return np.where(pitches == SILENCE, SILENCE, pitches + shift)


def ids_of(pitches: np.ndarray, struck: np.ndarray) -> list[int]:
    """Turn cells into ids: pitch and ticks of each note and rest.

    Args:
        pitches: (T,) MIDI numbers, -1 for silence; T is at least 1.
        struck: (T,) where notes begin; the first cell and a change of pitch begin one anyway.

    Returns:
        Pitch, ticks, pitch, ticks, … as plain numbers.
    """
    begins = struck.astype(bool) | (pitches != np.concatenate([[SILENCE - 1], pitches[:-1]]))
    starts = np.flatnonzero(begins)
    ticks = np.diff(np.append(starts, len(pitches))) * TICKS_PER_CELL
    return np.column_stack([pitches[starts], ticks]).ravel().tolist()
