from dataclasses import replace

import numpy as np
import pytest

from course.data import load_chorales, load_tunes
from course.recipes import vae_batches as module
from course.recipes.vae_batches import (
    NUM_CELLS,
    WindowBatches,
    Windows,
    cut_window,
    known_melodies,
    melody_windows,
    tune_cells,
    window_music,
)


def windows_of(*rows):
    pitches = np.array([np.repeat(row, NUM_CELLS // len(row)) for row in rows])
    struck = np.zeros(pitches.shape, dtype=bool)
    struck[:, 0] = True
    return Windows(pitches, struck, np.zeros(len(rows), int), tuple("abcdefgh"[: len(rows)]))


def test_a_cut_by_hand():
    """A note held into the window is struck at its beginning; silence never is."""
    pitches = np.array([60] * 8 + [-1] * 16 + [62] * 8)
    struck = np.zeros(32, dtype=bool)
    struck[[10, 24, 28]] = True
    found = cut_window(pitches, struck)
    assert np.flatnonzero(found[1]).tolist() == [0, 24, 28]
    assert found[0].tolist() == pitches.tolist()
    assert not struck[0]
    assert cut_window(pitches[:31], struck[:31]) is None
    pitches[24] = -1
    assert cut_window(pitches, struck) is None  # 17 of 32 cells are silent


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_windows_are_melodies_of_two_bars(split):
    windows = melody_windows(split)
    assert windows.pitches.shape == windows.struck.shape == (len(windows), 32)
    assert (set(windows.corpus), len(windows.names)) == ({0, 1}, len(windows))
    assert windows.pitches[windows.pitches >= 0].min() >= 36
    assert windows.pitches.max() <= 88
    assert not windows.struck[windows.pitches < 0].any()
    changed = windows.pitches[:, 1:] != windows.pitches[:, :-1]
    assert windows.struck[:, 1:][changed & (windows.pitches[:, 1:] >= 0)].all()


def test_windows_are_stretches_of_their_pieces():
    windows = melody_windows("valid")
    chorales = {chorale.name: chorale for chorale in load_chorales()}
    tunes = {tune.name: tune for book in ("oneills", "ryans") for tune in load_tunes(book)}
    for row in range(0, len(windows), 97):
        pitches, name = windows.pitches[row], windows.names[row]
        if windows.corpus[row] == 0:
            piece, voice, start = name.split()
            assert chorales[piece].split == "valid"
            assert int(start) in chorales[piece].bar_starts
            column = chorales[piece].pitches[:, "SATB".index(voice)]
            assert (column[int(start) : int(start) + 32] == pitches).all()
        else:
            piece, tick = name.rsplit(" ", 1)
            assert (tunes[piece].split, tunes[piece].metre in ((4, 4), (2, 2))) == ("valid", True)
            at = int(tick) + np.arange(32) * 12
            tune = tunes[piece]
            for cell, moment in enumerate(at):
                sounds = (tune.starts <= moment) & (moment < tune.starts + tune.durations)
                assert pitches[cell] == (tune.pitches[sounds][0] if sounds.any() else -1)
                assert windows.struck[row, cell] == (
                    moment in tune.starts or (cell == 0 and sounds.any())
                )


def cut(monkeypatch, corpus, *pieces):
    """Give the names of the windows of pieces that stand in for a corpus."""
    monkeypatch.setattr(module, "load_tunes", lambda book: pieces if book == "oneills" else ())
    monkeypatch.setattr(module, "load_chorales", lambda: pieces)
    return module.melody_windows.__wrapped__("train", (corpus,)).names


def eighths(num_bars, **changes):
    """Make a tune in 4/4, eight rising eighth notes to the bar; bars of 192 ticks."""
    starts = np.arange(num_bars * 8) * 24
    plain = {
        "name": "x",
        "split": "train",
        "metres": np.array([[0, 4, 4]]),
        "bar_starts": np.arange(num_bars) * 192,
        "pickup_ticks": 0,
        "irregular_bars": 0,
        "pitches": 60 + np.arange(num_bars * 8) % 20,
        "starts": starts,
        "durations": np.full(len(starts), 24),
        "num_ticks": num_bars * 192,
    }
    return replace(load_tunes("oneills")[0], **{**plain, **changes})


def test_a_tune_gives_a_window_for_each_pair_of_bars(monkeypatch):
    assert cut(monkeypatch, "tunes", eighths(4)) == ("x 0", "x 192", "x 384")
    halves = np.array([[0, 2, 2]])
    assert cut(monkeypatch, "tunes", eighths(4, metres=halves)) == ("x 0", "x 192", "x 384")


@pytest.mark.parametrize("metres", [[[0, 6, 8]], [[0, 3, 4]], [[0, 4, 4], [576, 3, 4]]])
def test_a_tune_in_another_metre_or_that_changes_it_gives_none(monkeypatch, metres):
    other = eighths(6, name="y", metres=np.array(metres))
    assert cut(monkeypatch, "tunes", eighths(2), other) == ("x 0",)


def test_no_bar_of_a_window_is_too_short_or_long(monkeypatch):
    """After a pickup of a quarter; the bar at 432 has three quarters, that at 576 has five."""
    bars = np.array([0, 48, 240, 432, 576, 816, 1008, 1200])
    tune = eighths(7, bar_starts=bars, pickup_ticks=48)
    assert cut(monkeypatch, "tunes", tune) == ("x 48", "x 816")
    joined = replace(tune, bar_starts=bars[:-1])  # the last bar has seven quarters
    assert cut(monkeypatch, "tunes", joined) == ("x 48",)


def test_no_window_begins_between_sixteenths(monkeypatch):
    bars = np.array([0, 6, 198, 390])
    shifted = eighths(3, bar_starts=bars, starts=6 + np.arange(24) * 24, num_ticks=582)
    assert cut(monkeypatch, "tunes", eighths(2, name="y"), shifted) == ("y 0",)


def test_no_bar_of_a_chorales_window_is_irregular(monkeypatch):
    """A bar has 16 sixteenths; that at 36 has 12."""
    pitches = np.tile(np.array([72, 67, 60, 48]), (96, 1)) + np.arange(96)[:, None] % 7
    real = load_chorales()[0]
    first = np.array([0, 4, 20, 36, 48, 64, 80])
    made = replace(
        real,
        name="c",
        split="train",
        pitches=pitches,
        onsets=np.ones(pitches.shape, dtype=bool),
        bar_starts=first,
    )
    expected = [f"c {voice} {start}" for start in (4, 48, 64) for voice in "SATB"]
    assert list(cut(monkeypatch, "chorales", made)) == expected


def test_one_corpus_alone_and_none():
    assert set(melody_windows("test", ("tunes",)).corpus) == {1}
    with pytest.raises(ValueError, match="no melody in split 'tset'"):
        melody_windows("tset")


def test_no_melody_stands_twice():
    windows = melody_windows("valid")
    rows = np.concatenate([windows.pitches, windows.struck], axis=1)
    assert len(np.unique(rows, axis=0)) == len(windows)


def test_notes_off_the_grid_are_seen():
    tune = next(t for t in load_tunes("oneills") if (t.starts % 12).any() and t.metre == (2, 2))
    _, struck, on_grid = tune_cells(tune)
    off = tune.starts[tune.starts % 12 > 0] // 12
    assert not on_grid[off].any()
    assert struck[tune.starts // 12].all()


def test_known_in_another_key():
    windows = windows_of([60, 62], [65, 67], [65, 66])
    assert known_melodies(windows, windows_of([48, 50])).tolist() == [True, True, False]
    repeated = windows_of([48, 50])
    repeated.struck[:, 1] = True  # another melody: its first note is struck twice
    assert known_melodies(windows, repeated).tolist() == [False, False, False]
    assert known_melodies(windows_of([-1, 60]), windows_of([-1, 62])).tolist() == [True]


def test_rows_are_picked():
    windows = windows_of([60], [62], [64])
    assert windows.pick([2, 0]).names == ("c", "a")
    assert windows.pick(np.array([False, True, False])).pitches[:, 0].tolist() == [62]


def test_batches_stay_in_range_and_move_whole_melodies():
    windows = windows_of([61, 63], [-1, 66])
    batches = WindowBatches(windows, 60, 66, batch_size=64, semitones=3)
    batch = batches(0, np.random.default_rng(0))
    pitches = batch["pitches"].numpy()
    sounding = pitches[pitches >= 0]
    assert (sounding.min(), sounding.max()) == (60, 66)
    both = pitches[pitches[:, 0] >= 0]
    assert (both[:, -1] - both[:, 0] == 2).all()
    assert set(both[:, 0]) == {60, 61, 62, 63, 64}
    rests = pitches[pitches[:, 0] < 0]
    assert set(rests[:, :16].ravel()) == {-1}  # silence has no pitch that could move
    assert set(rests[:, -1]) == {63, 64, 65, 66}  # down by at most 3, not up at all
    assert len(batch["struck"]) == len(batch["weight"]) == 64


def test_without_moving_the_melodies_are_themselves():
    batches = WindowBatches(windows_of([61, 63]), 60, 66, 4, semitones=0)
    assert set(batches(0, np.random.default_rng(0))["pitches"][:, 0].tolist()) == {61}


def test_the_weight_rises():
    batches = WindowBatches(windows_of([60]), 60, 66, 2, weight=0.5, annealing_steps=10)
    weights = [
        batches(step, np.random.default_rng(0))["weight"][0].item() for step in (0, 5, 10, 99)
    ]
    assert weights == [0.0, 0.25, 0.5, 0.5]
    at_once = WindowBatches(windows_of([60]), 60, 66, 2)
    assert at_once(0, np.random.default_rng(0))["weight"].tolist() == [1.0, 1.0]


def test_music_by_hand():
    pitches = np.array([60, 60, 60, 62, -1, -1, 62, 62])
    struck = np.array([1, 0, 1, 0, 0, 0, 1, 0], dtype=bool)
    music = window_music(pitches, struck)
    assert [(n.pitch, n.start, n.end) for n in music.notes] == [
        (60, 0.0, 0.5),
        (60, 0.5, 0.75),
        (62, 0.75, 1.0),
        (62, 1.5, 2.0),
    ]
    assert music.total_quarters == 2
    assert not window_music(np.full(4, -1), np.ones(4, dtype=bool)).notes


def test_bad_numbers():
    for wrong in ({"batch_size": 0}, {"semitones": -1}, {"annealing_steps": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            WindowBatches(windows_of([60]), 60, 66, **wrong)
