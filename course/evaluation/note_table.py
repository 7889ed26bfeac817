"""What every metric measures: the notes of a piece as arrays on a grid of sixteenths.

**Conventions of all metrics.** A piece may be given as a `NoteSequence`, a `VoiceGrid`, an array
(T, V) of pitches with -1 for silence, or a `NoteTable` made before. An instrument or a column is a
*voice*. Times are sixteenths from the beginning. A *bar* is a stretch of `steps_per_bar`
sixteenths counted from the beginning, whatever metre or pickup the piece has, because generated
grids carry no bar lines; an incomplete last bar is left out where bars are compared. A piece to
which a metric does not apply (no notes, too short) gives NaN, never a number that looks like one.

**Held and repeated.** An array of pitches cannot tell a repeated note from a held one, nor can the
published chorale data. Before such pieces are compared with others, count touching equal notes as
one in both: `note_table(piece, merge_repeats=True)`, which the metric card does.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course.errors import check_integer
from course.note_sequence import Instrument, Note, NoteSequence
from course.pedal import expand_pedal
from course.representation.runs import find_runs
from course.representation.voice_grid import SILENCE, VoiceGrid

STEPS_PER_QUARTER = 4
STEPS_PER_BAR = 16  # four quarters
NUM_PITCHES = 128


@dataclass(frozen=True, eq=False)
class NoteTable:
    """The N notes of a piece, in sixteenths; made by `note_table`."""

    pitches: np.ndarray  # (N,) int, MIDI numbers
    starts: np.ndarray  # (N,) int, first step of the note
    ends: np.ndarray  # (N,) int, first step after it; ends > starts
    voices: np.ndarray  # (N,) int, 0..num_voices - 1
    num_steps: int  # length T of the piece, final silence included
    num_voices: int  # V, silent voices included
    drums: frozenset[int] = frozenset()  # voices whose pitches are drum numbers
    steps_per_bar: int = STEPS_PER_BAR

    @property
    def lengths(self) -> np.ndarray:
        """Length of each note in sixteenths, (N,)."""
        return self.ends - self.starts

    @property
    def num_bars(self) -> int:
        """How many whole bars there are."""
        return self.num_steps // self.steps_per_bar

    @cached_property
    def pitched(self) -> "NoteTable":
        """The same piece without the notes of its drums."""
        return self.keep(~np.isin(self.voices, list(self.drums))) if self.drums else self

    @cached_property
    def roll(self) -> np.ndarray:
        """True where a voice sounds a pitch: (V, P, T) bool with P = 128."""
        roll = np.zeros((self.num_voices, NUM_PITCHES, self.num_steps), dtype=bool)  # (V, P, T)
        columns = (self.voices, self.pitches, self.starts, self.ends)
        for voice, pitch, start, end in zip(*(c.tolist() for c in columns), strict=True):
            roll[voice, pitch, start:end] = True
        return roll

    @cached_property
    def has_single_voices(self) -> bool:
        """Whether no voice has two pitches in one step."""
        return bool((self.roll.sum(axis=1) <= 1).all())

    @cached_property
    def voice_pitches(self) -> np.ndarray:
        """The pitch of each voice at each step, (T, V) int16, -1 for silence.

        Raises:
            ValueError: if a voice has two pitches in one step.
        """
        if not self.has_single_voices:
            voice, step = np.argwhere(self.roll.sum(axis=1) > 1)[0].tolist()
            raise ValueError(
                f"voice {voice} has several pitches in step {step}; metrics of voices need one "
                "voice an instrument"
            )
        pitches = np.where(self.roll.any(axis=1), self.roll.argmax(axis=1), SILENCE)
        return pitches.T.astype(np.int16)  # (T, V)

    def to_note_sequence(self) -> NoteSequence:
        """Give the notes as a piece for pianos and drums, to listen to."""
        columns = (self.pitches, self.starts, self.ends, self.voices)
        return NoteSequence(
            notes=tuple(
                Note(pitch, start / STEPS_PER_QUARTER, end / STEPS_PER_QUARTER, instrument=voice)
                for pitch, start, end, voice in zip(*(c.tolist() for c in columns), strict=True)
            ),
            instruments=tuple(Instrument(is_drum=v in self.drums) for v in range(self.num_voices)),
            total_quarters=self.num_steps / STEPS_PER_QUARTER,
        )

    def keep(self, chosen: np.ndarray) -> "NoteTable":
        """Give the same piece with fewer notes.

        Args:
            chosen: (N,) bool, True for the notes to keep.

        Returns:
            A new table of the same length and voices.
        """
        return self.replace_notes(
            self.pitches[chosen], self.starts[chosen], self.ends[chosen], self.voices[chosen]
        )

    def replace_notes(
        self, pitches: np.ndarray, starts: np.ndarray, ends: np.ndarray, voices: np.ndarray
    ) -> "NoteTable":
        """Give a piece of the same length and voices with other notes.

        Args:
            pitches: (N,) MIDI numbers.
            starts: (N,) first steps.
            ends: (N,) first steps after the notes.
            voices: (N,) voices.

        Returns:
            A new table.
        """
        frame = (self.num_steps, self.num_voices, self.drums, self.steps_per_bar)
        return NoteTable(pitches, starts, ends, voices, *frame)


Piece = NoteSequence | VoiceGrid | np.ndarray | NoteTable


def note_table(
    piece: Piece, *, merge_repeats: bool = False, steps_per_bar: int | None = None
) -> NoteTable:
    """Tabulate the notes of a piece on the grid of sixteenths.

    Args:
        piece: a `NoteSequence` (rounded to sixteenths as `quantise` does, the pedal expanded), a
            `VoiceGrid`, an array (T, V) of pitches with -1 for silence, or a table.
        merge_repeats: True to count notes of one voice and pitch that touch as one note.
        steps_per_bar: sixteenths counted as a bar, 1..384; a table keeps its own, others get 16.

    Returns:
        The table, possibly without notes; a table that needs no change is returned as it is.

    Raises:
        TypeError: if it is none of these.
        ValueError: if an array does not have two axes, or `steps_per_bar` is out of range.
    """
    if isinstance(piece, NoteTable):
        table = piece
    elif isinstance(piece, NoteSequence):
        table = _from_sequence(piece)
    elif isinstance(piece, VoiceGrid | np.ndarray):
        table = _from_grid(piece if isinstance(piece, VoiceGrid) else VoiceGrid(piece))
    else:
        raise TypeError(
            f"a piece is a {type(piece).__name__}; give a NoteSequence, a VoiceGrid, or an array "
            "of steps by voices"
        )
    if merge_repeats:
        table = _merge_repeats(table)
    if steps_per_bar in (None, table.steps_per_bar):
        return table
    check_integer("steps_per_bar", steps_per_bar, 1, 384, "16 sixteenths are a bar of 4/4")
    columns = (table.pitches, table.starts, table.ends, table.voices)
    return NoteTable(*columns, table.num_steps, table.num_voices, table.drums, steps_per_bar)


def _from_sequence(sequence: NoteSequence) -> NoteTable:
    sequence = expand_pedal(sequence)
    rows = [(n.pitch, n.start, n.end, n.instrument) for n in sequence.notes]
    columns = np.array(rows, dtype=float).reshape(-1, 4).T  # (4, N)
    starts, ends = np.floor(columns[1:3] * STEPS_PER_QUARTER + 0.5).astype(int)
    ends = np.maximum(ends, starts + 1)
    total = int(np.floor(sequence.total_quarters * STEPS_PER_QUARTER + 0.5))
    drums = frozenset(i for i, played in enumerate(sequence.instruments) if played.is_drum)
    return NoteTable(
        columns[0].astype(int),
        starts,
        ends,
        columns[3].astype(int),
        num_steps=max([total, *ends.tolist()]),
        num_voices=len(sequence.instruments),
        drums=drums,
    )


def _from_grid(grid: VoiceGrid) -> NoteTable:
    """Find the notes as `decode_voice_grid` does."""
    rows = grid.pitches.T  # (V, T)
    struck = np.zeros(rows.shape, dtype=bool) if grid.onsets is None else grid.onsets.T.copy()
    struck[:, 1:] |= (rows[:, 1:] != rows[:, :-1]) & (rows[:, 1:] != SILENCE)
    voices, starts, ends = find_runs(rows != SILENCE, struck)
    pitches = rows[voices, starts].astype(int)
    return NoteTable(pitches, starts, ends, voices, num_steps=rows.shape[1], num_voices=len(rows))


def _merge_repeats(table: NoteTable) -> NoteTable:
    """Join the notes of a voice and pitch that touch or overlap."""
    shape = (table.num_voices * NUM_PITCHES, table.num_steps)
    sounding = table.roll.reshape(shape)  # (V * P, T)
    rows, starts, ends = find_runs(sounding, np.zeros(sounding.shape, dtype=bool))
    return table.replace_notes(rows % NUM_PITCHES, starts, ends, rows // NUM_PITCHES)
