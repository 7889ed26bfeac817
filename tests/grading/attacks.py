"""Submissions that go wrong or mean harm, and what a fair instructor wants to come out.

The lesson is `lesson.txt`: two exercises, `turn_round` and `name_note`, each with 2 visible points
and 1 hidden one, and a written answer. Every attack changes the solved notebook.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LESSON = "05_fast"
FULL = {
    "turn_round_check": 2,
    "turn_round_hidden": 1,
    "name_note_check": 2,
    "name_note_hidden": 1,
}
NOTHING = dict.fromkeys(FULL, 0)
NO_TURN = FULL | {"turn_round_check": 0, "turn_round_hidden": 0}
NO_NAME = FULL | {"name_note_check": 0, "name_note_hidden": 0}
WRONG = "def turn_round(pitches):\n    return pitches"
TURN = "def turn_round(pitches):\n    return pitches[::-1]"
SECRET = "48, 48, 50, 61"  # stands in a hidden test
GRADER_SECRET = "grader-password-7351"  # in the grader's environment


@dataclass(frozen=True)
class Attack:
    """A submission and what must come of it."""

    name: str
    wanted: str  # for the report: what a fair instructor wants
    submission: Callable[["Maker"], bytes]
    status: str = "graded"
    points: Mapping[str, float] = field(default_factory=lambda: FULL)  # where it is graded
    quick: bool = False  # part of `make test`


class Maker:
    """Makes submissions out of the lesson's notebooks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.solved = (root / "solutions" / LESSON / f"{LESSON}.ipynb").read_text("utf-8")
        self.release = (root / "notebooks" / LESSON / f"{LESSON}.ipynb").read_text("utf-8")

    def content(self) -> dict[str, Any]:
        """Give the solved notebook."""
        return json.loads(self.solved)

    def change(self, **sources: str) -> bytes:
        """Put another text into cells."""
        content = self.content()
        for cell in content["cells"]:
            if cell["id"] in sources:
                cell["source"] = sources[cell["id"]]
        return json.dumps(content).encode()

    def with_cell(self, source: str, before: str = "turn_round", **sources: str) -> bytes:
        """Add a code cell of the learner's own before a named cell ("end": behind all)."""
        content = json.loads(self.change(**sources))
        names = [*(cell["id"] for cell in content["cells"]), "end"]
        cell = {
            "cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [],
            "execution_count": None,
        }  # fmt: skip
        content["cells"].insert(names.index(before), cell)
        return json.dumps(content).encode()

    def without(self, *names: str) -> bytes:
        """Delete cells."""
        content = self.content()
        content["cells"] = [cell for cell in content["cells"] if cell["id"] not in names]
        return json.dumps(content).encode()

    def marks(self, change: Callable[[dict], None], keep_ids: bool = True) -> bytes:
        """Change the marks of every graded cell."""
        content = self.content()
        for index, cell in enumerate(content["cells"]):
            if not keep_ids:
                cell["id"] = f"x{index}"
            if "nbgrader" in cell["metadata"]:
                change(cell["metadata"])
        return json.dumps(content).encode()


def _dropped(metadata: dict) -> None:
    del metadata["nbgrader"]


def _edited(metadata: dict) -> None:
    metadata["nbgrader"] |= {"points": 100, "locked": False, "grade": False, "solution": True}


def _doubled(maker: Maker) -> bytes:
    content = maker.content()
    cells = content["cells"]
    index = next(i for i, cell in enumerate(cells) if cell["id"] == "turn_round_check")
    cells.insert(index, json.loads(json.dumps(cells[index])) | {"id": "twice"})
    return json.dumps(content).encode()


def _stripped_and_rearranged(maker: Maker) -> bytes:
    content = json.loads(maker.marks(_dropped, keep_ids=False))
    return json.dumps(content | {"cells": content["cells"][2:]}).encode()


