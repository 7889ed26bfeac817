import numpy as np
import pytest
import torch
from torch import nn

from course.models.gradient_flow import set_spectral_radius, spectral_radius, state_gradients
from course.models.lstm import LSTMLayer
from course.models.rnn import RNNLayer


def rnn_of(W_hh, W_xh=None):
    """Make a layer with known weights and no bias."""
    W_hh = torch.tensor(W_hh)
    layer = RNNLayer(1, len(W_hh))
    with torch.no_grad():
        layer.W_hh.copy_(W_hh)
        layer.W_xh.copy_(torch.zeros(len(W_hh), 1) if W_xh is None else torch.tensor(W_xh))
    return layer


def test_one_number_that_is_at_rest_gives_powers_of_the_weight():
    found = state_gradients(rnn_of([[0.5]]), torch.zeros(1, 6, 1))
    np.testing.assert_allclose(found, 0.5 ** np.arange(7), rtol=1e-6)  # tanh'(0) = 1


def test_one_number_by_the_chain_rule():
    """States 0, tanh(1), tanh(w tanh(1)): each step back multiplies by w (1 - h**2)."""
    w = 0.8
    found = state_gradients(rnn_of([[w]], [[1.0]]), torch.tensor([[[1.0], [0.0]]]))
    h_1 = np.tanh(1)
    h_2 = np.tanh(w * h_1)
    expected = [1, w * (1 - h_2**2), w * (1 - h_2**2) * w * (1 - h_1**2)]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_negative_weight_has_a_size():
    found = state_gradients(rnn_of([[-2.0]]), torch.zeros(1, 3, 1))
    np.testing.assert_allclose(found, [1, 2, 4, 8], rtol=1e-6)


def test_two_numbers_on_the_diagonal_the_larger_one_counts():
    found = state_gradients(rnn_of([[0.5, 0.0], [0.0, 0.9]]), torch.zeros(1, 4, 1))
    np.testing.assert_allclose(found, 0.9 ** np.arange(5), rtol=1e-6)


def test_a_rotation_neither_grows_nor_fades():
    c, s = np.cos(0.3), np.sin(0.3)
    found = state_gradients(rnn_of([[c, -s], [s, c]]), torch.zeros(1, 9, 1))
    np.testing.assert_allclose(found, np.ones(10), rtol=1e-5)


def test_a_matrix_can_stretch_first_and_vanish_then():
    """[[0, 4], [0, 0]] has radius 0: one step stretches by 4, two give nothing."""
    layer = rnn_of([[0.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(state_gradients(layer, torch.zeros(1, 3, 1)), [1, 4, 0, 0])
    assert spectral_radius(layer.W_hh) == 0


@pytest.mark.parametrize("kind", [RNNLayer, LSTMLayer])
@pytest.mark.parametrize("back", [0, 1, 2, 5])
def test_agrees_with_the_gradient_of_the_whole_sequence(kind, back):
    torch.manual_seed(3)
    layer, x = kind(3, 4), torch.randn(1, 5, 3)
    state = layer(x[:, : 5 - back])[1] if back < 5 else layer.start_state(1)
    parts = state if isinstance(state, tuple) else (state,)

    def the_rest(flat):
        start = tuple(part[None] for part in flat.split(4))
        start = start if kind is LSTMLayer else start[0]
        last = layer(x[:, 5 - back :], start)[1] if back else start
        return torch.cat([part[0] for part in (last if isinstance(last, tuple) else (last,))])

    flat = torch.cat([part[0] for part in parts]).detach()
    jacobian = torch.autograd.functional.jacobian(the_rest, flat)
    largest = torch.linalg.matrix_norm(jacobian, ord=2).item()
    assert state_gradients(layer, x)[back] == pytest.approx(largest, rel=1e-4)


def test_an_open_forget_gate_keeps_the_gradient():
    """One LSTM cell that forgets nothing and is told nothing: c goes on unchanged for ever."""
    layer = LSTMLayer(1, 1)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.zero_()
        layer.b[:] = torch.tensor([-100.0, 100.0, 0.0, -100.0])  # in, forget, candidate, out
    np.testing.assert_allclose(state_gradients(layer, torch.zeros(1, 50, 1)), np.ones(51))


def test_no_steps_have_only_themselves():
    assert state_gradients(rnn_of([[0.5]]), torch.zeros(1, 0, 1)).tolist() == [1.0]


def test_the_layer_is_left_as_it_was():
    torch.manual_seed(0)
    layer = RNNLayer(2, 3)
    before = [p.clone() for p in layer.parameters()]
    state_gradients(layer, torch.randn(1, 4, 2))
    assert all(torch.equal(a, b) for a, b in zip(before, layer.parameters(), strict=True))
    assert all(p.grad is None for p in layer.parameters())


@pytest.mark.parametrize(
    ("matrix", "radius"),
    [
        ([[-3.0]], 3.0),
        ([[2.0, 100.0], [0.0, 0.5]], 2.0),  # what stands above the diagonal does not count
        ([[0.0, 0.8], [0.3, 0.0]], 0.24**0.5),
        ([[0.0, -1.5], [1.5, 0.0]], 1.5),  # complex eigenvalues +-1.5 i
    ],
)
def test_spectral_radius_by_hand(matrix, radius):
    assert spectral_radius(torch.tensor(matrix)) == pytest.approx(radius, rel=1e-6)


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_a_radius_is_set(radius):
    torch.manual_seed(1)
    layer = RNNLayer(2, 16)
    direction = nn.functional.normalize(layer.W_hh.detach().clone(), dim=(0, 1))
    set_spectral_radius(layer, radius)
    assert spectral_radius(layer.W_hh) == pytest.approx(radius, rel=1e-5)
    now = nn.functional.normalize(layer.W_hh.detach(), dim=(0, 1))
    torch.testing.assert_close(now, direction)


def test_of_an_lstm_each_gate_gets_the_radius():
    torch.manual_seed(1)
    layer = LSTMLayer(2, 8)
    set_spectral_radius(layer, 0.7)
    for matrix in layer.W_h.split(8):
        assert spectral_radius(matrix) == pytest.approx(0.7, rel=1e-5)


@pytest.mark.parametrize("radius", [0.0, -1.0, 1e4, float("nan")])
def test_an_impossible_radius_is_refused(radius):
    with pytest.raises(ValueError, match="radius"):
        set_spectral_radius(RNNLayer(1, 2), radius)


def test_small_radii_vanish_and_large_ones_do_not():
    """What lesson 04 shows, for one layer that hardly hears anything."""
    ends = {}
    for radius in (0.5, 1.0, 1.5):
        torch.manual_seed(0)
        layer = RNNLayer(8, 32)
        set_spectral_radius(layer, radius)
        ends[radius] = state_gradients(layer, 0.1 * torch.randn(1, 40, 8))[-1]
    assert ends[0.5] < 1e-8
    assert 1e-2 < ends[1.0] < 20
    assert ends[1.5] > 20
