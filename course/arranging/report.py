"""What every step of arranging gives back: the music, and a report of what it changed.

A step takes a `NoteSequence` and returns an `Arrangement`. **Locked notes** are notes that a step
may not touch: they come out with the same pitch, times, velocity and instrument, or the step raises
and says which one stood in its way.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from course.bars import bar_spans
from course.errors import check_integer
from course.note_names import note_name
from course.note_sequence import Note, NoteSequence

SHOWN = 12  # lines of a report that are printed


@dataclass(frozen=True)
class Report:
    """What one step did, in words for the reader."""

    step: str  # its name, such as "bass"
    summary: str  # one line, such as "16 notes added"
    changes: tuple[str, ...] = ()  # a line for each change, in the order of the music

    def __str__(self) -> str:
        lines = [f"{self.step}: {self.summary}", *(f"  {line}" for line in self.changes[:SHOWN])]
        more = len(self.changes) - SHOWN
        return "\n".join([*lines, f"  … and {more} more"] if more > 0 else lines)


class Arrangement(NamedTuple):
    """Music, and what was done to it."""

    music: NoteSequence
    report: Report


def notes_in_bars(music: NoteSequence, bars: Iterable[int]) -> frozenset[Note]:
    """Give the notes that sound in some bars, for example to lock them.

    Args:
        music: the piece.
        bars: numbers of bars, counted from 1 as in a score; a pickup is bar 1.

    Returns:
        All notes with any part in one of the bars.

    Raises:
        ValueError: if there is no such bar.
    """
    spans = bar_spans(music)
    found = set()
    for bar in bars:
        check_integer("bar", bar, 1, len(spans), "bars are counted from 1")
        start, end = spans[bar - 1]
        found.update(note for note in music.notes if note.start < end and note.end > start)
    return frozenset(found)


def check_locked(music: NoteSequence, locked: Collection[Note]) -> frozenset[Note]:
    """Refuse locked notes that are not there.

    Args:
        music: the piece.
        locked: notes of the piece.

    Returns:
        The same as a set.

    Raises:
        ValueError: if one of them is not in the piece.
    """
    missing = set(locked) - set(music.notes)
    if missing:
        note = min(missing, key=lambda n: (n.start, n.pitch))
        raise ValueError(f"{note} is locked but not in the piece; lock notes of `music.notes`")
    return frozenset(locked)


def check_kept(locked: Collection[Note], music: NoteSequence) -> None:
    """Make sure that a step has kept what was locked; a step that fails here is broken.

    Args:
        locked: what was to be kept.
        music: what came out.
    """
    lost = Counter(locked) - Counter(music.notes)
    assert not lost, f"locked notes were changed: {next(iter(lost))}"


def place(music: NoteSequence, quarters: float) -> str:
    """Say where a moment is, as a musician would.

    Args:
        music: the piece.
        quarters: the moment.

    Returns:
        Such as "bar 3, beat 2½", beats being the metre's denominator.
    """
    spans = bar_spans(music) or [(0.0, 4.0)]
    bar = max(i for i, (start, _) in enumerate(spans) if start <= quarters + 1e-9)
    metre = music.time_signature_at(spans[bar][0])
    beat = 1 + (quarters - spans[bar][0]) * metre.denominator / 4
    return f"bar {bar + 1}, beat {beat:.4g}"


def instrument_name(music: NoteSequence, index: int) -> str:
    """Give an instrument's name, or its number if it has none.

    Args:
        music: the piece.
        index: of the instrument.
    """
    return music.instruments[index].name or f"instrument {index}"


def pitch_change(music: NoteSequence, note: Note, pitch: int, why: str) -> str:
    """Write down that a note gets another pitch.

    Args:
        music: the piece.
        note: as it was.
        pitch: as it is now.
        why: in a few words.
    """
    names = f"{note_name(note.pitch)} → {note_name(pitch)}"
    return f"{place(music, note.start)}, {instrument_name(music, note.instrument)}: {names} ({why})"
