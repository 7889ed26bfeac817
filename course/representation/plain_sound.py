"""The exercises of lesson 09 in plain NumPy: levels, frequencies, a voice, lost phases, length.

What they show is used in `course.representation.spectrogram`, `.tuned_spectrogram` and
`.note_shapes`, in forms that suit whole notes.
"""

from collections.abc import Callable

import numpy as np


def decibels(magnitudes: np.ndarray, floor: float) -> np.ndarray:
    """Give magnitudes in decibels, none below a floor.

    Args:
        magnitudes: of any shape, 0 or more; 1 is 0 dB.
        floor: dB, below 0.

    Returns:
        Levels of the same shape.
    """
    softest = 10 ** (floor / 20)
    return 20 * np.log10(np.maximum(magnitudes, softest))


def true_frequencies(phases: np.ndarray, hop: int, n_fft: int, rate: float) -> np.ndarray:
    """Tell which frequency each bin hears from frame to frame.

    Args:
        phases: (T, F) radians.
        hop: samples between frames.
        n_fft: samples in a window; bin k is centred on k * rate / n_fft.
        rate: samples a second.

    Returns:
        (T - 1, F) Hz.
    """
    centres = np.arange(phases.shape[1]) * rate / n_fft
    expected = 2 * np.pi * centres * hop / rate
    beside = np.diff(phases, axis=0) - expected
    beside = (beside + np.pi) % (2 * np.pi) - np.pi
    return centres + beside * rate / (2 * np.pi * hop)


def sing(amplitudes: np.ndarray, frequencies: np.ndarray, hop: int, rate: float) -> np.ndarray:
    """Make one wave whose amplitude and frequency are given frame by frame, without clicks.

    Args:
        amplitudes: (T,), at the first sample of each frame; straight lines in between, and the
            last one stays.
        frequencies: (T,) Hz, within each frame.
        hop: samples in a frame.
        rate: samples a second.

    Returns:
        (T * hop,) samples; the first is at the top of the wave.
    """
    moments = np.arange(len(amplitudes) * hop) / hop
    heights = np.interp(moments, np.arange(len(amplitudes)), amplitudes)
    turned = 2 * np.pi * np.repeat(frequencies, hop) / rate  # from each sample to the next
    phases = np.cumsum(turned) - turned
    return heights * np.cos(phases)


def find_phases(
    magnitudes: np.ndarray,
    phases: np.ndarray,
    to_sound: Callable[[np.ndarray], np.ndarray],
    to_spectrum: Callable[[np.ndarray], np.ndarray],
    rounds: int,
) -> np.ndarray:
    """Look for the sound behind magnitudes: Griffin and Lim's rounds.

    Args:
        magnitudes: (T, F), wanted.
        phases: (T, F) radians to begin with.
        to_sound: makes a sound (n,) of a complex spectrum (T, F).
        to_spectrum: makes a complex spectrum (T, F) of a sound (n,).
        rounds: how often the phases are asked for, 0 or more.

    Returns:
        (n,) the sound of the wanted magnitudes with the last phases.
    """
    for _ in range(rounds):
        sound = to_sound(magnitudes * np.exp(1j * phases))
        phases = np.angle(to_spectrum(sound))
    return to_sound(magnitudes * np.exp(1j * phases))


def read_places(num_held: int, num_frames: int, key_up: int, attack: int) -> np.ndarray:
    """Say which frame of a note is heard when, if its key is held for another time.

    Args:
        num_held: frames for which the key is held now, at least 1.
        num_frames: frames of the note.
        key_up: frame at which its key is let go, above `attack`.
        attack: frames at the beginning that are never stretched.

    Returns:
        (num_held + num_frames - key_up,) places.
    """
    places = []
    for frame in range(num_held):
        if num_held <= key_up or frame < attack:
            places.append(float(frame))
        else:
            share = (frame - attack) / (num_held - attack)
            places.append(attack + share * (key_up - attack))
    return np.array(places + [float(frame) for frame in range(key_up, num_frames)])
