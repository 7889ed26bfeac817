"""Loops without a seam, and sound that is exact to the sample.

A loop is heard again and again, so what still rings when it ends must sound on at its beginning:
its tail is wrapped around. Then the last sample leads to the first as smoothly as any sample in the
piece leads to the next, and it is measured: at the seam, the jump between two samples and the
change of level over 50 ms lie within the 95th percentile of the piece's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from course.arranging.report import Arrangement, Report
from course.errors import check_integer, check_range
from course.note_sequence import Note, NoteSequence, crop
from course.playback.clip import to_clip
from course.playback.synth import SAMPLE_RATE, common_gain, mixed, raw_stems

WINDOW_SECONDS = 0.05
PERCENTILE = 95.0
LEAD_SECONDS = 0.005  # a loop may begin so much before its first beat
FADE_SECONDS = 0.03  # at the end of what is cut to an exact length
SOFTER = 4  # velocities by which the louder side of a seam is lowered at a time
MOST_SOFTENING = 30  # times


@dataclass(frozen=True)
class Seam:
    """What happens where a loop begins again, beside the piece's own."""

    jump: float  # |first sample - last sample|
    usual_jump: float  # 95th percentile of |sample - sample before| in the piece
    change: float  # |level of the first 50 ms - level of the last 50 ms|, root mean square
    usual_change: float  # 95th percentile of the same at every 50 ms of the piece
    rises: bool  # whether the beginning is louder than the end

    @property
    def is_smooth(self) -> bool:
        """Whether both lie within the piece's own."""
        return self.jump <= self.usual_jump and self.change <= self.usual_change

    def __str__(self) -> str:
        return (
            f"jump {self.jump:.4f} (piece {self.usual_jump:.4f}), level over 50 ms "
            f"{self.change:.4f} (piece {self.usual_change:.4f}): "
            f"{'no seam' if self.is_smooth else 'a seam'}"
        )


@dataclass(frozen=True, eq=False)
class Loop:
    """The sound of a loop."""

    stems: tuple[np.ndarray, ...]  # float32 (n,) or (n, 2) for each instrument that plays
    rate: int  # samples a second
    lead: int  # samples before the first beat, at most 5 ms, see `render_loop`
    seam: Seam  # of all stems together

    @property
    def samples(self) -> np.ndarray:
        """All stems together: (n,) or (n, 2) float32, like one of them."""
        return mixed(self.stems)


def make_loop(music: NoteSequence, start: float = 0.0, end: float | None = None) -> Arrangement:
    """Cut a loop out of a piece.

    Args:
        music: the piece.
        start: first moment of the loop, in quarter notes; a bar line is best.
        end: moment at which it begins again; None for the end of the piece.

    Returns:
        The loop. Notes that reach over its end stop there (what rings on is wrapped around by
        `render_loop`); the tempo in force at `start` holds from its beginning.

    Raises:
        ValueError: if the range is empty, or holds no note.
    """
    end = music.total_quarters if end is None else end
    loop = crop(music, start, end)
    if not loop.notes:
        raise ValueError(f"no note sounds from quarter {start:g} to {end:g}; choose another range")
    cut = sum(n.start < end < n.end or n.start < start < n.end for n in music.notes)
    summary = f"quarters {start:g} to {end:g}, {loop.total_seconds:.3f} s, {cut} notes cut"
    return Arrangement(loop, Report("loop", summary))


def fold_tail(samples: np.ndarray, length: int) -> np.ndarray:
    """Add what sounds behind a loop's end to its beginning, as often as it takes.

    Args:
        samples: (n, ...) with the tail.
        length: of the loop in samples, at least 1.

    Returns:
        (length, ...) as the loop sounds once it has been running.

    Raises:
        ValueError: if the length is out of range.
    """
    check_integer("length", length, 1, 10**10, "the loop's length in samples")
    folded = np.zeros((length, *samples.shape[1:]), samples.dtype)
    for start in range(0, len(samples), length):
        part = samples[start : start + length]
        folded[: len(part)] += part
    return folded


def measure_seam(samples: np.ndarray, rate: int) -> Seam:
    """Compare the seam of a loop with the rest of it.

    Args:
        samples: (n,) or (n, 2), at least four windows of 50 ms.
        rate: samples a second.

    Returns:
        The measures; of two channels the louder one counts at each place.

    Raises:
        ValueError: if the loop is too short.
    """
    window = round(WINDOW_SECONDS * rate)
    samples = np.asarray(samples, dtype=float).reshape(len(samples), -1)
    if len(samples) < 4 * window:
        raise ValueError(f"a loop of {len(samples)} samples; give at least {4 * window}, 0.2 s")
    jumps = np.abs(np.diff(samples, axis=0)).max(axis=1)
    squares = np.concatenate([np.zeros((1, samples.shape[1])), np.cumsum(samples**2, axis=0)])
    levels = np.sqrt(np.maximum(squares[window:] - squares[:-window], 0) / window)  # (n - w + 1, c)
    changes = np.abs(levels[window:] - levels[:-window]).max(axis=1)
    return Seam(
        jump=float(np.abs(samples[0] - samples[-1]).max()),
        usual_jump=float(np.percentile(jumps, PERCENTILE)),
        change=float(np.abs(levels[0] - levels[-1]).max()),
        usual_change=float(np.percentile(changes, PERCENTILE)),
        rises=bool(levels[0].sum() > levels[-1].sum()),
    )


