import threading

import pytest

from course.studio.watching import Cancelled
from course.studio.working import Busy, Worker


@pytest.fixture
def heard():
    return {"told": [], "done": [], "failed": []}


@pytest.fixture
def worker(heard):
    return Worker(lambda share, stage: heard["told"].append((share, stage)))


def start(worker, heard, work):
    worker.start(work, heard["done"].append, heard["failed"].append)


def test_the_result_is_handed_over(worker, heard):
    def work(watch):
        watch.reached(0.5, "counting")
        return threading.current_thread() is not threading.main_thread()

    start(worker, heard, work)
    assert worker.wait(5)
    assert heard == {"told": [(0.5, "counting"), (1.0, "done")], "done": [True], "failed": []}


def test_one_thing_after_the_other(worker, heard):
    go = threading.Event()
    start(worker, heard, lambda watch: go.wait(5))
    assert worker.busy
    with pytest.raises(Busy, match="wait for it, or cancel it first"):
        start(worker, heard, lambda watch: None)
    go.set()
    assert worker.wait(5)
    start(worker, heard, lambda watch: 2)
    assert worker.wait(5)
    assert heard["done"] == [True, 2]


def test_what_is_cancelled_leaves_nothing(worker, heard):
    begun = threading.Event()

    def work(watch):
        while True:
            begun.set()
            watch.reached(0.1, "writing")

    start(worker, heard, work)
    assert begun.wait(5)
    assert worker.cancel()
    assert worker.wait(5)
    assert heard["done"] == []
    assert isinstance(heard["failed"][0], Cancelled)
    assert not worker.cancel()


def test_cancelling_in_the_last_moment_counts(worker, heard):
    def work(watch):
        worker.cancel()
        return 1

    start(worker, heard, work)
    assert worker.wait(5)
    assert (heard["done"], len(heard["failed"])) == ([], 1)


def test_failures_are_told_wherever_they_happen(worker, heard):
    start(worker, heard, lambda watch: 1 / 0)
    assert worker.wait(5)
    worker.start(lambda watch: 1, lambda result: result / 0, heard["failed"].append)
    assert worker.wait(5)
    assert [type(error) for error in heard["failed"]] == [ZeroDivisionError] * 2
