import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import course
from course.models.shipped import FOLDER, read_card
from course.representation.midi import midi_bytes
from course.studio import recipe as module
from course.studio.production import Draw
from course.studio.recipe import (
    RecipeError,
    model_files,
    read_recipe,
    recipe_of,
    replay,
    sample_again,
)
from course.studio.watching import Cancelled, Watch

ROOT = Path(course.__file__).parents[1]
ANOTHER_MACHINE = """
import sys
from course.models import checkpoints
def load(name): raise AssertionError("a replay asks no model")
checkpoints.load = load
from course.studio import writing
writing.Sampler = writing.load_model = None
from course.representation.midi import midi_bytes
from course.studio.recipe import read_recipe, replay
for path in sys.argv[1:]:
    sys.stdout.buffer.write(midi_bytes(replay(read_recipe(path))))
"""


@pytest.mark.parametrize("name", ["voices", "edited", "jig"])
def test_a_replay_gives_the_same_bytes(name, request):
    take = request.getfixturevalue(name)
    kept = recipe_of(json.loads(take.recipe.to_text()))
    assert kept == take.recipe
    assert midi_bytes(replay(kept)) == midi_bytes(take.music)


@pytest.mark.parametrize(
    "machine",
    [
        {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
        {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "7"},
    ],
)
@pytest.mark.slow
def test_another_machine_gives_the_same_bytes(machine, edited, jig, tmp_path):
    """Other kernels of linear algebra, other vector units, no model and no sampler."""
    paths = [tmp_path / "edited.json", tmp_path / "jig.json"]
    for path, take in zip(paths, (edited, jig), strict=True):
        path.write_text(take.recipe.to_text(), encoding="utf-8")
    environment = {**os.environ, **machine, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ANOTHER_MACHINE, *map(str, paths)]
    found = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert found.stdout == midi_bytes(edited.music) + midi_bytes(jig.music)


def test_it_says_what_sampling_again_gives(edited):
    assert edited.recipe.to_json()["sampling again"] == "not tried"
    again, text = sample_again(edited.recipe)
    assert (again.sampled_again, text) == (True, "the same: all 384 ids")
    assert again.to_json()["sampling again"] == "gives the same"
    assert recipe_of(again.to_json()) == again


def test_it_says_where_sampling_again_differs(voices):
    first = voices.recipe.draws[0]
    ids = (*first.ids[:70], first.ids[70] + 1, *first.ids[71:])
    other = replace(voices.recipe, draws=(Draw(first.seed, ids),))
    again, text = sample_again(other)
    assert (again.sampled_again, text) == (False, "not the same: draw 1 differs from id 70 on")


def test_another_file_of_the_model_is_noticed(voices):
    other = replace(voices.recipe, files={"chorale_rnn.safetensors": "0" * 64})
    again, text = sample_again(other)
    assert again.sampled_again is False
    assert text == "not the same: the files of chorale_rnn here are others than the recipe's"


def test_sampling_again_can_be_stopped(voices):
    watch = Watch()
    watch.cancel()
    with pytest.raises(Cancelled):
        sample_again(voices.recipe, watch)


def test_the_files_of_the_models():
    card = read_card(FOLDER / "chorale_lstm.json")
    assert model_files("chorale_lstm") == {"chorale_lstm.safetensors": card["sha256"]}
    assert list(model_files("ngram")) == ["chorales.npz"]


def test_it_names_course_and_machine(voices):
    assert voices.recipe.made_with.startswith(f"course {course.__version__}, Python ")
    assert "numpy" in voices.recipe.made_with


def test_other_music_than_the_recipes_is_refused(voices):
    first = voices.recipe.draws[0]
    changed = replace(voices.recipe, draws=(Draw(first.seed + 1, first.ids),))
    with pytest.raises(RecipeError, match="is not the recipe's: somebody has changed the recipe"):
        replay(changed)
    elsewhere = replace(changed, made_with="course 0.0.1")
    with pytest.raises(RecipeError, match=r"which was made with course 0\.0\.1; here is course"):
        replay(elsewhere)
    short = replace(voices.recipe, draws=(Draw(0, first.ids[:64]),))
    with pytest.raises(RecipeError, match="cannot be played: 64 ids fill"):
        replay(short)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values: values.pop("draw"), "this recipe has no .draw.; it is damaged, export it"),
        (lambda values: values.update(format=2), "format is 2, this course reads 1"),
        (lambda values: values["draw"].update(ids=["C4"]), "ids and bars are whole numbers"),
        (lambda values: values["request"].update(tempo=0), "the recipe's request: tempo is 0"),
        (lambda values: values.update({"sampling again": "?"}), "this is no recipe"),
    ],
)
def test_what_is_no_recipe_is_refused(change, message, voices):
    values = voices.recipe.to_json()
    change(values)
    with pytest.raises(RecipeError, match=message):
        recipe_of(values)


def test_files_that_are_no_recipes(tmp_path):
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        read_recipe(tmp_path / "missing.json")
    for text, message in (("{", "is no JSON .*export it anew"), ("[]", "this is no recipe")):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(RecipeError, match=message):
            read_recipe(tmp_path / "a.json")


def test_a_missing_library_is_said(monkeypatch):
    def version(name):
        raise module.PackageNotFoundError

    monkeypatch.setattr(module, "version", version)
    assert "no torch" in module.versions()
