"""Proxies by hand, and pieces that follow a curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.accompany import add_accompaniment, add_bass, add_drums
from course.arranging.emotion import EmotionPoint, match_emotion, measure_proxies, target_at
from course.arranging.harmoniser import harmonise_melody
from course.data.tunes import load_tunes
from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, Tempo
from tests.strategies import note_sequences

VALUES = st.floats(-1, 1)
C_MAJOR = (KeySignature(0.0, 0),)


def bar(pitches, velocity=72, tempo=110.0):
    notes = tuple(Note(p, n / 2, n / 2 + 0.5, velocity) for n, p in enumerate(pitches))
    return NoteSequence(notes, tempos=(Tempo(0, tempo),), key_signatures=C_MAJOR, total_quarters=4)


def test_a_curve_is_straight_between_its_points():
    points = [EmotionPoint(4, -1, 0), EmotionPoint(8, 1, 0.5)]
    assert target_at(points, 0) == (-1, 0)
    assert target_at(points, 6) == (0, 0.25)
    assert target_at(points, 99) == (1, 0.5)


def test_proxies_by_hand():
    """Eight attacks in 4 quarters at 110: 8 / 2.1818 s = 3.6667 a second."""
    found = measure_proxies(bar([60, 62, 64, 65, 67, 65, 64, 60]))[0]
    assert found.density == pytest.approx(11 / 3)
    assert found.arousal_proxy == pytest.approx(np.log2(11 / 18) / 2 / 3)
    assert found.valence_proxy > 0.2
    assert measure_proxies(bar([60, 62, 63, 65, 67, 65, 63, 60]))[0].valence_proxy < -0.2
    louder = measure_proxies(bar([60] * 8, velocity=108))[0].arousal_proxy
    assert louder - measure_proxies(bar([60] * 8))[0].arousal_proxy == pytest.approx(1 / 3)
    assert measure_proxies(NoteSequence(total_quarters=8)) == []


def arranged(number=0):
    tunes = [t for t in load_tunes("oneills") if t.split == "test" and t.tune_type == "reel"]
    music = [t for t in tunes if t.mode == "major" and not t.irregular_bars][
        number
    ].to_note_sequence()
    chords = harmonise_melody(music)
    for add in (add_accompaniment, add_bass):
        music = add(music, chords).music
    return add_drums(music).music


def test_the_proxies_follow_the_curve():
    for number in range(3):
        music = arranged(number)
        total = music.total_quarters
        points = [
            EmotionPoint(0, -1, -1),
            EmotionPoint(total / 2, 1, 1),
            EmotionPoint(total, -1, 0),
        ]
        result, report = match_emotion(music, points)
        found = measure_proxies(result)
        asked = np.array([target_at(points, p.start + 2) for p in found])
        measured = np.array([(p.valence_proxy, p.arousal_proxy) for p in found])
        before = np.array([(p.valence_proxy, p.arousal_proxy) for p in measure_proxies(music)])
        for column, least in ((0, 0.1), (1, 0.9)):
            follows = np.corrcoef(asked[:, column], measured[:, column])[0, 1]
            assert follows > least
            assert follows > np.corrcoef(asked[:, column], before[:, column])[0, 1] + 0.5
        assert len(report.changes) >= len(found)


@given(note_sequences(max_instruments=3), VALUES, VALUES, st.data())
def test_locked_notes_and_the_length_in_quarters_stay(music, valence, arousal, data):
    locked = data.draw(st.sets(st.sampled_from(music.notes))) if music.notes else set()
    points = [EmotionPoint(0, valence, arousal), EmotionPoint(8, arousal, valence)]
    result = match_emotion(music, points, locked=locked, key=(0, "major")).music
    assert locked <= set(result.notes)
    assert result.total_quarters == music.total_quarters
    melody = [(n.start, n.end) for n in music.notes_of(0)]
    assert sorted((n.start, n.end) for n in result.notes_of(0)) == sorted(melody)


def test_zero_changes_nothing_but_writes_the_tempo():
    music = bar([60, 64, 67, 72])
    result = match_emotion(music, [EmotionPoint(0, 0, 0)]).music
    assert result.notes == music.notes
    assert result.tempos[0].quarters_per_minute == pytest.approx(110)


def test_the_mode_by_hand():
    dark = match_emotion(bar([60, 64, 69, 71]), [EmotionPoint(0, -1, 0)]).music
    assert [n.pitch for n in dark.notes] == [60, 63, 68, 71]
    bright = match_emotion(bar([60, 63, 68, 70]), [EmotionPoint(0, 1, 0)], key=(0, "minor")).music
    assert [n.pitch for n in bright.notes] == [60, 64, 69, 71]
    kit = NoteSequence((Note(40, 0, 1),), (Instrument(is_drum=True),), total_quarters=4)
    assert match_emotion(kit, [EmotionPoint(0, -1, 0)], key=(0, "major")).music.notes == kit.notes


def test_bad_curves_are_refused():
    music = bar([60])
    with pytest.raises(ValueError, match="no points"):
        match_emotion(music, [])
    with pytest.raises(ValueError, match=r"EmotionPoint\.valence is 2"):
        match_emotion(music, [EmotionPoint(0, 2, 0)])
    with pytest.raises(ValueError, match="out of order"):
        match_emotion(music, [EmotionPoint(4, 0, 0), EmotionPoint(0, 0, 0)])
