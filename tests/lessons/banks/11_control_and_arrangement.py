"""Answers to lesson 11: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

INTO_RANGE = Bank(
    alternatives={
        "try_every_octave": """
            def into_range(pitches, low, high):
                best = None
                for octave in range(-10, 11):
                    moved = [p + 12 * octave for p in pitches]
                    outside = len([p for p in moved if p < low or p > high])
                    rank = (outside, abs(octave), octave)
                    if best is None or rank < best[0]:
                        best = (rank, moved)
                result = []
                for p in best[1]:
                    while p < low:
                        p = p + 12
                    while p > high:
                        p = p - 12
                    result.append(p)
                return result
        """,
        "numpy": """
            def into_range(pitches, low, high):
                line = np.array(pitches, dtype=int)
                octaves = sorted(range(-10, 11), key=lambda o: (abs(o), o))
                counts = [((line + 12 * o < low) | (line + 12 * o > high)).sum() for o in octaves]
                line = line + 12 * octaves[int(np.argmin(counts))]
                line = np.where(line < low, line + 12 * -((line - low) // 12), line)
                return np.where(line > high, line - 12 * -((high - line) // 12), line)
        """,
        "tuple": """
            def into_range(pitches, low, high):
                inside = lambda o: sum(low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (-inside(o), abs(o), o))
                def fit(p):
                    return fit(p + 12) if p < low else fit(p - 12) if p > high else p
                return tuple(fit(p + 12 * o) for p in pitches)
        """,
    },
    mutants={
        "each_note_alone": Mutant("""
            def into_range(pitches, low, high):
                moved = []
                for p in pitches:
                    while p < low:
                        p += 12
                    while p > high:
                        p -= 12
                    moved.append(p)
                return moved
        """),
        "only_the_whole_line": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))
                return [p + 12 * o for p in pitches]
        """),
        "clipped": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))
                return [min(max(p + 12 * o, low), high) for p in pitches]
        """),
        "high_left_out": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o < high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))
                moved = []
                for p in pitches:
                    p += 12 * o
                    while p < low:
                        p += 12
                    while p >= high:
                        p -= 12
                    moved.append(p)
                return moved
        """),
        "furthest_octave_of_equals": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=outside)
                moved = [p + 12 * o for p in pitches]
                for n in range(len(moved)):
                    while moved[n] < low:
                        moved[n] += 12
                    while moved[n] > high:
                        moved[n] -= 12
                return moved
        """),
        "higher_of_equals": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), -o))
                moved = [p + 12 * o for p in pitches]
                for n in range(len(moved)):
                    while moved[n] < low:
                        moved[n] += 12
                    while moved[n] > high:
                        moved[n] -= 12
                return moved
        """),
        "high_counted_as_outside": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o < high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))
                moved = [p + 12 * o for p in pitches]
                for n in range(len(moved)):
                    while moved[n] < low:
                        moved[n] += 12
                    while moved[n] > high:
                        moved[n] -= 12
                return moved
        """),
        "by_the_first_note": Mutant("""
            def into_range(pitches, low, high):
                moved = list(pitches)
                while moved and moved[0] < low:
                    moved = [p + 12 for p in moved]
                while moved and moved[0] > high:
                    moved = [p - 12 for p in moved]
                for n in range(len(moved)):
                    while moved[n] < low:
                        moved[n] += 12
                    while moved[n] > high:
                        moved[n] -= 12
                return moved
        """),
        "semitones": Mutant("""
            def into_range(pitches, low, high):
                if not pitches:
                    return []
                shift = max(0, low - min(pitches)) - max(0, max(pitches) - high)
                return [min(max(p + shift, low), high) for p in pitches]
        """),
        "in_place": Mutant("""
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))
                for n in range(len(pitches)):
                    pitches[n] += 12 * o
                    while pitches[n] < low:
                        pitches[n] += 12
                    while pitches[n] > high:
                        pitches[n] -= 12
                return pitches
        """),
        "returns_none": Mutant("""
            def into_range(pitches, low, high):
                [p + 12 for p in pitches]
        """),
        "at_most_two_octaves": Mutant(
            """
            def into_range(pitches, low, high):
                def outside(o):
                    return sum(not low <= p + 12 * o <= high for p in pitches)
                o = min(range(-2, 3), key=lambda o: (outside(o), abs(o), o))
                moved = [p + 12 * o for p in pitches]
                for n in range(len(moved)):
                    while moved[n] < low:
                        moved[n] += 12
                    while moved[n] > high:
                        moved[n] -= 12
                return moved
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def into_range(pitches, low, high):
                return instruments.into_range(pitches, low, high)
        """),
    },
)

ORDER_AGREEMENT = Bank(
    alternatives={
        "two_loops": """
            def order_agreement(asked, measured):
                right, pairs = 0.0, 0
                for i in range(len(asked)):
                    for j in range(len(asked)):
                        if asked[i] > asked[j]:
                            pairs += 1
                            if measured[i] > measured[j]:
                                right += 1
                            elif measured[i] == measured[j]:
                                right += 0.5
                return right / pairs
        """,
        "combinations": """
            def order_agreement(asked, measured):
                import itertools
                scores = []
                for (a, m), (b, k) in itertools.combinations(zip(asked, measured), 2):
                    if a != b:
                        product = (a - b) * (m - k)
                        scores.append(1.0 if product > 0 else 0.5 if product == 0 else 0.0)
                return sum(scores) / len(scores)
        """,
        "signs": """
            def order_agreement(asked, measured):
                a = np.sign(np.subtract.outer(np.array(asked, float), np.array(asked, float)))
                m = np.sign(np.subtract.outer(np.array(measured), np.array(measured)))
                return ((a * m)[a != 0].mean() + 1) / 2
        """,
    },
    mutants={
        "equals_count_as_wrong": Mutant("""
            def order_agreement(asked, measured):
                pairs = [(i, j) for i in range(len(asked)) for j in range(len(asked))
                         if asked[i] > asked[j]]
                return sum(measured[i] > measured[j] for i, j in pairs) / len(pairs)
        """),
        "equals_count_as_right": Mutant("""
            def order_agreement(asked, measured):
                pairs = [(i, j) for i in range(len(asked)) for j in range(len(asked))
                         if asked[i] > asked[j]]
                return sum(measured[i] >= measured[j] for i, j in pairs) / len(pairs)
        """),
        "equal_requests_are_pairs": Mutant("""
            def order_agreement(asked, measured):
                pairs = [(i, j) for i in range(len(asked)) for j in range(i)]
                score = 0.0
                for i, j in pairs:
                    product = (asked[i] - asked[j]) * (measured[i] - measured[j])
                    score += 1.0 if product > 0 else 0.5 if product == 0 else 0.0
                return score / len(pairs)
        """),
        "neighbours_only": Mutant("""
            def order_agreement(asked, measured):
                score, count = 0.0, 0
                for i in range(1, len(asked)):
                    if asked[i] != asked[i - 1]:
                        product = (asked[i] - asked[i - 1]) * (measured[i] - measured[i - 1])
                        score += 1.0 if product > 0 else 0.5 if product == 0 else 0.0
                        count += 1
                return score / count
        """),
        "divided_by_all_pairs": Mutant("""
            def order_agreement(asked, measured):
                score, n = 0.0, len(asked)
                for i in range(n):
                    for j in range(n):
                        if asked[i] > asked[j]:
                            score += measured[i] > measured[j]
                            score += 0.5 * (measured[i] == measured[j])
                return score / (n * (n - 1) / 2)
        """),
        "correlation": Mutant("""
            def order_agreement(asked, measured):
                if len(set(measured)) == 1:
                    return 0.5
                return (np.corrcoef(asked, measured)[0, 1] + 1) / 2
        """),
        "kendall": Mutant("""
            def order_agreement(asked, measured):
                pairs = [(i, j) for i in range(len(asked)) for j in range(len(asked))
                         if asked[i] > asked[j]]
                right = sum(measured[i] > measured[j] for i, j in pairs)
                wrong = sum(measured[i] < measured[j] for i, j in pairs)
                return (right - wrong) / len(pairs)
        """),
        "sorts_in_place": Mutant("""
            def order_agreement(asked, measured):
                rows = sorted(zip(asked, measured))
                asked.sort()
                pairs = [(i, j) for i in range(len(rows)) for j in range(i) if asked[i] > asked[j]]
                score = sum((rows[i][1] > rows[j][1]) + 0.5 * (rows[i][1] == rows[j][1])
                            for i, j in pairs)
                return score / len(pairs)
        """),
        "returns_none": Mutant("""
            def order_agreement(asked, measured):
                np.greater.outer(asked, asked)
        """),
        "four_pieces_at_most": Mutant(
            """
            def order_agreement(asked, measured):
                asked, measured = asked[:4], measured[:4]
                pairs = [(i, j) for i in range(len(asked)) for j in range(len(asked))
                         if asked[i] > asked[j]]
                score = sum((measured[i] > measured[j]) + 0.5 * (measured[i] == measured[j])
                            for i, j in pairs)
                return score / len(pairs)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def order_agreement(asked, measured):
                return control.order_agreement(asked, measured)
        """),
    },
)

VOICE_CHORD = Bank(
    alternatives={
        "loops": """
            def voice_chord(pitch_classes, before, low, high):
                goals = list(before)
                if not goals:
                    goals = [(low + high) / 2]
                choices = [[]]
                for c in pitch_classes:
                    choices = [old + [p] for old in choices
                               for p in range(low, high + 1) if p % 12 == c]
                best = None
                for choice in choices:
                    choice = sorted(choice)
                    moved = 0
                    for p in choice:
                        moved += min(abs(p - g) for g in goals)
                    rank = (moved, max(choice) - min(choice), choice)
                    if best is None or rank < best:
                        best = rank
                return best[2]
        """,
        "sorted_by_three_keys": """
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                found = sorted(tuple(sorted(x)) for x in itertools.product(*places))
                found = sorted(found, key=lambda x: x[-1] - x[0])
                goals = np.array(before if len(before) else [(low + high) / 2])
                return min(found, key=lambda x: sum(np.abs(goals - p).min() for p in x))
        """,
    },
    mutants={
        "root_position": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                root = min(p for p in range(low, high + 1) if p % 12 == pitch_classes[0])
                return sorted(root + (c - pitch_classes[0]) % 12 for c in pitch_classes)
        """),
        "each_tone_alone": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                goals = list(before) or [(low + high) / 2]
                found = []
                for c in pitch_classes:
                    places = [p for p in range(low, high + 1) if p % 12 == c]
                    found.append(min(places, key=lambda p: (min(abs(p - g) for g in goals), p)))
                return sorted(found)
        """),
        "from_before_to_after": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for p in x) for g in goals), x[-1] - x[0], x)))
        """),
        "high_left_out": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), x[-1] - x[0], x)))
        """),
        "ties_by_height_alone": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), x)))
        """),
        "low_left_out": Mutant(
            """
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low + 1, high + 1) if p % 12 == c]
                          for c in pitch_classes]
                goals = before or [(low + high) / 2]
                return min((sum(min(abs(p - g) for g in goals) for p in v), max(v) - min(v),
                            sorted(v)) for v in itertools.product(*places))[2]
            """,
            fails=("check",),
        ),
        "longest_way": Mutant(
            """
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = before or [(low + high) / 2]
                return min((max(min(abs(p - g) for g in goals) for p in v), max(v) - min(v),
                            sorted(v)) for v in itertools.product(*places))[2]
            """,
            fails=("check",),
        ),
        "rounded_middle": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) // 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), x[-1] - x[0], x)))
        """),
        "starts_at_the_bottom": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [low]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), x[-1] - x[0], x)))
        """),
        "to_the_furthest": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(max(abs(p - g) for g in goals) for p in x), x[-1] - x[0], x)))
        """),
        "not_sorted": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = list(itertools.product(*places))
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), max(x) - min(x), sorted(x))))
        """),
        "returns_none": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                [[p for p in range(low, high + 1) if p % 12 == c] for c in pitch_classes]
        """),
        "range_of_the_example": Mutant(
            """
            def voice_chord(pitch_classes, before, low, high):
                places = [[p for p in range(low, min(high, 72) + 1) if p % 12 == c]
                          for c in pitch_classes]
                goals = list(before) or [(low + high) / 2]
                choices = [tuple(sorted(x)) for x in itertools.product(*places)]
                return list(min(choices, key=lambda x: (
                    sum(min(abs(p - g) for g in goals) for p in x), x[-1] - x[0], x)))
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def voice_chord(pitch_classes, before, low, high):
                return voicing.voice_chord(pitch_classes, before, low, high)
        """),
    },
)

_FAULTS = """
            def faults(before, after):
                found = []
                for u in range(len(after)):
                    both = before[u] >= 0 and after[u] >= 0
                    if both and abs(after[u] - before[u]) > 12:
                        found.append(("leap", u, u))
                    for l in range(u + 1, len(after)):
                        if both and before[l] >= 0 and after[l] >= 0:
                            first, second = (before[u] - before[l]) % 12, (after[u] - after[l]) % 12
                            same = (after[u] - before[u]) * (after[l] - before[l]) > 0
                            if first == second and second in (0, 7) and same:
                                found.append(("parallel", u, l))
                    if u + 1 < len(after) and 0 <= after[u] < after[u + 1]:
                        found.append(("crossing", u, u + 1))
                return sorted(found)
