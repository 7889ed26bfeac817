"""Where the General MIDI sound bank lies. Loads neither pretty_midi nor a synthesizer."""

import importlib.util
import os
from pathlib import Path

SOUND_BANK = "TimGM6mb.sf2"
SOUND_BANK_VARIABLE = "COURSE_SOUND_BANK"
SYSTEM_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/soundfonts")


class SoundBankError(FileNotFoundError):
    """No sound bank was found; the message names where it was looked for."""


def find_sound_bank() -> Path:
    """Find the sound bank, without importing pretty_midi.

    Returns:
        The file that the environment variable `COURSE_SOUND_BANK` names, else the bank in
        pretty_midi's folder, else the one of the operating system.

    Raises:
        SoundBankError: if there is none of them.
    """
    places = []
    if os.environ.get(SOUND_BANK_VARIABLE):
        places.append(Path(os.environ[SOUND_BANK_VARIABLE]))
    spec = importlib.util.find_spec("pretty_midi")
    if spec and spec.origin:
        places.append(Path(spec.origin).parent / SOUND_BANK)
    places.extend(Path(folder) / SOUND_BANK for folder in SYSTEM_FOLDERS)
    for place in places:
        if place.is_file():
            return place
    looked = ", then ".join(str(place) for place in places)
    raise SoundBankError(
        f"no sound bank found; looked for {looked}. Install pretty_midi again, or name an .sf2 "
        f"file in the environment variable {SOUND_BANK_VARIABLE}"
    )
