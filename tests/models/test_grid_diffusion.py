from itertools import pairwise

import numpy as np
import pytest
import torch

from course.models import checkpoints
from course.models.grid_diffusion import (
    FARTHEST,
    FillingHead,
    GridDiffusion,
    GridDiffusionConfig,
    beat_levels,
    draw_masks,
    nearest_before,
)
from course.models.voices import FREE, SILENCE
from course.sampling import Sampler

SMALL = GridDiffusionConfig(
    low=60, high=64, num_frames=8, steps_per_bar=4, hidden_size=8, num_layers=1, num_heads=2,
    head_size=8,
)  # fmt: skip
V = 6


def make(**sizes):
    torch.manual_seed(0)
    model = GridDiffusion(GridDiffusionConfig(**{**SMALL.__dict__, **sizes})).eval()
    with torch.no_grad():
        for head in model.heads:  # untrained heads say nearly the same of everything
            head.where.weight.mul_(5), head.how_far.weight.mul_(5)
    return model


def deaf(p, **sizes):
    """Make a network that ignores all it sees: p (4, V) of each voice's classes."""
    model = make(**sizes)
    with torch.no_grad():
        for head, row in zip(model.heads, p, strict=True):
            for part in (head.where, head.how_far):
                part.weight.zero_(), part.bias.zero_()
            head.where.bias.copy_(torch.as_tensor(row).log())
    return model


P = np.random.default_rng(3).dirichlet(np.ones(V), size=4)  # some p for `deaf`


def source(seed=0):
    return np.random.default_rng(seed)


def music(steps, seed=0):
    return source(seed).choice([-1, 60, 61, 62, 63, 64], size=(steps, 4)).astype(np.int16)


def ask(model, cells, wishes=(0, 0)):
    cells = torch.as_tensor(cells)
    places = (torch.arange(cells.shape[1]) % model.config.steps_per_bar).expand(len(cells), -1)
    with torch.no_grad():
        return model(cells, places, torch.tensor([wishes] * len(cells)))


def some_cells(seed=0):
    """Classes of two windows, a third of them masked."""
    return source(seed).integers(0, V + 3, size=(2, 8, 4)).clip(max=V)


def test_nearest_before_by_hand():
    """Three voices: one with gaps, one with nothing, one that is all there; 9 is masked."""
    cells = torch.tensor([[9, 9, 3, 1], [4, 9, 3, 1], [9, 9, 3, 1], [9, 9, 3, 2], [5, 9, 3, 9]])
    found, distances = nearest_before(cells[None], 9)
    assert found[0].T.tolist() == [
        [9, 9, 4, 4, 4],
        [9, 9, 9, 9, 9],
        [9, 3, 3, 3, 3],
        [9, 1, 1, 1, 2],
    ]
    assert distances[0].T.tolist() == [
        [0, 0, 1, 2, 3],
        [0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 1, 1, 1, 1],
    ]


def test_far_is_far():
    cells = torch.full((1, 40, 4), 9)
    cells[0, 2] = 5
    found, distances = nearest_before(cells, 9)
    assert (found[0, 3:] == 5).all()
    assert distances[0, :, 0].tolist() == [0] * 3 + [min(n, FARTHEST) for n in range(1, 38)]


def test_one_head_by_a_slow_formula():
    torch.manual_seed(0)
    head = FillingHead(num_classes=4, state_size=3, head_size=5, num_around=2, dropout=0.0)
    around = torch.tensor([[0, 3], [2, 4], [4, 4], [1, 1]])  # 4 is masked
    h = torch.randn(4, 3)
    found = head(h, around)
    for row, pair in enumerate(around.tolist()):
        z = head.from_state(h[row])
        for block, start in enumerate(pair):
            z = z + head.from_around.weight[block * 5 + start]
        z = z.clamp(min=0)
        opinions = (head.how_far.weight @ z + head.how_far.bias).view(2, 7)  # intervals -3..3
        for pitch in range(4):
            logit = head.where.weight[pitch] @ z + head.where.bias[pitch]
            for block, start in enumerate(pair):
                if start != 4:
                    logit = logit + opinions[block, pitch - start + 3]
            assert found[row, pitch].item() == pytest.approx(logit.item(), abs=1e-5)


