"""The instructor's commands: `course release`, `collect`, `grade`, `feedback`, `export`, `similar`.

Exit codes: 0 all well, 1 somebody has to look at something, 2 nothing could be done.
"""

import argparse
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.lessons.failures import CommandError, UsageError

if TYPE_CHECKING:
    from course.grading.gradebook import GradedCourse  # it loads nbgrader

Adder = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_commands(command: Adder) -> None:
    """Add the commands to `course`.

    Args:
        command: adds one, given its name, what it runs and a line of help.
    """
    release = command("release", _release, "for teachers: check a lesson and pack it for students")
    release.add_argument("lesson", nargs="*", help="names or numbers (default: all)")
    collect = command("collect", _collect, "for teachers: take in what students handed in")
    source = collect.add_mutually_exclusive_group(required=True)
    source.add_argument("--zip", type=Path, metavar="FILE", help="as Moodle or Canvas gives it")
    source.add_argument("--dir", type=Path, metavar="FOLDER", help="a folder for each student")
    source.add_argument("--exchange", action="store_true", help="from nbgrader's exchange")
    collect.add_argument("--due", type=_moment, metavar="TIME", help='such as "2026-12-01 18:00"')
    grade = command("grade", _grade, "for teachers: run submissions in a sandbox and score them")
    grade.add_argument(
        "-j", "--jobs", type=_count, default=1, metavar="N", help="so many at a time (default 1)"
    )
    grade.add_argument("--scheduler", default="", metavar="ADDRESS", help="a Dask cluster's")
    grade.add_argument("--student", action="append", default=[], help="only this one; repeatable")
    grade.add_argument("--force", action="store_true", help="also what is graded already")
    grade.add_argument("--sandbox", default="", help="bubblewrap, docker or podman")
    grade.add_argument("--image", default="", help="of docker or podman")
    grade.add_argument(
        "--unsafe-no-sandbox", action="store_true", help="run submissions with your own rights"
    )
    grade.add_argument(
        "--limit",
        action="append",
        default=[],
        type=_limit,
        metavar="NAME=NUMBER",
        help="such as cell_seconds=120; course/grading/limits.py lists all",
    )
    feedback = command("feedback", _feedback, "for teachers: write pages for students")
    export = command("export", _export, "for teachers: write the table of points")
    similar = command("similar", _similar, "for teachers: which answers resemble each other")
    for parser in (collect, grade, feedback, export, similar):
        parser.add_argument("lesson", help="name or number, such as 01_midi or 1")
    for parser in (collect, export):
        parser.add_argument("--roster", type=Path, metavar="FILE.csv", help="who takes the course")
    for parser in (release, collect, grade, feedback, export):
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    for parser in (release, collect, grade, feedback, export, similar):
        parser.add_argument(
            "--private", type=Path, metavar="FOLDER", help="your own sources, hidden tests changed"
        )


def _release(options: argparse.Namespace) -> int:
    from course.grading.release import release

    course = _course(options)
    failed = 0
    for lesson in [course.lesson(word) for word in options.lesson] or course.lessons():
        try:
            path = release(course, lesson, options.dry_run)
        except CommandError as error:
            failed += 1
            print(f"{lesson}: NOT READY: {error}", flush=True)
        else:
            print(f"{lesson}: ready{'' if options.dry_run else f', {path}'}", flush=True)
    return 1 if failed else 0


def _collect(options: argparse.Namespace) -> int:
    from course.grading.archive import read_folder, read_zip
    from course.grading.collect import Collection
    from course.grading.exchange import fetch
    from course.grading.limits import Limits
    from course.grading.names import read_roster

    course = _course(options)
    lesson = course.lesson(options.lesson)
    if options.exchange:
        for line in fetch(course, lesson, options.dry_run):
            print(line)
        return 0
    roster = read_roster(options.roster) if options.roster else None
    limit = Limits().notebook_bytes
    files = read_zip(options.zip, limit) if options.zip else read_folder(options.dir, limit)
    with _writing(course, options):
        report = Collection(
            course.folder, course.submitted_folder, lesson, roster, options.due, options.dry_run
        ).collect(files)
    for line in report.lines():
        print(line)
    return 0 if report.all_well else 1


