"""A network for melodies, note by note: first the pitch, then how long it lasts.

One step of the network is one note or rest. It reads the note before, the place of the new one in
its bar, the number of that bar, and, if it was built with conditions, what was asked for, such as a
kind of tune. Then two heads in a chain write the note,

    p(note_n | past) = p(pitch_n | h_n) p(length_n | h_n, pitch_n).

After the last note the pitch head says END. Pitches are MIDI numbers, -1 is a rest; lengths are
ticks, 48 to the quarter note. The network knows neither the names of its conditions' values nor
where a melody comes from.

References:
    Sturm, Santos, Ben-Tal and Korshunova, "Music transcription modelling and composition using deep
    learning", 2016, arXiv:1604.08723 (folk tunes, token by token, key and metre given).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range, check_shape
from course.models.core import make_core
from course.models.drawing import Choose, draw_class
from course.models.pitch_head import PitchHead
from course.reproducibility import one_thread

REST = -1
LENGTHS = (4, 6, 8, 12, 16, 18, 24, 36, 48, 72, 96, 120, 144)  # ticks; 24 is an eighth note
BARS_COUNTED = 8  # bars are numbered modulo this: a part of a dance has eight


@dataclass(frozen=True, eq=False)
class Melody:
    """Notes and rests, one after the other.

    Raises:
        ValueError: if the arrays differ in length, or the bar has no length.
    """

    pitches: np.ndarray  # (N,) MIDI numbers, -1 for a rest
    lengths: np.ndarray  # (N,) ticks, > 0
    bar_ticks: int  # length of a bar
    pickup_ticks: int = 0  # length of the pickup before the first full bar
    conditions: Mapping[str, int] = field(default_factory=dict)  # name -> value

    def __post_init__(self) -> None:
        if len(self.pitches) != len(self.lengths):
            raise ValueError(f"{len(self.pitches)} pitches, {len(self.lengths)} lengths; give both")
        check_integer("bar_ticks", self.bar_ticks, 1, 100_000, "a bar of 6/8 has 144 ticks")
        check_integer("pickup_ticks", self.pickup_ticks, 0, self.bar_ticks, "0 for no pickup")

    @property
    def starts(self) -> np.ndarray:
        """First tick of each note, (N,) int64."""
        return np.cumsum(self.lengths, dtype=np.int64) - np.asarray(self.lengths, dtype=np.int64)


@dataclass(frozen=True)
class MelodyNetConfig:
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    cell: str = "lstm"  # see course.models.core
    hidden_size: int = 256  # H, numbers in the state of a layer, 1..4096
    num_layers: int = 1  # layers or blocks, 1..8
    embedding_size: int = 64  # numbers that stand for a pitch, a length, a place, 1..1024
    head_size: int = 192  # hidden numbers in each head, 1..4096
    dropout: float = 0.2  # share dropped in training, 0..0.9
    low: int = 55  # lowest MIDI pitch
    high: int = 95  # highest MIDI pitch, included
    lengths: tuple[int, ...] = LENGTHS  # ticks that a note can last, increasing
    longest_bar: int = 288  # ticks; 12/8
    conditions: tuple[tuple[str, int], ...] = ()  # (name, number of values) of each condition

    def __post_init__(self) -> None:
        for name in ("hidden_size", "embedding_size", "head_size"):
            check_integer(name, getattr(self, name), 1, 4096, "some hundred are usual")
        check_integer("num_layers", self.num_layers, 1, 8, "1 or 2 are usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0.2 is usual")
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")
        check_integer("longest_bar", self.longest_bar, 1, 10_000, "288 ticks are 12/8")
        if list(self.lengths) != sorted(set(self.lengths)) or min(self.lengths, default=0) < 1:
            raise ValueError(f"lengths are {self.lengths}; give ticks from 1 up, increasing")

    @property
    def pitches(self) -> np.ndarray:
        """The pitch that each class stands for: rest (-1), then `low` to `high`; END has none."""
        return np.array([REST, *range(self.low, self.high + 1)])

    @property
    def end(self) -> int:
        """The class that ends a melody, the last one."""
        return self.high - self.low + 2

    @property
    def num_classes(self) -> int:
        """Number V of things that the pitch head can say: rest, the pitches, END."""
        return self.end + 1


class MelodyNet(nn.Module):
    """The network: embeddings, a core that sums up the past, two heads in a chain.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: MelodyNetConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or MelodyNetConfig()
        V, size = config.num_classes, config.embedding_size
        self.pitch = nn.Embedding(V + 1, size)  # V: nothing yet
        self.length = nn.Embedding(len(config.lengths) + 1, size)
        self.place = nn.Embedding(config.longest_bar, size)
        self.bar = nn.Embedding(BARS_COUNTED, size)
        self.asked = nn.ModuleList(nn.Embedding(values, size) for _, values in config.conditions)
        self.dropout = nn.Dropout(config.dropout)
        self.core = make_core(
            config.cell, 4 * size, config.hidden_size, config.num_layers, config.dropout
        )
        self.pitch_head = PitchHead(V, config.hidden_size, config.head_size, 0, config.dropout)
        self.length_head = nn.Sequential(
            nn.Linear(config.hidden_size + size, config.head_size),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.head_size, len(config.lengths)),
        )

    def read(
        self, notes: dict[str, torch.Tensor], states: list | None = None
    ) -> tuple[torch.Tensor, list]:
        """Sum up the past at each note.

        Args:
            notes: "before" and "length_before" (B, N), classes of the note before, "place" and
                "bar" (B, N) of the new one, and each condition (B,).
            states: of the core; None at the beginning.

        Returns:
            h (B, N, H), and the new states.
        """
        names = [name for name, _ in self.config.conditions]
        asked = sum(
            embed(notes[name])[:, None] for name, embed in zip(names, self.asked, strict=True)
        )
        x = torch.cat(
            [
                self.pitch(notes["before"]),
                self.length(notes["length_before"]),
                self.place(notes["place"]),
                self.bar(notes["bar"]) + asked,
            ],
            dim=-1,
        )  # (B, N, 4 * embedding_size)
        h, states = self.core(self.dropout(x), states)
        return self.dropout(h), states

    def forward(self, notes: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the logits of every note, teacher forced.

        Args:
            notes: what `read` takes, and "last" (B, N), class of the last pitch that sounded, and
                "pitch" (B, N), classes to be guessed; the length head sees them.

        Returns:
            Logits of the pitch (B, N, V) and of the length (B, N, number of lengths).
        """
        h, _ = self.read(notes)
        logits = self.pitch_head(h, notes["last"])
        return logits, self._length_logits(h, notes["pitch"])

    def _length_logits(self, h: torch.Tensor, pitch: torch.Tensor) -> torch.Tensor:
        return self.length_head(torch.cat([h, self.pitch(pitch)], dim=-1))

    @torch.no_grad()
    def log_probabilities(self, melody: Melody) -> tuple[np.ndarray, np.ndarray]:
        """Say how likely each note of a melody is, given all notes before it.

        Args:
            melody: of the model's range, lengths and conditions.

        Returns:
            Natural logarithms: of the pitches and at last of END (N + 1,), of the lengths (N,).

        Raises:
            ValueError: if the melody has a pitch, length or condition that the model does not know.
        """
        self.eval()
        arrays = prepare_melody(melody, self.config)
        notes = {name: torch.from_numpy(array)[None] for name, array in arrays.items()}
        pitch, length = self(notes)
        pitch_logs = pitch.log_softmax(-1).gather(-1, notes["pitch"][..., None])[0, :, 0]
        length_logs = length[:, :-1].log_softmax(-1)
        length_logs = length_logs.gather(-1, notes["length"][:, :-1, None])[0, :, 0]
        return pitch_logs.numpy(), length_logs.numpy()

    @one_thread()
    @torch.no_grad()
    def generate(
        self,
        seed: Melody,
        num_bars: int,
        generator: np.random.Generator,
        sampler: Choose | None = None,
        allowed: np.ndarray | None = None,
    ) -> Melody:
        """Go on with a melody until it ends by itself or has enough bars.

        Args:
            seed: the beginning, which may have no notes yet; its bar, pickup and conditions are
                kept.
            num_bars: full bars in all, after the pickup, at least 1; the last note is cut there.
            generator: source of chance; the same state gives the same melody.
            sampler: a `course.sampling.Sampler`, or None; see `course.models.drawing`.
            allowed: (V,) booleans, classes that the pitch head may say; None for all. A rule of
                `course.sampling.allowed_pitches` needs one more, for END.

        Returns:
            The seed and what follows.

        Raises:
            TypeError: if the seed holds anything but whole numbers.
            ValueError: if the seed has what the model does not know or is too long, or a number is
                out of range.
        """
        total = self._total_ticks(seed, num_bars)
        rule = () if allowed is None else (self._rule(allowed),)
        self.eval()
        choose = sampler or draw_class
        pitches, lengths = list(map(int, seed.pitches)), list(map(int, seed.lengths))
        states, num_read = None, 0
        while sum(lengths) < total:
            so_far = Melody(pitches, lengths, seed.bar_ticks, seed.pickup_ticks, seed.conditions)
            arrays = prepare_melody(so_far, self.config)
            new = {
                name: torch.from_numpy(array[num_read:] if array.ndim else array)[None]
                for name, array in arrays.items()
            }
            h, states = self.read(new, states)
            num_read = len(pitches) + 1
            p = torch.softmax(self.pitch_head(h[:, -1], new["last"][:, -1])[0].double(), -1).numpy()
            choice = choose(p, generator, *rule)
            check_integer("choice of the sampler", choice, 0, self.config.end, "a class")
            if choice == self.config.end:
                break
            logits = self._length_logits(h[:, -1], torch.tensor([choice]))[0]
            length = choose(torch.softmax(logits.double(), -1).numpy(), generator)
            check_integer("length that was chosen", length, 0, len(logits) - 1, "a class")
            pitches.append(int(self.config.pitches[choice]))
            lengths.append(min(self.config.lengths[length], total - sum(lengths)))
        arrays = np.array(pitches, dtype=np.int16), np.array(lengths, dtype=np.int32)
        return Melody(*arrays, seed.bar_ticks, seed.pickup_ticks, seed.conditions)

    def _total_ticks(self, seed: Melody, num_bars: int) -> int:
        """Give the length of what is generated, if the seed is one that can be gone on with."""
        check_integer("num_bars", num_bars, 1, 10_000, "a part of a dance has 8 bars")
        prepare_melody(seed, self.config)
        total, length = seed.pickup_ticks + num_bars * seed.bar_ticks, int(np.sum(seed.lengths))
        if length > total:
            raise ValueError(
                f"the seed lasts {length} ticks, num_bars {num_bars} with the pickup {total}; "
                "ask for more bars"
            )
        return total

    def _rule(self, allowed: np.ndarray) -> np.ndarray:
        fix = "one for the rest, each pitch, and END: np.append(allowed_pitches(...), True)"
        check_shape("allowed", np.shape(allowed), (self.config.num_classes,), fix)
        return np.asarray(allowed)


def prepare_melody(melody: Melody, config: MelodyNetConfig) -> dict[str, np.ndarray]:
    """Turn a melody into what the network reads and what it is asked.

    Args:
        melody: N notes and rests; N may be 0.
        config: range of pitches, lengths, conditions.

    Returns:
        name -> int64 array (N + 1,), the last place for what follows upon the melody: "before",
        "length_before", "place", "bar", "last", "pitch" (END at last) and "length" (0 at last,
        without meaning); and each condition as an array without axes.

    Raises:
        TypeError: if a pitch or a length is no whole number.
        ValueError: if the melody has a pitch, length or condition that the model does not know.
    """
    pitches = _whole_numbers("pitches", melody.pitches)
    classes = np.where(pitches == REST, 0, pitches - config.low + 1)
    outside = (pitches != REST) & ((pitches < config.low) | (pitches > config.high))
    if outside.any():
        note = int(np.argmax(outside))
        raise ValueError(
            f"note {note}: pitch {pitches[note]} is outside {config.low}..{config.high} and not -1 "
            "for a rest; transpose the melody first"
        )
    length_classes = _number_lengths(_whole_numbers("lengths", melody.lengths), config)
    if melody.bar_ticks > config.longest_bar:
        raise ValueError(
            f"a bar of {melody.bar_ticks} ticks is longer than {config.longest_bar}; "
            "choose another metre"
        )
    starts = np.append(melody.starts, np.sum(melody.lengths, dtype=np.int64))
    bars, places = np.divmod(starts - melody.pickup_ticks, melody.bar_ticks)
    sounding = np.where(classes > 0, np.arange(len(classes)), -1)
    latest = np.maximum.accumulate(np.append(-1, sounding))  # (N + 1,) of the notes before
    middle = (config.low + config.high) // 2 - config.low + 1  # stands for "none yet"
    return {
        "before": np.append(config.num_classes, classes),
        "length_before": np.append(len(config.lengths), length_classes),
        "place": places,
        "bar": bars % BARS_COUNTED,
        "last": np.where(latest < 0, middle, np.append(middle, classes)[latest + 1]),
        "pitch": np.append(classes, config.end),
        "length": np.append(length_classes, 0),
        **_condition_arrays(melody.conditions, config),
    }


def _whole_numbers(name: str, values: np.ndarray) -> np.ndarray:
    values = np.asarray(values)
    if values.dtype.kind not in "iu" and values.size:
        raise TypeError(f"{name} hold {values.dtype}; give whole numbers")
    return values.astype(np.int64)


def _number_lengths(lengths: np.ndarray, config: MelodyNetConfig) -> np.ndarray:
    """Number the lengths in the order of `config.lengths`."""
    known = np.array(config.lengths)
    classes = np.minimum(np.searchsorted(known, lengths), len(known) - 1)
    wrong = known[classes] != lengths
    if wrong.any():
        note = int(np.argmax(wrong))
        raise ValueError(
            f"note {note} lasts {lengths[note]} ticks; the model knows {config.lengths}; "
            "quantise the melody first"
        )
    return classes


def _condition_arrays(
    conditions: Mapping[str, int], config: MelodyNetConfig
) -> dict[str, np.ndarray]:
    """Give each condition of the model as an array, if it was given a value that exists."""
    found = {}
    for name, values in config.conditions:
        if name not in conditions:
            raise ValueError(f"the model wants {name!r}, 0..{values - 1}; put it into conditions")
        check_integer(name, conditions[name], 0, values - 1, "choose one that the model knows")
        found[name] = np.array(conditions[name], dtype=np.int64)
    return found
