import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
IN_EVERY_REPOSITORY = {".gitignore", "README.md", "course/__init__.py"}


def tracked_entries():
    """Give the files and folders of the top level and of course/ that git knows."""
    listing = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    for path in map(Path, listing.stdout.splitlines()):
        yield path.parts[0]
        if path.parts[0] == "course":
            yield "/".join(path.parts[:2])


def tree_entries():
    """Give the paths that the README's tree names."""
    block = README.split("## What is where")[1].split("```")[1]
    folder = ""
    for line in block.strip("\n").splitlines():
        name = line.split()[0].rstrip("/")
        if line.startswith(" "):
            yield f"{folder}/{name}"
        else:
            folder = name
            yield name


def test_the_tree_names_everything_once():
    named = [name.split("/")[0] if name == ".ci/run" else name for name in tree_entries()]
    assert len(named) == len(set(named))
    assert set(named) - {"workspace"} == set(tracked_entries()) - IN_EVERY_REPOSITORY


def anchors(text):
    """Give the headings of a page as links name them."""
    return {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.M)}


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        file, _, anchor = target.partition("#")
        assert (REPOSITORY / file).exists(), target
        if anchor:
            page = REPOSITORY / (file or "README.md")
            assert anchor in anchors(page.read_text(encoding="utf-8")), target


def test_the_map_links_exactly_the_lessons_that_are_there():
    linked = re.findall(r"\(notebooks/([^/]+)/\1\.ipynb\)", README)
    assert linked == sorted(path.name for path in (REPOSITORY / "notebooks").iterdir())
    numbers = re.findall(r"^\| (\d\d) \|", README, re.M)
    assert numbers == [f"{number:02}" for number in range(14)]


def test_every_make_command_exists():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for command in set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.M)):
        assert re.search(rf"^{command}:", makefile, re.M), command


def test_the_map_has_the_minutes_of_the_cards():
    rows = re.findall(r"\(notebooks/([^/]+)/.* (\d+) \|$", README, re.M)
    assert len(rows) == 14
    for name, minutes in rows:
        source = (REPOSITORY / "solutions" / name / f"{name}.py").read_text(encoding="utf-8")
        card = re.search(r"\| Time \| (\d+) minutes to read, (\d+) minutes to code(.*)\|", source)
        more = re.search(r"(ten|fifteen) more minutes", card[3])
        extra = {"ten": 10, "fifteen": 15}[more[1]] if more else 0
        assert int(minutes) == int(card[1]) + int(card[2]) + extra, name
