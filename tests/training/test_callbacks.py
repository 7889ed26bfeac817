import numpy as np
import pytest
import torch
from torch import nn

from course.training.callbacks import (
    AverageWeights,
    Callback,
    EarlyStopping,
    Evaluate,
    copy_weights,
)
from course.training.config import TrainingConfig
from course.training.loop import fit
from course.training.run import Run
from tests.training.small import CONFIG, At, batches, loss, make_model, measure, same, weights_of


def run_of(model, num_steps=10):
    return Run(model, torch.optim.SGD(model.parameters()), TrainingConfig(num_steps=num_steps))


def one_weight(value):
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(value)
    return model


def set_weight(model, value):
    with torch.no_grad():
        model.weight.fill_(value)


def test_averages_by_hand():
    """Shares that stay: 2/11, then 3/12, then the decay, 0.3, which is less than 4/13.

    From 1 the weight goes to 12, 20, 0: the average to 10, 17.5, 5.25.
    """
    model = one_weight(1.0)
    run, average = run_of(model), AverageWeights(0.3)
    average.on_start(run)
    expected = {12.0: 10.0, 20.0: 17.5, 0.0: 5.25}
    for weight, mean in expected.items():
        set_weight(model, weight)
        run.step += 1
        average.on_step(run)
        assert average.average["weight"].item() == pytest.approx(mean)
        assert model.weight.item() == weight  # training goes on with its own
    average.on_end(run)
    assert model.weight.item() == pytest.approx(5.25)


def test_whole_numbers_are_not_averaged():
    model = nn.BatchNorm1d(2)
    run, average = run_of(model), AverageWeights(0.5)
    average.on_start(run)
    model(torch.randn(5, 2))
    run.step = 1
    average.on_step(run)
    assert average.average["num_batches_tracked"].item() == 1


def test_the_best_weights_are_kept():
    """Measured at steps 2, 4 and at the last one, 5; the best is at 4, where the weight is 0.1."""
    model = one_weight(0.0)
    run, seen = run_of(model, 5), []

    def distance(measured):
        seen.append((measured.training, torch.is_grad_enabled()))
        return measured.weight.abs().item()

    evaluate = Evaluate("valid", distance, 2)
    for step, weight in enumerate([0.0, 0.5, 0.0, 0.1, 0.3], start=1):
        set_weight(model, weight)
        run.step = step
        evaluate.on_step(run)
        assert model.weight.item() == pytest.approx(weight)
    assert [step for step, _ in run.records["valid"]] == [2, 4, 5]
    assert [value for _, value in run.records["valid"]] == pytest.approx([0.5, 0.1, 0.3])
    assert seen == [(False, False)] * 3
    evaluate.on_end(run)
    assert model.weight.item() == pytest.approx(0.1)


def test_what_is_measured_and_kept_are_the_averages():
    model = one_weight(1.0)
    run, average = run_of(model), AverageWeights(0.99)
    evaluate = Evaluate("valid", lambda m: m.weight.item(), 1, average)
    average.on_start(run)
    set_weight(model, 12.0)
    run.step = 1
    for callback in (average, evaluate):
        callback.on_step(run)
    assert run.records["valid"] == [(1, pytest.approx(10.0))]
    assert model.weight.item() == 12.0
    for callback in (average, evaluate):
        callback.on_end(run)
    assert model.weight.item() == pytest.approx(10.0)


def test_without_a_finite_measurement_the_weights_stay():
    model = one_weight(3.0)
    run, evaluate = run_of(model), Evaluate("valid", lambda _: float("nan"), 1)
    evaluate.on_step(run)
    evaluate.on_end(run)
    assert model.weight.item() == 3.0


def test_measuring_does_not_change_what_is_learned():
    plain, measured = make_model(), make_model()
    fit(plain, loss, batches, CONFIG)
    losses = []

    def noisy(model):
        torch.rand(7)  # takes chance from the same generator as dropout
        return losses.append(1) or float("inf")  # never a best

    fit(measured, loss, batches, CONFIG, [Evaluate("valid", noisy, 3)])
    assert len(losses) == 4
    assert same(weights_of(plain), weights_of(measured))


def test_patience_by_hand():
    """The best is the second; two measurements later it is enough."""
    run, stopping = run_of(one_weight(0.0)), EarlyStopping("valid", 2)
    ends = []
    for value in (3.0, 1.0, 2.0, 1.0):
        run.record("valid", value)
        stopping.on_step(run)
        stopping.on_step(run)  # a step without a measurement
        ends.append(run.stopped)
    assert ends[:3] == ["", "", ""]
    assert ends[3] == "valid has not become better for 2 measurements"


def test_early_stopping_ends_a_run_with_the_best_weights():
    model, values = make_model(), iter([3.0, 1.0, 2.0, 2.0, 0.5, 0.5])
    kept = []
    watching = [
        Evaluate("valid", lambda _: next(values), 2),
        EarlyStopping("valid", 2),
        At(4, lambda run: kept.append(weights_of(run.model))),
    ]
    run = fit(model, loss, batches, CONFIG, watching)
    assert run.step == 8
    assert same(weights_of(model), kept[0])


def test_early_stopping_leaves_an_interrupt_its_name():
    run = run_of(one_weight(0.0))
    run.records["valid"], run.stopped = [(1, 1.0), (2, 2.0)], "interrupted"
    EarlyStopping("valid", 1).on_step(run)
    assert run.stopped == "interrupted"


def test_copied_weights_are_the_copy_s_own():
    model = one_weight(1.0)
    copied = copy_weights(model)
    set_weight(model, 2.0)
    assert copied["weight"].item() == 1.0
    assert not copied["weight"].requires_grad


def test_a_callback_does_nothing_by_itself():
    model, callback = make_model(), Callback()
    plain = make_model()
    assert fit(model, loss, batches, CONFIG, [callback]).records == {}
    fit(plain, loss, batches, CONFIG)
    assert same(weights_of(model), weights_of(plain))
    assert callback.tensors() == {}
    assert np.isfinite(measure(model))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AverageWeights(1.0), r"decay is 1\.0, outside 0\.0\.\.0\.99999"),
        (lambda: AverageWeights(-0.1), r"decay is -0\.1"),
        (lambda: Evaluate("valid", measure, 0), "every is 0, outside 1"),
        (lambda: EarlyStopping("valid", 0), "patience is 0, outside 1"),
    ],
)
def test_bad_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()
