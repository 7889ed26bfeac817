"""The guard around answers. Answers are made as a notebook makes them: in a module `__main__`."""

import signal
import textwrap
import types
import warnings

import numpy as np
import pytest

from course.checks import core
from course.checks.core import CheckFailed, Examination, passed, use

ENDLESS = """
    def f():
        while True:
            try:
                len([])
            except Exception:
                pass
    """
TWIN = "course.models.markov.count_next"


def answer(source, name="f", **names):
    namespace = {"__name__": "__main__", **names}
    exec(textwrap.dedent(source), namespace)
    return namespace[name]


def test_a_right_answer_is_run_and_remembered(capsys):
    double = answer("def f(x): return 2 * x")
    run = Examination("double", double)
    assert run(21) == 42
    passed(run, "It doubles.")
    assert use("double", double, len) is double
    assert capsys.readouterr().out == "✓ It doubles.\n→ double: your own version is playing\n"


def test_a_redefined_answer_has_not_passed():
    passed(Examination("redefined", answer("def f(): pass")), "ok")
    again = answer("def f(): pass")
    assert use("redefined", again, len) is len


def test_failure_is_one_line():
    assert CheckFailed("too loud")._render_traceback_() == ["✗ too loud"]


def test_output_and_warnings_of_an_answer_are_swallowed(capfd):
    source = """
        import sys, warnings
        def f():
            print("here"); print("there", file=sys.stderr); warnings.warn("careful"); return 1
        """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Examination("noisy", answer(source))() == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(x): raise NotImplementedError('stub')", "not written yet"),
        ("def f(x): return x[0]", r"f\(7\) stopped in line 1 of its cell with TypeError"),
        ("f = len", "not a function written in this notebook"),
        ("f = 3", "not a function written in this notebook"),
        ("class f:\n    def __call__(self, x): return x", "not a function written"),
    ],
)
def test_answers_that_cannot_be_examined(source, message):
    with pytest.raises(CheckFailed, match=message):
        Examination("f", answer(source))(7)


@pytest.mark.parametrize("argument", [[1, 2], {"a": [1]}, np.array([1.0, np.nan]), [np.zeros(2)]])
def test_changing_an_argument_is_found(argument):
    source = """
        def f(x):
            x["a"].append(2) if isinstance(x, dict) else x.__setitem__(0, 9)
        """
    with pytest.raises(CheckFailed, match="changes the arguments"):
        Examination("f", answer(source))(argument)
    assert Examination("f", answer("def f(x): return x"))(argument) is not argument


@pytest.mark.parametrize(
    "source",
    [
        "from course.models.markov import count_next\ndef f(m): return count_next(m)",
        "from course.models.markov import count_next as other\ndef f(m): return other(m)",
        "from course.models import markov\ndef f(m): return markov.count_next(m)",
        "import course.models.markov\ndef f(m): return course.models.markov.count_next(m)",
        "def f(m):\n    from course.models.markov import count_next\n    return count_next(m)",
        "from course.models import markov\ndef h(m): return markov.count_next(m)\n"
        "def f(m): return h(m)",
        "from course.models import markov\ndef f(m): return [markov.count_next(x) for x in [m]][0]",
        "from course.models import markov\ndef f(m): return getattr(markov, 'count' + '_next')(m)",
        "import importlib\ndef f(m):\n"
        "    try: return vars(importlib.import_module('course.models.markov'))['count_next'](m)\n"
        "    except BaseException: return {}",
    ],
)
def test_the_packages_own_version_is_out_of_reach(source):
    with pytest.raises(CheckFailed, match=r"own version|is locked"):
        Examination("f", answer(source), [TWIN])([["a", "b"]])


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer on this system")
def test_an_answer_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(core, "TIME_LIMIT", 0.05)
    before = signal.getsignal(signal.SIGALRM)
    for source in ("def f():\n    while True: pass", ENDLESS):
        with pytest.raises(CheckFailed, match=r"still running after 0\.05 seconds"):
            Examination("f", answer(source))()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_error_names_its_line():
    with pytest.raises(CheckFailed, match="stopped in line 2 of its cell with ZeroDivisionError"):
        Examination("f", answer("def f():\n    return 1 / 0"))()


def test_the_twin_is_back_after_an_examination():
    from course.models import markov

    before = markov.count_next
    with pytest.raises(CheckFailed):
        Examination("f", answer("def f(): 1 / 0"), [TWIN])()
    assert markov.count_next is before


@pytest.mark.parametrize(
    "source",
    [
        "def count_next(m): return count_next(m[1:]) if m else {}",
        "def count_next(m): return other.count_next(m)",
        "def count_next(m): return [m][0].count_next(other)",
    ],
)
def test_a_function_of_the_same_name_is_no_twin(source):
    other = types.ModuleType("other")
    other.count_next = lambda m: {}

    class Melodies(list):
        def count_next(self, _other):
            return {}

    own = answer(source, "count_next", other=other)
    assert Examination("count_next", own, [TWIN])(Melodies(["a"])) == {}


def test_nothing_is_remembered_of_a_failure():
    assert "f" not in core._passed
