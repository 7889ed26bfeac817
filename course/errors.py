"""Checks of arguments at the public edge, with messages that say how to mend the call.

Every message holds the value, the allowed range and the fix. This module knows nothing of music.
"""

import math
import operator
from collections.abc import Sequence


def check_range(name: str, value: float, low: float, high: float, fix: str) -> None:
    """Refuse a number outside a closed range.

    Args:
        name: what the number is, as the caller would say it ("Note.pitch").
        value: the number that was given; NaN is outside every range.
        low: smallest allowed value.
        high: largest allowed value, included.
        fix: what the caller can do about it.

    Raises:
        TypeError: if `value` is no real number.
        ValueError: if `value` lies outside `low..high`.
    """
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise TypeError(f"{name} is {value!r}; expected a number in {low}..{high}; {fix}")
    if math.isnan(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, outside {low}..{high}; {fix}")


def check_integer(name: str, value: int, low: int, high: int, fix: str) -> None:
    """Refuse anything but a whole number in a closed range.

    Args:
        name: what the number is, as the caller would say it.
        value: the number that was given; NumPy integers are whole numbers, booleans are not.
        low: smallest allowed value.
        high: largest allowed value, included.
        fix: what the caller can do about it.

    Raises:
        TypeError: if `value` is no whole number.
        ValueError: if `value` lies outside `low..high`.
    """
    try:
        operator.index(value)
    except TypeError:
        whole = False
    else:
        whole = not isinstance(value, bool)
    if not whole:
        raise TypeError(f"{name} is {value!r}; expected a whole number in {low}..{high}; {fix}")
    check_range(name, value, low, high, fix)


def check_shape(name: str, shape: Sequence[int], expected: Sequence[int | str], fix: str) -> None:
    """Refuse an array whose shape differs from the expected one.

    Args:
        name: what the array is, as the caller would say it.
        shape: the shape that was given, `array.shape`.
        expected: one entry per axis: a number that must match, or a letter (`"T"`) for any length.
        fix: what the caller can do about it.

    Raises:
        ValueError: if the number of axes or a fixed axis differs.
    """
    matches = len(shape) == len(expected) and all(
        isinstance(want, str) or want == have for want, have in zip(expected, shape, strict=True)
    )
    if not matches:
        wanted = "(" + ", ".join(str(axis) for axis in expected) + ")"
        raise ValueError(f"{name} has shape {tuple(shape)}, expected {wanted}; {fix}")
