"""What networks of four voices share, whatever sums up the past: four heads in a chain.

The network reads one frame at a time, a sixteenth of all four voices, and sums up the past in h_t.
Then four heads write the frame in a chain, soprano, bass, alto, tenor: each sees h_t and the voices
of this frame that are there already,

    p(frame_t | past) = p(S | h_t) p(B | h_t, S) p(A | h_t, S, B) p(T | h_t, S, B, A).

A flat stream of cells would need four steps a frame. `course.models.pitch_head` says how a head
gives an opinion on each pitch. All of it can be asked in several keys at once, see
`course.models.many_keys`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.frame_lookup import FrameLookup
from course.models.many_keys import ManyKeys
from course.models.pitch_head import PitchHead
from course.models.voices import (
    SILENCE,
    WRITING_ORDER,
    NextDistribution,
    VoiceModel,
    VoiceRange,
)


@dataclass(frozen=True)
class ChainedVoicesConfig(VoiceRange):
    """Sizes that every such network has.

    Raises:
        ValueError: if a field is out of range.
    """

    hidden_size: int = 256  # H, numbers in h_t, 1..4096
    head_size: int = 192  # hidden numbers in each voice's head, 1..4096
    dropout: float = 0.3  # share dropped in training, 0..0.9
    steps_per_bar: int = 16  # place in the bar: step modulo this, 1..256
    longest_run: int = 16  # a pitch held longer counts as held so many steps, 1..256

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("hidden_size", self.hidden_size, 1, 4096, "128 or 256 are usual")
        check_integer("head_size", self.head_size, 1, 4096, "192 is usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0.3 is usual")
        check_integer("steps_per_bar", self.steps_per_bar, 1, 256, "16 sixteenths are 4/4")
        check_integer("longest_run", self.longest_run, 1, 256, "16 sixteenths are a whole note")


def chain_of_heads(config: ChainedVoicesConfig) -> nn.ModuleList:
    """Make the four heads; each is told the voices before it.

    Args:
        config: the sizes.

    Returns:
        In writing order.
    """
    return nn.ModuleList(
        PitchHead(config.num_classes, config.hidden_size, config.head_size, number, config.dropout)
        for number in range(4)
    )


class ChainedVoices(VoiceModel, nn.Module):
    """A network of four voices; a subclass says what is read and how the past is summed up.

    It has `config`, a `ChainedVoicesConfig`, and `heads`; it may have a `lookup`.
    """

    def __init__(self) -> None:
        super().__init__()
        # Not on the class: torch keeps modules apart, and a class's attribute would hide this one.
        self.lookup: FrameLookup | None = None

    def prepare(self, pitches: np.ndarray) -> tuple[np.ndarray, ...]:
        """Turn a piece into what the network reads and what it is asked.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B.

        Returns:
            int64 arrays of T rows each: first the classes of the frame before, V for none, in
            writing order (T, 4); last the classes of the frames (T, 4).

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        raise NotImplementedError

    def read(self, *given: Any) -> tuple[torch.Tensor, list]:
        """Sum up the past at each step.

        Args:
            given: what `prepare` gives but the frames, each with a batch axis, and at last the
                states; None at the beginning.

        Returns:
            h (B, T, H), and the new states.
        """
        raise NotImplementedError

    def forward(self, *batch: torch.Tensor) -> torch.Tensor:
        """Give the logits of every cell, teacher forced.

        With a lookup they are logarithms of probabilities, which are logits too.

        Args:
            batch: what `prepare` gives, each with a batch axis. Head v sees the frames' voices
                before it, never its own.

        Returns:
            (B, T, 4, V).
        """
        *given, frames = batch
        h, _ = self.read(*given, None)
        own = given[0].clamp(max=self.config.num_classes - 1)
        written = frames.unbind(-1)
        logits = [
            head(h, own[..., voice], written[:voice]) for voice, head in enumerate(self.heads)
        ]
        logits = torch.stack(logits, dim=-2)  # (B, T, 4, V)
        return self.lookup(logits, h, frames) if self.lookup else logits

    def inputs(self, pitches: np.ndarray) -> tuple[torch.Tensor, ...]:
        """Prepare a whole piece for `forward`, as a batch of one.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B.

        Returns:
            What `prepare` gives, each with an axis of 1 in front.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        return tuple(torch.from_numpy(array)[None] for array in self.prepare(pitches))

    @torch.no_grad()
    def distributions(self, pitches: np.ndarray, shifts: Sequence[int] = (0,)) -> np.ndarray:
        """Say of each cell how likely everything is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.
            shifts: semitones by which the past is moved; the mean of the opinions counts.

        Returns:
            (T, 4, V) probabilities, voices in writing order.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        self.eval()
        keys, classes = ManyKeys(shifts, self.config.num_classes), self.classes(pitches)
        if not len(classes):
            return np.empty((0, 4, self.config.num_classes))
        batch = in_keys(self.prepare(np.asarray(pitches)), keys)
        p = self(*batch).double().softmax(dim=-1).numpy()  # (K, T, 4, V)
        return keys.back(p).mean(axis=0)

    def log_probabilities(self, pitches: np.ndarray, shifts: Sequence[int] = (0,)) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.
            shifts: semitones by which the past is moved; the mean of the opinions counts.

        Returns:
            (T, 4) natural logarithms, in the columns of `pitches`. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        return log_of_cells(self.distributions(pitches, shifts), self.classes(pitches))

    def reader(self, shifts: Sequence[int] = (0,)) -> NextDistribution:
        """Give what writes a piece: each frame is heard once, and the state kept.

        Args:
            shifts: semitones by which the past is moved; the mean of the opinions counts.
        """
        self.eval()
        return FrameReader(self, ManyKeys(shifts, self.config.num_classes))


