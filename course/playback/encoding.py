"""Samples to bytes: PCM for a live widget, MP3 and Opus for what is saved, files for export.

MP3 is what every browser plays in an `<audio>` element. Opus keeps four tracks small enough to be
saved beside it: at 14 kbit/s it still has the full bandwidth of 12 kHz, at which MP3 has 5.
"""

import io
from pathlib import Path

import numpy as np
import soundfile

from course.playback.synth import SAMPLE_RATE, render

MP3_RATES = (8, 160)  # kbit/s for 16..24 kHz (MPEG-2 layer III), the ends of libsndfile's scale
OPUS_RATES = (6, 256)  # kbit/s, one channel


def pcm16(audio: np.ndarray) -> bytes:
    """Give samples as 16-bit integers, little end first.

    Args:
        audio: float samples in -1..1, of any shape.

    Returns:
        Two bytes a sample.
    """
    return np.round(audio * 32767).astype("<i2").tobytes()


def mp3(audio: np.ndarray, kbps: float, sample_rate: int = SAMPLE_RATE) -> bytes:
    """Compress samples to MP3 of about a given rate.

    Args:
        audio: float samples, (num_samples,) or (num_samples, 2).
        kbps: thousand bits a second on average, 8..160.
        sample_rate: samples a second.

    Returns:
        The file's bytes.
    """
    level = _level(kbps, *MP3_RATES)
    return _compress(audio, sample_rate, "MP3", "MPEG_LAYER_III", level, bitrate_mode="AVERAGE")


def opus(audio: np.ndarray, kbps: float, sample_rate: int = SAMPLE_RATE) -> bytes:
    """Compress samples to Opus in an Ogg file.

    Args:
        audio: float samples (num_samples,).
        kbps: thousand bits a second on average, 6..256.
        sample_rate: samples a second: 8000, 12000, 16000, 24000 or 48000.

    Returns:
        The file's bytes.
    """
    return _compress(audio, sample_rate, "OGG", "OPUS", _level(kbps, *OPUS_RATES))


def write_wav(x: object, path: str | Path, *, sample_rate: int = 44_100) -> None:
    """Write a piece of music as a stereo WAV file of 16 bits.

    Args:
        x: music as for `show`.
        path: file to write; replaced if it exists.
        sample_rate: samples a second, 8000..48000.

    Raises:
        TypeError: if `x` is no music.
        SoundBankError: if there is no sound bank.
    """
    audio = render(x, sample_rate=sample_rate, stereo=True)
    soundfile.write(str(path), audio, sample_rate, format="WAV", subtype="PCM_16")


def write_mp3(x: object, path: str | Path, *, sample_rate: int = 44_100) -> None:
    """Write a piece of music as a stereo MP3 file.

    Args:
        x: music as for `show`.
        path: file to write; replaced if it exists.
        sample_rate: samples a second: 16000, 22050, 24000, 32000, 44100 or 48000.

    Raises:
        TypeError: if `x` is no music.
        SoundBankError: if there is no sound bank.
    """
    audio = render(x, sample_rate=sample_rate, stereo=True)
    soundfile.write(str(path), audio, sample_rate, format="MP3", subtype="MPEG_LAYER_III")


def _level(kbps: float, low: float, high: float) -> float:
    """Give libsndfile's compression level, 0 for the highest rate and 1 for the lowest."""
    return float(np.clip((high - kbps) / (high - low), 0.0, 0.99))


def _compress(
    audio: np.ndarray,
    sample_rate: int,
    container: str,
    codec: str,
    level: float,
    bitrate_mode: str | None = None,
) -> bytes:
    """Let libsndfile write a compressed file into memory."""
    file = io.BytesIO()
    soundfile.write(
        file,
        audio,
        sample_rate,
        format=container,
        subtype=codec,
        compression_level=level,
        bitrate_mode=bitrate_mode,
    )
    return file.getvalue()
