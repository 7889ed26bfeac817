"""Two takes of the same length become one: some bars of the old one, the rest of the new one.

A note that reaches over the edge of a kept stretch is cut there, unless both takes hold the same
pitch in the same instrument over that edge: then it is held on. Takes may be unevenly played: edges
are then drawn a little early, so that a note belongs to the bar that it was written in.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from course.note_sequence import Note, NoteSequence

Span = tuple[float, float]  # start and end in quarter notes
SHORTEST = 1 / 480  # quarter notes; less is not written into a file


def splice(
    old: NoteSequence, new: NoteSequence, kept: Sequence[Span], early: float = 0.0
) -> NoteSequence:
    """Put stretches of an old take into a new one.

    Args:
        old: the take of which something is kept, with the instruments of the new one.
        new: the other take.
        kept: stretches of the old one, in order, without overlaps.
        early: quarter notes by which notes may be played early or late, from 0. Edges are so much
            earlier, and what is cut at one and ends before long, belongs to the bar before.

    Returns:
        The new take with these stretches; everything but the notes is the new one's.

    Raises:
        ValueError: if the two takes have not the same instruments or length.
    """
    if old.instruments != new.instruments or old.total_quarters != new.total_quarters:
        raise ValueError(f"{old} and {new} are no takes of the same request; make them of one")
    inner = {moment for span in kept for moment in span} - {0.0, new.total_quarters}
    lines = [0.0, *sorted(inner), new.total_quarters]
    edges = [0.0, *(moment - early for moment in lines[1:-1]), new.total_quarters]
    pieces: list[Note] = []
    for place, (start, end) in enumerate(pairwise(edges)):
        source = old if any(a <= lines[place] and lines[place + 1] <= b for a, b in kept) else new
        pieces += _between(source, start, end, 2 * early)
    return replace(new, notes=tuple(_joined(pieces, old, new, edges[1:-1])))


def without_overlaps(notes: Sequence[Note]) -> list[Note]:
    """End each note where the same pitch of its instrument is struck again, as a file must.

    Args:
        notes: of one piece, in any order.

    Returns:
        New notes; of several with the same pitch, instrument and beginning the longest is left.
    """
    found: list[Note] = []
    following: dict[tuple[int, int], float] = {}
    for note in sorted(notes, key=lambda n: (n.start, n.end), reverse=True):
        again = following.get((note.instrument, note.pitch))
        if again is not None and again - note.start < SHORTEST:
            continue
        following[note.instrument, note.pitch] = note.start
        found.append(note if again is None or note.end <= again else replace(note, end=again))
    return found[::-1]


def _between(music: NoteSequence, start: float, end: float, least: float) -> list[Note]:
    """Cut all notes to a stretch; what began before it must last at least so long in it."""
    inside = (
        note
        for note in music.notes
        if start <= note.start < end or (note.start < start and note.end > start + least)
    )
    cut = [replace(n, start=max(n.start, start), end=min(n.end, end)) for n in inside]
    return [note for note in cut if note.duration >= SHORTEST]


def _joined(
    pieces: list[Note], old: NoteSequence, new: NoteSequence, edges: Sequence[float]
) -> list[Note]:
    """Join what was cut at an edge and is held over it in both takes."""
    for edge in edges:
        held = _held(old, edge) & _held(new, edge)
        before = {(n.instrument, n.pitch): n for n in pieces if n.end == edge}
        after = {(n.instrument, n.pitch): n for n in pieces if n.start == edge}
        for key in held & before.keys() & after.keys():
            pieces.remove(before[key])
            pieces.remove(after[key])
            pieces.append(replace(before[key], end=after[key].end))
    return pieces


def _held(music: NoteSequence, moment: float) -> set[tuple[int, int]]:
    return {(n.instrument, n.pitch) for n in music.notes if n.start < moment < n.end}
