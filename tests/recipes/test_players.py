from dataclasses import replace

import pytest

from course.models.checkpoints import load_file
from course.models.shipped import read_card
from course.models.track_critic import TrackCritic
from course.models.track_gan import TrackGanConfig, TrackGenerator
from course.recipes import train as module
from course.recipes.phrases import PhraseBatches, chorale_phrases
from course.recipes.players import train_players
from course.recipes.track_recipe import TRACK_GAN, TRACK_GANS
from course.recipes.train import train
from course.training.callbacks import Callback
from tests.training.small import same, weights_of

TINY = TrackGanConfig(noise_size=2, hidden_size=8, critic_size=8)


def sum_of(model):
    return float(sum(weights.detach().double().sum() for weights in model.parameters()))


@pytest.fixture(scope="module")
def recipe():
    """Train a tiny generator on the validation phrases, which are few."""
    phrases = chorale_phrases("valid")[:40]
    return replace(
        TRACK_GAN,
        build=lambda: (TrackGenerator(TINY), TrackCritic(TINY)),
        batches=lambda generator, budget: PhraseBatches(
            phrases, 36, generator.config.num_classes, 8
        ),
        measure=lambda generator, budget: {"sum": sum_of(generator), budget: 1},
    )


@pytest.fixture
def tiny(recipe, monkeypatch):
    monkeypatch.setitem(module.GANS, "tiny", recipe)


def test_the_card_says_how_the_generator_came_about(tiny, tmp_path):
    card = train("tiny", "smoke", 5, tmp_path)
    model = load_file(tmp_path / "tiny.safetensors")
    assert card == read_card(tmp_path / "tiny.json")
    assert model.config == TINY
    expected = {
        "name": "tiny",
        "what": "TrackGenerator",
        "seed": 5,
        "steps": 2,
        "stopped": "",
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "measures": {"sum": sum_of(model), "smoke": 1},  # of the weights as the file holds them
    }
    assert {key: card[key] for key in expected} == expected
    assert "likelihoods" not in card


def test_the_same_seed_writes_the_same_file(tiny, tmp_path):
    sums = [train("tiny", "smoke", seed, tmp_path)["sha256"] for seed in (1, 1, 2, None)]
    assert sums[0] == sums[1] != sums[2]
    assert train("tiny", "smoke", 0, tmp_path)["sha256"] == sums[3]


def test_a_kept_run_goes_on(tiny, tmp_path):
    class Stop(Callback):
        def on_step(self, run):
            run.stopped = "stopped by the test"

    whole = train("tiny", "smoke", 0, tmp_path)
    half = train("tiny", "smoke", 0, tmp_path, [Stop()], tmp_path / "run")
    assert (half["steps"], half["stopped"]) == (1, "stopped by the test")
    assert train("tiny", "smoke", 0, tmp_path, (), tmp_path / "run")["sha256"] == whole["sha256"]


def test_the_generator_ends_with_its_average(recipe):
    run = train_players(replace(recipe, average=0.99), "smoke", 0)
    latest = train_players(replace(recipe, average=0.0), "smoke", 0)
    assert not same(weights_of(run.model), weights_of(latest.model))
    assert same(weights_of(run.critic), weights_of(latest.critic))


def test_seeds_of_one_recipe():
    assert [recipe.seed for recipe in TRACK_GANS.values()] == [0, 1, 2]
    assert len({recipe.training for recipe in TRACK_GANS.values()}) == 1


def test_unknown_budgets_and_names(tiny, tmp_path):
    with pytest.raises(ValueError, match="there is no budget 'huge'"):
        train("tiny", "huge", out=tmp_path)
    with pytest.raises(ValueError, match=r"choose from .*track_gan, "):
        module.find_recipe("x")
    assert not list(tmp_path.iterdir())


def test_another_number_of_steps_than_the_budget_s():
    assert TRACK_GAN.settings("full").num_steps == TRACK_GAN.steps["full"]
    few = TRACK_GAN.settings("full", 3, num_steps=10)
    assert (few.num_steps, few.warmup_steps, few.seed) == (10, 2, 3)


def test_several_processes_are_refused(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("torch.distributed.is_initialized", lambda: True)
    monkeypatch.setattr("torch.distributed.get_world_size", lambda: 2)
    with pytest.raises(ValueError, match="two players train in one process"):
        train("tiny", "smoke", out=tmp_path)
    assert not list(tmp_path.iterdir())
