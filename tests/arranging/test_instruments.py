"""Ranges are never left, locked notes never moved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.instruments import (
    ENSEMBLES,
    PLAYERS,
    arrange_for,
    give_to,
    into_range,
    out_of_range,
)
from course.note_sequence import Instrument, Note, NoteSequence
from tests.strategies import note_sequences

NAMES = st.sampled_from(sorted(PLAYERS))


def test_into_range_by_hand():
    assert into_range([48, 52, 55], 60, 81) == [60, 64, 67]  # an octave up
    assert into_range([60, 72, 84], 60, 81) == [60, 72, 72]  # one note alone
    assert into_range([66], 60, 71) == [66]
    assert into_range([60, 72], 61, 72) == [72, 72]  # as many outside either way: stay
    assert into_range([], 0, 11) == []


def test_every_instrument_holds_an_octave():
    assert all(player.high - player.low >= 11 for player in PLAYERS.values())
    assert all(set(names) <= set(PLAYERS) for names in ENSEMBLES.values())


@given(st.lists(st.integers(0, 127), max_size=20), st.integers(0, 116), st.integers(11, 40))
def test_a_range_is_never_left_and_pitch_classes_stay(pitches, low, width):
    found = into_range(pitches, low, low + width)
    assert all(low <= pitch <= low + width for pitch in found)
    assert [p % 12 for p in found] == [p % 12 for p in pitches]


@given(
    note_sequences(max_instruments=4, drums=st.booleans()), st.lists(NAMES, min_size=1, max_size=6)
)
def test_an_ensemble_plays_only_what_it_can(music, ensemble):
    result, _ = arrange_for(music, ensemble)
    players = [i for i, played in enumerate(result.instruments) if not played.is_drum]
    ranges = {i: (PLAYERS[n].low, PLAYERS[n].high) for i, n in zip(players, ensemble, strict=False)}
    if any(not music.instruments[note.instrument].is_drum for note in music.notes):
        assert len(players) == len(ensemble)
        assert out_of_range(result, ranges) == []
    drums = [n for n in music.notes if music.instruments[n.instrument].is_drum]
    kept = [n for n in result.notes if result.instruments[n.instrument].is_drum]
    assert sorted(n.start for n in drums) == sorted(n.start for n in kept)


@given(note_sequences(max_instruments=3), st.data())
def test_locked_notes_are_not_touched(music, data):
    locked = data.draw(st.sets(st.sampled_from(music.notes))) if music.notes else set()
    name = data.draw(NAMES)
    player, index = PLAYERS[name], data.draw(st.integers(0, len(music.instruments) - 1))
    mine = [n for n in locked if n.instrument == index]
    if all(player.low <= n.pitch <= player.high for n in mine):
        result = give_to(music, {index: name}, locked).music
        assert locked <= set(result.notes)
        assert len(result.notes) == len(music.notes)
        assert out_of_range(result, {index: (player.low, player.high)}) == []
    else:
        with pytest.raises(ValueError, match="is locked, but a"):
            give_to(music, {index: name}, locked)


def lines(*pitches, counts=None):
    notes = tuple(
        Note(pitch, step, step + 1, instrument=index)
        for index, pitch in enumerate(pitches)
        for step in range((counts or [2] * len(pitches))[index])
    )
    return NoteSequence(notes, tuple(Instrument(0, f"line {n}") for n in range(len(pitches))))


def test_inner_lines_are_left_out_first_and_the_report_says_so():
    result, report = arrange_for(lines(72, 65, 60, 48, counts=[2, 3, 1, 2]), ["flute", "cello"])
    assert [n.pitch for n in result.notes] == [48, 72, 48, 72]
    assert report.changes[:2] == ("line 2: left out, no player", "line 1: left out, no player")


def test_more_players_double_the_highest_lines():
    result, report = arrange_for(lines(76, 50), ["flute", "cello", "piccolo"])
    assert {n.pitch for n in result.notes_of(2)} == {76}
    assert "piccolo: doubles line 0" in report.changes


def test_lines_are_ordered_by_height_not_by_number():
    result = arrange_for(lines(48, 72), ["violin", "cello"]).music
    assert {n.pitch for n in result.notes_of(0)} == {72}


def test_a_locked_line_is_not_left_out():
    music = lines(72, 60, 48)
    with pytest.raises(ValueError, match="take more players"):
        arrange_for(music, ["flute", "cello"], locked=music.notes_of(1))
    kept = arrange_for(music, ["violin", "viola", "cello"], locked=music.notes_of(1)).music
    assert set(kept.notes_of(1)) == set(music.notes_of(1))


def test_bad_requests_are_refused():
    music = lines(60)
    with pytest.raises(ValueError, match="no instrument 'kazoo'"):
        give_to(music, {0: "kazoo"})
    with pytest.raises(ValueError, match="instrument is 3"):
        give_to(music, {3: "flute"})
    with pytest.raises(ValueError, match="no players"):
        arrange_for(music, [])
    with pytest.raises(ValueError, match="locked but not in the piece"):
        give_to(music, {0: "flute"}, [Note(61, 0, 1)])
    kit = replace(music, instruments=(Instrument(is_drum=True),))
    with pytest.raises(ValueError, match="drum kit"):
        give_to(kit, {0: "flute"})
