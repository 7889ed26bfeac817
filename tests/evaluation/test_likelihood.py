import json
import math

import numpy as np
import pytest

from course.data import load_chorales
from course.evaluation.likelihood import measure_likelihood, seen_in_training

PIECES = [np.full((length, 4), 60) for length in (2, 4, 2)]
FIELDS = {
    "nats_per_note",
    "nats_per_note_seen",
    "nats_per_note_unseen",
    "standard_error",
    "notes",
    "seconds",
}


def constant(*nats):
    """Give a model that answers the pieces in turn with these log-probabilities a cell."""
    answers = iter(nats)
    return lambda pitches: np.full(pitches.shape, -next(answers), dtype=np.float32)


def test_means_by_hand():
    found = measure_likelihood(constant(1.0, 2.0, 4.0), PIECES, [True, False, True])
    assert found.nats_per_note == pytest.approx((8 * 1 + 16 * 2 + 8 * 4) / 32)
    assert found.nats_per_note_seen == pytest.approx(2.5)
    assert found.nats_per_note_unseen == pytest.approx(2.0)
    assert found.piece_nats == pytest.approx((1.0, 2.0, 4.0))
    assert found.notes == 32
    # weights 1/4, 1/2, 1/4 and deviations from 2.25; three pieces
    squares = (1.25 / 4) ** 2 + (0.25 / 2) ** 2 + (1.75 / 4) ** 2
    assert found.standard_error == pytest.approx(math.sqrt(1.5 * squares))
    assert found.seconds >= 0


def test_standard_error_of_equal_pieces_is_the_usual_one():
    pieces = [np.full((3, 4), 60)] * 5
    nats = (0.1, 0.4, 0.5, 0.7, 0.9)
    found = measure_likelihood(constant(*nats), pieces)
    assert found.standard_error == pytest.approx(np.std(nats, ddof=1) / math.sqrt(5))


def test_every_cell_counts_the_first_and_the_silent_too():
    asked = []

    def model(pitches):
        asked.append(pitches.copy())
        answer = np.zeros(pitches.shape)
        answer[0, 0], answer[1, 3] = -3.0, -5.0
        return answer

    piece = np.array([[60, 55, 52, 48], [62, 55, 52, -1]])
    found = measure_likelihood(model, [piece])
    assert found.nats_per_note == 1.0
    assert found.notes == 8
    np.testing.assert_array_equal(asked, [piece])


def test_uniform_over_47_symbols():
    found = measure_likelihood(lambda p: np.full(p.shape, -math.log(47)), PIECES)
    assert found.nats_per_note == pytest.approx(3.850, abs=0.001)
    assert found.standard_error == pytest.approx(0.0, abs=1e-12)


def test_json_has_the_fields_and_null_for_what_is_unknown():
    found = measure_likelihood(constant(1.0), PIECES[:1])
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert set(content) == FIELDS
    assert content["nats_per_note"] == pytest.approx(1.0)
    assert content["notes"] == 8
    assert content["standard_error"] is None
    assert content["nats_per_note_seen"] is content["nats_per_note_unseen"] is None
    text = str(found)
    assert text.startswith("1.0000 nats per note ± – (seen tunes –, unseen –; 1 piece, ")


def test_all_seen_leaves_unseen_unknown():
    found = measure_likelihood(constant(1.0, 1.0, 1.0), PIECES, [True] * 3)
    assert found.nats_per_note_seen == 1.0
    assert math.isnan(found.nats_per_note_unseen)


def test_seen_agrees_with_the_marks_of_the_corpus():
    chorales = load_chorales()
    train = [chorale.pitches for chorale in chorales if chorale.split == "train"]
    held_out = [chorale for chorale in chorales if chorale.split in ("valid", "test")]
    marks = seen_in_training([chorale.pitches for chorale in held_out], train)
    assert marks == [chorale.tune_in_train for chorale in held_out]
    assert 0.3 < np.mean(marks) < 0.6
    assert seen_in_training([train[0] + 1], train) == [True]  # in whatever key


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (np.zeros((2, 3)), r"log-probabilities of piece 1 has shape \(2, 3\), expected \(2, 4\)"),
        (np.where(np.arange(8).reshape(2, 4) == 6, np.nan, 0.0), "piece 1, row 1, voice 2: .* NaN"),
        (np.full((2, 4), 0.5), "piece 1, row 0, voice 0: the model gives a probability above 1"),
        (np.where(np.arange(8).reshape(2, 4) == 5, -np.inf, 0.0), "piece 1, row 1, .* 0; leave"),
    ],
)
def test_a_model_that_gives_no_log_probabilities(answer, message):
    answers = iter([np.zeros((2, 4)), answer])
    with pytest.raises(ValueError, match=message):
        measure_likelihood(lambda pitches: next(answers), [np.full((2, 4), 60)] * 2)


def test_bad_pieces():
    with pytest.raises(ValueError, match="there are no pieces"):
        measure_likelihood(constant(), [])
    with pytest.raises(ValueError, match=r"piece 1 has shape \(4, 3\)"):
        measure_likelihood(constant(1.0), [PIECES[0], np.full((4, 3), 60)])
    with pytest.raises(ValueError, match="piece 0 has no rows"):
        measure_likelihood(constant(1.0), [np.empty((0, 4))])
    with pytest.raises(ValueError, match="2 marks of seen for 3 pieces"):
        measure_likelihood(constant(1.0), PIECES, [True, False])
