import numpy as np
import pytest
import torch

from course.recipes.recall import (
    CUE,
    FILLER,
    MOTIF_NOTES,
    NOTES_PER_BAR,
    NUM_PITCHES,
    Recall,
    RecallNet,
    measure_recall,
    recall_batch,
)

KINDS = ("none", "rotary")


@pytest.mark.parametrize("bars", [0, 1, 3])
def test_a_sequence_is_motif_filler_cues(bars):
    ids, motif = recall_batch(bars, 5, np.random.default_rng(0))
    filler = bars * NOTES_PER_BAR
    assert ids.shape == (5, 2 * MOTIF_NOTES + filler)
    assert torch.equal(ids[:, :MOTIF_NOTES], motif)
    assert (ids[:, MOTIF_NOTES : MOTIF_NOTES + filler] == FILLER).all()
    assert (ids[:, MOTIF_NOTES + filler :] == CUE).all()
    assert ids.dtype == motif.dtype == torch.int64


def test_all_notes_are_equally_likely_and_none_is_filler_or_cue():
    _, motif = recall_batch(0, 5000, np.random.default_rng(1))
    shares = np.bincount(motif.flatten(), minlength=NUM_PITCHES) / motif.numel()
    assert len(shares) == NUM_PITCHES == FILLER
    np.testing.assert_allclose(shares, 1 / NUM_PITCHES, atol=0.01)


def test_notes_of_a_motif_do_not_tell_one_another():
    """Nothing but memory helps: the second note is no better known when the first one is."""
    _, motif = recall_batch(0, 20_000, np.random.default_rng(2))
    second = motif[motif[:, 0] == 3, 1]
    shares = np.bincount(second, minlength=NUM_PITCHES) / len(second)
    np.testing.assert_allclose(shares, 1 / NUM_PITCHES, atol=0.03)


def test_the_same_generator_gives_the_same_sequences():
    first, again, other = (recall_batch(1, 4, np.random.default_rng(s))[0] for s in (7, 7, 8))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("bars", [-1, 65, 1.5])
def test_bars_out_of_range_are_refused(bars):
    with pytest.raises((ValueError, TypeError), match="bars"):
        recall_batch(bars, 2, np.random.default_rng(0))


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_network_names_notes_and_never_looks_ahead(cell):
    torch.manual_seed(0)
    net = RecallNet(cell, 6)
    ids, _ = recall_batch(1, 3, np.random.default_rng(0))
    logits = net(ids)
    assert logits.shape == (*ids.shape, NUM_PITCHES)
    changed = ids.clone()
    changed[:, -1] = 0
    torch.testing.assert_close(net(changed)[:, :-1], logits[:, :-1])


def test_an_unknown_cell_is_refused():
    with pytest.raises(ValueError, match="no cell 'gru'"):
        RecallNet("gru", 4)


def test_untrained_it_guesses():
    """One step teaches nothing: right once in `NUM_PITCHES`, by 1024 notes within 0.05."""
    found = measure_recall("rnn", 1, num_steps=1, hidden_size=8)
    assert (found.cell, found.bars, found.steps) == ("rnn", 1, 1)
    assert found.accuracy == pytest.approx(1 / NUM_PITCHES, abs=0.05)


def test_without_filler_it_learns_to_repeat():
    assert measure_recall("rnn", 0, num_steps=200).accuracy > 0.9


def test_over_eight_bars_it_only_guesses():
    """The gradient has vanished before it reaches the motif."""
    assert measure_recall("rnn", 8, num_steps=100).accuracy < 0.3


def test_the_same_seed_gives_the_same_result():
    first, again = (measure_recall("rnn", 0, 5, 8, seed=3) for _ in range(2))
    assert first == again == Recall("rnn", 0, first.accuracy, 5)


@pytest.mark.slow
def test_attention_needs_positions_to_tell_first_from_last():
    """As long trained as the LSTM's probe needs for one bar; chance is 1/8."""
    found = {kind: measure_recall("transformer", 2, 150, positions=kind).accuracy for kind in KINDS}
    assert found["none"] < 0.7 < 0.9 < found["rotary"]
