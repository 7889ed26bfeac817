"""The interface without a browser; tests/browser/test_studio.py has it in JupyterLab and voilà."""

import json
import re
from datetime import datetime

import pytest

from course.note_sequence import Note, NoteSequence
from course.representation.midi import midi_bytes
from course.studio import panel as module
from course.studio.panel import NO_TAKE, Studio
from course.studio.request import Request

REQUEST = Request(model="chorale_rnn", bars=3)


@pytest.fixture
def studio(tmp_path):
    return Studio(REQUEST, folder=tmp_path)


def press(studio, name):
    studio.buttons[name].click()
    assert studio.worker.wait(30)
    return studio.said.value


def upload(studio, name, content):
    file = {"name": name, "type": "", "size": len(content), "content": memoryview(content)}
    studio.upload.value = ({**file, "last_modified": datetime(2026, 1, 1)},)
    assert studio.worker.wait(30)
    return studio.said.value


@pytest.mark.slow
def test_from_request_to_files(studio, tmp_path):
    assert studio.said.value == NO_TAKE
    assert press(studio, "generate").startswith("Take 1 · Four voices in C major · chorale_rnn, ")
    studio.bars.children[1].value = True
    assert [bar.description for bar in studio.bars.children] == ["1", "2 locked", "3"]
    assert "bar 2 from before" in press(studio, "redo_rest")
    assert studio.session.current.take.recipe.draws[1].locked == (2,)
    assert press(studio, "compare") == "Comparing Take 2 and Take 1."
    assert press(studio, "keep") == "Take 2 is kept."
    assert "take 2 is kept; let it go first" in press(studio, "discard")
    assert press(studio, "try_recipe") == "Sampling take 2 again gives the same: all 384 ids."
    studio.name.value = "song"
    assert press(studio, "save").endswith(f"recipe and zip into {tmp_path / 'song'}")
    kept = json.loads((tmp_path / "song" / "song.recipe.json").read_text("utf-8"))
    assert kept["sampling again"] == "gives the same"
    for action in ("keep", "new take", "lock", "new take"):
        assert press(studio, "undo") == f"Undone: {action}."
    assert press(studio, "undo") == "✗ there is nothing to undo"
    assert studio.stage.children == ()
    assert studio.takes.options == ()


def test_a_take_can_be_chosen_and_discarded(studio):
    press(studio, "generate")
    studio.form.fields["seed"].value = 1
    press(studio, "generate")
    assert [number for _, number in studio.takes.options] == [1, 2]
    studio.takes.value = 1
    assert studio.session.current.number == 1
    assert studio.other.value == 2
    assert press(studio, "discard") == "Take 1 is discarded; Undo brings it back."
    assert studio.takes.value == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tempo", 0.0, "✗ tempo is 0.0, outside 30.0..240.0; quarter notes a minute"),
        ("ensemble", "kazoo", "✗ there is no instrument &#x27;kazoo&#x27;; choose from piccolo"),
        ("measure", "as the melody", "✗ there are no notes; write some"),
    ],
)
def test_faults_are_said_and_lose_nothing(studio, field, value, message):
    press(studio, "generate")
    before = studio.session.state
    studio.form.fields[field].value = value
    assert press(studio, "generate").startswith(message)
    assert studio.session.state == before


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("keep", "✗ there is no take yet; generate one"),
        ("redo_rest", "✗ there is no take yet; generate one"),
        ("save", "✗ there is no take yet; generate one"),
        ("compare", "✗ there is no take yet; generate one"),
        ("cancel", "Nothing is being computed."),
    ],
)
def test_nothing_can_be_done_to_nothing(studio, action, message):
    assert press(studio, action) == message


def test_one_take_cannot_be_compared_and_not_all_bars_locked(studio):
    press(studio, "generate")
    assert press(studio, "compare").startswith("✗ a take can be compared with another one")
    for bar in studio.bars.children:
        bar.value = True
    assert press(studio, "redo_rest") == "✗ all 3 bars are locked; unlock at least one"


def test_a_full_disk_is_said_and_loses_nothing(studio, monkeypatch):
    press(studio, "generate")
    before = studio.session.state

    def export(*_arguments):
        raise module.ExportError("the disk is full: make room")

    monkeypatch.setattr(module, "export", export)
    assert press(studio, "save") == "✗ the disk is full: make room"
    assert studio.session.state == before


def test_a_workspace_that_cannot_be_used_is_said(studio, tmp_path, monkeypatch):
    press(studio, "generate")
    (tmp_path / "file").write_text("here")
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path / "file"))
    studio._folder = None
    assert re.match(r"✗ .*exports cannot be used: .*choose another folder", press(studio, "save"))
    assert len(studio.session.state.entries) == 1


def test_a_bug_is_said_and_loses_nothing(studio, monkeypatch):
    press(studio, "generate")
    before = studio.session.state
    monkeypatch.setattr(module, "make", lambda *_arguments: {}["no such key"])
    assert "✗ KeyError" in press(studio, "generate")
    assert studio.session.state == before


def test_files_can_be_opened(studio, voices):
    melody = NoteSequence([Note(60 + i, i / 2, (i + 1) / 2) for i in range(8)])
    assert upload(studio, "a.mid", midi_bytes(melody)) == "The top line of a.mid is the melody now."
    assert studio.form.request().melody.startswith("60:0.5 61:0.5")
    text = json.dumps(Request(bars=7).to_json()).encode()
    assert upload(studio, "request.json", text) == "request.json is in the form."
    assert studio.form.request() == Request(bars=7)
    assert upload(studio, "r.json", voices.recipe.to_text().encode()).startswith("Take 1 ")
    assert studio.session.current.take.music == voices.music
    assert studio.upload.value == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.mid", b"MThd123", "✗ .*the file is damaged or cut off"),
        ("a.json", b"\xff", "✗ a.json is no JSON"),
        ("a.json", b"[1]", "✗ a.json holds no request"),
        ("a.json", b'{"format": 9}', "✗ format is 9, this course reads 1"),
        ("a.json", b'{"bars": 0}', r"✗ bars is 0, outside 1\.\.64"),
    ],
)
def test_bad_files_are_refused(studio, name, content, message):
    assert re.match(message, upload(studio, name, content))
    assert studio.session.state.entries == ()


def test_two_studios_know_nothing_of_one_another(studio, tmp_path):
    other = Studio(REQUEST, folder=tmp_path)
    press(studio, "generate")
    assert other.session.state.entries == ()
    assert other.takes.options == ()
