import pytest

from course.note_sequence import NoteSequence
from course.playback.player import Player
from tests.player_music import four_voices, one_note


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(Player, "send", lambda self, content: messages.append(content))
    return messages


def test_samples_are_sent_as_bytes():
    player = Player(four_voices(1), title="Four")
    assert [len(stem) for stem in player.stems] == [2 * 60_000] * 4
    assert player.data["title"] == "Four"
    assert repr(player).startswith("<Player Four: 4 tracks")


def test_commands_reach_the_front_end(sent):
    player = Player(one_note())
    player.play()
    player.seek(1)
    player.pause()
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
    player = Player(NoteSequence())
    assert player.stems == []
    assert player.data["problem"] == "No notes to play."


def test_a_wrong_type_is_refused():
    with pytest.raises(TypeError, match="give a NoteSequence"):
        Player("not-music-but-a-number" and 7)
