import pytest

from course.training.config import TrainingConfig, learning_rate_at


def test_the_learning_rate_by_hand():
    """A rise in 4 steps, then from step 4 to step 8 half a cosine: 1, 0.854, 0.5, 0.146, 0."""
    config = TrainingConfig(num_steps=9, learning_rate=0.1, warmup_steps=4, final_share=0.2)
    rates = [learning_rate_at(step, config) for step in range(9)]
    cosine = [1, 0.8535534, 0.5, 0.1464466, 0]
    falling = [0.1 * (0.2 + 0.8 * share) for share in cosine]
    assert rates == pytest.approx([0.025, 0.05, 0.075, 0.1, *falling])


def test_the_learning_rate_without_a_rise_and_of_a_single_step():
    config = TrainingConfig(num_steps=2, learning_rate=0.1, warmup_steps=0, final_share=0.5)
    assert [learning_rate_at(step, config) for step in (0, 1)] == pytest.approx([0.1, 0.05])
    single = TrainingConfig(num_steps=1, learning_rate=0.1, warmup_steps=0)
    assert learning_rate_at(0, single) == pytest.approx(0.1)


def test_a_final_share_of_one_leaves_the_rate_as_it_is():
    config = TrainingConfig(num_steps=50, learning_rate=0.1, warmup_steps=0, final_share=1.0)
    assert {learning_rate_at(step, config) for step in range(50)} == {0.1}


def test_a_run_that_ends_within_its_rise():
    config = TrainingConfig(num_steps=3, learning_rate=0.1, warmup_steps=10)
    rates = [learning_rate_at(step, config) for step in range(3)]
    assert rates == pytest.approx([0.01, 0.02, 0.03])


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("num_steps", 0, ValueError, "num_steps is 0, outside 1"),
        ("num_steps", 1.5, TypeError, r"num_steps is 1\.5; expected a whole number"),
        ("learning_rate", 0, ValueError, "learning_rate is 0, outside"),
        ("learning_rate", float("nan"), ValueError, "learning_rate is nan"),
        ("warmup_steps", -1, ValueError, "warmup_steps is -1"),
        ("final_share", 1.1, ValueError, r"final_share is 1\.1, outside 0\.0\.\.1\.0"),
        ("weight_decay", -0.1, ValueError, r"weight_decay is -0\.1"),
        ("largest_gradient", 0, ValueError, "largest_gradient is 0"),
        ("seed", -1, ValueError, "seed is -1, outside 0"),
        ("max_seconds", -1, ValueError, "max_seconds is -1, outside"),
        ("save_every", 0, ValueError, "save_every is 0"),
        ("precision", "float16", ValueError, "'float16'; choose from float32, bfloat16"),
    ],
)
def test_bad_settings(field, value, error, message):
    with pytest.raises(error, match=message):
        TrainingConfig(**{"num_steps": 10, field: value})
