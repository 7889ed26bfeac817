"""Pieces that the tests of the player play."""

import random
from pathlib import Path

from course.note_sequence import Instrument, Note, NoteSequence, TimeSignature
from course.representation.midi import write_midi

VOICES = (
    Instrument(73, "Soprano"),
    Instrument(40, "Alto"),
    Instrument(41, "Tenor"),
    Instrument(42, "Bass"),
)


def four_voices(seconds: float = 8.0, seed: int = 0) -> NoteSequence:
    """Give random counterpoint for four instruments, at 120 quarter notes a minute."""
    draw = random.Random(seed)
    notes = []
    for voice in range(4):
        at, end = 0.0, 2.0 * seconds
        while at < end:
            until = min(at + draw.choice((0.25, 0.5, 0.5, 1.0)), end)
            pitch = 74 - 7 * voice + draw.randint(-5, 5)
            notes.append(Note(pitch, at, until, draw.randint(50, 110), voice))
            at = until
    return NoteSequence(tuple(notes), VOICES, total_quarters=end, title="Four voices")


def one_note(pitch: int = 69, velocity: int = 80, quarters: float = 2.0) -> NoteSequence:
    """Give a single piano note from the beginning; a quarter note lasts half a second."""
    return NoteSequence((Note(pitch, 0.0, quarters, velocity),))


def two_tones() -> NoteSequence:
    """Give a clarinet and a flute that hold one far-apart tone each, C3 and A5, for 15 seconds."""
    notes = (Note(48, 0.0, 30.0, 100, 0), Note(81, 0.0, 30.0, 100, 1))
    return NoteSequence(notes, (Instrument(71, "Low"), Instrument(73, "High")))


def cut_file(folder: Path) -> Path:
    """Write a MIDI file that breaks off, so that its reader has to mend it."""
    file = folder / "cut.mid"
    write_midi(four_voices(2), file)
    file.write_bytes(file.read_bytes()[:-40])
    return file


def band(seconds: float = 4.0) -> NoteSequence:
    """Give a drum kit and a piano in 3/4."""
    notes = []
    for i in range(int(4 * seconds)):
        notes.append(Note((36, 38)[i % 2], i / 2, i / 2 + 0.25, 100, 0))
        notes.append(Note(42, i / 2, i / 2 + 0.25, 60, 0))
        notes.append(Note(60 + i % 7, i / 2, i / 2 + 0.4, 70, 1))
    kit = (Instrument(0, "", is_drum=True), Instrument(0, ""))
    return NoteSequence(tuple(notes), kit, time_signatures=(TimeSignature(0.0, 3, 4),))
