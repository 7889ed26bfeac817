"""Takes that several tests look at; each is made once."""

import pytest
import torch

from course.studio.request import Request
from course.studio.takes import make, remake


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def voices():
    """Three bars of four voices for strings, with everything that arranging can add."""
    mood = ((0.0, 0.0, -0.6), (1.0, 0.5, 0.6))
    request = Request(
        model="chorale_rnn", bars=3, style="ballad", ensemble="string quartet", mood=mood
    )
    return make(request)


@pytest.fixture(scope="session")
def edited(voices):
    """The same with its second bar kept."""
    return remake(voices, [2], seed=1)


@pytest.fixture(scope="session")
def jig():
    """A jig that lasts exactly seven seconds and ends with a chord."""
    request = Request(
        model="tune_rnn", tune="jig", key="D major", style="folk", tempo=160, seconds=7,
        ending="hit", ensemble=("flute",),
    )  # fmt: skip
    return make(request)
