"""Trained networks in files: safetensors and a card beside it; nothing in them is ever executed.

`NAME.safetensors` holds the weights in 16 bits and, as text in its head, which class they belong to
and with which sizes. `NAME.json`, the card, says how they came about: data, seed, steps, minutes,
machine, likelihoods, code, and the checksum of the weights' file.
"""

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as serialise
from torch import nn

from course.models.shipped import FOLDER, read_card, shipped_names, write_card

FORMAT = "course model 1"
CLASSES = {  # name in a file -> module, class, class of its config
    "chorale_ensemble": (
        "course.models.chorale_ensemble",
        "ChoraleEnsemble",
        "ChoraleEnsembleConfig",
    ),
    "chorale_net": ("course.models.chorale_net", "ChoraleNet", "ChoraleNetConfig"),
    "chorale_transformer": (
        "course.models.chorale_transformer",
        "ChoraleTransformer",
        "ChoraleTransformerConfig",
    ),
    "grid_diffusion": ("course.models.grid_diffusion", "GridDiffusion", "GridDiffusionConfig"),
    "roll_diffusion": ("course.models.roll_diffusion", "RollDiffusion", "RollDiffusionConfig"),
    "timbre_diffusion": (
        "course.models.timbre_diffusion",
        "TimbreDiffusion",
        "TimbreDiffusionConfig",
    ),
    "track_gan": ("course.models.track_gan", "TrackGenerator", "TrackGanConfig"),
    "melody_net": ("course.models.melody_net", "MelodyNet", "MelodyNetConfig"),
    "melody_vae": ("course.models.vae", "MelodyVAE", "MelodyVAEConfig"),
    "timbre_generator": ("course.models.timbre_gan", "TimbreGenerator", "TimbreGANConfig"),
}


def load(name: str) -> nn.Module:
    """Give a model that comes with the course, ready to write music.

    Args:
        name: such as "chorale_lstm".

    Returns:
        The model in evaluation mode.

    Raises:
        ValueError: if there is no such model, or its file is not the one that its card describes.
    """
    if name not in shipped_names():
        names = ", ".join(shipped_names()) or "none yet"
        hint = "; the n-grams are fitted, by `course.evaluation.models.load_model`"
        raise ValueError(
            f"there is no trained model {name!r}; the course has: {names}"
            f"{hint if name.startswith('ngram') else ''}"
        )
    path = FOLDER / f"{name}.safetensors"
    if read_card(path).get("sha256") != hashlib.sha256(path.read_bytes()).hexdigest():
        raise ValueError(
            f"{path} is not the file that its card describes; restore both from the course"
        )
    return load_file(path)


def shipped_class(name: str) -> type[nn.Module] | None:
    """Give the class of a model that comes with the course, without reading its weights.

    Args:
        name: such as "chorale_lstm".

    Returns:
        The class; None if its card names none that this version knows.
    """
    what = read_card(FOLDER / f"{name}.json").get("what")
    for module, class_name, _ in CLASSES.values():
        if class_name == what:
            return getattr(importlib.import_module(module), class_name)
    return None


def save(model: nn.Module, path: Path, card: Mapping[str, Any]) -> None:
    """Write a model and its card.

    Args:
        model: an object of one of `CLASSES`.
        path: the weights' file, ending in `.safetensors`; the card gets the ending `.json`.
            Existing files are replaced.
        card: what is known of the training; the checksum is added.

    Raises:
        ValueError: if the model is of no class that can be read again.
    """
    kinds = [kind for kind, (_, name, _) in CLASSES.items() if name == type(model).__name__]
    if not kinds:
        raise ValueError(f"{type(model).__name__} cannot be saved; add it to CLASSES")
    weights = {name: t.half().contiguous() for name, t in model.state_dict().items()}
    config = json.dumps(asdict(model.config))
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"format": FORMAT, "class": kinds[0], "config": config}
    path.write_bytes(_in_order(serialise(weights, head)))
    write_card(path, {**card, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})


def _in_order(data: bytes) -> bytes:
    """Sort the texts in the head of a safetensors file, so that equal models are equal bytes.

    The file is a length in eight bytes, a head in JSON of that length, and the numbers, which begin
    at a multiple of eight; safetensors writes the texts in an order that differs each time.
    """
    end = 8 + int.from_bytes(data[:8], "little")
    head = json.loads(data[8:end])
    head["__metadata__"] = dict(sorted(head["__metadata__"].items()))
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]


def load_file(path: Path) -> nn.Module:
    """Read a model that `save` has written.

    Args:
        path: the weights' file.

    Returns:
        The model in evaluation mode, with weights in 32 bits.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is damaged, holds no model of this course, or one of another
            version.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; make it with `course train`")
    try:
        with safe_open(path, framework="pt") as file:
            head = file.metadata() or {}
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged ({error}); restore it or train it anew") from error
    if "class" not in head or not head.get("format", "").startswith("course model"):
        raise ValueError(f"{path} holds no model of this course; choose another file")
    if head["format"] != FORMAT or head["class"] not in CLASSES:
        raise ValueError(
            f"{path} is a {head['format']!r} with a {head['class']!r}, and this version of the "
            f"course reads {FORMAT!r}; train it anew with `course train`"
        )
    module, class_name, config_name = CLASSES[head["class"]]
    place = importlib.import_module(module)
    try:
        config = _config(head.get("config", ""), getattr(place, config_name))
        model = getattr(place, class_name)(config)
        model.load_state_dict(weights)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path} does not fit this version of the course; train it anew with `course train` "
            f"({' '.join(str(error).split())})"
        ) from error
    return model.eval()


def _config(text: str, kind: type) -> Any:
    """Read a config with exactly the fields that its class has; JSON has no tuples."""

    def tuples(value: Any) -> Any:
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    found = json.loads(text)
    wanted = {field.name for field in fields(kind)}
    if not isinstance(found, dict) or set(found) != wanted:
        raise ValueError(f"its sizes are {found}, and should be {', '.join(sorted(wanted))}")
    return kind(**{name: tuples(value) for name, value in found.items()})
