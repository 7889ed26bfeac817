"""All models on one card: who is there, how far from the data, and what spoilt music shows."""

import math

import numpy as np
import pytest

from course.data import load_chorales
from course.evaluation import build_run_index, card, models, standings
from course.models import checkpoints


@pytest.fixture(scope="module")
def real():
    return [p.pitches[:112] for p in load_chorales() if p.split == "valid" and p.num_steps >= 112]


def test_all_that_write_are_there_and_nothing_else():
    names = models.writer_names()
    assert {"ngram", "chorale_lstm", "chorale_transformer"} <= set(names)
    assert not {"tune_lstm", "melody_vae", "timbre_gan"} & set(names)


def test_a_model_that_is_shipped_later_joins_by_its_method(monkeypatch):
    class Writer:
        def write_voices(self, num_steps, generator):
            return generator.integers(50, 60, (num_steps, 4))

    known = checkpoints.shipped_class
    monkeypatch.setattr(models, "shipped_names", lambda: ["chorale_lstm", "new_one"])
    monkeypatch.setattr(
        checkpoints, "shipped_class", lambda name: Writer if name == "new_one" else known(name)
    )
    monkeypatch.setattr(models.models, "load", lambda name: Writer())
    assert models.writer_names() == (*models.MADE, "chorale_lstm", "new_one")
    one, other = models.write_pieces("new_one", 2, 8)
    assert one.shape == (8, 4)
    assert not np.array_equal(one, other)


def test_pieces_depend_on_the_seed_alone():
    one, other = (models.write_pieces("chorale_rnn", 2, 6, seed) for seed in (0, 1))
    assert np.array_equal(one[1], other[0])
    assert one[0].shape == (6, 4)


def test_who_does_not_write_is_named():
    with pytest.raises(ValueError, match=r"timbre_gan.*chorale_lstm"):
        models.write_pieces("timbre_gan", 1, 8)


def test_every_class_of_a_card_is_known():
    assert checkpoints.shipped_class("chorale_lstm").__name__ == "ChoraleNet"


def test_distance_in_standard_errors():
    cells = {
        "data": {"x": card.Cell(1.0, 0.3)},
        "near": {"x": card.Cell(1.5, 0.4)},
        "same": {"x": card.Cell(1.0, math.nan)},
        "none": {"x": card.Cell(math.nan)},
    }
    table = card.MetricCard(cells)
    assert standings.standard_errors(table, "x", "near") == pytest.approx(1.0)
    assert standings.standard_errors(table, "x", "same") == 0.0
    assert math.isnan(standings.standard_errors(table, "x", "none"))


def test_shuffled_bars_pass_nearly_every_row_and_shuffled_sixteenths_do_not(real):
    blank = card.metric_card({}, real)
    alike, known = standings.rows_like_data(blank, card.BARS)
    assert known == 15
    assert alike >= 12
    assert standings.rows_like_data(blank, card.STEPS)[0] <= 8
    assert standings.rows_like_data(blank, card.DATA) == (15, 15)


def test_the_table(real):
    written = {"a stranger": real[4:8], "chorale_rnn": real[:4]}
    full = card.metric_card(written, real[8:20])
    index = build_run_index(real[:2])
    table = standings.standings(full, written, index, {"chorale_rnn": "12 of 20"})
    names = [row[0] for row in table.rows]
    assert names[0] == "chorale_rnn"  # it has a likelihood
    assert names[1:] == ["a stranger", card.DATA, card.BARS, card.STEPS]
    rnn, stranger, data = table.rows[:3]
    assert float(rnn[1]) == pytest.approx(0.427, abs=0.02)
    assert stranger[1] == "–"
    assert rnn[-1] == "12 of 20"
    assert float(rnn[-2]) > 50  # two of its four pieces are training pieces here
    assert data[-2] == "–"
    assert "<caption" in table._repr_html_()
    assert "shared run, median" in repr(table)
