"""Notes of one pitch that overlap, in forms that know only "this key goes down, comes up"."""

from collections.abc import Iterable
from typing import NamedTuple


class GridNote(NamedTuple):
    """A note in whole steps or ticks of some grid."""

    start: int
    pitch: int  # MIDI number
    end: int  # > start
    velocity: int


def cut_overlaps(notes: Iterable[GridNote]) -> tuple[list[GridNote], int]:
    """End every note where its pitch is struck again, as on a piano.

    Of several notes of one pitch struck together only the longest stays.

    Args:
        notes: notes of one instrument, or of several that share a keyboard; in any order.

    Returns:
        (notes by start, then pitch; number of notes that were shortened or left out).
    """
    kept: list[GridNote] = []
    last: dict[int, int] = {}  # pitch: place of its latest note in `kept`
    cuts = 0
    for note in sorted(notes):
        place = last.get(note.pitch)
        if place is not None and kept[place].end > note.start:
            cuts += 1
            kept[place] = kept[place]._replace(end=note.start)
        last[note.pitch] = len(kept)
        kept.append(note)
    return [note for note in kept if note.end > note.start], cuts
