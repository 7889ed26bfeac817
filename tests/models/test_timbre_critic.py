import numpy as np
import pytest
import torch

from course.models.timbre_critic import TimbreCritic, family_spread, loudness, loudness_rows
from course.models.timbre_gan import TimbreGANConfig
from tests.models.test_timbre_gan import SMALL, asked


@pytest.fixture
def critic():
    torch.manual_seed(0)
    return TimbreCritic(SMALL)


def test_the_critic_hears_the_condition_and_the_spread_of_a_batch(critic):
    picture = torch.rand(1, 10, 16).expand(3, -1, -1)
    scores = critic(picture, *asked())
    assert scores.unique().numel() == 3
    pitch, shares = torch.full((3,), 60), torch.eye(3)[:1].expand(3, -1)
    varied = picture + torch.tensor([0.0, 1.0, -1.0])[:, None, None]
    alike = critic(picture, pitch, shares)[0]
    assert not torch.isclose(critic(varied, pitch, shares)[0], alike)


def test_the_spread_is_that_of_a_family_by_hand():
    picture = torch.tensor([0.0, 2.0, 5.0, 1.0])[:, None, None] * torch.tensor([[[1.0, 0.0]]])
    shares = torch.eye(3)[[0, 0, 1, 0]]
    found = family_spread(picture, shares)
    first = ((2 / 3) ** 0.5 + 0.001) / 2  # 0, 2 and 1; the second frame is always 0
    assert found[:, 0].tolist() == pytest.approx([first, first, 0.001, first], abs=1e-4)


def decibels(unit):
    return 40 * (unit - 1)


def test_loudness_adds_up_powers_by_hand():
    config = TimbreGANConfig(harmonics=(2,), num_harmonics=2, num_bands=1, num_frames=8)
    picture = torch.full((1, 5, 8), -1.0)
    picture[0, 2:4] = 0.9  # detunings are not loud
    picture[0, 0] = 0.5  # -20 dB
    assert decibels(loudness(picture, config)[0, 0, 0].item()) == pytest.approx(-20, abs=0.01)
    picture[0, 4] = 0.5  # noise, as loud again: twice the power
    assert decibels(loudness(picture, config)[0, 0, 0].item()) == pytest.approx(-16.99, abs=0.01)


def test_rows_tell_what_a_note_has_lost():
    config = TimbreGANConfig(harmonics=(1,), num_harmonics=1, num_bands=1, num_frames=8)
    picture = torch.full((1, 3, 8), -1.0)
    levels = np.array([-30, -10, -10, -15, -20, -30, -70, -80])
    picture[0, 0] = torch.from_numpy(1 + levels / 40)
    loud, lost, steps = loudness_rows(picture, config)[0].numpy()
    assert decibels(loud)[:6] == pytest.approx(levels[:6], abs=0.1)
    assert lost[:6] == pytest.approx([2, 0, 0, 0.5, 1, 2], abs=0.01)  # 1 is 10 dB
    assert lost[6:].tolist() == [4, 4]
    assert steps[:6] == pytest.approx([0, 2, 0, -0.5, -0.5, -1], abs=0.01)


def test_a_critic_hears_a_note_that_fades(critic):
    pitch, shares = asked(1)
    picture = torch.full((1, 10, 16), -0.5)
    rows = torch.cat([torch.arange(4), torch.arange(8, 10)])
    picture[:, rows] = torch.linspace(0.5, 0.3, 16)
    scores = []
    for shown in (1.0, 0.0):
        with torch.no_grad():
            critic.layers[0].weight[:, 10:] *= shown
        scores.append(critic(picture, pitch, shares).item())
    assert scores[0] != pytest.approx(scores[1], abs=1e-4)
