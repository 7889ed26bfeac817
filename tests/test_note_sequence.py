import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.note_sequence import (
    ControlChange,
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
    crop,
    quantise,
    quantised_steps,
    transpose,
)
from tests.strategies import note_sequences

MOMENTS = st.floats(0, 1000)
TEMPO_MAPS = st.dictionaries(MOMENTS, st.floats(4, 400), max_size=5)


def spans(sequence):
    return [(note.pitch, note.start, note.end) for note in sequence.notes]


def pedal(*changes, instrument=0):
    return tuple(ControlChange(start, 64, value, instrument) for start, value in changes)


# The type


def test_a_note_has_a_duration_and_cannot_be_changed():
    note = Note(60, 1.5, 2.25)
    assert note.duration == 0.75
    with pytest.raises(FrozenInstanceError):
        note.pitch = 61


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"pitch": 128}, r"Note\.pitch is 128, outside 0\.\.127; transpose"),
        ({"pitch": -1}, r"Note\.pitch is -1"),
        ({"velocity": 0}, r"Note\.velocity is 0, outside 1\.\.127; leave silent notes out"),
        ({"velocity": 128}, r"Note\.velocity is 128"),
        ({"instrument": -1}, r"Note\.instrument is -1"),
        ({"start": -0.1}, r"Note\.start is -0\.1, outside 0\.0\.\.1000000\.0; shift the piece"),
        ({"start": math.nan}, r"Note\.start is nan"),
        ({"end": math.inf}, r"Note\.end is inf"),
        ({"end": 0.0}, r"ends at or before its start; give it a length above 0"),
        ({"start": 2.0}, r"ends at or before its start"),
    ],
)
def test_impossible_notes(fields, message):
    with pytest.raises(ValueError, match=message):
        Note(**{"pitch": 60, "start": 0.0, "end": 1.0, **fields})


