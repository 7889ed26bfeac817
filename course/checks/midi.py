"""Checks of lesson 01: from bytes to notes and back.

Every case is (arguments, expected[, message]); the visible cases carry a message for the mistake
that they are made to find, the hidden ones share one. All expected values were worked out by hand
from the Standard MIDI Files 1.0 specification.
"""

import io
from collections.abc import Callable, Sequence

import mido

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import number, octets, sequence, whole

BYTES = "course.representation.midi_bytes."
PLAIN = "course.representation.plain_midi."

VARIABLE_LENGTH_CASES = [
    ((b"\x40", 0), (64, 1), "a byte below 0x80 is already the whole number"),
    ((b"\x00", 0), (0, 1), "the byte 00 is the number 0, and one byte long"),
    (
        (b"\x83\x60\x40", 0),
        (480, 2),
        "two bytes: without its flag, the first one counts 128 times as much as the second one",
    ),
    (
        (b"\x83\x60\x40", 2),
        (64, 3),
        "start reading at position, and give the position of the first byte after the number",
    ),
    ((b"\xff\x7f", 0), (16383, 2), "the highest bit of each byte is a flag, not a part of it"),
    ((b"\x81\x80\x00", 0), (16384, 3), "a number may have three bytes, and 80 in the middle"),
    ((b"\xff\xff\xff\x7f", 0), (268_435_455, 4), "a number may have four bytes"),
]


