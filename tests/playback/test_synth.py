from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course.note_sequence import ControlChange, Instrument, Note, NoteSequence
from course.playback import clip, synth
from course.playback.synth import (
    RELEASE_SECONDS,
    SAMPLE_RATE,
    render,
    render_stems,
)
from tests.player_music import band, cut_file, four_voices, one_note, two_tones


def loudness(audio):
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def pitch_of(audio, sample_rate=SAMPLE_RATE):
    """Give the pitch in MIDI numbers by autocorrelation: the first of the highest peaks."""
    audio = audio - audio.mean()
    spectrum = np.abs(np.fft.rfft(audio, 2 * len(audio))) ** 2
    correlation = np.fft.irfft(spectrum)[: sample_rate // 40]
    start = int(np.argmax(correlation < 0))
    near = correlation[start:] >= 0.9 * correlation[start:].max()
    lag = start + int(np.argmax(near))
    while correlation[lag + 1] > correlation[lag]:
        lag += 1
    left, middle, right = correlation[lag - 1 : lag + 2]
    exact = lag + 0.5 * (left - right) / (left - 2 * middle + right)
    return 69 + 12 * np.log2(sample_rate / exact / 440)


@pytest.mark.parametrize("pitch", [45, 57, 60, 69, 76])
@pytest.mark.parametrize("program", [71, 73])
def test_a_note_sounds_at_its_pitch(pitch, program):
    piece = NoteSequence((Note(pitch, 0, 2),), (Instrument(program),))
    held = render(piece)[SAMPLE_RATE // 4 : SAMPLE_RATE]
    assert abs(pitch_of(held) - pitch) < 0.5  # 50 cents


def test_a_note_begins_where_it_is_written():
    audio = render(NoteSequence((Note(60, 3, 4),)))  # 1.5 s
    assert not np.abs(audio[: round(1.49 * SAMPLE_RATE)]).any()
    assert np.abs(audio[round(1.5 * SAMPLE_RATE) : round(1.53 * SAMPLE_RATE)]).max() > 0.01


def test_velocity_is_heard():
    levels = [loudness(render(one_note(velocity=v))) for v in (10, 30, 50, 70, 90, 110, 127)]
    assert levels == sorted(levels)
    assert levels[-1] > 5 * levels[0] > 0


def test_the_release_is_kept():
    audio = render(one_note(quarters=2))
    after = audio[SAMPLE_RATE : round(1.2 * SAMPLE_RATE)]
    assert loudness(after) > 0.001
    assert len(audio) == round((1 + RELEASE_SECONDS) * SAMPLE_RATE)
    assert abs(audio[-1]) < 1e-4  # and it has died away


def test_the_sustain_pedal_is_heard():
    short = (Note(60, 0, 0.5),)
    pedal = (ControlChange(0, 64, 127),)
    dry = render(NoteSequence(short, total_quarters=4))
    wet = render(NoteSequence(short, control_changes=pedal, total_quarters=4))
    second = slice(SAMPLE_RATE, 2 * SAMPLE_RATE)
    assert loudness(wet[second]) > 20 * loudness(dry[second])


def test_stems_add_up_to_the_mix_and_stay_within_the_peak():
    piece = four_voices(4)
    stems = render_stems(piece)
    mix = render(piece)
    np.testing.assert_allclose(np.sum(stems, axis=0), mix, atol=1e-6)
    assert 0.5 < np.abs(mix).max() <= 0.9


def test_one_common_gain_keeps_the_balance():
    soft = Note(60, 0, 4, 40, 0)
    loud = [Note(p, 0, 4, 127, 1) for p in range(48, 72, 2)]  # far too loud alone
    kit = (Instrument(0), Instrument(33))
    alone = render_stems(NoteSequence((soft,), kit))[0]
    first, second = render_stems(NoteSequence((soft, *loud), kit))
    mix = first + second
    assert np.abs(mix).max() == pytest.approx(synth.PEAK, abs=1e-4)
    gain = loudness(first) / loudness(alone)
    assert gain < 0.5
    np.testing.assert_allclose(first[: len(alone)], alone[: len(first)] * gain, atol=1e-4)


def test_overlapping_notes_of_one_pitch_each_keep_their_length():
    long, short = Note(60, 0, 8, 30), Note(60, 1, 2, 120)
    kit = (Instrument(19),)
    audio = render(NoteSequence((long, short), kit))
    late = slice(3 * SAMPLE_RATE, round(3.9 * SAMPLE_RATE))
    alone = loudness(render(NoteSequence((long,), kit))[late])
    assert loudness(audio[late]) == pytest.approx(alone, rel=0.1)  # the soft one sounds on


def test_drums_come_from_the_drum_kit():
    drum = NoteSequence((Note(42, 0, 1),), (Instrument(0, "", is_drum=True),))
    piano = NoteSequence((Note(42, 0, 1),))

    def brightness(piece):
        spectrum = np.abs(np.fft.rfft(render(piece)))
        return (spectrum * np.arange(len(spectrum))).sum() / spectrum.sum() / len(spectrum)

    assert brightness(drum) > 3 * brightness(piano)  # a hi-hat against a low F sharp
    assert len(render_stems(band())) == 2


def test_controllers_are_heard():
    change = (ControlChange(0, 7, 20),)
    quiet = render(NoteSequence((Note(60, 0, 2),), control_changes=change))
    assert 0 < loudness(quiet) < 0.5 * loudness(render(one_note()))


def test_the_same_music_gives_the_same_samples():
    first = render(four_voices(2))
    synth._raw_stems.cache_clear()
    loud = NoteSequence((Note(60, 0, 9, 127),), (Instrument(48),))
    render(replace(loud, control_changes=(ControlChange(0, 7, 3), ControlChange(1, 10, 0))))
    np.testing.assert_array_equal(first, render(four_voices(2)))


def test_a_second_rendering_comes_from_the_cache():
    render(four_voices(3))
    hits = synth._raw_stems.cache_info().hits
    render(four_voices(3))
    assert synth._raw_stems.cache_info().hits == hits + 1


@pytest.mark.parametrize("call", [render, render_stems])
def test_what_was_mended_or_cut_is_warned_of(call, tmp_path, monkeypatch):
    with pytest.warns(UserWarning, match=r"cut\.mid") as caught:
        call(cut_file(tmp_path))
    assert [Path(one.filename).name for one in caught] == [Path(__file__).name]
    monkeypatch.setattr(clip, "MAX_NOTES", 3)
    with pytest.warns(UserWarning, match=r"^Cut: "):
        call(four_voices(2))


def test_tracks_that_are_shared_concern_the_stems_alone():
    notes = tuple(Note(60 + k, 0, 1, 80, k) for k in range(9))
    many = NoteSequence(notes, tuple(Instrument(k) for k in range(9)))
    render(many)  # a warning would be an error here
    with pytest.warns(UserWarning, match="9 instruments"):
        render_stems(many)
    render_stems(clip.to_clip(many))


def test_silence_for_an_empty_piece():
    audio = render(NoteSequence(total_quarters=4))
    assert audio.shape == (round((2 + RELEASE_SECONDS) * SAMPLE_RATE),)
    assert not audio.any()
    assert render(NoteSequence(), stereo=True).shape[1] == 2
    assert render_stems(NoteSequence()) == []


def test_stereo_and_sample_rate():
    audio = render(two_tones(), sample_rate=44_100, stereo=True)
    assert audio.shape == (round((15 + RELEASE_SECONDS) * 44_100), 2)
    assert audio.dtype == np.float32
    with pytest.raises(ValueError, match="sample_rate is 100"):
        render(one_note(), sample_rate=100)


def test_very_short_and_very_many_notes_do_no_harm():
    notes = [Note(60, 0, 1e-9), *(Note(60, i * 1e-3, 8) for i in range(40))]
    assert np.isfinite(render(NoteSequence(tuple(notes)))).all()


def test_sine_tones_stand_in_for_a_missing_synthesizer(monkeypatch):
    assert synth.synthesizer_remark() == ""
    monkeypatch.setattr(synth, "synthesizer_remark", lambda: synth.SINE_REMARK)
    audio = render(one_note(pitch=64))
    assert abs(pitch_of(audio[SAMPLE_RATE // 4 : SAMPLE_RATE]) - 64) < 0.5
    assert 0.01 < np.abs(audio).max() <= 0.9
