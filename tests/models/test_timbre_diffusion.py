import pytest
import torch

from course.models import checkpoints
from course.models.note_pictures import condition_numbers
from course.models.timbre_diffusion import TimbreDiffusion, TimbreDiffusionConfig

SMALL = TimbreDiffusionConfig(
    num_families=3,
    lowest_pitch=60,
    harmonics=(4, 3, 2),
    num_harmonics=4,
    num_bands=2,
    num_frames=16,
    hidden_size=8,
    num_steps=3,
)


def make(**sizes):
    torch.manual_seed(0)
    model = TimbreDiffusion(TimbreDiffusionConfig(**{**SMALL.__dict__, **sizes}))
    with torch.no_grad():
        for weights in model.parameters():
            if not weights.any():  # before any training the network says the same of everything
                weights.normal_(std=0.3)
    return model.eval()


def noise(number=3, seed=1):
    return make().noise(number, torch.Generator().manual_seed(seed))


def asked(number=3):
    return torch.tensor([60, 61, 62])[:number], torch.eye(3)[:number]


pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.fixture
def no_gradients():
    with torch.no_grad():
        yield


def test_shapes_and_ranges():
    model = make()
    assert noise().shape == (3, 10, 16)
    assert noise(500).std().item() == pytest.approx(1, abs=0.02)
    pictures = model(noise(), *asked())
    assert pictures.shape == (3, 10, 16)
    assert pictures.abs().max() <= 1


def test_harmonics_that_a_pitch_does_not_have_are_silent():
    pictures = make()(noise(), *asked())
    assert (pictures[2, 2:4] == -1).all()
    assert (pictures[2, 6:8] == 0).all()
    assert (pictures[1, 3] == -1).all()
    assert (pictures[1, 7] == 0).all()
    assert (pictures[0].std(dim=-1) > 0).all()  # the lowest pitch has all of them
    assert (pictures[2, [0, 1, 4, 5, 8, 9]].std(dim=-1) > 0).all()


def test_the_same_noise_gives_the_same_note():
    model = make()
    first = model(noise(), *asked())
    torch.manual_seed(7)
    assert torch.equal(model(noise(), *asked()), first)
    assert (model(noise(seed=2), *asked()) - first).flatten(1).abs().amax(dim=1).min() > 1e-2


def test_pitch_and_family_are_heard():
    model, (pitch, shares) = make(), (torch.tensor([60]), torch.eye(3)[:1])
    first = model(noise(1), pitch, shares)
    for changed in (
        (pitch + 1, shares),
        (pitch, torch.eye(3)[1:2]),
        (pitch, torch.tensor([[0.5, 0.5, 0]])),
    ):
        assert (model(noise(1), *changed) - first)[:, [0, 1, 4, 5, 8, 9]].abs().max() > 1e-3


def test_a_note_does_not_depend_on_the_others_of_its_batch():
    whole = make()(noise(), *asked())
    alone = make()(noise()[1:2], *(part[1:2] for part in asked()))
    torch.testing.assert_close(whole[1:2], alone)


def test_it_asks_the_network_as_often_as_its_sizes_say():
    model, seen = make(), []

    def watch(x, clean):
        seen.append(clean)

    pictures = model(noise(), *asked(), watch=watch)
    assert len(seen) == 3
    torch.testing.assert_close(seen[-1][0], pictures[0])  # the pitch that has all harmonics
    model(noise(), *asked(), num_steps=5, watch=watch)
    assert len(seen) == 3 + 5
    with pytest.raises(ValueError, match=r"num_steps is 0, outside 1\.\.10000"):
        model(noise(), *asked(), num_steps=0)


def test_wishes_are_those_of_the_other_models_of_notes():
    model = make()
    assert torch.equal(model.wishes(*asked()), condition_numbers(*asked(), SMALL))
    made = model.network.pictures(noise(), condition_numbers(*asked(), SMALL), num_steps=3)
    torch.testing.assert_close(make()(noise(), *asked())[0], made[0])


def test_guidance_is_the_configs():
    deaf, usual, eager = (make(guidance=g)(noise(), *asked()) for g in (0.0, 1.0, 3.0))
    torch.testing.assert_close(deaf[0], make().network.pictures(noise(), num_steps=3)[0])
    assert (deaf - usual)[0].abs().max() > 1e-3
    assert (eager - usual)[0].abs().max() > 1e-3


def test_a_saved_model_makes_the_same_notes(tmp_path):
    model = make(guidance=2.0).half().float()
    checkpoints.save(model, tmp_path / "small.safetensors", {})
    again = checkpoints.load_file(tmp_path / "small.safetensors")
    assert isinstance(again, TimbreDiffusion)
    assert again.config == model.config
    assert torch.equal(again(noise(), *asked()), model(noise(), *asked()))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"num_frames": 12}, "choose a multiple of 8"),
        ({"harmonics": (5,)}, "of the 4 it has"),
        ({"num_steps": 0}, r"num_steps is 0, outside 1\.\.10000; 20 is usual"),
        ({"guidance": -1.0}, r"guidance is -1\.0, outside 0\.0\.\.100\.0; 1 is usual"),
        ({"hidden_size": 12}, "hidden_size 12; choose"),
        ({"dropout": 1.0}, r"dropout is 1\.0"),
        ({"schedule": "square"}, "schedule is 'square'"),
    ],
)
def test_what_cannot_be_is_refused(field, message):
    with pytest.raises(ValueError, match=message):
        TimbreDiffusionConfig(**{**SMALL.__dict__, **field})
