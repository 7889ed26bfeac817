import numpy as np

from course.data.melody_index import WINDOW, melody_groups, melody_windows, shares_melody

RNG = np.random.default_rng(7)
TUNE = RNG.integers(60, 73, 24)  # one pitch a beat


def on_grid(beats: np.ndarray) -> np.ndarray:
    return np.repeat(beats, 4)


def test_a_melody_of_17_beats_has_one_window():
    assert len(melody_windows(on_grid(TUNE[: WINDOW + 1]))) == 1
    assert melody_windows(on_grid(TUNE[:WINDOW])) == set()
    assert melody_windows(np.array([], dtype=int)) == set()


def test_the_key_and_notes_between_beats_do_not_matter():
    varied = on_grid(TUNE + 5)
    varied[2::4] += 2
    assert melody_windows(varied) == melody_windows(on_grid(TUNE))


def test_another_interval_is_another_melody():
    other = TUNE.copy()
    other[12] += 1
    assert not shares_melody(melody_windows(on_grid(other)), [melody_windows(on_grid(TUNE))])
    longer = np.concatenate([RNG.integers(60, 73, 9), TUNE])
    assert shares_melody(melody_windows(on_grid(longer)), [set(), melody_windows(on_grid(TUNE))])


def test_held_notes_and_rests_make_no_melody():
    assert melody_windows(np.full(200, 60)) == set()
    assert melody_windows(np.full(200, -1)) != melody_windows(on_grid(TUNE))


def test_spacing_and_window_are_obeyed():
    assert melody_windows(TUNE, spacing=1) == melody_windows(on_grid(TUNE))
    assert len(melody_windows(TUNE[:9], spacing=1, window=8)) == 1


def test_groups_join_through_others():
    windows = [{1}, {2}, {1, 3}, {4}, {3, 4}, set()]
    assert melody_groups(windows) == [0, 1, 0, 0, 0, 2]
    assert melody_groups([]) == []
