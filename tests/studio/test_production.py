from dataclasses import replace

import pytest

from course.arranging.chords import Chord
from course.arranging.instruments import ENSEMBLES, PLAYERS, out_of_range
from course.bars import bar_spans
from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, TimeSignature
from course.studio.production import (
    CRASH,
    KICK,
    Draw,
    add_hit,
    produce,
    signature,
)
from course.studio.request import Request
from course.studio.takes import remake

BAR = (67, 48, -1, 48, 71, 48)  # of a waltz: a note, a rest, a note


def waltz(**fields):
    return Request(model="tune_rnn", tune="waltz", key="G major", bars=1, **fields)


def test_without_anything_added_the_ids_are_the_music():
    request = waltz(ensemble=("flute",), human=0.0, tempo=120)
    music, reports = produce(request, [Draw(0, BAR)])
    assert music.notes == (Note(67, 0, 1), Note(71, 2, 3))
    assert music.instruments == (Instrument(73, "Flute"),)
    assert music.time_signatures == (TimeSignature(0, 3, 4),)
    assert music.key_signatures == (KeySignature(0, 1),)
    assert music.total_seconds == 1.5
    assert music.title == "Waltz in G major"
    assert [report.step for report in reports] == ["ensemble"]


def test_each_wish_has_its_step(voices, jig):
    assert [report.step for report in voices.reports] == [
        "voice leading", "ensemble", "accompaniment", "drums", "emotion curve (proxies)",
        "humanise",
    ]  # fmt: skip
    assert [report.step for report in jig.reports] == [
        "ensemble", "accompaniment", "bass", "drums", "closing hit", "humanise", "duration",
    ]  # fmt: skip
    used = sorted({note.instrument for note in voices.music.notes})
    assert [voices.music.instruments[index].name for index in used] == [
        "Violin", "Violin", "Viola", "Cello", "Piano", "Drums",
    ]  # fmt: skip


def test_seconds_are_kept_exactly(jig):
    assert jig.music.total_seconds == pytest.approx(7.0, abs=1e-9)


def test_the_ensemble_stays_in_its_ranges(voices):
    spans = {
        index: (PLAYERS[name].low, PLAYERS[name].high)
        for index, name in enumerate(ENSEMBLES["string quartet"])
    }
    assert out_of_range(voices.music, spans) == []


def test_the_mood_is_heard(voices):
    spans = bar_spans(voices.music)

    def loudness(bar):
        start, end = spans[bar]
        velocities = [n.velocity for n in voices.music.notes if start <= n.start < end]
        return sum(velocities) / len(velocities)

    assert loudness(2) > loudness(0) + 5
    rates = [tempo.quarters_per_minute for tempo in voices.music.tempos]
    assert rates == sorted(rates)
    assert rates[0] < 90 < rates[-1]


def inside(music, start, end):
    """Give the notes of a stretch, apart from what is held into it or out of it."""
    return [
        (n.pitch, n.start, n.velocity, n.instrument)
        for n in music.notes
        if start + 0.05 < n.start < end - 0.05
    ]


def test_a_kept_bar_sounds_as_before_and_the_others_do_not(voices, edited):
    for bar, (start, end) in enumerate(bar_spans(voices.music), 1):
        same = inside(voices.music, start, end) == inside(edited.music, start, end)
        assert same == (bar == 2)
    again = remake(edited, [2, 3], seed=2)
    for bar, (start, end) in enumerate(bar_spans(voices.music), 1):
        same = inside(edited.music, start, end) == inside(again.music, start, end)
        assert same == (bar in (2, 3))


def test_no_note_is_struck_again_before_its_end(voices, edited, jig):
    for take in (voices, edited, jig):
        sounding = {}
        for note in take.music.notes:
            assert note.start >= sounding.get((note.instrument, note.pitch), 0.0)
            sounding[note.instrument, note.pitch] = note.end


def test_a_hit_is_one_chord_in_a_bar_of_its_own():
    players = (Instrument(73), Instrument(0, is_drum=True), Instrument(40))
    notes = (Note(69, 0, 3), Note(74, 3, 4), Note(38, 0, 1, 80, 1), Note(38, 1, 2, 80, 1))
    struck, report = add_hit(NoteSequence(notes, players), Chord(0, 1, 0))  # C major
    added = sorted(set(struck.notes) - set(notes), key=lambda n: (n.instrument, n.pitch))
    assert [(n.pitch, n.start, n.end, n.instrument) for n in added] == [
        (72, 4, 6, 0), (KICK, 4, 6, 1), (CRASH, 4, 6, 1),
    ]  # fmt: skip
    assert struck.total_quarters == 8
    assert str(report) == "closing hit: 3 notes of C"


@pytest.mark.parametrize(
    ("tonic", "mode", "fifths"),
    [(0, "major", 0), (9, "minor", 0), (7, "major", 1), (5, "major", -1), (4, "minor", 1)],
)
def test_signatures(tonic, mode, fifths):
    assert signature(tonic, mode) == KeySignature(0, fifths, mode)
    assert signature(tonic, mode).tonic == tonic


def test_a_piece_needs_a_draw():
    with pytest.raises(ValueError, match="there is no draw; let the model write first"):
        produce(waltz(), [])


def test_a_machine_plays_evenly(voices):
    even, _ = produce(replace(voices.request, human=0.0), voices.recipe.draws)
    assert all((note.start * 4).is_integer() for note in even.notes)
    uneven = [note for note in voices.music.notes if not (note.start * 4).is_integer()]
    assert len(uneven) > len(voices.music.notes) / 2
