import io

import numpy as np
import pytest
import soundfile

from course.playback.encoding import mp3, opus, pcm16, write_mp3, write_wav
from course.playback.synth import SAMPLE_RATE, render
from tests.player_music import four_voices, one_note


def test_pcm_is_little_endian_16_bit():
    assert pcm16(np.array([0.0, 1.0, -1.0])) == b"\x00\x00\xff\x7f\x01\x80"


@pytest.mark.parametrize(("encode", "kbps"), [(mp3, 20), (mp3, 48), (opus, 15), (opus, 30)])
def test_compressed_sound_has_its_rate_and_is_still_the_music(encode, kbps):
    audio = render(four_voices(8))
    content = encode(audio, kbps)
    seconds = len(audio) / SAMPLE_RATE
    assert len(content) * 8 / 1000 / seconds < 1.15 * kbps
    again, rate = soundfile.read(io.BytesIO(content))
    assert rate == SAMPLE_RATE
    length = min(len(again), len(audio))
    assert abs(len(again) - len(audio)) < 0.06 * SAMPLE_RATE

    def envelope(samples):
        blocks = samples[: length // 2400 * 2400].reshape(-1, 2400)
        return np.sqrt((blocks**2).mean(axis=1))

    assert np.corrcoef(envelope(audio[:length]), envelope(again[:length]))[0, 1] > 0.9


@pytest.mark.parametrize(("write", "suffix"), [(write_wav, "wav"), (write_mp3, "mp3")])
def test_files_hold_the_music_in_stereo(write, suffix, tmp_path):
    path = tmp_path / f"note.{suffix}"
    write(one_note(), path)
    audio, rate = soundfile.read(path)
    assert rate == 44_100
    assert audio.shape[1] == 2
    assert len(audio) / rate == pytest.approx(2.5, abs=0.1)
    assert np.abs(audio).max() > 0.05


def test_only_music_can_be_written(tmp_path):
    with pytest.raises(TypeError, match="cannot play a list"):
        write_wav([60], tmp_path / "x.wav")
