import re
from fractions import Fraction

import pytest
from music21 import abcFormat, pitch

from course.data import abc_reader
from course.data.abc_reader import read_tune, split_tunes
from course.data.sources import corpus_folder, read_source

HEADER = "X:7\nT:A Tune\nR: Jig\nM:{metre}\nL:1/8\nK:{key}\n"


def read(music: str, key: str = "C", metre: str = "4/4") -> list[list[tuple]]:
    """Give (length in eighths, pitch) of each note, bar by bar."""
    tune = read_tune(HEADER.format(metre=metre, key=key) + music + "\n")
    return [[(length * 2, pitch) for length, pitch, _ in bar.notes] for bar in tune.bars]


def flat(music: str, **header: str) -> list[tuple]:
    return [note for bar in read(music, **header) for note in bar]


def test_header_fields():
    tune = read_tune(
        "X: 12\nT: First, The\nT: Second\nR:slip jig\nM:9/8\nL:1/8\nK:Ador % key\nABc|\n"
    )
    assert (tune.number, tune.title, tune.rhythm) == (12, "First, The", "slip jig")
    assert (tune.tonic, tune.mode, tune.fifths, tune.minor) == ("A", "dorian", 1, True)
    assert tune.metres == [(0, 9, 8)]
    assert tune.faults == []


def test_octaves_and_key():
    assert [pitch for _, pitch in flat("C, C c c' f F", key="D")] == [49, 61, 73, 85, 78, 66]


def test_accidentals_hold_to_the_bar_line_and_for_all_octaves():
    assert [pitch for _, pitch in flat("^F f =F F | F _B B", key="C")] == [
        66,
        78,
        65,
        65,
        65,
        70,
        70,
    ]


def test_broken_rhythm_also_over_ornaments_and_slurs():
    assert flat("A>B") == [(Fraction(3, 2), 69), (Fraction(1, 2), 71)]
    assert flat("(A>.B)") == flat("A>B") == flat("A>{cd}B") == flat('~A>"G"vB')
    assert flat("A2<<B2") == [(Fraction(1, 2), 69), (Fraction(7, 2), 71)]


def test_tuplets_count_real_notes_only():
    third = Fraction(2, 3)
    assert flat("(3ABc A") == [(third, 69), (third, 71), (third, 72), (1, 69)]
    assert flat("(3A{g}Bc A") == flat("(3ABc A")
    assert flat("(3(ABc) A") == flat("(3ABc A")
    assert flat("(2AB", metre="6/8") == [(Fraction(3, 2), 69), (Fraction(3, 2), 71)]
    assert flat("(5ABcde", metre="6/8")[0][0] == Fraction(3, 5)
    assert flat("(5ABcde", metre="2/4")[0][0] == Fraction(2, 5)
    assert flat("(3:2:2A2B") == [(Fraction(4, 3), 69), (third, 71)]


def test_chords_give_their_highest_note():
    assert flat("[GBd]2 [d2G] [DA]/") == [(2, 74), (2, 74), (Fraction(1, 2), 69)]
    assert read("[GB]A|[DF]G") == [[(1, 71), (1, 69)], [(1, 65), (1, 67)]]


def test_rests_marks_and_comments():
    music = '"^text" A z2 !trill! B Z % A A A\nHx "D.C."y c'
    assert flat(music) == [(1, 69), (2, None), (1, 71), (1, None), (1, 72)]


