"""Several models of four voices that speak as one: a weighted mean of what they say.

    p(cell | past) = sum_m w_m p_m(cell | past),    sum_m w_m = 1

A network generalises, a table of counts remembers: where one knows nothing the other often does,
and the mean loses little where both know. It is never worse than its best model by more than
-ln w_m nats a cell.

References:
    Jelinek and Mercer, "Interpolated estimation of Markov source parameters from sparse data",
    Pattern Recognition in Practice, 1980 (linear interpolation).
"""

from collections.abc import Sequence

import numpy as np

from course.errors import check_range
from course.models.voices import NextDistribution, VoiceModel


class MixedVoices(VoiceModel):
    """The models, and how much each of them counts.

    Args:
        models: at least one, all with the same pitches; each has `log_probabilities` and `reader`.
        weights: w_m, one for each, above 0, with a sum of 1.

    Raises:
        ValueError: if there is no model, a weight is out of range, their number or sum is another,
            or the models write other pitches.
    """

    def __init__(self, models: Sequence[VoiceModel], weights: Sequence[float]) -> None:
        if not models or len(models) != len(weights):
            raise ValueError(f"{len(models)} models, {len(weights)} weights; give one for each")
        for weight in weights:
            check_range("weight", weight, 1e-9, 1.0, "leave a model out rather than give it 0")
        if abs(sum(weights) - 1) > 1e-9:
            raise ValueError(f"the weights sum to {sum(weights):g}; divide them by that")
        ranges = [(model.config.low, model.config.high) for model in models]
        if len(set(ranges)) > 1:
            raise ValueError(f"the models write the pitches {ranges}; mix models of one range")
        self.config = models[0].config
        self.models, self.weights = list(models), list(weights)

    def log_probabilities(self, pitches: np.ndarray) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.

        Returns:
            (T, 4) natural logarithms, in the columns of `pitches`. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the models' range.
        """
        return np.log(self._mean([np.exp(m.log_probabilities(pitches)) for m in self.models]))

    def reader(self) -> NextDistribution:
        """Give what writes a piece: the mean of what the models say of the next cell."""
        readers = [model.reader() for model in self.models]
        return lambda past, written: self._mean([read(past, written) for read in readers])

    def _mean(self, said: Sequence[np.ndarray]) -> np.ndarray:
        return sum(weight * p for weight, p in zip(self.weights, said, strict=True))
