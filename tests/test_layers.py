"""The order of the house: what may import what, and how light `import course` is."""

import ast
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course"


def read_rows(text):
    """Give the table of layers, row by row; within a row, from left to right."""
    rows = re.findall(r"^\| \d \| ([^|]+) \|", text, flags=re.MULTILINE)
    return tuple(tuple(re.findall(r"`(\w+)/?`", row)) for row in rows)


ROWS = read_rows((PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8"))
PLACES = {
    unit: (row, column) for row, units in enumerate(ROWS) for column, unit in enumerate(units)
}
NEVER = {unit: {"representation", "data"} for unit in ("models", "training", "sampling")}
HEAVY = (
    "torch",
    "music21",
    "matplotlib",
    "pretty_midi",
    "verovio",
    "IPython",
    "anywidget",
    "numpy",
)


def module_name(path):
    parts = ("course", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source, name="course.tested"):
    """Give the modules of the package that a source imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}, line {node.lineno}: a relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {module for module in found if module.split(".")[0] == "course"}


def known_module(imported, modules):
    """Give the module that an import loads: `from a.b import c` may name a module or its part."""
    while imported not in modules and "." in imported:
        imported = imported.rpartition(".")[0]
    return imported


def unit_of(module):
    """Give what the table lists: the module or folder right below the package."""
    return module.split(".")[1] if "." in module else None


def faults(imports):
    """Give one line for each import that the table forbids.

    Args:
        imports: for each module, the modules that it imports.
    """
    lines = []
    for module, targets in sorted(imports.items()):
        here = unit_of(module)
        if here is not None and here not in PLACES:
            lines.append(f"{module} is in no row of the table")
            continue
        for target in sorted(targets):
            there = unit_of(target)
            if here is None:
                lines.append(f"{module} imports {target}; `import course` stays light")
            elif there in NEVER.get(here, ()):
                lines.append(f"{module} imports {target}; {here} never sees {there}")
            elif there in PLACES and there != here and PLACES[there] > PLACES[here]:
                lines.append(f"{module} imports {target}, which stands below it")
    return lines + [f"{' imports '.join(cycle)} in a circle" for cycle in cycles(imports)]


def cycles(imports):
    """Give every module that can be reached from itself, with the way back."""
    found = []
    for module in sorted(imports):
        ways = {target: (module, target) for target in imports[module] - {module}}
        queue = list(ways)
        while queue and module not in ways:
            here = queue.pop(0)
            for target in sorted(imports.get(here, set()) - ways.keys()):
                ways[target] = (*ways[here], target)
                queue.append(target)
        if module in ways:
            found.append(ways[module])
    return found


def package_imports():
    sources = {module_name(path): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    return {
        name: {known_module(imported, sources) for imported in imports_of(source, name)} - {name}
        for name, source in sources.items()
    }


def test_the_table_is_read():
    table = "| layer | modules | what |\n|---|---|---|\n| 0 | `a`, `b/` | `c` |\n| 1 | `d` | |\n"
    assert read_rows(table) == (("a", "b"), ("d",))
    assert len(ROWS) == 10
    assert set(PLACES) == {path.stem for path in PACKAGE.iterdir() if is_unit(path)}


def is_unit(path):
    return (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()


def test_no_module_is_longer_than_400_lines():
    sources = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "tools").rglob("*.py")]
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_module_imports_only_from_above():
    imports = package_imports()
    assert "course.errors" in imports["course.note_sequence"]
    assert faults(imports) == []


@pytest.mark.parametrize(
    ("imports", "fault"),
    [
        (
            {"course.errors": {"course.note_sequence"}},
            "course.errors imports course.note_sequence, which stands below it",
        ),
        (
            {"course.plotting": {"course.playback.synth"}},
            "course.plotting imports course.playback.synth, which stands below it",
        ),
        (
            {"course.models.rnn": {"course.representation.events"}},
            "course.models.rnn imports course.representation.events; "
            "models never sees representation",
        ),
        ({"course.utils": set()}, "course.utils is in no row of the table"),
        (
            {"course": {"course.errors"}},
            "course imports course.errors; `import course` stays light",
        ),
        (
            {"course.data.a": {"course.data.b"}, "course.data.b": {"course.data.a"}},
            "course.data.a imports course.data.b imports course.data.a in a circle",
        ),
    ],
)
def test_what_the_table_forbids_is_found(imports, fault):
    assert fault in faults(imports)


def test_imports_are_found_wherever_they_stand():
    source = (
        "import course.errors, os\n"
        "def late():\n    from course.data import cards\n"
        "if TYPE_CHECKING:\n    from course.models import rnn\n"
    )
    assert imports_of(source) == {"course.errors", "course.data.cards", "course.models.rnn"}
    with pytest.raises(AssertionError, match="a relative import"):
        imports_of("from . import errors")


def run(code):
    """Run code in a fresh interpreter and give what it prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_import_course_is_light():
    loaded = json.loads(run("import course, json, sys; print(json.dumps(list(sys.modules)))"))
    assert "course" in loaded
    assert [name for name in HEAVY if name in loaded] == []
    assert [name for name in loaded if name.startswith("course.")] == []


def seconds_of(code):
    """Give the time that a fresh interpreter takes for some code, the best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run(code)
        times.append(time.perf_counter() - start)
    return min(times)


def test_import_course_takes_hardly_longer_than_a_bare_interpreter():
    assert seconds_of("import course") < 3 * seconds_of("pass")


@pytest.mark.parametrize(
    "module", ["note_sequence", "representation.midi", "representation.piano_roll"]
)
def test_the_lower_layers_need_neither_torch_nor_music21(module):
    code = f"import course.{module}, json, sys; print(json.dumps(list(sys.modules)))"
    loaded = json.loads(run(code))
    assert [name for name in HEAVY if name in loaded] == ["numpy"]
