import errno
import io
import json
import threading
import zipfile
from pathlib import Path

import music21
import numpy as np
import pytest
import soundfile

from course.representation.midi import midi_bytes, read_midi
from course.studio import exporting
from course.studio.exporting import ExportError, export, musicxml_bytes, sound_of, zip_bytes
from course.studio.recipe import RecipeError, recipe_of, replay
from course.studio.request import Request
from course.studio.takes import Take, make
from course.studio.watching import Cancelled, Watch

SUFFIXES = [".mid", ".mp3", ".musicxml", ".recipe.json", ".wav", ".zip"]


@pytest.fixture(scope="module")
def exported(jig, tmp_path_factory):
    return export(jig, tmp_path_factory.mktemp("exports"), "My jig")


@pytest.fixture
def quick(monkeypatch):
    """Leave out the slow kinds of file."""
    monkeypatch.setattr(exporting, "_makers", lambda take: {".mid": lambda: midi_bytes(take.music)})


def test_all_files_are_there(exported, jig):
    assert exported.name == "My jig"
    assert sorted(path.name for path in exported.iterdir()) == [f"My jig{s}" for s in SUFFIXES]
    assert [path.name for path in exported.parent.iterdir()] == ["My jig"]
    assert (exported / "My jig.mid").read_bytes() == midi_bytes(jig.music)
    recipe = recipe_of(json.loads((exported / "My jig.recipe.json").read_text("utf-8")))
    assert replay(recipe) == jig.music


def test_the_sound_has_its_length_to_the_sample(exported):
    wav, rate = soundfile.read(exported / "My jig.wav")
    assert (wav.shape, rate) == ((7 * 44_100, 2), 44_100)
    assert np.abs(wav).max() > 0.2
    assert soundfile.info(exported / "My jig.mp3").duration == pytest.approx(7.0, abs=0.1)


def test_the_score_is_written_as_it_is_meant(exported, jig):
    score = music21.converter.parse(exported / "My jig.musicxml")
    bars = jig.request.num_bars + 1  # with the chord at the end
    assert {len(part.getElementsByClass("Measure")) for part in score.parts} == {bars}
    melody = [
        n.pitch.midi
        for n in score.parts[0].flatten().notes
        if n.tie is None or n.tie.type == "start"
    ]
    written = read_midi(exported / "My jig.mid").notes_of(0)
    assert melody == [note.pitch for note in written]


def test_the_score_shows_nothing_of_the_unevenness():
    take = make(Request(model="chorale_rnn", bars=1, tempo=240, human=1.0))
    score = music21.converter.parseData(musicxml_bytes(take.recipe), format="musicxml")
    starts = {float(note.offset) for part in score.parts for note in part.flatten().notes}
    assert all((start * 4).is_integer() for start in starts)
    played = {note.start for note in take.music.notes}
    assert not all((start * 4).is_integer() for start in played)


def test_the_zip_holds_the_other_files(exported):
    with zipfile.ZipFile(exported / "My jig.zip") as archive:
        names = sorted(archive.namelist())
        assert names == [f"My jig{s}" for s in SUFFIXES[:-1]]
        for name in names:
            assert archive.read(name) == (exported / name).read_bytes()


def test_the_same_files_give_the_same_zip():
    files = {"a.mid": b"1", "b.wav": b"2"}
    assert zip_bytes(files) == zip_bytes(files)
    assert zipfile.ZipFile(io.BytesIO(zip_bytes(files))).read("b.wav") == b"2"


def test_a_loop_has_no_tail():
    take = make(Request(model="chorale_rnn", bars=1, ending="loop", human=0.0))
    assert len(sound_of(take, 24_000)) == round(take.music.total_seconds * 24_000)
    rings = make(Request(model="chorale_rnn", bars=1, human=0.0))
    assert len(sound_of(rings, 24_000)) == round((take.music.total_seconds + 1.5) * 24_000)


