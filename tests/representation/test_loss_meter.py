from dataclasses import replace

from course.note_sequence import (
    ControlChange,
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.representation.events import decode_events, encode_events
from course.representation.loss_meter import (
    LABELS,
    Loss,
    add_up,
    loss_table,
    lost_notes,
    measure_loss,
)
from course.representation.piano_roll import decode_piano_roll, encode_piano_roll

PIECE = NoteSequence(
    notes=(Note(60, 0, 1, 70), Note(60, 1, 2, 70), Note(67, 0.1, 2, 90, instrument=1)),
    instruments=(Instrument(), Instrument(40)),
    tempos=(Tempo(0, 90),),
    time_signatures=(TimeSignature(0, 3, 4),),
    key_signatures=(KeySignature(0, 2),),
    control_changes=(ControlChange(0, 64, 127), ControlChange(1, 64, 0), ControlChange(1, 7, 9)),
)
NOTHING = dict.fromkeys(LABELS, 0)


def losses(**named):
    return Loss(**NOTHING | named)


def test_nothing_dies_between_a_piece_and_itself():
    assert measure_loss(PIECE, PIECE) == losses(notes=3)


def test_what_a_roll_costs_counted_by_hand():
    back = decode_piano_roll(encode_piano_roll(PIECE))
    assert measure_loss(PIECE, back) == losses(
        notes=3,
        moved=1,  # 0.1 goes to 0
        largest_move_quarters=0.1,
        other_length=1,
        other_velocity=3,
        largest_velocity_change=10,
        instruments=1,
        pedal_events=2,
        tempos=1,
        metres=1,
        keys=1,
    )


def test_a_melted_note_is_lost_and_can_be_heard():
    roll = encode_piano_roll(PIECE)
    roll[1] = 0
    melted = decode_piano_roll(roll)
    loss = measure_loss(PIECE, melted)
    assert (loss.lost, loss.added, loss.other_length) == (1, 0, 2)
    died = lost_notes(PIECE, melted)
    assert died.notes == (Note(60, 1, 2, 70),)
    assert (died.total_quarters, died.tempos) == (2, PIECE.tempos)


def test_a_note_too_far_away_is_lost_and_added():
    before, after = NoteSequence((Note(60, 1, 2),)), NoteSequence((Note(60, 1.2, 2.2),))
    loss = measure_loss(before, after)
    assert (loss.lost, loss.added, loss.moved) == (1, 1, 0)
    assert lost_notes(before, after).notes == before.notes
    loss = measure_loss(before, after, near_quarters=0.25)
    assert (loss.lost, loss.added, loss.moved) == (0, 0, 1)


def test_half_a_sixteenth_is_near():
    before, after = NoteSequence((Note(60, 0.375, 1),)), NoteSequence((Note(60, 0.5, 1),))
    assert measure_loss(before, after).moved == 1


def test_of_a_unison_the_longest_note_survives():
    unison = NoteSequence((Note(60, 0, 1, 82), Note(60, 0, 2, 82)))
    loss = measure_loss(unison, decode_events(encode_events(unison)))
    assert (loss.lost, loss.other_length) == (1, 0)


def test_drums_pair_with_drums_only():
    drum = NoteSequence((Note(36, 0, 1),), (Instrument(is_drum=True),))
    loss = measure_loss(drum, replace(drum, instruments=(Instrument(),)))
    assert (loss.lost, loss.added) == (1, 1)


def test_an_empty_piece_loses_nothing():
    assert measure_loss(NoteSequence(), NoteSequence()) == losses()
    assert add_up([]) == losses()


def test_adding_up_keeps_the_largest():
    one = losses(notes=3, lost=1, largest_move_quarters=0.1, largest_velocity_change=5)
    two = losses(notes=4, lost=2, largest_move_quarters=0.05, largest_velocity_change=9)
    assert add_up([one, two]) == losses(
        notes=7, lost=3, largest_move_quarters=0.1, largest_velocity_change=9
    )


def test_the_table_has_a_column_for_each():
    table = loss_table({"roll": losses(notes=1200), "events": losses(largest_move_quarters=0.02)})
    lines = table.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["roll", "events"]
    assert lines[1].split()[-2:] == ["1,200", "·"]
    assert any(line.split()[-2:] == ["·", "0.020"] for line in lines)
