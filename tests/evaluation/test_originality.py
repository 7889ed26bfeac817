import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.data import load_chorales
from course.evaluation.originality import (
    SharedRun,
    build_run_index,
    longest_shared_run,
    passages,
)
from course.representation.voice_grid import encode_voice_grid

CHORALES = load_chorales()
TRAIN = [chorale for chorale in CHORALES if chorale.split == "train"]


def slow_longest(piece, training):
    """Compare every stretch with every other, as the definition says."""
    best = 0
    for source in training:
        for i in range(len(piece)):
            for j in range(len(source)):
                length = 0
                while i + length < len(piece) and j + length < len(source):
                    ours, theirs = piece[i : i + length + 1], source[j : j + length + 1]
                    if ((ours < 0) != (theirs < 0)).any() or (ours < 0).all(axis=1).any():
                        break
                    if len({*(ours - theirs)[ours >= 0].tolist()}) > 1:
                        break
                    length += 1
                best = max(best, length)
    return best if best > 1 else 0


def test_a_run_by_hand():
    source = np.array([[60], [62], [64], [65], [67], [67], [60]])
    piece = np.array([[50], [69], [70], [72], [72], [71]])  # E F G G, five higher
    index = build_run_index([np.array([[30], [90]]), source], ["other", "scale"])
    run = longest_shared_run(piece, index)
    assert run == SharedRun(4, 1, 1, "scale", 2, 5, 2)
    assert str(run) == (
        "4 sixteenths with 2 changes, from step 1: as in scale from step 2, 5 semitones up"
    )
    ours, theirs = passages(piece, run, index).values()
    assert encode_voice_grid(ours).pitches.ravel().tolist() == [69, 70, 72, 72]
    assert encode_voice_grid(theirs).pitches.ravel().tolist() == [64, 65, 67, 67]
    assert list(passages(piece, run, index)) == ["this piece from step 1", "scale from step 2"]


def test_all_voices_have_to_agree():
    source = np.array([[60, 48], [62, 50], [64, 52]])
    other_bass = np.array([[60, 48], [62, 50], [64, 53]])
    index = build_run_index([source])
    assert longest_shared_run(source + 3, index).num_steps == 3
    assert longest_shared_run(other_bass, index).num_steps == 2
    assert longest_shared_run(np.array([[60, 47], [62, 50]]), index).num_steps == 0


def test_of_runs_as_long_the_one_that_moves_most():
    index = build_run_index([np.array([[60], [60], [60], [62], [64], [65]])])
    run = longest_shared_run(np.array([[70], [70], [70], [99], [62], [64], [65]]), index)
    assert (run.num_steps, run.start, run.changes) == (3, 4, 2)


@given(st.integers(0, 10**6))
def test_agrees_with_the_definition(seed):
    generator = np.random.default_rng(seed)
    voices = int(generator.integers(1, 4))
    grids = [
        np.where(
            generator.random((length, voices)) < 0.15,
            -1,
            generator.integers(60, 63, (length, voices)),
        )
        for length in generator.integers(1, 14, 4)
    ]
    index = build_run_index(grids[1:])
    assert longest_shared_run(grids[0], index).num_steps == slow_longest(grids[0], grids[1:])


def test_a_planted_passage_is_found_where_it_stands():
    generator = np.random.default_rng(5)
    index = build_run_index([c.pitches for c in TRAIN], [c.name for c in TRAIN])
    source = TRAIN[7].pitches
    noise = generator.integers(40, 80, (150, 4))
    piece = np.concatenate([noise[:100], source[33:113] - 2, noise[100:]])
    run = longest_shared_run(piece, index)
    assert (run.num_steps, run.start, run.source_start) == (80, 100, 33)
    assert (run.source_name, run.transposition) == (TRAIN[7].name, -2)
    ours, theirs = passages(piece, run, index).values()
    shift = {a.pitch - b.pitch for a, b in zip(ours.notes, theirs.notes, strict=True)}
    assert shift == {-2}


def test_a_piece_of_the_training_set_can_be_left_out():
    index = build_run_index([c.pitches for c in TRAIN[:20]])
    whole = longest_shared_run(TRAIN[3].pitches, index)
    assert (whole.num_steps, whole.source) == (TRAIN[3].num_steps, 3)
    others = longest_shared_run(TRAIN[3].pitches, index, exclude=3)
    assert others.source != 3
    assert others.num_steps < whole.num_steps


def test_a_melody_is_a_grid_of_one_voice():
    index = build_run_index([c.pitches[:, :1] for c in TRAIN])
    seen = [c for c in CHORALES if c.split == "test" and c.tune_in_train]
    steps = [longest_shared_run(c.pitches[:, :1], index).num_steps for c in seen[:12]]
    assert np.median(steps) > 48


def test_an_answer_takes_less_than_half_a_second():
    start = time.perf_counter()
    index = build_run_index([c.pitches for c in TRAIN])
    build = time.perf_counter() - start
    test = [c.pitches for c in CHORALES if c.split == "test"][:8]
    start = time.perf_counter()
    for piece in test:
        longest_shared_run(piece, index)
    assert (time.perf_counter() - start) / len(test) < 0.5
    assert build < 10


@pytest.mark.parametrize("piece", [np.empty((0, 1)), np.full((9, 1), -1), np.array([[60]])])
def test_nothing_is_shared_with_an_empty_piece(piece):
    index = build_run_index([np.array([[60], [62], [-1], [-1]])])
    run = longest_shared_run(piece, index)
    assert run == SharedRun(0, 0, -1, "", 0, 0, 0)
    assert str(run) == "nothing shared with the training set"
    assert passages(piece, run, index) == {}
    assert longest_shared_run(np.array([[60], [62]]), build_run_index([piece])).num_steps == 0


def test_bad_input():
    with pytest.raises(ValueError, match="0 pieces with"):
        build_run_index([])
    with pytest.raises(ValueError, match=r"2 pieces with \[1, 2\] voices"):
        build_run_index([np.full((3, 1), 60), np.full((3, 2), 60)])
    index = build_run_index([np.full((3, 1), 60)])
    with pytest.raises(ValueError, match=r"1 pieces with .* 2 names"):
        build_run_index([np.full((3, 1), 60)], ["a", "b"])
    with pytest.raises(ValueError, match="a piece of 4 voices, an index of 1"):
        longest_shared_run(np.full((3, 4), 60), index)
