"""Loops without a seam, and sound exact to the sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arranging.accompany import add_accompaniment, add_bass, add_drums
from course.arranging.harmoniser import harmonise_melody
from course.arranging.loops import (
    fold_tail,
    make_loop,
    measure_seam,
    render_exact,
    render_loop,
    soften_seam,
)
from course.arranging.tempo import fit_duration
from course.data.tunes import load_tunes
from course.note_sequence import Instrument, Note, NoteSequence
from course.playback import render

RATE = 8_000


def piece(kind, style="folk"):
    tunes = load_tunes("oneills")
    fitting = (t for t in tunes if t.tune_type == kind and t.split == "test")
    music = next(t for t in fitting if not t.irregular_bars).to_note_sequence()
    chords = harmonise_melody(music)
    for add in (add_accompaniment, add_bass):
        music = add(music, chords, style).music
    return add_drums(music, style).music


def test_a_tail_is_wrapped_as_often_as_it_takes():
    assert fold_tail(np.arange(7.0), 3).tolist() == [0 + 3 + 6, 1 + 4, 2 + 5]
    assert fold_tail(np.arange(2.0), 3).tolist() == [0, 1, 0]
    assert fold_tail(np.ones((5, 2)), 4).tolist() == [[2, 2], [1, 1], [1, 1], [1, 1]]


def test_a_loop_is_what_the_piece_becomes_when_it_is_repeated():
    """The second round of a piece written out twice is the folded first one."""
    once = NoteSequence((Note(60, 0, 1), Note(64, 1, 2), Note(67, 3, 4)))
    twice = NoteSequence(
        (*once.notes, *(Note(n.pitch, n.start + 4, n.end + 4) for n in once.notes))
    )
    loop, lead = render_loop(once, RATE).samples, render_loop(once, RATE).lead
    second = np.roll(render(twice, sample_rate=RATE)[len(loop) : 2 * len(loop)], lead)
    assert np.abs(loop - second).max() < 0.02 * np.abs(loop).max()


@pytest.mark.parametrize("kind", ["jig", "reel", "hornpipe"])
def test_the_seam_is_as_smooth_as_the_piece(kind):
    loop = soften_seam(make_loop(piece(kind)).music, RATE).music
    sound = render_loop(loop, RATE)
    assert sound.seam.is_smooth
    assert len(sound.samples) == round(loop.total_seconds * RATE)


def test_a_cut_without_its_tail_has_a_seam():
    """A loud chord rings at the end, a soft note begins: cut, the sound breaks off."""
    even = [Note(60 + n % 5, n / 2, n / 2 + 0.5, 70) for n in range(1, 14)]
    chord = [Note(p, 7, 8, 110) for p in (60, 64, 67)]
    music = NoteSequence((Note(72, 0, 0.5, 40), *even, *chord))
    length = round(music.total_seconds * RATE)
    cut = measure_seam(render(music, sample_rate=RATE)[:length], RATE)
    wrapped = render_loop(music, RATE).seam
    assert not cut.is_smooth
    assert wrapped.is_smooth


def test_the_seam_by_hand():
    """Silence, then a tone: the level jumps by 1 where the loop begins again."""
    samples = np.concatenate([np.ones(800), np.zeros(800)])
    seam = measure_seam(samples, 8_000)
    assert (seam.jump, seam.change) == (1.0, 1.0)
    assert not seam.is_smooth
    assert measure_seam(np.ones(1600), 8_000).is_smooth
    with pytest.raises(ValueError, match=r"at least 1600"):
        measure_seam(np.ones(100), 8_000)


def test_a_first_stroke_that_is_too_loud_is_softened():
    music = piece("jig")
    notes = tuple(
        Note(
            n.pitch, n.start, n.end, 127 if n.start == 0 else max(1, n.velocity - 25), n.instrument
        )
        for n in music.notes
    )
    loud = NoteSequence(notes, music.instruments, music.tempos, music.time_signatures)
    before = render_loop(loud, RATE).seam
    assert not before.is_smooth
    result, report = soften_seam(loud, RATE)
    assert render_loop(result, RATE).seam.is_smooth
    assert "softer by" in report.summary
    changed = [a for a, b in zip(loud.notes, result.notes, strict=True) if a != b]
    assert {note.start for note in changed} == {0.0}


@pytest.mark.parametrize("program", [0, 14, 46, 60, 88])
def test_no_instrument_jumps_where_its_loop_begins(program):
    notes = tuple(Note(60 + n % 5, n / 2, n / 2 + 0.5, 70) for n in range(16))
    sound = render_loop(NoteSequence(notes, (Instrument(program),)), RATE)
    assert sound.seam.jump <= sound.seam.usual_jump
    assert 0 <= sound.lead <= RATE * 0.005
    assert (sound.lead > 0) == (program == 60)  # a horn that would jump on the beat


def test_an_end_that_is_too_loud_is_softened():
    even = [Note(60 + n % 5, n / 2, n / 2 + 0.5, 80) for n in range(1, 15)]
    chord = [Note(p, 7.75, 8, 127) for p in (48, 55, 60, 64)]
    loud = NoteSequence((Note(72, 0, 0.5, 10), *even, *chord))
    seam = render_loop(loud, RATE).seam
    assert not seam.is_smooth
    assert not seam.rises
    assert render_loop(soften_seam(loud, RATE).music, RATE).seam.is_smooth


def test_a_loop_is_cut_at_bars_and_refused_where_nothing_sounds():
    music = NoteSequence((Note(60, 0, 6), Note(62, 6, 8)))
    loop, report = make_loop(music, 4, 8)
    assert [(n.pitch, n.start, n.end) for n in loop.notes] == [(60, 0, 2), (62, 2, 4)]
    assert "1 notes cut" in report.summary
    with pytest.raises(ValueError, match="no note sounds"):
        make_loop(NoteSequence(total_quarters=8), 0, 4)
    with pytest.raises(ValueError, match="without notes"):
        render_loop(NoteSequence(total_quarters=8))


@settings(max_examples=15)
@given(st.integers(600, 4000), st.sampled_from([8_000, 22_050, 44_100]), st.booleans())
def test_a_duration_is_exact_to_the_sample(milliseconds, rate, stereo):
    seconds = milliseconds / 1000
    music = NoteSequence((Note(60, 0, 1), Note(64, 2, 4)))
    fitted = fit_duration(music, seconds, 0.3, limits=(0, 99)).music
    for stem in render_exact(fitted, seconds, rate, stereo=stereo):
        assert stem.shape == ((round(seconds * rate), 2) if stereo else (round(seconds * rate),))
        assert np.abs(stem[-1]).max() == 0
        assert np.abs(stem).max() > 0


def test_what_begins_behind_the_end_is_refused():
    with pytest.raises(ValueError, match="use fit_duration"):
        render_exact(NoteSequence((Note(60, 8, 9),)), 1.0)
    with pytest.raises(ValueError, match="makes no sound"):
        render_exact(NoteSequence(total_quarters=4), 1.0)
