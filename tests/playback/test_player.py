import pytest

from course.note_sequence import NoteSequence
from course.playback import player
from course.playback.player import Player
from tests.player_music import cut_file, four_voices, one_note


@pytest.fixture(autouse=True)
def notebook(monkeypatch):
    """Pretend that a Jupyter kernel runs."""
    monkeypatch.setattr(player, "choose_mode", lambda: "auto")


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(Player, "send", lambda self, content: messages.append(content))
    return messages


def test_samples_are_sent_as_bytes():
    four = Player(four_voices(1), title="Four")
    assert [len(stem) for stem in four.stems] == [2 * 60_000] * 4
    assert four.data["title"] == "Four"
    assert repr(four).startswith("<Player Four: 4 tracks")


def test_commands_reach_the_front_end(sent):
    one = Player(one_note())
    one.play()
    one.seek(1)
    one.pause()
    assert sent == [
        {"command": "play"},
        {"command": "seek", "seconds": 1.0},
        {"command": "pause"},
    ]


def test_a_moment_outside_the_piece_is_refused(sent):
    with pytest.raises(ValueError, match=r"seconds is 99, outside 0.0..2.5"):
        Player(one_note()).seek(99)
    assert sent == []


def test_a_saved_page_stands_alone(tmp_path):
    Player(one_note(), title="One").save(tmp_path / "one.html")
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<title>One: 1 track, 1 note, 1 s</title>" in text


def test_an_empty_piece_is_no_error():
    silent = Player(NoteSequence())
    assert silent.stems == []
    assert silent.data["problem"] == "No notes to play."


def test_a_wrong_type_is_refused():
    with pytest.raises(TypeError, match="give a NoteSequence"):
        Player(7)


def test_where_nothing_is_rendered_there_is_a_line_of_text(monkeypatch, tmp_path):
    monkeypatch.setattr(player, "choose_mode", lambda: "none")
    one = Player(one_note(), title="One")
    assert one.stems == []
    assert one._repr_mimebundle_ is None
    assert repr(one) == "<Player One: 1 track, 1 note, 1 s>"
    assert "cut.mid" in repr(Player(cut_file(tmp_path)))
    one.save(tmp_path / "one.html")  # asked for by name, so it is done
    assert "data:audio/mpeg" in (tmp_path / "one.html").read_text(encoding="utf-8")
