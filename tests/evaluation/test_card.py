import math

import numpy as np
import pytest

from course.data import load_chorales, load_quartets, load_tunes
from course.evaluation.card import BARS, DATA, OF_NOTES, OF_SETS, OF_VOICES, STEPS, metric_card
from course.evaluation.descriptors import groove_consistency, pitch_class_entropy

CHORALES = load_chorales()
DATA_PIECES = [chorale.pitches for chorale in CHORALES[:24]]
OTHERS = [chorale.pitches for chorale in CHORALES[24:36]]
NOISE = [np.random.default_rng(seed).integers(40, 80, (128, 4)) for seed in range(6)]


@pytest.fixture(scope="module")
def card():
    return metric_card({"Bach": OTHERS, "noise": NOISE}, DATA_PIECES)


def test_columns_are_the_models_the_data_and_the_controls(card):
    assert list(card.cells) == ["Bach", "noise", DATA, BARS, STEPS]
    assert all(list(column) == card.metrics for column in card.cells.values())


def test_a_value_is_the_mean_over_pieces(card):
    values = [pitch_class_entropy(piece) for piece in OTHERS]
    cell = card.cells["Bach"]["pitch-class entropy (bits)"]
    assert card.value("pitch-class entropy (bits)", "Bach") == pytest.approx(np.mean(values))
    assert cell.standard_error == pytest.approx(np.std(values, ddof=1) / math.sqrt(12))
    assert (cell.applies, cell.pieces) == (12, 12)
    assert str(cell) == f"{np.mean(values):.3f} ± {cell.standard_error:.3f}"


def test_the_controls_show_what_metrics_cannot_hear(card):
    groove = [card.value("groove consistency", name) for name in (DATA, BARS, STEPS)]
    assert groove[0] < groove[1] < groove[2]  # it rewards shuffling
    deaf = "pitch-class entropy (bits)"
    assert card.value(deaf, STEPS) == pytest.approx(card.value(deaf, DATA), abs=0.06)
    assert card.value("held cells", STEPS) < 0.3 < 0.7 < card.value("held cells", DATA)
    parallels = "parallels per 100 similar motions"
    assert card.value(parallels, BARS) > 3 * card.value(parallels, DATA)


def test_sets_are_compared_with_the_data(card):
    assert (
        card.value("Yang-Lerch overlap", "Bach") > 0.8 > card.value("Yang-Lerch overlap", "noise")
    )
    assert card.value("consistency of pitch", "Bach") > 0.97
    assert 0.7 < card.value("Yang-Lerch overlap", DATA) < 1.0  # one half with the other
    assert card.value("consistency of pitch", DATA) < 1.0
    same = metric_card({"copy": DATA_PIECES}, DATA_PIECES)
    for name in OF_SETS[:4]:
        assert same.value(name, "copy") == pytest.approx(1.0)


def test_the_seed_decides_the_controls(card):
    again, other = (metric_card({}, DATA_PIECES[:4], seed=seed) for seed in (0, 1))
    assert again.rows() == metric_card({}, DATA_PIECES[:4]).rows()
    assert [row[:2] for row in again.rows()] == [row[:2] for row in other.rows()]
    assert again.rows() != other.rows()


def test_repeated_notes_are_merged_unless_asked_for():
    pieces = [chorale.to_note_sequence() for chorale in CHORALES[:6]]
    grids = [chorale.pitches for chorale in CHORALES[:6]]
    merged = metric_card({"grids": grids}, pieces)
    for name in merged.metrics[:15]:
        assert merged.value(name, "grids") == pytest.approx(merged.value(name, DATA))
    struck = metric_card({}, pieces, merge_repeats=False)
    name = "attacks per bar and voice"
    assert struck.value(name, DATA) > merged.value(name, DATA) + 0.05


def test_text_and_html_have_every_row_and_say_what_is_missing():
    quartets = [q.to_note_sequence() for q in load_quartets()[:3]]
    tunes = [tune.to_note_sequence() for tune in load_tunes("ryans")[:3]]
    card = metric_card({"<empty>": [np.full((32, 1), -1), np.full((32, 1), 60)]}, tunes + quartets)
    text, page = repr(card), card._repr_html_()
    for name in card.metrics:
        assert name in text
        assert name in page
    assert "<empty>" in text
    assert "&lt;empty&gt;" in page
    assert "<empty>" not in page
    assert "Good is close to the data" in text
    assert "[1 of 2]" in str(card.cells["<empty>"]["held cells"])
    assert str(card.cells["<empty>"]["tonal distance of voices"]) == "–"
    assert "of 6]" in str(card.cells[DATA]["held cells"])  # quartets have chords in a voice


@pytest.mark.parametrize("name", [*OF_NOTES, *OF_VOICES])
def test_a_metric_names_its_paper_or_says_that_it_is_the_courses_own(name):
    text = " ".join((OF_NOTES | OF_VOICES)[name].__doc__.split())
    assert "References: " in text or "the course's own definition." in text.replace("The", "the")


def test_the_length_of_a_bar_can_be_chosen():
    waltz = metric_card({}, DATA_PIECES[:3], steps_per_bar=12)
    expected = np.mean([groove_consistency(piece) for piece in DATA_PIECES[:3]])
    assert waltz.value("groove consistency", DATA) != pytest.approx(expected)


def test_bad_input(card):
    with pytest.raises(ValueError, match="'data' has no pieces"):
        metric_card({}, [])
    with pytest.raises(ValueError, match="'lstm' has no pieces"):
        metric_card({"lstm": []}, DATA_PIECES)
    with pytest.raises(ValueError, match="a model is called 'data', like a column"):
        metric_card({"data": OTHERS}, DATA_PIECES)
    with pytest.raises(KeyError, match="lstm"):
        card.value("held cells", "lstm")
