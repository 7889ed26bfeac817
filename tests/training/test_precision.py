import time

import pytest
import torch

from course.training import precision
from course.training.config import PRECISIONS
from course.training.precision import faster_precision


@pytest.mark.parametrize(
    ("float32", "bfloat16", "chosen"),
    [
        (1.0, 0.5, "bfloat16"),
        (1.3, 1.0, "bfloat16"),
        (1.29, 1.0, "float32"),
        (1.0, 1.0, "float32"),
        (1.0, 9.0, "float32"),
    ],
)
def test_the_gain_has_to_be_worth_it(monkeypatch, float32, bfloat16, chosen):
    seconds = {"float32": float32, "bfloat16": bfloat16}
    monkeypatch.setattr(precision, "_seconds", seconds.get)
    assert faster_precision() == chosen


def test_each_product_has_its_precision_and_the_first_does_not_count(monkeypatch):
    """The clock goes on by 9, 4 and 2 seconds; the first product only warms up."""
    kinds, clock = [], iter([0, 9, 20, 24, 30, 32] * 2)
    linear = torch.nn.functional.linear

    def watched(*arguments):
        result = linear(*arguments)
        kinds.append(str(result.dtype))
        return result

    monkeypatch.setattr(torch.nn.functional, "linear", watched)
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    for name in PRECISIONS:
        assert precision._seconds(name, repeats=2) == 2
    assert kinds == ["torch.float32"] * 3 + ["torch.bfloat16"] * 3


def test_it_answers_within_a_moment():
    start = time.perf_counter()
    assert faster_precision() in PRECISIONS
    assert time.perf_counter() - start < 5
