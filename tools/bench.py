"""Measure what the course promises, side by side with its peers, and write docs/benchmarks.md.

    make bench

Every figure is the median of several runs on the machine named at the top. A library that is not
installed is left out and said to be missing. Nothing here passes or fails: `make test` does.
"""

import importlib.metadata
import os
import platform
import shlex
import statistics
import sys
import traceback
import warnings
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import psutil

from course.data import load_chorales, load_quartets
from course.note_sequence import NoteSequence, crop
from course.playback import render, synth
from tools.bench_encodings import encoding, parsing
from tools.bench_grading import WORKERS, grading
from tools.bench_timing import (
    ROOT,
    Row,
    command_seconds,
    median_seconds,
    milliseconds,
    process_seconds,
)

TARGET = ROOT / "docs" / "benchmarks.md"
PACKAGES = (
    *("numpy", "torch", "music21", "pretty_midi", "mido", "symusic", "miditok", "muspy"),
    "tinysoundfont",
)
# What `make lab` does before JupyterLab, once everything is installed; `course lab` does the last
# two in one process, which takes less.
LAB = (
    "python tools/setup_environment.py",
    "python -m course.cli doctor",
    "python -m course.cli workspace",
)


def start_up() -> list[Row]:
    """Measure importing the package and loading every corpus in a new process."""
    rows = [("import course", milliseconds(process_seconds("import course")), "200 ms")]
    for call in (
        "load_chorales()",
        "load_tunes('oneills')",
        "load_tunes('ryans')",
        "load_quartets()",
    ):
        name = call.partition("(")[0]
        seconds = process_seconds(f"from course.data import {name}; {call}")
        rows.append((f"import course.data and {call}", milliseconds(seconds), "200 ms"))
    seconds = command_seconds(*(shlex.split(command) for command in LAB))
    rows.append(
        ("make lab when installed, until JupyterLab's own start", milliseconds(seconds), "3 s")
    )
    return rows


def sound() -> list[Row]:
    """Measure rendering 30 seconds of four tracks."""
    piece = thirty_seconds()

    def render_anew() -> None:
        synth._raw_stems.cache_clear()  # else every run but the first gives what is kept
        render(piece, sample_rate=22_050)

    seconds = median_seconds(render_anew, 5)
    return [("render 30 s of four tracks, 22.05 kHz", milliseconds(seconds), "160 ms")]


def thirty_seconds() -> NoteSequence:
    """Give 30 seconds of a string quartet: four tracks.

    Returns:
        The beginning of the first quartet that lasts as long.
    """
    pieces = (quartet.to_note_sequence() for quartet in load_quartets())
    piece = next(piece for piece in pieces if piece.total_seconds > 30)
    return crop(piece, 0.0, float(piece.quarters_at(30.0)))


def baseline() -> list[Row]:
    """Measure fitting, scoring and writing with the n-gram."""
    from course.data.transposition import transpositions
    from course.models.ngram import fit_ngram

    chorales = load_chorales()
    train = [piece.pitches for piece in chorales if piece.split == "train"]
    valid = [piece.pitches for piece in chorales if piece.split == "valid"]
    moved = [grid for pitches in train for grid in transpositions(pitches)]
    model = fit_ngram(moved)
    fit = median_seconds(lambda: fit_ngram(moved), 3)
    score = median_seconds(lambda: [model.log_probabilities(grid) for grid in valid], 3)
    write = median_seconds(lambda: model.generate(128, np.random.default_rng(0)), 3)
    return [
        (f"fit on {len(moved):,} transposed chorales", milliseconds(fit), "1 minute"),
        (f"score the {len(valid)} validation pieces", milliseconds(score), ""),
        ("write eight bars of four voices", milliseconds(write), ""),
    ]


def training() -> list[Row]:
    """Measure a training step of the course's layers and of torch's, and writing four voices."""
    import torch

    from course.models.chorale_ensemble import ChoraleEnsemble
    from course.models.chorale_net import ChoraleNet
    from course.models.chorale_transformer import ChoraleTransformer
    from course.models.grid_diffusion import GridDiffusion
    from course.models.lstm import LSTMLayer
    from course.models.rnn import RNNLayer

    x = torch.randn(32, 96, 256)  # 32 windows of six bars, 256 numbers a sixteenth

    def seconds(layer: torch.nn.Module) -> float:
        def step() -> None:
            layer.zero_grad()
            layer(x)[0].square().mean().backward()

        return median_seconds(step, 5)

    pairs = {
        "RNN": (RNNLayer(256, 256), torch.nn.RNN(256, 256, batch_first=True)),
        "LSTM": (LSTMLayer(256, 256), torch.nn.LSTM(256, 256, batch_first=True)),
    }
    rows = []
    for name, (ours, theirs) in pairs.items():
        own, peer = seconds(ours), seconds(theirs)
        rows.append((f"{name}: the course's layer", milliseconds(own), f"{own / peer:.2f} times"))
        rows.append((f"{name}: torch.nn.{name}", milliseconds(peer), "1"))
    for what, net, promised in (
        ("LSTM", ChoraleNet(), "2000 ms promised"),
        ("one Transformer, in one key", ChoraleTransformer(), "1000 ms asked"),
        ("two Transformers, in three keys", ChoraleEnsemble(), "1000 ms asked"),
    ):
        write = median_seconds(partial(net.generate, 256, np.random.default_rng(0)), 3)
        rows.append((f"write 16 bars of four voices ({what})", milliseconds(write), promised))
    write = median_seconds(partial(GridDiffusion().generate, 64, np.random.default_rng(0)), 3)
    rows.append(("write 4 bars of four voices (masked diffusion)", milliseconds(write), "5000 ms"))
    return rows


