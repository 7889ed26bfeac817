from dataclasses import replace

import numpy as np
import pytest
import torch

from course.data.tunes import load_tunes
from course.models.melody_net import Melody, MelodyNet, MelodyNetConfig
from course.note_sequence import TimeSignature
from course.plotting import bar_lines
from course.recipes.tune_batches import (
    CONDITIONS,
    TuneBatches,
    bar_ticks,
    conditions_of,
    melody_music,
    melody_of,
    pad_melodies,
    transpose_melody,
    tune_loss,
    usable_tunes,
)

SIZES = {"hidden_size": 8, "embedding_size": 4, "head_size": 8}
CONFIG = MelodyNetConfig(low=60, high=72, conditions=(("tonic", 12),), **SIZES)
SHORT = Melody(np.array([64, -1]), np.array([24, 48]), 144, 0, {"tonic": 10})
LONG = Melody(np.array([60, 67, 65, 62]), np.array([24, 24, 72, 48]), 144, 24, {"tonic": 0})


def shipped(name):
    return next(tune for tune in load_tunes("ryans") if tune.name == name)


def test_what_is_asked_for_by_hand():
    asked = conditions_of("jig", (6, 8), "E♭", "dorian")
    assert asked == {"kind": 1, "metre": 1, "tonic": 3, "mode": 3}
    assert CONDITIONS == (("kind", 13), ("metre", 8), ("tonic", 12), ("mode", 6))
    assert [bar_ticks(metre) for metre in ((6, 8), (4, 4), (2, 2), (9, 8))] == [144, 192, 192, 216]


def test_a_shipped_tune_with_pickup_and_rests_by_hand():
    """Ryan 303, in eighths: d | g2 dB g2 dB | g2 fg afdf | g2 dB g2 dB | e gf a g2 z2 :| and so on.

    An eighth is 24 ticks; after the pickup come eight bars of 192.
    """
    melody = melody_of(shipped("AllTheRageReel"))
    d, e, f, g, a, B = 74, 76, 78, 79, 81, 71
    bars = [[d, g, d, B, g, d, B], [g, f, g, a, f, d, f], [g, d, B, g, d, B], [e, g, f, a, g, -1]]
    notes = [pitch for bar in bars for pitch in bar]
    lengths = [48 if pitch == -1 else 24 for pitch in notes]
    for place in (1, 4, 7, 14, 17, 24):  # the g2
        lengths[place] = 48
    assert melody.pitches[: len(notes)].tolist() == notes
    assert melody.lengths[: len(notes)].tolist() == lengths
    assert (melody.pitches[-1], melody.lengths[-1]) == (-1, 48)  # the tune ends with a rest
    assert (melody.bar_ticks, melody.pickup_ticks) == (192, 24)
    assert melody.lengths.sum() == 24 + 8 * 192
    assert melody.conditions == conditions_of("reel", (2, 2), "G", "major")


def test_a_pickup_of_a_triplet_by_hand():
    """Ryan 309, in sixteenths: (3DEF | G2GA BcdB."""
    melody = melody_of(shipped("AcaciaReel"))
    assert melody.pitches[:10].tolist() == [62, 64, 66, 67, 67, 69, 71, 72, 74, 71]
    assert melody.lengths[:10].tolist() == [8, 8, 8, 24, 12, 12, 12, 12, 12, 12]
    assert melody.pickup_ticks == 24


def test_transposition_moves_the_tonic_along_and_leaves_rests():
    moved = transpose_melody(SHORT, 3)
    assert moved.pitches.tolist() == [67, -1]
    assert moved.conditions == {"tonic": 1}
    assert SHORT.pitches.tolist() == [64, -1]
    back = transpose_melody(moved, -3)
    assert back.pitches.tolist() == [64, -1]
    assert back.conditions == SHORT.conditions
    assert transpose_melody(replace(SHORT, conditions={}), 1).conditions == {}


def test_padding_by_hand():
    batch = pad_melodies([SHORT, LONG], CONFIG)
    assert batch["mask"].tolist() == [[True] * 3 + [False] * 2, [True] * 5]
    assert batch["pitch"].tolist() == [[5, 0, 14, 0, 0], [1, 8, 6, 3, 14]]
    assert batch["length"].tolist() == [[6, 8, 0, 0, 0], [6, 6, 9, 8, 0]]
    assert batch["place"].tolist() == [[0, 24, 72, 0, 0], [120, 0, 24, 96, 0]]
    assert batch["tonic"].tolist() == [10, 0]


