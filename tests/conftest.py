"""What all tests share: hypothesis draws the same examples in every run."""

from hypothesis import settings

settings.register_profile(
    "course",
    derandomize=True,  # the same examples in every run
    deadline=None,  # the machine may be busy
    database=None,
    max_examples=40,
)
settings.load_profile("course")
