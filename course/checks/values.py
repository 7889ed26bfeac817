"""Conversions of what an answer returned into plain values, or one line on why that fails.

Only plain values are compared: an object with an `__eq__` of its own never meets an expectation.
"""

from typing import Any

import numpy as np

from course.checks.core import CheckFailed


def whole(value: Any, what: str) -> int:
    """Convert a result that must be a whole number.

    Args:
        value: what the answer returned.
        what: its name in the message ("the next position").

    Returns:
        A plain int.

    Raises:
        CheckFailed: for any other type; booleans, strings and look-alikes are refused.
    """
    if type(value) is int or isinstance(value, np.integer):
        return int(value)
    raise CheckFailed(f"{what} should be a whole number; yours is {_kind(value)}.")


def number(value: Any, what: str) -> float:
    """Convert a result that must be a finite number.

    Args:
        value: what the answer returned.
        what: its name in the message.

    Returns:
        A plain float.

    Raises:
        CheckFailed: for any other type, and for NaN or infinity.
    """
    scalar = type(value) in (int, float) or isinstance(value, (np.integer, np.floating))
    if not scalar and getattr(value, "shape", None) != ():
        raise CheckFailed(f"{what} should be an int or a float; yours is {_kind(value)}.")
    result = float(value)
    if not np.isfinite(result):
        raise CheckFailed(f"{what} should be a finite number; yours is {result}.")
    return result


def sequence(value: Any, what: str, length: int | None = None) -> list:
    """Convert a result that must be a list, a tuple or an array.

    Args:
        value: what the answer returned.
        what: its name in the message.
        length: the length that it must have, if that is part of the contract.

    Returns:
        A new plain list.

    Raises:
        CheckFailed: for any other type, and for a wrong length.
    """
    if not isinstance(value, (list, tuple, np.ndarray)):
        raise CheckFailed(f"{what} should be a list, a tuple or an array; yours is {_kind(value)}.")
    items = list(value)
    if length is not None and len(items) != length:
        raise CheckFailed(f"{what} should have {length} entries; yours has {len(items)}.")
    return items


def vector(value: Any, what: str, size: int) -> np.ndarray:
    """Convert a result that must be a flat array or list of so many finite numbers.

    Args:
        value: what the answer returned.
        what: its name in the message.
        size: how many numbers it must have.

    Returns:
        A plain array (size,) of floats.

    Raises:
        CheckFailed: for another type or shape, and for NaN or infinity.
    """
    if isinstance(value, np.ndarray) and value.shape != (size,):
        raise CheckFailed(f"{what} should have the shape ({size},); yours is {value.shape}.")
    items = sequence(value, what, size)
    return np.array([number(item, f"a number of {what}") for item in items])


def array(value: Any, what: str, shape: tuple[int, ...], why: str = "") -> np.ndarray:
    """Convert a result that must be an array of numbers or booleans, or nested lists of them.

    Args:
        value: what the answer returned.
        what: its name in the message.
        shape: the shape that it must have.
        why: how NaN or infinity usually comes about here.

    Returns:
        A plain array of floats.

    Raises:
        CheckFailed: for another type or shape, and for NaN or infinity.
    """
    if value is None:
        raise CheckFailed(f"{what} is None (is a return missing?).")
    if not isinstance(value, (np.ndarray, list, tuple)):
        kind = type(value).__name__
        raise CheckFailed(f"{what} should be a NumPy array or lists; yours is of type {kind}.")
    try:
        result = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise CheckFailed(f"{what} should be an array of numbers with equal rows.") from None
    if result.shape != shape:
        raise CheckFailed(f"{what} should have the shape {shape}; yours is {result.shape}.")
    if not np.isfinite(result).all():
        raise CheckFailed(f"{what} holds NaN or infinity{why and ': '}{why}.")
    return result


def mapping(value: Any, what: str) -> dict:
    """Convert a result that must be a dictionary, of whatever kind.

    Args:
        value: what the answer returned.
        what: its name in the message.

    Returns:
        A new plain dict.

    Raises:
        CheckFailed: for any other type.
    """
    if not isinstance(value, dict):
        raise CheckFailed(f"{what} should be a dictionary; yours is {_kind(value)}.")
    return dict(value)


def octets(value: Any, what: str) -> bytes:
    """Convert a result that must be bytes.

    Args:
        value: what the answer returned.
        what: its name in the message.

    Returns:
        Plain bytes.

    Raises:
        CheckFailed: for anything but bytes or a bytearray.
    """
    if type(value) not in (bytes, bytearray):
        raise CheckFailed(f"{what} should be bytes; yours is {_kind(value)}. bytes(…) makes them.")
    return bytes(value)


def _kind(value: Any) -> str:
    """Name a value's type for a message: "None", "a str", "an int", "a list of 3"."""
    if value is None:
        return "None (is a return missing?)"
    name = type(value).__name__
    size = f" of {len(value)}" if isinstance(value, (list, tuple, dict, bytes)) else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{size}"
