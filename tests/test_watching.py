import re
import sys
from types import SimpleNamespace

import IPython.display
import pytest
import torch
from torch import nn

from course import watching
from course.training.config import TrainingConfig
from course.training.loop import fit
from course.training.run import Run
from course.watching import Html, LiveLoss, ProgressLine, status, time_left


def run_at(step, seconds, num_steps=100, losses=None, **changes):
    model = nn.Linear(1, 1)
    run = Run(model, torch.optim.SGD(model.parameters()), TrainingConfig(num_steps=num_steps))
    run.step, run.seconds = step, seconds
    run.losses = [2.0] * step if losses is None else losses
    for name, value in changes.items():
        setattr(run, name, value)
    return run


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that stands still until it is set."""
    now = SimpleNamespace(time=1000.0)
    monkeypatch.setattr(watching.time, "monotonic", lambda: now.time)
    return now


@pytest.fixture
def outputs(monkeypatch):
    """Catch what a notebook would show: for each output, everything that it showed."""
    shown = []

    def display(thing, display_id):
        assert display_id is True
        shown.append([thing])
        return SimpleNamespace(update=shown[-1].append)

    monkeypatch.setattr(IPython.display, "display", display)
    return shown


def is_terminal(monkeypatch, answer):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: answer, raising=False)


@pytest.mark.parametrize(
    ("step", "seconds", "before", "text"),
    [
        (0, 0.0, (), "…"),
        (20, 20.0, (), "1 min 20 s left"),
        (50, 10.0, (), "10 s left"),
        (99, 99.4, (), "1 s left"),
        (100, 70.0, (), "0 s left"),
        (40, 130.0, (100.0, 30), "3 min 0 s left"),  # 10 steps in 30 s of this sitting
        (30, 100.0, (100.0, 30), "…"),
    ],
)
def test_the_time_left_by_hand(step, seconds, before, text):
    assert time_left(run_at(step, seconds), *before) == text


def test_how_a_run_stands():
    assert status(run_at(20, 20.0)) == "1 min 20 s left"
    assert status(run_at(20, 20.0, stopped="interrupted")) == "interrupted"
    assert status(run_at(100, 80.4)) == "done in 80 s"


def test_a_line_now_and_then_in_a_file(monkeypatch, capsys, clock):
    is_terminal(monkeypatch, False)
    line, run = ProgressLine(), run_at(1, 1.0, records={"valid": [(1, 3.0), (1, 1.5)]})
    line.on_start(run_at(0, 0.0))
    for time in (1000.0, 1029.0, 1031.0):
        clock.time = time
        line.on_step(run)
    text = "step 1 of 100, loss 2.0000, valid 1.5000, 1 min 39 s left\n"
    assert capsys.readouterr().out == text * 2


def test_one_line_again_and_again_in_a_terminal(monkeypatch, capsys, clock):
    is_terminal(monkeypatch, True)
    line = ProgressLine()
    line.on_start(run_at(0, 0.0))
    for time, step in ((1000.0, 1), (1000.4, 2), (1000.6, 3)):
        clock.time = time
        line.on_step(run_at(step, float(step)))
    line.on_end(run_at(100, 100.0))
    first, *lines = capsys.readouterr().out.split("\r")
    assert first == ""
    assert [text.split(",")[0] for text in lines] == [
        "step 1 of 100",
        "step 3 of 100",
        "step 100 of 100",
    ]
    assert [len(text) for text in lines] == [78, 78, 79]  # rests of a longer line are covered
    assert [text.endswith("\n") for text in lines] == [False, False, True]
    assert "done in 100 s" in lines[-1]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_run_that_ends_early_says_why(monkeypatch, capsys, clock, terminal):
    is_terminal(monkeypatch, terminal)
    line, run = ProgressLine(), run_at(3, 3.0)
    line.on_step(run)
    run.stopped = "interrupted"
    line.on_end(run)
    assert capsys.readouterr().out.rstrip().endswith("step 3 of 100, loss 2.0000, interrupted")


def test_the_loss_that_is_shown_is_the_mean_of_the_last_fifty(capsys, monkeypatch):
    is_terminal(monkeypatch, False)
    ProgressLine().on_step(run_at(60, 1.0, losses=[100.0] * 10 + [1.0] * 25 + [2.0] * 25))
    assert "loss 1.5000" in capsys.readouterr().out


def test_a_run_in_a_notebook_shows_bar_losses_and_samples(outputs, clock):
    live = LiveLoss(sample=lambda model: f"training: {model.training}", every=2, smooth=2)
    run = run_at(0, 0.0, num_steps=4)
    live.on_start(run)
    for step in range(1, 5):
        clock.time += 0.6
        run.step, run.seconds = step, 10.0 * step
        run.losses.append(float(step))
        run.records = {"valid": [(2, 1.0)]}
        run.model.train()
        live.on_step(run)
    live.on_end(run)
    bars, losses, samples = outputs
    assert [repr(bar) for bar in bars] == [
        "step 0 of 4, …",
        "step 1 of 4, 30 s left",
        "step 3 of 4, 10 s left",
        "step 4 of 4, done in 40 s",
    ]
    assert 'value="3" max="4"' in bars[2]._repr_html_()
    assert samples == ["training: False"]
    assert repr(losses[-1]) == "Figure: Losses over 4 steps: training ends at 3.500."
    assert "<img" in losses[-1]._repr_html_()
    assert len(losses) == 3


def test_each_run_has_outputs_of_its_own(outputs):
    live = LiveLoss()
    for _ in range(2):
        live.on_start(run_at(0, 0.0))
    assert [len(shown) for shown in outputs] == [1, 1]


def test_losses_are_drawn_as_means():
    run = run_at(5, 1.0, losses=[1.0, 3.0, 5.0, 7.0, 10.0], records={"valid": [(4, 2.0)]})
    axes, text = watching._loss_figure(run, 2)
    training, valid = axes.lines
    assert training.get_xydata().tolist() == [[2, 2], [4, 6], [5, 10]]
    assert valid.get_xydata().tolist() == [[4, 2]]
    assert text == "Losses over 5 steps: training ends at 10.000."
    watching.describe(axes, text)  # closes the figure


def test_a_short_run_is_a_curve_too():
    run = run_at(4, 1.0, losses=[1.0, 3.0, 5.0, 7.0])
    axes, text = watching._loss_figure(run, 10)
    assert axes.get_ylabel() == "loss in nats"
    run.loss_name = "critic's loss"
    assert watching._loss_figure(run, 10)[0].get_ylabel() == "critic's loss"
    assert axes.lines[0].get_xydata().tolist() == [[2, 2], [4, 6]]
    watching.describe(axes, text)  # closes the figure


def test_without_a_notebook_nothing_fails(capsys):
    """Outside notebooks IPython prints, and gives no output that could be updated."""
    model = nn.Linear(2, 1)
    live = LiveLoss(sample=lambda _: "a sample", every=1)
    config = TrainingConfig(num_steps=3, warmup_steps=0)
    fit(model, lambda m, x: m(x).square().mean(), lambda *_: torch.ones(4, 2), config, [live])
    printed = capsys.readouterr().out
    assert printed.count("a sample") == 2
    assert re.search(r"step 3 of 3, done in \d+ s", printed)
    assert "Figure: Losses over 3 steps" in printed


def test_other_processes_than_the_first_show_nothing(monkeypatch, outputs, capsys):
    monkeypatch.setattr(Run, "is_main", property(lambda _: False))
    run = run_at(2, 1.0)
    for callback in (LiveLoss(sample=lambda _: "a sample", every=1), ProgressLine()):
        callback.on_start(run)
        callback.on_step(run)
        callback.on_end(run)
    assert outputs == []
    assert capsys.readouterr().out == ""


def test_a_run_without_a_step_draws_no_losses(outputs):
    run = run_at(0, 0.0)
    live = LiveLoss()
    live.on_start(run)
    live.on_end(run)
    ProgressLine().on_end(run)
    assert len(outputs) == 1


def test_reasons_are_escaped(outputs):
    LiveLoss().on_start(run_at(1, 1.0, stopped="a < b"))
    assert "a &lt; b" in outputs[0][0]._repr_html_()
    assert repr(Html("<b>x</b>", "x")) == "x"


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"every": 0}, "every is 0, outside 1"), ({"smooth": 0}, "smooth is 0, outside 1")],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        LiveLoss(**settings)
