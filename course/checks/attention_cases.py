"""The visible cases of lesson 07's checks: (arguments, expected, message).

Each message names the mistake that its case is made to find. All expected values were worked out by
hand: scores are chosen as logarithms of whole numbers, so that weights are simple fractions, and
angles so that they are quarter turns.
"""

from math import cos, log, pi, sin

import numpy as np

ALL_SEEN = np.ones((1, 2), dtype=bool)


MASK_CASES = [
    (
        (3, 3),
        [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
        "row t says what step t sees: itself and all before it, nothing behind it",
    ),
    (
        (4, 2),
        [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]],
        "a reach of 2 is the step itself and the one before",
    ),
    ((3, 1), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "a reach of 1 leaves the step itself"),
    ((2, 9), [[1, 0], [1, 1]], "a reach beyond the beginning sees everything that was"),
    ((1, 1), [[1]], "a single step sees itself"),
]


def odds(*numbers: float, size: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Give a query and keys whose weights are in the proportion of these numbers.

    Args:
        numbers: above 0, one for each key.
        size: D, numbers in a query.

    Returns:
        q (1, D) and k (S, D).
    """
    q, k = np.zeros((1, size)), np.zeros((len(numbers), size))
    q[0, 0] = size**0.5
    k[:, 0] = [log(number) for number in numbers]
    return q, k


ATTEND_CASES = [
    (
        (*odds(3, 1), np.array([[1.0], [0]]), ALL_SEEN),
        ([[0.75]], [[0.75, 0.25]]),
        "scores of ln 3 and 0 after the division give odds of 3 to 1",
    ),
    (
        (*odds(3, 1, size=9), np.array([[1.0], [0]]), ALL_SEEN),
        ([[0.75]], [[0.75, 0.25]]),
        "nine numbers in a query: the scores are divided by the root of nine",
    ),
    (
        (*odds(1, 2, 5), np.array([[8.0, 0], [0, 8], [16, 8]]), np.ones((1, 3), dtype=bool)),
        ([[11.0, 7]], [[1 / 8, 2 / 8, 5 / 8]]),
        "each number of the mixture is a mean of the values, weighted",
    ),
    (
        (*odds(1, 2, 5), np.array([[3.0], [6], [99]]), np.array([[True, True, False]])),
        ([[5.0]], [[1 / 3, 2 / 3, 0]]),
        "a key that may not be seen has the weight 0, and the others still sum to 1",
    ),
    (
        (
            np.array([[2.0, 0, 0, 0], [0, 2, 0, 0]]),
            np.array([[log(3), 0, 0, 0], [0, log(4), 0, 0], [0, 0, 7, 0]]),
            np.array([[5.0], [10], [15]]),
            np.ones((2, 3), dtype=bool),
        ),
        ([[8.0], [10.0]], [[3 / 5, 1 / 5, 1 / 5], [1 / 6, 4 / 6, 1 / 6]]),
        "each query has weights of its own, which sum to 1 over the keys, along the row",
    ),
    (
        (
            np.array([[2000.0, 0, 0, 0]]),
            np.array([[2.0, 0, 0, 0], [2.0, 0, 0, 0], [1.0, 0, 0, 0]]),
            np.array([[4.0], [8], [100]]),
            np.ones((1, 3), dtype=bool),
        ),
        ([[6.0]], [[0.5, 0.5, 0.0]]),
        "large scores must not overflow",
    ),
    (
        (
            np.array([[4e6, 0, 0, 0]]),
            np.array([[-2.0, 0, 0, 0], [-2.0, 0, 0, 0], [5.0, 0, 0, 0]]),
            np.array([[4.0], [8], [100]]),
            np.array([[True, True, False]]),
        ),
        ([[6.0]], [[0.5, 0.5, 0.0]]),
        "scores far below zero, and a far larger one that may not be seen",
    ),
    (
        (
            np.array([[-2000.0, 0, 0, 0], [2000, 0, 0, 0]]),
            np.array([[2.0, 0, 0, 0], [2.0, 0, 0, 0]]),
            np.array([[4.0], [8]]),
            np.ones((2, 2), dtype=bool),
        ),
        ([[6.0], [6.0]], [[0.5, 0.5], [0.5, 0.5]]),
        "the scores of one query lie far below those of another",
    ),
]


SKEW_CASES = [
    (
        (np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]),),
        [[3, 0, 0], [5, 6, 0], [7, 8, 9]],
        "the last column is the step itself and comes onto the diagonal",
    ),
    (
        (np.array([[9.0, 1], [2, 3]]),),
        [[1, 0], [2, 3]],
        "what no step can use, such as the 9, is gone; what lies behind a step is 0",
    ),
    (
        (np.arange(16.0).reshape(4, 4),),
        [[3, 0, 0, 0], [6, 7, 0, 0], [9, 10, 11, 0], [12, 13, 14, 15]],
        "each row moves by another number of columns",
    ),
    ((np.array([[-2.5]]),), [[-2.5]], "a single step keeps its score"),
]


QUARTER = pi / 2
ROTATE_CASES = [
    (
        (np.array([[1.0, 0]]), np.array([QUARTER])),
        [[0.0, 1]],
        "a quarter turn takes (1, 0) to (0, 1): both numbers take part, and mind the signs",
    ),
    (
        (np.array([[0.0, 1]]), np.array([QUARTER])),
        [[-1.0, 0]],
        "a quarter turn takes (0, 1) to (-1, 0)",
    ),
    (
        (np.array([[3.0, 4, 5, 6]]), np.array([0.0])),
        [[3.0, 4, 5, 6]],
        "at position 0 nothing turns",
    ),
    (
        (np.array([[1.0, 2, 3, 4]]), np.array([100 * QUARTER])),
        [[1.0, 2, -4, 3]],
        "the second of two pairs turns a hundred times slower than the first",
    ),
    (
        (np.array([[1.0, 2, 3, 4]]), np.array([200 * QUARTER])),
        [[1.0, 2, -3, -4]],
        "at this position the first pair makes fifty turns, and the second half a turn",
    ),
    (
        (np.array([[2.0, 0], [2.0, 0], [0, 2.0]]), np.array([0.0, 2 * QUARTER, QUARTER])),
        [[2.0, 0], [-2, 0], [-2, 0]],
        "each step turns by its own position, whatever its place in the array",
    ),
    (
        (np.array([[1.0, 0, 1, 0, 1, 0]]), np.array([2.0])),
        [[f(2 * 10_000 ** (-2 * i / 6)) for i in range(3) for f in (cos, sin)]],
        "with six numbers the second pair turns at 10000^(-2/6)",
    ),
    (
        (np.array([[2, 0]]), np.array([QUARTER * 2 / 3])),
        [[1.0, 3**0.5]],
        "the numbers of x may be whole, those of the result are not",
    ),
]


def remembered(*numbers: float, size: int = 4) -> tuple:
    """Give q, k, v of a new step, and keys, values of earlier ones.

    Args:
        numbers: what the weights are in proportion to, above 0; the last is the new step's.
        size: D, numbers in a query.

    Returns:
        q, k, v, keys, values; the values are 1, 2, 3 … in the order of the steps.
    """
    q, keys = odds(*numbers, size=size)
    values = np.arange(1.0, len(numbers) + 1)[:, None]
    return q[0], keys[-1], values[-1], keys[:-1], values[:-1]


NEXT_CASES = [
    (
        remembered(3),
        [1.0],
        "the first step remembers nothing and sees itself alone",
    ),
    (
        (np.zeros(4), np.full(4, 5.0), np.array([9.0]), np.eye(4)[:2], np.array([[1.0], [2]])),
        [(1 + 2 + 9) / 3],
        "the new step sees the earlier ones, and itself; its key and value stand behind theirs",
    ),
    (
        remembered(3, 1),
        [0.75 * 1 + 0.25 * 2],
        "scores of ln 3 and 0 after the division give odds of 3 to 1",
    ),
    (
        remembered(1, 2, 5),
        [(1 * 1 + 2 * 2 + 5 * 3) / 8],
        "each value counts as much as its own key says",
    ),
    (
        remembered(4, 1, 1, 2, size=9),
        [(4 * 1 + 2 + 3 + 2 * 4) / 8],
        "the scores are divided by the root of the query's size",
    ),
    (
        remembered(6, 1, 1, 1, 1, 1, 1),
        [(6 * 1 + 2 + 3 + 4 + 5 + 6 + 7) / 12],
        "the first step of all is still seen",
    ),
    (
        (
            np.array([2000.0, 0, 0, 0]),
            np.array([2.0, 0, 0, 0]),
            np.array([8.0, 80]),
            np.array([[2.0, 0, 0, 0], [1.0, 0, 0, 0]]),
            np.array([[4.0, 40], [100, 1000]]),
        ),
        [6.0, 60.0],
        "large scores must not overflow; a value may have several numbers",
    ),
]