def read_variable_length(answer: Callable, cases: Sequence = VARIABLE_LENGTH_CASES) -> None:
    """Check exercise 1: the value of a variable-length quantity, and the position after it.

    Args:
        answer: the learner's function.
        cases: ((data, position), (value, next position)[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("read_variable_length", answer, [BYTES + "read_variable_length"])
    for arguments, expected, *message in cases:
        value, position = sequence(run(*arguments), "the result", 2)
        result = whole(value, "the value"), whole(position, "the next position")
        wrong = (message or [OTHER_VALUES])[0]
        run.require(result == expected, f"{arguments[0].hex(' ').upper()}: {wrong}")
    passed(run, "Pauses of every length are read, and the reader knows where the next byte is.")


TRACK_EVENT_CASES = [
    ((b"",), [], "an empty track has no events: an empty list"),
    (
        (bytes.fromhex("00 90 3C 50 83 60 80 3C 40 10 90 3C 50"),),
        [(0, 0x90, b"\x3c\x50"), (480, 0x80, b"\x3c\x40"), (496, 0x90, b"\x3c\x50")],
        "ticks count from the beginning of the track: every delta adds to the time so far",
    ),
    (
        (bytes.fromhex("00 95 3C 50 10 40 50 60 3C 00"),),
        [(0, 0x95, b"\x3c\x50"), (16, 0x95, b"\x40\x50"), (112, 0x95, b"\x3c\x00")],
        "running status: where a byte below 0x80 stands instead of a status, the last one holds",
    ),
    (
        (bytes.fromhex("00 C4 05 60 90 3C 50 10 D8 41 00 E2 00 40"),),
        [
            (0, 0xC4, b"\x05"),
            (96, 0x90, b"\x3c\x50"),
            (112, 0xD8, b"\x41"),
            (112, 0xE2, b"\x00\x40"),
        ],
        "messages Cn and Dn carry one data byte, the other channel messages two",
    ),
    (
        (bytes.fromhex("00 FF 51 03 07 A1 20 05 FF 2F 00"),),
        [(0, 0xFF, b"\x51\x07\xa1\x20"), (5, 0xFF, b"\x2f")],
        "a meta event is FF, its kind, a length, the content; the payload is kind and content",
    ),
    (
        (bytes.fromhex("00 F0 03 41 10 F7 20 F7 01 12 00 91 30 7F"),),
        [(0, 0xF0, b"\x41\x10\xf7"), (32, 0xF7, b"\x12"), (32, 0x91, b"\x30\x7f")],
        "after F0 and F7 come a length and so many bytes; there is no kind",
    ),
    (
        (bytes.fromhex("00 F0 81 01") + b"s" * 129 + bytes.fromhex("00 93 40 7F"),),
        [(0, 0xF0, b"s" * 129), (0, 0x93, b"\x40\x7f")],
        "the length behind F0 is a variable-length quantity, too",
    ),
    (
        (bytes.fromhex("00 FF 03 81 02") + b"n" * 130 + bytes.fromhex("81 00 B3 40 7F"),),
        [(0, 0xFF, b"\x03" + b"n" * 130), (128, 0xB3, b"\x40\x7f")],
        "the length of a meta event is a variable-length quantity, too",
    ),
]


def read_track_events(answer: Callable, cases: Sequence = TRACK_EVENT_CASES) -> None:
    """Check exercise 2: the events of a track chunk's content.

    Args:
        answer: the learner's function.
        cases: ((data,), [(tick, status, payload), ...][, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination(
        "read_track_events",
        answer,
        [BYTES + "iterate_track_events", BYTES + "read_track_events", PLAIN + "read_track_events"],
    )
    for arguments, expected, *message in cases:
        events = [
            (whole(tick, "a tick"), whole(status, "a status"), octets(payload, "a payload"))
            for tick, status, payload in (
                sequence(event, "an event", 3) for event in sequence(run(*arguments), "the result")
            )
        ]
        shown = arguments[0][:14].hex(" ").upper()
        wrong = (message or [OTHER_VALUES])[0]
        run.require(events == expected, f"{shown}: {wrong} ({_first_difference(events, expected)})")
    passed(run, "The stream is taken apart: running status, meta and system events included.")


def _first_difference(events: list[tuple], expected: list[tuple]) -> str:
    """Show the learner's first event that differs, not the right one."""
    for place, (mine, right) in enumerate(zip(events, expected, strict=False)):
        if mine != right:
            tick, status, payload = mine
            shown = payload[:8].hex(" ").upper() or "nothing"
            return f"your event {place} is tick {tick}, {status:02X}, {shown}"
    return f"you found {len(events)} events"


PAIR_NOTES_CASES = [
    (([], 10), [], "no events, no notes: an empty list"),
    (
        ([(0, 0x90, b"\x3c\x50"), (96, 0x80, b"\x3c\x40")], 200),
        [(0, 96, 60, 80, 0)],
        "a note lasts from its note-on to its note-off and keeps the velocity of the note-on",
    ),
    (
        ([(5, 0x92, b"\x3c\x50"), (96, 0x92, b"\x3c\x00")], 200),
        [(5, 96, 60, 80, 2)],
        "a note-on with velocity 0 is a note-off",
    ),
    (
        (
            [
                (0, 0x90, b"\x3c\x50"),
                (10, 0x91, b"\x3c\x40"),
                (20, 0x80, b"\x3c\x00"),
                (30, 0x81, b"\x3c\x00"),
            ],
            99,
        ),
        [(0, 20, 60, 80, 0), (10, 30, 60, 64, 1)],
        "a note-off ends notes of its own channel only",
    ),
    (
        ([(0, 0x90, b"\x3c\x50"), (50, 0x90, b"\x3c\x60"), (80, 0x80, b"\x3c\x00")], 99),
        [(0, 80, 60, 80, 0), (50, 80, 60, 96, 0)],
        "one pitch struck twice before it is let go: the note-off ends both notes",
    ),
    (
        ([(0, 0x90, b"\x3c\x50"), (40, 0x90, b"\x40\x50"), (60, 0x80, b"\x40\x00")], 120),
        [(0, 120, 60, 80, 0), (40, 60, 64, 80, 0)],
        "a note that nobody ends lasts to end_tick",
    ),
    (
        ([(7, 0x90, b"\x3c\x50"), (7, 0x80, b"\x3c\x00"), (9, 0x90, b"\x3e\x50")], 9),
        [],
        "a note that lasts no tick is left out",
    ),
    (
        (
            [
                (0, 0x80, b"\x3c\x00"),
                (0, 0xC0, b"\x05"),
                (0, 0xFF, b"\x51\x07\xa1\x20"),
                (0, 0xB0, b"\x3c\x50"),
                (4, 0x90, b"\x3c\x01"),
                (5, 0xB0, b"\x3c\x00"),
                (6, 0xA0, b"\x3c\x00"),
                (7, 0xE0, b"\x3c\x00"),
                (8, 0x80, b"\x3c\x7f"),
            ],
            9,
        ),
        [(4, 8, 60, 1, 0)],
        "ends without a start and events that are no notes are passed over",
    ),
]


def pair_notes(answer: Callable, cases: Sequence = PAIR_NOTES_CASES) -> None:
    """Check exercise 3: notes from note-ons and note-offs.

    Args:
        answer: the learner's function.
        cases: ((events, end tick), [(start, end, pitch, velocity, channel), ...][, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    names = ("a start", "an end", "a pitch", "a velocity", "a channel")
    run = Examination("pair_notes", answer, [BYTES + "pair_notes", PLAIN + "pair_notes"])
    for arguments, expected, *message in cases:
        notes = sorted(
            tuple(map(whole, sequence(note, "a note", 5), names))
            for note in sequence(run(*arguments), "the result")
        )
        run.require(notes == sorted(expected), (message or [OTHER_VALUES])[0])
    passed(run, "Every key press has become a note, and no note hangs.")


TICKS_TO_SECONDS_CASES = [
    ((0, [(0, 500_000)], 480), 0.0, "tick 0 is at second 0"),
    ((480, [(0, 250_000)], 480), 0.25, "one tempo: quarter notes times the length of one"),
    ((1, [], 480), 0.5 / 480, "a single tick counts, too: do not round"),
    ((480, [], 960), 0.25, "without a tempo event a quarter note lasts half a second"),
    ((960, [(0, 500_000), (480, 1_000_000)], 480), 1.5, "each stretch counts at its own tempo"),
    ((240, [(0, 500_000), (480, 1_000_000)], 480), 0.25, "a later tempo does not matter yet"),
    ((480, [(0, 500_000), (480, 1_000_000)], 480), 0.5, "a tempo holds from its own tick on"),
    (
        (960, [(480, 1_000_000)], 480),
        1.5,
        "before the first tempo event a quarter note lasts half a second",
    ),
    (
        (400, [(0, 600_000), (100, 300_000), (300, 1_200_000)], 100),
        2.4,
        "three tempi: add up every stretch",
    ),
]


def ticks_to_seconds(answer: Callable, cases: Sequence = TICKS_TO_SECONDS_CASES) -> None:
    """Check exercise 4: the time of a tick through all tempo changes.

    Args:
        answer: the learner's function.
        cases: ((tick, tempo changes, ticks per quarter), seconds[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("ticks_to_seconds", answer, [BYTES + "ticks_to_seconds"])
    for arguments, expected, *message in cases:
        seconds = number(run(*arguments), "the result")
        wrong = (message or [OTHER_VALUES])[0]
        run.require(abs(seconds - expected) < 1e-6, f"tick {arguments[0]}: {wrong}")
    passed(run, "Ticks become seconds, however often the tempo changes.")


WRITE_CASES = [
    ([(0, 96, 60, 80, 0)], 96),
    ([(0, 480, 60, 80, 0), (480, 960, 60, 70, 0), (960, 1440, 62, 60, 0)], 480),
    ([(300, 900, 64, 90, 3), (0, 300, 36, 127, 9)], 120),
    ([(0, 96, 60, 80, 0), (0, 192, 64, 70, 0), (48, 96, 67, 60, 1)], 96),
    ([(50, 96, 60, 80, 0)], 96),
    ([(24 * place, 24 * place + 24, 48 + place, 80, 0) for place in range(40)], 96),
    ([], 96),
]


def write_midi_file(answer: Callable, cases: Sequence = WRITE_CASES) -> None:
    """Check exercise 5: another program, mido, opens the file and finds the same notes.

    Args:
        answer: the learner's function.
        cases: (notes, ticks per quarter).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("write_midi_file", answer, [PLAIN + "write_midi_file"])
    for notes, ticks_per_quarter in cases:
        data = octets(run(notes, ticks_per_quarter), "the file")
        _check_frame(run, data, ticks_per_quarter)
        try:
            opened = mido.MidiFile(file=io.BytesIO(data))
        except Exception as error:
            raise CheckFailed(f"another program cannot open the file: {error}.") from None
        run.require(len(opened.tracks) == 1, "the file should have one track")
        found = _notes(opened.tracks[0])
        run.require(len(found) >= len(notes), _missing(notes))
        run.require(
            found == sorted(notes),
            "another program opens the file, but finds other starts, ends, pitches, velocities or "
            "channels",
        )
    passed(run, "Another program opens your file and finds every note.")


def _check_frame(run: Examination, data: bytes, ticks_per_quarter: int) -> None:
    """Check the header, the track's length and its last event."""
    run.require(data[:8] == b"MThd\x00\x00\x00\x06", "a file begins with MThd and the length 6")
    run.require(data[8:10] == b"\x00\x00", "bytes 8 and 9 are the format: 0")
    run.require(data[10:12] == b"\x00\x01", "bytes 10 and 11 are the number of tracks: 1")
    run.require(
        int.from_bytes(data[12:14], "big") == ticks_per_quarter,
        "bytes 12 and 13 are the ticks in a quarter note, the larger part first",
    )
    run.require(data[14:18] == b"MTrk", "behind the header the track begins with MTrk")
    run.require(
        int.from_bytes(data[18:22], "big") == len(data) - 22,
        "the track's length is the number of bytes behind it",
    )
    run.require(data.endswith(b"\xff\x2f\x00"), "the track ends with the event 00 FF 2F 00")


def _notes(track: mido.MidiTrack) -> list[tuple[int, int, int, int, int]]:
    """Pair what mido read: every end ends all notes of its pitch and channel."""
    tick, sounding, notes = 0, [], []
    for message in track:
        tick += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.note, message.channel)
        if message.type == "note_on" and message.velocity > 0:
            sounding.append((tick, message.velocity, key))
            continue
        notes += [(s, tick, k[0], v, k[1]) for s, v, k in sounding if k == key and s < tick]
        sounding = [entry for entry in sounding if entry[2] != key]
    return sorted(notes)


def _missing(notes: Sequence[tuple]) -> str:
    """Say why notes may be missing: the order at one tick, if the case has such a place."""
    starts = {(start, pitch, channel) for start, _, pitch, _, channel in notes}
    if any((end, pitch, channel) in starts for _, end, pitch, _, channel in notes):
        return "a note is repeated and its second half is lost: write the end before the new start"
    return "another program finds fewer notes than you were given"
