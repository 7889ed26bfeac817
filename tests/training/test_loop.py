import math
import os
import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from course.training.callbacks import Evaluate
from course.training.config import TrainingConfig
from course.training.loop import fit
from tests.training.small import (
    CONFIG,
    At,
    batches,
    loss,
    make_model,
    measure,
    same,
    stop,
    watchers,
    weights_of,
)


def interrupt(_run=None):
    os.kill(os.getpid(), signal.SIGINT)


def test_one_step_of_adam_by_hand():
    """Adam's first step is the learning rate in the gradient's direction, after the decay.

    The matrix 2 becomes 2 - 0.1 * 0.5 * 2 - 0.1 = 1.8, the bias, which never decays, 3 - 0.1 = 2.9.
    """
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(2.0), model.bias.fill_(3.0)
    config = TrainingConfig(num_steps=1, learning_rate=0.1, warmup_steps=0, weight_decay=0.5)
    run = fit(model, lambda m, x: m(x).sum(), lambda *_: torch.ones(1, 1), config)
    assert run.losses == [5.0]
    assert model.weight.item() == pytest.approx(1.8)
    assert model.bias.item() == pytest.approx(2.9)


def test_long_gradients_are_shortened():
    norms = []
    model = nn.Linear(1, 1)

    class Watch(At):
        def on_step(self, run):
            norms.append(math.hypot(*(p.grad.item() for p in run.model.parameters())))

    for largest in (0.5, 1e6):
        config = TrainingConfig(num_steps=1, largest_gradient=largest)
        fit(
            model,
            lambda m, x: m(x).sum(),
            lambda *_: torch.full((1, 1), 3.0),
            config,
            [Watch(1, 0)],
        )
    assert norms == pytest.approx([0.5, math.sqrt(10)], rel=1e-4)


def test_the_run_holds_steps_losses_and_time():
    model, start = make_model(), time.perf_counter()
    run = fit(model, loss, batches, CONFIG)
    assert (run.step, len(run.losses), run.stopped) == (12, 12, "")
    assert 0 < run.seconds <= time.perf_counter() - start
    assert run.processor_seconds > 0
    assert run.is_main
    assert not model.training
    model, batch = make_model(), batches(0, np.random.default_rng([0, 0]))
    torch.manual_seed(0)  # of the first step's dropout
    assert run.losses[0] == loss(model, batch).item()


def test_callbacks_are_told_in_their_order():
    told = []

    class Teller(At):
        def on_start(self, run):
            told.append(("start", self.step, run.step))

        def on_step(self, run):
            told.append(("step", self.step, run.step))

        def on_end(self, run):
            told.append(("end", self.step, run.step))

    fit(make_model(), loss, batches, replace(CONFIG, num_steps=2), [Teller(1, 0), Teller(2, 0)])
    order = [("start", 0), ("step", 1), ("step", 2), ("end", 2)]
    assert told == [(what, number, step) for what, step in order for number in (1, 2)]


def test_the_same_seed_gives_the_same_model_to_the_last_bit():
    results = []
    for seed in (3, 3, 4):
        model = make_model()
        run = fit(model, loss, batches, replace(CONFIG, seed=seed), watchers())
        results.append((weights_of(model), run.losses, run.records))
    first, again, other = results
    assert same(first[0], again[0])
    assert first[1:] == again[1:]
    assert not same(first[0], other[0])
    assert first[1] != other[1]


def test_a_step_depends_on_nothing_that_came_before_in_the_process():
    models = make_model(), make_model()
    fit(models[0], loss, batches, CONFIG)
    torch.rand(100), np.random.default_rng(0).random(100)
    fit(models[1], loss, batches, CONFIG, [At(5, lambda _: torch.rand(13))])
    assert same(*map(weights_of, models))


@pytest.mark.parametrize("half", [1, 5, 11])
def test_a_resumed_run_is_the_uninterrupted_one_to_the_last_bit(tmp_path, half):
    whole = make_model()
    watching = watchers()
    expected = fit(whole, loss, batches, CONFIG, watching)

    file = tmp_path / "runs" / "run.safetensors"
    stopped = fit(make_model(), loss, batches, CONFIG, [*watchers(), At(half, stop)], file)
    assert (stopped.step, stopped.stopped) == (half, "stopped by the test")
    resumed, again = make_model(seed=9), watchers()  # other weights: the file's count
    run = fit(resumed, loss, batches, CONFIG, again, file)

    assert same(weights_of(resumed), weights_of(whole))
    assert run.losses == expected.losses
    assert run.records == expected.records
    assert run.stopped == ""
    assert run.seconds > stopped.seconds
    assert run.processor_seconds > stopped.processor_seconds
    assert again[1].best_value == watching[1].best_value
    assert same(again[1].best, watching[1].best)
    assert same(again[0].average, watching[0].average)


def test_a_finished_run_is_not_trained_again(tmp_path):
    first, second = make_model(), make_model(seed=9)
    expected = fit(first, loss, batches, CONFIG, watchers(), tmp_path / "run")
    run = fit(second, loss, lambda *_: 1 / 0, CONFIG, watchers(), tmp_path / "run")
    assert same(weights_of(first), weights_of(second))
    assert run.losses == expected.losses


