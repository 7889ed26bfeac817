import json

import pytest

from course import cli
from course.data.single_notes import FAMILIES
from course.models.checkpoints import load_file
from course.recipes import timbre_train
from course.recipes.timbre_measures import measure_generator
from course.recipes.timbre_train import AVERAGE, STEPS, settings_of
from course.recipes.train import train
from course.training.callbacks import Callback


def test_settings_of_each_budget():
    assert settings_of("smoke").num_steps == STEPS["smoke"]
    assert settings_of("full", 3).seed == 3
    assert settings_of("smoke").warmup_steps == 0
    assert 0.9 < AVERAGE < 1
    with pytest.raises(ValueError, match="there is no budget 'huge'"):
        settings_of("huge")


def test_training_writes_a_generator_and_a_card_that_measures_it(tmp_path):
    steps = []

    class Watch(Callback):
        def on_step(self, run):
            steps.append(run.step)

    card = train("timbre_gan", "smoke", 4, tmp_path, [Watch()])
    assert steps == list(range(1, STEPS["smoke"] + 1))
    assert json.loads((tmp_path / "timbre_gan.json").read_text("utf-8")) == card
    assert card["seed"] == 4
    assert card["trained on"]["programs"].keys() == FAMILIES.keys()
    assert card["machine"]
    generator = load_file(tmp_path / "timbre_gan.safetensors")
    assert card["parameters"] == sum(weights.numel() for weights in generator.parameters())
    assert card["measured"] == measure_generator(generator, 2, 60)


def test_the_same_seed_gives_the_same_file(tmp_path):
    for name in "ab":
        train("timbre_gan", "smoke", 1, tmp_path / name)
    train("timbre_gan", "smoke", 2, tmp_path / "c")
    first, again, other = (tmp_path / n / "timbre_gan.safetensors" for n in "abc")
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_the_command_prints_what_was_measured(tmp_path, capsys):
    assert cli.main(["train", "timbre_gan", "--budget", "smoke", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "learned: pairs" in shown
    assert "held out: pairs" in shown
    assert "right pitch" in shown
    assert timbre_train.NAME in shown
