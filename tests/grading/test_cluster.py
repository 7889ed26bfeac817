"""Grading on a Dask cluster: two workers on this machine, one of them killed in the middle."""

import os
import signal
import threading
import time

import pytest

from course.grading.grade import Order, grade_class
from course.grading.schedule import on_cluster
from course.lessons.failures import UsageError
from tests.grading.attacks import LESSON
from tests.grading.conftest import SMALL, hand_in_a_class, outcome, sandbox

if os.environ.get("CI"):  # there, nothing may be left out
    import distributed
else:
    distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of Dask about itself


def test_a_class_on_two_workers_one_of_which_is_killed(make_course):
    course = make_course()
    fair = hand_in_a_class(course)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        killed = []

        def kill_a_busy_worker():
            with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
                while not killed:
                    busy = [name for name, keys in client.processing().items() if keys]
                    infos = client.scheduler_info()["workers"]
                    if busy and len(infos) == 2:
                        time.sleep(0.5)  # now it is in the middle of a submission
                        killed.append(client.run(os.getpid, workers=[busy[0]])[busy[0]])
                        os.kill(killed[0], signal.SIGKILL)

        thread = threading.Thread(target=kill_a_busy_worker, daemon=True)
        thread.start()
        order = Order(LESSON, sandbox(), SMALL, scheduler=cluster.scheduler_address)
        rows = grade_class(course, order, lambda line: None)
        thread.join()
    assert killed
    assert len(rows) == 12
    assert outcome(course) == fair


def test_an_address_where_nobody_answers(monkeypatch):
    monkeypatch.setattr("course.grading.schedule.CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        next(on_cluster(iter(()), "tcp://127.0.0.1:9"))
