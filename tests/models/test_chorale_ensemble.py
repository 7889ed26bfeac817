import numpy as np
import pytest
import torch

from course.models.checkpoints import load_file, save
from course.models.chorale_ensemble import ChoraleEnsemble, ChoraleEnsembleConfig
from course.models.voices import WRITING_ORDER
from tests.models.test_chorale_net import RANGE, random_piece

SIZES = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "head_size": 12, "lookup_size": 8}
PIECE = random_piece(1)


def make_ensemble(**changes):
    torch.manual_seed(0)
    sizes = {**SIZES, **RANGE, "num_members": 2, "semitones": 2, **changes}
    return ChoraleEnsemble(ChoraleEnsembleConfig(**sizes)).eval()


def moved(piece, shift):
    return np.where(piece < 0, piece, piece + shift)


def test_it_says_the_mean_of_members_and_keys():
    net = make_ensemble(low=50, high=72)  # no pitch of the piece leaves it
    V = net.config.num_classes
    opinions = []
    for member in net.members:
        for shift in (-2, -1, 0, 1, 2):
            p = member.distributions(moved(PIECE, shift))
            own = np.zeros_like(p)
            own[..., 0] = p[..., 0]
            for number in range(1, V):
                if 1 <= number + shift < V:
                    own[..., number] = p[..., number + shift]
            opinions.append(own / own.sum(axis=-1, keepdims=True))
    classes = net.classes(PIECE)[:, WRITING_ORDER]
    expected = np.take_along_axis(np.mean(opinions, axis=0), classes[..., None], -1)[..., 0]
    found = np.exp(net.log_probabilities(PIECE))
    np.testing.assert_allclose(found[:, WRITING_ORDER], expected)
    one_key = np.exp([member.log_probabilities(PIECE) for member in net.members])
    np.testing.assert_allclose(
        np.exp(net.log_probabilities(PIECE, semitones=0)), one_key.mean(axis=0)
    )
    assert np.abs(found - one_key.mean(axis=0)).max() > 1e-3
    assert np.abs(one_key[0] - one_key[1]).max() > 1e-2


def test_what_is_written_next_is_what_is_measured():
    """The reader's distributions sum to one and hold the log-probability of every cell."""
    net = make_ensemble()
    scores, pitches = net.log_probabilities(PIECE), net.config.pitches.tolist()
    read = net.reader()
    for step, frame in enumerate(PIECE):
        for voice, column in enumerate(WRITING_ORDER):
            p = read(PIECE[:step], frame[list(WRITING_ORDER[:voice])])
            assert p.sum() == pytest.approx(1)
            found = np.log(p[pitches.index(frame[column])])
            assert found == pytest.approx(scores[step, column], abs=1e-5)


def test_nothing_later_is_heard():
    net, changed = make_ensemble(), PIECE.copy()
    changed[12, 2] = 58 if PIECE[12, 2] != 58 else 60  # a tenor, in the borders of the range
    difference = np.abs(net.log_probabilities(changed) - net.log_probabilities(PIECE))
    assert difference[:12].max() < 1e-6
    assert difference[12, [0, 1, 3]].max() < 1e-6
    assert difference[12:].max() > 1e-3


def test_each_member_learns_from_its_own_rows():
    net = make_ensemble()
    first, second = random_piece(2), random_piece(3)
    batch = [
        torch.cat(pair) for pair in zip(*map(net.members[0].inputs, (first, second)), strict=True)
    ]
    logits = net(*batch)
    alone = [m(*m.inputs(piece)) for m, piece in zip(net.members, (first, second), strict=True)]
    torch.testing.assert_close(logits, torch.cat(alone))
    logits[0].sum().backward()
    told = [
        sum(w.grad.abs().sum() for w in m.parameters() if w.grad is not None) for m in net.members
    ]
    assert told[0] > 0 == told[1]
    with pytest.raises(ValueError, match="3 rows for 2 members"):
        net(*(torch.cat([part, part[:1]]) for part in batch))


def test_it_writes_and_comes_back_from_its_file(tmp_path):
    net = make_ensemble()
    piece = net.generate(8, np.random.default_rng(0), PIECE[:4])
    assert piece.shape == (12, 4)
    assert set(np.unique(piece)) <= {-1, *range(58, 65)}
    save(net, tmp_path / "three.safetensors", {"name": "three"})
    again = load_file(tmp_path / "three.safetensors")
    assert again.config == net.config
    np.testing.assert_allclose(
        again.log_probabilities(PIECE), net.log_probabilities(PIECE), atol=0.02
    )


@pytest.mark.parametrize(("field", "value"), [("num_members", 0), ("semitones", 13), ("reach", 0)])
def test_sizes_out_of_range(field, value):
    with pytest.raises(ValueError, match=field):
        ChoraleEnsembleConfig(**{field: value})
