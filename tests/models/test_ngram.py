from collections import Counter, defaultdict

import numpy as np
import pytest

from course.models.ngram import NGramConfig, fit_ngram
from course.models.ngram_contexts import NUM_LEVELS
from course.models.voices import WRITING_ORDER

CONFIG = NGramConfig(low=60, high=62, longest_run=3)  # V = 4: silence and three pitches
SMALL = {"config": CONFIG}


def random_piece(seed, num_steps=40, low=59, high=62):
    """Draw a piece whose pitches stay for a while; 59 becomes silence."""
    generator = np.random.default_rng(seed)
    piece = generator.integers(low, high + 1, size=(num_steps, 4))
    stays = generator.random((num_steps, 4)) < 0.6
    for step in range(1, num_steps):
        piece[step] = np.where(stays[step], piece[step - 1], piece[step])
    return np.where(piece < 60, -1, piece)


PIECES = [random_piece(seed) for seed in range(6)]
MODEL = fit_ngram(PIECES, CONFIG)


def contexts_in_words(piece, step, voice, config):
    """Give what each level knows of the past, as the module's table says it."""
    before = tuple(piece[step - 1]) if step else None
    own = before[WRITING_ORDER[voice]] if step else None
    run = 0
    while run < min(step, config.longest_run):
        if piece[step - 1 - run][WRITING_ORDER[voice]] != own:
            break
        run += 1
    written = tuple(piece[step][column] for column in WRITING_ORDER[:voice])
    moved = tuple(
        before is None or piece[step][column] != before[column] for column in WRITING_ORDER[:voice]
    )
    beat = step % config.steps_per_beat
    return [
        (voice,),
        (voice, beat, own),
        (voice, beat, own, run, moved),
        (voice, beat, own, run, moved, written),
        (voice, beat, before, written),
    ]


class SlowNGram:
    """The same model with dictionaries, one cell at a time."""

    def __init__(self, pieces, config):
        self.config = config
        self.counts = [defaultdict(Counter) for _ in range(NUM_LEVELS)]
        for piece in pieces:
            for step in range(len(piece)):
                for voice, column in enumerate(WRITING_ORDER):
                    contexts = contexts_in_words(piece, step, voice, config)
                    for table, context in zip(self.counts, contexts, strict=True):
                        table[context][piece[step][column]] += 1

    def probability(self, piece, step, voice):
        pitch = piece[step][WRITING_ORDER[voice]]
        p = 1 / self.config.num_classes
        contexts = contexts_in_words(piece, step, voice, self.config)
        for table, context in zip(self.counts, contexts, strict=True):
            if context in table:
                counter = table[context]
                p = (counter[pitch] + len(counter) * p) / (counter.total() + len(counter))
        return p


def test_one_frame_by_hand():
    """Every level has seen its context once, before one pitch: p = (c + p_below) / 2."""
    model = fit_ngram([[[62, 61, 61, 60]]], **SMALL)
    p = model.next_distribution(np.empty((0, 4)))
    by_hand = {62: (1 - 1 / 32) + 1 / 32 / 4, 61: 1 / 32 / 4, 60: 1 / 32 / 4, -1: 1 / 32 / 4}
    assert CONFIG.pitches.tolist() == [-1, 60, 61, 62]
    np.testing.assert_allclose(p, [by_hand[pitch] for pitch in CONFIG.pitches.tolist()])
    scores = model.log_probabilities([[62, 61, 61, 60]])
    np.testing.assert_allclose(np.exp(scores), np.full((1, 4), by_hand[62]))


def test_three_counts_by_hand():
    """The soprano of pieces of one frame: twice 60, once 61, of four classes.

    Level 0: c = 2, N = 3, K = 2: (2 + 2/4) / 5 = 1/2. Then (2 + 2 p) / 5 four times more.
    """
    model = fit_ngram([[[60] * 4], [[60] * 4], [[61] * 4]], **SMALL)
    p = 1 / 2
    for _ in range(4):
        p = (2 + 2 * p) / 5
    assert model.next_distribution(np.empty((0, 4)))[1] == pytest.approx(p)


