"""What every shipped model of chorales promises, on pieces that it has not learned from."""

import numpy as np
import pytest

from course import models
from course.data.chorales import load_chorales
from course.models.shipped import FOLDER, read_card, shipped_names
from course.models.voices import WRITING_ORDER

NAMES = [name for name in shipped_names() if name.startswith("chorale_")]
PIECE = next(piece for piece in load_chorales() if piece.split == "valid").pitches[:40]


@pytest.fixture(scope="module", params=NAMES)
def model(request):
    return models.load(request.param)


def test_what_it_writes_by_is_what_is_measured(model):
    """Cell by cell, from memory, and at once; each distribution sums to 1."""
    scores, pitches = model.log_probabilities(PIECE), model.config.pitches.tolist()
    read = model.reader()
    for step, frame in enumerate(PIECE):
        for voice, column in enumerate(WRITING_ORDER):
            p = read(PIECE[:step], frame[list(WRITING_ORDER[:voice])])
            assert p.min() >= 0
            assert p.sum() == pytest.approx(1, abs=1e-6)
            found = p[pitches.index(frame[column])]
            assert found == pytest.approx(np.exp(scores[step, column]), abs=1e-5)


def test_it_does_not_see_what_comes(model):
    changed = PIECE.copy()
    changed[20, 2] += 1 if PIECE[20, 2] > 0 else 0  # the tenor, written last in its frame
    changed[30:] = PIECE[29]
    difference = np.abs(model.log_probabilities(changed) - model.log_probabilities(PIECE))
    assert difference[:20].max() < 1e-5
    assert difference[20, [0, 1, 3]].max() < 1e-5
    assert difference[20:].max() > 0.01


@pytest.mark.parametrize(("split", "limit"), [("valid", 0.36), ("test", 0.365)])
def test_the_transformers_reach_what_was_asked(split, limit):
    card = read_card(FOLDER / "chorale_transformer.json")
    assert card["likelihoods"][split]["nats_per_note"] <= limit
    assert card["minutes"] <= 15
    assert (FOLDER / "chorale_transformer.safetensors").stat().st_size < 10_000_000
