"""String quartets as shipped: movements by Haydn, Mozart and Beethoven, four instruments each.

The card (`course.data.cards.card_text("quartets")`) says where they come from and what is known to
be wrong with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course.data.array_files import ARRAY_FOLDER, load_arrays, split_rows, unpack_texts
from course.data.chorales import key_name, metre_changes
from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, Tempo, TimeSignature

TICKS_PER_QUARTER = 48
PLAYERS = ("Violin 1", "Violin 2", "Viola", "Cello")
PROGRAMS = (40, 40, 41, 42)  # General MIDI violin, viola and cello, counted from 0
# Quarter notes a minute for listening, by the first word of the marking that is found here: a
# rendering choice; none of the files states a number.
TEMPO_WORDS = {
    "grave": 44.0, "largo": 48.0, "adagio": 54.0, "lento": 52.0, "andante": 72.0, "andantino": 80.0,
    "moderato": 100.0, "allegretto": 104.0, "allegro": 132.0, "vivace": 144.0, "presto": 168.0,
    "menuetto": 126.0,
}  # fmt: skip
UNMARKED_TEMPO = 104.0
LARGE_BEAT = 0.7  # beats longer than a quarter go that much slower, measured in beats


@dataclass(frozen=True, eq=False)
class QuartetMovement:
    """One movement; all times count ticks of 1/48 quarter note from the beginning."""

    name: str  # "mozart-k155-1"
    composer: str
    work: str  # "K. 155", "Op. 59 No. 1"
    movement: int  # counted from 1
    marking: str  # "Allegro vivace assai", empty where the file has none
    source_file: str  # below music21's corpus folder
    metres: np.ndarray  # (M, 3): start, numerator, denominator
    keys: np.ndarray  # (K, 3): start, sharps (flats below 0), 1 for minor, as the file states it
    bar_starts: np.ndarray  # first tick of each bar; a pickup counts as a bar
    num_ticks: int  # length
    pitches: np.ndarray  # (N,) int16, MIDI numbers; several may sound at once in one instrument
    starts: np.ndarray  # (N,) int32
    durations: np.ndarray  # (N,) int32, > 0
    players: np.ndarray  # (N,) index into PLAYERS

    @property
    def title(self) -> str:
        """Composer, work and movement in one line."""
        marking = f" ({self.marking})" if self.marking else ""
        return f"{self.composer}, {self.work}, movement {self.movement}{marking}"

    @property
    def key(self) -> str:
        """The key at the beginning in words, as the file states it."""
        return key_name(int(self.keys[0, 1]), "minor" if self.keys[0, 2] else "major")

    def to_note_sequence(self) -> NoteSequence:
        """Give the movement for two violins, viola and cello at a listening tempo."""
        metres = metre_changes(self.metres, TICKS_PER_QUARTER)
        columns = (self.pitches, self.starts, self.starts + self.durations, self.players)
        return NoteSequence(
            notes=tuple(
                Note(pitch, start / TICKS_PER_QUARTER, end / TICKS_PER_QUARTER, instrument=player)
                for pitch, start, end, player in zip(*(c.tolist() for c in columns), strict=True)
            ),
            instruments=tuple(map(Instrument, PROGRAMS, PLAYERS)),
            tempos=(Tempo(0.0, listening_tempo(self.marking, metres[0])),),
            time_signatures=metres,
            key_signatures=tuple(
                KeySignature(start / TICKS_PER_QUARTER, fifths, "minor" if minor else "major")
                for start, fifths, minor in self.keys.tolist()
            ),
            total_quarters=self.num_ticks / TICKS_PER_QUARTER,
            title=self.title,
        )


def listening_tempo(marking: str, metre: TimeSignature) -> float:
    """Choose a tempo to listen at; a rendering choice, not data.

    Args:
        marking: the tempo marking in words, possibly empty.
        metre: the first metre; its beat is a dotted quarter in 3/8 and 6/8, a half note in 2/2.

    Returns:
        Quarter notes a minute.
    """
    words = marking.lower().replace(".", " ").split()
    known = (TEMPO_WORDS[word] for word in words if word in TEMPO_WORDS)
    tempo = next(known, UNMARKED_TEMPO)
    beat = 2.0 if metre.denominator == 2 else 1.5 if metre.denominator == 8 else 1.0
    return tempo if beat == 1.0 else round(tempo * LARGE_BEAT * beat, 1)


def load_quartets(path: Path = ARRAY_FOLDER / "quartets.npz") -> list[QuartetMovement]:
    """Load all quartet movements, by composer, work and movement.

    Args:
        path: the array file.

    Returns:
        The movements.

    Raises:
        FileNotFoundError: if the array file is missing.
    """
    return list(_unpack(load_arrays(path)))


def _unpack(arrays: dict[str, np.ndarray]) -> Iterator[QuartetMovement]:
    counts = arrays["num_notes"]  # (movements, 4)
    per_piece = counts.sum(axis=1)
    pitches = split_rows(arrays["pitches"].astype(np.int16), per_piece)
    durations = split_rows(arrays["durations"].astype(np.int32), per_piece)
    waits = split_rows(arrays["waits"].astype(np.int32), counts.ravel())
    metres = split_rows(arrays["metres"], arrays["num_metres"])
    keys = split_rows(arrays["keys"], arrays["num_keys"])
    bars = split_rows(arrays["bar_lengths"].astype(np.int32), arrays["num_bars"])
    columns = ("names", "composers", "works", "markings", "sources")
    texts = zip(*(unpack_texts(arrays[key]) for key in columns), strict=True)
    for i, (name, composer, work, marking, source) in enumerate(texts):
        yield QuartetMovement(
            name=name,
            composer=composer,
            work=work,
            movement=int(arrays["movement"][i]),
            marking=marking,
            source_file=source,
            metres=metres[i],
            keys=keys[i],
            bar_starts=np.cumsum(bars[i]) - bars[i],
            num_ticks=int(bars[i].sum()),
            pitches=pitches[i],
            starts=np.concatenate([np.cumsum(wait) for wait in waits[4 * i : 4 * i + 4]]),
            durations=durations[i],
            players=np.repeat(np.arange(4), counts[i]),
        )
