"""Measures single notes as sound: pitch, loudness over time, clicks, and how different they are.

Sounds are float samples at 16 kHz, about a second each. Nothing here knows which model made them,
and the pitch tracker is not told which pitch was asked for.

References:
    Godsill and Rayner, "Digital Audio Restoration", Springer 1998 (clicks).
    de Cheveigné and Kawahara, "YIN", Journal of the Acoustical Society of America 111(4), 2002.
    Stevens, Volkmann, Newman, Journal of the Acoustical Society of America 8(3), 1937 (mel).
"""

from dataclasses import dataclass

import numpy as np

from course.errors import check_range, check_shape
from course.representation.spectrogram import levels, stft

RATE = 16_000  # samples a second
FRAME = 256  # samples of a frame of the envelope: 16 ms
ORDER = 12  # samples from which the next one is predicted
SURROUNDINGS = 3072  # samples from which is learned how to predict those in their middle
LOWEST, HIGHEST = 60.0, 1200.0  # Hz between which a pitch is looked for
THRESHOLD = 0.15  # a period is good enough below it: YIN's step 4
MEL_BANDS = 40
MEL_FLOOR = -80.0  # dB


def track_pitch(samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Find the fundamental frequency of a sound over time, without knowing what it should be.

    The period is the shift by which the sound repeats itself: the first one at which the
    difference, divided by its mean over all shorter shifts, falls below a threshold, else the
    best one (steps 2 to 5 of YIN).

    Args:
        samples: (n,), longer than a tenth of a second.
        rate: samples a second.

    Returns:
        (frames,) a frequency in Hz for every 32 ms; NaN where it is silent.

    Raises:
        ValueError: if the sound is too short.
    """
    shortest, longest = int(rate / HIGHEST), int(rate / LOWEST)
    size = 4 * longest
    if np.ndim(samples) != 1 or len(samples) < size:
        raise ValueError(f"samples has shape {np.shape(samples)}; give at least {size} of them")
    hop = round(0.032 * rate)
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, float), size)[::hop]
    shares = _shares_of_difference(frames, longest)
    return np.array(
        [
            rate / _period(row, shortest) if power > 1e-8 else np.nan
            for row, power in zip(shares, (frames**2).mean(axis=1), strict=True)
        ]
    )


def _shares_of_difference(frames: np.ndarray, longest: int) -> np.ndarray:
    """Give for each shift how different a frame is from itself, by its mean so far: equation 8."""
    size = frames.shape[1] - longest  # samples that are compared
    length = 2 ** int(np.ceil(np.log2(2 * frames.shape[1])))
    whole = np.fft.rfft(frames, length, axis=1)
    head = np.fft.rfft(frames[:, :size], length, axis=1)
    products = np.fft.irfft(whole * head.conj(), length, axis=1)[:, : longest + 1]
    squares = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    energies = squares[:, size : size + longest + 1] - squares[:, : longest + 1]
    difference = np.maximum(energies[:, :1] + energies - 2 * products, 0)  # equation 7
    mean = np.cumsum(difference[:, 1:], axis=1) / np.arange(1, longest + 1)
    return np.concatenate([np.ones((len(frames), 1)), difference[:, 1:] / (mean + 1e-12)], axis=1)


def _period(shares: np.ndarray, shortest: int) -> float:
    """Give the first good shift, between two samples if need be."""
    good = np.flatnonzero(shares[shortest:-1] < THRESHOLD)
    place = shortest + (int(good[0]) if len(good) else int(shares[shortest:-1].argmin()))
    while place + 1 < len(shares) - 1 and shares[place + 1] < shares[place]:
        place += 1
    left, middle, right = shares[place - 1 : place + 2]
    bend = left - 2 * middle + right
    return place + (0.5 * (left - right) / bend if bend > 1e-12 else 0.0)


def cents_off(frequencies: np.ndarray, pitch: float) -> float:
    """Give how far a note is from a pitch: the median over its frames, in hundredths of a semitone.

    Args:
        frequencies: (frames,) Hz over time, NaN where there is none.
        pitch: MIDI number that was asked for.

    Returns:
        Cents, above 0 if the note is too high; infinity if no frame has a frequency.
    """
    found = np.asarray(frequencies, float)
    found = found[np.isfinite(found) & (found > 0)]
    if not len(found):
        return float("inf")
    return float(100 * (69 + 12 * np.log2(np.median(found) / 440) - pitch))


def held_part(samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Give the part of a note in which its pitch is measured: from 0.1 to 0.7 s.

    Args:
        samples: (n,).
        rate: samples a second.

    Returns:
        (n,) the samples between, fewer if the note is shorter.
    """
    return samples[round(0.1 * rate) : round(0.7 * rate)]


def mel_levels(samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Give how loud a sound is in bands as wide as the ear hears them.

    Args:
        samples: (n,).
        rate: samples a second.

    Returns:
        (T, MEL_BANDS) dB, a frame every 256 samples; MEL_FLOOR is silence.
    """
    power = np.abs(stft(samples) / 256) ** 2
    return levels(np.sqrt(power @ _mel_filters(power.shape[1], rate)), MEL_FLOOR)


def _mel_filters(num_bins: int, rate: int) -> np.ndarray:
    """Give overlapping triangles, equally wide on the mel scale: (num_bins, MEL_BANDS)."""
    edges = np.linspace(0, np.log1p(rate / 2 / 700), MEL_BANDS + 2)
    edges = 700 * np.expm1(edges)
    bins = np.linspace(0, rate / 2, num_bins)[:, None]
    rising = (bins - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins) / np.diff(edges)[1:]
    return np.maximum(0, np.minimum(rising, falling))


def level_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Give how far two sounds are from one another for the ear: 0 dB if their levels are equal.

    Args:
        first: (n,).
        second: (n,).

    Returns:
        Mean over time and bands of the absolute difference of their mel levels, in dB. Phases do
        not count.
    """
    return float(np.abs(mel_levels(first) - mel_levels(second)).mean())


def spread(features: np.ndarray) -> float:
    """Give how different things are: the standard deviation of each feature, on average.

    Args:
        features: (N, ...), a row for each; at least two.

    Returns:
        In the features' unit.

    Raises:
        ValueError: if there are fewer than two.
    """
    if len(features) < 2:
        raise ValueError(f"{len(features)} things have no spread; give at least two")
    return float(np.std(features, axis=0, ddof=1).mean())


@dataclass(frozen=True)
class Envelope:
    """How loud a note is over time."""

    attack: float  # seconds until it first reaches half of its largest level
    peak: float  # dB, root of the mean square of its loudest frame
    held: float  # dB that it has lost when the key is let go
    end: float  # dB that it has lost at the end
    click: float  # how far its largest surprise stands out, see `strongest_click`


def envelope(samples: np.ndarray, key_up: float = 0.75, rate: int = RATE) -> Envelope:
    """Measure how loud a note is over time, and its strongest click.

    Args:
        samples: (n,), a note that begins at the first sample.
        key_up: seconds at which the key is let go.
        rate: samples a second.

    Returns:
        The measurements; losses are 0 or more, at most 80 dB.

    Raises:
        ValueError: if the note is shorter than its key is held.
    """
    check_shape("samples", np.shape(samples), ("n",), "give one channel")
    check_range("key_up", key_up, 0.05, len(samples) / rate, "the key is let go within the note")
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    heights = levels(np.sqrt((frames**2).mean(axis=1)), MEL_FLOOR)
    peak = heights.max()
    loud = 10 ** (heights / 20)
    return Envelope(
        attack=float(np.argmax(loud >= loud.max() / 2)) * FRAME / rate,
        peak=float(peak),
        held=float(peak - heights[int(key_up * rate / FRAME) - 2]),
        end=float(peak - heights[-2]),
        click=strongest_click(samples),
    )


def strongest_click(samples: np.ndarray) -> float:
    """Say how far the largest surprise in a sound stands out from what is around it.

    Each sample is predicted from the `ORDER` before it, with the weights that fit its surroundings
    best (linear prediction). What a tone leaves is alike from block to block, however bright it is;
    a break leaves a peak (Godsill and Rayner, chapter 5).

    Args:
        samples: (n,), at least four frames of them.

    Returns:
        The largest surprise of a block of 16 ms, divided by the median of those of the nine blocks
        around it; the first two blocks, in which a note is struck, are left out. 1 for silence.

    Raises:
        ValueError: if the sound is too short.
    """
    if np.ndim(samples) != 1 or len(samples) < 4 * FRAME:
        raise ValueError(f"samples has shape {np.shape(samples)}; give at least {4 * FRAME}")
    sound = np.asarray(samples, float)
    windows = np.lib.stride_tricks.sliding_window_view(sound, ORDER + 1)  # (n - ORDER, ORDER + 1)
    surprise = np.zeros(len(sound))
    for start in range(0, len(windows), SURROUNDINGS // 3):
        stop = start + SURROUNDINGS // 3
        around = windows[max(0, start - SURROUNDINGS // 3) : stop + SURROUNDINGS // 3]
        past, now = around[:, :-1], around[:, -1]
        ridge = 1e-9 * max(float((now**2).sum()), 1e-12) * np.eye(ORDER)
        weights = np.linalg.solve(past.T @ past + ridge, past.T @ now)
        here = windows[start:stop]
        surprise[start + ORDER : stop + ORDER] = np.abs(here[:, -1] - here[:, :-1] @ weights)
    blocks = surprise[: len(surprise) // FRAME * FRAME].reshape(-1, FRAME).max(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(blocks, 4, mode="edge"), 9)
    usual = np.median(around, axis=1) + 1e-3 * blocks.max() + 1e-12
    return max(1.0, float((blocks / usual)[2:].max()))
