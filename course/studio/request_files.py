"""Requests out of files and forms, and melodies out of MIDI files.

A request file is JSON with the fields of `Request`; what is left out has its default:

    {"model": "chorale_lstm", "style": "ballad", "key": "G major", "seconds": 15,
     "mood": [[0, 0.2, -0.3], [1, 0.8, 0.6]], "ensemble": "string quartet", "seed": 4}

A melody of one's own can be typed ("melody"), or taken from the top line of a MIDI file ("midi", a
path beside the request).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from course.models.voices import SILENCE
from course.note_sequence import NoteSequence
from course.recipes.harmonise import LONGEST, own_soprano
from course.representation.midi import MidiError, read_midi
from course.studio.request import Request, RequestError

SOPRANO = (60, 81)  # lowest and highest MIDI pitch of a melody taken from a file
MOST_NOTES = 200  # of a melody taken from a file


def request_of(values: Mapping[str, Any], folder: Path | None = None) -> Request:
    """Make a request of what a file or a form holds.

    Args:
        values: field -> value; "midi" in place of "melody": a path, or the bytes of a MIDI file.
        folder: where a relative path begins.

    Returns:
        The request.

    Raises:
        RequestError: if a field is unknown, or a value cannot be used.
    """
    known = [field.name for field in fields(Request)]
    values = dict(values)
    if unknown := [name for name in values if name not in (*known, "midi")]:
        raise RequestError(f"a request has no {unknown[0]!r}; its fields are {', '.join(known)}")
    if (source := values.pop("midi", None)) is not None:
        if values.get("melody") is not None:
            raise RequestError("the request has a melody and a MIDI file; give one of them")
        is_path = isinstance(source, str | Path) and folder is not None
        values["melody"] = melody_from_midi(folder / source if is_path else source)
    for name in ("ensemble", "mood"):
        if isinstance(values.get(name), list):
            rows = values[name]
            values[name] = tuple(tuple(row) if isinstance(row, list) else row for row in rows)
    return Request(**values)


def read_request(path: str | Path) -> Request:
    """Read a request from a JSON file.

    Args:
        path: of the file.

    Returns:
        The request.

    Raises:
        RequestError: if there is no such file, it holds no request, or a field cannot be used.
    """
    path = Path(path)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(
            f"{path} cannot be read: {error.strerror}; give the path of a file"
        ) from None
    except ValueError as error:
        raise RequestError(f"{path} is no JSON ({error}); compare with the guide") from None
    if not isinstance(values, dict):
        raise RequestError(f'{path} holds no request; write {{"model": …, "bars": 8, …}}')
    return request_of(values, path.parent)


def melody_from_midi(source: str | Path | bytes) -> str:
    """Take the top line of a MIDI file as a soprano.

    Args:
        source: path of the file, or its bytes.

    Returns:
        Text that `read_soprano` reads, in sixteenths, moved by octaves into a soprano's range; at
        most 200 notes and 64 bars of it.

    Raises:
        RequestError: if the file is no MIDI file, or has no line that can be sung.
    """
    try:
        return melody_of(read_midi(source))
    except MidiError as error:
        raise RequestError(str(error)) from None
    except OSError as error:
        raise RequestError(
            f"{source} cannot be read: {error.strerror}; choose another file"
        ) from None
    except ValueError as error:
        raise RequestError(f"no melody can be taken from this MIDI file: {error}") from None


def melody_of(piece: NoteSequence) -> str:
    """Take the top line of a piece as a soprano.

    Args:
        piece: any music.

    Returns:
        Text that `read_soprano` reads, in sixteenths, moved by octaves into a soprano's range; at
        most 200 notes and 64 bars of it.

    Raises:
        ValueError: if it has no line that can be sung; the text says what helps.
    """
    line = own_soprano(piece, *SOPRANO, most_notes=MOST_NOTES).tolist()
    # Its last note is given a quarter, and no request holds more than LONGEST.
    line = line[: min(math.ceil(piece.total_quarters * 4), LONGEST)]
    words, start = [], 0
    for step in range(1, len(line) + 1):
        if step == len(line) or line[step] != line[start]:
            name = "r" if line[start] == SILENCE else str(line[start])
            words.append(f"{name}:{(step - start) / 4:g}")
            start = step
    return " ".join(words)
