"""Checks of lesson 07: mask, attention, skewing, rotation, and a step with a memory.

Every case is (arguments, expected[, message]); expected values were worked out by hand: scores are
chosen as logarithms of whole numbers, so that weights are simple fractions, and angles so that they
are quarter turns. The hidden cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import cos, log, pi, sin
from typing import Any

import numpy as np

from course.checks.core import CheckFailed, Examination, passed

PLAIN = "course.models.plain_attention."
PACKAGE = "course.models.attention."
OTHER_VALUES = "the example works, but with other values of the same kind the result is wrong"
CLOSE = 1e-6
OVERFLOW = "exp of a large number overflows, and a row in which nothing is left divides by zero"
ALL_SEEN = np.ones((1, 2), dtype=bool)


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


def _counted(*shape: int) -> np.ndarray:
    """Give 0, 1, 2 … in this shape."""
    return np.arange(float(np.prod(shape))).reshape(shape)


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


def causal_mask(answer: Callable, cases: Sequence = MASK_CASES) -> None:
    """Check exercise 1: nobody hears what has not been played.

    Args:
        answer: the learner's function.
        cases: ((num_steps, reach), mask[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("causal_mask", answer, [PLAIN + "causal_mask", PACKAGE + "causal_mask"])
    for arguments, expected, *message in cases:
        expected, result = np.array(expected, dtype=float), run(*arguments)
        found = array(result, "the mask", expected.shape)
        shown = f"{arguments[0]} steps, reach {arguments[1]}"
        kinds = {type(cell) for cell in np.asarray(result).ravel().tolist()}
        run.require(kinds == {bool}, f"{shown}: the mask should hold True and False, not numbers")
        future = np.triu(found, 1).any()
        run.require(not future, f"{shown}: a step sees one that has not been played yet")
        run.require(np.array_equal(found, expected), f"{shown}: {(message or [OTHER_VALUES])[0]}")
    passed(run, "No step hears the future any more.")


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


def attend(answer: Callable, cases: Sequence = ATTEND_CASES) -> None:
    """Check exercise 2: scaled dot-product attention.

    Args:
        answer: the learner's function.
        cases: ((q, k, v, allowed), (mixtures, weights)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("attend", answer, [PLAIN + "attend", PACKAGE + "attend"])
    for arguments, expected, *message in cases:
        result = run(*arguments)
        run.require(
            isinstance(result, (tuple, list)) and len(result) == 2,
            "return two arrays: the mixtures, and the weights",
        )
        mixed, weights = (np.array(part, dtype=float) for part in expected)
        own_mixed = array(result[0], "what the queries get", mixed.shape, OVERFLOW)
        own_weights = array(result[1], "the weights", weights.shape, OVERFLOW)
        wrong = (message or [OTHER_VALUES])[0]
        sums = own_weights.sum(axis=1)
        shown = ", ".join(f"{total:.4g}" for total in sums)
        run.require(
            np.allclose(sums, 1, atol=CLOSE), f"a query's weights add up to {shown}: {wrong}"
        )
        hidden = own_weights[~np.asarray(arguments[3])]
        run.require((hidden < CLOSE).all(), f"a hidden key is heard all the same: {wrong}")
        run.require(
            np.allclose(own_weights, weights, atol=CLOSE), f"the weights are wrong: {wrong}"
        )
        run.require(
            np.allclose(own_mixed, mixed, atol=CLOSE),
            f"the weights are right, the mixture is not: {wrong}",
        )
    passed(run, "Each note looks back and takes what it asked for.")


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
        (_counted(4, 4),),
        [[3, 0, 0, 0], [6, 7, 0, 0], [9, 10, 11, 0], [12, 13, 14, 15]],
        "each row moves by another number of columns",
    ),
    ((np.array([[-2.5]]),), [[-2.5]], "a single step keeps its score"),
]


def skew(answer: Callable, cases: Sequence = SKEW_CASES) -> None:
    """Check exercise 3: from distances to places.

    Args:
        answer: the learner's function.
        cases: ((scores,), moved[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("skew", answer, [PLAIN + "skew", "course.models.positions.skew"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the result", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        lower = np.tril(np.ones_like(expected, dtype=bool))
        run.require(
            np.allclose(found[lower], expected[lower], atol=CLOSE),
            f"a score of some distance does not stand where its key is: {wrong}",
        )
        run.require(not found[~lower].any(), f"behind a step there should be 0: {wrong}")
    passed(run, "One vector for each distance is enough.")


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


def _halves(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the first numbers of all pairs, and the second ones."""
    return x[:, ::2], x[:, 1::2]


def rotate(answer: Callable, cases: Sequence = ROTATE_CASES) -> None:
    """Check exercise 4: pairs of numbers turn.

    Args:
        answer: the learner's function.
        cases: ((x, positions), turned[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("rotate", answer, [PLAIN + "rotate", "course.models.positions.rotate"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the result", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        before = np.linalg.norm(arguments[0], axis=1)
        longer = np.abs(np.linalg.norm(found, axis=1) - before) > 1e-4
        run.require(not longer.any(), f"turning leaves a vector as long as it was: {wrong}")
        drift = np.hypot(found[:, ::2], found[:, 1::2]) - np.hypot(*_halves(arguments[0]))
        run.require(
            (np.abs(drift) < 1e-4).all(), "pairs are neighbours: numbers 0 and 1, then 2 and 3"
        )
        run.require(np.allclose(found, expected, atol=1e-5), wrong)
    passed(run, "Two notes now feel how far apart they are, wherever they stand.")


NOTHING = np.empty((0, 4)), np.empty((0, 1))


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


def attend_next(answer: Callable, cases: Sequence = NEXT_CASES) -> None:
    """Check exercise 5: a step with a memory.

    Args:
        answer: the learner's function.
        cases: ((q, k, v, keys, values), mixture[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "attend_next", PLAIN + "attend", PACKAGE + "attend", PACKAGE + "SelfAttention"]
    run = Examination("attend_next", answer, twins)
    for arguments, expected, *message in cases:
        _, k, v, keys, values = arguments
        result = run(*arguments)
        run.require(
            isinstance(result, (tuple, list)) and len(result) == 3,
            "return three arrays: the mixture, and the keys and values to be kept",
        )
        wrong = (message or [OTHER_VALUES])[0]
        for found, old, new, name in (
            (result[1], keys, k, "keys"),
            (result[2], values, v, "values"),
        ):
            kept = array(found, f"the kept {name}", (len(old) + 1, len(new)))
            expected_rows = np.vstack([old, new])
            run.require(np.allclose(kept, expected_rows), f"the kept {name} are wrong: {wrong}")
        mixed = array(result[0], "the mixture", (len(expected),), OVERFLOW)
        run.require(np.allclose(mixed, expected, atol=CLOSE), f"the mixture is wrong: {wrong}")
    passed(run, "A piece can be written step by step, and no step is computed twice.")
