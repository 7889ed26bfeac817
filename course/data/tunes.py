"""Fiddle tunes as shipped: O'Neill's Music of Ireland and Ryan's Mammoth Collection.

One melody each, with tune type, key and metre from the books' own fields. The cards
(`course.data.cards.card_text("oneills")`, `"ryans"`) say where they come from and what is wrong
with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course.data.array_files import (
    ARRAY_FOLDER,
    load_arrays,
    split_rows,
    starts_within,
    unpack_texts,
)
from course.data.chorales import metre_changes
from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, Tempo

BOOKS = ("oneills", "ryans")
TICKS_PER_QUARTER = 48
TUNE_TYPES = (
    "reel", "jig", "hornpipe", "slip jig", "strathspey", "clog", "fling", "slide", "waltz", "march",
    "air", "walkaround", "unlabelled",
)  # fmt: skip
TYPE_SOURCES = ("field", "section", "title", "none")
SPLITS = ("train", "valid", "test")
FLUTE_PROGRAM = 73  # General MIDI flute, counted from 0: at home in this music, like the fiddle
MINOR_MODES = ("minor", "dorian", "phrygian")  # their third is minor
# Beats a minute for listening: a rendering choice, common at dances; the books state none.
BEATS_PER_MINUTE = {
    "reel": 104.0, "jig": 116.0, "hornpipe": 84.0, "slip jig": 116.0, "strathspey": 80.0,
    "clog": 84.0, "fling": 88.0, "slide": 120.0, "waltz": 132.0, "march": 100.0, "air": 72.0,
    "walkaround": 96.0, "unlabelled": 88.0,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Tune:
    """One tune; all times count ticks of 1/48 quarter note from the beginning."""

    name: str  # "oneills-0001", "AcaciaReel"
    title: str
    number: int  # the X: field; in O'Neill the number in the book
    source_file: str  # below music21's corpus folder
    tune_type: str  # one of TUNE_TYPES
    type_source: str  # "field" (R:), "section" of the book, "title", or "none"
    split: str  # "train", "valid" or "test"; no family is cut
    family: int  # tunes of both books with the same number share a stretch of melody
    tonic: str  # "A", "B♭"
    mode: str  # "major", "minor", "dorian", "mixolydian", "phrygian" or "lydian"
    fifths: int  # sharps of the key signature, flats below 0
    metres: np.ndarray  # (M, 3): start, numerator, denominator
    bar_starts: np.ndarray  # first tick of each bar; a pickup counts as a bar
    pickup_ticks: int  # length of the pickup, 0 without one
    irregular_bars: int  # bars that are not as long as the metre says, pickup and last left out
    pitches: np.ndarray  # (N,) int16, MIDI numbers of the notes
    starts: np.ndarray  # (N,) int32
    durations: np.ndarray  # (N,) int32, > 0
    num_ticks: int  # length, final rest included

    @property
    def key(self) -> str:
        """The key in words, such as "D dorian"."""
        return f"{self.tonic} {self.mode}"

    @property
    def metre(self) -> tuple[int, int]:
        """Numerator and denominator of the metre at the beginning, (6, 8) for a jig."""
        return int(self.metres[0, 1]), int(self.metres[0, 2])

    def to_note_sequence(self) -> NoteSequence:
        """Give the tune for a flute at a listening tempo.

        A key signature knows two modes only, so a dorian tune is signed as minor and a mixolydian
        one as major, with the signature's sharps or flats.
        """
        columns = (self.pitches, self.starts, self.starts + self.durations)
        notes = tuple(
            Note(pitch, start / TICKS_PER_QUARTER, end / TICKS_PER_QUARTER)
            for pitch, start, end in zip(*(c.tolist() for c in columns), strict=True)
        )
        mode = "minor" if self.mode in MINOR_MODES else "major"
        return NoteSequence(
            notes,
            instruments=(Instrument(FLUTE_PROGRAM, "Flute"),),
            tempos=(Tempo(0.0, listening_tempo(self.tune_type, self.metre)),),
            time_signatures=metre_changes(self.metres, TICKS_PER_QUARTER),
            key_signatures=(KeySignature(0.0, self.fifths, mode),),
            total_quarters=self.num_ticks / TICKS_PER_QUARTER,
            title=self.title,
        )


def listening_tempo(tune_type: str, metre: tuple[int, int]) -> float:
    """Choose a tempo to listen at; a rendering choice, not data.

    Args:
        tune_type: one of `TUNE_TYPES`.
        metre: numerator and denominator; the beat is a dotted quarter in 6/8 and the like, a half
            note in 2/2, and in dances in 4/4.

    Returns:
        Quarter notes a minute.
    """
    compound = metre[1] == 8 and metre[0] % 3 == 0
    slow = tune_type in ("air", "march", "unlabelled")
    halves = metre == (2, 2) or (metre == (4, 4) and not slow)
    return BEATS_PER_MINUTE[tune_type] * (1.5 if compound else 2.0 if halves else 1.0)


def load_tunes(name: str, folder: Path = ARRAY_FOLDER) -> list[Tune]:
    """Load all tunes of one book, in the order of its files.

    Args:
        name: "oneills" or "ryans".
        folder: where the array files are.

    Returns:
        The tunes; filter them by `split` and `tune_type`.

    Raises:
        ValueError: if there is no such book.
        FileNotFoundError: if its array file is missing.
    """
    if name not in BOOKS:
        raise ValueError(f"load_tunes({name!r}): no such book; choose from {', '.join(BOOKS)}")
    return list(_unpack(load_arrays(folder / f"{name}.npz")))


def _unpack(arrays: dict[str, np.ndarray]) -> Iterator[Tune]:
    lengths, num_runs = arrays["run_lengths"].astype(np.int32), arrays["num_runs"]
    sounding = arrays["run_pitches"] >= 0
    owner = np.repeat(np.arange(len(num_runs)), num_runs)
    num_notes = np.bincount(owner[sounding], minlength=len(num_runs))
    notes = (arrays["run_pitches"].astype(np.int16), starts_within(lengths, num_runs), lengths)
    bar_starts = starts_within(arrays["bar_lengths"], arrays["num_bars"])
    texts = ("names", "titles", "sources", "tonics", "modes")
    numbers = ("number", "tune_type", "type_source", "split", "family", "fifths", "pickup_ticks",
               "irregular_bars")  # fmt: skip
    rows = zip(
        *(unpack_texts(arrays[key]) for key in texts),
        *(arrays[key].tolist() for key in numbers),
        split_rows(arrays["metres"], arrays["num_metres"]),
        split_rows(bar_starts, arrays["num_bars"]),
        *(split_rows(column[sounding], num_notes) for column in notes),
        np.bincount(owner, weights=lengths).astype(int).tolist(),
        strict=True,
    )
    for name, title, source, tonic, mode, number, tune_type, type_source, split, *rest in rows:
        family, fifths, pickup, irregular, metres, bars, pitches, starts, durations, total = rest
        yield Tune(
            name=name,
            title=title.removesuffix("."),  # some transcribers end a title like a sentence
            number=number,
            source_file=source,
            tune_type=TUNE_TYPES[tune_type],
            type_source=TYPE_SOURCES[type_source],
            split=SPLITS[split],
            family=family,
            tonic=tonic,
            mode=mode,
            fifths=fifths,
            metres=metres,
            bar_starts=bars,
            pickup_ticks=pickup,
            irregular_bars=irregular,
            pitches=pitches,
            starts=starts,
            durations=durations,
            num_ticks=total,
        )