def test_what_is_masked_has_no_interval():
    """A semitone above the second note is liked by 7; where it is not there, nothing is."""
    torch.manual_seed(0)
    head = FillingHead(4, 3, 5, 2, 0.0)
    with torch.no_grad():
        for part in (head.where, head.how_far):
            part.weight.zero_(), part.bias.zero_()
        head.how_far.bias[7 + 3 + 1] = 7.0
    logits = head(torch.zeros(2, 3), torch.tensor([[0, 2], [2, 4]]))
    assert logits.tolist() == [[0, 0, 0, 7], [0, 0, 0, 0]]


def nearest(line, step, way):
    """Find the nearest class that is there, going one way, and how far it lies: (V, 0) if none."""
    distance = 1
    while 0 <= step + way * distance < len(line):
        if line[step + way * distance] != V:
            return line[step + way * distance], min(distance, FARTHEST)
        distance += 1
    return V, 0


def slow_logits(model, cells, places, wishes):
    """The network on one window, a lookup at a time."""
    lines, T = [list(line) for line in zip(*cells, strict=True)], len(cells)
    found = [[[nearest(line, t, way) for line in lines] for way in (-1, 1)] for t in range(T)]
    x = []
    for t in range(T):
        ways = found[t]
        classes = [*cells[t], *(c for way in ways for c, _ in way)]
        distances = [d for way in ways for _, d in way]
        row = model.places.weight[places[t]]
        row = row + sum(model.cells.weight[n * (V + 1) + c] for n, c in enumerate(classes))
        row = row + sum(model.distances.weight[n * 17 + d] for n, d in enumerate(distances))
        x.append(row + sum(e.weight[w] for e, w in zip(model.wishes, wishes, strict=True)))
    grid = torch.tensor(cells)[None]
    heard = model._heard(grid, nearest_before(grid, V)[0], torch.float32)
    h = model.core(torch.stack(x)[None], heard=heard)[0][0]
    logits = []
    for t in range(T):
        for voice, head in enumerate(model.heads):
            beside = [found[t][0][voice][0], found[t][1][voice][0]]
            others = [c for other, c in enumerate(cells[t]) if other != voice]
            logits.append(head(h[t], torch.tensor(beside + others)))
    return torch.stack(logits).view(T, 4, V) + model.keys.weight[wishes[0]].view(4, V)


def test_logits_are_those_of_a_slow_formula():
    model, cells = make(), some_cells()
    places, wishes = source().integers(0, 4, size=(2, 8)), np.array([[1, 3], [2, 0]])
    with torch.no_grad():
        torch.nn.init.normal_(model.keys.weight[1:])
        logits = model(*map(torch.from_numpy, (cells, places, wishes)))
        for row in range(2):
            slow = slow_logits(model, *(part[row].tolist() for part in (cells, places, wishes)))
            torch.testing.assert_close(logits[row], slow, atol=1e-5, rtol=1e-4)


def test_every_cell_sees_both_ways():
    model, cells = make(), np.full((1, 8, 4), V)
    cells[0, [1, 6], 2] = 3
    first = ask(model, cells)
    assert first.shape == (1, 8, 4, V)
    for step, other in ((1, 6), (6, 1)):
        changed = cells.copy()
        changed[0, step, 2] = 4
        difference = (ask(model, changed) - first).abs()
        assert difference[0, other].amax(dim=-1).min() > 1e-3  # of all four voices


