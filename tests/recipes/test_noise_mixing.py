import numpy as np
import pytest
import torch

from course.models.track_gan import KINDS, Noise, TrackGanConfig, TrackGenerator, draw_noise
from course.recipes.noise_mixing import find_phrase, mix_phrases, moved_cells, plain_melody
from course.recipes.track_recipe import write_phrases
from tests.training.small import same, weights_of

TINY = TrackGanConfig(low=58, high=64, num_steps=16, noise_size=4, hidden_size=16)


@pytest.fixture
def generator():
    torch.manual_seed(0)
    return TrackGenerator(TINY).eval()


def test_every_mixture_has_its_place(generator):
    phrases = mix_phrases(generator, 2, seed=5)
    assert phrases.shape == (2, 2, 2, 2, 16, 4)
    drawn = draw_noise(TINY, 2, torch.Generator().manual_seed(5))
    for place in [(0, 0, 0, 0), (1, 0, 0, 1), (0, 1, 1, 0)]:
        noise = Noise(*(getattr(drawn, k)[i : i + 1] for k, i in zip(KINDS, place, strict=True)))
        assert np.array_equal(phrases[place], write_phrases(generator, 1, noise=noise)[0])


def test_moved_cells_are_counted_for_each_kind_and_track(generator):
    """A generator that is deaf to melody, and whose last track always rests."""
    with torch.no_grad():
        by_kind = generator.start.weight.view(4, 3, 4, TINY.noise_size, -1)
        by_kind[:, :, KINDS.index("melody")] = 0
        generator.out.bias[3, 0, 0] = 1e6
    moved = moved_cells(generator, 20)
    assert moved.shape == (4, 4)
    assert (moved[KINDS.index("melody")] == 0).all()
    assert (moved[:, 3] == 0).all()
    assert (moved[[0, 1, 3], :3] > 0.05).all()


def test_a_phrase_of_the_generator_is_found_again(generator):
    before = weights_of(generator)
    melody = write_phrases(generator, 1, seed=9)[0, :, 0]
    phrase, fit = find_phrase(generator, melody, tries=16, steps=100)
    assert phrase.shape == (16, 4)
    assert fit == (phrase[:, 0] == melody).mean()
    tried = write_phrases(generator, 16, seed=0)[:, :, 0]
    assert fit > (tried == melody).mean(axis=1).max() + 0.1
    assert fit > 0.8
    assert same(before, weights_of(generator))


def test_melodies_are_moved_to_c_or_a():
    """D major from D5 down to D4 fits as C5 to C4; behind the sixteen steps nothing counts."""
    scale = [74, 73, 71, 69, 67, 66, 64, 62]
    line = np.repeat([*scale, *scale], 2)
    moved = plain_melody(line, 16, 58, 81)
    assert moved.tolist() == np.repeat([72, 71, 69, 67, 65, 64, 62, 60], 2).tolist()
    assert plain_melody(line - 24, 16, 58, 81).tolist() == moved.tolist()
    silent = np.where(np.arange(32) < 2, -1, line)
    assert plain_melody(silent, 16, 58, 81)[:2].tolist() == [-1, -1]
    with pytest.raises(ValueError, match="it has 8 sixteenths, 16 are needed; choose a longer"):
        plain_melody(line[:8], 16, 58, 81)
    with pytest.raises(ValueError, match=r"does not fit into 62\.\.70"):
        plain_melody(line, 16, 62, 70)


def test_melodies_that_do_not_fit(generator):
    for melody in (np.full(15, 60), np.full(16, 90)):
        with pytest.raises(ValueError, match="give 16 steps between 58 and 64"):
            find_phrase(generator, melody)
