"""The same players on ordinary spectrograms: bins at fixed frequencies, for lesson 09's break.

A picture holds the levels and the instantaneous frequencies of all bins below 4 kHz, as GANSynth's
do, on a linear scale; what is higher is left out, to save time. Nothing in it is tuned to the note:
where a pitch has its lines has to be learned.
"""

import numpy as np
import torch

from course.data.single_notes import FAMILIES, RATE, SingleNotes, render_note
from course.models.timbre_gan import TimbreGANConfig, TimbreGenerator
from course.recipes.timbre_batches import NoteBatches, timbre_config
from course.recipes.timbre_measures import faded
from course.representation.spectrogram import (
    instantaneous_frequencies,
    istft,
    levels,
    phases_from_frequencies,
    stft,
)
from course.representation.tuned_spectrogram import (
    FLOOR,
    FRAMES,
    HOP,
    NUM_SAMPLES,
    magnitudes,
    to_unit,
)

N_FFT = 1024
BINS = 257  # below 4 kHz
SCALE = N_FFT / 4  # magnitude of a wave of height 1 in the middle of its bin


def fixed_picture(samples: np.ndarray) -> np.ndarray:
    """Draw levels and frequencies of a sound at fixed bins.

    Args:
        samples: (NUM_SAMPLES,).

    Returns:
        (2 BINS + 1, FRAMES) float32 in -1..1: levels, then how far each frequency lies beside its
        bin, in half turns a frame; the last row, of noise, is silent.
    """
    spectrum = stft(samples, N_FFT, HOP)[:FRAMES]  # (T, F)
    turning = instantaneous_frequencies(np.angle(spectrum), RATE, HOP)[:, :BINS]
    level = levels(np.abs(spectrum[:, :BINS]) / SCALE, FLOOR)
    beside = (turning - np.arange(BINS) * RATE / N_FFT) * 2 * HOP / RATE
    beside = np.concatenate([beside[:1], beside]) * np.clip((level - FLOOR - 10) / 20, 0, 1)
    return np.concatenate([to_unit(level).T, beside.T, np.full((1, FRAMES), -1)]).astype(np.float32)


def fixed_sound(picture: np.ndarray) -> np.ndarray:
    """Turn a picture into sound: phases are summed up from frequencies.

    Args:
        picture: (rows, frames), as `fixed_picture` gives it.

    Returns:
        (NUM_SAMPLES,) samples.
    """
    level, beside = picture[:BINS].T.astype(float), picture[BINS : 2 * BINS].T.astype(float)
    frequencies = np.arange(BINS) * RATE / N_FFT + beside * RATE / (2 * HOP)
    phases = phases_from_frequencies(frequencies[1:], np.pi * np.arange(BINS), RATE, HOP)
    spectrum = np.zeros((len(level), N_FFT // 2 + 1), complex)
    spectrum[:, :BINS] = SCALE * magnitudes(level) * np.exp(1j * phases)
    return istft(spectrum, NUM_SAMPLES, HOP)


class FixedPictures:
    """Ordinary pictures of the same notes, and what to do with them.

    Args:
        notes: which notes; they are rendered anew.
    """

    def __init__(self, notes: SingleNotes) -> None:
        names = zip(notes.programs, notes.pitches, notes.velocities, strict=True)
        pictures = np.stack([fixed_picture(render_note(*map(int, name))) for name in names])
        self.notes = SingleNotes(
            pictures,
            notes.families,
            notes.pitches,
            notes.programs,
            notes.velocities,
            notes.held_out,
        )
        counts = (BINS,) * len(timbre_config().harmonics)
        self.config: TimbreGANConfig = timbre_config(
            num_harmonics=BINS, num_bands=1, harmonics=counts
        )

    def batches(self, batch_size: int) -> NoteBatches:
        """Give what draws batches of these notes.

        Args:
            batch_size: notes in a batch.

        Returns:
            The batches.
        """
        return NoteBatches(self.notes, batch_size)

    def sounds(
        self, generator: TimbreGenerator, pitch: int, family: str, number: int
    ) -> list[np.ndarray]:
        """Let a generator of such pictures make notes.

        Args:
            generator: with this config.
            pitch: MIDI number.
            family: name in `FAMILIES`.
            number: of notes.

        Returns:
            Sounds (NUM_SAMPLES,), ended by the same short fade as the real notes.
        """
        place = list(FAMILIES).index(family)
        shares = torch.zeros(number, len(FAMILIES))
        shares[:, place] = 1
        source = torch.Generator().manual_seed(10 * pitch + place)
        generator.eval()
        with torch.no_grad():
            pictures = generator(
                generator.noise(number, source), torch.full((number,), pitch), shares
            )
        return [faded(fixed_sound(picture)) for picture in pictures.numpy()]
