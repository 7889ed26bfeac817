"""Accompaniment, bass and drums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arranging.accompany import BASS_SPAN, CHORD_SPAN, add_accompaniment, add_bass, add_drums
from course.arranging.chords import Chord, chord_at, read_chords
from course.arranging.grooves import STYLES
from course.arranging.instruments import PLAYERS
from course.note_sequence import Note, NoteSequence, TimeSignature

ADDERS = {
    "accompaniment": add_accompaniment,
    "bass": add_bass,
    "drums": lambda music, chords, style: add_drums(music, style),
}
MELODY = NoteSequence(tuple(Note(72 + n % 5, n / 2, n / 2 + 0.5) for n in range(16)))


@st.composite
def pieces(draw):
    metre = draw(st.sampled_from([(4, 4), (2, 4), (3, 4), (6, 8), (9, 8), (2, 2)]))
    pickup = draw(st.sampled_from([0.0, 0.5, 1.0]))
    signatures = (TimeSignature(0.0, *metre), TimeSignature(pickup, *metre))
    length = draw(st.integers(1, 40)) / 2
    music = NoteSequence(
        (Note(72, 0.0, 0.25),),
        time_signatures=tuple({s.start: s for s in signatures}.values()),
        total_quarters=length,
    )
    cuts = sorted({0.0, *draw(st.lists(st.sampled_from([0.5 * n for n in range(1, 40)])))})
    cuts = [cut for cut in cuts if cut < length]
    spans = zip(cuts, [*cuts[1:], length], strict=True)
    roots = st.integers(0, 11)
    qualities = st.sampled_from(["major", "minor", "seventh", "diminished"])
    return music, [Chord(a, b, draw(roots), draw(qualities)) for a, b in spans]


@given(pieces(), st.sampled_from(["folk", "ballad"]))
def test_what_is_added_fits_the_harmony_the_range_and_the_piece(piece, style):
    music, chords = piece
    for name, add in ADDERS.items():
        result, report = add(music, chords, style)
        assert set(music.notes) <= set(result.notes)
        assert result.total_quarters == music.total_quarters
        added = result.notes_of(1)
        assert report.step == name
        assert str(len(added)) in report.summary
        low, high = BASS_SPAN if name == "bass" else CHORD_SPAN
        for note in added:
            if name != "drums":
                chord = chord_at(chords, note.start)
                assert note.pitch % 12 in chord.pitch_classes
                assert note.end <= chord.end + 1e-9
                assert low <= note.pitch <= high


def test_a_waltz_by_hand():
    music = NoteSequence((Note(72, 0, 3),), time_signatures=(TimeSignature(0, 3, 4),))
    result = add_accompaniment(music, read_chords("C", 3.0), "waltz").music
    found = [(n.pitch, n.start, n.duration) for n in result.notes_of(1)]
    assert found == [(p, s, 0.75) for s in (1.0, 2.0) for p in (52, 55, 60)]
    bass = add_bass(music, read_chords("C", 3.0), "waltz").music.notes_of(1)
    assert [(n.pitch, n.start, n.end) for n in bass] == [(36, 0, 1)]


def test_a_pickup_stays_the_melodys_own():
    signatures = (TimeSignature(0, 4, 4), TimeSignature(1, 4, 4))
    music = NoteSequence(MELODY.notes, time_signatures=signatures, total_quarters=9)
    for add in ADDERS.values():
        added = add(music, read_chords("C | C | C"), "folk").music.notes_of(1)
        assert added[0].start >= 1.0


def test_a_chord_that_changes_under_a_long_note_is_struck():
    bass = add_bass(MELODY, read_chords("C G | F C"), "ballad").music.notes_of(1)
    assert [(n.pitch % 12, n.start, n.end) for n in bass] == [
        (0, 0, 2), (7, 2, 4), (5, 4, 6), (0, 6, 8),
    ]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_every_style_plays(style):
    metre = (3, 4) if style == "waltz" else (4, 4)
    music = NoteSequence(MELODY.notes, time_signatures=(TimeSignature(0, *metre),))
    for add in ADDERS.values():
        assert add(music, read_chords("C | Am | F"), style).music.notes_of(1)


def test_bad_requests_are_refused():
    with pytest.raises(ValueError, match="there are no chords"):
        add_bass(MELODY, [])
    with pytest.raises(ValueError, match="choose another player"):
        add_accompaniment(MELODY, read_chords("C"), player="piccolo")
    with pytest.raises(ValueError, match="there is no instrument 'kazoo'"):
        add_bass(MELODY, read_chords("C"), player="kazoo")
    with pytest.raises(ValueError, match="velocity"):
        add_drums(MELODY, velocity=0)
    assert "kazoo" not in PLAYERS