def test_the_attention_sees_both_ways_too():
    """What lies farther off than the nearest note is heard through the attention alone."""
    model, cells = make(), np.full((1, 8, 4), V)
    cells[0, :, 1] = 3
    first = ask(model, cells)
    for step, other in ((0, 7), (7, 0)):
        changed = cells.copy()
        changed[0, step, 1] = 4
        assert (ask(model, changed) - first)[0, other].abs().max() > 1e-5


def test_place_and_wishes_are_heard():
    model, cells = make(), some_cells()
    first = ask(model, cells)
    for wishes in ((1, 0), (2, 0), (0, 1), (0, 3)):
        assert (ask(model, cells, wishes) - first).abs().max() > 1e-3
    with torch.no_grad():
        elsewhere = model(
            torch.as_tensor(cells), torch.full((2, 8), 3), torch.zeros(2, 2, dtype=torch.long)
        )
    assert (elsewhere - first)[:, :3].abs().max() > 1e-3


def test_a_window_does_not_depend_on_the_others_of_its_batch():
    model, cells = make(), some_cells()
    torch.testing.assert_close(ask(model, cells)[1:], ask(model, cells[1:]))


def test_what_sounds_by_hand():
    """Classes 1..5 are D4..F#4: class 1 is pitch class 2."""
    model = make(low=62, high=66)
    cells = torch.tensor([[[5, 0, V, 2], [1, 3, 0, V], [V, V, V, 0], [V, V, V, 1]]])
    rows, bass = model._heard(cells, nearest_before(cells, V)[0], torch.float32)
    assert rows.shape == (1, 4, 4, 12)
    sounding = {tuple(place) for place in rows[0].nonzero().tolist()}
    assert sounding == {(0, 0, 6), (0, 3, 3), (1, 0, 2), (1, 1, 4), (3, 3, 2)}
    # The silent bass of the third frame is heard as it was before, and silence counts as the
    # lowest pitch where nothing sounded.
    assert bass.tolist() == [[3, 3, 3, 2]]


@pytest.mark.parametrize("number", [1, 4, 8, 32, 100])
def test_masks_are_spread_evenly(number):
    masks = draw_masks(number, 8, source())
    assert masks.shape == (number, 8, 4)
    assert masks.dtype == bool
    counts = masks.sum(axis=(1, 2))
    assert 1 <= counts.min() <= counts.max() <= 32
    for row, count in enumerate(counts):
        assert 32 * row / number < count < 1 + 32 * (row + 1) / number
    if number == 32:
        assert counts.tolist() == list(range(1, 33))


def test_masks_are_drawn_evenly():
    masks = np.concatenate([draw_masks(8, 2, source(seed)) for seed in range(500)])
    counts = masks.sum(axis=(1, 2))
    shares = np.bincount(counts, minlength=9)[1:] / len(counts)
    assert shares == pytest.approx([1 / 8] * 8)  # eight masks of eight cells: one of each
    assert masks.mean(axis=0) == pytest.approx(np.full((2, 4), 4.5 / 8), abs=0.03)
    pairs = (masks[:, 0, 0] & masks[:, 1, 3]).mean()  # K (K - 1) / 56 of K cells, on average
    assert pairs == pytest.approx(np.mean([k * (k - 1) / 56 for k in range(1, 9)]), abs=0.03)


def test_truth_behind_a_mask_is_not_seen():
    model, masked = make(), draw_masks(5, 8, source())
    classes = source().integers(0, V, size=(8, 4))
    logs = model.log_cells(classes, masked)
    for step, voice in ((0, 0), (3, 2), (7, 3)):
        changed = classes.copy()
        changed[step, voice] = (changed[step, voice] + 1) % V
        again = model.log_cells(changed, masked)
        hidden = masked[:, step, voice]
        other = masked.copy()
        other[:, step, voice] = False
        np.testing.assert_array_equal(again[hidden][other[hidden]], logs[hidden][other[hidden]])
        assert (again[hidden, step, voice] != logs[hidden, step, voice]).all()
        seen = ~hidden & other.any(axis=(1, 2))
        assert seen.any()
        assert (again[seen][other[seen]] != logs[seen][other[seen]]).any()


