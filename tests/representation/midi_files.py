"""Small MIDI files made by hand, byte by byte, and pieces with every feature."""

from course.note_sequence import (
    ControlChange,
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.representation.midi_bytes import write_chunk, write_variable_length

END = bytes.fromhex("00 ff 2f 00")

# The example in Standard MIDI Files 1.0, appendix, "format 0": three channels, running status,
# 96 ticks a quarter note.
STANDARD_EXAMPLE = bytes.fromhex(
    "4d54 6864 0000 0006 0000 0001 0060 4d54 726b 0000 003b"
    "00 ff 58 04 04 02 18 08  00 ff 51 03 07 a1 20  00 c0 05  00 c1 2e  00 c2 46"
    "00 92 30 60  00 3c 60  60 91 43 40  60 90 4c 20  81 40 82 30 40  00 3c 40"
    "00 81 43 40  00 80 4c 40  00 ff 2f 00"
)


def header(file_format=1, num_tracks=1, division=480):
    """Give an `MThd` chunk."""
    fields = (file_format, num_tracks, division)
    return write_chunk(b"MThd", b"".join(number.to_bytes(2, "big") for number in fields))


def track(*events, end=END):
    """Give an `MTrk` chunk of (delta, hexadecimal bytes)."""
    body = b"".join(write_variable_length(delta) + bytes.fromhex(text) for delta, text in events)
    return write_chunk(b"MTrk", body + end)


def midi_file(*tracks, division=480, file_format=1):
    """Give a file of tracks."""
    return header(file_format, len(tracks), division) + b"".join(tracks)


def full_piece():
    """Give a piece with everything that a `NoteSequence` can hold."""
    return NoteSequence(
        notes=(
            Note(60, 0.0, 1.0, 64, 0),
            Note(60, 1.0, 1.5, 100, 0),
            Note(67, 0.5, 2 + 1 / 3, 1, 1),
            Note(36, 0.0, 0.25, 127, 2),
            Note(72, 3.75, 4.0, 90, 1),
        ),
        instruments=(
            Instrument(0, "Klavier"),
            Instrument(73, "Flöte 笛"),
            Instrument(0, "Drums", is_drum=True),
            Instrument(40, "silent"),
        ),
        tempos=(Tempo(0.0, 97.0), Tempo(2.0, 132.5)),
        time_signatures=(TimeSignature(0.0, 3, 4), TimeSignature(3.0, 7, 8)),
        key_signatures=(KeySignature(0.0, -5), KeySignature(3.0, 7, "minor")),
        control_changes=(
            ControlChange(0.0, 64, 127),
            ControlChange(1.25, 64, 0),
            ControlChange(0.5, 7, 99, 3),
        ),
        total_quarters=6.5,
        title="Everything",
    )
