"""The tour: what each of the course's models makes of the same beginning.

A lesson that ships a model adds its line to `MELODY_MODELS`, `VOICE_MODELS`, `PHRASE_MODELS`,
`ROLL_MODELS`, `SPACE_MODELS` or `SOUND_MODELS`; lesson 00 plays all.
"""

from dataclasses import replace

import numpy as np

from course import models
from course.data.chorales import Chorale
from course.data.transposition import SILENCE
from course.data.tunes import Tune, listening_tempo
from course.evaluation.models import load_model
from course.models.latent import spherical_path
from course.models.melody_net import Melody
from course.note_sequence import Note, NoteSequence, crop
from course.recipes.phrases import to_plain_key
from course.recipes.timbre_player import TimbreInstrument, perform
from course.recipes.track_recipe import write_phrases
from course.recipes.tune_batches import melody_music, melody_of
from course.recipes.vae_batches import melody_windows, window_music
from course.representation.piano_roll import decode_piano_roll
from course.representation.voice_grid import VoiceGrid, decode_voice_grid
from course.sampling import Sampler

MELODY_MODELS = {
    "04 · recurrent network": "tune_rnn",
    "05 · LSTM": "tune_lstm",
    "07 · Transformer": "tune_transformer",
}
VOICE_MODELS = {
    "03 · n-gram": "ngram",
    "04 · recurrent network": "chorale_rnn",
    "05 · LSTM": "chorale_lstm",
    "07 · Transformer": "chorale_transformer",
    "10 · diffusion": "grid_diffusion",
}
SPACE_MODELS = {"06 · space of melodies": "melody_vae"}
PHRASE_MODELS = {  # these cannot go on: behind the beginning stand phrases of their own
    "08 · GAN, phrases of its own": "track_gan",
}
ROLL_MODELS = {"10 · diffusion of rolls, of its own": "roll_diffusion"}  # nor can these
SOUND_MODELS = {
    "09 · GAN of notes": "timbre_gan",
    "10 · diffusion of notes": "timbre_diffusion",
}
TOUR_LEVELS = 25  # noise levels that are gone through
SAMPLER = Sampler(temperature=0.9)  # a little on the safe side, the same for all


def melody_tour(tune: Tune, seed_bars: int = 2, num_bars: int = 8) -> dict[str, NoteSequence]:
    """Let every model of melodies go on with the same tune.

    Args:
        tune: a tune that no model has learned from.
        seed_bars: full bars that are given, from 1.
        num_bars: full bars in all.

    Returns:
        "the real tune", then lesson and model -> music.
    """
    melody = melody_of(tune)
    start = first_bars(melody, seed_bars)
    tempo = listening_tempo(tune.tune_type, tune.metre)
    takes = {"the real tune": first_bars(melody, num_bars)}
    for name, model in MELODY_MODELS.items():
        generator = np.random.default_rng(0)
        takes[name] = models.load(model).generate(start, num_bars, generator, SAMPLER)
    return {name: melody_music(take, tempo, tune.metre) for name, take in takes.items()}


def space_tour(split: str = "valid", points: int = 3) -> dict[str, NoteSequence]:
    """Let every space of melodies lead from a line of a chorale to two bars of a reel.

    Args:
        split: of both melodies; no model has learned from "valid" or "test".
        points: melodies on the way, its ends included, at least 2.

    Returns:
        Lesson and model -> music, the melodies one after the other.
    """
    windows = melody_windows(split)
    ends = windows.pick([int(np.argmax(windows.corpus == number)) for number in (0, 1)])
    takes = {}
    for name, model in SPACE_MODELS.items():
        space = models.load(model)
        start, end = space.encode(ends.pitches, ends.struck)[0]
        path = [spherical_path(start, end, share) for share in np.linspace(0, 1, points)]
        pitches, struck = space.decode(np.array(path))
        takes[name] = window_music(pitches.ravel(), struck.ravel())
    return takes


