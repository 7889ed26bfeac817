"""The bytes of a Standard MIDI File, read and written one idea at a time.

A file is a row of chunks: four letters, a length in four bytes (most significant first), then that
many bytes. The first chunk, `MThd`, says how many ticks a quarter note has; every `MTrk` chunk is
one track: events, each after a delta time, the number of ticks since the event before it.

The module is strict: the first byte that breaks the rules raises `MidiError`, nothing is mended
(`midi_repair` does that), and of `NoteSequence` it knows nothing.

References:
    MIDI Manufacturers Association, Standard MIDI Files 1.0 (RP-001), 1996.
"""

from collections.abc import Iterable, Iterator

from course.representation.midi_types import (
    CHANNEL_PRESSURE,
    DEFAULT_TEMPO,
    END_OF_TRACK,
    META,
    NOTE_OFF,
    NOTE_ON,
    PROGRAM_CHANGE,
    SYSEX,
    SYSEX_CONTINUED,
    Chunk,
    Header,
    MidiError,
    Pairing,
    PlayedNote,
    TrackEvent,
)

MAX_VARIABLE_LENGTH = 0x0FFFFFFF  # four bytes of seven bits
_DAMAGED = "the file is damaged or cut off; get or export it again"


def read_variable_length(data: bytes, position: int) -> tuple[int, int]:
    """Read a number of one to four bytes: seven bits each, the top bit says "more follows".

    Args:
        data: the bytes to read from.
        position: place of the number's first byte.

    Returns:
        (value, place of the first byte after the number); value 0..0x0FFFFFFF.

    Raises:
        MidiError: if the data end inside the number, or it has more than four bytes.
    """
    value = 0
    for place in range(position, position + 4):
        byte = _read_byte(data, place)
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise MidiError(position, "a variable-length number of more than four bytes", _DAMAGED)


def write_variable_length(value: int) -> bytes:
    """Write a number in groups of seven bits, the top bit set in all but the last byte.

    Args:
        value: 0..0x0FFFFFFF.

    Returns:
        One to four bytes.

    Raises:
        ValueError: if the value does not fit into four groups.
    """
    if value < 0:
        raise ValueError(f"a delta time cannot be negative: {value}; sort the events by tick first")
    if value > MAX_VARIABLE_LENGTH:
        raise ValueError(f"{value} is outside 0..{MAX_VARIABLE_LENGTH}; split the waiting time")
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def read_chunk(data: bytes, position: int) -> Chunk:
    """Read the eight bytes in front of a chunk.

    Args:
        data: the whole file.
        position: place of the chunk's first letter.

    Returns:
        The chunk; its end is what the file says, even beyond the end of the data.

    Raises:
        MidiError: if fewer than eight bytes are left.
    """
    head = _read_bytes(data, position, 8)
    start = position + 8
    return Chunk(head[:4], start, start + int.from_bytes(head[4:], "big"))


def read_chunks(data: bytes) -> list[Chunk]:
    """Split a file into its chunks.

    Args:
        data: the whole file.

    Returns:
        Chunks (id, start, end) in order; a chunk's body is `data[start:end]`.

    Raises:
        MidiError: if a chunk reaches beyond the end of the data.
    """
    chunks, position = [], 0
    while position < len(data):
        chunk = read_chunk(data, position)
        if chunk.end > len(data):
            raise MidiError(position, f"chunk ends at byte {chunk.end}, after the file", _DAMAGED)
        chunks.append(chunk)
        position = chunk.end
    return chunks


def write_chunk(chunk_id: bytes, body: bytes) -> bytes:
    """Put the four letters and the length in front of a chunk's bytes.

    Args:
        chunk_id: `b"MThd"` or `b"MTrk"`.
        body: the bytes of the chunk.

    Returns:
        The whole chunk.
    """
    return chunk_id + len(body).to_bytes(4, "big") + body


def read_header(data: bytes, position: int = 0) -> Header:
    """Read what the `MThd` chunk says.

    Args:
        data: the whole file.
        position: place of the chunk's first letter.

    Returns:
        Format, number of tracks and division, unchecked.

    Raises:
        MidiError: if there is no such chunk or it is too short.
    """
    if data[position : position + 4] != b"MThd":
        raise MidiError(position, "no MThd chunk", "this is no MIDI file; check what it is")
    chunk = read_chunk(data, position)
    if chunk.end - chunk.start < 6:
        raise MidiError(position + 4, "the header has fewer than 6 bytes", _DAMAGED)
    body = _read_bytes(data, chunk.start, 6)
    return Header(*(int.from_bytes(body[i : i + 2], "big") for i in (0, 2, 4)))


def read_track_events(data: bytes) -> list[TrackEvent]:
    """Read all events of a track, up to its end-of-track event.

    Args:
        data: the body of one `MTrk` chunk.

    Returns:
        The events in order, with times in ticks since the beginning of the track.

    Raises:
        MidiError: at the first byte that breaks the rules; offsets count from the body's start.
    """
    return list(iterate_track_events(data))


