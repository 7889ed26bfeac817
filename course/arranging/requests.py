"""Requests to the shipped models and to the arranger, and what is measured of the answers.

Four ways to ask. *Labels*: a network of tunes has learned with kind, key and metre beside the
notes. *Directions*: in the space of melodies one goes to where melodies are denser, higher or more
major. *Rules*: a model that was never told anything is forbidden pitches. *Arranging*: a tempo is
written over the notes, and the notes are then humanised.

Every request is measured by `course.evaluation.control` and `control_measures`, which do not know
it. The same measures on real music with a known truth say how far they can be trusted.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from course import models
from course.arranging.humanise import humanise
from course.arranging.tempo import set_tempo
from course.data.chorales import load_chorales
from course.data.transposition import SILENCE
from course.evaluation import control
from course.evaluation.control_measures import (
    measure_mode,
    measure_register,
    measure_tempo,
    onset_seconds,
)
from course.evaluation.melody_attributes import ATTRIBUTES, measure_attribute
from course.evaluation.models import load_model
from course.models.melody_net import Melody, MelodyNetConfig
from course.models.plain_vae import attribute_vector
from course.note_sequence import NoteSequence
from course.recipes.chorale_batches import chorale_music
from course.recipes.harmonise import SCALES, voice_rules
from course.recipes.tune_batches import (
    bar_ticks,
    conditions_of,
    melody_of,
    usable_tunes,
)
from course.recipes.vae_batches import melody_windows
from course.sampling import Sampler

TUNE_BARS = 8
CHORALE_STEPS = 64
DANCES = (("reel", (2, 2)), ("hornpipe", (2, 2)))  # one metre, so that the bar counter is no help
MODES = ("major", "minor")
STEPS = 2.0  # how often one goes the whole way of a direction
TEMPOS = (80.0, 95.0, 112.0, 134.0)  # within one octave, see `measure_tempo`
TEMPO_TOLERANCE = 0.04  # share by which a measured tempo may differ
SAMPLER = Sampler(top_p=0.9)
REGISTERS = {  # lowest and highest pitch of soprano, alto, tenor, bass
    "low": ((58, 70), (53, 65), (46, 58), (36, 48)),
    "high": ((69, 81), (64, 76), (57, 69), (48, 62)),
}
Pairs = list[tuple[object, object]]  # (asked, measured)


def tune_pairs(name: str, aspect: str, count: int, seed: int = 0) -> Pairs:
    """Ask a network of tunes by its labels.

    Args:
        name: "tune_lstm" or "tune_transformer".
        aspect: "style" (reel or hornpipe, both in 2/2) or "mode" (reels on D or A).
        count: requests, at least 1; they take turns.
        seed: of the generation.

    Returns:
        (asked, measured) for each tune with a note in it.

    Raises:
        ValueError: if there is no such aspect.
    """
    net = models.load(name)
    pairs: Pairs = []
    for number in range(count):
        asked, wish = _tune_request(aspect, number)
        tune = net.generate(wish, TUNE_BARS, np.random.default_rng([seed, number]), SAMPLER)
        if (tune.pitches >= 0).any():
            pairs.append((asked, _measure_tune(aspect, tune)))
    return pairs


def _tune_request(aspect: str, number: int) -> tuple[str, Melody]:
    if aspect == "style":
        kind, metre = DANCES[number % 2]
        asked, wish = kind, conditions_of(kind, metre, "D", "major")
    elif aspect == "mode":
        asked, metre = MODES[number % 2], (2, 2)
        wish = conditions_of("reel", metre, ("D", "A")[number // 2 % 2], asked)
    else:
        raise ValueError(f"tunes have labels for style and mode; {aspect!r} is none")
    empty = np.array([], dtype=int)
    return asked, Melody(empty, empty, bar_ticks(metre), 0, wish)


def _measure_tune(aspect: str, tune: Melody) -> str:
    if aspect == "mode":
        return control.find_key(tune.pitches, tune.lengths)[1]
    patterns = control.rhythm_patterns(tune.pitches, tune.lengths, tune.pickup_ticks)
    return style_judge().classify(patterns, lambda label: label in DANCES)[0]


@cache
def style_judge() -> control.NaiveBayes:
    """Count the rhythm patterns of each kind and metre in the training tunes; kept."""
    tunes = usable_tunes("train", MelodyNetConfig())
    melodies = [melody_of(tune) for tune in tunes]
    patterns = [control.rhythm_patterns(m.pitches, m.lengths, m.pickup_ticks) for m in melodies]
    return control.fit_naive_bayes(patterns, [(t.tune_type, t.metre) for t in tunes], least=15)


def real_tune_pairs(aspect: str) -> Pairs:
    """Measure real test tunes: the ceiling of `tune_pairs`.

    Args:
        aspect: "style" or "mode".

    Returns:
        (truth, measured) for each tune in its first eight bars.
    """
    pairs: Pairs = []
    for tune in usable_tunes("test", MelodyNetConfig()):
        melody = melody_of(tune)
        kept = melody.starts < melody.pickup_ticks + TUNE_BARS * melody.bar_ticks
        begin = Melody(
            melody.pitches[kept], melody.lengths[kept], melody.bar_ticks, melody.pickup_ticks
        )
        if aspect == "style" and (tune.tune_type, tune.metre) in DANCES:
            pairs.append((tune.tune_type, _measure_tune(aspect, begin)))
        elif aspect == "mode" and tune.mode in MODES:
            pairs.append((tune.mode, _measure_tune(aspect, begin)))
    return pairs


@cache
def _directions() -> dict[str, np.ndarray]:
    """Give the direction of each attribute, as lesson 06 finds it in training melodies."""
    space, windows = models.load("melody_vae"), melody_windows("train")
    windows = windows.pick(np.arange(0, len(windows), 4))
    points = space.encode(windows.pitches, windows.struck)[0]
    measured = (measure_attribute(name, windows.pitches, windows.struck) for name in ATTRIBUTES)
    return {n: attribute_vector(points, v) for n, v in zip(ATTRIBUTES, measured, strict=True)}


ASKED = {"density": "denser", "register": "higher", "mode": "more major"}  # aspect -> attribute


def space_pairs(aspect: str, count: int, seed: int = 0) -> Pairs:
    """Ask the space of melodies for more or less of something than a held-out melody has.

    Args:
        aspect: "density", "register" or "mode".
        count: requests, at least 1, in turn for less and for more.
        seed: of the choice of melodies.

    Returns:
        (asked, measured), each "less" or "more" than the melody before it was moved; a measured
        "same" was granted nobody.

    Raises:
        ValueError: if there is no such aspect.
    """
    if aspect not in ASKED:
        raise ValueError(f"the space has directions for {', '.join(ASKED)}; {aspect!r} is none")
    attribute = ASKED[aspect]
    space, windows = models.load("melody_vae"), melody_windows("valid")
    chosen = np.random.default_rng(seed).choice(len(windows), count, replace=count > len(windows))
    windows = windows.pick(chosen)
    signs = np.where(np.arange(count) % 2, 1.0, -1.0)
    points = space.encode(windows.pitches, windows.struck)[0]
    before = measure_attribute(attribute, *space.decode(points))
    moved = points + STEPS * signs[:, None] * _directions()[attribute]
    change = measure_attribute(attribute, *space.decode(moved)) - before
    names = {-1.0: "less", 0.0: "same", 1.0: "more"}
    return [(names[s], names[c]) for s, c in zip(signs, np.sign(change), strict=True)]


def chorale_pairs(name: str, aspect: str, count: int, seed: int = 0) -> Pairs:
    """Ask a model of four voices by forbidding pitches.

    Args:
        name: such as "chorale_transformer".
        aspect: "mode" (the scale on C) or "register" (ranges about an octave apart).
        count: requests, at least 1; they take turns.
        seed: of the generation.

    Returns:
        (asked, measured); the register counts as high above the chorales' median.

    Raises:
        ValueError: if there is no such aspect.
    """
    net, pairs = load_model(name), []
    for number in range(count):
        asked, rule = _chorale_rule(aspect, number, net.config.pitches)
        chance = np.random.default_rng([seed, number])
        grid = net.generate(CHORALE_STEPS, chance, None, Sampler(temperature=0.9), rule)
        music = chorale_music(grid)
        if music.notes:
            high = "high" if aspect == "register" and measure_register(music) > _middle() else "low"
            pairs.append((asked, measure_mode(music) if aspect == "mode" else high))
    return pairs


def _chorale_rule(aspect: str, number: int, pitches: np.ndarray) -> tuple[str, np.ndarray]:
    voices = ("soprano", "alto", "tenor", "bass")
    if aspect == "mode":
        asked = MODES[number % 2]
        wide = dict.fromkeys(voices, (int(pitches[1]), int(pitches[-1])))
        return asked, voice_rules(pitches, wide, SCALES[asked])
    if aspect == "register":
        asked = list(REGISTERS)[number % 2]
        return asked, voice_rules(pitches, dict(zip(voices, REGISTERS[asked], strict=True)))
    raise ValueError(f"chorales have rules for mode and register; {aspect!r} is none")


@cache
def _middle() -> float:
    """Give the median register of the training chorales."""
    pieces = (c for c in load_chorales() if c.split == "train")
    return float(np.median([c.pitches[c.pitches != SILENCE].mean() for c in pieces]))


def real_mode_pairs() -> Pairs:
    """Measure the mode of held-out chorales: the ceiling of `chorale_pairs`."""
    pieces = (c for c in load_chorales() if c.split in ("valid", "test"))
    return [(c.mode, measure_mode(c.to_note_sequence())) for c in pieces]


def tempo_pairs(pieces: Sequence[NoteSequence], count: int, seed: int = 0) -> Pairs:
    """Write tempos over pieces, humanise them, and find the tempo in the onsets alone.

    Args:
        pieces: music whose beat is the quarter note, at least one.
        count: requests, at least 1; `TEMPOS` take turns.
        seed: of the humanising.

    Returns:
        (asked, measured), the measured one being the nearest of `TEMPOS` if it is within 4 %, else
        the measured number itself.
    """
    pairs: Pairs = []
    for number in range(count):
        piece, asked = pieces[number % len(pieces)], TEMPOS[number % len(TEMPOS)]
        played = humanise(set_tempo(piece, asked).music, seed + number).music
        found = measure_tempo(onset_seconds(played))
        near = min(TEMPOS, key=lambda tempo, found=found: abs(tempo - found))
        pairs.append((asked, near if abs(near / found - 1) < TEMPO_TOLERANCE else found))
    return pairs


def real_pieces() -> list[NoteSequence]:
    """Give held-out chorales, whose beat is the quarter note."""
    return [c.to_note_sequence() for c in load_chorales() if c.split == "valid"]