def test_an_unseen_context_says_what_the_level_below_says():
    """After a soprano on 62, never seen before, only level 0 knows the soprano."""
    model = fit_ngram([[[60] * 4], [[60] * 4], [[61] * 4]], **SMALL)
    p = model.next_distribution([[62, 60, 60, 60]])
    np.testing.assert_allclose(p, [(0 + 2 / 4) / 5, (2 + 2 / 4) / 5, (1 + 2 / 4) / 5, 0.1])


def test_columns_are_soprano_alto_tenor_bass_and_the_bass_is_written_second():
    model = fit_ngram([[[62, 61, 60, -1]]], **SMALL)
    likely = [
        model.next_distribution(np.empty((0, 4)), written).argmax()
        for written in ([], [62], [62, -1], [62, -1, 61])
    ]
    assert CONFIG.pitches[likely].tolist() == [62, -1, 61, 60]


@pytest.mark.parametrize("other", [10, 11])
def test_agrees_with_dictionaries(other):
    slow, piece = SlowNGram(PIECES, CONFIG), random_piece(other)
    scores = MODEL.log_probabilities(piece)
    for step in range(len(piece)):
        for voice, column in enumerate(WRITING_ORDER):
            expected = slow.probability(piece.tolist(), step, voice)
            assert np.exp(scores[step, column]) == pytest.approx(expected)


def test_distributions_sum_to_one_and_agree_with_the_likelihood():
    piece = random_piece(20)
    scores = MODEL.log_probabilities(piece)
    generator = np.random.default_rng(0)
    for step, voice in zip(
        generator.integers(0, 40, 60), generator.integers(0, 4, 60), strict=True
    ):
        written = piece[step, WRITING_ORDER[:voice]]
        p = MODEL.next_distribution(piece[:step], written)
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        assert p.min() > 0
        column = WRITING_ORDER[voice]
        cell = CONFIG.pitches.tolist().index(piece[step, column])
        assert np.log(p[cell]) == pytest.approx(scores[step, column], abs=1e-12)


@pytest.mark.parametrize("voice", range(4))
def test_a_later_cell_changes_no_earlier_likelihood(voice):
    piece, step = random_piece(30), 17
    changed = piece.copy()
    changed[step, WRITING_ORDER[voice]] = 60 if piece[step, WRITING_ORDER[voice]] != 60 else 61
    before, after = MODEL.log_probabilities(piece), MODEL.log_probabilities(changed)
    in_order = np.s_[:, WRITING_ORDER]
    place = 4 * step + voice
    np.testing.assert_array_equal(before[in_order].ravel()[:place], after[in_order].ravel()[:place])
    assert before[in_order].ravel()[place] != after[in_order].ravel()[place]


def test_pieces_are_counted_apart():
    """The end of a piece says nothing about the beginning of the next."""
    one, other = fit_ngram(PIECES, CONFIG), fit_ngram(PIECES[::-1], CONFIG)
    np.testing.assert_array_equal(
        one.log_probabilities(PIECES[0]), other.log_probabilities(PIECES[0])
    )


def test_more_of_the_same_is_more_likely():
    generic = MODEL.log_probabilities(PIECES[0]).mean()
    assert fit_ngram([PIECES[0]], CONFIG).log_probabilities(PIECES[0]).mean() > generic