def iterate_track_events(data: bytes) -> Iterator[TrackEvent]:
    """Give the events of a track one by one, so that those before a damage can be kept.

    A missing status byte means "as in the channel message before" (running status), here even
    across meta and system exclusive events, after which the standard asks for a new one.

    Args:
        data: the body of one `MTrk` chunk.

    Yields:
        One event after the other; the last is the end of track, if there is one.

    Raises:
        MidiError: at the first byte that breaks the rules.
    """
    position, tick, running_status = 0, 0, 0
    while position < len(data):
        delta, offset = read_variable_length(data, position)
        tick += delta
        status, position = _read_byte(data, offset), offset + 1
        if status < 0x80:  # no status byte, but already the first data byte
            status, position = running_status, offset
        meta_type, payload, position = _read_event_body(data, offset, status, position)
        yield TrackEvent(tick, status, payload, meta_type, offset)
        if meta_type == END_OF_TRACK:
            return
        if status < SYSEX:
            running_status = status


def _read_event_body(
    data: bytes, offset: int, status: int, position: int
) -> tuple[int, bytes, int]:
    """Read what follows a status byte: (meta type or -1, bytes, place after the event)."""
    if NOTE_OFF <= status < SYSEX:
        length = 1 if status & 0xF0 in (PROGRAM_CHANGE, CHANNEL_PRESSURE) else 2
        payload = _read_bytes(data, position, length)
        if max(payload) >= 0x80:
            raise MidiError(position, "a data byte above 127", _DAMAGED)
        return -1, payload, position + length
    if status not in (SYSEX, SYSEX_CONTINUED, META):
        reason = f"undefined status byte {status:#04x}" if status else "an event without a status"
        raise MidiError(offset, reason, _DAMAGED)
    meta_type = -1
    if status == META:
        meta_type, position = _read_byte(data, position), position + 1
    length, position = read_variable_length(data, position)
    return meta_type, _read_bytes(data, position, length), position + length


def pair_notes(events: Iterable[TrackEvent]) -> Pairing:
    """Join the note-ons of one track with the note-offs that end them.

    A note-on with velocity 0 is a note-off. A note-off ends every open note of its channel and
    pitch that was struck in an earlier tick (as in pretty_midi). Notes still open at the last
    event end there.

    Args:
        events: the events of one track, in order.

    Returns:
        The notes in the order in which they end, and the events without a partner.
    """
    paired = Pairing([], [], [], [])
    still_open: dict[tuple[int, int], list] = {}  # (channel, pitch): note-ons with programs
    programs = [0] * 16
    last_tick = 0
    for event in events:
        last_tick = event.tick
        kind = event.kind
        if kind == PROGRAM_CHANGE:
            programs[event.channel] = event.data[0]
        elif kind in (NOTE_ON, NOTE_OFF):
            key = (event.channel, event.data[0])
            if kind == NOTE_ON and event.data[1] > 0:
                still_open.setdefault(key, []).append((event, programs[event.channel]))
            else:
                still_open[key] = _end_notes(paired, event, still_open.get(key, []))
    for note_on, program in (item for struck in still_open.values() for item in struck):
        paired.dangling.append(note_on)
        _add_note(paired, note_on, program, last_tick)
    return paired


def _end_notes(paired: Pairing, note_off: TrackEvent, struck: list) -> list:
    """End the notes struck before this tick; give those that stay open."""
    if not struck:
        paired.stray.append(note_off)
        return []
    earlier = [item for item in struck if item[0].tick < note_off.tick]
    for note_on, program in earlier or struck:
        _add_note(paired, note_on, program, note_off.tick)
    return struck[len(earlier) :] if earlier else []


def _add_note(paired: Pairing, note_on: TrackEvent, program: int, end: int) -> None:
    if end == note_on.tick:
        paired.zero_length.append(note_on)
        return
    paired.notes.append(PlayedNote(note_on.tick, end, *note_on.data, note_on.channel, program))


def ticks_to_seconds(
    ticks: int, tempo_changes: Iterable[tuple[int, int]], ticks_per_quarter: int
) -> float:
    """Give the time of a tick in seconds: how long all the ticks before it last.

    Args:
        ticks: the moment, in ticks from the beginning.
        tempo_changes: pairs (tick, microseconds per quarter note); 500,000 before the first.
        ticks_per_quarter: the file's division, > 0.
    """
    microseconds, since, tempo = 0.0, 0, DEFAULT_TEMPO
    for start, new_tempo in sorted(tempo_changes):
        if start >= ticks:
            break
        microseconds += (start - since) * tempo / ticks_per_quarter
        since, tempo = start, new_tempo
    return (microseconds + (ticks - since) * tempo / ticks_per_quarter) / 1e6


def _read_bytes(data: bytes, position: int, length: int) -> bytes:
    taken = data[position : position + length]
    if len(taken) < length:
        raise MidiError(position, "the data end inside an event or header", _DAMAGED)
    return taken


def _read_byte(data: bytes, position: int) -> int:
    return _read_bytes(data, position, 1)[0]
