import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from course.models.track_gan import (
    KINDS,
    Growth,
    TrackGanConfig,
    TrackGenerator,
    TrackLinear,
    draw_noise,
    straight_through,
    with_neighbours,
)

CONFIG = TrackGanConfig(
    low=60, high=67, num_tracks=3, num_steps=16, num_segments=2, noise_size=4, hidden_size=12
)


def make_generator(**changes):
    torch.manual_seed(0)
    return TrackGenerator(replace(CONFIG, **changes))


def test_straight_through_by_hand():
    """Logits ln 3 and 0 have the softmax 3/4, 1/4; its slope is 3/4 * 1/4 = 3/16."""
    logits = torch.tensor([math.log(3), 0.0], requires_grad=True)
    chosen = straight_through(logits)
    assert chosen.tolist() == [1, 0]
    chosen[0].backward()
    torch.testing.assert_close(logits.grad, torch.tensor([3 / 16, -3 / 16]))


def test_phrases_are_ones_and_zeros():
    made = make_generator()(draw_noise(CONFIG, 5))
    assert made.shape == (5, 3, 16, 9)
    torch.testing.assert_close(made.sum(dim=-1), torch.ones(5, 3, 16))
    assert ((made < 1e-6) | (made > 1 - 1e-6)).all()


def test_a_share_of_the_phrases_may_stay_soft():
    made, noise = make_generator(), draw_noise(CONFIG, 5)
    phrases = made(noise, 0.4)
    torch.testing.assert_close(phrases[:2], made.logits(noise)[:2].softmax(dim=-1))
    torch.testing.assert_close(phrases[2:], made(noise)[2:])
    assert (made(noise, 1.0).amax(dim=-1) < 0.999).any()


def test_two_children_resemble_their_parent_more_with_each_doubling():
    made = make_generator(num_steps=32)
    assert [growth.scale for growth in made.growths] == [1, 0.5, 0.25, 0.125]
    x = torch.randn(3, 2, 4, 12)
    growth = Growth(3, 12, 8, scale=0.0)
    assert torch.equal(growth(x), x[..., :8].repeat_interleave(2, dim=2))


def test_what_each_track_hears():
    """chords 1, style 2, melody 10 m, groove 100 m + s."""
    made = make_generator(noise_size=1)
    noise = draw_noise(made.config, 1).changed(
        chords=torch.tensor([[[1.0], [1.5]]]),
        style=torch.tensor([[2.0]]),
        melody=torch.tensor([[[0.0], [10], [20]]]),
        groove=torch.tensor([[[[0.0], [1]], [[100], [101]], [[200], [201]]]]),
    )
    heard = made.noise_of_tracks(noise)
    assert heard.shape == (3, 1, 2, 4)
    assert heard[1, 0].tolist() == [[1, 2, 10, 100], [1.5, 2, 10, 101]]
    assert heard[2, 0, 1].tolist() == [1.5, 2, 20, 201]


def test_noise_of_a_track_reaches_that_track_alone():
    made = make_generator().eval()
    noise = draw_noise(CONFIG, 2)
    before = made.logits(noise)
    for kind in ("melody", "groove"):
        moved = getattr(noise, kind).clone()
        moved[:, 1] += 1
        after = made.logits(noise.changed(**{kind: moved}))
        assert torch.equal(after[:, [0, 2]], before[:, [0, 2]])
        assert not torch.isclose(after[:, 1], before[:, 1]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_noise_is_heard_and_shared_kinds_by_all_tracks(kind):
    made = make_generator().eval()
    noise = draw_noise(CONFIG, 1)
    after = made.logits(noise.changed(**{kind: getattr(noise, kind) + 1}))
    moved = (after - made.logits(noise)).abs().amax(dim=(0, 2, 3))
    assert (moved > 1e-3).all()


def test_noise_of_a_segment_stays_near_it():
    """Sixteen segments of two steps: the first reaches its neighbours, not the end."""
    made = make_generator(num_steps=32, num_segments=16).eval()
    noise = draw_noise(made.config, 1)
    chords = noise.chords.clone()
    chords[:, 0] += 1
    moved = (
        (made.logits(noise.changed(chords=chords)) - made.logits(noise)).abs().amax(dim=(0, 1, 3))
    )
    assert moved[0] > 1e-3
    assert moved[8:].max() == 0


def test_a_linear_layer_for_each_track():
    layer = TrackLinear(2, 1, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[[2.0]], [[3.0]]]))
        layer.bias.copy_(torch.tensor([[[0.0]], [[1.0]]]))
    assert layer(torch.ones(2, 1, 2, 1)).flatten().tolist() == [2, 2, 4, 4]


def test_neighbours_by_hand():
    x = torch.tensor([[1.0], [2], [3]])
    assert with_neighbours(x).tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 0]]


def test_noise_is_normal_and_repeats():
    one, again = (draw_noise(CONFIG, 500, torch.Generator().manual_seed(3)) for _ in range(2))
    for kind in KINDS:
        drawn = getattr(one, kind)
        assert torch.equal(drawn, getattr(again, kind))
        assert drawn.mean().abs() < 0.1
        assert drawn.std().item() == pytest.approx(1, abs=0.1)
    assert one.groove.shape == (500, 3, 2, 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 70, "high": 60}, r"high is 60"),
        ({"num_tracks": 0}, r"num_tracks is 0"),
        ({"num_steps": 24, "num_segments": 2}, r"num_steps is 24 with 2 segments"),
        ({"num_steps": 32, "num_segments": 5}, r"num_steps is 32 with 5 segments"),
    ],
)
def test_sizes_that_do_not_fit(change, message):
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **change)


def test_a_piece_is_phrases_one_after_the_other():
    torch.manual_seed(0)
    net = TrackGenerator(CONFIG)
    length = CONFIG.num_steps
    piece = net.write_voices(2 * length + 3, np.random.default_rng(5))
    assert piece.shape == (2 * length + 3, CONFIG.num_tracks)
    assert piece.dtype == np.int16
    seed = int(np.random.default_rng(5).integers(2**31))
    noise = draw_noise(CONFIG, 3, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        phrase = net(noise)[1]  # (M, T, V) ones and zeros
    classes = phrase.argmax(dim=-1).T.numpy()  # (T, M)
    expected = np.where(classes == 0, -1, classes + CONFIG.low - 1)
    assert np.array_equal(piece[length : 2 * length], expected)
    assert np.array_equal(piece, net.write_voices(2 * length + 3, np.random.default_rng(5)))
