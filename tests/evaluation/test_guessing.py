"""The binomial test and its power: by hand, against scipy, and bad input."""

import pytest

from course.evaluation.guessing import binomial_tail, passing_score, power_of_test


def test_by_hand():
    assert binomial_tail(5, 6, 0.5) == 7 / 64
    assert binomial_tail(0, 6, 0.5) == 1.0
    assert binomial_tail(2, 3, 1 / 3) == pytest.approx(7 / 27)
    assert passing_score(20, 0.5, 0.05) == 15
    assert passing_score(5, 0.5, 1 / 32) == 5  # equal to the level is enough
    assert passing_score(4, 0.5, 0.05) is None
    assert power_of_test(binomial_tail, 5, 0.5, 0.8, 0.05) == pytest.approx(0.8**5)
    assert power_of_test(binomial_tail, 4, 0.5, 0.99, 0.05) == 0.0


def test_scipy_agrees():
    stats = pytest.importorskip("scipy.stats")
    for trials in (1, 7, 20, 100):
        for chance in (0.25, 0.5, 0.8):
            for right in range(trials + 1):
                exact = stats.binomtest(right, trials, chance, alternative="greater").pvalue
                assert binomial_tail(right, trials, chance) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((5, 4, 0.5), "right"), ((0, 0, 0.5), "trials"), ((1, 2, 1.5), "chance")],
)
def test_what_is_no_test(arguments, words):
    with pytest.raises(ValueError, match=words):
        binomial_tail(*arguments)
