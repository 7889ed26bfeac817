"""Wishes for a stretch of music that a diffusion model can be told: its mode and its density.

A wish that is left out is number 0; in training wishes are left out now and then, so that the same
network can be asked with and without them.
"""

from course.errors import check_integer

MODES = ("major", "minor")
DENSITIES = ("sparse", "medium", "dense")
NUM_KEYS = 24
WISHES = {"mode": MODES, "density": DENSITIES}


def wish_numbers(mode: str | None = None, density: str | None = None) -> tuple[int, int]:
    """Number wishes.

    Args:
        mode: one of `MODES`; None for any.
        density: one of `DENSITIES`; None for any.

    Returns:
        For each 0 for any, else its place from 1 up.

    Raises:
        ValueError: if there is no such mode or density.
    """
    numbers = []
    for name, wish in (("mode", mode), ("density", density)):
        if wish is not None and wish not in WISHES[name]:
            raise ValueError(f"{name} is {wish!r}; choose from {', '.join(WISHES[name])}, or None")
        numbers.append(0 if wish is None else 1 + WISHES[name].index(wish))
    return tuple(numbers)


def key_number(tonic: int, mode: str) -> int:
    """Number a key, for models that are told the tonic with the mode.

    Args:
        tonic: pitch class, 0 = C .. 11 = B.
        mode: one of `MODES`.

    Returns:
        1..`NUM_KEYS`; 0 stands for any.

    Raises:
        ValueError: if the tonic is out of range, or there is no such mode.
    """
    check_integer("tonic", tonic, 0, 11, "a pitch class; take the pitch modulo 12")
    return 1 + 12 * (wish_numbers(mode)[0] - 1) + tonic
