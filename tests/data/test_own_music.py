import pytest

from course.data.own_music import own_music_folder, read_folder
from course.note_sequence import Note, NoteSequence
from course.representation.midi import midi_bytes

PIECE = NoteSequence(notes=(Note(60, 0, 1), Note(64, 1, 2)))


@pytest.fixture
def folder(tmp_path):
    good = midi_bytes(PIECE)
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.mid").write_bytes(good)
    (tmp_path / "deep" / "a.MIDI").write_bytes(good)
    (tmp_path / "rests.mid").write_bytes(midi_bytes(NoteSequence(total_quarters=4)))
    (tmp_path / "song.mid").write_bytes(b"<html>not found</html>")
    (tmp_path / "tail.mid").write_bytes(good + b"rubbish at the end")
    (tmp_path / "huge.mid").write_bytes(bytes(5_000_001))
    (tmp_path / "notes.txt").write_text("not music")
    return tmp_path


def test_every_file_is_used_or_refused_with_a_reason(folder):
    reading = read_folder(folder)
    assert list(reading.pieces) == ["b.mid", "deep/a.MIDI", "tail.mid"]
    assert reading.pieces["b.mid"].notes == PIECE.notes
    assert list(reading.refused) == ["huge.mid", "rests.mid", "song.mid"]
    assert reading.refused["rests.mid"] == "it has no notes"
    assert "at most 5,000,000" in reading.refused["huge.mid"]
    assert "MThd" in reading.refused["song.mid"]
    assert list(reading.repaired) == ["tail.mid"]


def test_the_report_names_all_of_it(folder):
    report = read_folder(folder).report()
    assert report.startswith("3 files used, 3 refused")
    assert all(name in report for name in ("tail.mid", "huge.mid", "song.mid", "rests.mid"))


def test_nothing_is_changed(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    read_folder(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_empty_folder_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
    reading = read_folder(own_music_folder())
    assert reading.pieces == reading.refused == {}
    assert "Copy some into it" in reading.report()
    assert "never change" in (tmp_path / "my_midi" / "README.txt").read_text()


def test_no_folder(tmp_path):
    with pytest.raises(ValueError, match="is no folder; make it"):
        read_folder(tmp_path / "missing")
