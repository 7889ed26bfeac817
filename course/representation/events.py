"""Music as a stream of events, the language of Performance RNN and the Music Transformer.

A vocabulary of 384 tokens: press a key, let it go, wait, play louder or softer from here on.

    ids        token
    0..127     NOTE_ON pitch
    128..255   NOTE_OFF pitch
    256..351   TIME_SHIFT by 1..96 steps of 1/24 quarter note (a whole note at most; longer
               waits take several tokens)
    352..383   VELOCITY bin 0..31, four MIDI values wide

The papers count time in steps of 10 ms; here the step divides the quarter note, so that
sixteenths (6 steps) and triplets (8) are exact at any tempo. The stream is one keyboard: the notes
of all instruments are merged, drums left out, and a key that is struck again ends its earlier note.
Tempo, metre, key and controllers are not in it: expand the pedal first (`expand_pedal`).

References:
    Oore et al., "This time with feeling", 2018, arXiv:1808.03715.
    Huang et al., "Music Transformer", ICLR 2019, arXiv:1809.04281.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from course.errors import check_integer
from course.note_sequence import MAX_QUARTERS, Note, NoteSequence, quantised_steps
from course.representation.overlaps import GridNote, cut_overlaps

STEPS_PER_QUARTER = 24
MAX_SHIFT = 96  # steps of the longest TIME_SHIFT
NUM_VELOCITIES = 32
VELOCITY_WIDTH = 128 // NUM_VELOCITIES
NOTE_ON, NOTE_OFF, TIME_SHIFT, VELOCITY = 0, 128, 256, 256 + MAX_SHIFT  # first id of each kind
VOCABULARY_SIZE = VELOCITY + NUM_VELOCITIES
MAX_STEPS = int(MAX_QUARTERS) * STEPS_PER_QUARTER
_DEFAULT_VELOCITY = 80


def encode_events(sequence: NoteSequence) -> list[int]:
    """Write a piece as event ids.

    At one moment come the note-offs, then the note-ons from low to high, each after a VELOCITY
    where its bin is another than that of the note before. Moments are rounded to the grid as
    `quantise` does.

    Args:
        sequence: the piece.

    Returns:
        Ids 0..383; waits at the end last until the end of the piece. An empty piece of no length
        gives an empty list. `decode_events` undoes it for one instrument on the grid, without
        overlaps of one pitch, with velocities in the middle of their bins (2, 6 .. 126).
    """
    notes, _ = cut_overlaps(keyboard_notes(sequence))
    moments = [(note.end, False, note) for note in notes] + [(n.start, True, n) for n in notes]
    ids: list[int] = []
    now, velocity_bin = 0, None
    for step, is_start, note in sorted(moments):  # ends before starts
        if step > now:
            ids += _shift_ids(step - now)
            now = step
        if not is_start:
            ids.append(NOTE_OFF + note.pitch)
            continue
        if note.velocity // VELOCITY_WIDTH != velocity_bin:
            velocity_bin = note.velocity // VELOCITY_WIDTH
            ids.append(VELOCITY + velocity_bin)
        ids.append(NOTE_ON + note.pitch)
    total = int(np.floor(sequence.total_quarters * STEPS_PER_QUARTER + 0.5))
    return ids + _shift_ids(total - now)


def keyboard_notes(sequence: NoteSequence) -> Iterator[GridNote]:
    """Give the notes of all instruments but the drums, in steps of the events' grid.

    Args:
        sequence: the piece.

    Yields:
        The notes in the order of the piece, rounded as `quantise` does.
    """
    for note in sequence.notes:
        if not sequence.instruments[note.instrument].is_drum:
            start, end = quantised_steps(note, STEPS_PER_QUARTER)
            yield GridNote(start, note.pitch, end, note.velocity)


def _shift_ids(steps: int) -> list[int]:
    """Give the tokens that wait for so many steps; none for none."""
    whole, rest = divmod(max(steps, 0), MAX_SHIFT)
    return [TIME_SHIFT + MAX_SHIFT - 1] * whole + [TIME_SHIFT + rest - 1] * (rest > 0)


def decode_events(ids: Sequence[int] | np.ndarray) -> NoteSequence:
    """Play a stream of event ids, whatever a model has put into it.

    Ids outside the vocabulary and note-offs of silent keys do nothing; a note-on of a sounding key
    ends its note and begins another; keys still down at the end are let go there; a note of no
    length is dropped; time stands still at a million quarter notes. Before the first VELOCITY
    the velocity is 80.

    Args:
        ids: whole numbers, in any nesting.

    Returns:
        A piece for one piano, possibly without notes; its length includes the waits at the end.

    Raises:
        TypeError: if an id is no whole number.
    """
    notes: list[Note] = []
    down: dict[int, tuple[int, int]] = {}  # pitch: step and velocity of its attack
    now, velocity = 0, _DEFAULT_VELOCITY
    for event in whole_ids(ids):
        if NOTE_ON <= event < TIME_SHIFT:
            pitch = event % NOTE_OFF
            _release(notes, down, pitch, now)
            if event < NOTE_OFF:
                down[pitch] = now, velocity
        elif TIME_SHIFT <= event < VELOCITY:
            now = min(now + event - TIME_SHIFT + 1, MAX_STEPS)
        elif VELOCITY <= event < VOCABULARY_SIZE:
            velocity = (event - VELOCITY) * VELOCITY_WIDTH + VELOCITY_WIDTH // 2
    for pitch in list(down):
        _release(notes, down, pitch, now)
    return NoteSequence(tuple(notes), total_quarters=now / STEPS_PER_QUARTER)


def whole_ids(ids: Sequence[int] | np.ndarray) -> Iterator[int]:
    """Give token ids one by one as Python's whole numbers, which have no largest.

    Args:
        ids: whole numbers, in any nesting.

    Yields:
        The ids in order.

    Raises:
        TypeError: if an id is no whole number.
    """
    for token in np.asarray(ids).ravel().tolist():
        if not isinstance(token, int):
            raise TypeError(f"token id {token!r} is no whole number; round or sample ids first")
        yield token


def _release(notes: list[Note], down: dict, pitch: int, now: int) -> None:
    """Let a key go, and write down its note if it has a length."""
    start, velocity = down.pop(pitch, (now, 0))
    if start < now:
        notes.append(Note(pitch, start / STEPS_PER_QUARTER, now / STEPS_PER_QUARTER, velocity))


def event_name(event: int) -> str:
    """Give an id's token in words, such as `NOTE_ON 60` or `TIME_SHIFT 24`.

    Args:
        event: 0..383.

    Returns:
        The kind and its value: a pitch, a number of steps, or a velocity bin.

    Raises:
        ValueError: if the id is outside the vocabulary.
    """
    check_integer("event", event, 0, VOCABULARY_SIZE - 1, "decode_events skips such ids")
    for name, first, value in (
        ("VELOCITY", VELOCITY, 0),
        ("TIME_SHIFT", TIME_SHIFT, 1),
        ("NOTE_OFF", NOTE_OFF, 0),
    ):
        if event >= first:
            return f"{name} {event - first + value}"
    return f"NOTE_ON {event}"
