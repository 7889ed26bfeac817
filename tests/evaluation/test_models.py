import numpy as np
import pytest

from course.data.chorales import load_chorales
from course.evaluation.models import fit_chorale_ngram, load_model, model_names
from course.models.voices import WRITING_ORDER
from course.sampling import Sampler

CHORALES = load_chorales()


def nats_per_note(model, split):
    """Average over all cells of all chorales of a split."""
    pieces = [chorale.pitches for chorale in CHORALES if chorale.split == split]
    return -np.concatenate([model.log_probabilities(piece) for piece in pieces]).mean()


def test_without_transposition_the_ngram_stays_below_the_promised_limits():
    """Published data: 0.570 on valid and 0.591 on test; 213 of its 229 train pieces are ours."""
    model = load_model("ngram_own_keys")
    assert nats_per_note(model, "valid") == pytest.approx(0.588, abs=0.002)
    assert nats_per_note(model, "test") == pytest.approx(0.598, abs=0.002)


@pytest.mark.slow
def test_with_transposition_the_ngram_stays_below_the_promised_limits():
    """Published data: 0.477 on valid and 0.488 on test."""
    model = load_model("ngram")
    assert nats_per_note(model, "valid") == pytest.approx(0.4785, abs=0.002)
    assert nats_per_note(model, "test") == pytest.approx(0.4845, abs=0.002)


@pytest.mark.slow
def test_the_ngram_sums_to_one_and_writes_four_voices():
    model, chorale = load_model("ngram"), CHORALES[0]
    generator = np.random.default_rng(0)
    scores = model.log_probabilities(chorale.pitches)
    for step in generator.integers(0, chorale.num_steps, 20):
        written = generator.integers(0, 4)  # voices of the frame that are there already
        before = chorale.pitches[step, WRITING_ORDER[:written]]
        p = model.next_distribution(chorale.pitches[:step], before)
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        cell = step, WRITING_ORDER[written]
        heard = model.config.pitches.tolist().index(chorale.pitches[cell])
        assert np.log(p[heard]) == pytest.approx(scores[cell])
    sampler = Sampler(temperature=0.9, top_p=0.95)
    piece = model.generate(64, generator, chorale.pitches[:16], sampler)
    assert piece.shape == (80, 4)
    assert np.mean(piece[16:] == piece[15:-1]) == pytest.approx(0.78, abs=0.12)  # held cells
    assert (np.diff(piece, axis=1) <= 0).mean() > 0.9  # soprano above alto above tenor above bass


@pytest.mark.slow
def test_a_later_cell_never_changes_what_the_ngram_says_of_an_earlier_one():
    model, chorale = load_model("ngram"), CHORALES[0]
    generator = np.random.default_rng(1)
    scores = model.log_probabilities(chorale.pitches)[:, WRITING_ORDER].ravel()  # as written
    changes = 0
    for place in generator.integers(0, scores.size, 20):
        cells = chorale.pitches[:, WRITING_ORDER].ravel()
        cells[place] = 62 if cells[place] == 60 else 60
        other = np.empty_like(chorale.pitches)
        other[:, WRITING_ORDER] = cells.reshape(-1, 4)
        changed = model.log_probabilities(other)[:, WRITING_ORDER].ravel()
        np.testing.assert_array_equal(changed[:place], scores[:place])
        changes += (changed[place + 1 :] != scores[place + 1 :]).any()
    assert changes > 15  # what comes later does hear of it


@pytest.mark.slow
def test_a_model_is_made_once():
    assert model_names()[:2] == ("ngram", "ngram_own_keys")
    assert load_model("ngram") is load_model("ngram")


def test_bad_arguments():
    with pytest.raises(
        ValueError, match="there is no model 'gpt'; the models are: ngram, ngram_own_keys"
    ):
        load_model("gpt")
    with pytest.raises(ValueError, match="semitones is -1"):
        fit_chorale_ngram(-1)
