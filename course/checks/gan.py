"""Checks of lesson 08: discriminator, divergence, noise, a choice with a slope, the penalty.

Every case is (arguments, expected[, message]); expected values were worked out by hand. The hidden
cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import log, sqrt
from typing import Any

import numpy as np
import torch

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import array

PLAIN = "course.models.plain_gan."
CLOSE = 1e-5
ZERO = "something is divided by 0, or its log"


def tensor(value: Any, what: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Give back a result that must be a tensor of numbers of one shape.

    Args:
        value: what the answer returned.
        what: its name in the message.
        shape: the shape that it must have.

    Returns:
        The tensor itself, for its gradient is wanted.

    Raises:
        CheckFailed: for another type or shape, and for NaN or infinity.
    """
    if value is None:
        raise CheckFailed(f"{what} is None (is a return missing?).")
    if not isinstance(value, torch.Tensor):
        kind = type(value).__name__
        raise CheckFailed(f"{what} should be a torch tensor; yours is of type {kind}.")
    if tuple(value.shape) != shape:
        raise CheckFailed(f"{what} should have the shape {shape}; yours is {tuple(value.shape)}.")
    if not value.is_floating_point() or not value.isfinite().all():
        raise CheckFailed(f"{what} should hold fractions, none of them NaN or infinite.")
    return value


def close(found: Any, expected: Any) -> bool:
    """Compare numbers up to rounding.

    Args:
        found: an array or tensor.
        expected: what it should be.

    Returns:
        Whether all are within a hundred-thousandth.
    """
    if isinstance(found, torch.Tensor):
        found = found.detach().double().numpy()
    return np.allclose(found, np.asarray(expected, dtype=float), atol=CLOSE, rtol=CLOSE)


DISCRIMINATOR_CASES = [
    (([0.5, 0.5], [0.5, 0.5]), [0.5, 0.5], "a perfect forger leaves no better guess than a half"),
    (
        ([0.5, 0.25, 0.25], [0.5, 0.5, 0.0]),
        [1 / 2, 1 / 3, 1.0],
        "what is twice as frequent among the fakes is real in one case of three",
    ),
    (
        ([0.0, 1.0, 0.0], [0.25, 0.75, 0.0]),
        [0.0, 4 / 7, 0.5],
        "a note that neither plays can be judged by nobody: the contract says 0.5",
    ),
]


