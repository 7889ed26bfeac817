import numpy as np
import pytest
import torch

from course.data.chorales import load_chorales
from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.recipes.chorale_batches import IGNORED, ChoraleBatches, chorale_grids, chorale_loss

SIZES = {"hidden_size": 8, "embedding_size": 4, "head_size": 8}
CONFIG = ChoraleNetConfig(low=30, high=85, steps_per_bar=6, **SIZES)
STEPS = np.arange(40)
# The soprano tells the place, the bass the key; the alto is silent, the tenor holds notes.
GRID = np.stack([40 + STEPS, np.full(40, -1), 50 + STEPS // 3, np.full(40, 36)], axis=1)


def draw(grids, step=0, **settings):
    batches = ChoraleBatches(
        grids, ChoraleNet(CONFIG), **{"window": 10, "batch_size": 64, **settings}
    )
    return [part.numpy() for part in batches(step, np.random.default_rng(0))]


def test_windows_know_what_was_before_them_and_their_place_in_the_bar():
    before, runs, places, frames = draw([GRID])
    assert before.shape == runs.shape == frames.shape == (64, 10, 4)
    assert places.shape == (64, 10)
    starts = set()
    for row in range(64):
        key = frames[row, 0, 1] + 29 - 36  # class 1 is pitch 30; writing order is S, B, A, T
        start = frames[row, 0, 0] + 29 - key - 40
        steps = start + np.arange(10)
        assert (frames[row, :, 2] == 0).all()  # a rest is not moved
        np.testing.assert_array_equal(frames[row, :, 0] + 29, 40 + steps + key)
        np.testing.assert_array_equal(frames[row, :, 3] + 29, 50 + steps // 3 + key)
        np.testing.assert_array_equal(places[row], steps % 6)
        np.testing.assert_array_equal(before[row, 1:], frames[row, :-1])
        np.testing.assert_array_equal(runs[row, :, 3], np.where(steps, (steps - 1) % 3 + 1, 0))
        np.testing.assert_array_equal(runs[row, :, 1], np.minimum(steps, 16))
        if start:
            assert before[row, 0, 0] == frames[row, 0, 0] - 1
        else:
            assert (before[row, 0] == CONFIG.num_classes).all()
        starts.add(start)
    assert {0, 30} <= starts <= set(range(31))


@pytest.mark.parametrize(
    ("high", "semitones", "keys"),
    [(85, 6, range(-6, 7)), (85, 2, range(-2, 3)), (80, 6, range(-6, 2)), (85, 0, range(1))],
)
def test_keys_stay_in_range(high, semitones, keys):
    config = ChoraleNetConfig(low=30, high=high, **SIZES)
    batches = ChoraleBatches([GRID], ChoraleNet(config), 10, 200, semitones)
    frames = batches(0, np.random.default_rng(0))[-1].numpy()
    assert set((frames[:, 0, 1] + 29 - 36).tolist()) == set(keys)
    assert frames.max() < config.num_classes


def test_long_pieces_are_drawn_more_often():
    high = np.full((80, 4), 70)
    frames = draw([GRID[:20], high], batch_size=1000, semitones=0)[-1]
    assert (frames[:, 0, 1] == 41).mean() == pytest.approx(0.8, abs=0.04)


def test_short_pieces_are_padded_and_the_padding_costs_nothing():
    torch.manual_seed(0)
    net = ChoraleNet(CONFIG).eval()
    batch = ChoraleBatches([GRID[:7]], net, 10, 3, 0)(0, np.random.default_rng(0))
    assert (batch[-1][:, 7:] == IGNORED).all()
    assert (batch[-1][:, :7] >= 0).all()
    expected = -net.log_probabilities(GRID[:7]).mean()
    assert chorale_loss(net, batch).item() == pytest.approx(expected, rel=1e-5)


def test_a_batch_depends_on_its_generator_alone():
    first, again = draw([GRID], step=0), draw([GRID], step=7)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_loss_is_the_mean_over_all_cells():
    """Whole pieces in their own key: the same as what the network says of them."""
    torch.manual_seed(0)
    net = ChoraleNet(CONFIG).eval()
    batches = ChoraleBatches([GRID, GRID[::-1]], net, 40, 6, 0)
    batch = batches(0, np.random.default_rng(0))
    rising = (batch[-1][:, 1, 0] > batch[-1][:, 0, 0]).tolist()
    assert 0 < sum(rising) < 6
    slow = [-net.log_probabilities(GRID if up else GRID[::-1]).mean() for up in rising]
    assert chorale_loss(net, batch).item() == pytest.approx(np.mean(slow), rel=1e-5)


def test_shipped_chorales_are_split_as_published():
    names = ("train", "valid", "test")
    counts = {split: len(chorale_grids(split)) for split in names}
    assert sum(counts.values()) == sum(c.split in names for c in load_chorales())
    assert counts["train"] > 200
    batch = ChoraleBatches(chorale_grids("train"), ChoraleNet())(0, np.random.default_rng(0))
    assert batch[0].shape == (32, 96, 4)
    assert batch[-1].max() <= ChoraleNetConfig().num_classes - 1


def test_a_piece_that_fits_into_no_key():
    config = ChoraleNetConfig(low=60, high=62, **SIZES)
    with pytest.raises(ValueError, match=r"row 0, soprano: pitch 40 is outside 60\.\.62"):
        ChoraleBatches([GRID], ChoraleNet(config), 10)(0, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 0}, "window is 0, outside 1"),
        ({"batch_size": 0}, "batch_size is 0, outside 1"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        ChoraleBatches([GRID], ChoraleNet(CONFIG), **settings)


def test_no_pieces():
    with pytest.raises(ValueError, match="there are no pieces"):
        ChoraleBatches([], ChoraleNet(CONFIG))
