import numpy as np
import pytest
import torch

from course.models.checkpoints import load_file, save
from course.models.latent import kl_to_standard_normal
from course.models.vae import MelodyVAE, MelodyVAEConfig, anchor_of, number_pitches

SIZES = {
    "latent_size": 6,
    "hidden_size": 16,
    "beat_size": 8,
    "cell_size": 12,
    "embedding_size": 6,
    "num_cells": 8,
    "low": 60,
    "high": 66,
}
KINDS = (False, True)


def make_net(sees_last=False, **changes):
    torch.manual_seed(0)
    return MelodyVAE(MelodyVAEConfig(sees_last=sees_last, **{**SIZES, **changes})).eval()


def melodies(number=5, seed=0):
    generator = np.random.default_rng(seed)
    pitches = generator.integers(59, 67, (number, 8))
    pitches[:, 0] = 62
    pitches = np.where(pitches < 60, -1, pitches)
    struck = generator.random((number, 8)) < 0.5
    changed = np.concatenate([np.ones((number, 1), bool), pitches[:, 1:] != pitches[:, :-1]], 1)
    return pitches, (struck | changed) & (pitches >= 0)


def tensors(pitches, struck):
    return torch.from_numpy(pitches), torch.from_numpy(struck)


def test_anchors_by_hand():
    classes = torch.tensor([[0, 0, 5, 3], [4, 0, 0, 0], [0, 0, 0, 0]])
    assert anchor_of(classes).tolist() == [5, 4, 0]


def test_pitches_are_numbered():
    config = MelodyVAEConfig(**SIZES)
    assert number_pitches(np.array([[-1, 60, 66]]), config).tolist() == [[0, 1, 7]]
    with pytest.raises(ValueError, match=r"melody 0, cell 1: pitch 67 is outside 60..66"):
        number_pitches(np.array([[60, 67]]), config)
    with pytest.raises(TypeError, match="pitches hold float64"):
        number_pitches(np.array([[60.0]]), config)


@pytest.mark.parametrize("sees_last", KINDS)
def test_likelihood_of_a_decoder_without_opinions_by_hand(sees_last):
    """8 classes: ln 8 for the anchor and for each of 8 cells.

    Attacks are asked for where a pitch is held or struck again: cells 1, 2, 5; ln 2 each. Not at
    cells 0 and 4, where it changes, nor in the silence of 6 and 7.
    """
    net = make_net(sees_last)
    with torch.no_grad():
        for part in (net.decoder.anchor_logits, net.decoder.struck):
            part.weight.zero_(), part.bias.zero_()
        for part in (net.decoder.pitch.where, net.decoder.pitch.how_far):
            part.weight.zero_(), part.bias.zero_()
    pitches = torch.tensor([[60, 60, 60, 62, 63, 63, -1, -1]])
    struck = torch.tensor([[1, 0, 1, 1, 1, 0, 0, 0]]).bool()
    log_likelihood, kl = net(pitches, struck)
    assert log_likelihood.item() == pytest.approx(-9 * np.log(8) - 3 * np.log(2), rel=1e-5)
    assert kl.shape == (1, 6)
    assert (kl >= 0).all()


def test_the_divergence_is_that_of_what_the_encoder_says():
    net, (pitches, struck) = make_net(), melodies()
    expected = kl_to_standard_normal(*map(torch.from_numpy, net.encode(pitches, struck)))
    assert torch.allclose(net(*tensors(pitches, struck))[1], expected, atol=1e-5)


@pytest.mark.slow
def test_a_network_learns_a_few_melodies_by_heart():
    net, (pitches, struck) = make_net().train(), melodies(6)
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(250):
        loss = -net(*tensors(pitches, struck))[0].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found, attacks = net.eval().decode(net.encode(pitches, struck)[0])
    assert (found == pitches).mean() > 0.95
    assert (attacks == struck).mean() > 0.95


@pytest.mark.parametrize("sees_last", KINDS)
def test_what_is_decoded_is_a_melody(sees_last):
    z = 3 * np.random.default_rng(0).standard_normal((20, 6))
    pitches, struck = make_net(sees_last).decode(z)
    assert pitches.shape == struck.shape == (20, 8)
    assert set(np.unique(pitches)) <= {-1, *range(60, 67)}
    changed = (pitches[:, 1:] != pitches[:, :-1]) & (pitches[:, 1:] >= 0)
    assert struck[:, 1:][changed].all()
    assert not struck[pitches < 0].any()
    assert (struck[:, 0] == (pitches[:, 0] >= 0)).all()


