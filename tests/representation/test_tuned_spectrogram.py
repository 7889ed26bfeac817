import numpy as np
import pytest

from course.representation import tuned_spectrogram as tuned
from course.representation.tuned_spectrogram import (
    CHANNELS,
    FLOOR,
    FRAMES,
    HARMONICS,
    HOP,
    NUM_SAMPLES,
    RATE,
    analyse,
    frequency,
    split_picture,
    synthesise,
)


def note(pitch, heights=(0.5, 0.25, 0.1), cents=0.0):
    """Give a note whose harmonics have these heights."""
    moments = np.arange(NUM_SAMPLES) / RATE
    base = frequency(pitch + cents / 100)
    return sum(h * np.cos(2 * np.pi * k * base * moments) for k, h in enumerate(heights, 1))


def test_frequencies():
    assert frequency(69) == 440
    assert frequency(57) == 220
    assert frequency(60) == pytest.approx(261.626, abs=1e-3)


def test_which_harmonics_are_heard():
    assert tuned.audible_harmonics(72).sum() == 14  # 14 * 523.25 = 7325 Hz
    assert tuned.audible_harmonics(48).all()  # 32 * 130.8 = 4186 Hz


@pytest.mark.parametrize("pitch", [48, 60, 72])
def test_bins_hear_their_harmonic_and_no_other(pitch):
    heard = np.abs(tuned.tuned_bins(note(pitch), pitch))[8:-8]
    np.testing.assert_allclose(heard[:, :3], np.broadcast_to([0.5, 0.25, 0.1], (48, 3)), rtol=0.02)
    assert heard[:, 3:].max() < 5e-3


def test_a_mistuned_note_shows_in_the_detuning():
    level, turns, _ = split_picture(analyse(note(60, cents=20), 60).astype(float))
    beside = turns[8:-8, :3] * RATE / (2 * HOP)  # Hz: half a turn a frame is 31 Hz
    expected = (2 ** (20 / 1200) - 1) * frequency(60) * np.arange(1, 4)
    np.testing.assert_allclose(beside, np.broadcast_to(expected, beside.shape), rtol=0.02)
    loud = FLOOR * (1 - level[30, 0]) / 2
    assert loud == pytest.approx(20 * np.log10(0.5), abs=0.5)


@pytest.mark.parametrize("pitch", [50, 61, 70])
def test_a_harmonic_lies_in_the_zeros_of_all_other_bins(pitch):
    heard = np.abs(tuned.tuned_bins(note(pitch, (0, 0, 0.5)), pitch))[8:-8]
    np.testing.assert_allclose(heard[:, 2], 0.5, rtol=1e-3)
    assert np.delete(heard, 2, axis=1).max() < 5e-4


def test_a_mistuned_note_comes_back_mistuned():
    turned = []
    sound = note(60, (0.5, 0.3), cents=15)
    for made in (sound, synthesise(analyse(sound, 60), 60)):
        phases = np.unwrap(np.angle(tuned.tuned_bins(made, 60)[8:-8, :2]), axis=0)
        turned.append(phases[-1] - phases[0])
    assert (turned[0] > 10).all()
    np.testing.assert_allclose(turned[1], turned[0], rtol=0.02)


@pytest.mark.parametrize("pitch", [48, 57, 72])
def test_a_note_of_harmonics_comes_back_but_for_its_phases(pitch):
    sound = note(pitch)
    again = synthesise(analyse(sound, pitch), pitch)
    assert again.shape == (NUM_SAMPLES,)
    heard, other = (np.abs(tuned.tuned_bins(x, pitch))[8:-8] for x in (sound, again))
    np.testing.assert_allclose(other[:, :3], heard[:, :3], rtol=0.03)


def test_with_its_own_phases_a_note_comes_back():
    sound = note(55)
    heard = tuned.tuned_bins(sound, 55)
    phases = np.unwrap(np.angle(heard), axis=0)
    again = tuned.harmonic_sound(np.abs(heard), phases, 55)
    middle = slice(2048, -2048)
    error = np.linalg.norm((again - sound)[middle]) / np.linalg.norm(sound[middle])
    assert error < 0.01


def test_noise_comes_back_as_loud_in_every_band():
    noise = np.random.default_rng(0).normal(size=NUM_SAMPLES) * 0.1
    bands = tuned.noise_bands(noise)
    assert np.sqrt((bands[4:-4] ** 2).sum(axis=1)).mean() == pytest.approx(0.1, rel=0.05)
    for rate in (RATE, 24_000):
        again = tuned.noise_sound(bands, rate=rate)
        assert len(again) == NUM_SAMPLES * rate // RATE
        assert again.std() == pytest.approx(0.1, rel=0.05)
    found = tuned.noise_bands(tuned.noise_sound(bands))
    np.testing.assert_allclose(found[8:-8].mean(axis=0), bands[8:-8].mean(axis=0), rtol=0.2)


def test_the_same_picture_at_another_pitch_sounds_there():
    picture = analyse(note(60), 60)
    heard = np.abs(tuned.tuned_bins(synthesise(picture, 67), 67))[20]
    assert heard[0] == pytest.approx(0.5, rel=0.03)


def test_another_rate_gives_the_same_wave():
    picture = analyse(note(60, (0.5,)), 60)
    slow, fast = synthesise(picture, 60), synthesise(picture, 60, rate=24_000)
    assert len(fast) == len(slow) * 3 // 2
    np.testing.assert_allclose(fast[3::3], slow[2::2], atol=1e-2)  # both hear every 1/8000 s


def test_silence_stays_silent():
    picture = analyse(np.zeros(NUM_SAMPLES), 60)
    assert picture.shape == (CHANNELS, FRAMES)
    assert (picture[:HARMONICS] == -1).all()
    assert not picture[HARMONICS : 2 * HARMONICS].any()
    assert not synthesise(picture, 60).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: analyse(np.zeros(100), 60), "samples has shape"),
        (lambda: analyse(np.zeros(NUM_SAMPLES), 20), "pitch is 20, outside 36..96"),
        (lambda: synthesise(np.zeros((3, 64)), 60), "picture has shape"),
        (lambda: synthesise(np.zeros((CHANNELS, 4)), 128), "pitch is 128"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
