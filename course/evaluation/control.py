"""Did it do what was asked? Key, metre and kind of a melody, measured from its notes alone.

No measure here is told what was asked for, nor where the model thinks that a bar begins: it reads
pitches (-1 is a rest), lengths in ticks (48 to the quarter note) and the length of the pickup.

**Key.** Pitch classes, weighted by how long they sound, are correlated with the 24 key profiles of
Krumhansl and Kessler; the best one wins. Modes with a minor third count as minor.

**Metre and kind.** Time is cut into stretches of four quarter notes from the first full bar on. The
*rhythm pattern* of a stretch is where in it notes begin. A naive Bayes classifier counts patterns
for each label in training tunes; a label is a pair (kind, metre), such as ("reel", (2, 2)), because
one kind of tune can be written in several metres, and the patterns follow the writing.

**What the numbers mean.** A measure is wrong on some real tunes, too. Report three numbers: its
accuracy on real tunes, the accuracy on generated tunes, and what shuffled requests would give.

References:
    Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization in a spatial
    representation of musical keys", Psychological Review 89(4), 1982 (the profiles).
    Krumhansl, "Cognitive foundations of musical pitch", Oxford, 1990, chapter 4 (the correlation).
    McCallum and Nigam, "A comparison of event models for naive Bayes text classification", AAAI
    workshop, 1998 (the multinomial classifier).
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course.errors import check_integer, check_range, check_shape

PATTERN_TICKS = 192  # length of a stretch: four quarter notes
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
PROFILES = {"major": MAJOR_PROFILE, "minor": MINOR_PROFILE}  # from the tonic up, by semitones


class ControlAccuracy(NamedTuple):
    """How often what was measured is what was asked for."""

    accuracy: float  # share of melodies, 0..1
    shuffled: float  # the same to be expected if the requests were dealt out at random


def control_accuracy(asked: Sequence[Hashable], measured: Sequence[Hashable]) -> ControlAccuracy:
    """Compare what was asked for with what was measured.

    With n melodies, of which a(c) were asked to be c and m(c) measured as c, a random dealing of
    the same requests to the same melodies is right in a share of sum_c a(c) m(c) / n^2.

    Args:
        asked: a label for each melody.
        measured: a label for each melody, in the same order.

    Returns:
        The accuracy, and its expectation over all ways to shuffle the requests.

    Raises:
        ValueError: if there are no melodies, or the two differ in length.
    """
    if len(asked) != len(measured) or not len(asked):
        raise ValueError(
            f"{len(asked)} requests and {len(measured)} measurements; give one of each for every "
            "melody, and at least one melody"
        )
    n = len(asked)
    right = sum(a == m for a, m in zip(asked, measured, strict=True))
    requests, found = Counter(asked), Counter(measured)
    return ControlAccuracy(right / n, sum(requests[c] * found[c] for c in requests) / n**2)


def order_agreement(asked: Sequence[float], measured: Sequence[float]) -> float:
    """Say how often more was measured where more was asked for.

    Of all pairs of pieces with different requests, the share in which the measured values stand in
    the same order; equal measured values count a half. Shuffled requests give 0.5 on average.

    Args:
        asked: a number for each piece.
        measured: a number for each piece, in the same order.

    Returns:
        0..1; 1 if the order is always right, 0 if it is always reversed.

    Raises:
        ValueError: if the two differ in length, or all requests are equal.

    References:
        Kendall, "A new measure of rank correlation", Biometrika 30, 1938 (agreement of pairs).
    """
    if len(asked) != len(measured):
        raise ValueError(f"{len(asked)} requests, {len(measured)} measurements; give one of each")
    wishes, found = np.asarray(asked, dtype=float), np.asarray(measured, dtype=float)
    more = wishes[:, None] > wishes  # (N, N) the first was asked for more than the second
    if not more.any():
        raise ValueError("all requests are equal, so there is no order; ask for different things")
    right = (found[:, None] > found) + 0.5 * (found[:, None] == found)
    return float(right[more].mean())


def find_key(pitches: Sequence[int], lengths: Sequence[int]) -> tuple[int, str]:
    """Find the key of a melody by correlation with key profiles.

    Args:
        pitches: (N,) MIDI numbers, -1 for a rest.
        lengths: (N,) ticks, above 0.

    Returns:
        The tonic's pitch class, 0 (C) to 11 (B), and "major" or "minor"; of equally good ones the
        lowest major one first.

    Raises:
        ValueError: if the arrays do not fit together, or nothing sounds.
    """
    pitches, lengths = _checked(pitches, lengths)
    sounding = pitches >= 0
    if not sounding.any():
        raise ValueError("the melody has no sounding note; a silence has no key")
    weights = np.bincount(pitches[sounding] % 12, lengths[sounding].astype(float), minlength=12)
    best = int(np.argmax(_turned_profiles() @ (weights - weights.mean())))
    return best % 12, tuple(PROFILES)[best // 12]


@lru_cache(maxsize=1)
def _turned_profiles() -> np.ndarray:
    """Give both profiles on every tonic, centred and of length one; (24, 12)."""
    profiles = np.array(list(PROFILES.values()))
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return np.array([np.roll(profile, tonic) for profile in unit for tonic in range(12)])


def mode_margin(weights: Sequence[float], tonic: int) -> float:
    """Say by how much the major key on a tonic fits better than the minor one.

    Both modes are measured on one tonic, so that a chord on another step is not taken for a key.

    Args:
        weights: (12,) how long each pitch class sounds, in any unit.
        tonic: pitch class, 0 = C .. 11 = B.

    Returns:
        Difference of the correlations with the two key profiles, -2..2, above 0 for major; 0 if
        nothing sounds, or all pitch classes sound equally long.

    Raises:
        ValueError: if there are not twelve weights, or the tonic is out of range.
    """
    check_integer("tonic", tonic, 0, 11, "a pitch class; take the pitch modulo 12")
    heard = np.asarray(weights, dtype=float)
    check_shape("weights", heard.shape, (12,), "give one number for each pitch class")
    heard = np.roll(heard - heard.mean(), -tonic)
    if not heard.any():
        return 0.0
    major, minor = (
        float(centred @ heard / (np.linalg.norm(centred) * np.linalg.norm(heard)))
        for centred in (np.array(PROFILES[mode]) - np.mean(PROFILES[mode]) for mode in PROFILES)
    )
    return major - minor


def rhythm_patterns(
    pitches: Sequence[int], lengths: Sequence[int], pickup_ticks: int = 0
) -> list[tuple[int, ...]]:
    """Give the rhythm pattern of every stretch of four quarter notes.

    Args:
        pitches: (N,) MIDI numbers, -1 for a rest.
        lengths: (N,) ticks, above 0.
        pickup_ticks: stretches are counted from here; a pickup is a stretch of its own.

    Returns:
        For each stretch in which a note begins, the ticks from its start to each beginning.

    Raises:
        ValueError: if the arrays do not fit together.
    """
    pitches, lengths = _checked(pitches, lengths)
    check_integer("pickup_ticks", pickup_ticks, 0, 100_000, "0 for no pickup")
    starts = np.cumsum(lengths) - lengths - pickup_ticks
    patterns: dict[int, list[int]] = {}
    for start in starts[pitches >= 0].tolist():
        stretch, place = divmod(start, PATTERN_TICKS)
        patterns.setdefault(stretch, []).append(place)
    return [tuple(places) for places in patterns.values()]


def _checked(pitches: Sequence[int], lengths: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Give both as arrays of whole numbers, or refuse them."""
    pitches, lengths = np.asarray(pitches), np.asarray(lengths)
    if pitches.ndim != 1 or pitches.shape != lengths.shape:
        raise ValueError(
            f"pitches of shape {pitches.shape}, lengths of {lengths.shape}; give one of each a note"
        )
    if len(lengths) and lengths.min() <= 0:
        raise ValueError(f"a length of {lengths.min()} ticks; every note or rest lasts at least 1")
    return pitches.astype(np.int64), lengths.astype(np.int64)


