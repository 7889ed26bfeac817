import itertools

import numpy as np
import pytest
import torch
from torch import nn

from course.models.frame_lookup import FrameLookup


def make_lookup(gate=0.0, seed=0):
    torch.manual_seed(seed)
    lookup = FrameLookup(6, 4)
    nn.init.constant_(lookup.gate.bias, gate)
    nn.init.zeros_(lookup.gate.weight)
    return lookup


def random_case(num_steps=7, num_classes=3, voices=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, num_steps, voices, num_classes, generator=generator)
    h = torch.randn(2, num_steps, 6, generator=generator)
    frames = torch.randint(num_classes, (2, num_steps, voices), generator=generator)
    return logits, h, frames


def test_shares_are_of_earlier_steps_and_sum_to_the_gate():
    h = random_case()[1]
    lookup = make_lookup(gate=1.0)
    shares = lookup.shares(h, lookup.key(h))
    assert torch.equal(shares, shares.tril(-1))
    assert shares[:, 0].sum() == 0
    expected = torch.full((2, 6), torch.sigmoid(torch.tensor(1.0)))
    torch.testing.assert_close(shares[:, 1:].sum(-1), expected)


def test_the_last_steps_alone_get_the_same_shares():
    h, lookup = random_case()[1], make_lookup()
    torch.testing.assert_close(
        lookup.shares(h[:, -2:], lookup.key(h)), lookup.shares(h, lookup.key(h))[:, -2:]
    )


def test_the_mixture_is_one_of_whole_frames():
    """Cells multiply to g sum_s a_s [frame_s = frame] + (1 - g) p_heads(frame)."""
    (logits, h, frames), lookup = random_case(), make_lookup(gate=-0.5)
    shares = lookup.shares(h, lookup.key(h))
    p = logits.softmax(-1)
    found = lookup(logits, h, frames).gather(-1, frames[..., None])[..., 0].sum(-1).exp()
    for batch, step in itertools.product(range(2), range(7)):
        by_heads = p[batch, step].gather(-1, frames[batch, step, :, None]).prod()
        same = (frames[batch] == frames[batch, step]).all(-1)
        copied = (shares[batch, step] * same).sum()
        expected = copied + (1 - shares[batch, step].sum()) * by_heads
        assert found[batch, step].item() == pytest.approx(expected.item(), rel=1e-4)


def test_every_cell_has_a_distribution():
    (logits, h, frames), lookup = random_case(), make_lookup(gate=2.0)
    torch.testing.assert_close(lookup(logits, h, frames).exp().sum(-1), torch.ones(2, 7, 4))


def test_without_a_past_the_heads_decide():
    (logits, h, frames), lookup = random_case(), make_lookup(gate=5.0)
    found = lookup(logits, h, frames)[:, 0]
    torch.testing.assert_close(found, logits[:, 0].log_softmax(-1))


def test_a_frame_that_begins_otherwise_counts_no_more():
    """Two earlier frames; the soprano shows which of them is played again."""
    lookup = make_lookup(gate=30.0)  # only looked up
    nn.init.zeros_(lookup.query.weight), nn.init.zeros_(lookup.query.bias)  # both alike
    frames = torch.tensor([[[0, 1, 2, 0], [1, 2, 0, 1], [1, 2, 0, 1]]])
    found = lookup(torch.zeros(1, 3, 4, 3), torch.zeros(1, 3, 6), frames).exp()[0, 2]
    np.testing.assert_allclose(found[0].detach(), [0.5, 0.5, 0], atol=1e-6)
    np.testing.assert_allclose(found[1].detach(), [0, 0, 1], atol=1e-6)
    np.testing.assert_allclose(found[3].detach(), [0, 1, 0], atol=1e-6)


def test_a_repeated_passage_is_learned_at_once():
    """States tell the place in a passage of random frames that comes twice."""
    torch.manual_seed(0)
    frames = torch.randint(20, (1, 12, 4)).repeat(1, 2, 1)
    h = torch.eye(12).repeat(2, 1)[None]
    lookup = FrameLookup(12, 8)
    optimizer = torch.optim.Adam(lookup.parameters(), lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        logs = lookup(torch.zeros(1, 24, 4, 20), h, frames)
        loss = nn.functional.nll_loss(logs.flatten(0, 2), frames.flatten())
        loss.backward()
        optimizer.step()
    again = logs[:, 12:].gather(-1, frames[:, 12:, :, None]).mean()
    assert again > -0.3  # ln 20 = 3.0 without
