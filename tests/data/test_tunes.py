from collections import Counter

import numpy as np
import pytest

from course.data.tunes import BEATS_PER_MINUTE, TUNE_TYPES, listening_tempo, load_tunes

TUNES = {book: load_tunes(book) for book in ("oneills", "ryans")}
BOTH = [tune for book in TUNES.values() for tune in book]


def test_the_first_tune_by_hand():
    tune = TUNES["oneills"][0]  # M:2/4, L:1/16, K:Gm: G3-A (Bcd=e) | f4 (g2dB) | ...
    assert (tune.name, tune.title, tune.number) == ("oneills-0001", "The Enchanted Valley", 1)
    assert (tune.key, tune.metre, tune.tune_type) == ("G minor", (2, 4), "unlabelled")
    assert tune.pitches[:10].tolist() == [67, 69, 70, 72, 74, 76, 77, 79, 74, 70]
    assert tune.durations[:10].tolist() == [36, 12, 12, 12, 12, 12, 48, 24, 12, 12]
    assert tune.starts[:3].tolist() == [0, 36, 48]
    assert tune.bar_starts[:3].tolist() == [0, 96, 192]


def test_counts():
    assert {book: len(tunes) for book, tunes in TUNES.items()} == {"oneills": 2007, "ryans": 1059}
    types = Counter(tune.tune_type for tune in BOTH)
    assert types["reel"] == 816
    assert types["jig"] == 689
    assert types["hornpipe"] == 585
    assert set(types) <= set(TUNE_TYPES)


@pytest.mark.slow
def test_every_tune_gives_a_valid_sequence():
    for tune in BOTH:
        sequence = tune.to_note_sequence()
        assert len(sequence.notes) == len(tune.pitches) > 0
        assert (tune.durations > 0).all()
        assert (tune.starts[1:] >= (tune.starts + tune.durations)[:-1]).all()  # one voice
        assert tune.bar_starts[0] == 0
        assert tune.bar_starts[-1] < tune.num_ticks == sequence.total_quarters * 48
        assert sequence.time_signatures[0].numerator == tune.metre[0]
        assert tune.family >= 0
        assert tune.title
        assert not tune.title.endswith(".")


def test_types_taken_over_from_the_section_agree_with_labelled_ones():
    """What the card claims: in these ranges the labelled tunes have the section's type."""
    ranges = {"jig": (701, 1115), "slip jig": (1116, 1175), "reel": (1176, 1555),
              "hornpipe": (1556, 1780)}  # fmt: skip
    labelled = [
        (tune, name)
        for tune in TUNES["oneills"]
        for name, (first, last) in ranges.items()
        if first <= tune.number <= last and tune.type_source == "field"
    ]
    assert len(labelled) == 837
    others = [tune.tune_type for tune, name in labelled if tune.tune_type != name]
    assert others == ["slide"]  # among the jigs


def test_no_family_is_cut_by_the_split():
    splits: dict[int, set[str]] = {}
    for tune in BOTH:
        splits.setdefault(tune.family, set()).add(tune.split)
    assert all(len(found) == 1 for found in splits.values())
    counts = Counter(tune.split for tune in BOTH)
    assert counts["valid"] / len(BOTH) == pytest.approx(0.1, abs=0.02)
    assert counts["test"] / len(BOTH) == pytest.approx(0.1, abs=0.02)


def test_the_same_number_is_the_same_family():
    twice = [tune for tune in TUNES["oneills"] if tune.number == 732]
    assert len(twice) == 2
    assert twice[0].family == twice[1].family


def test_modes_keep_their_signature():
    dorian = next(tune for tune in TUNES["oneills"] if tune.key == "A dorian")
    key = dorian.to_note_sequence().key_signatures[0]
    assert (key.fifths, key.mode) == (1, "minor")


def test_bars_follow_the_metre_in_regular_tunes():
    for tune in TUNES["ryans"]:
        if tune.irregular_bars == 0 and len(tune.metres) == 1:
            full = 192 * tune.metre[0] // tune.metre[1]
            inner = np.diff(tune.bar_starts)[1 if tune.pickup_ticks else 0 :]
            assert np.abs(inner - full).max(initial=0) <= 1, tune.name


def test_listening_tempo_counts_the_beats_of_the_metre():
    assert listening_tempo("reel", (2, 2)) == listening_tempo("reel", (4, 4)) == 208.0
    assert listening_tempo("reel", (2, 4)) == 104.0
    assert listening_tempo("jig", (6, 8)) == 174.0
    assert set(BEATS_PER_MINUTE) == set(TUNE_TYPES)


def test_an_unknown_book_names_the_choices(tmp_path):
    with pytest.raises(ValueError, match=r"'essen'.*choose from oneills, ryans"):
        load_tunes("essen")
    with pytest.raises(FileNotFoundError, match="course build-data ryans"):
        load_tunes("ryans", tmp_path)
