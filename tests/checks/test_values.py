from collections import Counter

import numpy as np
import pytest

from course.checks.core import CheckFailed
from course.checks.values import mapping, number, octets, sequence, whole


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


def test_octets():
    assert octets(bytearray(b"ab"), "file") == b"ab"
    with pytest.raises(CheckFailed, match="should be bytes; yours is a str"):
        octets("ab", "file")


def test_mappings_of_any_kind():
    assert mapping(Counter("aab"), "counts") == {"a": 2, "b": 1}
    with pytest.raises(CheckFailed, match=r"should be a dictionary; yours is None \(is a return"):
        mapping(None, "counts")
