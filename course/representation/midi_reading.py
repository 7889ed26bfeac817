"""From the tracks of a MIDI file to a `NoteSequence`; what does not fit is reported.

The rules stand in `course.representation.midi`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from course.note_sequence import (
    ControlChange,
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.representation.midi_bytes import pair_notes
from course.representation.midi_repair import RepairReport, Track
from course.representation.midi_types import (
    CHANNEL_PRESSURE,
    CONTROL_CHANGE,
    KEY_SIGNATURE,
    PITCH_BEND,
    POLY_PRESSURE,
    PROGRAM_CHANGE,
    SET_TEMPO,
    TIME_SIGNATURE,
    TRACK_NAME,
    MidiError,
    Pairing,
    PlayedNote,
    TrackEvent,
)

DRUM_CHANNEL = 9  # people call it channel 10
MAX_INSTRUMENTS = 65_536  # what a Note can name
_CENTRED_BEND = b"\x00\x40"
_UNHELD = {PITCH_BEND: "pitch bend", POLY_PRESSURE: "aftertouch", CHANNEL_PRESSURE: "aftertouch"}


@dataclass
class _Line:
    """What one instrument plays: notes and controllers in ticks."""

    instrument: Instrument
    notes: list[PlayedNote] = field(default_factory=list)
    controllers: dict[tuple[int, int], int] = field(default_factory=dict)  # (tick, number): value


def sequence_from_tracks(
    ticks_per_quarter: int, tracks: list[Track], report: RepairReport
) -> NoteSequence:
    """Join the tracks of a file into one piece.

    Args:
        ticks_per_quarter: the file's division.
        tracks: its tracks, at least one.
        report: where everything is noted that the piece cannot hold.

    Returns:
        The piece; a file without any instrument gives one silent piano.

    Raises:
        MidiError: if the file has more instruments than a `NoteSequence` can hold.
    """
    lines = [line for track in tracks for line in _read_lines(track, report)]
    if len(lines) > MAX_INSTRUMENTS:
        reason = f"more than {MAX_INSTRUMENTS} instruments"
        raise MidiError(0, reason, "the file is damaged, or split it")
    last_tick = max((track.events[-1].tick for track in tracks if track.events), default=0)
    return NoteSequence(
        notes=tuple(
            Note(
                note.pitch,
                note.start / ticks_per_quarter,
                note.end / ticks_per_quarter,
                note.velocity,
                index,
            )
            for index, line in enumerate(lines)
            for note in line.notes
        ),
        instruments=tuple(line.instrument for line in lines) or (Instrument(),),
        control_changes=tuple(
            ControlChange(tick / ticks_per_quarter, number, value, index)
            for index, line in enumerate(lines)
            for (tick, number), value in line.controllers.items()
        ),
        total_quarters=last_tick / ticks_per_quarter,
        title=_track_name(tracks[0]),
        **_read_changes(ticks_per_quarter, tracks, report),
    )


def _track_name(track: Track) -> str:
    """Give the first track name, read as UTF-8 or, where that fails, as Latin-1."""
    name = next((event.data for event in track.events if event.meta_type == TRACK_NAME), b"")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _read_lines(track: Track, report: RepairReport) -> list[_Line]:
    """Give one line for each channel and program of a track that has notes."""
    paired = pair_notes(track.events)
    _report_unpaired(paired, track.start, report)
    name = _track_name(track)
    lines: dict[tuple[int, int], _Line] = {}  # (channel, program)
    for note in sorted(paired.notes):
        key = (note.channel, note.program)
        if key not in lines:
            lines[key] = _Line(_instrument(*key, name))
        lines[key].notes.append(note)
    if not lines:
        lines = _silent_line(track, name)
    _add_controllers(track, lines, report)
    return list(lines.values())


def _instrument(channel: int, program: int, name: str) -> Instrument:
    return Instrument(program, name, is_drum=channel == DRUM_CHANNEL)


def _silent_line(track: Track, name: str) -> dict[tuple[int, int], _Line]:
    """Give a track without notes its line if it names the program of a single channel."""
    programs = {e.channel: e.data[0] for e in track.events if e.kind == PROGRAM_CHANGE}
    if len(programs) != 1:
        return {}
    (key,) = programs.items()
    return {key: _Line(_instrument(*key, name))}


def _add_controllers(
    track: Track, lines: dict[tuple[int, int], _Line], report: RepairReport
) -> None:
    """Give every controller to the line of its channel and program.

    Where that program has no notes, the first line of the channel gets it.
    """
    firsts: dict[int, _Line] = {}
    for (channel, _), line in lines.items():
        firsts.setdefault(channel, line)
    programs = [0] * 16
    for event in track.events:
        kind = event.kind
        if kind == PROGRAM_CHANGE:
            programs[event.channel] = event.data[0]
        elif kind == CONTROL_CHANGE:
            key = (event.channel, programs[event.channel])
            line = lines.get(key) or firsts.get(event.channel)
            _add_controller(line, event, track.start, report)
        elif kind in _UNHELD and event.data != _CENTRED_BEND:
            report.add(track.start + event.offset, f"{_UNHELD[kind]}: left out")


def _add_controller(
    line: _Line | None, event: TrackEvent, start: int, report: RepairReport
) -> None:
    number, value = event.data
    if line is None:
        report.add(start + event.offset, "a controller of a channel without notes: left out")
        return
    if line.controllers.get((event.tick, number), value) != value:
        report.add(start + event.offset, "a controller set twice at one moment: the last one kept")
    line.controllers[event.tick, number] = value


def _report_unpaired(paired: Pairing, start: int, report: RepairReport) -> None:
    for events, repair in (
        (paired.dangling, "a note without an end: ended with its track"),
        (paired.zero_length, "a note of length 0: dropped"),
        (paired.stray, "a note-off that ends no note: ignored"),
    ):
        for event in events:
            report.add(start + event.offset, repair)


def _read_changes(
    ticks_per_quarter: int, tracks: list[Track], report: RepairReport
) -> dict[str, tuple]:
    """Give the tempo, metre and key changes, as arguments of `NoteSequence`."""
    found: dict[str, dict[int, object]] = {name: {} for name, _, _ in _CHANGES.values()}
    for place, track in reversed(list(enumerate(tracks))):  # at one tick, the first track decides
        for event in track.events:
            if event.meta_type not in _CHANGES:
                continue
            name, label, read = _CHANGES[event.meta_type]
            change = read(event.tick / ticks_per_quarter, event.data)
            if change is None:
                report.add(track.start + event.offset, f"an impossible {label}: ignored")
                continue
            if place > 0 and event.meta_type == SET_TEMPO:
                repair = "a tempo change outside the first track: used for all"
                report.add(track.start + event.offset, repair)
            found[name][event.tick] = change
    return {name: tuple(changes.values()) for name, changes in found.items()}


def _read_tempo(start: float, data: bytes) -> Tempo | None:
    microseconds = int.from_bytes(data, "big")
    if len(data) != 3 or microseconds == 0:
        return None
    return Tempo(start, _quarters_per_minute(microseconds))


def _quarters_per_minute(microseconds: int) -> float:
    """Give the roundest tempo that a file would write with these microseconds, 97 not 97.000005."""
    exact = 6e7 / microseconds
    rounded = (round(exact, digits) for digits in range(4))
    return next((tempo for tempo in rounded if tempo and round(6e7 / tempo) == microseconds), exact)


def _read_time_signature(start: float, data: bytes) -> TimeSignature | None:
    if len(data) != 4 or data[0] == 0 or data[1] > 7:
        return None
    return TimeSignature(start, data[0], 2 ** data[1])


def _read_key_signature(start: float, data: bytes) -> KeySignature | None:
    if len(data) != 2 or data[1] > 1:
        return None
    fifths = int.from_bytes(data[:1], "big", signed=True)
    return KeySignature(start, fifths, ("major", "minor")[data[1]]) if abs(fifths) <= 7 else None


_CHANGES: dict[int, tuple[str, str, Callable]] = {
    SET_TEMPO: ("tempos", "tempo", _read_tempo),
    TIME_SIGNATURE: ("time_signatures", "time signature", _read_time_signature),
    KEY_SIGNATURE: ("key_signatures", "key signature", _read_key_signature),
}
