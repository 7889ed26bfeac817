import random
import time
import tracemalloc
import warnings

import music21 as m21
import pytest

from course.note_sequence import Note, NoteSequence
from course.representation.midi import MidiError, MidiRepairWarning, midi_bytes, read_midi
from course.representation.midi_bytes import write_chunk
from course.representation.midi_repair import MAX_FILE_BYTES
from course.representation.music21_io import from_music21
from tests.representation.midi_files import (
    END,
    STANDARD_EXAMPLE,
    full_piece,
    header,
    midi_file,
    track,
)

ONE_NOTE = ((0, "90 3c 50"), (480, "3c 00"))
NOTE = Note(60, 0.0, 1.0, 80)


def mended(data):
    """Read a file that must be reported as mended; give the piece and the repairs."""
    with pytest.warns(MidiRepairWarning) as caught:
        sequence = read_midi(data)
    assert len(caught) == 1
    return sequence, caught[0].message.repairs


# Mended


def riff(data, before=b""):
    body = b"RMID" + before + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body


@pytest.mark.parametrize("before", [b"", b"LIST\x03\0\0\0abc\0"])
def test_riff_is_unwrapped(before):
    sequence, repairs = mended(riff(STANDARD_EXAMPLE, before) + b"DISP")
    assert sequence == read_midi(STANDARD_EXAMPLE)
    assert repairs == ("byte 0: the file is wrapped in RIFF: unwrapped",)


@pytest.mark.parametrize(
    ("data", "repair"),
    [
        (
            header(1, 3) + track(*ONE_NOTE),
            "byte 10: the header says 3 tracks, 1 found: read",
        ),
        (
            midi_file(track(), track(*ONE_NOTE), file_format=0),
            "byte 8: format 0 with several tracks: read as format 1",
        ),
        (
            midi_file(track(*ONE_NOTE)) + b"\0\0\0garbage",
            "byte 34: bytes that are no chunk: skipped",
        ),
        (
            header(1, 2) + track() + b"\xff\xff" + track(*ONE_NOTE),
            "byte 26: bytes that are no chunk: skipped",
        ),
        (
            midi_file(track(*ONE_NOTE) + b"MT"),
            "byte 34: bytes that are no chunk: skipped",
        ),
        (
            midi_file(track(*ONE_NOTE, end=b"")),
            "byte 30: no end-of-track event: the track ends with its last event",
        ),
        (
            midi_file(track(*ONE_NOTE, end=END + b"\0\0\0\0")),
            "byte 34: bytes after the end-of-track event: ignored",
        ),
        (
            midi_file(track((0, "90 3c 50"), (0, "ff 01 01 61"), (480, "3c 00"))),
            "byte 33: a status byte is missing after a meta event: the last one is used",
        ),
        (
            midi_file(track((0, "90 3c 50"), (480, "40 50"), (0, "80 40 00"), (0, "3c 00"))),
            "byte 28: a note of length 0: dropped",
        ),
        (
            midi_file(track((0, "80 40 00"), *ONE_NOTE)),
            "byte 23: a note-off that ends no note: ignored",
        ),
        (
            midi_file(track((0, "90 3c 50"), end=b"\x83\x60\xff\x2f\0")),
            "byte 23: a note without an end: ended with its track",
        ),
        (
            midi_file(track((0, "ff 51 02 07 a1"), *ONE_NOTE)),
            "byte 23: an impossible tempo: ignored",
        ),
        (
            midi_file(track((0, "ff 58 04 00 02 18 08"), *ONE_NOTE)),
            "byte 23: an impossible time signature: ignored",
        ),
        (
            midi_file(track((0, "ff 58 04 04 ff 18 08"), *ONE_NOTE)),
            "byte 23: an impossible time signature: ignored",
        ),
        (
            midi_file(track((0, "ff 59 02 08 00"), *ONE_NOTE)),
            "byte 23: an impossible key signature: ignored",
        ),
        (
            midi_file(track((0, "ff 59 02 00 02"), *ONE_NOTE)),
            "byte 23: an impossible key signature: ignored",
        ),
        (
            midi_file(track(*ONE_NOTE), track((0, "ff 51 03 07 a1 20"))),
            "byte 43: a tempo change outside the first track: used for all",
        ),
        (
            midi_file(track((0, "e0 00 50"), (0, "e0 01 50"), *ONE_NOTE)),
            "byte 23: pitch bend: left out (2 times)",
        ),
        (
            midi_file(track((0, "a0 3c 50"), (0, "d0 50"), *ONE_NOTE)),
            "byte 23: aftertouch: left out (2 times)",
        ),
        (
            midi_file(track((0, "b5 07 50"), *ONE_NOTE)),
            "byte 23: a controller of a channel without notes: left out",
        ),
        (
            midi_file(track((0, "b0 07 50"), (0, "07 51"), *ONE_NOTE)),
            "byte 27: a controller set twice at one moment: the last one kept",
        ),
    ],
)
def test_each_repair_keeps_the_note_and_is_reported(data, repair):
    sequence, repairs = mended(data)
    assert sequence.notes == (NOTE,)
    assert repairs == (repair,)


