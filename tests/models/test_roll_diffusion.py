import numpy as np
import pytest
import torch

from course.models import checkpoints
from course.models.roll_diffusion import (
    RollDiffusion,
    RollDiffusionConfig,
    to_pictures,
    to_rolls,
    wish_rows,
)

SMALL = RollDiffusionConfig(low=60, high=62, num_frames=8, hidden_size=8)


@pytest.fixture
def model():
    torch.manual_seed(0)
    made = RollDiffusion(SMALL)
    with torch.no_grad():
        for weights in made.parameters():
            if not weights.any():  # before any training the network says the same of everything
                weights.normal_(std=0.3)
    return made


def write(model, seed=0, number=2, **how):
    return model.write(number, np.random.default_rng(seed), num_steps=3, **how)


def test_a_roll_as_a_picture_by_hand():
    """Two steps, three pitches: pitch 0 is struck and held, pitch 2 is struck at the second."""
    roll = np.array([[[1, 0, 0], [1, 0, 1]], [[1, 0, 0], [0, 0, 1]]], dtype=np.float32)
    assert to_pictures(roll[None])[0].tolist() == [
        [1, 1],
        [-1, -1],
        [-1, 1],
        [1, -1],
        [-1, -1],
        [-1, 1],
    ]


def test_a_picture_gives_its_roll_back():
    rolls = np.random.default_rng(0).random((2, 2, 5, 3)).astype(np.float32)
    pictures = to_pictures(rolls)
    assert pictures.shape == (2, 6, 5)
    np.testing.assert_allclose(to_rolls(pictures), rolls, atol=1e-6)


def test_wishes_as_rows():
    rows = wish_rows(torch.tensor([[0, 0], [1, 0], [2, 3], [0, 1]]))
    assert rows.dtype == torch.float32
    assert rows.tolist() == [
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 1],
        [0, 0, 1, 0, 0],
    ]


def test_the_network_fits_the_rolls():
    config = RollDiffusion(RollDiffusionConfig(low=60, high=71, schedule="linear")).network.config
    assert (config.num_rows, config.num_frames, config.num_wishes) == (24, 64, 5)
    assert (config.schedule, config.dropout) == ("linear", 0.1)


def test_writing_depends_on_the_generator_alone(model):
    rolls = write(model)
    assert rolls.shape == (2, 2, 8, 3)
    assert rolls.min() >= 0
    assert rolls.max() <= 1
    np.testing.assert_array_equal(write(model.train()), rolls)
    assert not model.training
    assert np.abs(write(model, seed=1) - rolls).max() > 0.01
    assert np.abs(rolls[0] - rolls[1]).max() > 0.01


def test_wishes_and_guidance_are_heard(model):
    free, wished = write(model), write(model, mode="minor", density="dense")
    assert np.abs(wished - free).max() > 1e-3
    np.testing.assert_allclose(
        write(model, mode="minor", density="dense", guidance=0.0), free, atol=1e-5
    )
    for other in (
        write(model, mode="major", density="dense"),
        write(model, mode="minor", density="sparse"),
        write(model, mode="minor", density="dense", guidance=3.0),
    ):
        assert np.abs(other - wished).max() > 1e-3


def test_watching_shows_rolls(model):
    seen = []
    rolls = write(model, watch=lambda *pair: seen.append(pair))
    assert len(seen) == 3
    assert all(part.shape == (2, 2, 8, 3) for pair in seen for part in pair)
    assert all(0 <= clean.min() <= clean.max() <= 1 for _, clean in seen)
    np.testing.assert_allclose(seen[-1][1], rolls, atol=1e-6)


def test_a_saved_model_writes_the_same(model, tmp_path):
    model = model.half().float()
    checkpoints.save(model, tmp_path / "small.safetensors", {})
    again = checkpoints.load_file(tmp_path / "small.safetensors")
    assert isinstance(again, RollDiffusion)
    assert again.config == SMALL
    np.testing.assert_array_equal(write(again, mode="minor"), write(model, mode="minor"))


def test_what_cannot_be_is_refused(model):
    with pytest.raises(ValueError, match=r"number is 0, outside 1\.\.10000"):
        write(model, number=0)
    with pytest.raises(ValueError, match="mode is 'blue'; choose from major, minor, or None"):
        write(model, mode="blue")
    with pytest.raises(ValueError, match="density is 'thick'; choose from sparse, medium, dense"):
        write(model, density="thick")
    with pytest.raises(ValueError, match=r"guidance is -0\.5"):
        write(model, guidance=-0.5)
    with pytest.raises(ValueError, match="num_steps is 0"):
        model.write(1, np.random.default_rng(0), num_steps=0)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"high": 59}, "high is 59"),
        ({"num_frames": 6}, "num_frames is 6, hidden_size 8; choose a multiple of 4"),
        ({"hidden_size": 9}, "hidden_size 9; choose"),
        ({"dropout": 1.0}, r"dropout is 1\.0"),
        ({"schedule": "square"}, "schedule is 'square'"),
    ],
)
def test_sizes_out_of_range(field, message):
    with pytest.raises(ValueError, match=message):
        RollDiffusionConfig(**{**SMALL.__dict__, **field})
