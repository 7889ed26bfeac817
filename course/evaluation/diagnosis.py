"""Why does it sound bad? A diagnosis in words, with the lesson that explains the fault.

The faults are those of models that are untrained, sampled too cold or too hot, or decoded wrongly.
Limits were set so that real music passes: in the course's corpora no chorale and no quartet
movement is found fault with, and two tunes in a hundred, unbroken eighths without a rest. To find
nothing is no praise.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course.evaluation.descriptors import polyphony, qualified_notes, scale_consistency
from course.evaluation.note_table import STEPS_PER_QUARTER, NoteTable, Piece, note_table
from course.evaluation.voice_leading import voice_crossings
from course.note_sequence import NoteSequence
from course.representation.voice_grid import CHOIR

CHOIR_NAMES = tuple(voice.name for voice in CHOIR)
CHOIR_RANGES = ((60, 81), (50, 74), (46, 69), (36, 66))  # in Bach's chorales, MIDI numbers
KEYBOARD = (21, 108)  # A0..C8, a piano
UNKNOWN_TEMPO = 120.0  # quarter notes a minute, for grids
LONGEST_PERIOD = 256  # sixteenths; what comes back later is form, not a loop


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a piece."""

    problem: str  # a short name, such as "greedy loop"
    sentence: str  # what is wrong, with numbers, and the usual cause
    lesson: str  # where it is explained, such as "05_lstm"

    def __str__(self) -> str:
        return f"{self.problem}: {self.sentence} See lesson {self.lesson}."


@dataclass(frozen=True, eq=False)
class _Facts:
    """What the checks look at."""

    table: NoteTable
    seconds: float  # length of the piece
    is_choir: bool  # voices are soprano, alto, tenor and bass


def diagnose(piece: Piece) -> list[Finding]:
    """Say what is wrong with a piece, and where to read about it.

    Args:
        piece: the piece; an array or grid of four columns is taken for soprano, alto, tenor, bass.

    Returns:
        The findings, gravest first; an empty list if none of the known faults is there.
    """
    table = note_table(piece)
    if not len(table.pitches):
        sentence = (
            "there is not a single note. What the model wrote decodes to nothing, as an untrained "
            "model's tokens mostly do."
        )
        return [Finding("empty", sentence, "02_representations")]
    if isinstance(piece, NoteSequence):
        seconds = piece.total_seconds
        is_choir = tuple(instrument.name for instrument in piece.instruments) == CHOIR_NAMES
    else:
        seconds = table.num_steps / STEPS_PER_QUARTER * 60.0 / UNKNOWN_TEMPO
        is_choir = table.num_voices == len(CHOIR)
    facts = _Facts(table, seconds, is_choir and table.has_single_voices)
    found = [(name, check(facts), lesson) for name, check, lesson in CHECKS]
    return [Finding(name, sentence, lesson) for name, sentence, lesson in found if sentence]


def _mostly_silent(facts: _Facts) -> str:
    share = 1.0 - facts.table.roll.any(axis=(0, 1)).mean()
    if share <= 0.5:
        return ""
    return f"nothing sounds for {share:.0%} of the time. A threshold or a mask lets too little by."


def _silent_voice(facts: _Facts) -> str:
    silent = sorted(set(range(facts.table.num_voices)) - set(facts.table.voices.tolist()))
    if not silent:
        return ""
    which = ", ".join(str(voice) for voice in silent)
    return f"of {facts.table.num_voices} voices (counted from 0) these never play: {which}."


def _one_pitch(facts: _Facts) -> str:
    counts = np.bincount(facts.table.pitches)
    share = counts.max() / counts.sum()
    if share < 0.6:
        return ""
    return (
        f"{share:.0%} of the {counts.sum()} notes have one pitch, {counts.argmax()}. The model "
        "took the safest note over and over: temperature too low, or too little training."
    )


def _all_held(facts: _Facts) -> str:
    length = facts.table.lengths.mean()
    if length < 16:
        return ""
    return (
        f"a note lasts {length:.0f} sixteenths on average. Repeating the cell before is right "
        "three times in four, and the model has learned nothing else."
    )


def _loop(facts: _Facts) -> str:
    period, repeats, share = longest_loop(facts.table)
    if repeats < 4 or share < 0.4:
        return ""
    return (
        f"the same {period} sixteenths come {repeats:.0f} times in a row. Always taking the most "
        "probable note runs in circles: draw with temperature, top-k or top-p."
    )


