"""Faults are found as elsewhere, and mended without touching what is locked."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.voice_repair import faults, find_faults, repair_voices
from course.data.chorales import load_chorales
from course.evaluation.voice_leading import motion_counts, voice_crossings
from course.note_sequence import Instrument, Note, NoteSequence
from tests.strategies import note_sequences

PIECES = note_sequences(
    max_instruments=4, max_steps=24, monophonic=True, pitches=st.integers(48, 76)
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([67, 60], [69, 62], [("parallel", 0, 1)]),  # fifths
        ([72, 60], [74, 62], [("parallel", 0, 1)]),  # octaves
        ([67, 48], [69, 50], [("parallel", 0, 1)]),  # a twelfth is a fifth
        ([67, 60], [67, 60], []),  # nothing moves
        ([60, 67], [67, 72], [("crossing", 0, 1)]),  # a fourth becomes one, crossed
        ([67, 60], [62, 67], [("crossing", 0, 1)]),  # contrary motion
        ([64, 60], [66, 62], []),  # thirds are welcome
        ([67, -1, 60], [69, -1, 62], [("parallel", 0, 2)]),
        ([-1, 60], [69, 62], []),
        ([60], [73], [("leap", 0, 0)]),
        ([60], [72], []),
        ([72, 60, 48], [74, 62, 50], [("parallel", 0, 1), ("parallel", 0, 2), ("parallel", 1, 2)]),
    ],
)
def test_faults_by_hand(before, after, expected):
    assert faults(before, after) == expected


@given(PIECES)
def test_parallels_and_crossings_are_those_of_the_metrics(music):
    found = find_faults(music)
    assert sum(f.kind == "parallel" for f in found) == motion_counts(music)[0]
    crossed = {fault.step for fault in found if fault.kind == "crossing"}
    assert bool(crossed) == (np.nan_to_num(voice_crossings(music)) > 0)


@given(PIECES, st.data())
def test_mending_keeps_locked_notes_ranges_and_times(music, data):
    locked = data.draw(st.sets(st.sampled_from(music.notes))) if music.notes else set()
    result, _ = repair_voices(music, locked=locked)
    assert locked <= set(result.notes)
    assert len(find_faults(result)) <= len(find_faults(music))

    def times(piece):
        return sorted((n.start, n.end, n.velocity, n.instrument) for n in piece.notes)

    assert times(result) == times(music)
    for index in range(len(music.instruments)):
        before, after = ([n.pitch for n in m.notes_of(index)] for m in (music, result))
        if before:
            assert min(before) <= min(after)
            assert max(after) <= max(before)


def spoilt(chorale, seed):
    chance, music = np.random.default_rng(seed), chorale.to_note_sequence()
    moves = [0, 0, 0, -12, -5, 7, 12]
    notes = tuple(
        replace(n, pitch=n.pitch + int(chance.choice(moves)) if n.instrument else n.pitch)
        for n in music.notes
    )
    return replace(music, notes=notes)


@pytest.mark.slow
def test_spoilt_chorales_are_mended_under_their_melody():
    chorales = [c for c in load_chorales() if c.split == "valid"][:6]
    pieces = [spoilt(chorale, seed) for seed, chorale in enumerate(chorales)]
    before = sum(len(find_faults(piece)) for piece in pieces)
    results = [repair_voices(piece, locked=piece.notes_of(0)) for piece in pieces]
    after = sum(len(find_faults(result.music)) for result in results)
    assert before > 500
    assert after < before / 20
    for piece, (music, report) in zip(pieces, results, strict=True):
        assert music.notes_of(0) == piece.notes_of(0)
        changed = sum(a.pitch != b.pitch for a, b in zip(piece.notes, music.notes, strict=True))
        assert len(report.changes) == changed or changed == 0 or len(report.changes) > 0


def two(upper, lower):
    notes = [Note(p, n, n + 1, instrument=0) for n, p in enumerate(upper)]
    notes += [Note(p, n, n + 1, instrument=1) for n, p in enumerate(lower)]
    return NoteSequence(tuple(notes), (Instrument(0, "high"), Instrument(0, "low")))


def test_a_parallel_by_hand():
    music = two([67, 69, 67], [60, 62, 60])
    result, report = repair_voices(music, locked=music.notes_of(0), ranges={1: (48, 69)})
    assert find_faults(result) == []
    assert report.summary == "parallels 2 → 0, crossings 0 → 0, leaps 0 → 0"
    assert "parallel of high and low" in report.changes[0]


def test_what_is_all_locked_stays():
    music = two([67, 69], [60, 62])
    result, report = repair_voices(music, locked=music.notes)
    assert result == music
    assert report.summary.startswith("parallels 1 → 1")


def test_chords_in_one_voice_are_refused():
    music = NoteSequence((Note(60, 0, 2), Note(64, 1, 2)))
    with pytest.raises(ValueError, match="two notes at quarter 1"):
        repair_voices(music)
    with pytest.raises(ValueError, match="voice is 4"):
        find_faults(music, voices=[4])
    with pytest.raises(ValueError, match="not in the piece"):
        repair_voices(two([60], [50]), locked=[Note(99, 0, 1)])
