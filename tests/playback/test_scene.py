import base64

import numpy as np
import pytest

from course.data.sound_bank import SoundBankError
from course.note_sequence import NoteSequence
from course.playback import scene as scenes
from course.playback.clip import Sound, to_clip
from course.playback.scene import clip_scene, pack_notes
from course.playback.synth import render
from tests.player_music import band, four_voices, one_note


def test_notes_and_times_for_the_script():
    data = clip_scene(to_clip(one_note(pitch=60, velocity=99), title="C")).data
    assert data["views"][0]["tracks"][0]["notes"] == pack_notes([Sound(0, 1, 60, 99)], 2.5)
    assert (data["seconds"], data["loop"], data["stems"]) == (2.5, 1.0, 1)
    assert (data["title"], data["caption"], data["problem"]) == ("C", "1 track, 1 note, 1 s", "")


def test_notes_are_packed_in_eight_characters():
    sounds = [Sound(0.0, 1.0, 60, 99), Sound(450.0, 900.0, 127, 127)]
    text = pack_notes(sounds, 900.0)
    assert len(text) == 16
    numbers = np.frombuffer(base64.b64decode(text), "<u2").reshape(2, 3)
    assert numbers[1].tolist() == [32768, 32768, 127 + 256 * 127]
    assert numbers[0, 1] / 65535 * 900 == pytest.approx(1.0, abs=0.01)
    assert pack_notes([], 1.0) == ""


def test_stems_are_the_tracks_and_the_take_is_the_mix():
    scene = clip_scene(to_clip(four_voices(2)))
    assert len(scene.stems) == 4
    np.testing.assert_allclose(scene.takes[0].samples, render(four_voices(2)), atol=1e-6)
    assert scene.takes[0].clip.num_notes == len(four_voices(2).notes)


def test_drums_have_names():
    assert clip_scene(to_clip(band())).data["drums"][42] == "Closed Hi Hat"


def test_every_scene_has_an_id_of_its_own():
    clip = to_clip(one_note())
    assert clip_scene(clip).data["id"] != clip_scene(clip).data["id"]


def test_long_music_is_one_mix_with_a_remark(monkeypatch):
    monkeypatch.setattr(scenes, "MAX_STEM_SECONDS", 1.0)
    scene = clip_scene(to_clip(four_voices(2)))
    assert len(scene.stems) == 1
    assert scenes.LONG_REMARK in scene.data["remarks"]
    assert len(scene.data["views"][0]["tracks"]) == 4  # still drawn


def test_an_empty_piece_is_a_scene_without_sound():
    scene = clip_scene(to_clip(NoteSequence()))
    assert scene.data["problem"] == "No notes to play."
    assert (scene.stems, scene.takes[0].samples) == ((), None)


def test_without_a_sound_bank_the_roll_is_still_there(monkeypatch):
    def missing(clip):
        raise SoundBankError("no sound bank found; looked for /x")

    monkeypatch.setattr(scenes, "render_stems", missing)
    scene = clip_scene(to_clip(four_voices(1)))
    assert scene.data["problem"] == "No sound: no sound bank found; looked for /x."
    assert scene.takes[0].clip
    assert scene.data["views"][0]["tracks"]


def test_plain_tones_are_announced(monkeypatch):
    monkeypatch.setattr(scenes, "synthesizer_remark", lambda: "Plain sine tones.")
    assert clip_scene(to_clip(one_note())).data["remarks"] == ["Plain sine tones."]


@pytest.mark.slow
def test_ten_minutes_are_played():
    scene = clip_scene(to_clip(four_voices(600)))
    assert scene.data["problem"] == ""
    assert scene.stems[0].nbytes < 100_000_000
