import json

import numpy as np
import pytest

from course.cli import main
from course.data import load_chorales
from course.evaluation import evaluate


class Flat:
    """A model that finds everything equally likely, and hears nothing above 81."""

    def log_probabilities(self, pitches):
        if pitches.max() > 81:
            raise ValueError(f"step 0: pitch {pitches.max()} is outside 36..81")
        return np.full(pitches.shape, -np.log(47))


@pytest.fixture
def flat(monkeypatch):
    monkeypatch.setattr(evaluate, "load_model", lambda name: Flat())


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "pieces.json"
        path.write_text(json.dumps(content))
        return str(path)

    return write


def test_a_split_by_hand(flat, capsys):
    assert main(["evaluate", "ngram", "--split", "valid", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    valid = [chorale for chorale in load_chorales() if chorale.split == "valid"]
    assert found["notes"] == sum(chorale.pitches.size for chorale in valid)
    for key in ("nats_per_note", "nats_per_note_seen", "nats_per_note_unseen"):
        assert found[key] == pytest.approx(np.log(47))
    assert set(found) == {
        "nats_per_note",
        "nats_per_note_seen",
        "nats_per_note_unseen",
        "standard_error",
        "notes",
        "seconds",
    }


def test_a_file_gives_the_same_as_its_split(flat, write, capsys):
    test = [chorale for chorale in load_chorales() if chorale.split == "test"]
    path = write([chorale.pitches.tolist() for chorale in test])
    found = evaluate.evaluate_file("ngram", path)
    expected = evaluate.evaluate_split("ngram", "test")
    assert found.piece_nats == pytest.approx(expected.piece_nats)
    assert main(["evaluate", "ngram", "--pieces", path]) == 0
    assert "nats per note" in capsys.readouterr().out


def test_the_coverage_stands_beside_a_split(flat, capsys):
    main(["evaluate", "ngram", "--split", "test"])
    assert "of the published split the corpus holds:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "no", "--split", "test"], "there is no model 'no'; the models are: ngram"),
        (["evaluate", "ngram", "--split", "dev"], "there is no split 'dev'"),
        (["evaluate", "ngram", "--pieces", "missing.json"], "missing.json"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(arguments, message, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([[[60, 55, 50, 45], [60, 55]]], "piece 0, row 1"),
        ([[[60, 55, 50, 45]], [[60, 55, 50, 200]]], "piece 1, row 0"),
        ([[[60, 55, 50, 45]], [[90, 55, 50, 45]]], "piece 1, step 0: pitch 90"),
    ],
)
def test_a_bad_piece_is_named(flat, write, pieces, message, capsys):
    assert main(["evaluate", "ngram", "--pieces", write(pieces)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_the_ngram_reaches_what_the_course_asks_of_it():
    valid = evaluate.evaluate_split("ngram", "valid")
    test = evaluate.evaluate_split("ngram", "test")
    assert valid.nats_per_note <= 0.49
    assert test.nats_per_note <= 0.50
    assert valid.nats_per_note_seen < valid.nats_per_note_unseen
