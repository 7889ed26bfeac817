"""From a `NoteSequence` to the bytes of a MIDI file of format 1.

The first track holds tempo, metre and key, each further one an instrument. What a file cannot hold
is refused or warned about; the rules stand in `course.representation.midi`.
"""

import warnings
from collections.abc import Iterable

from course.note_sequence import NoteSequence
from course.representation.midi_bytes import write_chunk, write_variable_length
from course.representation.midi_reading import DRUM_CHANNEL
from course.representation.midi_repair import MAX_FILE_QUARTERS
from course.representation.midi_types import (
    CONTROL_CHANGE,
    END_OF_TRACK,
    KEY_SIGNATURE,
    META,
    NOTE_ON,
    PROGRAM_CHANGE,
    SET_TEMPO,
    SYSEX,
    TIME_SIGNATURE,
    TRACK_NAME,
)
from course.representation.overlaps import GridNote, cut_overlaps

TICKS_PER_QUARTER = 480  # divisible by 96, 60 and 160: sixteenths, triplets, quintuplets fit
_CHANNELS = [channel for channel in range(16) if channel != DRUM_CHANNEL]
_SETUP, _NOTE_OFF, _CONTROL, _NOTE_ON = range(4)  # order of events at one tick
Message = tuple[int, int, bytes]  # tick, order, bytes without the delta time


def file_bytes(sequence: NoteSequence) -> bytes:
    """Write a piece as the bytes of a MIDI file.

    Args:
        sequence: the piece; moments are rounded to 1/480 of a quarter note.

    Returns:
        The whole file.

    Raises:
        ValueError: if the piece is too long or a tempo too slow for a file.
    """
    changes = (*sequence.tempos, *sequence.time_signatures, *sequence.key_signatures)
    starts = [change.start for change in (*changes, *sequence.control_changes)]
    last = max(sequence.total_quarters, *starts, 0.0)
    if last > MAX_FILE_QUARTERS:
        limit = f"{last:g} quarter notes, a file at most {MAX_FILE_QUARTERS}"
        raise ValueError(f"the piece has {limit}; crop it first")
    end = _tick(sequence.total_quarters)
    tracks = [_track(_setup_messages(sequence), end)]
    cuts = 0
    for index, channel in enumerate(_assign_channels(sequence)):
        notes, cut = cut_overlaps(_grid_notes(sequence, index))
        cuts += cut
        messages = _instrument_messages(sequence, index, channel)
        tracks.append(_track(messages + _note_messages(notes, channel), end))
    if cuts:
        text = f"{cuts} notes were struck again before their end: ended there, as a file must"
        warnings.warn(text, stacklevel=3)
    header = b"".join(n.to_bytes(2, "big") for n in (1, len(tracks), TICKS_PER_QUARTER))
    return write_chunk(b"MThd", header) + b"".join(tracks)


def _tick(quarters: float) -> int:
    return round(quarters * TICKS_PER_QUARTER)


def _assign_channels(sequence: NoteSequence) -> list[int]:
    """Give drums channel 10 and the others the rest in turn; tracks may share a channel."""
    melodic = 0
    channels = []
    for instrument in sequence.instruments:
        channels.append(DRUM_CHANNEL if instrument.is_drum else _CHANNELS[melodic % 15])
        melodic += not instrument.is_drum
    return channels


def _grid_notes(sequence: NoteSequence, index: int) -> Iterable[GridNote]:
    """Give the notes of one instrument in ticks, at least one long."""
    for note in sequence.notes_of(index):
        start = _tick(note.start)
        yield GridNote(start, note.pitch, max(_tick(note.end), start + 1), note.velocity)


def _meta(meta_type: int, data: bytes) -> bytes:
    return bytes([META, meta_type]) + write_variable_length(len(data)) + data


def _setup_messages(sequence: NoteSequence) -> list[Message]:
    messages = [(0, _SETUP, _meta(TRACK_NAME, _text(sequence.title)))] if sequence.title else []
    for tempo in sequence.tempos:
        microseconds = round(6e7 / tempo.quarters_per_minute)
        if microseconds >= 1 << 24:
            raise ValueError(f"{tempo}: a MIDI file can say 3.58 or faster; choose a faster tempo")
        data = microseconds.to_bytes(3, "big")
        messages.append((_tick(tempo.start), _SETUP, _meta(SET_TEMPO, data)))
    for metre in sequence.time_signatures:  # 24 MIDI clocks a click, 8 thirty-seconds a quarter
        data = bytes([metre.numerator, metre.denominator.bit_length() - 1, 24, 8])
        messages.append((_tick(metre.start), _SETUP, _meta(TIME_SIGNATURE, data)))
    for key in sequence.key_signatures:
        data = bytes([key.fifths & 0xFF, key.mode == "minor"])
        messages.append((_tick(key.start), _SETUP, _meta(KEY_SIGNATURE, data)))
    return messages


def _text(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _instrument_messages(sequence: NoteSequence, index: int, channel: int) -> list[Message]:
    instrument = sequence.instruments[index]
    messages = [(0, _SETUP, bytes([PROGRAM_CHANGE | channel, instrument.program]))]
    if instrument.name:
        messages.insert(0, (0, _SETUP, _meta(TRACK_NAME, _text(instrument.name))))
    for change in sequence.control_changes:
        if change.instrument == index:
            data = bytes([CONTROL_CHANGE | channel, change.number, change.value])
            messages.append((_tick(change.start), _CONTROL, data))
    return messages


def _note_messages(notes: Iterable[GridNote], channel: int) -> list[Message]:
    """Write note-offs as note-ons with velocity 0, so that running status saves their status."""
    messages = []
    for note in notes:
        on, off = (bytes([NOTE_ON | channel, note.pitch, v]) for v in (note.velocity, 0))
        messages += [(note.start, _NOTE_ON, on), (note.end, _NOTE_OFF, off)]
    return messages


def _track(messages: list[Message], end: int) -> bytes:
    """Put delta times before the messages and leave repeated status bytes out."""
    body = bytearray()
    now, running_status = 0, 0
    for tick, _, message in sorted(messages, key=lambda message: message[:2]):
        body += write_variable_length(tick - now)
        body += message[1:] if message[0] == running_status else message
        now, running_status = tick, message[0] if message[0] < SYSEX else 0
    body += write_variable_length(max(end - now, 0)) + _meta(END_OF_TRACK, b"")
    return write_chunk(b"MTrk", bytes(body))
