"""The top line of any music: what a listener would sing back, for models that know one voice."""

from collections.abc import Iterable
from typing import NamedTuple

from course.data.own_music import counted
from course.note_sequence import NoteSequence

LEAST_NOTES = 8  # fewer say too little


class TopLine(NamedTuple):
    """Notes one after the other: they begin above all that still sounds."""

    onsets: list[int]  # sixteenths from the beginning of the piece, increasing
    ends: list[float]  # sixteenths; a note may end after the next begins
    pitches: list[int]  # MIDI numbers


def top_line(piece: NoteSequence, least_notes: int = LEAST_NOTES, most_notes: int = 120) -> TopLine:
    """Give the notes that begin above all that still sounds, without drums.

    Of notes that fall on one sixteenth the highest counts. A pitch that sounds already is struck
    again only by the instrument that holds it.

    Args:
        piece: any music.
        least_notes: fewer are refused, at least 1.
        most_notes: later notes are left out.

    Returns:
        The line, its times in sixteenths.

    Raises:
        ValueError: if there are too few notes; the text says what helps.
    """
    rounded = [
        (round(4 * note.start), 4 * note.end, note)
        for note in piece.notes
        if not piece.instruments[note.instrument].is_drum
    ]
    if not rounded:
        missing = "has drums only" if piece.notes else "has no notes"
        raise ValueError(f"it {missing}; choose a file with a melody")
    rows, sounding = [], {}  # sounding: (pitch, instrument) of the line's notes -> end
    for onset, end, note in sorted(rounded, key=lambda row: (row[0], -row[2].pitch, -row[1])):
        if len(rows) == most_notes and onset != rows[-1][0]:
            break
        sounding = {held: last for held, last in sounding.items() if last > onset + 0.5}
        if (rows and onset == rows[-1][0]) or any(
            pitch > note.pitch or (pitch == note.pitch and instrument != note.instrument)
            for pitch, instrument in sounding
        ):
            continue
        rows.append((onset, end, note.pitch))
        held = (note.pitch, note.instrument)
        sounding[held] = max(end, sounding.get(held, 0))
    if len(rows) < least_notes:
        raise ValueError(
            f"its top line has {counted(len(rows), 'note')}, at least {least_notes} are needed; "
            "choose a file with a longer melody"
        )
    return TopLine(*map(list, zip(*rows, strict=True)))


def check_fits(pitches: Iterable[int], low: int, high: int) -> None:
    """Refuse a line that was moved by octaves and still leaves a range.

    Args:
        pitches: MIDI numbers of its notes.
        low: lowest MIDI pitch of the range.
        high: highest one, included.

    Raises:
        ValueError: if a pitch is outside.
    """
    pitches = list(pitches)
    span = max(pitches) - min(pitches)
    if min(pitches) < low or max(pitches) > high:
        helps = "choose a file with the melody on its own"
        if span <= high - low:
            by = low - min(pitches) if min(pitches) < low else high - max(pitches)
            helps = f"transpose it {'up' if by > 0 else 'down'} by {counted(abs(by), 'semitone')}"
        raise ValueError(
            f"its top line spans {counted(span, 'semitone')}, and no octave brings it into "
            f"{low}..{high}; {helps}"
        )
