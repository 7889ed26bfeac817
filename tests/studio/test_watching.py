import pytest

from course.studio.watching import Cancelled, Watch


def test_it_tells_each_hundredth_once():
    told = []
    watch = Watch(lambda share, stage: told.append((share, stage)))
    for step in range(1000):
        watch.reached(step / 1000, "writing")
    assert told[0] == (0.0, "writing")
    assert len(told) == 100
    watch.reached(0.999, "arranging")
    assert told[-1] == (0.999, "arranging")


def test_it_stops_who_asks():
    watch = Watch()
    watch.reached(0.5, "writing")
    watch.cancel()
    with pytest.raises(Cancelled, match="stopped while writing"):
        watch.reached(0.6, "writing")
