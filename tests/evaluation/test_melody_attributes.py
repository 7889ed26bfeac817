import numpy as np
import pytest

from course.evaluation.control import find_key
from course.evaluation.melody_attributes import (
    ATTRIBUTES,
    density,
    height,
    majorness,
    measure_attribute,
)

SILENCE = np.full(4, -1)


def test_attributes_by_hand():
    pitches, struck = np.array([60, 60, -1, 66]), np.array([True, False, False, True])
    assert density(pitches, struck) == 2
    assert height(pitches, struck) == 62
    assert height(SILENCE, struck) == 60


def test_a_major_triad_is_more_major_than_a_minor_one():
    major, minor = np.array([60, 64, 67, 72]), np.array([60, 63, 67, 72])
    assert majorness(major, None) > 0.1 > -0.1 > majorness(minor, None)
    assert majorness(SILENCE, None) == majorness(np.arange(60, 72), None) == 0


def test_major_is_the_same_in_every_key_and_agrees_with_the_key_measure():
    generator = np.random.default_rng(0)
    for _ in range(40):
        pitches = generator.choice([60, 62, 64, 65, 67, 69, 70, 71, 72], 32)
        found = majorness(pitches, None)
        assert majorness(pitches + 5, None) == pytest.approx(found)
        assert (find_key(pitches, np.ones(32))[1] == "major") == (found > 0)


def test_many_melodies_are_measured():
    pitches, struck = np.array([[60, 62], [70, 74]]), np.ones((2, 2), dtype=bool)
    assert measure_attribute("higher", pitches, struck).tolist() == [61, 72]
    assert list(ATTRIBUTES) == ["denser", "higher", "more major"]
    with pytest.raises(ValueError, match="there is no attribute 'louder'; choose from denser"):
        measure_attribute("louder", pitches, struck)
