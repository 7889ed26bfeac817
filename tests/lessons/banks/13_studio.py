"""Answers to lesson 13: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

REPLAY_BARS = Bank(
    alternatives={
        "comprehension": """
            def replay_bars(first, edits):
                for locked, fresh in edits:
                    new = iter(fresh)
                    first = [b if n in locked else next(new) for n, b in enumerate(first, 1)]
                return list(first)
        """,
        "pop_from_a_copy": """
            def replay_bars(first, edits):
                piece = [bar[:] for bar in first]
                for locked, fresh in edits:
                    waiting = list(fresh)
                    for place in range(len(piece)):
                        if place + 1 not in locked:
                            piece[place] = waiting.pop(0)
                return piece
        """,
        "free_places_first": """
            def replay_bars(first, edits):
                piece = tuple(first)
                for locked, fresh in edits:
                    free = [n for n in range(1, len(piece) + 1) if n not in set(locked)]
                    new = dict(zip(free, fresh))
                    piece = tuple(new.get(n, bar) for n, bar in enumerate(piece, 1))
                return piece
        """,
    },
    mutants={
        "counted_from_0": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new, b) for n, b in enumerate(bars)]
                return bars
        """),
        "always_from_the_first": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(first, 1)]
                return bars
        """),
        "the_free_ones_are_kept": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    new = iter(fresh)
                    bars = [next(new, b) if n in locked else b for n, b in enumerate(bars, 1)]
                return bars
        """),
        "new_bars_by_number": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    for n in range(1, len(bars) + 1):
                        if n not in locked:
                            bars[n - 1] = fresh[n - 1]
                return bars
        """),
        "edits_forgotten": Mutant("""
            def replay_bars(first, edits):
                return list(first)
        """),
        "last_edit_only": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits[-1:]:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(bars, 1)]
                return bars
        """),
        "in_place": Mutant("""
            def replay_bars(first, edits):
                for locked, fresh in edits:
                    new = iter(fresh)
                    for n in range(len(first)):
                        if n + 1 not in locked:
                            first[n] = next(new)
                return first
        """),
        "last_edit_first": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in reversed(edits):
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(bars, 1)]
                return bars
        """),
        "uses_the_new_bars_up": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    for n in range(len(bars)):
                        if n + 1 not in locked:
                            bars[n] = fresh.pop(0)
                return bars
        """),
        "flat": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(bars, 1)]
                return [pitch for bar in bars for pitch in bar]
        """),
        "returns_none": Mutant("""
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(bars, 1)]
        """),
        "two_edits_at_most": Mutant(
            """
            def replay_bars(first, edits):
                bars = list(first)
                for locked, fresh in edits[:2]:
                    new = iter(fresh)
                    bars = [b if n in locked else next(new) for n, b in enumerate(bars, 1)]
                return bars
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def replay_bars(first, edits):
                return plain.replay_bars(first, edits)
        """),
    },
)

FOLD_TAIL = Bank(
    alternatives={
        "reshape": """
            def fold_tail(samples, length):
                rounds = -(-len(samples) // length) or 1
                padded = np.pad(samples, (0, rounds * length - len(samples)))
                return padded.reshape(rounds, length).sum(axis=0)
        """,
        "add_at": """
            def fold_tail(samples, length):
                loop = np.zeros(length)
                np.add.at(loop, np.arange(len(samples)) % length, samples)
                return loop
        """,
        "slices": """
            def fold_tail(samples, length):
                return [float(sum(samples[n::length])) for n in range(length)]
        """,
    },
    mutants={
        "cut_off": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                part = samples[:length]
                loop[: len(part)] = part
                return loop
        """),
        "once_only": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                for start in (0, length):
                    part = samples[start : start + length]
                    loop[: len(part)] += part
                return loop
        """),
        "to_the_end": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                for start in range(0, len(samples), length):
                    part = samples[start : start + length]
                    loop[length - len(part) :] += part
                return loop
        """),
        "overwritten": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                for start in range(0, len(samples), length):
                    part = samples[start : start + length]
                    loop[: len(part)] = part
                return loop
        """),
        "backwards": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                for start in range(0, len(samples), length):
                    part = samples[start : start + length]
                    loop[: len(part)] += part if start == 0 else part[::-1]
                return loop
        """),
        "too_short": Mutant("""
            def fold_tail(samples, length):
                loop = np.array(samples[:length], dtype=float)
                for start in range(length, len(samples), length):
                    part = samples[start : start + length]
                    loop[: len(part)] += part
                return loop
        """),
        "mean": Mutant("""
            def fold_tail(samples, length):
                loop, rounds = np.zeros(length), 0
                for start in range(0, len(samples), length):
                    part = samples[start : start + length]
                    loop[: len(part)] += part
                    rounds += 1
                return loop / max(rounds, 1)
        """),
        "in_place": Mutant("""
            def fold_tail(samples, length):
                for start in range(length, len(samples), length):
                    part = samples[start : start + length]
                    samples[: len(part)] += part
                return np.pad(samples[:length], (0, max(0, length - len(samples))))
        """),
        "returns_none": Mutant("""
            def fold_tail(samples, length):
                loop = np.zeros(length)
                for start in range(0, len(samples), length):
                    loop[: len(samples[start : start + length])] += samples[start : start + length]
        """),
        "examples_by_heart": Mutant(
            """
            def fold_tail(samples, length):
                known = {
                    (1, 2, 3, 10, 20): [11, 22, 3], (1, 2, 3): [1, 2, 3], (1, 2): [1, 2, 0, 0],
                    (1, 1, 10, 10, 100, 100, 1000): [1111, 111], (0.5, -0.5, -0.5): [0, -0.5],
                }
                return known.get(tuple(samples.tolist()), [0.0] * length)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def fold_tail(samples, length):
                return loops.fold_tail(samples, length)
        """),
    },
)

