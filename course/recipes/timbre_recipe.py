"""The recipe of the generator of single notes."""

from torch import nn

from course.data.single_notes import FAMILIES, PITCHES, VELOCITIES
from course.models.timbre_critic import TimbreCritic
from course.models.timbre_gan import TimbreGANConfig, TimbreGenerator
from course.recipes.players import PlayersRecipe
from course.recipes.timbre_batches import (
    NoteBatches,
    critic_loss,
    generator_loss,
    timbre_config,
    training_notes,
)
from course.recipes.timbre_measures import measure_generator
from course.training.adversarial import AdversarialConfig

FACTS = {  # for the card: the notes come from the sound bank, not from a corpus
    "trained on": {
        "programs": {name: list(programs) for name, programs in FAMILIES.items()},
        "pitches": [PITCHES[0], PITCHES[-1]],
        "velocities": list(VELOCITIES),
    },
    "terms": "the notes are rendered from TimGM6mb.sf2 as pretty_midi installs it; the weights "
    "are given under CC BY 4.0",
}


def timbre_recipe(config: TimbreGANConfig | None = None) -> PlayersRecipe:
    """Say how a generator of notes is trained.

    Args:
        config: its sizes; None for the shipped ones.

    Returns:
        The recipe; at "smoke" it learns from a few notes and is measured on a few pairs.
    """
    config = config or timbre_config()

    def build() -> tuple[TimbreGenerator, TimbreCritic]:
        return TimbreGenerator(config), TimbreCritic(config)

    def batches(generator: nn.Module, budget: str) -> NoteBatches:
        return NoteBatches(training_notes(budget))

    def measure(generator: TimbreGenerator, budget: str) -> dict:
        every, number = (60, 2) if budget == "smoke" else (1, 8)
        return measure_generator(generator, number, every)

    return PlayersRecipe(
        build=build,
        batches=batches,
        losses=(critic_loss, generator_loss),
        measure=measure,
        training=AdversarialConfig(
            num_steps=4000,
            learning_rate=2e-3,
            warmup_steps=50,
            final_share=0.1,
            critic_steps=1,
            beta2=0.99,
        ),
        steps={"smoke": 2, "lesson": 400, "full": 4000},
        average=0.998,
        facts=FACTS,
    )


TIMBRE_GANS = {"timbre_gan": timbre_recipe()}
