"""Fiddle tunes as melodies that a network reads, with what can be asked for as numbers.

What can be asked for comes from the books' own fields: kind of tune, metre, tonic, mode. The types
are joined by the table on the card of O'Neill's book (`course.data.card_text("oneills")`);
tunes without a type are a class of their own, "unlabelled".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from course.data.transposition import transposition_range
from course.data.tunes import TICKS_PER_QUARTER, TUNE_TYPES, Tune, load_tunes
from course.errors import check_integer
from course.models.melody_net import REST, Melody, MelodyNetConfig, prepare_melody
from course.note_sequence import Instrument, Note, NoteSequence, Tempo, TimeSignature

METRES = ((2, 2), (6, 8), (2, 4), (4, 4), (3, 4), (9, 8), (3, 8), (12, 8))
MODES = ("major", "minor", "mixolydian", "dorian", "lydian", "phrygian")
TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
CONDITIONS = (("kind", len(TUNE_TYPES)), ("metre", len(METRES)), ("tonic", 12), ("mode", 6))
MOST_SEMITONES = 5  # how far a tune is moved in training, down or up
IGNORED = -100  # a class that the loss leaves out


def conditions_of(kind: str, metre: tuple[int, int], tonic: str, mode: str) -> dict[str, int]:
    """Number what is asked for.

    Args:
        kind: one of `course.data.tunes.TUNE_TYPES`, such as "jig".
        metre: one of `METRES`, such as (6, 8).
        tonic: one of `TONICS`, such as "D".
        mode: one of `MODES`, such as "major".

    Returns:
        name -> number, as a `MelodyNet` with `CONDITIONS` takes it.

    Raises:
        ValueError: if there is no such value.
    """
    choices = {"kind": TUNE_TYPES, "metre": METRES, "tonic": TONICS, "mode": MODES}
    asked = {"kind": kind, "metre": metre, "tonic": tonic, "mode": mode}
    for name, value in asked.items():
        if value not in choices[name]:
            raise ValueError(f"there is no {name} {value!r}; choose from {choices[name]}")
    return {name: choices[name].index(value) for name, value in asked.items()}


def bar_ticks(metre: tuple[int, int]) -> int:
    """Give the length of a bar.

    Args:
        metre: numerator and denominator.

    Returns:
        Ticks, 48 to the quarter note.
    """
    return TICKS_PER_QUARTER * 4 * metre[0] // metre[1]


def melody_of(tune: Tune) -> Melody:
    """Turn a tune into notes and rests, one after the other.

    Args:
        tune: in one of `METRES`.

    Returns:
        The melody with its conditions.

    Raises:
        ValueError: if the metre is another.
    """
    ends = tune.starts + tune.durations
    events, now = [], 0
    for pitch, start, end in zip(tune.pitches.tolist(), tune.starts.tolist(), ends, strict=True):
        if start > now:
            events.append((REST, start - now))
        events.append((pitch, int(end) - start))
        now = int(end)
    if tune.num_ticks > now:
        events.append((REST, tune.num_ticks - now))
    pitches, lengths = np.array(events, dtype=np.int64).reshape(-1, 2).T
    asked = conditions_of(tune.tune_type, tune.metre, tune.tonic, tune.mode)
    return Melody(pitches, lengths, bar_ticks(tune.metre), tune.pickup_ticks, asked)


def usable_tunes(split: str, config: MelodyNetConfig) -> list[Tune]:
    """Give the tunes of one split that the network can read.

    Left out are tunes with bars that do not fit their metre (about one in ten), with changes of
    metre, in rare metres, and with notes of other lengths than `config.lengths`.

    Args:
        split: "train", "valid" or "test".
        config: range of pitches and lengths.

    Returns:
        Tunes of both books.
    """
    tunes = [*load_tunes("oneills"), *load_tunes("ryans")]
    return [tune for tune in tunes if tune.split == split and _fits(tune, config)]


def _fits(tune: Tune, config: MelodyNetConfig) -> bool:
    if tune.irregular_bars or len(tune.metres) > 1 or tune.metre not in METRES:
        return False
    try:
        prepare_melody(melody_of(tune), config)
    except ValueError:
        return False
    return True


def transpose_melody(melody: Melody, semitones: int) -> Melody:
    """Move a melody to another key, and the tonic that was asked for with it.

    Args:
        melody: the melody.
        semitones: upwards.

    Returns:
        A new melody.
    """
    conditions = dict(melody.conditions)
    if "tonic" in conditions:
        conditions["tonic"] = (conditions["tonic"] + semitones) % 12
    pitches = np.asarray(melody.pitches)
    pitches = np.where(pitches == REST, REST, pitches + semitones)
    return replace(melody, pitches=pitches, conditions=conditions)


class TuneBatches:
    """Draws whole tunes, each in a key that keeps it in range.

    Args:
        melodies: the tunes.
        config: of the network that reads them.
        batch_size: tunes in a batch.
        semitones: how far a tune may be moved, 0 for its own key alone.

    Raises:
        ValueError: if there are no melodies, or a number is out of range.
    """

    def __init__(
        self,
        melodies: Sequence[Melody],
        config: MelodyNetConfig,
        batch_size: int = 32,
        semitones: int = MOST_SEMITONES,
    ) -> None:
        if not melodies:
            raise ValueError("there are no melodies; give at least one")
        check_integer("batch_size", batch_size, 1, 10**6, "32 is usual")
        self.melodies, self.config = list(melodies), config
        self.batch_size, self.semitones = batch_size, semitones

    def __call__(self, step: int, generator: np.random.Generator) -> dict[str, torch.Tensor]:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            What `MelodyNet` reads, (B, longest + 1), padded; "mask" is True where there is a note
            or the end.
        """
        drawn = generator.integers(len(self.melodies), size=self.batch_size)
        return pad_melodies([self._moved(self.melodies[i], generator) for i in drawn], self.config)

    def _moved(self, melody: Melody, generator: np.random.Generator) -> Melody:
        """Move a melody into some key; one that fits into none is refused when it is padded."""
        keys = transposition_range(melody.pitches, self.config.low, self.config.high)
        keys = [key for key in keys if abs(key) <= self.semitones] or [0]
        return transpose_melody(melody, int(generator.integers(keys[0], keys[-1] + 1)))