def _other_kernel(maker: Maker) -> bytes:
    metadata = {"kernelspec": {"name": "julia-1.10", "language": "julia", "display_name": "Julia"}}
    return json.dumps(maker.content() | {"metadata": metadata}).encode()


HARD_LOOP = """
def turn_round(pitches):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
NOISE = """
import os, sys
def turn_round(pitches):
    os.write(2, b"a warning of a library\\n")
    sys.__stderr__.write("a line of progress\\n")
    return pitches[::-1]
"""
ALWAYS_EQUAL = """
class Anything(list):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    def __len__(self):
        return 4
    def __getitem__(self, index):
        return self
def turn_round(pitches):
    return Anything(pitches)
"""
EMPTY_TESTS = """
import ast
class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        if "check." in ast.unparse(node):
            node.body = []
        return node
get_ipython().ast_transformers.append(Empty())
"""
EMPTY_INPUT = """
def empty(lines):
    return [] if any("check." in line for line in lines) else lines
get_ipython().input_transformers_cleanup.append(empty)
"""
CHECK_REPLACED = "check.turn_round = lambda *given, **named: print('✓')"
GUARD_PATCHED = """
from course.checks.core import Examination
Examination.require = lambda *given: None
"""
TRAP = """
calls = []
def patched(*given, **named):
    calls.append(1)
    if len(calls) % 2 == 0:
        __import__("os")._exit(0)  # before the canary has an answer
check.turn_round = patched
"""
READS_DISK = """
import os, pathlib, sys
print(dict(os.environ))
print([pathlib.Path(one).read_bytes() for one in ("/proc/1/environ",) if os.access(one, os.R_OK)])
passed_over = ("/usr", "/proc", "/sys", sys.prefix, sys.base_prefix)
for folder, inner, files in os.walk("/"):
    inner[:] = [name for name in inner if not os.path.join(folder, name).startswith(passed_over)]
    found = [name for name in files if "05_" + "fast" in name or name.endswith(".db")]
    print("SAW", folder, ["FOUND", *found] if found else "")
"""
WRITES_GRADES = """
import sqlite3
with sqlite3.connect(GRADEBOOK) as book:
    book.execute("UPDATE grade SET auto_score = 100, manual_score = 100")
"""
FORKS = """
import os, time
for _ in range(5000):
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
"""
FILLS_DISK = """
for number in range(200):
    with open(f"/tmp/{number}", "wb") as file:
        file.write(bytes(10**7))
"""
FILLS_SOCKETS = """
import glob, time
folder = glob.glob("/tmp/grade-*/s")[0]
for number in range(60):
    with open(f"{folder}/{number}", "wb") as file:
        file.write(bytes(10**7))
    time.sleep(0.02)
"""
PRINTS_TESTS = """
import sys
seen = []
def turn_round(pitches):
    frame = sys._getframe()
    while frame:
        seen.append(str(frame.f_locals.get("raw_cell") or frame.f_locals.get("In") or ""))
        frame = frame.f_back
    if len(pitches) == 4:
        seen.append(str(pitches))
        raise ValueError(" ".join(seen))
    return pitches[::-1]
"""
THREAD = """
import os, subprocess, sys, threading, time
def talk():
    while True:
        os.write(2, b"still here\\n")
        time.sleep(0.01)
threading.Thread(target=talk, daemon=True).start()
subprocess.Popen(
    [sys.executable, "-c", "import time; 'outlives-its-cell'; time.sleep(500)"],
    start_new_session=True,
)
"""
SHOWS_POINTS = """
def turn_round(pitches):
    get_ipython().displayhook(2.0)
    return pitches
"""
CLEARS_ERROR = """
import threading, time
from IPython.display import clear_output
def turn_round(pitches):
    parent = get_ipython().kernel.get_parent("shell")
    def clear():
        get_ipython().kernel.set_parent([], parent, "shell")
        for _ in range(200):
            clear_output()
            time.sleep(0.005)
    threading.Thread(target=clear, daemon=True).start()
    return pitches
