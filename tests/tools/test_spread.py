from course.models.shipped import FOLDER
from tools.spread import TARGET, shipped_rows


def test_every_shipped_model_stands_on_one_table_as_its_card_says():
    page = TARGET.read_text(encoding="utf-8")
    rows = shipped_rows()
    assert [row.split(" | ")[0] for row in rows] == sorted(p.stem for p in FOLDER.glob("*.json"))
    for row in rows:
        assert f"| {row} |" in page, f"docs/models.md is older than the card of {row.split()[0]}"


def test_bounds_are_marked():
    bounded = {row.split(" | ")[0] for row in shipped_rows() if "≤" in row}
    assert bounded == {"grid_diffusion", "melody_vae"}
