"""Which precision trains faster on this computer: that depends on its processor."""

import time

import torch

LEAST_GAIN = 1.3  # for less, the rounding is not worth it
SIZE = 512  # rows and columns of the matrices that are multiplied


def faster_precision() -> str:
    """Find out in a fraction of a second whether bfloat16 is worth it here.

    A matrix product in bfloat16 is timed against one in float32. Some processors have units for
    bfloat16, others imitate it and are slower than in float32. The answer is a measurement, so that
    it may differ from one day to the next; for a run that can be repeated, name the precision.

    Returns:
        "bfloat16" where it is at least 1.3 times as fast, else "float32".
    """
    gain = _seconds("float32") / _seconds("bfloat16")
    return "bfloat16" if gain >= LEAST_GAIN else "float32"


def _seconds(precision: str, repeats: int = 7) -> float:
    """Time a product of matrices, the best of some, after one that warms up."""
    matrix = torch.ones(SIZE, SIZE)
    times = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
        for _ in range(repeats + 1):
            start = time.perf_counter()
            torch.nn.functional.linear(matrix, matrix)
            times.append(time.perf_counter() - start)
    return min(times[1:])
