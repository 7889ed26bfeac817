import re

import pytest

from course.note_sequence import Note, NoteSequence, Tempo
from course.playback import scoring
from course.playback.player import Player
from course.playback.scoring import EngravingError, engrave, note_spans, score
from tests.player_music import band, cut_file, four_voices, one_note


@pytest.fixture
def shown(monkeypatch):
    scenes = []
    monkeypatch.setattr(scoring, "choose_mode", lambda mode: "html")
    monkeypatch.setattr(scoring, "present", lambda scene, mode: scenes.append(scene))
    return scenes


def test_every_note_head_knows_when_it_sounds():
    notes = (Note(60, 0, 1), Note(64, 1, 2), Note(67, 2, 4))
    piece = NoteSequence(notes, tempos=(Tempo(0, 60), Tempo(2, 120)))
    assert note_spans(piece, engrave(piece)) == [
        ("note0", 0.0, 1.0),
        ("note1", 1.0, 2.0),
        ("note2", 2.0, 3.0),
    ]


def test_a_tied_note_lights_up_as_a_whole():
    piece = NoteSequence((Note(60, 3, 5), Note(62, 5, 8)))  # across a bar line
    spans = note_spans(piece, engrave(piece))
    assert [span[1:] for span in spans[:2]] == [(1.5, 2.5), (1.5, 2.5)]
    assert len({span[0] for span in spans}) == len(spans) == 3


def test_all_notes_of_a_piece_are_on_paper():
    piece = four_voices(4)
    spans = note_spans(piece, engrave(piece))
    places = {int(re.search(r"\d+", span[0])[0]) for span in spans}
    assert places == set(range(len(piece.notes)))


def test_the_ink_has_the_colour_of_the_text():
    svg = engrave(four_voices(1))
    assert "currentColor" in svg
    assert not re.search(r'(fill|stroke|color)="(black|#000)', svg)


def test_the_same_music_gives_the_same_file():
    assert engrave(four_voices(1)) == engrave(four_voices(1))


@pytest.mark.parametrize("piece", [NoteSequence(), band(1), one_note()])
def test_odd_pieces_can_be_engraved(piece):
    assert engrave(piece).startswith("<svg")


def test_a_score_plays_by_itself(shown):
    score(four_voices(2), title="In notes")
    (scene,) = shown
    assert scene.text == f"In notes: {scene.data['caption']}"
    assert len(scene.stems) == 1
    assert scene.svg.startswith("<svg")
    assert scene.data["score"][0][1:] == (0.0, scene.data["score"][0][2])


def test_a_score_that_follows_keeps_its_sound_for_where_its_player_is_not(shown):
    player = Player(one_note())
    score(one_note(), follow=player)
    (scene,) = shown
    assert scene.data["follow"] == player.scene.data["id"]
    assert len(scene.stems) == 1
    assert scene.takes[0].samples is scene.stems[0]


def test_very_many_notes_are_cut_with_a_remark(shown, monkeypatch):
    monkeypatch.setattr(scoring, "MAX_NOTES", 5)
    piece = NoteSequence(tuple(Note(60, i, i + 1) for i in range(9)))
    score(piece)
    assert len(shown[0].data["score"]) == 5
    assert "The first 5 of 9 notes." in shown[0].data["remarks"]


def test_repairs_of_a_file_stand_below_the_score(shown, tmp_path):
    score(cut_file(tmp_path))
    (remark,) = shown[0].data["remarks"]
    assert "cut.mid" in remark


def test_several_pages_become_one_picture(monkeypatch):
    monkeypatch.setitem(scoring.ENGRAVING, "pageHeight", 1000)
    monkeypatch.setitem(scoring.ENGRAVING, "adjustPageHeight", True)
    piece = four_voices(16)
    svg = engrave(piece)
    assert svg.count("<svg") > 2
    assert len({span[0] for span in note_spans(piece, svg)}) >= len(piece.notes)


def test_what_cannot_be_engraved_is_explained(monkeypatch):
    import verovio

    monkeypatch.setattr(verovio.toolkit, "loadData", lambda self, data: False)
    with pytest.raises(EngravingError, match=r"verovio cannot engrave this piece \(1 notes\)"):
        engrave(one_note())


def test_nothing_is_engraved_in_mode_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(scoring, "choose_mode", lambda mode: "none")
    monkeypatch.setattr(scoring, "engrave", None)
    score(one_note(), title="T")
    assert capsys.readouterr().out == "T: 1 track, 1 note, 1 s\n"
    score(cut_file(tmp_path))
    _, remark = capsys.readouterr().out.splitlines()
    assert "cut.mid" in remark


def test_only_a_player_can_be_followed():
    with pytest.raises(TypeError, match=r"follow is a str; give a Player"):
        score(one_note(), follow="the player")
