import json

import numpy as np
import pytest
import torch

from course.cli import main
from course.models.shipped import FOLDER, read_card
from course.models.vae import MelodyVAE, MelodyVAEConfig
from course.recipes import vae_recipe as module
from course.recipes.vae_batches import melody_windows
from course.recipes.vae_recipe import (
    WEIGHT,
    evaluate_windows,
    measure_vae,
    rising_batches,
    vae_likelihoods,
    vae_loss,
    vae_valid_nats,
)

SIZES = {"latent_size": 4, "hidden_size": 8, "beat_size": 4, "cell_size": 8}


class Given(torch.nn.Module):
    """A stand-in with a likelihood and divergences that are given."""

    def forward(self, pitches, struck):
        return torch.tensor([-10.0, -6.0]), torch.tensor([[1.0, 0.0], [3.0, 0.0]])


def batch(weight):
    return {"pitches": torch.zeros(2, 4), "struck": None, "weight": torch.full((2,), weight)}


def test_losses_by_hand():
    """-ELBO is 8 + 2 w, or with a free nat 8 + w (2 + 1), over 4 cells."""
    assert vae_loss(Given(), batch(1.0)).item() == pytest.approx(10 / 4)
    assert vae_loss(Given(), batch(0.5)).item() == pytest.approx(9 / 4)
    assert vae_loss(Given(), batch(0.5), free_nats=1.0).item() == pytest.approx(9.5 / 4)


@pytest.fixture
def small(monkeypatch):
    """Let each split have a few melodies of both corpora."""
    whole = {split: melody_windows(split) for split in ("train", "valid", "test")}
    few = {s: w.pick(np.linspace(0, len(w) - 1, 10).astype(int)) for s, w in whole.items()}
    monkeypatch.setattr(module, "melody_windows", few.__getitem__)
    torch.manual_seed(0)
    return few, MelodyVAE(MelodyVAEConfig(**SIZES))


def test_the_weight_has_risen_after_5_of_7_parts_of_the_training(small):
    batches, chance = rising_batches(small[1], 140), np.random.default_rng(0)
    weights = [batches(step, chance)["weight"][0].item() for step in (0, 50, 100, 139)]
    assert weights == pytest.approx([0, WEIGHT / 2, WEIGHT, WEIGHT])
    assert 0 < WEIGHT < 1  # more nats than the ELBO would allow
    assert rising_batches(small[1], 1)(0, chance)["pitches"].shape == (128, 32)


def test_all_parts_are_measured(small):
    few, net = small
    found = measure_vae(net, "valid")
    assert list(found) == ["two-bar melodies", "chorales", "tunes", "not in training"]
    whole, chorales, tunes, _ = found.values()
    assert whole.melodies == chorales.melodies + tunes.melodies == len(few["valid"])
    assert list(measure_vae(net, "train")) == ["two-bar melodies", "chorales", "tunes"]
    assert vae_valid_nats(net) == whole.nats_per_note
    card = vae_likelihoods(net)
    assert card["valid"]["nats_per_note"] == whole.nats_per_note
    assert card["test"]["tunes"]["latent_size"] == 4
    assert json.loads(json.dumps(card)) == card


def test_the_command_prints_each_part(small, monkeypatch, capsys):
    monkeypatch.setattr(module.models, "load", lambda name: small[1])
    assert main(["evaluate", "melody_vae", "--split", "valid"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("melody_vae on 10 two-bar melodies of valid: ")
    assert main(["evaluate", "melody_vae", "--split", "test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tunes"]["latent_size"] == 4


def test_what_the_command_refuses(capsys, tmp_path):
    assert main(["evaluate", "melody_vae", "--split", "tset"]) == 2
    assert "choose train, valid or test" in capsys.readouterr().err
    assert main(["evaluate", "melody_vae", "--pieces", str(tmp_path / "x.json")]) == 2
    assert "two-bar melodies; give --split" in capsys.readouterr().err


@pytest.mark.parametrize("split", ["valid", "test"])
@pytest.mark.slow
def test_the_shipped_network_reaches_what_the_lesson_promises(split):
    """Freely decoded from the mean; the numbers of the card are those of the file."""
    found = evaluate_windows("melody_vae", split)
    for part in found.values():
        assert part.accuracy >= part.copy + 0.10
        assert part.exchanged <= part.accuracy - 0.20
    whole = found["two-bar melodies"]
    assert min(whole.accuracy, found["not in training"].accuracy) >= 0.85
    assert 10 <= whole.kl <= 40
    assert whole.active_units >= 8
    told = read_card(FOLDER / "melody_vae.json")["likelihoods"][split]
    assert told["accuracy"] == pytest.approx(whole.accuracy, abs=1e-3)
    assert told["kl"] == pytest.approx(whole.kl, rel=1e-3)
    assert np.isclose(told["nats_per_note"], whole.nats_per_note, rtol=1e-3)
