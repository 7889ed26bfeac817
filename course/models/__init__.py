"""The models that the lessons build; tensors or tokens in, tensors or tokens out.

No module here knows an encoding or a corpus. `load` gives a trained one by its name.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def load(name: str) -> "nn.Module":
    """Give a model that comes with the course, ready to write music.

    Args:
        name: such as "chorale_lstm"; `course.models.shipped.shipped_names` gives all.

    Returns:
        The model in evaluation mode.

    Raises:
        ValueError: if there is no such model, or its file is not the one that its card describes.
    """
    from course.models import checkpoints  # torch is heavy; lesson 00 needs none of it

    return checkpoints.load(name)
