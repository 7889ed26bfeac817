"""Keeping a run in a file, so that it can go on later as if it had never stopped.

The file is a safetensors file: the weights, Adam's two averages, what the callbacks keep, and the
losses; settings and measurements are text in its head. Nothing in it is ever executed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from course.training.callbacks import Callback
from course.training.run import Run

FORMAT = "course training run 1"
FREE = ("num_steps", "max_seconds", "save_every")  # settings that may change when a run goes on


def save_run(path: Path, run: Run, callbacks: Sequence[Callback]) -> None:
    """Write a run into a file; an existing one is replaced only when the new one is complete.

    Args:
        path: the file.
        run: the run.
        callbacks: what watches it, in the order of `fit`.
    """
    tensors = {}
    for player, (module, optimizer) in run.players.items():
        tensors |= {f"{player}model.{name}": t for name, t in module.state_dict().items()}
        for number, state in optimizer.state_dict()["state"].items():
            tensors |= {f"{player}optimizer.{number}.{name}": t for name, t in state.items()}
    for number, callback in enumerate(_keeping(callbacks)):
        tensors |= {f"callback.{number}.{name}": t for name, t in callback.tensors().items()}
    tensors = {name: tensor.detach().clone() for name, tensor in tensors.items()}  # none shared
    tensors["losses"] = torch.tensor(run.losses, dtype=torch.float64)
    head = {
        "format": FORMAT,
        "config": json.dumps(asdict(run.config)),
        "callbacks": _names(callbacks),
        "step": str(run.step),
        "seconds": json.dumps([run.seconds, run.processor_seconds]),
        "records": json.dumps(run.records),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, new, head)
    new.replace(path)


def load_run(path: Path, run: Run, callbacks: Sequence[Callback]) -> None:
    """Let a new run go on from a file.

    Args:
        path: what `save_run` has written.
        run: a run of the same model with the same settings, at step 0; it is changed.
        callbacks: as they were, in the same order, as far as they keep something; they are changed.

    Raises:
        ValueError: if the file is damaged, none of the course's runs, or of another model or other
            settings.
    """
    head, tensors = _read(path)
    if head.get("format") != FORMAT:
        raise ValueError(f"{path} holds no training run of this course; choose another file")
    saved, now = json.loads(head["config"]), asdict(run.config)
    changed = [key for key in now if key not in FREE and saved.get(key) != now[key]]
    if changed:
        what = ", ".join(f"{key} {saved.get(key)} (now {now[key]})" for key in changed)
        raise ValueError(f"{path} was written with {what}; go on with these, or delete the file")
    if head.get("callbacks") != _names(callbacks):
        raise ValueError(
            f"{path} was written with the callbacks {head.get('callbacks') or 'none'} "
            f"(now {_names(callbacks) or 'none'}); go on with these, or delete the file"
        )
    for player, (module, optimizer) in run.players.items():
        try:
            module.load_state_dict(_part(tensors, f"{player}model."))
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise ValueError(
                f"{path} belongs to another model ({reason}); choose another file, or delete it"
            ) from error
        states = _part(tensors, f"{player}optimizer.")
        optimizer.load_state_dict(_optimizer_state(states, optimizer))
    for number, callback in enumerate(_keeping(callbacks)):
        callback.restore(_part(tensors, f"callback.{number}."), run)
    run.step = int(head["step"])
    run.seconds, run.processor_seconds = json.loads(head["seconds"])
    run.losses = tensors["losses"].tolist()
    records = json.loads(head["records"])
    run.records = {name: [(int(s), v) for s, v in pairs] for name, pairs in records.items()}


def _keeping(callbacks: Sequence[Callback]) -> list[Callback]:
    """Give the callbacks that keep something; what only shows the run may come and go."""
    return [callback for callback in callbacks if type(callback).tensors is not Callback.tensors]


def _names(callbacks: Sequence[Callback]) -> str:
    return ", ".join(type(callback).__name__ for callback in _keeping(callbacks))


def _read(path: Path) -> tuple[Mapping[str, str], dict[str, torch.Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it to begin anew") from error


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Give the tensors whose names begin with a prefix, without it."""
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _optimizer_state(tensors: Mapping[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> dict:
    """Put Adam's averages into the form that torch's optimizers load."""
    state = optimizer.state_dict()
    for name, tensor in tensors.items():
        number, _, key = name.partition(".")
        state["state"].setdefault(int(number), {})[key] = tensor
    return state