def render_loop(
    music: NoteSequence, sample_rate: int = SAMPLE_RATE, *, stereo: bool = False
) -> Loop:
    """Render a loop with its tail wrapped around.

    Wherever a loop is cut, one sample in twenty is followed by a jump above the 95th percentile;
    so the cut lies at the nearest sample, at most 5 ms before the first beat, at which it is not.
    The loop goes round the same.

    Args:
        music: the loop, final silence included.
        sample_rate: samples a second, 8000..48000.
        stereo: True for two channels.

    Returns:
        The sound, exactly round(seconds * rate) samples long.

    Raises:
        ValueError: if there are no notes, or it is shorter than 0.2 s.
        SoundBankError: if there is no sound bank.
    """
    check_integer("sample_rate", sample_rate, 8_000, 48_000, "24000 is plenty")
    if not music.notes:
        raise ValueError("a loop without notes; give it some")
    length = round(music.total_seconds * sample_rate)
    raw = raw_stems(to_clip(music), sample_rate=sample_rate, stereo=stereo)
    folded = [fold_tail(stem, length) for stem in raw]
    gain = np.float32(common_gain([mixed(folded)]))
    lead = _lead(mixed(folded), round(LEAD_SECONDS * sample_rate))
    stems = tuple(np.roll(stem * gain, lead, axis=0) for stem in folded)
    return Loop(stems, sample_rate, lead, measure_seam(mixed(stems), sample_rate))


def _lead(samples: np.ndarray, most: int) -> int:
    """Give the fewest samples before the beat at which a cut makes no unusual jump."""
    jumps = np.abs(samples - np.roll(samples, 1, axis=0)).reshape(len(samples), -1).max(axis=1)
    before = np.roll(jumps[::-1], 1)[: most + 1]  # at the beat, one sample before it, ...
    fine = before <= np.percentile(jumps[1:], PERCENTILE)
    return int(fine.argmax()) if fine.any() else int(before.argmin())


def soften_seam(music: NoteSequence, sample_rate: int = SAMPLE_RATE) -> Arrangement:
    """Lower the velocity on the louder side of a seam until it is no louder than the beats.

    That is of the strokes in the first 50 ms, or of the notes that sound in the last.

    Args:
        music: the loop.
        sample_rate: at which the seam is measured.

    Returns:
        The loop; unchanged if there is no seam, and as soft as it gets, with the report saying so,
        if it cannot be mended this way.

    Raises:
        ValueError: as for `render_loop`.
    """
    found, times = music, 0
    seam = render_loop(found, sample_rate).seam
    while seam.change > seam.usual_change and times < MOST_SOFTENING:
        found = replace(found, notes=tuple(_softer(found, note, seam) for note in found.notes))
        times += 1
        seam = render_loop(found, sample_rate).seam
    summary = f"the louder side softer by {SOFTER} {times} times; {seam}"
    return Arrangement(found, Report("seam", summary))


def _softer(music: NoteSequence, note: Note, seam: Seam) -> Note:
    """Lower a note's velocity if it lies at the louder side of the seam."""
    if seam.rises:
        near = note.start < float(music.quarters_at(WINDOW_SECONDS))
    else:
        near = note.end > float(music.quarters_at(music.total_seconds - WINDOW_SECONDS))
    return replace(note, velocity=max(1, note.velocity - SOFTER)) if near else note


def render_exact(
    music: NoteSequence, seconds: float, sample_rate: int = SAMPLE_RATE, *, stereo: bool = False
) -> Sequence[np.ndarray]:
    """Render a piece to an exact number of samples.

    Args:
        music: the piece; `course.arranging.tempo.fit_duration` gives it the length.
        seconds: of the sound, 0.1..3600; not shorter than up to the last note's beginning.
        sample_rate: samples a second, 8000..48000.
        stereo: True for two channels.

    Returns:
        A stem for each instrument that plays, float32 (n,), or (n, 2) in stereo, with n exactly
        round(seconds * sample_rate); the last 30 ms are faded out. Silence follows if the piece is
        shorter.

    Raises:
        ValueError: if a number is out of range, there are no notes, or a note begins behind the
            end.
        SoundBankError: if there is no sound bank.
    """
    check_range("seconds", seconds, 0.1, 3600.0, "15 for an advertisement")
    check_integer("sample_rate", sample_rate, 8_000, 48_000, "24000 is plenty")
    if not music.notes:
        raise ValueError("a piece without notes makes no sound; give it some")
    last = float(music.seconds_at(music.notes[-1].start))
    if last >= seconds:
        raise ValueError(f"a note begins at {last:.2f} s, behind {seconds:g} s; use fit_duration")
    length = round(seconds * sample_rate)
    fade = round(FADE_SECONDS * sample_rate)
    stems = []
    for stem in raw_stems(to_clip(music), sample_rate=sample_rate, stereo=stereo):
        exact = np.zeros((length, *stem.shape[1:]), np.float32)
        exact[: len(stem)] = stem[:length]
        exact[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32).reshape(
            -1, *[1] * (stem.ndim - 1)
        )
        stems.append(exact)
    gain = np.float32(common_gain([mixed(stems)]))
    return [stem * gain for stem in stems]
