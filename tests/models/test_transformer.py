import pytest
import torch

from course.models.transformer import Block, RMSNorm, TransformerStack, sum_embeddings


def test_the_norm_by_hand():
    norm = RMSNorm(2)
    with torch.no_grad():
        norm.gain.copy_(torch.tensor([1.0, 2.0]))
    x = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    length = (12.5 + 1e-6) ** 0.5
    torch.testing.assert_close(norm(x), torch.tensor([[3 / length, 8 / length], [0.0, 0.0]]))


def test_a_block_adds_two_corrections_of_a_normalised_copy():
    torch.manual_seed(0)
    block, x = Block(8, 2, "rotary", None, 0.0).eval(), torch.randn(1, 5, 8)
    seen = block.attention(block.attention_norm(x))[0]
    middle = x + seen
    expected = middle + block.feedforward(block.feedforward_norm(middle))
    torch.testing.assert_close(block(x)[0], expected)
    assert not torch.allclose(block(x)[0], block(2 * x)[0] / 2)  # the norm stands inside


def test_what_corrects_nothing_lets_everything_pass():
    torch.manual_seed(0)
    block, x = Block(8, 2, "rotary", None, 0.0).eval(), torch.randn(2, 3, 8)
    with torch.no_grad():
        block.attention.out.weight.zero_()
        block.feedforward[2].weight.zero_(), block.feedforward[2].bias.zero_()
    torch.testing.assert_close(block(x)[0], x)


def test_dropout_is_in_training_only():
    torch.manual_seed(0)
    block, x = Block(8, 2, "rotary", None, 0.5), torch.randn(1, 4, 8)
    block.eval()
    torch.testing.assert_close(block(x)[0], block(x)[0])
    block.train()
    assert not torch.allclose(block(x)[0], block(x)[0])


def test_the_stack_ends_with_a_norm():
    torch.manual_seed(0)
    stack = TransformerStack(3, 8, 2, 2).eval()
    h, states = stack(torch.randn(1, 6, 3))
    torch.testing.assert_close(h.square().mean(dim=-1), torch.ones(1, 6), atol=1e-3, rtol=0)
    assert len(states) == 2


@pytest.mark.parametrize("changes", [{"positions": "absolute"}, {"num_layers": 0}])
def test_sizes_out_of_range(changes):
    with pytest.raises(ValueError, match="|".join(changes)):
        TransformerStack(**{"input_size": 3, "hidden_size": 8, "num_layers": 1, **changes})


def test_each_number_has_rows_of_its_own():
    """Two numbers of three kinds each: rows 0..2 are the first one's, 3..5 the second one's."""
    table = torch.nn.Embedding(6, 2)
    with torch.no_grad():
        table.weight.copy_(torch.tensor([[1, 0], [2, 0], [3, 0], [10, 5], [20, 5], [30, 5]]))
    numbers = torch.tensor([[[0, 0], [2, 0]], [[0, 2], [1, 1]]])
    found = sum_embeddings(table, numbers)
    assert found.tolist() == [[[11, 5], [13, 5]], [[31, 5], [22, 5]]]


def test_every_layer_sees_later_steps_or_none_does():
    torch.manual_seed(0)
    x = torch.randn(1, 6, 3)
    changed = x.clone()
    changed[:, 5] += 1
    for causal in (True, False):
        stack = TransformerStack(3, 8, 3, 2, causal=causal).eval()
        assert [layer.attention.causal for layer in stack.layers] == [causal] * 3
        same = torch.allclose(stack(x)[0][:, 0], stack(changed)[0][:, 0], atol=1e-6)
        assert same is causal
