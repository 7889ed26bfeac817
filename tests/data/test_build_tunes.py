from fractions import Fraction

import numpy as np
import pytest

from course.data.abc_reader import read_tune, split_tunes
from course.data.build_tunes import (
    family_splits,
    grid_tune,
    tune_type_of,
    tune_windows,
)
from course.data.sources import corpus_folder, read_source
from course.data.tunes import load_tunes

HEADER = "X:{number}\nT:{title}\nR:{rhythm}\nM:4/4\nL:1/8\nK:C\n"


def raw(music: str, rhythm: str = "reel", number: int = 7, title: str = "A Tune"):
    text = HEADER.format(number=number, title=title, rhythm=rhythm) + music + "\n"
    return grid_tune("name", "ryansMammoth/x.abc", "ryans", read_tune(text))


def test_runs_and_bars_in_ticks():
    tune = raw("c2|A>B (3cde f2 z2|z4 g4-|g8|a6|]")
    assert tune.runs == [
        (72, 48), (69, 36), (71, 12), (72, 16), (74, 16), (76, 16), (77, 48), (-1, 144),
        (79, 288), (81, 144),
    ]  # fmt: skip
    assert tune.bar_lengths == [48, 192, 192, 192, 144]
    assert (tune.pickup_ticks, tune.irregular_bars, tune.inexact) == (48, 0, 0)


def test_a_bar_split_by_a_repeat_is_one_bar():
    tune = raw("c2|c8|c6:|:c2|c4 c2|c8|")
    assert tune.bar_lengths == [48, 192, 192, 144, 192]
    assert tune.irregular_bars == 1


def test_ends_between_ticks_are_moved_to_the_nearer_one_without_drift():
    tune = raw("(5:4:5cdefg a4|b4|")
    assert [length for _, length in tune.runs[:5]] == [19, 19, 20, 19, 19]
    assert sum(length for _, length in tune.runs) == 288
    assert tune.inexact == 4


@pytest.mark.parametrize(
    ("book", "rhythm", "number", "title", "expected"),
    [
        ("ryans", " REEL ", 1, "x", ("reel", "field")),
        ("oneills", "double jig", 1300, "x", ("jig", "field")),
        ("ryans", "highland fling", 1, "x", ("fling", "field")),
        ("oneills", "", 1116, "x", ("slip jig", "section")),
        ("oneills", "", 1781, "The Long Dance", ("unlabelled", "none")),
        ("oneills", "", 1810, "A Clan March", ("march", "title")),
        ("ryans", "", 1116, "Babbit's -- Hornpipe", ("hornpipe", "title")),
        ("ryans", "polka", 1, "x", ("unlabelled", "none")),
    ],
)
def test_tune_types(book, rhythm, number, title, expected):
    text = HEADER.format(number=number, title=title, rhythm=rhythm) + "A|\n"
    assert tune_type_of(book, read_tune(text)) == expected


def test_families_ignore_key_pickup_and_passing_notes():
    melody = "cdec GABc|dcBA G2 c2|e2 f2 g2 a2|g2 f2 e2 d2|"
    raised = "d|dffd ABcd|edcB A2 d2|f2 g2 a2 b2|a2 g2 f2 e2|"
    one, other = raw(melody), raw(raised.replace("c", "^c").replace("f", "^f"))
    assert tune_windows(one) & tune_windows(other)
    assert not tune_windows(one) & tune_windows(raw(melody.replace("e2", "b2")))


def test_a_family_has_one_split():
    names, families = [f"tune{i}" for i in range(400)], [i // 2 for i in range(400)]
    splits = family_splits(names, families)
    assert splits[::2] == splits[1::2]
    late = [f"late{i}" for i in range(200)]  # new versions join their families
    assert splits == family_splits(names + late, families + list(range(200)))[:400]
    assert {split: round(splits.count(split) / 400, 1) for split in set(splits)} == {
        "train": 0.8, "valid": 0.1, "test": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize("book", ["oneills", "ryans"])
def test_a_sample_read_again_is_what_is_shipped(book):
    shipped = load_tunes(book)
    for tune in shipped[:: len(shipped) // 12]:
        parts = split_tunes(read_source(corpus_folder() / tune.source_file))
        texts = [t for t in parts if book == "ryans" or read_number(t) == tune.number]
        built = grid_tune(tune.name, tune.source_file, book, read_tune(texts[0]))
        pitches, lengths = (np.array(column) for column in zip(*built.runs, strict=True))
        starts = np.cumsum(lengths) - lengths
        np.testing.assert_array_equal(pitches[pitches >= 0], tune.pitches)
        np.testing.assert_array_equal(lengths[pitches >= 0], tune.durations)
        np.testing.assert_array_equal(starts[pitches >= 0], tune.starts)
        np.testing.assert_array_equal(np.diff(tune.bar_starts), built.bar_lengths[:-1])
        assert (built.tune_type, built.type_source) == (tune.tune_type, tune.type_source)
        assert built.metres == [tuple(row) for row in tune.metres.tolist()]


def read_number(text: str) -> int:
    return int(text.partition("\n")[0][2:])


def test_lengths_are_exact_fractions():
    assert raw("(3cde").abc.bars[0].length == Fraction(1)
