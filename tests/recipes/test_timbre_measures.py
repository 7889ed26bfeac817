from dataclasses import replace

import numpy as np
import pytest

from course import models
from course.data.single_notes import FAMILIES, PITCHES, is_held_out
from course.evaluation.note_sounds import Envelope
from course.models.shipped import FOLDER, read_card
from course.recipes import timbre_measures
from course.recipes.timbre_batches import timbre_config
from course.recipes.timbre_measures import (
    all_pairs,
    faded,
    generated_sounds,
    is_natural,
    measure_generator,
    measure_pair,
    real_ranges,
    real_sounds,
    summary,
)
from course.recipes.timbre_recipe import timbre_recipe


def test_all_pairs_are_named():
    assert len(set(all_pairs())) == len(PITCHES) * len(FAMILIES)


def few(monkeypatch):
    ranges = {name: real_ranges(name, (60,)) for name in ("winds", "piano")}
    monkeypatch.setattr(timbre_measures, "real_ranges", lambda family: ranges[family])


def test_real_notes_pass_every_test(monkeypatch):
    few(monkeypatch)
    results = [measure_pair(real_sounds(60, name), 60, name) for name in ("winds", "piano")]
    found = summary(results)
    assert (found["pairs"], found["notes"]) == (2, 24)
    assert found["right pitch"] == found["no click"] == found["natural envelope"] == 1
    assert found["natural families"] == found["natural held"] == 1
    assert found["spread ratio"] == pytest.approx(1)
    assert found["wide pairs"] == 1
    assert results[0].held_out == is_held_out(60, list(FAMILIES).index("winds"))


def test_ranges_leave_out_what_is_held_out():
    place = list(FAMILIES).index("winds")
    held = next(pitch for pitch in PITCHES if is_held_out(pitch, place))
    assert real_ranges("winds", (60, held)) == real_ranges("winds", (60,))
    assert real_ranges("winds", (60, 62)) != real_ranges("winds", (60,))


def test_a_natural_shape_by_hand():
    ranges = {"attack": (0.0, 0.1), "held": (1.0, 2.0), "end": (30.0, 60.0)}
    shape = Envelope(attack=0.1, peak=-3.0, held=1.0, end=60.0, click=1.5)
    assert is_natural(shape, ranges)
    for part, value in (("attack", 0.11), ("held", 0.9), ("held", 2.1), ("end", 61.0)):
        assert not is_natural(replace(shape, **{part: value}), ranges)


def test_faults_are_found(monkeypatch):
    few(monkeypatch)
    real = real_sounds(60, "winds")
    high = summary([measure_pair(real_sounds(61, "winds"), 60, "winds")])
    assert high["right pitch"] == 0
    assert high["median cents"] == pytest.approx(100, abs=15)
    alike = summary([measure_pair([real[0], real[0] * 1.01], 60, "winds")])
    assert alike["spread ratio"] < 0.05
    assert alike["wide pairs"] == 0
    clicked = [x * np.where(np.arange(len(x)) > np.abs(x).argmax(), -1, 1) for x in real]
    assert summary([measure_pair(clicked, 60, "winds")])["no click"] == 0
    endless = [np.tile(x[4000:8096], 4) for x in real]
    found = summary([measure_pair(endless, 60, "winds")])
    assert found["natural envelope"] < 0.3
    assert found["natural end"] < 0.3
    assert found["natural attack"] > 0.5
    assert found["natural families"] == 0


def test_a_tracker_may_be_another():
    found = measure_pair(
        real_sounds(60, "winds")[:2], 60, "winds", lambda x: np.array([440.0, np.nan])
    )
    assert found.cents == pytest.approx((900, 900))


def test_generated_sounds_depend_on_pitch_family_and_seed():
    generator = timbre_recipe(timbre_config(hidden_size=16, critic_size=8)).players(0)[0]
    first = generated_sounds(generator, 60, "winds", 2)
    assert len(first) == 2
    assert np.array_equal(first[0], generated_sounds(generator, 60, "winds", 2)[0])
    for other in ((61, "winds", 2), (60, "brass", 2), (60, "winds", 2, 1)):
        assert not np.array_equal(first[0], generated_sounds(generator, *other)[0])
    assert first[0][-1] == 0


def test_a_fade_leaves_the_sound_as_it_was():
    sound = np.ones(2000)
    assert faded(sound)[-1] == 0
    assert faded(sound)[1000] == 1
    assert sound.all()


def test_the_card_of_the_shipped_generator_keeps_what_the_lesson_promises():
    measured = read_card(FOLDER / "timbre_gan.json")["measures"]
    assert measured["learned"]["pairs"] + measured["held out"]["pairs"] == len(all_pairs())
    for part in measured.values():
        assert part["right pitch"] >= 0.9
        assert part["spread ratio"] >= 1 / 3


@pytest.mark.slow
def test_the_shipped_generator_is_the_one_of_its_card():
    found = measure_generator(models.load("timbre_gan"), 4, 12)
    measured = read_card(FOLDER / "timbre_gan.json")["measures"]
    for part, numbers in found.items():
        assert numbers["right pitch"] >= 0.9
        assert numbers["spread ratio"] == pytest.approx(measured[part]["spread ratio"], abs=0.3)