def with_length(length):
    """Give two tracks of which the first has another length than it says."""
    first, second = track(*ONE_NOTE), track((0, "90 3e 50"), (480, "3e 00"))
    return header(1, 2) + first[:4] + length.to_bytes(4, "big") + first[8:] + second


@pytest.mark.parametrize("length", [0, 4, 11, 17, 30, 0xFFFFFFFF])
def test_a_wrong_track_length_loses_nothing(length):
    sequence, repairs = mended(with_length(length))
    assert [note.pitch for note in sequence.notes] == [60, 62]
    wrong = "byte 18: a track's length is wrong: read up to its end-of-track event"
    assert repairs[0] == wrong


def test_a_wrong_header_length_loses_nothing():
    data = bytearray(midi_file(track(*ONE_NOTE)))
    data[7] = 9
    sequence, repairs = mended(bytes(data))
    assert sequence.notes == (NOTE,)
    assert repairs == ("byte 4: the header's length is wrong: taken as 6",)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("00 90 3c 80", "a data byte above 127"),
        ("00 f1 00", "undefined status byte 0xf1"),
        ("80 80 80 80 00", "a variable-length number of more than four bytes"),
        ("00 f0 7f 01 02", "the data end inside an event or header"),
        ("00 ff 01 ff ff ff 7f", "the data end inside an event or header"),
    ],
)
def test_the_events_before_a_damage_are_kept(damage, reason):
    damaged = track(*ONE_NOTE, end=bytes.fromhex(damage))
    sequence, repairs = mended(midi_file(damaged, track((0, "90 3e 50"), (480, "3e 00"))))
    assert [note.pitch for note in sequence.notes] == [60, 62]
    assert len(repairs) == 1
    assert f"{reason}: the rest of the track is left out" in repairs[0]


@pytest.mark.filterwarnings("error")
def test_what_is_no_damage_is_not_reported():
    alien = write_chunk(b"XFIH", b"anything")
    centred = midi_file(track((0, "e0 00 40"), (0, "f0 02 01 f7"), *ONE_NOTE))
    assert read_midi(centred + alien).notes == (NOTE,)
    longer = write_chunk(b"MThd", bytes.fromhex("0001 0001 01e0 abcd")) + track(*ONE_NOTE)
    assert read_midi(longer).notes == (NOTE,)


@pytest.mark.filterwarnings("error")
def test_128_tracks():
    tracks = [track((0, "90 3c 50"), (480 + i, "3c 00")) for i in range(128)]
    sequence = read_midi(midi_file(*tracks))
    assert len(sequence.instruments) == 128
    assert [note.end for note in sequence.notes_of(127)] == [(480 + 127) / 480]


def test_one_moment_one_tempo():
    first = track((0, "ff 51 03 07 a1 20"), (0, "ff 51 03 0f 42 40"), *ONE_NOTE)
    sequence, _ = mended(midi_file(first, track((0, "ff 51 03 01 00 00"))))
    assert [tempo.quarters_per_minute for tempo in sequence.tempos] == [60.0]


# Refused


def cut_header():
    return midi_file(track(*ONE_NOTE))[:10]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "byte 0: the file is empty; export"),
        (b"\x89PNG", "byte 0: no MThd chunk; this is no MIDI file"),
        (b"RIFF\0\0\0\0WAVE", "byte 0: no MThd chunk"),
        (b"RIFF\0\0\0\0RMID", "byte 12: a RIFF wrapper without MIDI data; export it as a plain"),
        (cut_header(), "byte 8: the data end"),
        (header(), "byte 14: no MTrk chunk; the file holds no track"),
        (midi_file(track(), file_format=2), "byte 8: format 2: patterns .*; save each pattern as"),
        (midi_file(track(), file_format=7), "byte 8: unknown format 7; export it as format 0 or 1"),
        (midi_file(track(), division=0xE728), "byte 12: time counted in SMPTE .*; export it with"),
        (midi_file(track(), division=0), "byte 12: 0 ticks per quarter note; export it with"),
        (midi_file(track(end=b"\0\x90")), "byte 24: the data end inside an event"),
        (
            midi_file(track((0, "90 3c 50"), (0x0FFFFFFF, "3c 00"))),
            "byte 30: an event after more than 20000 quarter notes; the file is damaged, or split",
        ),
        (bytes(MAX_FILE_BYTES + 1), "byte 4194304: larger than 4194304 bytes; split the file"),
    ],
)
def test_what_cannot_be_mended_is_refused(data, message):
    with pytest.raises(MidiError, match=message):
        read_midi(data)