def test_each_cell_has_a_distribution():
    model, masked = make(), np.ones((1, 8, 4), dtype=bool)
    logs = [model.log_cells(np.full((8, 4), c), masked, start=2) for c in range(V)]
    np.testing.assert_allclose(np.exp(logs).sum(axis=0), 1, rtol=1e-5)
    cells = torch.full((1, 8, 4), V)
    places = torch.tensor([[2, 3, 0, 1, 2, 3, 0, 1]])
    with torch.no_grad():
        expected = model(cells, places, torch.zeros(1, 2, dtype=torch.long)).log_softmax(dim=-1)
    np.testing.assert_allclose(logs[4], expected[..., 4].numpy(), rtol=1e-5)


@pytest.mark.parametrize("steps", [1, 7, 8, 11, 24])
def test_the_bound_of_a_known_likelihood(steps):
    """Where each cell is as likely as any other, each draw gives the bound exactly."""
    model = deaf(np.tile([0.1, 0.3, 0.2, 0.2, 0.1, 0.1], (4, 1)))
    pitches = np.full((steps, 4), 60)
    logs = model.log_bounds(pitches, draws=3)
    assert logs.shape == (steps, 4)
    assert logs.sum() == pytest.approx(4 * steps * np.log(0.3), rel=1e-5)


@pytest.mark.slow
def test_the_bound_is_unbiased():
    """A network that ignores its input, whose voices expect different things: the mean is right."""
    model, pitches = deaf(P), music(11)
    columns = np.arange(4)
    truth = np.log(P[columns, np.where(pitches == SILENCE, 0, pitches - 59)])
    draws = [model.log_bounds(pitches, draws=8, seed=seed).sum() for seed in range(300)]
    error = np.std(draws) / len(draws) ** 0.5
    assert np.std(draws) > 0.1  # a single estimate is off
    assert abs(np.mean(draws) - truth.sum()) < 3 * error


@pytest.mark.slow
def test_the_bound_is_the_mean_over_orders():
    """The bound of a window is the mean over orders of writing of what each order says."""
    model, classes = make(num_frames=2), source().integers(0, V, size=(2, 4))
    pitches = np.where(classes == 0, SILENCE, classes + 59)
    orders = [source(seed).permutation(8) for seed in range(400)]
    sums = []
    for order in orders:
        masked = np.ones((8, 8), dtype=bool)
        for number in range(8):
            masked[number, order[:number]] = False  # written before
        logs = model.log_cells(classes, masked.reshape(8, 2, 4)).reshape(8, 8)
        sums.append(logs[np.arange(8), order].sum())
    found = model.log_bounds(pitches, draws=3000).sum()
    assert np.std(sums) > 0.05
    assert found == pytest.approx(np.mean(sums), abs=4 * np.std(sums) / 20 + 0.02)


def test_windows_of_a_piece_are_bounded_each_on_its_own():
    model, pitches = make(), music(11)
    whole = model.log_bounds(pitches, draws=2)
    changed = pitches.copy()
    changed[8:] = music(3, seed=1)
    again = model.log_bounds(changed, draws=2)
    np.testing.assert_array_equal(again[:8], whole[:8])
    assert (again[8:] != whole[8:]).any()


def test_the_bound_depends_on_its_seed_and_not_on_dropout():
    model, pitches = make(dropout=0.5), music(9)
    first = model.log_bounds(pitches)
    np.testing.assert_array_equal(model.train().log_bounds(pitches), first)
    assert (model.log_bounds(pitches, seed=1) != first).any()


def test_a_piece_of_no_steps_has_no_bound():
    assert make().log_bounds(np.empty((0, 4), dtype=int)).shape == (0, 4)


