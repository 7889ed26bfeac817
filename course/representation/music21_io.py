"""Scores of music21 in and out: every format that music21 reads becomes a `NoteSequence`.

Coming in, the notes are taken as they stand: tied notes are joined, transposing instruments sound
where they sound, a pickup bar stays the first thing in the piece, repeats are *not* played out
(call `expandRepeats` before). Dynamics, articulation, text and written chord symbols are not read.

Going out is written in `course.representation.music21_notation`; `to_music21` stands here, too.
"""

import warnings
from fractions import Fraction

import music21 as m21

from course.note_sequence import (
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.representation.music21_notation import build_score, note_index

__all__ = ["from_music21", "note_index", "to_music21"]

DEFAULT_VELOCITY = 80
_DRUM_CHANNEL = 9
_MODES_WITH_MINOR_THIRD = ("minor", "aeolian", "dorian", "phrygian", "locrian")


def from_music21(stream: m21.stream.Stream) -> NoteSequence:
    """Read the notes, metre, key and tempo of a score.

    Every part becomes an instrument, with the first General MIDI program named in it. Unpitched
    notes take the drum number of their instrument or, without one, the pitch they are drawn at.
    Modes other than major and minor are given by their third, with the signature as written.

    Args:
        stream: a score, a part, or any other stream but an opus.

    Returns:
        The piece, times in quarter notes from the beginning of the stream.

    Raises:
        ValueError: if the stream is an opus, a collection of scores.

    Warns:
        UserWarning: with the number of grace notes and silent notes left out, which have no
            length or no velocity.
    """
    if isinstance(stream, m21.stream.Opus):
        raise ValueError("from_music21 got an opus; take one of its scores: opus.scores[0]")
    stream = _at_sounding_pitch(stream)
    parts = list(stream.getElementsByClass(m21.stream.Part)) or [stream]
    flat_parts = [part.flatten() for part in parts]
    notes: list[Note] = []
    left_out = 0
    for index, flat in enumerate(flat_parts):
        left_out += _read_notes(flat, index, notes)
    if left_out:
        warnings.warn(f"{left_out} grace notes or silent notes were left out", stacklevel=2)
    metadata = stream.metadata
    return NoteSequence(
        notes=tuple(notes),
        instruments=tuple(
            _read_instrument(part, flat) for part, flat in zip(parts, flat_parts, strict=True)
        ),
        tempos=_read_tempos([stream, *flat_parts]),
        time_signatures=_read_time_signatures([stream, *flat_parts]),
        key_signatures=_read_key_signatures([stream, *flat_parts]),
        total_quarters=float(stream.highestTime),
        title=(metadata.title or "") if metadata is not None else "",
    )


def to_music21(sequence: NoteSequence) -> m21.stream.Score:
    """Write a piece in staff notation, one staff for each instrument.

    Moments are moved to the nearest thirty-second or triplet sixteenth of their beat. Notes of one
    instrument with the same beginning and end form a chord; others that overlap get a voice each.
    Drums are written as notes on a percussion staff, at the pitch of their number.

    Every music21 note carries an id that leads back to the piece: `note7` is `sequence.notes[7]`,
    `note7-2` the second of the tied notes that it takes on paper. The ids are still there in
    MusicXML and in verovio's SVG and timemap; `note_index` reads them.

    Args:
        sequence: the piece; it may be empty.

    Returns:
        A score with measures, clefs, ties and rests, padded to the end of its last bar.
    """
    return build_score(sequence)


def _at_sounding_pitch(stream: m21.stream.Stream) -> m21.stream.Stream:
    """Give the stream itself, or a copy where a transposing instrument is written as it reads."""
    instruments = stream.recurse().getElementsByClass(m21.instrument.Instrument)
    if any(instrument.transposition is not None for instrument in instruments):
        return stream.toSoundingPitch()
    return stream


def _read_instrument(part: m21.stream.Stream, flat: m21.stream.Stream) -> Instrument:
    found = flat.getElementsByClass(m21.instrument.Instrument).first()
    name = getattr(part, "partName", None) or ""
    unpitched = flat.getElementsByClass([m21.note.Unpitched, m21.percussion.PercussionChord])
    if found is None:
        return Instrument(0, name, is_drum=bool(unpitched))
    is_drum = (
        bool(unpitched)
        or isinstance(found, m21.instrument.UnpitchedPercussion)
        or found.midiChannel == _DRUM_CHANNEL
    )
    name = name or found.partName or found.instrumentName or ""
    return Instrument(0 if is_drum else found.midiProgram or 0, name, is_drum)


def _read_notes(flat: m21.stream.Stream, index: int, notes: list[Note]) -> int:
    """Add the notes of one part; give the number of those left out."""
    left_out = 0
    tied: dict[tuple[int, float], int] = {}  # (pitch, end): place of a note that goes on there
    for element in flat.notes:
        if isinstance(element, m21.harmony.Harmony):  # a chord symbol, written but not played
            continue
        members = element.notes if isinstance(element, m21.chord.ChordBase) else (element,)
        start, length = Fraction(element.offset), Fraction(element.quarterLength)
        for member in members:
            velocity = _velocity(member, element)
            if length == 0 or element.duration.isGrace or velocity == 0:
                left_out += 1
                continue
            note = Note(_pitch(member), float(start), float(start + length), velocity, index)
            _add_note(notes, tied, note, member.tie.type if member.tie is not None else "")
    return left_out


def _add_note(notes: list[Note], tied: dict, note: Note, tie: str) -> None:
    """Add a note, or lengthen the one that it is tied to."""
    place = tied.pop((note.pitch, note.start), None) if tie in ("stop", "continue") else None
    if place is not None:
        before = notes[place]
        notes[place] = Note(note.pitch, before.start, note.end, before.velocity, before.instrument)
    else:
        place = len(notes)
        notes.append(note)
    if tie in ("start", "continue"):
        tied[note.pitch, note.end] = place


def _pitch(member: m21.note.NotRest) -> int:
    if isinstance(member, m21.note.Unpitched):
        drum = getattr(member.storedInstrument, "percMapPitch", None)
        return member.displayPitch().midi if drum is None else drum
    return round(member.pitch.ps)


def _velocity(member: m21.note.NotRest, element: m21.note.NotRest) -> int:
    for owner in (member, element):
        if owner.hasVolumeInformation() and owner.volume.velocity is not None:
            return owner.volume.velocity
    return DEFAULT_VELOCITY


def _read_tempos(streams: list[m21.stream.Stream]) -> tuple[Tempo, ...]:
    found = {}
    for mark in _changes(streams, m21.tempo.MetronomeMark):
        if (rate := mark.getQuarterBPM()) is not None:
            found.setdefault(float(mark.offset), float(rate))
    return tuple(Tempo(start, rate) for start, rate in found.items())


def _read_time_signatures(streams: list[m21.stream.Stream]) -> tuple[TimeSignature, ...]:
    found = {}
    for metre in _changes(streams, m21.meter.TimeSignature):
        found.setdefault(float(metre.offset), (metre.numerator, metre.denominator))
    return tuple(TimeSignature(start, *fraction) for start, fraction in found.items())


def _read_key_signatures(streams: list[m21.stream.Stream]) -> tuple[KeySignature, ...]:
    found = {}
    for key in _changes(streams, m21.key.KeySignature):
        if key.sharps is not None and abs(key.sharps) <= 7:
            has_minor_third = getattr(key, "mode", None) in _MODES_WITH_MINOR_THIRD
            mode = "minor" if has_minor_third else "major"
            found.setdefault(float(key.offset), (key.sharps, mode))
    return tuple(KeySignature(start, *key) for start, key in found.items())


def _changes(streams: list[m21.stream.Stream], kind: type) -> list[m21.base.Music21Object]:
    """Give the elements of a kind that stand in the score itself and in its parts, in order."""
    return [element for stream in streams for element in stream.getElementsByClass(kind)]
