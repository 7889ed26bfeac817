import numpy as np
import pytest

from course.models.wishes import DENSITIES
from course.recipes.diffusion_batches import training_windows
from course.recipes.window_wishes import (
    DENSITY_BORDERS,
    best_tonic,
    notes_per_quarter,
    window_key,
    window_wishes,
)

MAJOR = [60, 64, 67, 65, 69, 67, 71, 72, 60]
MINOR = [60, 63, 67, 65, 68, 67, 71, 72, 60]


def line(*pitches, voice=0, held=1):
    """Make one voice of notes of so many sixteenths; the others are silent."""
    music = np.full((len(pitches) * held, 4), -1)
    music[:, voice] = np.repeat(pitches, held)
    return music


@pytest.mark.parametrize(
    ("music", "notes", "quarters"),
    [
        (line(60, 60, 60, 60), 1, 1),
        (line(60, 62, 60, 62), 4, 1),
        (line(60, -1, 60, -1), 2, 1),
        (line(-1, -1, -1, 60), 1, 1),
        (line(60, 62, held=4), 2, 2),
        (line(60, 62, voice=3), 2, 0.5),
        (np.full((8, 4), 60), 4, 2),
        (np.full((8, 4), -1), 0, 2),
    ],
)
def test_notes_by_hand(music, notes, quarters):
    assert notes_per_quarter(music) == pytest.approx(notes / quarters)


def test_a_mode_for_each_piece_and_none_for_silence():
    assert window_wishes(line(*MAJOR, held=4))[0] == "major"
    assert window_wishes(line(*MINOR, held=4, voice=2))[0] == "minor"
    assert window_wishes(line(-1, -1)) == (None, "sparse")


def test_a_long_note_weighs_more():
    """The same pitches: held thirds and fifths of C major against those of A minor."""
    scale = [60, 62, 64, 65, 67, 69, 71]
    for chord, mode in (((60, 64, 67), "major"), ((69, 60, 64), "minor")):
        lengths = [12 if pitch in chord else 1 for pitch in scale]
        assert window_wishes(line(*np.repeat(scale, lengths)))[0] == mode


@pytest.mark.parametrize(
    ("notes", "density"),
    [(53, "sparse"), (54, "medium"), (63, "medium"), (64, "dense"), (0, "sparse")],
)
def test_a_border_belongs_to_the_denser_side(notes, density):
    """64 sixteenths are 16 quarter notes: the borders are 54 and 64 notes."""
    assert DENSITY_BORDERS == (54 / 16, 64 / 16)
    music = np.full((64, 4), -1)
    for number in range(notes):
        step, voice = divmod(number, 2)
        music[2 * (step % 32), voice + 2 * (step // 32)] = 60
    assert notes_per_quarter(music) * 16 == notes
    assert window_wishes(music)[1] == density


@pytest.mark.slow
def test_borders_are_thirds_of_the_training_windows():
    found = np.array([notes_per_quarter(w.pitches) for w in training_windows(hop=16)])
    assert len(found) > 1000
    assert tuple(np.quantile(found, [1 / 3, 2 / 3])) == DENSITY_BORDERS
    kinds = [w.density for w in training_windows(hop=16)]
    shares = [kinds.count(density) / len(kinds) for density in DENSITIES]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.05)


def test_what_cannot_be_measured():
    with pytest.raises(ValueError, match="there are no steps; give at least one"):
        notes_per_quarter(np.empty((0, 4), dtype=int))
    with pytest.raises(ValueError, match=r"pitches has shape \(4,\), expected \(T, 4\)"):
        window_wishes(np.zeros(4, dtype=int))


C_MAJOR = np.array([[72, 67, 64, 48], [74, 67, 65, 43], [76, 67, 60, 48], [77, 69, 60, 53]])


A_MINOR = np.array([[69, 64, 60, 45], [68, 64, 59, 52], [69, 64, 60, 45], [77, 62, 62, 50]])


@pytest.mark.parametrize("shift", [0, 5, -4])
def test_the_key_of_a_window_moves_along(shift):
    assert window_key(C_MAJOR + shift) == (shift % 12, "major")


@pytest.mark.parametrize("shift", [0, 3])
def test_the_tonic_on_which_a_mode_fits_best(shift):
    assert best_tonic(C_MAJOR + shift, "major") == shift
    assert best_tonic(A_MINOR + shift, "minor") == (9 + shift) % 12
    rests = np.where(np.arange(4)[:, None] == 1, -1, C_MAJOR + shift)
    assert best_tonic(rests, "major") == shift


def test_a_silence_has_no_tonic():
    with pytest.raises(ValueError, match="nothing sounds; a silence has no key"):
        best_tonic(np.full((3, 4), -1), "major")
    with pytest.raises(ValueError, match="mode is 'blue'"):
        best_tonic(C_MAJOR, "blue")
