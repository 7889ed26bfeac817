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
            raise ValueError(f"row 0: pitch {pitches.max()} is outside 36..81")
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
        (["evaluate", "ngram", "--pieces", "missing.json"], "there is no file missing.json; give"),
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
        ([[[60, 55, 50, 45]], [[90, 55, 50, 45]]], "pieces.json: piece 1, row 0: pitch 90"),
    ],
)
def test_a_bad_piece_is_named(flat, write, pieces, message, capsys):
    assert main(["evaluate", "ngram", "--pieces", write(pieces)]) == 2
    assert message in capsys.readouterr().err


def test_a_pitch_that_the_real_ngram_cannot_hear_is_named(write, capsys):
    row, too_high = [72, 65, 60, 48], [72, 90, 60, 48]
    path = write([[row], [row, row, too_high]])
    assert main(["evaluate", "ngram_own_keys", "--pieces", path]) == 2
    expected = f"course evaluate: {path}: piece 1, row 2, alto: pitch 90 is outside 34..83"
    assert capsys.readouterr().err.startswith(expected)


def test_what_the_model_answers_wrongly_is_named_with_the_file(write, monkeypatch):
    nonsense = Flat()
    nonsense.log_probabilities = lambda pitches: np.full(pitches.shape, np.nan)
    monkeypatch.setattr(evaluate, "load_model", lambda name: nonsense)
    with pytest.raises(ValueError, match=r"pieces.json: piece 0, row 0, voice 0: .* NaN"):
        evaluate.evaluate_file("ngram", write([[[60, 55, 50, 45]]]))


def test_no_file_name_and_a_folder(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["evaluate", "ngram", "--pieces", ""])
    assert caught.value.code == 2
    assert "argument --pieces: the name is empty; give the path" in capsys.readouterr().err
    assert main(["evaluate", "ngram", "--pieces", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path} is a folder; expected a list of pieces" in error
    assert error.count("\n") == 1


def test_one_piece_has_no_error_and_one_kind_of_tune(flat, write, capsys):
    main(["evaluate", "ngram", "--pieces", write([[[60, 55, 50, 45]] * 4])])
    text = capsys.readouterr().out
    assert text.startswith("ngram: 3.8501 nats per note ± – (seen tunes –, unseen 3.8501; ")
    assert "nan" not in text


def test_the_help_says_what_a_file_holds(capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "rows [S, A, T, B], one row a sixteenth: MIDI pitches, -1 is silence" in text


@pytest.mark.slow
def test_the_ngram_reaches_what_the_course_asks_of_it():
    valid = evaluate.evaluate_split("ngram", "valid")
    test = evaluate.evaluate_split("ngram", "test")
    assert valid.nats_per_note <= 0.49
    assert test.nats_per_note <= 0.50
    assert valid.nats_per_note_seen < valid.nats_per_note_unseen
