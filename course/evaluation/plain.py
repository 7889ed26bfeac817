"""The steps of data and likelihood on plain lists, as lesson 03 builds them.

The package does the same on arrays and on four voices: `course.data.melody_index`,
`course.evaluation.likelihood`, `course.models.ngram`, `course.evaluation.originality`. Learners'
functions and these can take each other's place.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

from course.sampling import with_temperature as tempered


def interval_windows(pitches: Sequence[int], length: int) -> set[tuple[int, ...]]:
    """Give every stretch of a melody as the intervals between its neighbours.

    Args:
        pitches: MIDI numbers, one a note.
        length: intervals in a stretch, at least 1.

    Returns:
        Tuples of `length` semitones each; none for a melody of `length` notes or fewer.
    """
    steps = [int(b) - int(a) for a, b in pairwise(pitches)]
    return {tuple(steps[i : i + length]) for i in range(len(steps) - length + 1)}


def nats_per_note(pieces: Sequence[Sequence[float]]) -> float:
    """Give the mean negative log-likelihood over all notes of all pieces.

    Args:
        pieces: for each piece the probability that the model gave each of its notes, above 0.

    Returns:
        Nats per note; the perplexity is its exponential.
    """
    notes = [probability for piece in pieces for probability in piece]
    return -sum(math.log(probability) for probability in notes) / len(notes)


def witten_bell(
    counts: Mapping[Hashable, int], below: Mapping[Hashable, float]
) -> dict[Hashable, float]:
    """Mix what one context has seen with what a more general one says.

    Args:
        counts: how often each token followed the context, each at least 1; may be empty.
        below: probability of every token, from the more general context.

    Returns:
        Token -> (c + K p_below) / (N + K), for every token of `below`.

    References:
        Witten and Bell, IEEE Transactions on Information Theory 37(4), 1991, method C.
    """
    if not counts:
        return dict(below)
    N, K = sum(counts.values()), len(counts)
    return {token: (counts.get(token, 0) + K * p) / (N + K) for token, p in below.items()}


def with_temperature(probabilities: Sequence[float], temperature: float) -> list[float]:
    """Sharpen or flatten a distribution.

    Args:
        probabilities: numbers from 0 up with a sum of one.
        temperature: from 0; 0 leaves only the likeliest, of several the first.

    Returns:
        Probabilities in the same order.
    """
    return tempered(probabilities, temperature).tolist()


def longest_shared_run(melody: Sequence[int], training: Sequence[Sequence[int]]) -> int:
    """Count the notes of the longest stretch that also stands in a training melody, in any key.

    Args:
        melody: MIDI numbers.
        training: other melodies.

    Returns:
        Notes in a row; 1 if not even one interval is shared, 0 if either side has no notes.
    """
    if not len(melody) or not any(len(other) for other in training):
        return 0
    longest = 0
    for other in training:
        while len(melody) > longest + 1 and not interval_windows(melody, longest + 1).isdisjoint(
            interval_windows(other, longest + 1)
        ):
            longest += 1
    return longest + 1
