import math

import pytest
import torch

from course.models.gaussian_diffusion import clean_from_velocity, diffusion_loss
from course.models.noise_schedules import alpha_bars
from course.models.picture_diffusion import (
    NUM_WAVES,
    DenoisingBlock,
    PictureDiffusion,
    PictureDiffusionConfig,
    level_waves,
)

SMALL = PictureDiffusionConfig(num_rows=3, num_frames=16, num_wishes=2, hidden_size=8)


def make(**sizes):
    """A network that has opinions: nothing in it is zero, as it would be before any training."""
    torch.manual_seed(0)
    network = PictureDiffusion(PictureDiffusionConfig(**{**SMALL.__dict__, **sizes}))
    with torch.no_grad():
        for weights in network.parameters():
            if not weights.any():
                weights.normal_(std=0.3)
    return network.eval()


def pictures(number=2, seed=1, frames=16):
    return torch.randn(number, 3, frames, generator=torch.Generator().manual_seed(seed))


LEVELS = torch.tensor([0.3, 0.8])
WISHES = torch.tensor([[1.0, 0.0], [0.0, 1.0]])


def test_a_level_as_waves():
    """The angle of 0.75 is 30 degrees; the slowest wave is the angle itself."""
    waves = level_waves(torch.tensor([1.0, 0.75, 0.0]))
    assert waves.shape == (3, 2 * NUM_WAVES)
    assert waves[0].tolist() == [0] * NUM_WAVES + [1] * NUM_WAVES
    assert waves[1, 0].item() == pytest.approx(0.5)
    assert waves[1, NUM_WAVES].item() == pytest.approx(math.cos(math.pi / 6))
    assert waves[2, 0].item() == pytest.approx(1)
    fastest = 100 * math.pi / 6
    assert waves[1, NUM_WAVES - 1].item() == pytest.approx(math.sin(fastest), abs=1e-4)


def test_neighbouring_levels_look_different():
    waves = level_waves(torch.from_numpy(alpha_bars(100)).float())
    assert (waves.diff(dim=0).norm(dim=1) > 0.05).all()


def test_a_new_block_changes_nothing():
    torch.manual_seed(0)
    block, h = DenoisingBlock(8, 8, 5, 0.0), torch.randn(2, 8, 6)
    with torch.no_grad():
        block.second.bias.zero_()
    torch.testing.assert_close(block(h, torch.randn(2, 5)), h)


def test_a_block_by_its_formula():
    torch.manual_seed(0)
    block, h, style = DenoisingBlock(8, 16, 5, 0.0), torch.randn(2, 8, 6), torch.randn(2, 5)
    with torch.no_grad():
        block.second.weight.normal_()
    numbers = block.style(style)
    z = block.first(torch.nn.functional.silu(block.first_norm(h)))
    z = block.second_norm(z)
    z = z * (1 + numbers[:, :16, None]) + numbers[:, 16:, None]
    expected = block.second(torch.nn.functional.silu(z)) + block.skip(h)
    torch.testing.assert_close(block(h, style), expected)


def test_before_any_training_the_network_says_the_same_of_everything():
    network = PictureDiffusion(SMALL)
    found = network(pictures(), LEVELS, WISHES)
    torch.testing.assert_close(found, network.end.bias[:, None].expand(2, -1, 16))


@pytest.mark.parametrize("frames", [4, 16, 20])
def test_shapes(frames):
    network = make(num_frames=frames)
    assert network(pictures(frames=frames), LEVELS, WISHES).shape == (2, 3, frames)


def test_the_network_by_its_formula():
    """Down to a half and a quarter of the frames, and up again, each scale beside its own."""
    network, pool = make(), torch.nn.AvgPool1d(2)
    style = network.style(network.level(level_waves(LEVELS)) + WISHES @ network.wish.weight.T)
    fine = network.down[0](network.begin(pictures()), style)
    half = network.down[1](pool(fine), style)
    quarter = network.down[2](pool(half), style)
    h = network.up[0](torch.cat([network.middle(quarter, style), quarter], dim=1), style)
    h = network.up[1](torch.cat([h.repeat_interleave(2, dim=2), half], dim=1), style)
    h = network.up[2](torch.cat([h.repeat_interleave(2, dim=2), fine], dim=1), style)
    expected = network.end(torch.nn.functional.silu(network.end_norm(h)))
    torch.testing.assert_close(network(pictures(), LEVELS, WISHES), expected)


def test_picture_level_and_wishes_are_heard():
    network = make()
    first = network(pictures(), LEVELS, WISHES)
    for changed in (
        (pictures(seed=2), LEVELS, WISHES),
        (pictures(), LEVELS.flip(0), WISHES),
        (pictures(), LEVELS, WISHES.flip(0)),
        (pictures(), LEVELS, None),
    ):
        assert (network(*changed) - first).flatten(1).abs().amax(dim=1).min() > 1e-3


def test_a_wish_that_is_left_out_is_zeros():
    network = make()
    torch.testing.assert_close(
        network(pictures(), LEVELS, torch.zeros(2, 2)), network(pictures(), LEVELS)
    )


def test_a_network_that_is_told_no_wishes():
    network = make(num_wishes=0)
    assert network.wish is None
    found = network(pictures(), LEVELS, torch.zeros(2, 0))
    assert torch.equal(found, network(pictures(), LEVELS))