def _grade(options: argparse.Namespace) -> int:
    from course.grading.grade import Order, grade_class
    from course.grading.limits import Limits
    from course.grading.probe import require
    from course.grading.sandbox import IMAGE, UNSAFE_MEANING, Sandbox, find_sandbox

    image, unsafe = options.image or IMAGE, options.unsafe_no_sandbox
    if options.scheduler and not unsafe:  # the box is made on the workers, not here
        sandbox = Sandbox(options.sandbox or "bubblewrap", image)
    else:
        sandbox = find_sandbox(options.sandbox, image, unsafe)
    course = _course(options)
    try:
        limits = replace(Limits(), **dict(options.limit))
    except (TypeError, ValueError) as error:
        names = ", ".join(field.name for field in fields(Limits))
        raise UsageError(f"--limit: {error}; there are: {names}") from None
    if sandbox.kind == "none":
        print(f"WARNING: {UNSAFE_MEANING}", flush=True)
    elif not (options.dry_run or options.scheduler):
        require(sandbox, course.root, dict(os.environ))
    order = Order(
        lesson=course.lesson(options.lesson),
        sandbox=sandbox,
        limits=limits,
        workers=options.jobs,
        scheduler=options.scheduler,
        students=tuple(options.student),
        force=options.force,
        dry_run=options.dry_run,
    )
    with _writing(course, options):
        rows = grade_class(course, order, lambda line: print(line, flush=True))
    bad = [row for row in rows if row.status != "graded"]
    if not options.dry_run:
        print(f"{len(rows) - len(bad)} graded, {len(bad)} without a result")
    for row in bad:
        print(f"{row.student}: {row.status}: {row.reason}")
    return 1 if bad else 0


def _feedback(options: argparse.Namespace) -> int:
    from course.grading.give_back import give_back, graded, ungraded

    course = _course(options)
    lesson = course.lesson(options.lesson)
    students = graded(course, lesson)
    if options.dry_run:
        print(f"would write {len(students)} pages: {', '.join(students)}")
        return 0
    archive, without = give_back(course, lesson, lambda line: print(line, flush=True))
    print(f"for the learning platform: {archive}")
    for line in without:
        print(f"no page for {line}")
    waiting = ungraded(course, lesson)
    if waiting:
        print(f"written answers are still to be graded by hand: {', '.join(waiting)}")
    return 1 if without or waiting else 0


def _export(options: argparse.Namespace) -> int:
    from course.grading.export import export, target
    from course.grading.names import read_roster

    course = _course(options)
    lesson = course.lesson(options.lesson)
    expected = read_roster(options.roster).ids if options.roster else ()
    if options.dry_run:
        print(f"would write {target(course, lesson)}")
        return 0
    print(export(course, lesson, expected))
    return 0


def _similar(options: argparse.Namespace) -> int:
    from course.grading.similarity import report_lines

    course = _course(options)
    for line in report_lines(course, course.lesson(options.lesson)):
        print(line)
    return 0


def _writing(course: "GradedCourse", options: argparse.Namespace) -> AbstractContextManager[None]:
    """Keep other commands from writing meanwhile; a dry run writes nothing."""
    from course.grading.lock import alone

    return nullcontext() if options.dry_run else alone(course.folder)


def _course(options: argparse.Namespace) -> "GradedCourse":
    """Open the course folder with its gradebook."""
    from course.grading.gradebook import GradedCourse

    root = options.root.resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise UsageError(f"{root} is no course folder: nbgrader_config.py is missing")
    if options.private:
        if not options.private.is_dir():
            raise UsageError(f"{options.private} is no folder")
        os.environ["COURSE_SOURCE"] = str(options.private.resolve())
    return GradedCourse(root)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'{text!r} is no time; write it like "2026-12-01 18:00"'
        ) from None


def _limit(text: str) -> tuple[str, Any]:
    name, _, number = text.partition("=")
    if not number.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r}: write it like cell_seconds=120")
    return name, int(number)