# Whatever the bytes are


def outcome(data):
    """Read a file and give "read", "mended" or "refused"; anything else is an error here."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            sequence = read_midi(data)
        except MidiError as error:
            return "refused" if 0 <= error.offset <= len(data) else "refused at no place"
    assert isinstance(sequence, NoteSequence)
    assert len(sequence.notes) <= len(data)
    assert [warning.category for warning in caught] in ([], [MidiRepairWarning])
    return "mended" if caught else "read"


def test_a_file_cut_off_at_any_byte():
    data = midi_bytes(full_piece())
    outcomes = [outcome(data[:length]) for length in range(len(data))]
    assert set(outcomes) == {"refused", "mended"}
    assert outcome(data) == "read"


def mutate(data, source, rng):
    """Damage a file in one of five ways, one to four times."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        place = rng.randrange(len(data)) if data else 0
        length = rng.randint(1, 12)
        match rng.randrange(5):
            case 0:
                for flipped in range(place, min(place + rng.randint(1, 3), len(data))):
                    data[flipped] ^= 1 << rng.randrange(8)
            case 1:
                del data[place:]
            case 2:
                del data[place : place + length]
            case 3:
                data[place:place] = rng.choice(
                    [rng.randbytes(length), b"MTrk", b"\xff\xff\xff\x7f", b"\xff\x51\x03\0\0\0"]
                )
            case 4:
                other = rng.randrange(len(source))
                data[place : place + length] = source[other : other + 4 * length]
    return bytes(data)


def mutated_files(count, seed):
    """Give damaged files made from Bach, from every feature and from the standard's example."""
    rng = random.Random(seed)
    chorales = [midi_bytes(from_music21(m21.corpus.parse(n))) for n in ("bwv66.6", "bwv10.7")]
    mine = [midi_bytes(full_piece()), STANDARD_EXAMPLE, riff(STANDARD_EXAMPLE)]
    mine.append(midi_file(track((0, "e0 01 02"), (0, "f0 01 f7"), *ONE_NOTE), track(*ONE_NOTE)))
    sources = chorales * 3 + mine
    for _ in range(count):
        yield mutate(rng.choice(sources), rng.choice(sources), rng)


def traced_peak(data):
    """Give the most bytes that were held at once while a file was read."""
    tracemalloc.start()
    outcome(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_mutated_files_take_bounded_memory():
    for data in mutated_files(500, seed=3):
        assert traced_peak(data) < 20_000 + 200 * len(data)


@pytest.mark.slow
def test_mutated_files_are_read_mended_or_refused():
    files = list(mutated_files(2000, seed=2))
    start = time.process_time()
    outcomes = [outcome(data) for data in files]
    assert time.process_time() - start < 60  # seconds of processor time; usually 3
    assert len(outcomes) == 2000
    assert set(outcomes) == {"read", "mended", "refused"}
    assert min(outcomes.count(kind) for kind in set(outcomes)) > 50


@pytest.mark.parametrize(
    "body",
    [
        b"\0\xc0" + b"\0\0" * 20_000,  # the most events for the bytes
        b"\0\x90" + b"\0\x3c\x40" * 12_000,  # one key struck again and again
        b"\0\xff\x01\xff\xff\xff\x7f",  # a text of 256 MiB
        b"\xff\xff\xff\x7f" * 10_000,
    ],
)
def test_memory_grows_with_the_bytes_of_the_file(body):
    data = midi_file(track(end=body), division=32_767)
    assert traced_peak(data) < 2_000_000 + 500 * len(data)


def test_an_endless_row_of_tracks_is_read_once():
    tracks = track(end=b"") * 5000
    assert outcome(header(1, 5000) + tracks) == "mended"
    assert outcome(header(1, 5000) + b"MTrk" * 5000) in ("mended", "refused")
