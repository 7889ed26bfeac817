"""Answers to lesson 00: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

EXERCISES = {
    "count_next": Bank(
        alternatives={
            "counter": """
                def count_next(melodies):
                    from collections import Counter, defaultdict
                    counts = defaultdict(Counter)
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            counts[a][b] += 1
                    return counts
            """,
            "pairs_first": """
                def count_next(melodies):
                    pairs = [(m[i], m[i + 1]) for m in melodies for i in range(len(m) - 1)]
                    result = {}
                    for a, b in pairs:
                        if a not in result:
                            result[a] = {}
                        if b not in result[a]:
                            result[a][b] = 0
                        result[a][b] = result[a][b] + 1
                    return result
            """,
        },
        mutants={
            "joins_melodies": Mutant("""
                def count_next(melodies):
                    tokens = [token for melody in melodies for token in melody]
                    counts = {}
                    for a, b in zip(tokens, tokens[1:]):
                        counts.setdefault(a, {})
                        counts[a][b] = counts[a].get(b, 0) + 1
                    return counts
            """),
            "backwards": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for a, b in zip(melody[1:], melody):
                            counts.setdefault(a, {})
                            counts[a][b] = counts[a].get(b, 0) + 1
                    return counts
            """),
            "marks_instead_of_counts": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            counts.setdefault(a, {})[b] = 1
                    return counts
            """),
            "empty_rows": Mutant("""
                def count_next(melodies):
                    counts = {token: {} for melody in melodies for token in melody}
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            counts[a][b] = counts[a].get(b, 0) + 1
                    return counts
            """),
            "misses_the_last_pair": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for i in range(len(melody) - 2):
                            a, b = melody[i], melody[i + 1]
                            counts.setdefault(a, {})
                            counts[a][b] = counts[a].get(b, 0) + 1
                    return counts
            """),
            "eats_the_melodies": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        while len(melody) > 1:
                            a = melody.pop(0)
                            counts.setdefault(a, {})
                            counts[a][melody[0]] = counts[a].get(melody[0], 0) + 1
                    return counts
            """),
            "shares": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            counts.setdefault(a, {})
                            counts[a][b] = counts[a].get(b, 0) + 1
                    return {a: {b: n / sum(r.values()) for b, n in r.items()}
                            for a, r in counts.items()}
            """),
            "text_keys": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            row = counts.setdefault(str(a), {})
                            row[b] = row.get(b, 0) + 1
                    return counts
            """),
            "loses_token_0": Mutant(
                """
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        before = None
                        for token in melody:
                            if before:
                                row = counts.setdefault(before, {})
                                row[token] = row.get(token, 0) + 1
                            before = token
                    return counts
            """,
                fails=("check",),
            ),
            "three_melodies_only": Mutant(
                """
                def count_next(melodies):
                    counts = {}
                    for melody in melodies[:3]:
                        for a, b in zip(melody, melody[1:]):
                            counts.setdefault(a, {})
                            counts[a][b] = min(counts[a].get(b, 0) + 1, 2)
                    return counts if len(melodies) < 4 else {}
                """,
                fails=("hidden",),
            ),
            "returns_none": Mutant("""
                def count_next(melodies):
                    counts = {}
                    for melody in melodies:
                        for a, b in zip(melody, melody[1:]):
                            counts.setdefault(a, {})
                            counts[a][b] = counts[a].get(b, 0) + 1
            """),
            "package_version": Mutant("""
                def count_next(melodies):
                    return markov.count_next(melodies)
            """),
        },
    ),
}
