"""Training: one loop that knows no model, and what watches it.

`fit` in `course.training.loop`, settings in `.config`, callbacks in `.callbacks`, resuming in
`.state`, the choice of a precision in `.precision`.
"""
