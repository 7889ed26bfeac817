"""The encodings on plain tuples and arrays, as lesson 02 builds them.

A note is `(pitch, start, end, velocity)`. The work is done by the modules of the encodings, which
know whole pieces. Learners' functions and these can take each other's place.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from course.note_sequence import Instrument, Note, NoteSequence, Tempo, quantised_steps
from course.representation.events import STEPS_PER_QUARTER, decode_events, encode_events
from course.representation.overlaps import GridNote, cut_overlaps
from course.representation.piano_roll import decode_piano_roll, encode_piano_roll

PlainNote = tuple[int, float, float, int]  # pitch, start, end (quarter notes), velocity
StepNote = tuple[int, int, int, int]  # the same, times in steps of a grid
PIANO = Instrument()


def plain_notes(sequence: NoteSequence) -> list[PlainNote]:
    """List the notes of a piece without their instruments; drums are left out.

    Args:
        sequence: the piece.

    Returns:
        (pitch, start, end, velocity) in the order of the piece, times in quarter notes.
    """
    return [
        (note.pitch, note.start, note.end, note.velocity)
        for note in sequence.notes
        if not sequence.instruments[note.instrument].is_drum
    ]


def one_keyboard(notes: Iterable[StepNote]) -> list[StepNote]:
    """End every note where its pitch is struck again: one key can sound only once at a time.

    Args:
        notes: (pitch, start, end, velocity), times in steps, end above start.

    Returns:
        The notes by start, then pitch. Of notes of one pitch struck together the longest stays.
    """
    played, _ = cut_overlaps(GridNote(start, pitch, end, v) for pitch, start, end, v in notes)
    return [(note.pitch, note.start, note.end, note.velocity) for note in played]


def to_music(
    notes: Iterable[Sequence[int]],
    steps_per_quarter: int,
    *,
    tempos: tuple[Tempo, ...] = (),
    instrument: Instrument = PIANO,
) -> NoteSequence:
    """Make a piece that can be heard of notes on a grid.

    Args:
        notes: (pitch, start, end) or (pitch, start, end, velocity), times in steps; without a
            velocity, 80.
        steps_per_quarter: grid steps in a quarter note.
        tempos: the tempo to play at, which no grid knows; 120 without one.
        instrument: what plays.

    Returns:
        The piece, for one instrument.
    """
    return NoteSequence(
        notes=tuple(
            Note(pitch, start / steps_per_quarter, end / steps_per_quarter, *velocity)
            for pitch, start, end, *velocity in notes
        ),
        instruments=(instrument,),
        tempos=tempos,
    )


def quantise_notes(notes: Iterable[PlainNote], steps_per_quarter: int) -> list[StepNote]:
    """Move notes onto a grid, halves to the later step; a note lasts one step at least.

    Args:
        notes: (pitch, start, end, velocity), times in quarter notes, end above start.
        steps_per_quarter: grid steps in a quarter note.

    Returns:
        The notes in the same order, times in steps.
    """
    return [
        (pitch, *quantised_steps(Note(pitch, start, end), steps_per_quarter), velocity)
        for pitch, start, end, velocity in notes
    ]


def draw_roll(notes: Iterable[StepNote], num_steps: int, low: int, high: int) -> np.ndarray:
    """Draw notes on a piano roll with an onset channel.

    Args:
        notes: (pitch, start, end, velocity), times in steps.
        num_steps: length T of the roll; no note ends later.
        low: lowest pitch of the roll.
        high: highest pitch, included; P = high - low + 1.

    Returns:
        Array (2, T, P) of float32 zeros and ones: where a pitch sounds, where it is struck.

    Raises:
        ValueError: if a pitch leaves `low..high`.
    """
    piece = NoteSequence(
        notes=tuple(Note(pitch, start, end) for pitch, start, end, _ in notes),
        total_quarters=num_steps,
    )
    return encode_piano_roll(piece, 1, low, high)


def read_roll(roll: np.ndarray, low: int) -> list[tuple[int, int, int]]:
    """Read the notes out of a piano roll with an onset channel.

    Args:
        roll: array (2, T, P); a cell is on from 0.5 upwards.
        low: pitch of the first column.

    Returns:
        (pitch, start, end), times in steps: a roll knows no velocity.
    """
    piece = decode_piano_roll(roll, 1, low)
    return [(note.pitch, round(note.start), round(note.end)) for note in piece.notes]


def write_events(notes: Iterable[StepNote]) -> list[int]:
    """Write notes as event ids, without waits behind the last note.

    Args:
        notes: (pitch, start, end, velocity), times in steps of 1/24 quarter note.

    Returns:
        Ids 0..383, see `course.representation.events`.
    """
    return encode_events(to_music(notes, STEPS_PER_QUARTER))


def read_events(ids: Sequence[int]) -> list[StepNote]:
    """Play a stream of event ids, whatever numbers it holds.

    Args:
        ids: whole numbers.

    Returns:
        (pitch, start, end, velocity), times in steps of 1/24 quarter note.
    """
    return [
        (
            note.pitch,
            round(note.start * STEPS_PER_QUARTER),
            round(note.end * STEPS_PER_QUARTER),
            note.velocity,
        )
        for note in decode_events(ids).notes
    ]
