import os
import sys

import psutil
import pytest
import torch

from course.reproducibility import BUDGETS, budget, one_thread, set_threads


@pytest.mark.parametrize("name", BUDGETS)
def test_budgets_are_taken_from_the_environment(name, monkeypatch):
    assert budget({"COURSE_BUDGET": name}) == name
    monkeypatch.setenv("COURSE_BUDGET", name)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert budget() == name


def test_lesson_is_the_default():
    assert budget({}) == budget({"COURSE_BUDGET": ""}) == "lesson"


def test_nbgrader_always_gets_smoke():
    assert budget({"NBGRADER_EXECUTION": "autograde", "COURSE_BUDGET": "full"}) == "smoke"


def test_an_unknown_budget():
    with pytest.raises(ValueError, match="COURSE_BUDGET is 'huge'; use one of smoke, lesson, full"):
        budget({"COURSE_BUDGET": "huge"})


@pytest.fixture
def threads(monkeypatch):
    """Catch what torch is told."""
    told = []
    monkeypatch.setattr(torch, "set_num_threads", told.append)
    return told


def test_one_thread_for_a_while(threads):
    before = torch.get_num_threads()
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert threads == [1, before]


def test_one_thread_without_torch(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch")
    with one_thread():
        assert "torch" not in sys.modules


def test_threads_are_set_to_a_number(threads):
    assert set_threads(3) == 3
    assert set_threads(environment={"OMP_NUM_THREADS": "2"}) == 2
    assert threads == [3, 2]


@pytest.mark.parametrize(
    ("physical", "usable", "expected"), [(4, 8, 4), (8, 2, 2), (None, 3, 3), (1, 2, 1)]
)
def test_threads_are_as_many_as_physical_cores(threads, monkeypatch, physical, usable, expected):
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: None if logical else physical)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)), raising=False)
    for said in ({}, {"OMP_NUM_THREADS": ""}, {"OMP_NUM_THREADS": "many"}):
        assert set_threads(environment=said) == expected
    assert threads == [expected] * 3


@pytest.mark.parametrize("number", [0, -1, 5000])
def test_threads_out_of_range(threads, number):
    with pytest.raises(ValueError, match=r"number is -?\d+, outside 1\.\.1024"):
        set_threads(number)
    assert threads == []
