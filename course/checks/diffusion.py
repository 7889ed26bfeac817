"""Checks of lesson 10: adding noise, a step back, the loss of hidden cells, uncovering, guidance.

Every case is (arguments, expected[, message]); expected values were worked out by hand: levels are
0.36 and 0.64, whose roots are 0.6 and 0.8, probabilities are simple fractions, and orders are short
lists. The hidden cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import log

import numpy as np

from course.checks.core import OTHER_VALUES, Examination, passed
from course.checks.values import array, number, sequence

PLAIN = "course.models.plain_diffusion."
BATCHES = "course.models.gaussian_diffusion."
FREE = -2  # a cell in which nothing is written yet


NOISED_CASES = [
    (
        (np.array([[10.0, 0.0]]), np.array([[0.0, 10.0]]), 0.64),
        [[8.0, 6.0]],
        "the roots of the shares belong in front of picture and noise: powers sum to 1",
    ),
    (
        (np.array([[3.0, -2.0], [1.0, 0.0]]), np.array([[5.0, 5.0], [5.0, 5.0]]), 1.0),
        [[3.0, -2.0], [1.0, 0.0]],
        "at the level 1 the picture is clean",
    ),
    (
        (np.array([[3.0, -2.0]]), np.array([[0.5, -1.0]]), 0.0),
        [[0.5, -1.0]],
        "at the level 0 nothing but noise is left",
    ),
    (
        (np.full((2, 2), 10.0), np.zeros((2, 2)), np.array([0.36, 1.0])),
        [[6.0, 6.0], [10.0, 10.0]],
        "each picture has a level of its own: it goes with the first axis, not with the last",
    ),
    (
        (np.ones((3, 2, 2)), -np.ones((3, 2, 2)), np.array([0.64, 0.0, 0.36])),
        [[[0.2, 0.2]] * 2, [[-1.0, -1.0]] * 2, [[-0.2, -0.2]] * 2],
        "pictures have rows and frames; a level goes with all cells of its picture",
    ),
    (
        (np.array([[1, 2]]), np.array([[3, 4]]), 0.64),
        [[2.6, 4.0]],
        "a picture of whole numbers need not stay one; a new array takes over the type of `x`",
    ),
]


def noised(answer: Callable, cases: Sequence = NOISED_CASES) -> None:
    """Check exercise 1: the closed form of the way into noise.

    Args:
        answer: the learner's function.
        cases: ((x, noise, alpha_bar), mixture[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("noised", answer, [PLAIN + "noised", BATCHES + "add_noise"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the noisy picture", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(found, expected, atol=1e-6), f"level {arguments[2]}: {wrong}")
    passed(run, "A thousand small steps into the noise are one.")


STEP_CASES = [
    (
        (np.array([6.0 + 1.6, 0.8]), np.array([10.0, 0.0]), 0.36, 0.64),
        [8.0 + 1.2, 0.6],
        "the picture holds the noise 2 and 1: find it first, then put it in at the next level",
    ),
    (
        (np.array([5.0, -7.0]), np.array([1.0, 2.0]), 0.36, 1.0),
        [1.0, 2.0],
        "at the level 1 nothing but the clean picture is left",
    ),
    (
        (np.array([2.0, -1.0]), np.array([10.0, 5.0]), 0.0, 0.36),
        [6.0 + 1.6, 3.0 - 0.8],
        "at the level 0 the whole picture is noise",
    ),
    (
        (np.array([[4.0, 3.0]]), np.array([[1.0, 9.0]]), 0.64, 0.64),
        [[4.0, 3.0]],
        "a step to the level where one is changes nothing",
    ),
    (
        (np.array([[6.0], [4.0]]), np.array([[10.0], [0.0]]), 0.36, 0.64),
        [[8.0], [3.0]],
        "where the picture is what the clean one would be there, it holds no noise",
    ),
]


def ddim_step(answer: Callable, cases: Sequence = STEP_CASES) -> None:
    """Check exercise 2: a step out of the noise.

    Args:
        answer: the learner's function.
        cases: ((x, clean, alpha_bar, next_alpha_bar), picture[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("ddim_step", answer, [PLAIN + "ddim_step", BATCHES + "ddim_step"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the next picture", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        where = f"from level {arguments[2]:g} to {arguments[3]:g}"
        run.require(np.allclose(found, expected, atol=1e-6), f"{where}: {wrong}")
    passed(run, "A noisy picture becomes a little clearer.")


def window(*cells: float) -> np.ndarray:
    """Give one window of ln p.

    Args:
        cells: probabilities of the pitches that are there, four for each sixteenth.

    Returns:
        (1, T, 4); ln 0 is minus infinity.
    """
    with np.errstate(divide="ignore"):
        return np.log(np.reshape(np.array(cells, dtype=float), (1, -1, 4)))


def hidden(*cells: int) -> np.ndarray:
    """Give which cells of one window are hidden.

    Args:
        cells: 1 or 0, four for each sixteenth.

    Returns:
        (1, T, 4) booleans.
    """
    return np.reshape(np.array(cells, dtype=bool), (1, -1, 4))


NATS_CASES = [
    (
        (window(0.5, 0.25, 0.1, 0.1), hidden(1, 1, 0, 0)),
        1.5 * log(2),
        "only hidden cells count, and their mean is taken",
    ),
    (
        (
            np.concatenate([window(0.5, 0.5, 0.5, 0.5), window(0.125, 1, 1, 1)]),
            np.concatenate([hidden(1, 1, 1, 1), hidden(1, 0, 0, 0)]),
        ),
        2 * log(2),
        "a window with one hidden cell counts as much as one with four: the mean of each first",
    ),
    (
        (window(0.5, 0.0, 1.0, 0.0), hidden(1, 0, 1, 0)),
        0.5 * log(2),
        "what stands in a cell that was not hidden does not matter, not even minus infinity",
    ),
    (
        (
            np.concatenate([window(0.25, 0.5, 0.5, 0.5), window(0.5, 0.5, 0.5, 0.5)]),
            np.concatenate([hidden(1, 0, 0, 0), hidden(0, 0, 0, 0)]),
        ),
        log(2),
        "a window without hidden cells counts 0, and counts as a window",
    ),
    (
        (window(0.5, 1, 1, 1, 0.25, 1, 1, 0.125), hidden(1, 0, 0, 0, 1, 0, 0, 1)),
        2 * log(2),
        "sixteenths do not count as windows: all hidden cells of a window have one mean",
    ),
]


def masked_nats(answer: Callable, cases: Sequence = NATS_CASES) -> None:
    """Check exercise 3: the loss of hidden cells.

    Args:
        answer: the learner's function.
        cases: ((log_p, masked), nats[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("masked_nats", answer, [PLAIN + "masked_nats"])
    for arguments, expected, *message in cases:
        found = number(run(*arguments), "the loss")
        wrong = (message or [OTHER_VALUES])[0]
        if expected:
            run.require(
                not np.isclose(found, -expected), "a loss is at least 0: -ln p, with a minus"
            )
        run.require(np.isclose(found, expected, atol=1e-6), wrong)
    passed(run, "A network can learn what the hidden notes were.")


GRID = [[60, FREE, 52, FREE], [FREE, 57, FREE, 45]]
DRAWN = [[72, 67, 71, 48], [62, 70, 53, 70]]
HIDDEN = [[0, 1, 0, 1], [1, 0, 1, 0]]
ORDER = [[0, 7, 1, 4], [5, 2, 6, 3]]


def turn(
    grid: Sequence, drawn: Sequence, masked: Sequence, order: Sequence, how_many: int
) -> tuple:
    """Give the arguments of one step of uncovering.

    Args:
        grid: pitches so far.
        drawn: pitches that were drawn.
        masked: 1 where a cell is hidden.
        order: numbers that say whose turn it is.
        how_many: cells to uncover.

    Returns:
        The same as arrays.
    """
    return np.array(grid), np.array(drawn), np.array(masked, dtype=bool), np.array(order), how_many


REVEAL_CASES = [
    (
        turn(GRID, DRAWN, HIDDEN, ORDER, 2),
        ([[60, FREE, 52, 48], [62, 57, FREE, 45]], [[0, 1, 0, 0], [0, 0, 1, 0]]),
        "of the hidden cells those with the lowest numbers come first; cells that are there do "
        "not take part",
    ),
    (
        turn(GRID, DRAWN, HIDDEN, ORDER, 9),
        ([[60, 67, 52, 48], [62, 57, 53, 45]], [[0, 0, 0, 0], [0, 0, 0, 0]]),
        "where fewer are hidden than asked for, all of them are uncovered, and no other cell",
    ),
    (turn(GRID, DRAWN, HIDDEN, ORDER, 0), (GRID, HIDDEN), "asked for no cell, nothing changes"),
    (
        turn([[FREE, -1, FREE, 40]], [[64, 60, -1, 41]], [[1, 0, 1, 0]], [[3, 0, 2, 1]], 1),
        ([[FREE, -1, -1, 40]], [[1, 0, 0, 0]]),
        "a rest (-1) is drawn and kept like any pitch",
    ),
    (
        turn([[60, 60, 60, 60]], [[61, 62, 63, 64]], [[1, 1, 0, 1]], [[3000, 1000, 4, 2000]], 2),
        ([[60, 62, 60, 64]], [[1, 0, 0, 0]]),
        "what is hidden says `masked`, not the number that stands in the grid; the numbers of the "
        "order may leave gaps",
    ),
]


def reveal(answer: Callable, cases: Sequence = REVEAL_CASES) -> None:
    """Check exercise 4: one step of writing.

    Args:
        answer: the learner's function.
        cases: ((grid, drawn, masked, order, how_many), (grid, masked)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("reveal", answer, [PLAIN + "reveal"])
    for arguments, (grid, masked), *message in cases:
        wrong = (message or [OTHER_VALUES])[0]
        result = run(*arguments)
        run.require(
            result is not None, "what comes back is None; give grid and mask (a return missing?)"
        )
        pair = sequence(result, "what comes back", 2)
        found = array(pair[0], "the new grid", np.shape(grid))
        left = array(pair[1], "the new mask", np.shape(masked))
        kept = arguments[2] == 0
        run.require(
            np.array_equal(found[kept], np.array(grid)[kept]),
            "a note that was there has changed; only hidden cells may be written",
        )
        run.require(np.array_equal(found, grid), f"{arguments[4]} cells to uncover: {wrong}")
        run.require(
            np.array_equal(left, masked),
            "what has been uncovered is no longer hidden, and everything else stays as it was",
        )
    passed(run, "Notes come out of the mask a few at a time, and given ones stay.")


GUIDED_CASES = [
    (
        (np.log([3.0, 1.0]), np.log([1.0, 1.0]), 1.0),
        [0.75, 0.25],
        "with the weight 1 it is the model that was told",
    ),
    (
        (np.log([3.0, 1.0]), np.log([1.0, 4.0]), 0.0),
        [0.2, 0.8],
        "with the weight 0 it is the model that was not told",
    ),
    (
        (np.log([3.0, 1.0]), np.log([1.0, 1.0]), 2.0),
        [0.9, 0.1],
        "with the weight 2 a ratio of 3 to 1 becomes one of 9 to 1",
    ),
    (
        (np.log([[2.0, 1.0, 1.0], [1.0, 1.0, 2.0]]), np.log([[1.0, 1.0, 2.0], [1.0] * 3]), 2.0),
        [[8 / 11, 2 / 11, 1 / 11], [1 / 6, 1 / 6, 4 / 6]],
        "each row is a distribution of its own: the softmax goes along the last axis",
    ),
    (
        (np.array([5000.0, 5000.0 + log(3)]), np.array([5000.0, 5000.0]), 2.0),
        [0.1, 0.9],
        "logits may be thousands; subtract the largest before you take exp",
    ),
    (
        (np.array([[[0.0, log(3)]], [[-5e3, -5e3]]]), np.array([[[0.0] * 2], [[-5e3] * 2]]), 1.0),
        [[[0.25, 0.75]], [[0.5, 0.5]]],
        "each row has a largest logit of its own, along the last axis",
    ),
]


def guided(answer: Callable, cases: Sequence = GUIDED_CASES) -> None:
    """Check exercise 5: guidance.

    Args:
        answer: the learner's function.
        cases: ((told, untold, weight), probabilities[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("guided", answer, [PLAIN + "guided"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(
            run(*arguments),
            "the array of probabilities",
            expected.shape,
            "exp of a large number overflows, and where all are 0, 0 / 0 is no number: "
            "subtract the largest of each row first",
        )
        wrong = (message or [OTHER_VALUES])[0]
        run.require(
            np.allclose(found.sum(axis=-1), 1, atol=1e-6), "the probabilities do not sum to 1"
        )
        run.require(np.allclose(found, expected, atol=1e-6), f"weight {arguments[2]:g}: {wrong}")
    passed(run, "The model can be asked, and asked harder.")
