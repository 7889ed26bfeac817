"""What can be done with a trained generator of tracks: mix its noises, or look for one.

A generator has no encoder. To find the noise of a given phrase one can only try, and follow the
gradient of how badly it fits.
"""

from itertools import product

import numpy as np
import torch

from course.data.transposition import SILENCE, transposition_range
from course.errors import check_integer
from course.evaluation.control import find_key
from course.models.track_gan import KINDS, Noise, TrackGenerator, draw_noise
from course.recipes.phrases import phrases_of, pitches_to_classes
from course.recipes.track_recipe import write_phrases

PLAIN_TONICS = {"major": 0, "minor": 9}  # C and A
PULL = 0.02  # how strongly a noise that is looked for is held near what noise is usually like


def mix_phrases(generator: TrackGenerator, options: int = 4, seed: int = 0) -> np.ndarray:
    """Write a phrase for every mixture of some noises of each kind.

    Args:
        generator: a trained one.
        options: K, noises of each kind.
        seed: of the noises.

    Returns:
        (K, K, K, K, T, M) pitches: an axis for each of chords, style, melody, groove.

    Raises:
        ValueError: if `options` is out of range.
    """
    check_integer("options", options, 1, 16, "4 make 256 phrases")
    drawn = draw_noise(generator.config, options, torch.Generator().manual_seed(seed))
    places = torch.tensor(list(product(range(options), repeat=len(KINDS))))  # (K^4, 4)
    chosen = {kind: getattr(drawn, kind)[places[:, i]] for i, kind in enumerate(KINDS)}
    phrases = write_phrases(generator, len(places), noise=Noise(**chosen))
    return phrases.reshape(*[options] * len(KINDS), *phrases.shape[1:])


def moved_cells(generator: TrackGenerator, count: int = 100, seed: int = 0) -> np.ndarray:
    """Measure which track a new noise of each kind moves, and how much.

    Args:
        generator: a trained one.
        count: pairs of phrases for each kind.
        seed: of the noises.

    Returns:
        (4, M) share of cells that differ, for chords, style, melody, groove.
    """
    source = torch.Generator().manual_seed(seed)
    before, after = (draw_noise(generator.config, count, source) for _ in range(2))
    first = write_phrases(generator, count, noise=before)
    rows = []
    for kind in KINDS:
        mixed = before.changed(**{kind: getattr(after, kind)})
        rows.append((write_phrases(generator, count, noise=mixed) != first).mean(axis=(0, 1)))
    return np.array(rows)


def plain_melody(line: np.ndarray, num_steps: int, low: int, high: int) -> np.ndarray:
    """Cut the beginning of a melody and move it to C major or A minor.

    Args:
        line: (T,) MIDI pitches on a grid of sixteenths, -1 for silence.
        num_steps: sixteenths that are wanted.
        low: lowest MIDI pitch.
        high: highest MIDI pitch, included.

    Returns:
        (`num_steps`,) pitches, moved by less than an octave and then by octaves into the range.

    Raises:
        ValueError: if the melody is too short, or too wide for the range.
    """
    if len(line) < num_steps:
        raise ValueError(
            f"it has {len(line)} sixteenths, {num_steps} are needed; choose a longer melody"
        )
    tonic, mode = find_key(np.asarray(line).tolist(), [1] * len(line))
    up = (PLAIN_TONICS[mode] - tonic) % 12
    start = np.asarray(line)[:num_steps]
    fitting = transposition_range(start, low, high)
    moves = [by for by in fitting if (by - up) % 12 == 0]
    if not moves:
        raise ValueError(
            f"in C major or A minor it does not fit into {low}..{high}; choose one of less span"
        )
    return np.where(start == SILENCE, SILENCE, start + min(moves, key=abs))


def find_phrase(
    generator: TrackGenerator, melody: np.ndarray, tries: int = 64, steps: int = 150, seed: int = 0
) -> tuple[np.ndarray, float]:
    """Look for the phrase whose first track is most like a melody.

    Many noises are moved at once by Adam, against -ln of what they give the melody's pitches.

    Args:
        generator: a trained one; it is not changed.
        melody: (T,) MIDI pitches inside its range, -1 for silence; as long as its phrases.
        tries: noises that are tried.
        steps: steps of each.
        seed: of the noises.

    Returns:
        The phrase (T, M), and the share of its first track's cells that are the melody's.

    Raises:
        ValueError: if the melody has another length or leaves the range.
    """
    config = generator.config
    melody = np.asarray(melody)
    inside = (melody == SILENCE) | ((melody >= config.low) & (melody <= config.high))
    if melody.shape != (config.num_steps,) or not inside.all():
        raise ValueError(
            f"the melody has the shape {melody.shape} and pitches from {melody.min()} to "
            f"{melody.max()}; give {config.num_steps} steps between {config.low} and {config.high}"
        )
    wanted = torch.from_numpy(pitches_to_classes(melody, config.low)).expand(tries, -1)
    drawn = draw_noise(config, tries, torch.Generator().manual_seed(seed))
    noise = {kind: getattr(drawn, kind).requires_grad_() for kind in KINDS}
    optimizer = torch.optim.Adam(noise.values(), lr=0.05)
    for _ in range(steps):
        logits = generator.logits(Noise(**noise))[:, 0]  # (B, T, V)
        misfit = torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())
        far = sum(part.square().mean() for part in noise.values())
        optimizer.zero_grad()
        (tries * (misfit + PULL * far)).backward()
        optimizer.step()
    with torch.no_grad():
        phrases = phrases_of(generator.logits(Noise(**noise)), config.low)
    fits = (phrases[:, :, 0] == melody).mean(axis=1)
    best = int(fits.argmax())
    return phrases[best], float(fits[best])
