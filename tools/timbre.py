"""Measure the shipped generators of notes with a library's pitch tracker; write docs/timbre.md.

`make timbre`, or `python -m tools.timbre`. Needs the packages for tests: librosa is not among those
of the course. Every pair of pitch and family gets eight generated notes, and its real notes are put
through the same tracker. Takes some minutes on two cores.
"""

import os
import tempfile
from pathlib import Path

import numpy as np

from course import models
from course.data.single_notes import FAMILIES, HELD_SECONDS, PITCHES, VELOCITIES, is_held_out
from course.evaluation.note_sounds import HIGHEST, LOWEST, RATE, envelope, strongest_click
from course.recipes.sound_ways import WAYS, measure_way, through_magnitudes
from course.recipes.timbre_measures import (
    ENVELOPE_PARTS,
    all_pairs,
    generated_sounds,
    is_natural,
    measure_generator,
    measure_pair,
    real_ranges,
    real_sounds,
    summary,
)
from course.recipes.timbre_recipe import timbre_recipe

PAGE = Path(__file__).parents[1] / "docs" / "timbre.md"
ROWS = {  # name in `summary` -> what stands in the table, and what is asked for
    "right pitch": ("within 50 cents", "at least 0.90"),
    "median cents": ("median distance in cents", ""),
    "spread ratio": ("spread over noise / spread of real notes", "at least 0.33"),
    "least spread ratio": ("the same, the worst pair", ""),
    "wide pairs": ("pairs with a third of the real spread", ""),
    "no click": ("no click stronger than the real notes'", ""),
    "natural families": ("families whose median envelope is within the real notes' range", ""),
    "natural envelope": ("notes whose attack, held loss and end all are", ""),
    "natural attack": ("whose attack is", ""),
    "natural held": ("whose held loss is", ""),
    "natural end": ("whose end is", ""),
}


def library_tracker(samples: np.ndarray) -> np.ndarray:
    """Find the fundamental frequency over time with librosa's YIN.

    Args:
        samples: (n,) at 16 kHz.

    Returns:
        Hz, one for every 512 samples.
    """
    import librosa

    return librosa.yin(samples.astype(np.float32), fmin=LOWEST, fmax=HIGHEST, sr=RATE)


def measure_real(every: int = 1) -> dict[str, dict[str, float]]:
    """Measure the real notes in the same way.

    Args:
        every: 1 for all pairs, n for every n-th of each kind.

    Returns:
        As `measure_generator` gives it.
    """
    places = {name: place for place, name in enumerate(FAMILIES)}
    return {
        part: summary(
            measure_pair(real_sounds(pitch, family), pitch, family, library_tracker)
            for pitch, family in [
                pair for pair in all_pairs() if is_held_out(pair[0], places[pair[1]]) == held
            ][::every]
        )
        for part, held in (("learned", False), ("held out", True))
    }


def page(number: int = 8, every: int = 1) -> str:
    """Measure everything and write the page.

    Args:
        number: of generated notes for each pair.
        every: 1 for all pairs, n for every n-th of each kind.

    Returns:
        The page in Markdown.
    """
    generator = models.load("timbre_gan")
    diffusion = models.load("timbre_diffusion")
    columns = {
        "GAN": measure_generator(generator, number, every, tracker=library_tracker),
        "diffusion": measure_generator(diffusion, number, every, tracker=library_tracker),
        "untrained": measure_generator(
            timbre_recipe().players(1)[0], number, every, tracker=library_tracker
        ),
        "real": measure_real(every),
    }
    heads = [f"{name}, {part}" for name, parts in columns.items() for part in parts]
    lines = [
        "# The generators of notes, measured",
        "",
        "Written by `make timbre`; *GAN* is that of lesson 09, untrained means this one without "
        "training, *diffusion* is that of lesson 10. Pitch by librosa's YIN on the held part of "
        "each note (0.1 to 0.7 s); *held out* are pairs of pitch and family that no training saw.",
        "",
        f"| | asked for | {' | '.join(heads)} |",
        "|---" * (len(heads) + 2) + "|",
    ]
    for key in ("pairs", "notes", *ROWS):
        text, asked = ROWS.get(key, (key, ""))
        values = [f"{numbers[key]:.4g}" for parts in columns.values() for numbers in parts.values()]
        lines.append(f"| {text} | {asked} | {' | '.join(values)} |")
    lines += [
        "",
        "The ranges of clicks and envelopes are those of the real notes that were learned from; "
        "the last column shows how strict they are. A real instrument's envelope lies within the "
        f"ranges of the other three of its family in {other_instruments():.3g} of all notes. Where "
        "5 to 40 samples are cut out of a real note, the break is a click beyond its family's "
        f"range in {cuts_found(every):.3g} of them.",
    ]
    return "\n".join([*lines, "", *ways_table(generator, every), ""])


