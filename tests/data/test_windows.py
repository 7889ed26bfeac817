from dataclasses import replace

import numpy as np
import pytest

from course.data.chorales import load_chorales
from course.data.windows import bar_positions, cut_windows, start_positions

CHORALES = {chorale.name: chorale for chorale in load_chorales()}
PICKUP = CHORALES["bwv338"]  # 4/4, a pickup of one quarter note
CHANGE = CHORALES["bwv304"]  # 4/4, then one quarter note, then 3/4


def test_a_pickup_leads_up_to_the_bar_line():
    positions = bar_positions(PICKUP)
    assert positions[:22].tolist() == [*range(12, 16), *range(16), 0, 1]
    assert start_positions(PICKUP.num_steps)[:22].tolist() == [*range(16), *range(6)]


def test_a_change_of_metre():
    positions = bar_positions(CHANGE)
    assert positions[126:148].tolist() == [14, 15, *range(4), *range(12), *range(4)]
    assert positions[0] == 0


def test_a_pickup_of_a_three_four_bar():
    metres = np.array([[0, 3, 4]])
    short = replace(PICKUP, metres=metres, bar_starts=np.array([0, 4, 16]))
    assert bar_positions(short)[:5].tolist() == [8, 9, 10, 11, 0]


@pytest.mark.parametrize("name", ["bwv338", "bwv304", "bwv324", "bwv119.9"])
def test_every_bar_line_is_a_zero_and_no_other_step(name):
    chorale = CHORALES[name]
    zeros = np.flatnonzero(bar_positions(chorale) == 0)
    assert zeros.tolist() == chorale.bar_starts[1 if chorale.pickup_steps else 0 :].tolist()


def test_windows_by_hand():
    first, second = cut_windows([PICKUP], 96, 100)
    assert (first.name, first.start, second.start) == ("bwv338", 0, 100)
    np.testing.assert_array_equal(second.pitches, PICKUP.pitches[100:196])
    np.testing.assert_array_equal(second.onsets, PICKUP.onsets[100:196])
    assert second.bar_positions[:3].tolist() == [0, 1, 2]  # 100 = 4 + 6 * 16
    assert second.start_positions[:3].tolist() == [4, 5, 6]  # 100 = 6 * 16 + 4


def test_windows_at_the_bar_lines():
    windows = cut_windows([PICKUP, CHANGE], 32)
    assert {window.bar_positions[0] for window in windows if window.start} == {0}
    starts = [window.start for window in windows if window.name == "bwv338"]
    assert starts == PICKUP.bar_starts[: len(starts)].tolist()
    assert starts[-1] + 32 <= PICKUP.num_steps < starts[-1] + 16 + 32
    assert len(windows) > len(starts)


def test_a_window_as_long_as_the_piece_and_longer():
    (whole,) = cut_windows([PICKUP], PICKUP.num_steps, 1)
    np.testing.assert_array_equal(whole.pitches, PICKUP.pitches)
    assert cut_windows([PICKUP], PICKUP.num_steps + 1, 1) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0,), "num_steps is 0"), ((16, 0), "hop_steps is 0"), ((16, -4), "hop_steps is -4")],
)
def test_bad_windows(arguments, message):
    with pytest.raises(ValueError, match=message):
        cut_windows([PICKUP], *arguments)


def test_bad_positions():
    with pytest.raises(ValueError, match="num_steps is -1"):
        start_positions(-1)
    with pytest.raises(ValueError, match="steps_per_bar is 0"):
        start_positions(4, 0)
