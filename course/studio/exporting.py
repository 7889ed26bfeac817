"""Files of a take: MIDI, WAV, MP3, MusicXML, the recipe, and all of them in one zip.

Everything is written into a folder of another name first, which gets its real name when all is
there: a full disk, a folder that may not be written to, or a crash leaves no half export behind,
and touches no earlier one. Nothing that exists is replaced; a second export gets a number.
"""

import errno
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from course.arranging.loops import render_exact, render_loop
from course.playback.synth import mixed, render
from course.representation.midi import midi_bytes
from course.studio.production import produce
from course.studio.recipe import Recipe, replay
from course.studio.takes import Take
from course.studio.watching import Watch
from course.workspace import own_folder

SAMPLE_RATE = 44_100
MOST_NUMBERS = 1000  # exports of the same name
UNSAFE = '<>:"/\\|?*'  # in file names, on one system or another
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # so that the same files give the same zip


class ExportError(OSError):
    """An export failed; nothing was changed, and the take is still there."""


def export(take: Take, folder: str | Path, name: str, watch: Watch | None = None) -> Path:
    """Write a take's files into a new folder.

    Args:
        take: what is written.
        folder: in which the new folder is made; it is made itself if it is missing.
        name: of the new folder and its files; signs that no file name can hold become "-".
        watch: is told how far it is, and may stop it.

    Returns:
        The new folder: `name`.mid, .wav, .mp3, .musicxml, .recipe.json, and a .zip of all five.

    Raises:
        ExportError: if something cannot be written; the message says what to do.
        RecipeError: if the recipe does not give this music, byte for byte.
        ValueError: if the name is empty.
        Cancelled: if the watch stops it.
    """
    watch, folder, name = watch or Watch(), Path(folder), _file_name(name)
    contents: dict[str, bytes] = {}
    makers = _makers(take)
    for number, (suffix, make) in enumerate(makers.items()):
        watch.reached(number / len(makers), f"making {suffix}")
        contents[name + suffix] = make()
    contents[f"{name}.zip"] = zip_bytes(contents)
    watch.reached(1.0, "writing files")
    return _write_all(contents, folder, name)


def own_exports() -> Path:
    """Give the folder `exports` of the learner's workspace.

    Raises:
        ExportError: if it is missing and cannot be made.
    """
    try:
        return own_folder("exports")
    except OSError as error:
        raise ExportError(_what_to_do(error, Path(error.filename or "exports"), 0)) from None


def _makers(take: Take) -> dict[str, Callable[[], bytes]]:
    """Give for each kind of file a function that makes its bytes."""
    sound: list[np.ndarray] = []

    def wav() -> bytes:
        sound.append(sound_of(take))
        return _sound_bytes(sound[0], "WAV", "PCM_16")

    return {
        ".mid": lambda: midi_bytes(replay(take.recipe)),
        ".wav": wav,
        ".mp3": lambda: _sound_bytes(sound[0], "MP3", "MPEG_LAYER_III"),
        ".musicxml": lambda: musicxml_bytes(take.recipe),
        ".recipe.json": lambda: take.recipe.to_text().encode("utf-8"),
    }


def sound_of(take: Take, sample_rate: int = SAMPLE_RATE) -> np.ndarray:
    """Give a take as samples.

    Args:
        take: the take.
        sample_rate: samples a second, 8000..48000.

    Returns:
        Float32 (num_samples, 2). Exactly as long as asked for, if seconds were asked for; a loop
        ends where it begins, its tail wrapped around; else the last notes die away.

    Raises:
        SoundBankError: if there is no sound bank.
    """
    request = take.request
    if request.ending == "loop":
        return render_loop(take.music, sample_rate, stereo=True).samples
    if request.seconds is not None:
        return mixed(render_exact(take.music, request.seconds, sample_rate, stereo=True))
    return render(take.music, sample_rate=sample_rate, stereo=True)


def musicxml_bytes(recipe: Recipe) -> bytes:
    """Give a piece as a MusicXML file: as it is written, before anybody plays it unevenly.

    Args:
        recipe: of the piece.

    Returns:
        The file's bytes.
    """
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    from course.representation.music21_io import to_music21

    written, _ = produce(replace(recipe.request, human=0.0), recipe.draws)
    return GeneralObjectExporter(to_music21(written)).parse()


def zip_bytes(contents: dict[str, bytes]) -> bytes:
    """Put files into one zip; the same files give the same bytes.

    Args:
        contents: name -> bytes.

    Returns:
        The zip's bytes.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _sound_bytes(audio: np.ndarray, container: str, codec: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, audio, SAMPLE_RATE, format=container, subtype=codec)
    return file.getvalue()


def _file_name(name: str) -> str:
    """Make a name that every system takes."""
    cleaned = "".join("-" if sign in UNSAFE or ord(sign) < 32 else sign for sign in name)
    cleaned = cleaned.strip(" .")
    if not cleaned:
        raise ValueError(f"the name is {name!r}; give one with a letter or a number in it")
    return cleaned[:80].rstrip(" .")


def _write_all(contents: dict[str, bytes], folder: Path, name: str) -> Path:
    """Write files into a new folder, all or none."""
    part = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        part.chmod(0o755)
        for file, data in contents.items():
            write_file(part / file, data)
        return _renamed(part, folder, name)
    except OSError as error:
        size = sum(map(len, contents.values()))
        raise ExportError(_what_to_do(error, folder, size)) from None
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it.

    Args:
        path: where to.
        data: what.

    Raises:
        OSError: if it cannot be written, for example because the disk is full.
    """
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _renamed(part: Path, folder: Path, name: str) -> Path:
    """Give the finished folder its name, or the next one that is free; of two, one gets it."""
    for number in range(1, MOST_NUMBERS + 1):
        target = folder / (name if number == 1 else f"{name}-{number}")
        if target.exists():
            continue
        try:
            return part.rename(target)
        except OSError as error:  # somebody else was faster
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
    raise FileExistsError(errno.EEXIST, f"{MOST_NUMBERS} exports are called {name}")


def _what_to_do(error: OSError, folder: Path, size: int) -> str:
    """Say in one sentence what went wrong and how to mend it."""
    safe = "nothing was changed, and the take is still here"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        needed, free = size / 1e6, _free(folder) / 1e6
        return (
            f"the disk is full: {folder} has {free:.1f} MB free, the files need {needed:.1f} MB; "
            f"make room or choose another folder ({safe})"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{folder} may not be written to; choose another folder ({safe})"
    reason = error.strerror or str(error)
    return f"{folder} cannot be used: {reason}; choose another folder ({safe})"


def _free(folder: Path) -> int:
    """Give the free bytes where a folder is, or would be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
