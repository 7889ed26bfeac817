import numpy as np
import pytest
import torch

from course.models.melody_net import Melody, MelodyNet, MelodyNetConfig
from course.recipes import recipes
from course.recipes.recipes import RECIPES, melody_nats
from course.reproducibility import BUDGETS

SIZES = {"hidden_size": 8, "embedding_size": 4, "head_size": 8}


def tune(*pitches):
    return Melody(pitches, [24] * len(pitches), 96)


def test_nats_of_melodies_by_hand():
    """Without opinions a pitch or an end has 3 classes, a length 2: ln 3 and ln 2 nats.

    Two notes and an end, one note and an end: 5 ln 3 + 3 ln 2 for 3 notes. The first melody has a
    third of ln 3 less than twice the mean, the second as much more: sqrt(2 * 2 / 9) / 3 * ln 3.
    """
    net = MelodyNet(MelodyNetConfig(low=60, high=60, lengths=(12, 24), **SIZES))
    with torch.no_grad():
        for part in (net.pitch_head.where, net.pitch_head.how_far, net.length_head[-1]):
            part.weight.zero_(), part.bias.zero_()
    ln2, ln3 = np.log([2, 3])
    assert melody_nats(net.train(), [tune(60, -1), tune(60)]) == {
        "nats_per_note": pytest.approx(5 / 3 * ln3 + ln2),
        "pitch": pytest.approx(5 / 3 * ln3),
        "length": pytest.approx(ln2),
        "standard_error": pytest.approx(2 / 9 * ln3, rel=1e-5),
        "notes": 3,
    }


def test_nats_are_those_of_each_melody_alone():
    torch.manual_seed(0)
    net = MelodyNet(MelodyNetConfig(dropout=0.5, **SIZES))
    generator = np.random.default_rng(0)
    tunes = [tune(*generator.integers(60, 70, 1 + n % 7)) for n in range(40)]
    pitch, length = (
        -sum(scores.sum() for scores in part)
        for part in zip(*map(net.log_probabilities, tunes), strict=True)
    )
    notes = sum(len(melody.pitches) for melody in tunes)
    found = melody_nats(net.train(), tunes)
    assert found["notes"] == notes
    assert found["pitch"] == pytest.approx(pitch / notes, rel=1e-5)
    assert found["length"] == pytest.approx(length / notes, rel=1e-5)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_every_budget(name):
    recipe = RECIPES[name]
    assert tuple(recipe.steps) == BUDGETS
    assert list(recipe.steps.values()) == sorted(recipe.steps.values())
    for budget in BUDGETS:
        settings = recipe.settings(budget, seed=3, precision="bfloat16")
        assert (settings.num_steps, settings.seed) == (recipe.steps[budget], 3)
        assert settings.warmup_steps <= settings.num_steps // 5
        assert settings.precision == "bfloat16"
    assert recipe.settings("full").num_steps == recipe.training.num_steps
    assert recipe.settings("full").precision == "float32"


@pytest.mark.parametrize("name", ["chorale_rnn", "tune_lstm"])
def test_the_seed_makes_the_weights(name):
    first, again, other = (
        next(RECIPES[name].model(seed).parameters()).detach() for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("name", ["chorale_lstm", "tune_rnn"])
def test_batches_fit_their_network_and_loss(name):
    recipe = RECIPES[name]
    model = recipe.model()
    batch = recipe.batches(model)(0, np.random.default_rng(0))
    small = {k: v[:2] for k, v in batch.items()} if isinstance(batch, dict) else None
    loss = recipe.loss(model, small or tuple(part[:2] for part in batch))
    assert 2 < loss.item() < 9  # ln of 51 classes is 3.9, of 43 and 13 together 6.3


def test_batches_know_how_long_the_run_is():
    """The weight of the divergence has risen after 5 of 7 parts of the run's own steps."""
    recipe, chance = RECIPES["melody_vae"], np.random.default_rng(0)
    model = recipe.model()
    full = recipe.steps["full"]
    for given, steps in ((70, 70), (None, full), (full, full)):
        batches = recipe.batches(model, given)
        weights = [batches(step, chance)["weight"][0].item() for step in (steps // 7, steps - 1)]
        assert weights[0] == pytest.approx(weights[1] / 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["grid_diffusion", "roll_diffusion", "timbre_diffusion"])
def test_diffusion_batches_fit_their_network_and_loss(name):
    recipe = RECIPES[name]
    model = recipe.model()
    batch = recipe.batches(model, recipe.steps["smoke"])(0, np.random.default_rng(0))
    loss = recipe.loss(model, tuple(part[:2] for part in batch))
    loss.backward()
    assert 0 < loss.item() < 9
    assert any(weights.grad.abs().max() > 0 for weights in model.parameters())


@pytest.mark.parametrize("name", ["grid_diffusion", "roll_diffusion", "timbre_diffusion"])
def test_a_short_run_learns_from_little(name, monkeypatch):
    asked = []
    for source in ("budget_windows", "training_notes"):
        monkeypatch.setattr(recipes, source, asked.append)
    for kind in ("GridBatches", "RollBatches", "NoteBatches"):
        monkeypatch.setattr(recipes, kind, lambda data: data)
    recipe = RECIPES[name]
    for steps in (1, *recipe.steps.values(), 9999, None):
        recipe.batches(None, steps)
    assert asked == ["smoke", "smoke", "lesson", "full", "full", "full"]


def test_an_unknown_budget():
    with pytest.raises(
        ValueError, match="there is no budget 'huge'; choose from smoke, lesson, fu"
    ):
        RECIPES["chorale_rnn"].settings("huge")
