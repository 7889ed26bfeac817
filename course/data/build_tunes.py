"""The two fiddle-tune books of music21's corpus as melodies on a grid of 1/48 quarter note.

Each part of a tune is read once, with its last ending. Both books are read together, because they
share tunes: versions of one melody get one family number, and a family is never cut by a split.
"""

import hashlib
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import numpy as np

from course.data.abc_reader import AbcTune, read_tune, split_tunes
from course.data.array_files import pack_texts
from course.data.melody_index import melody_groups, melody_windows
from course.data.sources import corpus_folder, is_restricted, read_source
from course.data.tunes import SPLITS, TICKS_PER_QUARTER, TUNE_TYPES, TYPE_SOURCES

FOLDERS = {"oneills": "oneills1850", "ryans": "ryansMammoth"}
# How the R: fields write a type, after lower-casing and leaving out blanks.
TYPE_SPELLINGS = {
    "reel": "reel", "jig": "jig", "doublejig": "jig", "singlejig": "jig", "slipjig": "slip jig",
    "hopjig": "slip jig", "hornpipe": "hornpipe", "strathspey": "strathspey", "clog": "clog",
    "fling": "fling", "highlandfling": "fling", "slide": "slide", "waltz": "waltz", "air": "air",
    "march": "march", "walkaround": "walkaround",
}  # fmt: skip
# O'Neill's book is ordered by type. In these number ranges 837 tunes have an R: field, and all of
# them but one (a slide among the jigs) the same type; those without a field take it over. Elsewhere
# they stay unlabelled.
ONEILLS_SECTIONS = (
    (701, 1115, "jig"),
    (1116, 1175, "slip jig"),
    (1176, 1555, "reel"),
    (1556, 1780, "hornpipe"),
)
WINDOW = 12  # beats in a row that two tunes must share to be one family


@dataclass(frozen=True)
class RawTune:
    """One tune on the grid; times in ticks from the beginning."""

    name: str
    source_file: str  # below music21's corpus folder
    abc: AbcTune
    tune_type: str
    type_source: str  # one of TYPE_SOURCES
    runs: list[tuple[int, int]]  # (pitch or -1 for a rest, ticks), ties joined
    bar_lengths: list[int]
    pickup_ticks: int
    irregular_bars: int  # bars whose length is not the metre's; pickup and last bar left out
    inexact: int  # notes whose ends the grid had to move
    metres: list[tuple[int, int, int]]  # (start tick, numerator, denominator)


def tune_type_of(book: str, tune: AbcTune) -> tuple[str, str]:
    """Give a tune's type and where it is taken from.

    Args:
        book: "oneills" or "ryans".
        tune: the tune.

    Returns:
        The normalised type of its R: field ("field"), else that of the book's section ("section",
        O'Neill only), else a type that ends its title ("title"), else "unlabelled" ("none").
    """
    spelled = re.sub(r"\s+", "", tune.rhythm.lower())
    if spelled in TYPE_SPELLINGS:
        return TYPE_SPELLINGS[spelled], "field"
    if book == "oneills":
        for first, last, name in ONEILLS_SECTIONS:
            if first <= tune.number <= last:
                return name, "section"
    words = re.findall(r"[a-z]+", tune.title.lower())
    if words and words[-1] in TYPE_SPELLINGS:
        return TYPE_SPELLINGS[words[-1]], "title"
    return "unlabelled", "none"


def grid_tune(name: str, source_file: str, book: str, abc: AbcTune) -> RawTune:
    """Put a tune on the grid.

    Args:
        name: short name of the tune.
        source_file: its file below music21's corpus folder.
        book: "oneills" or "ryans".
        abc: the tune as read.

    Returns:
        The tune in ticks; ends that fall between two ticks are moved to the nearer one.
    """
    bars = _join_halves(abc)
    runs, inexact = _runs(abc)
    lengths = [_ticks(length) for length, _ in bars]
    first, full = bars[0]
    pickup = lengths[0] if first < full else 0
    inner = bars[1 if pickup else 0 : -1]
    tune_type, type_source = tune_type_of(book, abc)
    return RawTune(
        name=name,
        source_file=source_file,
        abc=abc,
        tune_type=tune_type,
        type_source=type_source,
        runs=runs,
        bar_lengths=_bar_ticks(bars),
        pickup_ticks=pickup,
        irregular_bars=sum(length != bar_full for length, bar_full in inner),
        inexact=inexact,
        metres=_metres(abc),
    )


