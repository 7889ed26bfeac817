"""What lesson 12 builds and the package has too gives equal results on random input."""

import math

import numpy as np
import pytest

from course.evaluation import guessing, plain_metrics, shuffle_bars
from course.evaluation.descriptors import used_pitch_classes
from course.evaluation.distances import density_agreement
from course.evaluation.note_table import note_table
from tests.lessons.test_twins import solution

LESSON = "12_evaluation"
TRIALS = 40


@pytest.fixture
def chance():
    return np.random.default_rng(12)


def test_shuffle_bars(chance):
    ours = solution(LESSON, "shuffle_bars")
    for seed in range(TRIALS):
        size, bars, rest = int(chance.integers(1, 7)), int(chance.integers(0, 6)), 0
        rest = int(chance.integers(0, size))
        grid = chance.integers(40, 80, size=(size * bars + rest, 4))
        steps = [tuple(frame) for frame in grid.tolist()]
        order = np.random.default_rng(seed).permutation(bars).tolist()
        moved = ours(steps, order, size)
        assert moved == plain_metrics.shuffle_bars(steps, order, size)
        assert len(moved) == len(steps)
        if not bars:
            continue
        table = note_table(grid, steps_per_bar=size)
        theirs = shuffle_bars(table, np.random.default_rng(seed)).voice_pitches
        places = np.argsort(order)  # the package draws for each bar its new place
        assert np.array_equal(ours(steps, places.tolist(), size), theirs)


def test_pitch_classes_per_bar(chance):
    ours = solution(LESSON, "pitch_classes_per_bar", np=np)
    for _ in range(TRIALS):
        grid = chance.integers(30, 90, size=(int(chance.integers(16, 90)), 4))
        grid[chance.random(grid.shape) < 0.3] = -1
        table = note_table(grid)
        counts = ours(table.roll.any(axis=0), 16)
        assert counts == plain_metrics.pitch_classes_per_bar(table.roll.any(axis=0), 16)
        heard = [count for count in counts if count]
        assert np.mean(heard) == pytest.approx(used_pitch_classes(grid))


def test_agreement(chance):
    ours = solution(LESSON, "agreement", np=np, math=math)
    for _ in range(TRIALS):
        one, other = (chance.normal(m, 3, size=int(chance.integers(1, 30))) for m in (0, 2))
        width = float(chance.uniform(1, 3))
        found = ours(one, other, width)
        assert found == pytest.approx(plain_metrics.agreement(one, other, width), rel=1e-9)


def test_agreement_is_the_packages_with_one_bandwidth(chance):
    """The package chooses a bandwidth for each sample; of equal spread and size they are equal."""
    ours = solution(LESSON, "agreement", np=np, math=math)
    for shift in (0.5, 2.0, 4.0):
        one = chance.normal(0, 2, size=200)
        other = one + shift
        theirs = density_agreement(one, other)
        overlap, divergence = ours(one, other, one.std() * 200**-0.2)
        assert overlap == pytest.approx(theirs.overlap, abs=3e-3)
        assert divergence == pytest.approx(theirs.divergence, rel=0.02)


def test_binomial_tail_and_power(chance):
    stats = pytest.importorskip("scipy.stats")
    tail = solution(LESSON, "binomial_tail", math=math)
    power = solution(LESSON, "power_of_test")
    for _ in range(TRIALS):
        trials = int(chance.integers(1, 101))
        right, c = int(chance.integers(0, trials + 1)), float(chance.uniform(0.05, 0.95))
        exact = stats.binomtest(right, trials, c, alternative="greater").pvalue
        assert tail(right, trials, c) == pytest.approx(exact, rel=1e-9)
        assert guessing.binomial_tail(right, trials, c) == pytest.approx(exact, rel=1e-9)
        skill, level = float(chance.uniform(0.3, 0.99)), float(chance.uniform(0.01, 0.2))
        score = int(stats.binom.isf(level, trials, c)) + 1  # least k with P(K >= k) <= level
        expected = stats.binom.sf(score - 1, trials, skill) if score <= trials else 0.0
        ours = power(tail, trials, c, skill, level)
        assert ours == pytest.approx(expected, rel=1e-9)
        twin = guessing.power_of_test(guessing.binomial_tail, trials, c, skill, level)
        assert ours == pytest.approx(twin, rel=1e-12)
        passing = guessing.passing_score(trials, c, level)
        assert passing == (score if score <= trials else None)
