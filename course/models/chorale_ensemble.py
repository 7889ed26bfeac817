"""Several Transformers for the chorales that write together, and hear the piece in several keys.

Each has learned from other batches, from other first weights, and so errs elsewhere. The mean of
what they say is better than any of them,

    p(cell | past) = 1 / (M K)  sum_m sum_k  p_m(cell moved by k | past moved by k),

and less sure where they disagree: a small training set makes each of them too sure.

References:
    Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation
    using deep ensembles", NeurIPS 2017, arXiv:1612.01474.
"""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import nn

from course.errors import check_integer
from course.models.chained_voices import FrameReader, log_of_cells
from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.models.many_keys import ManyKeys
from course.models.side_by_side import side_by_side
from course.models.voices import NextDistribution, VoiceModel


@dataclass(frozen=True)
class ChoraleEnsembleConfig(ChoraleTransformerConfig):
    """Sizes of each member, and how many there are.

    Raises:
        ValueError: if a field is out of range.
    """

    num_members: int = 2  # M, 1..16
    semitones: int = 1  # how far up and down the past is moved too, 0..12

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("num_members", self.num_members, 1, 16, "2 or 3 are usual here")
        check_integer("semitones", self.semitones, 0, 12, "1 makes three keys, 0 one")

    @property
    def member(self) -> ChoraleTransformerConfig:
        """The sizes of a member."""
        names = [field.name for field in fields(ChoraleTransformerConfig)]
        return ChoraleTransformerConfig(**{name: getattr(self, name) for name in names})

    @property
    def shifts(self) -> range:
        """The semitones by which the past is moved."""
        return range(-self.semitones, self.semitones + 1)


class ChoraleEnsemble(VoiceModel, nn.Module):
    """The members side by side; they share nothing.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: ChoraleEnsembleConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ChoraleEnsembleConfig()
        self.members = nn.ModuleList(
            ChoraleTransformer(config.member) for _ in range(config.num_members)
        )

    def prepare(self, pitches: np.ndarray) -> tuple[np.ndarray, ...]:
        """Turn a piece into what a member reads; see `ChoraleTransformer.prepare`."""
        return self.members[0].prepare(pitches)

    def forward(self, *batch: torch.Tensor) -> torch.Tensor:
        """Give the logits of every cell, teacher forced, each row by one member: to learn by.

        Args:
            batch: what `prepare` gives, each with a batch axis that M divides. The first rows are
                read by the first member, and so on.

        Returns:
            (B, T, 4, V).

        Raises:
            ValueError: if M does not divide the batch.
        """
        rows, M = len(batch[0]), len(self.members)
        if rows % M:
            raise ValueError(f"a batch of {rows} rows for {M} members; choose a multiple of these")
        parts = zip(*(part.chunk(M) for part in batch), strict=True)
        return torch.cat([member(*p) for member, p in zip(self.members, parts, strict=True)])

    def log_probabilities(self, pitches: np.ndarray, semitones: int | None = None) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.
            semitones: how far up and down the past is moved too; None for as far as usual.

        Returns:
            (T, 4) natural logarithms, in the columns of `pitches`. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        shifts = self.config.shifts if semitones is None else range(-semitones, semitones + 1)
        said = [member.distributions(pitches, shifts) for member in self.members]
        return log_of_cells(np.mean(said, axis=0), self.classes(pitches))

    def reader(self) -> NextDistribution:
        """Give what writes a piece: the mean of what the members say in all keys."""
        shifts = self.config.shifts
        keys = ManyKeys([*shifts] * len(self.members), self.config.num_classes)
        return FrameReader(side_by_side(self.members, len(shifts)), keys)
