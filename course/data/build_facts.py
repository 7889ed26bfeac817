"""Count what was built: the numbers under the text of each data card."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from course.data.build_chorales import RawChorale, published_splits
from course.data.build_quartets import COMPOSERS, RawMovement
from course.data.build_tunes import RawTune
from course.data.chorales import SPLITS as CHORALE_SPLITS
from course.data.quartets import PLAYERS
from course.data.sources import corpus_folder, read_source, stated_terms
from course.data.tunes import SPLITS as TUNE_SPLITS

REFERENCE_PIECES = {"train": 229, "valid": 76, "test": 77}  # of the published split


def _statements(source_files: Iterable[str]) -> dict[str, int]:
    """Count in how many files each statement about copyright or permission stands."""
    texts = (read_source(corpus_folder() / name) for name in sorted(set(source_files)))
    return dict(sorted(Counter(line for text in texts for line in stated_terms(text)).items()))


def chorale_facts(
    chorales: list[RawChorale], arrays: dict[str, np.ndarray], restricted: list[str]
) -> dict[str, object]:
    """Count what a reader of the card wants to know.

    Args:
        chorales: the chorales that are shipped.
        arrays: `pack_chorales` of them.
        restricted: the files left out because they state a restriction.

    Returns:
        Facts by name.
    """
    of_split = {s: np.flatnonzero(arrays["split"] == i) for i, s in enumerate(CHORALE_SPLITS)}
    table = published_splits()
    listed = Counter(table[Path(c.source_file).name] for c in chorales)
    silent = [sum(n for v in c.runs for pitch, n, _ in v if pitch < 0) for c in chorales]
    steps = arrays["num_steps"]
    seen = arrays["tune_in_train"]
    return {
        "pieces": {split: len(index) for split, index in of_split.items()},
        "coverage of the published split": {
            split: f"{listed[split]} of {total}" for split, total in REFERENCE_PIECES.items()
        },
        "sixteenths": {split: int(steps[index].sum()) for split, index in of_split.items()},
        "sixteenths per piece: least, mean, most": {
            split: f"{steps[index].min()}, {steps[index].mean():.1f}, {steps[index].max()}"
            for split, index in of_split.items()
        },
        "silent cells": {s: int(np.take(silent, i).sum()) for s, i in of_split.items()},
        "groups of chorales that share a melody": int(arrays["tune"].max()) + 1,
        "pieces whose melody occurs in train": {s: int(seen[i].sum()) for s, i in of_split.items()},
        "pieces in minor": sum(c.minor for c in chorales),
        "pieces with a pickup": sum(c.pickup_steps > 0 for c in chorales),
        "pieces with bars that do not fit their metre": [
            c.name for c in chorales if _has_odd_bars(c)
        ],
        "notes that the grid does not hear": sum(c.unheard for c in chorales),
        "files left out because they state a restriction": restricted,
        "statements about copyright in the files": _statements(c.source_file for c in chorales),
    }


def _has_odd_bars(chorale: RawChorale) -> bool:
    """Tell whether a bar, the pickup aside, is as long as no metre of the piece says."""
    full = {16 * numerator // denominator for _, numerator, denominator in chorale.metres}
    return not full.issuperset(chorale.bar_lengths[1 if chorale.pickup_steps else 0 :])


def tune_facts(
    tunes: list[RawTune], arrays: dict[str, np.ndarray], refused: list[tuple[str, str, str]]
) -> dict[str, object]:
    """Count what a reader of a book's card wants to know.

    Args:
        tunes: the tunes that are shipped.
        arrays: the book's part of `pack_books`.
        refused: file, number and reason of each tune that could not be read.

    Returns:
        Facts by name.
    """
    types = Counter((t.tune_type, t.type_source) for t in tunes)
    faults = Counter(fault for t in tunes for fault in t.abc.faults)
    return {
        "tunes": len(tunes),
        "notes": sum(pitch >= 0 for t in tunes for pitch, _ in t.runs),
        "types (where the type is taken from)": {
            f"{name} ({source})": count for (name, source), count in types.most_common()
        },
        "splits": {split: int((arrays["split"] == i).sum()) for i, split in enumerate(TUNE_SPLITS)},
        "families of melodies": len(np.unique(arrays["family"])),
        "modes": dict(Counter(t.abc.mode for t in tunes).most_common()),
        "metres": dict(Counter(f"{t.metres[0][1]}/{t.metres[0][2]}" for t in tunes).most_common()),
        "tunes with bars that do not fit their metre": sum(t.irregular_bars > 0 for t in tunes),
        "note ends that the grid had to move": sum(t.inexact for t in tunes),
        "faults inside tunes": dict(faults.most_common()),
        "tunes that could not be read": [f"{file}, {tune}: {why}" for file, tune, why in refused],
        "statements about copyright in the files": _statements(t.source_file for t in tunes),
    }


def quartet_facts(movements: list[RawMovement], left_out: dict[str, str]) -> dict[str, object]:
    """Count what a reader of the card wants to know.

    Args:
        movements: the movements that are shipped.
        left_out: the reason for each file that is not.

    Returns:
        Facts by name.
    """
    return {
        "movements": dict(Counter(COMPOSERS[m.composer] for m in movements)),
        "notes": {
            player: sum(len(m.notes[i]) for m in movements) for i, player in enumerate(PLAYERS)
        },
        "mended or lost": dict(sum((m.faults for m in movements), Counter())),
        "files left out": [f"{source}: {reason}" for source, reason in left_out.items()],
        "statements about copyright in the files": _statements(m.source_file for m in movements),
    }
