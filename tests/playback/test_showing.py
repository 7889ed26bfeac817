import types

import pytest

from course.note_sequence import NoteSequence
from course.playback import modes, showing
from course.playback.showing import show
from tests.player_music import cut_file, four_voices, one_note

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def notebook(monkeypatch):
    """Pretend that a Jupyter kernel runs, with nothing set in the environment."""
    monkeypatch.setattr(modes, "_in_notebook", lambda: True)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("COURSE_PLAYBACK", raising=False)


@pytest.fixture
def published(monkeypatch):
    messages = []

    def keep(place, content, *, update):
        messages.append(types.SimpleNamespace(place=place, content=content, update=update))

    monkeypatch.setattr(showing, "_publish", keep)
    return messages


def test_a_live_widget_comes_first_and_the_saved_form_takes_its_place(published):
    show(four_voices(1), title="Four")
    live, saved = published
    assert WIDGET in live.content
    assert "text/html" not in live.content
    assert not live.update
    assert set(saved.content) == {"text/html", "text/plain"}  # a widget would never show its HTML
    assert saved.update
    assert saved.place == live.place
    assert saved.content["text/plain"] == "Four: 4 tracks, " + saved.content["text/plain"][16:]


def test_the_widget_is_emptied_once_it_is_replaced(published, monkeypatch):
    made = []

    class Recorded(showing.ScenePlayer):
        def __init__(self, scene):
            super().__init__(scene)
            made.append(self)

    monkeypatch.setattr(showing, "ScenePlayer", Recorded)
    show(four_voices(1))
    (widget,) = made
    assert (widget.stems, widget.data, widget.comm) == ([b""] * 4, {}, None)


def test_html_mode_is_the_saved_form_alone(published):
    show(one_note(), mode="html")
    assert [set(message.content) for message in published] == [{"text/html", "text/plain"}]
    assert not published[0].update


def test_widget_mode_is_the_widget_alone(published):
    show(one_note(), mode="widget")
    assert [WIDGET in message.content for message in published] == [True]


def test_empty_music_is_shown_in_every_mode(published):
    for mode in ("auto", "widget", "html"):
        show(NoteSequence(), mode=mode)
    assert all("No notes to play." in message.content["text/html"] for message in published)


def test_nothing_is_rendered_while_nbgrader_runs(published, monkeypatch, capsys):
    def refuse(clip):
        raise AssertionError("rendered under nbgrader")

    monkeypatch.setattr(showing, "clip_scene", refuse)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    show(one_note(), title="A", mode="html")
    assert capsys.readouterr().out == "A: 1 track, 1 note, 1 s\n"
    assert published == []


def test_without_a_notebook_there_is_a_line_of_text(monkeypatch, capsys):
    monkeypatch.setattr(modes, "_in_notebook", lambda: False)
    show(one_note())
    assert capsys.readouterr().out == "1 track, 1 note, 1 s\n"


def test_the_line_of_text_has_the_repairs_below_it(tmp_path, capsys):
    show(cut_file(tmp_path), mode="none")
    first, remark = capsys.readouterr().out.splitlines()
    assert first.startswith("Four voices: ")
    assert "cut.mid" in remark


def test_a_wrong_type_is_refused_before_anything_is_shown(published):
    with pytest.raises(TypeError, match="give a NoteSequence"):
        show([60, 62, 64])
    assert published == []
