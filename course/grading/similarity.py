"""Which submissions have more code in common than chance gives: a hint, never a verdict.

The measure is winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003), as in MOSS. An answer becomes a
row of tokens in which every name and every literal reads the same, so that renaming changes
nothing; comments and layout fall away. Every run of `GRAM` tokens is hashed, and of `WINDOW` hashes
in a row the smallest is kept as a fingerprint. What many share (the task's own text, the way that
everybody takes) is left out. The similarity of two submissions is the share of the smaller one's
remaining fingerprints that the other has, too.

In a small class, or where many copied, what was copied looks like everybody's. So two that have all
fingerprints in common, and at least `MANY` of them, are listed in any case.

Short answers have few right forms. Two people who never met can be similar, so read both.
"""

import io
import keyword
import tokenize
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import nbformat

from course.grading.gradebook import GradedCourse
from course.grading.limits import Limits
from course.grading.repair import Refused, open_submission
from course.lessons.cells import grade_id, marks

GRAM = 8  # tokens
WINDOW = 4  # hashes
COMMON = 0.25  # share of a class that makes a fingerprint everybody's
FEWEST = 12  # fingerprints that an answer needs to be compared
MANY = 60  # fingerprints of two equal answers that are no chance
NOTABLE = 0.6
_SKIPPED = (
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER),
)


@dataclass(frozen=True)
class Pair:
    """Two submissions and what they share."""

    first: str
    second: str
    similarity: float  # 0 to 1
    shared: int  # fingerprints


def similar_pairs(answers: Mapping[str, str], least: float = NOTABLE) -> list[Pair]:
    """Compare the code of a class, everybody with everybody.

    Args:
        answers: student -> all code of the answers.
        least: the similarity from which a pair is listed, 0 to 1.

    Returns:
        Pairs from the most similar to the least.
    """
    prints = {student: fingerprints(code) for student, code in answers.items()}
    count = Counter(value for values in prints.values() for value in values)
    many = max(2, COMMON * len(prints))
    own = {student: {x for x in values if count[x] <= many} for student, values in prints.items()}
    pairs = []
    for first, second in combinations(sorted(own), 2):
        if prints[first] == prints[second] and len(prints[first]) >= MANY:
            pairs.append(Pair(first, second, 1.0, len(prints[first])))
            continue
        smaller = min(len(own[first]), len(own[second]))
        shared = len(own[first] & own[second])
        if smaller >= FEWEST and shared / smaller >= least:
            pairs.append(Pair(first, second, shared / smaller, shared))
    return sorted(pairs, key=lambda pair: (-pair.similarity, -pair.shared, pair.first))


def fingerprints(code: str) -> set[int]:
    """Give the fingerprints of a piece of code.

    Args:
        code: Python, which may be faulty; what cannot be read is left out.

    Returns:
        Hashes; empty for less than `GRAM` tokens.
    """
    words = _tokens(code)
    hashes = [
        zlib.crc32(" ".join(words[start : start + GRAM]).encode())
        for start in range(len(words) - GRAM + 1)
    ]
    windows = max(1, len(hashes) - WINDOW + 1)
    return {min(hashes[start : start + WINDOW]) for start in range(windows)} if hashes else set()


def report_lines(course: GradedCourse, lesson: str) -> list[str]:
    """Compare what was collected for a lesson.

    Args:
        course: the course folder.
        lesson: its name.

    Returns:
        Lines for the reader.
    """
    release = course.prepare(lesson)
    original = {grade_id(cell): cell.source for cell in release.cells if cell.cell_type == "code"}
    answers = {}
    for student, path in course.submitted(lesson).items():
        try:
            notebook = open_submission(path, release, Limits())
        except Refused:
            continue
        answers[student] = "\n".join(_answers(notebook, original))
    pairs = similar_pairs(answers)
    lines = [f"{len(answers)} submissions compared, {len(pairs)} pairs from {NOTABLE:.0%} on"]
    lines += [
        f"{pair.similarity:4.0%}  {pair.first} and {pair.second}: {pair.shared} passages"
        for pair in pairs
    ]
    return [*lines, "A hint, no proof: short answers have few right forms. Read both."]


def _answers(notebook: nbformat.NotebookNode, original: Mapping[str, str]) -> list[str]:
    """Give the code that the student wrote in answer cells."""
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code"
        and marks(cell).get("solution")
        and cell.source != original.get(grade_id(cell))
    ]


def _tokens(code: str) -> list[str]:
    """Give the words of a program; names are N, numbers 0, texts S."""
    words = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                words.append("N")
            elif token.type == tokenize.NUMBER:
                words.append("0")
            elif token.type == tokenize.STRING:
                words.append("S")
            elif token.type not in _SKIPPED:
                words.append(token.string.strip() or tokenize.tok_name[token.type])
    except (tokenize.TokenError, SyntaxError):
        pass
    return words
