"""Checks of lesson 02: the grid, the piano roll and the stream of events.

Every case is (arguments, expected[, message]). The visible ones stand in `representation_cases`;
the hidden ones stand in the lesson and share one message.

Rolls are written as pictures, one row of signs for each pitch, lowest first: `x` struck, `-` held,
`.` silent, and `o` for a cell that is on in the onset channel alone.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.representation_cases import (
    DRAW_CASES,
    QUANTISE_CASES,
    READ_CASES,
    READ_EVENT_CASES,
    WRITE_CASES,
)
from course.checks.values import sequence, whole

PLAIN = "course.representation.plain_encodings."
ROLL = "course.representation.piano_roll."
EVENTS = "course.representation.events."
SIGNS = {".": (0, 0), "-": (1, 0), "o": (0, 1), "x": (1, 1)}  # sounding, struck


def quantise_notes(answer: Callable, cases: Sequence = QUANTISE_CASES) -> None:
    """Check exercise 1: times in quarter notes become steps.

    Args:
        answer: the learner's function.
        cases: ((notes, steps per quarter), notes in steps[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [
        PLAIN + "quantise_notes",
        "course.note_sequence.quantise",
        "course.note_sequence.quantised_steps",
    ]
    run = Examination("quantise_notes", answer, twins)
    for arguments, expected, *message in cases:
        notes = _notes(run(*arguments), 4)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(notes == expected, f"{wrong} ({_shown(notes)})")
    passed(run, "Every note stands on the grid, and none has vanished.")


def draw_roll(answer: Callable, cases: Sequence = DRAW_CASES) -> None:
    """Check exercise 2: notes become a roll with an onset channel.

    Args:
        answer: the learner's function.
        cases: ((notes, num_steps, low, high), picture[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("draw_roll", answer, [PLAIN + "draw_roll", ROLL + "encode_piano_roll"])
    for arguments, rows, *message in cases:
        roll = _array(run(*arguments))
        expected = picture(rows)
        if roll.shape != expected.shape:
            raise CheckFailed(
                f"the roll should have the shape {expected.shape}: channels, steps, pitches; "
                f"yours has {roll.shape}."
            )
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.array_equal(roll, expected), wrong + _roll_fault(roll, expected, arguments))
    passed(run, "The roll shows what sounds, and where each note begins.")


def read_roll(answer: Callable, cases: Sequence = READ_CASES) -> None:
    """Check exercise 3: a roll becomes notes.

    Args:
        answer: the learner's function.
        cases: ((picture, low), [(pitch, start, end), ...][, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [
        PLAIN + "read_roll",
        ROLL + "decode_piano_roll",
        "course.representation.runs.find_runs",
    ]
    run = Examination("read_roll", answer, twins)
    for (rows, low), expected, *message in cases:
        notes = sorted(_notes(run(picture(rows), low), 3))
        shown = "  ".join(rows) if any(rows) else "no steps"
        wrong = (message or [OTHER_VALUES])[0]
        run.require(notes == sorted(expected), f"{shown}   {wrong} ({_shown(notes)})")
    passed(run, "The notes are back, repeated ones and silences included.")


def write_events(answer: Callable, cases: Sequence = WRITE_CASES) -> None:
    """Check exercise 4: notes become event ids.

    Args:
        answer: the learner's function.
        cases: ((notes,), ids[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("write_events", answer, [PLAIN + "write_events", EVENTS + "encode_events"])
    for arguments, expected, *message in cases:
        ids = [whole(token, "an id") for token in sequence(run(*arguments), "the result")]
        ids, expected = _ups_in_order(ids), _ups_in_order(expected)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(ids == expected, f"{wrong} ({_first_difference(ids, expected)})")
    passed(run, "The notes have become a stream of tokens that a model can read.")


RANDOM_STREAMS, RANDOM_LENGTH = 50, 60


def read_events(answer: Callable, cases: Sequence = READ_EVENT_CASES) -> None:
    """Check exercise 5: any ids become notes.

    Besides the cases, streams of random ids must come back as notes that can be played.

    Args:
        answer: the learner's function.
        cases: ((ids,), [(pitch, start, end, velocity), ...][, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("read_events", answer, [PLAIN + "read_events", EVENTS + "decode_events"])
    for arguments, expected, *message in cases:
        notes = sorted(_notes(run(*arguments), 4))
        wrong = (message or [OTHER_VALUES])[0]
        run.require(notes == sorted(expected), f"{wrong} ({_shown(notes)})")
    generator = np.random.default_rng(len(cases))
    for _ in range(RANDOM_STREAMS):
        ids = generator.integers(-50, 450, RANDOM_LENGTH).tolist()
        for pitch, start, end, velocity in _notes(run(ids), 4):
            playable = 0 <= pitch <= 127 and 0 <= start < end and 1 <= velocity <= 127
            run.require(playable, "random ids gave a note that no instrument can play")
    passed(run, "Whatever a model will say, your decoder makes music of it.")


def picture(rows: Sequence[str]) -> np.ndarray:
    """Draw a roll from signs, one row for each pitch, lowest first.

    Args:
        rows: strings of equal length of `.`, `-`, `x` and `o`.

    Returns:
        Array (2, T, P) of float32 zeros and ones.
    """
    cells = [[SIGNS[sign] for sign in row] for row in rows]
    return np.array(cells, np.float32).reshape(len(rows), len(rows[0]), 2).transpose(2, 1, 0)


def _notes(value: Any, size: int) -> list[tuple[int, ...]]:
    """Convert a result that must be a list of notes of so many whole numbers each."""
    names = ("a pitch", "a start", "an end", "a velocity")[:size]
    return [
        tuple(map(whole, sequence(note, "a note", size), names))
        for note in sequence(value, "the result")
    ]


def _array(value: Any) -> np.ndarray:
    """Convert a result that must be an array of numbers to floats."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise CheckFailed(
            f"the result should be a NumPy array of numbers; yours is {type(value).__name__}."
        )
    return np.array(value, dtype=np.float64)


def _roll_fault(roll: np.ndarray, expected: np.ndarray, arguments: tuple) -> str:
    """Say where a roll first differs, or that its two channels are in the other order."""
    if np.array_equal(roll, expected):
        return ""
    if np.array_equal(roll[::-1], expected):
        return " (your channels are swapped: 0 is what sounds, 1 what is struck)"
    channel, step, column = np.argwhere(roll != expected)[0].tolist()
    value = roll[channel, step, column]
    pitch = arguments[2] + column
    return f" (channel {channel}, step {step}, pitch {pitch}: yours is {value:g})"


def _shown(notes: Sequence) -> str:
    """Show the learner's notes, the first few of many."""
    more = " …" if len(notes) > 3 else ""
    return f"yours: {', '.join(map(str, notes[:3])) or 'none'}{more}"


def _ups_in_order(ids: list[int]) -> list[int]:
    """Sort the keys that come up together: their order makes no difference."""
    runs = itertools.groupby(ids, key=lambda token: 128 <= token < 256)
    return [token for ups, run in runs for token in (sorted(run) if ups else run)]


def _first_difference(ids: list[int], expected: list[int]) -> str:
    """Show the learner's first token that differs, not the right one."""
    for place, (mine, right) in enumerate(zip(ids, expected, strict=False)):
        if mine != right:
            return f"your token {place} is {mine}"
    return f"you wrote {len(ids)} tokens"
