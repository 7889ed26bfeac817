import html
import json

import numpy as np
import pytest

from course.note_sequence import NoteSequence
from course.playback import comparing
from course.playback.comparing import ComparisonPlayer, compare
from course.playback.html import saved_form
from tests.player_music import band, cut_file, four_voices, one_note


@pytest.fixture(autouse=True)
def shown(monkeypatch):
    """Keep what would be displayed: a list of (scene, replaced scene)."""
    scenes = []
    monkeypatch.setattr(comparing, "choose_mode", lambda mode: "html")
    monkeypatch.setattr(
        comparing, "present", lambda scene, mode, replacing=None: scenes.append((scene, replacing))
    )
    return scenes


def loudness(samples):
    heights = np.abs(samples)
    return np.sqrt(np.mean(samples[heights > heights.max() / 1000] ** 2))


def test_versions_share_a_playhead_and_a_gain(shown):
    compare({"soft": one_note(velocity=40), "loud": one_note(velocity=120)}, title="Touch")
    ((scene, _),) = shown
    soft, loud = scene.stems
    assert len(soft) == len(loud)
    assert loudness(loud) > 2 * loudness(soft)
    assert scene.data["names"] == ("soft", "loud")
    assert scene.data["exclusive"]
    assert len(scene.data["views"]) == 2
    assert scene.text == "Touch: 2 versions, 1 s"


def test_one_gain_even_where_both_are_too_loud(shown):
    chord = four_voices(2)
    quiet, full = NoteSequence(chord.notes_of(0), chord.instruments), chord
    compare({"one voice": quiet, "all": full})
    one, four = shown[0][0].stems
    assert np.abs(four).max() == pytest.approx(0.89, abs=1e-3)
    assert np.abs(one).max() < np.abs(four).max()


def test_blind_versions_are_equally_loud_and_have_no_notes(shown):
    trial = compare({"data": one_note(velocity=30), "model": four_voices(2)}, blind=True)
    ((scene, _),) = shown
    a, b = scene.stems
    assert loudness(a) == pytest.approx(loudness(b), rel=1e-2)
    assert max(np.abs(a).max(), np.abs(b).max()) <= 0.9
    assert scene.data["views"] == []
    assert sorted(trial.answer) == ["A", "B"]
    assert sorted(trial.answer.values()) == ["data", "model"]
    assert repr(trial) == "Comparison of A, B"


def test_blind_nothing_that_is_saved_tells_the_names(shown):
    secret = {"zyzzyva": four_voices(1), "quokka": band()}
    compare(secret, blind=True, title="Which is real?")
    ((scene, _),) = shown
    everything = html.unescape(saved_form(scene)) + json.dumps(scene.data) + scene.text
    for word in (*secret, "Soprano", "Drums", "Closed Hi Hat", "<img"):
        assert word not in everything


def test_blind_order_is_random(shown):
    versions = {"data": one_note(60), "model": one_note(61)}
    orders = {tuple(compare(versions, blind=True).names) for _ in range(60)}
    assert len(orders) == 2


def test_reveal_puts_the_names_in_the_same_place(shown):
    trial = compare({"data": one_note(), "model": band()}, blind=True)
    trial.reveal()
    (blind, _), (opened, replaced) = shown
    assert replaced is blind
    assert opened.data["id"] == blind.data["id"]  # so that what plays goes on
    assert opened.stems is blind.stems
    assert opened.data["names"] == trial.names
    assert dict(zip(blind.data["names"], opened.data["names"], strict=True)) == trial.answer


def test_repairs_of_a_file_are_told_when_the_names_are(shown, tmp_path):
    versions = {"data": cut_file(tmp_path), "model": band()}
    trial = compare(versions, blind=True)
    trial.reveal()
    compare(versions)
    (blind, _), (opened, _), (named, _) = shown
    assert "cut.mid" not in json.dumps(blind.data)
    for scene in (opened, named):
        (remark,) = scene.data["remarks"]
        assert remark.startswith("data: ")
        assert "cut.mid" in remark


def test_an_empty_version_is_silent_and_said(shown):
    compare({"data": one_note(), "model": NoteSequence()})
    scene = shown[0][0]
    assert not scene.stems[1].any()
    assert "model: No notes to play." in scene.data["remarks"]
    compare({"a": NoteSequence(), "b": NoteSequence()}, blind=True)
    assert shown[1][0].data["problem"] == "No notes to play."


def test_without_a_sound_bank_the_reason_is_shown(shown, monkeypatch):
    def missing(clip):
        raise comparing.SoundBankError("no sound bank found")

    monkeypatch.setattr(comparing, "raw_stems", missing)
    compare({"a": one_note()})
    assert shown[0][0].data["problem"] == "No sound: no sound bank found."
    assert shown[0][0].stems == ()


def test_nothing_is_rendered_in_mode_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(comparing, "choose_mode", lambda mode: "none")
    monkeypatch.setattr(comparing, "raw_stems", None)
    trial = compare({"a": one_note(), "b": one_note()}, title="T", blind=True)
    trial.reveal()
    assert capsys.readouterr().out.startswith("T: 2 versions, 1 s\n{'A': ")
    trial = compare({"a": cut_file(tmp_path)}, blind=True)
    assert "cut.mid" not in capsys.readouterr().out
    trial.reveal()
    assert "a: " in capsys.readouterr().out.splitlines()[-1]
    compare({"a": cut_file(tmp_path)})
    assert "cut.mid" in capsys.readouterr().out


def test_bad_arguments_are_explained():
    with pytest.raises(TypeError, match=r'write compare\(\{"data": a, "model": b\}\)'):
        compare([one_note(), one_note()])
    with pytest.raises(ValueError, match=r"0 versions; compare 1\.\.9"):
        compare({})
    with pytest.raises(TypeError, match="cannot play a int"):
        compare({"a": 3})


def test_a_comparison_can_be_a_widget(monkeypatch):
    monkeypatch.setattr(comparing, "choose_mode", lambda: "widget")
    player = ComparisonPlayer({"one": one_note(), "four": four_voices(2)}, title="Both")
    assert [len(stem) for stem in player.stems] == [len(player.stems[0])] * 2
    assert player.data["names"] == ("one", "four")
    assert player.data["exclusive"]
    assert len(player.data["views"]) == 2
    assert repr(player).startswith("<ComparisonPlayer Both: 2 versions")
    with pytest.raises(ValueError, match=r"0 versions; compare 1\.\.9"):
        ComparisonPlayer({})


def test_where_nothing_can_be_heard_the_widget_is_empty(monkeypatch):
    monkeypatch.setattr(comparing, "choose_mode", lambda: "none")
    player = ComparisonPlayer({"one": one_note()})
    assert player.stems == []
    assert player.comm is None
