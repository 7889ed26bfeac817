"""Turn music of any accepted kind into a `Clip`: what the synthesizer plays and the roll draws.

A clip is measured in **seconds**; the sustain pedal is already written into the note lengths, so
that sound and picture agree. Instruments without notes are left out, and beyond `MAX_TRACKS` the
quietest in number of notes share one track. What was cut or repaired stands in `remarks`, in
words for the reader. Nothing here makes sound or draws.
"""

import io
import os
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course.note_sequence import ControlChange, NoteSequence
from course.pedal import expand_pedal

MAX_TRACKS = 8  # more than eight rows of buttons help nobody
MAX_SECONDS = 900.0  # a quarter of an hour
MAX_NOTES = 20_000
MAX_GRID_LINES = 4_000
GROUPED = "instruments: the smallest share one track."  # a remark that does not concern the sound
AUDIBLE_CONTROLS = (7, 10, 11)  # MIDI controllers: volume, pan, expression


class Sound(NamedTuple):
    """One note as it sounds."""

    start: float  # seconds
    end: float  # seconds, > start, pedal included
    pitch: int  # 0..127
    velocity: int  # 1..127


class Control(NamedTuple):
    """One controller change that the synthesizer follows."""

    start: float  # seconds
    number: int  # one of AUDIBLE_CONTROLS
    value: int  # 0..127


@dataclass(frozen=True)
class Part:
    """The notes of one instrument."""

    program: int  # 0..127
    is_drum: bool
    sounds: tuple[Sound, ...]
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Track:
    """What one row of buttons mutes: usually one part."""

    name: str
    parts: tuple[Part, ...]

    @property
    def sounds(self) -> list[Sound]:
        """All notes of the track, in order of their start."""
        return sorted(sound for part in self.parts for sound in part.sounds)

    @property
    def is_drum(self) -> bool:
        """True if every part is a drum kit."""
        return all(part.is_drum for part in self.parts)


@dataclass(frozen=True, eq=False)
class Recording:
    """Music with samples of its own: they are played in place of the sound bank's.

    Raises:
        ValueError: if the samples are not one channel a track.
    """

    music: object  # a `NoteSequence`, or what else `to_clip` takes
    stems: tuple[np.ndarray, ...]  # (n,) for each instrument that plays, in their order
    rate: int = 24_000  # samples a second

    def __post_init__(self) -> None:
        if any(np.ndim(stem) != 1 for stem in self.stems):
            shapes = [np.shape(stem) for stem in self.stems]
            raise ValueError(f"Recording with stems of shapes {shapes}; give one channel a track")


@dataclass(frozen=True)
class Clip:
    """A piece ready to be played and drawn."""

    title: str
    seconds: float  # length of the music, final silence included, without the synthesizer's release
    tracks: tuple[Track, ...]
    bars: tuple[float, ...] = ()  # seconds at which a bar begins
    beats: tuple[float, ...] = ()  # seconds of the beats, bar lines included
    remarks: tuple[str, ...] = ()  # what was cut, grouped or repaired, for the reader
    recording: Recording | None = field(default=None, compare=False, repr=False)

    @property
    def num_notes(self) -> int:
        """Number of notes in all tracks."""
        return sum(len(part.sounds) for track in self.tracks for part in track.parts)

    def __str__(self) -> str:
        if not self.num_notes:
            return "No notes to play."
        tracks = "1 track" if len(self.tracks) == 1 else f"{len(self.tracks)} tracks"
        notes = "1 note" if self.num_notes == 1 else f"{self.num_notes} notes"
        return f"{tracks}, {notes}, {length_text(self.seconds)}"


def length_text(seconds: float) -> str:
    """Write a length for the reader.

    Args:
        seconds: the length, >= 0.

    Returns:
        "45 s", or "2:05 min" from a minute on.
    """
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d} min"


def to_clip(x: object, *, title: str = "") -> Clip:
    """Make a clip of a piece of music.

    Args:
        x: a `NoteSequence`, a path to a MIDI file, a `pretty_midi.PrettyMIDI`, a piece from
            `course.data` (anything with `to_note_sequence()`), or a `Recording` of one of these.
        title: shown above the player; empty: the piece's own title.

    Returns:
        The clip; without tracks if there are no notes.

    Raises:
        TypeError: if `x` is none of these.
        ValueError: if a recording has not as many stems as the music has tracks.
    """
    if isinstance(x, Recording):
        clip = to_clip(x.music, title=title)
        if len(x.stems) != len(clip.tracks):
            raise ValueError(
                f"a Recording with {len(x.stems)} stems of music with {len(clip.tracks)} tracks; "
                "give one for each instrument that plays"
            )
        return replace(clip, recording=x)
    sequence, remarks = as_sequence(x)
    sequence = expand_pedal(sequence)
    seconds = min(sequence.total_seconds, MAX_SECONDS)
    parts, dropped = _parts(sequence)
    tracks = _tracks(parts)
    if dropped:
        remarks = (*remarks, f"Cut: {dropped} notes beyond 15 minutes or {MAX_NOTES} notes.")
    if len(parts) > MAX_TRACKS:
        remarks = (*remarks, f"{len(parts)} {GROUPED}")
    bars, beats = _grid(sequence, seconds)
    return Clip(title or sequence.title, seconds, tracks, bars, beats, remarks)


