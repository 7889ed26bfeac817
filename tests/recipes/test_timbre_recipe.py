import json

import pytest

from course import cli
from course.data.single_notes import FAMILIES
from course.models.checkpoints import load_file
from course.recipes.timbre_batches import timbre_config
from course.recipes.timbre_measures import measure_generator
from course.recipes.timbre_recipe import timbre_recipe
from course.recipes.train import train
from course.training.callbacks import Callback


def test_a_recipe_of_other_sizes():
    sizes = timbre_config(hidden_size=16, critic_size=8)
    small, usual = timbre_recipe(sizes), timbre_recipe()
    assert [player.config for player in small.players(0)] == [sizes, sizes]
    assert small.training == usual.training
    assert usual.players(0)[0].config == timbre_config()


@pytest.mark.slow
def test_training_writes_a_generator_and_a_card_that_measures_it(tmp_path):
    steps = []

    class Watch(Callback):
        def on_step(self, run):
            steps.append(run.step)

    card = train("timbre_gan", "smoke", 4, tmp_path, [Watch()])
    assert steps == [1, 2]
    assert json.loads((tmp_path / "timbre_gan.json").read_text("utf-8")) == card
    assert (card["name"], card["seed"]) == ("timbre_gan", 4)
    assert card["trained on"]["programs"].keys() == FAMILIES.keys()
    assert card["terms"].startswith("the notes are rendered")
    assert card["machine"]
    generator = load_file(tmp_path / "timbre_gan.safetensors")
    assert card["parameters"] == sum(weights.numel() for weights in generator.parameters())
    assert card["measures"] == measure_generator(generator, 2, 60)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_file(tmp_path):
    for name in "ab":
        train("timbre_gan", "smoke", 1, tmp_path / name)
    train("timbre_gan", "smoke", 2, tmp_path / "c")
    first, again, other = (tmp_path / n / "timbre_gan.safetensors" for n in "abc")
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("timbre_gan", ["learned: pairs", "held out: pairs", "right pitch"]),
        ("track_gan", ["difference from valid: qualified notes ", "; empty 0, "]),
    ],
)
@pytest.mark.slow
def test_the_command_prints_what_was_measured(tmp_path, capsys, name, texts):
    assert cli.main(["train", name, "--budget", "smoke", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert all(text in shown for text in [f"{name}: ", *texts])
