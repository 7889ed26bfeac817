"""The vocabulary of a Standard MIDI File: its numbers, and the parts that reading one gives.

Plain named tuples without behaviour; `course.representation.midi_bytes` makes and uses them.

References:
    MIDI Manufacturers Association, Standard MIDI Files 1.0 (RP-001), 1996.
"""

from typing import NamedTuple

NOTE_OFF, NOTE_ON, POLY_PRESSURE, CONTROL_CHANGE = 0x80, 0x90, 0xA0, 0xB0
PROGRAM_CHANGE, CHANNEL_PRESSURE, PITCH_BEND = 0xC0, 0xD0, 0xE0
SYSEX, SYSEX_CONTINUED, META = 0xF0, 0xF7, 0xFF
TRACK_NAME, END_OF_TRACK, SET_TEMPO, TIME_SIGNATURE, KEY_SIGNATURE = 0x03, 0x2F, 0x51, 0x58, 0x59
DEFAULT_TEMPO = 500_000  # microseconds per quarter note: 120 quarter notes a minute


class MidiError(ValueError):
    """MIDI data that cannot be read: where it breaks, why, and what helps.

    Args:
        offset: place of the first wrong byte, counted from 0.
        reason: what is wrong there.
        fix: what the reader of the message can do.
        file: name of the file.
    """

    def __init__(self, offset: int, reason: str, fix: str, file: str = "MIDI data") -> None:
        super().__init__(offset, reason, fix, file)  # as given, so that it can be pickled
        self.offset, self.reason, self.fix, self.file = offset, reason, fix, file

    def __str__(self) -> str:
        return f"{self.file}, byte {self.offset}: {self.reason}; {self.fix}"


class Chunk(NamedTuple):
    """A stretch of a file: its four letters, its first byte, and the byte after its last."""

    id: bytes
    start: int
    end: int


class Header(NamedTuple):
    """What the first chunk of a file says, as it says it."""

    format: int  # 0: one track; 1: tracks played together; 2: independent patterns
    num_tracks: int
    division: int  # ticks per quarter note; from 0x8000 on, SMPTE frames


class TrackEvent(NamedTuple):
    """One event of a track."""

    tick: int  # ticks since the beginning of the track
    status: int  # 0x80..0xEF kind and channel, 0xF0 or 0xF7 system exclusive, 0xFF meta
    data: bytes  # the bytes after status (and, for long events, after the length)
    meta_type: int  # 0..127 for meta events, -1 for all others
    offset: int  # place of the event's first byte after its delta time

    @property
    def kind(self) -> int:
        """Status without the channel, such as `NOTE_ON`."""
        return self.status & 0xF0

    @property
    def channel(self) -> int:
        """Channel 0..15 of a channel message; people count from 1, so 9 is "channel 10"."""
        return self.status & 0x0F


class PlayedNote(NamedTuple):
    """A note-on joined with the note-off that ends it; times in ticks."""

    start: int
    end: int
    pitch: int
    velocity: int
    channel: int
    program: int  # the channel's program when the note was struck


class Pairing(NamedTuple):
    """The notes of a track, and the events that found no partner."""

    notes: list[PlayedNote]
    dangling: list[TrackEvent]  # note-ons without an end: ended with the track
    zero_length: list[TrackEvent]  # note-ons ended in their own tick: not among the notes
    stray: list[TrackEvent]  # note-offs that end nothing
