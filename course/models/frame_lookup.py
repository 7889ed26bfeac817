"""A memory that is looked up: play again what was played when the past was like this.

About every eighth sixteenth of these chorales stands in a passage that is repeated note by note,
and a network that squeezes the past into some numbers does not find it again. So each step asks all
earlier ones, by attention over their states, how much they are like it. With a share g it writes
the frame that followed there, all four voices of it, and with the share 1 - g what the heads say:

    p(frame) = g sum_s a_s [frame_s = frame] + (1 - g) p_heads(frame),    sum_s a_s = 1, s earlier.

Cell by cell this is a mixture whose shares change with what is written: an earlier frame that
begins otherwise counts no more.

References:
    Merity, Xiong, Bradbury and Socher, "Pointer sentinel mixture models", ICLR 2017,
    arXiv:1609.07843; Grave, Joulin and Usunier, ICLR 2017, arXiv:1612.04426 (a neural cache).
    See, Liu and Manning, ACL 2017, arXiv:1704.04368 (the share g).
"""

import torch
from torch import nn

from course.models.attention import attend

SMALLEST = 1e-12  # a probability is at least so large before its logarithm is taken


class FrameLookup(nn.Module):
    """Mixes what heads say of a frame with the frames that stand behind similar pasts.

    Args:
        hidden_size: H, numbers in h_t.
        size: numbers that are compared.
    """

    def __init__(self, hidden_size: int, size: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden_size, size)
        self.key = nn.Linear(hidden_size, size)
        self.gate = nn.Linear(hidden_size, 1)
        nn.init.constant_(self.gate.bias, -2.0)  # at first it is seldom looked up

    def shares(self, h: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """Say what part of the next frame each earlier one writes.

        Args:
            h: (B, N, H) the last N of the steps.
            keys: (B, S, size) `key` of all steps, those in `h` at the end.

        Returns:
            (B, N, S), 0 for the step itself and later ones; each row sums to g, the first step's
            to 0.
        """
        N, S = h.shape[1], keys.shape[1]
        steps = torch.arange(S, device=h.device)
        allowed = steps < steps[S - N :, None]  # (N, S), earlier only
        some = allowed.any(dim=-1, keepdim=True)
        _, weights = attend(self.query(h), keys, keys, allowed | ~some)
        return weights * torch.sigmoid(self.gate(h)) * some

    def forward(self, logits: torch.Tensor, h: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
        """Mix, for whole pieces.

        Args:
            logits: (B, T, 4, V) what the heads say of each voice, given those before it.
            h: (B, T, H) the states.
            frames: (B, T, 4) classes, in writing order.

        Returns:
            (B, T, 4, V) logarithms of probabilities.
        """
        p, V = logits.softmax(dim=-1), logits.shape[-1]
        copied = self.shares(h, self.key(h))  # (B, T, S): written so far, by each earlier frame ...
        thought = 1 - copied.sum(dim=-1, keepdim=True)  # (B, T, 1): ... and by the heads
        mixed = []
        for voice in range(frames.shape[-1]):
            cells, own = frames[..., voice], p[:, :, voice]
            joint = copied @ nn.functional.one_hot(cells, V).to(p.dtype) + thought * own
            mixed.append(joint / joint.sum(dim=-1, keepdim=True).clamp(min=SMALLEST))
            copied = copied * (cells[:, None, :] == cells[:, :, None])
            thought = thought * own.gather(-1, cells[..., None])
        return torch.stack(mixed, dim=2).clamp(min=SMALLEST).log()