def test_nothing_is_ever_replaced(jig, tmp_path, quick):
    names = [export(jig, tmp_path, "jig").name for _ in range(3)]
    assert names == ["jig", "jig-2", "jig-3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_two_at_once_do_not_meet(jig, tmp_path, quick):
    threads = [threading.Thread(target=export, args=(jig, tmp_path, "jig")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folders = sorted(tmp_path.iterdir())
    assert len(folders) == 8
    assert all(len(list(folder.iterdir())) == 2 for folder in folders)


@pytest.mark.parametrize(
    ("name", "file"),
    [("a/b", "a-b"), ("x:y?", "x-y-"), (" Jig. ", "Jig"), ("../up", "-up"), ("雨", "雨")],
)
def test_names_become_file_names(name, file, jig, tmp_path, quick):
    assert export(jig, tmp_path, name).name == file


def test_a_name_is_needed(jig, tmp_path):
    with pytest.raises(ValueError, match=r"the name is ' . '; give one with a letter"):
        export(jig, tmp_path, " . ")


FAILURES = [
    (errno.ENOSPC, r"the disk is full: .* MB free, the files need 0.0 MB; make room or choose an"),
    (errno.EDQUOT, "the disk is full"),
    (errno.EACCES, "may not be written to; choose another folder"),
    (errno.EROFS, "may not be written to; choose another folder"),
    (errno.EIO, "cannot be used: Input/output error; choose another folder"),
]


@pytest.mark.parametrize(("number", "message"), FAILURES)
@pytest.mark.parametrize("after", [0, 1])
def test_a_failure_leaves_nothing_and_loses_nothing(
    number, message, after, jig, tmp_path, quick, monkeypatch
):
    earlier = export(jig, tmp_path, "jig")
    before = {path.name: path.read_bytes() for path in earlier.iterdir()}
    written = []

    def write_file(path, data):
        if len(written) == after:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(number, "Input/output error" if number == errno.EIO else "no")
        written.append(path)
        path.write_bytes(data)

    monkeypatch.setattr(exporting, "write_file", write_file)
    with pytest.raises(ExportError, match=f"{message}.*nothing was changed, and the take is still"):
        export(jig, tmp_path, "jig")
    assert list(tmp_path.iterdir()) == [earlier]
    assert {path.name: path.read_bytes() for path in earlier.iterdir()} == before
    monkeypatch.undo()
    assert replay(jig.recipe) == jig.music


def test_a_disk_that_is_really_full(jig, tmp_path, quick):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left"):
        exporting.write_file(Path("/dev/full"), b"x" * 100)


def test_a_folder_that_is_a_file(jig, tmp_path, quick):
    (tmp_path / "file").write_text("here")
    with pytest.raises(ExportError, match=r"cannot be used: .*choose another folder"):
        export(jig, tmp_path / "file" / "below", "jig")
    assert (tmp_path / "file").read_text() == "here"


def test_it_can_be_stopped_and_leaves_nothing(jig, tmp_path):
    def tell(share, stage):
        told.append(stage)
        if stage == "making .mp3":
            watch.cancel()

    told, watch = [], None
    watch = Watch(tell)
    with pytest.raises(Cancelled, match=r"stopped while making \.musicxml"):
        export(jig, tmp_path, "jig", watch)
    assert list(tmp_path.iterdir()) == []
    assert told == ["making .mid", "making .wav", "making .mp3"]


def test_only_what_the_recipe_gives_is_written(jig, voices, tmp_path):
    wrong = Take(jig.music, recipe_of({**jig.recipe.to_json(), "midi sha256": "0" * 64}))
    with pytest.raises(RecipeError):
        export(wrong, tmp_path, "jig")
    assert list(tmp_path.iterdir()) == []


def test_the_score_of_an_edited_piece(edited):
    assert musicxml_bytes(edited.recipe).startswith(b"<?xml")
