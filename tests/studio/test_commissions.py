from dataclasses import replace

import pytest

from course.checks.studio import advertisement, game, melody
from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.studio.commissions import (
    advertisement_faults,
    game_faults,
    intensity_layers,
    reading_faults,
)
from course.studio.production import soften_start
from course.studio.request import Request
from course.studio.takes import make


def read(music, level=2):
    return reading_faults(music, (0, "major"), 60, 72, level)


def with_first(music, **changes):
    """Change the first note of a line."""
    first, *others = music.notes
    return replace(music, notes=(replace(first, **changes), *others))


def test_what_can_be_read():
    assert read(melody(60, 62, 64, 72)) == []
    assert read(melody(60, 62, 64, 60, length=0.5)) == []
    assert read(melody(60, 62, 64, 60, length=0.25), level=3) == []
    rests = NoteSequence(tuple(Note(60 + 4 * (i % 2), 2 * i, 2 * i + 1.5) for i in range(4)))
    assert read(rests) == []


@pytest.mark.parametrize(
    ("music", "fault"),
    [
        (melody(60, 61, 60, 60), "note 2, C♯4: not in the key"),
        (melody(59, 60, 60, 60), "note 1, B3: outside C4..C5"),
        (with_first(melody(60, 62, 64, 60), end=0.25, start=0.0), "lasts 0.25, unknown at level 2"),
        (NoteSequence(), "there is nothing to read"),
        (melody(60), "the line has 1 note; 4 are the least"),
        (melody(60, 62, 64), "the line has 3 notes; 4 are the least"),
        (melody(*[60] * 16), "the line never moves: all of its notes are the same"),
        (with_first(melody(60, 62, 64, 60), end=3.0), "begins before the note before it ends"),
        (
            NoteSequence(tuple(Note(60 + 4 * (i % 2), 1.25 * i, 1.25 * i + 1) for i in range(4))),
            "note 2, E4: comes after a rest of 0.25, unknown at level 2",
        ),
    ],
)
def test_what_cannot_be_read(music, fault):
    assert fault in read(music)[0]


def test_a_leap_is_measured_from_the_note_before():
    wild, wide = melody(60, 61, 60, 73), melody(60, 72, 60, 72)
    assert "a leap of 13 semitones" in reading_faults(wild, (1, "major"), 55, 80, 1)[-1]
    assert reading_faults(wide, (0, "major"), 55, 80, 1) == []
    with pytest.raises(ValueError, match="level is 4"):
        read(melody(60), level=4)


def only(music, starts):
    """Keep what begins at some quarters."""
    return replace(music, notes=tuple(note for note in music.notes if note.start in starts))


def doubled(layer):
    """Add a stroke that nobody hears."""
    return replace(layer, notes=(*layer.notes, Note(100, 0.25, 0.5, 1)))


def test_a_good_advertisement():
    assert advertisement_faults(advertisement(110)) == []


@pytest.mark.parametrize(
    ("music", "fault"),
    [
        (advertisement(110, tempo=121), r"it lasts 14.876033 s; asked for are 15"),
        (advertisement(0), "the last stroke is not everybody's: 1 keep silent"),
        (advertisement(110, end=20), "the last stroke comes 5.0 s too early"),
        (NoteSequence(total_quarters=30), "it is silent"),
        (only(advertisement(110), (0, 1, 28)), "nothing sounds for 13.0 s; 2 s are the most"),
        (only(advertisement(110), range(8, 29)), "nothing sounds for 4.0 s; 2 s are the most"),
    ],
)
def test_a_bad_advertisement(music, fault):
    assert advertisement_faults(music) == [fault]


def test_a_soft_ending_is_no_hit():
    soft = advertisement(70)
    notes = tuple(replace(note, velocity=70) for note in soft.notes)
    assert advertisement_faults(replace(soft, notes=notes)) == [
        "the last stroke has velocity 70, the piece 70: no hit"
    ]


def test_a_good_game():
    assert game_faults(game(8, 12, 16)) == []


@pytest.mark.parametrize(
    ("layers", "fault"),
    [
        (game(8, 16), "there are 2 layers; a game asks for 3"),
        (game(8, 8, 16), "layer 2 is no more intense than layer 1"),
        ([*game(8, 12), replace(game(16)[0], total_quarters=12.0)], "they must last alike"),
        ([game(8)[0], melody(*range(60, 76), length=0.5), game(16)[0]], "does not hold all of"),
        ([NoteSequence(total_quarters=8), *game(12, 16)], "layer 1 is silent"),
        (
            [*game(8, 12), replace(game(16)[0], tempos=(Tempo(0.0, 90.0),))],
            "the layers last [4.0, 5.333333] s; they must last alike",
        ),
        (
            [
                replace(layer, total_quarters=8, tempos=(Tempo(0, 240),))
                for layer in game(8, 12, 16)
            ],
            "a loop lasts 2 s; below 4 s it wears out at once",
        ),
        (
            [*game(8, 12), replace(game(16)[0], instruments=(Instrument(40),))],
            "layer 3 does not hold all of layer 2",
        ),
        ([*game(8, 12), doubled(game(12)[0])], "layer 3 is no more intense than layer 2"),
    ],
)
def test_a_bad_game(layers, fault):
    assert any(fault in line for line in game_faults(layers))


def test_a_stroke_out_of_nothing_is_a_seam():
    loud = NoteSequence((Note(60, 0, 0.5, 127), Note(60, 4, 7, 30)), total_quarters=8.0)
    assert any("has a seam" in line for line in game_faults([loud] * 3))


def test_layers_nest_by_strokes():
    players = tuple(Instrument(program) for program in range(4))
    counts = (5, 1, 3, 2)
    notes = [Note(60, i, i + 1, 80, p) for p, count in enumerate(counts) for i in range(count)]
    layers = intensity_layers(NoteSequence(tuple(notes), players))
    found = [sorted({n.instrument for n in layer.notes}) for layer in layers.values()]
    assert list(layers) == ["calm", "alert", "fight"]
    assert found == [[1, 3], [1, 2, 3], [0, 1, 2, 3]]
    with pytest.raises(ValueError, match="2 instruments play; three layers need at least 3"):
        intensity_layers(NoteSequence((Note(60, 0, 1), Note(60, 0, 1, 80, 1)), players))


def test_the_studio_meets_the_advertisement(jig):
    assert advertisement_faults(jig.music, 7.0) == []


def test_a_softer_start():
    music = melody(60, 62)
    softer, report = soften_start(music, 30)
    assert [note.velocity for note in softer.notes] == [50, 80]
    assert str(report) == "seam: 1 notes at the beginning softer by 30"
    assert soften_start(music, 100)[0].notes[0].velocity == 1
    loop = Request(model="chorale_rnn", bars=1, ending="loop", softer=30, human=0.0)
    hard = make(replace(loop, softer=0)).music
    assert make(loop).music.notes[0].velocity == hard.notes[0].velocity - 30
