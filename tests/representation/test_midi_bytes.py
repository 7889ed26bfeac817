import io
from itertools import pairwise

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.note_sequence import NoteSequence, Tempo
from course.representation.midi import midi_bytes
from course.representation.midi_bytes import (
    pair_notes,
    read_chunks,
    read_header,
    read_track_events,
    read_variable_length,
    ticks_to_seconds,
    write_chunk,
    write_variable_length,
)
from course.representation.midi_types import SYSEX, Header, MidiError, PlayedNote
from tests.representation.midi_files import STANDARD_EXAMPLE, full_piece, track

# The table of the standard, "variable-length quantities".
TABLE = {
    0x00: "00",
    0x40: "40",
    0x7F: "7f",
    0x80: "81 00",
    0x2000: "c0 00",
    0x3FFF: "ff 7f",
    0x4000: "81 80 00",
    0x100000: "c0 80 00",
    0x1FFFFF: "ff ff 7f",
    0x200000: "81 80 80 00",
    0x8000000: "c0 80 80 00",
    0xFFFFFFF: "ff ff ff 7f",
}


@pytest.mark.parametrize(("value", "octets"), TABLE.items())
def test_variable_length_numbers_of_the_standard(value, octets):
    octets = bytes.fromhex(octets)
    assert write_variable_length(value) == octets
    assert read_variable_length(b"\x99" + octets + b"\x99", 1) == (value, 1 + len(octets))


@given(st.integers(0, 0xFFFFFFF), st.binary(max_size=3))
def test_variable_length_round_trip(value, before):
    written = write_variable_length(value)
    assert read_variable_length(before + written, len(before)) == (value, len(before + written))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1, r"cannot be negative: -1; sort the events"),
        (0x10000000, r"outside 0\.\.268435455; split"),
    ],
)
def test_variable_length_refuses_what_four_bytes_cannot_hold(value, message):
    with pytest.raises(ValueError, match=message):
        write_variable_length(value)


def test_variable_length_number_too_long_or_cut_off():
    with pytest.raises(MidiError, match="byte 2: a variable-length number of more than four bytes"):
        read_variable_length(bytes.fromhex("00 00 80 80 80 80 00"), 2)
    with pytest.raises(MidiError, match="byte 1: the data end"):
        read_variable_length(b"\x81", 0)


def test_chunks_and_header_of_the_standards_example():
    chunks = read_chunks(STANDARD_EXAMPLE)
    assert chunks == [(b"MThd", 8, 14), (b"MTrk", 22, 22 + 59)]
    assert read_header(STANDARD_EXAMPLE) == Header(format=0, num_tracks=1, division=96)
    assert write_chunk(b"MTrk", STANDARD_EXAMPLE[22:]) == STANDARD_EXAMPLE[14:]


def test_chunk_beyond_the_end_names_its_place():
    with pytest.raises(MidiError, match="byte 14: chunk ends at byte 81, after the file"):
        read_chunks(STANDARD_EXAMPLE[:-1])
    with pytest.raises(MidiError, match="byte 14: the data end"):
        read_chunks(STANDARD_EXAMPLE[:20])


def test_header_that_is_none():
    with pytest.raises(MidiError, match="byte 0: no MThd chunk; this is no MIDI file"):
        read_header(b"RIFFxxxx")
    with pytest.raises(MidiError, match="fewer than 6 bytes"):
        read_header(write_chunk(b"MThd", b"\0\0\0\1"))


def test_events_of_the_standards_example():
    events = read_track_events(STANDARD_EXAMPLE[22:])
    assert [(event.tick, event.status, event.data.hex()) for event in events] == [
        (0, 0xFF, "04021808"),
        (0, 0xFF, "07a120"),
        (0, 0xC0, "05"),
        (0, 0xC1, "2e"),
        (0, 0xC2, "46"),
        (0, 0x92, "3060"),
        (0, 0x92, "3c60"),  # running status
        (96, 0x91, "4340"),
        (192, 0x90, "4c20"),
        (384, 0x82, "3040"),
        (384, 0x82, "3c40"),
        (384, 0x81, "4340"),
        (384, 0x80, "4c40"),
        (384, 0xFF, ""),
    ]
    assert [event.meta_type for event in events[:3]] == [0x58, 0x51, -1]
    assert events[7].kind == 0x90
    assert events[7].channel == 1
    assert STANDARD_EXAMPLE[22 + events[7].offset] == 0x91


