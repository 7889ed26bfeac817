"""What lesson 04 builds and the package has too gives equal results on random input."""

import numpy as np
import pytest
import torch
from torch import nn

from course.models import plain_rnn
from course.models.melody_net import Melody, MelodyNetConfig, prepare_melody
from course.models.rnn import RNNLayer
from course.sampling import softmax
from tests.lessons.test_twins import TRIALS, solution

LESSON = "04_rnn"
SIZES = [(1, 1, 2, 0), (3, 2, 4, 1), (2, 5, 3, 6)]  # C, H, V, T


@pytest.fixture
def generator():
    return np.random.default_rng(20)


def parameters(generator, C, H, V):
    shapes = [(H, C), (H, H), (H,), (V, H), (V,)]
    return [generator.normal(size=shape) for shape in shapes]


def layer_with(W_xh, W_hh, b_h):
    layer = RNNLayer(W_xh.shape[1], len(b_h)).double()
    with torch.no_grad():
        for name, values in (("W_xh", W_xh), ("W_hh", W_hh), ("b_h", b_h)):
            getattr(layer, name).copy_(torch.from_numpy(values))
    return layer


def test_make_pairs_is_what_the_melody_network_reads_and_is_asked(generator):
    ours, config = solution(LESSON, "make_pairs"), MelodyNetConfig()
    for _ in range(TRIALS):
        classes = generator.integers(0, config.end, generator.integers(0, 9))
        tokens = classes.tolist()
        inputs, targets = ours(tokens, config.num_classes, config.end)
        assert (inputs, targets) == plain_rnn.make_pairs(tokens, config.num_classes, config.end)
        melody = Melody(config.pitches[classes], np.full(len(classes), 24), 144)
        prepared = prepare_melody(melody, config)
        assert prepared["before"].tolist() == inputs
        assert prepared["pitch"].tolist() == targets


@pytest.mark.parametrize(("C", "H", "V", "T"), SIZES)
def test_rnn_step_and_outputs(generator, C, H, V, T):
    step = solution(LESSON, "rnn_step", np=np)
    outputs = solution(LESSON, "rnn_outputs", np=np, plain_rnn=plain_rnn)
    for _ in range(TRIALS // 10):
        W_xh, W_hh, b_h, W_ho, b_o = weights = parameters(generator, C, H, V)
        xs, h = generator.normal(size=(T, C)), np.tanh(generator.normal(size=H))
        probabilities, last = outputs(xs, h, *weights)
        twin, twin_last = plain_rnn.rnn_outputs(xs, h, *weights)
        np.testing.assert_allclose(probabilities, twin, rtol=1e-12)
        np.testing.assert_allclose(last, twin_last, rtol=1e-12)
        layer, now = layer_with(W_xh, W_hh, b_h), h
        for x, row in zip(xs, probabilities, strict=True):
            new = step(x, now, W_xh, W_hh, b_h)
            np.testing.assert_allclose(new, plain_rnn.rnn_step(x, now, W_xh, W_hh, b_h))
            np.testing.assert_allclose(row, softmax(W_ho @ new + b_o))
            now = new
        if T:
            states, final = layer(torch.from_numpy(xs)[None], torch.from_numpy(h)[None])
            np.testing.assert_allclose(final[0].detach(), last, rtol=1e-10)
            logits = states[0].detach().numpy() @ W_ho.T + b_o
            np.testing.assert_allclose(softmax(logits), probabilities, rtol=1e-9)


@pytest.mark.parametrize(("C", "H", "V", "T"), SIZES)
def test_gradient_in_time_is_what_torch_finds(generator, C, H, V, T):
    ours = solution(LESSON, "gradient_in_time", np=np)
    for _ in range(TRIALS // 20):
        W_xh, W_hh, b_h, W_ho, b_o = parameters(generator, C, H, V)
        xs, h = generator.normal(size=(T, C)), np.tanh(generator.normal(size=H))
        targets = generator.integers(V, size=T)
        states = [h]
        for x in xs:
            states.append(plain_rnn.rnn_step(x, states[-1], W_xh, W_hh, b_h))
        p, _ = plain_rnn.rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o)
        errors = (p - np.eye(V)[targets]) @ W_ho
        found = ours(np.array(states), errors, W_hh)
        twin = plain_rnn.gradient_in_time(np.array(states), errors, W_hh)
        np.testing.assert_allclose(found, twin, rtol=1e-12)
        if T:
            layer = layer_with(W_xh, W_hh, b_h)
            said, _ = layer(torch.from_numpy(xs)[None], torch.from_numpy(h)[None])
            logits = said[0] @ torch.from_numpy(W_ho).T + torch.from_numpy(b_o)
            loss = nn.functional.cross_entropy(logits, torch.from_numpy(targets), reduction="sum")
            loss.backward()
            np.testing.assert_allclose(found, layer.W_hh.grad, rtol=1e-8, atol=1e-12)
        else:
            assert not found.any()


def test_clip_gradients_is_what_torch_does(generator):
    ours = solution(LESSON, "clip_gradients", np=np)
    for _ in range(TRIALS):
        shapes = [(2, 3), (4,), ()][: generator.integers(1, 4)]
        scale = generator.choice([0.0, 0.01, 1.0, 100.0])
        gradients = [np.asarray(generator.normal(size=shape) * scale) for shape in shapes]
        largest = float(generator.uniform(0.1, 5))
        found = ours(gradients, largest)
        parts = [nn.Parameter(torch.zeros(shape, dtype=torch.float64)) for shape in shapes]
        for part, gradient in zip(parts, gradients, strict=True):
            part.grad = torch.from_numpy(gradient.copy())
        nn.utils.clip_grad_norm_(parts, largest)
        for mine, twin, part in zip(
            found, plain_rnn.clip_gradients(gradients, largest), parts, strict=True
        ):
            np.testing.assert_allclose(mine, twin, rtol=1e-12)
            np.testing.assert_allclose(mine, part.grad, rtol=1e-4)
