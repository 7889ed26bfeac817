from types import SimpleNamespace

import numpy as np
import pytest

from course.evaluation.control import find_key
from course.studio.melody_space import ids_of, move_to_key, walk_melody
from course.studio.request import Request
from course.studio.takes import make

C_MAJOR_LINE = np.array([60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60])


class Space:
    """Two bars in C and two in A flat, whatever the points; it remembers them."""

    config = SimpleNamespace(latent_size=3)

    def decode(self, points):
        self.points = points
        line = np.tile([60, 60, 64, 67], 8)
        pitches = np.stack([line + (8 if n % 2 else 0) for n in range(len(points))])
        return pitches, np.tile([True, False, True, True], (len(points), 8))


def test_ids_by_hand():
    pitches, struck = np.array([-1, 60, 60, 60, 62, -1]), np.array([0, 1, 0, 1, 1, 0])
    assert ids_of(pitches, struck) == [-1, 12, 60, 24, 60, 12, 62, 12, -1, 12]


@pytest.mark.parametrize(("key", "first"), [((0, "major"), 72), ((7, "major"), 67)])
def test_a_phrase_is_moved_to_a_key_and_to_a_soprano(key, first):
    moved = move_to_key(np.append(C_MAJOR_LINE - 25, -1), key)  # far below, on B
    assert moved[0] == first
    assert moved[-1] == -1
    assert np.ptp(moved[:-1]) == 12
    assert move_to_key(np.array([-1, -1]), key).tolist() == [-1, -1]


def test_every_phrase_comes_to_the_key_and_the_end_is_cut():
    pitches, struck = walk_melody(Space(), 3, np.random.default_rng(0), key=(2, "major"))
    assert (len(pitches), len(struck)) == (48, 48)
    assert set((pitches % 12).tolist()) == {2, 6, 9}
    free, _ = walk_melody(Space(), 4, np.random.default_rng(0))
    assert set((free % 12).tolist()) == {0, 4, 7}  # the key of the first phrase


def test_neighbours_are_akin_and_the_temperature_spreads_them():
    space = Space()
    walk_melody(space, 2000, np.random.default_rng(0), temperature=0.5)
    assert space.points.std() == pytest.approx(0.5, abs=0.03)
    near = np.mean(space.points[1:] * space.points[:-1]) / space.points.var()
    assert near == pytest.approx(0.8, abs=0.05)
    walk_melody(space, 4, np.random.default_rng(0), temperature=0.0)
    assert (space.points == 0).all()


def test_the_shipped_space_meets_a_request():
    request = Request(model="melody_vae", key="E minor", bars=4, style="folk", ensemble="flute")
    take = make(request)
    assert take.music.title == "Melody in E minor"
    assert take.music.total_quarters == 16
    melody = take.music.notes_of(0)
    pitches = [note.pitch for note in melody]
    lengths = [round(48 * note.duration) for note in melody]
    assert find_key(pitches, lengths) == (4, "minor")
    assert len(take.music.instruments) == 4  # flute, guitar, double bass, drums
