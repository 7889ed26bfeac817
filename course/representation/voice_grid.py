"""The four-voice grid: one pitch for every voice and every sixteenth, as chorales are modelled.

A grid of pitches alone cannot tell a held note from a repeated one: the published chorale data
have that fault. `VoiceGrid.onsets` keeps the attacks; without it, equal neighbours are one note.
Tempo, metre, key, velocity and controllers are not in a grid.

References:
    Boulanger-Lewandowski et al., ICML 2012, arXiv:1206.6392 (the chorales on a grid).
    Hadjeres et al., DeepBach, ICML 2017, arXiv:1612.01010 (voices, with a hold symbol).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course.errors import check_integer, check_shape
from course.note_sequence import Instrument, Note, NoteSequence, quantised_steps
from course.representation.runs import find_runs

SILENCE = -1
CHOIR = tuple(Instrument(name=name) for name in ("Soprano", "Alto", "Tenor", "Bass"))


@dataclass(frozen=True, eq=False)
class VoiceGrid:
    """Pitches, and where they are struck, of V voices at T steps.

    Any numbers may be given: they are rounded, and what is no pitch in 0..127 (NaN, infinities,
    -1) becomes silence. Onsets are True from 0.5 upwards, and never where there is silence.

    Raises:
        ValueError: if the arrays do not have two axes, or differ in shape.
    """

    pitches: np.ndarray  # (T, V) int16, MIDI numbers or -1 for silence
    onsets: np.ndarray | None = None  # (T, V) bool; None: unknown

    def __post_init__(self) -> None:
        given = np.asarray(self.pitches)
        check_shape("pitches", given.shape, ("T", "V"), "give steps by voices, one piece")
        is_pitch = (given > -0.5) & (given < 127.5)
        pitches = np.where(is_pitch, given, SILENCE)
        object.__setattr__(self, "pitches", np.rint(pitches).astype(np.int16))
        if self.onsets is not None:
            onsets = np.asarray(self.onsets)
            check_shape("onsets", onsets.shape, given.shape, "give one onset for each pitch")
            object.__setattr__(self, "onsets", (onsets >= 0.5) & is_pitch)


def encode_voice_grid(sequence: NoteSequence, steps_per_quarter: int = 4) -> VoiceGrid:
    """Write a piece for single voices on a grid, one column for each instrument.

    Notes are rounded to the grid as `quantise` does.

    Args:
        sequence: the piece; its instruments are the voices, soprano first by custom.
        steps_per_quarter: grid steps in a quarter note, 1..96 (4 = sixteenths).

    Returns:
        The grid, with onsets; T is the rounded length of the piece. `decode_voice_grid` undoes it.

    Raises:
        ValueError: if a voice has two notes in one step.
    """
    check_integer("steps_per_quarter", steps_per_quarter, 1, 96, "4 gives sixteenths")
    spans = [quantised_steps(note, steps_per_quarter) for note in sequence.notes]
    total = int(np.floor(sequence.total_quarters * steps_per_quarter + 0.5))
    num_steps = max([total, *(end for _, end in spans)])
    shape = num_steps, len(sequence.instruments)
    pitches = np.full(shape, SILENCE, dtype=np.int16)  # (T, V)
    onsets = np.zeros(shape, dtype=bool)  # (T, V)
    for note, (start, end) in zip(sequence.notes, spans, strict=True):
        if (pitches[start:end, note.instrument] != SILENCE).any():
            fix = "give each voice an instrument of its own, or take a finer grid"
            raise ValueError(f"{note}: its voice has another note in the same step; {fix}")
        pitches[start:end, note.instrument] = note.pitch
        onsets[start, note.instrument] = True
    return VoiceGrid(pitches, onsets)


def decode_voice_grid(
    grid: VoiceGrid, steps_per_quarter: int = 4, instruments: Sequence[Instrument] | None = None
) -> NoteSequence:
    """Read the notes out of a grid, whatever a model has put into it.

    A note begins at an onset, at another pitch than in the step before, and after silence.

    Args:
        grid: the voices; without onsets, equal neighbours in a voice are one held note.
        steps_per_quarter: grid steps in a quarter note, 1..96.
        instruments: one for each voice; without them pianos, named after the four voices of a
            choir where there are four.

    Returns:
        A piece of T / `steps_per_quarter` quarter notes, possibly without notes.

    Raises:
        ValueError: if there are not as many instruments as voices.
    """
    check_integer("steps_per_quarter", steps_per_quarter, 1, 96, "4 gives sixteenths")
    num_steps, num_voices = grid.pitches.shape
    if instruments is None:
        default = tuple(Instrument(name=f"Voice {voice + 1}") for voice in range(num_voices))
        instruments = CHOIR if num_voices == len(CHOIR) else default
    if len(instruments) != num_voices:
        raise ValueError(f"{len(instruments)} instruments for {num_voices} voices; give as many")
    rows = grid.pitches.T  # (V, T)
    struck = np.zeros(rows.shape, dtype=bool) if grid.onsets is None else grid.onsets.T.copy()
    struck[:, 1:] |= (rows[:, 1:] != rows[:, :-1]) & (rows[:, 1:] != SILENCE)
    voices, starts, ends = find_runs(rows != SILENCE, struck)
    notes = tuple(
        Note(pitch, start / steps_per_quarter, end / steps_per_quarter, instrument=voice)
        for voice, start, end, pitch in zip(
            voices.tolist(),
            starts.tolist(),
            ends.tolist(),
            rows[voices, starts].tolist(),
            strict=True,
        )
    )
    return NoteSequence(notes, tuple(instruments), total_quarters=num_steps / steps_per_quarter)
