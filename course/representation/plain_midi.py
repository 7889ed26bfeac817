"""The steps between bytes and notes on plain tuples, as lesson 01 builds them.

An event is `(tick, status, payload)`, a note `(start, end, pitch, velocity, channel)`; times are
ticks. The work is done by `midi_bytes`, which keeps more about each event. Learners' functions and
these can take each other's place.
"""

from collections.abc import Iterable

from course.representation import midi_bytes
from course.representation.midi_types import (
    END_OF_TRACK,
    META,
    NOTE_OFF,
    NOTE_ON,
    TrackEvent,
)

PlainEvent = tuple[int, int, bytes]
PlainNote = tuple[int, int, int, int, int]


def read_track_events(data: bytes) -> list[PlainEvent]:
    """List the events of a track.

    Args:
        data: the body of one `MTrk` chunk.

    Returns:
        (tick since the beginning, status, payload); a meta event's payload begins with its kind.

    Raises:
        MidiError: at the first byte that breaks the rules.
    """
    return [
        (event.tick, event.status, _kind(event) + event.data)
        for event in midi_bytes.iterate_track_events(data)
    ]


def pair_notes(events: Iterable[PlainEvent], end_tick: int) -> list[PlainNote]:
    """Join note-ons with the note-offs that end them.

    Args:
        events: (tick, status, payload) of one track, in order.
        end_tick: where the track ends, and with it the notes that nothing ended.

    Returns:
        (start, end, pitch, velocity, channel), in the order in which the notes end.
    """
    played = [TrackEvent(tick, status, payload, -1, 0) for tick, status, payload in events]
    played.append(TrackEvent(end_tick, META, b"", END_OF_TRACK, 0))
    return [note[:5] for note in midi_bytes.pair_notes(played).notes]


def write_midi_file(notes: Iterable[PlainNote], ticks_per_quarter: int) -> bytes:
    """Give the bytes of a format 0 file; where one note ends as another begins, the end is first.

    Args:
        notes: (start, end, pitch, velocity, channel), end above start.
        ticks_per_quarter: 1..32,767.

    Returns:
        Header chunk and one track chunk with all notes.
    """
    moments = []
    for start, end, pitch, velocity, channel in notes:
        moments.append((end, 0, bytes([NOTE_OFF | channel, pitch, 0])))
        moments.append((start, 1, bytes([NOTE_ON | channel, pitch, velocity])))
    track, now = b"", 0
    for tick, _, message in sorted(moments):
        track += midi_bytes.write_variable_length(tick - now) + message
        now = tick
    header = b"".join(number.to_bytes(2, "big") for number in (0, 1, ticks_per_quarter))
    track += bytes([0, META, END_OF_TRACK, 0])
    return midi_bytes.write_chunk(b"MThd", header) + midi_bytes.write_chunk(b"MTrk", track)


def _kind(event: TrackEvent) -> bytes:
    """Give a meta event's kind as one byte, and nothing for other events."""
    return bytes([event.meta_type]) if event.status == META else b""
