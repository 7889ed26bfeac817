"""What a model writes for a request: pitches, sampled one by one, with some bars kept if asked.

What was sampled is kept as **ids**, from which the notes follow without the model: for four voices
the pitches S, A, T, B of every sixteenth, -1 for silence; for a melody the pitch (-1 is a rest) and
the ticks (48 to the quarter note) of every note, one after the other.

Most models read from left to right: a bar that is kept is heard by what follows it; what comes
before does not know of it. Masked diffusion hears it on both sides, the space of melodies on none.
A model of tunes that has learned with labels is told kind and key; one without them hears the metre
alone, and a rule keeps it in the key.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from course import models
from course.data.tunes import TICKS_PER_QUARTER
from course.errors import check_integer
from course.evaluation.models import load_model
from course.models.melody_net import Melody, MelodyNet
from course.models.voices import FREE, SILENCE
from course.note_sequence import Instrument, Note, NoteSequence
from course.recipes.harmonise import SCALES, read_soprano
from course.recipes.tune_batches import TONICS, bar_ticks, conditions_of
from course.representation.voice_grid import VoiceGrid, decode_voice_grid
from course.sampling import Sampler, allowed_pitches
from course.studio.melody_space import CELLS_PER_BAR, ids_of, walk_melody
from course.studio.request import Request, read_key
from course.studio.watching import Watch

STEPS_PER_BAR = 16  # of four voices, in 4/4
NOTES_PER_BAR = 8  # about, in a melody; for the progress alone
STAGE = "writing notes"
SPANS = {"soprano": (60, 81), "alto": (53, 74), "tenor": (47, 69), "bass": (36, 64)}


def write(
    request: Request,
    seed: int,
    watch: Watch,
    before: Sequence[int] = (),
    locked: Collection[int] = (),
) -> tuple[int, ...]:
    """Let the model write, from nothing or around bars that are kept.

    Args:
        request: what is wanted.
        seed: of the sampling, 0..2**32 - 1; it stands in place of the request's own.
        watch: is told how far it is, and may stop it.
        before: ids of an earlier take of the same request, if bars are kept.
        locked: bars that are kept, counted from 1.

    Returns:
        The ids.

    Raises:
        ValueError: if a bar is not there, or bars are to be kept of nothing.
        Cancelled: if the watch stops it.
    """
    check_integer("seed", seed, 0, 2**32 - 1, "any whole number will do")
    for bar in locked:
        check_integer("locked bar", bar, 1, request.num_bars, "bars are counted from 1")
    if locked and not len(before):
        raise ValueError(f"bars {sorted(locked)} are locked, but there is no take to keep them of")
    watch.reached(0.0, "loading the model")
    writer = _write_melody if request.is_tune else _write_voices
    if request.is_melody and not request.is_tune:
        writer = _walk_melody
    ids = writer(request, np.random.default_rng(seed), watch, before, set(locked))
    watch.reached(1.0, STAGE)
    return ids


def notes_of(request: Request, ids: Sequence[int]) -> NoteSequence:
    """Turn ids into notes; needs no model.

    Args:
        request: what they were written for.
        ids: as `write` gives them.

    Returns:
        Notes of four voices or of one melody, without tempo, metre or key.

    Raises:
        ValueError: if the ids do not fit to the request.
    """
    numbers = np.asarray(ids, dtype=np.int64)
    wanted = request.num_bars * request.quarters_per_bar
    if request.is_melody:
        pitches, lengths = numbers.reshape(-1, 2).T if numbers.size % 2 == 0 else ([], [])
        quarters = float(np.sum(lengths)) / TICKS_PER_QUARTER
    else:
        quarters = numbers.size / 16
    if quarters != wanted:
        raise ValueError(
            f"{numbers.size} ids fill {quarters:g} quarter notes, the request asks for {wanted:g}; "
            "they belong to another request"
        )
    if not request.is_melody:
        return decode_voice_grid(VoiceGrid(numbers.reshape(-1, 4)))
    starts = np.cumsum(lengths) - lengths
    notes = tuple(
        Note(pitch, start / TICKS_PER_QUARTER, (start + length) / TICKS_PER_QUARTER)
        for pitch, start, length in zip(
            pitches.tolist(), starts.tolist(), lengths.tolist(), strict=True
        )
        if pitch != SILENCE
    )
    return NoteSequence(notes, (Instrument(73, "Melody"),), total_quarters=wanted)


def _watched(request: Request, watch: Watch, total: int) -> Callable:
    """Make a sampler that reports each draw."""
    sampler, drawn = Sampler(temperature=request.temperature), 0

    def choose(p: np.ndarray, generator: np.random.Generator, *allowed: np.ndarray) -> int:
        nonlocal drawn
        watch.reached(min(drawn / total, 1.0), STAGE)
        drawn += 1
        return sampler(p, generator, *allowed)

    return choose


def _write_voices(
    request: Request,
    generator: np.random.Generator,
    watch: Watch,
    before: Sequence[int],
    locked: set[int],
) -> tuple[int, ...]:
    """Sample the free cells of a grid of four voices."""
    model = load_model(request.model)
    given = np.full((request.num_bars * STEPS_PER_BAR, 4), FREE, dtype=np.int64)
    if request.melody is not None:
        soprano = read_soprano(request.melody)
        given[:, 0] = SILENCE
        given[: len(soprano), 0] = soprano
    old = np.asarray(before, dtype=np.int64).reshape(-1, 4)
    for bar in locked:
        rows = slice((bar - 1) * STEPS_PER_BAR, bar * STEPS_PER_BAR)
        given[rows] = old[rows]
    choose = _watched(request, watch, max(1, int((given == FREE).sum())))
    rules = _voice_rules(request, model.config.pitches)
    piece = model.generate(len(given), generator, None, choose, rules, given)
    return tuple(piece.ravel().tolist())


def _voice_rules(request: Request, pitches: np.ndarray) -> np.ndarray | None:
    """Give what each voice may sing: its range, and the key that was asked for."""
    key = read_key(request.key)
    scale = None if key is None else [(key[0] + step) % 12 for step in SCALES[key[1]]]
    rows = [allowed_pitches(pitches, *span, scale=scale, rests=False) for span in SPANS.values()]
    return np.stack(rows)


def _write_melody(
    request: Request,
    generator: np.random.Generator,
    watch: Watch,
    before: Sequence[int],
    locked: set[int],
) -> tuple[int, ...]:
    """Sample the notes of the bars that are free, one stretch of them after the other."""
    net = models.load(request.model)
    choose = _watched(request, watch, NOTES_PER_BAR * (request.num_bars - len(locked)) or 1)
    tonic, mode = read_key(request.key)
    asked = conditions_of(request.tune, request.metre, TONICS[tonic], mode)
    rule = _melody_rule(net, tonic, mode)
    bar = bar_ticks(request.metre)
    old = _cut_at_bars(before, bar)
    ids: list[int] = []
    for first, last, kept in _stretches(request.num_bars, locked):
        if kept:
            ids += [number for place in range(first, last + 1) for number in old[place]]
            continue
        pitches, lengths = _known_lengths(ids, net)
        so_far = Melody(pitches, lengths, bar, 0, asked)
        piece = net.generate(so_far, last, generator, choose, rule)
        pairs = np.column_stack([piece.pitches, piece.lengths])[len(pitches) :].tolist()
        ids += [number for pair in _mended(pairs) for number in pair]
    return tuple(ids)


def _walk_melody(
    request: Request,
    generator: np.random.Generator,
    watch: Watch,
    before: Sequence[int],
    locked: set[int],
) -> tuple[int, ...]:
    """Write a melody along a walk through the space, and put what is kept into it."""
    space, key = models.load(request.model), read_key(request.key)
    watch.reached(0.0, STAGE)
    cells = walk_melody(space, request.num_bars, generator, request.temperature, key)
    old = _cut_at_bars(before, bar_ticks(request.metre))
    ids: list[int] = []
    for first, last, kept in _stretches(request.num_bars, locked):
        if kept:
            ids += [number for place in range(first, last + 1) for number in old[place]]
        else:
            stretch = slice((first - 1) * CELLS_PER_BAR, last * CELLS_PER_BAR)
            ids += ids_of(*(part[stretch] for part in cells))
    return tuple(ids)


def _stretches(num_bars: int, locked: set[int]) -> Iterator[tuple[int, int, bool]]:
    """Give (first bar, last bar, kept) of bars that are alike, counted from 1."""
    first = 1
    for bar in range(1, num_bars + 1):
        if bar == num_bars or ((bar + 1 in locked) != (bar in locked)):
            yield first, bar, bar in locked
            first = bar + 1


def _cut_at_bars(ids: Sequence[int], bar: int) -> dict[int, list[int]]:
    """Give the ids of each bar, counted from 1; a note over a bar line becomes two."""
    bars: dict[int, list[int]] = {}
    now = 0
    for pitch, length in np.asarray(ids, dtype=np.int64).reshape(-1, 2).tolist():
        while length:
            here = min(length, bar - now % bar)
            bars.setdefault(now // bar + 1, []).extend([pitch, here])
            now, length = now + here, length - here
    return bars


def _known_lengths(ids: Sequence[int], net: MelodyNet) -> tuple[np.ndarray, np.ndarray]:
    """Give pitches and lengths that the model knows: a note of another length becomes several."""
    known = net.config.lengths
    pitches, lengths = [], []
    for pitch, length in np.asarray(ids, dtype=np.int64).reshape(-1, 2).tolist():
        while length:
            rest = [one for one in known if one == length or length - one >= min(known)]
            pitches.append(pitch)
            lengths.append(max(one for one in rest if one <= length))
            length -= lengths[-1]
    return np.array(pitches, dtype=np.int64), np.array(lengths, dtype=np.int64)


def _mended(pairs: list[list[int]]) -> list[list[int]]:
    """Lengthen the last note but one by a last one of two ticks, which the model does not know."""
    if len(pairs) > 1 and pairs[-1][1] < 4:
        *pairs, before, last = pairs
        pairs.append([before[0], before[1] + last[1]])
    return pairs


def _melody_rule(net: MelodyNet, tonic: int, mode: str) -> np.ndarray:
    """Forbid the end, for the request says how long it is, and keep a net without labels in key."""
    scale = None if net.config.conditions else [(tonic + step) % 12 for step in SCALES[mode]]
    return np.append(allowed_pitches(net.config.pitches, scale=scale), False)