@pytest.mark.parametrize("steps", [0, 1, 63, 64, 65, 96, 97, 200])
def test_windows_cover_every_length(steps):
    model = make(num_frames=64)
    starts = model._window_starts(steps)
    covered = np.zeros(steps, dtype=int)
    for start in starts:
        assert start == 0 or 0 < start <= steps - 64
        covered[start : start + 64] += 1
    assert (covered > 0).all()
    assert (np.diff(starts) > 0).all()
    assert (np.diff(starts) <= 32).all()  # half of what each window sees is there already
    piece = model.generate(steps, source(), num_updates=2)
    assert piece.shape == (steps, 4)
    assert piece.dtype == np.int16
    assert np.isin(piece, model.config.pitches).all()


@pytest.mark.parametrize("steps", [5, 8, 21])
def test_what_is_given_is_kept_and_nothing_stays_free(steps):
    given = music(steps)
    free = source(1).random(given.shape) < 0.6
    given[free] = FREE
    kept = given.copy()
    for seed in range(3):
        piece = make().generate(steps, source(seed), given=given, num_updates=3)
        np.testing.assert_array_equal(piece[~free], kept[~free])
        assert np.isin(piece, SMALL.pitches).all()
        np.testing.assert_array_equal(given, kept)  # what was given stays as it was
    for all_there in (music(steps), music(steps).astype(np.int64)):
        np.testing.assert_array_equal(make().generate(steps, source(), given=all_there), all_there)


def test_the_same_chance_writes_the_same_piece():
    model = make(dropout=0.5)
    first = model.generate(10, source())
    np.testing.assert_array_equal(model.train().generate(10, source()), first)
    np.testing.assert_array_equal(model.write_voices(10, source()), first)
    assert (model.generate(10, source(1)) != first).any()


def test_the_network_is_asked_about_what_is_there(monkeypatch):
    """Silence is there, what is free is masked, and each window knows where it begins."""
    model, asked = make(), []
    answer = model._log_softmax

    def keep(cells, start, *how):
        asked.append((cells.clone(), start))
        return answer(cells, start, *how)

    monkeypatch.setattr(model, "_log_softmax", keep)
    given = music(11)
    given[::3, 1] = SILENCE
    given[1:, 0] = FREE
    model.generate(11, source(), given=given, num_updates=1)
    expected = np.where(given == SILENCE, 0, given - 59)[:8]
    assert [start for _, start in asked] == [0, 3]
    assert asked[0][0].tolist() == [np.where(given[:8] == FREE, V, expected).tolist()]
    assert (asked[1][0][0, :5, 0] < V).all()  # written by the first window
    assert (asked[1][0][0, 5:, 0] == V).all()
    asked.clear()
    model.log_bounds(music(11), draws=1)
    assert [(start, cells.shape[1]) for cells, start in asked] == [(0, 8), (8, 3)]


def test_what_is_given_is_heard():
    """A head that likes a semitone above the soprano in all other voices writes just that."""
    model = deaf(np.full((4, V), 1 / V))
    with torch.no_grad():
        for head in model.heads[1:]:
            head.how_far.bias.view(5, 2 * V - 1)[2, V - 1 + 1] = 30.0  # the first of the others
    given = np.full((12, 4), FREE)
    given[:, 0] = np.tile([60, 61, 62, 63], 3)
    piece = model.generate(12, source(), given=given)
    np.testing.assert_array_equal(piece[:, 1:], np.repeat(given[:, :1] + 1, 3, axis=1))


def test_pieces_written_at_once_are_those_written_one_by_one():
    model = make()
    given = np.stack([music(19, seed) for seed in range(3)])
    given[0, 4:] = FREE  # each piece needs another number of updates
    given[1] = FREE
    given[2, :, 1:] = FREE
    how = {"mode": "minor", "tonic": 2, "guidance": 2.0, "num_updates": 6, "sampler": Sampler(0.8)}
    pieces = model.fill(given, [source(seed) for seed in range(3)], **how)
    assert pieces.shape == (3, 19, 4)
    for seed in range(3):
        alone = model.generate(19, source(seed), given=given[seed], **how)
        np.testing.assert_array_equal(pieces[seed], alone)