def as_sequence(x: object) -> tuple[NoteSequence, tuple[str, ...]]:
    """Give the note sequence behind any accepted kind of music, and remarks on its reading.

    Args:
        x: as for `to_clip`.

    Returns:
        The sequence, and what the MIDI reader repaired, in words.

    Raises:
        TypeError: if `x` is no music.
    """
    if isinstance(x, NoteSequence):
        return x, ()
    if isinstance(x, Recording):
        return as_sequence(x.music)
    if hasattr(x, "to_note_sequence"):
        return x.to_note_sequence(), ()
    if isinstance(x, str | os.PathLike):
        return _read(Path(x))
    if type(x).__module__.startswith("pretty_midi"):
        file = io.BytesIO()
        x.write(file)
        return _read(file.getvalue())
    raise TypeError(
        f"cannot play a {type(x).__name__}; give a NoteSequence, a path to a MIDI file, or a "
        "piece from course.data (decode tokens or grids to a NoteSequence first)"
    )


def _read(source: Path | bytes) -> tuple[NoteSequence, tuple[str, ...]]:
    """Read a MIDI file; its repairs become remarks instead of warnings."""
    from course.representation.midi import MidiRepairWarning, read_midi

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MidiRepairWarning)
        sequence = read_midi(source)
    return sequence, tuple(str(warning.message) for warning in caught)


def _parts(sequence: NoteSequence) -> tuple[list[tuple[str, Part]], int]:
    """Give (name, part) of every instrument that plays, and how many notes were left out."""
    notes = sequence.notes
    starts = sequence.seconds_at(np.array([note.start for note in notes])).tolist()
    ends = sequence.seconds_at(np.array([note.end for note in notes])).tolist()
    sounds: dict[int, list[Sound]] = {}
    dropped = 0
    for index, (note, start, end) in enumerate(zip(notes, starts, ends, strict=True)):
        if start >= MAX_SECONDS or index >= MAX_NOTES:
            dropped += 1
            continue
        sound = Sound(start, min(end, MAX_SECONDS), note.pitch, note.velocity)
        sounds.setdefault(note.instrument, []).append(sound)
    parts = []
    for index, instrument in enumerate(sequence.instruments):
        if index in sounds:
            controls = _controls(sequence, index)
            part = Part(instrument.program, instrument.is_drum, tuple(sounds[index]), controls)
            parts.append((instrument.name or _general_midi_name(part), part))
    return parts, dropped


def _controls(sequence: NoteSequence, instrument: int) -> tuple[Control, ...]:
    """Give an instrument's audible controller changes in seconds."""

    def audible(change: ControlChange) -> bool:
        return change.instrument == instrument and change.number in AUDIBLE_CONTROLS

    return tuple(
        Control(float(sequence.seconds_at(change.start)), change.number, change.value)
        for change in sequence.control_changes
        if audible(change)
    )


def _general_midi_name(part: Part) -> str:
    """Give the General MIDI name of an instrument that has none of its own."""
    import pretty_midi

    return "Drums" if part.is_drum else pretty_midi.program_to_instrument_name(part.program)


def _tracks(parts: list[tuple[str, Part]]) -> tuple[Track, ...]:
    """Give each part its row, the smallest parts beyond `MAX_TRACKS` a common one."""
    own = parts
    if len(parts) > MAX_TRACKS:
        largest = sorted(parts, key=lambda item: -len(item[1].sounds))[: MAX_TRACKS - 1]
        own = [item for item in parts if item in largest][: MAX_TRACKS - 1]
    names: dict[str, int] = {}
    tracks = []
    for name, part in own:
        names[name] = names.get(name, 0) + 1
        tracks.append(Track(name if names[name] == 1 else f"{name} {names[name]}", (part,)))
    others = tuple(part for name, part in parts if (name, part) not in own)
    if others:
        tracks.append(Track(f"{len(others)} others", others))
    return tuple(tracks)


def _grid(sequence: NoteSequence, seconds: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give the seconds of bar lines and beats; none where they would lie too dense to read."""
    bars: list[float] = []
    beats: list[float] = []
    end = min(sequence.total_quarters, float(sequence.quarters_at(seconds)))
    bar = 0.0
    changes = [signature.start for signature in sequence.time_signatures if signature.start > 0]
    while bar < end:
        signature = sequence.time_signature_at(bar)
        until = min([bar + signature.quarters_per_bar, *(s for s in changes if s > bar)])
        compound = signature.numerator > 3 and signature.numerator % 3 == 0
        beat = 4.0 / signature.denominator * (3 if compound and signature.denominator > 4 else 1)
        bars.append(bar)
        beats.extend(np.arange(bar, until - 1e-9, beat).tolist())
        bar = until
        if len(beats) > MAX_GRID_LINES:
            return (), ()
    as_seconds = sequence.seconds_at
    return tuple(as_seconds(np.array(bars)).tolist()), tuple(as_seconds(np.array(beats)).tolist())
