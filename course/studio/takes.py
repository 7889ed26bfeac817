"""A take: music that meets a request, with its recipe; some bars can be kept, the rest remade."""

from collections.abc import Collection
from dataclasses import dataclass

from course.arranging.report import Report
from course.note_sequence import NoteSequence
from course.studio.production import Draw
from course.studio.recipe import Recipe, write_recipe
from course.studio.request import Request
from course.studio.watching import Watch
from course.studio.writing import write


@dataclass(frozen=True)
class Take:
    """One answer to a request."""

    music: NoteSequence
    recipe: Recipe
    reports: tuple[Report, ...] = ()  # what the arranging did

    @property
    def request(self) -> Request:
        """What was wanted."""
        return self.recipe.request


def make(request: Request, watch: Watch | None = None) -> Take:
    """Meet a request: the model writes, the arranger finishes.

    Args:
        request: what is wanted.
        watch: is told how far it is, and may stop it.

    Returns:
        The take.

    Raises:
        Cancelled: if the watch stops it.
    """
    watch = watch or Watch()
    draw = Draw(request.seed, write(request, request.seed, watch))
    return _finished(request, (draw,), watch)


def remake(take: Take, locked: Collection[int], seed: int, watch: Watch | None = None) -> Take:
    """Keep some bars of a take and let the model write the rest anew.

    Args:
        take: the take; it stays as it is.
        locked: bars that are kept, counted from 1; at least one bar must be left free.
        seed: of the new notes, 0..2**32 - 1.
        watch: is told how far it is, and may stop it.

    Returns:
        A new take.

    Raises:
        ValueError: if a bar is not there, or all of them are locked.
        Cancelled: if the watch stops it.
    """
    watch, request = watch or Watch(), take.request
    kept = tuple(sorted(set(locked)))
    if len(kept) >= request.num_bars:
        raise ValueError(f"all {request.num_bars} bars are locked; unlock at least one")
    before = take.recipe.draws
    draw = Draw(seed, write(request, seed, watch, before[-1].ids, kept), kept)
    return _finished(request, (*before, draw), watch)


def _finished(request: Request, draws: tuple[Draw, ...], watch: Watch) -> Take:
    watch.reached(1.0, "arranging")
    recipe, music, reports = write_recipe(request, draws)
    watch.reached(1.0, "done")
    return Take(music, recipe, reports)
