"""The `course` command. Each subcommand hands over to a function of the package.

Exit codes: 0 done, 1 failed or not all checks pass, 2 something that was given cannot be used. What
is expected to go wrong is said in one line on stderr.
"""

import argparse
import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from course.grading.commands import add_commands
from course.lessons.failures import CommandError, UsageError
from course.lessons.lab import HERE
from course.lessons.places import course_folder


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """End with the message and where to find help."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: what stands behind `course`; the process's own by default.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows a "?"
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CommandError as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"course {options.command}: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `course progress | head`
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="course", description="Generating music with deep learning.")
    parser.add_argument(
        "--root", type=Path, default=course_folder(), help="course folder (default: this one)"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    doctor = command("doctor", _doctor, "look whether all that the lessons need is in order")
    doctor.add_argument("--grading", action="store_true", help="also whether a class can be graded")
    doctor.add_argument("--full", action="store_true", help="start a real kernel, too")
    command("workspace", _workspace, "copy every missing lesson into workspace/")
    lab = command("lab", _lab, "doctor, workspace, and then JupyterLab with your lessons")
    lab.add_argument("--port", type=int, help="of JupyterLab (default: 8888 or the next free)")
    lab.add_argument("--no-browser", action="store_true", help="do not open a browser")
    lab.add_argument("--ip", default=HERE, help="where it listens (default: this computer only)")
    reset = command("reset", _reset, "put a fresh copy of a lesson in place; yours is kept")
    reset.add_argument("lesson", help="name or number, such as 01_midi or 1")
    check = command("check", _check, "run a notebook and show which exercises pass")
    check.add_argument("notebook", type=Path, help="an .ipynb file, whatever its name")
    check.add_argument(
        "--timeout", type=_seconds, default=60, metavar="SECONDS", help="for each cell (default 60)"
    )
    command("progress", _progress, "show how far you are")
    build = command("build-lessons", _build_lessons, "make both notebooks from lessons' sources")
    build.add_argument("lesson", nargs="*", help="names or numbers (default: all)")
    build.add_argument("--check", action="store_true", help="write nothing; fail if one differs")
    command("build-data", _build_data, "build the shipped corpora anew from music21's")
    evaluate = command("evaluate", _evaluate, "measure a model on held-out music")
    evaluate.add_argument("model", help="name of a model, such as ngram or melody_vae")
    source = evaluate.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--split", help="train, valid or test: chorales of the literature, or two-bar melodies"
    )
    source.add_argument(
        "--pieces",
        type=_file,
        metavar="FILE.json",
        help="a list of pieces, each a list of rows [S, A, T, B], one row a sixteenth: "
        "MIDI pitches, -1 is silence",
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    studio = command(
        "studio", _studio, "open the studio as a page of its own, on this machine only"
    )
    what = studio.add_mutually_exclusive_group()
    what.add_argument(
        "--request", type=_file, metavar="FILE.json", help="meet this request, without a page"
    )
    what.add_argument(
        "--recipe",
        type=_file,
        metavar="FILE.json",
        help="make a piece again from its recipe, and say whether sampling gives the same",
    )
    studio.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where files go (default: workspace/exports)"
    )
    studio.add_argument("--name", default="piece", help="of the exported files (default: piece)")
    studio.add_argument("--port", type=int, default=8866, help="of the page (default 8866)")
    studio.add_argument("--no-browser", action="store_true", help="do not open a browser")
    control = command("control", _control, "ask models for style, mode, density, register, tempo")
    control.add_argument("model", nargs="?", default="", help="name of a model (default: all)")
    control.add_argument("--count", type=int, default=40, help="requests a line (default 40)")
    control.add_argument(
        "--seed", type=int, default=0, help="of everything that is drawn (default 0)"
    )
    control.add_argument("--json", action="store_true", help="print one JSON object a line")
    train = command("train", _train, "train a model and write its checkpoint and card")
    train.add_argument("model", help="name of a recipe, such as chorale_lstm, or ngram")
    train.add_argument(
        "--budget",
        choices=("smoke", "lesson", "full"),
        default="full",
        help="how long (default: full, minutes)",
    )
    train.add_argument(
        "--seed", type=int, help="of weights, batches and dropout (default: the recipe's, 0)"
    )
    train.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where to write (default: the shipped models)"
    )
    train.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep the run in a file, and go on from it"
    )
    train.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="float32",
        help="auto: what is faster here (default: float32)",
    )
    add_commands(command)
    return parser


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of seconds above 0")
    return int(text)


def _file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the name is empty; give the path of a file")
    return Path(text)


def _doctor(options: argparse.Namespace) -> int:
    from course.doctor import run_doctor

    return run_doctor(options.full, options.root.resolve() if options.grading else None)


def _workspace(options: argparse.Namespace) -> int:
    from course.lessons.workspace import update_workspace

    _print_lines(update_workspace(_course(options)))
    return 0


def _lab(options: argparse.Namespace) -> int:
    from course.lessons.lab import lab_options, open_lab

    try:
        words = lab_options(_course(options), options.port, not options.no_browser, options.ip)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if _doctor(argparse.Namespace(full=False, grading=False)):
        return 1
    _workspace(options)
    open_lab(words)
    return 0


def _reset(options: argparse.Namespace) -> int:
    from course.lessons.workspace import reset_lesson

    _print_lines(reset_lesson(_course(options), options.lesson))
    return 0


def _check(options: argparse.Namespace) -> int:
    from course.lessons.progress import record, report_lines
    from course.lessons.run import run_submission
    from course.lessons.submission import open_submission

    root = _course(options)
    submission = open_submission(options.notebook, root)
    print(f"Running {options.notebook.name} in a fresh kernel ...", flush=True)
    report = run_submission(submission, options.timeout)
    try:  # first: whoever reads the report may close the pipe before its end
        record(report, options.notebook, root)
    except CommandError as error:
        print(f"course check: the progress was not kept: {error}", file=sys.stderr)
    _print_lines(report_lines(report, shutil.get_terminal_size().columns))
    return 0 if report.points == report.reachable else 1


def _progress(options: argparse.Namespace) -> int:
    from course.lessons.progress import progress_lines

    _print_lines(progress_lines(_course(options)))
    return 0


def _build_lessons(options: argparse.Namespace) -> int:
    from course.lessons.build import build_lessons, stale_files

    root = _course(options)
    if not options.check:
        for path in build_lessons(root, options.lesson):
            print(f"written: {path.relative_to(root)}")
        return 0
    stale = stale_files(root, options.lesson)
    _print_lines(stale)
    return 1 if stale else 0


def _build_data(_options: argparse.Namespace) -> int:
    from course.data.build import build_data

    build_data()
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from course.evaluation.evaluate import evaluate_file, evaluate_split, split_coverage

    if options.model == "melody_vae":
        return _evaluate_windows(options)
    try:
        if options.pieces:
            found = evaluate_file(options.model, options.pieces)
        else:
            found = evaluate_split(options.model, options.split)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None
    if options.json:
        print(json.dumps(found.to_json()))
        return 0
    print(f"{options.model}: {found}")
    if options.split:
        print(f"of the published split the corpus holds: {split_coverage()}")
    return 0


def _evaluate_windows(options: argparse.Namespace) -> int:
    from course.recipes.vae_recipe import evaluate_windows

    if options.pieces:
        raise UsageError(f"{options.model} is measured on two-bar melodies; give --split")
    try:
        found = evaluate_windows(options.model, options.split)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if options.json:
        print(json.dumps({name: part.to_json() for name, part in found.items()}))
        return 0
    for name, part in found.items():
        print(f"{options.model} on {part.melodies} {name} of {options.split}: {part}")
    return 0


def _studio(options: argparse.Namespace) -> int:
    from course.studio import page

    folder = options.out or options.root / "workspace" / "exports"
    try:
        if options.request:
            _print_lines(page.meet_request(options.request, folder, options.name))
            return 0
        if options.recipe:
            _print_lines(page.replay_recipe(options.recipe, folder, options.name))
            return 0
        return page.serve(options.root / "workspace", options.port, not options.no_browser)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None


def _control(options: argparse.Namespace) -> int:
    from course.arranging.control_card import HEADING, measure_requests

    try:
        found = measure_requests(options.model, options.count, options.seed)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if options.json:
        for line in found:
            known = line._asdict()
            print(json.dumps(known | {"real": None if math.isnan(line.real) else line.real}))
        return 0
    _print_lines([HEADING, *map(str, found)])
    return 0


def _train(options: argparse.Namespace) -> int:
    from course.models.shipped import FOLDER
    from course.recipes.train import train
    from course.reproducibility import set_threads
    from course.watching import ProgressLine

    out = options.out or FOLDER
    asked = (options.model, options.budget, options.seed, out)
    set_threads()
    try:
        card = train(*asked, [ProgressLine()], options.keep, options.precision)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None
    except FloatingPointError as error:
        raise CommandError(str(error)) from None
    if os.environ.get("RANK", "0") == "0":  # the first of the processes that torchrun starts
        print(f"{options.model}: {_training_result(card)}; written to {out}")
    return 0


def _training_result(card: Mapping[str, Any]) -> str:
    if "likelihoods" in card:
        each = (f"{s} {f['nats_per_note']:.4f}" for s, f in card["likelihoods"].items())
        found = ", ".join(each) + " nats per note"
    else:
        found = "; ".join(_measures_text(*item) for item in card["measures"].items())
    stopped = (
        f" (stopped at step {card['steps']}: {card['stopped']})" if card.get("stopped") else ""
    )
    return f"{found}, {card['minutes']} minutes{stopped}"


def _measures_text(name: str, values: Any) -> str:
    """Write measures in a line, tables and all."""
    if isinstance(values, Mapping):
        return f"{name}: " + ", ".join(_measures_text(*item) for item in values.items())
    if isinstance(values, Sequence):
        return f"{name} " + ", ".join(_measures_text("", value) for value in values)
    return f"{name} {values:.3g}".strip()


def _course(options: argparse.Namespace) -> Path:
    """Give the course folder, if it is one."""
    root = options.root.resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise UsageError(f"{root} is no course folder: nbgrader_config.py is missing")
    return root


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
