import math

import numpy as np
import pytest
import torch
from torch import nn

from course.models.lstm import LSTMLayer

WEIGHTS = {"W_x": "weight_ih_l0", "W_h": "weight_hh_l0", "b": "bias_ih_l0"}


def make_pair(dtype, input_size=5, hidden_size=7):
    """Make a layer and torch's own with the same weights."""
    torch.manual_seed(0)
    ours = LSTMLayer(input_size, hidden_size).to(dtype)
    nn.init.uniform_(ours.b, -1, 1)
    theirs = nn.LSTM(input_size, hidden_size, batch_first=True, dtype=dtype)
    with torch.no_grad():
        theirs.bias_hh_l0.zero_()
        for name, their_name in WEIGHTS.items():
            getattr(theirs, their_name).copy_(getattr(ours, name))
    return ours, theirs


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_one_step_by_hand():
    """x = 1, h = 0.5, c = 2; each gate has its own weights, in the order i, f, g, o."""
    layer = LSTMLayer(1, 1)
    with torch.no_grad():
        layer.W_x.copy_(torch.tensor([[1.0], [2.0], [3.0], [4.0]]))
        layer.W_h.copy_(torch.tensor([[-2.0], [-4.0], [-6.0], [-10.0]]))
        layer.b.copy_(torch.tensor([0.5, 0.25, 0.0, 1.0]))
    state = torch.tensor([[0.5]]), torch.tensor([[2.0]])
    outputs, (h, c) = layer(torch.tensor([[[1.0]]]), state)
    new_c = sigmoid(0.25) * 2 + sigmoid(0.5) * math.tanh(0.0)  # what is kept, what is written
    new_h = sigmoid(0.0) * math.tanh(new_c)
    np.testing.assert_allclose([c.item(), h.item()], [new_c, new_h], rtol=1e-6)
    assert outputs.item() == h.item()


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell_state():
    layer = LSTMLayer(2, 3)
    with torch.no_grad():
        layer.W_x.zero_(), layer.W_h.zero_()
        layer.b.copy_(torch.tensor([-50.0, 50.0, 1.0, 0.0]).repeat_interleave(3))
    c = torch.tensor([[0.3, -2.0, 1.0]])
    _, (_, last) = layer(torch.randn(1, 200, 2), (torch.zeros(1, 3), c))
    torch.testing.assert_close(last, c)


@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("with_state", [False, True])
def test_outputs_states_and_gradients_are_torchs(dtype, within, with_state):
    ours, theirs = make_pair(dtype)
    x = torch.randn(3, 11, 5, dtype=dtype)
    pull = [torch.randn(*size, dtype=dtype) for size in ((3, 11, 7), (3, 7), (3, 7))]
    state = torch.randn(2, 3, 7, dtype=dtype)
    results = []
    for layer in (ours, theirs):
        own_x, own = x.clone().requires_grad_(), state.clone().requires_grad_()
        given = tuple(own) if layer is ours else (own[:1], own[1:])
        outputs, (h, c) = layer(own_x, given if with_state else None)
        told = outputs, h.reshape(3, 7), c.reshape(3, 7)
        sum((one * by).sum() for one, by in zip(told, pull, strict=True)).backward()
        names = WEIGHTS if layer is ours else WEIGHTS.values()
        gradients = [getattr(layer, name).grad for name in names]
        results.append([*told, own_x.grad, *gradients, *([own.grad] if with_state else [])])
    for mine, torchs in zip(*results, strict=True):
        largest = torchs.abs().max().item()
        torch.testing.assert_close(mine, torchs, rtol=within, atol=within * max(1.0, largest))


def test_two_halves_with_the_state_carried_over_are_the_whole():
    layer, x = make_pair(torch.float32)[0], torch.randn(2, 9, 5)
    whole, last = layer(x)
    first, state = layer(x[:, :4])
    second, last_of_second = layer(x[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(last_of_second, last)
    only_h = layer(x[:, 4:], (state[0], torch.zeros_like(state[1])))[0]
    assert not torch.allclose(only_h, second)  # c matters, not h alone


def test_a_new_layer_has_an_open_forget_gate_and_no_other_bias():
    assert LSTMLayer(2, 3).b.tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert LSTMLayer(2, 3, forget_bias=-2).b.tolist() == [0] * 3 + [-2] * 3 + [0] * 6
    torch.manual_seed(0)
    layer = LSTMLayer(40, 100)
    for weight in (layer.W_x, layer.W_h):
        assert 0.095 < weight.abs().max() <= 0.1  # as torch draws them
