import numpy as np
import pytest

from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.models.mixture import MixedVoices
from course.models.ngram import NGramConfig, fit_ngram
from course.models.voices import WRITING_ORDER
from tests.models.test_chorale_net import RANGE, random_piece

PIECE = random_piece(1)
PITCHES = {name: RANGE[name] for name in ("low", "high")}


@pytest.fixture(scope="module")
def pair():
    sizes = {"hidden_size": 8, "embedding_size": 4, "head_size": 6}
    net = ChoraleNet(ChoraleNetConfig(**sizes, **RANGE)).eval()
    return net, fit_ngram([random_piece(2), random_piece(3)], NGramConfig(**PITCHES))


def test_it_says_the_weighted_mean(pair):
    net, ngram = (np.exp(model.log_probabilities(PIECE)) for model in pair)
    found = np.exp(MixedVoices(pair, (0.9, 0.1)).log_probabilities(PIECE))
    np.testing.assert_allclose(found, 0.9 * net + 0.1 * ngram)
    assert np.abs(found - net).max() > 1e-3


def test_what_is_written_next_is_what_is_measured(pair):
    model = MixedVoices(pair, (0.5, 0.5))
    scores, pitches, read = model.log_probabilities(PIECE), model.config.pitches, model.reader()
    for step, frame in enumerate(PIECE):
        for voice, column in enumerate(WRITING_ORDER):
            p = read(PIECE[:step], frame[list(WRITING_ORDER[:voice])])
            assert p.sum() == pytest.approx(1)
            found = np.log(p[list(pitches).index(frame[column])])
            assert found == pytest.approx(scores[step, column], abs=1e-5)


def test_it_writes_and_harmonises(pair):
    given = np.full((6, 4), -2)
    given[:, 0] = PIECE[:6, 0]
    model = MixedVoices(pair, (0.5, 0.5))
    piece = model.generate(6, np.random.default_rng(0), given=given)
    np.testing.assert_array_equal(piece[:, 0], PIECE[:6, 0])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((1.0,), "2 models, 1 weights; give one for each"),
        ((0.5, 0.6), r"the weights sum to 1\.1; divide them by that"),
        ((1.0, 0.0), "weight is 0.0"),
    ],
)
def test_bad_weights(pair, weights, message):
    with pytest.raises(ValueError, match=message):
        MixedVoices(pair, weights)


def test_models_of_other_pitches(pair):
    other = fit_ngram([PIECE], NGramConfig(low=PITCHES["low"] - 1, high=PITCHES["high"]))
    with pytest.raises(ValueError, match="mix models of one range"):
        MixedVoices((pair[0], other), (0.5, 0.5))
    with pytest.raises(ValueError, match="0 models, 0 weights"):
        MixedVoices((), ())
