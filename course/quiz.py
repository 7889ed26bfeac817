"""Recall questions that answer at once, wherever the notebook is read.

A question is plain HTML: every option opens on a click or a key press and says why it is right or
wrong. No script and no kernel is needed, so it works in a reopened, untrusted or printed notebook
too. Nothing is graded and nothing is stored.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question with its options; the last line of a cell shows it.

    Raises:
        ValueError: if there are fewer than two options, one has no explanation, or `right` names
            none of them.
    """

    text: str  # the question, one or two sentences
    options: Mapping[str, str]  # option -> why it is right or wrong
    right: str  # the right option

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ValueError(f"{self.text!r} has {len(self.options)} options; give at least two")
        for option, explanation in self.options.items():
            if not explanation.strip():
                raise ValueError(f"option {option!r} has no explanation; say why it is wrong")
        if self.right not in self.options:
            raise ValueError(f"right={self.right!r} is none of {list(self.options)}")

    def _repr_html_(self) -> str:
        rows = "".join(self._option(option, why) for option, why in self.options.items())
        return f"<p><b>{html.escape(self.text)}</b></p>{rows}"

    def _option(self, option: str, why: str) -> str:
        verdict = "✓ Yes." if option == self.right else "✗ No."
        return (
            f"<details><summary>{html.escape(option)}</summary>"
            f"<blockquote>{verdict} {html.escape(why)}</blockquote></details>"
        )

    def __repr__(self) -> str:
        return f"{self.text} Options: {' | '.join(self.options)}"


def ask(text: str, options: Mapping[str, str], right: str) -> Question:
    """Make a question that the notebook shows.

    Args:
        text: the question.
        options: option -> explanation, in the order they are shown.
        right: the right option.

    Returns:
        The question; make it the last line of its cell.
    """
    return Question(text, options, right)
