"""The one form of music that every other form in the course is converted to and from.

A `NoteSequence` holds notes with pitch, start, end, velocity and instrument, and the changes of
tempo, metre, key and controllers. **All times are quarter notes** from the beginning of the piece;
seconds follow through the tempo map (`seconds_at`). Everything is frozen: functions return new
objects. The module knows no file format and no model.

References:
    The fields are those of Magenta's `NoteSequence` (music.proto), whose times are in seconds.
"""

import bisect
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from course.errors import check_integer, check_range

MAX_QUARTERS = 1_000_000.0  # about 139 hours at 120 quarter notes a minute
DEFAULT_QUARTERS_PER_MINUTE = 120.0  # what a MIDI file without a tempo event means


@dataclass(frozen=True, slots=True)
class Note:
    """One sounding note.

    Raises:
        TypeError: if a field has the wrong kind of value.
        ValueError: if a field is out of range or the note does not end after it starts.
    """

    pitch: int  # MIDI number 0..127, 60 = middle C; for drums the General MIDI drum number
    start: float  # quarter notes, >= 0
    end: float  # quarter notes, > start
    velocity: int = 80  # 1..127; MIDI writes a note-off as velocity 0
    instrument: int = 0  # index into NoteSequence.instruments

    def __post_init__(self) -> None:
        check_integer("Note.pitch", self.pitch, 0, 127, "transpose the note into the MIDI range")
        check_integer("Note.velocity", self.velocity, 1, 127, "leave silent notes out")
        check_integer("Note.instrument", self.instrument, 0, 65_535, "count instruments from 0")
        check_range("Note.start", self.start, 0.0, MAX_QUARTERS, "shift the piece to start at 0")
        check_range("Note.end", self.end, 0.0, MAX_QUARTERS, "times are quarter notes")
        if not self.start < self.end:
            raise ValueError(f"{self}: ends at or before its start; give it a length above 0")

    @property
    def duration(self) -> float:
        """Length in quarter notes, always above 0."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Instrument:
    """What plays a line: a General MIDI program, or a drum kit."""

    program: int = 0  # 0..127, General MIDI counted from 0 (0 = acoustic grand piano)
    name: str = ""  # shown to the reader; empty: the program's General MIDI name is shown
    is_drum: bool = False  # drums: pitches are drum numbers, the MIDI channel is 10

    def __post_init__(self) -> None:
        check_integer("Instrument.program", self.program, 0, 127, "General MIDI counts from 0")


@dataclass(frozen=True, slots=True, order=True)
class Tempo:
    """From `start` on, so many quarter notes a minute."""

    start: float  # quarter notes
    quarters_per_minute: float  # > 0; 3.6 (slowest a MIDI file can say) .. 60,000,000

    def __post_init__(self) -> None:
        check_range("Tempo.start", self.start, 0.0, MAX_QUARTERS, "times are quarter notes")
        check_range(
            "Tempo.quarters_per_minute", self.quarters_per_minute, 3.0, 6e7, "120 is moderate"
        )


@dataclass(frozen=True, slots=True, order=True)
class TimeSignature:
    """From `start` on, bars of `numerator` notes of the value 1/`denominator`."""

    start: float  # quarter notes
    numerator: int  # 1..255
    denominator: int  # a power of two, 1..128

    def __post_init__(self) -> None:
        check_range("TimeSignature.start", self.start, 0.0, MAX_QUARTERS, "quarter notes")
        check_integer("TimeSignature.numerator", self.numerator, 1, 255, "3 in 3/4")
        check_integer("TimeSignature.denominator", self.denominator, 1, 128, "4 in 3/4")
        if self.denominator & (self.denominator - 1):
            raise ValueError(f"{self}: the denominator must be a power of two (1, 2, 4, 8 ...)")

    @property
    def quarters_per_bar(self) -> float:
        """Length of a bar in quarter notes: 3.0 for 3/4 and for 6/8."""
        return self.numerator * 4.0 / self.denominator


@dataclass(frozen=True, slots=True, order=True)
class KeySignature:
    """From `start` on, a key given by its place in the circle of fifths and its mode."""

    start: float  # quarter notes
    fifths: int  # -7..7: flats below 0, sharps above; 0 is C major or A minor
    mode: str = "major"  # "major" or "minor"

    def __post_init__(self) -> None:
        check_range("KeySignature.start", self.start, 0.0, MAX_QUARTERS, "quarter notes")
        check_integer("KeySignature.fifths", self.fifths, -7, 7, "count sharps, or minus flats")
        if self.mode not in ("major", "minor"):
            raise ValueError(f"KeySignature.mode is {self.mode!r}; use 'major' or 'minor'")

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic, 0 = C .. 11 = B."""
        return (self.fifths * 7 + (9 if self.mode == "minor" else 0)) % 12


