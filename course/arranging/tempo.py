"""Tempo maps, and pieces that last exactly as long as they must.

A MIDI file says a tempo in whole microseconds a quarter note and moments in ticks. `fit_duration`
therefore counts in these units and gets the length right to the microsecond, in the file as in the
music: one tempo for the whole piece would miss fifteen seconds by up to a few samples.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from course.arranging.report import Arrangement, Report
from course.errors import check_integer, check_range
from course.note_sequence import NoteSequence, Tempo
from course.representation.midi_writing import TICKS_PER_QUARTER

SLOWEST, FASTEST = 20.0, 400.0  # quarter notes a minute
LIMITS = (0.7, 1.4)  # how much longer or shorter a piece may become


def set_tempo(music: NoteSequence, quarters_per_minute: float) -> Arrangement:
    """Give a piece one tempo.

    Args:
        music: the piece.
        quarters_per_minute: 20..400.

    Returns:
        The piece; all its other tempos are gone.

    Raises:
        ValueError: if the tempo is out of range.
    """
    return shape_tempo(music, [(0.0, quarters_per_minute)])


def shape_tempo(
    music: NoteSequence, points: Sequence[tuple[float, float]], step_quarters: float = 1.0
) -> Arrangement:
    """Draw a tempo map through points, in straight lines between them.

    Args:
        music: the piece.
        points: (quarter note, quarter notes a minute), in order, at least one; before the first and
            behind the last the tempo stays.
        step_quarters: how far apart new tempos are on a slope, 0.25..16.

    Returns:
        The piece with new tempos in place of its own.

    Raises:
        ValueError: if there are no points, they are out of order, or a number is out of range.
    """
    check_range("step_quarters", step_quarters, 0.25, 16.0, "1 gives a new tempo every quarter")
    moments = [moment for moment, _ in points]
    if not points or moments != sorted(set(moments)) or moments[0] < 0:
        raise ValueError(f"points at {moments}; give at least one, from 0 up and increasing")
    for _, rate in points:
        check_range("quarters_per_minute", rate, SLOWEST, FASTEST, "60 to 180 are usual")
    grid = set(moments) | {0.0}
    if len(points) > 1:
        grid |= set(np.arange(moments[0], moments[-1], step_quarters).tolist())
    rates = np.interp(sorted(grid), moments, [rate for _, rate in points])
    tempos: list[Tempo] = []
    for moment, rate in zip(sorted(grid), rates.tolist(), strict=True):
        if not tempos or rate != tempos[-1].quarters_per_minute:
            tempos.append(Tempo(moment, rate))
    shaped = replace(music, tempos=tuple(tempos))
    seconds = f"{music.total_seconds:.2f} s → {shaped.total_seconds:.2f} s"
    return Arrangement(shaped, Report("tempo", f"{len(tempos)} tempos, {seconds}"))


def ritardando(music: NoteSequence, quarters: float = 4.0, share: float = 0.6) -> Arrangement:
    """Slow down towards the end.

    Args:
        music: the piece, with whatever tempos it has.
        quarters: how long before the end it begins, 0.25 up to the length of the piece.
        share: of the tempo that is left at the end, 0.2..1.

    Returns:
        The piece with new tempos in its last quarters.

    Raises:
        ValueError: if a number is out of range.
    """
    total = music.total_quarters
    check_range("quarters", quarters, 0.25, total, "begin within the piece")
    check_range("share", share, 0.2, 1.0, "0.6 is a clear slowing down")
    begin, kept = total - quarters, [t for t in music.tempos if t.start < total - quarters]
    moments = np.arange(begin, total, 0.5)
    factors = 1 - (1 - share) * (moments - begin) / quarters
    slowed = [
        Tempo(moment, _rate_at(music, moment) * factor)
        for moment, factor in zip(moments.tolist(), factors.tolist(), strict=True)
    ]
    result = replace(music, tempos=(*kept, *slowed))
    seconds = f"{music.total_seconds:.2f} s → {result.total_seconds:.2f} s"
    return Arrangement(result, Report("ritardando", f"from quarter {begin:g} on, {seconds}"))


def fit_duration(
    music: NoteSequence,
    seconds: float,
    ring_seconds: float = 0.0,
    limits: tuple[float, float] = LIMITS,
) -> Arrangement:
    """Make a piece last exactly so long, by its tempo; the notes stay as they are.

    Args:
        music: the piece, final silence included.
        seconds: the length, 0.5..3600, kept to the microsecond.
        ring_seconds: how much of it is left at the end for the last note to die away, 0 or
            0.05..`seconds` - 0.1.
        limits: least and greatest factor by which the music may become longer.

    Returns:
        The piece; tempos keep their proportions (up to a microsecond a quarter note).

    Raises:
        ValueError: if the piece is empty, a number is out of range, or the tempo would change
            beyond `limits`.
    """
    check_range("seconds", seconds, 0.5, 3600.0, "15 for an advertisement")
    if ring_seconds:
        check_range("ring_seconds", ring_seconds, 0.05, seconds - 0.1, "1.5 lets a chord die away")
    if not music.total_quarters:
        raise ValueError("a piece of no length cannot be stretched; give it notes")
    factor = (seconds - ring_seconds) / music.total_seconds
    if not limits[0] <= factor <= limits[1]:
        now = f"{music.total_seconds:.2f} s must become {seconds - ring_seconds:.2f} s"
        raise ValueError(
            f"{now}, {factor:.2f} times as long, outside {limits[0]}..{limits[1]}; "
            f"{'crop' if factor < 1 else 'repeat'} bars first, or widen the limits"
        )
    ticks, micros = _segments(music)
    wanted = round((seconds - ring_seconds) * 1e6)
    pieces = _exact_micros(ticks, [micro * factor for micro in micros], wanted)
    ring_quarters = 0
    if ring_seconds:
        rest = round(seconds * 1e6) - wanted
        ring_quarters = max(1, round(rest / pieces[-1][1]))
        pieces += _exact_micros([ring_quarters * TICKS_PER_QUARTER], [rest / ring_quarters], rest)
    slowest = 6e7 / max(micro for _, micro in pieces)
    check_range("the slowest tempo", slowest, 3.6, 6e7, "a MIDI file knows nothing slower")
    tempos, at = [], 0
    for length, micro in pieces:
        tempos.append(Tempo(at / TICKS_PER_QUARTER, 6e7 / micro))
        at += length
    fitted = replace(music, tempos=tuple(tempos), total_quarters=at / TICKS_PER_QUARTER)
    summary = (
        f"{music.total_seconds:.3f} s → {fitted.total_seconds:.6f} s, tempo × {1 / factor:.3f}"
    )
    return Arrangement(fitted, Report("duration", summary))


def _rate_at(music: NoteSequence, quarters: float) -> float:
    """Give the quarter notes a minute in force at a moment."""
    rates = [t.quarters_per_minute for t in music.tempos if t.start <= quarters]
    return rates[-1] if rates else 120.0


def _segments(music: NoteSequence) -> tuple[list[int], list[float]]:
    """Give length in ticks, and microseconds a quarter note, of each tempo."""
    end = -int(-music.total_quarters * TICKS_PER_QUARTER // 1)  # rounded up
    starts = {0: _rate_at(music, 0.0)}
    for tempo in music.tempos:
        tick = round(tempo.start * TICKS_PER_QUARTER)
        if tick < end:
            starts[tick] = tempo.quarters_per_minute
    places = sorted(starts)
    ticks = [after - tick for tick, after in zip(places, [*places[1:], end], strict=True)]
    return ticks, [6e7 / starts[tick] for tick in places]


def _exact_micros(
    ticks: Sequence[int], micros: Sequence[float], wanted: int
) -> list[tuple[int, int]]:
    """Give (ticks, whole microseconds a quarter note) that last `wanted` microseconds exactly.

    Each tempo is scaled so that the sum is about right and rounded down; what is then missing, in
    ticks times microseconds, is less than one a tick: so many ticks get one microsecond more.
    """
    scale = wanted * TICKS_PER_QUARTER / sum(n * m for n, m in zip(ticks, micros, strict=True))
    whole = [int(micro * scale) for micro in micros]
    missing = wanted * TICKS_PER_QUARTER - sum(n * m for n, m in zip(ticks, whole, strict=True))
    check_integer("missing microseconds", missing, 0, sum(ticks), "tempos are out of range")
    pieces = []
    for length, micro in zip(ticks, whole, strict=True):
        longer = min(length, missing)
        missing -= longer
        pieces += [(n, m) for n, m in ((longer, micro + 1), (length - longer, micro)) if n]
    return pieces
