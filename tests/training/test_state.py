from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from course.training.callbacks import AverageWeights, Callback
from course.training.loop import fit
from tests.training.small import CONFIG, At, batches, loss, make_model, stop, watchers


@pytest.fixture
def file(tmp_path):
    """Keep a run at step 5."""
    path = tmp_path / "run.safetensors"
    fit(make_model(), loss, batches, CONFIG, [*watchers(), At(5, stop)], path)
    return path


def go_on(file, model=None, watching=None, **changes):
    watching = watchers() if watching is None else watching
    return fit(model or make_model(), loss, batches, replace(CONFIG, **changes), watching, file)


def test_what_is_kept_is_plain_tensors(file):
    names = {name.split(".")[0] for name in load_file(file)}
    assert names == {"model", "optimizer", "callback", "losses"}
    assert not file.with_name("run.safetensors.new").exists()


def test_steps_and_limits_may_change(file):
    run = go_on(file, num_steps=20, max_seconds=1000.0, save_every=3)
    assert run.step == 20
    assert len(run.losses) == 20


def test_what_only_shows_the_run_may_come_and_go(file):
    assert go_on(file, watching=[Callback(), *watchers(), Callback()]).step == 12


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 1}, r"was written with seed 0 \(now 1\); go on with these, or delete the file"),
        ({"learning_rate": 0.1}, r"was written with learning_rate 0\.05 \(now 0\.1\)"),
        ({"precision": "bfloat16", "seed": 2}, r"seed 0 \(now 2\), precision float32 \(now bfloat"),
    ],
)
def test_other_settings(file, changes, message):
    with pytest.raises(ValueError, match=message):
        go_on(file, **changes)


def test_other_callbacks(file):
    for watching, now in (
        ([], "none"),
        ([AverageWeights()], "AverageWeights"),
        (watchers()[::-1], "Evaluate, AverageWeights"),
    ):
        message = rf"with the callbacks AverageWeights, Evaluate \(now {now}\); go on with these"
        with pytest.raises(ValueError, match=message):
            go_on(file, watching=watching)


def test_another_model(file):
    model = torch.nn.Linear(3, 1)
    with pytest.raises(ValueError, match=r"belongs to another model \(.*\); choose another file"):
        go_on(file, model)


@pytest.mark.parametrize("cut", [0, 7, 500, -1])
def test_a_damaged_file(file, cut):
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r"is damaged \(.*\); delete it to begin anew"):
        go_on(file)


@pytest.mark.parametrize("head", [None, {"format": "course model 1"}])
def test_a_foreign_file(tmp_path, head):
    path = tmp_path / "other.safetensors"
    save_file({"x": torch.ones(2)}, path, head)
    with pytest.raises(ValueError, match="holds no training run of this course; choose another fi"):
        go_on(path)
    assert load_file(path)["x"].tolist() == [1, 1]  # and it is left alone


def test_a_folder(tmp_path):
    with pytest.raises(ValueError, match="is damaged"):
        go_on(tmp_path)
