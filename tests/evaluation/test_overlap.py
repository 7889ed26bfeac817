import math

import numpy as np
import pytest
from scipy import integrate, stats

from course.data import load_chorales
from course.evaluation.note_table import note_table
from course.evaluation.overlap import consistency, overlap_areas, variance


def test_two_windows_by_hand():
    """Bars 1-4 and 3-6: notes on C and E, then on E and G; all as long."""
    c, e, g = (np.repeat(pitch, 32) for pitch in (60, 64, 67))
    piece = np.concatenate([c, e, g])[:, None]
    pitch, length = overlap_areas(note_table(piece))
    first, second = stats.norm(62.0, 2.0), stats.norm(65.5, 1.5)
    area, _ = integrate.quad(lambda x: min(first.pdf(x), second.pdf(x)), 50, 80, limit=500)
    assert pitch == pytest.approx(area, abs=1e-6)
    assert length == 1.0


def test_the_last_window_counts():
    """Six bars have two windows; a range(bars - 4) // 2 would leave the second out."""
    piece = np.concatenate([np.full(64, 60), np.full(32, 90)])[:, None]
    pitch, _ = overlap_areas(note_table(piece))
    assert pitch < 0.2


def test_windows_of_equal_notes_overlap_fully_or_not_at_all():
    alike = np.tile(np.repeat([60, -1], 8), 8)[:, None]  # eight bars of half notes on C
    assert overlap_areas(alike) == (1.0, 1.0)
    apart = alike.copy()
    apart[64:][apart[64:] > 0] = 62
    assert overlap_areas(apart)[0] < 1e-3  # a needle on C, a bell on C and D, a needle on D


def test_a_window_without_notes_is_passed_over():
    piece = np.tile(np.repeat([60, 64], 8), 16)[:, None]
    piece[32:128] = -1
    pitch, length = overlap_areas(piece)
    assert (pitch, length) == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize("num_steps", [0, 16, 95])
def test_short_and_empty_pieces_have_none(num_steps):
    assert all(map(math.isnan, overlap_areas(np.full((num_steps, 2), 60))))
    assert all(map(math.isnan, overlap_areas(np.full((200, 2), -1))))


def test_consistency_and_variance_by_hand():
    assert consistency([0.8, 1.0], [0.6, 0.84]) == pytest.approx(0.8)
    assert variance([0.8, 1.0], [0.6, 0.7]) == pytest.approx(0.25)
    assert variance([0.0, 0.2], [0.0, 1.0]) == 0.0  # never below
    assert consistency([0.9, math.nan], [0.9]) == 1.0
    assert math.isnan(consistency([0.9], [math.nan]))
    assert math.isnan(variance([0.9, 0.8], [0.9]))
    assert math.isnan(variance([0.9, 0.9], [0.9, 0.8]))


def test_a_piece_is_like_itself_and_unlike_another_register():
    chorale = load_chorales()[0].pitches
    own, _ = overlap_areas(chorale)
    jumping = chorale.copy()
    jumping[np.arange(len(jumping)) // 64 % 2 == 1] += 24
    assert overlap_areas(jumping)[0] < own - 0.1
