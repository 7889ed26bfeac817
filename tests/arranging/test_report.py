"""Reports, and what is locked."""

import pytest

from course.arranging.report import Report, check_kept, notes_in_bars, place
from course.note_sequence import Note, NoteSequence, TimeSignature

MUSIC = NoteSequence(
    (Note(60, 0, 1), Note(62, 1, 5), Note(64, 5, 9)),
    time_signatures=(TimeSignature(0, 4, 4), TimeSignature(1, 4, 4)),
)


def test_a_long_report_is_cut_in_print_only():
    report = Report("bass", "20 notes", tuple(f"note {n}" for n in range(20)))
    text = str(report)
    assert text.splitlines()[0] == "bass: 20 notes"
    assert text.endswith("… and 8 more")
    assert str(Report("bass", "none")) == "bass: none"


def test_bars_are_counted_from_the_pickup():
    assert notes_in_bars(MUSIC, [1]) == {Note(60, 0, 1)}
    assert notes_in_bars(MUSIC, [2, 3]) == {Note(62, 1, 5), Note(64, 5, 9)}
    with pytest.raises(ValueError, match=r"bar is 4, outside 1\.\.3"):
        notes_in_bars(MUSIC, [4])


def test_places_are_told_in_bars_and_beats():
    assert place(MUSIC, 0.0) == "bar 1, beat 1"
    assert place(MUSIC, 2.5) == "bar 2, beat 2.5"


def test_a_step_that_changes_locked_notes_is_broken():
    check_kept([Note(60, 0, 1)], MUSIC)
    with pytest.raises(AssertionError, match="locked notes were changed"):
        check_kept([Note(61, 0, 1)], MUSIC)
