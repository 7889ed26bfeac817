"""Batches and losses of the three diffusion models: four voices, piano rolls, single notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from course.data.transposition import MOST_SEMITONES, SILENCE, transposition_range
from course.data.windows import STEPS_PER_BAR
from course.evaluation.likelihood import measure_likelihood
from course.models.gaussian_diffusion import diffusion_loss
from course.models.grid_diffusion import GridDiffusion
from course.models.masking import draw_masks
from course.models.noise_schedules import alpha_bars
from course.models.picture_diffusion import PictureDiffusion
from course.models.roll_diffusion import RollDiffusion, to_pictures, wish_rows
from course.models.timbre_diffusion import TimbreDiffusion
from course.models.voices import VoiceRange, number_classes
from course.models.wishes import key_number, wish_numbers
from course.recipes.chorale_batches import chorale_grids
from course.recipes.timbre_batches import NoteBatch, NoteBatches, training_notes
from course.recipes.window_wishes import window_density, window_key
from course.representation.piano_roll import encode_piano_roll
from course.representation.voice_grid import VoiceGrid, decode_voice_grid

WINDOW = 64  # sixteenths: four bars of 4/4
LEFT_OUT = 0.2  # share of the wishes that are left out in training
FINEST = 1000  # noise levels from which training draws
VALID_NOTES = 256  # drawn for the loss while training


@dataclass(frozen=True, eq=False)
class WishedWindow:
    """Four bars in their own key, with what they are like."""

    pitches: np.ndarray  # (WINDOW, 4) MIDI numbers, -1 for silence
    start: int  # step of the piece
    tonic: int  # pitch class
    mode: str
    density: str


@lru_cache(maxsize=2)
def training_windows(split: str = "train", hop: int = 4) -> tuple[WishedWindow, ...]:
    """Cut chorales into windows that begin on every so many sixteenths.

    Args:
        split: "train", "valid" or "test".
        hop: sixteenths from one beginning to the next.

    Returns:
        The windows, in the order of the pieces.
    """
    found = []
    for grid in chorale_grids(split):
        for start in range(0, len(grid) - WINDOW + 1, hop):
            pitches = grid[start : start + WINDOW]
            tonic, mode = window_key(pitches)
            found.append(WishedWindow(pitches, start, tonic, mode, window_density(pitches)))
    return tuple(found)


def budget_windows(budget: str) -> tuple[WishedWindow, ...]:
    """Give the windows to learn from.

    Args:
        budget: "smoke" for fewer of them.

    Returns:
        The windows.
    """
    return training_windows(hop=16 if budget == "smoke" else 4)


class WindowBatches:
    """Draws windows in any key that is in range; a wish is left out now and then.

    Args:
        windows: at least one.
        batch_size: windows in a batch.

    Raises:
        ValueError: if there are no windows.
    """

    def __init__(self, windows: Sequence[WishedWindow], batch_size: int = 32) -> None:
        if not len(windows):
            raise ValueError("there are no windows; give at least one")
        self.windows, self.batch_size, self.range = windows, batch_size, VoiceRange()

    def draw(self, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw windows.

        Args:
            generator: source of chance.

        Returns:
            Pitches (B, WINDOW, 4), starts (B,), and wishes (B, 3): numbers of key, mode and
            density, 0 where they are left out; key and mode are so together.
        """
        drawn = [
            self.windows[n] for n in generator.integers(len(self.windows), size=self.batch_size)
        ]
        low, high, moved, wishes = self.range.low, self.range.high, [], []
        for window in drawn:
            keys = transposition_range(window.pitches, low, high)
            keys = [key for key in keys if abs(key) <= MOST_SEMITONES] or [0]
            shift = int(generator.choice(keys))
            moved.append(np.where(window.pitches == SILENCE, SILENCE, window.pitches + shift))
            key = key_number((window.tonic + shift) % 12, window.mode)
            wishes.append((key, *wish_numbers(window.mode, window.density)))
        told = generator.random((len(drawn), 2)) >= LEFT_OUT
        wishes = np.array(wishes) * told[:, [0, 0, 1]]
        return np.stack(moved), np.array([window.start for window in drawn]), wishes


class GridBatches(WindowBatches):
    """Batches for `GridDiffusion`: classes, what is masked, places in the bar, wishes."""

    def __call__(self, step: int, generator: np.random.Generator) -> tuple[torch.Tensor, ...]:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            Classes (B, T, 4), masks (B, T, 4), places (B, T), wishes (B, 2).
        """
        pitches, starts, wishes = self.draw(generator)
        low, high = self.range.low, self.range.high
        classes = np.stack([number_classes(grid, low, high) for grid in pitches])
        masked = draw_masks(len(classes), WINDOW, generator)
        places = (starts[:, None] + np.arange(WINDOW)) % STEPS_PER_BAR
        return tuple(map(torch.from_numpy, (classes, masked, places, wishes[:, [0, 2]])))


def grid_loss(model: GridDiffusion, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Give the mean over windows of the mean of -ln p over masked cells: the bound, in nats.

    Args:
        model: says what each cell may be.
        batch: what `GridBatches` draws: classes, masks (B, T, 4), places (B, T), wishes (B, 2).

    Returns:
        A scalar.
    """
    classes, masked, places, wishes = batch
    cells = classes.masked_fill(masked, model.config.num_classes)
    logits = model(cells, places, wishes)
    nats = nn.functional.cross_entropy(logits.flatten(0, -2), classes.flatten(), reduction="none")
    nats = nats.view_as(classes) * masked
    return (nats.sum(dim=(1, 2)) / masked.sum(dim=(1, 2))).mean()


