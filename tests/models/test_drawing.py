import numpy as np
import pytest

from course.models.drawing import draw_class


def test_classes_are_drawn_with_their_shares():
    generator = np.random.default_rng(0)
    drawn = [draw_class(np.array([0.0, 0.2, 0.8]), generator) for _ in range(4000)]
    np.testing.assert_allclose(np.bincount(drawn, minlength=3) / 4000, [0, 0.2, 0.8], atol=0.03)
    assert type(drawn[0]) is int


def test_a_rule_leaves_the_others_their_shares():
    generator, allowed = np.random.default_rng(0), np.array([True, True, False, False])
    drawn = [draw_class(np.array([0.1, 0.3, 0.5, 0.1]), generator, allowed) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=4) / 4000
    np.testing.assert_allclose(shares, [0.25, 0.75, 0, 0], atol=0.03)


def test_a_rule_that_leaves_only_the_impossible():
    with pytest.raises(ValueError, match="nothing that is allowed has a probability above 0"):
        draw_class(np.array([0.0, 1.0]), np.random.default_rng(0), np.array([True, False]))
