"""What lesson 10 builds and the package has too gives equal results on random input."""

import itertools

import numpy as np
import pytest
import torch

from course.models import gaussian_diffusion, plain_diffusion
from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.masking import draw_masks
from course.models.voices import FREE
from tests.lessons.test_twins import solution

LESSON = "10_diffusion"
TRIALS = 30


@pytest.fixture
def chance():
    return np.random.default_rng(20)


def tensors(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def test_noised(chance):
    ours = solution(LESSON, "noised", np=np)
    for _ in range(TRIALS):
        shape = tuple(chance.integers(1, 5, size=chance.integers(1, 5)))
        x, noise = chance.normal(size=(2, *shape))
        for level in (chance.random(shape[0]), float(chance.random())):
            found = ours(x, noise, level)
            np.testing.assert_allclose(found, plain_diffusion.noised(x, noise, level))
            level = torch.from_numpy(level) if isinstance(level, np.ndarray) else level
            theirs = gaussian_diffusion.add_noise(*tensors(x, noise), level)
            np.testing.assert_allclose(found, theirs, rtol=1e-6)


def test_ddim_step(chance):
    ours = solution(LESSON, "ddim_step", np=np)
    for _ in range(TRIALS):
        x, clean = chance.normal(size=(2, *chance.integers(1, 5, size=3)))
        level = float(chance.uniform(0, 0.99))
        for following in (level, float(chance.uniform(level, 1)), 1.0):
            found = ours(x, clean, level, following)
            twin = plain_diffusion.ddim_step(x, clean, level, following)
            theirs = gaussian_diffusion.ddim_step(*tensors(x, clean), level, following)
            np.testing.assert_allclose(found, twin)
            np.testing.assert_allclose(found, theirs, atol=1e-12)


def small_grid_model():
    torch.manual_seed(0)
    sizes = {"num_frames": 8, "hidden_size": 12, "num_layers": 1, "num_heads": 1, "head_size": 8}
    return GridDiffusion(GridDiffusionConfig(**sizes)).eval()


def test_masked_nats(chance):
    """On one window it is the package's bound, with the same masks."""
    ours, model = solution(LESSON, "masked_nats", np=np), small_grid_model()
    for trial in range(5):
        grid = chance.integers(50, 70, size=(8, 4))
        masks = draw_masks(6, 8, np.random.default_rng(trial))
        with torch.no_grad():
            logs = model.log_cells(model.classes(grid), masks)
        expected = -model.log_bounds(grid, 6, seed=trial).mean()
        np.testing.assert_allclose(ours(logs, masks), expected)
    for _ in range(TRIALS):
        shape = (*chance.integers(1, 5, size=2), 4)
        logs, masks = -chance.exponential(size=shape), chance.random(shape) < 0.3
        np.testing.assert_allclose(ours(logs, masks), plain_diffusion.masked_nats(logs, masks))


def test_reveal(chance):
    """One cell at a time, with all draws known, the package's writing is a row of reveals."""
    ours = solution(LESSON, "reveal", np=np)
    for _ in range(TRIALS):
        shape = int(chance.integers(1, 5)), 4
        grid, drawn = chance.integers(40, 80, size=(2, *shape))
        masked, order = chance.random(shape) < 0.6, chance.permutation(50)[: 4 * shape[0]]
        given = grid, drawn, masked, order.reshape(shape), int(chance.integers(0, 9))
        for mine, twin in zip(ours(*given), plain_diffusion.reveal(*given), strict=True):
            assert np.array_equal(mine, twin)


def test_reveal_is_how_the_package_writes(chance):
    ours, model = solution(LESSON, "reveal", np=np), small_grid_model()
    given = np.full((8, 4), FREE)
    given[:, 0] = 65
    seen = [given]
    last = model.generate(8, chance, given=given, num_updates=8, watch=lambda p: seen.append(p))
    for before, after in itertools.pairwise(seen):
        masked, new = before == FREE, (before == FREE) & (after != FREE)
        order = np.where(new, 0, 100) + np.arange(32).reshape(8, 4)
        found, left = ours(before, last, masked, order, int(new.sum()))
        assert np.array_equal(found, after)
        assert np.array_equal(left, after == FREE)


def test_guided(chance):
    ours, model = solution(LESSON, "guided", np=np), small_grid_model()
    for _ in range(TRIALS):
        told, untold = 30 * chance.normal(size=(2, *chance.integers(1, 5, size=3)))
        weight = float(chance.uniform(0, 4))
        found = ours(told, untold, weight)
        np.testing.assert_allclose(found, plain_diffusion.guided(told, untold, weight))
    cells = torch.from_numpy(chance.integers(0, model.config.num_classes + 1, size=(1, 8, 4)))
    places, wish = torch.arange(8)[None], torch.tensor([[1, 3]])
    with torch.no_grad():
        told, untold = (model(cells, places, w).double().numpy() for w in (wish, 0 * wish))
        theirs = model._log_softmax(cells, 0, wish, 2.5).exp().numpy()
    np.testing.assert_allclose(ours(told, untold, 2.5), theirs, atol=1e-6)
