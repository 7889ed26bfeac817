"""Standard MIDI Files in and out.

Reading keeps notes, programs, track names, controllers, tempo, metre and key, with exact times:
a tick is 1 / (ticks per quarter note) quarter notes. There is one instrument for each track,
channel and program, as in pretty_midi; channel 10 is drums. A note-off ends every note of its pitch
and channel that was struck before it, as in pretty_midi, too. Text, lyrics and system exclusive
events are not read. A file without a tempo runs at 120 quarter notes a minute.

**Mended**, and reported in one `MidiRepairWarning`:

- a RIFF wrapper (.rmi) is taken off; bytes that are no chunk are skipped; a wrong length of the
  header or of a track is corrected; the tracks that are there are read, whatever the header says;
- damage inside a track (cut off, undefined or missing status byte, data byte above 127, a number of
  more than four bytes): the events before it are kept, the rest of that track is left out;
- bytes after the end of track are ignored; a missing end of track is put after the last event;
- a status byte missing after a meta or system exclusive event is taken from the event before;
- a note without an end is ended with its track; a note of length 0 is dropped; a note-off that
  ends nothing is ignored;
- impossible tempo (0), metre (0/4, 4/256) and key (8 sharps) events are ignored; tempo changes
  outside the first track are used;
- pitch bends and aftertouch, for which a `NoteSequence` has no place, are left out; so are
  controllers of channels without notes, and all but the last value of a controller at one moment.

**Refused** with `MidiError`: what is empty or no MIDI file, has no track, is of format 2, counts
SMPTE frames or 0 ticks per quarter note, is larger than 4 MiB or longer than 20,000 quarter notes
(both far from any real piece), or is damaged before its first note.

Why notes are not taken from pretty_midi: it gives a note that sounds across a program change to the
later program, drops controllers and names of tracks without notes, reads tempo from the first track
only, spells C sharp major as D flat major, allocates memory for every tick, and takes twice as
long. The tests show that both agree on every note; `to_pretty_midi` gives its object.
"""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from course.note_sequence import NoteSequence
from course.representation.midi_reading import sequence_from_tracks
from course.representation.midi_repair import (
    MAX_FILE_BYTES,
    MidiRepairWarning,
    RepairReport,
    read_tracks,
)
from course.representation.midi_types import MidiError
from course.representation.midi_writing import file_bytes

if TYPE_CHECKING:  # loading it takes longer than all the rest
    import pretty_midi

__all__ = [
    "MidiError",
    "MidiRepairWarning",
    "midi_bytes",
    "read_midi",
    "to_pretty_midi",
    "write_midi",
]


def read_midi(source: str | Path | bytes) -> NoteSequence:
    """Read a MIDI file; what is mended in it is reported in one warning.

    Args:
        source: path of a file, or its bytes.

    Returns:
        The piece, times in quarter notes, exact to the tick.

    Raises:
        TypeError: if the source is neither.
        MidiError: if the file is refused, with `file`, `offset`, `reason` and `fix`.
        OSError: if there is no such file or it cannot be opened.

    Warns:
        MidiRepairWarning: if the piece is not the file as it stands, with `file` and `repairs`.
    """
    file, data = "MIDI data", source
    if not isinstance(source, str | os.PathLike | bytes | bytearray | memoryview):
        raise TypeError(
            f"read_midi got {type(source).__name__}; give a path or the bytes of a file"
        )
    if isinstance(source, str | os.PathLike):
        file = str(source)
        with Path(source).open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)  # one more shows that it is too large
    report = RepairReport()
    try:
        sequence = sequence_from_tracks(*read_tracks(bytes(data), report), report)
    except MidiError as error:
        raise MidiError(error.offset, error.reason, error.fix, file) from None
    report.warn(file, stacklevel=2)
    return sequence


def midi_bytes(sequence: NoteSequence) -> bytes:
    """Write a piece as a MIDI file of format 1 with 480 ticks per quarter note.

    `read_midi` gives the same piece again if its moments are multiples of 1/480 quarter note, its
    tempos have two decimals at most, no two changes of a kind share a moment, and no note is struck
    again before its end. Instruments have a track each; from the sixteenth on they share channels.

    Args:
        sequence: the piece, at most 20,000 quarter notes; moments are rounded to 1/480, and a
            note lasts at least that long.

    Returns:
        The bytes of the file.

    Raises:
        ValueError: if the piece is too long, or a tempo slower than 3.58 quarter notes a minute.

    Warns:
        UserWarning: if notes of one instrument and pitch overlap: the earlier ends where the
            later starts.
    """
    return file_bytes(sequence)


def write_midi(sequence: NoteSequence, path: str | Path) -> None:
    """Write a piece into a MIDI file, as `midi_bytes` gives it.

    Args:
        sequence: the piece.
        path: where to; an existing file is replaced.

    Raises:
        ValueError: as `midi_bytes`.
        OSError: if the file cannot be written.
    """
    Path(path).write_bytes(file_bytes(sequence))


def to_pretty_midi(sequence: NoteSequence) -> "pretty_midi.PrettyMIDI":
    """Give a piece to pretty_midi, for its synthesizer and its analyses; times are seconds there.

    Args:
        sequence: the piece; instruments without notes are left out by pretty_midi.

    Returns:
        What pretty_midi reads from `midi_bytes(sequence)`.

    Raises:
        ValueError: as `midi_bytes`.
    """
    import pretty_midi

    return pretty_midi.PrettyMIDI(io.BytesIO(file_bytes(sequence)), charset="utf-8")
