import numpy as np
import pytest

from course.models.positions import POSITIONS
from course.recipes import positions as module
from course.recipes.positions import FAR, WINDOW, measure_positions, read_table


def test_near_and_far_are_told_apart(monkeypatch):
    """A network that finds early cells sure and late ones unlikely."""
    lengths = []

    def scores(_self, pitches):
        lengths.append(len(pitches))
        return np.repeat(-np.arange(len(pitches), dtype=float)[:, None], 4, axis=1)

    monkeypatch.setattr(module.ChoraleTransformer, "log_probabilities", scores)
    found = measure_positions("rotary", 1, num_pieces=3)
    assert found["inside"] == pytest.approx((WINDOW - 1) / 2)
    far = np.concatenate([np.arange(FAR, length) for length in lengths])
    assert found["beyond"] == pytest.approx(far.mean())
    assert len(lengths) == 3
    assert found["seconds"] > 0


def test_there_are_no_other_positions():
    with pytest.raises(ValueError, match="positions are 'absolute'; choose from none"):
        measure_positions("absolute", 1)


def test_the_shipped_table_is_whole():
    table = read_table()
    assert (table["window"], table["far"]) == (WINDOW, FAR)
    assert list(table["rows"]) == list(POSITIONS)
    for runs in table["rows"].values():
        assert len(runs) == len(table["seeds"]) == 3
        assert len({run["beyond"] for run in runs}) == 3
        assert all(0.4 < run[part] < 0.8 for run in runs for part in ("inside", "beyond"))
