from dataclasses import replace

import torch
from torch.nn.functional import one_hot

from course.models.track_critic import (
    Halving,
    TrackCritic,
    attacks,
    chroma_matrix,
    intervals,
    motions,
)
from course.models.track_gan import TrackGanConfig

CONFIG = TrackGanConfig(low=60, high=72, num_tracks=2, num_steps=8, critic_size=6)


def cells(*tracks):
    """Write tracks as ones and zeros; 0 is silence, 1 is C4."""
    return one_hot(torch.tensor([tracks]), CONFIG.num_classes).float()


PHRASE = cells([1, 1, 8, 8, 0, 0, 0, 1], [1, 2, 2, 13, 13, 13, 0, 8])


def test_where_a_track_moves():
    moves = attacks(PHRASE)[0].T
    assert moves[0].tolist() == [0, 0, 1, 0, 1, 0, 0, 1]
    assert moves[1].tolist() == [0, 1, 0, 1, 0, 0, 1, 1]


def test_how_far_a_track_moves():
    """Classes 1, 1, 8, 8 are C, C, G, G: seven semitones of twelve; silence has the height 0."""
    far = motions(PHRASE)[0].T
    expected = torch.tensor([0, 0, 7, 0, 8, 0, 0, 1]) / 12
    torch.testing.assert_close(far[0], expected)


def test_intervals_by_hand():
    """C under C; C and C#; G and C# (6 up); G and C (5 up); nothing beside silence; C and G."""
    found = intervals(PHRASE @ chroma_matrix(60, 72))[0]
    assert found.shape == (8, 12)
    expected = [0, 1, 6, 5, None, None, None, 7]
    for row, interval in zip(found.tolist(), expected, strict=True):
        assert row == [float(number == interval) for number in range(12)]


def test_intervals_are_those_of_every_key():
    up = cells([2, 2, 9, 9, 0, 0, 0, 2], [2, 3, 3, 2, 2, 2, 0, 9])
    chroma = chroma_matrix(60, 72)
    assert torch.equal(intervals(up @ chroma), intervals(PHRASE @ chroma))


def test_a_convolution_of_width_four_and_stride_two():
    layer = Halving(1, 1)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0, 10, 100, 1000]]))
        layer.linear.bias.zero_()
    x = torch.tensor([[[1.0], [2], [3], [4]]])
    assert layer(x).flatten().tolist() == [3210, 432]  # 0 1 2 3, then 2 3 4 0
    reference = torch.nn.Conv1d(1, 1, 4, stride=2, padding=1, bias=False)
    with torch.no_grad():
        reference.weight.copy_(layer.linear.weight[None])
        torch.testing.assert_close(layer(x), reference(x.transpose(1, 2)).transpose(1, 2))


def test_scores():
    torch.manual_seed(0)
    critic = TrackCritic(CONFIG)
    scores = critic(torch.cat([PHRASE, PHRASE.flip(2)]))
    assert scores.shape == (2,)
    assert scores[0] != scores[1]
    torch.testing.assert_close(critic(PHRASE), scores[:1])
    assert critic.features(PHRASE).shape == (1, 8, 2 * 14 + 4 + 12)
    plain = TrackCritic(replace(CONFIG, relations=False))
    assert plain.features(PHRASE).shape == (1, 8, 2 * 14)


def test_a_single_track_has_no_intervals():
    critic = TrackCritic(replace(CONFIG, num_tracks=1))
    assert critic.features(PHRASE[:, :1]).shape == (1, 8, 14 + 2)


def test_gradients_reach_the_cells():
    x = PHRASE.clone().requires_grad_(True)
    TrackCritic(CONFIG)(x).sum().backward()
    assert (x.grad.abs().sum(dim=-1) > 0).all()