def test_no_pieces_are_no_pieces():
    assert make().fill(np.empty((0, 5, 4), dtype=int), []).shape == (0, 5, 4)


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_cells_are_drawn_as_often_as_the_network_says(temperature):
    model = deaf(P)
    pieces = np.concatenate(
        [
            model.generate(200, source(seed), num_updates=1, sampler=Sampler(temperature))
            for seed in range(4)
        ]
    )
    for voice, row in enumerate(P):
        expected = row ** (1 / temperature) / (row ** (1 / temperature)).sum()
        found = [(pieces[:, voice] == pitch).mean() for pitch in SMALL.pitches]
        assert found == pytest.approx(expected, abs=0.06)


def test_a_low_temperature_takes_the_most_likely():
    piece = deaf(P).generate(16, source(), num_updates=4, sampler=Sampler(0.0))
    np.testing.assert_array_equal(piece, np.tile(SMALL.pitches[P.argmax(axis=1)], (16, 1)))


def test_guidance_by_its_formula():
    """ln p is untold + guidance * (told - untold), but for what makes the sum 1."""
    model, cells = make(), torch.as_tensor(some_cells())
    told, untold = (ask(model, cells, wishes).log_softmax(-1) for wishes in ((2, 1), (0, 0)))
    wishes = torch.tensor([[2, 1]] * 2)
    for guidance in (0.0, 0.5, 1.0, 3.0):
        with torch.no_grad():
            found = model._log_softmax(cells, 0, wishes, guidance)
        expected = (untold + guidance * (told - untold)).log_softmax(-1)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    assert (told - untold).abs().max() > 1e-3


def test_guidance_0_ignores_the_wishes():
    model = make()
    with torch.no_grad():
        for embed in model.wishes:
            embed.weight.mul_(20)
    few = {"num_updates": 6}
    free = model.generate(16, source(), guidance=0.0, mode="minor", tonic=3, **few)
    how = {"mode": "major", "tonic": 0, "density": "dense", **few}
    np.testing.assert_array_equal(model.generate(16, source(), guidance=0.0, **how), free)
    wished = model.generate(16, source(), **how)
    assert (wished != free).any()
    assert (model.generate(16, source(), guidance=4.0, **how) != wished).any()
    for other in ({"mode": "minor"}, {"tonic": 1}, {"density": "sparse"}):
        assert (model.generate(16, source(), **{**how, **other}) != wished).any()


def test_the_key_of_a_piece_from_nothing_is_drawn_and_that_of_given_notes_is_not(monkeypatch):
    model, told = make(), []
    answer = type(model)._filling

    def listen(self, windows, start, wishes, guidance):
        told.append(wishes[:, 0].tolist())
        return answer(self, windows, start, wishes, guidance)

    monkeypatch.setattr(type(model), "_filling", listen)
    given = np.full((300, 1, 4), FREE)
    model.fill(given, [source(seed) for seed in range(300)], num_updates=1)
    model.fill(given, [source(seed) for seed in range(300)], num_updates=1, mode="minor")
    model.fill(given, [source(seed) for seed in range(300)], num_updates=1, tonic=5)
    drawn = [set(keys) for keys in told]
    assert drawn == [set(range(1, 25)), set(range(13, 25)), {6, 18}]
    told.clear()
    half = np.full((1, 4), FREE)
    half[0, 0] = model.config.pitches[2]
    model.generate(1, source(), given=half)
    model.generate(1, source(), given=half, mode="minor", tonic=11)
    assert told == [[0]] * 3 + [[24]] * 3
    for lacking in ({"mode": "minor"}, {"tonic": 3}):
        with pytest.raises(ValueError, match="and notes are given; say both, or neither"):
            model.generate(1, source(), given=half, **lacking)


