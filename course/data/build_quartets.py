"""String quartets from music21's files onto a grid of 1/48 quarter note, four instruments each.

Many files have bars in which one part holds more or less than the others, so that the parts would
drift apart. Here every bar has one length for all: that of most parts. What a part holds beyond it
is cut off, what it lacks is silent; a movement with too many such bars is left out. Repeats are not
expanded, grace notes are left out, ties are joined.
"""

import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from course.data.array_files import pack_texts
from course.data.quartets import PLAYERS, TEMPO_WORDS, TICKS_PER_QUARTER
from course.data.sources import corpus_folder, is_restricted, read_source

COMPOSERS = {"haydn": "Haydn", "mozart": "Mozart", "beethoven": "Beethoven"}
MAX_UNEQUAL_BARS = 0.05  # share of bars in which the parts differ; above it a movement is left out


@dataclass
class RawMovement:
    """One movement as read from its file; times in ticks from the beginning."""

    source_file: str  # below music21's corpus folder: "mozart/k155/movement1.mxl"
    notes: list[list[tuple[int, int, int]]]  # per instrument: (start, pitch, duration), sorted
    bar_lengths: list[int]
    metres: list[tuple[int, int, int]]  # (start, numerator, denominator)
    keys: list[tuple[int, int, int]]  # (start, sharps, 1 for minor)
    marking: str
    faults: Counter = field(default_factory=Counter)

    @property
    def composer(self) -> str:
        """The composer's folder, such as "mozart"."""
        return self.source_file.split("/")[0]

    @property
    def work(self) -> str:
        """The work's folder or file, such as "k155" or "opus59no1"."""
        return Path(self.source_file.split("/")[1]).stem

    @property
    def movement(self) -> int:
        """Its number; a file that holds a whole work in one movement is number 1."""
        found = re.search(r"movement(\d+)", self.source_file)
        return int(found[1]) if found else 1


def quartet_files() -> list[str]:
    """List the Haydn, Mozart and Beethoven files of the corpus, below its folder, in order."""
    folder = corpus_folder()
    found = (path for name in COMPOSERS for path in sorted((folder / name).rglob("*.mxl")))
    return [path.relative_to(folder).as_posix() for path in found]


def read_movements() -> tuple[list[RawMovement], dict[str, str]]:
    """Read every file that holds one movement of a quartet.

    Returns:
        The movements, and for each file that is left out the reason.
    """
    movements, left_out = [], {}
    for source in quartet_files():
        if is_restricted(read_source(corpus_folder() / source)):
            left_out[source] = "the file states a restriction"
            continue
        try:
            movements.append(read_movement(source))
        except ValueError as error:
            left_out[source] = str(error)
    return movements, left_out


def read_movement(source_file: str) -> RawMovement:
    """Read one movement.

    Args:
        source_file: the file below music21's corpus folder.

    Returns:
        The movement, its bars made equal in all parts.

    Raises:
        ValueError: if it is no quartet, holds several movements, or its parts differ too often.
    """
    from music21 import converter
    from music21.musicxml.xmlObjects import MusicXMLWarning

    if source_file.count("/") == 1 and not source_file.endswith("opus133.mxl"):
        raise ValueError("several movements in one file, without marks between them")
    with warnings.catch_warnings():  # of bars that hold too much, which are counted below
        warnings.simplefilter("ignore", MusicXMLWarning)
        score = converter.parse(corpus_folder() / source_file, forceSource=True)
    if len(score.parts) != len(PLAYERS):
        raise ValueError(f"{len(score.parts)} parts, no quartet")
    parts = [list(part.getElementsByClass("Measure")) for part in score.parts]
    lengths, unequal = _bar_lengths(parts)
    if unequal > MAX_UNEQUAL_BARS * len(lengths):
        raise ValueError(f"the parts differ in {unequal} of {len(lengths)} bars")
    faults = Counter({"bars in which the parts differed": unequal})
    starts = [Fraction(0), *np.cumsum(lengths)]
    return RawMovement(
        source_file=source_file,
        notes=[_part_notes(measures, starts, faults) for measures in parts],
        bar_lengths=np.diff([_ticks(start) for start in starts]).tolist(),
        metres=_changes(parts[0], starts, "TimeSignature", _metre),
        keys=_changes(parts[0], starts, "KeySignature", _key),
        marking=_marking(parts[0]),
        faults=faults,
    )


def _ticks(quarters: Fraction) -> int:
    return int(quarters * TICKS_PER_QUARTER + Fraction(1, 2))


def _bar_lengths(parts: list[list]) -> tuple[list[Fraction], int]:
    """Give each bar's length in most parts (or the longer one), and how often the parts differ."""
    lengths, unequal = [], 0
    for bar in zip(*parts, strict=True):
        found = Counter(Fraction(measure.highestTime) for measure in bar)
        lengths.append(max(found, key=lambda length: (found[length], length)))
        unequal += len(found) > 1
    return lengths, unequal


