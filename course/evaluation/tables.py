"""Tables of text, as plain lines and as HTML that can be read aloud."""

import html
from collections.abc import Sequence


def text_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Put a table into lines, its columns below one another.

    Args:
        rows: the heading first, all of one length.

    Returns:
        A line for each row.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def html_table(rows: Sequence[Sequence[str]], caption: str) -> str:
    """Put a table into HTML, the first row and the first column being headings.

    Args:
        rows: the heading first, all of one length.
        caption: what the numbers mean.

    Returns:
        A table with the caption below.
    """
    heading, *body = [[html.escape(text) for text in row] for row in rows]
    head = "".join(f'<th scope="col">{text}</th>' for text in heading)
    lines = "".join(
        f'<tr><th scope="row" style="text-align:left">{name}</th>'
        + "".join(f"<td>{text}</td>" for text in cells)
        + "</tr>"
        for name, *cells in body
    )
    below = f'<caption style="caption-side:bottom;text-align:left">{html.escape(caption)}</caption>'
    return f"<table>{below}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
