"""Requests to the models: what is asked and measured, in small numbers."""

import pytest

from course.arranging.control_card import HEADING, Outcome, measure_requests
from course.arranging.requests import (
    TEMPOS,
    chorale_pairs,
    real_pieces,
    real_tune_pairs,
    space_pairs,
    tempo_pairs,
    tune_pairs,
)
from course.evaluation.control import control_accuracy


def agreement(pairs):
    return control_accuracy(*zip(*pairs, strict=True))


def test_requests_take_turns_and_are_repeatable():
    pairs = tune_pairs("tune_lstm", "mode", 4, seed=1)
    assert [asked for asked, _ in pairs] == ["major", "minor"] * 2
    assert {found for _, found in pairs} <= {"major", "minor"}
    assert tune_pairs("tune_lstm", "mode", 4, seed=1) == pairs


@pytest.mark.slow
def test_a_direction_makes_melodies_denser():
    accuracy, shuffled = agreement(space_pairs("density", 60))
    assert accuracy > shuffled + 0.2


def test_a_range_makes_a_register():
    assert agreement(chorale_pairs("chorale_lstm", "register", 4)).accuracy == 1.0


def test_a_tempo_is_found_in_the_onsets():
    pairs = tempo_pairs(real_pieces()[:8], 8)
    assert [asked for asked, _ in pairs] == list(TEMPOS) * 2
    assert agreement(pairs).accuracy > 0.8


def test_the_judge_of_styles_is_right_on_most_real_tunes():
    assert agreement(real_tune_pairs("style")).accuracy > 0.8


def test_the_card_has_a_line_for_each_aspect():
    found = measure_requests("melody_vae", 10)
    assert [line.aspect for line in found] == ["density", "register", "mode"]
    assert all(line.count == 10 and 0 <= line.shuffled <= 0.5 for line in found)
    line = Outcome("tune_lstm", "labels", "style", 8, 0.5, 0.25, 0.85)
    assert str(line).split() == ["tune_lstm", "labels", "style", "8", "0.50", "0.25", "0.85"]
    assert len(HEADING) >= len(str(line)) - 4


@pytest.mark.parametrize(
    ("ask", "match"),
    [
        (lambda: tune_pairs("tune_lstm", "tempo", 2), "'tempo' is none"),
        (lambda: space_pairs("style", 2), "'style' is none"),
        (lambda: chorale_pairs("chorale_lstm", "style", 2), "'style' is none"),
        (lambda: measure_requests("ngram"), "nothing can be asked of 'ngram'"),
        (lambda: measure_requests(count=1), "count is 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, match):
    with pytest.raises(ValueError, match=match):
        ask()
