"""The shelf of real MIDI files that lesson 01 reads: pieces of the corpora, written in many ways.

`write_midi` always writes the same kind of file. Files from elsewhere differ, so this module writes
them with its own choice of format, time unit, running status and note-offs, and adds what real
files hold: tempo changes, a sustain pedal, changes of program, drums, texts, system exclusive.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from course.data.chorales import Chorale, load_chorales
from course.data.quartets import load_quartets
from course.data.tunes import load_tunes
from course.note_sequence import ControlChange, Instrument, Note, NoteSequence, Tempo, crop
from course.pedal import SUSTAIN_PEDAL
from course.representation.midi_bytes import write_chunk, write_variable_length

Message = tuple[float, int, bytes]  # moment in quarter notes, order at one moment, bytes
SETUP, NOTE_OFF, CONTROL, NOTE_ON = range(4)
TEXT, TRACK_NAME, MARKER = 1, 3, 6  # kinds of meta event
DRUM_CHANNEL = 9  # channel 10, counted from 0
GENERAL_MIDI_ON = bytes([0xF0, 5, 0x7E, 0x7F, 0x09, 0x01, 0xF7])
BASS_DRUM, SIDE_STICK, CLOSED_HI_HAT = 36, 37, 42  # General MIDI drum numbers
RELEASE = 64  # velocity of a real note-off; hardly any instrument listens to it


@dataclass(frozen=True)
class FileStyle:
    """How a piece is written as bytes."""

    file_format: int = 1  # 0: one track, 1: one track per instrument
    ticks_per_quarter: int = 480
    running_status: bool = True  # leave a status byte out that repeats the one before
    note_offs: bool = False  # real note-offs; else note-ons with velocity 0
    extras: tuple[tuple[int, Message], ...] = ()  # (instrument, message) to add


def styled_bytes(sequence: NoteSequence, style: FileStyle) -> bytes:
    """Write a piece as a MIDI file of a given style.

    Args:
        sequence: the piece; no two notes of one pitch may overlap in an instrument.
        style: how to write it.

    Returns:
        The bytes of the file.
    """
    tracks = [_conductor(sequence)]
    for index, instrument in enumerate(sequence.instruments):
        extras = [message for track, message in style.extras if track == index]
        tracks.append(_player(sequence, index, instrument, style.note_offs) + extras)
    if style.file_format == 0:
        tracks = [[message for track in tracks for message in track]]
    header = (style.file_format, len(tracks), style.ticks_per_quarter)
    chunks = [write_chunk(b"MThd", b"".join(n.to_bytes(2, "big") for n in header))]
    for track in tracks:
        chunks.append(write_chunk(b"MTrk", _track_bytes(track, sequence.total_quarters, style)))
    return b"".join(chunks)


def meta_event(kind: int, data: bytes) -> bytes:
    """Write a meta event.

    Args:
        kind: its type byte.
        data: what it holds.

    Returns:
        Its bytes, without a delta time.
    """
    return bytes([0xFF, kind]) + write_variable_length(len(data)) + data


def _conductor(sequence: NoteSequence) -> list[Message]:
    """Give title, tempo, metre and key."""
    messages = [(0.0, SETUP, meta_event(TRACK_NAME, sequence.title.encode()))]
    for tempo in sequence.tempos:
        data = round(6e7 / tempo.quarters_per_minute).to_bytes(3, "big")
        messages.append((tempo.start, SETUP, meta_event(0x51, data)))
    for metre in sequence.time_signatures:
        data = bytes([metre.numerator, metre.denominator.bit_length() - 1, 24, 8])
        messages.append((metre.start, SETUP, meta_event(0x58, data)))
    for key in sequence.key_signatures:
        data = bytes([key.fifths & 0xFF, key.mode == "minor"])
        messages.append((key.start, SETUP, meta_event(0x59, data)))
    return messages


def _player(sequence: NoteSequence, index: int, instrument: Instrument, offs: bool) -> list:
    """Give one instrument's program, controllers and notes."""
    channel = DRUM_CHANNEL if instrument.is_drum else index
    messages = [
        (0.0, SETUP, meta_event(TRACK_NAME, instrument.name.encode())),
        (0.0, SETUP, bytes([0xC0 | channel, instrument.program])),
    ]
    for change in sequence.control_changes:
        if change.instrument == index:
            data = bytes([0xB0 | channel, change.number, change.value])
            messages.append((change.start, CONTROL, data))
    status, release = (0x80, RELEASE) if offs else (0x90, 0)
    for note in sequence.notes_of(index):
        struck = bytes([0x90 | channel, note.pitch, note.velocity])
        messages.append((note.start, NOTE_ON, struck))
        messages.append((note.end, NOTE_OFF, bytes([status | channel, note.pitch, release])))
    return messages


