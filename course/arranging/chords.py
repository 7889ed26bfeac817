"""Chords: written as text, found in a texture, named.

A chord here is a root, a quality and a stretch of time; which octaves and which instrument play it
is decided later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course.errors import check_integer, check_range
from course.note_names import ACCIDENTALS, LETTERS, NOTE_NAMES
from course.note_sequence import MAX_QUARTERS, NoteSequence

QUALITIES = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "seventh": (0, 4, 7, 10),
    "minor seventh": (0, 3, 7, 10),
    "major seventh": (0, 4, 7, 11),
    "half-diminished": (0, 3, 6, 10),
}
SUFFIXES = {
    "": "major", "m": "minor", "dim": "diminished", "°": "diminished", "7": "seventh",
    "m7": "minor seventh", "maj7": "major seventh", "m7b5": "half-diminished",
}  # fmt: skip
SOUGHT = ("major", "minor", "diminished", "seventh")  # what `find_chords` looks for
_SYMBOL = re.compile(r"([A-G])([#♯b♭]?)(.*)")
FOREIGN = 0.5  # how much a foreign tone counts against a chord, a chord tone counting 1
BASS_BONUS = 0.1  # for a root in the lowest voice, as a share of the stretch


@dataclass(frozen=True, slots=True)
class Chord:
    """One harmony.

    Raises:
        ValueError: if a field is out of range.
    """

    start: float  # quarter notes
    end: float  # quarter notes, > start
    root: int  # pitch class, 0 = C .. 11 = B
    quality: str = "major"  # one of QUALITIES

    def __post_init__(self) -> None:
        check_range("Chord.start", self.start, 0.0, MAX_QUARTERS, "times are quarter notes")
        check_range("Chord.end", self.end, 0.0, MAX_QUARTERS, "times are quarter notes")
        if not self.start < self.end:
            raise ValueError(f"a chord from {self.start} to {self.end}; give a length above 0")
        check_integer("Chord.root", self.root, 0, 11, "a pitch class; take the pitch modulo 12")
        if self.quality not in QUALITIES:
            raise ValueError(f"there is no quality {self.quality!r}; use {', '.join(QUALITIES)}")

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes, the root first."""
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    @property
    def name(self) -> str:
        """Such as "Am7"."""
        suffix = next(text for text, quality in SUFFIXES.items() if quality == self.quality)
        return NOTE_NAMES[self.root] + suffix


def read_chords(text: str, quarters_per_bar: float = 4.0) -> tuple[Chord, ...]:
    """Read chord symbols.

    Args:
        text: bars between "|", chords between spaces, such as "C Am | F G7 | C". The chords of a
            bar share it evenly; a bar without any goes on with the last one.
        quarters_per_bar: length of a bar, 0.25..64.

    Returns:
        The chords without gaps, from 0 on.

    Raises:
        TypeError: if it is no text.
        ValueError: if a symbol cannot be read, or the first bar has none.
    """
    if not isinstance(text, str):
        raise TypeError(f"chords are written as text, such as 'C Am | F G7'; this is {text!r}")
    check_range("quarters_per_bar", quarters_per_bar, 0.25, 64.0, "4 for 4/4, 3 for 3/4 and 6/8")
    found: list[Chord] = []
    for bar, words in enumerate(text.strip().strip("|").split("|")):
        symbols = [_read_symbol(word) for word in words.split()]
        if not symbols and not found:
            raise ValueError("the first bar has no chord; write one, such as 'C | F G7 | C'")
        symbols = symbols or [(found[-1].root, found[-1].quality)]
        start, share = bar * quarters_per_bar, quarters_per_bar / len(symbols)
        for number, (root, quality) in enumerate(symbols):
            begin, end = start + number * share, start + (number + 1) * share
            found.append(Chord(begin, end, root, quality))
    return tuple(found)


def _read_symbol(word: str) -> tuple[int, str]:
    found = _SYMBOL.fullmatch(word)
    if not found or found[3] not in SUFFIXES:
        kinds = ", ".join(f"C{suffix}" for suffix in SUFFIXES)
        raise ValueError(f"{word!r} is no chord; write one like {kinds}")
    return (LETTERS[found[1]] + ACCIDENTALS[found[2]]) % 12, SUFFIXES[found[3]]


