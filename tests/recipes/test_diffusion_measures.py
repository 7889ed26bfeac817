import numpy as np
import pytest
import torch

from course.data.chorales import load_chorales
from course.evaluation.card import OF_NOTES, OF_SETS, OF_VOICES
from course.evaluation.fragments import isolated_sixteenths
from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.roll_diffusion import RollDiffusion, RollDiffusionConfig
from course.models.timbre_diffusion import TimbreDiffusion, TimbreDiffusionConfig
from course.models.voices import FREE
from course.models.wishes import DENSITIES, MODES, WISHES, wish_numbers
from course.note_sequence import Note, NoteSequence
from course.recipes import diffusion_measures as module
from course.recipes.chorale_batches import chorale_grids
from course.recipes.diffusion_measures import (
    CRUMBS,
    FORM_ROWS,
    RANDOM,
    ROLL_ROWS,
    SAMPLER,
    bound,
    different_chords,
    form,
    measure_grids,
    measure_notes,
    measure_rolls,
    random_notes,
    window_wishes_of,
    wishes_granted,
    written,
)
from course.recipes.filling_in import TASKS
from course.recipes.timbre_batches import picture_sizes
from course.recipes.timbre_measures import measure_generator
from course.recipes.window_wishes import window_wishes
from course.representation.voice_grid import VoiceGrid, decode_voice_grid
from course.sampling import Sampler


def tiny():
    torch.manual_seed(0)
    return GridDiffusion(GridDiffusionConfig(hidden_size=8, num_layers=1, num_heads=2, head_size=8))


def test_the_bound_of_a_network_without_opinions(monkeypatch):
    """All 51 classes are equally likely: ln 51 nats per note, of seen and unseen tunes."""
    few = [piece for piece in load_chorales() if piece.split == "valid"][:3]
    others = [piece for piece in load_chorales() if piece.split == "test"][:2]
    monkeypatch.setattr(module, "load_chorales", lambda: few + others)
    model = tiny()
    with torch.no_grad():
        for head in model.heads:
            for part in (head.where, head.how_far):
                part.weight.zero_(), part.bias.zero_()
    found = bound(model, "valid", draws=1)
    assert found["bound"] is True
    assert found["nats_per_note"] == pytest.approx(np.log(51), rel=1e-5)
    assert found["notes"] == sum(piece.pitches.size for piece in few)
    assert bound(model, "test", 1)["notes"] == sum(piece.pitches.size for piece in others)


