import numpy as np
import pytest

from course.data import build_chorales
from course.data.array_files import save_arrays
from course.data.build_chorales import (
    choose_splits,
    pack_chorales,
    published_splits,
    read_chorale,
)
from course.data.chorales import load_chorales

SAMPLE = ("bwv338", "bwv45.7", "bwv62.6", "bwv315", "bwv36.4-2", "bwv362")
SHIPPED = {chorale.name: chorale for chorale in load_chorales()}


@pytest.fixture(scope="module")
def sample():
    return {name: read_chorale(f"bach/{name}.mxl") for name in SAMPLE}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_rebuilt_is_what_is_shipped(sample, name, tmp_path):
    arrays = pack_chorales([sample[name]])
    save_arrays(tmp_path / "chorales.npz", arrays)
    (built,) = load_chorales(tmp_path / "chorales.npz")
    shipped = SHIPPED[name]
    for field in ("pitches", "onsets", "fermatas", "bar_starts", "metres"):
        np.testing.assert_array_equal(getattr(built, field), getattr(shipped, field))
    for field in ("name", "title", "source_file", "split", "key", "pickup_steps"):
        assert getattr(built, field) == getattr(shipped, field)


def test_repeats_are_expanded_and_the_last_chord_is_held(sample):
    chorale = sample["bwv338"]
    assert chorale.num_steps == 228  # 160 as written, 224 expanded
    assert chorale.bar_lengths == [4] + [16] * 14
    assert [runs[-1][1] for runs in chorale.runs] == [8, 8, 8, 8]  # 4 as written


def test_the_grid_hears_what_sounds_on_a_sixteenth(sample):
    """BWV 315 has a grace note, BWV 36.4 pairs of thirty-seconds in the soprano."""
    assert sample["bwv315"].unheard == 1
    assert sample["bwv36.4-2"].unheard == 2
    assert sample["bwv338"].unheard == 0
    # quarters 5.75 and 5.875: only the first of the two is on the grid
    ends = np.cumsum([length for _, length, _ in sample["bwv36.4-2"].runs[0]])
    assert {23, 24} <= set(ends.tolist())


def test_a_missing_mode_is_taken_from_the_notes(sample):
    assert (sample["bwv62.6"].fifths, sample["bwv62.6"].minor) == (-2, True)


def test_ties_are_joined_rests_too_and_graces_left_out():
    events = [
        (0.0, 60, False),
        (4.0, -1, False),
        (6.0, -1, False),
        (7.5, 62, True),
        (9.0, 62, False),
    ]
    assert build_chorales._runs(events, 12) == [
        (60, 4, False),
        (-1, 4, False),
        (62, 1, True),
        (62, 3, False),
    ]


def test_double_entries_go_to_what_is_held_out():
    table = published_splits()
    assert len(table) == 368
    assert table["bwv16.6.mxl"] == "test"  # listed under test and train
    assert table["bwv253.mxl"] == "valid"  # listed under train and valid
    assert table["bwv46.6.mxl"] == "none"


def test_unlisted_pieces_train_only_with_a_melody_of_their_own():
    names = ["bwv102.7.mxl", "bwv10.7.mxl", "bwv101.7.mxl", "bwv46.6.mxl", "bwv24.6.mxl"]
    windows = [{b"a"}, {b"b"}, {b"c"}, {b"a", b"c"}, {b"c"}]  # test, valid, train, none, none
    assert choose_splits(names, windows) == ["test", "valid", "train", "unused", "train"]


def test_other_scores_are_refused():
    with pytest.raises(ValueError, match="expected soprano, alto, tenor and bass"):
        read_chorale("bach/bwv846.mxl")
