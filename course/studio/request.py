"""A request: what somebody wants to hear, checked before anything is computed.

A request is a small frozen dataclass. Every error names the value, what is allowed, and what to do.
`course.studio.request_files` reads requests from files and forms.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from course.arranging.emotion import TEMPO_OCTAVES, EmotionPoint
from course.arranging.grooves import STYLES, groove_for
from course.arranging.instruments import ENSEMBLES, player_named
from course.data.tunes import TUNE_TYPES
from course.errors import check_integer, check_range
from course.evaluation.models import voice_model_names
from course.models.shipped import shipped_names
from course.models.voices import SILENCE
from course.note_names import ACCIDENTALS, LETTERS
from course.note_sequence import TimeSignature
from course.recipes.harmonise import read_soprano

PLAIN = "as written"  # the style that adds nothing
FREE_KEY = "free"
SPACE = "melody_vae"  # the model of melodies that is told nothing, not even a kind of tune
LEFT_OUT = (
    "make single sounds, or two or four bars in one fixed key, and hear neither a melody nor bars "
    "that are kept"
)
ENDINGS = ("open", "hit", "loop")
TUNE_METRES = {
    "jig": (6, 8), "slide": (12, 8), "slip jig": (9, 8), "waltz": (3, 4), "air": (3, 4),
    "march": (4, 4), "strathspey": (4, 4), "fling": (4, 4),
}  # fmt: skip
SLOWEST, FASTEST = 30.0, 240.0  # quarter notes a minute
MOST_BARS, SHORTEST, LONGEST = 64, 4.0, 300.0  # bars; seconds
LEAST_STRETCH, MOST_STRETCH = 0.75, 1.33  # of the usual length, when seconds are asked for


class RequestError(ValueError):
    """A request that cannot be met: what is wrong, what is allowed, and the fix."""


@dataclass(frozen=True)
class Request:
    """What is wanted.

    Exactly one of `bars`, `seconds` and `melody` gives the length; `seconds` may stand beside a
    melody, which is then brought to that length by its tempo.

    Raises:
        RequestError: if a field is out of range or does not go with another.
    """

    model: str = "chorale_lstm"  # one of `model_choices()`
    tune: str = ""  # what a model of tunes is asked for, such as "jig"; empty for the others
    key: str = "C major"  # "F# minor", or "free" where the model may decide
    style: str = PLAIN  # "as written", or one of course.arranging.grooves.STYLES
    mood: tuple[tuple[float, float, float], ...] = ()  # (place 0..1, valence, arousal -1..1)
    tempo: float = 90.0  # quarter notes a minute, 30..240
    bars: int | None = None  # 1..64
    seconds: float | None = None  # 4..300, kept exactly
    melody: str | None = None  # a soprano to be harmonised, as `read_soprano` takes it
    ensemble: str | tuple[str, ...] = "choir"  # an ensemble, or players, the highest first
    ending: str = "open"  # "hit": everybody strikes a last chord; "loop": begins again
    softer: int = (
        0  # velocities by which a loop's first strokes are softer, so that no seam is heard
    )
    human: float = 0.5  # 0 plays like a machine, 1 unevenly
    temperature: float = 0.9  # 0..2, see course.sampling
    seed: int = 0  # 0..2**32 - 1

    def __post_init__(self) -> None:
        try:
            self._check()
        except (ValueError, TypeError) as error:
            raise RequestError(str(error)) from None

    def _check(self) -> None:
        choices = model_choices()
        if self.model in models_left_out():
            raise ValueError(
                f"model {self.model!r} is not on offer: such models {LEFT_OUT}; "
                f"choose from {', '.join(choices)}"
            )
        _one_of("model", self.model, choices)
        _one_of("style", self.style, (PLAIN, *STYLES))
        _one_of("ending", self.ending, ENDINGS)
        if not isinstance(self.mood, tuple):
            raise TypeError(f"mood is {self.mood!r}; give points (place, valence, arousal)")
        check_range("tempo", self.tempo, SLOWEST, FASTEST, "quarter notes a minute, 90 is calm")
        check_integer("softer", self.softer, 0, 60, "20 hides most seams")
        if self.softer and self.ending != "loop":
            raise ValueError(
                f"softer is {self.softer}, but the ending is {self.ending!r}; "
                "only a loop has a seam"
            )
        check_range("human", self.human, 0.0, 1.0, "0 plays like a machine")
        check_range("temperature", self.temperature, 0.0, 2.0, "0.9 is on the safe side")
        check_integer("seed", self.seed, 0, 2**32 - 1, "any whole number will do")
        self._check_kind()
        self._check_length()
        object.__setattr__(self, "mood", _checked_mood(self.mood))
        object.__setattr__(self, "ensemble", _checked_ensemble(self.ensemble))
        if self.style != PLAIN:
            groove_for(self.style, TimeSignature(0.0, *self.metre))

    def _check_kind(self) -> None:
        read_key(self.key)
        if self.is_tune:
            _one_of("tune", self.tune, TUNE_TYPES)
            if self.key == FREE_KEY:
                raise ValueError(
                    f"key is {self.key!r}, but {self.model} is asked for one; "
                    "choose such as 'D major'"
                )
        elif self.tune:
            writes = "melodies of no kind" if self.is_melody else "four voices"
            raise ValueError(
                f"tune is {self.tune!r}, but {self.model} writes {writes}; "
                "leave it empty, or choose a model of tunes"
            )
        if self.is_melody and self.melody is not None:
            raise ValueError(
                f"model {self.model!r} writes melodies of its own and cannot harmonise one; "
                "choose a model of four voices, or leave the melody out"
            )

    def _check_length(self) -> None:
        given = [name for name in ("bars", "seconds", "melody") if getattr(self, name) is not None]
        if given not in (["bars"], ["seconds"], ["melody"], ["seconds", "melody"]):
            told = " and ".join(given) or "nothing"
            raise ValueError(
                f"the length is given by {told}; give bars (1..{MOST_BARS}), or seconds "
                f"({SHORTEST:g}..{LONGEST:g}), or a melody"
            )
        if self.bars is not None:
            check_integer("bars", self.bars, 1, MOST_BARS, "8 is a phrase or two")
        if self.seconds is not None:
            check_range("seconds", self.seconds, SHORTEST, LONGEST, "15 is an advertisement")
        if self.melody is not None and not (read_soprano(self.melody) != SILENCE).any():
            raise ValueError(
                f"melody is {self.melody!r}, which holds rests only; type at least one note, "
                "such as 'G4 A4 B4:2'"
            )
        check_integer("bars of this length", self.num_bars, 1, MOST_BARS, "ask for less")
        self._check_stretch()

    def _check_stretch(self) -> None:
        """Refuse a length that would need quite another tempo."""
        if self.seconds is None:
            return
        bars = self.num_bars + (self.ending == "hit")
        usual = bars * self.quarters_per_bar * 60 / self._mean_tempo
        if not LEAST_STRETCH <= self.seconds / usual <= MOST_STRETCH:
            long = "1 bar lasts" if bars == 1 else f"{bars} bars last"
            raise ValueError(
                f"seconds is {self.seconds:g}, but {long} {usual:.1f} s at this tempo "
                f"and mood; give {LEAST_STRETCH * usual:.1f}..{MOST_STRETCH * usual:.1f} s, "
                "or another tempo"
            )

    @property
    def is_tune(self) -> bool:
        """Whether the model writes melodies of a kind that it is asked for."""
        return self.model.startswith("tune_")

    @property
    def is_melody(self) -> bool:
        """Whether the model writes melodies; else it writes four voices."""
        return writes_melodies(self.model)

    @property
    def metre(self) -> tuple[int, int]:
        """Numerator and denominator."""
        return TUNE_METRES.get(self.tune, (2, 2)) if self.is_tune else (4, 4)

    @property
    def quarters_per_bar(self) -> float:
        """Length of a bar in quarter notes."""
        return self.metre[0] * 4.0 / self.metre[1]

    @property
    def num_bars(self) -> int:
        """Bars that the model writes; a closing chord comes in a bar of its own."""
        if self.melody is not None:
            return math.ceil(len(read_soprano(self.melody)) / 16)
        if self.bars is not None:
            return self.bars
        bars = round(self.seconds * self._mean_tempo / 60 / self.quarters_per_bar)
        return max(1, bars - (self.ending == "hit"))

    @property
    def _mean_tempo(self) -> float:
        """The tempo, as the mood changes it on average, in quarter notes a minute."""
        if not self.mood:
            return self.tempo
        places, _, arousal = zip(*self.mood, strict=True)
        mean = np.interp(np.linspace(0.0, 1.0, 65), places, arousal)
        return self.tempo * float(np.mean(2 ** (TEMPO_OCTAVES * mean)))

    @property
    def emotion(self) -> tuple[EmotionPoint, ...]:
        """The mood curve over the quarter notes of the piece."""
        total = self.num_bars * self.quarters_per_bar
        return tuple(EmotionPoint(place * total, v, a) for place, v, a in self.mood)

    def to_json(self) -> dict[str, Any]:
        """Give all fields as plain values, so that a later default changes nothing."""
        return asdict(self)


def model_choices() -> tuple[str, ...]:
    """Give the names of the models that a request can name: of four voices, then of melodies."""
    tunes = (name for name in shipped_names() if name.startswith("tune_"))
    return (*voice_model_names(), *tunes, SPACE)


def models_left_out() -> tuple[str, ...]:
    """Give the names of the shipped models that no request can name; `LEFT_OUT` says why."""
    return tuple(name for name in shipped_names() if name not in model_choices())


def about_model(model: str) -> str:
    """Say in plain words what a model can be asked for, and why others are not on offer.

    Args:
        model: one of `model_choices()`.
    """
    melody = "one line of its own. It cannot harmonise a melody: a model of four voices can"
    writes = melody if writes_melodies(model) else "four voices, and harmonises a melody of yours"
    return (
        f"{model} writes {writes}. Not on offer: {', '.join(models_left_out())}. They {LEFT_OUT}."
    )


def writes_melodies(model: str) -> bool:
    """Tell whether a model writes melodies; else it writes four voices.

    Args:
        model: one of `model_choices()`.
    """
    return model.startswith("tune_") or model == SPACE


def read_key(text: str) -> tuple[int, str] | None:
    """Read a key.

    Args:
        text: such as "C major", "F# minor", "B♭ major", or "free".

    Returns:
        The tonic's pitch class and "major" or "minor"; None for "free".

    Raises:
        ValueError: if it is no key.
    """
    if text == FREE_KEY:
        return None
    tonic, _, mode = text.partition(" ") if isinstance(text, str) else ("", "", "")
    if tonic[:1] not in LETTERS or tonic[1:] not in ACCIDENTALS or mode not in ("major", "minor"):
        raise ValueError(f"key is {text!r}; write such as 'C major', 'F# minor', or 'free'")
    return (LETTERS[tonic[0]] + ACCIDENTALS[tonic[1:]]) % 12, mode


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"there is no {name} {value!r}; choose from {', '.join(allowed)}")


def _checked_mood(points: Any) -> tuple[tuple[float, float, float], ...]:
    """Refuse a curve that is none."""
    rows = []
    for point in points:
        if not isinstance(point, tuple) or len(point) != 3:
            raise ValueError(
                f"mood has the point {point!r}; give (place 0..1, valence -1..1, arousal -1..1)"
            )
        check_range("place in mood", point[0], 0.0, 1.0, "0 is the beginning, 1 the end")
        check_range("valence in mood", point[1], -1.0, 1.0, "0 changes nothing")
        check_range("arousal in mood", point[2], -1.0, 1.0, "0 changes nothing")
        rows.append(tuple(float(number) for number in point))
    places = [row[0] for row in rows]
    if places != sorted(set(places)):
        raise ValueError(f"mood has its places at {places}; put them in order, each once")
    return tuple(rows)


def _checked_ensemble(ensemble: Any) -> str | tuple[str, ...]:
    """Refuse an ensemble that nobody can play in."""
    if isinstance(ensemble, str):
        if ensemble in ENSEMBLES:
            return ensemble
        ensemble = tuple(part.strip() for part in ensemble.split(","))
    if not ensemble:
        raise ValueError("the ensemble has no players; name at least one, such as 'flute'")
    for name in ensemble:
        try:
            player_named(name)
        except ValueError as error:
            raise ValueError(f"{error}; or an ensemble: {', '.join(ENSEMBLES)}") from None
    return tuple(ensemble)
