"""What networks of four voices share, whatever sums up the past: four heads in a chain.

The network reads one frame at a time, a sixteenth of all four voices, and sums up the past in h_t.
Then four heads write the frame in a chain, soprano, bass, alto, tenor: each sees h_t and the voices
of this frame that are there already,

    p(frame_t | past) = p(S | h_t) p(B | h_t, S) p(A | h_t, S, B) p(T | h_t, S, B, A).

A flat stream of cells would need four steps a frame. `course.models.pitch_head` says how a head
gives an opinion on each pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.frame_lookup import FrameLookup
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
    def log_probabilities(self, pitches: np.ndarray) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.

        Returns:
            (T, 4) natural logarithms, in the columns of `pitches`. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        self.eval()
        batch = self.inputs(pitches)
        frames = batch[-1]
        if not frames.numel():
            return np.empty((0, 4))
        logs = self(*batch).log_softmax(-1).gather(-1, frames[..., None])[0, ..., 0]
        scores = np.empty(logs.shape)
        scores[:, WRITING_ORDER] = logs.numpy()  # back to S, A, T, B
        return scores

    def reader(self) -> NextDistribution:
        """Give what writes a piece: each frame is heard once, and the state kept."""
        self.eval()
        return _Reader(self)


class _Reader:
    """A network while it writes: it hears each frame once and keeps its state."""

    def __init__(self, net: ChainedVoices) -> None:
        self.net = net
        self.states: list | None = None
        self.num_read = 0  # steps; the first one reads that nothing came before
        self.all_h: list[torch.Tensor] = []  # (1, n, H) of the steps read, if there is a lookup

    @torch.no_grad()
    def __call__(self, past: np.ndarray, written: Sequence[int]) -> np.ndarray:
        """Give the probabilities (V,) of the next cell."""
        if self.num_read <= len(past):
            self._read(past)
        low = self.net.config.low
        classes = [0 if pitch == SILENCE else int(pitch) - low + 1 for pitch in written]
        head, own = self.net.heads[len(classes)], self.own[:, len(classes)]
        logits = head(self.h, own, [torch.tensor([number]) for number in classes])[0]
        p = torch.softmax(logits.double(), dim=-1).numpy()
        return self._looked_up(p, past, classes) if self.net.lookup else p

    def _read(self, past: np.ndarray) -> None:
        """Read the frames that are new; the next frame is not there yet, and not looked at."""
        with_next = np.concatenate([past, np.full((1, 4), SILENCE)])
        prepared = self.net.prepare(with_next)[:-1]
        new = [torch.from_numpy(array[self.num_read :])[None] for array in prepared]
        h, self.states = self.net.read(*new, self.states)
        self.h, self.num_read = h[:, -1], len(with_next)
        self.own = new[0][:, -1].clamp(max=self.net.config.num_classes - 1)  # (1, 4)
        if self.net.lookup:
            self.all_h.append(h)
            shares = self.net.lookup.shares(h[:, -1:], torch.cat(self.all_h, dim=1))
            self.shares = shares[0, 0, :-1].double().numpy()  # of each frame of the past
            self.said: list[np.ndarray] = []  # by the heads, of the voices of this frame

    def _looked_up(self, p: np.ndarray, past: np.ndarray, classes: list[int]) -> np.ndarray:
        """Mix what a head says with the earlier frames that begin as this one does."""
        self.said[len(classes) :] = [p]
        frames = self.net.classes(past)[:, WRITING_ORDER]
        same = (frames[:, : len(classes)] == classes).all(axis=1)
        thought = 1 - self.shares.sum()
        for said, number in zip(self.said, classes, strict=False):
            thought *= said[number]
        copied = np.bincount(frames[:, len(classes)], self.shares * same, minlength=len(p))
        joint = copied + thought * p
        return joint / joint.sum()
