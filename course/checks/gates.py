"""Checks of lesson 05: a step with gates, chunks, top-k, top-p, and whether a wish was granted.

Every case is (arguments, expected[, message]); expected values were worked out by hand, where
possible with gates that are wide open or shut. The hidden cells call the same functions with other
cases.
"""

from collections.abc import Callable, Sequence
from math import exp, tanh

import numpy as np

from course.checks.core import OTHER_VALUES, Examination, passed
from course.checks.values import number, sequence, vector

PLAIN = "course.models.plain_lstm."
CLOSE = 1e-6
OPEN, SHUT = 50.0, -50.0  # a sigmoid of these is 1, or 0, to twenty digits


def one_cell(i: float, f: float, g: float, o: float, h: float = 0.0, c: float = 0.0) -> tuple:
    """Give arguments for a layer of one cell that sees nothing: its gates come from the biases.

    Args:
        i: bias of the input gate.
        f: bias of the forget gate.
        g: bias of the candidate.
        o: bias of the output gate.
        h: what it said before.
        c: its cell state.

    Returns:
        (x, h, c, W_x, W_h, b).
    """
    zeros = np.zeros((4, 1))
    return np.zeros(1), np.array([h]), np.array([c]), zeros, zeros, np.array([i, f, g, o])


def _two_cells() -> tuple:
    """A layer of two cells and three inputs, in which each block of rows reads something else."""
    W_x, W_h = np.zeros((8, 3)), np.zeros((8, 2))
    W_x[0, 0] = W_x[1, 1] = OPEN  # input gates: cell 0 by x_0, cell 1 by x_1
    W_x[4, 2], W_x[5, 2] = 1.0, -1.0  # candidates: +x_2 and -x_2
    W_h[2, 1] = W_h[3, 0] = OPEN  # forget gates: each reads the other cell's h
    b = np.array([0.0, 0, 0, 0, 0, 0, OPEN, SHUT])  # output gates: cell 0 shows, cell 1 hides
    x, h, c = np.array([1.0, -1, 0.5]), np.array([-1.0, 1.0]), np.array([2.0, 3.0])
    return x, h, c, W_x, W_h, b


STEP_CASES = [
    (
        one_cell(0, 0, 0, 0, c=1.0),
        ([0.5 * tanh(0.5)], [0.5]),
        "all gates half open, candidate 0, c = 1: half of c stays, and half of its tanh is shown",
    ),
    (
        one_cell(SHUT, OPEN, 5, SHUT, c=3.0),
        ([0.0], [3.0]),
        "forget gate open, input and output gates shut, c = 3: c stays 3, and h is 0",
    ),
    (
        one_cell(SHUT, OPEN, 5, OPEN, c=3.0),
        ([tanh(3)], [3.0]),
        "forget and output gates open, input gate shut, c = 3: c stays 3, and h is its tanh",
    ),
    (
        one_cell(OPEN, SHUT, 0.5, OPEN, c=3.0),
        ([tanh(tanh(0.5))], [tanh(0.5)]),
        "input and output gates open, forget gate shut, c = 3: the candidate, from the third block "
        "of rows, takes the place of c",
    ),
    (
        one_cell(OPEN, OPEN, 1, OPEN, c=1.0),
        ([tanh(1 + tanh(1))], [1 + tanh(1)]),
        "all gates open, c = 1: the candidate is added to c, and h is the tanh of the sum",
    ),
    (
        one_cell(OPEN, OPEN, 0, 0, c=-2.0),
        ([0.5 * tanh(-2)], [-2.0]),
        "forget gate open, output gate half open, candidate 0, c = -2: c stays, h is half its tanh",
    ),
    (
        (np.zeros(1), np.ones(1), np.zeros(1), np.zeros((4, 1)), np.full((4, 1), 2.0), np.zeros(4)),
        (
            [tanh(tanh(2) / (1 + exp(-2))) / (1 + exp(-2))],
            [tanh(2) / (1 + exp(-2))],
        ),
        "h = 1, all W_h = 2, x = 0: gates and candidate hear what the layer said before",
    ),
    (
        (np.ones(1), np.zeros(1), np.zeros(1), np.full((4, 1), 2.0), np.zeros((4, 1)), np.zeros(4)),
        (
            [tanh(tanh(2) / (1 + exp(-2))) / (1 + exp(-2))],
            [tanh(2) / (1 + exp(-2))],
        ),
        "x = 1, all W_x = 2, h = 0: gates and candidate hear the input",
    ),
    (
        _two_cells(),
        ([tanh(tanh(0.5) + 2), 0.0], [2 + tanh(0.5), 0.0]),
        "two cells: rows come in four blocks of two, i, f, g, o, and each cell has its own gates",
    ),
]