def optimal_discriminator(answer: Callable, cases: Sequence = DISCRIMINATOR_CASES) -> None:
    """Check exercise 1: nobody can tell better.

    Args:
        answer: the learner's function.
        cases: ((real, fake), probabilities[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("optimal_discriminator", answer, [PLAIN + "optimal_discriminator"])
    for arguments, expected, *message in cases:
        found = array(run(*arguments), "the result", (len(expected),), ZERO)
        swapped = close(found, 1 - np.array(expected)) and not close(found, expected)
        run.require(not swapped, "the answers are those of the forger: how sure are you of *real*?")
        inside = ((found >= 0) & (found <= 1)).all()
        run.require(inside, "a probability lies between 0 and 1; some of yours do not")
        run.require(close(found, expected), (message or [OTHER_VALUES])[0])
    passed(run, "No expert can tell real from fake better than this one.")


JS_CASES = [
    (([0.5, 0.5], [0.5, 0.5]), 0.0, "two distributions that are equal differ by nothing"),
    (
        ([1.0, 0.0], [0.0, 1.0]),
        log(2),
        "notes that never meet differ by ln 2, and what is 0 adds nothing",
    ),
    (
        ([1.0, 0.0], [0.5, 0.5]),
        (log(4 / 3) + (log(2 / 3) + log(2)) / 2) / 2,
        "each is compared with the middle of both, and the two results are averaged",
    ),
    (
        ([0.5, 0.5, 0.0], [0.0, 0.5, 0.5]),
        log(2) / 2,
        "one note of two in common: half of ln 2, in nats",
    ),
]


def jensen_shannon(answer: Callable, cases: Sequence = JS_CASES) -> None:
    """Check exercise 2: how far apart are two players?

    Args:
        answer: the learner's function.
        cases: ((p, q), nats[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("jensen_shannon", answer, [PLAIN + "jensen_shannon"])
    for arguments, expected, *message in cases:
        result = run(*arguments)
        run.require(result is not None, "the result is None (is a return missing?)")
        one = isinstance(result, (float, int, np.floating, np.integer)) or np.shape(result) == ()
        run.require(one, "the result should be one number")
        found = array([float(result)], "the result", (1,), ZERO)[0]
        bits = expected > 0 and close(found, expected / log(2))
        run.require(not bits, "that is in bits; nats come with the natural logarithm")
        run.require(close(found, expected), (message or [OTHER_VALUES])[0])
        back = array([float(run(*arguments[::-1]))], "the result", (1,), ZERO)[0]
        run.require(close(back, expected), "the same is asked from the other side: p and q swapped")
    passed(run, "You can say how far a forger is from the original.")


def noises(M: int, S: int, Z: int) -> tuple[np.ndarray, ...]:
    """Make noise whose numbers tell where they come from.

    Args:
        M: tracks.
        S: segments.
        Z: numbers in a noise vector.

    Returns:
        chords 100 + s, style 200, melody 300 + m, groove 400 + 10 m + s; z / 10 is added.
    """
    z = np.arange(Z) / 10
    m, s = np.arange(M), np.arange(S)
    return (
        100 + s[:, None] + z,
        200 + z,
        300 + m[:, None] + z,
        400 + 10 * m[:, None, None] + s[:, None] + z,
    )


NOISE_CASES = [((2, 3, 1),), ((1, 2, 2),), ((4, 4, 4),), ((3, 1, 2),)]
NOISE_NAMES = ("chords", "style", "melody", "groove")


def track_noise(answer: Callable, cases: Sequence = NOISE_CASES) -> None:
    """Check exercise 3: who hears what, and when.

    Args:
        answer: the learner's function.
        cases: ((M, S, Z),), sizes.

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("track_noise", answer, [PLAIN + "track_noise"])
    for ((M, S, Z),) in cases:
        found = array(run(*noises(M, S, Z)), "the result", (M, S, 4 * Z), ZERO)
        for track in range(M):
            for segment in range(S):
                _same_noise(run, found[track, segment], track, segment, Z)
    passed(run, "Each track hears what is shared and what is its own.")


def _same_noise(run: Examination, heard: np.ndarray, track: int, segment: int, size: int) -> None:
    """Compare what one track hears in one segment."""
    expected = (100 + segment, 200, 300 + track, 400 + 10 * track + segment)
    for number, (name, base) in enumerate(zip(NOISE_NAMES, expected, strict=True)):
        part = heard[number * size : (number + 1) * size]
        where = f"track {track}, segment {segment}"
        kind = number == int(part[0] // 100) - 1
        run.require(kind, f"{where}: where the {name} should stand, something else does")
        run.require(
            close(part, base + np.arange(size) / 10),
            f"{where}: it hears the {name} of another place or track",
        )


LN2, LN3 = log(2), log(3)
STRAIGHT_CASES = [
    (
        [[LN3, 0.0]],
        [[1.0, 0.0]],
        [[1.0, 0.0]],
        [[3 / 16, -3 / 16]],
        "its gradient should be that of the softmax, 3/4 and 1/4 here",
    ),
    (
        [[0.0, LN2, 0.0]],
        [[0.0, 1.0, 0.0]],
        [[4.0, 0.0, 0.0]],
        [[3 / 4, -1 / 2, -1 / 4]],
        "the likeliest note has a probability of a half only, and is chosen all the same",
    ),
    (
        [[[0.0, 0.0, 9.0], [2.0, 0.0, 0.0]]],
        [[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]],
        None,
        None,
        "each row of the last axis is a choice of its own",
    ),
]


def straight_through(answer: Callable, cases: Sequence = STRAIGHT_CASES) -> None:
    """Check exercise 4: a hard choice with a soft slope.

    Args:
        answer: the learner's function.
        cases: (logits, ones and zeros, weights or None, gradient or None[, message]); the gradient
            is that of the sum of result times weights.

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "straight_through", "course.models.track_gan.straight_through"]
    run = Examination("straight_through", answer, twins)
    for values, expected, weights, slope, *message in cases:
        logits = torch.tensor(values, requires_grad=True)
        found = tensor(run(logits), "the result", tuple(logits.shape))
        sure = ((found.detach() - found.detach().round()).abs() < CLOSE).all()
        run.require(bool(sure), "notes are on or off: the result should hold ones and zeros")
        run.require(close(found, expected), (message or [OTHER_VALUES])[0])
        if slope is None:
            continue
        run.require(found.requires_grad, "no gradient comes back: the generator could not learn")
        (found * torch.tensor(weights)).sum().backward()
        back = run.given[0].grad
        run.require(back is not None, "no gradient comes back: the generator could not learn")
        run.require(close(back, slope), (message or [OTHER_VALUES])[0])
    passed(run, "Notes are on or off, and the generator still feels which way to go.")


def plane(*weights: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Make a critic that is a plane; its weights can learn.

    Args:
        weights: the slope, one number for each number of a sample.

    Returns:
        The critic, with its weights as `weights`.
    """
    slope = torch.tensor(weights, requires_grad=True)

    def critic(x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1) @ slope

    critic.weights = slope
    return critic


def parabola(x: torch.Tensor) -> torch.Tensor:
    """Score by the sum of squares: the slope is twice the sample.

    Args:
        x: (B, ...) samples.

    Returns:
        (B,) scores.
    """
    return x.flatten(1).square().sum(dim=1)


def ones(*shape: int, times: float = 1.0) -> torch.Tensor:
    """Make a tensor of equal numbers.

    Args:
        shape: its shape.
        times: the number.
    """
    return torch.full(shape, float(times))


PENALTY_CASES = [
    (
        (plane(3.0, 4.0), ones(2, 2), ones(2, 2, times=5), torch.tensor([0.5, 0.25])),
        16.0,
        "a plane with the slope (3, 4) rises by 5 everywhere, 4 too many: 4 squared",
    ),
    (
        (plane(0.3, 0.4), ones(1, 2), ones(1, 2, times=2), torch.tensor([0.5])),
        0.25,
        "a slope below 1 is wrong, too: it is 0.5 here",
    ),
    (
        (parabola, torch.tensor([[2.0], [2.0]]), torch.zeros(2, 1), torch.tensor([0.75, 0.5])),
        2.5,
        "where a critic is steep depends on the place between real and fake, and on whose share "
        "`mix` is; each sample has its own slope",
    ),
    (
        (plane(2.0, 2.0, 2.0, 2.0), ones(3, 2, 2), ones(3, 2, 2, times=0), torch.tensor([0.5] * 3)),
        9.0,
        "the length of a slope is taken over all numbers of a sample, whatever its axes",
    ),
]


def gradient_penalty(answer: Callable, cases: Sequence = PENALTY_CASES) -> None:
    """Check exercise 5: the critic's slope.

    Args:
        answer: the learner's function.
        cases: ((critic, real, fake, mix), penalty[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "gradient_penalty", "course.models.adversarial.gradient_penalty"]
    run = Examination("gradient_penalty", answer, twins)
    for arguments, expected, *message in cases:
        result = run(*arguments)
        found = tensor(result, "the penalty", ())
        run.require(close(found, expected), (message or [OTHER_VALUES])[0])
        weights = getattr(arguments[0], "weights", None)
        if weights is not None:
            _critic_learns(run, found, weights)
    passed(run, "The critic is kept from being too steep, or too flat.")


def _critic_learns(run: Examination, penalty: torch.Tensor, weights: torch.Tensor) -> None:
    """Require that the penalty of a plane has the gradient 2 (length - 1) weights / length."""
    run.require(
        penalty.requires_grad, "the penalty is a dead number: the critic could not learn from it"
    )
    (slope,) = torch.autograd.grad(penalty, weights, allow_unused=True)
    run.require(slope is not None, "no gradient of the penalty reaches the critic's weights")
    length = sqrt(float(weights.detach().square().sum()))
    expected = (2 * (length - 1) / length) * weights.detach()
    run.require(close(slope, expected.numpy()), "the penalty's gradient for the critic is wrong")