def test_watching_shows_each_update():
    """32 cells in 5 updates; 16 more of the second window are half of that: 3 updates."""
    model, seen = make(), []
    piece = model.generate(12, source(), num_updates=5, watch=seen.append)
    left = [int((state == FREE).sum()) for state in seen]
    assert np.diff([48, *left]).tolist() == [-7, -7, -6, -6, -6, -6, -5, -5]
    np.testing.assert_array_equal(seen[-1], piece)
    for before, after in pairwise(seen):
        written = before != FREE
        np.testing.assert_array_equal(after[written], before[written])
    assert all((state[8:] == FREE).all() for state in seen[:5])


def test_there_are_no_more_updates_than_missing_cells():
    model, given, seen = make(), music(8), []
    given[3, :3] = FREE
    model.generate(8, source(), given=given, num_updates=1000, watch=seen.append)
    assert [int((state == FREE).sum()) for state in seen] == [2, 1, 0]
    seen.clear()
    model.generate(8, source(), given=given, num_updates=1, watch=seen.append)
    assert [int((state == FREE).sum()) for state in seen] == [0]
    seen.clear()
    model.generate(8, source(), given=music(8), watch=seen.append)
    assert seen == []


def test_strong_beats_are_written_first_and_equals_by_lot():
    model, halves = make(num_frames=16, steps_per_bar=16), []
    for seed in range(60):
        seen = []
        model.generate(16, source(seed), num_updates=16, watch=seen.append)
        there = [piece != FREE for piece in seen]
        assert [piece.sum() for piece in there] == list(range(4, 65, 4))
        assert there[0][0].all()  # the beginning of the bar
        assert there[1][[0, 8]].all()  # and its middle
        assert there[3][::4].all()  # the quarters
        assert there[7][::2].all()  # the eighths
        halves.append(there[11][1::2])
    assert np.mean(halves, axis=0) == pytest.approx(np.full((8, 4), 0.5), abs=0.25)


def test_the_place_in_the_bar_goes_on_after_a_window():
    """Windows of 8 steps in bars of 16: the second one holds no beginning of a bar."""
    seen = []
    make(num_frames=8, steps_per_bar=16).generate(16, source(), num_updates=8, watch=seen.append)
    second = [piece[8:] != FREE for piece in seen if (piece[8:] != FREE).any()]
    assert second[0][0].any()  # the middle of the bar


@pytest.mark.parametrize(
    ("steps_per_bar", "levels"),
    [
        (16, [0, 4, 3, 4, 2, 4, 3, 4, 1, 4, 3, 4, 2, 4, 3, 4, 0]),
        (12, [0, 3, 3, 2, 3, 3, 1, 3, 3, 2, 3, 3, 0]),
        (4, [0, 2, 1, 2, 0]),
        (1, [0, 0]),
    ],
)
def test_strength_of_steps(steps_per_bar, levels):
    assert beat_levels(np.arange(len(levels)), steps_per_bar).tolist() == levels


def test_watching_several_pieces():
    seen = []
    make().fill(
        np.full((2, 8, 4), FREE),
        [source(0), source(1)],
        num_updates=2,
        watch=lambda pieces: seen.append((pieces == FREE).sum(axis=(1, 2)).tolist()),
    )
    assert seen == [[16, 16], [0, 0]]


