"""Reading and encoding music, beside other libraries: sections of `make bench`.

A peer that is not installed is left out.
"""

import io
from collections.abc import Callable

import mido
import pretty_midi

from course.data import load_chorales, midi_files
from course.note_sequence import NoteSequence, quantise
from course.representation.events import decode_events, encode_events
from course.representation.midi import midi_bytes, read_midi
from course.representation.midi_bytes import read_chunks, read_track_events
from course.representation.piano_roll import decode_piano_roll, encode_piano_roll
from course.representation.remi import decode_remi, encode_remi
from course.representation.voice_grid import decode_voice_grid, encode_voice_grid
from tools.bench_timing import Row, median_seconds, milliseconds


def parsing() -> list[Row]:
    """Measure reading all shipped MIDI files, beside other readers."""
    contents = [path.read_bytes() for path in midi_files()]
    notes = sum(len(read_midi(data).notes) for data in contents)

    def tracks(data: bytes) -> list:
        chunks = [chunk for chunk in read_chunks(data) if chunk[0] == b"MTrk"]
        return [read_track_events(data[start:end]) for _, start, end in chunks]

    readers = {
        "course: read_midi (notes, repairs, tempo map)": read_midi,
        "course: read_track_events (events only)": tracks,
        "pretty_midi (notes)": lambda data: pretty_midi.PrettyMIDI(io.BytesIO(data)),
        "mido (events only)": lambda data: mido.MidiFile(file=io.BytesIO(data)),
        **_peer_readers(),
    }
    rows = []
    for name, reader in readers.items():
        seconds = median_seconds(lambda reader=reader: [reader(data) for data in contents], 5)
        rows.append((name, milliseconds(seconds), f"{notes / seconds:,.0f} notes a second"))
    return rows


def _peer_readers() -> dict[str, Callable]:
    """Give the readers of the other libraries that are installed."""
    readers: dict[str, Callable] = {}
    try:
        import symusic

        readers["symusic (notes; C++)"] = symusic.Score.from_midi
    except ImportError:
        pass
    try:
        import muspy

        readers["muspy (notes)"] = lambda data: muspy.from_mido(
            mido.MidiFile(file=io.BytesIO(data))
        )
    except ImportError:
        pass
    return readers


def encoding() -> list[Row]:
    """Measure encoding and decoding 50 chorales, beside other libraries."""
    pieces = [quantise(chorale.to_note_sequence()) for chorale in load_chorales()[:50]]
    pairs = {
        "course: events": (encode_events, decode_events),
        "course: REMI": (encode_remi, decode_remi),
        "course: piano roll": (encode_piano_roll, decode_piano_roll),
        "course: voice grid": (encode_voice_grid, decode_voice_grid),
        **_peer_encoders(),
    }
    rows = []
    for name, (encode, decode) in pairs.items():
        given = pieces if name.startswith("course") else _converted(name, pieces)
        encoded = [encode(piece) for piece in given]
        there = median_seconds(lambda e=encode, g=given: [e(piece) for piece in g], 3)
        back = median_seconds(lambda d=decode, x=encoded: [d(item) for item in x], 3)
        rows.append((name, milliseconds(there / 50), milliseconds(back / 50)))
    return rows


def _peer_encoders() -> dict[str, tuple[Callable, Callable]]:
    """Give the encoders of the other libraries that are installed."""
    pairs: dict[str, tuple[Callable, Callable]] = {}
    try:
        from tests.representation.test_against_miditok import their_tokenizer

        for name, form in (("MIDILike", "events"), ("REMI", "remi")):
            tokenizer = their_tokenizer(form)  # the grid, velocities and metres of ours
            pairs[f"miditok: {name} (C++ score)"] = (tokenizer.encode, tokenizer.decode)
    except ImportError:
        pass
    try:
        import muspy

        pairs["muspy: events"] = (muspy.to_event_representation, muspy.from_event_representation)
        pairs["muspy: piano roll"] = (
            muspy.to_pianoroll_representation,
            muspy.from_pianoroll_representation,
        )
    except ImportError:
        pass
    return pairs


def _converted(name: str, pieces: list[NoteSequence]) -> list:
    """Give pieces in the form that a peer's encoder takes."""
    contents = [midi_bytes(piece) for piece in pieces]
    if name.startswith("miditok"):
        import symusic

        return [symusic.Score.from_midi(data) for data in contents]
    import muspy

    return [
        muspy.from_mido(mido.MidiFile(file=io.BytesIO(data))).adjust_resolution(4)
        for data in contents
    ]