def test_generation_is_in_range_and_the_same_for_a_seed():
    first, again, other = (MODEL.generate(24, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.shape == (24, 4)
    assert first.dtype == np.int16
    assert np.isin(first, CONFIG.pitches).all()
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_generation_goes_on_from_a_seed():
    piece = MODEL.generate(8, np.random.default_rng(0), seed=PIECES[0][:12])
    np.testing.assert_array_equal(piece[:12], PIECES[0][:12])
    assert piece.shape == (20, 4)
    np.testing.assert_array_equal(
        MODEL.generate(0, np.random.default_rng(0), seed=PIECES[0]), PIECES[0]
    )


def test_generated_pitches_have_the_model_s_shares():
    model = fit_ngram([[[60] * 4]] * 3 + [[[62] * 4]], CONFIG)
    share = model.next_distribution(np.empty((0, 4)))[1]
    generator = np.random.default_rng(0)
    sopranos = [model.generate(1, generator)[0, 0] for _ in range(300)]
    assert np.mean(np.array(sopranos) == 60) == pytest.approx(share, abs=0.08)


def test_a_sampler_chooses():
    def likeliest(probabilities, generator):
        return probabilities.argmax()

    piece = MODEL.generate(10, np.random.default_rng(0), sampler=likeliest)
    for step in range(10):
        for voice, column in enumerate(WRITING_ORDER):
            p = MODEL.next_distribution(piece[:step], piece[step, WRITING_ORDER[:voice]])
            assert piece[step, column] == CONFIG.pitches[p.argmax()]


def test_a_piece_of_no_frames():
    assert MODEL.log_probabilities(np.empty((0, 4))).shape == (0, 4)


def test_the_widest_range_does_not_overflow():
    config = NGramConfig(low=0, high=127, steps_per_beat=16, longest_run=64)
    piece = random_piece(1, low=126, high=127)
    model = fit_ngram([piece], config)
    slow = SlowNGram([piece], config)
    assert all((level.pairs >= 0).all() for level in model.levels)
    expected = [[slow.probability(piece.tolist(), t, v) for v in range(4)] for t in range(40)]
    scores = model.log_probabilities(piece)[:, WRITING_ORDER]
    np.testing.assert_allclose(np.exp(scores), expected)


@pytest.mark.parametrize(
    ("pitches", "error", "message"),
    [
        ([60, 61, 62, 60], ValueError, r"pitches has shape \(4,\), expected \(T, 4\)"),
        ([[60, 61, 62]], ValueError, r"pitches has shape \(1, 3\), expected \(T, 4\)"),
        ([[60.0, 61.0, 62.0, 60.0]], TypeError, "pitches hold float64; give whole numbers"),
        (
            [[60] * 4, [60, 61, 63, 60]],
            ValueError,
            r"row 1, tenor: pitch 63 is outside 60\.\.62 and not -1 for silence; transpose",
        ),
        ([[60, 61, 62, -2]], ValueError, r"row 0, bass: pitch -2 is outside"),
    ],
)
def test_bad_pitches(pitches, error, message):
    for use in (
        MODEL.log_probabilities,
        MODEL.next_distribution,
        lambda piece: fit_ngram([piece], CONFIG),
        lambda piece: MODEL.generate(1, np.random.default_rng(0), seed=piece),
    ):
        with pytest.raises(error, match=message):
            use(pitches)


@pytest.mark.parametrize(
    ("written", "error", "message"),
    [
        ([60] * 4, ValueError, "pitches in written is 4, outside 0..3"),
        ([60.5], TypeError, "pitch in written is 60.5; expected a whole number"),
        ([63], ValueError, "pitch in written is 63, outside -1..62"),
        ([59], ValueError, "soprano: pitch 59 is outside 60..62"),
    ],
)
def test_bad_written_pitches(written, error, message):
    with pytest.raises(error, match=message):
        MODEL.next_distribution(PIECES[0], written)


def test_other_bad_arguments():
    with pytest.raises(ValueError, match="pieces hold no frame at all"):
        fit_ngram([np.empty((0, 4))], CONFIG)
    with pytest.raises(ValueError, match="num_steps is -1"):
        MODEL.generate(-1, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"choice of the sampler is 4, outside 0\.\.3"):
        MODEL.generate(1, np.random.default_rng(0), sampler=lambda p, g: 4)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"low": -1}, "low is -1"),
        ({"low": 61, "high": 60}, r"high is 60, outside 61\.\.127"),
        ({"steps_per_beat": 17}, "steps_per_beat is 17"),
        ({"longest_run": 0}, "longest_run is 0"),
    ],
)
def test_bad_sizes(sizes, message):
    with pytest.raises(ValueError, match=message):
        NGramConfig(**sizes)
