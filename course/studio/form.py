"""The form of a request, in ipywidgets: what is typed becomes a checked `Request`.

Numbers are typed freely, so that a tempo of 0 gets an answer instead of becoming another number
behind one's back. Fields that do not concern the chosen model or length are switched off.
"""

import html
import json
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from course.arranging.grooves import STYLES
from course.arranging.instruments import ENSEMBLES, PLAYERS
from course.data.tunes import TUNE_TYPES
from course.studio.request import (
    ENDINGS,
    FREE_KEY,
    PLAIN,
    Request,
    RequestError,
    about_model,
    model_choices,
)
from course.studio.request_files import request_of

TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
KEYS = (FREE_KEY, *(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in TONICS))
MOODS = {  # curves of (place, valence, arousal), as they are typed
    "even": "",
    "calm to excited": "0 0 -0.6; 1 0.2 0.7",
    "excited to calm": "0 0.2 0.7; 1 0 -0.6",
    "dark to bright": "0 -0.5 0; 1 0.5 0",
    "rise and fall": "0 0 -0.5; 0.6 0.3 0.7; 1 0 -0.5",
}
LENGTHS = ("bars", "seconds", "as the melody", "the melody in seconds")
LABELS = {"description_width": "88px"}


def read_mood(text: str) -> tuple[tuple[float, ...], ...]:
    """Read a mood curve.

    Args:
        text: points between semicolons, each "place valence arousal"; empty for none.

    Returns:
        The points, not yet checked.

    Raises:
        RequestError: if a point holds anything but numbers.
    """
    points = []
    for part in filter(str.strip, text.split(";")):
        try:
            points.append(tuple(float(number) for number in part.split()))
        except ValueError:
            raise RequestError(
                f"mood has the point {part.strip()!r}; write three numbers, place (0..1), valence "
                "and arousal (-1..1), such as '0 0.2 -0.5; 1 0.8 0.6'"
            ) from None
    return tuple(points)


def mood_text(points: Sequence[Sequence[float]]) -> str:
    """Write a mood curve as `read_mood` reads it.

    Args:
        points: of (place, valence, arousal).
    """
    return "; ".join(" ".join(f"{number:g}" for number in point) for point in points)


class RequestForm:
    """The fields; `box` is what is shown, and `note` says what the chosen model can do.

    Args:
        request: what stands in the form at the beginning.
    """

    def __init__(self, request: Request | None = None) -> None:
        self.fields: dict[str, Any] = {
            "model": _choice("Model", model_choices()),
            "tune": _choice("Kind of tune", TUNE_TYPES),
            "key": _choice("Key", KEYS),
            "style": _choice("Style", (PLAIN, *STYLES)),
            "mood": _choice("Mood", tuple(MOODS)),
            "curve": _text("Mood curve", "place valence arousal; …"),
            "tempo": _number("Tempo", "quarter notes a minute, 30 to 240"),
            "measure": _choice("Length", LENGTHS),
            "length": _number("How many", "bars, or seconds"),
            "melody": _text("Melody", "G4 A4 B4:2, for four voices"),
            "ensemble": widgets.Combobox(
                description="Ensemble",
                options=(*ENSEMBLES, *PLAYERS),
                continuous_update=False,
                style=LABELS,
            ),
            "ending": _choice("Ending", ENDINGS),
            "softer": widgets.IntText(description="Softer start", style=LABELS),
            "human": _number("Unevenness", "0 to 1"),
            "temperature": _number("Temperature", "0 to 2"),
            "seed": widgets.IntText(description="Seed", style=LABELS),
        }
        self.note = widgets.HTML()
        self.fields["mood"].observe(self._choose_mood, "value")
        for name in ("model", "measure"):
            self.fields[name].observe(lambda _change: self._switch(), "value")
        self.put(request or Request(bars=4))
        self.box = widgets.Box([*self.fields.values()])
        self.box.add_class("course-studio-form")

    def put(self, request: Request) -> None:
        """Fill the form.

        Args:
            request: what is to stand in it.
        """
        ensemble = request.ensemble
        curve = mood_text(request.mood)
        length = request.seconds if request.seconds is not None else request.num_bars
        values = {
            "model": request.model,
            "tune": request.tune or "jig",
            "key": request.key.replace("#", "♯").replace("b ", "♭ "),
            "style": request.style,
            "tempo": request.tempo,
            "measure": self._measure(request),
            "length": length,
            "melody": request.melody or "",
            "ensemble": ensemble if isinstance(ensemble, str) else ", ".join(ensemble),
            "ending": request.ending,
            "softer": request.softer,
            "human": request.human,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        if values["key"] not in KEYS:  # such as G♯ minor, which is offered as A♭ minor
            self.fields["key"].options = (*KEYS, values["key"])
        for name, value in values.items():
            self.fields[name].value = value
        named = {text: name for name, text in MOODS.items()}
        self.fields["mood"].value = named.get(curve, "even")
        self.fields["curve"].value = curve
        self._switch()

    def request(self) -> Request:
        """Give what the form asks for.

        Raises:
            RequestError: if it cannot be met.
        """
        values = {name: field.value for name, field in self.fields.items()}
        measure, length = values.pop("measure"), values.pop("length")
        del values["mood"]
        values["mood"] = read_mood(values.pop("curve"))
        if "melody" not in measure:
            del values["melody"]
        if not values["model"].startswith("tune_"):
            del values["tune"]
        if measure == "bars":
            whole = float(length).is_integer()
            values["bars"] = int(length) if whole else length
        elif "seconds" in measure:
            values["seconds"] = length
        return request_of(values)

    def put_melody(self, melody: str) -> None:
        """Fill in a melody, and let it give the length.

        Args:
            melody: as `read_soprano` takes it.
        """
        self.fields["melody"].value = melody
        self.fields["measure"].value = LENGTHS[2]

    def to_text(self) -> str:
        """Give the request as a JSON file holds it.

        Raises:
            RequestError: if it cannot be met.
        """
        return json.dumps(self.request().to_json(), ensure_ascii=False, indent=1)

    @staticmethod
    def _measure(request: Request) -> str:
        if request.melody is not None:
            return LENGTHS[2] if request.seconds is None else LENGTHS[3]
        return LENGTHS[0] if request.seconds is None else LENGTHS[1]

    def _choose_mood(self, change: dict) -> None:
        self.fields["curve"].value = MOODS[change["new"]]

    def _switch(self) -> None:
        """Switch off what does not concern the choices, and say what the model can do."""
        fields = self.fields
        self.note.value = html.escape(about_model(fields["model"].value))
        fields["tune"].disabled = not fields["model"].value.startswith("tune_")
        fields["melody"].disabled = "melody" not in fields["measure"].value
        fields["length"].disabled = fields["measure"].value == LENGTHS[2]


def _choice(label: str, options: Sequence[str]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options, style=LABELS)


def _number(label: str, tip: str) -> widgets.FloatText:
    return widgets.FloatText(description=label, tooltip=tip, style=LABELS)


def _text(label: str, hint: str) -> widgets.Text:
    return widgets.Text(description=label, placeholder=hint, style=LABELS)