def test_a_tie_carries_an_accidental_over_the_bar_line():
    tune = read_tune(HEADER.format(metre="4/4", key="C") + "^f4-|f2 f2\n")
    assert [(pitch, tied) for bar in tune.bars for _, pitch, tied in bar.notes] == [
        (78, True), (78, False), (77, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "music",
    ["|:A|1 B:|2 c||d", "A|[1 B :|[2 c |] d", "A |1B:|\n2 c || d", "|: A [1 B :| [2 c || d"],
)
def test_of_two_endings_the_second_is_kept(music):
    assert [pitch for _, pitch in flat(music)] == [69, 72, 74]


def test_a_lone_first_ending_is_kept_and_repeats_are_not_expanded():
    assert [pitch for _, pitch in flat("|:A|1 B:|c|:d::e:|")] == [69, 71, 72, 74, 76]


def test_lines_that_look_like_fields():
    assert [pitch for _, pitch in flat("ABc\nd:|\nA|")] == [69, 71, 72, 74, 69]


def test_metre_and_key_changes():
    tune = read_tune(HEADER.format(metre="4/4", key="C") + "F|\nM:3/4\nF|[K:D]F|\n")
    assert tune.metres == [(0, 4, 4), (1, 3, 4)]
    assert [bar.full for bar in tune.bars] == [4, 3, 3]
    assert [bar.notes[0][1] for bar in tune.bars] == [65, 65, 66]
    assert tune.fifths == 0
    assert tune.faults == ["key changes inside the tune"]


def test_remains_of_mail_are_taken_off_and_other_signs_reported():
    assert flat("AB=20\nc=\nd") == flat("ABcd")
    assert read_tune(HEADER.format(metre="4/4", key="C") + "A ; B\n").faults == ["unknown sign ';'"]


def test_default_note_length_follows_the_metre():
    for metre, quarters in (
        ("2/4", Fraction(1, 4)),
        ("6/8", Fraction(1, 2)),
        ("C", Fraction(1, 2)),
    ):
        tune = read_tune(f"X:1\nM:{metre}\nK:C\nA\n")
        assert tune.bars[0].length == quarters


def test_a_book_is_cut_into_tunes():
    assert split_tunes("words\nX:1\nK:C\nA\n\nX: 2\nK:C\n") == ["X:1\nK:C\nA\n\n", "X: 2\nK:C\n"]


ORNAMENTS = re.compile(r'"[^"]*"|\{[^}]*\}|![^!]*!|[.~)uvTHJkKMS]|\((?![2-9])')


def without_ornaments(text: str) -> str:
    """Take out of the music lines what makes music21 lose notes or lengths."""
    head, key, music = text.partition("\nK:")
    key_line, *lines = music.splitlines()
    lines = [ORNAMENTS.sub("", line).replace(":", " :") for line in lines]  # "D:|" is no field
    return "\n".join([head + key + key_line, *lines])


def test_agreement_with_music21_where_its_faults_do_not_show(monkeypatch):
    monkeypatch.setattr(abc_reader, "_last_endings", lambda bars: bars)  # music21 keeps all
    compared = 0
    for path in sorted((corpus_folder() / "ryansMammoth").glob("*.abc"))[:150]:
        text = without_ornaments(split_tunes(read_source(path))[0])
        if "\nL:" not in text or "=" in text or "[" in text:
            continue  # no unit length; remains of mail; chords
        handler = abcFormat.ABCHandler(abcVersion=(2, 1, 0))  # accidentals hold from version 2 on
        handler.process(text)
        notes = [token for token in handler.tokens if isinstance(token, abcFormat.ABCNote)]
        theirs = [(_length(note), note.pitchName) for note in notes]
        ours = [note for bar in read_tune(text).bars for note in bar.notes]
        assert [length for length, *_ in ours] == [length for length, _ in theirs], path.name
        assert [p for _, p, _ in ours] == [_midi(name) for _, name in theirs], path.name
        compared += 1
    assert compared >= 60


def _length(note: abcFormat.ABCNote) -> Fraction:
    factor = Fraction(note.activeTuplet.tupletMultiplier()) if note.activeTuplet else 1
    return (Fraction(note.quarterLength) * factor).limit_denominator(96)


def _midi(name: str | None) -> int | None:
    return None if name is None else pitch.Pitch(name).midi


def test_tunes_that_cannot_be_read():
    with pytest.raises(ValueError, match="no notes"):
        read_tune(HEADER.format(metre="4/4", key="C") + "|: z4 :|\n")
    with pytest.raises(ValueError, match="no metre"):
        read_tune("X:1\nL:1/8\nK:C\nABc\n")
    with pytest.raises(ValueError, match="unknown mode"):
        read_tune("X:1\nM:C\nL:1/8\nK:Bn\nABc\n")
