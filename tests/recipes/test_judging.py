"""A judge learns what differs, and nothing where nothing differs."""

import numpy as np
import pytest
import torch

from course.models.judge import Judge
from course.recipes.judging import JudgeBatches, count_right, judge_loss
from course.training import config, loop


def pieces(step, count, seed):
    """Voices that move up by so many semitones each sixteenth, from anywhere."""
    chance = np.random.default_rng(seed)
    ramp = (np.arange(64) * step % 12)[:, None]
    return [chance.integers(40, 60, 4) + ramp for _ in range(count)]


def train(one, other, steps=60):
    torch.manual_seed(0)
    judge = Judge()
    settings = config.TrainingConfig(steps, learning_rate=3e-3, warmup_steps=5)
    loop.fit(judge, judge_loss, JudgeBatches(one, other, 16), settings)
    return judge


def test_it_learns_what_differs():
    judge = train(pieces(1, 20, 0), pieces(5, 20, 1))
    assert count_right(judge, pieces(1, 10, 2), pieces(5, 12, 3)) == (20, 20)


def test_it_learns_nothing_where_nothing_differs():
    judge = train(pieces(1, 20, 0), pieces(1, 20, 1))
    right, trials = count_right(judge, pieces(1, 50, 2), pieces(1, 50, 3))
    assert trials == 100
    assert 30 <= right <= 70


def test_a_batch_is_half_and_half_and_begins_with_a_bar():
    numbered = [np.arange(64)[:, None] + np.zeros((1, 4), dtype=int)]
    x, y = JudgeBatches(numbered, numbered, 8)(0, np.random.default_rng(0))
    assert x.shape == (8, 32, 4)
    assert y.tolist() == [1.0] * 4 + [0.0] * 4
    assert set(x[:, 0, 0].tolist()) <= {0, 16, 32}


@pytest.mark.parametrize("bad", [[], [np.zeros((31, 4), dtype=int)]])
def test_too_little_to_judge(bad):
    with pytest.raises(ValueError, match="none shorter than 32"):
        JudgeBatches(bad, pieces(1, 1, 0))
