"""What lesson 02 builds and the package has too gives equal results on random input."""

import itertools
import math
import random

import numpy as np
import pytest

from course.representation import plain_encodings
from tests.lessons.test_twins import TRIALS, solution

LESSON = "02_representations"


@pytest.fixture
def chance():
    return random.Random(21)


def step_notes(chance):
    """Notes of which no two of one pitch overlap; some touch."""
    notes = []
    for pitch in chance.sample(range(128), chance.randrange(8)):
        step = 0
        for _ in range(chance.randrange(1, 4)):
            start = step + chance.choice([0, 0, 1, 7, 300])
            step = start + chance.randrange(1, 200)
            notes.append((pitch, start, step, chance.randrange(1, 128)))
    chance.shuffle(notes)
    return notes


def keys_up_sorted(ids):
    """Sort the keys that come up at one moment, whose order is free."""
    runs = itertools.groupby(ids, key=lambda token: 128 <= token < 256)
    return [token for ups, run in runs for token in (sorted(run) if ups else run)]


def test_quantise_notes(chance):
    ours = solution(LESSON, "quantise_notes", math=math)
    for _ in range(TRIALS):
        notes = []
        for _ in range(chance.randrange(5)):
            start = chance.choice([chance.uniform(0, 9), chance.randrange(99) / 8])
            end = start + chance.choice([0.001, 0.125, chance.uniform(0.01, 3)])
            notes.append((chance.randrange(128), start, end, chance.randrange(1, 128)))
        steps = chance.choice([1, 2, 3, 4, 24, 96])
        assert ours(notes, steps) == plain_encodings.quantise_notes(notes, steps)


def test_draw_roll(chance):
    ours = solution(LESSON, "draw_roll", np=np)
    for _ in range(TRIALS):
        notes = step_notes(chance)
        arguments = notes, max([n[2] for n in notes], default=0) + chance.randrange(3), 0, 127
        assert np.array_equal(ours(*arguments), plain_encodings.draw_roll(*arguments))


def test_read_roll(chance):
    ours = solution(LESSON, "read_roll")
    for _ in range(TRIALS):
        shape = 2, chance.randrange(20), chance.randrange(1, 5)
        roll = np.random.default_rng(chance.randrange(10**6)).integers(0, 2, shape)
        assert sorted(ours(roll, 60)) == sorted(plain_encodings.read_roll(roll, 60))


def test_write_events(chance):
    ours = solution(LESSON, "write_events")
    for _ in range(TRIALS):
        notes = step_notes(chance)
        mine, theirs = ours(notes), plain_encodings.write_events(notes)
        assert keys_up_sorted(mine) == keys_up_sorted(theirs)


def test_read_events(chance):
    ours = solution(LESSON, "read_events")
    for _ in range(TRIALS):
        ids = [chance.randrange(-20, 420) for _ in range(chance.randrange(80))]
        assert sorted(ours(ids)) == sorted(plain_encodings.read_events(ids))
