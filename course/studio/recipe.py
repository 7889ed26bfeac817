"""How a piece was made, so that anybody can make it again: the recipe.

A recipe holds the request, the ids that were sampled, the edits (bars that were kept while the rest
was written anew), the model's files with their sha256, and the versions. **Replaying** it computes
the piece from the ids: no model is asked and nothing is drawn, so any machine gives the same MIDI
file, byte for byte, and `replay` compares. **Sampling again** asks the model anew with the same
seeds; whether that gives the same ids depends on the machine's arithmetic, so it is tried, and the
recipe says what came of it.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import course
from course.arranging.report import Report
from course.models.shipped import FOLDER, read_card
from course.note_sequence import NoteSequence
from course.representation.midi import midi_bytes
from course.studio.production import Draw, produce
from course.studio.request import Request, RequestError
from course.studio.request_files import request_of
from course.studio.watching import Watch
from course.studio.writing import write

FORMAT = 1
NOT_TRIED = "not tried"
SAMPLED_AGAIN = {None: NOT_TRIED, True: "gives the same", False: "gives something else"}


class RecipeError(ValueError):
    """A recipe cannot be used, or does not give what it says."""


@dataclass(frozen=True)
class Recipe:
    """How one piece was made."""

    request: Request
    draws: tuple[Draw, ...]  # the first, and one for each edit
    files: Mapping[str, str]  # the model's files, or the data it is fitted to -> sha256
    midi_sha256: str  # of the MIDI file
    made_with: str  # course, Python, libraries, machine
    sampled_again: bool | None = None  # whether sampling anew gave the same; None: not tried

    def to_json(self) -> dict[str, Any]:
        """Give the recipe as plain values."""
        first, *edits = (
            {"seed": draw.seed, "locked bars": list(draw.locked), "ids": list(draw.ids)}
            for draw in self.draws
        )
        return {
            "format": FORMAT,
            "request": self.request.to_json(),
            "model files": dict(self.files),
            "draw": first,
            "edits": edits,
            "midi sha256": self.midi_sha256,
            "made with": self.made_with,
            "sampling again": SAMPLED_AGAIN[self.sampled_again],
        }

    def to_text(self) -> str:
        """Give the recipe as a JSON file holds it."""
        return json.dumps(self.to_json(), ensure_ascii=False) + "\n"


def write_recipe(
    request: Request, draws: tuple[Draw, ...]
) -> tuple[Recipe, NoteSequence, tuple[Report, ...]]:
    """Finish a piece and write down how it was made.

    Args:
        request: what was wanted.
        draws: what the model wrote.

    Returns:
        The recipe, the music, and the reports of its last arranging.
    """
    music, reports = produce(request, draws)
    recipe = Recipe(request, draws, model_files(request.model), _sha256(music), versions())
    return recipe, music, reports


def replay(recipe: Recipe) -> NoteSequence:
    """Make the piece of a recipe again, from its ids.

    Args:
        recipe: of this or another machine.

    Returns:
        The music; its MIDI file is the recipe's, byte for byte.

    Raises:
        RecipeError: if the ids do not fit to the request, or the file would be another.
    """
    try:
        music, _ = produce(recipe.request, recipe.draws)
    except (ValueError, TypeError) as error:
        raise RecipeError(f"the recipe cannot be played: {error}") from None
    if _sha256(music) != recipe.midi_sha256:
        if recipe.made_with == versions():
            raise RecipeError("the MIDI file is not the recipe's: somebody has changed the recipe")
        raise RecipeError(
            f"the MIDI file is not the recipe's, which was made with {recipe.made_with}; "
            f"here is {versions()}: install that version of the course"
        )
    return music


def sample_again(recipe: Recipe, watch: Watch | None = None) -> tuple[Recipe, str]:
    """Let the model write again with the same seeds, and compare.

    Args:
        recipe: of this or another machine.
        watch: is told how far it is, and may stop it.

    Returns:
        The recipe with `sampled_again`, and a sentence on it.

    Raises:
        Cancelled: if the watch stops it.
    """
    watch, request = watch or Watch(), recipe.request
    if model_files(request.model) != dict(recipe.files):
        text = f"not the same: the files of {request.model} here are others than the recipe's"
        return replace(recipe, sampled_again=False), text
    before: tuple[int, ...] = ()
    for number, draw in enumerate(recipe.draws, 1):
        again = write(request, draw.seed, watch, before, draw.locked)
        if again != draw.ids:
            pairs = zip(again, draw.ids, strict=False)
            place = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
            text = f"not the same: draw {number} differs from id {place} on"
            return replace(recipe, sampled_again=False), text
        before = draw.ids
    count = sum(len(draw.ids) for draw in recipe.draws)
    return replace(recipe, sampled_again=True), f"the same: all {count} ids"


def recipe_of(values: Any) -> Recipe:
    """Make a recipe of what a JSON file holds.

    Args:
        values: as `Recipe.to_json` gives it.

    Returns:
        The recipe.

    Raises:
        RecipeError: if something is missing or cannot be used.
    """
    try:
        if values["format"] != FORMAT:
            raise RecipeError(f"format is {values['format']!r}, this course reads {FORMAT}")
        rows = [values["draw"], *values["edits"]]
        draws = tuple(
            Draw(int(row["seed"]), _whole(row["ids"]), _whole(row["locked bars"])) for row in rows
        )
        again = next(k for k, text in SAMPLED_AGAIN.items() if text == values["sampling again"])
        request = request_of(values["request"])
        files, sha256 = dict(values["model files"]), str(values["midi sha256"])
        return Recipe(request, draws, files, sha256, str(values["made with"]), again)
    except RequestError as error:
        raise RecipeError(f"the recipe's request: {error}") from None
    except KeyError as error:
        raise RecipeError(f"this recipe has no {error}; it is damaged, export it anew") from None
    except (TypeError, StopIteration, AttributeError) as error:
        raise RecipeError(f"this is no recipe of the studio ({error!r}); export one") from None


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe from a JSON file.

    Args:
        path: of the file.

    Returns:
        The recipe.

    Raises:
        RecipeError: if there is no such file, or it holds no recipe.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}; give a file's path") from None
    except ValueError as error:
        raise RecipeError(f"{path} is no JSON ({error}); it is damaged, export it anew") from None
    return recipe_of(values)


def model_files(name: str) -> dict[str, str]:
    """Give what a model's notes depend on.

    Args:
        name: of the model.

    Returns:
        File -> sha256: its weights, or for a model that is fitted anew the data it is fitted to.
    """
    card = read_card(FOLDER / f"{name}.json")
    if "sha256" in card:
        return {f"{name}.safetensors": card["sha256"]}
    return {file: sha for corpus in card["trained on"].values() for file, sha in corpus.items()}


def versions() -> str:
    """Name the course, Python, the libraries that compute, and the machine."""
    found = [f"course {course.__version__}", f"Python {platform.python_version()}"]
    for library in ("numpy", "torch"):
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            found.append(f"no {library}")
    return ", ".join([*found, f"{platform.system()} {platform.machine()}"])


def _sha256(music: NoteSequence) -> str:
    return hashlib.sha256(midi_bytes(music)).hexdigest()


def _whole(numbers: Any) -> tuple[int, ...]:
    if not all(type(number) is int for number in numbers):
        raise TypeError("ids and bars are whole numbers")
    return tuple(numbers)
