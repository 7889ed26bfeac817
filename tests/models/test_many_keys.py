import numpy as np
import pytest

from course.models.many_keys import ManyKeys


def test_by_hand():
    """Silence, then three pitches; a semitone up and down, and as it is."""
    keys = ManyKeys((-1, 0, 1), 4)
    assert len(keys) == 3
    assert keys.move(np.array([0, 1, 2, 3])).tolist() == [[0, 1, 1, 2], [0, 1, 2, 3], [0, 2, 3, 3]]
    assert keys.move(3).tolist() == [2, 3, 3]
    assert keys.move(4).tolist() == [4, 4, 4]  # nothing yet
    said = np.tile([0.4, 0.3, 0.2, 0.1], (3, 1))
    down, own, up = keys.back(said)
    np.testing.assert_allclose(own, said[0])
    # A semitone lower, the lowest pitch would be outside; the others were asked as 1 and 2.
    np.testing.assert_allclose(down, np.array([0.4, 0, 0.3, 0.2]) / 0.9)
    np.testing.assert_allclose(up, np.array([0.4, 0.2, 0.1, 0]) / 0.7)


def test_any_shape_comes_back_as_it_went():
    p = np.random.default_rng(0).random((2, 5, 4, 9))
    p /= p.sum(axis=-1, keepdims=True)
    keys = ManyKeys((2, -3), 9)
    back = keys.back(p)
    assert back.shape == p.shape
    np.testing.assert_allclose(back.sum(axis=-1), 1)
    for key, shift in enumerate((2, -3)):
        for step, voice in np.ndindex(5, 4):
            np.testing.assert_allclose(
                back[key, step, voice],
                ManyKeys((shift,), 9).back(p[key, step, voice][None])[0],
            )


@pytest.mark.parametrize("shifts", [(), (25,), (0.5,)])
def test_shifts_out_of_range(shifts):
    with pytest.raises((ValueError, TypeError), match="shift"):
        ManyKeys(shifts, 10)
