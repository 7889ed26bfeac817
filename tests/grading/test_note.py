import numpy as np
import pytest

from course.checks import attention
from course.grading.note import note_of_checks

MODULES = ["attention", "core", "values"]


def what_is_missing(before):
    return set(before.split()) - set(note_of_checks(MODULES).split())


def test_a_later_note_holds_the_earlier_one():
    assert what_is_missing(note_of_checks(MODULES)) == set()


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        (attention, "attend"),
        (attention, "array"),
        (np, "allclose"),  # asked by a check
        (np, "zeros"),  # asked by `odds` alone, with which cases are made
    ],
)
def test_what_was_replaced_is_missing(holder, name, monkeypatch):
    before = note_of_checks(MODULES)
    monkeypatch.setattr(holder, name, lambda *_arguments, **_named: True)
    assert what_is_missing(before)
