import pytest
import torch
from torch import nn

from course.models.recurrent import RecurrentStack

TORCHS = {"rnn": nn.RNN, "lstm": nn.LSTM}
WEIGHTS = {
    "rnn": {"W_xh": "weight_ih", "W_hh": "weight_hh", "b_h": "bias_ih"},
    "lstm": {"W_x": "weight_ih", "W_h": "weight_hh", "b": "bias_ih"},
}


@pytest.mark.parametrize("cell", TORCHS)
def test_three_layers_are_torchs(cell):
    torch.manual_seed(0)
    stack = RecurrentStack(cell, 4, 6, 3)
    theirs = TORCHS[cell](4, 6, num_layers=3, batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(stack.layers):
            getattr(theirs, f"bias_hh_l{number}").zero_()
            for name, their_name in WEIGHTS[cell].items():
                getattr(theirs, f"{their_name}_l{number}").copy_(getattr(layer, name))
    x = torch.randn(2, 8, 4)
    torch.testing.assert_close(stack(x)[0], theirs(x)[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("cell", TORCHS)
def test_states_carry_over_in_every_layer(cell):
    torch.manual_seed(0)
    stack, x = RecurrentStack(cell, 4, 6, 2), torch.randn(2, 8, 4)
    whole, _ = stack(x)
    first, states = stack(x[:, :5])
    second, _ = stack(x[:, 5:], states)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    assert len(states) == 2


def test_dropout_is_between_layers_and_only_in_training():
    torch.manual_seed(0)
    x = torch.randn(2, 8, 4)
    for layers, differ in ((1, False), (2, True)):
        stack = RecurrentStack("rnn", 4, 6, layers, dropout=0.5)
        assert torch.equal(stack(x)[0], stack(x)[0]) is not differ
        stack.eval()
        assert torch.equal(stack(x)[0], stack(x)[0])


def test_an_unknown_cell():
    with pytest.raises(ValueError, match="there is no cell 'gru'; choose from rnn, lstm"):
        RecurrentStack("gru", 4, 6, 1)
