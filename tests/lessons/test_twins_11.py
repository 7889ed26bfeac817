"""What lesson 11 builds and the package has too gives equal results on random input."""

import itertools

import numpy as np
import pytest

from course.arranging import harmoniser, instruments, voice_repair, voicing
from course.evaluation import control
from tests.lessons.test_twins import solution

LESSON = "11_control_and_arrangement"
TRIALS = 60


@pytest.fixture
def chance():
    return np.random.default_rng(20)


def whole(chance, low, high, size):
    return chance.integers(low, high, size).tolist()


def test_into_range(chance):
    ours = solution(LESSON, "into_range")
    for _ in range(TRIALS):
        pitches, low = whole(chance, 0, 128, int(chance.integers(0, 9))), int(chance.integers(110))
        high = low + int(chance.integers(11, 30))
        assert ours(pitches, low, high) == instruments.into_range(pitches, low, high)


def test_order_agreement(chance):
    ours = solution(LESSON, "order_agreement")
    for _ in range(TRIALS):
        number = int(chance.integers(2, 9))
        asked, found = [0, 1, *whole(chance, 0, 4, number)], whole(chance, 0, 5, number + 2)
        assert ours(asked, found) == pytest.approx(control.order_agreement(asked, found))


def test_voice_chord(chance):
    ours = solution(LESSON, "voice_chord", itertools=itertools)
    for _ in range(TRIALS):
        tones = chance.permutation(12)[: int(chance.integers(1, 5))].tolist()
        before = sorted(whole(chance, 40, 80, int(chance.integers(0, 5))))
        low = int(chance.integers(40, 60))
        arguments = tones, before, low, low + int(chance.integers(11, 26))
        assert ours(*arguments) == voicing.voice_chord(*arguments)


def test_faults(chance):
    ours = solution(LESSON, "faults")
    found = 0
    for _ in range(10 * TRIALS):
        before, after = (
            np.where(chance.random(4) < 0.1, -1, chance.integers(55, 70, 4)).tolist()
            for _ in range(2)
        )
        assert ours(before, after) == voice_repair.faults(before, after)
        found += len(ours(before, after))
    assert found > TRIALS


def test_best_path(chance):
    ours = solution(LESSON, "best_path")
    for _ in range(TRIALS):
        number, states = (int(n) for n in chance.integers(1, 7, size=2))
        fits, moves = chance.normal(size=(number, states)), chance.normal(size=(states, states))
        assert ours(fits, moves) == harmoniser.best_path(fits, moves)
