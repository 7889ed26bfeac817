"""The sustain pedal, written into the lengths of notes: what sounds, not what is pressed."""

import bisect
from dataclasses import replace

from course.note_sequence import ControlChange, Note, NoteSequence

SUSTAIN_PEDAL = 64  # MIDI controller number; down from value 64 on


def expand_pedal(sequence: NoteSequence) -> NoteSequence:
    """Write the sustain pedal into the lengths of the notes, and leave its events out.

    A note let go while the pedal is down sounds on until the pedal comes up, until the same
    instrument strikes the same pitch again, or until the end of the piece.

    Args:
        sequence: the piece, with controller 64 events among its `control_changes`.

    Returns:
        The piece as it sounds; without pedal events it is returned as it is.
    """
    pedal = [c for c in sequence.control_changes if c.number == SUSTAIN_PEDAL]
    if not pedal:
        return sequence
    notes: list[Note] = []
    for index in range(len(sequence.instruments)):
        own = sequence.notes_of(index)
        spans = _pedal_spans([c for c in pedal if c.instrument == index], sequence.total_quarters)
        notes.extend(_hold_notes(own, spans))
    others = tuple(c for c in sequence.control_changes if c.number != SUSTAIN_PEDAL)
    return replace(sequence, notes=tuple(notes), control_changes=others)


def _pedal_spans(changes: list[ControlChange], total: float) -> list[tuple[float, float]]:
    """Give the stretches (down, up) in which one instrument's pedal is held."""
    spans, down = [], None
    for change in changes:
        if change.value >= 64 and down is None:
            down = change.start
        elif change.value < 64 and down is not None:
            spans.append((down, change.start))
            down = None
    return spans if down is None else [*spans, (down, max(total, down))]


def _hold_notes(notes: tuple[Note, ...], spans: list[tuple[float, float]]) -> list[Note]:
    """Lengthen the notes that end inside a span, up to the next attack of their pitch."""
    next_attack: dict[int, float] = {}
    held = []
    for note in reversed(notes):
        index = bisect.bisect_right(spans, (note.end, float("inf"))) - 1
        end = note.end
        if index >= 0 and spans[index][0] <= note.end < spans[index][1]:
            end = max(end, min(spans[index][1], next_attack.get(note.pitch, float("inf"))))
        held.append(replace(note, end=end))
        if note.start < next_attack.get(note.pitch, float("inf")):
            next_attack[note.pitch] = note.start
    return held
