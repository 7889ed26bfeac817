"""Proxies of emotion over time, and a piece rearranged to follow a curve of them.

**What is measured is not emotion.** Listeners tend to call music in major happier than music in
minor, and fast, loud, dense music more excited than slow, soft, thin music; those are averages over
people and pieces. The *valence proxy* is therefore a measure of mode, the *arousal proxy* a mean of
tempo, loudness and density; both are named proxies wherever they are shown, and only listeners can
judge what a piece makes them feel.

References:
    Russell, "A circumplex model of affect", Journal of Personality and Social Psychology 39(6),
    1980 (valence and arousal).
    Eerola, Friberg, Bresin, "Emotional expression in music: contribution, linearity, and additivity
    of primary musical cues", Frontiers in Psychology 4:487, 2013 (which cues matter: mode, tempo,
    register, dynamics ...).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course.arranging.chords import pitch_class_weights
from course.arranging.harmoniser import key_of
from course.arranging.report import Arrangement, Report, check_kept, check_locked
from course.arranging.tempo import FASTEST, SLOWEST
from course.bars import bar_spans
from course.errors import check_integer, check_range
from course.evaluation.control import mode_margin
from course.note_sequence import Note, NoteSequence, Tempo

MIDDLE_TEMPO, MIDDLE_VELOCITY, MIDDLE_DENSITY = 110.0, 72.0, 6.0  # proxies are 0 there
TEMPO_OCTAVES = 0.5  # arousal 1 is 2 ** 0.5 times as fast
VELOCITY_CHANGE = 24  # arousal 1 is so much louder
THIN, DENSE = -0.34, 0.34  # arousal below and above which strokes are left out, or doubled
DARK, BRIGHT = -0.2, 0.2  # valence below and above which the mode changes
TO_MINOR, TO_MAJOR = {4: 3, 9: 8}, {3: 4, 8: 9, 10: 11}  # steps above the tonic


class EmotionPoint(NamedTuple):
    """What is asked for at one moment; between two points the curve is straight."""

    quarters: float  # quarter notes from the beginning
    valence: float  # -1 (sad, as minor sounds) .. 1 (happy, as major sounds)
    arousal: float  # -1 (calm) .. 1 (excited)


@dataclass(frozen=True)
class Proxies:
    """What can be measured of one bar."""

    start: float  # quarter notes
    valence_proxy: float  # -1..1, from the mode
    arousal_proxy: float  # -1..1, from tempo, velocity and density
    tempo: float  # quarter notes a minute, the bar's mean
    velocity: float  # mean, 1..127
    density: float  # attacks a second, all instruments


def target_at(points: Sequence[EmotionPoint], quarters: float) -> tuple[float, float]:
    """Read an emotion curve.

    Args:
        points: in order, at least one.
        quarters: the moment.

    Returns:
        Valence and arousal; before the first and behind the last point those of that point.
    """
    moments = [point.quarters for point in points]
    valence = np.interp(quarters, moments, [point.valence for point in points])
    return float(valence), float(np.interp(quarters, moments, [p.arousal for p in points]))


def measure_proxies(music: NoteSequence, key: tuple[int, str] | None = None) -> list[Proxies]:
    """Measure the proxies bar by bar.

    The valence proxy is twice the margin by which major fits better than minor on the piece's tonic
    (`course.evaluation.control.mode_margin`); the bar of a chord that both modes share tells it
    little. The arousal proxy is the mean of
    three numbers: octaves of tempo above 110 a minute, times 2; velocity above 72, divided by 36;
    octaves of density above 6 attacks a second, divided by 2. Each is cut to -1..1.

    Args:
        music: the piece.
        key: pitch class of the tonic and mode; None for `key_of`.

    Returns:
        One for each bar in which something is struck.

    Raises:
        ValueError: if no key is given or signed, and the first instrument has no notes.
    """
    if not music.notes:
        return []
    tonic, _ = key or key_of(music)
    found = []
    for start, end in bar_spans(music):
        struck = [note for note in music.notes if start <= note.start < end]
        if not struck:
            continue
        seconds = float(music.seconds_at(end) - music.seconds_at(start))
        tempo, density = 60 * (end - start) / seconds, len(struck) / seconds
        velocity = float(np.mean([note.velocity for note in struck]))
        parts = (
            2 * math.log2(tempo / MIDDLE_TEMPO),
            (velocity - MIDDLE_VELOCITY) / 36,
            math.log2(density / MIDDLE_DENSITY) / 2,
        )
        arousal = float(np.mean(np.clip(parts, -1, 1)))
        valence = float(
            np.clip(2 * mode_margin(pitch_class_weights(music, start, end), tonic), -1, 1)
        )
        found.append(Proxies(start, valence, arousal, tempo, velocity, density))
    return found


def match_emotion(
    music: NoteSequence,
    points: Sequence[EmotionPoint],
    melody: int = 0,
    locked: Collection[Note] = (),
    key: tuple[int, str] | None = None,
) -> Arrangement:
    """Rearrange a piece so that its proxies follow a curve.

    In each bar the curve's value at its middle decides. Arousal changes the tempo (up to a factor
    of 1.41 either way), the velocity (up to 24), and the density: calm bars lose the drums and the
    strokes off the beat, excited bars strike longer notes twice; the melody keeps its rhythm.
    Valence below -0.2 gives a bar of a major piece the third and sixth of minor, above 0.2 a bar of
    a minor piece the third, sixth and seventh of major. What a locked note would need stays
    undone, the tempo apart, which is everybody's.

    Args:
        music: the piece.
        points: the curve, in order, at least one.
        melody: the instrument whose rhythm stays.
        locked: notes that stay exactly as they are (in quarter notes).
        key: pitch class of the tonic and mode; None for `key_of`.

    Returns:
        The piece of the same length in quarter notes; the report has a line for each bar.

    Raises:
        ValueError: if there are no points, they are out of order or range, or there are no notes.
    """
    check_integer("melody", melody, 0, len(music.instruments) - 1, "an instrument of the piece")
    _check_points(points)
    locked = check_locked(music, locked)
    tonic, mode = key or key_of(music, melody)
    notes, tempos, lines = [], [], []
    for number, (start, end) in enumerate(bar_spans(music)):
        valence, arousal = target_at(points, (start + end) / 2)
        rate = 60 * (end - start) / float(music.seconds_at(end) - music.seconds_at(start))
        rate = float(np.clip(rate * 2 ** (TEMPO_OCTAVES * arousal), SLOWEST, FASTEST))
        tempos.append(Tempo(start, rate))
        own = [n for n in music.notes if start <= n.start < end]
        free = [n for n in own if n not in locked]
        played = _with_density(music, free, start, arousal, melody)
        turned = [_in_mode(music, note, tonic, mode, valence) for note in played]
        louder = round(VELOCITY_CHANGE * arousal)
        notes += [n for n in own if n in locked]
        notes += [replace(n, velocity=int(np.clip(n.velocity + louder, 1, 127))) for n in turned]
        altered = sum(a.pitch != b.pitch for a, b in zip(played, turned, strict=True))
        left = len(played) + len(own) - len(free)
        lines.append(
            f"bar {number + 1}: valence {valence:+.2f}, arousal {arousal:+.2f}: "
            f"{rate:.0f} a minute, velocity {louder:+d}, {len(own)} → {left} notes, "
            f"{altered} pitches altered"
        )
    result = replace(music, notes=tuple(notes), tempos=tuple(tempos))
    check_kept(locked, result)
    summary = f"{len(tempos)} bars, {music.total_seconds:.1f} s → {result.total_seconds:.1f} s"
    return Arrangement(result, Report("emotion curve (proxies)", summary, tuple(lines)))


def _check_points(points: Sequence[EmotionPoint]) -> None:
    if not points:
        raise ValueError("the curve has no points; give at least one EmotionPoint")
    for point in points:
        check_range("EmotionPoint.quarters", point.quarters, 0.0, 1e6, "quarter notes")
        check_range("EmotionPoint.valence", point.valence, -1.0, 1.0, "0 changes nothing")
        check_range("EmotionPoint.arousal", point.arousal, -1.0, 1.0, "0 changes nothing")
    if any(a.quarters >= b.quarters for a, b in pairwise(points)):
        raise ValueError("the curve's points are out of order; sort them by `quarters`")


def _with_density(
    music: NoteSequence, notes: list[Note], bar: float, arousal: float, melody: int
) -> list[Note]:
    """Leave strokes out of a calm bar, or strike longer notes of an excited one twice."""
    if THIN <= arousal <= DENSE:
        return notes
    found = []
    for note in notes:
        drum = music.instruments[note.instrument].is_drum
        on_beat = abs((note.start - bar) - round(note.start - bar)) < 1e-6
        if note.instrument == melody:
            found.append(note)
        elif arousal < THIN:
            if on_beat and not drum:
                found.append(note)
        elif note.duration >= 0.5 and not drum:
            middle = (note.start + note.end) / 2
            found += [replace(note, end=middle), replace(note, start=middle)]
        else:
            found.append(note)
    return found


def _in_mode(music: NoteSequence, note: Note, tonic: int, mode: str, valence: float) -> Note:
    """Give a note of the other mode where the curve asks for it."""
    if music.instruments[note.instrument].is_drum:
        return note
    table: dict[int, int] = {}
    if mode == "major" and valence < DARK:
        table = TO_MINOR
    elif mode == "minor" and valence > BRIGHT:
        table = TO_MAJOR
    step = (note.pitch - tonic) % 12
    pitch = note.pitch + table.get(step, step) - step
    return replace(note, pitch=pitch) if 0 <= pitch <= 127 else note
