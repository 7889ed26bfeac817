"""The piano roll: a picture of a piece, time across, pitch upwards, and a mark for each attack.

A roll has no velocity, no instruments and no controllers; drums, whose numbers are no pitches, are
left out of it. All instruments are drawn into one roll: for one of them, give a piece of it alone.

References:
    Boulanger-Lewandowski et al., ICML 2012, arXiv:1206.6392 (the grid).
    Hawthorne et al., ISMIR 2018, arXiv:1710.11153 (a separate onset channel).
"""

import numpy as np

from course.errors import check_integer, check_shape
from course.note_sequence import Note, NoteSequence, quantised_steps
from course.representation.runs import find_runs


def encode_piano_roll(
    sequence: NoteSequence, steps_per_quarter: int = 4, low: int = 21, high: int = 108
) -> np.ndarray:
    """Draw a piece on a grid, keeping the attack of a note apart from its holding.

    Channel 0 marks the steps at which a pitch sounds, channel 1 those at which it is struck:
    without channel 1, two repeated notes would look like one long note. Notes are rounded to the
    grid as `quantise` does. Where notes of one pitch overlap, both attacks are drawn.

    Args:
        sequence: the piece.
        steps_per_quarter: grid steps in a quarter note, 1..96 (4 = sixteenths).
        low: lowest MIDI pitch of the grid (21 = the piano's lowest A).
        high: highest MIDI pitch of the grid, included; P = high - low + 1.

    Returns:
        Array (2, T, P) of float32 zeros and ones, T the rounded length of the piece; an empty
        piece gives T = 0. `decode_piano_roll` undoes it as long as no two notes of one pitch
        overlap.

    Raises:
        ValueError: if a pitch leaves `low..high`.
    """
    check_integer("steps_per_quarter", steps_per_quarter, 1, 96, "4 gives sixteenths")
    check_integer("low", low, 0, 127, "pitches are MIDI numbers")
    check_integer("high", high, low, 127, "the grid needs at least one pitch")
    total = int(np.floor(sequence.total_quarters * steps_per_quarter + 0.5))
    notes = [note for note in sequence.notes if not sequence.instruments[note.instrument].is_drum]
    spans = [quantised_steps(note, steps_per_quarter) for note in notes]
    num_steps = max([total, *(end for _, end in spans)])
    roll = np.zeros((2, num_steps, high - low + 1), dtype=np.float32)  # (2, T, P)
    for note, (start, end) in zip(notes, spans, strict=True):
        if not low <= note.pitch <= high:
            raise ValueError(f"{note}: pitch outside {low}..{high}; transpose it first")
        roll[0, start:end, note.pitch - low] = 1.0
        roll[1, start, note.pitch - low] = 1.0
    return roll


def decode_piano_roll(roll: np.ndarray, steps_per_quarter: int = 4, low: int = 21) -> NoteSequence:
    """Read the notes out of a roll, whatever numbers a model has put into it.

    A cell is on from 0.5 upwards; NaN is off. A pitch sounds where either channel is on; a note
    begins where channel 1 is on, and where a pitch follows silence without it.

    Args:
        roll: array (2, T, P) of any real numbers.
        steps_per_quarter: grid steps in a quarter note, 1..96.
        low: MIDI pitch of the first column.

    Returns:
        A piece of T / `steps_per_quarter` quarter notes for one piano, possibly without notes.

    Raises:
        ValueError: if the array has another shape or reaches above pitch 127.
    """
    check_integer("steps_per_quarter", steps_per_quarter, 1, 96, "4 gives sixteenths")
    roll = np.asarray(roll)
    check_shape("roll", roll.shape, (2, "T", "P"), "give one roll: sounding and onset channels")
    num_steps, num_pitches = roll.shape[1:]
    check_integer("low", low, 0, 128 - num_pitches, "pitches end at 127: lower `low`, cut the roll")
    struck = (roll[1] >= 0.5).T  # (P, T)
    sounding = (roll[0] >= 0.5).T | struck
    pitches, starts, ends = find_runs(sounding, struck)
    notes = tuple(
        Note(low + pitch, start / steps_per_quarter, end / steps_per_quarter)
        for pitch, start, end in zip(pitches.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )
    return NoteSequence(notes, total_quarters=num_steps / steps_per_quarter)
