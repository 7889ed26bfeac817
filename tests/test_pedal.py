from dataclasses import replace

from hypothesis import given

from course.note_sequence import ControlChange, Instrument, Note, NoteSequence
from course.pedal import expand_pedal
from tests.strategies import note_sequences
from tests.test_note_sequence import pedal, spans


def test_notes_sound_until_the_pedal_comes_up():
    notes = (Note(60, 0.0, 0.5), Note(64, 1.0, 1.5), Note(67, 2.5, 3.0))
    sequence = NoteSequence(notes, control_changes=pedal((0.25, 127), (2.0, 0)))
    held = expand_pedal(sequence)
    assert spans(held) == [(60, 0.0, 2.0), (64, 1.0, 2.0), (67, 2.5, 3.0)]
    assert held.control_changes == ()
    assert expand_pedal(held) == held


def test_a_key_struck_again_ends_its_held_note():
    notes = (Note(60, 0.0, 0.5), Note(60, 1.0, 1.25), Note(62, 1.0, 4.0))
    sequence = NoteSequence(notes, control_changes=pedal((0.0, 64), (3.0, 63)))
    assert spans(expand_pedal(sequence)) == [(60, 0.0, 1.0), (60, 1.0, 3.0), (62, 1.0, 4.0)]


def test_a_pedal_that_never_comes_up_holds_to_the_end():
    sequence = NoteSequence(
        (Note(60, 0.0, 0.5),), control_changes=pedal((0.0, 127)), total_quarters=8.0
    )
    assert spans(expand_pedal(sequence)) == [(60, 0.0, 8.0)]


def test_the_pedal_belongs_to_its_instrument_and_other_controllers_stay():
    notes = (Note(60, 0.0, 0.5), Note(60, 0.0, 0.5, 80, 1))
    volume = ControlChange(0.0, 7, 100)
    changes = (*pedal((0.0, 127), (2.0, 0), instrument=1), volume)
    held = expand_pedal(NoteSequence(notes, (Instrument(), Instrument()), control_changes=changes))
    assert [(note.instrument, note.end) for note in held.notes] == [(0, 0.5), (1, 2.0)]
    assert held.control_changes == (volume,)


def test_a_lifted_and_pressed_pedal_lets_go_once():
    changes = pedal((0.0, 127), (1.0, 0), (1.0, 127), (2.0, 0))
    notes = (Note(60, 0.0, 0.5), Note(62, 1.25, 1.5))
    assert spans(expand_pedal(NoteSequence(notes, control_changes=changes))) == [
        (60, 0.0, 1.0),
        (62, 1.25, 2.0),
    ]


@given(note_sequences(max_instruments=2, with_changes=True))
def test_the_pedal_only_lengthens(sequence):
    held = expand_pedal(replace(sequence, control_changes=pedal((2.0, 100), (9.0, 10))))
    before = sorted((n.instrument, n.pitch, n.start, n.end) for n in sequence.notes)
    after = sorted((n.instrument, n.pitch, n.start, n.end) for n in held.notes)
    assert [note[:3] for note in before] == [note[:3] for note in after]
    assert all(new[3] >= old[3] for old, new in zip(before, after, strict=True))
    assert held.total_quarters == sequence.total_quarters
