"""Is it any good? Likelihood, descriptors on a card, originality, and a diagnosis in words.

Nothing here knows a model: likelihood takes a function that gives probabilities, everything else
takes pieces. `course.evaluation.note_table` says what a piece is.
"""

from course.evaluation.card import MetricCard, metric_card
from course.evaluation.controls import shuffle_bars, shuffle_steps
from course.evaluation.diagnosis import Finding, diagnose
from course.evaluation.likelihood import Likelihood, measure_likelihood, seen_in_training
from course.evaluation.note_table import note_table
from course.evaluation.originality import build_run_index, longest_shared_run, passages
from course.evaluation.piece_files import read_pieces

__all__ = [
    "Finding",
    "Likelihood",
    "MetricCard",
    "build_run_index",
    "diagnose",
    "longest_shared_run",
    "measure_likelihood",
    "metric_card",
    "note_table",
    "passages",
    "read_pieces",
    "seen_in_training",
    "shuffle_bars",
    "shuffle_steps",
]