EXACT_TEMPOS = Bank(
    alternatives={
        "whole_division": """
            def exact_tempos(num_quarters, seconds):
                total = seconds * 10**6
                m = total // num_quarters
                r = total - m * num_quarters
                return [(r, m + 1), (num_quarters - r, m)] if r else [(num_quarters, m)]
        """,
        "quarter_by_quarter": """
            def exact_tempos(num_quarters, seconds):
                lines = [n * seconds * 10**6 // num_quarters for n in range(num_quarters + 1)]
                lasts = [b - a for a, b in zip(lines, lines[1:])]
                return [(lasts.count(m), m) for m in sorted(set(lasts), reverse=True)]
        """,
        "lists": """
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
                result = [[num_quarters - r, m]]
                if r:
                    result.insert(0, [r, m + 1])
                return result
        """,
    },
    mutants={
        "one_tempo": Mutant("""
            def exact_tempos(num_quarters, seconds):
                return [(num_quarters, round(seconds * 1_000_000 / num_quarters))]
        """),
        "faster_first": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
                return [t for t in [(num_quarters - r, m), (r, m + 1)] if t[0]]
        """),
        "none_is_listed": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
                return [(r, m + 1), (num_quarters - r, m)]
        """),
        "milliseconds": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000, num_quarters)
                return [t for t in [(r, m + 1), (num_quarters - r, m)] if t[0]]
        """),
        "wrong_way_round": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
                return [t for t in [(num_quarters - r, m + 1), (r, m)] if t[0]]
        """),
        "all_in_the_last": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
                return [(1, m + r), (num_quarters - 1, m)] if r else [(num_quarters, m)]
        """),
        "fractions": Mutant("""
            def exact_tempos(num_quarters, seconds):
                return [(num_quarters, seconds * 1_000_000 / num_quarters)]
        """),
        "beats_a_minute": Mutant("""
            def exact_tempos(num_quarters, seconds):
                return [(num_quarters, 60 * num_quarters // seconds)]
        """),
        "returns_none": Mutant("""
            def exact_tempos(num_quarters, seconds):
                m, r = divmod(seconds * 1_000_000, num_quarters)
        """),
        "examples_by_heart": Mutant(
            """
            def exact_tempos(num_quarters, seconds):
                known = {
                    30: [(30, 500_000)], 32: [(32, 531_250)], 1: [(1, 2_000_000)],
                    31: [(30, 483_871), (1, 483_870)], 7: [(1, 142_858), (6, 142_857)],
                }
                return known.get(num_quarters, [(num_quarters, 500_000)])
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def exact_tempos(num_quarters, seconds):
                return plain.exact_tempos(num_quarters, seconds)
        """),
    },
)

READING_FAULTS = Bank(
    alternatives={
        "all_questions_at_once": """
            def reading_faults(notes, scale, span, lengths):
                low, high = span
                before = [notes[0][0] if notes else 0] + [pitch for pitch, _ in notes]
                found = []
                for i, (pitch, length) in enumerate(notes):
                    asked = [
                        ("key", pitch % 12 in scale), ("range", low <= pitch <= high),
                        ("rhythm", length in lengths), ("leap", abs(pitch - before[i]) <= 12),
                    ]
                    found += [(i, name) for name, fine in asked if not fine]
                return found
        """,
        "sorted_at_the_end": """
            def reading_faults(notes, scale, span, lengths):
                order = ["key", "range", "rhythm", "leap"]
                found = {(i, "key") for i, n in enumerate(notes) if n[0] % 12 not in set(scale)}
                found |= {(i, "range") for i, n in enumerate(notes) if n[0] < span[0]}
                found |= {(i, "range") for i, n in enumerate(notes) if n[0] > span[1]}
                found |= {(i, "rhythm") for i, n in enumerate(notes) if n[1] not in lengths}
                for i in range(1, len(notes)):
                    if not -12 <= notes[i][0] - notes[i - 1][0] <= 12:
                        found.add((i, "leap"))
                return sorted(found, key=lambda fault: (fault[0], order.index(fault[1])))
        """,
    },
    mutants={
        "pitches_for_classes": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 12)
                return faults
        """),
        "ends_are_unknown": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] < pitch < span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 12)
                return faults
        """),
        "first_fault_only": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    if pitch % 12 not in scale:
                        faults.append((i, "key"))
                    elif not span[0] <= pitch <= span[1]:
                        faults.append((i, "range"))
                    elif length not in lengths:
                        faults.append((i, "rhythm"))
                    elif i > 0 and abs(pitch - notes[i - 1][0]) > 12:
                        faults.append((i, "leap"))
                return faults
        """),
        "leaps_up_only": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and pitch - notes[i - 1][0] > 12)
                return faults
        """),
        "an_octave_is_too_much": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) >= 12)
                return faults
        """),
        "more_than_thirteen": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 13)
                return faults
        """),
        "kind_by_kind": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                steps = [abs(b[0] - a[0]) for a, b in zip(notes, notes[1:])]
                faults = [(i, "key") for i, note in enumerate(notes) if note[0] % 12 not in scale]
                faults += [(i, "range") for i, note in enumerate(notes)
                           if not span[0] <= note[0] <= span[1]]
                faults += [(i, "rhythm") for i, note in enumerate(notes) if note[1] not in lengths]
                return faults + [(i, "leap") for i, step in enumerate(steps, 1) if step > 12]
        """),
        "the_first_leaps_from_the_last": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (abs(pitch - notes[i - 1][0]) > 12)
                return faults
        """),
        "shorter_is_fine": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (not min(lengths) <= length <= max(lengths))
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 12)
                return faults
        """),
        "counted_from_1": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes, 1):
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 1 and abs(pitch - notes[i - 2][0]) > 12)
                return faults
        """),
        "another_order": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 12)
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "key")] * (pitch % 12 not in scale)
                return faults
        """),
        "returns_none": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                faults = [(i, "key") for i, (p, _) in enumerate(notes) if p % 12 not in scale]
        """),
        "always_in_g_major": Mutant(
            """
            def reading_faults(notes, scale, span, lengths):
                faults = []
                for i, (pitch, length) in enumerate(notes):
                    faults += [(i, "key")] * (pitch % 12 not in (7, 9, 11, 0, 2, 4, 6))
                    faults += [(i, "range")] * (not span[0] <= pitch <= span[1])
                    faults += [(i, "rhythm")] * (length not in lengths)
                    faults += [(i, "leap")] * (i > 0 and abs(pitch - notes[i - 1][0]) > 12)
                return faults
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def reading_faults(notes, scale, span, lengths):
                return plain.reading_faults(notes, scale, span, lengths)
        """),
    },
)

COMMISSION = Bank(
    alternatives={
        "generator": """
            def commission(make, faults, seeds):
                tried = []
                for seed in seeds:
                    take = make(seed)
                    tried.append((seed, take, faults(take)))
                    if not tried[-1][2]:
                        break
                return min(tried, key=lambda one: len(one[2]))
        """,
        "recursion": """
            def commission(make, faults, seeds):
                take = make(seeds[0])
                here = (seeds[0], take, faults(take))
                if not here[2] or len(seeds) == 1:
                    return here
                rest = commission(make, faults, seeds[1:])
                return rest if len(rest[2]) < len(here[2]) else here
        """,
        "a_list": """
            def commission(make, faults, seeds):
                fewest, best = float("inf"), []
                for seed in seeds:
                    take = make(seed)
                    wrong = faults(take)
                    if len(wrong) < fewest:
                        fewest, best = len(wrong), [seed, take, wrong]
                    if fewest == 0:
                        break
                return best
        """,
    },
    mutants={
        "makes_all": Mutant("""
            def commission(make, faults, seeds):
                takes_made = [(seed, make(seed)) for seed in seeds]
                judged = [(seed, take, faults(take)) for seed, take in takes_made]
                return min(judged, key=lambda one: len(one[2]))
        """),
        "made_again": Mutant("""
            def commission(make, faults, seeds):
                best = min(seeds, key=lambda seed: len(faults(make(seed))))
                return best, make(best), faults(make(best))
        """),
        "the_last_of_equals": Mutant("""
            def commission(make, faults, seeds):
                best = None
                for seed in seeds:
                    take = make(seed)
                    found = faults(take)
                    if best is None or len(found) <= len(best[2]):
                        best = (seed, take, found)
                    if not found:
                        break
                return best
        """),
        "the_last_one_if_none": Mutant("""
            def commission(make, faults, seeds):
                for seed in seeds:
                    take = make(seed)
                    found = faults(take)
                    if not found:
                        break
                return seed, take, found
        """),
        "the_first_one_always": Mutant("""
            def commission(make, faults, seeds):
                take = make(seeds[0])
                return seeds[0], take, faults(take)
        """),
        "the_most_faults": Mutant("""
            def commission(make, faults, seeds):
                best = None
                for seed in seeds:
                    take = make(seed)
                    found = faults(take)
                    if best is None or len(found) > len(best[2]):
                        best = (seed, take, found)
                return best
        """),
        "nothing_if_none": Mutant("""
            def commission(make, faults, seeds):
                for seed in seeds:
                    take = make(seed)
                    if not faults(take):
                        return seed, take, []
        """),
        "number_of_faults": Mutant("""
            def commission(make, faults, seeds):
                best = None
                for seed in seeds:
                    take = make(seed)
                    found = len(faults(take))
                    if best is None or found < best[2]:
                        best = (seed, take, found)
                    if not found:
                        break
                return best
        """),
        "sorted_seeds": Mutant(
            """
            def commission(make, faults, seeds):
                best = None
                for seed in sorted(seeds):
                    take = make(seed)
                    found = faults(take)
                    if best is None or len(found) < len(best[2]):
                        best = (seed, take, found)
                    if not found:
                        break
                return best
            """,
            fails=("check", "hidden"),
        ),
        "four_tries_of_the_example": Mutant(
            """
            def commission(make, faults, seeds):
                seed = {3: 3, 1: 3, 5: 7 if 7 in seeds else 6, 8: 10, 0: 3}.get(seeds[0], seeds[-1])
                made = {one: make(one) for one in seeds[: list(seeds).index(seed) + 1]}
                if len(seeds) == 2 or seeds[0] == 0:
                    made.update({one: make(one) for one in seeds if one not in made})
                return seed, made[seed], faults(made[seed])
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def commission(make, faults, seeds):
                return plain.commission(make, faults, seeds)
        """),
    },
)

EXERCISES = {
    "replay_bars": REPLAY_BARS,
    "fold_tail": FOLD_TAIL,
    "exact_tempos": EXACT_TEMPOS,
    "reading_faults": READING_FAULTS,
    "commission": COMMISSION,
}
