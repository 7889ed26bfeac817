from collections import Counter

import numpy as np
import pytest

from course.checks.core import CheckFailed
from course.checks.values import array, mapping, number, octets, sequence, vector, whole


class Agreeable(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(("value", "plain"), [(3, 3), (np.int64(3), 3), (np.uint8(3), 3)])
def test_whole_numbers(value, plain):
    assert whole(value, "n") == plain
    assert type(whole(value, "n")) is int


@pytest.mark.parametrize("value", [3.0, True, "3", None, Agreeable(3), [3]])
def test_what_is_no_whole_number(value):
    with pytest.raises(CheckFailed, match="n should be a whole number"):
        whole(value, "n")


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0)])
def test_numbers(value):
    assert number(value, "x") == 2.0


@pytest.mark.parametrize(
    ("value", "message"),
    [(None, "is a return missing"), ("2", "a str"), (float("nan"), "finite"), (True, "a bool")],
)
def test_what_is_no_number(value, message):
    with pytest.raises(CheckFailed, match=message):
        number(value, "x")


def test_sequences_and_their_length():
    assert sequence((1, 2), "pair", 2) == sequence(np.array([1, 2]), "pair") == [1, 2]
    with pytest.raises(CheckFailed, match="should have 2 entries; yours has 3"):
        sequence([1, 2, 3], "pair", 2)
    with pytest.raises(CheckFailed, match="a dict of 1"):
        sequence({"a": 1}, "pair")


@pytest.mark.parametrize("value", [[1, 2.5], (1, 2.5), np.array([1, 2.5], np.float32)])
def test_vectors(value):
    found = vector(value, "the point", 2)
    assert found.dtype == float
    assert found.tolist() == [1, 2.5]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "is a return missing"),
        ([1.0], "the point should have 2 entries; yours has 1"),
        (np.zeros((2, 1)), r"the point should have the shape \(2,\); yours is \(2, 1\)"),
        ([1.0, [2.0]], "a number of the point should be an int or a float"),
        ([1.0, float("inf")], "a number of the point should be a finite number"),
    ],
)
def test_what_is_no_vector(value, message):
    with pytest.raises(CheckFailed, match=message):
        vector(value, "the point", 2)


@pytest.mark.parametrize("value", [[[1, 0]], ((True, False),), np.array([[1, 0]], np.int8)])
def test_arrays(value):
    found = array(value, "the mask", (1, 2))
    assert found.dtype == float
    assert found.tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "is a return missing"),
        ("ab", "should be a NumPy array or lists; yours is of type str"),
        ([[1, 2], [3]], "should be an array of numbers with equal rows"),
        ([1, 2], r"should have the shape \(1, 2\); yours is \(2,\)"),
        ([[1, np.nan]], "holds NaN or infinity: a sum is 0"),
    ],
)
def test_what_is_no_array(value, message):
    with pytest.raises(CheckFailed, match=message):
        array(value, "the mask", (1, 2), "a sum is 0")


def test_octets():
    assert octets(bytearray(b"ab"), "file") == b"ab"
    with pytest.raises(CheckFailed, match="should be bytes; yours is a str"):
        octets("ab", "file")


def test_mappings_of_any_kind():
    assert mapping(Counter("aab"), "counts") == {"a": 2, "b": 1}
    with pytest.raises(CheckFailed, match=r"should be a dictionary; yours is None \(is a return"):
        mapping(None, "counts")
