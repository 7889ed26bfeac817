"""Mode, density, register and tempo of a piece, measured from its notes alone.

These are what a request can be held against. No measure is told what was asked for. A class, such
as "dense", is decided by a threshold that was set on real music before anything was generated.
"""

from collections.abc import Sequence

import numpy as np

from course.errors import check_range
from course.evaluation.control import find_key
from course.note_sequence import NoteSequence

TICKS = 480  # a quarter note, when lengths are given as whole numbers
TEMPO_STEPS = 600  # tempos that are tried in an octave
OVERTONES = (1, 2, 4)  # pulses a beat at which onsets may lie: quarters, eighths, sixteenths


def measure_mode(music: NoteSequence) -> str:
    """Say whether a piece is in major or minor, by `course.evaluation.control.find_key`.

    Args:
        music: the piece; drums are not heard.

    Returns:
        "major" or "minor".

    Raises:
        ValueError: if nothing sounds.
    """
    notes = _pitched(music)
    lengths = [max(1, round(note.duration * TICKS)) for note in notes]
    return find_key([note.pitch for note in notes], lengths)[1]


def measure_density(music: NoteSequence) -> float:
    """Count attacks a quarter note.

    Args:
        music: the piece; drums are not heard.

    Returns:
        Notes / length of the piece in quarter notes, >= 0.

    Raises:
        ValueError: if the piece has no length.
    """
    check_range("total_quarters", music.total_quarters, 1e-9, 1e9, "give a piece with a length")
    return len(_pitched(music)) / music.total_quarters


def measure_register(music: NoteSequence) -> float:
    """Give the mean pitch, weighted by how long notes sound.

    Args:
        music: the piece; drums are not heard.

    Returns:
        A MIDI number.

    Raises:
        ValueError: if nothing sounds.
    """
    notes = _pitched(music)
    if not notes:
        raise ValueError("nothing sounds; a silence has no register")
    return float(np.average([n.pitch for n in notes], weights=[n.duration for n in notes]))


def measure_tempo(onset_seconds: Sequence[float], slowest: float = 75.0) -> float:
    """Find the beat in moments at which notes begin.

    A tempo is good if the onsets lie regularly on its beats, halves and quarters of beats: the
    lengths of the sums of exp(2 pi i f t) over the onsets t are averaged over f = 1, 2, 4 pulses a
    beat (a Fourier tempogram of one window). Twice a tempo fits as well as the tempo, so the answer
    is sought in one octave only: who wants to tell 70 from 140 must look elsewhere.

    Args:
        onset_seconds: moments in seconds, at least 4; equal ones count once.
        slowest: lower end of the octave, in beats a minute, 20..300.

    Returns:
        Beats a minute, from `slowest` up to twice as many.

    Raises:
        ValueError: if there are fewer than 4 moments, or a number is out of range.

    References:
        Grosche, Müller, Kurth, "Cyclic tempogram - a mid-level tempo representation for music
        signals", ICASSP 2010 (the Fourier tempogram, and octaves of tempo).
    """
    check_range("slowest", slowest, 20.0, 300.0, "75 looks from 75 to 150")
    moments = np.unique(np.asarray(onset_seconds, dtype=float))
    if len(moments) < 4:
        raise ValueError(f"{len(moments)} different onsets; a tempo needs at least 4")
    tempos = slowest * 2 ** (np.arange(TEMPO_STEPS) / TEMPO_STEPS)
    turns = np.outer(tempos / 60.0, moments)  # beats
    fits = [np.abs(np.exp(2j * np.pi * n * turns).mean(axis=1)) for n in OVERTONES]
    return float(tempos[np.mean(fits, axis=0).argmax()])


def onset_seconds(music: NoteSequence) -> np.ndarray:
    """Give the moments at which notes begin.

    Args:
        music: the piece, drums included.

    Returns:
        (N,) seconds, ascending.
    """
    return np.sort(music.seconds_at(np.array([note.start for note in music.notes])))


def _pitched(music: NoteSequence) -> list:
    return [n for n in music.notes if not music.instruments[n.instrument].is_drum]
