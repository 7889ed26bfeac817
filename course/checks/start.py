"""The check of lesson 00: counting what follows what."""

from collections.abc import Callable, Sequence
from typing import Any

from course.checks.core import Examination, passed
from course.checks.values import mapping, whole

CASES = [
    ([], {}, "no melodies, no counts: an empty dictionary"),
    ([["D", "E"]], {"D": {"E": 1}}, "D is followed by E; nothing follows E, so E is no key"),
    (
        [["D", "E", "D", "F", "D", "E"]],
        {"D": {"E": 2, "F": 1}, "E": {"D": 1}, "F": {"D": 1}},
        "something that comes twice counts twice",
    ),
    (
        [["D", "E"], ["F", "D"]],
        {"D": {"E": 1}, "F": {"D": 1}},
        "the end of one melody is not followed by the beginning of the next",
    ),
    ([["D"], []], {}, "melodies of one token or none have nothing that follows"),
    ([["D", "D"]], {"D": {"D": 1}}, "a token may follow itself"),
    (
        [[0, 5, 0], [(0, 0.5), (2, 0.5)]],
        {0: {5: 1}, 5: {0: 1}, (0, 0.5): {(2, 0.5): 1}},
        "tokens may be numbers, 0 among them, or tuples; they are the keys as they are",
    ),
]
OTHER_VALUES = "the example works, but with other melodies the counts are wrong"


def count_next(answer: Callable, cases: Sequence = CASES) -> None:
    """Check the exercise: token -> {next token: count}.

    Args:
        answer: the learner's function.
        cases: (melodies, expected counts[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("count_next", answer, ["course.models.markov.count_next"])
    for melodies, expected, *message in cases:
        counts = _plain(run(melodies))
        run.require(counts == expected, (message or [OTHER_VALUES])[0])
    passed(run, "Your function counts what follows what: a machine can learn from it.")


def _plain(counts: Any) -> dict:
    """Convert dictionaries of dictionaries, of whatever kind of dictionary, to plain ones."""
    rows = mapping(counts, "the result").items()
    entries = {token: mapping(row, f"the entry of {token!r}") for token, row in rows}
    return {
        token: {following: whole(count, "a count") for following, count in row.items()}
        for token, row in entries.items()
    }
