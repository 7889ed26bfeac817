"""The music21 corpus on the learner's own disk, and what its files say about their use.

music21 is asked only for the folder it is installed in. This module knows no notation.
"""

import importlib.metadata
import importlib.util
import re
import zipfile
from pathlib import Path

# A file that says one of these is never shipped; nor is one whose folder does.
RESTRICTION = re.compile(
    r"rights[^.]{0,60}reserved|non-?\s?commercial|licensing agreement"
    r"|not\s+be\s+(?:copied|used|sold)|permission\s+(?:is\s+)?required"
    r"|personal use only|do not (?:copy|distribute)",
    re.IGNORECASE,
)
# A statement of origin or ownership; it is quoted on the card.
STATEMENT = re.compile(
    r"copyright|©|\(c\)\s*\d{4}|licen[cs]|permission|commercial|reserved|personal use"
    r"|do not (?:copy|distribute)|not\s+be\s+(?:copied|used|sold)",
    re.IGNORECASE,
)
TEXT = re.compile(r">([^<>]+)<|<!--(.*?)-->", re.DOTALL)
NOTE = re.compile(r"<note\b.*?</note>", re.DOTALL)  # lyrics are no statement about the file


def corpus_folder() -> Path:
    """Give the folder of music21's corpus, without importing music21.

    Returns:
        The folder that holds `bach`, `haydn`, `oneills1850` ...

    Raises:
        FileNotFoundError: if music21 is not installed, or came without its corpus.
    """
    found = importlib.util.find_spec("music21")
    folder = Path(found.origin).parent / "corpus" if found and found.origin else None
    if folder is None or not (folder / "bach").is_dir():
        raise FileNotFoundError("music21's corpus is missing; install it with: pip install music21")
    return folder


def music21_version() -> str:
    """Give the installed version of music21, such as "10.5.1"."""
    return importlib.metadata.version("music21")


def read_source(path: Path) -> str:
    """Read the text of a corpus file, unpacking MusicXML archives.

    Args:
        path: an `.mxl`, `.xml`, `.krn` or `.abc` file.

    Returns:
        Its text; bytes that are no UTF-8 are read as Latin-1, every line break as one character.
    """
    if path.suffix != ".mxl":
        return _decode(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n.endswith((".xml", ".musicxml"))]
        scores = [name for name in names if not name.startswith("META-INF")]
        return "\n".join(_decode(archive.read(name)) for name in scores)


def _decode(data: bytes) -> str:
    """Turn bytes into text: UTF-16 if they are marked so, else UTF-8, else Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def stated_terms(text: str) -> list[str]:
    """Find what a file says about copyright, permission or licence.

    Args:
        text: the text of a MusicXML, Humdrum or ABC file.

    Returns:
        Its statements in alphabetical order, each one line; none in most files.
    """
    if "<score-partwise" in text or "<score-timewise" in text:
        lines = ["".join(match) for match in TEXT.findall(NOTE.sub("", text))]
    else:  # Humdrum and ABC say it in comments and header fields, one a line
        lines = [line for line in text.splitlines() if re.match(r"!!|%|[A-Za-z]:", line)]
    stated = (re.sub(r"\s+", " ", line).strip() for line in lines if STATEMENT.search(line))
    return sorted(set(stated))


def is_restricted(text: str) -> bool:
    """Tell whether a file states a restriction, so that it must not be shipped.

    Args:
        text: the text of a MusicXML, Humdrum or ABC file.

    Returns:
        True if one of its statements restricts copying or use.
    """
    return any(RESTRICTION.search(statement) for statement in stated_terms(text))
