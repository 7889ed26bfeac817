import numpy as np
import pytest

from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.voices import FREE
from course.recipes import filling_in as module
from course.recipes.chorale_batches import chorale_grids
from course.recipes.filling_in import (
    HARMONISE,
    REPAIR,
    TASKS,
    filling_in,
    task_windows,
    usual_distances,
)


def tiny():
    return GridDiffusion(GridDiffusionConfig(hidden_size=8, num_layers=1, num_heads=2, head_size=8))


def test_what_is_taken_out():
    for task in TASKS:
        pairs = task_windows(task, 3)
        assert len(pairs) == 3
        for (window, holes), grid in zip(pairs, chorale_grids("valid"), strict=False):
            np.testing.assert_array_equal(window, grid[:64])
            missing = holes == FREE
            np.testing.assert_array_equal(holes[~missing], window[~missing])
            expected = np.zeros((64, 4), dtype=bool)
            if task == HARMONISE:
                expected[:, 1:] = True
            else:
                expected[32:48] = True
            np.testing.assert_array_equal(missing, expected)
    np.testing.assert_array_equal(
        task_windows(REPAIR, 1, "test")[0][0], chorale_grids("test")[0][:64]
    )
    with pytest.raises(ValueError, match="no task 'compose'; choose from harmonise a soprano, rep"):
        task_windows("compose", 1)


def test_usual_distances_by_hand(monkeypatch):
    heard = [
        [70, 65, 60, 50],
        [72, 67, 61, 52],
        [74, 70, 62, 48],
        [71, -1, 70, 70],
        [71, -1, 70, 70],
    ]
    monkeypatch.setattr(module, "chorale_grids", lambda split: {"train": [np.array(heard)]}[split])
    # 5, 5, 4; 10, 11, 12 and 20, 20, 26; where a voice rests, nothing counts.
    assert usual_distances().tolist() == [0, 5, 10, 20]


class Knows:
    """A model that writes Bach's cells, but gets one voice wrong."""

    def __init__(self, wrong):
        self.wrong, self.windows = wrong, None

    def generate(self, num_steps, generator, given):
        free = given == FREE
        window = next(w for w in self.windows if (w[~free] == given[~free]).all())
        answer = window.copy()
        answer[:, self.wrong] += 1
        return np.where(free, answer, given)


@pytest.mark.parametrize(("task", "share"), [(HARMONISE, 2 / 3), (REPAIR, 3 / 4)])
def test_how_much_comes_back(monkeypatch, task, share):
    distances = np.array([0, 5, 9, 16])
    monkeypatch.setattr(module, "usual_distances", lambda: distances)
    model, pairs = Knows(2), task_windows(task, 4)
    model.windows = [window for window, _ in pairs]
    found = filling_in(model, task, 4)
    assert found["model"] == pytest.approx(share)
    copies = []
    for window in model.windows:
        if task == REPAIR:
            copies.append((window[16:32] == window[32:48]).mean())
        else:
            copies.append((window[:, 1:] == window[:, :1] - distances[1:]).mean())
    assert found["copy"] == pytest.approx(np.mean(copies))
    assert 0 < found["copy"] < 0.9


def test_a_diffusion_model_fills_in_with_so_many_updates(monkeypatch):
    model, asked = tiny(), []

    def generate(num_steps, source, given, num_updates):
        asked.append(num_updates)
        return np.where(given == FREE, 60, given)

    monkeypatch.setattr(model, "generate", generate)
    filling_in(model, REPAIR, 2, num_updates=5)
    assert asked == [5, 5]