def chord_at(chords: Sequence[Chord], quarters: float) -> Chord:
    """Give the chord in force at a moment.

    Args:
        chords: in order, at least one.
        quarters: the moment.

    Returns:
        The last chord that has begun; the first one before it begins.
    """
    return max((c for c in chords if c.start <= quarters + 1e-9), default=chords[0],
               key=lambda chord: chord.start)  # fmt: skip


def template_scores(weights: np.ndarray, bass: np.ndarray | None = None) -> np.ndarray:
    """Say how well every chord fits to what sounds.

    Args:
        weights: (N, 12) how long each pitch class sounds in each of N stretches.
        bass: (N, 12) the same for the lowest voice alone, or None.

    Returns:
        (N, 12 * 4) scores; column 4 * root + number of the quality in `SOUGHT`. Tones of the chord
        count 1, foreign ones -`FOREIGN`; a root in the bass helps a little, and of equal scores
        the smaller chord is above the larger one.
    """
    templates = np.full((12, len(SOUGHT), 12), -FOREIGN)
    for root in range(12):
        for number, quality in enumerate(SOUGHT):
            for step in QUALITIES[quality]:
                templates[root, number, (root + step) % 12] = 1.0
    scores = weights @ templates.reshape(-1, 12).T  # (N, 48)
    if bass is not None:
        scores = scores + BASS_BONUS * np.repeat(bass, len(SOUGHT), axis=1)
    sizes = [len(QUALITIES[quality]) for quality in SOUGHT]
    return scores - 1e-3 * np.tile(sizes, 12) * weights.sum(axis=1, keepdims=True)


def find_chords(music: NoteSequence, spans: Sequence[tuple[float, float]]) -> tuple[Chord, ...]:
    """Find the chord that fits best to what sounds in each stretch.

    Args:
        music: the piece; drums are not heard.
        spans: (start, end) of each stretch in quarter notes.

    Returns:
        A chord for each stretch in which something sounds; a silent one lengthens the chord before.

    Raises:
        ValueError: if nothing sounds in any stretch.
    """
    weights = np.array([pitch_class_weights(music, *span) for span in spans]).reshape(-1, 12)
    lowest = np.array([_bass_weights(music, *span) for span in spans]).reshape(-1, 12)
    if not weights.any():
        raise ValueError("nothing sounds in these stretches; a silence has no chord")
    best = template_scores(weights, lowest).argmax(axis=1)
    first = int(np.argmax(weights.any(axis=1)))
    chords = []
    for number, (start, end) in enumerate(spans):
        if weights[number].any() or not chords:
            root, quality = divmod(int(best[max(number, first)]), len(SOUGHT))
        chords.append(Chord(start, end, root, SOUGHT[quality]))
    return tuple(chords)


def pitch_class_weights(
    music: NoteSequence, start: float, end: float, instrument: int | None = None
) -> np.ndarray:
    """Measure how long each pitch class sounds in a stretch.

    Args:
        music: the piece; drums are not heard.
        start: of the stretch, in quarter notes.
        end: of the stretch.
        instrument: one alone; None for all.

    Returns:
        (12,) quarter notes.
    """
    weights = np.zeros(12)
    for note in music.notes:
        if music.instruments[note.instrument].is_drum or instrument not in (None, note.instrument):
            continue
        weights[note.pitch % 12] += max(0.0, min(note.end, end) - max(note.start, start))
    return weights


def _bass_weights(music: NoteSequence, start: float, end: float) -> np.ndarray:
    """Give the lowest note's length in a stretch, in its pitch class."""
    weights = np.zeros(12)
    inside = [
        note
        for note in music.notes
        if note.start < end and note.end > start and not music.instruments[note.instrument].is_drum
    ]
    if inside:
        low = min(inside, key=lambda note: note.pitch)
        weights[low.pitch % 12] = min(low.end, end) - max(low.start, start)
    return weights
