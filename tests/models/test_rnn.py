import numpy as np
import pytest
import torch
from torch import nn

from course.models.rnn import RNNLayer

WEIGHTS = {"W_xh": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_h": "bias_ih_l0"}


def make_pair(dtype, input_size=5, hidden_size=7):
    """Make a layer and torch's own with the same weights."""
    torch.manual_seed(0)
    ours = RNNLayer(input_size, hidden_size).to(dtype)
    nn.init.uniform_(ours.b_h, -1, 1)
    theirs = nn.RNN(input_size, hidden_size, batch_first=True, dtype=dtype)
    with torch.no_grad():
        theirs.bias_hh_l0.zero_()
        for name, their_name in WEIGHTS.items():
            getattr(theirs, their_name).copy_(getattr(ours, name))
    return ours, theirs


def test_one_step_by_hand():
    """h = tanh(2 * 0.5 - 1 * 0.25 + 0.1) = tanh(0.85), then tanh(2 * 0 - tanh(0.85) + 0.1)."""
    layer = RNNLayer(1, 1)
    with torch.no_grad():
        for weight, value in ((layer.W_xh, 2.0), (layer.W_hh, -1.0), (layer.b_h, 0.1)):
            weight.fill_(value)
    outputs, last = layer(torch.tensor([[[0.5], [0.0]]]), torch.tensor([[0.25]]))
    first = np.tanh(0.85)
    expected = [first, np.tanh(0.1 - first)]
    np.testing.assert_allclose(outputs[0, :, 0].detach(), expected, rtol=1e-6)
    assert last.item() == outputs[0, 1, 0].item()


@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("with_state", [False, True])
def test_outputs_states_and_gradients_are_torchs(dtype, within, with_state):
    ours, theirs = make_pair(dtype)
    x = torch.randn(3, 11, 5, dtype=dtype)
    pull = torch.randn(3, 11, 7, dtype=dtype), torch.randn(3, 7, dtype=dtype)
    state = torch.randn(3, 7, dtype=dtype) if with_state else None
    results = []
    for layer in (ours, theirs):
        own_x, own = (t if t is None else t.clone().requires_grad_() for t in (x, state))
        their_state = own if layer is ours or own is None else own[None]
        outputs, last = layer(own_x, their_state)
        last = last.reshape(3, 7)
        ((outputs * pull[0]).sum() + (last * pull[1]).sum()).backward()
        names = WEIGHTS if layer is ours else WEIGHTS.values()
        gradients = [getattr(layer, name).grad for name in names]
        results.append([outputs, last, own_x.grad, *gradients, *([own.grad] if with_state else [])])
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
    without = layer(x[:, 4:])[0]
    assert not torch.allclose(without, second)


def test_weights_are_drawn_as_torch_draws_them():
    torch.manual_seed(0)
    layer = RNNLayer(40, 100)
    assert 0.095 < layer.W_hh.abs().max() <= 0.1
    assert 0.095 < layer.W_xh.abs().max() <= 0.1
    assert not layer.b_h.any()
