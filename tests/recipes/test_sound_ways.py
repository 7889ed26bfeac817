import pytest

from course.data.single_notes import render_note
from course.recipes.sound_ways import WAYS, measure_way, through_magnitudes


@pytest.fixture(scope="module")
def notes():
    return [(render_note(program, pitch, 85), pitch) for program, pitch in ((0, 48), (56, 62))]


def test_what_loses_nothing_and_what_loses_much(notes):
    found = {name: measure_way(way, notes) for name, way in WAYS.items()}
    assert found["levels and phases"].decibels < 0.01
    assert found["levels and frequencies"].decibels < 0.01
    assert 0.1 < found["tuned picture"].decibels < 3
    for name in ("levels and phases", "levels and frequencies", "tuned picture"):
        assert found[name].right == 1
        assert found[name].cents < 20
        assert found[name].milliseconds > 0
    assert found["levels, Griffin-Lim"].milliseconds > 3 * found["tuned picture"].milliseconds


def test_more_rounds_come_closer(notes):
    first, more = (
        measure_way(lambda x, p, r=rounds: through_magnitudes(x, p, r), notes) for rounds in (0, 40)
    )
    assert more.decibels < first.decibels


def test_a_way_to_another_pitch_is_wrong(notes):
    found = measure_way(lambda sound, pitch: render_note(56, pitch + 1, 85), notes)
    assert found.right == 0
    assert found.cents == pytest.approx(100, abs=15)
