"""The judge: what it hears, and what it is deaf to."""

import pytest
import torch

from course.models.judge import Judge, JudgeConfig


@pytest.fixture
def passages():
    return torch.randint(40, 80, (3, 32, 4), generator=torch.Generator().manual_seed(0))


def test_it_hears_intervals_and_not_keys(passages):
    judge = Judge().eval()
    assert judge(passages).shape == (3,)
    torch.testing.assert_close(judge(passages), judge(passages + 5))
    changed = passages.clone()
    changed[:, 16] += torch.tensor([3, 0, 0, 0])
    assert not torch.allclose(judge(passages), judge(changed))


def test_it_hears_a_step_of_all_voices_together(passages):
    judge = Judge().eval()
    moved = passages.clone()
    moved[:, 16:] += 3
    assert not torch.allclose(judge(passages), judge(moved))


def test_silence_is_no_pitch(passages):
    judge = Judge().eval()
    silent = passages.clone()
    silent[:, 8:, 3] = -1
    assert torch.isfinite(judge(silent)).all()
    moved = torch.where(silent == -1, -1, silent + 2)
    torch.testing.assert_close(judge(silent), judge(moved))


@pytest.mark.parametrize("sizes", [{"reach": 0}, {"channels": 0}, {"embedding_size": 999}])
def test_sizes_out_of_range(sizes):
    with pytest.raises(ValueError, match=next(iter(sizes))):
        JudgeConfig(**sizes)