def _ticks(quarters: Fraction) -> int:
    """Give the tick nearest to a moment; halves go to the later one."""
    return int(quarters * TICKS_PER_QUARTER + Fraction(1, 2))


def _join_halves(abc: AbcTune) -> list[tuple[Fraction, Fraction]]:
    """Give (length, length by the metre) of each bar; a bar split by a repeat sign is one bar."""
    bars: list[tuple[Fraction, Fraction]] = []
    for bar in abc.bars:
        inside = len(bars) > 1 and bars[-1][0] < bars[-1][1] == bar.full
        if inside and bars[-1][0] + bar.length <= bar.full:
            bars[-1] = (bars[-1][0] + bar.length, bar.full)
        else:
            bars.append((bar.length, bar.full))
    return bars


def _bar_ticks(bars: list[tuple[Fraction, Fraction]]) -> list[int]:
    """Give the bars' lengths in ticks so that their ends do not drift from the exact ones."""
    ends = np.cumsum([length for length, _ in bars])
    return np.diff([0, *(_ticks(end) for end in ends)]).tolist()


def _runs(abc: AbcTune) -> tuple[list[tuple[int, int]], int]:
    """Join tied notes and neighbouring rests, and round to ticks: runs and number of moved ends."""
    joined: list[list] = []  # [pitch or -1, quarters]
    tied = False
    for bar in abc.bars:
        for length, pitch, ties_on in bar.notes:
            sounding = -1 if pitch is None else pitch
            same = bool(joined) and joined[-1][0] == sounding
            if same and (tied or sounding < 0):
                joined[-1][1] += length
            else:
                joined.append([sounding, length])
            tied = ties_on
    ends = np.cumsum([length for _, length in joined])
    ticks = [_ticks(end) for end in ends]
    moved = sum(tick != end * TICKS_PER_QUARTER for tick, end in zip(ticks, ends, strict=True))
    lengths = np.diff([0, *ticks]).tolist()
    return [(pitch, n) for (pitch, _), n in zip(joined, lengths, strict=True)], moved


def _metres(abc: AbcTune) -> list[tuple[int, int, int]]:
    """Give the metres with their first ticks; of several at one place the last one counts."""
    starts = [Fraction(0), *np.cumsum([bar.length for bar in abc.bars])]
    found: dict[int, tuple[int, int, int]] = {}
    for bar, numerator, denominator in abc.metres:
        tick = _ticks(starts[min(bar, len(abc.bars))])
        found[tick] = (tick, numerator, denominator)
    return list(found.values())


def read_book(book: str) -> tuple[list[RawTune], list[tuple[str, str, str]]]:
    """Read all tunes of one book, in the order of its files.

    Args:
        book: "oneills" or "ryans".

    Returns:
        The tunes, and for each tune that could not be read its file, number and the reason.
    """
    tunes, refused = [], []
    seen: dict[str, int] = {}
    for path in sorted((corpus_folder() / FOLDERS[book]).glob("*.abc")):
        source = f"{FOLDERS[book]}/{path.name}"
        text = read_source(path)
        if is_restricted(text):
            refused.append((source, "all", "the file states a restriction"))
            continue
        for part in split_tunes(text):
            try:
                abc = read_tune(part)
            except ValueError as error:
                refused.append((source, part.split("\n")[0], str(error)))
                continue
            base = path.stem if book == "ryans" else f"oneills-{abc.number:04d}"
            seen[base] = seen.get(base, 0) + 1
            name = base if seen[base] == 1 else f"{base}-{seen[base]}"
            tunes.append(grid_tune(name, source, book, abc))
    return tunes, refused


