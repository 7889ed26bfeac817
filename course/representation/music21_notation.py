"""Writing a `NoteSequence` as measures, voices, ties and rests of music21.

The measures are built here, piece by piece, so that every note on paper can carry the id of the
note that it comes from. `course.representation.music21_io` says what the result looks like.
"""

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import music21 as m21

from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, TimeSignature

LOWEST_TREBLE_MEAN = 60  # MIDI pitch: a part whose notes lie lower on average reads the bass clef
_GRIDS = (8, 6)  # steps in a quarter note: thirty-seconds, or triplet sixteenths
_PLAIN = {Fraction(2) ** power * dot for power in range(-3, 4) for dot in (1, Fraction(3, 2))}
_TRIPLET = {Fraction(2, 3), Fraction(1, 3), Fraction(1, 6)}


class Group(NamedTuple):
    """Notes of one instrument that begin and end together: a chord, or a single note."""

    start: Fraction  # quarter notes, on the notation grid
    end: Fraction
    notes: list[tuple[int, Note]]  # place in the piece, note


class Piece(NamedTuple):
    """A stretch of one bar that one sign can say: a part of a group, or a rest."""

    start: Fraction  # quarter notes from the beginning of the piece
    end: Fraction
    group: Group | None
    number: int  # 1 for the first piece of its group


def note_index(note_id: str) -> int | None:
    """Give the place in `sequence.notes` that an id of `to_music21` names.

    Args:
        note_id: id of a note in the score, in MusicXML, or in verovio's SVG or timemap.

    Returns:
        The place, or None for an id of something else.
    """
    match = re.fullmatch(r"note(\d+)(?:-\d+)?", note_id)
    return int(match[1]) if match else None


def build_score(sequence: NoteSequence) -> m21.stream.Score:
    """Write a piece as a score; `course.representation.music21_io.to_music21` describes it.

    Args:
        sequence: the piece; it may be empty.

    Returns:
        The score, one part for each instrument.
    """
    moments = _notation_moments(sequence)
    groups = [_group_notes(sequence, i, moments) for i in range(len(sequence.instruments))]
    ends = [group.end for own in groups for group in own]
    bars = _lay_bars(sequence, max([moments[sequence.total_quarters], *ends]))
    score = m21.stream.Score()
    score.metadata = m21.metadata.Metadata(title=sequence.title)
    parts = []
    for instrument, own in zip(sequence.instruments, groups, strict=True):
        parts.append(_build_part(sequence, instrument, own, bars))
        score.insert(0, parts[-1])
    for tempo in sequence.tempos if parts else ():
        rate = round(float(tempo.quarters_per_minute), 2)
        mark = m21.tempo.MetronomeMark(number=int(rate) if rate.is_integer() else rate)
        _insert_at(parts[0], bars, tempo.start, mark)
    if len(parts) > 1:
        score.insert(0, m21.layout.StaffGroup(parts, symbol="bracket"))
    return score


def _notation_moments(sequence: NoteSequence) -> dict[float, Fraction]:
    """Give every moment its place on the grid of its beat, the one with the smaller error."""
    beats: dict[int, set[float]] = defaultdict(set)
    for moment in (sequence.total_quarters, *(t for n in sequence.notes for t in (n.start, n.end))):
        beats[int(moment)].add(moment)
    placed = {}
    for moments in beats.values():
        grid = min(_GRIDS, key=lambda steps: sum(abs(_snap(m, steps) - m) for m in moments))
        placed.update((moment, _snap(moment, grid)) for moment in moments)
    return placed


def _snap(moment: float, steps: int) -> Fraction:
    return Fraction(round(float(moment) * steps), steps)


def _lay_bars(sequence: NoteSequence, total: Fraction) -> list[Fraction]:
    """Give the bar lines of a piece: at least two, the last at or after its end."""
    lines = [Fraction(0)]
    while len(lines) < 2 or lines[-1] < total:
        metre = sequence.time_signature_at(float(lines[-1]))
        lines.append(lines[-1] + Fraction(metre.quarters_per_bar))
    return lines


