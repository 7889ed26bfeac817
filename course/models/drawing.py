"""Drawing one class when nobody asks for more: as often as the model says.

Temperature, top-k and the like are in `course.sampling`, which knows no model.
"""

from collections.abc import Callable

import numpy as np

# (probabilities (V,), generator[, allowed (V,)]) -> class; a `course.sampling.Sampler` is one
Choose = Callable[..., int]


def draw_class(
    probabilities: np.ndarray, generator: np.random.Generator, allowed: np.ndarray | None = None
) -> int:
    """Draw a class by its probability among those that are allowed.

    Args:
        probabilities: (V,) weights.
        generator: source of chance.
        allowed: (V,) booleans, True for what may be drawn; None for all.

    Returns:
        The class, 0..V - 1.

    Raises:
        ValueError: if nothing that is allowed can be drawn.
    """
    p = probabilities if allowed is None else np.where(allowed, probabilities, 0.0)
    if not p.sum() > 0:
        raise ValueError("nothing that is allowed has a probability above 0; loosen the rule")
    return int(generator.choice(len(p), p=p / p.sum()))
