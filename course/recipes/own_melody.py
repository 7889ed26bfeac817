"""One's own music as a melody that a network can read: its top line, on the grid, in range."""

from dataclasses import replace

import numpy as np

from course.data.tunes import TICKS_PER_QUARTER
from course.errors import check_integer
from course.models.melody_net import REST, Melody, MelodyNetConfig, prepare_melody
from course.note_sequence import NoteSequence

GRID = TICKS_PER_QUARTER // 4  # ticks of a sixteenth
LEAST_NOTES = 8  # fewer say too little


def own_melody(
    piece: NoteSequence, config: MelodyNetConfig, most_notes: int = 120, centred: bool = True
) -> Melody:
    """Make a melody of the notes that begin above all that still sounds, without drums.

    Onsets go to the nearest sixteenth; each note lasts until the next one of the line begins. The
    network knows certain lengths only, so that what is longer goes on as a rest. The line is moved
    by octaves to the middle of the network's range, or only if it lies outside.

    Args:
        piece: any music.
        config: range of pitches and lengths of the network.
        most_notes: later notes are left out, at least 8.
        centred: False leaves a line where it is if it lies in the range.

    Returns:
        The melody, without conditions.

    Raises:
        ValueError: if the piece has fewer than 8 such notes, or its line does not fit the network;
            the text says which.
    """
    check_integer("most_notes", most_notes, LEAST_NOTES, 100_000, "120 are some forty bars")
    onsets, line = _top_line(piece, most_notes)
    if len(onsets) < LEAST_NOTES:
        raise ValueError(f"its top line has {len(onsets)} notes; at least {LEAST_NOTES} are needed")
    shift = 12 * round(((config.low + config.high) - (min(line) + max(line))) / 24)
    if not centred and config.low <= min(line) and max(line) <= config.high:
        shift = 0
    if min(line) + shift < config.low or max(line) + shift > config.high:
        raise ValueError(
            f"its top line spans {max(line) - min(line)} semitones, and no octave brings it into "
            f"{config.low}..{config.high}"
        )
    events, ends = [], [*onsets[1:], onsets[-1] + 4]
    for onset, end, pitch in zip(onsets, ends, line, strict=True):
        events += _lasting(pitch + shift, GRID * (end - onset), config)
    pitches, lengths = np.array(events).T
    bar = round(TICKS_PER_QUARTER * piece.time_signature_at(0).quarters_per_bar)
    melody = Melody(pitches, lengths, bar)
    prepare_melody(melody, replace(config, conditions=()))
    return melody


def _top_line(piece: NoteSequence, most_notes: int) -> tuple[list[int], list[int]]:
    """Give onsets in sixteenths and pitches of the notes that begin above all that still sounds."""
    rounded = [
        (round(note.start * TICKS_PER_QUARTER / GRID), note.end * TICKS_PER_QUARTER / GRID, note)
        for note in piece.notes
        if not piece.instruments[note.instrument].is_drum
    ]
    onsets, line, sounding = [], [], []  # sounding: (end, pitch) of the line's notes
    for onset, end, note in sorted(rounded, key=lambda row: (row[0], -row[2].pitch, -row[1])):
        if len(onsets) == most_notes and onset != onsets[-1]:
            break
        if (onsets and onset == onsets[-1]) or any(
            last > onset + 0.5 and pitch >= note.pitch for last, pitch in sounding
        ):
            continue
        onsets.append(onset)
        line.append(note.pitch)
        sounding = [(last, pitch) for last, pitch in sounding if last > onset] + [(end, note.pitch)]
    return onsets, line


def _lasting(pitch: int, ticks: int, config: MelodyNetConfig) -> list[tuple[int, int]]:
    """Divide a length into those that the network knows: the note, then rests."""
    events = []
    while ticks:
        known = [length for length in config.lengths if length <= ticks]
        if not known:
            raise ValueError(f"a note of {ticks} ticks is shorter than {min(config.lengths)}")
        events.append((REST if events else pitch, known[-1]))
        ticks -= known[-1]
    return events
