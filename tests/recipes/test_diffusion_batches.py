import numpy as np
import pytest
import torch

from course.data.single_notes import is_held_out
from course.data.transposition import MOST_SEMITONES
from course.models.gaussian_diffusion import add_noise, diffusion_loss
from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.noise_schedules import alpha_bars
from course.models.picture_diffusion import PictureDiffusion, PictureDiffusionConfig
from course.models.roll_diffusion import RollDiffusion, RollDiffusionConfig
from course.models.timbre_diffusion import TimbreDiffusion, TimbreDiffusionConfig
from course.models.voices import VoiceRange
from course.models.wishes import key_number, wish_numbers
from course.recipes import diffusion_batches as module
from course.recipes.chorale_batches import chorale_grids
from course.recipes.diffusion_batches import (
    LEFT_OUT,
    WINDOW,
    GridBatches,
    RollBatches,
    WindowBatches,
    WishedWindow,
    budget_windows,
    draw_noise,
    grid_loss,
    grid_valid_nats,
    note_loss,
    note_valid_loss,
    picture_loss,
    roll_loss,
    roll_valid_loss,
    training_windows,
    window_roll,
)
from course.recipes.timbre_batches import NoteBatches, picture_sizes, training_notes
from course.recipes.window_wishes import window_key, window_wishes

