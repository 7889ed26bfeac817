"""A hint that survives renaming and layout, and does not point at everybody."""

from course.grading.similarity import fingerprints, similar_pairs

LOOP = """
def turn(melody):
    result = []
    for place in range(len(melody) - 1, -1, -1):
        if melody[place] is not None and melody[place] >= 0:
            result.append(melody[place] + 12 * (place % 2))
        else:
            result.append(-1)
    return result
"""
RENAMED = """
def turn(notes):   # my own work
    out = []

    for i in range(len(notes) - 7, -1, -1):
        if notes[i] is not None and notes[i] >= 3:
            out.append(notes[i] + 24 * (i % 2))
        else:
            out.append(-1)
    return out
"""
OTHER = """
def turn(melody):
    turned = [pitch if pitch is not None else -1 for pitch in reversed(melody)]
    while turned and turned[-1] == -1:
        turned.pop()
    lifted = {place: 12 for place, pitch in enumerate(turned) if place % 2 and pitch > 0}
    return [pitch + lifted.get(place, 0) for place, pitch in enumerate(turned)]
"""


def test_names_numbers_comments_and_layout_do_not_matter():
    assert fingerprints(LOOP) == fingerprints(RENAMED)
    assert len(fingerprints(LOOP)) >= 12


def test_a_renamed_copy_is_found_and_another_way_is_not():
    [pair] = similar_pairs({"ada": LOOP, "bob": OTHER, "cyd": RENAMED})
    assert (pair.first, pair.second, pair.similarity) == ("ada", "cyd", 1.0)


def test_what_the_whole_class_shares_points_at_nobody():
    assert similar_pairs({f"student {n}": LOOP for n in range(12)}) == []


def test_many_equal_copies_are_listed_though_everybody_shares_them():
    signs = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"]
    lines = [f"a = [b {x} c, d({y} e)] if f {x} g else h {x} {{i: j}}" for x in signs for y in "-~"]
    copied = "\n".join(lines)
    assert len(fingerprints(copied)) >= 60
    pairs = similar_pairs({"ada": copied, "bob": copied, "cyd": copied, "dan": OTHER})
    assert [(pair.first, pair.second) for pair in pairs] == [
        ("ada", "bob"),
        ("ada", "cyd"),
        ("bob", "cyd"),
    ]


def test_short_and_broken_code_is_left_out():
    assert fingerprints("x = 1") == set()
    assert similar_pairs({"ada": "def f(x):\n  return x", "bob": "def f(x):\n  return x"}) == []
    assert fingerprints("def (((") == set()
