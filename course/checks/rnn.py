"""Checks of lesson 04: pairs, the cell, the whole sequence, gradients through time, clipping.

Every case is (arguments, expected[, message]); expected values were worked out by hand, with the
numbers kept small: matrices of one or two rows, states whose tanh is known. The hidden cells call
the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import exp, tanh
from typing import Any

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import sequence

PLAIN = "course.models.plain_rnn."
CLOSE = 1e-9


TOO_LARGE = "which step grows too large?"


def floats(value: Any, what: str, shape: tuple[int, ...], reason: str = TOO_LARGE) -> np.ndarray:
    """Convert a result that must be an array of finite numbers.

    Args:
        value: what the answer returned: an array, or lists of numbers.
        what: its name in the message.
        shape: the shape that it must have.
        reason: what is said of numbers that are not finite.

    Returns:
        A new array of float64.

    Raises:
        CheckFailed: for any other type, another shape, or numbers that are not finite.
    """
    if not isinstance(value, (list, tuple, np.ndarray)):
        kind = "None (is a return missing?)" if value is None else f"a {type(value).__name__}"
        raise CheckFailed(f"{what} should be an array; yours is {kind}.")
    try:
        numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise CheckFailed(f"{what} should be an array of numbers of shape {shape}.") from None
    if numbers.shape != shape:
        raise CheckFailed(f"{what} should have shape {shape}; yours has {numbers.shape}.")
    if not np.isfinite(numbers).all():
        end = "" if reason.endswith("?") else "."
        raise CheckFailed(f"{what} holds infinity or no number at all; {reason}{end}")
    return numbers


def same(left: np.ndarray, right: Any) -> bool:
    """Tell whether two arrays are equal up to rounding."""
    return bool(np.allclose(left, np.array(right, dtype=np.float64), rtol=CLOSE, atol=CLOSE))


PAIR_CASES = [
    ((["D", "E", "F"], "-", "."), (["-", "D", "E", "F"], ["D", "E", "F", "."]), None),
    (
        ([62, 62, 64], -1, 0),
        ([-1, 62, 62, 64], [62, 62, 64, 0]),
        "a note that is repeated is read and asked for each time",
    ),
    (([60], "start", "end"), (["start", 60], [60, "end"]), "even a single note is asked for"),
    (([], "-", "."), (["-"], ["."]), "`nothing` is read, and the end is due"),
]


def make_pairs(answer: Callable, cases: Sequence = PAIR_CASES) -> None:
    """Check exercise 1: inputs and targets of a melody.

    Args:
        answer: the learner's function.
        cases: ((tokens, nothing, end), (inputs, targets)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("make_pairs", answer, [PLAIN + "make_pairs"])
    for arguments, (inputs, targets), *message in cases:
        result = sequence(run(*arguments), "the result", 2)
        given, asked = _tokens(result[0], "inputs"), _tokens(result[1], "targets")
        shown, number = _melody(len(arguments[0])), len(inputs)
        run.require(
            len(given) == len(asked),
            f"{shown}: {len(given)} inputs for {len(asked)} targets; every step has one of each",
        )
        run.require(
            number < 3 or given != asked,
            f"{shown}: inputs and targets are alike, so that the model learns to echo",
        )
        run.require(len(given) == number, f"{shown}: {len(given)} pairs instead of {number}")
        wrong = (message or [None])[0] or "what is due at a step is what the next step reads"
        run.require(given == inputs, f"{shown}, inputs: {wrong}; yours are {given}")
        run.require(asked == targets, f"{shown}, targets: {wrong}; yours are {asked}")
    passed(run, "Every step reads one note and is asked for the one behind it.")


def _melody(length: int) -> str:
    """Name a melody by its number of notes."""
    few = {0: "an empty melody", 1: "a melody of one note"}
    return few.get(length, f"a melody of {length} notes")


def _tokens(value: Any, what: str) -> list:
    """Convert a list of tokens."""
    items = sequence(value, what)
    if not all(isinstance(item, (int, str, np.integer)) for item in items):
        raise CheckFailed(f"{what} should be a flat list of tokens; yours is {str(items)[:50]}.")
    return items


def _arrays(*values: Any) -> tuple[np.ndarray, ...]:
    return tuple(np.array(value, dtype=np.float64) for value in values)


STEP_CASES = [
    (
        _arrays([1], [0], [[0.5]], [[0.7]], [0]),
        [tanh(0.5)],
        "one number, W_xh x = 0.5, no past, no bias: tanh(0.5) = 0.4621 is due",
    ),
    (
        _arrays([0], [0.5], [[0.9]], [[2]], [0]),
        [tanh(1)],
        "silence at the input, W_hh h = 1, no bias: tanh(1) = 0.7616 is due",
    ),
    (
        _arrays([0], [0], [[0.9]], [[0.7]], [-0.3]),
        [tanh(-0.3)],
        "no input, no past: the tanh of the bias is due",
    ),
    (
        _arrays([1, 0, 2], [0, 0], [[0.1, 9, 0.2], [0.3, 9, -0.2]], np.zeros((2, 2)), [0, 0]),
        [tanh(0.5), tanh(-0.1)],
        "three inputs, two states: each row of W_xh makes one state",
    ),
    (
        _arrays([0], [0.5, -0.5], [[0], [0]], [[0.2, 0.6], [1, 0]], [0, 0]),
        [tanh(-0.2), tanh(0.5)],
        "the rows of W_hh belong to the new state, its columns to the old one",
    ),
    (
        _arrays([1, -1], [1, 0.5], [[0.5, 0.1], [0, 1]], [[0.2, 0.4], [-1, 2]], [0.1, 0.5]),
        [tanh(0.9), tanh(-0.5)],
        "input, past and bias are added up before the tanh",
    ),
]


def rnn_step(answer: Callable, cases: Sequence = STEP_CASES) -> None:
    """Check exercise 2: one step of the cell.

    Args:
        answer: the learner's function.
        cases: ((x, h, W_xh, W_hh, b_h), new state[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "rnn_step", PLAIN + "rnn_outputs", "course.models.rnn.RNNLayer"]
    run = Examination("rnn_step", answer, twins)
    for arguments, expected, *message in cases:
        state = floats(run(*arguments), "the new state", (len(expected),))
        wrong = (message or [OTHER_VALUES])[0]
        yours = f"{wrong}; your new state is {_short(state)}"
        squeezed = same(state, expected) or not same(state, np.arctanh(expected))
        run.require(squeezed, f"{yours}: is the tanh missing?")
        run.require(same(state, expected), yours)
    passed(run, "Your cell hears a note and remembers the ones before.")


# One state: W_xh = 1, and the output layer says +a h and -a h, whose softmax is easy.
def _one_state(xs: list[float], h: float, W_hh: float, a: float, b_o: tuple = (0, 0)) -> tuple:
    """Give arguments for a network of one state and two tokens."""
    given = (np.reshape(xs, (-1, 1)), [h], [[1]], [[W_hh]], [0], [[a], [-a]], b_o)
    return _arrays(*given)


def _two_tokens(difference: float) -> list[float]:
    """Give the softmax of two logits whose difference is known."""
    return [1 / (1 + exp(-difference)), 1 / (1 + exp(difference))]


H1, H2 = tanh(0.5), tanh(0.25 + 2 * tanh(0.5))
# Each message: the case, what to say of a wrong last state, and of wrong rows.
OUTPUT_CASES = [
    (
        _one_state([0.5], 0.0, 2.0, 1.0),
        ([_two_tokens(2 * H1)], [H1]),
        (
            "one step",
            "the state after the step is due",
            "a row is the softmax of W_ho h + b_o, with the new h",
        ),
    ),
    (
        _one_state([0.5, 0.25], 0.0, 2.0, 1.0),
        ([_two_tokens(2 * H1), _two_tokens(2 * H2)], [H2]),
        (
            "two steps",
            "the second one starts from the state that the first one left",
            "each row is said by the state of its own step",
        ),
    ),
    (
        _one_state([0.0], 0.25, 2.0, 0.0, (0.0, np.log(3))),
        ([[0.25, 0.75]], [tanh(0.5)]),
        (
            "a state of 0.25 was handed over",
            "the first step starts from it",
            "W_ho is 0, and b_o alone says odds of one to three",
        ),
    ),
    (
        _one_state([50.0], 0.0, 0.0, 900.0),
        ([[1.0, 0.0]], [1.0]),
        ("logits of 900 and -900", OTHER_VALUES, "take care that no exponential overflows"),
    ),
    (
        _one_state([0.0], 0.0, 0.0, 0.0, (-900.0, -900.0)),
        ([[0.5, 0.5]], [0.0]),
        ("two logits of -900", OTHER_VALUES, "equal logits are equally likely, however low"),
    ),
    (
        _one_state([0.0], 0.0, 0.0, 0.0, (900.0, 899.0)),
        ([_two_tokens(1.0)], [0.0]),
        ("logits of 900 and 899", OTHER_VALUES, "they are as far apart as 1 and 0, so as unequal"),
    ),
    (
        (*_arrays([[40.0], [-40.0]], [0.0], [[1]], [[0]], [0], [[1000], [1000]], (0, 0)),),
        ([[0.5, 0.5], [0.5, 0.5]], [-1.0]),
        (
            "logits of 1000 at one step and of -1000 at the next",
            OTHER_VALUES,
            "each step has a largest logit of its own",
        ),
    ),
    (
        _one_state([], 0.3, 2.0, 1.0),
        (np.zeros((0, 2)), [0.3]),
        ("nothing was read", "the state is as it was given", "there are no rows"),
    ),
]


def rnn_outputs(answer: Callable, cases: Sequence = OUTPUT_CASES) -> None:
    """Check exercise 3: a whole sequence.

    Args:
        answer: the learner's function.
        cases: ((xs, h, W_xh, W_hh, b_h, W_ho, b_o), (probabilities, last state)[, messages]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "rnn_outputs", "course.sampling.softmax", "course.models.rnn.RNNLayer"]
    run = Examination("rnn_outputs", answer, twins)
    for arguments, (probabilities, last), *messages in cases:
        case, of_state, of_rows = (messages or [("other values", OTHER_VALUES, OTHER_VALUES)])[0]
        result = sequence(run(*arguments), "the result", 2)
        shape = (len(arguments[0]), len(arguments[-1]))
        shares = floats(result[0], "the array of probabilities", shape, f"{case}: {of_rows}")
        state = floats(result[1], "the last state", (len(last),))
        for row in shares:
            run.require(
                bool((row >= 0).all()) and abs(row.sum() - 1) < CLOSE,
                f"{case}: each row adds up to 1 by itself; one of yours is {_short(row)}, "
                f"which adds up to {row.sum():.4g}",
            )
        run.require(
            same(state, last) or not same(state, arguments[1]),
            f"{case}: your last state is the one that was handed over, not that of the last step",
        )
        run.require(same(state, last), f"{case}: {of_state}; your last state is {_short(state)}")
        for place, (row, right) in enumerate(zip(shares, probabilities, strict=True)):
            run.require(same(row, right), f"{case}: {of_rows}; your row {place} is {_short(row)}")
    passed(run, "Your network reads a tune and says at each note what may come next.")


GRADIENT_CASES = [
    (
        _arrays([[0.5], [0]], [[2]], [[3]]),
        [[1.0]],
        "one step whose tanh is flat nowhere (h_1 = 0): the error times the state before",
    ),
    (
        _arrays([[0.5], [0.5]], [[2]], [[3]]),
        [[0.75]],
        "one step: on its way back through tanh an error is multiplied by 1 - h²",
    ),
    (
        _arrays([[1], [0.5], [0]], [[0], [2]], [[3]]),
        [[5.5]],  # step 2: 2 * 0.5 = 1; step 1: 2 * 3 * 0.75 * 1 = 4.5
        "two steps, an error at the last: it is heard at step 1 too, through W_hh",
    ),
    (
        _arrays([[1], [0.5], [0]], [[4], [2]], [[3]]),
        [[8.5]],  # 5.5, and at step 1 its own error: 4 * 0.75 * 1 = 3
        "two steps, each with an error of its own: at step 1 both meet",
    ),
    (
        # step 2: a = 2 * 0.75 = 1.5, times h_1 = 0.5: 0.75. Step 1: 3 * 1.5 = 4.5, times 0.75.
        _arrays([[1], [0.5], [0.5]], [[0], [2]], [[3]]),
        [[4.125]],
        "two steps: what is handed back has been through the tanh, too",
    ),
    (
        # a_3 = 2, a_2 = 3 * 2 = 6, a_1 = 3 * 6 * 0.75 = 13.5; times h_2, h_1, h_0.
        _arrays([[1], [0.5], [0], [0]], [[0], [0], [2]], [[3]]),
        [[16.5]],
        "three steps, an error at the last: at each step it goes through tanh and W_hh anew",
    ),
    (
        _arrays([[0.2, 0.4], [0, 0.5]], [[1, 2]], [[7, 7], [7, 7]]),
        [[0.2, 0.4], [0.3, 0.6]],
        "two states: the row belongs to the new state, the column to the old one",
    ),
    (
        # step 2: error (1, 0), h_2 = 0: row 0 is h_1 = (0, 0.5). Back through W_hh: (1, 2) of
        # row 0, times 1 - h_1² = (1, 0.75): (1, 1.5), times h_0 = (0.2, 0.4).
        _arrays([[0.2, 0.4], [0, 0.5], [0, 0]], [[0, 0], [1, 0]], [[1, 2], [3, 4]]),
        [[0.2, 0.4 + 0.5], [0.3, 0.6]],
        "two states, two steps: backwards an error passes through W_hh turned over",
    ),
    (_arrays([[0.5]], np.zeros((0, 1)), [[3]]), [[0.0]], "no steps, no gradient: zeros"),
]


def gradient_in_time(answer: Callable, cases: Sequence = GRADIENT_CASES) -> None:
    """Check exercise 4: back-propagation through time.

    Args:
        answer: the learner's function.
        cases: ((states, errors, W_hh), gradient[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("gradient_in_time", answer, [PLAIN + "gradient_in_time"])
    for arguments, expected, *message in cases:
        shape = np.shape(arguments[2])
        gradient = floats(run(*arguments), "the gradient", shape)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(same(gradient, expected), f"{wrong}; yours is {_short(gradient)}")
    passed(run, "An error at the last note is heard at the first.")


CLIP_CASES = [
    (([np.array([3.0, 4.0])], 1.0), [[0.6, 0.8]], "norm 5, at most 1: a fifth of it"),
    (([np.array([0.3, 0.4])], 1.0), [[0.3, 0.4]], "norm 0.5, at most 1: it stays as it is"),
    (
        ([np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([1.0])], 1.5),
        [[[1.0, 0.0], [0.0, 1.0]], [0.5]],
        "two arrays have one norm, here 3, and shrink by one factor",
    ),
    (
        ([np.array([30.0]), np.array([0.4])], 30.0),
        [[30.0 * 30 / np.hypot(30, 0.4)], [0.4 * 30 / np.hypot(30, 0.4)]],
        "a large and a small one: both keep their shares, or the direction is another",
    ),
    (([np.array([-3.0]), np.array([4.0])], 2.5), [[-1.5], [2.0]], "signs stay"),
    (([np.zeros(2), np.zeros((1, 1))], 1.0), [[0.0, 0.0], [[0.0]]], "gradients of zero stay zero"),
]


def clip_gradients(answer: Callable, cases: Sequence = CLIP_CASES) -> None:
    """Check exercise 5: gradients shortened to a common norm.

    Args:
        answer: the learner's function.
        cases: ((gradients, largest), gradients[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("clip_gradients", answer, [PLAIN + "clip_gradients"])
    for arguments, expected, *message in cases:
        result = sequence(run(*arguments), "the result", len(expected))
        wrong = (message or [OTHER_VALUES])[0]
        for given, mine, right in zip(run.given[0], result, expected, strict=True):
            run.require(mine is not given, "give new arrays, not the ones that came in")
            clipped = floats(mine, "each gradient", np.shape(right), wrong)
            close = bool(np.allclose(clipped, right, rtol=1e-5, atol=1e-9))
            run.require(close, f"{wrong}; yours is {_short(clipped)}")
    passed(run, "However steep the slope, no step is longer than you allow.")


def _short(numbers: np.ndarray) -> str:
    """Show a small array in one line."""
    text = np.array2string(np.asarray(numbers), precision=4, separator=", ", threshold=8)
    return " ".join(text.split())
