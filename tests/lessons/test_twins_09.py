"""What lesson 09 builds and the package has too gives equal results on random input."""

from functools import partial

import numpy as np
import pytest

from course.representation import note_shapes, plain_sound, spectrogram, tuned_spectrogram
from tests.lessons.test_twins import solution

LESSON = "09_timbre_gan"
TRIALS = 30


@pytest.fixture
def chance():
    return np.random.default_rng(20)


def test_decibels(chance):
    ours = solution(LESSON, "decibels", np=np)
    for _ in range(TRIALS):
        magnitudes = 10 ** chance.uniform(-6, 1, size=tuple(chance.integers(1, 5, size=2)))
        magnitudes[0, 0] = 0
        floor = float(chance.uniform(-120, -20))
        found = ours(magnitudes, floor)
        np.testing.assert_allclose(found, plain_sound.decibels(magnitudes, floor))
        np.testing.assert_allclose(found, spectrogram.levels(magnitudes, floor))


def test_true_frequencies(chance):
    ours = solution(LESSON, "true_frequencies", np=np)
    for _ in range(TRIALS):
        T, half = int(chance.integers(2, 6)), int(chance.integers(2, 9))
        hop, rate = int(chance.integers(1, half + 1)), float(chance.uniform(100, 20_000))
        phases = chance.uniform(-9, 9, size=(T, half + 1))
        found = ours(phases, hop, 2 * half, rate)
        twin = plain_sound.true_frequencies(phases, hop, 2 * half, rate)
        np.testing.assert_allclose(found, twin)
        theirs = spectrogram.instantaneous_frequencies(phases, rate, hop)
        np.testing.assert_allclose(found, theirs, atol=1e-6)


def test_sing(chance):
    """Many voices together are what the package makes of a tuned picture without noise."""
    ours = solution(LESSON, "sing", np=np)
    T, pitch, hop, rate = 6, 60, tuned_spectrogram.HOP, tuned_spectrogram.RATE
    heights = chance.uniform(0, 0.2, size=(T, tuned_spectrogram.HARMONICS))
    turns = chance.uniform(-0.5, 0.5, size=heights.shape)  # half turns a frame
    phases = np.pi * (np.cumsum(turns, axis=0) - turns)
    theirs = tuned_spectrogram.harmonic_sound(heights, phases, pitch)
    whole, twin = np.zeros(T * hop), np.zeros(T * hop)
    for k in np.flatnonzero(tuned_spectrogram.audible_harmonics(pitch)):
        own = (k + 1) * tuned_spectrogram.frequency(pitch) + turns[:, k] * rate / (2 * hop)
        whole += ours(heights[:, k], own, hop, rate)
        twin += plain_sound.sing(heights[:, k], own, hop, rate)
    np.testing.assert_allclose(whole, twin, atol=1e-9)
    np.testing.assert_allclose(whole[: -2 * hop], theirs[: -2 * hop], atol=1e-3)


def test_find_phases(chance):
    ours = solution(LESSON, "find_phases", np=np)
    for rounds in (0, 1, 4):
        wanted = np.abs(spectrogram.stft(chance.normal(size=400), 64, 16))
        to_sound = partial(spectrogram.istft, num_samples=400, hop=16)
        to_spectrum = partial(spectrogram.stft, n_fft=64, hop=16)
        first = np.random.default_rng(7).uniform(-np.pi, np.pi, wanted.shape)
        found = ours(wanted, first, to_sound, to_spectrum, rounds)
        twin = plain_sound.find_phases(wanted, first, to_sound, to_spectrum, rounds)
        theirs = spectrogram.griffin_lim(wanted, 400, np.random.default_rng(7), rounds, 16)
        np.testing.assert_allclose(found, twin, atol=1e-12)
        np.testing.assert_allclose(found, theirs, atol=1e-9)


def test_read_places(chance):
    ours = solution(LESSON, "read_places", np=np)
    for _ in range(TRIALS):
        attack = int(chance.integers(0, 5))
        key_up = attack + int(chance.integers(1, 6))
        num_frames = key_up + int(chance.integers(0, 5))
        num_held = int(chance.integers(1, 20))
        given = num_held, num_frames, key_up, attack
        np.testing.assert_allclose(ours(*given), plain_sound.read_places(*given))
        np.testing.assert_allclose(ours(*given), note_shapes.read_places(*given))
