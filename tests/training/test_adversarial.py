import os
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from course.models.adversarial import (
    gradient_penalty,
    wasserstein_critic_loss,
    wasserstein_generator_loss,
)
from course.training.adversarial import AdversarialConfig, fit_players
from course.training.callbacks import AverageWeights, Callback
from course.training.loop import fit
from tests.training.small import CONFIG, At, loss, make_model, same, stop, weights_of

SETTINGS = AdversarialConfig(
    num_steps=10, learning_rate=0.02, warmup_steps=0, critic_steps=3, save_every=1000
)


def players(seed=0):
    """Make a generator of numbers from noise, with dropout, and a critic."""
    torch.manual_seed(seed)
    generator = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 1))
    return generator, nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))


def batches(number, generator):
    """Draw numbers around 3."""
    return torch.from_numpy(generator.normal(3.0, 0.5, size=(32, 1))).float()


def critic_loss(generator, critic, real):
    fake = generator(torch.randn(len(real), 2))
    return wasserstein_critic_loss(critic(real), critic(fake)) + 10 * gradient_penalty(
        critic, real, fake
    )


def generator_loss(generator, critic, real):
    return wasserstein_generator_loss(critic(generator(torch.randn(len(real), 2))))


LOSSES = critic_loss, generator_loss


def run_players(callbacks=(), save_to=None, made=None, losses=LOSSES, **changes):
    made = made or players()
    return fit_players(*made, losses, batches, replace(SETTINGS, **changes), callbacks, save_to)


@pytest.mark.slow
def test_the_generator_comes_to_the_data():
    generator, critic = players()
    noise = torch.randn(2000, 2)
    with torch.no_grad():
        assert generator(noise).mean().item() < 1
    changes = {"num_steps": 300, "learning_rate": 3e-3, "critic_rate": 3.0}
    run = run_players([AverageWeights(0.98)], made=(generator, critic), **changes)
    with torch.no_grad():
        assert generator(noise).mean().item() == pytest.approx(3, abs=1)
    assert not run.model.training
    assert not run.critic.training


def test_who_learns_when_and_from_what():
    """Three updates of the critic and one of the generator, each with a batch of its own."""
    told, drawn = [], []

    def teller(name):
        def tell(generator, critic, batch):
            moving = [any(p.requires_grad for p in m.parameters()) for m in (generator, critic)]
            told.append((name, moving, generator.training, critic.training, float(batch.sum())))
            return (critic if name == "critic" else generator)[0].weight.sum()

        return tell

    def numbered(number, generator):
        drawn.append((number, generator.random()))
        return torch.tensor([float(number)])

    generator, critic = players()
    losses = teller("critic"), teller("generator")
    run = fit_players(generator, critic, losses, numbered, replace(SETTINGS, num_steps=2))
    assert [who for who, *_ in told] == 2 * [*["critic"] * 3, "generator"]
    assert [number for *_, number in told] == list(range(8))
    assert all(moving == [who == "generator", who == "critic"] for who, moving, *_ in told)
    assert all(trains == [True, True] for _, _, *trains, _ in told)
    assert drawn == [(k, np.random.default_rng([0, k]).random()) for k in range(8)]
    assert len(run.losses) == len(run.generator_losses) == run.step == 2
    assert all(p.requires_grad for m in (generator, critic) for p in m.parameters())


def test_adams_first_step_by_hand():
    """Without memory Adam moves by the rate against the gradient, the critic by twice that."""
    one, other = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    nn.init.ones_(one.weight), nn.init.ones_(other.weight)
    losses = (lambda g, c, x: 7 * c.weight.sum()), (lambda g, c, x: -5 * g.weight.sum())
    config = AdversarialConfig(1, 0.1, warmup_steps=0, critic_steps=1, critic_rate=2.0)
    run = fit_players(one, other, losses, batches, config)
    assert one.weight.item() == pytest.approx(1.1)
    assert other.weight.item() == pytest.approx(0.8)
    assert run.losses == [7.0]
    assert run.generator_losses == [-5.0]


def test_the_same_seed_gives_the_same_players_to_the_last_bit():
    runs = [run_players(seed=seed) for seed in (1, 1, 2)]
    states = [(weights_of(run.model), weights_of(run.critic), run.losses) for run in runs]
    assert same(states[0][0], states[1][0])
    assert same(states[0][1], states[1][1])
    assert states[0][2] == states[1][2] != states[2][2]
    assert not same(states[0][0], states[2][0])


def test_a_resumed_run_is_the_same_to_the_last_bit(tmp_path):
    whole = run_players([AverageWeights(0.9)])
    file = tmp_path / "run.safetensors"
    run_players([AverageWeights(0.9), At(4, stop)], file)
    resumed = run_players([AverageWeights(0.9)], file, made=players(seed=9))
    assert resumed.step == 10
    assert same(weights_of(whole.model), weights_of(resumed.model))
    assert same(weights_of(whole.critic), weights_of(resumed.critic))
    assert whole.losses == resumed.losses


def test_the_average_is_the_generators():
    average = AverageWeights(0.9)
    run = run_players([average])
    assert same(weights_of(run.model), average.average)


def test_an_interrupt_ends_after_the_step_and_keeps_what_is_there():
    run = run_players([At(3, lambda _: os.kill(os.getpid(), signal.SIGINT))])
    assert (run.step, run.stopped) == (3, "interrupted")
    assert len(run.losses) == len(run.generator_losses) == 3


def test_callbacks_see_the_generator_as_the_model():
    seen = []

    class Look(Callback):
        def on_step(self, run):
            seen.append(run.model)

    generator, critic = players()
    run_players([Look()], made=(generator, critic), num_steps=1)
    assert seen == [generator]


def test_a_loss_that_is_no_number():
    broken = critic_loss, lambda g, c, x: generator_loss(g, c, x) * float("nan")
    made = players()
    with pytest.raises(FloatingPointError, match=r"the loss is nan at step 0; lower the learning"):
        run_players(losses=broken, made=made)
    assert all(p.requires_grad for m in made for p in m.parameters())


def test_a_file_of_another_kind(tmp_path):
    file = tmp_path / "run.safetensors"
    fit(make_model(), loss, lambda *_: (torch.ones(1, 3), torch.ones(1, 1)), CONFIG, (), file)
    with pytest.raises(ValueError, match=r"was written with .*critic_steps None \(now 3\)"):
        run_players(save_to=file)


@pytest.mark.parametrize("field", ["critic_steps", "critic_rate", "beta1", "beta2"])
def test_settings_out_of_range(field):
    with pytest.raises(ValueError, match=rf"{field}"):
        AdversarialConfig(num_steps=1, **{field: -1})
