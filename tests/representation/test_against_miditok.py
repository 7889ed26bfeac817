"""Our token streams beside miditok's, on the real files that are shipped with the course.

Both have steps of 1/24 quarter note here. miditok writes one stream per track, so that each voice
is compared by itself. The velocities differ by design: both have 32 bins, but ours stand at 2, 6
.. 126 and miditok's at 3, 7 .. 127.
"""

from dataclasses import replace
from functools import cache

import miditok
import pytest
import symusic

from course.data import midi_files
from course.note_sequence import NoteSequence, quantise
from course.representation.events import decode_events, encode_events
from course.representation.midi import read_midi
from course.representation.remi import METRES, decode_remi, encode_remi, token_name

OURS = {"events": (encode_events, decode_events), "remi": (encode_remi, decode_remi)}
FILES = midi_files()


@cache
def their_tokenizer(form):
    """Give miditok's tokenizer with the grid, the velocities and the metres of ours."""
    bottoms = {bottom for _, bottom in METRES}
    config = miditok.TokenizerConfig(
        pitch_range=(0, 127),
        beat_res={(0, 64): 24},
        num_velocities=32,
        special_tokens=["PAD"],
        use_time_signatures=form == "remi",
        time_signature_range={b: [top for top, at in METRES if at == b] for b in bottoms},
    )
    return {"events": miditok.MIDILike, "remi": miditok.REMI}[form](config)


def their_score(path):
    """Read a file as miditok does, without the drums, which ours leave out."""
    score = symusic.Score(str(path))
    score.tracks = [track for track in score.tracks if not track.is_drum]
    return score


@cache
def our_voices(path):
    """Read a file as pieces of one voice each, without the drums."""
    sequence = read_midi(path)
    return [
        NoteSequence(
            notes=tuple(replace(note, instrument=0) for note in sequence.notes_of(index)),
            time_signatures=sequence.time_signatures,
            total_quarters=sequence.total_quarters,
        )
        for index, instrument in enumerate(sequence.instruments)
        if not instrument.is_drum
    ]


def steps(notes, steps_per_quarter):
    """Give pitch, start and end in steps of 1/24 quarter note, in order."""
    scale = 24 / steps_per_quarter
    return sorted((note.pitch, note.start * scale, note.end * scale) for note in notes)


@cache
def ours(form, path):
    encode, decode = OURS[form]
    return sorted(steps(decode(encode(voice)).notes, 1) for voice in our_voices(path))


@cache
def theirs(form, path):
    """Give the voices in one order: miditok moves tracks when it merges equal programs."""
    tokenizer = their_tokenizer(form)
    score = tokenizer.decode(tokenizer.encode(their_score(path)))
    return sorted(steps(track.notes, score.ticks_per_quarter) for track in score.tracks)


@pytest.mark.parametrize("form", OURS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ours_keep_the_notes_of_each_voice(path, form):
    source = sorted(steps(quantise(voice, 24).notes, 1) for voice in our_voices(path))
    assert ours(form, path) == source


@pytest.mark.parametrize("form", OURS)
@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem != "13_mozart_adagio"], ids=lambda path: path.stem
)
def test_the_same_notes_come_back_from_both(path, form):
    assert ours(form, path) == theirs(form, path)


@pytest.mark.parametrize("form", OURS)
def test_where_the_grid_is_too_coarse_they_round_lengths_and_we_round_ends(form):
    """The adagio has runs of 64ths, a step and a half each.

    We round both ends, so that neighbours still touch; miditok rounds the length, 1.5 to 2, and
    half of the notes of a run last a step into their neighbours.
    """
    (path,) = [path for path in FILES if path.stem == "13_mozart_adagio"]
    runs = {
        (note.pitch, round(note.start * 24 + 0.5), note.end * 24)
        for voice in our_voices(path)
        for note in voice.notes
        if note.start * 24 % 1 == 0.5 and note.duration * 24 == 1.5
    }
    only_ours, only_theirs = set(), set()
    for own, other in zip(ours(form, path), theirs(form, path), strict=True):
        only_ours |= set(own) - set(other)
        only_theirs |= set(other) - set(own)
    assert only_ours == runs
    assert only_theirs == {(pitch, start, end + 1) for pitch, start, end in runs}


@pytest.mark.parametrize("form", OURS)
def test_both_lose_at_most_two_steps_of_velocity(form):
    (path,) = [path for path in FILES if path.stem == "02_reel"]
    encode, decode = OURS[form]
    (voice,) = our_voices(path)
    tokenizer = their_tokenizer(form)
    score = tokenizer.decode(tokenizer.encode(their_score(path)))
    given = [note.velocity for note in voice.notes]
    own = [note.velocity for note in decode(encode(voice)).notes]
    their = [note.velocity for note in sorted(score.tracks[0].notes, key=lambda n: n.start)]
    assert max(abs(a - b) for a, b in zip(given, own, strict=True)) <= 2
    assert max(abs(a - b) for a, b in zip(given, their, strict=True)) <= 2


@pytest.mark.parametrize("stem", ["02_reel", "03_hornpipe", "05_strathspey"])
def test_remi_streams_agree_word_by_word(stem):
    """Bars, positions, pitches and lengths; the metre apart, which they repeat in every bar.

    Only in bars of quarter notes: miditok counts 24 positions to each beat of the metre, so that
    its positions in 6/8 are half as long as in 3/4. Ours are always 1/24 quarter note.
    """
    (path,) = [path for path in FILES if path.stem == stem]
    (voice,) = our_voices(path)
    own = [token_name(token).split() for token in encode_remi(voice)]
    own = [words for words in own if words[0] not in ("METRE", "VELOCITY")]
    their = [
        token.split("_") for token in their_tokenizer("remi").encode(their_score(path))[0].tokens
    ]
    their = [in_our_words(*words) for words in their if words[0] not in ("TimeSig", "Velocity")]
    assert own == their


def in_our_words(kind, value):
    if kind == "Bar":
        return ["BAR"]
    if kind == "Duration":  # beats . steps . steps per beat
        beats, rest, _ = map(int, value.split("."))
        value = str(24 * beats + rest)
    return [kind.upper(), value]


def metres_from_both(stem):
    (path,) = [path for path in FILES if path.stem == stem]
    tokenizer = their_tokenizer("remi")
    score = tokenizer.decode(tokenizer.encode(their_score(path)))
    their = [
        (metre.time / score.ticks_per_quarter, metre.numerator, metre.denominator)
        for metre in score.time_signatures
    ]
    own = decode_remi(encode_remi(read_midi(path))).time_signatures
    return [(metre.start, metre.numerator, metre.denominator) for metre in own], their


def test_both_keep_the_metres():
    own, their = metres_from_both("16_beethoven_fugue")
    assert own == their == [(0, 6, 8), (48, 2, 4), (66, 4, 4)]


def test_a_metre_that_comes_inside_a_bar_is_ours_alone():
    """After a bar of one quarter note; miditok moves a metre to the next full bar before encoding.

    The notes stay where they are in both.
    """
    own, their = metres_from_both("11_chorale_two_metres")
    assert own == [(0, 4, 4), (93, 3, 4)]
    assert their == [(0, 4, 4), (96, 3, 4)]
