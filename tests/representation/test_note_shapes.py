import numpy as np
import pytest

from course.representation import note_shapes
from course.representation.note_shapes import KEY_UP, hold, read_places
from course.representation.tuned_spectrogram import CHANNELS, FRAMES, HARMONICS


def test_places_by_hand():
    assert read_places(6, 8, 6, 2).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert read_places(3, 8, 6, 2).tolist() == [0, 1, 2, 6, 7]
    assert read_places(10, 8, 6, 2).tolist() == [0, 1, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7]


def picture():
    """Give a note that falls in a straight line while held, and stays silent afterwards."""
    made = np.zeros((CHANNELS, FRAMES))
    made[:HARMONICS] = np.linspace(1, -1, FRAMES)
    made[HARMONICS : 2 * HARMONICS] = 0.25
    return made


def test_held_for_its_own_time_a_note_stays_as_it_is():
    np.testing.assert_allclose(hold(picture(), KEY_UP), picture())


def test_a_longer_note_keeps_its_attack_its_tuning_and_its_end():
    long = hold(picture(), 100)
    assert long.shape == (CHANNELS, 100 + FRAMES - KEY_UP)
    np.testing.assert_allclose(long[:, : note_shapes.ATTACK], picture()[:, : note_shapes.ATTACK])
    np.testing.assert_allclose(long[:, 100:], picture()[:, KEY_UP:])
    np.testing.assert_allclose(long[HARMONICS], 0.25)
    assert (np.diff(long[0]) < 0).all()


@pytest.mark.parametrize("num_held", [1, 5, 30, 45])
def test_a_short_note_falls_from_where_it_is(num_held):
    short = hold(picture(), num_held)
    assert short.shape[1] == num_held + FRAMES - KEY_UP
    steps = np.diff(short[0])
    assert (steps < 0).all() or short[0].min() == -1
    assert np.abs(steps).max() < 0.11  # no frame falls by more than 4.4 dB
    assert short.min() >= -1


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="num_held is 0"):
        hold(picture(), 0)
    with pytest.raises(ValueError, match="key_up is 2, outside 3"):
        read_places(4, 8, 2, 2)
