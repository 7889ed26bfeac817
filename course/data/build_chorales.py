"""Bach's chorales from music21's files onto a grid of sixteenths, four voices each.

As in the reference data: written repeats are expanded, the last chord is held to the end of its
bar, and the grid keeps the pitch heard at each sixteenth. Grace notes make no step of their own; a
thirty-second that falls between two sixteenths is not heard. Ties are joined.

References:
    Boulanger-Lewandowski, Bengio, Vincent, ICML 2012, arXiv:1206.6392 (the split).
    The JSB-Chorales-dataset by Cheng-Zhi Anna Huang on GitHub (the sixteenth grid of that split).
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course.data.array_files import pack_texts
from course.data.chorales import SPLITS, STEPS_PER_QUARTER
from course.data.melody_index import melody_groups, melody_windows, shares_melody
from course.data.sources import corpus_folder, is_restricted, read_source

SPLIT_TABLE = Path(__file__).parent / "chorale_splits.csv"


@dataclass(frozen=True)
class RawChorale:
    """One chorale as read from its file; times in sixteenths from the beginning."""

    source_file: str  # below music21's corpus folder: "bach/bwv338.mxl"
    runs: list[list[tuple[int, int, bool]]]  # per voice: (pitch or -1, length, under a fermata)
    bar_lengths: list[int]  # the first is the pickup, if there is one
    pickup_steps: int  # 0 without a pickup
    metres: list[tuple[int, int, int]]  # (start, numerator, denominator)
    fifths: int
    minor: bool
    unheard: int = 0  # grace notes, and notes that fall between two sixteenths

    @property
    def name(self) -> str:
        """The file's name without its ending, such as "bwv338"."""
        return Path(self.source_file).stem

    @property
    def num_steps(self) -> int:
        """Length in sixteenths."""
        return sum(self.bar_lengths)

    @property
    def soprano(self) -> np.ndarray:
        """Pitch of the top voice at each sixteenth, (T,)."""
        pitches, lengths, _ = zip(*self.runs[0], strict=True)
        return np.repeat(pitches, lengths)


def published_splits() -> dict[str, str]:
    """Read the table that says which file belongs to which split of the literature.

    Returns:
        File name -> "train", "valid", "test" or "none". A piece listed under two splits goes to
        test if test is one of them, else to valid, so that nothing held out is trained on.
    """
    lines = SPLIT_TABLE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    table = {}
    for row in rows:
        listed = row["published_split"].split("+")
        choice = next((s for s in ("test", "valid", "train") if s in listed), "none")
        table[row["music21_file"]] = choice
    return table


def read_chorale(source_file: str) -> RawChorale:
    """Read one four-part chorale.

    Args:
        source_file: the file below music21's corpus folder, such as "bach/bwv338.mxl".

    Returns:
        The chorale with repeats expanded and its last chord held to the end of the bar.

    Raises:
        ValueError: if the file has not exactly the parts soprano, alto, tenor and bass.
    """
    from music21 import converter
    from music21.repeat import RepeatMark

    score = converter.parse(corpus_folder() / source_file, forceSource=True)
    names = tuple(part.partName for part in score.parts)
    if names != ("Soprano", "Alto", "Tenor", "Bass"):
        raise ValueError(f"{source_file}: parts {names}; expected soprano, alto, tenor and bass")
    fifths, minor = _key(score)
    if score.recurse().getElementsByClass(RepeatMark):  # else it would only be copied, slowly
        score = score.expandRepeats()
    bars, pickup = _bars(score.parts[0])
    voices = [_runs(_events(part), sum(bars)) for part in score.parts]
    notes = sum(len(part.flatten().notes) for part in score.parts)
    tied = sum(_is_tied(note) for part in score.parts for note in part.flatten().notes)
    return RawChorale(
        source_file=source_file,
        runs=voices,
        bar_lengths=bars,
        pickup_steps=pickup,
        metres=_metres(score.parts[0]),
        fifths=fifths,
        minor=minor,
        unheard=notes - tied - sum(pitch >= 0 for runs in voices for pitch, *_ in runs),
    )


