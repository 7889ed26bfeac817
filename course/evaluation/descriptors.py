"""Descriptors of one piece: its pitches, its rhythm, its texture.

What a piece is, how long a bar is, and what an empty piece gives is said in
`course.evaluation.note_table`. None of these numbers is a mark: a generator is good when its value
lies close to that of real music, and each metric is deaf to something (the controls on the metric
card show what). Reference implementations with known faults are named where the formula stands.

References:
    Dong, Hsiao, Yang, Yang: MuseGAN, AAAI 2018, arXiv:1709.06298 (empty bars, used pitch classes,
        qualified notes).
    Dong, Chen, McAuley, Berg-Kirkpatrick: MusPy, ISMIR 2020, arXiv:2008.01951 (polyphony; the code
        beside which the entropy, the scale and the groove were tested).
    Where there is no paper, the function says that the definition is the course's own.
"""

import numpy as np

from course.evaluation.note_table import NoteTable, Piece, note_table

MAJOR = (0, 2, 4, 5, 7, 9, 11)  # pitch classes above the tonic
NATURAL_MINOR = (0, 2, 3, 5, 7, 8, 10)
SCALES = np.zeros((24, 12), dtype=bool)  # (scale, pitch class)
for _root in range(12):
    SCALES[_root, [(_root + step) % 12 for step in MAJOR]] = True
    SCALES[12 + _root, [(_root + step) % 12 for step in NATURAL_MINOR]] = True
QUALIFIED_STEPS = 2  # an eighth note


def pitch_class_entropy(piece: Piece) -> float:
    """Measure how evenly the notes spread over the twelve pitch classes.

    H = -sum_c p(c) log2 p(c), where p(c) is the share of notes, long or short, of pitch class c.

    Args:
        piece: the piece; drums are left out.

    Returns:
        Bits, 0 (one pitch class) .. 3.585 (all twelve alike); NaN without notes.

    References:
        Wu, Yang: The Jazz Transformer on the Front Line, ISMIR 2020, arXiv:2008.01307.
    """
    counts = _pitch_class_counts(piece)
    if not counts.any():
        return float("nan")
    shares = counts[counts > 0] / counts.sum()
    return max(0.0, float(-(shares * np.log2(shares)).sum()))


def scale_consistency(piece: Piece) -> float:
    """Give the largest share of notes that fit into one scale.

    max over the 12 major and 12 natural minor scales of (notes in the scale) / (notes). Each
    natural minor scale has the notes of a major one, so there are twelve sets, and the raised
    leading note of minor counts as foreign.

    Args:
        piece: the piece; drums are left out.

    Returns:
        Share, 7/12 (all pitch classes alike) .. 1; NaN without notes.

    References:
        Mogren: C-RNN-GAN, 2016, arXiv:1611.09904.
    """
    counts = _pitch_class_counts(piece)
    return float((SCALES @ counts).max() / counts.sum()) if counts.any() else float("nan")


def _pitch_class_counts(piece: Piece) -> np.ndarray:
    """Count the notes of each pitch class, (12,)."""
    return np.bincount(note_table(piece).pitched.pitches % 12, minlength=12)


def used_pitch_classes(piece: Piece) -> float:
    """Count the different pitch classes that sound in a bar.

    UPC: the mean over bars that are not empty. A pitch class is a pitch modulo 12: MuseGAN's own
    code reshapes the pitch axis to (12, -1), which joins *neighbouring* pitches instead of
    octaves, so that three Cs in different octaves count as three.

    Args:
        piece: the piece; drums are left out.

    Returns:
        Pitch classes per bar, 1 .. 12; NaN if no whole bar has a note.

    References:
        Dong et al., AAAI 2018 (UPC).
    """
    table = note_table(piece).pitched
    sounding = _in_bars(table, table.roll.any(axis=0)).any(axis=2)  # (P, bar)
    octaves = np.pad(sounding, ((0, 4), (0, 0))).reshape(11, 12, -1)  # (octave, pitch class, bar)
    used = octaves.any(axis=0).sum(axis=0)  # (bar,)
    return float(used[used > 0].mean()) if used.any() else float("nan")


def polyphony(piece: Piece) -> float:
    """Count the different pitches that sound at once.

    (Pitches sounding, summed over the steps) / (steps in which something sounds). Two voices on
    one pitch count once.

    Args:
        piece: the piece; drums are left out.

    Returns:
        Pitches, >= 1; NaN without notes.

    References:
        Dong et al.: MusPy, ISMIR 2020, arXiv:2008.01951.
    """
    sounding = note_table(piece).pitched.roll.any(axis=0).sum(axis=0)  # (T,)
    return float(sounding[sounding > 0].mean()) if sounding.any() else float("nan")


