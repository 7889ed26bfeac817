"""Ways from a sound to a picture and back, compared: what they lose, and how long they take."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course.evaluation.note_sounds import cents_off, held_part, level_distance, track_pitch
from course.representation.spectrogram import (
    griffin_lim,
    instantaneous_frequencies,
    istft,
    phases_from_frequencies,
    stft,
)
from course.representation.tuned_spectrogram import RATE, analyse, synthesise

Way = Callable[[np.ndarray, int], np.ndarray]  # sound and pitch -> what comes back
ROUNDS = 60


@dataclass(frozen=True)
class WayResult:
    """What a way loses, over some notes."""

    decibels: float  # mean distance of the mel levels
    cents: float  # median distance of the pitch that is heard from the one that was played
    right: float  # share of notes within 50 cents
    milliseconds: float  # for a note, there and back


def through_phases(sound: np.ndarray, pitch: int) -> np.ndarray:
    """Go through levels and phases, which lose nothing.

    Args:
        sound: (n,).
        pitch: not looked at.

    Returns:
        What comes back, of the same shape.
    """
    return istft(stft(sound), len(sound))


def through_frequencies(sound: np.ndarray, pitch: int) -> np.ndarray:
    """Go through levels and instantaneous frequencies; only the first frame's phases are kept.

    Args:
        sound: (n,).
        pitch: not looked at.

    Returns:
        What comes back, of the same shape.
    """
    spectrum = stft(sound)
    phases = np.angle(spectrum)
    again = phases_from_frequencies(instantaneous_frequencies(phases, RATE), phases[0], RATE)
    return istft(np.abs(spectrum) * np.exp(1j * again), len(sound))


def through_tuned_picture(sound: np.ndarray, pitch: int) -> np.ndarray:
    """Go through the picture that the network draws.

    Args:
        sound: (NUM_SAMPLES,).
        pitch: MIDI number.

    Returns:
        What comes back, of the same shape.
    """
    return synthesise(analyse(sound, pitch), pitch)


def through_magnitudes(sound: np.ndarray, pitch: int, rounds: int = ROUNDS) -> np.ndarray:
    """Go through magnitudes alone, and look for phases as Griffin and Lim do.

    Args:
        sound: (n,).
        pitch: not looked at.
        rounds: of Griffin and Lim.

    Returns:
        What comes back, of the same shape.
    """
    return griffin_lim(np.abs(stft(sound)), len(sound), np.random.default_rng(0), rounds)


WAYS: Mapping[str, Way] = {
    "levels and phases": through_phases,
    "levels and frequencies": through_frequencies,
    "tuned picture": through_tuned_picture,
    "levels, Griffin-Lim": through_magnitudes,
}


def measure_way(way: Way, notes: Sequence[tuple[np.ndarray, int]]) -> WayResult:
    """Send notes there and back.

    Args:
        way: what to do with each.
        notes: (sound, pitch), at least one.

    Returns:
        What is lost.
    """
    begun = time.perf_counter()
    back = [way(sound, pitch) for sound, pitch in notes]
    taken = time.perf_counter() - begun
    cents = [
        abs(cents_off(track_pitch(held_part(sound)), pitch))
        for sound, (_, pitch) in zip(back, notes, strict=True)
    ]
    off = [level_distance(sound, first) for sound, (first, _) in zip(back, notes, strict=True)]
    return WayResult(
        decibels=float(np.mean(off)),
        cents=float(np.median(cents)),
        right=float(np.mean(np.array(cents) < 50)),
        milliseconds=1000 * taken / len(notes),
    )
