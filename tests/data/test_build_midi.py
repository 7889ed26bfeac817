import numpy as np
import pytest

from course.data.build_midi import (
    FileStyle,
    accented,
    build_shelf,
    styled_bytes,
    with_drums,
    with_pauses,
    with_pedal,
)
from course.data.chorales import load_chorales
from course.data.shelf import midi_files
from course.data.tunes import load_tunes
from course.note_sequence import Instrument, Note, NoteSequence, Tempo, TimeSignature
from course.representation.midi import read_midi
from course.representation.midi_bytes import read_chunks, read_header, read_track_events

TWO_NOTES = NoteSequence(
    notes=(Note(60, 0.0, 1.0, 70), Note(62, 1.0, 2.0, 90)),
    instruments=(Instrument(73, "Flute"),),
    tempos=(Tempo(0.0, 120.0),),
    title="Two",
)


def test_a_file_by_hand():
    data = styled_bytes(TWO_NOTES, FileStyle(0, 96, running_status=True))
    body = (
        "00FF0303" + b"Two".hex() + "00FF510307A120" + "00FF0305" + b"Flute".hex() + "00C049"
        "00903C46" "603C00" "003E5A" "603E00" "00FF2F00"
    )  # fmt: skip
    header = "4D546864 00000006 0000 0001 0060 4D54726B"
    assert data == bytes.fromhex(header) + (len(body) // 2).to_bytes(4, "big") + bytes.fromhex(body)


@pytest.mark.parametrize("file_format", [0, 1])
@pytest.mark.parametrize("running_status", [False, True])
@pytest.mark.parametrize("note_offs", [False, True])
def test_every_style_says_the_same(file_format, running_status, note_offs):
    chorale = load_chorales()[3].to_note_sequence()
    style = FileStyle(file_format, 480, running_status, note_offs)
    back = read_midi(styled_bytes(chorale, style))
    assert len(back.instruments) == 4
    assert sorted((n.start, n.pitch, n.end) for n in back.notes) == sorted(
        (n.start, n.pitch, n.end) for n in chorale.notes
    )
    assert back.time_signatures == chorale.time_signatures
    assert back.total_quarters == chorale.total_quarters


def test_styles_differ_in_their_bytes():
    sizes = {
        (running, offs): len(styled_bytes(TWO_NOTES, FileStyle(0, 96, running, offs)))
        for running in (False, True)
        for offs in (False, True)
    }
    assert sizes[True, False] < sizes[False, False] == sizes[False, True]


def test_the_shelf_is_what_is_shipped():
    assert {path.name: path.read_bytes() for path in midi_files()} == build_shelf()


def test_the_shelf_has_what_files_from_elsewhere_have():
    contents = [path.read_bytes() for path in midi_files()]
    headers = [read_header(data) for data in contents]
    events = [
        event
        for data in contents
        for chunk in read_chunks(data)[1:]
        for event in read_track_events(data[chunk.start : chunk.end])
    ]
    assert {header.format for header in headers} == {0, 1}
    assert {header.division for header in headers} == {96, 120, 384, 480, 960, 1024}
    assert {0x80, 0x90, 0xB0, 0xC0, 0xF0} == {event.kind for event in events}
    assert any(event.kind == 0x90 and event.data[1] == 0 for event in events)
    assert any(event.status == 0x99 for event in events)  # drums
    assert any(event.status == 0xF0 for event in events)  # system exclusive
    assert {1, 3, 6} <= {event.meta_type for event in events}  # texts, names, markers
    sequences = [read_midi(data) for data in contents]
    assert {c.number for s in sequences for c in s.control_changes} == {64}
    assert max(len(sequence.tempos) for sequence in sequences) > 10
    assert max(len(sequence.time_signatures) for sequence in sequences) >= 3
    assert any(len({i.program for i in s.instruments if not i.is_drum}) == 2 for s in sequences)


def test_accents_follow_the_bar():
    tune = NoteSequence(
        notes=(Note(60, 0.0, 1.0), Note(60, 1.0, 1.5), Note(60, 1.5, 2.0), Note(60, 3.0, 4.0)),
        time_signatures=(TimeSignature(0.0, 3, 4),),
    )
    assert [note.velocity for note in accented(tune).notes] == [96, 80, 66, 96]


def test_pauses_pedal_and_drums():
    chorale = next(c for c in load_chorales() if c.name == "bwv269")
    slow = with_pauses(chorale)
    assert {tempo.quarters_per_minute for tempo in slow.tempos} == {80.0, 48.0}
    held = np.flatnonzero(chorale.fermatas)[0] / 4
    assert next(t.start for t in slow.tempos if t.quarters_per_minute == 48.0) == held
    pedalled = with_pedal(chorale.to_note_sequence())
    assert {change.value for change in pedalled.control_changes} == {0, 127}
    reel = next(t for t in load_tunes("ryans") if t.tune_type == "reel").to_note_sequence()
    drums = with_drums(reel)
    assert drums.instruments[1].is_drum
    assert {note.pitch for note in drums.notes_of(1)} == {36, 37, 42}
