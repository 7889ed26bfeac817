import numpy as np
import pytest
import torch

from course.models.chorale_net import ChoraleNet, ChoraleNetConfig, prepare_frames
from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.models.voices import WRITING_ORDER
from course.recipes.chorale_batches import chorale_loss
from course.sampling import Sampler, allowed_pitches

SIZES = {"hidden_size": 16, "embedding_size": 6, "head_size": 12}
RANGE = {"low": 58, "high": 64, "steps_per_bar": 6, "longest_run": 3}


def make_net(cell="lstm", **changes):
    torch.manual_seed(0)
    if cell == "transformer":
        sizes = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "head_size": 12, "reach": 12}
        return ChoraleTransformer(ChoraleTransformerConfig(**{**sizes, **RANGE, **changes})).eval()
    return ChoraleNet(ChoraleNetConfig(cell=cell, **{**SIZES, **RANGE, **changes})).eval()


def random_piece(seed, num_steps=20):
    """Draw a piece whose pitches stay for a while, with rests."""
    generator = np.random.default_rng(seed)
    piece = generator.integers(57, 65, size=(num_steps, 4))
    stays = generator.random((num_steps, 4)) < 0.6
    for step in range(1, num_steps):
        piece[step] = np.where(stays[step], piece[step - 1], piece[step])
    return np.where(piece < 58, -1, piece)


PIECE = random_piece(1)
NO_NOISE = {"transformer": {"input_dropout": 0.0, "attention_dropout": 0.0, "forget": 0.0}}
CELLS = ("rnn", "lstm", "transformer")


def test_frames_by_hand():
    """Voices in writing order; 58 is class 1, and class 8 stands for nothing yet."""
    config = ChoraleNetConfig(**SIZES, **{**RANGE, "steps_per_bar": 2})
    assert config.num_classes == 8
    assert config.pitches.tolist() == [-1, 58, 59, 60, 61, 62, 63, 64]
    piece = [[64, 62, 60, 58], [64, 62, 59, -1], [64, 61, 59, -1]]
    before, runs, places, frames = prepare_frames(np.array(piece), config)
    assert frames.tolist() == [[7, 1, 5, 3], [7, 0, 5, 2], [7, 0, 4, 2]]
    assert before.tolist() == [[8] * 4, [7, 1, 5, 3], [7, 0, 5, 2]]
    assert runs.tolist() == [[0] * 4, [1] * 4, [2, 1, 2, 1]]
    assert places.tolist() == [0, 1, 0]


