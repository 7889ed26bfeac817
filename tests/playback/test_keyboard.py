import pytest

from course.playback import Keyboard


def test_what_was_played_is_music():
    keyboard = Keyboard(quarters_per_minute=100)
    assert not keyboard.played.notes
    keyboard.notes = [[67, 1.02, 1.02], [72, 0, 1], [64, 1.02, 1.9]]
    piece = keyboard.played
    assert [(note.pitch, note.start) for note in piece.notes] == [(72, 0), (64, 1.02), (67, 1.02)]
    assert [note.end for note in piece.notes] == [1, 1.9, pytest.approx(1.0825)]
    assert piece.tempos[0].quarters_per_minute == 100
    assert repr(keyboard) == "<Keyboard, 3 notes played>"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"low": -1}, "low"),
        ({"low": 60, "high": 70}, "high"),
        ({"high": 128}, "high"),
        ({"quarters_per_minute": 0}, "quarters_per_minute"),
    ],
)
def test_what_no_keyboard_has(options, words):
    with pytest.raises(ValueError, match=words):
        Keyboard(**options)
