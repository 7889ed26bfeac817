"""One Python and one torch, wherever the course is said to run; and what its containers promise."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from course.cli import _parser

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
[TORCH] = PROJECT["project"]["optional-dependencies"]["torch"]
CONDA = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
[PYTHON] = [x.partition("=")[2] for x in CONDA["dependencies"] if str(x).startswith("python=")]


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


PLACES = ("Dockerfile", ".devcontainer/devcontainer.json", "docs/homes.md", "docs/instructors.md")


@pytest.mark.parametrize("name", PLACES)
def test_every_home_has_the_same_python(name):
    sign = "lock: Python " if name == "docs/homes.md" else "python:"
    found = re.findall(rf"{sign}(\d\.\d+)\b", " ".join(read(name).split()))
    assert found
    assert set(found) == {PYTHON}


@pytest.mark.parametrize("name", [*PLACES, "README.md", "environment.yml", "Makefile"])
def test_no_home_has_another_torch(name):
    pins = re.findall(r"torch(?:==| )(\d+\.\d+\.\d+)", read(name))
    assert set(pins) <= {TORCH.partition("==")[2]}


def test_the_homes_page_names_the_locks_torch():
    assert f"torch {TORCH.partition('==')[2]}" in read("docs/homes.md")


def instructions():
    """Give the Dockerfile's instructions as (word, rest), continued lines joined."""
    lines = [x for x in read("Dockerfile").splitlines() if x and not x.startswith("#")]
    return [x.partition(" ")[::2] for x in "\n".join(lines).replace("\\\n", "").splitlines()]


def test_the_container_runs_the_courses_own_set_up_without_rights():
    words = [word for word, _ in instructions()]
    set_up = next(i for i, (_, rest) in enumerate(instructions()) if "setup_environment" in rest)
    assert words.index("USER") < set_up
    assert words.count("USER") == 1
    assert "root" not in dict(instructions())["USER"]
    assert not any("pip install" in rest for _, rest in instructions())


def test_the_containers_command_and_ports_are_real():
    given = dict(instructions())
    program, *words = json.loads(given["CMD"])
    options = _parser().parse_args(words)
    assert (program, options.command, options.ip) == ("course", "lab", "0.0.0.0")
    assert options.no_browser
    assert given["EXPOSE"] == str(options.port)


def test_the_image_leaves_out_what_git_leaves_out():
    out = set(read(".dockerignore").split())
    for line in read(".gitignore").split():
        name = line.strip("/")
        if name not in {"*.pyc", "*.egg-info", ".DS_Store"}:
            assert out & {name, f"**/{name}"}, name
    assert ".git" in out


def test_the_dev_container_uses_commands_that_are_there():
    home = json.loads(read(".devcontainer/devcontainer.json"))
    makefile = read("Makefile")
    for key in ("postCreateCommand", "postAttachCommand"):
        for target in re.findall(r"make ([a-z-]+)", home[key]):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    [port] = home["forwardPorts"]
    assert f"PORT={port}" in home["postAttachCommand"]
    assert home["remoteUser"] != "root"


def test_links_of_the_page_lead_somewhere():
    for page in ("docs/homes.md", "docs/instructors.md"):
        for target in re.findall(r"\]\(([^)]+)\)", read(page)):
            file, _, heading = target.partition("#")
            text = read(f"docs/{file}") if file and "://" not in target else read(page)
            slugs = {h.lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)}
            assert "://" in target or not heading or heading in slugs, target