def in_keys(prepared: Sequence[np.ndarray], keys: ManyKeys) -> tuple[torch.Tensor, ...]:
    """Move what a network reads into several keys.

    Args:
        prepared: what `prepare` gives: first and last classes, which are moved; between them what
            is the same in every key.
        keys: K transpositions.

    Returns:
        The same arrays, each with an axis of K in front.
    """
    before, *same, frames = prepared
    rest = [torch.from_numpy(array).expand(len(keys), *array.shape) for array in same]
    return torch.from_numpy(keys.move(before)), *rest, torch.from_numpy(keys.move(frames))


def log_of_cells(p: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Pick what was said of the cells that are there.

    Args:
        p: (T, 4, V) probabilities, voices in writing order.
        classes: (T, 4) the cells, columns S, A, T, B.

    Returns:
        (T, 4) natural logarithms, columns S, A, T, B.
    """
    scores = np.empty(classes.shape)
    written = np.take_along_axis(p, classes[:, WRITING_ORDER, None], axis=-1)[..., 0]
    scores[:, WRITING_ORDER] = np.log(written)  # back to S, A, T, B
    return scores


class FrameReader:
    """A network while it writes: it hears each frame once, in all keys, and keeps its state.

    Args:
        net: in evaluation.
        keys: K transpositions, a row of the batch for each; the mean of the opinions counts.
    """

    def __init__(self, net: ChainedVoices, keys: ManyKeys) -> None:
        self.net, self.keys = net, keys
        self.states: list | None = None
        self.num_read = 0  # steps; the first one reads that nothing came before
        self.lookup_keys: list[torch.Tensor] = []  # (K, n, size) of the steps read, for a lookup

    @torch.inference_mode()
    def __call__(self, past: np.ndarray, written: Sequence[int]) -> np.ndarray:
        """Give the probabilities (V,) of the next cell."""
        if self.num_read <= len(past):
            self._read(past)
        low = self.net.config.low
        given = [0 if pitch == SILENCE else int(pitch) - low + 1 for pitch in written]
        given = [self.keys.move(number) for number in given]  # (K,) each
        head, own = self.net.heads[len(given)], self.own[:, len(given)]
        logits = head(self.h, own, [torch.from_numpy(numbers) for numbers in given])
        p = logits.double().softmax(dim=-1).numpy()  # (K, V)
        if self.net.lookup:
            p = self._looked_up(p, given)
        return self.keys.back(p).mean(axis=0)

    def _read(self, past: np.ndarray) -> None:
        """Read the frames that are new; the next frame is not there yet, and not looked at."""
        prepared = self.net.prepare(np.concatenate([past, np.full((1, 4), SILENCE)]))
        *new, _ = in_keys([array[self.num_read :] for array in prepared], self.keys)
        h, self.states = self.net.read(*new, self.states)
        self.h, self.num_read = h[:, -1], len(past) + 1
        self.own = new[0][:, -1].clamp(max=self.net.config.num_classes - 1)  # (K, 4)
        if self.net.lookup:
            self.frames = self.keys.move(prepared[-1][:-1])  # (K, S, 4)
            self.lookup_keys.append(self.net.lookup.key(h))
            shares = self.net.lookup.shares(h[:, -1:], torch.cat(self.lookup_keys, dim=1))
            self.shares = shares[:, 0, :-1].double().numpy()  # (K, S), of each frame of the past
            self.said: list[np.ndarray] = []  # by the heads, of the voices of this frame

    def _looked_up(self, p: np.ndarray, given: list[np.ndarray]) -> np.ndarray:
        """Mix what a head says with the earlier frames that begin as this one does."""
        self.said[len(given) :] = [p]
        keys = np.arange(len(p))
        shares, thought = self.shares, 1 - self.shares.sum(axis=1)
        for voice, (said, numbers) in enumerate(zip(self.said, given, strict=False)):
            shares = shares * (self.frames[..., voice] == numbers[:, None])
            thought = thought * said[keys, numbers]
        joint = thought[:, None] * p
        np.add.at(joint, (keys[:, None], self.frames[..., len(given)]), shares)
        return joint / joint.sum(axis=1, keepdims=True)
