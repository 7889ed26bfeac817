import numpy as np
import pytest

from course.data import load_tunes, midi_files
from course.note_sequence import Instrument, Note, NoteSequence
from course.recipes.own_window import own_window
from course.representation.midi import read_midi


def piece(*notes, drums=()):
    instruments = (Instrument(0), Instrument(0, is_drum=True))
    hits = [Note(38, start, start + 0.25, instrument=1) for start in drums]
    return NoteSequence(tuple(Note(*note) for note in notes) + tuple(hits), instruments=instruments)


def test_a_line_by_hand():
    """The upper note counts, a late onset goes to its sixteenth, drums do not sound.

    The line around 62 stands in the middle of 50..74 already.
    """
    music = piece(
        (62, 1, 2), (50, 1, 4), (64, 2.05, 2.5), (62, 3, 3.5), (60, 3.5, 20), drums=[0, 1.5]
    )
    pitches, struck = own_window(music, 50, 74)
    assert pitches.tolist() == [62] * 4 + [64] * 2 + [-1] * 2 + [62] * 2 + [60] * 22
    assert np.flatnonzero(struck).tolist() == [0, 4, 8, 10]


def test_a_line_is_moved_by_octaves():
    music = piece(*[(86 + n, n / 2, n / 2 + 0.5) for n in range(4)])
    assert own_window(music, 50, 74)[0][0] == 62


def test_a_held_note_ends_where_the_next_begins():
    music = piece(*[(60, n / 2, n / 2 + 3) for n in range(4)])
    pitches, struck = own_window(music, 50, 74)
    assert struck.sum() == 4
    assert (pitches[:18] == 60).all()
    assert (pitches[18:] == -1).all()


def test_a_real_tune():
    tune = next(t for t in load_tunes("oneills") if t.metre == (2, 2) and not t.pickup_ticks)
    pitches, struck = own_window(tune.to_note_sequence(), 36, 88)
    assert struck.sum() == (tune.starts < 384).sum()
    assert (pitches[0] - tune.pitches[0]) % 12 == 0


def test_what_is_refused():
    with pytest.raises(ValueError, match="it has drums only; choose"):
        own_window(piece(drums=[0, 1, 2, 3]), 36, 88)
    wide = piece((30, 0, 1), (80, 1, 2), (30, 2, 3), (80, 3, 4))
    with pytest.raises(ValueError, match=r"spans 50 semitones, and no octave .* into 50\.\.74"):
        own_window(wide, 50, 74)


REFUSED = {"16_beethoven_fugue": "4 are needed"}  # fewer than four notes in two bars


@pytest.mark.parametrize("path", midi_files(), ids=lambda path: path.stem)
def test_files_of_the_shelf(path):
    music = read_midi(path)
    if path.stem in REFUSED:
        with pytest.raises(ValueError, match=REFUSED[path.stem]):
            own_window(music, 36, 88)
        return
    pitches, struck = own_window(music, 36, 88)
    assert pitches.shape == struck.shape == (32,)
    assert not struck[pitches < 0].any()
