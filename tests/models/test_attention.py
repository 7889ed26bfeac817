import math

import numpy as np
import pytest
import torch
from torch import nn

from course.models.attention import SelfAttention, attend, causal_mask
from course.models.positions import (
    POSITIONS,
    RelativePositions,
    rotate,
    sinusoidal,
    skew,
)
from course.models.transformer import RMSNorm, TransformerStack

torch.manual_seed(0)
CLOSE = {"atol": 1e-5, "rtol": 1e-5}


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def stack(positions, reach=None, **options):
    torch.manual_seed(1)
    options = {"num_layers": 2, "num_heads": 2, **options}
    return TransformerStack(6, 8, positions=positions, reach=reach, **options).eval()


def test_attention_of_two_steps_by_hand():
    q, k = torch.tensor([[2.0, 0, 0, 0]]), torch.tensor([[math.log(3), 0, 0, 0], [0.0, 0, 0, 0]])
    mixed, weights = attend(q, k, torch.tensor([[1.0], [0.0]]))
    assert weights.tolist() == [[pytest.approx(0.75), pytest.approx(0.25)]]  # odds 3 : 1
    assert mixed.item() == pytest.approx(0.75)


def test_attention_is_torchs():
    q, k, v = randn(2, 3, 5, 8), randn(2, 3, 9, 8, seed=1), randn(2, 3, 9, 8, seed=2)
    allowed, bias = causal_mask(5, 9), randn(2, 3, 5, 9, seed=3)
    ours = attend(q, k, v, allowed, bias)[0]
    mask = bias.masked_fill(~allowed, float("-inf"))
    assert torch.allclose(ours, nn.functional.scaled_dot_product_attention(q, k, v, mask), **CLOSE)
    assert torch.allclose(
        attend(q, k, v)[0], nn.functional.scaled_dot_product_attention(q, k, v), **CLOSE
    )


def test_many_heads_are_torchs_multihead_attention():
    ours = SelfAttention(8, 2, "none")
    theirs = nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
    theirs.in_proj_weight.data, theirs.out_proj.weight.data = ours.qkv.weight, ours.out.weight
    x = randn(3, 7, 8)
    expected = theirs(x, x, x, attn_mask=~causal_mask(7, 7), need_weights=False)[0]
    assert torch.allclose(ours(x)[0], expected, **CLOSE)


