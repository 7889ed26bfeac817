"""All models on one table: what the course's own reach, and what a learner has trained.

Models of four voices are compared in nats per note on the chorales, models of melodies in nats per
note (pitch and length) on the fiddle tunes, networks of two-bar melodies by -ELBO, a bound on their
nats per note, on both. Masked diffusion of four voices has a bound, too: among the chorales' rows
it is marked by ≤. The course's rows come from the cards that `course train` writes, of n-grams and
of their mixture with the Transformers, which have no file, too; a learner's rows lie in
`leaderboard.json` of the workspace, where no update touches them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from course.errors import check_range
from course.evaluation.tables import html_table, text_table
from course.models.shipped import FOLDER, read_card
from course.workspace import own_folder

CORPORA = ("chorales", "tunes", "two-bar melodies")


@dataclass(frozen=True)
class Result:
    """One row.

    Raises:
        ValueError: if a number is out of range, or the corpus is none of `CORPORA`.
    """

    model: str  # such as "chorale_lstm"
    corpus: str  # one of `CORPORA`
    valid: float  # nats per note on the validation pieces
    test: float | None = None  # on the test pieces; a learner needs not look
    unseen: float | None = None  # on the test pieces whose tune is not in training
    minutes: float | None = None  # of training
    who: str = "course"  # "course" or "you"
    when: str = ""  # date and time of a learner's row
    bound: bool = False  # the numbers are upper bounds, not the nats themselves

    def __post_init__(self) -> None:
        if self.corpus not in CORPORA:
            raise ValueError(f"corpus is {self.corpus!r}; choose from {', '.join(CORPORA)}")
        check_range("valid", self.valid, 0.0, 1e3, "give nats per note")


def course_results() -> list[Result]:
    """Give the rows of the models that come with the course.

    Returns:
        One for each card with a likelihood; generators that learned from a critic have none.
    """
    cards = [read_card(path) for path in sorted(FOLDER.glob("*.json"))]
    return [_from_card(card) for card in cards if "likelihoods" in card]


def _from_card(card: Mapping) -> Result:
    found = card["likelihoods"]
    return Result(
        model=card["name"],
        corpus=_corpus(card["trained on"]),
        valid=found["valid"]["nats_per_note"],
        test=found["test"]["nats_per_note"],
        unseen=found["test"].get("nats_per_note_unseen"),
        minutes=card["minutes"],
        bound=found["valid"].get("bound", False),
    )


def _corpus(trained_on: Mapping) -> str:
    """Say which table a model belongs to, from the corpora that it learned from."""
    if "chorales" in trained_on:
        return "two-bar melodies" if len(trained_on) > 1 else "chorales"
    return "tunes"


def keep_result(model: str, corpus: str, valid: float, minutes: float | None = None) -> Result:
    """Keep a learner's own result; of each model the best one is kept.

    Args:
        model: its name, such as "chorale_lstm".
        corpus: one of `CORPORA`.
        valid: nats per note on the validation pieces.
        minutes: of training.

    Returns:
        The row that stands in the file now.

    Raises:
        ValueError: if a value cannot be used, or the file is damaged.
    """
    now = datetime.now().isoformat(sep=" ", timespec="minutes")
    new = Result(model, corpus, float(valid), minutes=minutes, who="you", when=now)
    rows = {(row.model, row.corpus): row for row in own_results()}
    before = rows.get((model, corpus))
    if before is None or new.valid < before.valid:
        rows[model, corpus] = new
        path = _own_file()
        temporary = path.with_suffix(".new")
        text = json.dumps([asdict(row) for row in rows.values()], indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)
    return rows[model, corpus]


def own_results() -> list[Result]:
    """Give the learner's rows.

    Returns:
        One for each model that was kept; none if there is no file.

    Raises:
        ValueError: if the file is damaged.
    """
    path = _own_file()
    if not path.exists():
        return []
    try:
        return [Result(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"{path} is damaged ({error}); move it away, and a new one is begun"
        ) from error


def _own_file() -> Path:
    return own_folder(".") / "leaderboard.json"


@dataclass(frozen=True, repr=False)
class Leaderboard:
    """A table of results, best first: the last line of a cell shows it, `print` writes it."""

    rows: tuple[Result, ...]

    def table(self) -> list[list[str]]:
        """Give the table as text, the heading first."""
        heading = ["model", "by", "valid", "test", "test, unseen tunes", "minutes"]
        body = [[r.model, r.who, *_nats(r), _number(r.minutes, 1)] for r in self.rows]
        return [heading, *body]

    def __repr__(self) -> str:
        return "\n".join(text_table(self.table()))

    def _repr_html_(self) -> str:
        return html_table(self.table(), "Nats per note on held-out pieces; lower is better.")


def leaderboard(corpus: str = "chorales") -> Leaderboard:
    """Put the course's models and the learner's own on one table, best on validation first.

    Args:
        corpus: one of `CORPORA`; numbers of different corpora cannot be compared.

    Returns:
        The table.

    Raises:
        ValueError: if there is no such corpus, or the learner's file is damaged.
    """
    if corpus not in CORPORA:
        raise ValueError(f"corpus is {corpus!r}; choose from {', '.join(CORPORA)}")
    rows = [row for row in (*course_results(), *own_results()) if row.corpus == corpus]
    return Leaderboard(tuple(sorted(rows, key=lambda row: row.valid)))


def _nats(row: Result) -> list[str]:
    """Write the numbers of a row; a bound says so."""
    numbers = [_number(value) for value in (row.valid, row.test, row.unseen)]
    return [f"≤ {number}" if row.bound and number != "–" else number for number in numbers]


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
