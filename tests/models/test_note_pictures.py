import math

import pytest
import torch

from course.models.note_pictures import (
    NUM_PITCH_FEATURES,
    NotePictureConfig,
    condition_numbers,
    heard_rows,
    silence_unheard,
)

SMALL = NotePictureConfig(
    num_families=2,
    lowest_pitch=60,
    harmonics=(3, 2, 1),
    num_harmonics=3,
    num_bands=2,
    num_frames=8,
)


def test_rows_are_levels_detunings_and_noise():
    assert SMALL.num_channels == 8
    assert heard_rows(SMALL).int().tolist() == [
        [1, 1, 1, 1, 1, 1, 1, 1],
        [1, 1, 0, 1, 1, 0, 1, 1],
        [1, 0, 0, 1, 0, 0, 1, 1],
    ]


def test_what_a_pitch_does_not_have_is_silent():
    pictures = torch.full((3, 8, 8), 0.5)
    found = silence_unheard(pictures, heard_rows(SMALL), torch.tensor([60, 61, 62]), SMALL)
    assert (found == found[..., :1]).all()
    assert found[..., 0].tolist() == [
        [0.5] * 8,
        [0.5, 0.5, -1, 0.5, 0.5, 0, 0.5, 0.5],
        [0.5, -1, -1, 0.5, 0, 0, 0.5, 0.5],
    ]
    assert (pictures == 0.5).all()  # what was given stays as it was


def test_a_pitch_and_a_family_by_hand():
    """The lowest, middle and highest pitch are -1, 0 and 1, turned by a quarter and a half."""
    shares = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    found = condition_numbers(torch.tensor([60, 61, 62]), shares, SMALL)
    assert found.shape == (3, 2 + NUM_PITCH_FEATURES)
    expected = [
        [2, 0, -1, -1, 0, 0, -1],
        [1, 1, 0, 0, 1, 0, 1],
        [0, 2, 1, 1, 0, 0, -1],
    ]
    torch.testing.assert_close(found, torch.tensor(expected).float(), atol=1e-6, rtol=0)


def test_numbers_of_all_pitches_differ():
    config = NotePictureConfig()
    pitches = 48 + torch.arange(25)
    found = condition_numbers(pitches, torch.zeros(25, 6), config)
    distances = torch.cdist(found, found) + 9 * torch.eye(25)
    assert distances.min() > 0.1
    half = math.pi * (2 * 6 / 24 - 1) / 2  # of pitch 54
    expected = [-0.5, math.sin(half), math.cos(half), math.sin(2 * half), math.cos(2 * half)]
    assert found[6, 6:].tolist() == pytest.approx(expected, abs=1e-6)


def test_a_single_pitch_has_numbers_too():
    config = NotePictureConfig(harmonics=(4,))
    found = condition_numbers(torch.tensor([48]), torch.ones(1, 6), config)
    assert torch.isfinite(found).all()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"num_families": 0}, "num_families is 0"),
        ({"num_frames": 12}, "num_frames is 12; choose a multiple of 8"),
        ({"num_frames": 0}, "num_frames is 0"),
        ({"num_bands": 0}, "num_bands is 0"),
        ({"num_harmonics": 0}, "num_harmonics is 0"),
        ({"harmonics": ()}, "harmonics is"),
        ({"harmonics": (2, 4)}, "how many of the 3 it has"),
    ],
)
def test_what_cannot_be_is_refused(field, message):
    with pytest.raises(ValueError, match=message):
        NotePictureConfig(**{**SMALL.__dict__, **field})
