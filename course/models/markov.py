"""A first-order Markov chain: what comes next depends on what is there now, and on nothing else.

Tokens may be anything that can be a dictionary key. The chain does not know what they mean.

References:
    Shannon: A Mathematical Theory of Communication, 1948, section 3 (letters drawn by counts).
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from course.errors import check_integer


def count_next(melodies: Iterable[Sequence[Hashable]]) -> dict[Hashable, dict[Hashable, int]]:
    """Count how often each token is followed by each other one.

    Args:
        melodies: token sequences; nothing is counted across the end of one.

    Returns:
        token -> {next token: count >= 1}; a token that nothing ever follows is no key.
    """
    counts: dict[Hashable, dict[Hashable, int]] = {}
    for melody in melodies:
        for token, following in pairwise(melody):
            row = counts.setdefault(token, {})
            row[following] = row.get(following, 0) + 1
    return counts


def continue_melody(
    counts: dict[Hashable, dict[Hashable, int]],
    seed: Sequence[Hashable],
    num_tokens: int,
    generator: np.random.Generator,
) -> list[Hashable]:
    """Go on from a seed, drawing each token by the counts of the one before it.

    Args:
        counts: what `count_next` gave.
        seed: the beginning, at least one token.
        num_tokens: how many tokens to add, >= 0.
        generator: source of chance; the same state gives the same melody.

    Returns:
        The seed and up to `num_tokens` tokens more; fewer if a token is reached that nothing ever
        followed.

    Raises:
        ValueError: if the seed is empty or `num_tokens` negative.
    """
    check_integer("num_tokens", num_tokens, 0, 1_000_000, "a bar has a handful of tokens")
    if not seed:
        raise ValueError("seed is empty; give at least one token to go on from")
    melody = list(seed)
    for _ in range(num_tokens):
        row = counts.get(melody[-1])
        if not row:
            break
        tokens, weights = list(row), np.array(list(row.values()), dtype=float)
        melody.append(tokens[generator.choice(len(tokens), p=weights / weights.sum())])
    return melody