def test_the_loss_is_what_the_network_says_of_each_melody():
    """Nats of all pitches, ends and lengths, by the number of notes; padding counts nothing."""
    torch.manual_seed(0)
    net = MelodyNet(CONFIG).eval()
    nats, notes = 0.0, 0
    for melody in (SHORT, LONG):
        pitch, length = net.log_probabilities(melody)
        nats, notes = nats - pitch.sum() - length.sum(), notes + len(melody.pitches)
    batch = pad_melodies([SHORT, LONG], CONFIG)
    assert tune_loss(net, batch).item() == pytest.approx(nats / notes, rel=1e-5)
    spoiled = {name: part.clone() for name, part in batch.items()}
    for name in ("pitch", "length", "before", "length_before", "place"):
        spoiled[name][0, 3:] = 2  # in the padding
    assert tune_loss(net, spoiled).item() == pytest.approx(nats / notes, rel=1e-5)


def test_batches_hold_whole_tunes_in_keys_that_stay_in_range():
    batches = TuneBatches([LONG], CONFIG, batch_size=200)
    batch = batches(0, np.random.default_rng(0))
    keys = batch["pitch"][:, 0] - 1
    assert sorted(set(keys.tolist())) == [0, 1, 2, 3, 4, 5]  # 60..67 fits into 60..72 so far
    assert torch.equal(batch["tonic"], keys)
    np.testing.assert_array_equal(
        batch["pitch"] - keys[:, None], [[1, 8, 6, 3, 14 - k] for k in keys]
    )
    assert TuneBatches([LONG], CONFIG, 5, 0)(0, np.random.default_rng(0))["pitch"].shape == (5, 5)
    again = batches(9, np.random.default_rng(0))
    assert all(torch.equal(batch[name], again[name]) for name in batch)


def test_a_melody_of_rests_stays_as_it_is():
    rests = replace(SHORT, pitches=np.array([-1, -1]))
    batch = TuneBatches([rests], CONFIG, 3)(0, np.random.default_rng(0))
    assert batch["tonic"].tolist() == [10] * 3


@pytest.mark.parametrize(("split", "least"), [("train", 2000), ("valid", 250), ("test", 250)])
def test_most_tunes_can_be_used(split, least):
    config = MelodyNetConfig(conditions=CONDITIONS, **SIZES)
    tunes = usable_tunes(split, config)
    assert len(tunes) > least
    assert {tune.split for tune in tunes} == {split}
    assert {tune.name.startswith("oneills") for tune in tunes} == {True, False}
    for tune in tunes[::40]:
        melody = melody_of(tune)
        sounding = melody.pitches >= 0
        np.testing.assert_array_equal(melody.pitches[sounding], tune.pitches)
        np.testing.assert_array_equal(melody.starts[sounding], tune.starts)
        np.testing.assert_array_equal(melody.lengths[sounding], tune.durations)
        assert melody.lengths.sum() == tune.num_ticks
        assert not tune.irregular_bars


def test_a_melody_becomes_music():
    music = melody_music(LONG, 120.0, (3, 4))
    assert [(n.pitch, n.start, n.end) for n in music.notes] == [
        (60, 0, 0.5), (67, 0.5, 1), (65, 1, 2.5), (62, 2.5, 3.5),
    ]  # fmt: skip
    assert music.total_quarters == 3.5
    assert [note.pitch for note in melody_music(SHORT).notes] == [64]
    assert melody_music(SHORT).total_quarters == 1.5
    tune = shipped("AllTheRageReel")
    assert melody_music(melody_of(tune)).notes == tune.to_note_sequence().notes


def test_bar_lines_stand_behind_a_pickup():
    music = melody_music(LONG, metre=(3, 4))  # a pickup of half a quarter note
    assert music.time_signatures == (TimeSignature(0.0, 3, 4), TimeSignature(0.5, 3, 4))
    assert bar_lines(music) == [0.0, 0.5]
    assert melody_music(SHORT, metre=(3, 4)).time_signatures == (TimeSignature(0.0, 3, 4),)
    two_jig_bars = Melody(np.full(9, 62), np.full(9, 48), 192, 96)  # before bars of a reel
    assert bar_lines(melody_music(two_jig_bars, metre=(2, 2))) == [0.0, 2.0, 6.0]


def test_bad_input():
    with pytest.raises(ValueError, match="there are no melodies; give at least one"):
        TuneBatches([], CONFIG)
    with pytest.raises(ValueError, match="batch_size is 0, outside 1"):
        TuneBatches([LONG], CONFIG, 0)
    wide = replace(LONG, pitches=np.array([60, 73, 65, 62]))
    with pytest.raises(ValueError, match=r"note 1: pitch 73 is outside 60\.\.72"):
        TuneBatches([wide], CONFIG)(0, np.random.default_rng(0))
    for name, value in (("kind", "rap"), ("metre", (5, 4)), ("tonic", "H"), ("mode", "blue")):
        asked = {"kind": "jig", "metre": (6, 8), "tonic": "D", "mode": "major", name: value}
        with pytest.raises(ValueError, match=f"there is no {name} .*; choose from"):
            conditions_of(**asked)
    odd = replace(shipped("AcaciaReel"), metres=np.array([[0, 5, 4]]))
    with pytest.raises(ValueError, match="there is no metre"):
        melody_of(odd)
