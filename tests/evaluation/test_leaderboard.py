import json

import pytest

from course.evaluation import leaderboard as module
from course.evaluation.leaderboard import (
    Leaderboard,
    Result,
    course_results,
    keep_result,
    leaderboard,
    own_results,
)
from course.models.shipped import FOLDER, read_card


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Give the learner an empty workspace, and the course two models on cards."""
    own, cards = tmp_path / "workspace", tmp_path / "cards"
    own.mkdir(), cards.mkdir()
    monkeypatch.setenv("COURSE_WORKSPACE", str(own))
    monkeypatch.setattr(module, "FOLDER", cards)
    for name, corpus, valid, unseen in (
        ("chorale_lstm", "chorales", 0.43, 0.45),
        ("tune_lstm", "oneills", 2.5, None),
    ):
        card = {
            "name": name,
            "trained on": {corpus: "0"},
            "minutes": 12.34,
            "likelihoods": {
                "valid": {"nats_per_note": valid},
                "test": {"nats_per_note": valid + 0.01, "nats_per_note_unseen": unseen},
            },
        }
        (cards / f"{name}.json").write_text(json.dumps(card))
    return own


def test_a_table_by_hand(workspace):
    keep_result("my_rnn", "chorales", 0.4)
    keep_result("my_lstm", "chorales", 0.51239, minutes=2)
    assert leaderboard().table() == [
        ["model", "by", "valid", "test", "test, unseen tunes", "minutes"],
        ["my_rnn", "you", "0.400", "–", "–", "–"],
        ["chorale_lstm", "course", "0.430", "0.440", "0.450", "12.3"],
        ["my_lstm", "you", "0.512", "–", "–", "2.0"],
    ]
    assert repr(leaderboard()).splitlines()[1] == (
        "my_rnn        you     0.400  –      –                   –"
    )


def test_both_corpora_are_apart(workspace):
    keep_result("mine", "tunes", 3.0)
    keep_result("mine", "chorales", 0.6)
    tunes = leaderboard("tunes")
    assert [(row.model, row.valid) for row in tunes.rows] == [("tune_lstm", 2.5), ("mine", 3.0)]
    assert [row.model for row in leaderboard("chorales").rows] == ["chorale_lstm", "mine"]
    assert tunes.table()[1][3:5] == ["2.510", "–"]


def test_only_a_better_result_is_kept(workspace):
    first = keep_result("mine", "chorales", 0.6, 2.0)
    assert keep_result("mine", "chorales", 0.7, 9.0) == first
    assert own_results() == [first]
    better = keep_result("mine", "chorales", 0.5, 3.0)
    assert own_results() == [better]
    assert (better.valid, better.minutes, better.who) == (0.5, 3.0, "you")
    assert better.when
    assert [path.name for path in workspace.iterdir()] == ["leaderboard.json"]


def test_results_come_back_from_the_file(workspace):
    rows = [keep_result("a", "chorales", 0.6), keep_result("b", "tunes", 2.6, 1.5)]
    assert own_results() == rows
    (workspace / "leaderboard.json").unlink()
    assert own_results() == []


def test_the_table_as_html_is_one_that_can_be_read_aloud(workspace):
    keep_result("<b>", "chorales", 0.6)
    page = leaderboard()._repr_html_()
    assert page.count('<th scope="col">') == 6
    assert page.count("<tr>") == 3
    assert "&lt;b&gt;</th><td>you</td>" in page
    assert "lower is better" in page


def test_the_course_s_own_rows_come_from_all_cards():
    rows = {row.model: row for row in course_results()}
    cards = {path.stem: read_card(path) for path in FOLDER.glob("*.json")}
    assert set(rows) == {name for name, card in cards.items() if "likelihoods" in card}
    assert {"ngram", "ngram_own_keys", "chorale_transformer"} <= set(rows)
    assert (round(rows["ngram"].valid, 4), round(rows["ngram"].test, 4)) == (0.4785, 0.4845)
    own_keys = rows["ngram_own_keys"]
    assert (round(own_keys.valid, 4), round(own_keys.test, 4)) == (0.5881, 0.5981)
    assert {row.corpus for row in rows.values() if row.model.startswith("tune")} <= {"tunes"}


@pytest.mark.parametrize("text", ["[", "[1]", '[{"model": "x"}]', '{"a": 1}', '[{"colour": 1}]'])
def test_a_damaged_file(workspace, text):
    path = workspace / "leaderboard.json"
    path.write_text(text)
    for call in (own_results, leaderboard, lambda: keep_result("x", "chorales", 0.5)):
        with pytest.raises(ValueError, match=r"leaderboard\.json is damaged .*; move it away"):
            call()
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("x", "songs", 0.5), ValueError, "corpus is 'songs'; choose from chorales, tunes"),
        (("x", "chorales", float("nan")), ValueError, "valid is nan, outside"),
        (("x", "chorales", -1.0), ValueError, r"valid is -1\.0, outside"),
        (("x", "chorales", None), TypeError, "float"),
    ],
)
def test_bad_results(workspace, arguments, error, message):
    with pytest.raises(error, match=message):
        keep_result(*arguments)
    assert own_results() == []


def test_an_unknown_corpus():
    with pytest.raises(ValueError, match="corpus is 'songs'; choose from chorales, tunes"):
        leaderboard("songs")
    with pytest.raises(ValueError, match="corpus is 'songs'"):
        Result("x", "songs", 0.5)


def test_bounds_are_marked_and_nothing_else_is():
    rows = (
        Result("filler", "chorales", 0.5, test=0.6, bound=True),
        Result("writer", "chorales", 0.7, test=0.8, unseen=0.9),
    )
    _, bound, exact = Leaderboard(rows).table()
    assert bound[2:5] == ["≤ 0.500", "≤ 0.600", "–"]
    assert exact[2:5] == ["0.700", "0.800", "0.900"]


def test_the_shipped_masked_network_has_a_bound_alone():
    bounds = {row.model for row in leaderboard("chorales").rows if row.bound}
    assert bounds == {"grid_diffusion"}
