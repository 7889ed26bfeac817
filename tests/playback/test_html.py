import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course.data import load_quartets
from course.note_sequence import Instrument, Note, NoteSequence, crop
from course.playback import html as forms
from course.playback import scoring
from course.playback.clip import to_clip
from course.playback.html import (
    MIX_REMARK,
    SCRIPTS,
    STYLES,
    frame_page,
    saved_form,
    script,
    standalone_page,
    style,
)
from course.playback.scene import clip_scene
from tests.player_music import band, four_voices, one_note


def scene_of(piece, title=""):
    return clip_scene(to_clip(piece, title=title))


def data_of(form):
    """Give what the script inside a saved form gets."""
    page = html.unescape(re.search(r"srcdoc='([^']*)'", form)[1])
    return json.loads(page[page.rindex("mountFrame(") + 11 : page.rindex(");</script>")])


def in_notebook(form):
    """Give the number of bytes that a form takes in a notebook file."""
    return len(json.dumps(form.splitlines(keepends=True), indent=1, ensure_ascii=False).encode())


def dense_band():
    """Give four tracks that leave the encoder no pause: cymbals, chords, bass and lead."""
    draw = np.random.default_rng(0)
    notes = []
    for i in range(240):
        at = i / 4
        notes += [Note(int(p), at, at + 0.25, 110, 0) for p in draw.choice([36, 38, 42, 49, 51], 2)]
        notes += [Note(int(p), at, at + 0.25, 100, 1) for p in draw.choice(range(60, 84), 3)]
        notes.append(Note(int(draw.integers(30, 45)), at, at + 0.2, 110, 2))
        notes.append(Note(int(draw.integers(65, 90)), at, at + 0.25, 110, 3))
    kit = (Instrument(0, "", is_drum=True), Instrument(27), Instrument(33), Instrument(81))
    return NoteSequence(tuple(notes), kit, total_quarters=60)


@pytest.mark.parametrize("piece", [four_voices(30), dense_band()], ids=["voices", "band"])
@pytest.mark.slow
def test_thirty_seconds_of_four_tracks_add_at_most_half_a_megabyte(piece):
    form = saved_form(scene_of(piece, title="A title of usual length for a player in a lesson"))
    assert in_notebook(form) <= 500_000
    assert len(data_of(form)["opus"]) == 4  # mute and solo are still there


def busiest_beginning():
    """Give the first 30 seconds of the shipped quartet that has most notes in them."""
    (presto,) = (
        quartet.to_note_sequence()
        for quartet in load_quartets()
        if quartet.to_note_sequence().title.startswith("Haydn, Op. 1 No. 1, movement 5")
    )
    return crop(presto, 0.0, float(presto.quarters_at(30.0)))


@pytest.mark.parametrize("piece", [four_voices(30), busiest_beginning()], ids=["voices", "Haydn"])
@pytest.mark.slow
def test_thirty_seconds_of_score_add_at_most_half_a_megabyte(piece, monkeypatch):
    scenes = []
    monkeypatch.setattr(scoring, "choose_mode", lambda mode: "html")
    monkeypatch.setattr(scoring, "present", lambda scene, mode: scenes.append(scene))
    scoring.score(piece, title="A title of usual length for a score in a lesson")
    form = saved_form(scenes[0])
    assert in_notebook(form) <= 500_000
    assert form.count("<audio") == 1


def test_the_mix_beside_a_score_gets_the_bits_that_are_left(monkeypatch):
    rates = []
    monkeypatch.setattr(forms, "mp3", lambda samples, kbps: rates.append(kbps) or b"")
    scene = scene_of(one_note(quarters=60))
    for letters in (0, 200_000, 360_000):
        saved_form(replace(scene, stems=(), svg="<svg/>" + letters * "x"))
    usual, less, least = rates
    assert (usual, least) == (48, 24)
    assert 30 < less < 42  # 495,000 characters less 267,000 of the score, script included


def test_more_tracks_are_saved_as_one_mix_and_stay_small():
    piece = four_voices(30)
    more = tuple(Note(n.pitch, n.start, n.end, n.velocity, n.instrument + 4) for n in piece.notes)
    eight = NoteSequence(piece.notes + more, piece.instruments * 2)
    form = saved_form(scene_of(eight))
    assert in_notebook(form) <= 500_000
    assert MIX_REMARK in data_of(form)["remarks"]
    assert (data_of(form)["opus"], data_of(form)["stems"]) == ([], 1)


def test_tracks_that_do_not_fit_are_left_out(monkeypatch):
    monkeypatch.setattr("course.playback.html.MAX_BYTES", 60_000)
    form = saved_form(scene_of(four_voices(2)))
    assert (data_of(form)["opus"], data_of(form)["stems"]) == ([], 1)
    assert form.count("<audio") == 1


def test_one_track_is_saved_once():
    form = saved_form(scene_of(one_note()))
    assert data_of(form)["opus"] == []
    assert form.count("<audio") == 1


@pytest.mark.parametrize("piece", [four_voices(2), NoteSequence(), band()])
def test_nothing_is_fetched(piece):
    page = standalone_page(scene_of(piece, "T"))
    without_data = re.sub(r"base64,[A-Za-z0-9+/=]+", "", html.unescape(page))
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", without_data)
    assert "import(" not in without_data
    assert "//cdn" not in without_data


def test_the_floor_needs_no_script():
    form = saved_form(scene_of(four_voices(2), title="Bach & <Sons>"))
    floor = form[: form.index("<iframe")]
    assert 'src="data:image/png;base64,' in floor
    assert "<audio controls" in floor
    assert 'src="data:audio/mpeg;base64,' in floor
    assert "Bach &amp; &lt;Sons&gt;" in floor
    assert "Piano roll: 4 tracks" in floor
    assert "<script" not in floor


def test_titles_cannot_break_out():
    evil = """</script><b>'"&amp;"""
    form = saved_form(scene_of(one_note(), title=evil))
    assert data_of(form)["title"] == evil
    assert form.count("</iframe>") == 1
    page = html.unescape(re.search(r"srcdoc='([^']*)'", form)[1])
    assert page.count("</script>") == 1


def test_an_empty_piece_has_words_instead_of_sound():
    form = saved_form(scene_of(NoteSequence()))
    assert "No notes to play." in form
    assert "<audio" not in form


def test_script_and_style_are_one_line_without_comments():
    code = script(*SCRIPTS)
    assert "\n" not in code + style(*STYLES)
    assert " // " not in code
    assert "export default" not in code


def test_the_frame_is_a_page():
    page = frame_page({"title": "x"})
    assert page.startswith("<!doctype html>")
    assert '{"title":"x"}' in page