def _key(score) -> tuple[int, bool]:
    """Give the key as the soprano's signature states it; only there the encoder wrote the mode.

    Without a mode there, the other parts' signature counts and Krumhansl's profiles choose.
    """
    from music21.key import KeySignature

    first, *others = (next(p.recurse().getElementsByClass(KeySignature)) for p in score.parts)
    mode = getattr(first, "mode", None)
    if mode is None:
        first = Counter(others).most_common(1)[0][0]
        mode = score.analyze("key").mode
    return int(first.sharps), mode == "minor"


def _steps(quarters) -> int:
    """Turn a moment on the sixteenth grid into its step."""
    steps = round(quarters * STEPS_PER_QUARTER)
    if steps != quarters * STEPS_PER_QUARTER:
        raise ValueError(f"bar line at {quarters} quarter notes is off the sixteenth grid")
    return steps


def _bars(part) -> tuple[list[int], int]:
    """Give the bar lengths in steps, with split bars joined and the last one full; and the pickup.

    A repeat sign inside a bar splits it (three quarters, then one): both halves are one bar.
    """
    bars: list[list[int]] = []  # [length, length by the metre]
    for measure in part.getElementsByClass("Measure"):
        length, full = (
            _steps(measure.duration.quarterLength),
            _steps(measure.barDuration.quarterLength),
        )
        inside = len(bars) > 1 and bars[-1][0] < full
        if inside and bars[-1][0] + length <= full:
            bars[-1][0] += length
        elif length:
            bars.append([length, full])
    pickup = bars[0][0] if bars[0][0] < bars[0][1] else 0
    bars[-1][0] = max(bars[-1])
    return [length for length, _ in bars], pickup


def _metres(part) -> list[tuple[int, int, int]]:
    """Give the time signatures with their first steps, repetitions left out."""
    metres: list[tuple[int, int, int]] = []
    for metre in part.flatten().getElementsByClass("TimeSignature"):
        found = (_steps(metre.offset), metre.numerator, metre.denominator)
        if not metres or metres[-1][1:] != found[1:]:
            metres.append(found)
    return metres


def _runs(events: list[tuple[float, int, bool]], total: int) -> list[tuple[int, int, bool]]:
    """Sample a part on the grid and give its runs: (pitch or -1, steps, under a fermata)."""
    starts = np.array([start for start, *_ in events])
    index = np.searchsorted(starts, np.arange(total), side="right") - 1  # event at each step
    edges = np.flatnonzero(np.diff(index)) + 1
    runs: list[tuple[int, int, bool]] = []
    for first, last in zip([0, *edges], [*edges, total], strict=True):
        _, pitch, fermata = events[index[first]]
        if runs and pitch < 0 and runs[-1][0] < 0:
            runs[-1] = (-1, runs[-1][1] + int(last - first), False)
        else:
            runs.append((pitch, int(last - first), fermata))
    return runs


def _events(part) -> list[tuple[float, int, bool]]:
    """Give what begins when: (step, pitch or -1, fermata), tied notes joined, grace notes left out.

    The last event lasts for ever: the caller cuts it at the end of the last bar.
    """
    events: list[tuple[float, int, bool]] = []
    for item in part.flatten().notesAndRests:
        if item.duration.isGrace:
            continue
        pitch = int(item.pitch.midi) if item.isNote else -1
        fermata = any("Fermata" in mark.classes for mark in item.expressions)
        if _is_tied(item) and events and events[-1][1] == pitch:
            start, _, before = events[-1]
            events[-1] = (start, pitch, before or fermata)
        else:
            events.append((float(item.offset) * STEPS_PER_QUARTER, pitch, fermata))
    return events


