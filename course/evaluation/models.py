"""The models that can be measured by name, each as `course evaluate` calls it.

A model is an object whose `log_probabilities` takes the pitches (T, 4) of a piece and gives ln p
(T, 4) of each cell, given those that it writes before; see `course.evaluation.likelihood`. The
n-gram is fitted anew in each process, from the shipped chorales: that takes a few seconds, is the
same to the last bit every time, and needs no file that could grow old. Networks are read from the
checkpoints that come with the course; the mixture is made of both.
"""

from functools import cache, partial

import numpy as np

from course import models
from course.data.chorales import load_chorales
from course.data.transposition import CHORALE_RANGE, MOST_SEMITONES, transpositions
from course.models.mixture import MixedVoices
from course.models.ngram import NGram, NGramConfig, fit_ngram
from course.models.shipped import shipped_names
from course.models.voices import FREE, VoiceModel

MIXED = {"chorale_transformer": 0.85, "ngram": 0.15}  # how much each counts in chorale_mixture


def fit_chorale_ngram(semitones: int = MOST_SEMITONES) -> NGram:
    """Fit the n-gram on the chorales of the published training split that are shipped.

    Args:
        semitones: each chorale is counted in every key at most so far away that keeps it in range;
            0 counts it in its own key alone, which gives a clearly worse model.

    Returns:
        The model.

    Raises:
        ValueError: if `semitones` is out of range.
    """
    low, high = CHORALE_RANGE
    train = [chorale.pitches for chorale in load_chorales() if chorale.split == "train"]
    moved = [grid for pitches in train for grid in transpositions(pitches, semitones, low, high)]
    return fit_ngram(moved, NGramConfig(low=low, high=high))


def mix_chorale_models() -> MixedVoices:
    """Mix the shipped Transformers with the n-gram.

    Returns:
        The mixture; the weights were chosen on the validation split, see docs/experiments.md.
    """
    return MixedVoices([load_model(name) for name in MIXED], list(MIXED.values()))


# Models without a file: made from the shipped corpora and from other models.
MADE = {
    "ngram": fit_chorale_ngram,
    "ngram_own_keys": partial(fit_chorale_ngram, 0),
    "chorale_mixture": mix_chorale_models,
}


def model_names() -> tuple[str, ...]:
    """Give the names of all models of four voices that have a likelihood."""
    return (*MADE, *(name for name in shipped_names() if name.startswith("chorale_")))


def voice_model_names() -> tuple[str, ...]:
    """Give the names of all models that write four voices around what is given.

    Returns:
        Those of `model_names`, and every other shipped model whose class is a `VoiceModel`.
    """
    from course.models.checkpoints import shipped_class  # torch is heavy

    known = model_names()
    others = (name for name in shipped_names() if name not in known)
    found = (name for name in others if issubclass(shipped_class(name) or object, VoiceModel))
    return (*known, *found)


def writer_names() -> tuple[str, ...]:
    """Give the names of all models that write four voices from nothing.

    Returns:
        Those of `MADE`, and every shipped model whose class has a method `write_voices`, likelihood
        or not; what is shipped later is there without being listed anywhere.
    """
    from course.models.checkpoints import shipped_class  # torch is heavy

    shipped = (name for name in shipped_names() if hasattr(shipped_class(name), "write_voices"))
    return (*MADE, *shipped)


def write_pieces(name: str, count: int, num_steps: int, seed: int = 0) -> list[np.ndarray]:
    """Let a model write pieces from nothing.

    Args:
        name: one of `writer_names()`.
        count: number of pieces.
        num_steps: length of each, in sixteenths.
        seed: of the first piece; the next one has the next seed.

    Returns:
        `count` arrays (num_steps, 4) of MIDI pitches, -1 for silence.

    Raises:
        ValueError: if there is no such model.
    """
    if name not in writer_names():
        raise ValueError(f"no model {name!r} writes; these do: {', '.join(writer_names())}")
    model = load_model(name)
    generators = [np.random.default_rng(seed + number) for number in range(count)]
    if hasattr(model, "fill"):  # the same pieces, faster than one by one
        return list(model.fill(np.full((count, num_steps, 4), FREE), generators))
    return [model.write_voices(num_steps, generator) for generator in generators]


@cache
def load_model(name: str) -> VoiceModel:
    """Give a model by its name; the second time at once.

    Args:
        name: one of `voice_model_names()` or `writer_names()`.

    Returns:
        The model; those of `model_names()` have `log_probabilities` as this module says.

    Raises:
        ValueError: if there is no such model.
    """
    if name not in model_names() and name not in writer_names():
        raise ValueError(f"there is no model {name!r}; the models are: {', '.join(model_names())}")
    return MADE[name]() if name in MADE else models.load(name)
