from itertools import pairwise

import numpy as np
import pytest

from course.models.markov import continue_melody, count_next


def test_counts_by_hand():
    melodies = [["D", "E", "D", "F"], ["D", "E"], [], ["G"]]
    assert count_next(melodies) == {"D": {"E": 2, "F": 1}, "E": {"D": 1}}


def test_tokens_are_drawn_with_their_shares():
    counts = {"a": {"a": 3, "b": 1}, "b": {"a": 1}}
    melody = continue_melody(counts, ["a"], 20_000, np.random.default_rng(0))
    after_a = [following for token, following in pairwise(melody) if token == "a"]
    assert abs(after_a.count("a") / len(after_a) - 0.75) < 0.02
    assert "bb" not in "".join(melody)


def test_same_seed_same_melody():
    counts = count_next(["abcabdacbd" * 3])
    first, again, other = (
        continue_melody(counts, "a", 30, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert first == again != other


def test_stops_where_nothing_ever_followed():
    assert continue_melody({"a": {"b": 1}}, ["a"], 9, np.random.default_rng(0)) == ["a", "b"]


@pytest.mark.parametrize(
    ("seed", "num_tokens", "message"), [([], 3, "seed is empty"), (["a"], -1, "num_tokens is -1")]
)
def test_bad_arguments(seed, num_tokens, message):
    with pytest.raises(ValueError, match=message):
        continue_melody({}, seed, num_tokens, np.random.default_rng(0))