def other_instruments() -> float:
    """Tell how often a real instrument's envelope lies within what the rest of its family shows.

    Returns:
        The share of all real notes, each against the other instruments at all pitches.
    """
    natural = []
    for family, programs in FAMILIES.items():
        notes = [
            (place // len(VELOCITIES), envelope(sound, HELD_SECONDS))
            for pitch in PITCHES
            for place, sound in enumerate(real_sounds(pitch, family))
        ]
        for program in range(len(programs)):
            others = [shape for number, shape in notes if number != program]
            ranges = {
                part: (min(values), max(values))
                for part in ENVELOPE_PARTS
                for values in [[getattr(shape, part) for shape in others]]
            }
            natural += [is_natural(s, ranges) for number, s in notes if number == program]
    return float(np.mean(natural))


def cuts_found(every: int) -> float:
    """Tell how often a break in a real note is found.

    Args:
        every: 1 for all pairs, n for every n-th.

    Returns:
        The share of the notes whose strongest click is stronger than any of their family's.
    """
    source, found = np.random.default_rng(0), []
    for pitch, family in all_pairs()[::every]:
        for sound in real_sounds(pitch, family):
            start, missing = source.integers(2000, 9000), source.integers(5, 41)
            cut = np.delete(sound, np.arange(start, start + missing))
            found.append(strongest_click(cut) > real_ranges(family)["click"][1])
    return float(np.mean(found))


def ways_table(generator: object, every: int) -> list[str]:
    """Measure what the ways from sound to picture and back lose, and compare with Griffin-Lim.

    Args:
        generator: the shipped generator.
        every: 1 for all pairs, n for every n-th.

    Returns:
        Lines of Markdown.
    """
    real = [(real_sounds(pitch, family)[1], pitch) for pitch, family in all_pairs()[:: 3 * every]]
    made = [
        (generated_sounds(generator, pitch, family, 1)[0], pitch)
        for pitch, family in all_pairs()[:: 3 * every]
    ]
    results = {f"real notes: {name}": measure_way(way, real) for name, way in WAYS.items()}
    results["generated: phases summed up"] = measure_way(lambda sound, _: sound, made)
    results["generated: magnitudes, Griffin-Lim"] = measure_way(through_magnitudes, made)
    lines = [
        "## There and back",
        "",
        f"{len(real)} notes each; levels in mel bands, against what was put in. Milliseconds are "
        "clock time on a busy machine: compare rows only.",
        "",
        "| way | levels off, dB | median cents | within 50 cents | milliseconds |",
        "|---|---|---|---|---|",
    ]
    for name, found in results.items():
        lines.append(
            f"| {name} | {found.decibels:.2f} | {found.cents:.1f} | {found.right:.3f} | "
            f"{found.milliseconds:.0f} |"
        )
    return lines


def main() -> None:
    """Write the page and print it."""
    with tempfile.TemporaryDirectory() as folder:  # of librosa's compiled code, of no one else's:
        os.environ["NUMBA_CACHE_DIR"] = folder  # shared ones crash at times (numba's issue 10128)
        text = page()
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
