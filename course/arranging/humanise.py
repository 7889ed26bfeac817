"""Timing and velocity as of a person: what is even becomes uneven, in a seeded way.

Deviations of neighbouring moments are alike: a player who is late is late for a while. Notes of one
instrument that are struck together stay almost together. Nothing here knows what a phrase is; it is
noise of a musical size and an accent on the beat, no interpretation.

References:
    Hennig et al., "The nature and perception of fluctuations in human musical rhythms", PLoS ONE
    6(10), 2011 (deviations are correlated over time).
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from course.arranging.report import Arrangement, Report, check_kept, check_locked
from course.errors import check_integer, check_range
from course.note_sequence import Note, NoteSequence

MEMORY = 0.8  # how alike neighbouring deviations are, 0..1
SPREAD = 0.25  # share of the deviation that each note of a chord has of its own
MOST_SDS = 2.5  # deviations beyond so many standard deviations are cut
SHORTEST = 1 / 32  # quarter notes that are left of a note that is cut


def humanise(
    music: NoteSequence,
    seed: int,
    timing_ms: float = 12.0,
    velocity: float = 5.0,
    accent: float = 6.0,
    locked: Collection[Note] = (),
) -> Arrangement:
    """Move notes a little in time, and change how hard they are struck.

    Args:
        music: the piece.
        seed: the same seed gives the same piece.
        timing_ms: standard deviation of the timing in milliseconds, 0..60.
        velocity: standard deviation of the velocity, 0..30.
        accent: what a note at the beginning of a bar gets on top, half of it on other beats, 0..40.
        locked: notes that stay exactly as they are.

    Returns:
        The piece with its length unchanged. No note leaves it or lasts longer than it
        did; one that reaches into the next note of its pitch and instrument ends there, if that
        leaves 1/32 quarter note of it.

    Raises:
        ValueError: if a number is out of range, or a locked note is not there.
    """
    check_integer("seed", seed, 0, 2**32 - 1, "use a small whole number such as 0")
    check_range("timing_ms", timing_ms, 0.0, 60.0, "10 to 20 milliseconds sound played")
    check_range("velocity", velocity, 0.0, 30.0, "5 is usual")
    check_range("accent", accent, 0.0, 40.0, "6 is usual")
    locked = check_locked(music, locked)
    chance = np.random.default_rng(seed)
    moved: list[Note] = []
    for index in range(len(music.instruments)):
        notes = music.notes_of(index)
        shifts = _shifts(music, notes, chance, timing_ms)
        harder = chance.normal(0, velocity, len(notes)).clip(
            -MOST_SDS * velocity, MOST_SDS * velocity
        )
        for note, shift, hard in zip(notes, shifts, harder.tolist(), strict=True):
            stress = accent * _stress(music, note.start)
            hit = int(np.clip(round(note.velocity + hard + stress), 1, 127))
            moved.append(note if note in locked else _moved(music, note, shift, hit))
    moved = _untangled(moved, locked)
    result = replace(music, notes=tuple(moved))
    check_kept(locked, result)
    changed = len(set(result.notes) - set(music.notes))
    late = music.seconds_at(np.array([n.start for n in result.notes] or [0.0]))
    summary = f"{changed} of {len(music.notes)} notes changed, seed {seed}"
    if len(result.notes):
        before = music.seconds_at(np.array([n.start for n in music.notes]))
        summary += f", at most {1000 * np.abs(np.sort(late) - np.sort(before)).max():.0f} ms apart"
    return Arrangement(result, Report("humanise", summary))


def _shifts(
    music: NoteSequence, notes: tuple[Note, ...], chance: np.random.Generator, timing_ms: float
) -> list[float]:
    """Give each note's deviation in seconds: one for each moment, and a little of its own."""
    drift, last, found = 0.0, None, []
    for note in notes:
        if note.start != last:
            drift = MEMORY * drift + (1 - MEMORY**2) ** 0.5 * chance.normal()
            last = note.start
        own = (1 - SPREAD**2) ** 0.5 * drift + SPREAD * chance.normal()
        found.append(float(np.clip(own, -MOST_SDS, MOST_SDS)) * timing_ms / 1000)
    return found


def _stress(music: NoteSequence, quarters: float) -> float:
    """Give 1 at the beginning of a bar, a half on another beat, 0 elsewhere."""
    metre = music.time_signature_at(quarters)
    begin = max((m.start for m in music.time_signatures if m.start <= quarters), default=0.0)
    within = (quarters - begin) % metre.quarters_per_bar
    if min(within, metre.quarters_per_bar - within) < 1e-6:
        return 1.0
    beat = 1.5 if metre.denominator == 8 and metre.numerator % 3 == 0 else 4.0 / metre.denominator
    return 0.5 if abs(within / beat - round(within / beat)) < 1e-6 else 0.0


def _moved(music: NoteSequence, note: Note, shift: float, velocity: int) -> Note:
    """Move a whole note by seconds, but not out of the piece."""
    start = float(music.quarters_at(max(0.0, float(music.seconds_at(note.start)) + shift)))
    start = min(start, music.total_quarters - note.duration)
    start = max(start, 0.0)
    end = min(start + note.duration, music.total_quarters)
    return replace(note, start=start, end=end, velocity=velocity) if start < end else note


def _untangled(notes: list[Note], locked: Collection[Note]) -> list[Note]:
    """End notes where the same pitch of the same instrument is struck again."""
    result, following = [], {}
    for note in sorted(notes, key=lambda n: (n.start, n.end), reverse=True):
        key = note.instrument, note.pitch
        again = following.get(key, np.inf)
        if note not in locked and note.start + SHORTEST <= again < note.end:
            note = replace(note, end=again)
        following[key] = note.start
        result.append(note)
    return result