"""
SCRIPT = """
from IPython.display import HTML, Javascript, display
display(HTML("<script>stolen-token</script>"), Javascript("stolen-token"))
"""
NETWORK = """
import socket, urllib.request
for address in (("1.1.1.1", 53), ("127.0.0.1", 22), ("10.0.0.1", 80)):
    try:
        socket.create_connection(address, timeout=2)
    except OSError as error:
        print("refused:", error)
    else:
        print("REACHED", address)
"""
PACKAGE_VERSION = """
from course.note_names import note_name
def name_note(pitch):
    return note_name(pitch)
"""
HIDDEN_TWIN = """
import importlib
def name_note(pitch):
    return getattr(importlib.import_module("course.note_" + "names"), "note" + "_name")(pitch)
"""
OWN_PACKAGE = """
import os, pathlib
pathlib.Path("course").mkdir()
pathlib.Path("course/__init__.py").write_text("")
import sys
for name in [name for name in sys.modules if name.startswith("course")]:
    del sys.modules[name]
class check:
    turn_round = name_note = lambda *given, **named: None
"""
CUSTOM_HANDLER = "get_ipython().set_custom_exc((Exception,), lambda *given, **named: None)"
PATCHED_NUMPY = "import numpy\nnumpy.testing.assert_allclose = lambda *given, **named: None"
PATCHED_COMPARISON = "import numpy\nnumpy.array_equal = lambda *given, **named: True"
HIDES_ERRORS = """
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *given, **named: None
def forget(result):
    result.error_before_exec = result.error_in_exec = None
shell.events.register("post_run_cell", forget)
"""
JUMPS = """
import sys
def jump(frame, event, argument):
    last = max(line for _, _, line in frame.f_code.co_lines() if line)
    if event == "line" and {"exam", "turned"} <= frame.f_locals.keys() and frame.f_lineno < last:
        frame.f_lineno = last
    return jump
def turn_round(pitches):
    frame = sys._getframe()
    while frame:
        frame.f_trace = jump
        frame = frame.f_back
    sys.settrace(jump)
    return pitches
"""
READS_FRAMES = """
import sys
def name_note(pitch):
    frame = sys._getframe()
    while "names" not in frame.f_locals:
        frame = frame.f_back
    return dict(frame.f_locals["names"])[pitch]
