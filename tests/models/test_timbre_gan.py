import pytest
import torch

from course.models import checkpoints, timbre_gan
from course.models.timbre_critic import TimbreCritic
from course.models.timbre_gan import TimbreGANConfig, TimbreGenerator

SMALL = TimbreGANConfig(
    num_families=3,
    lowest_pitch=60,
    harmonics=(4, 3, 2),
    num_harmonics=4,
    num_bands=2,
    num_frames=16,
    latent_size=5,
    hidden_size=16,
    critic_size=8,
)


@pytest.fixture
def players():
    torch.manual_seed(0)
    return TimbreGenerator(SMALL), TimbreCritic(SMALL)


def asked(number=3):
    pitch = torch.tensor([60, 61, 62])[:number]
    return pitch, torch.eye(3)[:number]


def test_shapes_and_ranges(players):
    generator, critic = players
    pictures = generator(generator.noise(3), *asked())
    assert pictures.shape == (3, 10, 16)
    assert pictures.abs().max() <= 1
    assert critic(pictures, *asked()).shape == (3,)


def test_harmonics_that_a_pitch_does_not_have_are_silent(players):
    pictures = players[0](players[0].noise(3), *asked())
    assert (pictures[2, 2:4] == -1).all()
    assert (pictures[2, 6:8] == 0).all()
    assert (pictures[2, :2] != -1).all()
    assert (pictures[0, :4] > -1).all()


def test_noise_pitch_and_family_are_heard(players):
    generator = players[0].eval()
    noise = generator.noise(1, torch.Generator().manual_seed(1))
    other = generator.noise(1, torch.Generator().manual_seed(2))
    pitch, shares = torch.tensor([60]), torch.eye(3)[:1]
    first = generator(noise, pitch, shares)
    assert torch.equal(generator(noise, pitch, shares), first)
    for changed in (
        (other, pitch, shares),
        (noise, pitch + 1, shares),
        (noise, pitch, torch.eye(3)[1:2]),
        (noise, pitch, torch.tensor([[0.5, 0.5, 0]])),
    ):
        assert (generator(*changed) - first).abs().max() > 1e-3


def test_a_note_does_not_depend_on_the_others_of_its_batch(players):
    generator = players[0].eval()
    noise = generator.noise(3)
    pitch, shares = asked()
    whole = generator(noise, pitch, shares)
    alone = generator(noise[1:2], pitch[1:2], shares[1:2])
    torch.testing.assert_close(whole[1:2], alone)


def test_it_learns_to_fool_a_fixed_critic(players):
    generator, critic = players
    optimizer = torch.optim.Adam(generator.parameters(), 1e-2)
    scores = []
    for _ in range(30):
        score = critic(generator(generator.noise(3), *asked()), *asked()).mean()
        optimizer.zero_grad()
        (-score).backward()
        optimizer.step()
        scores.append(score.item())
    assert scores[-1] > scores[0] + 0.02


def test_a_saved_generator_makes_the_same_notes(players, tmp_path):
    generator = players[0].half().float()
    checkpoints.save(generator, tmp_path / "small.safetensors", {})
    again = checkpoints.load_file(tmp_path / "small.safetensors")
    assert again.config == SMALL
    noise = generator.noise(3)
    torch.testing.assert_close(again(noise, *asked()), generator.eval()(noise, *asked()))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"num_frames": 12}, "choose a multiple of 8"),
        ({"harmonics": ()}, "harmonics is"),
        ({"harmonics": (5,)}, "of the 4 it has"),
        ({"hidden_size": 0}, "hidden_size is 0"),
    ],
)
def test_what_cannot_be_is_refused(field, message):
    with pytest.raises(ValueError, match=message):
        timbre_gan.TimbreGANConfig(**{**SMALL.__dict__, **field})
