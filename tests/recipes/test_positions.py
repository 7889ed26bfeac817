import numpy as np
import pytest

from course.recipes import positions as module
from course.recipes.positions import FAR, WINDOW, measure_positions


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