def test_pieces_have_a_seed_each(monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    model, how = tiny(), {"mode": "minor", "num_updates": 2}
    pieces = written(model, 5, 70, seed=10, **how)
    assert len(pieces) == 5
    for number, piece in enumerate(pieces):
        alone = model.generate(70, np.random.default_rng(10 + number), sampler=SAMPLER, **how)
        np.testing.assert_array_equal(piece, alone)
    assert written(model, 0, 16) == []
    for sampler in (Sampler(temperature=0.0), Sampler(temperature=3.0)):
        (piece,) = written(model, 1, 70, seed=10, sampler=sampler, **how)
        assert (piece != pieces[0]).any()


def test_random_notes_are_as_frequent_as_in_the_chorales(monkeypatch):
    heard = np.array([[72, 60, 55, 48], [72, 60, 55, 41], [70, -1, 55, 43], [72, 60, 53, 45]])
    monkeypatch.setattr(
        module, "chorale_grids", lambda split: {"train": [heard[:1], heard[1:]]}[split]
    )
    pieces = random_notes(50, 40)
    assert len(pieces) == 50
    assert pieces[0].shape == (40, 4)
    cells = np.concatenate(pieces)
    assert (cells[:, 0] == 72).mean() == pytest.approx(0.75, abs=0.04)
    assert (cells[:, 1] == -1).mean() == pytest.approx(0.25, abs=0.04)
    assert {pitch: (cells[:, 3] == pitch).mean() for pitch in (48, 41, 43, 45)} == pytest.approx(
        dict.fromkeys((48, 41, 43, 45), 0.25), abs=0.04
    )
    rare = (cells[:, 0] == 70) & (cells[:, 1] == -1)  # each cell by itself
    assert rare.mean() == pytest.approx(1 / 16, abs=0.025)
    np.testing.assert_array_equal(random_notes(50, 40)[7], pieces[7])
    assert (random_notes(1, 40, seed=1)[0] != pieces[0]).any()


def test_chords_by_hand():
    """C major in two places and D major are one chord; its inversion and a single note are two."""
    frames = np.array(
        [
            [67, 64, 60, 48],
            [76, 72, 67, 60],
            [69, 66, 62, 62],
            [67, 60, 60, 52],
            [-1, 60, -1, -1],
            [-1, -1, -1, 50],
            [-1, -1, -1, -1],
        ]
    )
    assert different_chords([frames]) == 3
    assert different_chords([frames[:3], frames[3:]]) == 3
    assert different_chords([frames[:3], frames[2:3]]) == 1
    assert different_chords([frames[-1:]]) == 0


def test_chords_of_music_without_voices():
    music = NoteSequence(
        (Note(60, 0, 1), Note(64, 0.25, 0.75), Note(67, 0.5, 0.75)), total_quarters=1.5
    )
    assert different_chords([music]) == 3  # alone, a third, a triad
    grid = chorale_grids("valid")[0][:64]
    assert different_chords([decode_voice_grid(VoiceGrid(grid))]) == different_chords([grid])


def test_wishes_of_windows_with_and_without_voices_are_the_same():
    windows = [grid[:64] for grid in chorale_grids("valid")[:12]]
    found = [window_wishes_of(window) for window in windows]
    assert found == [window_wishes(window) for window in windows]
    assert len(set(found)) > 2
    assert [window_wishes_of(decode_voice_grid(VoiceGrid(window))) for window in windows] == found
    assert window_wishes_of(NoteSequence((), total_quarters=16)) == (None, "sparse")


@pytest.fixture
def examples():
    """Give real windows that are all that can be wished for."""
    found = {}
    for grid in chorale_grids("train"):
        for wish in window_wishes(grid[:64]):
            found.setdefault(wish, grid[:64])
    assert set(found) == {*MODES, *DENSITIES}
    return found


def test_a_model_that_grants_all_wishes(monkeypatch, examples):
    asked = []

    def windows(model, count, seed, wish, guidance, num_updates):
        asked.append((seed, wish, guidance, num_updates))
        return [examples[next(iter(wish.values()))]] * count

    monkeypatch.setattr(module, "_windows", windows)
    found = wishes_granted(None, 2.0, 3, 7)
    assert (found["guidance"], found["windows per wish"]) == (2.0, 3)
    for kind, names in WISHES.items():
        assert found[kind]["accuracy"] == 1
        assert found[kind]["shuffled"] == pytest.approx(1 / len(names))
        chords = different_chords([examples[name] for name in names])
        assert found[kind]["different chords"] == chords
    assert [next(iter(wish.items())) for _, wish, _, _ in asked] == [
        (kind, name) for kind, names in WISHES.items() for name in names
    ]
    assert len({seed for seed, *_ in asked}) == 5
    assert {how[2:] for how in asked} == {(2.0, 7)}
    assert set(wishes_granted(None, 1.0, 1, 1, ["density"])) == {
        "guidance",
        "windows per wish",
        "density",
    }


def test_a_model_that_grants_none(monkeypatch, examples):
    monkeypatch.setattr(module, "_windows", lambda *how: [examples["minor"]] * how[1])
    found = wishes_granted(None, 0.0, 2)["mode"]
    assert (found["accuracy"], found["shuffled"]) == (0.5, 0.5)


@pytest.mark.parametrize("kind", ["grids", "rolls"])
def test_wishes_and_guidance_reach_the_model(monkeypatch, kind):
    asked, grid = [], np.full((64, 4), 60)
    model = tiny() if kind == "grids" else RollDiffusion(RollDiffusionConfig(hidden_size=8))

    def fill(given, sources, **how):
        assert (given == FREE).all()
        asked.append(how)
        return np.stack([grid] * len(sources))

    def write(number, source, num_steps, **how):
        asked.append({"num_updates": num_steps, **how})
        return np.zeros((number, 2, 64, 50), dtype=np.float32)

    monkeypatch.setattr(model, *(("fill", fill) if kind == "grids" else ("write", write)))
    wishes_granted(model, 3.0, 1, 9, ["mode"])
    usual = {"sampler": SAMPLER} if kind == "grids" else {}
    assert asked == [{"guidance": 3.0, "num_updates": 9, "mode": mode, **usual} for mode in MODES]


@pytest.mark.slow
def test_forms_beside_data_and_random_notes():
    model = tiny()
    found = form(model, 2, 96, num_updates=4)
    assert {"model", "data", RANDOM} <= set(found)
    assert all(set(rows) >= set(FORM_ROWS) for rows in found.values())
    pieces = written(model, 2, 96, num_updates=4)
    assert found["model"][CRUMBS] == np.mean([isolated_sixteenths(p) for p in pieces])
    crumbs = [isolated_sixteenths(grid) for grid in chorale_grids("train")]
    assert found["data"][CRUMBS] == pytest.approx(np.mean(crumbs))
    assert found["data"]["held cells"] > 0.5 > found[RANDOM]["held cells"]


@pytest.mark.slow
def test_a_small_measure_of_each_model():
    measured = measure_grids(tiny(), "smoke")
    assert set(measured["likelihoods"]) == {"valid", "test"}
    assert all(part["bound"] for part in measured["likelihoods"].values())
    assert set(measured["measures"]) == {"form", "control", "filling in"}
    assert [part["guidance"] for part in measured["measures"]["control"]] == [0, 1, 2, 4]
    assert set(measured["measures"]["filling in"]) == set(TASKS)
    rolls = measure_rolls(RollDiffusion(RollDiffusionConfig(hidden_size=8)), "smoke")["measures"]
    assert set(rolls["form"]["model"]) == set(ROLL_ROWS) == set(rolls["form"]["data"])
    assert [part["guidance"] for part in rolls["control"]] == [0, 1, 2, 4]
    notes = TimbreDiffusion(TimbreDiffusionConfig(**picture_sizes(), hidden_size=8, num_steps=2))
    assert measure_notes(notes, "smoke") == {"measures": measure_generator(notes, 2, 60)}


def test_numbers_of_wishes_are_those_of_the_windows(examples):
    for kind, names in WISHES.items():
        for name in names:
            numbers = wish_numbers(*window_wishes(examples[name]))
            assert numbers[tuple(WISHES).index(kind)] == 1 + names.index(name)


@pytest.mark.parametrize("rows", [FORM_ROWS, ROLL_ROWS])
def test_rows_stand_in_the_order_of_the_metric_card(rows):
    order = [*OF_NOTES, *OF_VOICES, *OF_SETS]
    assert list(rows) == sorted(rows, key=order.index)
