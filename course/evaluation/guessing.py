"""Did somebody hear it, or guess? The exact binomial test of a listening test, and its power.

A test has so many trials; who guesses is right in each with the same probability, `chance`. Sums
are taken term by term, without approximation.

References:
    Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988 (power).
"""

import math
from collections.abc import Callable

from course.errors import check_integer, check_range


def binomial_tail(right: int, trials: int, chance: float) -> float:
    """Give the probability of at least so many right answers by guessing: the p-value.

    sum over k = right .. trials of C(trials, k) chance^k (1 - chance)^(trials - k).

    Args:
        right: right answers, 0..trials.
        trials: 1 or more.
        chance: probability of a right answer in each trial, between 0 and 1.

    Returns:
        Probability, 0..1.

    Raises:
        TypeError: if a count is no whole number.
        ValueError: if a number is out of range.
    """
    check_integer("trials", trials, 1, 1000, "20 is usual")
    check_integer("right", right, 0, trials, "count the right answers")
    check_range("chance", chance, 0.0, 1.0, "1/2 with two versions")
    return sum(
        math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        for k in range(right, trials + 1)
    )


def passing_score(trials: int, chance: float, level: float) -> int | None:
    """Give the fewest right answers that guessing reaches with a probability of at most `level`.

    Args:
        trials: 1 or more.
        chance: probability of a right answer by guessing.
        level: how often guessing may pass, such as 0.05.

    Returns:
        Right answers; None if even all of them are not enough.
    """
    for right in range(trials + 1):
        if binomial_tail(right, trials, chance) <= level:
            return right
    return None


def power_of_test(
    tail: Callable[[int, int, float], float],
    trials: int,
    chance: float,
    skill: float,
    level: float,
) -> float:
    """Give the probability that somebody who hears something passes.

    Args:
        tail: `binomial_tail`, or a function of the same arguments.
        trials: 1 or more.
        chance: probability of a right answer by guessing.
        skill: probability of a right answer for who hears something.
        level: how often guessing may pass.

    Returns:
        Probability of reaching the passing score; 0 if it cannot be reached.
    """
    for right in range(trials + 1):
        if tail(right, trials, chance) <= level:
            return tail(right, trials, skill)
    return 0.0
