"""Read tunes in ABC notation: one melody each, with its header.

Own code, because music21 10.5.1 reads nearly one in four of these tunes with other notes or lengths
than they have: it drops a broken rhythm (`A>.B`) when an ornament or slur stands between the two
notes, drops notes after a text mark such as `">"`, takes a note before a repeat sign (`D:|`) for a
header field, counts grace notes as members of a tuplet, does not carry accidentals through the bar,
and hands the note length of one tune of a book to the next.

Each part is read once: of a first and a second ending the second is kept. Grace notes, chord
symbols and ornaments are left out; of a chord the highest note is the melody. Times are exact
fractions of a quarter note.

References:
    The ABC music standard 2.1, abcnotation.com (lengths 4.3-4.4, accidentals 4.2 and 11.3
    `propagate-accidentals`, repeats 4.8-4.9, tuplets 4.13).
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from course.data.abc_fields import alteration, multiple_of_unit, parse_key, parse_metre
from course.data.tunes import MINOR_MODES

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # p notes in the time of q; 5, 7 and 9 follow the metre

FIELD = re.compile(r"([A-Za-z]):(?![|:])\s*(.*)")
QUOTED_PRINTABLE = re.compile(r"=(?:20|0D|09)?\s*$")  # left at line ends by an old mail program
TOKEN = re.compile(
    r"""(?P<skip>"[^"]*"|![^!\n]*!|\+[^+\n]*\+|[\s\\`*~.)!uvhkxyiHIJKLMOPQRSTUV])
    |(?P<grace>\{[^}]*\})
    |\[(?P<inline>[A-Za-z]):(?P<value>[^\]]*)\]
    |(?P<bar>(?:\[\||[:|])(?:[|:\]]|\[\|)*)(?:\s*\[?\s*(?P<ending>[1-9]))?
    |\[\s*(?P<bracket>[1-9])
    |(?P<bare>[12])(?=\W)
    |\((?P<tuplet>[2-9])(?::(?P<q>\d?))?(?::(?P<r>\d?))?
    |\[(?P<chord>[^\]\n|]*)\](?P<chord_length>\d*/*\d*)
    |(?P<accidental>[_^=]*)(?P<letter>[A-Ga-gzZ])(?P<octave>[,']*)(?P<length>\d*/*\d*)
    |(?P<broken><+|>+)
    |(?P<tie>-)
    |(?P<slur>\()
    |(?P<unknown>.)""",
    re.VERBOSE,
)


@dataclass
class AbcBar:
    """What stands between two bar lines."""

    # (length in quarters, pitch or None for a rest, tied to the next note)
    notes: list[tuple[Fraction, int | None, bool]] = field(default_factory=list)
    full: Fraction = Fraction(4)  # length by the metre, quarter notes
    ending: int = 0  # 1 and 2 for the bars of a first and second ending

    @property
    def length(self) -> Fraction:
        """Sum of its notes and rests, in quarter notes."""
        return sum((length for length, *_ in self.notes), Fraction(0))


@dataclass
class AbcTune:
    """One tune: its header fields, and its bars."""

    number: int
    title: str = ""
    rhythm: str = ""  # the R: field as it stands
    tonic: str = "C"
    mode: str = "major"
    fifths: int = 0
    metres: list[tuple[int, int, int]] = field(
        default_factory=list
    )  # (bar, numerator, denominator)
    bars: list[AbcBar] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def minor(self) -> bool:
        """Whether the third above the tonic is minor."""
        return self.mode in MINOR_MODES


def split_tunes(text: str) -> list[str]:
    """Cut a tune book into its tunes, each beginning with its `X:` line.

    Args:
        text: the whole file.

    Returns:
        The text of each tune; what stands before the first `X:` is left out.
    """
    return re.split(r"(?m)^(?=X:)", text)[1:]


def read_tune(text: str) -> AbcTune:
    """Read one tune.

    Args:
        text: its lines, from `X:` on.

    Returns:
        The tune; what could not be understood is named in its `faults`.

    Raises:
        ValueError: if the tune has no usable number, key, metre or note length, or no notes.
    """
    return _Reader().read(text)


class _Reader:
    """The state while one tune is read."""

    def __init__(self) -> None:
        self.tune = AbcTune(0)
        self.unit: Fraction | None = None  # L: field, in quarter notes
        self.metre: tuple[int, int] | None = None
        self.altered: dict[str, int] | None = None  # by the key signature
        self.in_bar: dict[str, int] = {}  # accidentals since the last bar line
        self.bar = AbcBar()
        self.stretch = Fraction(1)  # broken rhythm waiting for the next note
        self.tuplet = (Fraction(1), 0)  # (factor, notes left)
        self.tied: dict[str, int] = {}  # sign -> pitch of a note whose tie is open

    def read(self, text: str) -> AbcTune:
        in_header = True
        for line in text.splitlines():
            line = QUOTED_PRINTABLE.sub("", line)
            found = FIELD.match(line)
            if found:
                in_header = self._field(*found.groups(), in_header)
            elif not in_header and line.strip() and not line.startswith("%"):
                self._music(line.split("%")[0])
        self._close_bar(":|")
        self.tune.bars = _last_endings(self.tune.bars)
        if not any(pitch is not None for bar in self.tune.bars for _, pitch, _ in bar.notes):
            raise ValueError("no notes")
        return self.tune

    def _field(self, name: str, value: str, in_header: bool) -> bool:
        """Take in a header field; tell whether the header goes on."""
        value = value.split("%")[0].strip()
        if name == "X":
            self.tune.number = int(value)
        elif name == "T" and not self.tune.title:
            self.tune.title = value
        elif name == "R" and not self.tune.rhythm:
            self.tune.rhythm = value
        elif name == "L":
            self.unit = 4 * Fraction(value)
        elif name == "M":
            self.metre = parse_metre(value)
            self.bar.full = Fraction(4 * self.metre[0], self.metre[1])
            self.tune.metres.append((len(self.tune.bars), *self.metre))
        elif name == "K":
            self._key(value, in_header)
            return False
        return in_header

    def _key(self, value: str, in_header: bool) -> None:
        tonic, mode, fifths, self.altered = parse_key(value)
        if not in_header:
            self.tune.faults.append("key changes inside the tune")
            return
        self.tune.tonic, self.tune.mode, self.tune.fifths = tonic, mode, fifths
        if self.metre is None:
            raise ValueError("no metre")
        if self.unit is None:  # the standard's default: by the metre as a number
            self.unit = Fraction(1, 4) if Fraction(*self.metre) < Fraction(3, 4) else Fraction(1, 2)

    def _music(self, line: str) -> None:
        for token in TOKEN.finditer(line):
            if token["letter"]:
                self._note(token["accidental"], token["letter"], token["octave"], token["length"])
            elif token["chord"] is not None:
                self._chord(token["chord"], token["chord_length"])
            elif token["bar"]:
                self._close_bar(token["bar"], int(token["ending"] or 0))
            elif token["bracket"] or (token["bare"] and not self.bar.notes):
                self._close_bar("|", int(token["bracket"] or token["bare"]))
            elif token["tuplet"]:
                self._open_tuplet(int(token["tuplet"]), token["q"], token["r"])
            elif token["broken"]:
                self._break_rhythm(token["broken"])
            elif token["tie"]:
                self._tie()
            elif token["inline"]:
                self._field(token["inline"], token["value"], in_header=False)
            elif token["unknown"] or token["bare"]:
                self.tune.faults.append(f"unknown sign {token[0]!r}")

    def _pitch(self, accidental: str, letter: str, octave: str) -> int | None:
        if letter in "zZ":  # a lone Z stands for a plain rest in these books
            return None
        name = letter.upper()
        if accidental:
            self.in_bar[name] = alteration(accidental)
        raised = self.in_bar.get(name, self.altered.get(name, 0))
        octaves = octave.count("'") - octave.count(",") + letter.islower()
        if not accidental and letter + octave in self.tied:  # a tie carries over the bar line
            return self.tied[letter + octave]
        return 60 + LETTERS[name] + raised + 12 * octaves

    def _note(self, accidental: str, letter: str, octave: str, length: str) -> None:
        pitch = self._pitch(accidental, letter, octave)
        self.sign = letter + octave
        self._append(self.unit * multiple_of_unit(length), pitch)

    def _append(self, length: Fraction, pitch: int | None) -> None:
        factor, left = self.tuplet
        length *= self.stretch * (factor if left else 1)
        self.tuplet = (factor, max(left - 1, 0))
        self.stretch = Fraction(1)
        self.tied = {}
        self.bar.notes.append((length, pitch, False))

    def _chord(self, inside: str, length: str) -> None:
        """Keep a chord's highest note, with the length of its first."""
        signs = [t for t in TOKEN.finditer(inside) if t["letter"]]
        if not signs:
            self.tune.faults.append(f"empty chord [{inside}]")
            return
        pitches = [self._pitch(t["accidental"], t["letter"], t["octave"]) for t in signs]
        top = max(range(len(signs)), key=lambda i: -1 if pitches[i] is None else pitches[i])
        self.sign = signs[top]["letter"] + signs[top]["octave"]
        multiple = multiple_of_unit(signs[0]["length"]) * multiple_of_unit(length)
        self._append(self.unit * multiple, pitches[top])

    def _open_tuplet(self, p: int, q: str | None, r: str | None) -> None:
        compound = self.metre[1] == 8 and self.metre[0] % 3 == 0
        time = int(q) if q else TUPLETS.get(p, 3 if compound else 2)
        self.tuplet = (Fraction(time, p), int(r) if r else p)

    def _break_rhythm(self, marks: str) -> None:
        short = Fraction(1, 2 ** len(marks))
        before, self.stretch = (2 - short, short) if marks[0] == ">" else (short, 2 - short)
        if not self.bar.notes:
            self.stretch = Fraction(1)
            self.tune.faults.append("broken rhythm at a bar line")
            return
        length, pitch, tied = self.bar.notes[-1]
        self.bar.notes[-1] = (length * before, pitch, tied)

    def _tie(self) -> None:
        if self.bar.notes and self.bar.notes[-1][1] is not None:
            length, pitch, _ = self.bar.notes[-1]
            self.bar.notes[-1] = (length, pitch, True)
            self.tied = {self.sign: pitch}

    def _close_bar(self, line: str, ending: int = 0) -> None:
        """End a bar; a repeat or a double bar ends a numbered ending too."""
        section = ":" in line or len(line) > 1
        following = ending or (0 if section else self.bar.ending)
        if self.bar.notes:
            self.tune.bars.append(self.bar)
        self.bar = AbcBar(full=self.bar.full, ending=following)
        self.in_bar = {}


def _last_endings(bars: list[AbcBar]) -> list[AbcBar]:
    """Leave out every ending that a later ending of the same part replaces."""
    kept = []
    following = 0  # ending of the stretch after this bar
    current = 0
    for bar in reversed(bars):
        if bar.ending != current:
            following, current = current, bar.ending
        if not 0 < bar.ending < following:
            kept.append(bar)
    return kept[::-1]
