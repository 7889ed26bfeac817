import numpy as np
import pytest

from course.note_sequence import Instrument, Note, NoteSequence
from course.playback import Recording, compare, comparing, render, render_stems, show
from course.playback.clip import as_sequence, to_clip
from course.playback.scene import clip_scene
from course.playback.synth import PEAK, SAMPLE_RATE

MUSIC = NoteSequence((Note(60, 0, 2), Note(64, 0, 2, instrument=1)), (Instrument(), Instrument(73)))


def tone(frequency, rate=SAMPLE_RATE, seconds=1.0, height=0.1):
    return height * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def recording():
    return Recording(MUSIC, (tone(500), tone(700)))


def test_its_own_samples_are_heard(recording):
    stems = render_stems(recording)
    assert len(stems) == 2
    np.testing.assert_allclose(stems[0][:SAMPLE_RATE], 3 * tone(500), atol=1e-6)  # GAIN
    assert not stems[0][SAMPLE_RATE:].any()
    assert len(stems[0]) == len(render_stems(MUSIC)[0])
    np.testing.assert_allclose(render(recording), stems[0] + stems[1], atol=1e-6)


def test_loud_samples_share_one_gain():
    loud = Recording(MUSIC, (tone(500, height=2.0), tone(700, height=0.5)))
    stems = render_stems(loud)
    assert np.abs(stems[0] + stems[1]).max() == pytest.approx(PEAK, abs=1e-3)
    assert np.abs(stems[0]).max() / np.abs(stems[1]).max() == pytest.approx(4, rel=1e-3)


def test_another_rate_keeps_the_pitch(recording):
    other = Recording(MUSIC, (tone(500, 16_000), tone(700, 16_000)), 16_000)
    for given in (recording, other):
        heard = render_stems(given, sample_rate=32_000)[0]
        np.testing.assert_allclose(
            heard[4000:28_000], 3 * tone(500, 32_000)[4000:28_000], atol=5e-3
        )
    stereo = render_stems(recording, stereo=True)[0]
    assert np.array_equal(stereo[:, 0], stereo[:, 1])


def test_the_player_shows_its_notes_and_keeps_mute_and_solo(recording):
    clip = to_clip(recording, title="made of noise")
    assert clip.title == "made of noise"
    assert clip == to_clip(MUSIC, title="made of noise")  # the same notes
    scene = clip_scene(clip)
    assert scene.data["stems"] == 2
    np.testing.assert_allclose(scene.stems[1][:1000], 3 * tone(700)[:1000], atol=1e-6)
    assert as_sequence(recording) == (MUSIC, ())


def test_it_is_compared_with_the_sound_bank(recording, capsys, monkeypatch):
    monkeypatch.setattr(comparing, "choose_mode", lambda mode: "html")
    monkeypatch.setattr(comparing, "present", lambda *_, **__: None)
    found = compare({"bank": MUSIC, "own": recording})
    own = found.scene.stems[1]
    spectrum = np.abs(np.fft.rfft(own[:SAMPLE_RATE]))
    assert set(np.argsort(spectrum)[-2:]) == {500, 700}
    assert np.abs(found.scene.stems[0]).max() > 0
    capsys.readouterr()
    show(recording, mode="none")
    assert "2 tracks" in capsys.readouterr().out


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="1 stems of music with 2 tracks"):
        to_clip(Recording(MUSIC, (tone(500),)))
    with pytest.raises(ValueError, match="give one channel a track"):
        Recording(MUSIC, (np.zeros((5, 2)),))
