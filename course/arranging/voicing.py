"""Chords as notes: the voicing that moves least from the one before."""

from collections.abc import Sequence
from itertools import product

from course.errors import check_integer


def voice_chord(
    pitch_classes: Sequence[int], before: Sequence[int], low: int, high: int
) -> list[int]:
    """Give a chord's pitches, as near as possible to those of the chord before.

    Args:
        pitch_classes: each is used exactly once, at least one.
        before: the pitches of the chord before; empty at the beginning.
        low: lowest MIDI pitch allowed.
        high: highest one, included.

    Returns:
        Pitches, ascending. The distance of a voicing is the sum, over its pitches, of the semitones
        to the nearest pitch of `before`; at the beginning, to the middle (low + high) / 2. Of
        equally near ones the narrowest (highest minus lowest pitch), then the lowest.

    Raises:
        ValueError: if a pitch class has no pitch in the range.
    """
    check_integer("low", low, 0, 127, "a MIDI pitch")
    check_integer("high", high, low, 127, "a MIDI pitch, at least `low`")
    places = [[p for p in range(low, high + 1) if p % 12 == c % 12] for c in pitch_classes]
    if not all(places) or not places:
        raise ValueError(
            f"pitch classes {list(pitch_classes)} have no pitch each in {low}..{high}; an octave "
            "of range holds any chord"
        )
    goals = list(before) or [(low + high) / 2]

    def distance(pitches: tuple[int, ...]) -> tuple:
        moved = sum(min(abs(pitch - goal) for goal in goals) for pitch in pitches)
        return moved, pitches[-1] - pitches[0], pitches

    return list(min((tuple(sorted(choice)) for choice in product(*places)), key=distance))
