import json

import pytest

from course.data import cards
from course.data.array_files import ARRAY_FOLDER, file_sha256
from course.data.cards import CARDS, FACTS_HEADING, card_facts, card_text, write_card
from course.data.shelf import MIDI_FOLDER


@pytest.mark.parametrize("name", CARDS)
def test_shipped_files_are_those_of_the_card(name):
    folder = MIDI_FOLDER if name == "midi" else ARRAY_FOLDER
    fingerprints = card_facts(name)["sha256"]
    assert fingerprints
    for file, fingerprint in fingerprints.items():
        assert file_sha256(folder / file) == fingerprint
        assert fingerprint in card_text(name)


def test_no_file_is_without_a_card():
    on_cards = {file for name in CARDS for file in card_facts(name)["sha256"]}
    shipped = {path.name for path in [*ARRAY_FOLDER.glob("*"), *MIDI_FOLDER.glob("*")]}
    assert shipped == on_cards


@pytest.mark.parametrize("name", CARDS)
def test_cards_say_what_a_card_must_say(name):
    text = card_text(name)
    for heading in ("**What for.**", "**Source", "terms", "**Known faults"):
        assert heading.lower() in text.lower()
    assert card_facts(name)["music21"] == "10.5.1"


def test_what_the_files_claim_stands_on_the_card():
    assert "PDF © 2004 Margaret Greentree: 316" in card_text("chorales")
    assert "used by permission" in card_text("chorales")
    for name in ("oneills", "ryans", "quartets"):
        assert card_facts(name)["statements about copyright in the files"] == {}


def test_facts_replace_those_of_the_build_before(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "CARD_FOLDER", tmp_path)
    (tmp_path / "ryans.md").write_text(f"# Ryan\n\nText.\n\n{FACTS_HEADING}\n\n- old: 1\n")
    facts = {"pieces": 1059, "splits": {"train": 5}, "refused": ["a: why"], "none": []}
    for _ in range(2):
        write_card("ryans", facts, tmp_path)
    assert (tmp_path / "ryans.md").read_text(encoding="utf-8") == (
        "# Ryan\n\nText.\n\n## Facts of this build\n\n"
        "- pieces: 1,059\n- splits:\n  - train: 5\n- refused: 1\n  - a: why\n- none: 0\n"
    )
    assert json.loads((tmp_path / "ryans.json").read_text(encoding="utf-8")) == facts


def test_an_unknown_card_names_the_choices():
    with pytest.raises(ValueError, match="'essen'; choose from chorales, oneills"):
        card_text("essen")
    with pytest.raises(ValueError, match="choose from"):
        card_facts("")
