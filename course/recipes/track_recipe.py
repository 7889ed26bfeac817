"""The recipes of generators of four tracks: two bars of a chorale, or of a quartet, at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from course.evaluation.tracks import compare_tracks, measure_tracks
from course.models.adversarial import (
    gradient_penalty,
    wasserstein_critic_loss,
    wasserstein_generator_loss,
)
from course.models.track_critic import TrackCritic
from course.models.track_gan import Noise, TrackGanConfig, TrackGenerator, draw_noise
from course.recipes.phrases import STEPS_PER_BAR, PhraseBatches, chorale_phrases, phrases_of
from course.recipes.players import PlayersRecipe
from course.recipes.quartet_phrases import quartet_phrases
from course.training.adversarial import AdversarialConfig
from course.training.callbacks import Callback
from course.training.run import Run

PENALTY = 10.0  # weight of the gradient penalty
SOFT_SHARE = 0.5  # of the generated phrases in training
MEASURED = 500  # phrases that are measured


def wasserstein_losses(
    penalty: Callable = gradient_penalty, weight: float = PENALTY, soft_share: float = SOFT_SHARE
) -> tuple:
    """Give both players' losses for phrases of tracks.

    Args:
        penalty: takes the critic, real and generated samples.
        weight: of the penalty.
        soft_share: share of generated phrases that are handed over as softmax, 0..1.

    Returns:
        The critic's loss and the generator's, as `fit_players` takes them.
    """

    def critic_loss(
        generator: TrackGenerator, critic: TrackCritic, real: torch.Tensor
    ) -> torch.Tensor:
        count = len(real)
        with torch.no_grad():  # relations are fixed functions; the generator rests
            both = torch.cat([real, generator(draw_noise(generator.config, count), soft_share)])
            seen = critic.features(both)
        scores = critic.judge(seen)
        distance = wasserstein_critic_loss(scores[:count], scores[count:])
        return distance + weight * penalty(critic.judge, seen[:count], seen[count:])

    def generator_loss(
        generator: TrackGenerator, critic: TrackCritic, real: torch.Tensor
    ) -> torch.Tensor:
        fake = generator(draw_noise(generator.config, len(real)), soft_share)
        return wasserstein_generator_loss(critic(fake))

    return critic_loss, generator_loss


@torch.no_grad()
def write_phrases(
    generator: nn.Module, count: int, seed: int = 0, noise: Noise | None = None
) -> np.ndarray:
    """Let a generator write phrases.

    Args:
        generator: a `TrackGenerator`.
        count: phrases N.
        seed: of the noise.
        noise: noise for N phrases, instead of new one.

    Returns:
        (N, T, M) pitches, -1 for silence.
    """
    if noise is None:
        noise = draw_noise(generator.config, count, torch.Generator().manual_seed(seed))
    return phrases_of(generator.logits(noise), generator.config.low)


class Album(Callback):
    """Keep what the same noise gives at some moments of a training.

    Args:
        moments: steps after which phrases are kept; the last step is a moment, too.
        count: phrases.
        seed: of the noise.
    """

    def __init__(self, moments: Sequence[int], count: int = 64, seed: int = 0) -> None:
        self.moments, self.count, self.seed = tuple(moments), count, seed
        self.pages: dict[int, np.ndarray] = {}  # step -> (N, T, M)

    def on_step(self, run: Run) -> None:
        """Keep phrases if it is time.

        Args:
            run: the run so far.
        """
        if run.step in self.moments or run.step == run.config.num_steps:
            self.pages[run.step] = write_phrases(run.model, self.count, self.seed)


def card_measures(generator: nn.Module, valid: np.ndarray) -> dict:
    """Say what a generator's phrases are like, beside validation phrases.

    Args:
        generator: a `TrackGenerator`.
        valid: (N, T, M) real phrases that it has not learned from.

    Returns:
        Plain numbers and lists for a card.
    """
    made = measure_tracks(write_phrases(generator, MEASURED))
    found = {"difference from valid": compare_tracks(made, measure_tracks(valid))}
    for name in ("empty", "pitch_classes", "qualified", "spread"):
        found[name] = [round(float(value), 4) for value in getattr(made, name)]
    return found


def _recipe(corpus: str, cut: Callable, config: TrackGanConfig, batch_size: int) -> PlayersRecipe:
    """Say how phrases are learned; `cut` takes split, bars, lowest and highest pitch."""

    def phrases(split: str) -> np.ndarray:
        return cut(split, config.num_steps // STEPS_PER_BAR, config.low, config.high)

    def build() -> tuple[TrackGenerator, TrackCritic]:
        return TrackGenerator(config), TrackCritic(config)

    def batches(generator: TrackGenerator, budget: str) -> PhraseBatches:
        return PhraseBatches(phrases("train"), config.low, config.num_classes, batch_size)

    def measure(generator: TrackGenerator, budget: str) -> dict:
        return card_measures(generator, phrases("valid"))

    return PlayersRecipe(
        build=build,
        batches=batches,
        losses=wasserstein_losses(),
        measure=measure,
        training=AdversarialConfig(
            num_steps=1500,
            learning_rate=4e-3,
            critic_steps=2,
            critic_rate=0.5,
            beta2=0.99,
            warmup_steps=20,
        ),
        steps={"smoke": 2, "lesson": 220, "full": 1500},
        corpora=(corpus,),
    )


TRACK_GAN = _recipe("chorales", chorale_phrases, TrackGanConfig(), batch_size=64)
TRACK_GANS = {  # three seeds of one recipe
    "track_gan": TRACK_GAN,
    "track_gan_1": replace(TRACK_GAN, seed=1),
    "track_gan_2": replace(TRACK_GAN, seed=2),
}
QUARTET_GANS = {  # the same for string quartets, which reach higher
    "quartet_gan": _recipe("quartets", quartet_phrases, TrackGanConfig(high=96), batch_size=64)
}
