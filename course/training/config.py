"""The settings of a training run, and the learning rate over its steps."""

import math
from dataclasses import dataclass

from course.errors import check_integer, check_range

PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class TrainingConfig:
    """Everything about a run but the model, its loss and its data.

    Raises:
        ValueError: if a field is out of range.
    """

    num_steps: int  # batches to learn from, at least 1
    learning_rate: float = 3e-3  # highest one, above 0
    warmup_steps: int = 50  # steps in which it rises from 0 to the highest
    final_share: float = 0.02  # of the highest rate at the last step, 0..1
    weight_decay: float = 0.01  # AdamW's, 0..1
    largest_gradient: float = 1.0  # norm to which longer gradients are shortened
    seed: int = 0  # of the weights' dropout and of the batches
    precision: str = "float32"  # or "bfloat16": see `course.training.precision`
    max_seconds: float = math.inf  # a guard; the budget is `num_steps`
    save_every: int = 200  # steps from one saving of the run to the next

    def __post_init__(self) -> None:
        check_integer("num_steps", self.num_steps, 1, 10**8, "a lesson has hundreds")
        check_range("learning_rate", self.learning_rate, 1e-9, 10.0, "0.003 is usual with AdamW")
        check_integer("warmup_steps", self.warmup_steps, 0, 10**8, "50 is usual")
        check_range("final_share", self.final_share, 0.0, 1.0, "1 leaves the rate as it is")
        check_range("weight_decay", self.weight_decay, 0.0, 1.0, "0 switches it off")
        check_range("largest_gradient", self.largest_gradient, 1e-9, 1e9, "1 is usual")
        check_integer("seed", self.seed, 0, 2**32 - 1, "use a small whole number such as 0")
        check_range("max_seconds", self.max_seconds, 0.0, math.inf, "leave it out for no limit")
        check_integer("save_every", self.save_every, 1, 10**8, "200 is usual")
        if self.precision not in PRECISIONS:
            raise ValueError(
                f"precision is {self.precision!r}; choose from {', '.join(PRECISIONS)}"
            )


def learning_rate_at(step: int, config: TrainingConfig) -> float:
    """Give the learning rate of a step: a rise in a straight line, then half a cosine down.

    Args:
        step: 0..`num_steps` - 1.
        config: the settings.

    Returns:
        The rate, above 0 except where `final_share` is 0 at the very end.

    References:
        Loshchilov and Hutter, "SGDR", ICLR 2017, arXiv:1608.03983 (the cosine).
    """
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    passed = (step - config.warmup_steps) / max(1, config.num_steps - 1 - config.warmup_steps)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, passed)))
    return config.learning_rate * (config.final_share + (1 - config.final_share) * cosine)