@pytest.mark.parametrize("pitch", [60.0, "C4", None, True])
def test_a_pitch_of_the_wrong_kind(pitch):
    with pytest.raises(TypeError, match=r"Note\.pitch is .*; expected a whole number"):
        Note(pitch, 0.0, 1.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Instrument(128), r"Instrument\.program is 128"),
        (lambda: Tempo(0.0, 0.0), r"Tempo\.quarters_per_minute is 0\.0"),
        (lambda: TimeSignature(0.0, 0, 4), r"TimeSignature\.numerator is 0"),
        (lambda: TimeSignature(0.0, 3, 3), r"the denominator must be a power of two"),
        (lambda: KeySignature(0.0, 8), r"KeySignature\.fifths is 8, outside -7\.\.7"),
        (lambda: KeySignature(0.0, 0, "dorian"), r"mode is 'dorian'; use 'major' or 'minor'"),
        (lambda: ControlChange(0.0, 64, 128), r"ControlChange\.value is 128"),
        (lambda: NoteSequence(total_quarters=-1.0), r"total_quarters is -1\.0"),
    ],
)
def test_impossible_fields(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_names_of_metre_and_key():
    assert TimeSignature(0.0, 3, 4).quarters_per_bar == 3.0
    assert TimeSignature(0.0, 6, 8).quarters_per_bar == 3.0
    tonics = [KeySignature(0.0, fifths).tonic for fifths in (0, 1, -1, 7, -7)]
    assert tonics == [0, 7, 5, 1, 11]
    assert KeySignature(0.0, 0, "minor").tonic == 9


def test_everything_is_kept_in_order():
    late, early, low = Note(60, 2.0, 3.0), Note(72, 0.0, 1.0), Note(48, 0.0, 1.0)
    sequence = NoteSequence([late, early, low], tempos=[Tempo(4.0, 60.0), Tempo(0.0, 90.0)])
    assert sequence.notes == (low, early, late)
    assert [tempo.start for tempo in sequence.tempos] == [0.0, 4.0]
    assert sequence == NoteSequence((early, low, late), tempos=(Tempo(0, 90), Tempo(4, 60)))


def test_the_length_reaches_to_the_last_note():
    notes = (Note(60, 0.0, 4.0), Note(62, 1.0, 2.0))
    assert NoteSequence(notes).total_quarters == 4.0
    assert NoteSequence(notes, total_quarters=3.0).total_quarters == 4.0
    assert NoteSequence(notes, total_quarters=6.0).total_quarters == 6.0
    assert NoteSequence().total_quarters == 0.0


def test_an_instrument_that_is_not_there():
    with pytest.raises(ValueError, match="instrument 1 of 1; add it to instruments"):
        NoteSequence((Note(60, 0.0, 1.0, 80, 1),))
    with pytest.raises(ValueError, match="instrument 2 of 1; add it"):
        NoteSequence(control_changes=pedal((0.0, 127), instrument=2))


def test_the_title_is_no_part_of_the_music():
    assert NoteSequence(title="A") == NoteSequence(title="B")
    text = str(NoteSequence((Note(60, 0.0, 2.0),), title="A"))
    assert text == "A: 1 notes, 1 instruments, 2 quarter notes, 1.0 s"


def test_notes_of_one_instrument():
    notes = (Note(60, 0.0, 1.0), Note(62, 0.0, 1.0, 80, 1), Note(64, 1.0, 2.0))
    sequence = NoteSequence(notes, (Instrument(), Instrument(40), Instrument(41)))
    assert [len(sequence.notes_of(index)) for index in range(3)] == [2, 1, 0]


# Time


def test_seconds_through_tempo_changes_by_hand():
    sequence = NoteSequence(tempos=(Tempo(2.0, 60.0), Tempo(4.0, 240.0)), total_quarters=8.0)
    moments = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 8.0])
    np.testing.assert_allclose(sequence.seconds_at(moments), [0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
    assert sequence.total_seconds == 4.0
    assert sequence.seconds_at(3.0).shape == ()
    assert sequence.seconds_at([[1.0], [2.0]]).shape == (2, 1)


def test_without_a_tempo_two_quarters_a_second():
    assert NoteSequence(total_quarters=9.0).total_seconds == 4.5


@given(TEMPO_MAPS, st.lists(MOMENTS, min_size=1, max_size=5))
def test_quarters_and_seconds_undo_each_other(tempos, moments):
    sequence = NoteSequence(tempos=tuple(Tempo(*item) for item in tempos.items()))
    seconds = sequence.seconds_at(moments)
    np.testing.assert_allclose(sequence.quarters_at(seconds), moments, rtol=1e-9, atol=1e-6)


@given(TEMPO_MAPS, MOMENTS, MOMENTS)
def test_time_never_runs_backwards(tempos, one, other):
    sequence = NoteSequence(tempos=tuple(Tempo(*item) for item in tempos.items()))
    first, second = sequence.seconds_at(sorted((one, other)))
    assert first <= second


def test_the_metre_in_force():
    metres = (TimeSignature(0.0, 3, 4), TimeSignature(6.0, 2, 2))
    sequence = NoteSequence(time_signatures=metres)
    assert [sequence.time_signature_at(t).numerator for t in (0.0, 5.9, 6.0, 99.0)] == [3, 3, 2, 2]
    assert NoteSequence().time_signature_at(3.0) == TimeSignature(0.0, 4, 4)
    assert NoteSequence(time_signatures=metres[1:]).time_signature_at(5.0).numerator == 4


# Quantise


def test_moments_go_to_the_nearest_step_and_halves_to_the_later():
    notes = (Note(60, 0.12, 0.13), Note(62, 0.125, 0.6), Note(64, 0.3, 0.38))
    assert spans(quantise(NoteSequence(notes))) == [
        (60, 0.0, 0.25),
        (62, 0.25, 0.5),
        (64, 0.25, 0.5),
    ]
    assert quantised_steps(Note(60, 1 / 3, 0.35), 3) == (1, 2)
    assert quantise(NoteSequence(total_quarters=1.9)).total_quarters == 2.0


@given(note_sequences(steps_per_quarter=24, with_changes=True), st.sampled_from([1, 3, 4, 12, 96]))
def test_quantising_twice_changes_nothing_and_loses_no_note(sequence, steps_per_quarter):
    once = quantise(sequence, steps_per_quarter)
    assert quantise(once, steps_per_quarter) == once
    assert len(once.notes) == len(sequence.notes)
    for moment, furthest in (("start", 0.5), ("end", 1.5)):  # no note vanishes: ends may move far
        exact = sorted(getattr(note, moment) * steps_per_quarter for note in sequence.notes)
        steps = sorted(getattr(note, moment) * steps_per_quarter for note in once.notes)
        assert steps == pytest.approx([round(step) for step in steps])
        assert steps == pytest.approx(exact, rel=0, abs=furthest + 1e-9)
    assert once.control_changes == sequence.control_changes


def test_a_grid_out_of_range():
    with pytest.raises(ValueError, match=r"steps_per_quarter is 0, outside 1\.\.96"):
        quantise(NoteSequence(), 0)


# Transpose


def test_drums_stay_and_keys_move():
    sequence = NoteSequence(
        (Note(60, 0.0, 1.0), Note(36, 0.0, 1.0, 80, 1)),
        (Instrument(), Instrument(is_drum=True)),
        key_signatures=(KeySignature(0.0, 0), KeySignature(4.0, -3, "minor")),
    )
    up = transpose(sequence, 2)
    assert [note.pitch for note in up.notes] == [36, 62]
    assert up.key_signatures == (KeySignature(0.0, 2), KeySignature(4.0, -1, "minor"))


@given(note_sequences(pitches=st.integers(24, 103), with_changes=True), st.integers(-24, 24))
def test_transposing_back_gives_the_same_pitches(sequence, semitones):
    up = transpose(sequence, semitones)
    assert transpose(up, -semitones).notes == sequence.notes
    for before, after in zip(sequence.key_signatures, up.key_signatures, strict=True):
        assert after.tonic == (before.tonic + semitones) % 12
        assert after.mode == before.mode
        assert -5 <= after.fifths <= 6


def test_transposing_out_of_the_range_is_refused():
    with pytest.raises(ValueError, match=r"Note\.pitch is 130, outside 0\.\.127"):
        transpose(NoteSequence((Note(120, 0.0, 1.0),)), 10)
    with pytest.raises(ValueError, match="semitones is 128"):
        transpose(NoteSequence(), 128)


# Crop


def test_crop_cuts_notes_and_keeps_what_is_in_force():
    sequence = NoteSequence(
        (Note(60, 0.0, 3.0), Note(62, 3.0, 9.0), Note(64, 4.0, 5.0), Note(65, 6.0, 7.0)),
        tempos=(Tempo(0.0, 60.0), Tempo(5.0, 90.0), Tempo(8.0, 40.0)),
        time_signatures=(TimeSignature(0.0, 3, 4),),
        key_signatures=(KeySignature(2.0, 1), KeySignature(6.0, 2)),
        control_changes=(*pedal((1.0, 127), (2.5, 0), (5.0, 127)), ControlChange(1.0, 7, 90)),
    )
    cut = crop(sequence, 2.0, 6.0)
    assert spans(cut) == [(60, 0.0, 1.0), (62, 1.0, 4.0), (64, 2.0, 3.0)]
    assert cut.tempos == (Tempo(0.0, 60.0), Tempo(3.0, 90.0))
    assert cut.time_signatures == (TimeSignature(0.0, 3, 4),)
    assert cut.key_signatures == (KeySignature(0.0, 1),)
    assert set(cut.control_changes) == {
        *pedal((0.0, 127), (0.5, 0), (3.0, 127)),
        ControlChange(0.0, 7, 90),
    }
    assert cut.total_quarters == 4.0


@given(note_sequences(max_instruments=2, max_steps=32, with_changes=True), st.integers(1, 31))
def test_two_crops_hold_all_that_sounds(sequence, step):
    middle, end = step / 4, sequence.total_quarters
    parts = crop(sequence, 0.0, middle), crop(sequence, middle, end)
    sounding = sum(note.duration for part in parts for note in part.notes)
    assert sounding == pytest.approx(sum(note.duration for note in sequence.notes))
    assert sum(part.total_quarters for part in parts) == end
    total = sum(part.total_seconds for part in parts)
    assert total == pytest.approx(sequence.total_seconds)


def test_cropping_everything_changes_nothing():
    sequence = NoteSequence((Note(60, 0.5, 1.0),), tempos=(Tempo(0.0, 90.0),), total_quarters=2.0)
    assert crop(sequence, 0.0, 2.0) == sequence


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [(2.0, 2.0, "is empty; give an end after the start"), (-1.0, 2.0, r"start is -1\.0, outside")],
)
def test_empty_or_negative_crops(start, end, message):
    with pytest.raises(ValueError, match=message):
        crop(NoteSequence(total_quarters=4.0), start, end)


# Pedal
