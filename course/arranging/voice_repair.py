"""Parallels, crossings and leaps between voices: found, and mended note by note.

The rules are those of any textbook of harmony; what counts as a fault, step by step on a grid of
sixteenths, is the course's own definition and agrees with `course.evaluation.voice_leading`.
Mending changes pitches only: a note goes to another octave or to another tone of the chord that
sounds with it, if that leaves fewer faults. It is a greedy search and promises no perfect piece;
the report says what is left.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from course.arranging.report import (
    Arrangement,
    Report,
    check_kept,
    check_locked,
    instrument_name,
    pitch_change,
)
from course.errors import check_integer
from course.evaluation.note_table import STEPS_PER_QUARTER
from course.note_sequence import Note, NoteSequence, quantised_steps

SILENCE = -1
PERFECT = (0, 7)  # unison or octave, fifth: intervals modulo 12
MOST_LEAP = 12  # semitones in one voice
FAULT_COST, LOST_TONE_COST = 10.0, 3.0  # beside one for each semitone that a voice moves, / 10


class Fault(NamedTuple):
    """One fault between a step and the next."""

    step: int  # the later step, in sixteenths
    kind: str  # "parallel", "crossing" or "leap"
    upper: int  # the higher of the two voices, counted from 0 at the top
    lower: int  # the lower one; for a leap the same voice again


def faults(
    before: Sequence[int], after: Sequence[int], most_leap: int = MOST_LEAP
) -> list[tuple[str, int, int]]:
    """Find the faults when voices go from one chord to the next.

    Args:
        before: pitch of each voice, the highest voice first; -1 is silence.
        after: the same voices one step later.
        most_leap: semitones that a voice may move at once.

    Returns:
        (kind, upper voice, lower voice), sorted. "parallel": both voices sound before and after,
        move in the same direction, and form a fifth before and after, or an octave or unison before
        and after (modulo octaves). "crossing": neighbouring voices of `after` sound, and the upper
        one is lower. "leap": a voice moves by more than `most_leap`; its number stands twice.
    """
    found = []
    for upper in range(len(after)):
        if _sounds(before, after, upper) and abs(after[upper] - before[upper]) > most_leap:
            found.append(("leap", upper, upper))
        for lower in range(upper + 1, len(after)):
            if _sounds(before, after, upper) and _sounds(before, after, lower):
                interval = (after[upper] - after[lower]) % 12
                similar = (after[upper] - before[upper]) * (after[lower] - before[lower]) > 0
                kept = interval == (before[upper] - before[lower]) % 12
                if similar and kept and interval in PERFECT:
                    found.append(("parallel", upper, lower))
            if lower == upper + 1 and SILENCE < after[upper] < after[lower]:
                found.append(("crossing", upper, lower))
    return sorted(found)


def _sounds(before: Sequence[int], after: Sequence[int], voice: int) -> bool:
    return before[voice] != SILENCE and after[voice] != SILENCE


def find_faults(
    music: NoteSequence, voices: Sequence[int] | None = None, most_leap: int = MOST_LEAP
) -> list[Fault]:
    """Find all faults of a piece.

    Args:
        music: the piece, one note at a time in each voice.
        voices: instruments, the highest first; None for all that are no drum kits.
        most_leap: semitones that a voice may move at once, 1..127.

    Returns:
        The faults in order of time; a crossing counts in every step that it lasts.

    Raises:
        ValueError: if a voice has two notes at once, or a number is out of range.
    """
    grid, _ = _grid(music, _voices(music, voices))
    check_integer("most_leap", most_leap, 1, 127, "12 allows an octave")
    return [fault for step in range(len(grid)) for fault in _faults_at(grid, step, most_leap)]


def repair_voices(
    music: NoteSequence,
    voices: Sequence[int] | None = None,
    locked: Collection[Note] = (),
    ranges: Mapping[int, tuple[int, int]] | None = None,
    most_leap: int = MOST_LEAP,
) -> Arrangement:
    """Mend parallels, crossings and leaps by other octaves and other chord tones.

    Args:
        music: the piece, one note at a time in each voice.
        voices: instruments, the highest first; None for all that are no drum kits.
        locked: notes that stay; lock the melody to keep it.
        ranges: instrument -> lowest and highest pitch; None for what each voice has in the piece.
        most_leap: semitones that a voice may move at once.

    Returns:
        The piece with no more faults than before; the report lists the notes that changed, and
        counts the faults before and after.

    Raises:
        ValueError: if a voice has two notes at once, or a locked note is not there.
    """
    locked = check_locked(music, locked)
    order = _voices(music, voices)
    grid, owners = _grid(music, order)
    spans = {i: (ranges or {}).get(i) or _span(music, i) for i in order}
    pitches = [note.pitch for note in music.notes]
    reasons: dict[int, str] = {}
    before = [f for step in range(len(grid)) for f in _faults_at(grid, step, most_leap)]
    better = True
    while better:
        better = False
        for step in range(len(grid)):
            for fault in _faults_at(grid, step, most_leap):
                found = _best_change(music, grid, owners, fault, locked, spans, order, most_leap)
                if found:
                    note, pitch, voice = found
                    grid[owners[:, voice] == note, voice] = pitch
                    pitches[note] = pitch
                    reasons.setdefault(note, _reason(music, order, fault))
                    better = True
                    break
    notes = tuple(replace(n, pitch=p) for n, p in zip(music.notes, pitches, strict=True))
    result = replace(music, notes=notes)
    check_kept(locked, result)
    lines = [
        pitch_change(music, music.notes[i], pitches[i], reasons[i])
        for i in sorted(reasons)
        if pitches[i] != music.notes[i].pitch
    ]
    after = [f for step in range(len(grid)) for f in _faults_at(grid, step, most_leap)]
    counts = ", ".join(
        f"{kind}s {sum(f.kind == kind for f in before)} → {sum(f.kind == kind for f in after)}"
        for kind in ("parallel", "crossing", "leap")
    )
    return Arrangement(result, Report("voice leading", counts, tuple(lines)))


def _voices(music: NoteSequence, voices: Sequence[int] | None) -> list[int]:
    if voices is not None:
        for index in voices:
            check_integer("voice", index, 0, len(music.instruments) - 1, "an instrument's index")
        return list(voices)
    return [i for i, played in enumerate(music.instruments) if not played.is_drum]


def _grid(music: NoteSequence, voices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Give pitches (T, V), -1 for silence, and the index of the note that sounds, -1 for none."""
    spans = [quantised_steps(note, STEPS_PER_QUARTER) for note in music.notes]
    total = max((end for _, end in spans), default=0)
    grid = np.full((total, len(voices)), SILENCE)
    owners = np.full((total, len(voices)), -1)
    columns = {index: column for column, index in enumerate(voices)}
    for number, (note, (start, end)) in enumerate(zip(music.notes, spans, strict=True)):
        if note.instrument not in columns:
            continue
        column = columns[note.instrument]
        if (owners[start:end, column] >= 0).any():
            raise ValueError(
                f"{instrument_name(music, note.instrument)} has two notes at quarter "
                f"{note.start:g}; a voice has one note at a time"
            )
        grid[start:end, column], owners[start:end, column] = note.pitch, number
    return grid, owners