STEPS = np.arange(WINDOW)
# The soprano tells the window and its steps, the alto is silent, the bass tells the key.
MUSIC = np.stack([60 + STEPS % 7, np.full(64, -1), 55 + STEPS // 32, np.full(64, 45)], axis=1)
HIGH = MUSIC.copy()
HIGH[10, 0] = 81  # two semitones below the top of the range
WINDOWS = (
    WishedWindow(MUSIC, 20, 9, "major", "medium"),  # the keys' names are made up, but move along
    WishedWindow(HIGH, 8, 2, "minor", "dense"),
)
TINY = GridDiffusionConfig(hidden_size=8, num_layers=1, num_heads=2, head_size=8)


def source(seed=0):
    return np.random.default_rng(seed)


def test_windows_are_cut_from_the_chorales(monkeypatch):
    pieces = [MUSIC[:63], np.concatenate([MUSIC, HIGH[:20]]), HIGH]
    monkeypatch.setattr(module, "chorale_grids", lambda split: {"few": pieces}[split])
    training_windows.cache_clear()
    windows = training_windows("few", 8)
    training_windows.cache_clear()
    assert [window.start for window in windows] == [0, 8, 16, 0]
    for window, piece in zip(windows, [pieces[1]] * 3 + [HIGH], strict=True):
        np.testing.assert_array_equal(window.pitches, piece[window.start : window.start + 64])
        assert (window.mode, window.density) == window_wishes(window.pitches)
        assert (window.tonic, window.mode) == window_key(window.pitches)


@pytest.mark.slow
def test_the_small_budget_has_a_quarter_of_the_windows():
    few = budget_windows("smoke")
    assert {window.start % 16 for window in few} == {0}
    for budget in ("lesson", "full"):
        windows = budget_windows(budget)
        assert {window.start % 16 for window in windows} == {0, 4, 8, 12}
        assert sum(window.start % 16 == 0 for window in windows) == len(few)
    longest = max(len(grid) for grid in chorale_grids("train"))
    assert max(window.start for window in few) in range(longest - 64 - 15, longest - 63)


def test_windows_are_moved_as_one_and_stay_in_range():
    pitches, starts, wishes = WindowBatches(WINDOWS, batch_size=800).draw(source())
    assert pitches.shape == (800, 64, 4)
    keys = {20: set(), 8: set()}
    for grid, start in zip(pitches, starts.tolist(), strict=True):
        own = MUSIC if start == 20 else HIGH
        key = grid[0, 3] - 45
        np.testing.assert_array_equal(grid, np.where(own == -1, -1, own + key))
        keys[start].add(int(key))
    voices, low = VoiceRange(), -min(MOST_SEMITONES, 45 - VoiceRange().low)
    assert keys == {
        20: set(range(low, MOST_SEMITONES + 1)),
        8: set(range(low, voices.high - 81 + 1)),
    }
    assert (starts == 20).mean() == pytest.approx(0.5, abs=0.06)
    for window in WINDOWS:
        own = wishes[starts == window.start]
        moved = pitches[starts == window.start, 0, 3] - 45
        keys = [key_number((window.tonic + shift) % 12, window.mode) for shift in moved]
        told = own[:, 0] > 0
        np.testing.assert_array_equal(own[told, 0], np.array(keys)[told])
        for kind, number in enumerate(wish_numbers(window.mode, window.density), start=1):
            assert set(own[:, kind].tolist()) == {0, number}


def test_each_wish_is_left_out_now_and_then():
    wishes = WindowBatches(WINDOWS, batch_size=3000).draw(source())[2]
    left_out = wishes == 0
    assert LEFT_OUT == 0.2
    assert left_out.mean(axis=0) == pytest.approx([0.2, 0.2, 0.2], abs=0.03)
    np.testing.assert_array_equal(left_out[:, 0], left_out[:, 1])  # the key names the mode
    assert left_out.all(axis=1).mean() == pytest.approx(0.2**2, abs=0.015)  # else each on its own


def test_a_window_that_is_too_wide_stays_in_its_key():
    wide = MUSIC.copy()
    wide[0, 3], wide[1, 0] = 34, 83
    pitches = WindowBatches([WishedWindow(wide, 0, 0, "major", "sparse")], 20).draw(source())[0]
    assert (pitches == wide).all()


def test_a_batch_of_grids():
    classes, masked, places, wishes = GridBatches(WINDOWS, 32)(0, source())
    pitches, starts, drawn_wishes = WindowBatches(WINDOWS, 32).draw(source())
    np.testing.assert_array_equal(np.where(classes == 0, -1, classes + 33), pitches)
    np.testing.assert_array_equal(wishes, drawn_wishes[:, [0, 2]])  # key and density
    for row, start in enumerate(starts):
        assert places[row].tolist() == [(start + step) % 16 for step in range(64)]
    counts = masked.sum(dim=(1, 2)).tolist()
    assert masked.shape == (32, 64, 4)
    for row, count in enumerate(counts):  # 256 cells: eight counts for each of 32 masks
        assert 8 * row < count <= 8 * (row + 1)


@pytest.mark.parametrize("kind", [GridBatches, RollBatches])
def test_a_batch_depends_on_its_generator_alone(kind):
    batches = kind(WINDOWS, 4)
    first, again, other = batches(0, source(1)), batches(7, source(1)), batches(0, source(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


class Table:
    """A model that answers with what it is given, and remembers what it was asked."""

    def __init__(self, p, config):
        self.logits, self.config, self.asked = torch.as_tensor(p).log(), config, []

    def __call__(self, *asked):
        self.asked.append(asked)
        return self.logits


def test_the_loss_of_grids_by_hand():
    """Two windows of one step: two cells are masked in the first, one in the second.

    The right classes of the first have 1/2 and 1/8, ln 2 and 3 ln 2: a mean of 2 ln 2. That of the
    second has 1/4 and then 1/16, 2 ln 2 and 4 ln 2. Each window weighs the same.
    """
    config = GridDiffusionConfig(low=60, high=61)  # three classes, and 3 for masked
    classes = torch.tensor([[[0, 1, 2, 0]], [[2, 2, 1, 1]]])
    masked = torch.tensor([[[True, False, True, False]], [[False, False, False, True]]])
    places, wishes = torch.tensor([[3], [5]]), torch.tensor([[1, 0], [0, 2]])
    p = torch.full((2, 1, 4, 3), 1 / 3, dtype=torch.float64)
    p[0, 0, 0] = torch.tensor([1 / 2, 1 / 4, 1 / 4])
    p[0, 0, 2] = torch.tensor([1 / 2, 3 / 8, 1 / 8])
    for share, nats in ((1 / 4, 2), (1 / 16, 3)):
        p[1, 0, 3] = torch.tensor([1 / 2, share, 1 / 2 - share])
        model = Table(p, config)
        loss = grid_loss(model, (classes, masked, places, wishes))
        assert loss.item() == pytest.approx(nats * np.log(2))
    cells, *rest = model.asked[0]
    assert cells.tolist() == [[[3, 1, 3, 0]], [[2, 2, 1, 3]]]
    assert rest[0] is places
    assert rest[1] is wishes
    assert classes[0, 0].tolist() == [0, 1, 2, 0]


def test_the_loss_of_grids_is_the_bound():
    """On one window, the mean loss over many masks is the bound on nats per note."""
    torch.manual_seed(0)
    model = GridDiffusion(TINY).eval()
    with torch.no_grad():
        for head in model.heads:
            head.how_far.weight.mul_(5)
        classes, masked, places, _ = GridBatches(WINDOWS[:1], 64)(0, source())
        wishes = torch.zeros(64, 2, dtype=torch.long)
        classes, places = classes[:1].expand(64, -1, -1), places[:1].expand(64, -1)
        loss = grid_loss(model, (classes, masked, places, wishes)).item()
    pitches = np.where(classes[0] == 0, -1, classes[0] + 33)
    logs = model.log_cells(classes[0].numpy(), masked.numpy(), start=20)
    by_hand = -((logs * masked.numpy()).sum(axis=(1, 2)) / masked.numpy().sum(axis=(1, 2))).mean()
    assert loss == pytest.approx(by_hand, rel=1e-5)
    assert -model.log_bounds(pitches, draws=64).mean() == pytest.approx(loss, rel=0.05)


def test_validation_without_opinions(monkeypatch):
    """A network that holds all 51 classes for equally likely: ln 51 nats per note."""
    pieces = [MUSIC, HIGH[:30]]
    monkeypatch.setattr(module, "chorale_grids", lambda split: {"valid": pieces}[split])
    model = GridDiffusion(TINY)
    with torch.no_grad():
        for head in model.heads:
            for part in (head.where, head.how_far):
                part.weight.zero_(), part.bias.zero_()
    assert grid_valid_nats(model) == pytest.approx(np.log(51), rel=1e-5)


def test_a_window_as_a_roll():
    """A held unison is one note; a voice that strikes it again strikes it for both."""
    pitches = np.array([[62, -1, 60, 60], [62, -1, 60, 61], [63, -1, 60, 61]])
    roll = window_roll(pitches, VoiceRange(60, 63))
    assert roll.shape == (2, 3, 4)
    assert roll[0].tolist() == [[1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1]]
    assert roll[1].tolist() == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_a_batch_of_rolls():
    clean, wishes, noise, levels = RollBatches(WINDOWS, 6)(0, source())
    pitches, _, numbers = WindowBatches(WINDOWS, 6).draw(source())
    assert clean.shape == noise.shape == (6, 100, 64)
    assert set(clean.unique().tolist()) == {-1, 1}
    for row in range(6):
        for step in (0, 9, 40):
            on = {34 + n for n in range(50) if clean[row, n, step] == 1}
            assert on == set(pitches[row, step].tolist()) - {-1}
        for kind, first in ((0, 0), (1, 2)):
            expected = [0.0] * (2 + kind)
            if numbers[row, 1 + kind]:
                expected[numbers[row, 1 + kind] - 1] = 1
            assert wishes[row, first : first + 2 + kind].tolist() == expected
    assert levels.shape == (6,)


def test_noise_and_its_levels():
    clean = torch.zeros(50, 20, 30)
    noise, levels = draw_noise(clean, source())
    assert noise.shape == clean.shape
    assert noise.dtype == levels.dtype == torch.float32
    assert noise.mean().item() == pytest.approx(0, abs=0.02)
    assert noise.std().item() == pytest.approx(1, abs=0.02)
    schedule = alpha_bars(1000)
    for row, level in enumerate(levels.tolist()):  # each from its own fiftieth of the schedule
        assert schedule[20 * (row + 1)] - 1e-7 <= level <= schedule[20 * row + 1] + 1e-7
    every = torch.cat([draw_noise(torch.zeros(1000, 1), source(seed))[1] for seed in range(3)])
    assert every.max() < 1
    np.testing.assert_allclose(np.sort(every)[::3][::-1], schedule[1:], rtol=1e-4)


def test_the_loss_of_pictures():
    torch.manual_seed(0)
    network = PictureDiffusion(PictureDiffusionConfig(2, 8, 3, 8)).eval()
    with torch.no_grad():
        for weights in network.parameters():
            if not weights.any():
                weights.normal_()
    clean, noise, wishes = torch.randn(3, 2, 8), torch.randn(3, 2, 8), torch.eye(3)
    levels = torch.tensor([0.1, 0.5, 0.9])
    v = network(add_noise(clean, noise, levels), levels, wishes)
    expected = diffusion_loss(lambda x, level: v, clean, noise, levels)
    assert picture_loss(network, clean, wishes, noise, levels).item() == expected.item()
    without = picture_loss(network, clean, wishes * 0, noise, levels)
    assert abs(without.item() - expected.item()) > 1e-4


def tiny_rolls():
    torch.manual_seed(0)
    return RollDiffusion(RollDiffusionConfig(hidden_size=8))


def test_the_loss_of_rolls():
    model, batch = tiny_rolls().eval(), RollBatches(WINDOWS, 4)(0, source())
    assert roll_loss(model, batch).item() == picture_loss(model.network, *batch).item()


def test_validation_of_rolls_is_the_same_each_time(monkeypatch):
    asked = []

    def windows(*which):
        asked.append(which)
        return WINDOWS

    monkeypatch.setattr(module, "training_windows", windows)
    model = tiny_rolls().train()
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(0.05)
    first = roll_valid_loss(model, batches=2)
    assert roll_valid_loss(model.train(), batches=2) == first  # dropout is off
    assert asked == [("valid", 16)] * 2
    losses = []
    with torch.no_grad():
        for seed in range(2):
            batch = RollBatches(WINDOWS, 64)(0, source(seed))
            losses.append(roll_loss(model.eval(), batch).item())
    assert first == pytest.approx(np.mean(losses), rel=1e-6)
    assert losses[0] != losses[1]


@pytest.fixture
def notes():
    torch.manual_seed(0)
    return TimbreDiffusion(TimbreDiffusionConfig(**picture_sizes(), hidden_size=8))


def kept_wishes(monkeypatch):
    """Let the loss of pictures keep what wishes and levels it is asked about."""
    kept = []

    def keep(network, clean, wishes, noise, levels):
        kept.append((clean, wishes, noise, levels))
        return torch.tensor(0.0)

    monkeypatch.setattr(module, "picture_loss", keep)
    return kept


@pytest.mark.slow
def test_a_note_is_sometimes_asked_for_without_a_wish(notes, monkeypatch):
    kept, batch = kept_wishes(monkeypatch), NoteBatches(training_notes("smoke"), 600)
    clean, pitch, shares = batch(0, source())
    wishes = notes.wishes(pitch, shares)
    note_loss(notes.train(), (clean, pitch, shares))
    note_loss(notes, (clean, pitch, shares))
    note_loss(notes.eval(), (clean, pitch, shares))
    note_loss(notes, (clean, pitch, shares))
    first, second, third, fourth = kept
    for _, told, _, _ in (first, second):
        left_out = (told == 0).all(dim=1)
        assert left_out.float().mean().item() == pytest.approx(LEFT_OUT, abs=0.06)
        torch.testing.assert_close(told[~left_out], wishes[~left_out])
    assert not torch.equal(first[2], second[2])  # new noise in each step of training
    assert not torch.equal(first[1], second[1])
    assert all(torch.equal(a, b) for a, b in zip(third, fourth, strict=True))
    assert torch.equal(third[1], wishes)  # without training nothing is left out


def test_a_seed_makes_the_loss_of_a_note(notes):
    batch = NoteBatches(training_notes("smoke"), 3)(0, source())
    losses = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        losses.append(note_loss(notes.train(), batch).item())
    assert losses[0] == losses[1] != losses[2]


def test_notes_are_validated_on_what_is_held_out(notes, monkeypatch):
    asked = []

    def loss(model, batch):
        asked.append((model.training, batch))
        return torch.tensor(2.5)

    monkeypatch.setattr(module, "note_loss", loss)
    assert note_valid_loss(notes.train()) == 2.5
    ((training, (clean, pitch, shares)),) = asked
    assert not training
    assert len(clean) == 256
    families = shares.argmax(dim=1).tolist()
    assert all(map(is_held_out, pitch.tolist(), families))
    assert len(set(families)) > 1


@pytest.mark.slow
def test_the_network_of_grids_learns_one_window():
    torch.manual_seed(0)
    model = GridDiffusion(GridDiffusionConfig(hidden_size=32, num_layers=1, head_size=32))
    batches = GridBatches([WINDOWS[0]], 8)
    optimizer, losses = torch.optim.Adam(model.parameters(), 1e-2), []
    for step in range(40):
        loss = grid_loss(model, batches(step, source(step)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] > 3  # ln 51 is 3.9
    assert np.mean(losses[-5:]) < 1.2


@pytest.mark.parametrize("kind", [GridBatches, RollBatches])
def test_no_windows_are_refused(kind):
    with pytest.raises(ValueError, match="there are no windows; give at least one"):
        kind([])