def _too_fast(facts: _Facts) -> str:
    table = facts.table
    attacks = len(np.unique(table.starts * table.num_voices + table.voices))
    busy = len(np.unique(table.voices))
    rate = attacks / busy / max(facts.seconds, 1e-9)
    if rate <= 12:
        return ""
    return (
        f"a voice strikes {rate:.0f} times a second, no hand can. Ticks or steps were taken for "
        "another unit, or the tempo is wrong."
    )


def _fragments(facts: _Facts) -> str:
    share = 1.0 - qualified_notes(facts.table)
    if share < 0.8 or not polyphony(facts.table) >= 1.5:
        return ""
    return (
        f"{share:.0%} of the notes last a sixteenth or less. Cells were drawn or thresholded one "
        "by one, without looking at their neighbours."
    )


def _wall(facts: _Facts) -> str:
    pitches = polyphony(facts.table)
    if not pitches > 10:
        return ""
    return f"{pitches:.0f} pitches sound at once on average. The roll's threshold is too low."


def _no_key(facts: _Facts) -> str:
    share = scale_consistency(facts.table)
    if not share < 0.66 or len(facts.table.pitches) < 24:
        return ""
    return (
        f"no scale holds more than {share:.0%} of the notes; chance alone gives 58 %. Temperature "
        "too high, or an untrained model."
    )


def _no_rests(facts: _Facts) -> str:
    table = facts.table
    gaps = not table.roll.any(axis=1).all()
    if gaps or table.num_steps < 64 or table.lengths.max() > np.median(table.lengths):
        return ""
    return (
        f"{table.num_steps // STEPS_PER_QUARTER} quarter notes without a rest, and no note longer "
        "than the others: nowhere to breathe. The encoding may have no rest, or lose it."
    )


def _out_of_range(facts: _Facts) -> str:
    table = facts.table.pitched
    voices = CHOIR_RANGES if facts.is_choir else (KEYBOARD,) * table.num_voices
    low, high = np.array(voices)[table.voices].T
    outside = (table.pitches < low) | (table.pitches > high)
    if not outside.any() or outside.mean() < 0.02:
        return ""
    note = int(outside.argmax())
    where = f"voice {table.voices[note]}" if facts.is_choir else "a piano"
    return (
        f"{outside.mean():.0%} of the notes lie outside their range, such as pitch "
        f"{table.pitches[note]} at step {table.starts[note]}, where {where} has "
        f"{low[note]}..{high[note]}."
    )


def _crossed(facts: _Facts) -> str:
    share = voice_crossings(facts.table) if facts.is_choir else 0.0
    if not share > 0.25:
        return ""
    return f"voices cross in {share:.0%} of the steps; in Bach's chorales in 2 %."


Check = Callable[[_Facts], str]  # gives a sentence, or nothing if all is well
CHECKS: tuple[tuple[str, Check, str], ...] = (
    ("mostly silent", _mostly_silent, "08_gan"),
    ("silent voice", _silent_voice, "08_gan"),
    ("one pitch", _one_pitch, "03_data_and_baselines"),
    ("everything held", _all_held, "03_data_and_baselines"),
    ("greedy loop", _loop, "05_lstm"),
    ("too fast", _too_fast, "01_midi"),
    ("fragments", _fragments, "08_gan"),
    ("wall of sound", _wall, "08_gan"),
    ("no key", _no_key, "03_data_and_baselines"),
    ("no rests", _no_rests, "02_representations"),
    ("out of range", _out_of_range, "11_control_and_arrangement"),
    ("crossed voices", _crossed, "11_control_and_arrangement"),
)


def longest_loop(table: NoteTable) -> tuple[int, float, float]:
    """Find the stretch that is filled by one figure repeated at once, again and again.

    A figure is at least two different steps; whether notes are held or struck does not matter.

    Args:
        table: the piece.

    Returns:
        (period in sixteenths, how often it comes, share of the piece that this fills) of the loop
        that fills most; (0, 0.0, 0.0) if no figure comes twice in a row.
    """
    packed = np.packbits(table.roll.reshape(-1, table.num_steps), axis=0).T  # (T, bytes)
    chords = np.unique(packed, axis=0, return_inverse=True)[1].ravel()  # (T,) equal number, equal
    best = (0, 0.0, 0.0)
    for period in range(2, min(LONGEST_PERIOD, len(chords) // 2) + 1):
        equal = np.concatenate([[False], chords[period:] == chords[:-period], [False]])
        edges = np.flatnonzero(equal[1:] != equal[:-1]).reshape(-1, 2)  # runs: first, one past
        for first, last in edges[edges[:, 1] - edges[:, 0] >= period].tolist():
            filled = last - first + period
            moving = (chords[first : first + period] != chords[first]).any()
            if moving and filled / len(chords) > best[2]:
                best = (period, filled / period, filled / len(chords))
    return best
