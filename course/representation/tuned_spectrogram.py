"""A spectrogram tuned to one note: a row for each harmonic, and what is left over as noise.

An ordinary spectrogram has its bins at fixed frequencies; a note of another pitch lights other
bins. Here the bins are tuned to the note: bin k lies at k times its fundamental frequency, and the
window holds a whole number of its periods, so that a harmonic falls into the zeros of all other
bins. What each bin hears is kept as its **level** and its **detuning**: how far the instantaneous
frequency lies beside the bin. What no bin explains, breath, bow and hammer, is kept as levels in
bands. So the pitch is *built in*: these pictures hold how a note sounds, not which note it is.

A note is `NUM_SAMPLES` long at `RATE`. Its picture is (C, T): `HARMONICS` levels, as many
detunings, `BANDS` noise levels; T = `FRAMES`, every `HOP` samples. Nothing here knows instruments.

References:
    Flanagan and Golden, Bell System Technical Journal 45, 1966 (the phase vocoder).
    Serra and Smith, Computer Music Journal 14(4), 1990 (harmonics plus noise).
    Engel et al., GANSynth, ICLR 2019, arXiv:1902.08710 (levels and instantaneous frequency).
"""

from functools import lru_cache

import numpy as np

from course.errors import check_range, check_shape
from course.representation.spectrogram import hann, levels, wrapped

RATE = 16_000  # samples a second
HOP = 256  # samples from frame to frame: 16 ms
FRAMES = 64
NUM_SAMPLES = FRAMES * HOP  # 1.024 s
HARMONICS = 32
BANDS = 16  # of noise, equally wide on the mel scale
CHANNELS = 2 * HARMONICS + BANDS
WINDOW = 512  # samples, about; a tuned window holds a whole number of periods
HIGHEST = 7_600.0  # Hz; harmonics above are left out, they would fold at half the rate
FLOOR = -80.0  # dB: silence
LOWEST_PITCH, HIGHEST_PITCH = 36, 96  # MIDI numbers that the window suits


def frequency(pitch: float) -> float:
    """Give the fundamental frequency of a pitch, in equal temperament with A4 = 440 Hz.

    Args:
        pitch: MIDI number, possibly between two keys.

    Returns:
        Hz.
    """
    return 440.0 * 2 ** ((pitch - 69) / 12)


def audible_harmonics(pitch: float) -> np.ndarray:
    """Tell which harmonics of a pitch lie below `HIGHEST`.

    Args:
        pitch: MIDI number.

    Returns:
        (HARMONICS,) booleans, the fundamental first.
    """
    return frequency(pitch) * np.arange(1, HARMONICS + 1) < HIGHEST


def analyse(samples: np.ndarray, pitch: int) -> np.ndarray:
    """Give the tuned picture of a note.

    Args:
        samples: (NUM_SAMPLES,), the note.
        pitch: MIDI number, `LOWEST_PITCH`..`HIGHEST_PITCH`.

    Returns:
        (CHANNELS, FRAMES) float32 in -1..1: -1 is silence or half a turn too slow.

    Raises:
        ValueError: if the length or the pitch is out of range.
    """
    check_shape("samples", np.shape(samples), (NUM_SAMPLES,), "cut it, or add zeros")
    heard = tuned_bins(samples, pitch)  # (T, K)
    residue = samples - harmonic_sound(np.abs(heard), np.unwrap(np.angle(heard), axis=0), pitch)
    turns = wrapped(np.diff(np.angle(heard), axis=0, prepend=np.angle(heard[:1]))) / np.pi
    turns[0] = turns[1]
    level = levels(np.abs(heard), FLOOR)
    known = np.clip((level - FLOOR - 10) / 20, 0, 1)  # what hardly sounds has no frequency
    rows = [to_unit(level).T, (turns * known).T, to_unit(levels(noise_bands(residue), FLOOR)).T]
    return np.concatenate(rows).astype(np.float32)


