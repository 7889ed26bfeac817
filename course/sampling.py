"""Choosing from what a model says: temperature, top-k, top-p and constraints.

Everything works on the last axis of an array of probabilities, (V,) or (..., V), or of any weights
in the same proportions; lists and tensors will do. What is returned is normalised. Nothing here
knows what a token stands for.

References:
    Fan, Lewis and Dauphin, "Hierarchical neural story generation", ACL 2018, arXiv:1805.04833
    (top-k).
    Holtzman et al., "The curious case of neural text degeneration", ICLR 2020, arXiv:1904.09751
    (top-p, there called nucleus sampling).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from course.errors import check_integer, check_range

ROUNDING = 1e-12  # of sums of probabilities


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn a network's outputs into probabilities.

    Args:
        logits: (..., V) real numbers; minus infinity means impossible.

    Returns:
        (..., V) float64, sums of one.

    Raises:
        ValueError: if there is NaN or plus infinity among them, or nothing is possible.
    """
    logits = _tokens("logits", logits)
    if np.isnan(logits).any() or np.isposinf(logits).any():
        raise ValueError("logits hold NaN or infinity; the model has diverged, train it anew")
    largest = logits.max(axis=-1, keepdims=True)
    if np.isneginf(largest).any():
        raise ValueError("all logits are minus infinity; leave at least one token possible")
    return normalise(np.exp(logits - largest))


def normalise(weights: np.ndarray) -> np.ndarray:
    """Divide weights by their sum.

    Args:
        weights: (..., V) numbers from 0 up: probabilities, or counts.

    Returns:
        (..., V) float64, sums of one.

    Raises:
        ValueError: if a weight is negative or no number, or all weights are 0.
    """
    weights = _tokens("weights", weights)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights hold a negative or no number; for logits take softmax first")
    totals = weights.sum(axis=-1, keepdims=True)
    if (totals == 0).any():
        raise ValueError("all weights are 0, so that nothing can be drawn; allow some token")
    return weights / totals


def _tokens(name: str, values: np.ndarray) -> np.ndarray:
    """Give numbers as float64, with at least one token on the last axis."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"{name} have shape {values.shape}; give at least one token")
    return values


def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Make the likely likelier (below 1) or everything more alike (above 1): p ** (1 / T).

    For logits it is the same as dividing them by T before the softmax.

    Args:
        probabilities: (..., V) weights.
        temperature: from 0; 0 leaves only the likeliest token, of several the first.

    Returns:
        (..., V) probabilities.

    Raises:
        ValueError: if the temperature is negative or the weights cannot be normalised.
    """
    check_range("temperature", temperature, 0.0, 1e6, "1 leaves the model as it is, 0 is argmax")
    p = normalise(probabilities)
    if temperature == 0:
        return np.eye(p.shape[-1])[p.argmax(axis=-1)]
    with np.errstate(divide="ignore", over="ignore"):
        logits = np.log(p / p.max(axis=-1, keepdims=True)) / temperature  # the largest is 0
    return normalise(np.exp(logits))


