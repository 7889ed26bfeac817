"""Chords for a melody, by a hidden Markov model that is counted from chorales.

A state is a chord, named from the tonic (root 0 is the tonic's), in one of four qualities. Counted
in the training chorales, beat by beat and apart for major and minor: how often a chord follows
another, and how long each pitch class of the soprano sounds over each chord. The Viterbi path
through these probabilities is the harmony. Tunes are no chorales: the counts know Bach's habits.

References:
    Simon, Morris, Basu, "MySong: automatic accompaniment generation for vocal melodies", CHI 2008
    (a hidden Markov model that harmonises).
    Viterbi, "Error bounds for convolutional codes", IEEE Transactions on Information Theory, 1967.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course.arranging.chords import SOUGHT, Chord, pitch_class_weights, template_scores
from course.bars import bar_spans
from course.data.chorales import Chorale, load_chorales
from course.errors import check_integer, check_range
from course.evaluation.control import find_key
from course.note_sequence import KeySignature, NoteSequence

NUM_CHORDS = 12 * len(SOUGHT)  # S
SMOOTHING = 0.1  # added to every count of a transition
TONE_SMOOTHING = 0.5  # beats, added to every pitch class over a chord
TICKS = 480  # a quarter note, when a key is looked for


class ChordCounts(NamedTuple):
    """Natural logarithms of probabilities, from the chorales of one mode."""

    start: np.ndarray  # (S,) of the first chord
    moves: np.ndarray  # (S, S) row: chord, column: the chord on the next beat
    tones: np.ndarray  # (S, 12) of the soprano's pitch class above the tonic
    end: np.ndarray  # (S,) of the last chord


@cache
def chord_counts(mode: str) -> ChordCounts:
    """Count chords in all training chorales of a mode; the second time at once.

    Args:
        mode: "major" or "minor".

    Returns:
        What `count_chords` gives.

    Raises:
        ValueError: if there is no such mode.
    """
    if mode not in ("major", "minor"):
        raise ValueError(f"the mode is {mode!r}; use 'major' or 'minor'")
    return count_chords([c for c in load_chorales() if (c.split, c.mode) == ("train", mode)])


def count_chords(chorales: Iterable[Chorale]) -> ChordCounts:
    """Count chords, beat by beat.

    Args:
        chorales: of one mode, possibly none: then all chords are equally likely.

    Returns:
        The logarithms; chords are numbered 4 * root + number of the quality, root 0 the tonic.
    """
    start, end = np.full(NUM_CHORDS, SMOOTHING), np.full(NUM_CHORDS, SMOOTHING)
    moves = np.full((NUM_CHORDS, NUM_CHORDS), SMOOTHING)
    tones = np.full((NUM_CHORDS, 12), TONE_SMOOTHING)
    for chorale in chorales:
        chords, soprano = beat_chords(chorale)
        start[chords[0]] += 1
        end[chords[-1]] += 1
        np.add.at(moves, (chords[:-1], chords[1:]), 1)
        np.add.at(tones, chords, soprano)
    tables = (start, moves, tones, end)
    return ChordCounts(*(np.log(t / t.sum(axis=-1, keepdims=True)) for t in tables))


def chord_nats(counts: ChordCounts, chorales: Iterable[Chorale]) -> float:
    """Measure how well counted habits predict the next chord.

    Args:
        counts: of one mode.
        chorales: of the same mode, at least one with two beats.

    Returns:
        Mean of -ln p of each beat's chord, given the one before.
    """
    rows = [beat_chords(chorale)[0] for chorale in chorales]
    return -float(np.concatenate([counts.moves[row[:-1], row[1:]] for row in rows]).mean())


def beat_chords(chorale: Chorale) -> tuple[np.ndarray, np.ndarray]:
    """Name the chord of every beat from the tonic up.

    Args:
        chorale: its metre counts quarters; an incomplete last beat is left out.

    Returns:
        (beats,) numbers of chords, and (beats, 12) how long the soprano sings each pitch class
        above the tonic, in beats.
    """
    tonic = KeySignature(0.0, chorale.fifths, chorale.mode).tonic
    weights, soprano, bass = _beat_weights(chorale.pitches, tonic)
    return template_scores(weights, bass).argmax(axis=1), soprano


def _beat_weights(pitches: np.ndarray, tonic: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give (beats, 12) weights above the tonic: of all voices, the soprano, and the bass."""
    beats = pitches[: len(pitches) // 4 * 4].reshape(-1, 4, 4)  # (beat, sixteenth, voice)
    classes = np.where(beats >= 0, (beats - tonic) % 12, 12)
    one_hot = np.eye(13)[classes][..., :12] / 4  # in beats
    voices = one_hot.sum(axis=1)  # (beat, voice, 12)
    return voices.sum(axis=1), voices[:, 0], voices[:, 3]


def best_path(
    fits: Sequence[Sequence[float]] | np.ndarray, moves: Sequence[Sequence[float]] | np.ndarray
) -> list[int]:
    """Find the path with the largest sum (Viterbi).

    Args:
        fits: (N, S) how well each state fits to each place, N >= 1.
        moves: (S, S) how well a state (column) follows another (row).

    Returns:
        N states; the path p that maximises the sum of fits[n, p[n]] and of moves[p[n - 1], p[n]].
    """
    fits, moves = np.asarray(fits, dtype=float), np.asarray(moves, dtype=float)
    best, came_from = fits[0], []
    for fit in fits[1:]:
        ways = best[:, None] + moves  # (before, now)
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + fit
    path = [int(best.argmax())]
    for row in reversed(came_from):
        path.append(int(row[path[-1]]))
    return path[::-1]


def key_of(music: NoteSequence, instrument: int = 0) -> tuple[int, str]:
    """Give the key of a piece: as signed at its beginning, else as it sounds.

    Args:
        music: the piece.
        instrument: whose notes are measured if there is no key signature.

    Returns:
        The tonic's pitch class, and "major" or "minor".

    Raises:
        ValueError: if there is neither a key signature nor a note.
    """
    if music.key_signatures:
        return music.key_signatures[0].tonic, music.key_signatures[0].mode
    notes = music.notes_of(instrument)
    lengths = [max(1, round(note.duration * TICKS)) for note in notes]
    return find_key([note.pitch for note in notes], lengths)


def harmonise_melody(
    music: NoteSequence,
    instrument: int = 0,
    chords_per_bar: int = 1,
    key: tuple[int, str] | None = None,
    tone_weight: float = 1.0,
) -> tuple[Chord, ...]:
    """Find chords for a melody.

    Args:
        music: the piece.
        instrument: index of the melody.
        chords_per_bar: 1..4.
        key: pitch class of the tonic and mode; None for `key_of`.
        tone_weight: how much the melody counts beside the habits of harmony, 0..10; at 0 it is
            not heard at all.

    Returns:
        Chords without gaps over all bars; equal neighbours stay apart.

    Raises:
        ValueError: if there is no melody, or a number is out of range.
    """
    check_integer("instrument", instrument, 0, len(music.instruments) - 1, "whose melody?")
    check_integer("chords_per_bar", chords_per_bar, 1, 4, "1 or 2 are usual")
    check_range("tone_weight", tone_weight, 0.0, 10.0, "1 is usual")
    if not music.notes_of(instrument):
        raise ValueError(f"instrument {instrument} has no notes; a melody is needed for harmony")
    tonic, mode = key or key_of(music, instrument)
    spans = _shares(music, chords_per_bar)
    fits = chord_fits(music, spans, instrument, tonic, mode, tone_weight)
    path = best_path(fits, chord_counts(mode).moves)
    return tuple(chord_of(state, tonic, *span) for state, span in zip(path, spans, strict=True))


def _shares(music: NoteSequence, number: int) -> list[tuple[float, float]]:
    """Cut every bar into so many equal stretches."""
    spans = []
    for start, end in bar_spans(music):
        edges = np.linspace(start, end, number + 1).tolist()
        spans += list(pairwise(edges))
    return spans


def chord_fits(
    music: NoteSequence,
    spans: Sequence[tuple[float, float]],
    instrument: int,
    tonic: int,
    mode: str,
    tone_weight: float = 1.0,
) -> np.ndarray:
    """Say how well each chord fits under a melody in each stretch.

    Args:
        music: the piece.
        spans: (start, end) of each stretch, in quarter notes, at least one.
        instrument: index of the melody.
        tonic: pitch class.
        mode: "major" or "minor".
        tone_weight: factor of what the melody says.

    Returns:
        (N, 48): quarters times ln p(tone | chord), summed; ln p of a first and of a last chord
        added at the ends. Chords are numbered from the tonic up, see `chord_counts`.
    """
    counts = chord_counts(mode)
    weights = np.array([pitch_class_weights(music, *span, instrument) for span in spans])
    fits = tone_weight * np.roll(weights, -tonic, axis=1) @ counts.tones.T  # (N, S)
    fits[0] += counts.start
    fits[-1] += counts.end
    return fits


def chord_of(state: int, tonic: int, start: float, end: float) -> Chord:
    """Turn the number of a chord, counted from the tonic, into a chord.

    Args:
        state: 4 * root above the tonic + number of the quality in `course.arranging.chords.SOUGHT`.
        tonic: pitch class.
        start: in quarter notes.
        end: in quarter notes.
    """
    root, quality = divmod(state, len(SOUGHT))
    return Chord(start, end, (root + tonic) % 12, SOUGHT[quality])
