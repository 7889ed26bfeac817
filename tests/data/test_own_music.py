import pytest

from course.data import own_music
from course.data.own_music import beginning, own_music_folder, read_own
from course.note_sequence import ControlChange, Instrument, Note, NoteSequence
from course.representation.midi import midi_bytes
from tests.data.odd_files import OTHERS, UNREADABLE, odd_files

PIECE = NoteSequence(notes=(Note(60, 0, 1), Note(64, 1, 2)))


@pytest.fixture
def folder(tmp_path):
    good = midi_bytes(PIECE)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.mid").write_bytes(good)
    (tmp_path / "deep" / "er" / "a.MIDI").write_bytes(good)
    (tmp_path / "folder.mid").mkdir()
    (tmp_path / "song.mid").write_bytes(b"<html>not found</html>")
    (tmp_path / "tail.mid").write_bytes(good + b"rubbish at the end")
    (tmp_path / "score.xml").write_text("<score-partwise/>")
    (tmp_path / ".DS_Store").write_text("")
    return tmp_path


def test_every_file_is_used_or_refused_or_named(folder):
    own = read_own(folder=folder)
    assert list(own.used) == list(own.taken) == ["b.mid", "deep/er/a.MIDI", "tail.mid"]
    assert own.used["b.mid"].notes == PIECE.notes
    assert own.refused == {"song.mid": "no MThd chunk; this is no MIDI file; check what it is"}
    assert list(own.mended) == ["tail.mid"]
    assert own.others == ("score.xml",)
    assert str(folder) not in "".join([*own.refused.values(), *own.mended.values()])


def test_what_a_lesson_makes_of_a_piece_is_kept_and_its_refusals_are_told(folder):
    def last_pitch(piece):
        if len(piece.notes) < 2:
            raise ValueError("it has one note; choose a longer one")
        return piece.notes[-1].pitch

    (folder / "b.mid").write_bytes(midi_bytes(NoteSequence((Note(60, 0, 1),))))
    own = read_own(last_pitch, lambda pitch: f"pitch {pitch}", {"C": 60}, folder)
    assert own.music == own.used == {"deep/er/a.MIDI": 64, "tail.mid": 64}
    assert own.first == ("deep/er/a.MIDI", 64)
    assert "  used     deep/er/a.MIDI: pitch 64, from 2 notes" in own.report()
    assert "  refused  b.mid: it has one note; choose a longer one" in own.report()
    assert "In its place" not in own.report()


def test_a_mistake_of_the_lesson_is_not_taken_for_a_refusal(folder):
    with pytest.raises(ZeroDivisionError):
        read_own(lambda _: 1 / 0, folder=folder)


def test_the_odd_folder_makes_a_short_report(tmp_path):
    files = odd_files()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in OTHERS:
        (tmp_path / name).write_text("music of another kind")
    own = read_own(folder=tmp_path)
    assert sorted([*own.used, *own.refused]) == sorted(files)
    assert own.others == OTHERS
    assert set(own.refused) == set(UNREADABLE)
    for name, words in UNREADABLE.items():
        assert all(word in own.refused[name] for word in words), (name, own.refused[name])
    report = " ".join(own.report().split())
    for name, why in own.refused.items():
        assert name in report
        assert " ".join(why.split()) in report
    assert "musicxml.mid, text.mid: no MThd chunk" in report
    assert "32 notes, drums only" in own.taken["drums.mid"]
    assert "48 notes, 32 of them drums" in own.taken["drums_and_melody.mid"]
    assert "75% between sixteenths" in own.taken["64ths.mid"]
    assert "pitch bend: left out" in own.mended["bends.mid"]
    assert "; and 4 further repairs" in report
    assert len(own.report().splitlines()) < 30
    assert max(map(len, own.report().splitlines()[1:])) <= 100


def test_a_folder_of_hundreds_makes_a_short_report(tmp_path):
    for number in range(own_music.MOST_FILES + 30):
        (tmp_path / f"{number:03}.mid").write_bytes(b"" if number % 2 else midi_bytes(PIECE))
    own = read_own(folder=tmp_path)
    assert (len(own.used), len(own.refused)) == (100, 130)
    assert "at most 200 files and 16 MiB are" in own.refused["228.mid"]
    assert len(own.report().splitlines()) < 16
    assert "and 94 more: 012.mid" in own.report()
    assert "and 94 more: the file is empty" in " ".join(own.report().split())


def test_many_reasons_are_cut(tmp_path):
    for number in range(20):
        (tmp_path / f"{number}.mid").write_bytes(midi_bytes(PIECE))
    numbers = iter(range(20))

    def refuse(_):
        raise ValueError(f"reason {next(numbers)}")

    report = read_own(refuse, folder=tmp_path).report()
    assert "and 8 more for other reasons: 2.mid, 3.mid, 4.mid, 5.mid, 6.mid, 7.mid and 2" in report


def test_large_files_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(own_music, "MOST_BYTES", 2 * len(midi_bytes(PIECE)))
    for name in "abc":
        (tmp_path / f"{name}.mid").write_bytes(midi_bytes(PIECE))
    own = read_own(folder=tmp_path)
    assert list(own.used) == ["a.mid", "b.mid"]
    assert "take others out of the folder" in own.refused["c.mid"]


def test_nothing_is_changed(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    read_own(folder=folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_empty_folder_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
    own = read_own(spare={"a jig": PIECE})
    assert own.folder == own_music_folder() == tmp_path / "my_midi"
    assert own.used == own.refused == {}
    assert own.others == ()
    assert own.first == ("a jig", PIECE)
    assert "Copy some into it" in own.report()
    assert own.report().endswith("In its place: a jig.")
    assert "never change" in (tmp_path / "my_midi" / "README.txt").read_text()


def test_a_folder_of_unusable_files_says_what_stands_in(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"")
    own = read_own(spare={"a jig": PIECE}, folder=tmp_path)
    assert own.report().startswith("MIDI files: 0 used, 1 refused")
    assert own.report().endswith("No file could be used. In its place: a jig.")


def test_no_folder(tmp_path):
    with pytest.raises(ValueError, match=r"missing is no folder; make it"):
        read_own(folder=tmp_path / "missing")
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"file is no folder"):
        read_own(folder=tmp_path / "file")


def test_a_file_that_cannot_be_opened(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(own_music, "read_midi", refuse)
    own = read_own(folder=folder)
    assert own.refused["b.mid"] == "it cannot be opened (Permission denied); copy it here anew"


def test_a_beginning_has_the_instruments_that_play_in_it():
    piece = NoteSequence(
        (Note(60, 4, 9, instrument=2), Note(62, 6, 7, instrument=0), Note(64, 20, 21, 80, 1)),
        (Instrument(0), Instrument(1), Instrument(2)),
        control_changes=(ControlChange(5, 64, 127, 2), ControlChange(5, 64, 127, 1)),
    )
    part = beginning(piece, 4)
    assert part.notes == (Note(60, 0, 4, instrument=1), Note(62, 2, 3, instrument=0))
    assert part.instruments == (Instrument(0), Instrument(2))
    assert part.control_changes == (ControlChange(1, 64, 127, 1),)
    assert part.total_quarters == 4
    assert len(beginning(piece, 100, most_notes=2).notes) == 2
    with pytest.raises(ValueError, match="it has no notes; choose"):
        beginning(NoteSequence(), 4)
