from dataclasses import replace

import numpy as np
import pytest
import torch

from course.models.melody_net import Melody, MelodyNet, MelodyNetConfig, prepare_melody
from course.recipes.tune_batches import pad_melodies, tune_loss
from course.sampling import Sampler, allowed_pitches

CONDITIONS = (("kind", 3), ("tonic", 12))
ASKED = {"kind": 1, "tonic": 7}
SIZES = {"hidden_size": 16, "embedding_size": 6, "head_size": 12}
SMALL = {"low": 60, "high": 66, "lengths": (12, 24, 48), "longest_bar": 144}


def make_net(cell="lstm", conditions=CONDITIONS, **changes):
    torch.manual_seed(0)
    sizes = {**SIZES, **SMALL, **changes}
    return MelodyNet(MelodyNetConfig(cell=cell, conditions=conditions, **sizes)).eval()


def random_melody(seed, num_notes=15):
    generator = np.random.default_rng(seed)
    pitches = generator.integers(59, 67, num_notes)
    lengths = generator.choice([12, 24, 48], num_notes)
    return Melody(np.where(pitches < 60, -1, pitches), lengths, 144, 24, ASKED)


EMPTY = Melody(np.array([], dtype=int), np.array([], dtype=int), 144, 24, ASKED)
MELODY = random_melody(0)
CELLS = ("rnn", "lstm", "transformer")


def test_places_and_bars_with_a_pickup_by_hand():
    """3/4 has 144 ticks. The pickup, an eighth, is the end of a bar before the first: 120, bar 7.

    Then a quarter at 0, an eighth rest at 48, a quarter at 72, an eighth rest at 120, and END at
    the beginning of bar 1, where the last pitch that sounded is the 66 before the rest.
    """
    config = MelodyNetConfig(**SIZES, **SMALL)
    melody = Melody([62, 60, -1, 66, -1], [24, 48, 24, 48, 24], 144, 24)
    assert melody.starts.tolist() == [0, 24, 72, 96, 144]
    arrays = {name: array.tolist() for name, array in prepare_melody(melody, config).items()}
    assert config.num_classes == 9  # rest, 60..66, END
    assert arrays == {
        "place": [120, 0, 48, 72, 120, 0],
        "bar": [7, 0, 0, 0, 0, 1],
        "before": [9, 3, 1, 0, 7, 0],  # 9: nothing yet
        "length_before": [3, 1, 2, 1, 2, 1],
        "last": [4, 3, 1, 1, 7, 7],  # 4, the middle of the range: none yet
        "pitch": [3, 1, 0, 7, 0, 8],
        "length": [1, 2, 1, 2, 1, 0],
    }


def test_bars_are_counted_up_to_eight():
    config = MelodyNetConfig(**SIZES, **SMALL)
    bars = prepare_melody(Melody([60] * 18, [48] * 18, 96), config)["bar"]
    assert bars.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 0, 0, 1]