"""


def _changed(*pairs):
    source = _FAULTS
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


FAULTS = Bank(
    alternatives={
        "one_loop": _FAULTS,
        "three_lists": """
            def faults(before, after):
                voices = range(len(after))
                sounds = [b >= 0 and a >= 0 for b, a in zip(before, after)]
                moves = [a - b for b, a in zip(before, after)]
                leaps = [("leap", v, v) for v in voices if sounds[v] and abs(moves[v]) > 12]
                crossings = [("crossing", v, v + 1) for v in voices[:-1]
                             if after[v] >= 0 and after[v + 1] > after[v]]
                parallels = []
                for u, l in itertools.combinations(voices, 2):
                    together = moves[u] > 0 and moves[l] > 0 or moves[u] < 0 and moves[l] < 0
                    if sounds[u] and sounds[l] and together:
                        if (after[u] - after[l]) % 12 == (before[u] - before[l]) % 12 in (0, 7):
                            parallels.append(("parallel", u, l))
                return crossings + leaps + parallels
        """,
    },
    mutants={
        "fifths_only": Mutant(_changed(("in (0, 7)", "in (7,)"))),
        "octaves_only": Mutant(_changed(("in (0, 7)", "in (0,)"))),
        "not_modulo_twelve": Mutant(_changed((") % 12", ")"), ("in (0, 7)", "in (0, 7, 12)"))),
        "fourths_too": Mutant(_changed(("in (0, 7)", "in (0, 5, 7)"))),
        "standing_still_is_motion": Mutant(_changed(("> 0\n", ">= 0\n"))),
        "contrary_motion": Mutant(_changed(("> 0\n", "!= 0\n"), ("first == second and ", ""))),
        "octave_leaps": Mutant(_changed(("> 12", ">= 12"))),
        "falls_are_no_leaps": Mutant(
            _changed(("abs(after[u] - before[u])", "after[u] - before[u]"))
        ),
        "silence_is_a_pitch": Mutant(
            _changed(
                ("before[u] >= 0 and after[u] >= 0", "True"),
                ("if both and before[l] >= 0 and after[l] >= 0", "if True"),
            )
        ),
        "interval_without_sign": Mutant("""
            def faults(before, after):
                found = []
                for u, l in itertools.combinations(range(len(after)), 2):
                    if l == u + 1 and 0 <= after[u] < after[l]:
                        found.append(("crossing", u, l))
                    if min(before[u], before[l], after[u], after[l]) >= 0:
                        first, second = abs(before[u] - before[l]), abs(after[u] - after[l])
                        together = (after[u] - before[u]) * (after[l] - before[l]) > 0
                        if together and first % 12 == second % 12 in (0, 7):
                            found.append(("parallel", u, l))
                for v in range(len(after)):
                    if min(before[v], after[v]) >= 0 and abs(after[v] - before[v]) > 12:
                        found.append(("leap", v, v))
                return sorted(found)
        """),
        "any_two_cross": Mutant("""
            def faults(before, after):
                found = []
                for u, l in itertools.combinations(range(len(after)), 2):
                    if 0 <= after[u] < after[l]:
                        found.append(("crossing", u, l))
                    if min(before[u], before[l], after[u], after[l]) >= 0:
                        first, second = before[u] - before[l], after[u] - after[l]
                        together = (after[u] - before[u]) * (after[l] - before[l]) > 0
                        if together and first % 12 == second % 12 in (0, 7):
                            found.append(("parallel", u, l))
                for v in range(len(after)):
                    if min(before[v], after[v]) >= 0 and abs(after[v] - before[v]) > 12:
                        found.append(("leap", v, v))
                return sorted(found)
        """),
        "unison_is_a_crossing": Mutant(_changed(("< after[u + 1]", "<= after[u + 1]"))),
        "crossing_before": Mutant(_changed(("0 <= after[u] < after[u + 1]",
                                            "0 <= before[u] < before[u + 1]"))),
        "neighbours_only": Mutant(_changed(("range(u + 1, len(after))",
                                            "range(u + 1, min(u + 2, len(after)))"))),
        "similar_to_any_perfect": Mutant(_changed(("first == second and ", ""))),
        "from_perfect_to_perfect": Mutant(
            _changed(("first == second and second in (0, 7)", "{first, second} <= {0, 7}")),
            fails=("check",),
        ),
        "lowest_pitch_is_silence": Mutant(
            _changed((">= 0", "> 0"), ("0 <= ", "0 < ")), fails=("check",)
        ),
        "not_sorted": Mutant(_changed(("sorted(found)", "found"))),
        "returns_none": Mutant(_changed(("return sorted(found)", "sorted(found)"))),
        "three_voices_at_most": Mutant(
            _changed(
                (
                    "found = []\n",
                    "found = []\n                before, after = before[:3], after[:3]\n",
                )
            ),
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def faults(before, after):
                return voice_repair.faults(before, after)
        """),
    },
)  # fmt: skip

