"""What lesson 05 builds and the package has too gives equal results on random input."""

import random

import numpy as np
import pytest
import torch

from course import sampling
from course.evaluation import control
from course.models import plain_lstm
from course.models.lstm import LSTMLayer
from tests.lessons.test_twins import TRIALS, solution

LESSON = "05_lstm"


@pytest.fixture
def chance():
    return random.Random(20)


def shares_of(chance):
    """A distribution with equal and impossible tokens, in binary fractions."""
    shares = [0.0] * chance.randrange(1, 12)
    for _ in range(16):
        shares[chance.randrange(len(shares))] += 1 / 16
    return shares


def test_lstm_step():
    """The learner's step, its plain twin, the package's layer and torch's give one melody."""
    ours = solution(LESSON, "lstm_step", np=np, plain_lstm=plain_lstm)
    for trial in range(20):
        torch.manual_seed(trial)
        C, H, T = trial % 3 + 1, trial % 5 + 1, 12
        layer, theirs = LSTMLayer(C, H).double(), torch.nn.LSTM(C, H, batch_first=True).double()
        with torch.no_grad():
            theirs.weight_ih_l0.copy_(layer.W_x)
            theirs.weight_hh_l0.copy_(layer.W_h)
            theirs.bias_ih_l0.copy_(layer.b)
            theirs.bias_hh_l0.zero_()
        x = torch.randn(1, T, C, dtype=torch.float64)
        weights = [w.detach().numpy() for w in (layer.W_x, layer.W_h, layer.b)]
        h, c, outputs = np.zeros(H), np.zeros(H), []
        for x_t in x[0].numpy():
            twin = plain_lstm.lstm_step(x_t, h, c, *weights)
            h, c = ours(x_t, h, c, *weights)
            np.testing.assert_allclose((h, c), twin, atol=1e-12)
            outputs.append(h)
        np.testing.assert_allclose(outputs, layer(x)[0][0].detach(), atol=1e-10)
        np.testing.assert_allclose(outputs, theirs(x)[0][0].detach(), atol=1e-10)


def test_split_chunks(chance):
    ours = solution(LESSON, "split_chunks")
    for _ in range(TRIALS):
        tokens, length = (
            chance.choices(range(60, 72), k=chance.randrange(14)),
            chance.randrange(1, 6),
        )
        chunks = ours(tokens, length)
        assert chunks == plain_lstm.split_chunks(tokens, length)
        assert [x for inputs, _ in chunks for x in inputs] == tokens[:-1]
        assert [y for _, targets in chunks for y in targets] == tokens[1:]


def test_keep_top_k(chance):
    ours = solution(LESSON, "keep_top_k")
    for _ in range(TRIALS):
        shares, k = shares_of(chance), chance.randrange(1, 14)
        expected = sampling.Sampler(top_k=k).distribution(shares).tolist()
        assert ours(shares, k) == pytest.approx(expected)


def test_keep_top_p(chance):
    ours = solution(LESSON, "keep_top_p")
    for _ in range(TRIALS):
        shares, mass = shares_of(chance), chance.randrange(17) / 16
        expected = sampling.Sampler(top_p=mass).distribution(shares).tolist()
        assert ours(shares, mass) == pytest.approx(expected)


def test_control_accuracy(chance):
    ours = solution(LESSON, "control_accuracy")
    for _ in range(TRIALS):
        n = chance.randrange(1, 12)
        asked, measured = chance.choices("abc", k=n), chance.choices("abcd", k=n)
        assert ours(asked, measured) == pytest.approx(control.control_accuracy(asked, measured))


def test_the_shuffled_rate_is_what_shuffling_gives(chance):
    asked, measured = list("aaabbc"), list("aabbbd")
    rates = []
    for _ in range(4000):
        chance.shuffle(asked)
        rates.append(control.control_accuracy(asked, measured).accuracy)
    expected = control.control_accuracy(asked, measured).shuffled
    assert np.mean(rates) == pytest.approx(expected, abs=0.02)
