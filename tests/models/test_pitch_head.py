import numpy as np
import pytest
import torch

from course.models.pitch_head import PitchHead, by_interval


def make_head(num_classes=6, num_given=2):
    torch.manual_seed(0)
    return PitchHead(num_classes, state_size=5, head_size=4, num_given=num_given, dropout=0.0)


def slow_logits(head, h, last, given):
    """The same for one moment, a number at a time."""
    z = head.from_state.weight @ h + head.from_state.bias
    for embed, number in zip(head.from_given, given, strict=True):
        z = z + embed.weight[number]
    z = torch.clamp(z, min=0)
    where = head.where.weight @ z + head.where.bias
    how_far = head.how_far.weight @ z + head.how_far.bias
    V, logits = head.num_classes, []
    for pitch in range(V):
        logit = where[pitch]
        for block, start in enumerate((last, *given)):
            interval = pitch - start  # 1 - V .. V - 1, the first of them has place 0
            logit = logit + how_far[block * (2 * V - 1) + interval + V - 1]
        logits.append(logit)
    return torch.stack(logits)


def silence(head):
    """Let the head have no opinion at all."""
    with torch.no_grad():
        for part in (head.where, head.how_far):
            part.weight.zero_(), part.bias.zero_()


@pytest.mark.parametrize(("last", "place"), [(0, 5), (5, 0), (2, 3)])
def test_intervals_by_hand(last, place):
    """V = 6 has intervals -5..5 at places 0..10: pitch 0 lies `-last` away, place 5 - last."""
    head = make_head(num_given=0)
    silence(head)
    with torch.no_grad():
        head.how_far.bias.copy_(torch.arange(11.0))
    logits = head(torch.zeros(1, 5), torch.tensor([last]))[0]
    assert logits.tolist() == [place + step for step in range(6)]


def test_each_given_pitch_has_intervals_of_its_own():
    """One semitone above the second given pitch, which is 2, and nothing else is liked."""
    head = make_head()
    silence(head)
    with torch.no_grad():
        head.how_far.bias[2 * 11 + 5 + 1] = 7.0
    numbers = [torch.tensor([n]) for n in (0, 4, 2)]
    logits = head(torch.zeros(1, 5), numbers[0], numbers[1:])[0]
    assert logits.tolist() == [0, 0, 0, 7, 0, 0]


def test_logits_are_those_of_the_slow_formula():
    head, generator = make_head(), np.random.default_rng(0)
    h = torch.randn(3, 7, 5)
    last, *given = (torch.from_numpy(generator.integers(0, 6, (3, 7))) for _ in range(3))
    last[0, :2], given[0][0, :2] = torch.tensor([0, 5]), torch.tensor([5, 0])  # both ends
    logits = head(h, last, given)
    assert logits.shape == (3, 7, 6)
    for place in np.ndindex(3, 7):
        slow = slow_logits(head, h[place], last[place], [g[place] for g in given])
        torch.testing.assert_close(logits[place], slow, rtol=1e-5, atol=1e-6)


def test_one_given_pitch_too_few():
    with pytest.raises(ValueError, match="shorter"):
        make_head()(torch.zeros(1, 5), torch.tensor([0]), [torch.tensor([0])])


def test_opinions_on_intervals_become_opinions_on_pitches():
    """V = 3, intervals -2..2: from class 0 pitches lie 0..2 away, from class 2 they lie -2..0."""
    opinions = torch.tensor([10.0, 11, 12, 13, 14])
    found = by_interval(opinions.expand(3, 5), torch.tensor([0, 1, 2]))
    assert found.tolist() == [[12, 13, 14], [11, 12, 13], [10, 11, 12]]


def test_each_start_has_opinions_of_its_own():
    opinions = torch.arange(20.0).view(2, 2, 5)
    found = by_interval(opinions, torch.tensor([[0, 2], [2, 1]]))
    assert found.tolist() == [[[2, 3, 4], [5, 6, 7]], [[10, 11, 12], [16, 17, 18]]]
