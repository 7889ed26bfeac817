import numpy as np
import pytest

from course.data.single_notes import render_note
from course.evaluation.note_sounds import (
    FRAME,
    MEL_BANDS,
    RATE,
    cents_off,
    envelope,
    held_part,
    level_distance,
    mel_levels,
    spread,
    strongest_click,
    track_pitch,
)


def note(frequency, heights=(1.0, 0.5, 0.3), seconds=1.024):
    moments = np.arange(round(seconds * RATE)) / RATE
    return sum(h * np.sin(2 * np.pi * k * frequency * moments) for k, h in enumerate(heights, 1))


@pytest.mark.parametrize("pitch", [48, 55.3, 60, 66.7, 72])
@pytest.mark.parametrize("heights", [(1.0,), (1.0, 0.5, 0.3), (0.1, 1.0, 0.8, 0.6)])
def test_a_pitch_is_found_to_a_few_cents(pitch, heights):
    sound = note(440 * 2 ** ((pitch - 69) / 12), heights)
    assert abs(cents_off(track_pitch(sound), pitch)) < 3


def test_noise_hardly_disturbs_it():
    sound = note(220) + 0.1 * np.random.default_rng(0).normal(size=16384)
    assert abs(cents_off(track_pitch(sound), 57)) < 5


def test_it_is_not_told_what_was_asked_for():
    assert cents_off(track_pitch(note(440)), 57) == pytest.approx(1200, abs=3)
    assert cents_off(track_pitch(note(233.08)), 57) == pytest.approx(100, abs=3)


def test_silence_has_no_pitch():
    assert np.isnan(track_pitch(np.zeros(16000))).all()
    assert cents_off(track_pitch(np.zeros(16000)), 60) == float("inf")


@pytest.fixture
def librosa(tmp_path, monkeypatch):
    """Give the library, with a folder of its own for compiled code.

    Processes that compile into the same folder leave files there that crash (numba's issue 10128).
    """
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return pytest.importorskip("librosa")


@pytest.mark.slow
def test_a_library_finds_the_same(librosa):
    for program in (0, 24, 40, 60, 73):
        for pitch in (48, 60, 71):
            sound = held_part(render_note(program, pitch, 85))
            found = librosa.yin(sound, fmin=60, fmax=1200, sr=RATE)
            assert abs(cents_off(found, pitch) - cents_off(track_pitch(sound), pitch)) < 10


def test_what_is_too_short_is_refused():
    with pytest.raises(ValueError, match="give at least 1064"):
        track_pitch(np.zeros(100))


def test_the_held_part():
    assert held_part(np.arange(16384))[[0, -1]].tolist() == [1600, 11199]


def test_mel_levels_show_where_a_sound_is():
    found = mel_levels(note(1000, (1.0,)))
    assert found.shape[1] == MEL_BANDS
    assert found.min() == -80
    edges = 700 * np.expm1(np.linspace(0, np.log1p(RATE / 2 / 700), MEL_BANDS + 2))
    assert abs(edges[1:-1][found[20].argmax()] - 1000) < 100
    louder = mel_levels(2 * note(1000, (1.0,)))
    assert (louder - found)[20].max() == pytest.approx(6.02, abs=0.05)


def test_the_distance_of_levels_does_not_hear_phases():
    moments = np.arange(16000) / RATE
    sine, cosine = np.sin(2 * np.pi * 500 * moments), np.cos(2 * np.pi * 500 * moments)
    assert level_distance(sine, sine) == 0
    assert level_distance(sine, cosine) < 1
    assert level_distance(sine, np.zeros(16000)) > 2


def test_spread_by_hand():
    assert spread(np.array([[1.0, 5.0], [3.0, 5.0]])) == pytest.approx(2**0.5 / 2)
    with pytest.raises(ValueError, match="1 things have no spread"):
        spread(np.ones((1, 4)))


def test_an_envelope_by_hand():
    heights = np.repeat([0.1, 0.2, 1.0, 1.0, 0.5, 0.5, 0.1, 0.01], FRAME)
    sound = heights * np.tile([1.0, -1.0], 4 * FRAME)
    found = envelope(sound, 6 * FRAME / RATE)
    assert found.attack == 2 * FRAME / RATE
    assert found.peak == pytest.approx(0)
    assert found.held == pytest.approx(6.02, abs=0.01)  # frame 4
    assert found.end == pytest.approx(20, abs=0.01)  # the last frame but one
    assert found.click > 10


@pytest.mark.parametrize("heights", [(0.5,), [1 / k for k in range(1, 9)]])
def test_a_click_is_a_break_and_not_a_bright_tone(heights):
    tone = note(240, heights, 1.0)
    cut = np.delete(tone, range(5020, 5035))
    turned = np.where(np.arange(len(tone)) < 5020, tone, -tone)
    assert strongest_click(tone) < 3
    assert strongest_click(cut) > 10
    assert strongest_click(turned) > 10


def test_neither_noise_nor_silence_clicks():
    noise = np.random.default_rng(0).normal(size=16_000)
    assert strongest_click(noise) < 3
    assert strongest_click(np.zeros(16_000)) == 1
    with pytest.raises(ValueError, match=r"shape \(1000,\); give at least 1024"):
        strongest_click(noise[:1000])