@dataclass(frozen=True, slots=True, order=True)
class ControlChange:
    """From `start` on, a MIDI controller of one instrument has a new value."""

    start: float  # quarter notes
    number: int  # 0..127; 64 is the sustain pedal
    value: int  # 0..127
    instrument: int = 0  # index into NoteSequence.instruments

    def __post_init__(self) -> None:
        check_range("ControlChange.start", self.start, 0.0, MAX_QUARTERS, "quarter notes")
        check_integer("ControlChange.number", self.number, 0, 127, "64 is the sustain pedal")
        check_integer("ControlChange.value", self.value, 0, 127, "MIDI values have seven bits")


def _note_order(note: Note) -> tuple:
    return note.start, note.pitch, note.end, note.instrument, note.velocity


@dataclass(frozen=True)
class NoteSequence:
    """A piece of music, or a fragment of one; possibly empty.

    Notes and changes may be given in any order and are kept sorted by time. Without a tempo the
    piece runs at 120 quarter notes a minute, without a time signature in 4/4, as in a MIDI file.

    Raises:
        ValueError: if a note or controller names an instrument that is not there, or if
            `total_quarters` is shorter than the notes.
    """

    notes: tuple[Note, ...] = ()
    instruments: tuple[Instrument, ...] = (Instrument(),)
    tempos: tuple[Tempo, ...] = ()
    time_signatures: tuple[TimeSignature, ...] = ()
    key_signatures: tuple[KeySignature, ...] = ()
    control_changes: tuple[ControlChange, ...] = ()
    total_quarters: float = 0.0  # length including final silence; at least the last note's end
    title: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(sorted(self.notes, key=_note_order)))
        for name in ("tempos", "time_signatures", "key_signatures", "control_changes"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))
        object.__setattr__(self, "instruments", tuple(self.instruments))
        for item in (*self.notes, *self.control_changes):
            if item.instrument >= len(self.instruments):
                raise ValueError(
                    f"{item}: instrument {item.instrument} of {len(self.instruments)}; "
                    "add it to instruments"
                )
        check_range("total_quarters", self.total_quarters, 0.0, MAX_QUARTERS, "quarter notes")
        last = max((note.end for note in self.notes), default=0.0)
        object.__setattr__(self, "total_quarters", max(float(self.total_quarters), last))

    def seconds_at(self, quarters: float | np.ndarray) -> np.ndarray:
        """Give the time in seconds of moments in quarter notes.

        Args:
            quarters: one moment or an array of them, >= 0.

        Returns:
            Float64 array of the same shape, seconds from the beginning.
        """
        starts, rates, at = self._tempo_map()
        quarters = np.asarray(quarters, dtype=np.float64)
        index = np.searchsorted(starts, quarters, side="right") - 1
        return at[index] + (quarters - starts[index]) * 60.0 / rates[index]

    def quarters_at(self, seconds: float | np.ndarray) -> np.ndarray:
        """Give the moment in quarter notes of times in seconds; undoes `seconds_at`.

        Args:
            seconds: one time or an array of them, >= 0.

        Returns:
            Float64 array of the same shape, quarter notes from the beginning.
        """
        starts, rates, at = self._tempo_map()
        seconds = np.asarray(seconds, dtype=np.float64)
        index = np.searchsorted(at, seconds, side="right") - 1
        return starts[index] + (seconds - at[index]) * rates[index] / 60.0

    @property
    def total_seconds(self) -> float:
        """Length in seconds, final silence included."""
        return float(self.seconds_at(self.total_quarters))

    def time_signature_at(self, quarters: float) -> TimeSignature:
        """Give the metre in force at a moment; 4/4 where none was set.

        Args:
            quarters: the moment, in quarter notes.

        Returns:
            The last time signature that starts at or before the moment.
        """
        starts = [signature.start for signature in self.time_signatures]
        index = bisect.bisect_right(starts, quarters) - 1
        return self.time_signatures[index] if index >= 0 else TimeSignature(0.0, 4, 4)

    def notes_of(self, instrument: int) -> tuple[Note, ...]:
        """Give the notes of one instrument, in order.

        Args:
            instrument: index into `instruments`.

        Returns:
            Its notes, possibly none.
        """
        return tuple(note for note in self.notes if note.instrument == instrument)

    def __str__(self) -> str:
        name = f"{self.title}: " if self.title else ""
        return (
            f"{name}{len(self.notes)} notes, {len(self.instruments)} instruments, "
            f"{self.total_quarters:g} quarter notes, {self.total_seconds:.1f} s"
        )

    def _tempo_map(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give starts in quarters, quarters per minute, and starts in seconds of each tempo."""
        changes = {0.0: DEFAULT_QUARTERS_PER_MINUTE}
        changes.update((tempo.start, tempo.quarters_per_minute) for tempo in self.tempos)
        starts = np.array(sorted(changes))
        rates = np.array([changes[start] for start in starts])
        at = np.concatenate([[0.0], np.cumsum(np.diff(starts) * 60.0 / rates[:-1])])
        return starts, rates, at


def quantise(sequence: NoteSequence, steps_per_quarter: int = 4) -> NoteSequence:
    """Move every note onto a grid; a moment halfway between two steps goes to the later one.

    A note never vanishes: one that would last no step at all lasts one. Controllers keep their
    times, tempo and metre changes too.

    Args:
        sequence: the piece, times in quarter notes.
        steps_per_quarter: grid steps in a quarter note, 1..96 (4 = sixteenths).

    Returns:
        The piece with every start and end a multiple of 1 / `steps_per_quarter`.

    Raises:
        ValueError: if `steps_per_quarter` is out of range.
    """
    check_integer("steps_per_quarter", steps_per_quarter, 1, 96, "4 gives sixteenths")
    notes = []
    for note in sequence.notes:
        start, end = quantised_steps(note, steps_per_quarter)
        notes.append(replace(note, start=start / steps_per_quarter, end=end / steps_per_quarter))
    total = np.floor(sequence.total_quarters * steps_per_quarter + 0.5) / steps_per_quarter
    return replace(sequence, notes=tuple(notes), total_quarters=float(total))


def quantised_steps(note: Note, steps_per_quarter: int) -> tuple[int, int]:
    """Give a note's first grid step and the first step after it, at least one step apart.

    Args:
        note: the note, times in quarter notes.
        steps_per_quarter: grid steps in a quarter note.

    Returns:
        (start, end) in steps, halves rounded up, `end > start`.
    """
    start = math.floor(note.start * steps_per_quarter + 0.5)
    end = math.floor(note.end * steps_per_quarter + 0.5)
    return start, max(end, start + 1)


def transpose(sequence: NoteSequence, semitones: int) -> NoteSequence:
    """Move all pitches but the drums' up or down, and the key signatures with them.

    Args:
        sequence: the piece.
        semitones: steps up (positive) or down (negative), -127..127.

    Returns:
        The transposed piece.

    Raises:
        ValueError: if a pitch would leave 0..127; nothing is clipped.
    """
    check_integer("semitones", semitones, -127, 127, "12 is an octave")
    drums = {i for i, instrument in enumerate(sequence.instruments) if instrument.is_drum}
    notes = tuple(
        note if note.instrument in drums else replace(note, pitch=note.pitch + semitones)
        for note in sequence.notes
    )
    keys = tuple(_transpose_key(key, semitones) for key in sequence.key_signatures)
    return replace(sequence, notes=notes, key_signatures=keys)


def _transpose_key(key: KeySignature, semitones: int) -> KeySignature:
    """Move a key along the circle of fifths, to the spelling with the fewest accidentals."""
    fifths = (key.fifths + 7 * semitones + 5) % 12 - 5  # seven fifths up are one semitone up
    return replace(key, fifths=fifths)


def crop(sequence: NoteSequence, start: float, end: float) -> NoteSequence:
    """Cut a stretch out of a piece; notes that reach over its edges are cut at them.

    The tempo, metre, key and controller values in force at `start` hold from the beginning of
    the result.

    Args:
        sequence: the piece.
        start: first moment to keep, in quarter notes, >= 0.
        end: moment to stop before, in quarter notes, > `start`.

    Returns:
        A piece of `end - start` quarter notes that begins at 0.

    Raises:
        ValueError: if the range is empty or starts below 0.
    """
    check_range("start", start, 0.0, MAX_QUARTERS, "count quarter notes from the beginning")
    check_range("end", end, 0.0, MAX_QUARTERS, "count quarter notes from the beginning")
    if not start < end:
        raise ValueError(f"crop from {start} to {end} is empty; give an end after the start")
    notes = tuple(
        replace(note, start=max(note.start, start) - start, end=min(note.end, end) - start)
        for note in sequence.notes
        if note.start < end and note.end > start
    )
    pedals: dict[tuple[int, int], list[ControlChange]] = {}
    for change in sequence.control_changes:
        pedals.setdefault((change.instrument, change.number), []).append(change)
    return replace(
        sequence,
        notes=notes,
        tempos=_crop_changes(sequence.tempos, start, end),
        time_signatures=_crop_changes(sequence.time_signatures, start, end),
        key_signatures=_crop_changes(sequence.key_signatures, start, end),
        control_changes=tuple(
            change for group in pedals.values() for change in _crop_changes(group, start, end)
        ),
        total_quarters=end - start,
    )


def _crop_changes(changes: Iterable, start: float, end: float) -> tuple:
    """Keep the changes inside a stretch and the one in force at its beginning."""
    changes = list(changes)
    before = [change for change in changes if change.start <= start][-1:]
    inside = [change for change in changes if start < change.start < end]
    return tuple(
        replace(change, start=max(change.start, start) - start) for change in before + inside
    )
