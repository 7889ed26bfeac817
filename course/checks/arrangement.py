"""Checks of lesson 11: ranges, order of requests, voicings, faults between chords, the best path.

Every case is (arguments, expected[, message]); expected values were worked out by hand. The hidden
cells call the same functions with other cases.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import number, sequence, whole

CLOSE = 1e-9
KINDS = ("crossing", "leap", "parallel")


def whole_numbers(value: Any, what: str, length: int | None = None) -> list[int]:
    """Convert a result that must be a list of whole numbers.

    Args:
        value: what the answer returned.
        what: its name in the message.
        length: the length that it must have, if that is part of the contract.

    Returns:
        A plain list of ints.

    Raises:
        CheckFailed: for another type or length.
    """
    return [whole(item, f"each of {what}") for item in sequence(value, what, length)]


RANGE_CASES = [
    (([60, 64, 67], 60, 81), [60, 64, 67], "a line that fits stays where it is"),
    (
        ([48, 52, 55], 60, 81),
        [60, 64, 67],
        "the line lies an octave too low, and moves as a whole",
    ),
    (
        ([36, 48, 43], 60, 81),
        [60, 72, 67],
        "the line lies two octaves too low; its own intervals stay as they are",
    ),
    (
        ([60, 72, 84], 60, 81),
        [60, 72, 72],
        "two of three notes fit where they are: only the third moves",
    ),
    (
        ([86, 62, 64], 48, 69),
        [62, 62, 64],
        "the first note alone is too high: the others stay where they are",
    ),
    (
        ([86, 98, 74], 48, 69),
        [62, 62, 50],
        "the line goes two octaves down, where two notes of three fit; the highest moves alone",
    ),
    (
        ([55, 76], 60, 71),
        [67, 64],
        "an octave down or up brings one note in, and the other moves alone",
    ),
    (
        ([54], 60, 83),
        [66],
        "one octave up is enough; two would be in range too, but further away",
    ),
    (([58, 70], 59, 70), [70, 70], "of two places as good, the line stays at the nearer one"),
    (
        ([50, 62, 75], 55, 69),
        [62, 62, 63],
        "where it is, one note fits, and an octave up or down one fits, too: it does not move",
    ),
    (
        ([62, 80, 50, 51, 92, 91], 60, 83),
        [62, 68, 62, 63, 80, 79],
        "an octave down and an octave up leave three notes outside each: the lower one is taken",
    ),
    (([83, 83, 48], 60, 83), [83, 83, 60], "the highest pitch belongs to the range"),
    (([], 60, 81), [], "a line without notes stays empty"),
]


def into_range(answer: Callable, cases: Sequence = RANGE_CASES) -> None:
    """Check exercise 1: a line that an instrument can play.

    Args:
        answer: the learner's function.
        cases: ((pitches, low, high), moved[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("into_range", answer, ["course.arranging.instruments.into_range"])
    for (pitches, low, high), expected, *message in cases:
        found = whole_numbers(run(pitches, low, high), "the pitches", len(pitches))
        shown = f"{pitches} into {low}..{high}"
        wrong = f"{shown}: {(message or [OTHER_VALUES])[0]}"
        outside = [pitch for pitch in found if not low <= pitch <= high]
        run.require(not outside, f"{shown}: pitch {(outside or [0])[0]} cannot be played")
        kept = [p % 12 for p in found] == [p % 12 for p in pitches]
        run.require(kept, f"{shown}: a note has another name now; only octaves may change")
        run.require(found == expected, wrong)
    passed(run, "Every note can be played, and the line is still the line.")


ORDER_CASES = [
    (([1, 2, 3], [10.0, 20.0, 30.0]), 1.0, "where more was asked, more was measured, always"),
    (([1, 2, 3], [30.0, 20.0, 10.0]), 0.0, "always the other way round"),
    (([1, 2], [5.0, 5.0]), 0.5, "equal measurements count a half"),
    (
        ([1, 1, 2], [9.0, 1.0, 5.0]),
        0.5,
        "two pieces with the same request are no pair; of the two pairs left, one is right",
    ),
    (([1, 2, 3], [5.0, 7.0, 7.0]), 5 / 6, "two pairs right, one a half: 2.5 of 3"),
    (
        ([3, 1, 2], [0.3, 0.1, 0.2]),
        1.0,
        "the order in which the pieces stand in the list does not matter",
    ),
    (([-1.0, 0.5, 1.0, -1.0], [0.0, 2.0, 1.0, 3.0]), 2 / 5, "requests are numbers of any sign"),
]


def order_agreement(answer: Callable, cases: Sequence = ORDER_CASES) -> None:
    """Check exercise 2: is there more where more was asked for?

    Args:
        answer: the learner's function.
        cases: ((asked, measured), share[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("order_agreement", answer, ["course.evaluation.control.order_agreement"])
    for arguments, expected, *message in cases:
        found = number(run(*arguments), "the agreement")
        shown = f"asked {arguments[0]}, measured {arguments[1]}"
        run.require(0 <= found <= 1, f"{shown}: a share lies in 0..1; yours is {found:.3g}")
        wrong = f"{shown}: yours is {found:.3g}; {(message or [OTHER_VALUES])[0]}"
        run.require(abs(found - expected) < CLOSE, wrong)
    passed(run, "You can say whether a model follows, whatever its scale.")


VOICE_CASES = [
    (
        ([0, 4, 7], [], 48, 67),
        [52, 55, 60],
        "at the beginning the pitches lie around the middle of the range, here 57.5",
    ),
    (
        ([5, 9, 0], [52, 55, 60], 48, 67),
        [53, 57, 60],
        "the C stays, the others go up by one and by two",
    ),
    (
        ([7, 11, 2], [53, 57, 60], 48, 67),
        [55, 59, 62],
        "every pitch looks for the nearest one before it: 2 + 1 + 2 semitones",
    ),
    (([4], [60], 48, 72), [64], "a single pitch: E4 is nearer to C4 than E3"),
    (
        ([6], [60], 48, 72),
        [54],
        "F♯ lies six semitones below and above: of equally near and narrow ones, the lowest",
    ),
    (
        ([2, 5, 9], [55, 63], 48, 67),
        [57, 62, 65],
        "two voicings are equally near; the narrower one wins, though it is higher",
    ),
    (
        ([0, 4, 7, 10], [52, 55, 60], 48, 67),
        [52, 55, 58, 60],
        "a chord of four after one of three: two pitches may look to the same one",
    ),
    (
        ([2], [50, 66], 48, 67),
        [50],
        "a tone that was there already need not move; only the nearest pitch before counts",
    ),
    (([11, 2, 7], [80, 84], 48, 67), [59, 62, 67], "the range is never left, however far it is"),
    (([3], [], 48, 67), [63], "the middle of 48 and 67 is 57.5, which is nearer to 63 than to 51"),
    (([0], [40], 48, 67), [48], "the lowest pitch belongs to the range"),
    (
        ([2, 11], [50, 64], 48, 67),
        [50, 59],
        "the sum counts, not the longest way: 0 + 5 semitones are less than 2 + 5",
    ),
]


def voice_chord(answer: Callable, cases: Sequence = VOICE_CASES) -> None:
    """Check exercise 3: the voicing that moves least.

    Args:
        answer: the learner's function.
        cases: ((pitch_classes, before, low, high), pitches[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("voice_chord", answer, ["course.arranging.voicing.voice_chord"])
    for (classes, before, low, high), expected, *message in cases:
        found = whole_numbers(run(classes, before, low, high), "the pitches", len(classes))
        shown = f"{classes} after {before} in {low}..{high}"
        tones = sorted(pitch % 12 for pitch in found) == sorted(classes)
        run.require(tones, f"{shown}: {found} are not the tones of the chord, each once")
        inside = all(low <= pitch <= high for pitch in found)
        run.require(inside, f"{shown}: {found} leaves the range")
        run.require(found == sorted(found), f"{shown}: give the pitches from low to high")
        wrong = f"{shown}: yours is {found}; {(message or [OTHER_VALUES])[0]}"
        run.require(found == expected, wrong)
    passed(run, "The chords glide into one another.")


FAULT_CASES = [
    (([64, 60], [65, 57]), [], "a third becomes a sixth, in contrary motion: no fault"),
    (([67, 60], [69, 62]), [("parallel", 0, 1)], "a fifth moves up and stays a fifth"),
    (([72, 60], [71, 59]), [("parallel", 0, 1)], "an octave moves down and stays one"),
    (
        ([67, 48], [69, 50]),
        [("parallel", 0, 1)],
        "a fifth and an octave are a fifth as well: intervals count modulo 12",
    ),
    (([67, 60], [67, 60]), [], "two voices that stand still move in parallel with nobody"),
    (([64, 60], [66, 62]), [], "parallel thirds are welcome"),
    (([60, 55], [62, 57]), [], "fourths are not among the forbidden: the lower voice counts"),
    (
        ([67, 60], [55, 48]),
        [("parallel", 0, 1)],
        "both fall by an octave: a parallel, but no leap, for that is more than an octave",
    ),
    (([67, 60], [62, 65]), [("crossing", 0, 1)], "the upper voice is below the lower one now"),
    (
        ([62, 65], [62, 65]),
        [("crossing", 0, 1)],
        "a crossing is one as long as it lasts, whether anything moves or not",
    ),
    (
        ([64, 64], [62, 62]),
        [("parallel", 0, 1)],
        "two voices on one pitch are a unison; no crossing",
    ),
    (([60], [73]), [("leap", 0, 0)], "a voice leaps by thirteen semitones"),
    (([73], [60]), [("leap", 0, 0)], "a fall by thirteen semitones is a leap as well"),
    (([60], [72]), [], "an octave is allowed"),
    (([64, 60], [69, 62]), [], "a fifth that comes from a third, however the voices move"),
    (
        ([67, 60], [74, 62]),
        [],
        "a fifth that becomes an octave: parallel voices keep their interval",
    ),
    (([12, 0], [14, 2]), [("parallel", 0, 1)], "0 is a pitch; only -1 is silence"),
    (
        ([-1, 60], [69, 62]),
        [],
        "a voice that was silent cannot have moved: -1 is no pitch",
    ),
    (([67, -1, 60], [69, -1, 62]), [("parallel", 0, 2)], "not only neighbours can be parallel"),
    (([-1, 60], [55, 60]), [("crossing", 0, 1)], "for a crossing only the later chord counts"),
    (([60, 55], [60, -1]), [], "a voice that falls silent crosses nobody"),
    (([67, 64, 60], [59, 64, 60]), [("crossing", 0, 1)], "only neighbours can cross"),
    (
        ([55, 60], [57, 62]),
        [("crossing", 0, 1), ("parallel", 0, 1)],
        "the interval is upper minus lower voice, also where the upper one is below: -5 is 7",
    ),
    (
        ([72, 60, 48], [86, 61, 64]),
        [("crossing", 1, 2), ("leap", 0, 0), ("leap", 2, 2)],
        "several faults at once, sorted; a leap has its voice's number twice",
    ),
]


def faults(answer: Callable, cases: Sequence = FAULT_CASES) -> None:
    """Check exercise 4: what a teacher marks in red.

    Args:
        answer: the learner's function.
        cases: ((before, after), found[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    package = "course.arranging.voice_repair."
    run = Examination("faults", answer, [package + "faults", package + "find_faults"])
    for arguments, expected, *message in cases:
        result = sequence(run(*arguments), "the faults")
        found = [_fault(item) for item in result]
        shown = f"{arguments[0]} to {arguments[1]}"
        wrong = f"{shown}: {(message or [OTHER_VALUES])[0]}"
        run.require(sorted(found) == expected, wrong)
        run.require(found == expected, f"{shown}: the faults are right but not sorted")
    passed(run, "No teacher sees more.")


def _fault(item: Any) -> tuple[str, int, int]:
    parts = sequence(item, "each fault", 3)
    if type(parts[0]) is not str or parts[0] not in KINDS:
        raise CheckFailed(f"a fault begins with one of {', '.join(KINDS)}; yours is {parts[0]!r}.")
    return parts[0], whole(parts[1], "a voice"), whole(parts[2], "a voice")


RING = 24  # chords, and bars; too many for trying all paths

PATH_CASES = [
    (
        ([[1.0, 5.0, 2.0]], [[0.0] * 3] * 3),
        [1],
        "one bar alone: the chord that fits best",
    ),
    (
        ([[3.0, 2.0], [0.0, 2.0]], [[0.0, -5.0], [0.0, 1.0]]),
        [1, 1],
        "the chord that fits best in bar 1 leads nowhere: 2 + 1 + 2 is more than 3 + 0 + 0",
    ),
    (
        ([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]),
        [1, 0, 1],
        "where all moves are alike, each bar has the chord that fits best",
    ),
    (
        ([[0.0, -1.0], [-1.0, 0.0], [0.0, -1.0]], [[0.0, 0.0], [0.0, 0.0]]),
        [0, 1, 0],
        "the bars in the middle count as much as those at the ends",
    ),
    (
        ([[0.0, 0.0], [0.0, 0.0], [0.0, 3.0]], [[1.0, -9.0], [-9.0, 0.0]]),
        [1, 1, 1],
        "the end decides about the beginning: 3 at the end is worth two moves of 0 instead of 1",
    ),
    (
        (
            [[-1.0, -2.0, -9.0], [-9.0, -1.0, -1.0], [-3.0, -9.0, -1.0]],
            [[-1.0, -1.0, -5.0], [-2.0, -2.0, -1.0], [-1.0, -3.0, -4.0]],
        ),
        [0, 1, 2],
        "row of the table: the chord before; column: the chord that follows",
    ),
    (
        ([[0.0, -3.0], [-1.0, 0.0], [-1.0, 0.0], [0.0, -3.0]], [[0.0, -4.0], [-1.0, 0.0]]),
        [0, 0, 0, 0],
        "to leave chord 0 costs more than the two better fits are worth",
    ),
    (
        ([[0.0] * RING] * (RING - 1) + [[0.5, *[0.0] * (RING - 1)]], np.roll(np.eye(RING), 1, 1)),
        [*range(1, RING), 0],
        "each move to the chord with the next number is worth 1, to end with chord 0 a half",
    ),
]


def best_path(answer: Callable, cases: Sequence = PATH_CASES) -> None:
    """Check exercise 5: the most likely row of chords.

    Args:
        answer: the learner's function.
        cases: ((fits, moves), path[, message]); each best path is the only one.

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("best_path", answer, ["course.arranging.harmoniser.best_path"])
    for (fits, moves), expected, *message in cases:
        arrays = np.array(fits, dtype=float), np.array(moves, dtype=float)
        found = whole_numbers(run(*arrays), "the path", len(fits))
        shown = f"fits {fits}, moves {moves}" if len(fits) < RING else f"{RING} bars and chords"
        known = all(0 <= state < len(moves) for state in found)
        run.require(known, f"{shown}: chords are numbered 0..{len(moves) - 1}; yours are {found}")
        total, best = (_total(*arrays, path) for path in (found, expected))
        wrong = f"{shown}: your path {found} is worth {total:g}, there is one worth {best:g}"
        run.require(found == expected, f"{wrong}; {(message or [OTHER_VALUES])[0]}")
    passed(run, "Nobody finds a more likely harmony.")


def _total(fits: np.ndarray, moves: np.ndarray, path: list[int]) -> float:
    """Add up what a path is worth."""
    steps = sum(moves[a, b] for a, b in pairwise(path))
    return float(steps + sum(fits[n, state] for n, state in enumerate(path)))