def test_the_mask_of_four_steps():
    assert causal_mask(4, 4).int().tolist() == [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
    ]
    assert causal_mask(2, 4, reach=2).int().tolist() == [[0, 1, 1, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize(("new", "keys"), [(1, 1), (4, 4), (1, 6), (3, 6)])
def test_skewing_puts_each_distance_where_its_key_is(new, keys):
    by_distance = randn(keys)  # of distances keys - 1, ..., 0
    moved = skew(by_distance.expand(2, new, keys))
    for query in range(new):
        for key in range(keys - new + query + 1):
            distance = keys - new + query - key
            assert moved[1, query, key] == by_distance[keys - 1 - distance]


def test_relative_positions_are_a_vector_for_each_pair():
    relative, q = RelativePositions(4, 3), randn(2, 3, 4)
    found = relative(q, 6)
    for query in range(3):
        for key in range(3 + query + 1):
            vector = relative.by_distance[min(3 + query - key, 3)]  # 3 stands for all that is far
            assert torch.allclose(found[:, query, key], q[:, query] @ vector, **CLOSE)


def test_sinusoidal_positions_are_the_papers():
    table = sinusoidal(torch.arange(50), 8).numpy()
    for position in (0, 1, 49):
        for pair in range(4):
            angle = position / 10_000 ** (2 * pair / 8)
            assert np.allclose(
                table[position, 2 * pair : 2 * pair + 2], [math.sin(angle), math.cos(angle)]
            )


def test_rotated_vectors_feel_the_distance_only():
    q, k = randn(16), randn(16, seed=1)

    def product(m, n):
        return rotate(q[None], torch.tensor([m])) @ rotate(k[None], torch.tensor([n])).T

    assert torch.allclose(product(9, 4), product(105, 100), atol=1e-4)
    assert not torch.allclose(product(9, 4), product(9, 5), atol=1e-2)
    x = randn(3, 7, 16)
    assert torch.allclose(rotate(x, torch.arange(7)).norm(dim=-1), x.norm(dim=-1), **CLOSE)
    assert torch.equal(rotate(x[:, :1], torch.tensor([0])), x[:, :1])


def test_an_odd_size_cannot_turn():
    with pytest.raises(ValueError, match="size is 7; pairs of numbers turn"):
        rotate(randn(2, 7), torch.arange(2))


@pytest.mark.parametrize("reach", [None, 3])
@pytest.mark.parametrize("positions", POSITIONS)
def test_no_step_sees_a_later_one(positions, reach):
    model, x = stack(positions, reach), randn(1, 9, 6)
    changed = x.clone()
    changed[:, 5] += 1
    before, after = model(x)[0], model(changed)[0]
    assert torch.allclose(before[:, :5], after[:, :5], **CLOSE)
    assert not torch.allclose(before[:, 5], after[:, 5], atol=1e-3)
    assert not torch.allclose(before[:, 6], after[:, 6], atol=1e-4)


@pytest.mark.parametrize("reach", [None, 1, 3, 4])
@pytest.mark.parametrize("positions", POSITIONS)
@pytest.mark.parametrize("parts", [[1] * 9, [4, 5], [2, 1, 6]])
def test_reading_on_gives_what_reading_at_once_gives(positions, reach, parts):
    model, x = stack(positions, reach), randn(2, 9, 6)
    states, outputs = None, []
    for part in x.split(parts, dim=1):
        h, states = model(part, states)
        outputs.append(h)
    assert torch.allclose(torch.cat(outputs, dim=1), model(x)[0], **CLOSE)


def test_a_limited_reach_keeps_little():
    _, states = stack("rotary", reach=4)(randn(2, 9, 6))
    assert all(keys.shape[2] == values.shape[2] == 3 for keys, values, _ in states)
    assert [read for _, _, read in states] == [9, 9]


def test_a_limited_reach_is_not_passed_in_one_layer():
    model, x = stack("rotary", reach=3, num_layers=1), randn(1, 9, 6)
    changed = x.clone()
    changed[:, 2] += 1
    before, after = model(x)[0], model(changed)[0]
    assert torch.allclose(before[:, 5:], after[:, 5:], **CLOSE)
    assert not torch.allclose(before[:, 4], after[:, 4], atol=1e-4)


def test_steps_that_see_later_ones_are_torchs_attention_without_a_mask():
    ours = SelfAttention(8, 2, "none", causal=False)
    theirs = nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
    theirs.in_proj_weight.data, theirs.out_proj.weight.data = ours.qkv.weight, ours.out.weight
    x = randn(3, 7, 8)
    assert torch.allclose(ours(x)[0], theirs(x, x, x, need_weights=False)[0], **CLOSE)
    twin = SelfAttention(8, 2, "none")
    twin.load_state_dict(ours.state_dict())
    assert not torch.allclose(ours(x)[0], twin(x)[0], atol=1e-3)


@pytest.mark.parametrize("positions", [kind for kind in POSITIONS if kind != "relative"])
def test_a_step_may_see_later_ones(positions):
    model, x = stack(positions, num_layers=1, causal=False), randn(1, 9, 6)
    for step, other in ((8, 0), (0, 8)):
        changed = x.clone()
        changed[:, step] += 1
        before, after = model(x)[0], model(changed)[0]
        assert not torch.allclose(before[:, other], after[:, other], atol=1e-4)


def test_later_pitch_classes_are_heard_too():
    """A step that sees later ones mixes what sounds there; one that does not hears itself."""
    rows = torch.zeros(1, 4, 1, 12)
    changed = rows.clone()
    changed[0, 3, 0, 7] = 1
    bass, x = torch.zeros(1, 4, dtype=torch.long), randn(1, 4, 8)
    for causal in (True, False):
        layer = SelfAttention(8, 2, chroma_rows=1, causal=causal)
        difference = layer(x, heard=(changed, bass))[0] - layer(x, heard=(rows, bass))[0]
        assert (difference[0, 0].abs().max() > 1e-4).item() is not causal
        assert difference[0, 3].abs().max() > 1e-4


def test_what_looks_back_only_is_refused_where_later_steps_are_seen():
    with pytest.raises(ValueError, match="reach is 4, positions are 'rotary': both look back only"):
        SelfAttention(8, 2, reach=4, causal=False)
    with pytest.raises(ValueError, match=r"positions are 'relative'.*choose rotary positions"):
        stack("relative", causal=False)


@pytest.mark.parametrize("positions", [kind for kind in POSITIONS if kind != "none"])
def test_positions_tell_an_order(positions):
    model, x = stack(positions, num_layers=1), randn(1, 6, 6)
    turned = x[:, [1, 0, 2, 3, 4, 5]]
    assert not torch.allclose(model(x)[0][:, 5], model(turned)[0][:, 5], atol=1e-4)


def test_without_positions_one_layer_sees_a_bag():
    model, x = stack("none", num_layers=1), randn(1, 6, 6)
    turned = x[:, [1, 0, 2, 3, 4, 5]]
    assert torch.allclose(model(x)[0][:, 5], model(turned)[0][:, 5], **CLOSE)


def test_weights_are_dropped_in_training_only():
    layer, x = SelfAttention(8, 2, dropout=0.5), randn(1, 6, 8)
    torch.testing.assert_close(layer.eval()(x)[0], layer(x)[0])
    torch.manual_seed(0)
    assert not torch.allclose(layer.train()(x)[0], layer.eval()(x)[0])


def test_the_norm_is_torchs():
    ours, theirs = RMSNorm(8), nn.RMSNorm(8, eps=1e-6)
    ours.gain.data = theirs.weight.data = randn(8)
    assert torch.allclose(ours(randn(3, 8)), theirs(randn(3, 8)), **CLOSE)


def test_weights_can_be_kept_and_sum_to_one():
    layer = SelfAttention(8, 2)
    layer(randn(1, 5, 8))
    assert layer.weights is None
    layer.keep_weights = True
    layer(randn(1, 5, 8))
    assert layer.weights.shape == (1, 2, 5, 5)
    assert torch.allclose(layer.weights.sum(-1), torch.ones(1, 2, 5))
    assert layer.weights[0, 0].triu(1).abs().sum() == 0


def test_learned_positions_end():
    model = stack("learned", longest=8)
    model(randn(1, 8, 6))
    with pytest.raises(ValueError, match="9 steps, and positions were learned for 8"):
        model(randn(1, 9, 6))
    _, states = model(randn(1, 5, 6))
    with pytest.raises(ValueError, match="9 steps"):
        model(randn(1, 4, 6), states)


def test_wrong_sizes_say_what_to_do():
    with pytest.raises(ValueError, match="10 numbers for 4 heads; choose a multiple of these"):
        SelfAttention(10, 4)
    with pytest.raises(ValueError, match="positions are 'absolute'; choose from none, sinusoidal"):
        TransformerStack(4, 8, 1, positions="absolute")
    with pytest.raises(ValueError, match="farthest"):
        RelativePositions(4, 0)
