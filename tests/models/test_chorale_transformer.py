import numpy as np
import pytest
import torch

from course.models.attention import turn
from course.models.checkpoints import load_file, save
from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.models.frame_lookup import FrameLookup
from tests.models.test_chorale_net import make_net, random_piece

SIZES = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "head_size": 12}


def relative_net(**changes):
    """Make a network that was told no pitch as it is, by its embeddings or by its heads."""
    torch.manual_seed(0)
    net = ChoraleTransformer(
        ChoraleTransformerConfig(**{**SIZES, "lookup_size": 0, **changes})
    ).eval()
    with torch.no_grad():
        by_voice = net.pitch.weight.view(4, -1, SIZES["hidden_size"])
        by_voice[:, 1:-1] = by_voice[:, 1:2]
        for voice in range(4):
            net.heads[voice].where.weight.zero_(), net.heads[voice].where.bias.zero_()
            for embed in net.heads[voice].from_given:
                embed.weight[1:] = embed.weight[1]
    return net


def test_what_is_read_by_hand():
    """58 is class 1, and class 8 stands for nothing yet; writing order is S, B, A, T."""
    piece = [[64, 62, 60, 58], [64, 62, 59, -1], [60, 61, 59, -1], [64, 62, 60, 58]]
    net = make_net("transformer", steps_per_bar=2)
    before, runs, moves, places, frames = net.prepare(np.array(piece))
    assert before.tolist() == [[8] * 4, [7, 1, 5, 3], [7, 0, 5, 2], [3, 0, 4, 2]]
    assert moves.tolist() == [[0] * 4, [0] * 4, [25, 0, 25, 24], [21, 0, 24, 25]]
    assert runs.tolist() == [[0] * 4, [1] * 4, [2, 1, 2, 1], [1, 2, 1, 2]]
    assert places.tolist() == [0, 1, 0, 1]
    assert frames.tolist() == [*before[1:].tolist(), [7, 1, 5, 3]]


def test_rings_are_turned_to_begin_with_a_pitch_class():
    rings = torch.arange(12.0).expand(1, 2, 3, 12)
    turned = turn(rings, torch.tensor([[0, 7]]))
    assert turned[0, 0, 0].tolist() == list(range(12))
    assert turned[0, 1, 2].tolist() == [7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("semitones", [-5, 1, 4])
def test_all_keys_are_alike_to_relative_parts(semitones):
    """Intervals, moves and turned pitch classes say the same in every key."""
    net, piece = relative_net(), np.abs(random_piece(3, 30)) + 50 * (random_piece(3, 30) < 0)
    found, expected = net(*net.inputs(piece + semitones)), net(*net.inputs(piece))
    low, high = 18, 38  # classes around the piece
    torch.testing.assert_close(
        found[:, 1:, :, low + semitones : high + semitones],  # before the first frame is none
        expected[:, 1:, :, low:high],
        atol=1e-4,
        rtol=1e-4,
    )


def test_keys_are_told_apart_by_pitches_as_they_are():
    torch.manual_seed(0)
    net = ChoraleTransformer(ChoraleTransformerConfig(**SIZES)).eval()
    piece = random_piece(3)
    moved = np.where(piece < 0, piece, piece + 1)
    assert not np.allclose(net.log_probabilities(piece), net.log_probabilities(moved), atol=1e-3)


def test_attention_hears_pitch_classes_of_long_ago():
    """Only the pitch class of one early frame differs, an octave does not count."""
    net = relative_net(num_layers=1)
    with torch.no_grad():
        for embed in (net.move, net.stand, net.pitch):
            embed.weight.zero_()
    piece = np.full((10, 4), 60)
    piece[:3] = [[72, 67, 60, 48]] * 3
    piece[3] = 65  # every voice moves, so that no run tells more
    octave, fifth = piece.copy(), piece.copy()
    octave[:3, 0], fifth[:3, 0] = 60, 67
    scores = net.log_probabilities(piece)[8]
    np.testing.assert_allclose(net.log_probabilities(octave)[8], scores, atol=1e-5)
    assert not np.allclose(net.log_probabilities(fifth)[8], scores, atol=1e-4)


def test_without_relative_parts_there_are_none():
    net = make_net("transformer", relative=False)
    assert not any(name.startswith(("move", "stand")) for name, _ in net.named_parameters())
    assert all(layer.attention.chroma is None for layer in net.core.layers)
    assert np.isfinite(net.log_probabilities(random_piece(1))).all()


def test_pitches_are_forgotten_in_training_only():
    net = make_net("transformer", dropout=0.0, input_dropout=0.0, attention_dropout=0.0, forget=0.5)
    batch = net.inputs(random_piece(1))
    torch.testing.assert_close(net(*batch), net(*batch))
    assert not torch.equal(net.train()(*batch), net(*batch))


def test_what_is_forgotten_is_not_heard_but_the_bass_stays_the_measure():
    """A forgotten bass would turn what is heard to a wrong key."""
    net, caught = make_net("transformer", forget=0.5), []
    net.core.register_forward_pre_hook(lambda _net, inputs: caught.append(inputs[2]))
    batch = net.inputs(random_piece(1))
    net(*batch), net.train()(*batch)
    (rows, bass), (fewer, same) = caught
    assert torch.equal(bass, same)
    assert (fewer <= rows).all()
    assert 0.3 < fewer.sum() / rows.sum() < 0.7


def test_it_comes_back_from_its_file(tmp_path):
    net = make_net("transformer")
    save(net, tmp_path / "small.safetensors", {"name": "small"})
    again = load_file(tmp_path / "small.safetensors")
    assert again.config == net.config
    piece = random_piece(1)
    np.testing.assert_allclose(
        again.log_probabilities(piece), net.log_probabilities(piece), atol=0.02
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("hidden_size", 0), ("reach", 0), ("dropout", 0.95), ("forget", -0.1), ("high", 20)],
)
def test_sizes_out_of_range(field, value):
    with pytest.raises(ValueError, match=field):
        ChoraleTransformerConfig(**{field: value})


def test_the_lookup_is_heard():
    """What the network says changes with it, whole pieces and cell by cell."""
    model = ChoraleTransformer(ChoraleTransformerConfig(hidden_size=32, num_layers=1)).eval()
    piece = np.tile(np.array([[72, 67, 64, 48], [74, 67, 59, 43]]), (8, 1))
    assert isinstance(model.lookup, FrameLookup)
    with torch.no_grad():
        model.lookup.gate.bias.fill_(3.0)
    with_lookup = model.log_probabilities(piece)
    p = model.reader()(piece[:15], [])
    assert np.log(p[piece[15, 0] - model.config.low + 1]) == pytest.approx(
        with_lookup[15, 0], abs=1e-4
    )
    model.lookup = None
    assert np.abs(model.log_probabilities(piece) - with_lookup)[2:].min() > 1e-4
    assert ChoraleTransformer(ChoraleTransformerConfig(lookup_size=0)).lookup is None


def test_how_the_upper_voices_stand_by_hand():
    """Writing order S, B, A, T; 58 is class 1; 0 is silence and 8 nothing yet."""
    net = make_net("transformer")
    before = torch.tensor([[[7, 1, 5, 3], [1, 7, 0, 8], [5, 0, 4, 3]]])
    assert net._stands(before).tolist() == [[[22, 20, 18], [10, 0, 0], [0, 0, 0]]]