def _is_tied(item) -> bool:
    """Tell whether a note goes on with the one before it instead of being struck."""
    return item.isNote and item.tie is not None and item.tie.type in ("continue", "stop")


def choose_splits(names: list[str], windows: list[set[bytes]]) -> list[str]:
    """Give every chorale its split.

    Args:
        names: file names as in the split table.
        windows: the melody windows of each chorale.

    Returns:
        The literature's split where it lists the file. An unlisted file goes to train if it shares
        no melody with a piece of valid or test, else it is "unused".
    """
    table = published_splits()
    splits = [table[name] for name in names]
    held_out = [own for own, s in zip(windows, splits, strict=True) if s in ("valid", "test")]
    return [
        ("unused" if shares_melody(own, held_out) else "train") if split == "none" else split
        for own, split in zip(windows, splits, strict=True)
    ]


def read_all() -> tuple[list[RawChorale], list[str]]:
    """Read every chorale of the split table, in the order of its rows.

    Returns:
        The chorales, and the files left out because they state a restriction.
    """
    chorales, restricted = [], []
    for name in published_splits():
        if is_restricted(read_source(corpus_folder() / "bach" / name)):
            restricted.append(name)
        else:
            chorales.append(read_chorale(f"bach/{name}"))
    return chorales, restricted


def chorale_titles() -> dict[str, str]:
    """Give the hymn titles that music21 knows, by the number in the catalogue ("338", "10.7")."""
    from music21.corpus.chorales import ChoraleListRKBWV

    return {number: entry["title"] for number, entry in ChoraleListRKBWV().byBWV.items()}


def pack_chorales(chorales: list[RawChorale]) -> dict[str, np.ndarray]:
    """Turn chorales into the arrays that are shipped.

    Args:
        chorales: all of them; splits and tunes are worked out among these.

    Returns:
        Integer arrays by name, as `course.data.chorales` reads them.
    """
    windows = [melody_windows(chorale.soprano) for chorale in chorales]
    splits = choose_splits([Path(c.source_file).name for c in chorales], windows)
    titles = chorale_titles()
    runs = [run for chorale in chorales for voice in chorale.runs for run in voice]
    pitches, lengths, fermatas = (np.array(column) for column in zip(*runs, strict=True))
    return {
        "run_pitches": pitches.astype(np.int8),
        "run_lengths": lengths.astype(np.uint8),
        "run_fermatas": np.packbits(fermatas),
        "num_steps": np.array([c.num_steps for c in chorales], dtype=np.int32),
        "bar_lengths": np.array([n for c in chorales for n in c.bar_lengths], dtype=np.uint8),
        "num_bars": np.array([len(c.bar_lengths) for c in chorales], dtype=np.int32),
        "pickup_steps": np.array([c.pickup_steps for c in chorales], dtype=np.uint8),
        "metres": np.array([m for c in chorales for m in c.metres], dtype=np.int32),
        "num_metres": np.array([len(c.metres) for c in chorales], dtype=np.int32),
        "fifths": np.array([c.fifths for c in chorales], dtype=np.int8),
        "minor": np.array([c.minor for c in chorales]),
        "split": np.array([SPLITS.index(split) for split in splits], dtype=np.uint8),
        "tune": np.array(melody_groups(windows), dtype=np.uint16),
        "tune_in_train": np.array(_seen_in_train(windows, splits)),
        "names": pack_texts([c.name for c in chorales]),
        "titles": pack_texts([titles.get(c.name[3:].partition("-")[0], "") for c in chorales]),
        "sources": pack_texts([c.source_file for c in chorales]),
    }


def _seen_in_train(windows: list[set[bytes]], splits: list[str]) -> list[bool]:
    """Tell for each piece whether another piece, one of train, shares a stretch of its melody."""
    train = [i for i, split in enumerate(splits) if split == "train"]
    return [
        shares_melody(own, (windows[j] for j in train if j != i)) for i, own in enumerate(windows)
    ]
