import numpy as np
import pytest

from course.data import load_chorales, load_tunes
from course.models.melody_net import Melody
from course.models.shipped import shipped_names
from course.recipes.tour import (
    MELODY_MODELS,
    PHRASE_MODELS,
    ROLL_MODELS,
    SOUND_MODELS,
    SPACE_MODELS,
    VOICE_MODELS,
    first_bars,
    melody_tour,
    sound_tour,
    space_tour,
    voice_tour,
)
from course.recipes.vae_batches import melody_windows, window_music


def test_first_bars_end_at_a_bar_line():
    melody = Melody(np.array([60, 62, 64, 65]), np.array([24, 48, 72, 24]), 96, pickup_ticks=24)
    assert first_bars(melody, 1).lengths.tolist() == [24, 48]  # the third note crosses the line
    assert first_bars(melody, 2).pitches.tolist() == [60, 62, 64, 65]
    assert first_bars(melody, 0).lengths.tolist() == [24]  # the pickup alone


def test_every_shipped_model_is_on_the_tour():
    on_the_tour = (
        MELODY_MODELS,
        VOICE_MODELS,
        SPACE_MODELS,
        PHRASE_MODELS,
        ROLL_MODELS,
        SOUND_MODELS,
    )
    without = {"track_gan_1", "track_gan_2", "quartet_gan"}  # what one that is there does, too
    assert set(shipped_names()) - without <= {
        name for each in on_the_tour for name in each.values()
    }


def test_a_space_leads_from_a_hymn_to_a_reel():
    takes = space_tour(points=3)
    assert list(takes) == list(SPACE_MODELS)
    windows = melody_windows("valid")
    for take in takes.values():
        assert take.total_quarters == 24
        for number, start in ((0, 0), (1, 16)):
            row = int(np.argmax(windows.corpus == number))
            real = window_music(windows.pitches[row], windows.struck[row])
            there = [n for n in take.notes if start <= n.start < start + 8]
            shared = {(n.pitch, n.start + start) for n in real.notes} & {
                (n.pitch, n.start) for n in there
            }
            assert len(shared) > 0.5 * len(real.notes)


def test_makers_of_sound_play_the_beginning_of_a_tune():
    tune = next(t for t in load_tunes("oneills") if t.split == "test" and t.metre == (6, 8))
    music, takes = sound_tour(tune, num_bars=1)
    assert list(takes) == list(SOUND_MODELS)
    assert music.total_quarters <= 3 + tune.pickup_ticks / 48
    assert [(n.pitch, n.start) for n in music.notes] == [
        (n.pitch, n.start) for n in tune.to_note_sequence().notes[: len(music.notes)]
    ]
    for (samples,) in takes.values():
        last = round(float(music.seconds_at(music.notes[-1].start)) * 24_000)
        assert np.abs(samples).max() > 0.01
        assert np.abs(samples[last : last + 4000]).max() > 0.01  # the last note sounds, too


@pytest.mark.slow
def test_models_of_melodies_go_on_with_the_same_two_bars():
    tune = next(t for t in load_tunes("oneills") if t.split == "test" and t.metre == (6, 8))
    takes = melody_tour(tune, seed_bars=2, num_bars=4)
    assert list(takes) == ["the real tune", *MELODY_MODELS]
    beginning = [n for n in takes["the real tune"].notes if n.end <= 6 + tune.pickup_ticks / 48]
    for take in takes.values():
        assert list(take.notes[: len(beginning)]) == beginning
        assert len(take.notes) > len(beginning)
        assert take.total_quarters <= 4 * 3 + tune.pickup_ticks / 48
    assert len({take.notes for take in takes.values()}) == len(takes)


@pytest.mark.slow
def test_models_of_four_voices_go_on_with_the_same_two_bars():
    chorale = next(c for c in load_chorales() if c.split == "valid" and not c.pickup_steps)
    takes = voice_tour(chorale, num_steps=16)
    assert list(takes) == ["Bach", *VOICE_MODELS, *PHRASE_MODELS, *ROLL_MODELS]
    for take in takes.values():
        assert take.total_quarters == 12
        starts = [[n for n in t.notes if n.end < 8] for t in (take, takes["Bach"])]
        assert {(n.pitch, n.start, n.instrument) for n in starts[0]} == {
            (n.pitch, n.start, n.instrument) for n in starts[1]
        } or take is takes["Bach"]
