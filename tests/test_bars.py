"""Bars follow changes of metre."""

from course.bars import bar_lines, bar_spans
from course.note_sequence import NoteSequence, TimeSignature


def test_spans_by_hand():
    metres = (TimeSignature(0, 4, 4), TimeSignature(1, 3, 4))
    music = NoteSequence(time_signatures=metres, total_quarters=8.5)
    assert bar_spans(music) == [(0, 1), (1, 4), (4, 7), (7, 8.5)]
    assert bar_lines(music) == [0, 1, 4, 7]
    assert bar_spans(NoteSequence()) == []
