"""The loss meter: what died on the way of a piece into an encoding and back.

Notes are paired by pitch and start; what has no partner was lost or added, what has one may have
another length or velocity. Compare with the piece *before* any preparation, such as `expand_pedal`,
to see what that costs, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from course.note_sequence import Note, NoteSequence
from course.pedal import SUSTAIN_PEDAL

NEAR_QUARTERS = 0.125  # half a sixteenth: as far as the coarsest usual grid moves a note
SAME_QUARTERS = 1e-6  # below this two times are equal


@dataclass(frozen=True)
class Loss:
    """What became of a piece. All fields count from 0, and 0 means that nothing died."""

    notes: int  # in the piece before
    lost: int  # notes without a partner afterwards
    added: int  # notes afterwards that have no partner before
    moved: int  # notes that start at another moment
    largest_move_quarters: float  # the farthest of them
    other_length: int  # notes of another length
    other_velocity: int  # notes of another velocity
    largest_velocity_change: int  # the greatest difference among them, in MIDI's 1..127
    instruments: int  # how many instruments fewer there are
    pedal_events: int  # how many sustain pedal events fewer
    tempos: int  # tempo events before that are not there afterwards
    metres: int  # time signatures, likewise
    keys: int  # key signatures, likewise


LABELS = {
    "notes": "notes before",
    "lost": "  lost",
    "added": "  added",
    "moved": "  moved",
    "largest_move_quarters": "  farthest, in quarters",
    "other_length": "  of another length",
    "other_velocity": "  of another velocity",
    "largest_velocity_change": "  greatest change",
    "instruments": "instruments lost",
    "pedal_events": "pedal events lost",
    "tempos": "tempo events lost",
    "metres": "metres lost",
    "keys": "key signatures lost",
}


def measure_loss(
    before: NoteSequence, after: NoteSequence, near_quarters: float = NEAR_QUARTERS
) -> Loss:
    """Compare a piece with what came back.

    Two notes are partners if they have the same pitch and start at most `near_quarters` apart; of
    several that start together the longest are paired first. Drums pair with drums only. The
    instrument need not be the same.

    Args:
        before: the piece.
        after: what an encoding gave back.
        near_quarters: how far a note may move and still be the same note, >= 0.

    Returns:
        The losses; an empty piece loses no notes.
    """
    pairs = list(_pairs(before, after, near_quarters))
    kept = [(old, new) for old, new in pairs if old and new]
    moves = [abs(old.start - new.start) for old, new in kept]
    return Loss(
        notes=len(before.notes),
        lost=sum(new is None for _, new in pairs),
        added=sum(old is None for old, _ in pairs),
        moved=sum(move > SAME_QUARTERS for move in moves),
        largest_move_quarters=max((move for move in moves if move > SAME_QUARTERS), default=0.0),
        other_length=sum(abs(a.duration - b.duration) > SAME_QUARTERS for a, b in kept),
        other_velocity=sum(old.velocity != new.velocity for old, new in kept),
        largest_velocity_change=max((abs(a.velocity - b.velocity) for a, b in kept), default=0),
        instruments=max(0, len(before.instruments) - len(after.instruments)),
        pedal_events=max(0, _pedal_events(before) - _pedal_events(after)),
        tempos=len(set(before.tempos) - set(after.tempos)),
        metres=len(set(before.time_signatures) - set(after.time_signatures)),
        keys=len(set(before.key_signatures) - set(after.key_signatures)),
    )


def add_up(losses: Iterable[Loss]) -> Loss:
    """Add the losses of several pieces; of the largest moves and changes the largest stays.

    Args:
        losses: the losses of each piece, possibly none.

    Returns:
        Those of all pieces together.
    """
    losses = list(losses)
    columns = {name: [getattr(loss, name) for loss in losses] for name in LABELS}
    return Loss(
        **{
            name: max(values, default=0) if name.startswith("largest") else sum(values)
            for name, values in columns.items()
        }
    )


def lost_notes(
    before: NoteSequence, after: NoteSequence, near_quarters: float = NEAR_QUARTERS
) -> NoteSequence:
    """Give the difference to listen to: only the notes that did not come back.

    Args:
        before: the piece.
        after: what an encoding gave back.
        near_quarters: as in `measure_loss`.

    Returns:
        The piece with all other notes silenced; as long as it was, with its tempo and instruments.
    """
    lost = [old for old, new in _pairs(before, after, near_quarters) if old and new is None]
    return replace(before, notes=tuple(lost))


def loss_table(losses: Mapping[str, Loss]) -> str:
    """Write losses side by side, one column for each, with a dot for nothing.

    Args:
        losses: heading of the column -> losses.

    Returns:
        Lines of equal width.
    """
    widths = {name: max(len(name), 8) for name in losses}
    lines = [" " * 24 + "".join(f"  {name:>{width}}" for name, width in widths.items())]
    for field, label in LABELS.items():
        cells = (f"  {_cell(getattr(losses[name], field)):>{widths[name]}}" for name in losses)
        lines.append(f"{label:24}" + "".join(cells))
    return "\n".join(lines)


def _cell(value: float) -> str:
    if not value:
        return "·"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _pedal_events(sequence: NoteSequence) -> int:
    return sum(change.number == SUSTAIN_PEDAL for change in sequence.control_changes)


def _pairs(
    before: NoteSequence, after: NoteSequence, near_quarters: float
) -> Iterator[tuple[Note | None, Note | None]]:
    """Pair the notes of two pieces key by key; a note without a partner comes with None."""
    old, new = _by_key(before), _by_key(after)
    for key in sorted(old.keys() | new.keys()):
        yield from _pair_line(old[key], new[key], near_quarters)


def _by_key(sequence: NoteSequence) -> dict[tuple[bool, int], list[Note]]:
    """Sort the notes under (drum or not, pitch), by start, the longest first."""
    lines: dict[tuple[bool, int], list[Note]] = defaultdict(list)
    for note in sorted(sequence.notes, key=lambda note: (note.start, -note.end)):
        lines[sequence.instruments[note.instrument].is_drum, note.pitch].append(note)
    return lines


def _pair_line(
    old: Iterable[Note], new: Iterable[Note], near_quarters: float
) -> Iterator[tuple[Note | None, Note | None]]:
    """Walk along two lines of one pitch; the earlier note without a partner nearby stays alone."""
    old, new = list(old), list(new)
    while old and new:
        distance = new[0].start - old[0].start
        if abs(distance) <= near_quarters + SAME_QUARTERS:
            yield old.pop(0), new.pop(0)
        elif distance > 0:
            yield old.pop(0), None
        else:
            yield None, new.pop(0)
    yield from ((note, None) for note in old)
    yield from ((None, note) for note in new)
