"""Checks of lesson 06: a draw, a divergence, the bound, ways between points, and a direction.

Every case is (arguments, expected[, message]); expected values were worked out by hand. The hidden
cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import e, log, sqrt

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import number, vector

PLAIN = "course.models.plain_vae."
LATENT = "course.models.latent."
CLOSE = 1e-6


def _array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


DRAW_CASES = [
    (
        (_array(1, 1), _array(0, 0), _array(2, -2)),
        [3, -1],
        "with variance 1 the noise is simply added to the mean",
    ),
    ((_array(5, -5), _array(2, -3), _array(0, 0)), [5, -5], "without noise the draw is the mean"),
    (
        (_array(0, 0), _array(log(4), log(9)), _array(1, 1)),
        [2, 3],
        "noise is stretched by the standard deviation, the root of the variance; what is given is "
        "the logarithm of the variance",
    ),
    (
        (_array(1, 2, 3), _array(log(4), 0, -log(4)), _array(1, -1, 2)),
        [3, 1, 4],
        "each number of z has a mean, a variance and a noise of its own",
    ),
    ((_array(7), _array(-2000), _array(3)), [7], "a posterior that is quite sure draws its mean"),
]


def reparameterise(answer: Callable, cases: Sequence = DRAW_CASES) -> None:
    """Check exercise 1: a draw through which a gradient passes.

    Args:
        answer: the learner's function.
        cases: ((mean, log_variance, noise), point[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination(
        "reparameterise", answer, [PLAIN + "reparameterise", LATENT + "reparameterise"]
    )
    for arguments, expected, *message in cases:
        point = vector(run(*arguments), "the result", len(expected))
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(point, expected, atol=CLOSE), f"the point is wrong: {wrong}")
    passed(run, "Chance comes in from outside, so that a gradient can go round it.")


KL_CASES = [
    ((_array(0, 0, 0), _array(0, 0, 0)), 0.0, "what equals the prior costs nothing"),
    ((_array(2), _array(0)), 2.0, "a mean of 2 costs half of its square"),
    ((_array(-2), _array(0)), 2.0, "left and right of 0 cost the same"),
    ((_array(0), _array(1)), (e - 2) / 2, "a variance above 1 costs something, too"),
    ((_array(0), _array(-1)), 1 / (2 * e), "a variance below 1 costs something, too"),
    (
        (_array(2, 0, -2, 0), _array(0, 0, 0, 1)),
        4 + (e - 2) / 2,
        "the dimensions add up; one number comes back, and no mean",
    ),
    ((_array(0, 0), _array(-100, 0)), (100 - 1) / 2, "to be quite sure is dear"),
]


def kl_divergence(answer: Callable, cases: Sequence = KL_CASES) -> None:
    """Check exercise 2: how far a posterior is from the prior.

    Args:
        answer: the learner's function.
        cases: ((mean, log_variance), nats[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "kl_divergence", LATENT + "kl_to_standard_normal"]
    run = Examination("kl_divergence", answer, twins)
    for arguments, expected, *message in cases:
        nats = number(run(*arguments), "the divergence")
        wrong = (message or [OTHER_VALUES])[0]
        shown = f"mean {arguments[0].tolist()}, ln of the variance {arguments[1].tolist()}"
        run.require(nats > -CLOSE, f"{shown}: a divergence is never below 0; yours is {nats:.4g}")
        run.require(abs(nats - expected) < CLOSE * max(1.0, expected), f"{shown}: {wrong}")
    passed(run, "You can say in nats how much a point tells about its melody.")


HALF = [0.5, 0.5]
ELBO_CASES = [
    (([HALF, HALF], [0, 1], 0.0, 1.0), -2 * log(2), "two cells, each with probability one half"),
    (
        ([[0.25, 0.75], [0.5, 0.5]], [1, 0], 0.0, 1.0),
        log(0.75) + log(0.5),
        "of each cell only the probability of what it really is counts",
    ),
    (([[0.0, 1.0]], [1], 2.0, 1.0), -2.0, "a sure decoder: the divergence is all that is paid"),
    (([HALF], [0], 3.0, 0.5), -log(2) - 1.5, "the weight multiplies the divergence, nothing else"),
    (([HALF], [0], 3.0, 0.0), -log(2), "with weight 0 the divergence is free"),
    (
        ([[0.1, 0.2, 0.7]] * 3, [2, 1, 0], 1.25, 2.0),
        log(0.7) + log(0.2) + log(0.1) - 2.5,
        "the logarithms of all cells add up: no mean over cells",
    ),
    (
        ([[1e-40, 1.0]], [0], 1.0, 1.0),
        -40 * log(10) - 1,
        "a tiny probability has a logarithm, too; only 0 is impossible",
    ),
    (
        ([[1.0, 0.0], HALF], [1, 0], 1.0, 1.0),
        float("-inf"),
        "a cell that the decoder holds impossible makes the bound minus infinity",
    ),
]


def elbo(answer: Callable, cases: Sequence = ELBO_CASES) -> None:
    """Check exercise 3: the bound of one melody.

    Args:
        answer: the learner's function.
        cases: ((probabilities, cells, kl, weight), nats[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("elbo", answer, [PLAIN + "elbo", LATENT + "elbo"])
    for arguments, expected, *message in cases:
        result = run(*arguments)
        wrong = (message or [OTHER_VALUES])[0]
        if expected == float("-inf"):
            plain = type(result) is float or isinstance(result, np.floating)
            run.require(plain and float(result) == expected, wrong)
            continue
        nats = number(result, "the bound")
        shown = f"cells {arguments[1]}, divergence {arguments[2]:g}, weight {arguments[3]:g}"
        run.require(
            not abs(nats + expected) < CLOSE, f"{shown}: a bound is to be made large; turn its sign"
        )
        run.require(abs(nats - expected) < CLOSE, f"{shown}: {wrong}")
    passed(run, "What comes back, and what it costs, in one number.")


ROOT = sqrt(0.5)
WAY_CASES = [
    (
        (_array(0, 4), _array(8, 0), 0.25, "line"),
        [2, 3],
        "a quarter of the way, in a straight line",
    ),
    ((_array(1, 2), _array(5, -6), 0.0, "line"), [1, 2], "a share of 0 is the start"),
    ((_array(1, 2), _array(5, -6), 1.0, "line"), [5, -6], "a share of 1 is the end"),
    ((_array(2, 0), _array(0, 2), 0.5, "arc"), [2 * ROOT, 2 * ROOT], "halfway along the arc"),
    (
        (_array(2, 0), _array(0, 2), 1 / 3, "arc"),
        [sqrt(3), 1],
        "a third of a right angle are 30 degrees: the angle is shared out, not the line",
    ),
    (
        (_array(1, 0), _array(0.5, sqrt(0.75)), 0.5, "arc"),
        [sqrt(0.75), 0.5],
        "the angle between the two is not always a right one",
    ),
    (
        (_array(1, 0), _array(-0.5, sqrt(0.75)), 0.5, "arc"),
        [0.5, sqrt(0.75)],
        "the angle between the two may be more than a right one",
    ),
    (
        (_array(4, 0), _array(0, 2), 0.5, "arc"),
        [4 * ROOT, 2 * ROOT],
        "the angle does not depend on how long the two are",
    ),
    (
        (_array(3, 3), _array(9, 9), 0.5, "arc"),  # 54 / (√18 · √162) is 1.0000000000000002
        [6, 6],
        "two points in the same direction have no angle: the arc becomes a straight line",
    ),
    ((_array(1, 0), _array(-1, 0), 0.25, "arc"), [0.5, 0], "opposite points: a straight line"),
    (
        (_array(1, 0), _array(-1, 1e-7), 0.5, "arc"),
        [0, 0],
        "opposite but for a trifle, sin of the angle below a millionth: a straight line",
    ),
    ((_array(0, 0), _array(2, 0), 0.5, "arc"), [1, 0], "from the origin: a straight line"),
]


def interpolate(answer: Callable, cases: Sequence = WAY_CASES) -> None:
    """Check exercise 4: the point between two points.

    Args:
        answer: the learner's function.
        cases: ((start, end, share, way), point[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "interpolate", LATENT + "linear_path", LATENT + "spherical_path"]
    run = Examination("interpolate", answer, twins)
    for arguments, expected, *message in cases:
        answered = run(*arguments)
        try:
            point = vector(answered, "the result", len(expected))
        except CheckFailed as error:
            raise CheckFailed(f"{_way(arguments)}: {error}") from None
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(point, expected, atol=CLOSE), f"{_way(arguments)}: {wrong}")
    passed(run, "You can walk from one melody to another.")


def _way(arguments: tuple) -> str:
    start, end, share, way = arguments
    return f"from {start.tolist()} to {end.tolist()}, share {share:.3g}, {way}"


FOUR = np.array([[0.0, 0], [1, 0], [2, 5], [4, 1]])
ATTRIBUTE_CASES = [
    ((FOUR, [1, 2, 3, 4]), [4, 1], "of four melodies the one with most minus the one with least"),
    ((FOUR, [4, 3, 2, 1]), [-4, -1], "from little to much, not the other way round"),
    ((FOUR, [30, 40, 10, 20]), [-1, -5], "sort by the values, wherever they stand"),
    (
        (np.array([[0.0], [2], [8], [9], [9], [8], [10], [20]]), [1, 2, 3, 4, 5, 6, 7, 8]),
        [14],
        "of eight melodies, two at each end: the mean of each",
    ),
    (
        (np.array([[0.0], [1], [2], [3], [50], [100], [101]]), [7, 6, 5, 4, 3, 2, 1]),
        [-101],
        "of seven melodies a quarter is one at each end, rounded down",
    ),
    ((np.array([[1.0, 1], [4, 3]]), [0.5, 0.25]), [-3, -2], "of two, one at each end"),
    (
        (np.array([[1.0], [2], [4], [8]]), [5, 5, 5, 5]),
        [7],
        "of equals the later ones count as larger",
    ),
    (
        (np.arange(40.0)[:, None] ** 2, [0, 1] * 20),
        [np.mean(np.arange(21.0, 40, 2) ** 2) - np.mean(np.arange(0.0, 20, 2) ** 2)],
        "of equals the later ones count as larger, and many are equal: sorting must not mix them",
    ),
]


def attribute_vector(answer: Callable, cases: Sequence = ATTRIBUTE_CASES) -> None:
    """Check exercise 5: a direction in which melodies have more of something.

    Args:
        answer: the learner's function.
        cases: ((points, values), direction[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("attribute_vector", answer, [PLAIN + "attribute_vector"])
    for arguments, expected, *message in cases:
        direction = vector(run(*arguments), "the result", len(expected))
        wrong = (message or [OTHER_VALUES])[0]
        shown = f"{len(arguments[0])} melodies with the values {list(arguments[1])}"
        run.require(np.allclose(direction, expected, atol=CLOSE), f"{shown}: {wrong}")
    passed(run, "You have a direction in which a melody has more of something.")