def browser() -> list[Row]:
    """Measure the way from running a player cell to sound in JupyterLab and Notebook 7."""
    from tests.browser.jupyter_pages import chromium_path
    from tests.browser.measure_cell_to_sound import APPS, measure_cells

    if not chromium_path():
        return [
            ("from running a cell to sound", "not measured: Chromium is not installed", "700 ms")
        ]
    rows = []
    for app, name in APPS.items():
        found = measure_cells(app)
        first, *others = (cell["sound"] for cell in found["cells"])
        rows += [
            (f"{name}: until it is heard", milliseconds(statistics.median(others)), "700 ms"),
            (f"{name}: the first player of a notebook", milliseconds(first), ""),
            (f"{name}: added to the notebook file", f"{found['saved_bytes']:,} bytes", "500,000"),
        ]
    return rows


SECTIONS: dict[str, tuple[Callable[[], list[Row]], Row]] = {
    "Start": (start_up, ("what", "time", "promised")),
    "Reading MIDI: all shipped files": (parsing, ("reader", "time", "speed")),
    "Encoding: one chorale, mean of 50": (encoding, ("encoding", "encode", "decode")),
    "The n-gram": (baseline, ("what", "time", "promised")),
    "Recurrent layers: forward and backward, 32 windows of 96 steps, 256 numbers": (
        training,
        ("what", "time", "against torch"),
    ),
    "Sound": (sound, ("what", "time", "measured before the course was built")),
    "From running a cell to sound: 30 s of four tracks": (browser, ("what", "found", "promised")),
    "Grading a class of 60": (
        grading,
        ("what", f"course grade -j {WORKERS}, in a sandbox", "nbgrader autograde, no sandbox"),
    ),
}
NOTES = {  # said below a section's title
    "Encoding: one chorale, mean of 50": (
        "Steps of 1/24 quarter note: events and REMI of the course, both of miditok (with the "
        "course's 32 velocities and its metres). Steps of 1/4 quarter note: the course's piano "
        "roll and voice grid, both of muspy (`resolution` 4). Of the texts, miditok's are "
        "one for each voice, the others one for all voices. Scores are converted into each "
        "library's own form beforehand."
    ),
    "Grading a class of 60": (
        "24 submissions are right, 18 partly right, 6 untouched, 6 broken, 6 hostile; the lesson "
        "is that of the grader's own tests, whose cells take no time. Both start with an empty "
        "gradebook; nbgrader has its own settings. Hostile ones empty tests, end the kernel, show "
        "points of their own, or hold a cell twice."
    ),
}


def main() -> int:
    """Run every section, print it, and write docs/benchmarks.md when all have been run.

    Returns:
        Exit status: 0 when every section was measured, 1 when one failed; the others stay.
    """
    text = [
        "# Benchmarks",
        f"Written by `make bench` on {date.today().isoformat()}. Medians; nothing was edited.",
        f"Machine: {_machine()}.",
        "Versions: " + ", ".join(_version(name) for name in PACKAGES) + ".",
    ]
    failed = 0
    for title, (measure, head) in SECTIONS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rows = measure()
        except Exception as error:  # a section that fails must not cost the others
            traceback.print_exc()
            rows = [("not measured", f"{type(error).__name__}, see the terminal", "")]
            failed += 1
        lines = [" | ".join(row) for row in (head, ("---",) * 3, *rows)]
        notes = [NOTES[title]] if title in NOTES else []
        section = [f"## {title}", *notes, "\n".join(f"| {line} |" for line in lines)]
        print("\n\n".join(section), flush=True)
        text += section
    TARGET.write_text("\n\n".join(text) + "\n", encoding="utf-8")
    return int(failed > 0)


def _machine() -> str:
    """Name processor, cores, memory, system and Python."""
    memory = psutil.virtual_memory().total / 2**30
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((x.split(": ")[1] for x in lines if x.startswith("model name")), processor)
    return (
        f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _version(name: str) -> str:
    """Give a package's name with its version, or say that it is missing."""
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{name} not installed"


if __name__ == "__main__":
    sys.exit(main())
