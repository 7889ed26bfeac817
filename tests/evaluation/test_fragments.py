import numpy as np
import pytest

from course.evaluation.fragments import isolated_sixteenths


def voices(*lines):
    """Make music of the lines that are given; the other voices are silent."""
    rest = [[-1] * len(lines[0])] * (4 - len(lines))
    return np.array([*lines, *rest]).T


@pytest.mark.parametrize(
    ("line", "alone", "notes"),
    [
        ([60, 60, 62, 60, 60], 1, 3),  # a crumb between longer notes
        ([60, 60, 62, 64, 60, 60], 0, 4),  # a run of two
        ([60, 60, 62, 64, 65, 65], 0, 4),
        ([62, 60, 60], 1, 2),  # at the beginning
        ([60, 60, 62], 1, 2),  # at the end
        ([62], 1, 1),  # all there is
        ([62, 64], 0, 2),
        ([60, 60, -1, 60, 60], 0, 2),  # a silence is no note
        ([-1, -1, 62, -1, -1], 1, 1),  # but a neighbour
        ([-1, -1, 62, -1, 60, 60], 0, 2),
        ([60] * 7, 0, 1),
        ([60, 60, 62, 60, 60, 60, 65, 62, 62], 2, 5),
    ],
)
def test_by_hand(line, alone, notes):
    assert isolated_sixteenths(voices(line)) == pytest.approx(alone / notes)


def test_all_voices_count_together():
    music = voices([60, 60, 62, 60, 60], [50, 50, 50, 50, 50], [48, 50, 52, 50, 48])
    assert isolated_sixteenths(music) == pytest.approx(1 / (3 + 1 + 5))


def test_a_slow_count_agrees():
    pitches = np.random.default_rng(0).choice([-1, 60, 60, 60, 62], size=(80, 4))
    alone, notes = 0, 0
    for line in pitches.T.tolist():
        runs = [[line[0], 0]]
        for pitch in line:
            if pitch != runs[-1][0]:
                runs.append([pitch, 0])
            runs[-1][1] += 1
        for place, (pitch, length) in enumerate(runs):
            beside = [runs[n][1] for n in (place - 1, place + 1) if 0 <= n < len(runs)]
            notes += pitch != -1
            alone += pitch != -1 and length == 1 and 1 not in beside
    assert 0 < alone < notes
    assert isolated_sixteenths(pitches) == pytest.approx(alone / notes)


def test_no_notes_have_no_share():
    assert np.isnan(isolated_sixteenths(np.full((5, 4), -1)))
    assert np.isnan(isolated_sixteenths(np.empty((0, 4), dtype=int)))


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"pitches has shape \(5, 3\), expected \(T, 4\); give a"):
        isolated_sixteenths(np.zeros((5, 3), dtype=int))