def test_a_net_without_opinions_finds_everything_alike():
    net = make_net()
    with torch.no_grad():
        for part in (net.pitch_head.where, net.pitch_head.how_far, net.length_head[-1]):
            part.weight.zero_(), part.bias.zero_()
    pitch, length = net.log_probabilities(MELODY)
    np.testing.assert_allclose(pitch, [-np.log(9)] * 16, rtol=1e-6)  # END is counted
    np.testing.assert_allclose(length, [-np.log(3)] * 15, rtol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_written_next_is_what_is_measured(cell):
    """A sampler that wants the melody sees at each choice the probability that is measured."""
    net, seen = make_net(cell), []
    arrays = prepare_melody(MELODY, net.config)
    wanted = np.stack([arrays["pitch"], arrays["length"]], axis=1).ravel()[:-1].tolist()

    def sampler(p, _generator):
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        seen.append(np.log(p[wanted[len(seen)]]))
        return wanted[len(seen) - 1]

    written = net.generate(EMPTY, 20, np.random.default_rng(0), sampler)
    pitch, length = net.log_probabilities(MELODY)
    np.testing.assert_array_equal(written.pitches, MELODY.pitches)
    np.testing.assert_array_equal(written.lengths, MELODY.lengths)
    np.testing.assert_allclose(seen[::2], pitch, atol=1e-5)
    np.testing.assert_allclose(seen[1::2], length, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_later_note_never_changes_an_earlier_one(cell):
    net = make_net(cell, num_layers=2)
    pitch, length = net.log_probabilities(MELODY)
    for note in range(15):
        pitches, lengths = MELODY.pitches.copy(), MELODY.lengths.copy()
        pitches[note] = 60 if pitches[note] != 60 else 62
        other_pitch, other_length = net.log_probabilities(replace(MELODY, pitches=pitches))
        np.testing.assert_array_equal(other_pitch[:note], pitch[:note])
        np.testing.assert_array_equal(other_length[:note], length[:note])
        assert other_length[note] != length[note]  # the length hears of its own pitch
        assert (other_pitch[note + 1 :] != pitch[note + 1 :]).any()
        lengths[note] = 12 if lengths[note] != 12 else 24
        other_pitch, other_length = net.log_probabilities(replace(MELODY, lengths=lengths))
        np.testing.assert_array_equal(other_pitch[: note + 1], pitch[: note + 1])
        np.testing.assert_array_equal(other_length[:note], length[:note])


@pytest.mark.parametrize("name", ["kind", "tonic"])
def test_every_note_hears_of_what_was_asked(name):
    net = make_net()
    pitch, _ = net.log_probabilities(MELODY)
    other = replace(MELODY, conditions={**ASKED, name: 2})
    assert (net.log_probabilities(other)[0] != pitch).all()


@pytest.mark.parametrize("cell", CELLS)
def test_three_melodies_are_learned_by_heart(cell):
    net = make_net(cell, dropout=0.0)
    melodies = [
        replace(random_melody(kind, 8 + kind), conditions={"kind": kind, "tonic": 0})
        for kind in range(3)
    ]
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    batch = pad_melodies(melodies, net.config)
    before = tune_loss(net, batch).item()
    for _ in range(120):
        optimizer.zero_grad()
        tune_loss(net, batch).backward()
        optimizer.step()
    assert before > 2.5
    assert tune_loss(net, batch).item() < 0.1
    again = net.generate(
        replace(EMPTY, conditions={"kind": 2, "tonic": 0}),
        20,
        np.random.default_rng(0),
        Sampler(temperature=0),
    )
    np.testing.assert_array_equal(again.pitches, melodies[2].pitches)  # up to its END
    np.testing.assert_array_equal(again.lengths, melodies[2].lengths)


def test_end_ends():
    net = make_net()
    with torch.no_grad():
        net.pitch_head.where.bias[net.config.end] = 100.0
    ended = net.generate(MELODY, 20, np.random.default_rng(0))
    np.testing.assert_array_equal(ended.pitches, MELODY.pitches)
    assert net.generate(EMPTY, 4, np.random.default_rng(0)).pitches.shape == (0,)


@pytest.mark.parametrize("seed", range(4))
def test_a_melody_that_does_not_end_is_cut_at_its_last_bar(seed):
    net = make_net()
    with torch.no_grad():
        net.pitch_head.where.bias[net.config.end] = -100.0
    for bars in (1, 3):
        melody = net.generate(EMPTY, bars, np.random.default_rng(seed))
        assert melody.lengths.sum() == 24 + bars * 144
        assert melody.lengths.min() > 0
        assert np.isin(melody.pitches, net.config.pitches).all()
        assert (melody.bar_ticks, melody.pickup_ticks, melody.conditions) == (144, 24, ASKED)


def test_the_same_state_writes_the_same_melody():
    net = make_net()
    runs = [net.generate(EMPTY, 6, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    first, again, other = (np.stack([m.pitches, m.lengths]).tolist() for m in runs)
    assert first == again != other
    assert runs[0].pitches.dtype == np.int16


def test_a_melody_that_goes_on_keeps_its_beginning():
    net = make_net()
    longer = net.generate(MELODY, 12, np.random.default_rng(0))
    np.testing.assert_array_equal(longer.pitches[:15], MELODY.pitches)
    np.testing.assert_array_equal(longer.lengths[:15], MELODY.lengths)
    full = Melody([60, 62], [144, 144], 144, 0, ASKED)
    same = make_net(lengths=(24, 144)).generate(full, 2, np.random.default_rng(0))
    assert same.pitches.tolist() == [60, 62]


def test_a_rule_for_range_and_key_is_obeyed():
    net = make_net()
    rule = allowed_pitches(net.config.pitches, 61, 66, scale=(2, 4, 6), rests=False)
    allowed = np.append(rule, False)  # and no END
    melody = net.generate(EMPTY, 10, np.random.default_rng(0), allowed=allowed)
    assert set(melody.pitches.tolist()) == {62, 64, 66}
    assert melody.lengths.sum() == 24 + 1440


def test_dropout_is_off_outside_training():
    net = make_net(dropout=0.5)
    first = net.log_probabilities(MELODY)[0]
    np.testing.assert_array_equal(net.train().log_probabilities(MELODY)[0], first)
    runs = [net.train(on).generate(EMPTY, 4, np.random.default_rng(0)) for on in (True, False)]
    np.testing.assert_array_equal(runs[0].pitches, runs[1].pitches)


def test_a_net_without_conditions_asks_for_none():
    net = make_net(conditions=())
    assert net.log_probabilities(replace(MELODY, conditions={}))[0].shape == (16,)
    np.testing.assert_array_equal(
        net.log_probabilities(MELODY)[0], net.log_probabilities(replace(MELODY, conditions={}))[0]
    )


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"pitches": [60, 67]}, ValueError, "note 1: pitch 67 is outside 60..66 and not -1"),
        ({"pitches": [60.5, 61.0]}, TypeError, "pitches hold float64; give whole numbers"),
        ({"lengths": [24, 25]}, ValueError, r"note 1 lasts 25 ticks; the model knows \(12, 24, 48"),
        ({"lengths": [0, 24]}, ValueError, "note 0 lasts 0 ticks"),
        ({"lengths": [24, 96]}, ValueError, "note 1 lasts 96 ticks"),
        ({"lengths": [24.0, 24.0]}, TypeError, "lengths hold float64"),
        ({"bar_ticks": 192}, ValueError, "a bar of 192 ticks is longer than 144"),
        ({"conditions": {"kind": 1}}, ValueError, "the model wants 'tonic', 0..11; put it into"),
        ({"conditions": {"kind": 3, "tonic": 0}}, ValueError, "kind is 3, outside 0..2"),
        ({"conditions": {"kind": "jig", "tonic": 0}}, TypeError, "kind is 'jig'; expected a whole"),
    ],
)
def test_bad_melodies(changes, error, message):
    net = make_net()
    usual = {"pitches": [60, 61], "lengths": [24, 24], "bar_ticks": 144, "conditions": ASKED}
    melody = Melody(**{**usual, **changes})
    with pytest.raises(error, match=message):
        net.log_probabilities(melody)
    with pytest.raises(error, match=message):
        net.generate(melody, 8, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lengths": [24]}, "2 pitches, 1 lengths; give both"),
        ({"bar_ticks": 0}, "bar_ticks is 0, outside 1"),
        ({"pickup_ticks": 145}, "pickup_ticks is 145, outside 0..144"),
    ],
)
def test_what_is_no_melody(changes, message):
    with pytest.raises(ValueError, match=message):
        Melody(**{"pitches": [60, 61], "lengths": [24, 24], "bar_ticks": 144, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_bars": 0}, "num_bars is 0, outside 1"),
        ({"num_bars": 1}, "the seed lasts 492 ticks, num_bars 1 with the pickup 168; ask for more"),
        ({"allowed": np.ones(8, dtype=bool)}, r"allowed has shape \(8,\), expected \(9\); .*END"),
        ({"allowed": np.zeros(9, dtype=bool)}, "nothing that is allowed has a probability"),
        ({"sampler": lambda p, _: 9}, "choice of the sampler is 9, outside 0..8"),
        ({"sampler": lambda p, _: 3}, "length that was chosen is 3, outside 0..2"),
    ],
)
def test_what_cannot_be_generated(changes, message):
    arguments = {"seed": MELODY, "num_bars": 12, "generator": np.random.default_rng(0)}
    with pytest.raises(ValueError, match=message):
        make_net().generate(**{**arguments, **changes})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cell", "gru", "there is no cell 'gru'"),
        ("hidden_size", 0, "hidden_size is 0, outside 1..4096"),
        ("num_layers", 0, "num_layers is 0"),
        ("dropout", -0.1, "dropout is -0.1, outside 0.0..0.9"),
        ("high", 59, "high is 59, outside 60..127"),
        ("lengths", (24, 12), r"lengths are \(24, 12\); give ticks from 1 up, increasing"),
        ("lengths", (), r"lengths are \(\)"),
        ("lengths", (0, 12), r"lengths are \(0, 12\)"),
        ("longest_bar", 0, "longest_bar is 0"),
    ],
)
def test_bad_sizes(field, value, message):
    with pytest.raises(ValueError, match=message):
        make_net(**{"cell": "lstm", field: value})
