import pytest

from course.models.shipped import FOLDER, read_card
from tools import diffusion
from tools.diffusion import TARGET, control_table, form_table, main, notes_table


def test_tables_hold_the_numbers_of_the_cards():
    card = read_card(FOLDER / "grid_diffusion.json")["measures"]
    form, control = form_table(card["form"]), control_table(card["control"])
    assert f"| held cells | {card['form']['model']['held cells']:.3f} |" in form
    assert len(form.splitlines()) == 2 + len(card["form"]["model"])
    strongest = card["control"][-1]
    assert control.splitlines()[-1].startswith(f"| {strongest['guidance']:g} | ")
    assert f"| {strongest['mode']['accuracy']:.2f} |" in control
    notes = read_card(FOLDER / "timbre_diffusion.json")["measures"]["held out"]
    assert f" {notes['right pitch']:.4g} |" in notes_table()


def test_the_page_was_written_for_the_models_that_are_shipped():
    text = TARGET.read_text(encoding="utf-8")
    card = read_card(FOLDER / "grid_diffusion.json")
    assert form_table(card["measures"]["form"]) in text
    assert control_table(card["measures"]["control"]) in text
    roll = read_card(FOLDER / "roll_diffusion.json")["measures"]
    assert form_table(roll["form"]) in text
    assert notes_table() in text


@pytest.mark.slow
def test_the_page_is_made_of_every_part(monkeypatch):
    monkeypatch.setattr(diffusion, "BASELINES", ("ngram",))
    monkeypatch.setattr(diffusion, "UPDATES", (1, 4))
    text = diffusion.page(1)
    headings = ["Four voices", "Wishes", "Filling in", "Steps against", "Piano rolls", "Single no"]
    assert all(f"# {heading}" in text for heading in headings)


def test_an_unknown_word_writes_nothing():
    before = TARGET.read_bytes()
    with pytest.raises(SystemExit, match="unknown: --seed; give --seeds or nothing"):
        main(["--seed"])
    assert TARGET.read_bytes() == before