def _span(music: NoteSequence, index: int) -> tuple[int, int]:
    pitches = [note.pitch for note in music.notes_of(index)]
    return (min(pitches), max(pitches)) if pitches else (0, 127)


def _faults_at(grid: np.ndarray, step: int, most_leap: int) -> list[Fault]:
    """Give the faults on the way to a step; on the way to the first, its crossings."""
    after = grid[step].tolist()
    before = grid[step - 1].tolist() if step else [SILENCE] * len(after)
    return [Fault(step, *found) for found in faults(before, after, most_leap)]


def _best_change(
    music: NoteSequence,
    grid: np.ndarray,
    owners: np.ndarray,
    fault: Fault,
    locked: Collection[Note],
    spans: Mapping[int, tuple[int, int]],
    order: Sequence[int],
    most_leap: int,
) -> tuple[int, int, int] | None:
    """Give (note, pitch, voice) of the change that costs least and leaves fewer faults."""
    best, best_cost = None, np.inf
    for voice in {fault.upper, fault.lower}:
        for row in {fault.step, max(0, fault.step - 1)}:
            note = int(owners[row, voice])
            if note < 0 or music.notes[note] in locked:
                continue
            rows = np.flatnonzero(owners[:, voice] == note)
            near = range(rows[0], min(rows[-1] + 2, len(grid)))
            now = sum(len(_faults_at(grid, step, most_leap)) for step in near)
            low, high = spans[order[voice]]
            for pitch in _candidates(grid, rows, voice, low, high):
                old = int(grid[rows[0], voice])
                grid[rows, voice] = pitch
                left = sum(len(_faults_at(grid, step, most_leap)) for step in near)
                cost = _cost(grid, rows, voice, old, music.notes[note].pitch)
                grid[rows, voice] = old
                if left < now and FAULT_COST * left + cost < best_cost:
                    best, best_cost = (note, pitch, voice), FAULT_COST * left + cost
    return best


def _candidates(grid: np.ndarray, rows: np.ndarray, voice: int, low: int, high: int) -> list[int]:
    """Give the pitches in range whose pitch class sounds while the note begins."""
    frame = grid[rows[0]]
    classes = {int(pitch) % 12 for pitch in frame if pitch != SILENCE}
    return [p for p in range(low, high + 1) if p % 12 in classes and p != frame[voice]]


def _cost(grid: np.ndarray, rows: np.ndarray, voice: int, old: int, first: int) -> float:
    """Weigh a change: tones that the chord loses, how far the note moves, how the voice leaps."""
    frame = [int(pitch) for pitch in grid[rows[0]] if pitch != SILENCE]
    others = [int(p) for v, p in enumerate(grid[rows[0]]) if v != voice and p != SILENCE]
    tones_before = {pitch % 12 for pitch in [*others, old]}
    lost = len(tones_before) - len({pitch % 12 for pitch in frame})
    new = int(grid[rows[0], voice])
    around = [rows[0] - 1, rows[-1] + 1]
    steps = sum(
        abs(new - int(grid[row, voice]))
        for row in around
        if 0 <= row < len(grid) and grid[row, voice] != SILENCE
    )
    return LOST_TONE_COST * lost + 0.1 * abs(new - first) + 0.05 * steps


def _reason(music: NoteSequence, order: Sequence[int], fault: Fault) -> str:
    upper, lower = (instrument_name(music, order[v]) for v in (fault.upper, fault.lower))
    return f"leap of {upper}" if fault.kind == "leap" else f"{fault.kind} of {upper} and {lower}"