def _group_notes(sequence: NoteSequence, index: int, moments: dict[float, Fraction]) -> list[Group]:
    """Give the chords and single notes of an instrument in order, the longer first."""
    groups: dict[tuple[Fraction, Fraction], list] = defaultdict(list)
    for place, note in enumerate(sequence.notes):
        if note.instrument == index:
            start = moments[note.start]
            shortest = Fraction(1, 6 if start.denominator % 3 == 0 else 8)
            groups[start, max(moments[note.end], start + shortest)].append((place, note))
    ordered = sorted(groups, key=lambda span: (span[0], -span[1]))
    return [Group(*span, groups[span]) for span in ordered]


def _build_part(
    sequence: NoteSequence, instrument: Instrument, groups: list[Group], bars: list[Fraction]
) -> m21.stream.Part:
    part = m21.stream.Part()
    built = _build_instrument(instrument)
    part.partName = name = built.partName
    part.partAbbreviation = name if len(name) <= 4 else f"{name[:3]}."
    part.insert(0, built)
    for number in range(1, len(bars)):
        part.insert(bars[number - 1], m21.stream.Measure(number=number))
    measures = list(part.getElementsByClass(m21.stream.Measure))
    _insert_signs(sequence, instrument, groups, part, bars)
    voices = _split_voices(groups)
    for number, voice in enumerate(voices):
        by_bar: dict[int, list[Piece]] = defaultdict(list)
        for piece in _cut_voice(voice, bars):
            by_bar[bisect.bisect_right(bars, piece.start) - 1].append(piece)
        for bar, pieces in by_bar.items():
            if number == 0 or any(piece.group for piece in pieces):
                _write_bar(sequence, measures[bar], bars[bar], pieces, number, len(voices) > 1)
    measures[-1].rightBarline = m21.bar.Barline("final")
    return part


def _build_instrument(instrument: Instrument) -> m21.instrument.Instrument:
    if instrument.is_drum:
        built = m21.instrument.UnpitchedPercussion()
    else:
        built = m21.instrument.instrumentFromMidiProgram(instrument.program)
        if isinstance(built, m21.instrument.UnpitchedPercussion):  # such as Agogo, program 113
            built = m21.instrument.Instrument(built.instrumentName)
        built.midiProgram = instrument.program
        built.transposition = None  # the notes are written as they sound
    built.partName = instrument.name or built.instrumentName
    return built


def _insert_signs(
    sequence: NoteSequence,
    instrument: Instrument,
    groups: list[Group],
    part: m21.stream.Part,
    bars: list[Fraction],
) -> None:
    """Write clef, keys and metres; a metre that changes inside a bar waits for the next bar."""
    pitches = [note.pitch for group in groups for _, note in group.notes]
    if instrument.is_drum:
        clef = m21.clef.PercussionClef()
    elif pitches and sum(pitches) / len(pitches) < LOWEST_TREBLE_MEAN:
        clef = m21.clef.BassClef()
    else:
        clef = m21.clef.TrebleClef()
    _insert_at(part, bars, 0.0, clef)
    for key in () if instrument.is_drum else sequence.key_signatures:
        signature = m21.key.KeySignature(key.fifths).asKey(key.mode)
        _insert_at(part, bars, key.start, signature)
    metres = [TimeSignature(0.0, 4, 4), *sequence.time_signatures]
    for metre in {metre.start: metre for metre in metres}.values():
        sign = m21.meter.TimeSignature(f"{metre.numerator}/{metre.denominator}")
        place = bisect.bisect_left(bars, metre.start)
        if place < len(bars) - 1:
            _insert_at(part, bars, float(bars[place]), sign)


def _insert_at(
    part: m21.stream.Part, bars: list[Fraction], start: float, sign: m21.base.Music21Object
) -> None:
    """Put a sign into the bar in which it stands; nothing is put after the last bar."""
    if start < bars[-1]:
        bar = bisect.bisect_right(bars, start) - 1
        measure = part.getElementsByClass(m21.stream.Measure)[bar]
        measure.insert(Fraction(float(start)) - bars[bar], sign)


def _split_voices(groups: list[Group]) -> list[list[Group]]:
    """Give every group to the first voice that is free; there is always one voice."""
    voices: list[list[Group]] = [[]]
    for group in groups:
        free = (voice for voice in voices if not voice or voice[-1].end <= group.start)
        voice = next(free, None)
        if voice is None:
            voices.append(voice := [])
        voice.append(group)
    return voices


