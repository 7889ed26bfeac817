"""Bach's four-part chorales as shipped: a grid of sixteenths with soprano, alto, tenor and bass.

The card (`course.data.cards.card_text("chorales")`) says where they come from and what is known to
be wrong with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from course.data.array_files import (
    ARRAY_FOLDER,
    load_arrays,
    split_rows,
    starts_within,
    unpack_texts,
)
from course.note_sequence import Instrument, KeySignature, NoteSequence, Tempo, TimeSignature
from course.representation.voice_grid import VoiceGrid, decode_voice_grid

STEPS_PER_QUARTER = 4
SPLITS = ("train", "valid", "test", "unused")
VOICES = ("Soprano", "Alto", "Tenor", "Bass")
# General MIDI church organ, counted from 0. In the sound bank it has half its level in 65 ms and
# keeps it; the choir needs up to 290 ms, most of an eighth note, and fades to half.
CHORAL_PROGRAM = 19
LISTENING_TEMPO = 80.0  # quarter notes a minute; the files state none
MAJOR_TONICS = ("C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯")
MINOR_TONICS = ("A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯")


@dataclass(frozen=True, eq=False)
class Chorale:
    """One chorale; all times count sixteenths from the beginning."""

    name: str  # "bwv338"
    title: str  # first line of the hymn, empty where music21 knows none
    source_file: str  # below music21's corpus folder
    split: str  # "train", "valid" and "test" of the literature, or "unused"
    tune: int  # chorales with the same number share a stretch of melody
    tune_in_train: bool  # another chorale, one of train, shares a stretch of this melody
    fifths: int  # sharps of the key signature, flats below 0
    mode: str  # "major" or "minor"
    metres: np.ndarray  # (M, 3): start, numerator, denominator
    bar_starts: np.ndarray  # first sixteenth of each bar; a pickup counts as a bar
    pickup_steps: int  # length of the pickup, 0 without one
    pitches: np.ndarray  # (T, 4) int16, MIDI numbers, -1 for silence
    onsets: np.ndarray  # (T, 4) bool, True where a note is struck, not held
    fermatas: np.ndarray  # (T,) bool, True while a note under a fermata sounds

    @property
    def num_steps(self) -> int:
        """Length T in sixteenths."""
        return len(self.pitches)

    @property
    def key(self) -> str:
        """The key in words, such as "A minor"."""
        return key_name(self.fifths, self.mode)

    @property
    def grid(self) -> VoiceGrid:
        """The four voices as a model takes them."""
        return VoiceGrid(pitches=self.pitches, onsets=self.onsets)

    def to_note_sequence(self) -> NoteSequence:
        """Give the chorale with its key, metre and title, for an organ at a listening tempo."""
        voices = tuple(Instrument(CHORAL_PROGRAM, voice) for voice in VOICES)
        sequence = decode_voice_grid(self.grid, STEPS_PER_QUARTER, instruments=voices)
        return replace(
            sequence,
            title=f"{self.title} (BWV {self.name[3:]})" if self.title else f"BWV {self.name[3:]}",
            tempos=(Tempo(0.0, LISTENING_TEMPO),),
            time_signatures=metre_changes(self.metres, STEPS_PER_QUARTER),
            key_signatures=(KeySignature(0.0, self.fifths, self.mode),),
            total_quarters=self.num_steps / STEPS_PER_QUARTER,
        )


def key_name(fifths: int, mode: str) -> str:
    """Say a key signature in words.

    Args:
        fifths: sharps, flats below 0; -7..7.
        mode: "major" or "minor".

    Returns:
        Such as "E♭ major".
    """
    tonics = MINOR_TONICS if mode == "minor" else MAJOR_TONICS
    return f"{tonics[fifths + 7]} {mode}"


def metre_changes(metres: np.ndarray, steps_per_quarter: int) -> tuple[TimeSignature, ...]:
    """Turn rows of (start, numerator, denominator) into time signatures.

    Args:
        metres: (M, 3) whole numbers, starts in steps.
        steps_per_quarter: steps in a quarter note.

    Returns:
        One time signature per row.
    """
    return tuple(TimeSignature(s / steps_per_quarter, n, d) for s, n, d in metres.tolist())


def load_chorales(path: Path = ARRAY_FOLDER / "chorales.npz") -> list[Chorale]:
    """Load all chorales, of every split, in the order of their file names.

    Args:
        path: the array file.

    Returns:
        The chorales; filter them by `split`.

    Raises:
        FileNotFoundError: if the array file is missing.
    """
    return list(_unpack(load_arrays(path)))


def _unpack(arrays: dict[str, np.ndarray]) -> Iterator[Chorale]:
    steps = arrays["num_steps"]
    pitches, onsets, fermatas = _voices(arrays)
    metres = split_rows(arrays["metres"], arrays["num_metres"])
    bar_starts = starts_within(arrays["bar_lengths"], arrays["num_bars"])
    bars = split_rows(bar_starts, arrays["num_bars"])
    texts = zip(*(unpack_texts(arrays[key]) for key in ("names", "titles", "sources")), strict=True)
    ends = np.cumsum(4 * steps).tolist()
    for i, (name, title, source) in enumerate(texts):
        cells = slice(ends[i] - 4 * int(steps[i]), ends[i])
        yield Chorale(
            name=name,
            title=title,
            source_file=source,
            split=SPLITS[arrays["split"][i]],
            tune=int(arrays["tune"][i]),
            tune_in_train=bool(arrays["tune_in_train"][i]),
            fifths=int(arrays["fifths"][i]),
            mode="minor" if arrays["minor"][i] else "major",
            metres=metres[i],
            bar_starts=bars[i],
            pickup_steps=int(arrays["pickup_steps"][i]),
            pitches=pitches[cells].reshape(4, -1).T,  # (T, 4)
            onsets=onsets[cells].reshape(4, -1).T,  # (T, 4)
            fermatas=fermatas[cells].reshape(4, -1).any(axis=0),  # (T,)
        )


def _voices(arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unroll the runs of all voices of all pieces: pitch, onset and fermata of every cell."""
    lengths = arrays["run_lengths"]
    pitches = np.repeat(arrays["run_pitches"].astype(np.int16), lengths)
    onsets = np.zeros(len(pitches), dtype=bool)
    onsets[np.cumsum(lengths, dtype=np.int64) - lengths] = arrays["run_pitches"] >= 0
    fermatas = np.unpackbits(arrays["run_fermatas"], count=len(lengths)).astype(bool)
    return pitches, onsets, np.repeat(fermatas, lengths)
