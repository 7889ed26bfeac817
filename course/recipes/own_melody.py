"""One's own music as a melody that a network can read: its top line, on the grid, in range."""

from dataclasses import replace

import numpy as np

from course.data.own_music import counted
from course.data.top_line import LEAST_NOTES, check_fits, top_line
from course.data.tunes import TICKS_PER_QUARTER
from course.errors import check_integer
from course.models.melody_net import REST, Melody, MelodyNetConfig, prepare_melody
from course.note_sequence import NoteSequence, TimeSignature
from course.recipes.tune_batches import melody_music

GRID = TICKS_PER_QUARTER // 4  # ticks of a sixteenth


def own_melody(
    piece: NoteSequence, config: MelodyNetConfig, most_notes: int = 120, centred: bool = True
) -> Melody:
    """Make a melody of the notes that begin above all that still sounds, without drums.

    Onsets go to the nearest sixteenth; each note lasts until the next one of the line begins. The
    network knows certain lengths only, so that what is longer goes on as a rest. The line is moved
    by octaves to the middle of the network's range, or only if it lies outside. What comes before
    the first bar line that follows its first note is a pickup.

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
    found = top_line(piece, LEAST_NOTES, most_notes)
    onsets, line = found.onsets, found.pitches
    shift = 12 * round(((config.low + config.high) - (min(line) + max(line))) / 24)
    if not centred and config.low <= min(line) and max(line) <= config.high:
        shift = 0
    check_fits([pitch + shift for pitch in line], config.low, config.high)
    events, ends = [], [*onsets[1:], onsets[-1] + 4]
    for onset, end, pitch in zip(onsets, ends, line, strict=True):
        events += _lasting(pitch + shift, GRID * (end - onset), config)
    pitches, lengths = np.array(events).T
    metre, pickup = _metre_and_pickup(piece, onsets[0] / 4)
    bar = round(TICKS_PER_QUARTER * metre.quarters_per_bar)
    if bar > config.longest_bar:
        raise ValueError(
            f"its bars of {metre.numerator}/{metre.denominator} are longer than the "
            f"{config.longest_bar / TICKS_PER_QUARTER:g} quarter notes that the network counts; "
            "choose a file in another metre"
        )
    melody = Melody(pitches, lengths, bar, pickup)
    prepare_melody(melody, replace(config, conditions=()))
    return melody


def size_in_words(melody: Melody) -> str:
    """Say how long a melody of one's own is, for a report on its file.

    Args:
        melody: from `own_melody`.

    Returns:
        Such as "96 notes of the top line".
    """
    number = int((np.asarray(melody.pitches) != REST).sum())
    return f"{counted(number, 'note')} of the top line"


def own_tune(
    piece: NoteSequence,
    config: MelodyNetConfig,
    quarters_per_minute: float,
    most_notes: int = 60,
) -> NoteSequence:
    """Make music of the melody that `own_melody` finds, in the metre of the piece.

    Args:
        piece: any music.
        config: range of pitches and lengths of the network.
        quarters_per_minute: the tempo.
        most_notes: later notes are left out, at least 8.

    Returns:
        The melody for a flute, from its first note on.

    Raises:
        ValueError: as `own_melody`.
    """
    melody = own_melody(piece, config, most_notes)
    metre, _ = _metre_and_pickup(piece, top_line(piece).onsets[0] / 4)
    return melody_music(melody, quarters_per_minute, (metre.numerator, metre.denominator))


def _metre_and_pickup(piece: NoteSequence, first: float) -> tuple[TimeSignature, int]:
    """Give the metre of the first full bar from a moment on, and the ticks up to that bar.

    A bar that is followed by a longer one at once is a pickup with a metre of its own.
    """
    metre = piece.time_signature_at(first)
    line = first + (metre.start - first) % metre.quarters_per_bar
    line = min([line, *(m.start for m in piece.time_signatures if first < m.start < line)])
    metre = piece.time_signature_at(line)
    following = piece.time_signature_at(line + metre.quarters_per_bar)
    if line == first and following.quarters_per_bar > metre.quarters_per_bar:
        line, metre = line + metre.quarters_per_bar, following
    bar = round(TICKS_PER_QUARTER * metre.quarters_per_bar)
    return metre, round(TICKS_PER_QUARTER * (line - first)) % bar


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