def synthesise(picture: np.ndarray, pitch: float, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """Turn a tuned picture into sound: phases are added up from frequencies, noise is drawn.

    Args:
        picture: (CHANNELS, T), as `analyse` gives it; levels outside -1..1 are brought inside.
        pitch: MIDI number to play it at, which need not be the one it was taken from.
        seed: of the noise.
        rate: samples a second of the sound, a multiple of RATE / 2, at least RATE.

    Returns:
        (T * HOP * rate / RATE,) samples.

    Raises:
        ValueError: if a shape or a number is out of range.
    """
    check_shape("picture", picture.shape, (CHANNELS, "T"), "give channels by frames")
    check_range("pitch", pitch, 0, 127, "MIDI numbers; 60 is the middle C")
    level, turns, noise = split_picture(np.asarray(picture, float))
    phases = np.cumsum(np.pi * turns, axis=0)  # (T, K) radians beside those of the bins
    phases += start_phases()
    sound = harmonic_sound(magnitudes(level), phases, pitch, rate)
    return sound + noise_sound(magnitudes(noise), seed, rate)


def split_picture(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the three parts of a picture, time first.

    Args:
        picture: (CHANNELS, T).

    Returns:
        Levels (T, HARMONICS), detunings (T, HARMONICS), noise levels (T, BANDS).
    """
    parts = np.split(picture, [HARMONICS, 2 * HARMONICS])
    return tuple(part.T for part in parts)


def to_unit(level: np.ndarray) -> np.ndarray:
    """Bring dB from FLOOR..0 to -1..1.

    Args:
        level: dB, of any shape.

    Returns:
        Numbers in -1..1, of the same shape; what is louder than 0 dB is brought to 1.
    """
    return np.clip(1 - 2 * level / FLOOR, -1, 1)


def magnitudes(unit: np.ndarray) -> np.ndarray:
    """Undo `to_unit`, and give magnitudes; the floor is silence.

    Args:
        unit: numbers in -1..1, of any shape.

    Returns:
        Magnitudes in 0..1, of the same shape.
    """
    level = FLOOR * (1 - np.clip(unit, -1, 1)) / 2
    return np.where(level <= FLOOR + 0.5, 0.0, 10 ** (level / 20))


@lru_cache(maxsize=128)
def _waves(pitch: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the offsets of a tuned window and its windowed waves: (n,), (n, K)."""
    period = RATE / frequency(pitch)
    size = max(4, round(WINDOW / period)) * period  # whole periods: zeros at all other harmonics
    offsets = np.arange(-int(size / 2), int(size / 2) + 1)
    window = 0.5 + 0.5 * np.cos(2 * np.pi * offsets / size)
    turns = np.outer(offsets * frequency(pitch) / RATE, np.arange(1, HARMONICS + 1))
    return offsets, 2 * window[:, None] / window.sum() * np.exp(-2j * np.pi * turns)


def tuned_bins(samples: np.ndarray, pitch: int) -> np.ndarray:
    """Take the Fourier transform of a note at its harmonics alone, frame by frame.

    Args:
        samples: (n,), a multiple of HOP.
        pitch: MIDI number.

    Returns:
        Complex (n / HOP, HARMONICS): amplitude of each wave, and its phase beside that of a wave
        of exactly the bin's frequency that begins at the first sample.

    Raises:
        ValueError: if the pitch is out of range.
    """
    check_range("pitch", pitch, LOWEST_PITCH, HIGHEST_PITCH, "transpose it first")
    offsets, waves = _waves(int(pitch))
    half = int(offsets[-1])
    views = np.lib.stride_tricks.sliding_window_view(np.pad(samples, half), len(offsets))[::HOP]
    heard = views @ waves  # (T, K), phases at the frames' middles
    moments = np.arange(len(heard)) * HOP / RATE
    own = np.outer(moments * frequency(pitch), np.arange(1, HARMONICS + 1))
    return heard * np.exp(-2j * np.pi * (own % 1)) * audible_harmonics(pitch)


def harmonic_sound(
    amplitudes: np.ndarray, phases: np.ndarray, pitch: float, rate: int = RATE
) -> np.ndarray:
    """Add up waves whose amplitudes and phases are known at the frames, in straight lines between.

    Args:
        amplitudes: (T, HARMONICS), 0 or more; what lies above `HIGHEST` stays silent.
        phases: (T, HARMONICS) radians beside those of the bins, not wrapped.
        pitch: MIDI number.
        rate: samples a second.

    Returns:
        (T * HOP * rate / RATE,) samples.
    """
    rows = np.flatnonzero(audible_harmonics(pitch) & (amplitudes > 0).any(axis=0))
    steps = HOP * rate // RATE
    between = np.arange(steps, dtype=np.float32) / steps  # of the way to the next frame
    own = 2 * np.pi * frequency(pitch) * (rows + 1) * HOP / RATE  # radians a frame
    turned = phases[:, rows] + np.outer(np.arange(len(phases)), own)
    rising, turning = _differences(amplitudes[:, rows], 0.0), _differences(turned, own)
    sound = np.zeros((len(amplitudes), steps), np.float32)
    for row, number in enumerate(rows):
        angles = (turned[:, row, None] % (2 * np.pi)).astype(np.float32)
        angles = angles + turning[:, row, None].astype(np.float32) * between
        heights = amplitudes[:, number, None] + rising[:, row, None] * between
        sound += heights.astype(np.float32) * np.cos(angles)
    return sound.ravel().astype(float)


def _differences(values: np.ndarray, last: np.ndarray | float) -> np.ndarray:
    """Give what each frame still has to go to the next; behind the last frame it goes on so."""
    end = np.broadcast_to(last, values.shape[1:])[None]
    return np.concatenate([np.diff(values, axis=0), end])


def start_phases() -> np.ndarray:
    """Give phases to begin with, spread so that the harmonics do not all peak at once.

    Returns:
        (HARMONICS,) radians, Schroeder's: they grow with the square of the harmonic's number.

    References:
        Schroeder, IEEE Transactions on Information Theory 16(1), 1970.
    """
    number = np.arange(1, HARMONICS + 1)
    return -np.pi * number * (number - 1) / HARMONICS


@lru_cache(maxsize=1)
def _band_of_bin() -> np.ndarray:
    """Give the band of every bin of the noise's spectrogram, equally wide in mel."""
    bins = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    mels = np.log1p(bins / 700)
    return np.minimum((mels / mels[-1] * BANDS).astype(int), BANDS - 1)


def noise_bands(samples: np.ndarray) -> np.ndarray:
    """Give how loud a sound is in each band, frame by frame.

    Args:
        samples: (n,), a multiple of HOP.

    Returns:
        (n / HOP, BANDS): the root of the mean square of its samples in the band.
    """
    padded = np.pad(samples, WINDOW // 2)
    views = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(samples) // HOP]
    window = hann(WINDOW)
    power = np.abs(np.fft.rfft(views * window, axis=1)) ** 2
    bands = np.zeros((len(power), BANDS))
    np.add.at(bands.T, _band_of_bin(), power.T)
    return np.sqrt(2 * bands / (WINDOW * (window**2).sum()))


def noise_sound(bands: np.ndarray, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """Draw noise with given loudness in each band, frame by frame.

    Args:
        bands: (T, BANDS), as `noise_bands` gives them.
        seed: source of chance.
        rate: samples a second.

    Returns:
        (T * HOP * rate / RATE,) samples.
    """
    chance = np.random.default_rng(seed)
    size = WINDOW * rate // RATE
    bins = WINDOW // 2 + 1
    counts = np.bincount(_band_of_bin(), minlength=BANDS)
    draws = chance.normal(size=(2, len(bands), bins))
    spectrum = (draws[0] + 1j * draws[1]) * (bands / np.sqrt(counts))[:, _band_of_bin()]
    full = np.zeros((len(bands), size // 2 + 1), complex)
    full[:, :bins] = spectrum
    window = np.sqrt(hann(size))
    frames = np.fft.irfft(full, axis=1) * size / 2 * window  # rows of variance bands ** 2
    sound = np.zeros((len(bands) + 2) * size // 2)
    for number, frame in enumerate(frames):
        place = number * size // 2
        sound[place : place + size] += frame
    return sound[size // 2 :][: len(bands) * size // 2]