def test_a_net_without_opinions_finds_all_classes_alike():
    """The first cell counts as every other does."""
    net = make_net()
    with torch.no_grad():
        for head in net.heads:
            for part in (head.where, head.how_far):
                part.weight.zero_(), part.bias.zero_()
    scores = net.log_probabilities(PIECE)
    assert scores.shape == (20, 4)
    np.testing.assert_allclose(scores, -np.log(8), rtol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_written_next_is_what_is_measured(cell):
    """The reader's distributions sum to one and hold the log-probability of every cell."""
    net = make_net(cell)
    scores, pitches = net.log_probabilities(PIECE), net.config.pitches.tolist()
    read = net.reader()
    for step, frame in enumerate(PIECE):
        for voice, column in enumerate(WRITING_ORDER):
            p = read(PIECE[:step], frame[list(WRITING_ORDER[:voice])].tolist())
            assert p.shape == (8,)
            assert p.sum() == pytest.approx(1.0, abs=1e-12)
            assert np.log(p[pitches.index(frame[column])]) == pytest.approx(
                scores[step, column], abs=1e-5
            )


@pytest.mark.parametrize("cell", CELLS)
def test_a_later_cell_never_changes_an_earlier_one(cell):
    net, heard = make_net(cell, num_layers=2), 0
    scores = net.log_probabilities(PIECE)[:, WRITING_ORDER].ravel()  # as written
    for place in np.random.default_rng(0).permutation(80)[:25]:
        cells = PIECE[:, WRITING_ORDER].ravel()
        cells[place] = 60 if cells[place] != 60 else 62
        other = np.empty_like(PIECE)
        other[:, WRITING_ORDER] = cells.reshape(-1, 4)
        changed = net.log_probabilities(other)[:, WRITING_ORDER].ravel()
        np.testing.assert_allclose(changed[:place], scores[:place], atol=1e-5)
        heard += not np.allclose(changed[place + 1 :], scores[place + 1 :], atol=1e-4)
    assert heard >= 24  # all but the very last cell


def test_only_the_place_in_the_bar_and_the_run_tell_held_frames_apart():
    """Without a memory, held frames differ by place (6 steps) and run (3 at most)."""
    net = make_net("rnn")
    with torch.no_grad():
        net.core.layers[0].W_hh.zero_()
    scores = net.log_probabilities(np.full((20, 4), 60))
    np.testing.assert_array_equal(scores[4:10], scores[10:16])
    assert not np.allclose(scores[4], scores[5])
    assert not np.allclose(scores[2], scores[8])  # as long as the run is below three


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.slow
def test_one_piece_is_learned_by_heart(cell):
    net = make_net(cell, dropout=0.0, **NO_NOISE.get(cell, {}))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    batch = net.inputs(PIECE)
    before = -net.log_probabilities(PIECE).mean()
    for _ in range(120):
        optimizer.zero_grad()
        chorale_loss(net, batch).backward()
        optimizer.step()
    assert before > 1.5
    assert -net.log_probabilities(PIECE).mean() < 0.05


def test_the_same_state_writes_the_same_piece():
    net = make_net()
    first, again, other = (net.generate(12, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (12, 4)
    assert first.dtype == np.int16
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_piece_that_goes_on_keeps_its_beginning_and_depends_on_it():
    net, generator = make_net(), np.random.default_rng(0)
    piece = net.generate(5, generator, PIECE)
    np.testing.assert_array_equal(piece[:20], PIECE)
    assert piece.shape == (25, 4)
    np.testing.assert_array_equal(net.generate(0, generator, PIECE), PIECE)
    assert net.generate(0, generator).shape == (0, 4)
    whole = net.generate(10, np.random.default_rng(3), sampler=Sampler(temperature=0))
    rest = net.generate(4, np.random.default_rng(4), whole[:6], Sampler(temperature=0))
    np.testing.assert_array_equal(rest, whole)  # the likeliest piece, written in two parts


def test_rules_for_range_and_key_are_obeyed():
    net = make_net()
    ranges = ((62, 64), (60, 62), (59, 61), (58, 60))  # S, A, T, B
    c_major = (0, 2, 4, 5, 7, 9, 11)
    rules = [allowed_pitches(net.config.pitches, *r, c_major, rests=False) for r in ranges]
    piece = net.generate(40, np.random.default_rng(0), allowed=np.stack(rules))
    assert np.isin(piece % 12, c_major).all()
    for column, (low, high) in enumerate(ranges):
        assert piece[:, column].min() >= low
        assert piece[:, column].max() <= high
    free = net.generate(40, np.random.default_rng(0))
    assert not np.isin(free % 12, c_major).all()


@pytest.mark.parametrize("sampler", [None, Sampler(temperature=5.0), Sampler(top_k=1)])
def test_an_untrained_net_never_writes_what_it_cannot_hear(sampler):
    net = make_net()
    piece = net.generate(30, np.random.default_rng(0), sampler=sampler)
    assert np.isin(piece, net.config.pitches).all()
    assert np.isfinite(net.log_probabilities(piece)).all()


def test_dropout_is_off_outside_training():
    net = make_net(dropout=0.5).train()
    first = net.log_probabilities(PIECE)
    np.testing.assert_array_equal(net.train().log_probabilities(PIECE), first)
    piece = net.train().generate(8, np.random.default_rng(0))
    np.testing.assert_array_equal(net.eval().generate(8, np.random.default_rng(0)), piece)
    assert not torch.equal(net.train()(*net.inputs(PIECE)), net(*net.inputs(PIECE)))


def test_a_piece_without_steps_has_no_scores():
    assert make_net().log_probabilities(np.empty((0, 4), dtype=int)).shape == (0, 4)


@pytest.mark.parametrize(
    ("piece", "error", "message"),
    [
        ([[60] * 4, [60, 60, 65, 60]], ValueError, "row 1, tenor: pitch 65 is outside 58..64"),
        ([[57, 60, 60, 60]], ValueError, "row 0, soprano: pitch 57 is outside"),
        ([[60.5] * 4], TypeError, "pitches hold float64"),
        ([60, 60, 60, 60], ValueError, r"pitches has shape \(4,\)"),
    ],
)
def test_bad_pieces(piece, error, message):
    net = make_net()
    with pytest.raises(error, match=message):
        net.log_probabilities(np.array(piece))
    with pytest.raises(error, match=message):
        net.generate(1, np.random.default_rng(0), np.array(piece))


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("cell", "gru", ValueError, "there is no cell 'gru'"),
        ("hidden_size", 0, ValueError, "hidden_size is 0, outside 1..4096"),
        ("num_layers", 9, ValueError, "num_layers is 9"),
        ("embedding_size", 1.5, TypeError, "embedding_size is 1.5; expected a whole number"),
        ("dropout", 1.0, ValueError, "dropout is 1.0, outside 0.0..0.9"),
        ("low", 128, ValueError, "low is 128"),
        ("high", 57, ValueError, "high is 57, outside 58..127"),
        ("steps_per_bar", 0, ValueError, "steps_per_bar is 0"),
        ("longest_run", 0, ValueError, "longest_run is 0"),
    ],
)
def test_bad_sizes(field, value, error, message):
    with pytest.raises(error, match=message):
        make_net(**{"cell": "lstm", field: value})


def test_what_cannot_be_generated():
    net, generator = make_net(), np.random.default_rng(0)
    with pytest.raises(ValueError, match="num_steps is -1, outside 0"):
        net.generate(-1, generator)
    with pytest.raises(ValueError, match=r"allowed has shape \(8,\), expected \(4, 8\)"):
        net.generate(1, generator, allowed=np.ones(8, dtype=bool))
    with pytest.raises(ValueError, match="nothing that is allowed has a probability above 0"):
        net.generate(1, generator, allowed=np.zeros((4, 8), dtype=bool))
