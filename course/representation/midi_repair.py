"""Finding the tracks of a MIDI file that may be damaged: mended and reported, or refused.

`course.representation.midi` lists what is mended. Whatever the bytes are, reading ends with the
tracks or with one `MidiError`, in time and memory that grow with the number of bytes.
"""

import itertools
import warnings
from typing import NamedTuple

from course.representation.midi_bytes import iterate_track_events, read_chunk, read_header
from course.representation.midi_types import (
    END_OF_TRACK,
    NOTE_ON,
    SYSEX,
    Chunk,
    MidiError,
    TrackEvent,
)

MAX_FILE_BYTES = 4 * 2**20  # an event may take two bytes and becomes some 200 in memory
MAX_FILE_QUARTERS = 20_000  # almost three hours at 120 quarter notes a minute


class MidiRepairWarning(UserWarning):
    """A MIDI file was read, but not as it stands: `file`, and one line for each repair."""

    def __init__(self, file: str, repairs: tuple[str, ...]) -> None:
        super().__init__(file, repairs)
        self.file, self.repairs = file, repairs

    def __str__(self) -> str:
        return f"{self.file} was mended: " + "; ".join(self.repairs)


class RepairReport:
    """Counts the repairs of one file, so that thousands of equal ones make one line."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}  # what was done: [first offset, how often]

    def add(self, offset: int, repair: str) -> None:
        """Note one repair.

        Args:
            offset: place in the file.
            repair: what was wrong and what was done about it.
        """
        self._found.setdefault(repair, [offset, 0])[1] += 1

    def warn(self, file: str, stacklevel: int) -> None:
        """Give one `MidiRepairWarning` with all repairs; none if there were none.

        Args:
            file: name of the file.
            stacklevel: as in `warnings.warn`, counted from the caller of this method.
        """
        repairs = tuple(
            f"byte {offset}: {repair}" + (f" ({count} times)" if count > 1 else "")
            for repair, (offset, count) in self._found.items()
        )
        if repairs:
            warnings.warn(MidiRepairWarning(file, repairs), stacklevel=stacklevel + 1)


class Track(NamedTuple):
    """The events of one track and the place in the file from which their offsets count."""

    start: int
    events: list[TrackEvent]


def read_tracks(data: bytes, report: RepairReport) -> tuple[int, list[Track]]:
    """Read all tracks of a file, mending what can be mended.

    Args:
        data: the bytes of the file.
        report: where repairs are noted.

    Returns:
        (ticks per quarter note, tracks); at least one track, its events possibly none.

    Raises:
        MidiError: if this is no MIDI file, one of a kind that has no quarter notes, one that is
            too large or too long, or one too damaged to find a note in.
    """
    if len(data) > MAX_FILE_BYTES:
        fix = "split the file"
        raise MidiError(MAX_FILE_BYTES, f"larger than {MAX_FILE_BYTES} bytes", fix)
    data, start = _unwrap_riff(data, report)
    ticks_per_quarter, position = _check_header(data, start, report)
    chunks = _find_tracks(data, position, report)
    _check_count(data, start, len(chunks), report)
    damages: list[MidiError] = []
    tracks = [_read_track(data, chunk, report, damages) for chunk in chunks]
    for track in tracks:
        _check_length(track, ticks_per_quarter)
    if damages and not any(event.kind == NOTE_ON for track in tracks for event in track.events):
        raise damages[0]
    return ticks_per_quarter, tracks


def _unwrap_riff(data: bytes, report: RepairReport) -> tuple[bytes, int]:
    """Give the data up to the end of the MIDI file inside, and its start: 0 without a wrapper."""
    if not data:
        raise MidiError(0, "the file is empty", "export or download it again")
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data, 0
    position = 12
    while position + 8 <= len(data):  # RIFF counts the least significant byte first
        start = position + 8
        length = int.from_bytes(data[position + 4 : start], "little")
        if data[position : position + 4] == b"data":
            report.add(0, "the file is wrapped in RIFF: unwrapped")
            return data[: start + length], start
        position = start + length + length % 2
    raise MidiError(12, "a RIFF wrapper without MIDI data", "export it as a plain MIDI file")


def _check_header(data: bytes, start: int, report: RepairReport) -> tuple[int, int]:
    """Give the ticks per quarter note and the place after the header."""
    header = read_header(data, start)
    if header.format == 2:
        reason = "format 2: patterns without a common beginning"
        raise MidiError(start + 8, reason, "save each pattern as a file of its own")
    if header.format > 2:
        reason = f"unknown format {header.format}"
        raise MidiError(start + 8, reason, "export it as format 0 or 1")
    if header.division >= 0x8000:
        reason = "time counted in SMPTE frames, not in quarter notes"
        raise MidiError(start + 12, reason, "export it with ticks per quarter note")
    if header.division == 0:
        raise MidiError(start + 12, "0 ticks per quarter note", "export it with 480, for example")
    end = read_chunk(data, start).end
    if not _may_start_chunk(data, end):
        report.add(start + 4, "the header's length is wrong: taken as 6")
        end = start + 14
    return header.division, end


def _may_start_chunk(data: bytes, position: int) -> bool:
    """Tell whether the file ends here or goes on with four letters or digits."""
    letters = data[position : position + 4]
    return position == len(data) or (len(letters) == 4 and letters.isascii() and letters.isalnum())


def _find_tracks(data: bytes, position: int, report: RepairReport) -> list[Chunk]:
    """Give the track chunks; well-formed chunks of other kinds are skipped, as the norm asks."""
    tracks = []
    while position < len(data):
        if not _may_start_chunk(data, position) or position + 8 > len(data):
            position = _skip_to_track(data, position, report)
            continue
        chunk = read_chunk(data, position)
        if not _may_start_chunk(data, chunk.end):
            if chunk.id != b"MTrk":
                position = _skip_to_track(data, position, report)
                continue
            chunk = _mend_length(data, chunk, report)
        if chunk.id == b"MTrk":
            tracks.append(chunk)
        position = chunk.end
    if not tracks:
        raise MidiError(position, "no MTrk chunk", "the file holds no track; export it again")
    return tracks


def _skip_to_track(data: bytes, position: int, report: RepairReport) -> int:
    """Give the place of the next whole track header after some bytes that are no chunk."""
    report.add(position, "bytes that are no chunk: skipped")
    found = data.find(b"MTrk", position + 1)
    return found if 0 <= found <= len(data) - 8 else len(data)


def _mend_length(data: bytes, chunk: Chunk, report: RepairReport) -> Chunk:
    """Give a track whose length leads to no other chunk the bytes up to the next track."""
    if chunk.end < len(data) and data[chunk.end - 3 : chunk.end] == b"\xff\x2f\x00":
        return chunk  # the length is right, what follows is wrong
    report.add(chunk.start - 4, "a track's length is wrong: read up to its end-of-track event")
    following = data.find(b"MTrk", chunk.start)
    return chunk._replace(end=following if following >= 0 else len(data))


def _check_count(data: bytes, start: int, found: int, report: RepairReport) -> None:
    header = read_header(data, start)
    if header.num_tracks != found:
        report.add(start + 10, f"the header says {header.num_tracks} tracks, {found} found: read")
    if header.format == 0 and found > 1:
        report.add(start + 8, "format 0 with several tracks: read as format 1")


def _read_track(data: bytes, chunk: Chunk, report: RepairReport, damages: list[MidiError]) -> Track:
    """Read the events of a track up to its end or to the first damage."""
    body = data[chunk.start : chunk.end]
    events: list[TrackEvent] = []
    try:
        for event in iterate_track_events(body):
            events.append(event)  # one by one: those before a damage are kept
    except MidiError as error:
        place = chunk.start + error.offset
        report.add(place, f"{error.reason}: the rest of the track is left out")
        damages.append(MidiError(place, error.reason, error.fix))
    else:
        _check_end(body, chunk, events, report)
    for before, event in itertools.pairwise(events):
        if before.status >= SYSEX > event.status and body[event.offset] < 0x80:
            place = chunk.start + event.offset
            report.add(place, "a status byte is missing after a meta event: the last one is used")
    return Track(chunk.start, events)


def _check_end(body: bytes, chunk: Chunk, events: list[TrackEvent], report: RepairReport) -> None:
    if not events or events[-1].meta_type != END_OF_TRACK:
        report.add(chunk.end, "no end-of-track event: the track ends with its last event")
    elif events[-1].offset + 3 + len(events[-1].data) < len(body):
        place = chunk.start + events[-1].offset + 3
        report.add(place, "bytes after the end-of-track event: ignored")


def _check_length(track: Track, ticks_per_quarter: int) -> None:
    limit = MAX_FILE_QUARTERS * ticks_per_quarter
    if track.events and track.events[-1].tick > limit:
        place = next(event.offset for event in track.events if event.tick > limit)
        reason = f"an event after more than {MAX_FILE_QUARTERS} quarter notes"
        fix = "the file is damaged, or split it"
        raise MidiError(track.start + place, reason, fix)
