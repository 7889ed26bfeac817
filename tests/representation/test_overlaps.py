from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from course.representation.overlaps import GridNote, cut_overlaps

NOTES = st.lists(
    st.builds(
        lambda start, pitch, length, velocity: GridNote(start, pitch, start + length, velocity),
        *(st.integers(0, 9), st.integers(60, 62), st.integers(1, 6), st.integers(1, 127)),
    ),
    max_size=12,
)


def test_a_key_struck_again_ends_its_note():
    notes = [GridNote(0, 60, 9, 80), GridNote(4, 60, 5, 81), GridNote(4, 61, 9, 82)]
    kept = [GridNote(0, 60, 4, 80), GridNote(4, 60, 5, 81), GridNote(4, 61, 9, 82)]
    assert cut_overlaps(notes) == (kept, 1)


def test_of_notes_struck_together_the_longest_stays():
    notes = [GridNote(2, 60, 8, 1), GridNote(2, 60, 3, 2), GridNote(2, 60, 5, 3)]
    assert cut_overlaps(notes) == ([GridNote(2, 60, 8, 1)], 2)


@given(NOTES)
def test_nothing_overlaps_afterwards_and_nothing_else_changes(notes):
    kept, cuts = cut_overlaps(notes)
    assert kept == sorted(kept)
    for pitch in (60, 61, 62):
        spans = [(note.start, note.end) for note in kept if note.pitch == pitch]
        assert all(start < end for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert {note.start for note in kept} == {note.start for note in notes}
    assert cut_overlaps(kept) == (kept, 0)
    assert (cuts == 0) == (kept == sorted(notes))
