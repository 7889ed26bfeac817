import numpy as np
import pytest
import torch

from course.data.single_notes import load_single_notes, render_note
from course.evaluation.note_sounds import cents_off, held_part, level_distance, track_pitch
from course.models.timbre_gan import TimbreGenerator
from course.recipes.fixed_pictures import BINS, FixedPictures, fixed_picture, fixed_sound
from course.representation.tuned_spectrogram import FRAMES


@pytest.mark.parametrize(("program", "pitch"), [(56, 60), (0, 48), (73, 71)])
def test_a_real_note_comes_back_at_its_pitch(program, pitch):
    sound = render_note(program, pitch, 85)
    picture = fixed_picture(sound)
    assert picture.shape == (2 * BINS + 1, FRAMES)
    assert np.abs(picture).max() <= 1
    again = fixed_sound(picture)
    assert abs(cents_off(track_pitch(held_part(again)), pitch)) < 20
    assert level_distance(sound, again) < 15


def test_notes_and_players_fit_together():
    notes = load_single_notes((60,), (85,))
    plain = FixedPictures(notes.where(np.arange(4)))
    pictures, pitch, shares = plain.batches(2)(0, np.random.default_rng(0))
    assert pictures.shape == (2, plain.config.num_channels, FRAMES)
    torch.manual_seed(0)
    generator = TimbreGenerator(plain.config)
    assert generator(generator.noise(2), pitch, shares).shape == pictures.shape
    sounds = plain.sounds(generator, 60, "piano", 2)
    assert len(sounds) == 2
    assert np.isfinite(sounds[0]).all()
    assert np.abs(sounds[0]).max() > 0
