import numpy as np
import pytest

from course.data.chorales import load_chorales
from course.data.transposition import transposition_range, transpositions

PIECE = np.array([[60, 55, -1, 40], [62, 55, 50, 40]], dtype=np.int16)


def test_by_hand():
    assert transposition_range(PIECE, 38, 65) == range(-2, 4)
    down, same, up = transpositions(PIECE, 1)
    np.testing.assert_array_equal(down, [[59, 54, -1, 39], [61, 54, 49, 39]])
    np.testing.assert_array_equal(same, PIECE)
    np.testing.assert_array_equal(up, [[61, 56, -1, 41], [63, 56, 51, 41]])


def test_only_what_stays_inside_the_range():
    assert [piece[0, 0] - 60 for piece in transpositions(PIECE, 6, 38, 65)] == [-2, -1, 0, 1, 2, 3]
    assert [piece[0, 0] - 60 for piece in transpositions(PIECE, 6, 42, 70)] == [2, 3, 4, 5, 6]
    assert transpositions(PIECE, 6, 50, 60) == []
    assert transpositions(PIECE, 1, 50, 72) == []


def test_silence_stays_silence():
    assert transposition_range(np.full((3, 4), -1), 60, 61) == range(1)
    (alone,) = transpositions(np.full((3, 4), -1))
    assert (alone == -1).all()


def test_the_piece_is_left_alone_and_intervals_stay():
    before = PIECE.copy()
    for piece in transpositions(PIECE):
        assert piece.dtype == PIECE.dtype
        np.testing.assert_array_equal(np.diff(piece[:, :2], axis=0), np.diff(PIECE[:, :2], axis=0))
        piece[:] = 0
    np.testing.assert_array_equal(PIECE, before)


def test_every_chorale_fits_and_most_keys_do():
    train = [c.pitches for c in load_chorales() if c.split == "train"]
    counts = [len(transpositions(piece)) for piece in train]
    assert min(counts) >= 1
    assert np.mean(counts) == pytest.approx(11.9, abs=0.2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"semitones": -1}, "semitones is -1"),
        ({"low": 60, "high": 59}, r"high is 59, outside 60\.\.127"),
        ({"low": -1}, "low is -1"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        transpositions(PIECE, **arguments)