def test_a_saved_model_writes_the_same(tmp_path):
    model = make(dropout=0.2).half().float()
    checkpoints.save(model, tmp_path / "small.safetensors", {})
    again = checkpoints.load_file(tmp_path / "small.safetensors")
    assert isinstance(again, GridDiffusion)
    assert again.config == model.config
    np.testing.assert_array_equal(again.generate(20, source()), model.generate(20, source()))
    np.testing.assert_array_equal(again.log_bounds(music(9)), model.log_bounds(music(9)))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"num_steps": -1}, r"num_steps is -1, outside 0\.\.100000; 16 sixteenths are a bar"),
        ({"mode": "blue"}, "mode is 'blue'; choose from major, minor, or None"),
        ({"density": "thick"}, "density is 'thick'; choose from sparse, medium, dense, or None"),
        ({"guidance": -1.0}, r"guidance is -1\.0, outside 0\.0\.\.100\.0; 1 to 4 are usual"),
        ({"guidance": float("nan")}, "guidance is nan"),
        ({"num_updates": 0}, r"num_updates is 0, outside 1\.\.1000000; 256 is usual"),
        ({"allowed": np.ones((4, 3), bool)}, r"allowed has shape \(4, 3\)"),
        ({"given": np.full((4, 4), 60)}, r"given has shape \(4, 4\), expected \(3, 4\); give a"),
        ({"given": np.full((3, 4), 65)}, r"row 0, soprano: pitch 65 is outside 60\.\.64"),
        ({"given": np.full((3, 4), -3)}, r"pitch -3 is outside 60\.\.64"),
    ],
)
def test_what_cannot_be_written(how, message):
    with pytest.raises(ValueError, match=message):
        make().generate(**{"num_steps": 3, "generator": source(), **how})


def test_what_cannot_be_filled_or_bounded():
    with pytest.raises(ValueError, match=r"given has shape \(2, 3, 4\), expected \(1, T, 4\)"):
        make().fill(np.full((2, 3, 4), FREE), [source()])
    with pytest.raises(TypeError, match="float64; give whole numbers"):
        make().generate(2, source(), given=np.full((2, 4), 60.5))
    with pytest.raises(ValueError, match=r"draws is 0, outside 1\.\.10000; 8 is usual"):
        make().log_bounds(music(3), draws=0)
    with pytest.raises(ValueError, match=r"pitch 59 is outside 60\.\.64"):
        make().log_bounds(np.full((3, 4), 59))
    with pytest.raises(TypeError, match="give whole numbers"):
        make().log_bounds(np.full((3, 4), 60.0))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"num_frames": 0}, r"num_frames is 0, outside 1\.\.4096; 64 sixteenths are four bars"),
        ({"steps_per_bar": 0}, "steps_per_bar is 0"),
        ({"hidden_size": 0}, "hidden_size is 0"),
        ({"head_size": 0}, "head_size is 0"),
        ({"dropout": 0.95}, r"dropout is 0\.95"),
        ({"low": 70}, "high is 64"),
        ({"num_layers": 0}, "num_layers is 0"),
        ({"num_heads": 3}, "8 numbers for 3 heads; choose a multiple"),
    ],
)
def test_sizes_out_of_range(field, message):
    with pytest.raises(ValueError, match=message):
        make(**field)


def test_what_a_rule_forbids_is_not_written_but_may_be_given():
    model, allowed = make(), np.zeros((4, len(make().config.pitches)), dtype=bool)
    allowed[:, [3, 4]] = True
    given = np.full((20, 4), FREE)
    given[5] = model.config.pitches[[5, 2, 2, 1]]
    piece = model.generate(20, source(), allowed=allowed, given=given)
    np.testing.assert_array_equal(piece[5], given[5])
    rest = np.delete(piece, 5, axis=0)
    assert set(np.unique(rest)) == set(model.config.pitches[[3, 4]])


def test_a_beginning_is_kept_and_heard():
    model, start = make(), music(8)
    piece = model.generate(12, source(), start)
    assert piece.shape == (20, 4)
    np.testing.assert_array_equal(piece[:8], start)
    assert (model.generate(12, source(), music(8)[::-1])[8:] != piece[8:]).any()


def test_a_key_that_is_not_told_says_nothing_and_learns_nothing():
    model, cells = make(), torch.from_numpy(some_cells())
    places = torch.zeros(cells.shape[:2], dtype=torch.long)
    wishes = torch.tensor([[0, 1], [5, 0]])
    model(cells, places, wishes).square().sum().backward()
    changed = model.keys.weight.grad.abs().sum(dim=1) > 0
    assert np.flatnonzero(changed).tolist() == [5]