def tune_windows(tune: RawTune) -> set[bytes]:
    """Give a tune's melody windows: its pitch on every beat, from the first full bar on.

    Args:
        tune: the tune.

    Returns:
        Windows of `course.data.melody_index`; the beat is a dotted quarter in 6/8, 9/8 and 12/8.
        A number of O'Neill's book counts as a window: it was sometimes transcribed twice.
    """
    pitches, lengths = zip(*tune.runs, strict=True)
    _, numerator, denominator = tune.metres[0]
    compound = denominator == 8 and numerator % 3 == 0
    spacing = TICKS_PER_QUARTER * 3 // 2 if compound else TICKS_PER_QUARTER
    windows = melody_windows(np.repeat(pitches, lengths)[tune.pickup_ticks :], spacing, WINDOW)
    if tune.source_file.startswith(FOLDERS["oneills"]):
        windows.add(f"number {tune.abc.number}".encode())
    return windows


def family_splits(names: list[str], families: list[int]) -> list[str]:
    """Give every tune a split such that no family is cut: about 80, 10 and 10 in 100.

    Args:
        names: the tunes' names.
        families: the number of each tune's family.

    Returns:
        "train", "valid" or "test" for each tune, by the hash of its family's first name.
    """
    first: dict[int, str] = {}
    for name, family in zip(names, families, strict=True):
        first.setdefault(family, name)
    digit = {f: int(hashlib.sha256(n.encode()).hexdigest(), 16) % 10 for f, n in first.items()}
    chosen = {0: "valid", 1: "test"}
    return [chosen.get(digit[family], "train") for family in families]


def pack_books(books: dict[str, list[RawTune]]) -> dict[str, dict[str, np.ndarray]]:
    """Turn the tunes of both books into the arrays that are shipped.

    Args:
        books: the tunes of each book; families and splits are worked out among all of them.

    Returns:
        For each book, integer arrays by name, as `course.data.tunes` reads them.
    """
    tunes = [tune for book in books.values() for tune in book]
    families = melody_groups([tune_windows(tune) for tune in tunes])
    splits = family_splits([tune.name for tune in tunes], families)
    labels = iter(zip(families, splits, strict=True))
    return {book: _pack(own, list(islice(labels, len(own)))) for book, own in books.items()}


def _pack(tunes: list[RawTune], labels: list[tuple[int, str]]) -> dict[str, np.ndarray]:
    pitches, lengths = (np.array(c) for c in zip(*(r for t in tunes for r in t.runs), strict=True))
    signs = str.maketrans({"#": "♯", "b": "♭"})
    return {
        "run_pitches": pitches.astype(np.int8),
        "run_lengths": lengths.astype(np.uint16),
        "num_runs": np.array([len(t.runs) for t in tunes], dtype=np.int32),
        "bar_lengths": np.array([n for t in tunes for n in t.bar_lengths], dtype=np.uint16),
        "num_bars": np.array([len(t.bar_lengths) for t in tunes], dtype=np.int32),
        "pickup_ticks": np.array([t.pickup_ticks for t in tunes], dtype=np.uint16),
        "irregular_bars": np.array([t.irregular_bars for t in tunes], dtype=np.uint8),
        "metres": np.array([m for t in tunes for m in t.metres], dtype=np.int32),
        "num_metres": np.array([len(t.metres) for t in tunes], dtype=np.int32),
        "fifths": np.array([t.abc.fifths for t in tunes], dtype=np.int8),
        "number": np.array([t.abc.number for t in tunes], dtype=np.uint16),
        "tune_type": np.array([TUNE_TYPES.index(t.tune_type) for t in tunes], dtype=np.uint8),
        "type_source": np.array([TYPE_SOURCES.index(t.type_source) for t in tunes], dtype=np.uint8),
        "split": np.array([SPLITS.index(split) for _, split in labels], dtype=np.uint8),
        "family": np.array([family for family, _ in labels], dtype=np.uint16),
        "names": pack_texts([t.name for t in tunes]),
        "titles": pack_texts([" ".join(t.abc.title.split()) for t in tunes]),
        "sources": pack_texts([t.source_file for t in tunes]),
        "tonics": pack_texts([t.abc.tonic.translate(signs) for t in tunes]),
        "modes": pack_texts([t.abc.mode for t in tunes]),
    }
