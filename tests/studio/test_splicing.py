import pytest

from course.note_sequence import Instrument, Note, NoteSequence
from course.studio.splicing import splice, without_overlaps


def music(*notes, total=12.0):
    return NoteSequence(tuple(Note(*note) for note in notes), total_quarters=total)


def test_the_kept_bar_is_the_old_one():
    old = music((60, 0, 4), (61, 4, 6), (62, 6, 8), (63, 8, 12))
    new = music((70, 0, 4), (71, 4, 8), (73, 8, 12))
    assert splice(old, new, [(4.0, 8.0)]).notes == (
        Note(70, 0, 4), Note(61, 4, 6), Note(62, 6, 8), Note(73, 8, 12),
    )  # fmt: skip


def test_notes_are_cut_at_the_edges():
    old = music((60, 0, 12))
    new = music((70, 0, 12))
    assert splice(old, new, [(4.0, 8.0)]).notes == (
        Note(70, 0, 4), Note(60, 4, 8), Note(70, 8, 12),
    )  # fmt: skip


def test_what_both_hold_over_an_edge_is_held_on():
    old = music((60, 0, 6), (64, 6, 12))
    new = music((60, 2, 7), (64, 7, 12))
    assert splice(old, new, [(4.0, 8.0)]).notes == (Note(60, 2, 6), Note(64, 6, 12))


def test_nothing_kept_and_everything_kept():
    old, new = music((60, 0, 12)), music((70, 0, 12))
    assert splice(old, new, []) == new
    assert splice(old, new, [(0.0, 12.0)]) == old


def test_an_early_note_stays_in_its_bar():
    old = music((60, 0, 4), (61, 3.95, 8), (63, 8, 12))
    new = music((70, 0, 3.9), (71, 4.05, 7.95), (73, 7.95, 12))
    found = splice(old, new, [(4.0, 8.0)], early=0.1).notes
    # neither the end of 60 nor that of 71 is left over
    assert [(n.pitch, n.start) for n in found] == [(70, 0), (61, 3.95), (73, 7.95)]


def test_other_takes_are_refused():
    with pytest.raises(ValueError, match="no takes of the same request"):
        splice(music(total=8.0), music(total=12.0), [])
    flute = NoteSequence((), (Instrument(73),), total_quarters=12.0)
    with pytest.raises(ValueError, match="no takes of the same request"):
        splice(music(), flute, [])


def test_a_note_ends_where_its_pitch_is_struck_again():
    notes = [Note(60, 0, 2), Note(60, 1, 3), Note(62, 0, 2), Note(60, 1, 2, 80, 1)]
    assert sorted(without_overlaps(notes), key=lambda n: (n.pitch, n.start, n.instrument)) == [
        Note(60, 0, 1), Note(60, 1, 3), Note(60, 1, 2, 80, 1), Note(62, 0, 2),
    ]  # fmt: skip


def test_of_two_at_one_moment_the_longer_is_left():
    assert without_overlaps([Note(60, 1, 2), Note(60, 1, 3)]) == [Note(60, 1, 3)]
