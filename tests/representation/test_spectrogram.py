import numpy as np
import pytest

from course.representation import spectrogram
from course.representation.spectrogram import (
    griffin_lim,
    hann,
    instantaneous_frequencies,
    istft,
    levels,
    phases_from_frequencies,
    stft,
    wrapped,
)

RATE = 16_000


def wave(frequency, num_samples=8000, phase=0.3):
    return np.cos(2 * np.pi * frequency * np.arange(num_samples) / RATE + phase)


def test_a_window_of_four():
    np.testing.assert_allclose(hann(4), [0, 0.5, 1, 0.5])


def test_a_wave_in_the_middle_of_a_bin_lights_it_and_its_neighbours():
    spectrum = np.abs(stft(wave(1000), 1024, 256))[10]  # bin 64 of 15.625 Hz
    np.testing.assert_allclose(spectrum[63:66], [128, 256, 128], rtol=1e-3)  # n_fft / 4
    assert spectrum[70:].max() < 0.1


def test_a_sound_comes_back():
    chance = np.random.default_rng(0)
    for size, hop in ((1024, 256), (512, 128), (64, 16), (64, 32)):
        sound = chance.normal(size=3001)
        np.testing.assert_allclose(istft(stft(sound, size, hop), 3001, hop), sound, atol=1e-9)


def test_levels():
    np.testing.assert_allclose(levels(np.array([1, 10, 0.1, 0.0]), -60), [0, 20, -20, -60])


def test_angles_are_wrapped():
    turned = wrapped(np.array([0.0, np.pi, 3.5, -3.5, 20 * np.pi + 1]))
    np.testing.assert_allclose(turned, [0, -np.pi, 3.5 - 2 * np.pi, 2 * np.pi - 3.5, 1], atol=1e-9)


@pytest.mark.parametrize("frequency", [440.0, 1003.0, 3141.6])
def test_the_frequency_of_a_wave_is_found_beside_the_middle_of_its_bin(frequency):
    found = instantaneous_frequencies(np.angle(stft(wave(frequency))), RATE)
    near = round(frequency / (RATE / 1024))
    np.testing.assert_allclose(found[4:-4, near - 1 : near + 2], frequency, atol=0.01)


def test_phases_come_back_from_frequencies():
    spectrum = stft(np.random.default_rng(1).normal(size=4000))
    phases = np.angle(spectrum)
    found = instantaneous_frequencies(phases, RATE)
    again = phases_from_frequencies(found, phases[0], RATE)
    np.testing.assert_allclose(np.exp(1j * again), np.exp(1j * phases), atol=1e-6)
    sound = istft(np.abs(spectrum) * np.exp(1j * again), 4000)
    np.testing.assert_allclose(sound, istft(spectrum, 4000), atol=1e-6)


def distance(magnitudes, sound):
    return np.linalg.norm(np.abs(stft(sound)) - magnitudes) / np.linalg.norm(magnitudes)


def test_griffin_and_lim_never_get_further_away():
    sound = wave(440) + 0.5 * wave(880) * np.linspace(1, 0, 8000)
    magnitudes = np.abs(stft(sound))
    found = [
        distance(magnitudes, griffin_lim(magnitudes, 8000, np.random.default_rng(3), rounds))
        for rounds in (0, 1, 5, 30)
    ]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.35 * found[0]


def test_a_sound_with_its_own_phases_stays(monkeypatch):
    sound = wave(440)
    spectrum = stft(sound)

    class Own:
        def uniform(self, low, high, shape):
            return np.angle(spectrum)

    np.testing.assert_allclose(griffin_lim(np.abs(spectrum), 8000, Own(), 3), sound, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stft(np.zeros(100), 7, 2), "n_fft is 7, an odd number"),
        (lambda: stft(np.zeros(100), 8, 5), "hop is 5, outside 1..4"),
        (lambda: stft(np.zeros((2, 100))), "samples has shape"),
        (
            lambda: griffin_lim(np.ones((2, 5)), 9, np.random.default_rng(0), -1, 2),
            "iterations is -1",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_there_is_one_floor():
    assert spectrogram.FLOOR == -90.0