def test_notes_of_the_standards_example():
    paired = pair_notes(read_track_events(STANDARD_EXAMPLE[22:]))
    assert sorted(paired.notes) == [
        PlayedNote(0, 384, 48, 96, channel=2, program=70),
        PlayedNote(0, 384, 60, 96, channel=2, program=70),
        PlayedNote(96, 384, 67, 64, channel=1, program=46),
        PlayedNote(192, 384, 76, 32, channel=0, program=5),
    ]
    assert paired[1:] == ([], [], [])


def events_of(*events):
    return read_track_events(track(*events)[8:])


def test_overlapping_notes_end_together():
    paired = pair_notes(events_of((0, "90 3c 50"), (10, "3c 60"), (10, "3c 00"), (5, "3c 00")))
    assert paired.notes == [PlayedNote(0, 20, 60, 80, 0, 0), PlayedNote(10, 20, 60, 96, 0, 0)]
    assert [event.tick for event in paired.stray] == [25]


def test_a_note_struck_in_the_tick_that_ends_the_last_stays_open():
    paired = pair_notes(events_of((0, "90 3c 50"), (10, "3c 60"), (0, "3c 00"), (5, "3c 00")))
    assert paired.notes == [PlayedNote(0, 10, 60, 80, 0, 0), PlayedNote(10, 15, 60, 96, 0, 0)]


def test_dangling_and_zero_length_notes():
    paired = pair_notes(events_of((0, "90 3c 50"), (7, "40 50"), (0, "80 40 00"), (3, "b0 07 01")))
    assert paired.notes == [PlayedNote(0, 10, 60, 80, 0, 0)]
    assert [event.data[0] for event in paired.dangling] == [60]
    assert [event.data[0] for event in paired.zero_length] == [64]


def test_a_note_keeps_the_program_with_which_it_was_struck():
    paired = pair_notes(events_of((0, "c0 05"), (0, "90 3c 50"), (9, "c0 06"), (9, "80 3c 00")))
    assert [note.program for note in paired.notes] == [5]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("00 90 3c", "byte 2: the data end inside"),
        ("00 90 3c 80", "byte 2: a data byte above 127"),
        ("00 3c 40", "byte 1: an event without a status"),
        ("00 f4 00", "byte 1: undefined status byte 0xf4"),
        ("00 ff 01 05 61", "byte 4: the data end inside"),
        ("00 f0 05 01", "byte 3: the data end inside"),
        ("00", "byte 1: the data end inside"),
    ],
)
def test_damaged_events_name_their_place(body, reason):
    with pytest.raises(MidiError, match=reason):
        read_track_events(bytes.fromhex(body))


def test_ticks_to_seconds_through_a_tempo_change():
    changes = [(480, 250_000)]
    assert ticks_to_seconds(0, changes, 480) == 0.0
    assert ticks_to_seconds(480, changes, 480) == 0.5
    assert ticks_to_seconds(960, changes, 480) == 0.75
    assert ticks_to_seconds(96, [], 96) == 0.5


@given(
    st.dictionaries(st.integers(0, 5000), st.integers(100_000, 2_000_000), max_size=4),
    st.integers(0, 6000),
)
def test_ticks_to_seconds_agrees_with_the_tempo_map(changes, tick):
    tempos = tuple(Tempo(start / 480, 6e7 / tempo) for start, tempo in changes.items())
    expected = float(NoteSequence(tempos=tempos).seconds_at(tick / 480))
    assert ticks_to_seconds(tick, changes.items(), 480) == pytest.approx(expected, rel=1e-12)


def test_every_event_agrees_with_mido():
    data = midi_bytes(full_piece())
    tracks = [data[start:end] for name, start, end in read_chunks(data) if name == b"MTrk"]
    theirs = mido.MidiFile(file=io.BytesIO(data)).tracks
    assert len(tracks) == len(theirs)
    for body, messages in zip(tracks, theirs, strict=True):
        ours = read_track_events(body)
        deltas = [now.tick - before.tick for before, now in pairwise(ours)]
        assert [ours[0].tick, *deltas] == [message.time for message in messages]
        for event, message in zip(ours, messages, strict=True):
            head = [event.status] if event.status < SYSEX else [event.status, event.meta_type]
            length = [] if event.status < SYSEX else [len(event.data)]
            assert [*head, *length, *event.data] == message.bytes()
