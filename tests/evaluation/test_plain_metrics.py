"""Control and metrics on plain lists; that they are the package's own is in test_twins_12.py."""

import math

import numpy as np
import pytest

from course.evaluation.plain_metrics import agreement, pitch_classes_per_bar, shuffle_bars


def test_bars_change_places_and_the_rest_stays():
    assert shuffle_bars([60, 62, 64, 65, 67], [1, 0], 2) == [64, 65, 60, 62, 67]
    assert shuffle_bars([60], [], 4) == [60]


def test_octaves_are_one_class_and_neighbours_are_not():
    roll = np.zeros((128, 5), dtype=bool)
    roll[[48, 60, 72], :2] = True
    roll[[60, 61, 62], 2:4] = True
    roll[70, 4] = True
    assert pitch_classes_per_bar(roll, 2) == [1, 3]


def test_two_bells():
    overlap, divergence = agreement([0.0], [2.0], 1.0)
    assert overlap == pytest.approx(math.erfc(1 / math.sqrt(2)), abs=1e-5)
    assert divergence == pytest.approx(2.0, abs=1e-4)
    assert agreement([1, 5], [1, 5], 0.3) == pytest.approx((1.0, 0.0), abs=1e-5)