def sound_tour(
    tune: Tune, num_bars: int = 4, family: str = "winds"
) -> tuple[NoteSequence, dict[str, tuple[np.ndarray, ...]]]:
    """Let every model that makes sound play the beginning of the same tune.

    Args:
        tune: any tune.
        num_bars: full bars.
        family: of instruments, one of `course.data.single_notes.FAMILIES`.

    Returns:
        The music, and lesson and model -> samples (n,), one array an instrument, as
        `course.playback.Recording` takes them.
    """
    tempo = listening_tempo(tune.tune_type, tune.metre)
    music = melody_music(first_bars(melody_of(tune), num_bars), tempo, tune.metre)
    players = {
        name: TimbreInstrument(models.load(model), family, seed=3)
        for name, model in SOUND_MODELS.items()
    }
    return music, {name: tuple(perform(music, [player])) for name, player in players.items()}


def first_bars(melody: Melody, bars: int) -> Melody:
    """Keep the beginning of a melody: all notes that end before a bar line.

    Args:
        melody: the melody.
        bars: full bars, after the pickup.

    Returns:
        A new melody.
    """
    end = melody.pickup_ticks + bars * melody.bar_ticks
    kept = int((melody.starts + melody.lengths <= end).sum())
    return replace(melody, pitches=melody.pitches[:kept], lengths=melody.lengths[:kept])


def voice_tour(
    chorale: Chorale, seed_steps: int = 32, num_steps: int = 96
) -> dict[str, NoteSequence]:
    """Let every model of four voices go on with the same chorale.

    Args:
        chorale: a piece that no model has learned from.
        seed_steps: sixteenths that are given.
        num_steps: sixteenths that are added.

    Returns:
        "Bach", then lesson and model -> music; of models that write whole phrases, phrases in
        the chorale's key.
    """
    start = chorale.pitches[:seed_steps]
    takes = {"Bach": chorale.pitches[: seed_steps + num_steps]}
    for name, model in VOICE_MODELS.items():
        generator = np.random.default_rng(0)
        takes[name] = load_model(model).generate(num_steps, generator, start, SAMPLER)
    for name, model in PHRASE_MODELS.items():
        takes[name] = np.concatenate([start, _phrases(model, chorale, num_steps)])
    original = crop(chorale.to_note_sequence(), 0.0, (seed_steps + num_steps) / 4)
    voices = original.instruments
    music = {
        name: replace(original, notes=decode_voice_grid(VoiceGrid(grid), instruments=voices).notes)
        for name, grid in takes.items()
    }
    beginning = decode_voice_grid(VoiceGrid(start), instruments=voices).notes
    for name, model in ROLL_MODELS.items():
        notes = _roll_notes(model, num_steps, seed_steps / 4)
        music[name] = replace(original, notes=(*beginning, *notes))
    return music


def _roll_notes(model: str, num_steps: int, start: float) -> list[Note]:
    """Let a model draw piano rolls, and put their notes behind a beginning."""
    painter = models.load(model)
    count = -(-num_steps // painter.config.num_frames)
    rolls = painter.write(count, np.random.default_rng(0), num_steps=TOUR_LEVELS)
    roll = np.concatenate(list(rolls), axis=1)[:, :num_steps]  # (2, T, P)
    music = decode_piano_roll(roll, low=painter.config.low)
    return [replace(n, start=n.start + start, end=n.end + start) for n in music.notes]


def _phrases(model: str, chorale: Chorale, num_steps: int) -> np.ndarray:
    """Let a model write phrases, and move them from C major or A minor to a chorale's key."""
    generator = models.load(model)
    count = -(-num_steps // generator.config.num_steps)
    pitches = write_phrases(generator, count).reshape(-1, generator.config.num_tracks)[:num_steps]
    down = int(to_plain_key(np.array([60]), chorale.fifths)[0]) - 60
    return np.where(pitches == SILENCE, SILENCE, pitches - down).astype(np.int16)