def grid_valid_nats(model: GridDiffusion, draws: int = 2) -> float:
    """Give the bound on nats per note of the validation pieces, without wishes.

    Args:
        model: the network.
        draws: masks for each window.

    Returns:
        Nats per note, at most.
    """
    pieces = chorale_grids("valid")
    return measure_likelihood(lambda piece: model.log_bounds(piece, draws), pieces).nats_per_note


class RollBatches(WindowBatches):
    """Batches for `RollDiffusion`: pictures, wishes, noise, and noise levels."""

    def __call__(self, step: int, generator: np.random.Generator) -> tuple[torch.Tensor, ...]:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            Pictures (B, 2 P, T), wishes (B, K), noise like the pictures, levels (B,).
        """
        pitches, _, wishes = self.draw(generator)
        rolls = [window_roll(grid, self.range) for grid in pitches]
        clean = to_pictures(np.stack(rolls))
        return clean, wish_rows(torch.from_numpy(wishes[:, 1:])), *draw_noise(clean, generator)


def window_roll(pitches: np.ndarray, voices: VoiceRange) -> np.ndarray:
    """Draw four voices as one piano roll.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence.
        voices: the range of the roll.

    Returns:
        (2, T, P), sounding and struck.
    """
    music = decode_voice_grid(VoiceGrid(pitches))
    return encode_piano_roll(music, low=voices.low, high=voices.high)


def draw_noise(
    clean: torch.Tensor, generator: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw noise, and noise levels that are spread evenly over the steps of a schedule.

    Args:
        clean: (B, ...).
        generator: source of chance.

    Returns:
        Noise like `clean`, and alpha_bar (B,).
    """
    shares = (np.arange(len(clean)) + generator.random(len(clean))) / len(clean)
    levels = alpha_bars(FINEST)[1 + np.floor(FINEST * shares).astype(int)]
    noise = generator.standard_normal(clean.shape, dtype=np.float32)
    return torch.from_numpy(noise), torch.from_numpy(levels.astype(np.float32))


def picture_loss(
    network: PictureDiffusion,
    clean: torch.Tensor,
    wishes: torch.Tensor,
    noise: torch.Tensor,
    levels: torch.Tensor,
) -> torch.Tensor:
    """Give the weighed squared error of the velocity.

    Args:
        network: the denoiser.
        clean: (B, C, T) pictures.
        wishes: (B, K).
        noise: (B, C, T).
        levels: (B,) alpha_bar.

    Returns:
        A scalar.
    """
    return diffusion_loss(lambda x, level: network(x, level, wishes), clean, noise, levels)


def roll_loss(model: RollDiffusion, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Give the loss of a batch of rolls.

    Args:
        model: the network.
        batch: what `RollBatches` draws: pictures (B, 2 P, T), wishes, noise, levels (B,).

    Returns:
        A scalar.
    """
    return picture_loss(model.network, *batch)


@torch.no_grad()
def roll_valid_loss(model: RollDiffusion, batches: int = 4) -> float:
    """Give the loss on validation windows, always the same ones.

    Args:
        model: the network.
        batches: how many are averaged.

    Returns:
        The mean.
    """
    model.eval()
    draw = RollBatches(training_windows("valid", 16), batch_size=64)
    sources = [np.random.default_rng(number) for number in range(batches)]
    return float(np.mean([float(roll_loss(model, draw(0, source))) for source in sources]))


def note_loss(model: TimbreDiffusion, batch: NoteBatch) -> torch.Tensor:
    """Give the loss of a batch of notes; the wish is left out now and then.

    Args:
        model: the network.
        batch: what `NoteBatches` draws.

    Returns:
        A scalar.
    """
    clean, pitch, shares = batch
    wishes = model.wishes(pitch, shares)
    if model.training:
        wishes = wishes * (torch.rand(len(wishes), 1) >= LEFT_OUT)
    source = np.random.default_rng(int(torch.randint(2**31, ()))) if model.training else None
    return picture_loss(
        model.network, clean, wishes, *draw_noise(clean, source or np.random.default_rng(0))
    )


@torch.no_grad()
def note_valid_loss(model: TimbreDiffusion) -> float:
    """Give the loss on notes whose pairs of pitch and family are held out of training.

    Args:
        model: the network.

    Returns:
        The mean.
    """
    model.eval()
    batches = NoteBatches(training_notes("smoke", held_out=True), VALID_NOTES)
    return float(note_loss(model, batches(0, np.random.default_rng(0))))
