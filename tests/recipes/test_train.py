import json

import numpy as np
import pytest
import torch

from course.data.cards import card_facts
from course.evaluation.likelihood import measure_likelihood
from course.evaluation.models import load_model
from course.models.checkpoints import load_file
from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.roll_diffusion import RollDiffusion, RollDiffusionConfig
from course.models.shipped import FOLDER, read_card
from course.models.timbre_diffusion import TimbreDiffusion, TimbreDiffusionConfig
from course.recipes import recipes
from course.recipes import train as module
from course.recipes.chorale_batches import ChoraleBatches, chorale_grids
from course.recipes.recipes import RECIPES, melody_nats
from course.recipes.timbre_batches import picture_sizes
from course.recipes.timbre_recipe import FACTS as NOTE_FACTS
from course.recipes.train import find_recipe, train
from course.recipes.tune_batches import melody_of, usable_tunes
from course.training.callbacks import Callback
from course.training.config import TrainingConfig

TINY = ChoraleNetConfig(cell="rnn", hidden_size=8, embedding_size=4, head_size=8)


@pytest.fixture
def tiny(monkeypatch):
    """Let the chorales be four, and a recipe be for a tiny network."""
    four = [chorale for chorale in module.load_chorales() if chorale.split != "train"][::40][:4]
    monkeypatch.setattr(module, "load_chorales", lambda: four)
    recipe = recipes._chorales(
        lambda: ChoraleNet(TINY),
        TrainingConfig(num_steps=3),
        {"smoke": 3, "lesson": 3, "full": 3},
    )
    quick = recipes.replace(
        recipe,
        valid_nats=lambda model: -model.log_probabilities(four[0].pitches).mean(),
        draw=lambda model, _: ChoraleBatches([c.pitches for c in four], model, 16, 4),
    )
    monkeypatch.setitem(RECIPES, "tiny", quick)
    return four


def test_the_card_says_how_the_model_came_about(tiny, tmp_path):
    card = train("tiny", "smoke", 5, tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "tiny.json",
        "tiny.safetensors",
    ]
    assert card == read_card(tmp_path / "new" / "tiny.json")
    model = load_file(tmp_path / "new" / "tiny.safetensors")
    assert model.config == TINY
    expected = {
        "name": "tiny",
        "what": "ChoraleNet",
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "budget": "smoke",
        "seed": 5,
        "steps": 3,
        "stopped": "",
        "precision": "float32",
        "threads": torch.get_num_threads(),
        "processes": 1,
        "trained on": {"chorales": card_facts("chorales")["sha256"]},
    }
    assert {key: card[key] for key in expected} == expected
    assert [step for step, _ in card["validation while training"]] == [1, 2, 3]
    for split in ("valid", "test"):
        pieces = [chorale.pitches for chorale in tiny if chorale.split == split]
        found = measure_likelihood(model.log_probabilities, pieces)
        assert card["likelihoods"][split]["nats_per_note"] == found.nats_per_note


def test_the_same_seed_writes_the_same_file(tiny, tmp_path):
    sums = [train("tiny", "smoke", seed, tmp_path)["sha256"] for seed in (1, 1, 2)]
    assert sums[0] == sums[1] != sums[2]


def test_a_kept_run_goes_on(tiny, tmp_path):
    class Stop(Callback):
        def on_step(self, run):
            run.stopped = "stopped by the test"

    whole = train("tiny", "smoke", 0, tmp_path)
    half = train("tiny", "smoke", 0, tmp_path, [Stop()], tmp_path / "run")
    assert (half["steps"], half["stopped"]) == (1, "stopped by the test")
    assert half["sha256"] != whole["sha256"]
    assert train("tiny", "smoke", 0, tmp_path, (), tmp_path / "run")["sha256"] == whole["sha256"]


@pytest.mark.parametrize("faster", ["float32", "bfloat16"])
def test_the_faster_precision_is_looked_for_only_if_asked(tiny, tmp_path, monkeypatch, faster):
    monkeypatch.setattr(module, "faster_precision", lambda: faster)
    assert train("tiny", "smoke", 0, tmp_path, precision="auto")["precision"] == faster
    assert train("tiny", "smoke", 0, tmp_path)["precision"] == "float32"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chorale_rnn", "tune_lstm"])
def test_a_shipped_recipe_at_its_smallest_budget(name, tmp_path):
    card = train(name, "smoke", out=tmp_path)
    assert card["steps"] == RECIPES[name].steps["smoke"]
    model = load_file(tmp_path / f"{name}.safetensors")
    told = card["likelihoods"]["valid"]["nats_per_note"]
    assert told == RECIPES[name].valid_nats(model)
    if name == "tune_lstm":
        tunes = [melody_of(tune) for tune in usable_tunes("valid", model.config)]
        assert told == melody_nats(model, tunes)["nats_per_note"]
    else:
        scores = [model.log_probabilities(grid).ravel() for grid in chorale_grids("valid")]
        assert told == pytest.approx(-np.concatenate(scores).mean())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ngram", "ngram_own_keys"])
