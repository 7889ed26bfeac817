import json

import pytest

from course.note_sequence import Note, NoteSequence
from course.recipes.harmonise import read_soprano
from course.representation.midi import midi_bytes, write_midi
from course.studio.request import Request, RequestError
from course.studio.request_files import melody_from_midi, melody_of, read_request, request_of

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def scale(octave=0):
    notes = [Note(pitch + 12 * octave, i / 2, (i + 1) / 2) for i, pitch in enumerate(SCALE)]
    return NoteSequence((*notes, Note(36, 0.0, 4.0)))


def test_a_request_comes_back_from_its_file(tmp_path):
    asked = Request(
        model="tune_rnn", tune="jig", key="G major", bars=4, ensemble=("flute", "violin"),
        mood=((0.0, 0.1, 0.2), (1.0, 0.3, 0.4)), style="folk", seed=3,
    )  # fmt: skip
    path = tmp_path / "request.json"
    path.write_text(json.dumps(asked.to_json()))
    assert read_request(path) == asked


def test_what_is_left_out_has_its_default(tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"bars": 8}')
    assert read_request(path) == Request(bars=8)


def test_the_top_line_of_a_midi_file_becomes_the_melody(tmp_path):
    write_midi(scale(), tmp_path / "scale.mid")
    path = tmp_path / "request.json"
    path.write_text('{"midi": "scale.mid", "key": "free"}')
    request = read_request(path)
    assert request.melody == " ".join(f"{pitch}:0.5" for pitch in SCALE)
    assert read_soprano(request.melody)[::2].tolist() == list(SCALE)


def test_a_low_melody_is_moved_into_a_sopranos_range():
    assert melody_from_midi(midi_bytes(scale(-1))).startswith("60:0.5 62:0.5")


def test_a_long_melody_ends_with_the_last_bar_that_a_request_holds():
    slow = NoteSequence(tuple(Note(60 + i % 12, 8 * i, 8 * i + 8) for i in range(100)))
    melody = melody_of(slow)
    assert len(read_soprano(melody)) == 1024
    assert Request(melody=melody, key="free").melody == melody
    with pytest.raises(ValueError, match="its top line has 1 note, at least 8"):
        melody_of(NoteSequence((Note(60, 0, 1),)))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"MThd123", "the file is damaged or cut off; get or export it again"),
        (b"", "MIDI data.*empty"),
        (midi_bytes(NoteSequence()), "no melody can be taken from this MIDI file: "),
        ("missing.mid", "missing.mid cannot be read: No such file.*choose another"),
    ],
)
def test_bad_midi_is_refused(source, message):
    with pytest.raises(RequestError, match=message):
        request_of({"midi": source})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bars": 4, "bpm": 90}, "a request has no 'bpm'; its fields are model, tune, key"),
        ({"melody": "G4", "midi": b""}, "has a melody and a MIDI file; give one of them"),
        ({"bars": 4, "mood": [[0, 0]]}, "mood has the point"),
    ],
)
def test_what_a_file_must_not_hold(values, message):
    with pytest.raises(RequestError, match=message):
        request_of(values)


def test_files_that_are_no_requests(tmp_path):
    with pytest.raises(RequestError, match="cannot be read: No such file"):
        read_request(tmp_path / "missing.json")
    path = tmp_path / "request.json"
    for text, message in (("{", "is no JSON"), ("[1]", "holds no request; write")):
        path.write_text(text)
        with pytest.raises(RequestError, match=message):
            read_request(path)