BEST_PATH = Bank(
    alternatives={
        "loops": """
            def best_path(fits, moves):
                num_states = len(moves)
                best, back = list(fits[0]), []
                for fit in fits[1:]:
                    new, origin = [], []
                    for now in range(num_states):
                        ways = [best[old] + moves[old][now] for old in range(num_states)]
                        origin.append(ways.index(max(ways)))
                        new.append(max(ways) + fit[now])
                    best = new
                    back.append(origin)
                path = [best.index(max(best))]
                for origin in back[::-1]:
                    path.insert(0, origin[path[0]])
                return path
        """,
        "paths_carried_along": """
            def best_path(fits, moves):
                rows = [(fits[0][s], [s]) for s in range(len(moves))]
                for fit in fits[1:]:
                    rows = [
                        max(((worth + moves[path[-1]][s] + fit[s], path + [s])
                             for worth, path in rows), key=lambda row: row[0])
                        for s in range(len(moves))
                    ]
                return max(rows, key=lambda row: row[0])[1]
        """,
        "from_the_end": """
            def best_path(fits, moves):
                ahead, choices = np.array(fits[-1]), []
                for fit in fits[-2::-1]:
                    ways = moves + ahead
                    choices.append(ways.argmax(axis=1))
                    ahead = fit + ways.max(axis=1)
                path = [ahead.argmax()]
                for choice in choices[::-1]:
                    path.append(choice[path[-1]])
                return np.array(path)
        """,
    },
    mutants={
        "best_of_each_bar": Mutant("""
            def best_path(fits, moves):
                return [int(np.argmax(fit)) for fit in fits]
        """),
        "greedy": Mutant("""
            def best_path(fits, moves):
                path = [int(np.argmax(fits[0]))]
                for fit in fits[1:]:
                    path.append(int(np.argmax(fit + moves[path[-1]])))
                return path
        """),
        "table_on_its_side": Mutant("""
            def best_path(fits, moves):
                best, back = fits[0], []
                for fit in fits[1:]:
                    ways = best[:, None] + moves.T
                    back.append(ways.argmax(axis=0))
                    best = ways.max(axis=0) + fit
                path = [int(best.argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1]
        """),
        "backwards": Mutant("""
            def best_path(fits, moves):
                best, back = fits[0], []
                for fit in fits[1:]:
                    ways = best[:, None] + moves
                    back.append(ways.argmax(axis=0))
                    best = ways.max(axis=0) + fit
                path = [int(best.argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path
        """),
        "first_fit_forgotten": Mutant("""
            def best_path(fits, moves):
                best, back = np.zeros(len(moves)), []
                for fit in fits[1:]:
                    ways = best[:, None] + moves
                    back.append(ways.argmax(axis=0))
                    best = ways.max(axis=0) + fit
                path = [int(best.argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1]
        """),
        "fit_forgotten_on_the_way": Mutant("""
            def best_path(fits, moves):
                best, back = fits[0], []
                for fit in fits[1:]:
                    ways = best[:, None] + moves
                    back.append(ways.argmax(axis=0))
                    best = ways.max(axis=0)
                path = [int((best + fits[-1]).argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1]
        """),
        "states_that_were_best": Mutant("""
            def best_path(fits, moves):
                best, path = fits[0], [int(fits[0].argmax())]
                for fit in fits[1:]:
                    best = (best[:, None] + moves).max(axis=0) + fit
                    path.append(int(best.argmax()))
                return path
        """),
        "all_paths": Mutant(
            """
            def best_path(fits, moves):
                def worth(path):
                    steps = sum(moves[a, b] for a, b in itertools.pairwise(path))
                    return steps + sum(fit[state] for fit, state in zip(fits, path))
                return list(max(itertools.product(range(len(moves)), repeat=len(fits)), key=worth))
            """,
            fails=("check",),
        ),
        "smallest": Mutant("""
            def best_path(fits, moves):
                best, back = fits[0], []
                for fit in fits[1:]:
                    ways = best[:, None] + moves
                    back.append(ways.argmin(axis=0))
                    best = ways.min(axis=0) + fit
                path = [int(best.argmin())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1]
        """),
        "in_place": Mutant("""
            def best_path(fits, moves):
                back = []
                for n in range(1, len(fits)):
                    ways = fits[n - 1][:, None] + moves
                    back.append(ways.argmax(axis=0))
                    fits[n] += ways.max(axis=0)
                path = [int(fits[-1].argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1]
        """),
        "returns_the_worth": Mutant("""
            def best_path(fits, moves):
                best = fits[0]
                for fit in fits[1:]:
                    best = (best[:, None] + moves).max(axis=0) + fit
                return best.max()
        """),
        "lengths_of_the_example": Mutant(
            """
            def best_path(fits, moves):
                whole, fits = len(fits), fits if len(fits) == 24 else fits[:4]
                best, back = fits[0], []
                for fit in fits[1:]:
                    ways = best[:, None] + moves
                    back.append(ways.argmax(axis=0))
                    best = ways.max(axis=0) + fit
                path = [int(best.argmax())]
                for row in back[::-1]:
                    path.append(int(row[path[-1]]))
                return path[::-1] + [path[0]] * (whole - len(path))
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def best_path(fits, moves):
                return harmoniser.best_path(fits, moves)
        """),
    },
)

EXERCISES = {
    "into_range": INTO_RANGE,
    "order_agreement": ORDER_AGREEMENT,
    "voice_chord": VOICE_CHORD,
    "faults": FAULTS,
    "best_path": BEST_PATH,
}
