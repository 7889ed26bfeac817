"""Compare the kinds of positions over three seeds, and write course/recipes/positions.json.

make positions
"""

import json

from course.models.positions import POSITIONS
from course.recipes.positions import FAR, TABLE, WINDOW, measure_positions

SEEDS = (0, 1, 2)
STEPS = 400


def main() -> None:
    """Train every kind for every seed, one after the other, and write the table."""
    rows = {}
    for kind in POSITIONS:
        rows[kind] = [measure_positions(kind, STEPS, seed) for seed in SEEDS]
        print(kind, rows[kind], flush=True)
    table = {"steps": STEPS, "seeds": SEEDS, "window": WINDOW, "far": FAR, "rows": rows}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