def test_the_run_is_kept_every_so_many_steps(tmp_path):
    file, seen = tmp_path / "run", []

    def fail(_run):
        seen.append(file.exists())
        raise RuntimeError("the power went off")

    config = replace(CONFIG, save_every=4)
    with pytest.raises(RuntimeError, match="the power went off"):
        fit(make_model(), loss, batches, config, [At(7, fail)], file)
    assert seen == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    seen = fit(make_model(), loss, batches, config, [At(5, stop)], file)
    assert seen.step == 5  # went on from step 4


def test_a_loss_that_is_no_number_leaves_the_best_weights():
    model, kept = make_model(), []

    def spoiled(step, generator):
        x, y = batches(step, generator)
        return (x, y * float("nan")) if step == 7 else (x, y)

    evaluate = Evaluate("valid", measure, 2)
    keep = At(6, lambda run: kept.append(run))
    with pytest.raises(
        FloatingPointError, match=r"the loss is nan at step 7; lower the learning ra"
    ):
        fit(model, loss, spoiled, CONFIG, [evaluate, keep])
    assert len(kept[0].losses) == 7
    assert all(torch.isfinite(weight).all() for weight in model.state_dict().values())
    assert same(weights_of(model), evaluate.best)
    assert measure(model) == pytest.approx(min(v for _, v in kept[0].records["valid"]))
    assert not model.training


def test_without_callbacks_the_last_good_weights_stay():
    model = make_model()
    half = replace(CONFIG, learning_rate=0.05)
    kept = []

    def spoiled(step, generator):
        x, y = batches(step, generator)
        return x, y * (float("inf") if step == 3 else 1)

    with pytest.raises(FloatingPointError, match="the loss is inf at step 3"):
        fit(model, loss, spoiled, half, [At(3, lambda run: kept.append(weights_of(run.model)))])
    assert same(weights_of(model), kept[0])


def test_an_interrupt_ends_the_run_after_its_step(tmp_path):
    model, kept = make_model(), []
    watching = [At(5, interrupt), At(5, lambda run: kept.append(weights_of(run.model)))]
    before = signal.getsignal(signal.SIGINT)
    run = fit(model, loss, batches, CONFIG, watching, tmp_path / "run")
    assert run.stopped == "interrupted"
    assert (run.step, len(run.losses)) == (5, 5)
    assert same(weights_of(model), kept[0])
    assert signal.getsignal(signal.SIGINT) is before
    resumed, whole = make_model(), make_model()
    fit(resumed, loss, batches, CONFIG, (), tmp_path / "run")
    fit(whole, loss, batches, CONFIG)
    assert same(weights_of(resumed), weights_of(whole))


def test_an_interrupt_within_a_step_waits_for_its_end():
    def interrupted_loss(model, batch):
        if model.training and len(steps) == 4:
            interrupt()
        steps.append(1)
        return loss(model, batch)

    steps, model, expected = [], make_model(), make_model()
    run = fit(model, interrupted_loss, batches, CONFIG)
    assert (run.step, run.stopped) == (5, "interrupted")
    fit(expected, loss, batches, CONFIG, [At(5, stop)])
    assert same(weights_of(model), weights_of(expected))


def test_an_interrupted_run_ends_with_the_best_weights():
    model = make_model()
    evaluate = Evaluate("valid", measure, 1)
    run = fit(model, loss, batches, CONFIG, [evaluate, At(5, interrupt)])
    assert measure(model) == pytest.approx(min(v for _, v in run.records["valid"]))


def test_a_second_interrupt_is_heard_at_once():
    model, before = make_model(), signal.getsignal(signal.SIGINT)
    evaluate, after = Evaluate("valid", measure, 1), []
    twice = [evaluate, At(5, interrupt), At(5, interrupt), At(5, lambda _: after.append(1))]
    with pytest.raises(KeyboardInterrupt):
        fit(model, loss, batches, CONFIG, twice)
    assert after == []
    assert same(weights_of(model), evaluate.best)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_in_another_thread_leaves_signals_alone():
    runs = []
    thread = threading.Thread(target=lambda: runs.append(fit(make_model(), loss, batches, CONFIG)))
    thread.start()
    thread.join()
    assert runs[0].step == 12


def test_a_time_limit_is_recorded(tmp_path):
    config = replace(CONFIG, max_seconds=0.05)
    slow = At(3, lambda _: time.sleep(0.1))
    run = fit(make_model(), loss, batches, config, [slow], tmp_path / "run")
    assert 3 <= run.step <= 4
    assert run.stopped == "time limit of 0.05 seconds"
    assert fit(make_model(), loss, batches, CONFIG, (), tmp_path / "run").step == 12  # goes on


def test_bfloat16_learns_nearly_the_same():
    results = [
        fit(make_model(dropout=0.0), loss, batches, replace(CONFIG, precision=precision)).losses
        for precision in ("float32", "bfloat16")
    ]
    assert results[0] != results[1]
    np.testing.assert_allclose(*results, rtol=0.1)


def test_weights_that_two_layers_share_are_kept_too(tmp_path):
    def shared(seed):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 1))
        model[1].weight = model[0].weight
        return model

    whole, resumed = shared(0), shared(1)
    fit(whole, loss, batches, CONFIG)
    fit(shared(0), loss, batches, CONFIG, [At(5, stop)], tmp_path / "run")
    fit(resumed, loss, batches, CONFIG, (), tmp_path / "run")
    assert same(weights_of(whole), weights_of(resumed))
