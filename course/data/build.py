"""Make the shipped corpora anew from music21's corpus: `course build-data`.

Two builds from the same music21 are equal byte for byte.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from course.data.array_files import file_sha256, save_arrays
from course.data.build_chorales import pack_chorales, read_all
from course.data.build_facts import chorale_facts, quartet_facts, tune_facts
from course.data.build_midi import build_shelf
from course.data.build_quartets import pack_movements, read_movements
from course.data.build_tunes import FOLDERS, pack_books, read_book
from course.data.cards import CARDS, write_card
from course.data.sources import music21_version

DATA_FOLDER = Path(__file__).parent
Facts = dict[str, object]


def build_data(names: Sequence[str] | None = None, out: Path | None = None) -> dict[str, Facts]:
    """Build corpora with their cards, and say on the screen what came out.

    Args:
        names: which of "chorales", "oneills", "ryans", "quartets" and "midi" to build; None builds
            all. The two tune books are always built together, because their splits are shared;
            "midi" is made from the shipped arrays, so it comes last.
        out: folder to write `arrays`, `cards` and `midi` into; None: the package itself.

    Returns:
        The facts of each card that was written.

    Raises:
        ValueError: if a name is not known.
        FileNotFoundError: if music21's corpus is missing.
    """
    chosen = list(CARDS) if names is None else list(names)
    if unknown := [name for name in chosen if name not in CARDS]:
        raise ValueError(f"no corpus {', '.join(unknown)}; choose from {', '.join(CARDS)}")
    folder = out or DATA_FOLDER
    for name in ("arrays", "cards", "midi"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    builders: dict[Callable[[Path], dict[str, Facts]], set[str]] = {
        _build_chorales: {"chorales"},
        _build_books: set(FOLDERS),
        _build_quartets: {"quartets"},
        _build_midi: {"midi"},
    }
    facts: dict[str, Facts] = {}
    for builder, made in builders.items():
        if made.intersection(chosen):
            facts.update(builder(folder))
    for name, card in facts.items():
        write_card(name, card, folder / "cards")
        print(f"{name}: {_summary(card)}")
    return facts


def _build_chorales(folder: Path) -> dict[str, Facts]:
    chorales, restricted = read_all()
    arrays = pack_chorales(chorales)
    path = folder / "arrays" / "chorales.npz"
    save_arrays(path, arrays)
    return {"chorales": _origin([path]) | chorale_facts(chorales, arrays, restricted)}


def _build_books(folder: Path) -> dict[str, Facts]:
    read = {book: read_book(book) for book in FOLDERS}
    packed = pack_books({book: tunes for book, (tunes, _) in read.items()})
    facts = {}
    for book, (tunes, refused) in read.items():
        path = folder / "arrays" / f"{book}.npz"
        save_arrays(path, packed[book])
        facts[book] = _origin([path]) | tune_facts(tunes, packed[book], refused)
    return facts


def _build_quartets(folder: Path) -> dict[str, Facts]:
    movements, left_out = read_movements()
    path = folder / "arrays" / "quartets.npz"
    save_arrays(path, pack_movements(movements))
    return {"quartets": _origin([path]) | quartet_facts(movements, left_out)}


def _build_midi(folder: Path) -> dict[str, Facts]:
    paths = []
    for name, data in build_shelf().items():
        path = folder / "midi" / name
        path.write_bytes(data)
        paths.append(path)
    return {"midi": _origin(paths) | {"bytes": sum(path.stat().st_size for path in paths)}}


def _origin(paths: list[Path]) -> Facts:
    """Give what every card says first: the version of the source, and the files' fingerprints."""
    return {
        "music21": music21_version(),
        "sha256": {path.name: file_sha256(path) for path in paths},
    }


def _summary(card: Facts) -> str:
    """Say the first counts of a card in one line."""
    counts = list(card.items())[2:4]
    return "; ".join(
        f"{name} "
        + (
            ", ".join(f"{k} {v}" for k, v in value.items())
            if isinstance(value, dict)
            else f"{value}"
        )
        for name, value in counts
    )
