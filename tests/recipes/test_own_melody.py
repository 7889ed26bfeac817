import numpy as np
import pytest

from course.models.melody_net import REST, MelodyNetConfig
from course.note_sequence import Instrument, Note, NoteSequence, TimeSignature
from course.recipes.own_melody import own_melody

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


def test_later_notes_are_left_out():
    line = [(i / 2, 72) for i in range(20)]
    assert len(own_melody(piece_of(line), CONFIG, most_notes=9).pitches) == 9


def test_what_cannot_be_used_says_why():
    with pytest.raises(ValueError, match="its top line has 7 notes; at least 8 are needed"):
        own_melody(piece_of([(i, 72) for i in range(7)]), CONFIG)
    with pytest.raises(ValueError, match="has 0 notes"):
        own_melody(piece_of([(i, 40) for i in range(9)], instrument=1), CONFIG)
    with pytest.raises(ValueError, match="transpose the melody first"):
        own_melody(piece_of([(i, 20 + 10 * i) for i in range(9)]), CONFIG)