def _part_notes(measures: list, starts: list[Fraction], faults: Counter) -> list[tuple]:
    """Give one part's notes as (start, pitch, duration), tied notes joined, none twice."""
    notes: dict[tuple[int, int], int] = {}  # (start, pitch) -> end
    open_ties: dict[int, tuple[int, int]] = {}  # pitch -> its note's (start, pitch)
    for measure, bar_start, bar_end in zip(measures, starts, starts[1:], strict=False):
        for item in measure.flatten().notes:
            if item.duration.isGrace or "Harmony" in item.classes:
                faults["grace notes left out"] += item.duration.isGrace
                continue
            start = bar_start + Fraction(item.offset)
            end = min(start + Fraction(item.quarterLength), bar_end)
            if _ticks(end) <= _ticks(start):
                faults["notes beyond their bar, or shorter than a tick"] += 1
                continue
            for note in item.notes if item.isChord else (item,):
                _add_note(note, _ticks(start), _ticks(end), notes, open_ties)
    return [(start, pitch, end - start) for (start, pitch), end in sorted(notes.items())]


def _add_note(note, start: int, end: int, notes: dict, open_ties: dict) -> None:
    """Enter one note, or lengthen the one it is tied to."""
    pitch = int(note.pitch.midi)
    tie = note.tie.type if note.tie else None
    before = open_ties.pop(pitch, None)
    joins = tie in ("continue", "stop") and before is not None and notes[before] == start
    key = before if joins else (start, pitch)
    notes[key] = max(end, notes.get(key, 0))
    if tie in ("start", "continue"):
        open_ties[pitch] = key


def _changes(measures: list, starts: list[Fraction], kind: str, read) -> list[tuple]:
    """Give (start, ...) of each metre or key that differs from the one before it."""
    found: dict[int, tuple] = {}
    for measure, start in zip(measures, starts, strict=False):
        for item in measure.getElementsByClass(kind):
            values = read(item)
            if not found or list(found.values())[-1] != values:
                found[_ticks(start + Fraction(item.offset))] = values
    return [(start, *values) for start, values in found.items()]


def _metre(item) -> tuple[int, int]:
    return item.numerator, item.denominator


def _key(item) -> tuple[int, int]:
    return int(item.sharps), int(getattr(item, "mode", None) == "minor")


def _marking(measures: list) -> str:
    """Give the tempo marking over the first bar, in words, or nothing."""
    for item in measures[0].recurse():
        words = getattr(item, "text", None) or getattr(item, "content", None)
        if isinstance(words, str) and any(w in words.lower() for w in TEMPO_WORDS):
            return " ".join(words.split()).rstrip(".")
    return ""


def pack_movements(movements: list[RawMovement]) -> dict[str, np.ndarray]:
    """Turn movements into the arrays that are shipped.

    Args:
        movements: all of them.

    Returns:
        Integer arrays by name, as `course.data.quartets` reads them.

    Raises:
        ValueError: if a note or a rest is longer than 65,535 ticks.
    """
    parts = [np.array(notes).reshape(-1, 3) for m in movements for notes in m.notes]
    _, pitches, durations = np.concatenate(parts).T
    waits = np.concatenate([np.diff(part[:, 0], prepend=0) for part in parts])
    if max(waits.max(), durations.max()) > np.iinfo(np.uint16).max:
        raise ValueError("a note or a rest is too long for the array's 16 bits")
    return {
        "pitches": pitches.astype(np.int8),
        "waits": waits.astype(np.uint16),  # ticks since the start of the part's previous note
        "durations": durations.astype(np.uint16),
        "num_notes": np.array([[len(n) for n in m.notes] for m in movements], dtype=np.int32),
        "bar_lengths": np.array([n for m in movements for n in m.bar_lengths], dtype=np.uint16),
        "num_bars": np.array([len(m.bar_lengths) for m in movements], dtype=np.int32),
        "metres": np.array([row for m in movements for row in m.metres], dtype=np.int32),
        "num_metres": np.array([len(m.metres) for m in movements], dtype=np.int32),
        "keys": np.array([row for m in movements for row in m.keys], dtype=np.int32),
        "num_keys": np.array([len(m.keys) for m in movements], dtype=np.int32),
        "movement": np.array([m.movement for m in movements], dtype=np.uint8),
        "names": pack_texts([f"{m.composer}-{m.work}-{m.movement}" for m in movements]),
        "composers": pack_texts([COMPOSERS[m.composer] for m in movements]),
        "works": pack_texts([work_title(m.work) for m in movements]),
        "markings": pack_texts([m.marking for m in movements]),
        "sources": pack_texts([m.source_file for m in movements]),
    }


def work_title(folder: str) -> str:
    """Turn a folder's name into a work's.

    Args:
        folder: such as "k155" or "opus59no1".

    Returns:
        Such as "K. 155" or "Op. 59 No. 1".
    """
    titled = re.sub(r"^k(\d+)$", r"K. \1", folder)
    return re.sub(r"^opus(\d+)(?:no(\d+))?$", _opus, titled)


def _opus(found: re.Match) -> str:
    return f"Op. {found[1]}" + (f" No. {found[2]}" if found[2] else "")
