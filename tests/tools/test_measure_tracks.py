import numpy as np
import pytest

from course.recipes.phrases import chorale_phrases
from course.recipes.track_recipe import write_phrases
from tools import measure_tracks
from tools.measure_tracks import LIMITS, broken_limits, copy_line, main

KEPT = {
    "qualified notes": 0.15,
    "empty bars": 5.0,
    "used pitch classes": 1.0,
    "spread": 0.7,
    "collapsed tracks": 0.0,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("qualified notes", 0.16),
        ("empty bars", 5.1),
        ("used pitch classes", 1.1),
        ("spread", 0.69),
        ("collapsed tracks", 1.0),
    ],
)
def test_each_limit_can_be_broken(name, value):
    assert broken_limits(KEPT) == []
    assert broken_limits({**KEPT, name: value}) == [name]
    assert set(LIMITS) == set(KEPT)


def test_training_phrases_are_copies():
    phrases = np.concatenate([chorale_phrases("train")[:3], np.full((1, 32, 4), -1)])
    line = copy_line("train", phrases)
    assert "most 32 of 32 sixteenths; 3 of 4 phrases are copies" in line


@pytest.mark.slow
def test_the_shipped_generators_keep_the_limits(capsys):
    """The acceptance of the lesson: three seeds, 500 phrases each."""
    assert main() == 0
    told = capsys.readouterr().out
    assert told.count("limits kept") == 3
    assert told.count("phrases are copies") == 4


@pytest.mark.slow
def test_a_collapsed_generator_is_caught(monkeypatch, capsys):
    def write(generator, count):
        return np.repeat(write_phrases(generator, 1), count, axis=0)

    monkeypatch.setattr(measure_tracks, "write_phrases", write)
    assert main() == 1
    assert "collapsed tracks" in capsys.readouterr().out