def lstm_step(answer: Callable, cases: Sequence = STEP_CASES) -> None:
    """Check exercise 1: one step from the equations.

    Args:
        answer: the learner's function.
        cases: ((x, h, c, W_x, W_h, b), (h', c')[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "lstm_step", "course.models.lstm.LSTMLayer"]
    run = Examination("lstm_step", answer, twins)
    for arguments, expected, *message in cases:
        pair = sequence(run(*arguments), "the result", 2)
        wrong = (message or [OTHER_VALUES])[0]
        size = len(expected[0])
        new_h, new_c = (
            vector(part, f"the new {name}", size)
            for part, name in zip(pair, ("h", "c"), strict=True)
        )
        h_is_right, c_is_right = _close(new_h, expected[0]), _close(new_c, expected[1])
        swapped = _close(new_h, expected[1]) and _close(new_c, expected[0])
        run.require(
            not swapped or c_is_right,
            f"{wrong}; your h is {_shown(new_h)}, your c {_shown(new_c)}: are h and c swapped?",
        )
        run.require(c_is_right, f"{wrong}; your c is {_shown(new_c)}")
        run.require(h_is_right, f"{wrong}; your c is right, your h is {_shown(new_h)}")
    passed(run, "Your cell can keep a note for as long as it likes.")


def _close(left: np.ndarray, right: Sequence[float]) -> bool:
    """Tell whether two vectors are equal up to rounding."""
    return bool(np.allclose(left, right, atol=CLOSE))


def _shown(numbers: np.ndarray) -> str:
    """Write a vector with four digits; one number alone without brackets."""
    digits = ", ".join(f"{number:.4g}" for number in numbers)
    return digits if len(numbers) == 1 else f"[{digits}]"


CHUNK_CASES = [
    (
        (["D", "E", "F", "G", "A"], 2),
        [(["D", "E"], ["E", "F"]), (["F", "G"], ["G", "A"])],
        "a target is the token behind its input, across the seam too",
    ),
    ((["D", "E", "F"], 5), [(["D", "E"], ["E", "F"])], "a short melody is one chunk"),
    (
        ([60, 62, 64, 65, 67, 69], 2),
        [([60, 62], [62, 64]), ([64, 65], [65, 67]), ([67], [69])],
        "what is left at the end is a shorter chunk; no note may be lost",
    ),
    (([60, 62, 60], 1), [([60], [62]), ([62], [60])], "chunks of one note"),
    (
        ([1, 2, 3, 4], 3),
        [([1, 2, 3], [2, 3, 4])],
        "the last token is no input, for nothing follows it: there is no chunk without targets",
    ),
    (([60, 62], 1), [([60], [62])], "two notes have one input and one target"),
    (([60], 4), [], "a single note has nothing to predict: no chunks"),
    (([], 4), [], "an empty melody has no chunks"),
]


def split_chunks(answer: Callable, cases: Sequence = CHUNK_CASES) -> None:
    """Check exercise 2: chunks that lose nothing at the seams.

    Args:
        answer: the learner's function.
        cases: ((tokens, length), list of (inputs, targets)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("split_chunks", answer, [PLAIN + "split_chunks"])
    for arguments, expected, *message in cases:
        chunks = []
        for chunk in sequence(run(*arguments), "the result"):
            inputs, targets = sequence(chunk, "a chunk", 2)
            chunks.append((sequence(inputs, "the inputs"), sequence(targets, "the targets")))
        shown = f"{arguments[0]} in chunks of {arguments[1]}"
        wrong = (message or [OTHER_VALUES])[0]
        run.require(
            all(inputs for inputs, _ in chunks),
            f"{shown}: one of your chunks is empty; there is no chunk without inputs and targets",
        )
        run.require(
            all(len(inputs) == len(targets) for inputs, targets in chunks),
            f"{shown}: every input needs a target of its own",
        )
        run.require(chunks == expected, f"{shown}: {wrong}")
    passed(run, "A melody of any length can be learned from, and no note is lost at a seam.")


TOP_K_CASES = [
    (([0.5, 0.3, 0.2], 2), [0.625, 0.375, 0.0], "keep the likeliest, then make the sum 1 again"),
    (
        ([0.2, 0.3, 0.5], 1),
        [0.0, 0.0, 1.0],
        "one token left: it is certain, and tokens keep their places",
    ),
    (([0.125, 0.5, 0.375], 2), [0.0, 4 / 7, 3 / 7], "tokens keep their places"),
    (
        ([0.25, 0.25, 0.25, 0.25], 2),
        [0.5, 0.5, 0.0, 0.0],
        "of equals those with the lower index stay",
    ),
    (
        ([0.1, 0.4, 0.1, 0.4], 3),
        [0.1 / 0.9, 0.4 / 0.9, 0.0, 0.4 / 0.9],
        "exactly k stay; of equals at the edge those with the lower index",
    ),
    (([0.5, 0.25, 0.25], 3), [0.5, 0.25, 0.25], "k as large as the vocabulary keeps all"),
    (([0.5, 0.5], 9), [0.5, 0.5], "k may be larger than the vocabulary"),
    (([0.0, 1.0, 0.0], 2), [0.0, 1.0, 0.0], "what is impossible stays impossible"),
]


def keep_top_k(answer: Callable, cases: Sequence = TOP_K_CASES) -> None:
    """Check exercise 3: the k likeliest tokens.

    Args:
        answer: the learner's function.
        cases: ((probabilities, k), probabilities[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("keep_top_k", answer, ["course.sampling.keep_top_k", *_SAMPLER])
    for arguments, expected, *message in cases:
        _same_shares(run, arguments, expected, message, "k")
    passed(run, "The unlikely tail of notes can no longer be drawn.")


TOP_P_CASES = [
    (([0.5, 0.25, 0.125, 0.125], 0.6), [2 / 3, 1 / 3, 0.0, 0.0], "0.5 is too little, 0.75 enough"),
    (
        ([0.125, 0.125, 0.25, 0.5], 0.6),
        [0.0, 0.0, 1 / 3, 2 / 3],
        "begin with the likeliest, wherever it stands; tokens keep their places",
    ),
    (
        ([0.5, 0.25, 0.125, 0.125], 0.75),
        [2 / 3, 1 / 3, 0.0, 0.0],
        "the two reach the mass exactly: that is enough",
    ),
    (
        ([0.5, 0.25, 0.125, 0.125], 0.8),
        [4 / 7, 2 / 7, 1 / 7, 0.0],
        "the token with which the mass is reached stays; of equals the lower index comes first",
    ),
    (([0.25, 0.75], 0.5), [0.0, 1.0], "the likeliest alone has more than the mass: it stays"),
    (([0.25, 0.5, 0.25], 0), [0.0, 1.0, 0.0], "mass 0 keeps one token"),
    (
        ([0.25, 0.25, 0.25, 0.25], 0.5),
        [0.5, 0.5, 0.0, 0.0],
        "of equals the lower index comes first",
    ),
    (([0.5, 0.0, 0.5], 1), [0.5, 0.0, 0.5], "mass 1 keeps all that is possible"),
    (
        ([0.1] * 10, 1),
        [0.1] * 10,
        "mass 1 keeps all, also where rounding leaves their sum a little below 1",
    ),
]
_SAMPLER = ["course.sampling.Sampler"]


def keep_top_p(answer: Callable, cases: Sequence = TOP_P_CASES) -> None:
    """Check exercise 4: the likeliest tokens until they have so much probability.

    Args:
        answer: the learner's function.
        cases: ((probabilities, mass), probabilities[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("keep_top_p", answer, ["course.sampling.keep_top_p", *_SAMPLER])
    for arguments, expected, *message in cases:
        _same_shares(run, arguments, expected, message, "mass")
    passed(run, "Few choices where the model is sure, many where it is not.")


def _same_shares(
    run: Examination, arguments: tuple, expected: list, message: list, name: str
) -> None:
    """Compare a distribution with the expected one."""
    result = sequence(run(*arguments), "the result", len(expected))
    shares = [number(p, "a probability") for p in result]
    shown = f"{arguments[0]} with {name} {arguments[1]}"
    total = sum(shares)
    wrong = (message or [OTHER_VALUES])[0]
    run.require(any(p > 0 for p in shares), f"{shown}: no token is kept: {wrong}")
    run.require(abs(total - 1) < CLOSE, f"{shown}: the probabilities add up to {total:.4g}, not 1")
    kept = [p > 0 for p in shares] == [p > 0 for p in expected]
    run.require(kept, f"{shown}: not the right tokens are kept: {wrong}")
    equal = all(abs(a - b) < CLOSE for a, b in zip(shares, expected, strict=True))
    run.require(equal, f"{shown}: the right tokens, but not in the right proportions: {wrong}")


ACCURACY_CASES = [
    ((["jig"], ["jig"]), (1.0, 1.0), "one tune, as wished: with one wish there is no choice"),
    (
        (["jig", "reel"], ["jig", "reel"]),
        (1.0, 0.5),
        "both as wished; dealt out at random, half would be",
    ),
    (
        (["jig", "reel"], ["reel", "jig"]),
        (0.0, 0.5),
        "neither as wished; dealt out at random, half would be",
    ),
    (
        (["jig", "reel", "reel", "reel"], ["reel"] * 4),
        (0.75, 0.75),
        "always a reel: dealing out changes nothing, so no wish is obeyed",
    ),
    (
        (["jig", "jig", "reel", "hornpipe"], ["jig", "reel", "reel", "reel"]),
        (0.5, (2 * 1 + 1 * 3) / 16),
        "go through all pairs of a wish and a tune: in how many do they agree?",
    ),
    (
        (["jig", "reel"], ["slide", "air"]),
        (0.0, 0.0),
        "a label that nobody wished for is never right, however wishes are dealt out",
    ),
    (
        ([(7, "major"), (2, "minor")], [(7, "major"), (7, "minor")]),
        (0.5, 0.25),
        "labels may be pairs, such as keys, and half of a pair is no wish granted",
    ),
]


def control_accuracy(answer: Callable, cases: Sequence = ACCURACY_CASES) -> None:
    """Check exercise 5: how often a wish was granted, and how often chance would grant it.

    Args:
        answer: the learner's function.
        cases: ((asked, measured), (share as asked, expected share)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = ["course.evaluation.control.control_accuracy"]
    run = Examination("control_accuracy", answer, twins)
    for arguments, expected, *message in cases:
        pair = sequence(run(*arguments), "the result", 2)
        share = number(pair[0], "the share as asked")
        dealt = number(pair[1], "the expected share")
        shown = f"asked {arguments[0]}, measured {arguments[1]}"
        wrong = (message or [OTHER_VALUES])[0]
        run.require(
            abs(share - expected[0]) < CLOSE,
            f"{shown}: the share as asked is {expected[0]:.4g}, yours {share:.4g}: {wrong}",
        )
        run.require(
            abs(dealt - expected[1]) < CLOSE,
            f"{shown}: the expected share is {expected[1]:.4g}, yours {dealt:.4g}: {wrong}",
        )
    passed(run, "You can tell a granted wish from a lucky guess.")
