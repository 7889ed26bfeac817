"""From what a model wrote to the finished music: the arranging of a request, step by step.

Everything here follows from the request and the ids, without any model and without chance of its
own: the same ids give the same music. Bars that were kept from an earlier take sound as they did,
accompaniment and unevenness included; where a note is held over their edge, it may end earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from course.arranging.accompany import add_accompaniment, add_bass, add_drums
from course.arranging.chords import Chord, find_chords
from course.arranging.emotion import match_emotion
from course.arranging.harmoniser import harmonise_melody
from course.arranging.humanise import MOST_SDS, humanise
from course.arranging.instruments import ENSEMBLES, arrange_for
from course.arranging.report import Arrangement, Report
from course.arranging.tempo import fit_duration
from course.arranging.voice_repair import repair_voices
from course.bars import bar_spans
from course.note_sequence import (
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.studio.request import PLAIN, Request, read_key
from course.studio.splicing import splice, without_overlaps
from course.studio.writing import notes_of

ACCOMPANIST = {"ballad": "piano", "waltz": "accordion", "march": "piano"}  # others: guitar
BASSIST = {"rock": "bass guitar"}  # others: double bass
KICK, CRASH = 36, 49  # General MIDI drum numbers
START_SECONDS = 0.05  # in which the first strokes of a loop lie
HIT_QUARTERS, HIT_VELOCITY, HIT_LOUDER = 2.0, 112, 12  # at least so loud, and above the mean
TIMING_MS, VELOCITY, ACCENT = 20.0, 10.0, 12.0  # of `humanise`, where `human` is 1


@dataclass(frozen=True)
class Draw:
    """One time that the model wrote: where chance began, what was kept, and what came out."""

    seed: int  # 0..2**32 - 1
    ids: tuple[int, ...]  # see course.studio.writing
    locked: tuple[int, ...] = ()  # bars that were kept of the draw before, counted from 1


def produce(request: Request, draws: Sequence[Draw]) -> tuple[NoteSequence, tuple[Report, ...]]:
    """Make the finished music of what the model wrote.

    Args:
        request: what is wanted.
        draws: at least one; each further one keeps bars of the one before.

    Returns:
        The music, and a report of each step of the last draw.

    Raises:
        ValueError: if there is no draw, or its ids do not fit to the request.
    """
    if not draws:
        raise ValueError("there is no draw; let the model write first")
    music, reports = _played(request, draws[0])
    for draw in draws[1:]:
        again, reports = _played(request, draw)
        spans = bar_spans(music)
        kept = [spans[bar - 1] for bar in sorted(draw.locked)]
        music = splice(music, again, kept, _deviation(request, music))
    music = replace(music, notes=tuple(without_overlaps(music.notes)), title=title_of(request))
    if request.softer:
        music, report = soften_start(music, request.softer)
        reports += (report,)
    if request.seconds is not None:
        music, report = fit_duration(music, request.seconds)
        reports += (report,)
    return music, reports


def soften_start(music: NoteSequence, by: int) -> Arrangement:
    """Make the first strokes of a loop softer: there it begins again, and must not jump out.

    Args:
        music: the loop.
        by: velocities, from 0; no note becomes softer than 1.

    Returns:
        The loop.
    """
    first = float(music.quarters_at(START_SECONDS))
    notes = tuple(
        replace(note, velocity=max(1, note.velocity - by)) if note.start < first else note
        for note in music.notes
    )
    count = sum(note.start < first for note in music.notes)
    report = Report("seam", f"{count} notes at the beginning softer by {by}")
    return Arrangement(replace(music, notes=notes), report)


def title_of(request: Request) -> str:
    """Give a piece its name.

    Args:
        request: what it was made for.
    """
    kind = request.tune or ("melody" if request.is_melody else "Four voices")
    key = "" if request.key == "free" else f" in {request.key}"
    return f"{kind.capitalize()}{key}"


def arrange(request: Request, ids: Sequence[int]) -> tuple[NoteSequence, tuple[Report, ...]]:
    """Arrange one draw, evenly played, at the tempo of the request.

    Args:
        request: what is wanted.
        ids: what the model wrote.

    Returns:
        The music, and a report of each step.

    Raises:
        ValueError: if the ids do not fit to the request.
    """
    key = read_key(request.key)
    written = notes_of(request, ids)
    music = replace(
        written,
        tempos=(Tempo(0.0, request.tempo),),
        time_signatures=(TimeSignature(0.0, *request.metre),),
        key_signatures=(signature(*key),) if key else (),
    )
    reports: list[Report] = []

    def step(done: Arrangement) -> NoteSequence:
        reports.append(done.report)
        return done.music

    if not request.is_melody:
        soprano = music.notes_of(0)
        music = step(repair_voices(music, locked=soprano))
    chords = _harmony(request, music) if request.style != PLAIN or request.ending == "hit" else ()
    music = step(arrange_for(music, _players(request)))
    if request.style != PLAIN:
        player = ACCOMPANIST.get(request.style, "guitar")
        music = step(add_accompaniment(music, chords, request.style, player))
        if request.is_melody:  # four voices have a bass of their own
            bassist = BASSIST.get(request.style, "double bass")
            music = step(add_bass(music, chords, request.style, bassist))
        music = step(add_drums(music, request.style))
    if request.mood:
        music = step(match_emotion(music, request.emotion, key=key))
    if request.ending == "hit":
        music = step(add_hit(music, chords[-1] if key is None else Chord(0.0, 1.0, *key)))
    return music, tuple(reports)


def _players(request: Request) -> tuple[str, ...]:
    """Give the players of an ensemble; a melody has only its first one, or all that are named."""
    if isinstance(request.ensemble, tuple):
        return request.ensemble
    players = ENSEMBLES[request.ensemble]
    return players[:1] if request.is_melody else players


def _harmony(request: Request, music: NoteSequence) -> tuple[Chord, ...]:
    """Find the chords of four voices, two in a bar, or chords for a melody, one in a bar."""
    if request.is_melody:
        return harmonise_melody(music, key=read_key(request.key))
    halves = [
        (start + n * (end - start) / 2, start + (n + 1) * (end - start) / 2)
        for start, end in bar_spans(music)
        for n in range(2)
    ]
    return find_chords(music, halves)


def signature(tonic: int, mode: str) -> KeySignature:
    """Give the key signature of a tonic's pitch class, with the fewest accidentals.

    Args:
        tonic: 0..11, 0 = C.
        mode: "major" or "minor".

    Returns:
        The key signature.
    """
    fifths = (7 * (tonic - (9 if mode == "minor" else 0)) + 5) % 12 - 5
    return KeySignature(0.0, fifths, mode)


def add_hit(music: NoteSequence, chord: Chord) -> Arrangement:
    """Add a bar in which everybody strikes one chord and stops.

    Args:
        music: the piece; its last metre holds on.
        chord: what is struck; its times do not count.

    Returns:
        The piece, one bar longer. Each instrument strikes the tone of the chord that is nearest to
        its last note, drums a kick and a cymbal.
    """
    start = music.total_quarters
    bar = music.time_signature_at(start).quarters_per_bar
    notes = list(music.notes)
    usual = sum(note.velocity for note in notes) / max(1, len(notes))
    loud = min(127, max(HIT_VELOCITY, round(usual) + HIT_LOUDER))
    for index, player in enumerate(music.instruments):
        own = music.notes_of(index)
        if not own:
            continue
        pitches = {KICK, CRASH} if player.is_drum else _nearest(own, chord)
        end = start + min(HIT_QUARTERS, bar)
        notes += [Note(pitch, start, end, loud, index) for pitch in sorted(pitches)]
    struck = len(notes) - len(music.notes)
    hit = replace(music, notes=tuple(notes), total_quarters=start + bar)
    return Arrangement(hit, Report("closing hit", f"{struck} notes of {chord.name}"))


def _nearest(own: Sequence[Note], chord: Chord) -> set[int]:
    """Give the tones of a chord nearest to an instrument's last notes, within what it plays."""
    low, high = min(n.pitch for n in own), max(n.pitch for n in own)
    last = max(note.start for note in own)
    inside = [p for p in range(low, high + 1) if p % 12 in chord.pitch_classes]
    places = inside or [p for p in range(low - 6, high + 7) if p % 12 in chord.pitch_classes]
    ends = [note.pitch for note in own if note.start == last]
    return {min(places, key=lambda p, end=end: (abs(p - end), p)) for end in ends}


def _played(request: Request, draw: Draw) -> tuple[NoteSequence, tuple[Report, ...]]:
    """Arrange one draw and play it unevenly, but for a closing hit, which comes on a sign."""
    music, reports = arrange(request, draw.ids)
    if not request.human:
        return music, reports
    settings = TIMING_MS * request.human, VELOCITY * request.human, ACCENT * request.human
    hit = bar_spans(music)[-1][0] if request.ending == "hit" else music.total_quarters
    together = [note for note in music.notes if note.start >= hit]
    music, report = humanise(music, draw.seed, *settings, locked=together)
    return music, (*reports, report)


def _deviation(request: Request, music: NoteSequence) -> float:
    """Give the quarter notes by which a note can be early, where the music is fastest."""
    fastest = max(tempo.quarters_per_minute for tempo in music.tempos)
    return MOST_SDS * TIMING_MS * request.human / 1000 * fastest / 60
