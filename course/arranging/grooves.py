"""Patterns of accompaniment, bass and drums, by style and kind of metre.

A groove is a stretch of a bar that is repeated until the bar is full and cut where it ends: four
quarters in duple metres (a 2/4 bar takes the first half), a bar of three quarters in triple ones,
a dotted quarter in compound ones (6/8, 9/8, 12/8). The patterns are common property of their
styles, written down for this course.
"""

from dataclasses import dataclass
from typing import NamedTuple

from course.note_sequence import TimeSignature

KICK, SNARE, RIM, CLOSED_HAT, OPEN_HAT, RIDE, TAMBOURINE = 36, 38, 37, 42, 46, 51, 54
ALL = "all"  # every tone of the chord


class Hit(NamedTuple):
    """One stroke of a pattern."""

    start: float  # quarter notes from the beginning of the groove
    length: float  # quarter notes
    tone: int | str = ALL  # chord: 0 lowest, 1, 2 ..; bass: 0 root, 1 fifth; drums: drum number
    accent: int = 0  # added to the velocity


@dataclass(frozen=True)
class Groove:
    """What a style does in one kind of metre."""

    length: float  # quarter notes after which it is repeated
    chords: tuple[Hit, ...]
    bass: tuple[Hit, ...]
    drums: tuple[Hit, ...]


def _drums(length: float, **hits: str) -> tuple[Hit, ...]:
    """Read a drum pattern: one character a step, x struck, X accented."""
    numbers = {
        "kick": KICK, "snare": SNARE, "rim": RIM, "hat": CLOSED_HAT, "open": OPEN_HAT,
        "ride": RIDE, "tambourine": TAMBOURINE,
    }  # fmt: skip
    found = []
    for name, line in hits.items():
        step = length / len(line)
        for place, mark in enumerate(line):
            if mark in "xX":
                found.append(Hit(place * step, step, numbers[name], 12 if mark == "X" else 0))
    return tuple(sorted(found))


def _arpeggio(order: tuple[int, ...], step: float) -> tuple[Hit, ...]:
    return tuple(Hit(n * step, step, tone, 6 if n == 0 else 0) for n, tone in enumerate(order))


ROOT_FIFTH = (Hit(0, 1, 0, 6), Hit(2, 1, 1))
STYLES: dict[str, dict[str, Groove]] = {
    "ballad": {
        "duple": Groove(4.0, _arpeggio((0, 1, 2, 1, 0, 1, 2, 1), 0.5), (Hit(0, 4, 0),),
                        _drums(4.0, kick="x-------", rim="----x---", hat="x-x-x-x-")),
        "triple": Groove(3.0, _arpeggio((0, 1, 2, 1, 2, 1), 0.5), (Hit(0, 3, 0),),
                         _drums(3.0, kick="x-----", hat="--x-x-")),
        "compound": Groove(1.5, _arpeggio((0, 1, 2), 0.5), (Hit(0, 1.5, 0),),
                           _drums(1.5, kick="x--", hat="xxx")),
    },
    "folk": {
        "duple": Groove(4.0, (Hit(1, 0.5), Hit(3, 0.5)), ROOT_FIFTH,
                        _drums(4.0, kick="x---x---", tambourine="--X---X-")),
        "triple": Groove(3.0, (Hit(1, 0.5), Hit(2, 0.5)), (Hit(0, 1, 0, 6),),
                         _drums(3.0, kick="x--", tambourine="-xx")),
        "compound": Groove(1.5, (Hit(1, 0.5),), (Hit(0, 0.5, 0, 6),),
                           _drums(1.5, kick="x--", tambourine="x-X")),
    },
    "waltz": {
        "triple": Groove(3.0, (Hit(1, 0.75), Hit(2, 0.75)), (Hit(0, 1, 0, 10),),
                         _drums(3.0, kick="X--", rim="-xx")),
    },
    "march": {
        "duple": Groove(4.0, (Hit(1, 0.5), Hit(3, 0.5)),
                        (Hit(0, 0.5, 0, 6), Hit(1, 0.5, 0), Hit(2, 0.5, 1), Hit(3, 0.5, 1)),
                        _drums(4.0, kick="X-------x-------", snare="----X-xx----X-xx")),
    },
    "rock": {
        "duple": Groove(4.0, (Hit(0, 1.5, ALL, 8), Hit(1.5, 1.0), Hit(2.5, 1.5)),
                        tuple(Hit(n / 2, 0.5, 0, 6 if n in (0, 4) else 0) for n in range(8)),
                        _drums(4.0, kick="X---xx--", snare="--X---X-", hat="XxXxXxXx")),
    },
    "bossa": {
        "duple": Groove(4.0, (Hit(0, 0.5), Hit(1.5, 0.5), Hit(2.5, 0.5), Hit(3.5, 0.5)),
                        (Hit(0, 1.5, 0, 4), Hit(1.5, 0.5, 1), Hit(2, 1.5, 1), Hit(3.5, 0.5, 0)),
                        _drums(4.0, kick="x--xx--x", rim="x--x--x-", ride="xxxxxxxx")),
    },
}  # fmt: skip


def metre_kind(metre: TimeSignature) -> str:
    """Say which kind of groove a metre takes.

    Args:
        metre: the time signature.

    Returns:
        "compound" for eighths in threes (6/8, 9/8, 12/8), "triple" for three beats, else "duple".
    """
    if metre.denominator >= 8 and metre.numerator % 3 == 0 and metre.numerator > 3:
        return "compound"
    return "triple" if metre.numerator % 3 == 0 else "duple"


def groove_for(style: str, metre: TimeSignature) -> Groove:
    """Give the groove of a style in a metre.

    Args:
        style: one of `STYLES`.
        metre: the time signature.

    Returns:
        The groove.

    Raises:
        ValueError: if there is no such style, or it has no groove for the metre.
    """
    if style not in STYLES:
        raise ValueError(f"there is no style {style!r}; choose from {', '.join(STYLES)}")
    kind = metre_kind(metre)
    if kind not in STYLES[style]:
        fitting = ", ".join(name for name, grooves in STYLES.items() if kind in grooves)
        written = f"{metre.numerator}/{metre.denominator}"
        raise ValueError(f"{style!r} has no groove for {written} ({kind}); choose from {fitting}")
    return STYLES[style][kind]
