"""Checks of lesson 07: mask, attention, skewing, rotation, and a step with a memory.

Every case is (arguments, expected[, message]). The visible ones stand in `attention_cases`; the
hidden ones stand in the lesson, which finds `odds` and `remembered` here.
"""

from collections.abc import Callable, Sequence

import numpy as np

from course.checks.attention_cases import (
    ATTEND_CASES,
    MASK_CASES,
    NEXT_CASES,
    ROTATE_CASES,
    SKEW_CASES,
    odds,
    remembered,
)
from course.checks.core import OTHER_VALUES, Examination, passed
from course.checks.values import array

__all__ = ["attend", "attend_next", "causal_mask", "odds", "remembered", "rotate", "skew"]

PLAIN = "course.models.plain_attention."
PACKAGE = "course.models.attention."
CLOSE = 1e-6
OVERFLOW = "exp of a large number overflows, and a row in which nothing is left divides by zero"


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
        x = arguments[0]
        before = np.linalg.norm(x, axis=1)
        longer = np.abs(np.linalg.norm(found, axis=1) - before) > 1e-4
        run.require(not longer.any(), f"turning leaves a vector as long as it was: {wrong}")
        drift = np.hypot(found[:, ::2], found[:, 1::2]) - np.hypot(x[:, ::2], x[:, 1::2])
        run.require(
            (np.abs(drift) < 1e-4).all(), "pairs are neighbours: numbers 0 and 1, then 2 and 3"
        )
        run.require(np.allclose(found, expected, atol=1e-5), wrong)
    passed(run, "Two notes now feel how far apart they are, wherever they stand.")


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
