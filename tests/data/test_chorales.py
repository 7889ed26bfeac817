from collections import Counter

import numpy as np
import pytest

from course.data.build_facts import REFERENCE_PIECES
from course.data.chorales import key_name, load_chorales
from course.note_sequence import Tempo
from course.representation.voice_grid import encode_voice_grid

CHORALES = {chorale.name: chorale for chorale in load_chorales()}


def test_bwv_338_by_hand():
    chorale = CHORALES["bwv338"]
    assert chorale.title == "Herr, straf’ mich nicht in deinem Zorn"
    assert chorale.source_file == "bach/bwv338.mxl"
    assert (chorale.key, chorale.pickup_steps) == ("A minor", 4)
    # 160 as written, 224 with the repeat, 228 with the last chord held to the end of its bar
    assert chorale.num_steps == 228
    assert chorale.bar_starts[:3].tolist() == [0, 4, 20]
    assert chorale.metres.tolist() == [[0, 4, 4]]
    half = chorale.pitches[:64]
    np.testing.assert_array_equal(half, chorale.pitches[64:128])  # the repeat
    assert (chorale.pitches[-8:] == chorale.pitches[-1]).all()
    assert not chorale.onsets[-7:].any()


def test_counts_and_coverage():
    splits = Counter(chorale.split for chorale in CHORALES.values())
    assert splits == {"train": 221, "valid": 68, "test": 72, "unused": 4}
    # eight of the train pieces are not in the published split: 213 of 229, 68 of 76, 72 of 77
    assert REFERENCE_PIECES == {"train": 229, "valid": 76, "test": 77}


def test_descriptors_lie_where_the_reference_has_them():
    """Published data, test split: 4 mod 16 sixteenths 65 %, ordered 97.5 %, held 77.1 %."""
    test = [chorale for chorale in CHORALES.values() if chorale.split == "test"]
    assert np.mean([c.num_steps % 16 == 4 for c in test]) == pytest.approx(0.65, abs=0.05)
    frames = np.concatenate([c.pitches for c in test])  # (T, 4)
    assert np.mean((np.diff(frames, axis=1) <= 0).all(axis=1)) == pytest.approx(0.975, abs=0.01)
    held = np.concatenate([c.pitches[1:] == c.pitches[:-1] for c in test])
    assert held.mean() == pytest.approx(0.771, abs=0.01)
    assert frames[frames >= 0].min() == 36
    assert frames.max() == 81


def test_held_and_repeated_notes_differ():
    chorale = CHORALES["bwv338"]
    repeated = chorale.onsets[1:] & (chorale.pitches[1:] == chorale.pitches[:-1])
    held = ~chorale.onsets[1:] & (chorale.pitches[1:] == chorale.pitches[:-1])
    assert repeated.any()
    assert held.any()
    assert (chorale.onsets[1:] | held)[chorale.pitches[1:] >= 0].all()


@pytest.mark.slow
def test_every_chorale_is_sound():
    assert len(CHORALES) == 365
    for chorale in CHORALES.values():
        assert chorale.pitches.shape == chorale.onsets.shape == (chorale.num_steps, 4)
        assert chorale.pitches.dtype == np.int16
        assert chorale.onsets.dtype == chorale.fermatas.dtype == np.bool_
        assert not chorale.onsets[chorale.pitches < 0].any()
        assert chorale.bar_starts[0] == 0
        assert (np.diff(chorale.bar_starts) > 0).all()
        assert chorale.bar_starts[-1] < chorale.num_steps
        grid = encode_voice_grid(chorale.to_note_sequence())
        np.testing.assert_array_equal(grid.pitches, chorale.pitches)
        np.testing.assert_array_equal(grid.onsets, chorale.onsets)


def test_a_sequence_knows_what_the_chorale_knows():
    sequence = CHORALES["bwv362"].to_note_sequence()
    assert sequence.title == "Jesu, nun sei gepreiset (BWV 362)"
    assert [player.name for player in sequence.instruments] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [s.numerator for s in sequence.time_signatures] == [4, 3]
    assert sequence.key_signatures[0].fifths == -2
    assert sequence.tempos == (Tempo(0.0, 80.0),)
    assert sequence.total_quarters == 138


def test_tunes_seen_in_training():
    seen = [c for c in CHORALES.values() if c.tune_in_train]
    train = {c.tune for c in CHORALES.values() if c.split == "train"}
    assert {c.tune for c in seen} <= train
    assert Counter(c.split for c in seen)["test"] == 36


@pytest.mark.parametrize(
    ("fifths", "mode", "words"),
    [(0, "minor", "A minor"), (-3, "major", "E♭ major"), (7, "major", "C♯ major")],
)
def test_keys_in_words(fifths, mode, words):
    assert key_name(fifths, mode) == words


def test_missing_arrays_name_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match="course build-data chorales"):
        load_chorales(tmp_path / "chorales.npz")
