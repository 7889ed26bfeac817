import numpy as np
import pytest

from course.data.quartets import QuartetMovement
from course.recipes.quartet_phrases import quartet_grid, quartet_music, quartet_phrases
from course.recipes.train import train

NOTES = [  # pitch, start, duration, player
    (74, 0, 96, 0), (66, 0, 96, 0),  # a double stop of the first violin
    (62, 96, 288, 1), (38, 0, 192, 3), (50, 0, 192, 3), (57, 400, 16, 2),
]  # fmt: skip


@pytest.fixture
def movement():
    """Three bars of 4/4 in D major; the last has a note of a triplet."""
    columns = [np.array(column) for column in zip(*NOTES, strict=True)]
    return QuartetMovement(
        "test", "", "", 1, "", "", np.array([[0, 4, 4]]), np.array([[0, 2, 0]]),
        np.array([0, 192, 384]), 576, *columns,
    )  # fmt: skip


def test_a_grid_by_hand(movement):
    grid, beside = quartet_grid(movement)
    assert grid.shape == (48, 4)
    assert grid[:8].tolist() == [[74, -1, -1, 38]] * 8  # the cello's lower note
    assert grid[8:16].tolist() == [[-1, 62, -1, 38]] * 8
    assert np.flatnonzero(beside).tolist() == [33, 34]


def test_what_does_not_fit_the_grid_is_left_out(movement, monkeypatch):
    monkeypatch.setattr("course.recipes.quartet_phrases.load_quartets", lambda: [movement])
    phrases = quartet_phrases("valid")
    assert phrases.shape == (1, 32, 4)  # not the two bars with the triplet
    assert phrases[0, 0].tolist() == [72, -1, -1, 36]  # D major moved to C
    assert quartet_phrases("valid", 1).shape == (2, 16, 4)
    with pytest.raises(ValueError, match=r"no phrase lies in 37\.\.96"):
        quartet_phrases("valid", low=37)


def test_splits_share_no_movement(movement, monkeypatch):
    monkeypatch.setattr("course.recipes.quartet_phrases.load_quartets", lambda: [movement] * 7)
    assert (len(quartet_phrases("train")), len(quartet_phrases("valid"))) == (5, 2)
    with pytest.raises(ValueError, match="choose from train, valid"):
        quartet_phrases("test")


def test_phrases_are_played_by_strings(movement, monkeypatch):
    monkeypatch.setattr("course.recipes.quartet_phrases.load_quartets", lambda: [movement])
    music = quartet_music(quartet_phrases("valid", 1))
    assert [i.program for i in music.instruments] == [40, 40, 41, 42]
    second = [(n.pitch, n.start, n.end) for n in music.notes if n.instrument == 1]
    assert second == [(60, 2.0, 4.0), (60, 5.0, 9.0)]  # a quarter note between the bars


def test_there_is_enough_to_learn_from():
    train, valid = quartet_phrases("train"), quartet_phrases("valid")
    assert len(train) > 1000
    assert len(valid) > 200
    assert set(np.unique(train)) <= {-1, *range(36, 97)}


@pytest.mark.slow
def test_the_same_command_trains_a_quartet(tmp_path):
    card = train("quartet_gan", "smoke", out=tmp_path)
    assert list(card["trained on"]) == ["quartets"]
    assert len(card["measures"]["qualified"]) == 4