def polyphony_rate(piece: Piece, threshold: int = 2) -> float:
    """Give the share of steps in which several pitches sound.

    (Steps with at least `threshold` pitches) / (steps). MusPy's `polyphony_rate` counts steps with
    *more* than its threshold, 2 by default, so that it misses two-part music.

    Args:
        piece: the piece; drums are left out.
        threshold: least number of pitches that counts.

    Returns:
        Share, 0 .. 1; NaN for a piece without steps.

    References:
        Dong et al.: MusPy, ISMIR 2020, arXiv:2008.01951.
    """
    sounding = note_table(piece).pitched.roll.any(axis=0).sum(axis=0)  # (T,)
    return float((sounding >= threshold).mean()) if len(sounding) else float("nan")


def groove_consistency(piece: Piece) -> float:
    """Measure how much the rhythm of a bar is like that of the next.

    1 - mean over neighbouring bars of d(G_i, G_i+1) / steps_per_bar, with G_i the bar's vector of
    attacks (1 where anything is struck) and d the Hamming distance. Endless sixteenths are
    perfectly consistent: music whose steps are shuffled *rises* to 0.95. MusPy counts one more,
    empty bar at the end of a piece that ends on a bar line.

    Args:
        piece: the piece, drums included.

    Returns:
        Share of equal places, 0 .. 1; NaN without notes or with fewer than two whole bars.

    References:
        Wu, Yang: The Jazz Transformer on the Front Line, ISMIR 2020, arXiv:2008.01307.
    """
    table = note_table(piece)
    if table.num_bars < 2 or not len(table.starts):
        return float("nan")
    attacks = np.zeros(table.num_steps, dtype=bool)
    attacks[table.starts] = True
    bars = _in_bars(table, attacks)  # (bar, step)
    return float(1.0 - (bars[1:] != bars[:-1]).mean())


def empty_bars(piece: Piece) -> float:
    """Give the share of bars in which nothing sounds.

    EB: (bars without a sounding note) / (bars). A note that ends on a bar line is not in the bar
    after it: MusPy's `empty_beat_rate` and `empty_measure_rate` count it there. MuseGAN's later
    code (`src`) returns the share of bars that are *not* empty.

    Args:
        piece: the piece, drums included.

    Returns:
        Share, 0 .. 1, so 1 for bars without notes; NaN without a whole bar.

    References:
        Dong et al., AAAI 2018 (EB).
    """
    table = note_table(piece)
    if not table.num_bars:
        return float("nan")
    sounding = _in_bars(table, table.roll.any(axis=(0, 1)))  # (bar, step)
    return float(1.0 - sounding.any(axis=1).mean())


def qualified_notes(piece: Piece, least_steps: int = QUALIFIED_STEPS) -> float:
    """Give the share of notes that are not fragments.

    QN: (notes of at least `least_steps`) / (notes). The paper's limit is a 32nd note (3 of 96
    steps a bar); on a grid of sixteenths an eighth is the least that tells anything. MuseGAN's
    later code (`src`) leaves notes struck in the very first step out of the denominator, and can
    so exceed 1.

    Args:
        piece: the piece, drums included.
        least_steps: shortest length of a qualified note, in sixteenths.

    Returns:
        Share, 0 .. 1; NaN without notes.

    References:
        Dong et al., AAAI 2018 (QN).
    """
    lengths = note_table(piece).lengths
    return float((lengths >= least_steps).mean()) if len(lengths) else float("nan")


def mean_note_length(piece: Piece) -> float:
    """Give the mean length of a note.

    (Sixteenths of all notes) / (notes): the course's own definition.

    Args:
        piece: the piece, drums included.

    Returns:
        Sixteenths, >= 1; NaN without notes.
    """
    lengths = note_table(piece).lengths
    return float(lengths.mean()) if len(lengths) else float("nan")


def attacks_per_bar(piece: Piece) -> float:
    """Count how often a voice strikes a note in a bar.

    Notes / (length of the piece in bars, the incomplete one by its share) / voices: the course's
    own definition.

    Args:
        piece: the piece, drums included.

    Returns:
        Attacks per bar and voice, 0 .. `steps_per_bar` for voices with one note at a time; 0
        without notes, NaN for a piece without steps.
    """
    table = note_table(piece)
    room = table.num_steps / table.steps_per_bar * table.num_voices
    return float(len(table.starts) / room) if room else float("nan")


def _in_bars(table: NoteTable, steps: np.ndarray) -> np.ndarray:
    """Cut the last axis, T steps, into whole bars: (..., bar, step)."""
    shape = (table.num_bars, table.steps_per_bar)
    return steps[..., : shape[0] * shape[1]].reshape(*steps.shape[:-1], *shape)
