"""Checks of lesson 12: the control, an honest count, two densities, guessing, and power.

Every case is (arguments, expected[, message]); expected values were worked out by hand. Densities
are compared where there is a closed form: two normal curves, or curves that lie far apart. The
hidden cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import erfc, log, sqrt
from typing import Any

import numpy as np

from course.checks.core import OTHER_VALUES, Examination, passed
from course.checks.values import number, sequence, whole

PLAIN = "course.evaluation.plain_metrics."
GUESSING = "course.evaluation.guessing."

SHUFFLE_CASES = [
    (
        ([60, 62, 64, 65, 67], [1, 0], 2),
        [64, 65, 60, 62, 67],
        "whole bars change places, and what is left over stays at the end",
    ),
    (
        ([1, 2, 3, 4, 5, 6], [2, 0, 1], 2),
        [5, 6, 1, 2, 3, 4],
        "`order` names for each new bar the old one that stands there",
    ),
    (
        ([7, 7, 9, 7], [0], 3),
        [7, 7, 9, 7],
        "a single bar stays where it is, and the rest behind it",
    ),
    (([60, 62], [], 4), [60, 62], "a piece shorter than a bar stays as it is"),
    (
        ([(60, 48), (62, 50), (64, 52), (65, 53)], [1, 0], 2),
        [(64, 52), (65, 53), (60, 48), (62, 50)],
        "a sixteenth may hold several voices; they stay together",
    ),
]


def shuffle_bars(answer: Callable, cases: Sequence = SHUFFLE_CASES) -> None:
    """Check exercise 1: the control.

    Args:
        answer: the learner's function.
        cases: ((steps, order, steps_per_bar), steps in their new order[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "shuffle_bars", "course.evaluation.controls.shuffle_bars"]
    run = Examination("shuffle_bars", answer, twins)
    for arguments, expected, *message in cases:
        steps = sequence(run(*arguments), "the shuffled piece", len(expected))
        wrong = (message or [OTHER_VALUES])[0]
        found = [_plain(step) for step in steps]
        run.require(
            sorted(found, key=str) == sorted(expected, key=str),
            f"a sixteenth is missing, or is there twice: {wrong}",
        )
        run.require(found == expected, f"bars {arguments[1]}, {arguments[2]} sixteenths: {wrong}")
    passed(run, "Every bar is still there, and the piece is gone. That is the control.")


def _plain(step: Any) -> Any:
    """Make a plain value of a sixteenth: a number, or the numbers of several voices."""
    if isinstance(step, (tuple, list, np.ndarray)):
        return tuple(whole(pitch, "a pitch") for pitch in step)
    return whole(step, "a pitch")


def roll(num_steps: int, *notes: tuple[int, int, int]) -> np.ndarray:
    """Draw a piano roll.

    Args:
        num_steps: its length T.
        notes: (pitch, first step, length).

    Returns:
        (128, T) booleans.
    """
    drawn = np.zeros((128, num_steps), dtype=bool)
    for pitch, start, length in notes:
        drawn[pitch, start : start + length] = True
    return drawn


CLASS_CASES = [
    (
        (roll(4, (60, 0, 1), (64, 1, 1), (67, 2, 1), (62, 3, 1)), 4),
        [4],
        "four different notes sound in the bar, one after the other",
    ),
    (
        (roll(4, (48, 0, 4), (60, 0, 4), (72, 0, 4)), 4),
        [1],
        "three Cs in three octaves are one pitch class",
    ),
    (
        (roll(4, (60, 0, 4), (61, 0, 4), (62, 0, 4)), 4),
        [3],
        "three neighbours on the keyboard are three pitch classes",
    ),
    (
        (roll(8, (60, 0, 1), (64, 1, 1), (67, 4, 4)), 4),
        [2, 1],
        "each bar is counted by itself",
    ),
    (
        (roll(8, (60, 0, 8), (52, 2, 1), (40, 3, 1)), 4),
        [2, 1],
        "a held note counts in every bar in which it sounds, and an E is an E in every octave",
    ),
    ((roll(8, (60, 5, 1)), 4), [0, 1], "in a silent bar nothing sounds, and it counts as 0"),
    (
        (roll(7, (60, 0, 1), (62, 4, 3)), 4),
        [1],
        "the incomplete bar at the end is left out",
    ),
    ((roll(3, (60, 0, 3)), 4), [], "a piece shorter than a bar has no whole bar"),
    (
        (roll(2, *((p, 0, 2) for p in range(128))), 2),
        [12],
        "all keys together sound every pitch class",
    ),
]


def pitch_classes_per_bar(answer: Callable, cases: Sequence = CLASS_CASES) -> None:
    """Check exercise 2: octaves folded together.

    Args:
        answer: the learner's function.
        cases: ((roll, steps_per_bar), counts[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [
        PLAIN + "pitch_classes_per_bar",
        "course.evaluation.descriptors.used_pitch_classes",
    ]
    run = Examination("pitch_classes_per_bar", answer, twins)
    for arguments, expected, *message in cases:
        result = sequence(run(*arguments), "the counts")
        found = [whole(count, "a count") for count in result]
        wrong = (message or [OTHER_VALUES])[0]
        bars = f"{arguments[0].shape[1]} sixteenths in bars of {arguments[1]}"
        run.require(
            len(found) == len(expected),
            f"{bars}: you give {len(found)} counts, one for each whole bar is asked for: {wrong}",
        )
        run.require(found == expected, f"{bars}: {wrong}")
    passed(run, "A C is a C, however high it sounds.")


AGREEMENT_CASES = [
    (([3.0], [3.0], 1.0), (1.0, 0.0), "a sample agrees with itself: overlap 1, divergence 0"),
    (
        ([0.0], [2.0], 1.0),
        (erfc(1 / sqrt(2)), 2.0),
        "two bells, two bandwidths apart, share less than a third",
    ),
    (
        ([10.0], [13.0], 3.0),
        (erfc(0.5 / sqrt(2)), 0.5),
        "the bandwidth says how wide a bell is",
    ),
    (
        ([0.0, 8.0], [12.0, 20.0], 1.0),
        (erfc(2 / sqrt(2)) / 2, 40.0),
        "equal shapes far apart do not agree at all; both must stand on one grid",
    ),
    (
        ([0.0], [0.0, 10.0], 1.0),
        (0.5, log(2)),
        "half of the second sample lies where the first has nothing",
    ),
    (
        ([0.0, 10.0], [0.0], 1.0),
        (0.5, 25 - log(2)),
        "the divergence asks what `within` would say of `between`; the other way round is another",
    ),
    (
        ([0, 0, 12], [0, 12, 12], 1.0),
        (2 / 3, log(2) / 3),
        "numbers that come twice count twice",
    ),
    (
        ([0.5], [0.5, 0.5, 0.5], 0.05),
        (1.0, 0.0),
        "each density has the area 1, however many numbers and however wide",
    ),
]


def agreement(answer: Callable, cases: Sequence = AGREEMENT_CASES) -> None:
    """Check exercise 3: two densities on one grid.

    Args:
        answer: the learner's function.
        cases: ((within, between, bandwidth), (overlap, divergence)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [
        PLAIN + "agreement",
        *(f"course.evaluation.distances.{name}" for name in ("density_agreement", "log_density")),
    ]
    run = Examination("agreement", answer, twins)
    for arguments, (overlap, divergence), *message in cases:
        result = sequence(run(*arguments), "the result", 2)
        own_overlap = number(result[0], "the overlap")
        own_divergence = number(result[1], "the divergence")
        wrong = (message or [OTHER_VALUES])[0]
        one, other, width = arguments
        shown = f"{list(one)} and {list(other)}, bandwidth {width:g}"
        run.require(
            abs(own_overlap - overlap) < 0.01,
            f"{shown}: an overlap of {own_overlap:.3g}, where {wrong}",
        )
        run.require(
            abs(own_divergence - divergence) < 0.01 + 0.01 * divergence,
            f"{shown}: the overlap is right, the divergence of {own_divergence:.3g} nats is not: "
            f"{wrong}",
        )
    passed(run, "Equal shapes in different places are no longer taken for the same music.")


TAIL_CASES = [
    ((3, 3, 1 / 2), 1 / 8, "three right of three by guessing is one case in eight"),
    ((5, 6, 1 / 2), 7 / 64, "*at least* five of six: five, or all six"),
    ((0, 5, 1 / 2), 1.0, "at least none is certain"),
    ((1, 4, 1 / 2), 15 / 16, "at least one is everything but none"),
    ((2, 3, 1 / 3), 7 / 27, "with three versions a guess is right once in three times"),
    ((4, 4, 1 / 4), 1 / 256, "with four versions all right is a quarter to the fourth"),
    ((15, 20, 1 / 2), 21700 / 2**20, "fifteen of twenty is 21700 cases of 2^20"),
    ((25, 25, 0.3), 0.3**25, "a tiny probability is no zero: add up the right side"),
    ((1, 2, 0.9), 0.99, "who is nearly always right is hardly ever wrong twice"),
]


def binomial_tail(answer: Callable, cases: Sequence = TAIL_CASES) -> None:
    """Check exercise 4: what guessing reaches.

    Args:
        answer: the learner's function.
        cases: ((right, trials, chance), probability[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("binomial_tail", answer, [GUESSING + "binomial_tail"])
    for arguments, expected, *message in cases:
        found = number(run(*arguments), "the probability")
        right, trials, chance = arguments
        shown = f"{right} of {trials}, chance {chance:.3g}"
        run.require(-1e-9 <= found <= 1 + 1e-9, f"{shown}: {found:.4g} is no probability")
        run.require(
            abs(found - expected) <= 1e-6 * expected,
            f"{shown}: {found:.4g} is not it: {(message or [OTHER_VALUES])[0]}",
        )
    passed(run, "Now you know how far luck goes.")


POWER_CASES = [
    ((5, 1 / 2, 0.8, 0.05), 0.8**5, "with five trials only five right pass"),
    (
        (10, 1 / 2, 0.8, 0.05),
        0.8**10 + 10 * 0.8**9 * 0.2,
        "with ten trials nine right pass, and ten",
    ),
    (
        (3, 1 / 2, 0.99, 0.05),
        0.0,
        "three trials can never pass: even all right happens to one guesser in eight",
    ),
    (
        (5, 1 / 2, 0.8, 1 / 32),
        0.8**5,
        "who guesses reaches five of five with 1/32 exactly, and that is not more than the level",
    ),
    ((5, 1 / 2, 1 / 2, 0.05), 1 / 32, "who hears nothing passes as often as luck allows"),
    ((2, 1 / 4, 0.5, 0.1), 0.25, "with four versions two of two right pass"),
    (
        (4, 1 / 2, 0.7, 0.4),
        0.7**4 + 4 * 0.7**3 * 0.3,
        "a generous level lets three of four pass",
    ),
]


def power_of_test(answer: Callable, cases: Sequence = POWER_CASES) -> None:
    """Check exercise 5: how often a good ear passes.

    Args:
        answer: the learner's function.
        cases: ((trials, chance, skill, level), probability[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """

    def tail(right: int, trials: int, chance: float) -> float:
        """Give P(at least so many right), by adding one trial after the other."""
        asked.append(right)
        reached = [1.0] + [0.0] * trials  # probability of exactly so many right
        for _ in range(trials):
            before = [0.0, *reached[:-1]]
            reached = [
                stay * (1 - chance) + rise * chance
                for stay, rise in zip(reached, before, strict=True)
            ]
        return sum(reached[right:])

    asked: list[int] = []
    twins = [GUESSING + name for name in ("power_of_test", "passing_score")]
    run = Examination("power_of_test", answer, twins)
    for arguments, expected, *message in cases:
        found = number(run(tail, *arguments), "the power")
        trials, chance, skill, level = arguments
        shown = f"{trials} trials, chance {chance:.3g}, skill {skill:.3g}, level {level:.3g}"
        run.require(-1e-9 <= found <= 1 + 1e-9, f"{shown}: {found:.4g} is no probability")
        run.require(
            abs(found - expected) < 1e-6,
            f"{shown}: {found:.4g} is not it: {(message or [OTHER_VALUES])[0]}",
        )
    run.require(asked != [], "`tail` is handed in to be used; your function never calls it")
    passed(run, "You know before you begin whether your test can find anything.")
