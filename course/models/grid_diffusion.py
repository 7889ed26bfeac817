"""Absorbing-state diffusion on four voices: cells are masked one by one, and written back.

Forwards, the cells of a window are masked in an order of chance, until none is left; a masked cell
stays masked. Backwards, the network sees what is left and says what each masked cell may be. With N
cells, of which K, drawn evenly from 1..N, are masked,

    -ln p(window) <= N E_K[mean over masked cells of -ln p(cell | what is left)],

so the loss that trains it bounds the likelihood. The order of writing is free. Cells that are
given, a soprano or all bars but one, are just never masked; the others come back strong beats
first, by lot among equals: a note by itself, between beats that nobody knows, fits to nothing.

References:
    Austin et al., "Structured denoising diffusion models in discrete state-spaces" (D3PM), NeurIPS
    2021, arXiv:2107.03006 (the absorbing state).
    Sahoo et al., "Simple and effective masked diffusion language models", NeurIPS 2024,
    arXiv:2406.07524 (the bound in this form).
    Uria, Murray, Larochelle, "A deep and tractable density estimator", ICML 2014, arXiv:1310.1757
    (the same loss, as a mean over orders).
    Huang et al., "Counterpoint by convolution" (Coconet), ISMIR 2017, arXiv:1903.07227.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range, check_shape
from course.models.drawing import Choose, draw_class
from course.models.filling_head import FARTHEST, FillingHead, nearest_before
from course.models.masking import beat_levels, draw_masks
from course.models.transformer import TransformerStack, sum_embeddings
from course.models.voices import FREE, SILENCE, VoiceModel, VoiceRange
from course.models.wishes import DENSITIES, MODES, NUM_KEYS, key_number, wish_numbers

UPDATES = 256  # times that the network is asked for a window
Watch = Callable[[np.ndarray], None]


@dataclass(frozen=True)
class GridDiffusionConfig(VoiceRange):
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    num_frames: int = 64  # T, sixteenths in a window
    steps_per_bar: int = 16  # place in the bar: step modulo this
    hidden_size: int = 160  # H, a multiple of num_heads
    num_layers: int = 4
    num_heads: int = 4
    head_size: int = 160  # hidden numbers of each voice's head
    dropout: float = 0.1  # share dropped in training, 0..0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("num_frames", self.num_frames, 1, 4096, "64 sixteenths are four bars of 4/4")
        check_integer("steps_per_bar", self.steps_per_bar, 1, 256, "16 sixteenths are 4/4")
        check_integer("hidden_size", self.hidden_size, 1, 4096, "160 is usual")
        check_integer("head_size", self.head_size, 1, 4096, "160 is usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0.1 is usual")


class GridDiffusion(VoiceModel, nn.Module):
    """The network: a Transformer over frames that sees both ways, and a head for each voice.

    Columns are soprano, alto, tenor, bass; classes as in `course.models.voices`, and V for masked.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: GridDiffusionConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or GridDiffusionConfig()
        V, H = config.num_classes, config.hidden_size
        # For each voice its own rows: the cell, the nearest notes before and after, how far.
        self.cells = nn.Embedding(3 * 4 * (V + 1), H)
        self.distances = nn.Embedding(2 * 4 * (FARTHEST + 1), H)
        self.places = nn.Embedding(config.steps_per_bar, H)
        self.wishes = nn.ModuleList(nn.Embedding(1 + n, H) for n in (NUM_KEYS, len(DENSITIES)))
        # What a key says of each voice's pitches, whatever else is known; nothing if none is told.
        self.keys = nn.Embedding(1 + NUM_KEYS, 4 * V, padding_idx=0)
        for embed in (self.cells, self.distances, self.places, *self.wishes):
            nn.init.normal_(embed.weight, std=0.2)  # two dozen are summed up
        nn.init.zeros_(self.keys.weight)
        self.core = TransformerStack(
            H,
            H,
            config.num_layers,
            config.num_heads,
            dropout=config.dropout,
            chroma_rows=4,
            causal=False,
        )
        self.heads = nn.ModuleList(
            FillingHead(V, H, config.head_size, 5, config.dropout) for _ in range(4)
        )

    def forward(
        self, cells: torch.Tensor, places: torch.Tensor, wishes: torch.Tensor
    ) -> torch.Tensor:
        """Say what each cell may be.

        Args:
            cells: (B, T, 4) classes, V for masked.
            places: (B, T) place in the bar.
            wishes: (B, 2) numbers of key and density, see `course.models.wishes`; 0 for any.

        Returns:
            Logits (B, T, 4, V); those of cells that are there mean nothing.
        """
        V = self.config.num_classes
        before, from_before = nearest_before(cells, V)
        after, from_after = (part.flip(1) for part in nearest_before(cells.flip(1), V))
        around = torch.cat([cells, before, after], dim=-1)  # (B, T, 12)
        distances = torch.cat([from_before, from_after], dim=-1)  # (B, T, 8)
        x = sum_embeddings(self.cells, around) + sum_embeddings(self.distances, distances)
        x = x + self.places(places)
        for embed, numbers in zip(self.wishes, wishes.unbind(-1), strict=True):
            x = x + embed(numbers)[:, None]
        h, _ = self.core(x, heard=self._heard(cells, before, x.dtype))
        logits = []
        for voice, head in enumerate(self.heads):
            others = cells[..., [v for v in range(4) if v != voice]]
            beside = torch.stack([before[..., voice], after[..., voice]], dim=-1)
            logits.append(head(h, torch.cat([beside, others], dim=-1)))
        keys = self.keys(wishes[:, 0]).view(-1, 1, 4, V)
        return torch.stack(logits, dim=-2) + keys

    def _heard(
        self, cells: torch.Tensor, before: torch.Tensor, dtype: torch.dtype
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give which pitch classes sound, (B, T, 4, 12), and the bass from which they are heard."""
        V, low = self.config.num_classes, self.config.low
        sounding = (cells > 0) & (cells < V)
        rows = nn.functional.one_hot((cells.clamp(1, V - 1) - 1 + low) % 12, 12)
        bass = torch.where(sounding[..., 3], cells[..., 3], before[..., 3])
        return (rows * sounding[..., None]).to(dtype), (bass.clamp(1, V - 1) - 1 + low) % 12

    def log_bounds(self, pitches: np.ndarray, draws: int = 8, seed: int = 0) -> np.ndarray:
        """Share out a lower bound of the log-likelihood of a piece among its cells.

        The piece is cut into windows from its beginning, each on its own. Each is masked `draws`
        times, with numbers of masked cells spread evenly over 1..N. The sum over the cells is the
        bound, estimated without bias; a single cell's share means little.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence; T may be 0.
            draws: masks for each window.
            seed: of the masks.

        Returns:
            (T, 4) natural logarithms; minus their mean is nats per note, at most.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another, a pitch is outside the range, or `draws` is below
                1.
        """
        check_integer("draws", draws, 1, 10_000, "8 is usual")
        classes = self.classes(pitches)
        generator, found = np.random.default_rng(seed), []
        for start in range(0, len(classes), self.config.num_frames):
            window = classes[start : start + self.config.num_frames]
            masked = draw_masks(draws, len(window), generator)  # (D, T, 4)
            logs = self.log_cells(window, masked, start)
            weight = window.size / masked.sum(axis=(1, 2), keepdims=True)
            found.append((weight * logs * masked).mean(axis=0))
        return np.concatenate(found) if found else np.empty((0, 4))

    @torch.no_grad()
    def log_cells(self, classes: np.ndarray, masked: np.ndarray, start: int = 0) -> np.ndarray:
        """Say how likely the true cells of a window are, for each of several masks.

        Args:
            classes: (T, 4).
            masked: booleans (D, T, 4).
            start: step of the piece at which the window begins.

        Returns:
            (D, T, 4) natural logarithms; those of cells that are not masked mean nothing.
        """
        self.eval()
        cells = torch.from_numpy(np.where(masked, self.config.num_classes, classes))
        p = self._log_softmax(cells, start, torch.zeros(len(cells), 2, dtype=torch.long), 1.0)
        truth = torch.from_numpy(classes).expand(len(cells), -1, -1)
        return p.gather(-1, truth[..., None])[..., 0].double().numpy()

    def _log_softmax(
        self, cells: torch.Tensor, start: int, wishes: torch.Tensor, guidance: float
    ) -> torch.Tensor:
        """Give ln p (B, T, 4, V), guided by wishes."""
        places = (torch.arange(cells.shape[1]) + start) % self.config.steps_per_bar
        places = places.expand(len(cells), -1)
        nothing = torch.zeros_like(wishes)
        if guidance == 0.0 or not wishes.any():
            return self(cells, places, nothing).log_softmax(dim=-1)
        told = self(cells, places, wishes).log_softmax(dim=-1)
        if guidance == 1.0:
            return told
        untold = self(cells, places, nothing).log_softmax(dim=-1)
        return (untold + guidance * (told - untold)).log_softmax(dim=-1)

    def generate(
        self,
        num_steps: int,
        generator: np.random.Generator,
        seed: np.ndarray | None = None,
        sampler: Choose | None = None,
        allowed: np.ndarray | None = None,
        given: np.ndarray | None = None,
        *,
        watch: Watch | None = None,
        **how: Any,
    ) -> np.ndarray:
        """Write a piece, go on with one, or write what is missing in one.

        What is given further on is heard, unlike by a model that reads from left to right. A piece
        longer than a window is written window by window, each one half over the one before.

        Args:
            num_steps: how many frames to add.
            generator: source of chance; the same state gives the same piece.
            seed: (T, 4) the beginning; None to begin with nothing.
            sampler: as for `course.models.voices.VoiceModel.generate`.
            allowed: booleans (4, V), a row for each column, True for what may be written; None for
                everything.
            given: (num_steps, 4) pitches that are kept exactly in the new frames, -1 for silence;
                `FREE` (-2) where the model writes. They need not be allowed. None for nothing.
            watch: is given the piece after each update, `FREE` where it is still masked.
            how: mode, density, guidance, num_updates and tonic, as by `fill`.

        Returns:
            (T + num_steps, 4) int16, the seed and what follows.

        Raises:
            TypeError: if what is given holds anything but whole numbers.
            ValueError: if it has another shape or a pitch outside the range, there is no such wish,
                or a number is out of range.
        """
        check_integer("num_steps", num_steps, 0, 100_000, "16 sixteenths are a bar of 4/4")
        start = np.empty((0, 4), dtype=np.int16) if seed is None else np.asarray(seed)
        new = np.full((num_steps, 4), FREE) if given is None else np.asarray(given)
        check_shape("given", new.shape, (num_steps, 4), "give a row for each new frame")
        piece = np.concatenate([start, new])
        seen = None if watch is None else lambda pieces: watch(pieces[0].copy())
        return self.fill(piece[None], [generator], sampler, allowed, watch=seen, **how)[0]

    def fill(
        self,
        given: np.ndarray,
        generators: Sequence[np.random.Generator],
        sampler: Choose | None = None,
        allowed: np.ndarray | None = None,
        mode: str | None = None,
        density: str | None = None,
        guidance: float = 1.0,
        num_updates: int = UPDATES,
        tonic: int | None = None,
        watch: Watch | None = None,
    ) -> np.ndarray:
        """Write what is missing in several pieces of one length, faster than one by one.

        Args:
            given: (B, T, 4) pitches that are kept, -1 for silence; `FREE` (-2) where the model
                writes.
            generators: B sources of chance, one for each piece.
            sampler: as by `generate`.
            allowed: as by `generate`.
            mode: "major" or "minor"; None for any.
            density: "sparse", "medium" or "dense"; None for any.
            guidance: 0 ignores the wishes, 1 hears them, more overdoes them.
            num_updates: times that the network is asked for an empty window, each time for as many
                cells; for fewer missing cells fewer times, down to one cell a time.
            tonic: pitch class of the key, 0 = C; None for any. A piece of which nothing is given is
                written in a key drawn by lot, as far as it is not said; where notes are given,
                they say the key, unless mode and tonic do.
            watch: is given all pieces after each update.

        Returns:
            (B, T, 4) int16.

        Raises:
            TypeError: if what is given holds anything but whole numbers.
            ValueError: as by `generate`.
        """
        check_range("guidance", guidance, 0.0, 100.0, "1 to 4 are usual")
        check_integer("num_updates", num_updates, 1, 10**6, "256 is usual")
        given, pitches = np.asarray(given), self.config.pitches
        check_shape("given", given.shape, (len(generators), "T", 4), "give pieces of one length")
        self._classes(given)
        if allowed is not None:
            check_shape("allowed", np.shape(allowed), (4, len(pitches)), "a row for each voice")
        pieces, choose = given.astype(np.int16), sampler or draw_class
        keys = [self._key(*each, mode, tonic) for each in zip(pieces, generators, strict=True)]
        wanted = wish_numbers(density=density)[1]
        wishes = torch.tensor([(key, wanted) for key in keys], dtype=torch.long).view(-1, 2)
        self.eval()
        for start in self._window_starts(pieces.shape[1]):
            windows = pieces[:, start : start + self.config.num_frames]  # a view: filled in place
            for chosen in self._orders(windows, start, generators, num_updates):
                p = self._filling(windows, start, wishes, guidance)
                for number, cells in enumerate(chosen):
                    for step, voice in cells.tolist():
                        rule = () if allowed is None else (allowed[voice],)
                        choice = choose(p[number, step, voice], generators[number], *rule)
                        windows[number, step, voice] = pitches[choice]
                if watch is not None:
                    watch(pieces)
        return pieces

    def _key(
        self, piece: np.ndarray, generator: np.random.Generator, mode: str | None, tonic: int | None
    ) -> int:
        """Number the key in which a piece is written, 0 if its notes say it."""
        wish_numbers(mode)
        if (piece == FREE).all():
            drawn = int(generator.integers(12)), MODES[generator.integers(len(MODES))]
            return key_number(drawn[0] if tonic is None else tonic, mode or drawn[1])
        if mode is None and tonic is None:
            return 0
        if mode is None or tonic is None:
            raise ValueError(
                f"mode is {mode!r} and tonic {tonic}, and notes are given; say both, or neither"
            )
        return key_number(tonic, mode)

    def _classes(self, pieces: np.ndarray) -> torch.Tensor:
        """Number the pitches of (B, T, 4) as the network reads them; V for what is free."""
        free = pieces == FREE
        classes = self.classes(np.where(free, SILENCE, pieces).reshape(-1, 4))
        classes = classes.reshape(pieces.shape)
        return torch.from_numpy(np.where(free, self.config.num_classes, classes))

    def _orders(
        self,
        windows: np.ndarray,
        start: int,
        generators: Sequence[np.random.Generator],
        num_updates: int,
    ) -> Iterator[list[np.ndarray]]:
        """Give for each update and each window the (n, 2) cells to write, strong beats first."""
        steps = start + np.arange(windows.shape[1])
        levels, parts = beat_levels(steps, self.config.steps_per_bar), []
        for window, generator in zip(windows, generators, strict=True):
            cells = generator.permutation(np.argwhere(window == FREE))
            cells = cells[np.argsort(levels[cells[:, 0]], kind="stable")]
            updates = min(-(-num_updates * len(cells) // max(1, window.size)), len(cells))
            parts.append(np.array_split(cells, updates) if updates else [])
        nothing = np.empty((0, 2), dtype=int)
        for number in range(max(map(len, parts), default=0)):
            yield [part[number] if number < len(part) else nothing for part in parts]

    def _window_starts(self, num_steps: int) -> list[int]:
        """Give where windows begin: each one half over the one before, the last one at the end."""
        length = self.config.num_frames
        starts = list(range(0, max(1, num_steps - length + 1), max(1, length // 2)))
        if starts[-1] + length < num_steps:
            starts.append(num_steps - length)
        return starts

    @torch.inference_mode()
    def _filling(
        self, windows: np.ndarray, start: int, wishes: torch.Tensor, guidance: float
    ) -> np.ndarray:
        """Give the probabilities (B, T, 4, V) of what each cell may be."""
        logs = self._log_softmax(self._classes(windows), start, wishes, guidance)
        return logs.double().softmax(dim=-1).numpy()
