"""How much of a melody comes back through a point of a latent space, and whether the point did it.

A cell is right if its pitch is; with its attack, if it is struck or held as in the original, too.
Everything is decoded freely from the mean of the posterior: nothing of the original is shown. Three
numbers belong to it: the same with the points *exchanged* between melodies, which says what the
decoder would have written anyway; a baseline that *copies* the original's cell before, which needs
no model; and the nats that the points hold, the KL divergence.

References:
    Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", ICLR 2016,
    arXiv:1509.00519 (active units).
"""

from dataclasses import asdict, dataclass

import numpy as np

from course.errors import check_shape
from course.models.vae import MelodyVAE

ACTIVE_VARIANCE = 0.01  # Burda et al.: a unit is active if its mean varies by more over the data


@dataclass(frozen=True)
class Reconstruction:
    """What was measured on one set of melodies; shares are 0..1."""

    melodies: int
    cells: int
    accuracy: float  # cells whose pitch is right
    with_attacks: float  # cells whose pitch and attack are right
    exchanged: float  # `accuracy` with each melody decoded from another one's point
    copy: float  # cells whose pitch is that of the cell before, the first cells left out
    kl: float  # nats, mean over melodies
    elbo: float  # nats, mean over melodies, one draw of z for each
    nats_per_note: float  # -elbo over notes: more than the model's own -ln p per note
    active_units: int
    latent_size: int

    def to_json(self) -> dict[str, float | int]:
        """Give all numbers by name."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.accuracy:.1%} of {self.cells} cells ({self.with_attacks:.1%} with attacks), "
            f"{self.exchanged:.1%} with points exchanged, {self.copy:.1%} by copying the cell "
            f"before; KL {self.kl:.1f} nats, {self.active_units} of {self.latent_size} units active"
        )


def measure_reconstruction(
    model: MelodyVAE, pitches: np.ndarray, struck: np.ndarray, seed: int = 0
) -> Reconstruction:
    """Send melodies through the network and back.

    Args:
        model: the network.
        pitches: (N, T) MIDI numbers, -1 for silence; N at least 2.
        struck: (N, T) booleans.
        seed: of the draws for the ELBO, and of the exchange.

    Returns:
        What was measured.

    Raises:
        ValueError: if there are fewer than two melodies, or a shape or pitch is out of range.
    """
    check_shape("struck", np.shape(struck), np.shape(pitches), "one for each pitch")
    if len(pitches) < 2:
        raise ValueError(f"{len(pitches)} melodies; give at least two, so that points can change")
    model.eval()
    mean, _ = model.encode(pitches, struck)
    written, attacks = model.decode(mean)
    generator = np.random.default_rng(seed)
    others, _ = model.decode(mean[exchange(len(mean), generator)])
    log_likelihood, kl = _bound(model, pitches, struck, generator)
    return Reconstruction(
        melodies=len(pitches),
        cells=int(np.size(pitches)),
        accuracy=cell_accuracy(pitches, written),
        with_attacks=float(np.mean((written == pitches) & (attacks == struck))),
        exchanged=cell_accuracy(pitches, others),
        copy=copy_accuracy(pitches),
        kl=float(kl.mean()),
        elbo=float((log_likelihood - kl).mean()),
        nats_per_note=float((kl - log_likelihood).sum() / np.sum(struck)),
        active_units=active_units(mean),
        latent_size=mean.shape[1],
    )


def cell_accuracy(pitches: np.ndarray, written: np.ndarray) -> float:
    """Give the share of cells whose pitch is right.

    Args:
        pitches: MIDI numbers of the originals, of any shape, -1 for silence.
        written: of the same shape.

    Returns:
        0..1.

    Raises:
        ValueError: if the shapes differ.
    """
    check_shape("written", np.shape(written), np.shape(pitches), "compare cell by cell")
    return float(np.mean(np.asarray(pitches) == np.asarray(written)))


def copy_accuracy(pitches: np.ndarray) -> float:
    """Give the share of cells with the pitch of the cell before.

    Args:
        pitches: (N, T), T at least 2; the first cell of a melody has none before it.

    Returns:
        0..1.
    """
    pitches = np.asarray(pitches)
    return float(np.mean(pitches[:, 1:] == pitches[:, :-1]))


def exchange(number: int, generator: np.random.Generator) -> np.ndarray:
    """Give each melody another one's place, all in one round.

    Args:
        number: of melodies, at least 2.
        generator: source of chance.

    Returns:
        (number,) a permutation in which nobody keeps the own place.
    """
    order = generator.permutation(number)
    places = np.empty(number, dtype=int)
    places[order] = np.roll(order, 1)
    return places


def active_units(means: np.ndarray, least: float = ACTIVE_VARIANCE) -> int:
    """Count the dimensions that say something about the melody.

    Args:
        means: (N, Z) means of the posterior.
        least: variance over the melodies above which a dimension counts.

    Returns:
        0..Z.
    """
    return int((np.var(means, axis=0) > least).sum())


def _bound(
    model: MelodyVAE, pitches: np.ndarray, struck: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give ln p(melody | z) for one z drawn for each melody, and its KL divergence, each (N,)."""
    import torch  # heavy

    noise = generator.standard_normal((len(pitches), model.config.latent_size))
    arguments = (np.asarray(pitches, np.int64), np.asarray(struck, bool), noise.astype(np.float32))
    with torch.no_grad():
        log_likelihood, kl = model(*map(torch.from_numpy, arguments))
    return log_likelihood.numpy().astype(float), kl.sum(dim=1).numpy().astype(float)
