import pytest
import torch
from torch import nn

from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.models.side_by_side import side_by_side
from course.models.transformer import RMSNorm

SIZES = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "head_size": 12, "lookup_size": 8}


class Net(nn.Module):
    """A linear layer with and one without a bias, an embedding, a norm with gains of its own."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.layers = nn.Sequential(
            nn.Linear(4, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 3, bias=False)
        )
        self.norm = RMSNorm(3)
        nn.init.normal_(self.norm.gain)

    def forward(self, numbers):
        return self.norm(self.layers(self.embed(numbers)))


def test_each_member_answers_for_its_own_rows():
    nets = [Net().eval() for _ in range(3)]
    together = side_by_side(nets, rows=2)
    numbers = torch.randint(5, (6, 7))
    alone = torch.cat([net(part) for net, part in zip(nets, numbers.chunk(3), strict=True)])
    torch.testing.assert_close(together(numbers), alone)
    assert not together.training
    assert not any(parameter.requires_grad for parameter in together.parameters())


def test_a_state_without_steps_is_taken_too():
    nets = [nn.Linear(4, 3) for _ in range(2)]
    net = side_by_side([nn.Sequential(each) for each in nets], rows=1)
    x = torch.randn(2, 4)
    torch.testing.assert_close(
        net(x), torch.stack([each(row) for each, row in zip(nets, x, strict=True)])
    )


def test_members_stay_as_they_are():
    net = Net()
    before = {name: numbers.clone() for name, numbers in net.state_dict().items()}
    together = side_by_side([net, Net()], rows=1)
    with torch.no_grad():
        for parameter in together.parameters():
            parameter.zero_()
    assert net.training
    assert all(torch.equal(before[name], numbers) for name, numbers in net.state_dict().items())


@pytest.mark.parametrize("positions", ["none", "sinusoidal", "learned", "relative", "rotary"])
def test_transformers_with_all_positions(positions):
    config = ChoraleTransformerConfig(**SIZES, positions=positions, reach=32)
    nets = [ChoraleTransformer(config).eval() for _ in range(2)]
    batch = [torch.cat([array] * 2) for array in nets[0].inputs([[60, 55, 52, 48]] * 8)]
    logits = side_by_side(nets, rows=1)(*batch)
    torch.testing.assert_close(logits, torch.cat([net(*(a[:1] for a in batch)) for net in nets]))


def test_without_members():
    with pytest.raises(ValueError, match="no networks to put side by side; give at least one"):
        side_by_side([], rows=1)


def test_a_layer_that_is_not_known():
    nets = [nn.Sequential(nn.Conv1d(1, 1, 3)) for _ in range(2)]
    with pytest.raises(ValueError, match="0 is a Conv1d; only Linear, Embedding"):
        side_by_side(nets, rows=1)