def _cut_voice(voice: list[Group], bars: list[Fraction]) -> Iterator[Piece]:
    """Give a voice from the first to the last bar line, cut into what single signs can say."""
    now = Fraction(0)
    for group in [*voice, None]:
        start = bars[-1] if group is None else group.start
        yield from _cut_span(now, start, None, bars)
        if group is not None:
            yield from _cut_span(group.start, group.end, group, bars)
            now = group.end


def _cut_span(
    start: Fraction, end: Fraction, group: Group | None, bars: list[Fraction]
) -> Iterator[Piece]:
    number = 0
    while start < end:
        number += 1
        bar_end = bars[bisect.bisect_right(bars, start)]
        stop = start + _sign_length(start, min(end, bar_end))
        yield Piece(start, stop, group, number)
        start = stop


def _sign_length(start: Fraction, end: Fraction) -> Fraction:
    """Give the longest length that one sign can say, from `start` to `end` at most."""
    beat_end = Fraction(int(start) + 1)
    if start.denominator % 3 == 0 or (end.denominator % 3 == 0 and end < beat_end):
        end, lengths = min(end, beat_end), _TRIPLET
    elif end.denominator % 3 == 0:  # it ends inside a later triplet: go to that beat
        end, lengths = Fraction(int(end)), _PLAIN
    else:
        lengths = _PLAIN
    length = end - start
    if length not in lengths and start < beat_end < end and start.denominator > 1:
        length = beat_end - start
    return max((plain for plain in lengths if plain <= length), default=length)


def _write_bar(
    sequence: NoteSequence,
    measure: m21.stream.Measure,
    bar_start: Fraction,
    pieces: list[Piece],
    number: int,
    several_voices: bool,
) -> None:
    target = measure
    if several_voices:
        target = m21.stream.Voice(id=str(number + 1))
        measure.insert(0, target)
    for piece in pieces:
        sign = _write_piece(sequence, piece)
        if piece.group is None and number > 0:
            sign.style.hideObjectOnPrint = True  # rests of further voices only fill
        target.insert(piece.start - bar_start, sign)


def _write_piece(sequence: NoteSequence, piece: Piece) -> m21.note.GeneralNote:
    length = m21.duration.Duration(piece.end - piece.start)
    if length.tuplets:
        length.expressionIsInferred = False  # or export would split it again, and double the id
    if piece.group is None:
        return m21.note.Rest(duration=length)
    notes = [_write_note(sequence, place, note, piece) for place, note in piece.group.notes]
    sign = notes[0] if len(notes) == 1 else m21.chord.Chord(notes)
    sign.duration = length
    return sign


def _write_note(sequence: NoteSequence, place: int, note: Note, piece: Piece) -> m21.note.Note:
    written = m21.note.Note(_spell(note.pitch, _fifths_at(sequence.key_signatures, note.start)))
    written.id = f"note{place}" if piece.number == 1 else f"note{place}-{piece.number}"
    written.volume.velocity = note.velocity
    is_first, is_last = piece.start == piece.group.start, piece.end == piece.group.end
    if not (is_first and is_last):
        written.tie = m21.tie.Tie("start" if is_first else "stop" if is_last else "continue")
    return written


def _fifths_at(keys: tuple[KeySignature, ...], moment: float) -> int:
    index = bisect.bisect_right([key.start for key in keys], moment) - 1
    return keys[index].fifths if index >= 0 else 0


def _spell(pitch: int, fifths: int) -> m21.pitch.Pitch:
    """Name a pitch as near to the key as the circle of fifths allows.

    From three fifths below the key's tonic to eight above: E flat to G sharp in C major.
    """
    lowest = fifths - 3
    place = lowest + (pitch * 7 - lowest) % 12  # C is 0, G is 1, F is -1
    step, alteration = "FCGDAEB"[(place + 1) % 7], (place + 1) // 7
    octave = int(pitch - alteration) // 12 - 1
    return m21.pitch.Pitch(step, octave=octave, accidental=alteration or None)
