import numpy as np
import pytest

from course.data.chorales import load_chorales
from course.models.melody_net import REST, Melody, MelodyNetConfig
from course.note_sequence import Instrument, Note, NoteSequence, TimeSignature
from course.recipes.own_melody import own_melody, own_tune, size_in_words

CONFIG = MelodyNetConfig()


def piece_of(starts_and_pitches, **options):
    return NoteSequence(
        tuple(Note(pitch, start, start + 0.5, **options) for start, pitch in starts_and_pitches),
        instruments=(Instrument(0), Instrument(0, is_drum=True)),
        time_signatures=(TimeSignature(0.0, 6, 8),),
    )


def test_the_highest_notes_last_until_the_next_begins():
    melody = own_melody(
        piece_of([(0, 60), (0, 72), (0.5, 74), *((1 + i / 2, 76) for i in range(6))]), CONFIG
    )
    assert melody.pitches.tolist() == [72, 74, 76, 76, 76, 76, 76, 76]
    assert melody.lengths.tolist() == [24] * 7 + [48]  # the last one a quarter
    assert melody.bar_ticks == 144


def test_a_held_note_hides_what_begins_below_it():
    """The alto moves under a soprano that holds; a higher note ends the soprano's turn."""
    held = Note(76, 0, 2)
    under = [Note(60 + i, i / 2, i / 2 + 0.5) for i in range(4)]
    later = [Note(74 + i, 2 + i / 2, 2.5 + i / 2) for i in range(8)]
    melody = own_melody(NoteSequence((*under, held, *later), (Instrument(0),)), CONFIG)
    assert melody.pitches[:3].tolist() == [76, 74, 75]
    assert melody.lengths[:2].tolist() == [96, 24]
    above = [*under, held, Note(79, 1, 1.5), *later]
    melody = own_melody(NoteSequence(tuple(above), (Instrument(0),)), CONFIG)
    assert melody.pitches[:3].tolist() == [76, 79, 74]


def test_sopranos_of_chorales_are_found():
    """The soprano of four voices, where no other voice crosses it."""
    found = 0
    for chorale in load_chorales()[:20]:
        grid = chorale.pitches
        if (grid.max(axis=1) > grid[:, 0]).any() or (grid < 0).any():
            continue
        soprano = chorale.to_note_sequence()
        line = own_melody(soprano, CONFIG).pitches
        notes = sorted((n.start, n.pitch) for n in soprano.notes if n.instrument == 0)
        expected = [pitch for _, pitch in notes][: (line >= 0).sum()]
        shifts = {a - b for a, b in zip(line[line >= 0].tolist(), expected, strict=True)}
        assert len(shifts) == 1
        assert shifts.pop() % 12 == 0
        found += 1
    assert found > 3


def test_a_network_with_conditions_reads_it():
    config = MelodyNetConfig(conditions=(("kind", 13),))
    assert not own_melody(piece_of([(i / 2, 72) for i in range(9)]), config).conditions


def test_onsets_go_to_the_nearest_sixteenth():
    melody = own_melody(piece_of([(i / 2 + 0.1 * (i % 2), 72) for i in range(8)]), CONFIG)
    assert set(melody.lengths[:-1].tolist()) == {24}


def test_a_long_note_goes_on_as_a_rest():
    melody = own_melody(piece_of([(0, 72), *((4 + i / 2, 74) for i in range(7))]), CONFIG)
    assert melody.pitches[:3].tolist() == [72, REST, 74]
    assert melody.lengths[:2].tolist() == [144, 48]


@pytest.mark.parametrize("octaves", [-3, -1, 0, 2])
def test_a_line_is_moved_by_octaves(octaves):
    line = [(i / 2, 72 + i % 5 + 12 * octaves) for i in range(9)]
    melody = own_melody(piece_of(line), CONFIG)
    assert CONFIG.low <= melody.pitches.min() <= melody.pitches.max() <= CONFIG.high
    assert np.diff(melody.pitches).tolist() == np.diff([pitch for _, pitch in line]).tolist()


def test_its_middle_is_moved_to_the_middle_of_the_range():
    """Most notes are low and one is high: the span counts, not where the notes are."""
    line = [(i / 2, 33 + 12 * (i == 4)) for i in range(9)]
    pitches = own_melody(piece_of(line), CONFIG).pitches
    middle, expected = (pitches.min() + pitches.max()) / 2, (CONFIG.low + CONFIG.high) / 2
    assert abs(middle - expected) <= 6


def test_later_notes_are_left_out():
    line = [(i / 2, 72) for i in range(20)]
    assert len(own_melody(piece_of(line), CONFIG, most_notes=9).pitches) == 9


def test_what_cannot_be_used_says_why():
    with pytest.raises(ValueError, match="its top line has 7 notes, at least 8 are needed; choose"):
        own_melody(piece_of([(i, 72) for i in range(7)]), CONFIG)
    with pytest.raises(ValueError, match="it has drums only; choose"):
        own_melody(piece_of([(i, 40) for i in range(9)], instrument=1), CONFIG)
    with pytest.raises(ValueError, match=r"spans 80 semitones, and no octave brings it into 55"):
        own_melody(piece_of([(i, 20 + 10 * i) for i in range(9)]), CONFIG)


def test_what_comes_before_the_first_bar_line_is_a_pickup():
    """A quarter before a bar of 3/4, as files begin: after a rest, or with a bar of its own."""
    waltz = NoteSequence(
        tuple(Note(72 + i, 2 + i, 3 + i) for i in range(9)),
        time_signatures=(TimeSignature(0.0, 3, 4),),
    )
    melody = own_melody(waltz, CONFIG)
    assert (melody.bar_ticks, melody.pickup_ticks) == (144, 48)
    short = NoteSequence(
        tuple(Note(72 + i, i, 1 + i) for i in range(9)),
        time_signatures=(TimeSignature(0.0, 1, 4), TimeSignature(1.0, 3, 4)),
    )
    again = own_melody(short, CONFIG)
    assert (again.bar_ticks, again.pickup_ticks) == (144, 48)
    for piece in (waltz, short):
        tune = own_tune(piece, CONFIG, 100)
        assert [(m.start, m.numerator) for m in tune.time_signatures] == [(0.0, 3), (1.0, 3)]
        assert len(tune.notes) == 9
    full = own_melody(piece_of([(1.5 * i, 72) for i in range(2, 12)]), CONFIG)
    assert (full.bar_ticks, full.pickup_ticks) == (144, 0)


def test_a_metre_that_is_too_long():
    long = NoteSequence(
        tuple(Note(72, i, 1 + i) for i in range(9)), time_signatures=(TimeSignature(0.0, 4, 2),)
    )
    with pytest.raises(
        ValueError, match=r"bars of 4/2 are longer than the 6 quarter notes .*choos"
    ):
        own_melody(long, CONFIG)


def test_its_size_in_words():
    assert size_in_words(Melody(np.array([60, REST, 62]), np.array([24] * 3), 96)).startswith("2 n")
