"""Sound as a spectrogram and back: short-time Fourier transform, levels, instantaneous frequency.

Sound is a float array of samples in -1..1. A spectrogram is (T, F): T frames, one every `hop`
samples and centred on its moment, by F = n_fft / 2 + 1 frequencies from 0 to half the sample rate.
The window is Hann's, periodic. Nothing here knows notes or instruments.

References:
    Allen and Rabiner, Proceedings of the IEEE 65(11), 1977 (analysis and overlap-add).
    Flanagan and Golden, Bell System Technical Journal 45, 1966 (frequency from phase).
    Griffin and Lim, IEEE Transactions on ASSP 32(2), 1984 (sound from magnitudes alone).
    Engel et al., GANSynth, ICLR 2019, arXiv:1902.08710 (levels and frequencies as pictures).
"""

import numpy as np

from course.errors import check_integer, check_shape

N_FFT = 1024  # samples in a window: 64 ms at 16 kHz
HOP = 256  # samples from one frame to the next: 16 ms at 16 kHz
FLOOR = -90.0  # dB; what is softer counts as silence


def hann(size: int) -> np.ndarray:
    """Give Hann's window, periodic: half a cosine's wave, 0 at its first sample, 1 in the middle.

    Args:
        size: samples, at least 2.

    Returns:
        (size,) in 0..1.
    """
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)


def stft(samples: np.ndarray, n_fft: int = N_FFT, hop: int = HOP) -> np.ndarray:
    """Take a sound apart into waves, frame by frame.

    Args:
        samples: (n,), at least one; zeros are added around it.
        n_fft: samples in a window, even.
        hop: samples from frame to frame, at most half a window.

    Returns:
        Complex (T, F), T = 1 + n // hop. Frame t is centred on sample t * hop; its phases are
        those of waves that begin at the first sample of its window.

    Raises:
        ValueError: if a size is out of range.
    """
    _check_sizes(n_fft, hop)
    samples = np.asarray(samples, float)
    check_shape("samples", samples.shape, ("n",), "give one channel")
    padded = np.pad(samples, n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    return np.fft.rfft(frames * hann(n_fft), axis=1)


def istft(spectrum: np.ndarray, num_samples: int, hop: int = HOP) -> np.ndarray:
    """Put a sound together again: each frame's waves under the window, added where they overlap.

    Args:
        spectrum: complex (T, F), as `stft` gives it; of a changed one, the sound whose spectrogram
            comes closest is made (Griffin and Lim, equation 6).
        num_samples: length of the sound.
        hop: samples from frame to frame.

    Returns:
        (num_samples,).

    Raises:
        ValueError: if a size is out of range.
    """
    n_fft = 2 * (spectrum.shape[1] - 1)
    _check_sizes(n_fft, hop)
    window = hann(n_fft)
    frames = np.fft.irfft(spectrum, axis=1) * window
    length = max(n_fft + hop * (len(frames) - 1), num_samples + n_fft)
    sound, weight = np.zeros(length), np.zeros(length)
    for number, frame in enumerate(frames):
        place = slice(number * hop, number * hop + n_fft)
        sound[place] += frame
        weight[place] += window**2
    middle = slice(n_fft // 2, n_fft // 2 + num_samples)
    return sound[middle] / np.maximum(weight[middle], 1e-3)


def levels(magnitudes: np.ndarray, floor: float = FLOOR) -> np.ndarray:
    """Give magnitudes in decibels: 20 times their logarithm of base ten.

    Args:
        magnitudes: of any shape, 0 or more; 1 is 0 dB.
        floor: dB, what is softer is raised to it.

    Returns:
        The levels, of the same shape.
    """
    return 20 * np.log10(np.maximum(magnitudes, 10 ** (floor / 20)))


def wrapped(angles: np.ndarray) -> np.ndarray:
    """Give angles as the same ones between -pi and pi.

    Args:
        angles: in radians, of any shape.

    Returns:
        Angles in [-pi, pi), a whole number of turns away, of the same shape.
    """
    return (angles + np.pi) % (2 * np.pi) - np.pi


def instantaneous_frequencies(phases: np.ndarray, rate: float, hop: int = HOP) -> np.ndarray:
    """Tell from how far phases turn between frames which frequency each bin really hears.

    A wave in the middle of bin k turns by 2 pi k hop / n_fft from frame to frame. What it turns
    more or less, between half a turn back and half a turn on, is how far it lies beside the middle.

    Args:
        phases: (T, F) radians, the angles of `stft`.
        rate: samples a second.
        hop: samples from frame to frame.

    Returns:
        (T - 1, F) Hz, from each frame to the next.
    """
    n_fft = 2 * (phases.shape[1] - 1)
    centres = np.arange(phases.shape[1]) * rate / n_fft  # Hz
    expected = 2 * np.pi * centres * hop / rate
    return centres + wrapped(np.diff(phases, axis=0) - expected) * rate / (2 * np.pi * hop)


def phases_from_frequencies(
    frequencies: np.ndarray, first: np.ndarray, rate: float, hop: int = HOP
) -> np.ndarray:
    """Add up frequencies to phases: a phase is what a wave has turned so far.

    Args:
        frequencies: (T - 1, F) Hz.
        first: (F,) radians, the phases of the first frame.
        rate: samples a second.
        hop: samples from frame to frame.

    Returns:
        (T, F) radians, not wrapped.
    """
    turned = 2 * np.pi * np.asarray(frequencies) * hop / rate
    return np.cumsum(np.concatenate([np.asarray(first, float)[None], turned]), axis=0)


def griffin_lim(
    magnitudes: np.ndarray,
    num_samples: int,
    generator: np.random.Generator,
    iterations: int = 60,
    hop: int = HOP,
) -> np.ndarray:
    """Look for a sound with given magnitudes, when no phases are known.

    It begins with phases drawn by chance. Then again and again: make the sound, take its phases,
    put the wanted magnitudes back. The distance to the wanted magnitudes never grows.

    Args:
        magnitudes: (T, F), 0 or more.
        num_samples: length of the sound.
        generator: source of the first phases.
        iterations: rounds, at least 0.
        hop: samples from frame to frame.

    Returns:
        (num_samples,).

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("iterations", iterations, 0, 10**6, "60 is usual")
    n_fft = 2 * (magnitudes.shape[1] - 1)
    phases = generator.uniform(-np.pi, np.pi, magnitudes.shape)
    for _ in range(iterations):
        sound = istft(magnitudes * np.exp(1j * phases), num_samples, hop)
        phases = np.angle(stft(sound, n_fft, hop))[: len(magnitudes)]
    return istft(magnitudes * np.exp(1j * phases), num_samples, hop)


def _check_sizes(n_fft: int, hop: int) -> None:
    """Refuse windows that leave gaps."""
    check_integer("n_fft", n_fft, 4, 2**16, "1024 is usual")
    if n_fft % 2:
        raise ValueError(f"n_fft is {n_fft}, an odd number; choose an even one such as 1024")
    check_integer("hop", hop, 1, n_fft // 2, "a quarter of the window is usual")
