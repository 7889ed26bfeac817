"""A mixer of noises: hold three of four choices, move the fourth, and hear what changes.

Every mixture that can be chosen is in the page, as numbers; the browser draws and plays them. So it
needs no kernel, no network, and stays in a saved notebook. Where no script may run, in a notebook
that is not trusted, a picture is left: the first mixture, and what each row changes in it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.errors import check_range
from course.playback.framed import framed_page, show_framed

if TYPE_CHECKING:  # heavy
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MOST_OPTIONS = 6


@dataclass(frozen=True, eq=False)
class Mixer:
    """All phrases that four choices can make.

    Raises:
        ValueError: if shapes do not fit, or there are fewer than two options or more than six.
    """

    phrases: np.ndarray  # (K, K, K, K, T, M) MIDI pitches, -1 for silence; an axis for each row
    rows: dict[str, str]  # the four rows: name -> what it is in a few words
    tracks: tuple[str, ...]  # names of the M tracks; four colours are there
    title: str
    quarters_per_minute: float = 80.0

    def __post_init__(self) -> None:
        shape = np.shape(self.phrases)
        if len(shape) != 6 or len(self.rows) != 4 or len(set(shape[:4])) != 1:
            raise ValueError(
                f"phrases have shape {shape} for {len(self.rows)} rows; give four rows and as many "
                "options in each: (K, K, K, K, T, M)"
            )
        if not 2 <= shape[0] <= MOST_OPTIONS:
            raise ValueError(f"{shape[0]} options a row; give 2 to {MOST_OPTIONS}")
        if not 1 <= shape[5] == len(self.tracks) <= len(COLOURS):
            raise ValueError(
                f"{shape[5]} tracks with {len(self.tracks)} names; give 1 to 4 of both"
            )
        check_range("quarters_per_minute", self.quarters_per_minute, 20, 400, "80 is usual")


def show_mixer(mixer: Mixer, *, mode: str = "auto") -> None:
    """Show a mixer.

    Args:
        mixer: what can be mixed.
        mode: as for `show`; every mode but "none" gives the page, which needs no kernel.

    Raises:
        ValueError: if `mode` is none of the four.
    """
    show_framed(describe_mixer(mixer), lambda: mixer_page(mixer), mode)


def describe_mixer(mixer: Mixer) -> str:
    """Say in one line what a mixer holds.

    Args:
        mixer: the mixer.
    """
    options = len(mixer.phrases)
    names = ", ".join(mixer.rows)
    return f"{mixer.title}: {options} choices each of {names}; {options**4} phrases"


def mixer_page(mixer: Mixer) -> str:
    """Give a mixer as a fragment of HTML that works by itself.

    Args:
        mixer: what can be mixed.

    Returns:
        A heading, a picture, and a frame whose script takes the picture's place.
    """
    text, data = describe_mixer(mixer), mixer_data(mixer)
    return framed_page("mixer", mixer.title, text, data, _picture(mixer))


def mixer_data(mixer: Mixer) -> dict:
    """Give what the script needs.

    Args:
        mixer: what can be mixed.

    Returns:
        Plain numbers and texts; the last row's option counts fastest in the list of phrases, and a
        phrase is track by track.
    """
    *_, steps, tracks = mixer.phrases.shape
    flat = np.swapaxes(mixer.phrases, -1, -2).reshape(-1, tracks * steps)
    sounding = flat[flat >= 0]
    return {
        "title": mixer.title,
        "rows": [{"name": name, "what": what} for name, what in mixer.rows.items()],
        "options": len(mixer.phrases),
        "tracks": list(mixer.tracks),
        "steps": steps,
        "seconds": 15.0 / mixer.quarters_per_minute,  # of a sixteenth
        "low": int(sounding.min()) if sounding.size else 60,
        "high": int(sounding.max()) if sounding.size else 72,
        "phrases": flat.tolist(),
    }


def _picture(mixer: Mixer) -> "Figure":
    """Draw the first mixture, and the one next to it along each row."""
    import matplotlib.pyplot as plt  # heavy

    figure, axes = plt.subplots(1, 5, figsize=(7.6, 2.6), layout="constrained", sharey=True)
    names = ["all A", *(f"{name} B" for name in mixer.rows)]
    for number, (panel, name) in enumerate(zip(axes, names, strict=True)):
        place = tuple(int(row == number - 1) for row in range(4))
        for track, line in enumerate(mixer.phrases[place].T):
            pitches = np.where(line < 0, np.nan, line)
            panel.step(np.arange(len(line)), pitches, where="post", color=COLOURS[track])
        panel.set_title(name, fontsize=9)
        panel.set_xticks([0, 16])
    axes[0].set(ylabel="MIDI pitch", xlabel="sixteenth")
    return figure