def keep_top_k(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Keep the k likeliest tokens; of equally likely ones those with the lower ids.

    Args:
        probabilities: (..., V) weights.
        k: at least 1; from V up, everything is kept.

    Returns:
        (..., V) probabilities.

    Raises:
        ValueError: if k is below 1 or the weights cannot be normalised.
    """
    check_integer("k", k, 1, 10**9, "1 is argmax; None in a Sampler switches top-k off")
    p = normalise(probabilities)
    return normalise(np.where(_ranks(p) < k, p, 0.0))


def keep_top_p(probabilities: np.ndarray, mass: float) -> np.ndarray:
    """Keep the likeliest tokens until they have so much of the probability together.

    The token that reaches the mass is kept, so at least one is; of equally likely ones those with
    the lower ids come first.

    Args:
        probabilities: (..., V) weights.
        mass: p of top-p, 0..1; 0 keeps one token, 1 keeps all.

    Returns:
        (..., V) probabilities.

    Raises:
        ValueError: if the mass is out of range or the weights cannot be normalised.
    """
    check_range("mass", mass, 0.0, 1.0, "0.9 is usual; None in a Sampler switches top-p off")
    p = normalise(probabilities)
    order = np.argsort(-p, axis=-1, kind="stable")
    ordered = np.take_along_axis(p, order, axis=-1)
    likelier = np.cumsum(ordered, axis=-1) - ordered  # mass of all likelier tokens
    kept = likelier < mass - ROUNDING
    kept[..., 0] = True
    kept = np.take_along_axis(kept, _ranks(p), axis=-1)
    return normalise(np.where(kept, p, 0.0)) if mass < 1 else p


def _ranks(p: np.ndarray) -> np.ndarray:
    """Give the rank of each token, 0 for the likeliest; (..., V)."""
    order = np.argsort(-p, axis=-1, kind="stable")
    return np.argsort(order, axis=-1, kind="stable")


def keep_allowed(probabilities: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Take away what a rule forbids, such as notes outside a voice's range.

    Args:
        probabilities: (..., V) weights.
        allowed: booleans (V,) or (..., V), True for what may be drawn.

    Returns:
        (..., V) probabilities.

    Raises:
        TypeError: if `allowed` holds anything but booleans.
        ValueError: if the shapes do not fit, or nothing that is allowed has a probability.
    """
    p, allowed = normalise(probabilities), np.asarray(allowed)
    if allowed.dtype != np.bool_:
        raise TypeError(f"allowed holds {allowed.dtype}; give True or False for each token")
    if allowed.ndim == 0 or allowed.shape[-1] != p.shape[-1]:
        raise ValueError(
            f"allowed has shape {allowed.shape} for {p.shape[-1]} tokens; one for each"
        )
    if not (allowed & (p > 0)).any(axis=-1).all():
        raise ValueError("no allowed token has a probability above 0; loosen the rule")
    return normalise(np.where(allowed, p, 0.0))


def allowed_pitches(
    pitches: np.ndarray,
    low: int = 0,
    high: int = 127,
    scale: Iterable[int] | None = None,
    rests: bool = True,
) -> np.ndarray:
    """Make a rule for `keep_allowed` out of a range and a scale.

    Args:
        pitches: (V,) the MIDI number of each class, -1 for a rest or silence.
        low: lowest MIDI pitch allowed.
        high: highest one, included.
        scale: pitch classes allowed, 0 (C) to 11 (B); None for all twelve.
        rests: whether a rest is allowed.

    Returns:
        (V,) booleans.

    Raises:
        ValueError: if a number is out of range, or nothing at all is allowed.
    """
    check_integer("low", low, 0, 127, "give a MIDI pitch")
    check_integer("high", high, low, 127, "give a MIDI pitch, at least `low`")
    classes = range(12) if scale is None else list(scale)
    for number in classes:
        check_integer("pitch class in scale", number, 0, 11, "C is 0, B is 11")
    pitches = np.asarray(pitches)
    in_range = (low <= pitches) & (pitches <= high) & np.isin(pitches % 12, classes)
    allowed = np.where(pitches < 0, rests, in_range)
    if not allowed.any():
        raise ValueError(f"no pitch in {low}..{high} is in the scale {classes}; widen the rule")
    return allowed


def draw(probabilities: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw one token from each distribution.

    Args:
        probabilities: (..., V) weights.
        generator: source of chance; the same state gives the same tokens.

    Returns:
        (...) int64, without axes for one distribution (V,).

    Raises:
        ValueError: if the weights cannot be normalised.
    """
    cumulative = np.cumsum(normalise(probabilities), axis=-1)
    chance = generator.random(cumulative.shape[:-1])[..., None] * cumulative[..., -1:]
    return (cumulative <= chance).sum(axis=-1)


@dataclass(frozen=True)
class Sampler:
    """How to choose: constraint, then temperature, then top-k, then top-p, then a draw.

    Called with probabilities (V,) and a generator, it gives one token id, as the models of
    `course.models` want it.

    Raises:
        ValueError: if a setting is out of range.
    """

    temperature: float = 1.0  # from 0; 0 is argmax, below 1 safer, above 1 wilder
    top_k: int | None = None  # at least 1; None keeps all tokens
    top_p: float | None = None  # 0..1; None keeps all tokens

    def __post_init__(self) -> None:
        self.distribution([1.0])  # refuses a setting that is out of range

    def distribution(
        self, probabilities: np.ndarray, allowed: np.ndarray | None = None
    ) -> np.ndarray:
        """Give the distribution that tokens are drawn from.

        Args:
            probabilities: (..., V) weights.
            allowed: booleans (V,) or (..., V), True for what may be drawn; None for all.

        Returns:
            (..., V) probabilities.

        Raises:
            ValueError: if nothing is left to draw from.
        """
        p = normalise(probabilities) if allowed is None else keep_allowed(probabilities, allowed)
        p = with_temperature(p, self.temperature)
        p = p if self.top_k is None else keep_top_k(p, self.top_k)
        return p if self.top_p is None else keep_top_p(p, self.top_p)

    def __call__(
        self,
        probabilities: np.ndarray,
        generator: np.random.Generator,
        allowed: np.ndarray | None = None,
    ) -> int:
        """Draw one token.

        Args:
            probabilities: (V,) weights.
            generator: source of chance.
            allowed: (V,) booleans, True for what may be drawn; None for all.

        Returns:
            The token's id, 0..V-1.

        Raises:
            ValueError: if nothing is left to draw from.
        """
        return int(draw(self.distribution(probabilities, allowed), generator))