def test_what_has_no_file_gets_a_card_alone(name, tmp_path):
    card = train(name, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.json"]
    shipped = read_card(FOLDER / f"{name}.json")
    assert card["trained on"] == shipped["trained on"]
    for split, found in shipped["likelihoods"].items():
        told = card["likelihoods"][split]["nats_per_note"]
        assert told == pytest.approx(found["nats_per_note"], abs=1e-9)


@pytest.mark.slow
def test_the_mixture_counts_the_training_of_its_parts(tmp_path, monkeypatch):
    model = load_model("chorale_mixture")
    monkeypatch.setattr(module, "likelihoods", lambda made: {"same": made.weights == model.weights})
    card = train("chorale_mixture", out=tmp_path)
    parts = [read_card(FOLDER / f"{name}.json") for name in ("chorale_transformer", "ngram")]
    assert card["minutes"] >= sum(part["minutes"] for part in parts)
    assert (card["what"], card["likelihoods"]) == ("MixedVoices", {"same": True})
    said = {
        name: np.mean(load_model(name).log_probabilities(chorale_grids("valid")[0]))
        for name in ("chorale_mixture", "chorale_transformer", "ngram")
    }
    assert said["chorale_mixture"] > said["chorale_transformer"] > said["ngram"]


def test_unknown_names(tmp_path):
    for call in (find_recipe, lambda name: train(name, out=tmp_path)):
        with pytest.raises(
            ValueError, match=r"no recipe 'x'; choose from chorale_rnn, .*, ngram, "
        ):
            call("x")
    with pytest.raises(ValueError, match="there is no budget 'huge'"):
        train("chorale_rnn", "huge", out=tmp_path)
    with pytest.raises(ValueError, match="precision is 'float8'; choose from float32, bfloat16"):
        train("chorale_rnn", "smoke", out=tmp_path, precision="float8")
    assert not list(tmp_path.iterdir())


def test_a_recipe_may_measure_its_own_way_and_know_more(tiny, tmp_path, monkeypatch):
    seen = []

    def measure(model, budget):
        seen.append((next(model.parameters()).detach().clone(), budget))
        return {"measures": {"so many": 3}}

    recipe = recipes.replace(RECIPES["tiny"], measure=measure, facts={"terms": "none", "more": 1})
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    card = train("tiny", "smoke", 0, tmp_path)
    assert card["measures"] == {"so many": 3}
    assert "likelihoods" not in card
    assert (card["terms"], card["more"], card["what"]) == ("none", 1, "ChoraleNet")
    assert card["validation while training"]
    ((weights, budget),) = seen
    assert budget == "smoke"
    saved = next(load_file(tmp_path / "tiny.safetensors").parameters())
    assert torch.equal(weights, saved)  # what is measured is what everybody will use


DIFFUSION = {
    "grid_diffusion": lambda: GridDiffusion(
        GridDiffusionConfig(hidden_size=8, num_layers=1, num_heads=2, head_size=8)
    ),
    "roll_diffusion": lambda: RollDiffusion(RollDiffusionConfig(hidden_size=8)),
    "timbre_diffusion": lambda: TimbreDiffusion(
        TimbreDiffusionConfig(**picture_sizes(), hidden_size=8, num_steps=2)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DIFFUSION)
def test_diffusion_models_are_trained_and_measured(name, tmp_path, monkeypatch):
    recipe = recipes.replace(RECIPES[name], build=DIFFUSION[name])
    monkeypatch.setitem(RECIPES, name, recipe)
    card = train(name, "smoke", 4, tmp_path)
    model = load_file(tmp_path / f"{name}.safetensors")
    assert card["what"] == type(model).__name__ == type(RECIPES[name].build()).__name__
    assert (card["name"], card["seed"], card["steps"]) == (name, 4, 2)
    assert [step for step, _ in card["validation while training"]] == [1, 2]
    if name == "timbre_diffusion":
        assert {key: card[key] for key in NOTE_FACTS} == json.loads(json.dumps(NOTE_FACTS))
    else:
        assert card["trained on"] == {"chorales": card_facts("chorales")["sha256"]}
    measured = json.loads(json.dumps(recipe.measure(model, "smoke")))
    for found in (card, measured):
        for likelihood in found.get("likelihoods", {}).values():
            assert likelihood.pop("seconds") > 0
    assert {key: card[key] for key in measured} == measured
    before = recipe.model(4).state_dict()
    assert any((model.state_dict()[key] - before[key]).abs().max() > 1e-3 for key in before)