@pytest.mark.parametrize("sees_last", KINDS)
def test_decoding_takes_the_likeliest_cell_each_time(sees_last):
    net = make_net(sees_last)
    z = torch.randn(4, 6)
    pitches, _ = net.decode(z.numpy())
    classes = torch.from_numpy(number_pitches(pitches, net.config))
    anchor = net.decoder.anchor_logits(z)[:, 1:].argmax(1) + 1
    before = torch.cat([torch.zeros(4, 1, dtype=int), classes[:, :-1]], dim=1)
    logits = net.decoder.pitch_logits(net.decoder.states(z, anchor), anchor, before)
    assert torch.equal(logits.argmax(-1), classes)


def test_no_melody_is_begun_by_silence_however_likely_it_is():
    net = make_net()
    with torch.no_grad():
        net.decoder.anchor_logits.weight.zero_()
        net.decoder.anchor_logits.bias.copy_(torch.arange(8.0).flip(0))
        given = net.decoder.states(torch.zeros(1, 6), torch.tensor([1]))
        expected = net.decoder.pitch_logits(given, torch.tensor([1]), None).argmax(-1)
    found = number_pitches(net.decode(np.zeros((1, 6)))[0], net.config)
    assert found.tolist() == expected.tolist()


def test_the_encoder_thinks_in_intervals_from_the_anchor():
    net = make_net()
    pitches, struck = np.array([[60, 62, -1, 60, 61, 61, 62, 60]]), np.ones((1, 8), dtype=bool)
    struck[pitches < 0] = False
    higher = np.where(pitches < 0, -1, pitches + 3)

    def moved():
        return np.abs(net.encode(higher, struck)[0] - net.encode(pitches, struck)[0]).max()

    assert moved() > 1e-4
    with torch.no_grad():
        net.encoder.anchor.weight.zero_()
    assert moved() == 0


def test_the_decoder_knows_the_anchor_in_its_states_and_in_its_pitches():
    decoder, z = make_net().decoder, torch.randn(1, 6)
    low, high = torch.tensor([2]), torch.tensor([6])
    states = decoder.states(z, low)
    assert not torch.allclose(states, decoder.states(z, high), atol=1e-4)
    logits = [decoder.pitch_logits(states, anchor, None) for anchor in (low, high)]
    assert not torch.allclose(*logits, atol=1e-4)


def test_only_a_decoder_that_sees_the_last_pitch_is_moved_by_it():
    for sees_last in KINDS:
        net = make_net(sees_last)
        states, anchor = torch.randn(1, 2, 12), torch.tensor([3])
        one, other = (
            net.decoder.pitch_logits(states, anchor, torch.tensor([[2, last]])) for last in (2, 5)
        )
        assert torch.equal(one[:, 0], other[:, 0])
        assert torch.equal(one[:, 1], other[:, 1]) is not sees_last


def test_the_encoder_sees_every_cell_and_attack():
    net, (pitches, struck) = make_net(), melodies(1)
    mean, _ = net.encode(pitches, struck)
    for cell in range(8):
        changed, attack = pitches.copy(), struck.copy()
        changed[0, cell] = 60 + (pitches[0, cell] - 59) % 7
        attack[0, cell] = ~struck[0, cell]
        assert np.abs(net.encode(changed, struck)[0] - mean).max() > 1e-6
        assert np.abs(net.encode(pitches, attack)[0] - mean).max() > 1e-6


def test_noise_is_drawn_or_given():
    net, batch = make_net(), tensors(*melodies())
    given = [net(*batch, torch.zeros(5, 6))[0] for _ in range(2)]
    assert torch.equal(*given)
    assert not torch.equal(net(*batch)[0], net(*batch)[0])


def test_a_network_is_kept_in_a_file(tmp_path):
    net = make_net(sees_last=True)
    save(net, tmp_path / "x.safetensors", {"name": "x"})
    again = load_file(tmp_path / "x.safetensors")
    assert again.config == net.config
    z = np.random.default_rng(0).standard_normal((3, 6))
    assert np.array_equal(again.decode(z)[0], net.half().float().decode(z)[0])


def test_bad_input():
    net, (pitches, struck) = make_net(), melodies()
    with pytest.raises(ValueError, match=r"pitches has shape \(5, 7\)"):
        net.encode(pitches[:, :7], struck[:, :7])
    with pytest.raises(ValueError, match=r"struck has shape \(4, 8\)"):
        net.encode(pitches, struck[:4])
    with pytest.raises(ValueError, match=r"z has shape \(6,\)"):
        net.decode(np.zeros(6))
    for wrong in ({"latent_size": 0}, {"num_cells": 10}, {"high": 59}, {"dropout": 1.0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            MelodyVAEConfig(**{**SIZES, **wrong})