def pad_melodies(melodies: Sequence[Melody], config: MelodyNetConfig) -> dict[str, torch.Tensor]:
    """Put melodies of different lengths into one batch.

    Args:
        melodies: at least one.
        config: of the network that reads them.

    Returns:
        name -> (B, longest + 1) int64, zeros behind each end; conditions (B,); "mask" (B, longest
        + 1) is True where there is a note or the end.
    """
    prepared = [prepare_melody(melody, config) for melody in melodies]
    longest = max(len(arrays["pitch"]) for arrays in prepared)
    batch = {}
    for name, first in prepared[0].items():
        rows = [arrays[name] for arrays in prepared]
        if first.ndim:
            rows = [np.pad(row, (0, longest - len(row))) for row in rows]
        batch[name] = torch.from_numpy(np.stack(rows))
    lengths = torch.tensor([len(arrays["pitch"]) for arrays in prepared])
    batch["mask"] = torch.arange(longest) < lengths[:, None]
    return batch


def tune_loss(model: nn.Module, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Give the mean of -ln p, in nats per note: its pitch and its length together.

    Args:
        model: a `MelodyNet`.
        batch: what `TuneBatches` draws: arrays (B, ...) by name.

    Returns:
        A scalar; the ends count as pitches.
    """
    pitch, length, notes = note_nats(model, batch)
    return (pitch.sum() + length.sum()) / notes.sum()


def note_nats(
    model: nn.Module, batch: Mapping[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Give -ln p of each melody of a batch.

    Args:
        model: a `MelodyNet`.
        batch: what `pad_melodies` gives: arrays (B, ...) by name.

    Returns:
        For each melody (B,): nats of all its pitches and its end, of all its lengths, and the
        number of its notes and rests.
    """
    pitch_logits, length_logits = model(batch)
    mask, pitch = batch["mask"], batch["pitch"]
    is_note = mask & (pitch != pitch_logits.shape[-1] - 1)  # END, the last class, has no length
    pitch = pitch.masked_fill(~mask, IGNORED)
    length = batch["length"].masked_fill(~is_note, IGNORED)
    pitch_nats, length_nats = (
        nn.functional.cross_entropy(logits.transpose(1, 2), classes, reduction="none").sum(1)
        for logits, classes in ((pitch_logits, pitch), (length_logits, length))
    )
    return pitch_nats, length_nats, is_note.sum(1)  # (B,)


def melody_music(
    melody: Melody, quarters_per_minute: float = 180.0, metre: tuple[int, int] | None = None
) -> NoteSequence:
    """Turn a melody into music for a flute.

    A pickup is a bar of its own: the metre is set anew where the first full bar begins.

    Args:
        melody: any notes and rests; what is no MIDI pitch is a rest.
        quarters_per_minute: the tempo.
        metre: what the score says; by default what `melody.conditions` asked for, else 4/4.

    Returns:
        The music.
    """
    if metre is None:
        metre = METRES[melody.conditions["metre"]] if "metre" in melody.conditions else (4, 4)
    rows = zip(
        melody.pitches.tolist(), melody.starts.tolist(), melody.lengths.tolist(), strict=True
    )
    notes = tuple(
        Note(pitch, start / TICKS_PER_QUARTER, (start + length) / TICKS_PER_QUARTER)
        for pitch, start, length in rows
        if 0 <= pitch <= 127
    )
    bars_from = sorted({0.0, melody.pickup_ticks / TICKS_PER_QUARTER})
    return NoteSequence(
        notes,
        instruments=(Instrument(73, "Flute"),),
        tempos=(Tempo(0.0, quarters_per_minute),),
        time_signatures=tuple(TimeSignature(start, *metre) for start in bars_from),
        total_quarters=int(np.sum(melody.lengths)) / TICKS_PER_QUARTER,
    )