"""
LATE_SCRIPT = """
from IPython.display import HTML, update_display
update_display(HTML("<script>stolen-token</script>"), display_id="shown")
"""
OWN_PRINT = "import sys\nprint = None\nsys.stdout = sys.stderr = open('/dev/null', 'w')"

ATTACKS = (
    Attack("correct", "all points", lambda m: m.solved.encode(), quick=True),
    Attack(
        "untouched",
        "no points, nothing lost",
        lambda m: m.release.encode(),
        points=NOTHING,
        quick=True,
    ),
    Attack("wrong", "one exercise lost", lambda m: m.change(turn_round=WRONG), points=NO_TURN),
    Attack(
        "stderr",
        "warnings and progress cost nothing",
        lambda m: m.change(turn_round=NOISE),
        quick=True,
    ),
    Attack(
        "syntax error",
        "one exercise lost",
        lambda m: m.change(turn_round="def turn_round(:"),
        points=NO_TURN,
    ),
    Attack("endless cell", "costs nothing else", lambda m: m.with_cell("while True: pass")),
    Attack(
        "endless answer",
        "one exercise lost",
        lambda m: m.change(turn_round="def turn_round(p):\n    while True: pass"),
        points=NO_TURN,
    ),
    Attack(
        "loop that ignores interrupts",
        "one exercise lost",
        lambda m: m.change(turn_round=HARD_LOOP),
        points=NO_TURN,
    ),
    Attack(
        "sys.exit",
        "one exercise lost",
        lambda m: m.change(turn_round="def turn_round(p):\n    raise SystemExit"),
        points=NO_TURN,
    ),
    Attack(
        "os._exit in a cell",
        "costs nothing else",
        lambda m: m.with_cell("import os; os._exit(1)"),
        quick=True,
    ),
    Attack(
        "os._exit in an answer",
        "one exercise lost",
        lambda m: m.change(turn_round="def turn_round(p):\n    __import__('os')._exit(1)"),
        points=NO_TURN,
    ),
    Attack("deleted test", "put back", lambda m: m.without("turn_round_check")),
    Attack(
        "deleted answer and test",
        "one exercise lost",
        lambda m: m.without("turn_round", "turn_round_check"),
        points=NO_TURN,
    ),
    Attack("deleted written answer", "nothing else lost", lambda m: m.without("same_melody")),
    Attack(
        "edited test",
        "the course's own counts",
        lambda m: m.change(turn_round=WRONG, turn_round_check="pass", turn_round_hidden="pass"),
        points=NO_TURN,
    ),
    Attack("edited marks", "restored", lambda m: m.marks(_edited), quick=True),
    Attack("doubled grade_id", "the last one counts", _doubled, quick=True),
    Attack("marks dropped, ids kept", "restored", lambda m: m.marks(_dropped)),
    Attack("marks and ids dropped", "restored by place", lambda m: m.marks(_dropped, False)),
    Attack(
        "marks dropped, cells deleted", "a person looks", _stripped_and_rearranged, status="lost"
    ),
    Attack("truncated", "a person looks", lambda m: m.solved[:900].encode(), "lost", quick=True),
    Attack("nested", "a person looks", lambda m: b"[" * 10**6, status="lost"),
    Attack("not text", "a person looks", lambda m: bytes(range(256)), status="lost"),
    Attack("another kernel", "Python all the same", _other_kernel),
    Attack("30 MB of output", "cut", lambda m: m.with_cell("print('x' * 30_000_000)")),
    Attack("6 GiB of memory", "that cell fails", lambda m: m.with_cell("bytes(6 * 2**30)")),
    Attack(
        "memory of many processes",
        "that cell fails",
        lambda m: m.with_cell(
            "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
            "        kept = bytearray(b'x') * (400 * 2**20)\n        time.sleep(60)\n"
            "time.sleep(20)"
        ),
    ),
    Attack("fork bomb", "that cell fails", lambda m: m.with_cell(FORKS)),
    Attack("fills the disk", "that cell fails", lambda m: m.with_cell(FILLS_DISK)),
    Attack("fills the sockets' folder", "that cell fails", lambda m: m.with_cell(FILLS_SOCKETS)),
    Attack(
        "kills all processes",
        "that cell fails",
        lambda m: m.with_cell(
            "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(os.getpid(), signal.SIGKILL)"
        ),
    ),
    Attack(
        "__eq__ always true",
        "no gain",
        lambda m: m.change(turn_round=ALWAYS_EQUAL),
        points=NO_TURN,
    ),
    Attack(
        "patches numpy.testing",
        "no gain",
        lambda m: m.with_cell(PATCHED_NUMPY, turn_round=WRONG),
        points=NO_TURN,
    ),
    Attack(
        "empties tests (syntax tree)",
        "a person looks",
        lambda m: m.with_cell(EMPTY_TESTS, turn_round=WRONG),
        status="tampered",
        quick=True,
    ),
    Attack(
        "empties tests (input)",
        "a person looks",
        lambda m: m.with_cell(EMPTY_INPUT, turn_round=WRONG),
        status="tampered",
    ),
    Attack(
        "replaces a check",
        "a person looks",
        lambda m: m.with_cell(CHECK_REPLACED, turn_round=WRONG),
        status="tampered",
    ),
    Attack(
        "patches the guard",
        "a person looks",
        lambda m: m.with_cell(GUARD_PATCHED, turn_round=WRONG),
        status="tampered",
        quick=True,
    ),
    Attack(
        "a package of its own",
        "a person looks",
        lambda m: m.with_cell(OWN_PACKAGE, turn_round=WRONG),
        status="tampered",
    ),
    Attack(
        "a trap for the canary",
        "no gain",
        lambda m: m.with_cell(TRAP, turn_round=WRONG),
        points=NO_TURN,
    ),
    Attack(
        "patches numpy.array_equal",
        "a person looks",
        lambda m: m.with_cell(PATCHED_COMPARISON, turn_round=WRONG),
        status="tampered",
        quick=True,
    ),
    Attack(
        "hides errors (post_run_cell)",
        "a person looks",
        lambda m: m.with_cell(HIDES_ERRORS, turn_round=WRONG),
        status="tampered",
    ),
    Attack(
        "jumps over the check's lines (settrace)",
        "no gain",
        lambda m: m.change(turn_round=JUMPS),
        points=NO_TURN,
    ),
    Attack(
        "leaves a trace function",
        "a person looks",
        lambda m: m.with_cell("import sys\nsys.settrace(lambda *given: None)"),
        status="tampered",
    ),
    Attack(
        "reads the wanted result in the check's frame",
        "a documented limit: full points, and a person is told to read it",
        lambda m: m.change(name_note=READS_FRAMES),
    ),
    Attack(
        "custom exception handler",
        "no gain",
        lambda m: m.with_cell(CUSTOM_HANDLER, turn_round=WRONG),
        points=NO_TURN,
    ),
    Attack(
        "shows points",
        "no gain",
        lambda m: m.change(turn_round=SHOWS_POINTS),
        points=NO_TURN,
        quick=True,
    ),
    Attack(
        "clears its error away",
        "no gain",
        lambda m: m.change(turn_round=CLEARS_ERROR),
        points=NO_TURN,
    ),
    Attack(
        "calls the package's version",
        "one exercise lost",
        lambda m: m.change(name_note=PACKAGE_VERSION),
        points=NO_NAME,
    ),
    Attack(
        "hides that call",
        "one exercise lost",
        lambda m: m.change(name_note=HIDDEN_TWIN),
        points=NO_NAME,
    ),
    Attack(
        "reads files and environment",
        "nothing of the course is seen",
        lambda m: m.with_cell(READS_DISK),
        quick=True,
    ),
    Attack(
        "writes into the gradebook",
        "nobody's points change",
        lambda m: m.with_cell(
            f"GRADEBOOK = {str(m.root / 'grading' / 'gradebook.db')!r}\n{WRITES_GRADES}",
        ),
        quick=True,
    ),
    Attack("uses the network", "nothing is reached", lambda m: m.with_cell(NETWORK)),
    Attack(
        "prints hidden tests",
        "not in the feedback",
        lambda m: m.with_cell("print(seen, In)", before="end", turn_round=PRINTS_TESTS),
        points=FULL | {"turn_round_hidden": 0},
        quick=True,
    ),
    Attack("outlives its cell", "ended with the kernel", lambda m: m.with_cell(THREAD), quick=True),
    Attack("shows a script", "not in the formgrader", lambda m: m.with_cell(SCRIPT)),
    Attack(
        "shows a script afterwards",
        "not in the formgrader",
        lambda m: m.with_cell(
            LATE_SCRIPT,
            before="name_note",
            turn_round="display('text', display_id='shown')\n" + TURN,
        ),
    ),
    Attack(
        "an error of 100 MB",
        "that cell fails",
        lambda m: m.with_cell("raise ValueError('x' * 100_000_000)"),
    ),
    Attack("spoils its own print", "no harm, no suspicion", lambda m: m.with_cell(OWN_PRINT)),
    Attack("Łukasz 小明 O'Neil", "a name like others", lambda m: m.solved.encode(), quick=True),
)
