"""What a generator of notes must show: right pitches, variety, no clicks, natural envelopes.

Everything is measured on sound. Real notes are rendered anew from the sound bank, so that nothing
that a picture may lose is forgiven. Pairs of pitch and family that were held out of training are
reported apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from course.data.single_notes import (
    FADE,
    FAMILIES,
    HELD_SECONDS,
    PITCHES,
    VELOCITIES,
    is_held_out,
    render_note,
)
from course.evaluation.note_sounds import (
    Envelope,
    cents_off,
    envelope,
    held_part,
    mel_levels,
    spread,
    track_pitch,
)
from course.models.timbre_gan import TimbreGenerator
from course.representation.tuned_spectrogram import synthesise

Tracker = Callable[[np.ndarray], np.ndarray]  # samples of a note's held part -> Hz over time
RIGHT = 50.0  # cents
WIDE = 1 / 3  # of the real spread
ENVELOPE_PARTS = ("attack", "held", "end")


@dataclass(frozen=True)
class PairResult:
    """One pitch of one family: what several generated notes are like."""

    pitch: int  # MIDI number
    family: str
    held_out: bool
    cents: tuple[float, ...]  # off the pitch that was asked for, one for each note
    spread: float  # dB, mean standard deviation of the mel levels over noise
    real_spread: float  # dB, the same over instruments and velocities of the real notes
    envelopes: tuple[Envelope, ...]


def all_pairs() -> list[tuple[int, str]]:
    """Give every pitch with every family.

    Returns:
        (pitch, family) for each.
    """
    return [(pitch, family) for family in FAMILIES for pitch in PITCHES]


def generated_sounds(
    generator: TimbreGenerator, pitch: int, family: str, number: int, seed: int = 0
) -> list[np.ndarray]:
    """Let a generator make notes of one pitch and family.

    Args:
        generator: the generator.
        pitch: MIDI number.
        family: name in `FAMILIES`.
        number: of notes.
        seed: of their noise.

    Returns:
        Sounds (n,), ended by the same short fade as the real notes.
    """
    place = list(FAMILIES).index(family)
    source = torch.Generator().manual_seed(1000 * seed + 10 * pitch + place)
    shares = torch.zeros(number, len(FAMILIES))
    shares[:, place] = 1
    generator.eval()
    with torch.no_grad():
        noise = generator.noise(number, source)
        pictures = generator(noise, torch.full((number,), pitch), shares).numpy()
    return [faded(synthesise(picture, pitch)) for picture in pictures]


def faded(samples: np.ndarray) -> np.ndarray:
    """End a sound as real notes end.

    Args:
        samples: (n,).

    Returns:
        (n,) the same with its last `FADE` samples falling to 0.
    """
    ended = np.array(samples)
    ended[-FADE:] *= np.linspace(1, 0, FADE)
    return ended


@lru_cache(maxsize=200)
def real_sounds(pitch: int, family: str) -> tuple[np.ndarray, ...]:
    """Render all real notes of one pitch and family.

    Args:
        pitch: MIDI number.
        family: name in `FAMILIES`.

    Returns:
        Sounds (n,), programs times velocities of them.
    """
    return tuple(
        render_note(program, pitch, velocity)
        for program in FAMILIES[family]
        for velocity in VELOCITIES
    )


def measure_pair(
    sounds: Sequence[np.ndarray], pitch: int, family: str, tracker: Tracker = track_pitch
) -> PairResult:
    """Measure notes that should have one pitch and belong to one family.

    Args:
        sounds: at least two, each (n,) samples.
        pitch: MIDI number that was asked for.
        family: name in `FAMILIES`.
        tracker: finds frequencies; it is not told the pitch.

    Returns:
        The measurements.
    """
    real = real_sounds(pitch, family)
    return PairResult(
        pitch=pitch,
        family=family,
        held_out=is_held_out(pitch, list(FAMILIES).index(family)),
        cents=tuple(cents_off(tracker(held_part(sound)), pitch) for sound in sounds),
        spread=spread(np.stack([mel_levels(sound) for sound in sounds])),
        real_spread=spread(np.stack([mel_levels(sound) for sound in real])),
        envelopes=tuple(envelope(sound, HELD_SECONDS) for sound in sounds),
    )


@lru_cache(maxsize=8)
def real_ranges(family: str, pitches: tuple[int, ...] = PITCHES) -> dict[str, tuple[float, float]]:
    """Give the range of each part of the envelope over the real notes of a family.

    Args:
        family: name in `FAMILIES`.
        pitches: over which; those that are held out of training are left out here, too, so that
            the real notes of held-out pairs show how strict the ranges are.

    Returns:
        Field of `Envelope` -> (smallest, largest).
    """
    place = list(FAMILIES).index(family)
    known = [pitch for pitch in pitches if not is_held_out(pitch, place)]
    shapes = [envelope(x, HELD_SECONDS) for pitch in known for x in real_sounds(pitch, family)]
    columns = {part: [getattr(s, part) for s in shapes] for part in (*ENVELOPE_PARTS, "click")}
    return {part: (min(values), max(values)) for part, values in columns.items()}


def is_natural(
    shape: Envelope,
    ranges: dict[str, tuple[float, float]],
    parts: Sequence[str] = ENVELOPE_PARTS,
) -> bool:
    """Tell whether attack, held loss and end of a note lie within ranges.

    Args:
        shape: of the note.
        ranges: as `real_ranges` gives them.
        parts: which of the three are looked at.

    Returns:
        Whether all of these do.
    """
    return all(ranges[p][0] <= getattr(shape, p) <= ranges[p][1] for p in parts)


def summary(results: Iterable[PairResult]) -> dict[str, float]:
    """Sum up what was measured.

    Args:
        results: at least one.

    Returns:
        "pairs", "notes"; "right pitch", the share within 50 cents; "median cents", of the absolute
        differences; "spread ratio", mean over pairs of generated to real spread, "least spread
        ratio", and "wide pairs", the share of pairs with a third of it at least; "no click" and
        "natural envelope", the shares whose strongest click is no stronger, and whose attack,
        held loss and end lie within, what the family's real notes show; "natural attack", "natural
        held" and "natural end" the same for one part alone; "natural families", the share of
        families for which the median of each part lies within.
    """
    results = list(results)
    cents = np.abs([value for result in results for value in result.cents])
    ratios = [result.spread / result.real_spread for result in results]
    shapes = [(real_ranges(r.family), shape) for r in results for shape in r.envelopes]
    natural = [is_natural(shape, limits) for limits, shape in shapes]
    return {
        "pairs": len(results),
        "notes": len(cents),
        "right pitch": float((cents < RIGHT).mean()),
        "median cents": float(np.median(cents)),
        "spread ratio": float(np.mean(ratios)),
        "least spread ratio": float(np.min(ratios)),
        "wide pairs": float((np.array(ratios) >= WIDE).mean()),
        "no click": float(np.mean([shape.click <= limits["click"][1] for limits, shape in shapes])),
        "natural envelope": float(np.mean(natural)),
        **{
            f"natural {part}": float(
                np.mean([is_natural(s, limits, [part]) for limits, s in shapes])
            )
            for part in ENVELOPE_PARTS
        },
        "natural families": _natural_families(results),
    }


def _natural_families(results: Sequence[PairResult]) -> float:
    """Give the share of families whose usual note, by the median of each part, is natural."""
    found = []
    for family in {result.family for result in results}:
        shapes = [shape for r in results if r.family == family for shape in r.envelopes]
        usual = {p: float(np.median([getattr(s, p) for s in shapes])) for p in ENVELOPE_PARTS}
        found.append(is_natural(replace(shapes[0], **usual), real_ranges(family)))
    return float(np.mean(found))


def measure_generator(
    generator: TimbreGenerator,
    number: int = 8,
    every: int = 1,
    seed: int = 0,
    tracker: Tracker = track_pitch,
) -> dict[str, dict[str, float]]:
    """Measure a generator on pairs that it has learned from, and on those held out.

    Args:
        generator: the generator.
        number: of notes for each pair, at least 2.
        every: 1 for all pairs, n for every n-th of each kind.
        seed: of the noise.
        tracker: as by `measure_pair`.

    Returns:
        "learned" and "held out" -> what `summary` gives.
    """
    found = {}
    for part, held in (("learned", False), ("held out", True)):
        pairs = [p for p in all_pairs() if is_held_out(p[0], list(FAMILIES).index(p[1])) == held]
        found[part] = summary(
            measure_pair(
                generated_sounds(generator, pitch, family, number, seed), pitch, family, tracker
            )
            for pitch, family in pairs[::every]
        )
    return found
