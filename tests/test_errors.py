import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from course.errors import check_integer, check_range, check_shape


@pytest.mark.parametrize("value", [0, 1.5, 2, Fraction(1, 3), np.float32(1), np.int8(2)])
def test_numbers_in_range_pass(value):
    check_range("x", value, 0, 2, "fix it")


@pytest.mark.parametrize("value", [-0.001, 2.001, math.nan, math.inf, -math.inf, Decimal(3)])
def test_numbers_out_of_range_give_value_range_and_fix(value):
    with pytest.raises(ValueError, match=r"^x is .*, outside 0\.\.2; fix it$") as caught:
        check_range("x", value, 0, 2, "fix it")
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [True, "1", None, [1], 1j])
def test_what_is_no_number(value):
    with pytest.raises(TypeError, match=r"^x is .*; expected a number in 0\.\.2; fix it$"):
        check_range("x", value, 0, 2, "fix it")


@pytest.mark.parametrize("value", [0, 127, np.int64(5), np.uint8(127)])
def test_whole_numbers_pass(value):
    check_integer("x", value, 0, 127, "fix it")


@pytest.mark.parametrize("value", [1.0, True, np.float64(1), np.True_, "1", None])
def test_what_is_no_whole_number(value):
    with pytest.raises(TypeError, match=r"expected a whole number in 0\.\.127; fix it"):
        check_integer("x", value, 0, 127, "fix it")


def test_whole_numbers_out_of_range():
    with pytest.raises(ValueError, match=r"^x is 128, outside 0\.\.127; fix it$"):
        check_integer("x", 128, 0, 127, "fix it")


@pytest.mark.parametrize("shape", [(2, 0, 88), (2, 5, 88), [2, 1, 88]])
def test_shapes_that_fit(shape):
    check_shape("roll", shape, (2, "T", 88), "fix it")


@pytest.mark.parametrize("shape", [(), (2, 5), (3, 5, 88), (2, 5, 87), (2, 5, 88, 1)])
def test_shapes_that_do_not(shape):
    with pytest.raises(ValueError, match=r"^roll has shape .*, expected \(2, T, 88\); fix it$"):
        check_shape("roll", shape, (2, "T", 88), "fix it")