def test_a_picture_does_not_depend_on_the_others_of_its_batch():
    network = make()
    whole = network(pictures(), LEVELS, WISHES)
    alone = network(pictures()[1:], LEVELS[1:], WISHES[1:])
    torch.testing.assert_close(whole[1:], alone)


def test_the_last_frame_hears_the_first():
    network, x = make(), pictures(1)
    changed = x.clone()
    changed[..., 0] += 1
    found = network(changed, LEVELS[:1]) - network(x, LEVELS[:1])
    assert found[..., -1].abs().max() > 1e-4


def test_levels_go_from_noise_to_one():
    network = make(schedule="linear")
    assert network.levels(3) == alpha_bars(3, "linear").tolist()[::-1]
    assert network.levels(3)[-1] == 1


def test_clean_pictures_by_their_formula():
    network, x, level = make(), 0.1 * pictures(), torch.full((2,), 0.9)
    told, untold = network(x, level, WISHES), network(x, level)
    for guidance, v in ((0.0, untold), (1.0, told), (3.0, 3 * told - 2 * untold)):
        expected = clean_from_velocity(x, v, 0.9).clamp(-1, 1)
        assert (expected.abs() < 1).float().mean() > 0.5  # the clamp leaves most as it is
        torch.testing.assert_close(network.clean(x, 0.9, WISHES, guidance), expected)
    torch.testing.assert_close(network.clean(x, 0.9), network.clean(x, 0.9, WISHES, 0.0))
    assert network.clean(100 * x, 0.9).abs().max() == 1


@torch.no_grad()
def test_made_pictures_depend_on_noise_wishes_and_guidance():
    network, noise = make(), pictures()
    how = {"num_steps": 4}
    first = network.pictures(noise, WISHES, **how)
    assert first.abs().max() <= 1
    assert torch.equal(network.pictures(noise, WISHES, **how), first)
    torch.testing.assert_close(
        network.pictures(noise, WISHES, 0.0, **how), network.pictures(noise, **how)
    )
    for changed in (
        network.pictures(pictures(seed=2), WISHES, **how),
        network.pictures(noise, WISHES.flip(0), **how),
        network.pictures(noise, WISHES, 3.0, **how),
        network.pictures(noise, WISHES, generator=torch.Generator().manual_seed(1), **how),
        network.pictures(noise, WISHES, num_steps=5),
    ):
        assert (changed - first).abs().max() > 1e-3


@torch.no_grad()
def test_watching_shows_as_many_levels_as_steps():
    seen = []
    made = make().pictures(
        pictures(), num_steps=3, watch=lambda x, clean: seen.append((x.clone(), clean.clone()))
    )
    assert len(seen) == 3
    assert torch.equal(seen[0][0], pictures())
    torch.testing.assert_close(seen[-1][1], made)


@pytest.mark.slow
def test_it_learns_to_grant_a_wish():
    """Two pictures, all loud or all soft, each with its wish: noise and a wish give them back."""
    torch.manual_seed(0)
    network = PictureDiffusion(PictureDiffusionConfig(3, 16, 2, hidden_size=16, dropout=0.0))
    clean = torch.tensor([0.7, -0.7])[:, None, None].expand(2, 3, 16).repeat(8, 1, 1)
    wishes, chance = WISHES.repeat(8, 1), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(network.parameters(), 5e-3)
    levels = torch.from_numpy(alpha_bars(100)).float()
    for _ in range(150):
        level = levels[torch.randint(1, 101, (16,), generator=chance)]
        noise = torch.randn(clean.shape, generator=chance)
        loss = diffusion_loss(lambda x, a: network(x, a, wishes), clean, noise, level)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network.eval()
    with torch.no_grad():
        made = network.pictures(pictures(4), WISHES.repeat(2, 1), num_steps=20)
    torch.testing.assert_close(made.mean(dim=(1, 2)), clean[:4, 0, 0], atol=0.25, rtol=0)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"num_rows": 0}, r"num_rows is 0, outside 1\.\.4096"),
        ({"num_frames": 2}, r"num_frames is 2, outside 4\.\.4096; 64 is usual"),
        ({"num_frames": 18}, "num_frames is 18, hidden_size 8; choose a multiple of 4 and a"),
        ({"hidden_size": 12}, "num_frames is 16, hidden_size 12; choose a multiple of 4 and a"),
        ({"num_wishes": -1}, r"num_wishes is -1, outside 0\.\."),
        ({"dropout": 0.95}, r"dropout is 0\.95, outside 0\.0\.\.0\.9; 0\.1 is usual"),
        ({"schedule": "square"}, "schedule is 'square'; choose from cosine, linear"),
    ],
)
def test_what_cannot_be_is_refused(field, message):
    with pytest.raises(ValueError, match=message):
        PictureDiffusionConfig(**{**SMALL.__dict__, **field})


def test_steps_and_guidance_out_of_range():
    with pytest.raises(ValueError, match=r"num_steps is 0, .*; 20 to 100 are usual"):
        make().pictures(pictures(), num_steps=0)
    with pytest.raises(ValueError, match=r"guidance is -1\.0, .*; 1 to 4 are usual"):
        make().pictures(pictures(), WISHES, guidance=-1.0)
