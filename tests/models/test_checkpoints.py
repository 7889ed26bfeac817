import json
import pickle
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file as load_tensors
from safetensors.torch import save_file as save_tensors
from torch import nn

from course import models
from course.models import checkpoints, shipped
from course.models.checkpoints import FORMAT, load_file, save
from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.models.melody_net import Melody, MelodyNet, MelodyNetConfig

SIZES = {"hidden_size": 8, "embedding_size": 4, "head_size": 8}
CONFIG = ChoraleNetConfig(cell="rnn", low=60, high=64, **SIZES)
MELODY_CONFIG = MelodyNetConfig(low=60, high=64, lengths=(12, 24), conditions=(("a", 2),), **SIZES)
PIECE = np.array([[64, 62, 61, 60], [63, 62, -1, 60]])


def saved(tmp_path, model=None, name="small"):
    torch.manual_seed(0)
    path = tmp_path / f"{name}.safetensors"
    save(model or ChoraleNet(CONFIG), path, {"name": name})
    return path


def rewritten(path, weights=None, **head):
    """Write a file anew with some of its head changed; None takes an entry away."""
    usual = {"format": FORMAT, "class": "chorale_net", "config": json.dumps(asdict(CONFIG))}
    kept = {key: text for key, text in {**usual, **head}.items() if text is not None}
    save_tensors(weights or load_tensors(path), path, kept)
    return path


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Let the course have its models in a folder of the test's own."""
    for module in (checkpoints, shipped):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    return tmp_path


def test_weights_come_back_within_sixteen_bits(tmp_path):
    model = ChoraleNet(CONFIG)
    found = load_file(saved(tmp_path, model))
    assert found.config == CONFIG
    assert not found.training
    for name, weight in model.state_dict().items():
        again = found.state_dict()[name]
        assert again.dtype == torch.float32
        torch.testing.assert_close(again, weight, rtol=2**-11, atol=2**-24)
    torch.testing.assert_close(
        found.log_probabilities(PIECE), model.log_probabilities(PIECE), rtol=0, atol=0.01
    )


def test_a_rounded_model_comes_back_to_the_last_bit(tmp_path):
    model = MelodyNet(MELODY_CONFIG).half().float()
    found = load_file(saved(tmp_path, model))
    assert found.config == MELODY_CONFIG  # tuples in tuples, too
    melody = Melody([60, -1, 64], [12, 24, 24], 48, 0, {"a": 1})
    for one, other in zip(
        found.log_probabilities(melody), model.log_probabilities(melody), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_equal_models_are_equal_bytes(tmp_path):
    """The order of the texts in a file's head is not left to chance."""
    model = ChoraleNet(CONFIG)
    files = {saved(tmp_path, model, str(number)).read_bytes() for number in range(12)}
    assert len(files) == 1


def test_the_card_has_the_checksum_beside_what_was_given(shelf):
    path = saved(shelf)
    card = shipped.read_card(path)
    assert card["name"] == "small"
    assert len(card["sha256"]) == 64
    assert shipped.shipped_names() == ["small"]
    np.testing.assert_array_equal(
        models.load("small").log_probabilities(PIECE), load_file(path).log_probabilities(PIECE)
    )


def test_a_pickle_is_never_opened(tmp_path):
    """What a pickle does when it is opened would leave a file behind."""

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    path = tmp_path / "trap.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"trap.safetensors is damaged"):
        load_file(path)
    torch.save({"w": Trap()}, path)
    with pytest.raises(ValueError, match=r"trap.safetensors is damaged"):
        load_file(path)
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("cut", [0, 5, 100, -1])
def test_a_file_that_is_cut_off(tmp_path, cut):
    path = saved(tmp_path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r"small.safetensors is damaged \(.*\); restore it or"):
        load_file(path)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"format": None}, "holds no model of this course; choose another file"),
        ({"format": "pt"}, "holds no model of this course"),
        ({"class": None}, "holds no model of this course"),
        ({"format": "course model 0"}, "is a 'course model 0' .* reads 'course model 1'; train it"),
        ({"class": "transformer"}, "with a 'transformer', and this version"),
        ({"config": None}, "does not fit this version of the course"),
        ({"config": "{"}, "does not fit this version of the course"),
        ({"config": "[]"}, r"its sizes are \[\]"),
        ({"config": json.dumps({**asdict(CONFIG), "colour": 1})}, "its sizes are .*'colour': 1"),
        ({"config": json.dumps({**asdict(CONFIG), "dropout": 2})}, "dropout is 2, outside"),
        ({"config": json.dumps({**asdict(CONFIG), "high": 70})}, "size mismatch"),
        ({"class": "melody_net"}, "its sizes are"),
    ],
)
def test_a_foreign_or_an_older_file(tmp_path, head, message):
    path = rewritten(saved(tmp_path), **head)
    with pytest.raises(ValueError, match=message):
        load_file(path)


@pytest.mark.parametrize("field", asdict(CONFIG))
def test_no_missing_size_is_made_up(tmp_path, field):
    config = {name: value for name, value in asdict(CONFIG).items() if name != field}
    path = rewritten(saved(tmp_path), config=json.dumps(config))
    with pytest.raises(ValueError, match=f"and should be .*{field}.*; train it|does not fit"):
        load_file(path)


def test_a_weight_too_few(tmp_path):
    path = saved(tmp_path)
    weights = load_tensors(path)
    del weights["place.weight"]
    with pytest.raises(ValueError, match=r"does not fit .*Missing key.*place.weight"):
        load_file(rewritten(path, weights))


def test_a_file_that_is_not_the_card_s(shelf):
    path = saved(shelf)
    other = saved(shelf, ChoraleNet(replace(CONFIG, cell="lstm")), "other")
    path.write_bytes(other.read_bytes())
    with pytest.raises(ValueError, match=r"small.safetensors is not the file that its card descri"):
        models.load("small")
    path.with_suffix(".json").write_text("{}")
    with pytest.raises(ValueError, match=r"small.safetensors is not the file that its card descri"):
        models.load("small")


@pytest.mark.parametrize("text", ["{", "", b"\xff", None])
def test_a_damaged_card(shelf, text):
    card = saved(shelf).with_suffix(".json")
    card.unlink() if text is None else card.write_bytes(text if text == b"\xff" else text.encode())
    with pytest.raises(ValueError, match=r"small.json cannot be read \(.*\); restore it from the"):
        models.load("small")


def test_unknown_names(shelf):
    with pytest.raises(ValueError, match="no trained model 'x'; the course has: none yet"):
        models.load("x")
    saved(shelf)
    saved(shelf, name="another")
    for name in ("x", "../small", "small.safetensors", ""):
        with pytest.raises(
            ValueError, match=r"no trained model .*; the course has: another, small"
        ):
            models.load(name)
    with pytest.raises(ValueError, match=r"'ngram'; .* the n-grams are fitted, by `course.eval"):
        models.load("ngram")


def test_what_cannot_be_saved_or_found(tmp_path):
    with pytest.raises(ValueError, match="Linear cannot be saved; add it to CLASSES"):
        save(nn.Linear(1, 1), tmp_path / "x.safetensors", {})
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError, match=r"x.safetensors is missing; make it with `course"):
        load_file(tmp_path / "x.safetensors")
