"""Markdown to HTML, formulas as MathML: they need neither a script nor a font from elsewhere."""

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin


def to_html(text: str) -> str:
    """Convert the Markdown of a cell.

    Args:
        text: CommonMark with tables, HTML, and formulas between dollars.

    Raises:
        latex2mathml.exceptions.DenominatorNotFoundError: and its like, if a formula is broken.
    """
    return _READER.render(text)


def _formula(content: str, options: dict) -> str:
    """Convert one formula; `display_mode` says whether it has lines of its own."""
    return convert(content.strip(), display="block" if options["display_mode"] else "inline")


_READER = MarkdownIt("commonmark", {"html": True}).enable("table")
_READER.use(dollarmath_plugin, renderer=_formula, double_inline=True)
