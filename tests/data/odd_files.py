"""A folder of odd music as learners have it: thirty-eight files made by code, a few bytes each.

`odd_files` gives their bytes by name; `UNREADABLE` says which of them no lesson can use, `NO_LINE`
which have no top line, with the words that the reason must hold.
"""

from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, Tempo, TimeSignature
from course.representation.midi import midi_bytes
from tests.representation.midi_files import STANDARD_EXAMPLE, midi_file, track

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 74, 72, 71, 69, 67, 65, 64, 62)
# What no lesson can use, and why: words of the reason, and of what helps.
UNREADABLE = {
    "drums_zero_velocity.mid": ("no note is left of it", "export it again"),
    "empty.mid": ("the file is empty", "export or download it again"),
    "format_2.mid": ("format 2", "save each pattern as a file of its own"),
    "musicxml.mid": ("no MThd chunk", "this is no MIDI file"),
    "no_notes.mid": ("it has no notes", "choose a file that has some"),
    "smpte.mid": ("SMPTE frames", "export it with ticks per quarter note"),
    "text.mid": ("no MThd chunk", "this is no MIDI file"),
    "three_hours.mid": ("more than 20000 quarter notes", "split it"),
    "too_large.mid": ("larger than 4194304 bytes", "split the file"),
    "truncated_early.mid": ("no note is left of it", "export it again"),
}
# What is music without a melody that fits.
NO_LINE = {
    "chord_of_10000.mid": ("has 1 note,", "choose a file with a longer melody"),
    "drums.mid": ("drums only", "choose a file with"),
    "one_note.mid": ("has 1 note,", "choose a file with a longer melody"),
    "seven_octaves.mid": (
        "spans 84 semitones, and no octave brings it into",
        "the melody on its own",
    ),
    "standard.mid": ("has 3 notes,", "choose a file with a longer melody"),
}
OTHERS = ("score.musicxml", "song.abc", "voice.mp3")


def line(pitches, step=0.5, start=0.0, instrument=0, length=None):
    """Give notes one after the other."""
    return tuple(
        Note(pitch, start + step * i, start + step * i + (length or step), instrument=instrument)
        for i, pitch in enumerate(pitches)
    )


def piece(*notes, **fields):
    """Give the bytes of a piece of one piano, one drum kit and one flute."""
    instruments = (Instrument(0), Instrument(0, is_drum=True), Instrument(73))
    return midi_bytes(NoteSequence(notes, **{"instruments": instruments, **fields}))


def raw(*events, **options):
    """Give the bytes of a file with one track, 480 ticks to the quarter note."""
    return midi_file(track(*events), **options)


def scale_events(before=(), status="90"):
    """Give a scale in quarter notes as events, with others before every note."""
    events = []
    for pitch in SCALE:
        events += [*before, (0, f"{status} {pitch:02x} 50"), (480, f"{status} {pitch:02x} 00")]
    return events


def odd_files():
    """Give name -> bytes."""
    drums = line([36, 38] * 16, instrument=1)
    melody = line(SCALE)
    alto = [pitch + (4 if place == 6 else -5) for place, pitch in enumerate(SCALE)]  # once on top
    tenor, bass = ([pitch - down for pitch in SCALE] for down in (12, 24))
    chorale = [line(part, 1.0, instrument=i) for i, part in enumerate((SCALE, alto, tenor, bass))]
    voices = tuple(Instrument(52, name) for name in ("S", "A", "T", "B"))
    many = tuple(Instrument(i % 128, str(i)) for i in range(128))
    return {
        "200_tempi.mid": piece(*melody, tempos=[Tempo(i / 25, 40.0 + i) for i in range(200)]),
        "64ths.mid": piece(*line([60 + i % 12 for i in range(256)], 1 / 16)),
        "7_8.mid": piece(*melody, time_signatures=[TimeSignature(0.0, 7, 8)]),
        "bends.mid": raw(*scale_events(before=[(0, "e0 00 30"), (0, "e0 00 40")])),
        "chorale_crossing.mid": piece(*sum(chorale, ()), instruments=voices),
        "chord_of_10000.mid": piece(
            *(Note(i % 128, 0.0, 1.0, instrument=i // 128) for i in range(10_000)),
            instruments=tuple(Instrument(i) for i in range(79)),
        ),
        "drums.mid": piece(*drums),
        "drums_and_melody.mid": piece(*drums, *melody),
        "drums_zero_velocity.mid": raw((0, "99 24 00"), (480, "99 26 00")),
        "empty.mid": b"",
        "fastest_tempo.mid": raw((0, "ff 51 03 00 00 01"), *scale_events()),
        "format_0.mid": raw(*scale_events(), file_format=0),
        "format_2.mid": raw(*scale_events(), file_format=2),
        "lyrics.kar": raw(*scale_events(before=[(0, "ff 05 06 e6 ad 8c 5c c3 a9")])),
        "musicxml.mid": b'<?xml version="1.0"?><score-partwise version="4.0"/>',
        "no_notes.mid": raw((0, "c0 00"), (480, "c0 01")),
        "no_tempo.mid": raw(*scale_events()),
        "one_note.mid": piece(Note(60, 0.0, 4.0)),
        "one_voice_of_two.mid": piece(
            *melody, instruments=[Instrument(0), Instrument(40, "rests")]
        ),
        "out_of_range.mid": piece(*line([pitch - 50 for pitch in SCALE])),
        "pedal.mid": raw(*scale_events(before=[(0, "b0 40 7f"), (10, "b0 40 00")])),
        "running_status.mid": raw(
            (0, "90 3c 50"),
            (240, "3c 00"),
            *((240 * (v == 0), f"{p:02x} {v:02x}") for p in SCALE[1:] for v in (80, 0)),
        ),
        "seven_flats.mid": piece(*melody, key_signatures=[KeySignature(0.0, -7, "major")]),
        "seven_octaves.mid": piece(*line([24, 108] * 8)),
        "slowest_tempo.mid": raw((0, "ff 51 03 ff ff ff"), *scale_events()),
        "smpte.mid": raw(*scale_events(), division=0xE728),
        "standard.mid": STANDARD_EXAMPLE,
        "tempo_0.mid": raw((0, "ff 51 03 00 00 00"), *scale_events()),
        "text.mid": "Dear diary, today I wrote a tune. 🎵".encode(),
        "three_hours.mid": raw(*scale_events(), (480 * 20_001, "90 3c 50"), (1, "3c 00")),
        "too_large.mid": bytes(4 * 2**20 + 1),
        "tracks_128.mid": piece(
            *sum((line(SCALE, instrument=i) for i in range(128)), ()),
            instruments=many,
            total_quarters=14_400,
        ),
        "triplets.mid": piece(*line(SCALE * 2, 1 / 3)),
        "truncated.mid": piece(*melody, *line(SCALE, start=8.0))[:-60],
        "truncated_early.mid": piece(*melody)[:30],
        "two_hours.mid": piece(*line(SCALE * 60, 15.0), total_quarters=14_400),
        "unisons.mid": piece(*melody, *line(SCALE, instrument=2, length=0.9)),
        "upbeat_3_4.mid": piece(*line(SCALE, 1.0, 2.0), time_signatures=[TimeSignature(0.0, 3, 4)]),
    }
