"""Checks of lesson 13: a recipe, a loop, fifteen seconds, a sight-reading exercise, a commission.

Every case is (arguments, expected[, message]); expected values were worked out by hand. The last
exercise is judged by the automatic criteria of all three commissions (`course.studio.commissions`)
on small pieces that are written down here: whatever the answer delivers has to meet them.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import sequence, whole
from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.studio import commissions

PLAIN = "course.studio.plain."


def _bars(value: Any) -> list[list[int]]:
    """Convert a result that must be a list of bars."""
    bars = sequence(value, "the piece")
    return [[whole(p, "a pitch") for p in sequence(bar, "a bar")] for bar in bars]


REPLAY_CASES = [
    (([[60], [62], [64]], []), [[60], [62], [64]], "without edits the first bars are the piece"),
    (
        ([[60], [62], [64]], [([2], [[70], [74]])]),
        [[70], [62], [74]],
        "bar 2 was kept, and the new bars go to bars 1 and 3, in their order",
    ),
    (
        ([[60], [62], [64]], [([2], [[70], [74]]), ([1], [[81], [82]])]),
        [[70], [81], [82]],
        "a second edit keeps what the first one has made, not what was there before",
    ),
    (
        ([[60, 62], [64], [65], [67]], [({1, 4}, [[50], [51, 52]])]),
        [[60, 62], [50], [51, 52], [67]],
        "bars are counted from 1, and have as many notes as they have",
    ),
    (([[60], [62]], [((), [[1], [2]])]), [[1], [2]], "nothing was kept"),
]


def replay_bars(answer: Callable, cases: Sequence = REPLAY_CASES) -> None:
    """Check exercise 1: a recipe is played.

    Args:
        answer: the learner's function.
        cases: ((first, edits), bars[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("replay_bars", answer, [PLAIN + "replay_bars"])
    for arguments, expected, *message in cases:
        found, wrong = _bars(run(*arguments)), (message or [OTHER_VALUES])[0]
        count = f"{len(found)} bars instead of {len(expected)}"
        run.require(len(found) == len(expected), f"the piece has {count}: {wrong}")
        run.require(found == expected, wrong)
    passed(run, "The recipe gives the piece again, without asking any model.")


FOLD_CASES = [
    (([1.0, 2, 3, 10, 20], 3), [11.0, 22, 3], "what rings behind the end sounds at the beginning"),
    (([1.0, 2, 3], 3), [1.0, 2, 3], "without a tail nothing changes"),
    (([1.0, 2], 4), [1.0, 2, 0, 0], "the music ends early: the loop is silent to its end"),
    (
        ([1.0, 1, 10, 10, 100, 100, 1000], 2),
        [1111.0, 111],
        "a long tail goes around more than once",
    ),
    (([0.5, -0.5, -0.5], 2), [0.0, -0.5], "waves are added, and may cancel"),
    (([], 2), [0.0, 0], "silence is a loop, too"),
]


def fold_tail(answer: Callable, cases: Sequence = FOLD_CASES) -> None:
    """Check exercise 2: a loop without a seam.

    Args:
        answer: the learner's function.
        cases: ((samples, length), loop[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("fold_tail", answer, ["course.arranging.loops.fold_tail"])
    for (samples, length), expected, *message in cases:
        result, wrong = run(np.array(samples), length), (message or [OTHER_VALUES])[0]
        if not isinstance(result, (np.ndarray, list, tuple)):
            raise CheckFailed(f"the loop should be an array; yours is a {type(result).__name__}.")
        try:
            found = np.array(result, dtype=float)
        except (TypeError, ValueError):
            raise CheckFailed("the loop should be an array of numbers.") from None
        size = f"{found.shape} instead of ({length},)"
        run.require(found.shape == (length,), f"the loop has the shape {size}: {wrong}")
        run.require(np.allclose(found, expected), wrong)
    passed(run, "The end rings on over the beginning: no seam.")


TEMPO_CASES = [
    ((30, 15), [(30, 500_000)], "half a second a quarter: one tempo is enough"),
    (
        (32, 17),
        [(32, 531_250)],
        "seventeen seconds are 17,000,000 microseconds, shared by 32 quarters without a rest",
    ),
    (
        (31, 15),
        [(30, 483_871), (1, 483_870)],
        "what is left of the division is spread: so many quarters are one microsecond longer, "
        "and the slower tempo comes first",
    ),
    ((7, 1), [(1, 142_858), (6, 142_857)], "the slower tempo comes first"),
    ((1, 2), [(1, 2_000_000)], "a single quarter"),
]


def exact_tempos(answer: Callable, cases: Sequence = TEMPO_CASES) -> None:
    """Check exercise 3: exactly so long.

    Args:
        answer: the learner's function.
        cases: ((num_quarters, seconds), tempos[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination(
        "exact_tempos",
        answer,
        [PLAIN + "exact_tempos", "course.arranging.tempo.fit_duration"],
    )
    for (quarters, seconds), expected, *message in cases:
        wrong = (message or [OTHER_VALUES])[0]
        rows = sequence(run(quarters, seconds), "the tempos")
        found = []
        for row in rows:
            pair = sequence(row, "a tempo", 2)
            found.append((whole(pair[0], "its quarters"), whole(pair[1], "its microseconds")))
        asked = f"{quarters} quarters in {seconds} s"
        count = sum(n for n, _ in found)
        run.require(count == quarters, f"{asked}: your tempos cover {count} quarters; {wrong}")
        total = sum(n * micros for n, micros in found)
        off = total - seconds * 1_000_000
        run.require(off == 0, f"{asked}: your piece is {off:+d} microseconds off; {wrong}")
        run.require(found == expected, f"{asked}: {wrong}")
    passed(run, "Not a microsecond too long, not one too short.")


G_MAJOR = (7, 9, 11, 0, 2, 4, 6)
EASY = (0.5, 1.0, 2.0)
READING_CASES = [
    (([(67, 1.0), (69, 0.5), (66, 2.0)], G_MAJOR, (62, 74), EASY), [], "all of this can be read"),
    (
        ([(67, 1.0), (65, 1.0)], G_MAJOR, (62, 74), EASY),
        [(1, "key")],
        "F is not in G major, in whatever octave",
    ),
    (
        ([(n, 1.0) for n in (62, 67, 74, 76, 66, 60)], G_MAJOR, (62, 74), EASY),
        [(3, "range"), (5, "range")],
        "lowest and highest pitch are still known, and what lies beyond is not",
    ),
    (
        ([(67, 0.25), (67, 1.5)], G_MAJOR, (62, 74), EASY),
        [(0, "rhythm"), (1, "rhythm")],
        "only the lengths that are listed are known",
    ),
    (
        ([(n, 1.0) for n in (62, 74, 62, 74, 76)], G_MAJOR, (60, 90), EASY),
        [],
        "an octave can be sung, up and down, and the first note comes from nowhere",
    ),
    (
        ([(84, 1.0), (71, 1.0), (84, 1.0)], G_MAJOR, (60, 90), EASY),
        [(1, "leap"), (2, "leap")],
        "more than an octave is too much, down as well as up",
    ),
    (
        ([(60, 1.0), (85, 0.25), (73, 1.0)], G_MAJOR, (60, 84), EASY),
        [(1, "key"), (1, "range"), (1, "rhythm"), (1, "leap"), (2, "key")],
        "note after note, and of one note the faults come in the order key, range, rhythm, leap",
    ),
    (([], G_MAJOR, (62, 74), EASY), [], "nothing written, nothing wrong"),
]


def reading_faults(answer: Callable, cases: Sequence = READING_CASES) -> None:
    """Check exercise 4: what a pupil cannot read.

    Args:
        answer: the learner's function.
        cases: ((notes, scale, span, lengths), faults[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "reading_faults", "course.studio.commissions.reading_faults"]
    run = Examination("reading_faults", answer, twins)
    for arguments, expected, *message in cases:
        wrong = (message or [OTHER_VALUES])[0]
        rows = sequence(run(*arguments), "the faults")
        found = []
        for row in rows:
            pair = sequence(row, "a fault", 2)
            run.require(type(pair[1]) is str, f"a fault has a name; yours is {pair[1]!r}")
            found.append((whole(pair[0], "the number of its note"), pair[1]))
        run.require(len(set(found)) == len(found), f"a fault is listed twice: {wrong}")
        extra, missing = set(found) - set(expected), set(expected) - set(found)
        blamed = ", ".join(f"{name} of note {number}" for number, name in sorted(extra))
        run.require(not extra, f"you blame the {blamed}: {wrong}")
        number, name = min(missing, default=(0, ""))
        run.require(not missing, f"the {name} of note {number} gets through: {wrong}")
        run.require(found == expected, wrong)
    passed(run, "What gets through can be read at sight.")


def melody(*pitches: int, length: float = 1.0) -> NoteSequence:
    """Write a line of equal notes, one after the other.

    Args:
        pitches: MIDI numbers.
        length: of each, in quarter notes.
    """
    notes = [Note(pitch, i * length, (i + 1) * length) for i, pitch in enumerate(pitches)]
    return NoteSequence(tuple(notes))


def advertisement(last: int, tempo: float = 120.0, end: float = 28.0) -> NoteSequence:
    """Write thirty quarters for two instruments, of which both or one strike at the end.

    Args:
        last: velocity of the second instrument's last stroke; 0 for none.
        tempo: quarter notes a minute; 120 gives fifteen seconds.
        end: moment of the last stroke, in quarter notes.
    """
    notes = [Note(60 + i % 8, i, i + 1, 70, 0) for i in range(int(end))]
    notes += [Note(48, 2 * i, 2 * i + 1, 70, 1) for i in range(int(end) // 2)]
    notes.append(Note(72, end, 30, 110, 0))
    notes += [Note(48, end, 30, last, 1)] if last else []
    players = (Instrument(0), Instrument(32))
    return NoteSequence(tuple(notes), players, (Tempo(0.0, tempo),), total_quarters=30.0)


def game(*counts: int) -> list[NoteSequence]:
    """Write layers of a loop, each with so many strokes; the first is soft, against a seam.

    Args:
        counts: strokes of each layer, 1..16.
    """
    strokes = [Note(55 + 5 * (i % 3), i / 2, (i + 1) / 2, 60 if i else 15) for i in range(16)]
    order = sorted(strokes, key=lambda note: (note.start % 1, note.start))
    return [NoteSequence(tuple(order[:count]), total_quarters=8.0) for count in counts]


TAKES = {  # what the models of a commission deliver: seed -> take
    "advertisement": {
        1: advertisement(0),
        2: advertisement(110, tempo=121.0),
        3: advertisement(110),
        4: advertisement(115),
    },
    "lesson": {5: melody(60, 61, 90), 6: melody(60, 61), 7: melody(60, 62, 64, 65)},
    "game": {8: game(8, 8, 8), 9: game(4, 8), 10: game(8, 12, 16)},
    "another lesson": {0: melody(61, 63), 3: melody(61), 2: melody(61), 9: melody(61, 66, 68)},
}
_reads = partial(commissions.reading_faults, key=(0, "major"), low=55, high=77, level=1)
FAULTS = {
    "advertisement": commissions.advertisement_faults,
    "lesson": _reads,
    "game": commissions.game_faults,
    "another lesson": partial(
        commissions.reading_faults, key=(0, "major"), low=55, high=77, level=1
    ),
}
COMMISSION_CASES = [
    ("advertisement", (3,), 3, "the only take is the one"),
    ("advertisement", (1, 2, 3, 4), 3, "the first take without a fault ends the search"),
    ("lesson", (5, 6, 7), 7, "the first take without a fault ends the search"),
    ("game", (8, 9, 10), 10, "the first take without a fault ends the search"),
    ("lesson", (5, 6), 6, "no take is without fault: the one with the fewest is delivered"),
    ("another lesson", (0, 3, 2, 9), 3, "of two that are equally good the first is delivered"),
]


def commission(answer: Callable, cases: Sequence = COMMISSION_CASES) -> None:
    """Check exercise 5: takes are made until one meets the commission.

    Args:
        answer: the learner's function.
        cases: (name in TAKES, seeds, the seed that is delivered[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("commission", answer, [PLAIN + "commission"])
    for name, seeds, expected, *message in cases:
        wrong, made = f"{name}, seeds {seeds}: {(message or [OTHER_VALUES])[0]}", []

        def make(seed: int, name: str = name, made: list = made) -> Any:
            made.append(seed)
            return TAKES[name][seed]

        result = sequence(run(make, FAULTS[name], list(seeds)), "what is delivered", 3)
        seed, take = whole(result[0], "the seed"), TAKES[name][expected]
        found = sequence(result[2], "the list of faults")
        run.require(seed == expected, wrong)
        run.require(result[1] is take or result[1] == take, f"the take is not that of seed {seed}")
        criteria = FAULTS[name](take)
        run.require(
            found == criteria,
            f"{wrong}; its list of faults has {len(found)} lines, not {len(criteria)}",
        )
        clean = [s for s in seeds if not FAULTS[name](TAKES[name][s])]
        needed = seeds[: seeds.index(clean[0]) + 1] if clean else seeds
        run.require(
            made == list(needed),
            f"{name}, seeds {seeds}: takes cost time; each is made once, in order, and none "
            "after the first without fault",
        )
    passed(run, "Three clients get what they asked for, as far as it can be measured.")
