import hashlib
import json

import pytest

from course import models
from course.models import shipped
from course.models.shipped import FOLDER, read_card, shipped_names

CARDS = sorted(path.stem for path in FOLDER.glob("*.json"))


def test_only_weights_make_a_model(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    for name in ("b.safetensors", "a.safetensors", "b.json", "ngram.json"):
        (tmp_path / name).write_text("{}")
    assert shipped_names() == ["a", "b"]
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "nothing")
    assert shipped_names() == []


@pytest.mark.parametrize("name", shipped_names())
def test_every_model_is_the_one_of_its_card(name):
    card = read_card(FOLDER / f"{name}.safetensors")
    weights = (FOLDER / f"{name}.safetensors").read_bytes()
    assert card["sha256"] == hashlib.sha256(weights).hexdigest()
    model = models.load(name)
    assert sum(w.numel() for w in model.parameters()) == card["parameters"]
    assert (card["name"], card["what"]) == (name, type(model).__name__)


@pytest.mark.parametrize("name", CARDS)
def test_every_card_says_where_its_model_comes_from(name):
    card = read_card(FOLDER / f"{name}.json")
    assert {"name", "trained on", "terms", "minutes", "code", "date"} <= set(card)
    assert "likelihoods" in card or "measures" in card
    if "likelihoods" in card:
        assert all(card["likelihoods"][split]["nats_per_note"] > 0 for split in ("valid", "test"))


def test_a_card_is_found_beside_its_weights(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"steps": 4}))
    assert read_card(tmp_path / "x.safetensors") == read_card(tmp_path / "x.json") == {"steps": 4}


def test_what_is_no_card(tmp_path):
    with pytest.raises(ValueError, match=r"x.json cannot be read \(.*\); restore it from the"):
        read_card(tmp_path / "x.safetensors")
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(ValueError, match=r"x.json holds no card; restore it from the course"):
        read_card(tmp_path / "x.json")