@dataclass(frozen=True, eq=False)
class NaiveBayes:
    """Counts of tokens for each label; made by `fit_naive_bayes`."""

    counts: Mapping[Hashable, Mapping[Hashable, int]]  # label -> token -> how often
    totals: Mapping[Hashable, int]  # label -> number of tokens
    num_tokens: int  # V, different tokens in all labels together
    smoothing: float  # added to every count

    def log_likelihoods(self, tokens: Sequence[Hashable]) -> dict[Hashable, float]:
        """Say how well each label explains a list of tokens.

        Args:
            tokens: such as `rhythm_patterns` gives.

        Returns:
            label -> sum of ln p(token | label), with p = (count + s) / (total + s (V + 1)); the
            one more stands for all tokens that were never seen. Labels are equally likely
            beforehand.
        """
        scores = {}
        for label, counts in self.counts.items():
            total = math.log(self.totals[label] + self.smoothing * (self.num_tokens + 1))
            logs = (math.log(counts.get(token, 0) + self.smoothing) for token in tokens)
            scores[label] = sum(logs) - total * len(tokens)
        return scores

    def classify(
        self, tokens: Sequence[Hashable], allowed: Callable[[Hashable], bool] | None = None
    ) -> Hashable:
        """Give the label that explains the tokens best.

        Args:
            tokens: such as `rhythm_patterns` gives.
            allowed: tells of a label whether it may be chosen; None for all.

        Returns:
            The label, of equally good ones the first that was fitted.

        Raises:
            ValueError: if no label is allowed.
        """
        scores = self.log_likelihoods(tokens)
        scores = {label: s for label, s in scores.items() if allowed is None or allowed(label)}
        if not scores:
            raise ValueError(f"no label is allowed; there are {', '.join(map(str, self.counts))}")
        return max(scores, key=scores.__getitem__)


def fit_naive_bayes(
    examples: Sequence[Sequence[Hashable]],
    labels: Sequence[Hashable],
    smoothing: float = 0.1,
    least: int = 1,
) -> NaiveBayes:
    """Count the tokens of each label.

    Args:
        examples: the tokens of each training tune.
        labels: one for each example.
        smoothing: added to every count, above 0; 0.1 was chosen on validation tunes.
        least: labels with fewer examples are left out.

    Returns:
        The classifier.

    Raises:
        ValueError: if there is not a label for each example, no label is left, or `smoothing` is
            out of range.
    """
    check_range("smoothing", smoothing, 1e-9, 1e6, "0.1 to 1 are usual")
    if len(examples) != len(labels):
        raise ValueError(f"{len(examples)} examples, {len(labels)} labels; give one for each")
    often = Counter(labels)
    counts: dict[Hashable, Counter] = {c: Counter() for c in often if often[c] >= least}
    if not counts:
        raise ValueError(f"no label has {least} examples or more; give more, or lower `least`")
    for tokens, label in zip(examples, labels, strict=True):
        if label in counts:
            counts[label].update(tokens)
    totals = {label: sum(found.values()) for label, found in counts.items()}
    kinds = set().union(*counts.values())
    return NaiveBayes(counts, totals, len(kinds), smoothing)