def _track_bytes(messages: list[Message], total_quarters: float, style: FileStyle) -> bytes:
    """Put delta times before the messages; leave repeated status bytes out if the style says so."""
    timed = [(round(q * style.ticks_per_quarter), order, data) for q, order, data in messages]
    body = bytearray()
    now, running = 0, 0
    for tick, _, data in sorted(timed, key=lambda message: message[:2]):
        body += write_variable_length(tick - now)
        body += data[1:] if style.running_status and data[0] == running else data
        now, running = tick, data[0] if data[0] < 0xF0 else 0
    rest = max(round(total_quarters * style.ticks_per_quarter) - now, 0)
    return bytes(body) + write_variable_length(rest) + meta_event(0x2F, b"")


def accented(sequence: NoteSequence) -> NoteSequence:
    """Strike the first note of a bar hardest, other quarters less, the rest softest.

    Args:
        sequence: the piece.

    Returns:
        The piece with velocities 96, 80 and 66.
    """

    def velocity(note: Note) -> int:
        metre = sequence.time_signature_at(note.start)
        place = (note.start - metre.start) % metre.quarters_per_bar
        return 96 if place == 0 else 80 if place % 1 == 0 else 66

    notes = tuple(replace(note, velocity=velocity(note)) for note in sequence.notes)
    return replace(sequence, notes=notes)


def with_pauses(chorale: Chorale) -> NoteSequence:
    """Sing a chorale with a slower last quarter under each fermata.

    Args:
        chorale: the chorale.

    Returns:
        The chorale with two changes of tempo for each fermata.
    """
    sequence = chorale.to_note_sequence()
    usual = sequence.tempos[0].quarters_per_minute
    held = chorale.fermatas.reshape(-1, 4).any(axis=1)  # by quarter note
    tempos, slow = [], False
    for quarter, fermata in enumerate([*held.tolist(), False]):
        if fermata != slow or quarter == 0:
            tempos.append(Tempo(float(quarter), usual * (0.6 if fermata else 1.0)))
        slow = fermata
    return replace(sequence, tempos=tuple(tempos))


