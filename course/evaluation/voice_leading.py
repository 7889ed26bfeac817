"""Descriptors of voices: what is held, how voices move against each other, how far apart in key.

Every instrument or column is a voice with one pitch at a time, the highest voice first; what else
holds is said in `course.evaluation.note_table`.
"""

from itertools import combinations

import numpy as np

from course.evaluation.note_table import STEPS_PER_QUARTER, Piece, note_table

PERFECT = (0, 7)  # octave or unison, fifth: intervals modulo 12
RADII = (1.0, 1.0, 0.5)  # circles of fifths, of minor thirds, of major thirds
_ANGLES = np.pi * np.outer([7 / 6, 3 / 2, 2 / 3], np.arange(12))  # (circle, pitch class)
TONAL_SPACE = np.concatenate([np.sin(_ANGLES), np.cos(_ANGLES)]) * np.tile(RADII, 2)[:, None]


def held_cells(piece: Piece) -> float:
    """Give the share of cells that have the pitch of the cell before.

    A cell is one voice at one sixteenth. (Sounding cells whose voice had the same pitch a step
    before) / (sounding cells after the first step); whether the note is struck again or not does
    not matter. A model that copies the previous step is right that often. The course's own
    definition.

    Args:
        piece: the piece, one pitch at a time in each voice.

    Returns:
        Share, 0 .. 1; NaN if nothing sounds after the first step.

    Raises:
        ValueError: if a voice has two pitches in one step.
    """
    pitches = note_table(piece).voice_pitches
    sounding = pitches[1:] >= 0
    same = sounding & (pitches[1:] == pitches[:-1])
    return float(same.sum() / sounding.sum()) if sounding.any() else float("nan")


def voice_crossings(piece: Piece) -> float:
    """Give the share of steps in which a voice is below its lower neighbour.

    (Steps with a crossing) / (steps in which two neighbouring voices sound): the course's own
    definition.

    Args:
        piece: the piece, the highest voice first; silent voices cross nothing.

    Returns:
        Share of the steps in which two neighbouring voices sound, 0 .. 1; NaN without any.

    Raises:
        ValueError: if a voice has two pitches in one step.
    """
    pitches = note_table(piece).voice_pitches.astype(int)
    upper, lower = pitches[:, :-1], pitches[:, 1:]  # (T, V - 1)
    both = (upper >= 0) & (lower >= 0)
    crossed = both & (upper < lower)
    steps = both.any(axis=1)
    return float(crossed.any(axis=1).sum() / steps.sum()) if steps.any() else float("nan")


def motion_counts(piece: Piece) -> tuple[int, int]:
    """Count parallel fifths, octaves and unisons, and the similar motions that could be some.

    Two voices move *similarly* from one step to the next if both change their pitch in the same
    direction, and in *parallel perfect intervals* if they form a fifth before and after, or an
    octave or unison before and after (intervals modulo 12). The rule against them is that of
    any textbook of counterpoint; what is counted as one, step by step, is the course's own
    definition.

    Args:
        piece: the piece, one pitch at a time in each voice.

    Returns:
        (parallels, similar motions), summed over all pairs of voices.

    Raises:
        ValueError: if a voice has two pitches in one step.
    """
    pitches = note_table(piece).voice_pitches.astype(int)
    moves = np.diff(pitches, axis=0)  # (T - 1, V)
    sounding = (pitches[1:] >= 0) & (pitches[:-1] >= 0)
    parallels = motions = 0
    for first, second in combinations(range(pitches.shape[1]), 2):
        similar = sounding[:, first] & sounding[:, second]
        similar &= moves[:, first] * moves[:, second] > 0
        intervals = (pitches[:, first] - pitches[:, second]) % 12
        kept = (intervals[1:] == intervals[:-1]) & np.isin(intervals[1:], PERFECT)
        motions += int(similar.sum())
        parallels += int((similar & kept).sum())
    return parallels, motions


def parallels_per_100(piece: Piece) -> float:
    """Give the parallel fifths and octaves per 100 similar motions.

    100 x parallels / similar motions (see `motion_counts`): the course's own definition.

    Args:
        piece: the piece, one pitch at a time in each voice.

    Returns:
        Per cent, 0 .. 100; NaN without similar motions. A piece has few: compare sets of pieces.

    Raises:
        ValueError: if a voice has two pitches in one step.
    """
    parallels, motions = motion_counts(piece)
    return 100.0 * parallels / motions if motions else float("nan")


def tonal_distance(piece: Piece, first: int, second: int) -> float:
    """Measure how far apart in key two voices are, beat by beat.

    TD: mean over beats of |M c1 - M c2|, where c is a voice's chroma in the beat (steps per pitch
    class, sum 1) and M maps pitch classes onto circles of fifths, minor thirds and major thirds
    with radii 1, 1, 0.5. Beats in which a voice is silent are left out; MuseGAN's code divides by
    zero there, and its chroma joins neighbouring pitches (see `used_pitch_classes`). Real parts
    lie closer than parts of different pieces (soprano and bass: 1.43 against 1.81), but smaller is
    not better: closer to real is.

    Args:
        piece: the piece.
        first: one voice, counted from 0.
        second: another.

    Returns:
        Distance, 0 .. 3 (the diameters' root sum of squares); NaN without a common beat.

    References:
        Harte, Sandler, Gasser: Detecting harmonic change in musical audio, AMCMM 2006.
        Dong et al.: MuseGAN, AAAI 2018, arXiv:1709.06298 (TD).
    """
    chroma = _beat_chroma(piece)
    return _chroma_distance(chroma[first], chroma[second])


def mean_tonal_distance(piece: Piece) -> float:
    """Give the mean tonal distance over all pairs of voices.

    The distance is the papers' (see `tonal_distance`); its mean over pairs is the course's own
    definition.

    Args:
        piece: the piece.

    Returns:
        Mean of `tonal_distance`, 0 .. 3; NaN if no two voices sound in one beat.
    """
    chroma = _beat_chroma(piece)
    distances = [_chroma_distance(a, b) for a, b in combinations(chroma, 2)]
    known = [distance for distance in distances if not np.isnan(distance)]
    return float(np.mean(known)) if known else float("nan")


def _beat_chroma(piece: Piece) -> np.ndarray:
    """Count for each voice and beat the steps of each pitch class: (V, beats, 12)."""
    roll = note_table(piece).roll  # (V, P, T)
    voices, _, steps = roll.shape
    beats = -(-steps // STEPS_PER_QUARTER)
    padded = np.pad(roll, ((0, 0), (0, 4), (0, beats * STEPS_PER_QUARTER - steps)))
    octaves = padded.reshape(voices, 11, 12, beats, STEPS_PER_QUARTER)
    return octaves.sum(axis=(1, 4)).transpose(0, 2, 1)


def _chroma_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Give the mean distance of two voices' beats, (beats, 12) each, where both sound."""
    both = one.any(axis=1) & other.any(axis=1)
    if not both.any():
        return float("nan")
    shares = [c[both] / c[both].sum(axis=1, keepdims=True) for c in (one, other)]
    return float(np.linalg.norm((shares[0] - shares[1]) @ TONAL_SPACE.T, axis=1).mean())
