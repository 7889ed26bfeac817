import numpy as np
import pytest

from course.data import load_chorales, load_quartets
from course.evaluation.controls import shuffle_bars, shuffle_steps
from course.evaluation.note_table import note_table

CHORALE = load_chorales()[0].pitches


def shares_of_bars(pitches, size):
    whole = len(pitches) // size * size
    return sorted(map(bytes, pitches[:whole].reshape(-1, size * pitches.shape[1])))


@pytest.mark.parametrize(("shuffle", "size"), [(shuffle_bars, 16), (shuffle_steps, 1)])
def test_chunks_are_kept_and_their_order_is_not(shuffle, size):
    table = shuffle(CHORALE, np.random.default_rng(3))
    assert table.lengths.min() > 0
    assert table.lengths.sum() == note_table(CHORALE).lengths.sum()
    shuffled = table.voice_pitches
    assert shares_of_bars(shuffled, size) == shares_of_bars(CHORALE, size)
    assert (shuffled != CHORALE).any()
    tail = len(CHORALE) // size * size
    np.testing.assert_array_equal(shuffled[tail:], CHORALE[tail:])


def test_the_seed_decides():
    first, again, other = (
        shuffle_bars(CHORALE, np.random.default_rng(seed)).voice_pitches for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_chords_inside_a_voice_survive():
    quartet = note_table(load_quartets()[0].to_note_sequence())
    shuffled = shuffle_bars(quartet, np.random.default_rng(0))
    assert shuffled.roll.sum() == quartet.roll.sum()
    assert shuffled.num_steps == quartet.num_steps


@pytest.mark.parametrize("num_steps", [0, 5, 16])
def test_short_and_empty_pieces_stay(num_steps):
    piece = np.full((num_steps, 2), 60)
    shuffled = shuffle_bars(piece, np.random.default_rng(0))
    np.testing.assert_array_equal(shuffled.voice_pitches, piece)
    assert not len(shuffle_steps(np.full((7, 2), -1), np.random.default_rng(0)).pitches)