def with_pedal(sequence: NoteSequence) -> NoteSequence:
    """Play a piece on a piano that lifts the sustain pedal shortly before every half note.

    Args:
        sequence: the piece.

    Returns:
        The piece for pianos, with the pedal's controller events.
    """
    pedal = []
    for index in range(len(sequence.instruments)):
        for half in range(int(sequence.total_quarters // 2)):
            pedal.append(ControlChange(2.0 * half, SUSTAIN_PEDAL, 127, index))
            pedal.append(ControlChange(2.0 * half + 1.75, SUSTAIN_PEDAL, 0, index))
    pianos = tuple(replace(player, program=0) for player in sequence.instruments)
    return replace(sequence, instruments=pianos, control_changes=tuple(pedal))


def with_drums(sequence: NoteSequence) -> NoteSequence:
    """Add a drum kit that marks every quarter note of a tune in 2/2 or 4/4.

    Args:
        sequence: the tune.

    Returns:
        The tune with a drum track, bass drum on the first and third quarter of each bar.
    """
    kit = len(sequence.instruments)
    beats = range(int(sequence.total_quarters))
    hits = [(CLOSED_HI_HAT, float(beat) + half / 2) for beat in beats for half in range(2)]
    hits += [(SIDE_STICK if beat % 2 else BASS_DRUM, float(beat)) for beat in beats]
    notes = tuple(Note(pitch, start, start + 0.25, 70, kit) for pitch, start in hits)
    drums = Instrument(0, "Drums", is_drum=True)
    return replace(
        sequence, notes=sequence.notes + notes, instruments=(*sequence.instruments, drums)
    )


def build_shelf() -> dict[str, bytes]:
    """Make all files of the shelf from the shipped corpora.

    Returns:
        File name -> bytes.
    """
    tunes = {tune.name: tune for book in ("oneills", "ryans") for tune in load_tunes(book)}
    chorales = {chorale.name: chorale for chorale in load_chorales()}
    quartets = {movement.name: movement for movement in load_quartets()}

    def tune(name: str) -> NoteSequence:
        return accented(tunes[name].to_note_sequence())

    def chorale(name: str) -> NoteSequence:
        return chorales[name].to_note_sequence()

    def quartet(name: str, start: float = 0.0, end: float | None = None) -> NoteSequence:
        sequence = quartets[name].to_note_sequence()
        return accented(crop(sequence, start, end) if end else sequence)

    fiddle = (0, (16.0, SETUP, bytes([0xC0, 40])))  # from the fifth bar on, a violin
    marks = tuple(
        (0, (bar * 4.0, SETUP, meta_event(MARKER, f"bar {bar + 1}".encode()))) for bar in range(8)
    )
    hello = (
        (0, (0.0, SETUP, GENERAL_MIDI_ON)),
        (0, (0.0, SETUP, meta_event(TEXT, b"public domain"))),
    )
    shelf: dict[str, tuple[Callable[[], NoteSequence], FileStyle]] = {
        "01_jig": (lambda: tune("oneills-0858"), FileStyle(0, 96, False, True)),
        "02_reel": (lambda: tune("AcaciaReel"), FileStyle(0, 120, True, False)),
        "03_hornpipe": (lambda: tune("FishersHornpipe"), FileStyle(1, 384, False, False)),
        "04_slip_jig": (lambda: tune("oneills-1123"), FileStyle(1, 480, True, True)),
        "05_strathspey": (lambda: tune("MoneyMuskStrathspey"), FileStyle(1, 1024, True, False)),
        "06_reel_with_drums": (
            lambda: with_drums(tune("oneills-1260")),
            FileStyle(1, 480, True, False, (fiddle, *marks)),
        ),
        "07_chorale_bwv338": (lambda: chorale("bwv338"), FileStyle(1, 480, True, False, hello)),
        "08_chorale_bwv253": (lambda: chorale("bwv253"), FileStyle(0, 96, True, True)),
        "09_chorale_pauses": (
            lambda: with_pauses(chorales["bwv269"]),
            FileStyle(1, 1024, False, True),
        ),
        "10_chorale_pedal": (lambda: with_pedal(chorale("bwv347")), FileStyle(1, 120, True, False)),
        "11_chorale_two_metres": (lambda: chorale("bwv362"), FileStyle(0, 384, True, False)),
        "12_haydn_menuetto": (lambda: quartet("haydn-opus1no1-2"), FileStyle(1, 384, True, True)),
        "13_mozart_adagio": (lambda: quartet("mozart-k156-2"), FileStyle(1, 480, True, False)),
        "14_mozart_presto": (lambda: quartet("mozart-k156-1"), FileStyle(0, 480, True, False)),
        "15_beethoven_menuetto": (
            lambda: quartet("beethoven-opus59no3-3"),
            FileStyle(1, 1024, True, True),
        ),
        "16_beethoven_fugue": (
            lambda: quartet("beethoven-opus133-1", 0.0, 120.0),
            FileStyle(1, 960, True, False),
        ),
    }
    return {f"{name}.mid": styled_bytes(make(), style) for name, (make, style) in shelf.items()}
