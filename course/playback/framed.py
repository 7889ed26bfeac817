"""A page inside a notebook that works by itself: the form that the map and the mixer share.

A heading, a picture, and a frame whose script takes the picture's place. All that the script needs
is in the page, so that it asks no kernel and no network and stays in a saved notebook; where no
script may run, in a notebook that is not trusted, the picture is left.
"""

import base64
import html
import io
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from course.playback.html import script, style
from course.playback.modes import choose_mode

if TYPE_CHECKING:  # heavy
    from matplotlib.figure import Figure


def show_framed(text: str, page: Callable[[], str], mode: str) -> None:
    """Show a page, or one line where nothing is rendered.

    Args:
        text: what the page holds, in one line.
        page: makes the page; not called where it is not shown.
        mode: as for `show`; every mode but "none" gives the page, which needs no kernel.

    Raises:
        ValueError: if `mode` is none of the four.
    """
    if choose_mode(mode) == "none":
        print(text)
        return
    from IPython.display import publish_display_data  # heavy

    publish_display_data({"text/plain": text, "text/html": page()})


def framed_page(kind: str, title: str, text: str, data: Mapping[str, Any], figure: "Figure") -> str:
    """Give a page as a fragment of HTML.

    Args:
        kind: "map" or "mixer": the names of its script and its style; the script has a function
            `mountMap` or `mountMixer`.
        title: its heading.
        text: what it holds, in one line.
        data: what the script needs; plain numbers and texts.
        figure: what is left where no script may run; it is closed.

    Returns:
        The fragment.
    """
    line = html.escape(text, quote=True)
    literal = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{kind.capitalize()}</title>"
        f"<style>{style('theme.css', f'{kind}.css')}</style><body class=course-page>"
        f"<script type=module>{script('theme.js', 'elements.js', f'{kind}.js')} "
        f"mount{kind.capitalize()}({literal});</script>"
    )
    return (
        f'<div class="course-{kind}"><p><strong>{html.escape(title)}</strong></p>'
        f'<div><img width="740" alt="{line}" '
        f'src="data:image/png;base64,{_picture(figure)}"></div>'
        f'<iframe title="{line}" width="100%" height="0" style="border:0" '
        f'srcdoc="{html.escape(page, quote=True)}"></iframe></div>'
    )


def _picture(figure: "Figure") -> str:
    """Write a figure as PNG in base64, and close it."""
    import matplotlib.pyplot as plt  # heavy

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    plt.close(figure)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
