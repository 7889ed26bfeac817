import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course.representation.runs import find_runs


def grid(text):
    """Give rows of `.` silence, `=` sounding, `#` struck as (sounding, struck)."""
    cells = np.array([list(row) for row in text.split()])
    return cells != ".", cells == "#"


def test_runs_of_a_small_grid():
    rows, starts, ends = find_runs(*grid("#==.#=# .==.... ======="))
    assert rows.tolist() == [0, 0, 0, 1, 2]
    assert starts.tolist() == [0, 4, 6, 1, 0]
    assert ends.tolist() == [3, 6, 7, 3, 7]


def reference_runs(sounding, struck):
    """Walk through every row, cell by cell."""
    runs = []
    for row in range(len(sounding)):
        start = None
        for step in range(sounding.shape[1] + 1):
            on = step < sounding.shape[1] and sounding[row, step]
            if start is not None and (not on or struck[row, step]):
                runs.append((row, start, step))
                start = None
            if on and start is None:
                start = step
    return runs


SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=8)


@given(SHAPES.flatmap(lambda shape: st.tuples(*[arrays.arrays(bool, shape)] * 2)))
def test_runs_agree_with_a_walk(grids):
    sounding, struck = grids
    found = find_runs(sounding, struck)
    assert list(zip(*(axis.tolist() for axis in found), strict=True)) == reference_runs(
        sounding, struck
    )
