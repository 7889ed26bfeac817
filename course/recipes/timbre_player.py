"""A trained generator as an instrument: it is asked for each pitch once, and plays any music."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from course.data.own_music import beginning
from course.data.single_notes import FADE, FAMILIES, GAIN, PITCHES
from course.errors import check_integer, check_range
from course.models.timbre_gan import TimbreGenerator
from course.note_sequence import MAX_QUARTERS, NoteSequence
from course.representation.note_shapes import hold
from course.representation.tuned_spectrogram import HOP, RATE, synthesise

LOUDEST = 120  # velocity at which a note sounds as the generator makes it
PLAY_RATE = 24_000  # samples a second, as the player's
MOST_PLAYERS, MOST_NOTES = 8, 400  # of a beginning that is played


def family_shares(family: str | Mapping[str, float]) -> torch.Tensor:
    """Give how much of each family is wanted.

    Args:
        family: a name in `FAMILIES`, or a mixture: name -> share, above 0 in sum.

    Returns:
        (1, families), summing to 1.

    Raises:
        ValueError: if a family is unknown, a share is below 0, or all are 0.
    """
    mixture = {family: 1.0} if isinstance(family, str) else dict(family)
    unknown = [name for name in mixture if name not in FAMILIES]
    if unknown:
        raise ValueError(f"there is no family {unknown[0]!r}; choose from {', '.join(FAMILIES)}")
    shares = torch.tensor([[float(mixture.get(name, 0.0)) for name in FAMILIES]])
    if (shares < 0).any() or not shares.sum() > 0:
        raise ValueError(f"shares {mixture}: give numbers from 0 up, not all 0")
    return shares / shares.sum()


class TimbreInstrument:
    """One instrument: the same noise and the same family for all of its notes.

    Pitches beyond those that the generator knows are played from the nearest one that it knows.

    Args:
        generator: the trained generator.
        family: a name, or a mixture of families.
        seed: of its noise: which instrument of the family it is.

    Raises:
        ValueError: as `family_shares`.
    """

    def __init__(
        self, generator: TimbreGenerator, family: str | Mapping[str, float], seed: int = 0
    ) -> None:
        self.generator, self.shares = generator.eval(), family_shares(family)
        self.noise = generator.noise(1, torch.Generator().manual_seed(seed))
        self._pictures: dict[int, np.ndarray] = {}

    def picture(self, pitch: int) -> np.ndarray:
        """Give the picture of a pitch; asked for once.

        Args:
            pitch: MIDI number, 0..127.

        Returns:
            (C, T) in -1..1.
        """
        nearest = int(np.clip(pitch, PITCHES[0], PITCHES[-1]))
        if nearest not in self._pictures:
            with torch.no_grad():
                made = self.generator(self.noise, torch.tensor([nearest]), self.shares)
            self._pictures[nearest] = made[0].numpy()
        return self._pictures[nearest]

    def sound(
        self, pitch: int, seconds: float, velocity: int = 85, rate: int = PLAY_RATE
    ) -> np.ndarray:
        """Play a note.

        Args:
            pitch: MIDI number, 0..127.
            seconds: for which its key is held, above 0.
            velocity: 1..127; half of it is a quarter as loud (12 dB).
            rate: samples a second.

        Returns:
            (n,) samples, as loud as `single_notes.render_note` makes them; they go on for about a
            quarter of a second after the key is let go, and end in silence.

        Raises:
            ValueError: if a number is out of range.
        """
        check_integer("pitch", pitch, 0, 127, "MIDI numbers")
        check_range("seconds", seconds, 1e-6, 3600.0, "a note sounds for some time")
        check_integer("velocity", velocity, 1, 127, "velocity 0 is silence")
        held = hold(self.picture(pitch), max(1, round(seconds * RATE / HOP)))
        samples = synthesise(held, pitch, rate=rate)
        fade = FADE * rate // RATE
        samples[-fade:] *= np.linspace(1, 0, fade)
        return samples * (velocity / LOUDEST) ** 2


def own_opening(piece: NoteSequence, seconds: float) -> NoteSequence:
    """Cut the beginning of a piece that instruments of the network can play, without drums.

    Args:
        piece: any music.
        seconds: how much of it, from its first note on, above 0.

    Returns:
        The beginning, at most 400 notes of it.

    Raises:
        ValueError: if there are no notes but drums, or more than 8 instruments play.
    """
    pitched = [n for n in piece.notes if not piece.instruments[n.instrument].is_drum]
    if not pitched:
        raise ValueError("it has drums only; choose a file with notes of a pitch")
    first = pitched[0].start
    end = float(piece.quarters_at(float(piece.seconds_at(first)) + seconds))
    quarters = min(max(end - first, 1e-6), MAX_QUARTERS)
    part = beginning(replace(piece, notes=tuple(pitched)), quarters, MOST_NOTES)
    if len(part.instruments) > MOST_PLAYERS:
        raise ValueError(
            f"{len(part.instruments)} instruments play at its beginning, at most {MOST_PLAYERS} "
            "can here; choose a smaller ensemble"
        )
    return part


def perform(
    music: NoteSequence, players: Sequence[TimbreInstrument], rate: int = PLAY_RATE
) -> list[np.ndarray]:
    """Let instruments play a piece.

    Args:
        music: the piece.
        players: one for each of its instruments that plays, in their order; the last one plays
            what is left over.
        rate: samples a second.

    Returns:
        One array (n,) of samples for each instrument that plays, all of one length, as loud as the
        sound bank's.

    Raises:
        ValueError: if there is no player.
    """
    if not players:
        raise ValueError("there is no player; give at least one TimbreInstrument")
    playing = [number for number in range(len(music.instruments)) if music.notes_of(number)]
    length = round((music.total_seconds + 1.0) * rate)
    stems = []
    for place, number in enumerate(playing):
        player, stem = players[min(place, len(players) - 1)], np.zeros(length)
        for note in music.notes_of(number):
            start, end = (float(music.seconds_at(moment)) for moment in (note.start, note.end))
            sound = player.sound(note.pitch, max(end - start, 0.02), note.velocity, rate)
            first = round(start * rate)
            sound = sound[: length - first]
            stem[first : first + len(sound)] += sound / GAIN
        stems.append(stem)
    return stems
