"""Checks of lesson 03: melodies without their key, likelihood, smoothing, temperature, copying.

Every case is (arguments, expected[, message]); expected values were worked out by hand. The
hidden cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from math import log

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import mapping, number, sequence, whole

PLAIN = "course.evaluation.plain."
CLOSE = 1e-9

WINDOW_CASES = [
    (([60, 67], 1), {(7,)}, "a window holds intervals: the later pitch minus the earlier one"),
    (
        ([60, 62, 60], 2),
        {(2, -2)},
        "two intervals that follow one another, each between neighbours",
    ),
    (([60, 62, 64, 65], 2), {(2, 2), (2, 1)}, "a window begins at every note, as long as it fits"),
    (([70, 72, 74, 75], 2), {(2, 2), (2, 1)}, "the same melody in another key has equal windows"),
    (([60, 60, 60, 60], 2), {(0, 0)}, "a window that comes twice stands in the set once"),
    (([60, 62, 64], 2), {(2, 2)}, "three notes have exactly one window of two intervals"),
    (([60, 62], 2), set(), "a melody that is too short has no window: an empty set"),
    (([], 3), set(), "an empty melody has no window: an empty set"),
]


def interval_windows(answer: Callable, cases: Sequence = WINDOW_CASES) -> None:
    """Check exercise 1: the windows of intervals of a melody.

    Args:
        answer: the learner's function.
        cases: ((pitches, length), set of tuples[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "interval_windows", "course.data.melody_index.melody_windows"]
    run = Examination("interval_windows", answer, twins)
    for arguments, expected, *message in cases:
        result = run(*arguments)
        if not isinstance(result, (set, frozenset)):
            kind = type(result).__name__
            raise CheckFailed(f"the result should be a set of tuples; yours is a {kind}.")
        windows = {tuple(whole(x, "an interval") for x in sequence(w, "a window")) for w in result}
        wrong = (message or [OTHER_VALUES])[0]
        yours = sorted(windows)[:3]
        run.require(windows == expected, f"{arguments[0]}: {wrong}; yours begin {yours}")
    passed(run, "Your index knows a tune in every key.")


NATS_CASES = [
    (([[0.5, 0.5]],), log(2), "two notes with probability one half cost ln 2 each"),
    (([[1.0, 1.0]],), 0.0, "a note that was certain costs nothing"),
    (([[0.25]],), log(4), "use the natural logarithm, and give a positive number"),
    (([[0.5, 0.125]],), 2 * log(2), "take the logarithm of each note, then the mean"),
    (
        ([[0.5], [0.25, 0.25, 0.25]],),
        1.75 * log(2),
        "a long piece counts for as many notes as it has",
    ),
    (([[0.5], []],), log(2), "an empty piece adds no notes"),
    (([[0.5] * 2000],), log(2), "a long piece: multiply nothing, add logarithms"),
    (([[1e-12, 1.0]],), 6 * log(10), "very unlikely notes count in full"),
]


def nats_per_note(answer: Callable, cases: Sequence = NATS_CASES) -> None:
    """Check exercise 2: the mean negative log-likelihood.

    Args:
        answer: the learner's function.
        cases: ((pieces,), nats[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "nats_per_note", "course.evaluation.likelihood.measure_likelihood"]
    run = Examination("nats_per_note", answer, twins)
    for arguments, expected, *message in cases:
        nats = number(run(*arguments), "the result")
        wrong = (message or [OTHER_VALUES])[0]
        shown = arguments[0] if len(arguments[0][0]) < 9 else "a long piece"
        run.require(abs(nats - expected) < CLOSE, f"{shown}: {wrong}; yours is {nats:.6g}")
    passed(run, "You can say in nats how well a model knows a piece.")


UNIFORM = {"C": 0.25, "D": 0.25, "E": 0.25, "F": 0.25}
MIX_CASES = [
    (({"C": 1}, UNIFORM), {"C": 0.625, "D": 0.125, "E": 0.125, "F": 0.125}, "seen once: N = K = 1"),
    (
        ({"C": 6}, UNIFORM),
        {"C": 6.25 / 7, "D": 0.25 / 7, "E": 0.25 / 7, "F": 0.25 / 7},
        "seen six times, always C: N = 6, K = 1, so that the lower level hardly speaks",
    ),
    (
        ({"C": 2, "D": 1, "E": 1}, UNIFORM),
        {"C": 2.75 / 7, "D": 1.75 / 7, "E": 1.75 / 7, "F": 0.75 / 7},
        "K is how many different tokens followed, N how often any did",
    ),
    (
        ({"F": 1, "C": 1}, {"C": 0.5, "D": 0.5, "F": 0.0}),
        {"C": 0.5, "D": 0.25, "F": 0.25},
        "each token takes K times its own probability of the level below",
    ),
    (({}, {"C": 0.9, "D": 0.1}), {"C": 0.9, "D": 0.1}, "never seen: the level below speaks alone"),
]


def witten_bell(answer: Callable, cases: Sequence = MIX_CASES) -> None:
    """Check exercise 3: counts mixed with the distribution of the level below.

    Args:
        answer: the learner's function.
        cases: ((counts, below), distribution[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("witten_bell", answer, [PLAIN + "witten_bell"])
    for arguments, expected, *message in cases:
        result = run(*arguments)
        run.require(result is not run.given[1], "give a new dictionary, not `below` itself")
        mixed = mapping(result, "the result")
        shares = {token: number(p, f"the probability of {token!r}") for token, p in mixed.items()}
        run.require(set(shares) == set(expected), "every token of `below` needs a probability")
        total = sum(shares.values())
        run.require(abs(total - 1) < CLOSE, f"the probabilities add up to {total:.4g}, not to 1")
        equal = all(abs(shares[token] - p) < CLOSE for token, p in expected.items())
        run.require(equal, f"counts {arguments[0]}: {(message or [OTHER_VALUES])[0]}")
    passed(run, "Rare contexts listen to general ones: nothing is impossible any more.")


TEMPERATURE_CASES = [
    (([0.5, 0.3, 0.2], 1), [0.5, 0.3, 0.2], "temperature 1 changes nothing"),
    (
        ([0.8, 0.2], 0.5),
        [16 / 17, 1 / 17],
        "below 1 the likely gets likelier: p to the power 1 / T",
    ),
    (([0.8, 0.2], 2), [2 / 3, 1 / 3], "above 1 all become more alike: p to the power 1 / T"),
    (([0.1, 0.6, 0.3], 0), [0.0, 1.0, 0.0], "temperature 0 leaves the likeliest alone"),
    (([0.4, 0.4, 0.2], 0), [1.0, 0.0, 0.0], "temperature 0, and two are likeliest: the first"),
    (([0.5, 0.0, 0.5], 2), [0.5, 0.0, 0.5], "what is impossible stays impossible"),
    (([0.64, 0.32, 0.04], 0.01), [1.0, 0.0, 0.0], "a very low temperature must work, too"),
    (([0.5, 0.5], 0.01), [0.5, 0.5], "a low temperature is not 0: equals stay equal"),
    (([0.02] * 50, 0.01), [0.02] * 50, "many tokens at a very low temperature"),
]


def with_temperature(answer: Callable, cases: Sequence = TEMPERATURE_CASES) -> None:
    """Check exercise 4: a distribution at a temperature.

    Args:
        answer: the learner's function.
        cases: ((probabilities, temperature), probabilities[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "with_temperature", "course.sampling.with_temperature"]
    run = Examination("with_temperature", answer, twins)
    for arguments, expected, *message in cases:
        result = sequence(run(*arguments), "the result", len(arguments[0]))
        shares = [number(p, "a probability") for p in result]
        total = sum(shares)
        run.require(abs(total - 1) < 1e-6, f"the probabilities add up to {total:.4g}, not to 1")
        equal = all(abs(a - b) < 1e-6 for a, b in zip(shares, expected, strict=True))
        possible = all(a == 0 for a, p in zip(shares, arguments[0], strict=True) if p == 0)
        run.require(possible, "what has probability 0 must keep exactly 0")
        wrong = (message or [OTHER_VALUES])[0]
        run.require(equal, f"{arguments[0]} at temperature {arguments[1]}: {wrong}")
    passed(run, "One knob between the safest note and any note.")


RUN_CASES = [
    (([60, 62, 64], [[60, 62, 64]]), 3, "the same three notes: a run of three notes"),
    (([60, 62, 64], [[65, 67, 69, 72]]), 3, "a tune is the same tune in another key"),
    (([60, 62, 64, 60], [[60, 62, 60, 62, 64, 65]]), 3, "the run may begin anywhere in both"),
    (([50, 60, 62, 64, 80], [[1, 2], [60, 62, 64, 65]]), 3, "look into every training melody"),
    (([60, 62, 64, 66], [[60, 62, 70, 72]]), 2, "the notes of a run follow one another directly"),
    (([60, 62], [[60, 67]]), 1, "no interval in common: a single note is a run of one"),
    (([60, 62, 64], [[60, 62], [64]]), 2, "a run may not cross from one melody into the next"),
    (([60, 62], [[60, 74]]), 1, "an octave makes it another interval"),
    (([60, 62, 64, 65], [[70, 72, 74, 75], [60, 62]]), 4, "keep the longest over all melodies"),
    (
        ([p % 7 + 60 for p in range(0, 90, 2)], [[p % 7 + 50 for p in range(0, 80, 2)]]),
        40,
        "a long run",
    ),
    (([60, 61, 60, 61, 60], [[60, 61, 60, 61, 60, 61]]), 5, "a run may repeat itself"),
    (([], [[60, 62]]), 0, "an empty melody shares nothing"),
    (([60, 62], []), 0, "without training melodies nothing is shared"),
    (([60, 62], [[]]), 0, "an empty training melody shares nothing"),
]


def longest_shared_run(answer: Callable, cases: Sequence = RUN_CASES) -> None:
    """Check exercise 5: the longest stretch that also stands in a training melody.

    Args:
        answer: the learner's function.
        cases: ((melody, training melodies), notes[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "longest_shared_run", "course.evaluation.originality.longest_shared_run"]
    run = Examination("longest_shared_run", answer, twins)
    for arguments, expected, *message in cases:
        notes = whole(run(*arguments), "the result")
        wrong = (message or [OTHER_VALUES])[0]
        shown = f"{str(arguments[0])[:40]} against {str(arguments[1])[:50]}"
        run.require(notes == expected, f"{shown}: {wrong}; yours is {notes}")
    passed(run, "You can tell a new tune from a copied one, whatever its key.")
