"""What all checks share: running an answer under guard and saying in one line what is wrong.

The guard keeps three promises. A correct answer never loses points for what it prints or warns of,
because that is captured. A wrong one gets a sentence, never a traceback. And the package is no
answer key: the package's own version of an exercise, its *twin*, can neither be named in an answer
nor reached while the answer runs.
"""

import contextlib
import copy
import dis
import importlib
import io
import signal
import sys
import threading
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

TIME_LIMIT = 3.0  # seconds for one call of an answer; right ones take milliseconds
OTHER_VALUES = "the example works, but with other values of the same kind the result is wrong"

_passed: dict[str, Callable] = {}  # exercise -> the learner's function that passed its check


class CheckFailed(AssertionError):
    """An answer does not do what its task asks; the message is one line for the learner."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone: IPython calls this instead of printing a traceback."""
        return [f"✗ {self}"]


class Examination:
    """One answer under examination; call it like the answer itself.

    Args:
        exercise: name of the exercise, which is the answer's grade_id.
        answer: the function that the learner wrote in the notebook.
        twins: dotted names of the package's own versions, out of reach meanwhile.

    Raises:
        CheckFailed: if the answer is no function of the notebook, or names a twin.
    """

    def __init__(self, exercise: str, answer: Callable, twins: Sequence[str] = ()) -> None:
        self.exercise = exercise
        self._answer = answer
        self._twins = [_find(name) for name in twins]
        self._reached = ""
        self.given: tuple = ()  # what the answer was last called with
        if type(answer) is not types.FunctionType or answer.__module__ != "__main__":
            raise CheckFailed(
                f"{exercise} is not a function written in this notebook; "
                "run your answer cell, then this one again."
            )
        for twin in self._twins:
            if _names(answer, twin):
                raise CheckFailed(f"{exercise} calls the package's own version; write it yourself.")

    def __call__(self, *arguments: Any) -> Any:
        """Run the answer on copies of the arguments.

        Args:
            arguments: what the answer is called with.

        Returns:
            What the answer returned, of whatever type.

        Raises:
            CheckFailed: if the answer raises, changes an argument in place, reaches a twin, or
                is still running after `TIME_LIMIT`, or is still the stub.
        """
        self.given = given = copy.deepcopy(arguments)
        shown = ", ".join(_short(argument) for argument in arguments)
        try:
            with self._twins_out_of_reach(), _captured(), _untraced(), _time_limit():
                result = self._answer(*given)
        except _StillRunning:
            raise CheckFailed(
                f"{self.exercise}({shown}) is still running after {TIME_LIMIT:g} seconds; "
                "does every turn of its loop come nearer to the end?"
            ) from None
        except NotImplementedError:
            raise CheckFailed(
                f"{self.exercise} is not written yet; fill in its cell, run it, then run this one."
            ) from None
        except Exception as error:
            line = _last_line(error, self._answer.__code__.co_filename)
            raise CheckFailed(
                f"{self.exercise}({shown}) stopped{line} with {type(error).__name__}: {error}"
            ) from None
        self.require(
            not self._reached, f"{self.exercise} calls the package's own version; write it yourself"
        )
        self.require(
            _same(given, arguments),
            f"{self.exercise} changes the arguments it is given; work on a copy",
        )
        return result

    def require(self, condition: bool, message: str) -> None:
        """Fail with a message unless a condition holds.

        Args:
            condition: what must be true.
            message: one sentence in musical terms, without the answer.

        Raises:
            CheckFailed: if the condition is false.
        """
        if not condition:
            raise CheckFailed(message if message.endswith((".", "?")) else message + ".")

    @contextlib.contextmanager
    def _twins_out_of_reach(self) -> Iterator[None]:
        """Replace every reference that the package's modules hold to a twin."""

        def locked(*_arguments: Any, **_named: Any) -> None:
            self._reached = self.exercise
            raise CheckFailed("the package's own version is locked while your answer is checked")

        held = [
            (module, name, twin)
            for module in list(sys.modules.values())
            if getattr(module, "__name__", "").partition(".")[0] == "course"
            for name, value in list(vars(module).items())
            for twin in self._twins
            if value is twin
        ]
        for module, name, _ in held:
            setattr(module, name, locked)
        try:
            yield
        finally:
            for module, name, twin in held:
                setattr(module, name, twin)


def passed(examination: Examination, message: str) -> None:
    """Say that an answer is right, and remember it for `use`.

    Args:
        examination: the examination that the answer came through.
        message: one sentence on what now works.
    """
    _passed[examination.exercise] = examination._answer
    print(f"✓ {message}")


def use(exercise: str, yours: Callable, ours: Callable) -> Callable:
    """Choose the learner's function where it passed its check, else the package's.

    Args:
        exercise: name of the exercise.
        yours: the function in the notebook.
        ours: the package's version.

    Returns:
        The one to go on with; a line says which it is.
    """
    own = _passed.get(exercise) is yours
    print(
        f"→ {exercise}: your own version is playing"
        if own
        else f"→ {exercise}: the package's version is playing, until yours passes its check"
    )
    return yours if own else ours


def _short(value: Any) -> str:
    """Show an argument in at most 60 characters."""
    text = value.hex(" ").upper() if isinstance(value, bytes) and value else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"


def _find(name: str) -> Callable:
    """Import a dotted name."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _same(left: Any, right: Any) -> bool:
    """Compare arguments before and after a call, arrays included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, np.ndarray):
        return np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
    return callable(left) or type(left).__eq__(left, right) is not False


def _names(answer: types.FunctionType, twin: Callable) -> bool:
    """Tell whether an answer, or a helper of it in the notebook, refers to a twin.

    Only what can be read in the code is found: a global, an import, or an attribute of a module. A
    function of another library that bears the twin's name is none.
    """
    seen: set[int] = set()
    waiting: list[tuple[types.CodeType, dict]] = [(answer.__code__, answer.__globals__)]
    while waiting:
        code, scope = waiting.pop()
        if id(code) in seen:
            continue
        seen.add(id(code))
        value: Any = None  # what the instruction before has named
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                value = scope.get(step.argval)
            elif step.opname == "IMPORT_NAME":
                value = sys.modules.get(step.argval)
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
                held = vars(value) if isinstance(value, types.ModuleType) else {}
                value = held.get(step.argval)
            else:
                value = None
            if value is twin:
                return True
            if isinstance(value, types.FunctionType) and value.__module__ == "__main__":
                waiting.append((value.__code__, value.__globals__))
            if isinstance(step.argval, types.CodeType):
                waiting.append((step.argval, scope))
    return False


def _last_line(error: BaseException, filename: str) -> str:
    """Say in which line of the answer's cell an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == filename]
    return f" in line {lines[-1]} of its cell" if lines else ""


class _StillRunning(BaseException):
    """An answer has used up its time; no `except Exception` of its own stops this."""


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Stop an answer that does not end, where the system can: not on Windows, not in threads."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(_signal: int, _frame: types.FrameType | None) -> None:
        raise _StillRunning

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _untraced() -> Iterator[None]:
    """Leave no trace function behind: it could let the check's own lines be skipped."""
    before = sys.gettrace()
    try:
        yield
    finally:
        sys.settrace(before)


@contextlib.contextmanager
def _captured() -> Iterator[None]:
    """Swallow what an answer prints and warns of: a line on stderr costs points in nbgrader."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
