"""Words in a submission's code that honest answers seldom need: a person should read it."""

import re
from collections.abc import Sequence

from nbformat import NotebookNode

_WORDS = re.compile(
    r"\b(_getframe|_current_frames|currentframe|f_back|f_locals|settrace|setprofile|monitoring"
    r"|get_referrers|get_referents|get_objects|ctypes|ast_transformers|input_transformers\w*"
    r"|showtraceback|set_parent|__code__|__globals__|raw_cell)\b"
)


def remark(cells: Sequence[NotebookNode], own_texts: set[str]) -> str:
    """Name what should be read by a person; it costs no points.

    An answer can look into the frames of the check that called it, where the wanted result may
    stand, and no test sees that. Whoever hides the word gets through, too: this is a hint.

    Args:
        cells: of a submission.
        own_texts: the sources of the course's own cells, which are passed over.

    Returns:
        One line; empty where nothing is to be said.
    """
    code = (one.source for one in cells if one.cell_type == "code" and one.source not in own_texts)
    found = sorted({word for source in code for word in _WORDS.findall(source)})
    return f"read its code: it uses {', '.join(found)}" if found else ""
