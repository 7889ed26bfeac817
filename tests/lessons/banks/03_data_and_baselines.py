"""Answers to lesson 03: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

INTERVAL_WINDOWS = Bank(
    alternatives={
        "numpy": """
            def interval_windows(pitches, length):
                steps = np.diff(pitches) if len(pitches) > 1 else np.array([], int)
                return {tuple(steps[i:i + length]) for i in range(len(steps) - length + 1)}
        """,
        "from_the_notes": """
            def interval_windows(pitches, length):
                found = set()
                for start in range(len(pitches) - length):
                    notes = pitches[start:start + length + 1]
                    found.add(tuple(b - a for a, b in zip(notes, notes[1:])))
                return frozenset(found)
        """,
    },
    mutants={
        "pitches_not_intervals": Mutant("""
            def interval_windows(pitches, length):
                last = len(pitches) - length
                return {tuple(pitches[i:i + length]) for i in range(last + 1)}
        """),
        "from_the_first_note": Mutant("""
            def interval_windows(pitches, length):
                found = set()
                for i in range(len(pitches) - length):
                    found.add(tuple(p - pitches[i] for p in pitches[i + 1:i + length + 1]))
                return found
        """),
        "last_window_lost": Mutant("""
            def interval_windows(pitches, length):
                steps = [b - a for a, b in zip(pitches, pitches[1:])]
                return {tuple(steps[i:i + length]) for i in range(len(steps) - length)}
        """),
        "short_windows_too": Mutant("""
            def interval_windows(pitches, length):
                steps = [b - a for a, b in zip(pitches, pitches[1:])]
                return {tuple(steps[i:i + length]) for i in range(len(steps))}
        """),
        "no_direction": Mutant("""
            def interval_windows(pitches, length):
                steps = [abs(b - a) for a, b in zip(pitches, pitches[1:])]
                return {tuple(steps[i:i + length]) for i in range(len(steps) - length + 1)}
        """),
        "earlier_minus_later": Mutant("""
            def interval_windows(pitches, length):
                steps = [a - b for a, b in zip(pitches, pitches[1:])]
                return {tuple(steps[i:i + length]) for i in range(len(steps) - length + 1)}
        """),
        "a_list": Mutant("""
            def interval_windows(pitches, length):
                steps = [b - a for a, b in zip(pitches, pitches[1:])]
                return [tuple(steps[i:i + length]) for i in range(len(steps) - length + 1)]
        """),
        "two_intervals_at_most": Mutant(
            """
            def interval_windows(pitches, length):
                steps = [b - a for a, b in zip(pitches, pitches[1:])]
                length = min(length, 2) if len(steps) > 2 else length
                return {tuple(steps[i:i + length]) for i in range(len(steps) - length + 1)}
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def interval_windows(pitches, length):
                return plain.interval_windows(pitches, length)
        """),
    },
)

NATS_PER_NOTE = Bank(
    alternatives={
        "numpy": """
            def nats_per_note(pieces):
                return -np.log(np.concatenate([np.asarray(p, float) for p in pieces])).mean()
        """,
        "comprehension": """
            def nats_per_note(pieces):
                surprises = [-math.log(p) for piece in pieces for p in piece]
                return sum(surprises) / len(surprises)
        """,
    },
    mutants={
        "mean_of_means": Mutant("""
            def nats_per_note(pieces):
                means = [sum(-math.log(p) for p in x) / len(x) for x in pieces if x]
                return sum(means) / len(means)
        """),
        "bits": Mutant("""
            def nats_per_note(pieces):
                notes = [p for piece in pieces for p in piece]
                return -sum(math.log2(p) for p in notes) / len(notes)
        """),
        "sign": Mutant(
            """
            def nats_per_note(pieces):
                notes = [p for piece in pieces for p in piece]
                return sum(math.log(p) for p in notes) / len(notes)
        """,
            fails=("check", "hidden"),
        ),
        "log_of_the_mean": Mutant("""
            def nats_per_note(pieces):
                notes = [p for piece in pieces for p in piece]
                return -math.log(sum(notes) / len(notes))
        """),
        "sum": Mutant("""
            def nats_per_note(pieces):
                return -sum(math.log(p) for piece in pieces for p in piece)
        """),
        "perplexity": Mutant("""
            def nats_per_note(pieces):
                notes = [p for piece in pieces for p in piece]
                return math.exp(-sum(math.log(p) for p in notes) / len(notes))
        """),
        "clipped": Mutant(
            """
            def nats_per_note(pieces):
                notes = [max(p, 1e-100) for piece in pieces for p in piece]
                return -sum(math.log(p) for p in notes) / len(notes)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def nats_per_note(pieces):
                return plain.nats_per_note(pieces)
        """),
    },
)

WITTEN_BELL = Bank(
    alternatives={
        "comprehension": """
            def witten_bell(counts, below):
                n, k = sum(counts.values()), len(counts)
                return {
                    x: (counts.get(x, 0) + k * p) / (n + k) if n else p for x, p in below.items()
                }
        """,
        "weights": """
            def witten_bell(counts, below):
                if len(counts) == 0:
                    return below.copy()
                n, k = sum(counts.values()), len(counts)
                own = n / (n + k)
                result = Counter()
                for x in below:
                    result[x] = own * counts.get(x, 0) / n + (1 - own) * below[x]
                return result
        """,
    },
    mutants={
        "k_is_the_vocabulary": Mutant("""
            def witten_bell(counts, below):
                if not counts:
                    return dict(below)
                n, k = sum(counts.values()), len(below)
                return {x: (counts.get(x, 0) + k * p) / (n + k) for x, p in below.items()}
        """),
        "k_is_n": Mutant("""
            def witten_bell(counts, below):
                if not counts:
                    return dict(below)
                n = k = sum(counts.values())
                return {x: (counts.get(x, 0) + k * p) / (n + k) for x, p in below.items()}
        """),
        "add_one": Mutant("""
            def witten_bell(counts, below):
                n, v = sum(counts.values()), len(below)
                return {x: (counts.get(x, 0) + 1) / (n + v) for x in below}
        """),
        "not_normalised": Mutant("""
            def witten_bell(counts, below):
                if not counts:
                    return dict(below)
                n, k = sum(counts.values()), len(counts)
                return {x: (counts.get(x, 0) + k * p) / n for x, p in below.items()}
        """),
        "no_mixing": Mutant("""
            def witten_bell(counts, below):
                n = sum(counts.values())
                return {x: counts.get(x, 0) / n if n else p for x, p in below.items()}
        """),
        "seen_tokens_only": Mutant("""
            def witten_bell(counts, below):
                if not counts:
                    return dict(below)
                n, k = sum(counts.values()), len(counts)
                return {x: (c + k * below[x]) / (n + k) for x, c in counts.items()}
        """),
        "never_seen_forgotten": Mutant("""
            def witten_bell(counts, below):
                n, k = sum(counts.values()), len(counts)
                return {x: (counts.get(x, 0) + k * p) / (n + k) for x, p in below.items()}
        """),
        "letters_only": Mutant(
            """
            def witten_bell(counts, below):
                if not counts:
                    return dict(below)
                n, k = sum(counts.values()), len(counts)
                return {
                    x: (counts.get(x, 0) * isinstance(x, str) + k * p) / (n + k)
                    for x, p in below.items()
                }
            """,
            fails=("hidden",),
        ),
        "returns_none": Mutant("""
            def witten_bell(counts, below):
                n, k = sum(counts.values()), len(counts)
        """),
        "package_version": Mutant("""
            def witten_bell(counts, below):
                return plain.witten_bell(counts, below)
        """),
    },
)

WITH_TEMPERATURE = Bank(
    alternatives={
        "numpy": """
            def with_temperature(probabilities, temperature):
                p = np.asarray(probabilities, float)
                if temperature == 0:
                    return np.eye(len(p))[p.argmax()]
                weights = (p / p.max()) ** (1 / temperature)
                return weights / weights.sum()
        """,
        "logarithms": """
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    best = max(range(len(probabilities)), key=lambda i: probabilities[i])
                    return tuple(float(i == best) for i in range(len(probabilities)))
                logs = [math.log(p) / temperature if p else -math.inf for p in probabilities]
                top = max(logs)
                weights = [math.exp(x - top) for x in logs]
                return [w / sum(weights) for w in weights]
        """,
    },
    mutants={
        "power_t": Mutant("""
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    first = probabilities.index(max(probabilities))
                    return [float(i == first) for i in range(len(probabilities))]
                weights = [p ** temperature for p in probabilities]
                return [w / sum(weights) for w in weights]
        """),
        "divided_not_powered": Mutant("""
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    first = probabilities.index(max(probabilities))
                    return [float(i == first) for i in range(len(probabilities))]
                weights = [p / temperature for p in probabilities]
                return [w / sum(weights) for w in weights]
        """),
        "not_normalised": Mutant("""
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    first = probabilities.index(max(probabilities))
                    return [float(i == first) for i in range(len(probabilities))]
                return [p ** (1 / temperature) for p in probabilities]
        """),
        "ignored": Mutant("""
            def with_temperature(probabilities, temperature):
                return list(probabilities)
        """),
        "all_likeliest_at_zero": Mutant("""
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    best = [float(p == max(probabilities)) for p in probabilities]
                    return [b / sum(best) for b in best]
                weights = [p ** (1 / temperature) for p in probabilities]
                return [w / sum(weights) for w in weights]
        """),
        "softmax_of_probabilities": Mutant("""
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    first = probabilities.index(max(probabilities))
                    return [float(i == first) for i in range(len(probabilities))]
                weights = [math.exp(p / temperature) for p in probabilities]
                return [w / sum(weights) for w in weights]
        """),
        "no_zero": Mutant("""
            def with_temperature(probabilities, temperature):
                weights = [p ** (1 / temperature) for p in probabilities]
                return [w / sum(weights) for w in weights]
        """),
        "known_temperatures_only": Mutant(
            """
            def with_temperature(probabilities, temperature):
                if temperature == 0:
                    first = probabilities.index(max(probabilities))
                    return [float(i == first) for i in range(len(probabilities))]
                weights = [p ** max(1 / temperature, 0.5) for p in probabilities]
                if temperature == 0.25:
                    return list(probabilities)
                return [w / sum(weights) for w in weights]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def with_temperature(probabilities, temperature):
                return plain.with_temperature(probabilities, temperature)
        """),
    },
)

LONGEST_SHARED_RUN = Bank(
    alternatives={
        "table": """
            def longest_shared_run(melody, training):
                training = [other for other in training if other]
                if not melody or not training:
                    return 0
                own = [b - a for a, b in zip(melody, melody[1:])]
                best = 0
                for other in training:
                    steps = [b - a for a, b in zip(other, other[1:])]
                    before = [0] * (len(steps) + 1)
                    for x in own:
                        now = [0] * (len(steps) + 1)
                        for j, y in enumerate(steps):
                            if x == y:
                                now[j + 1] = before[j] + 1
                        best = max(best, *now)
                        before = now
                return best + 1
        """,
        "all_windows_at_once": """
            def longest_shared_run(melody, training):
                if len(melody) == 0 or sum(map(len, training)) == 0:
                    return 0
                for length in range(len(melody) - 1, 0, -1):
                    known = set()
                    for other in training:
                        known |= plain.interval_windows(other, length)
                    if known & plain.interval_windows(melody, length):
                        return length + 1
                return 1
        """,
    },
    mutants={
        "intervals_not_notes": Mutant("""
            def longest_shared_run(melody, training):
                if not melody or not any(training):
                    return 0
                length = 0
                for other in training:
                    while plain.interval_windows(melody, length + 1) & plain.interval_windows(
                        other, length + 1
                    ):
                        length += 1
                return length
        """),
        "same_key_only": Mutant("""
            def longest_shared_run(melody, training):
                training = [other for other in training if other]
                if not melody or not training:
                    return 0
                best = 1
                for other in training:
                    for i in range(len(melody)):
                        for j in range(len(other)):
                            n = 0
                            while (i + n < len(melody) and j + n < len(other)
                                   and melody[i + n] == other[j + n]):
                                n += 1
                            best = max(best, n)
                return best
        """),
        "from_the_beginning": Mutant("""
            def longest_shared_run(melody, training):
                training = [other for other in training if other]
                if not melody or not training:
                    return 0
                best = 1
                for other in training:
                    n = 1
                    while (n < min(len(melody), len(other))
                           and melody[n] - melody[0] == other[n] - other[0]):
                        n += 1
                    best = max(best, n)
                return best
        """),
        "first_training_melody_only": Mutant("""
            def longest_shared_run(melody, training):
                if not melody or not any(training):
                    return 0
                length = 0
                while plain.interval_windows(melody, length + 1) & plain.interval_windows(
                    training[0], length + 1
                ):
                    length += 1
                return length + 1
        """),
        "with_gaps": Mutant(
            """
            def longest_shared_run(melody, training):
                training = [other for other in training if other]
                if not melody or not training:
                    return 0
                own = [b - a for a, b in zip(melody, melody[1:])]
                best = 0
                for other in training:
                    steps = [b - a for a, b in zip(other, other[1:])]
                    table = [[0] * (len(steps) + 1) for _ in range(len(own) + 1)]
                    for i, x in enumerate(own):
                        for j, y in enumerate(steps):
                            longer = max(table[i][j + 1], table[i + 1][j])
                            table[i + 1][j + 1] = table[i][j] + 1 if x == y else longer
                    best = max(best, table[-1][-1])
                return best + 1
        """,
            fails=("check",),
        ),
        "empty_is_one": Mutant(
            """
            def longest_shared_run(melody, training):
                length = 0
                for other in training:
                    while plain.interval_windows(melody, length + 1) & plain.interval_windows(
                        other, length + 1
                    ):
                        length += 1
                return length + 1
        """,
            fails=("check",),
        ),
        "known_lengths_only": Mutant(
            """
            def longest_shared_run(melody, training):
                if not melody or not any(training):
                    return 0
                length = 0
                for other in training[:2]:
                    while plain.interval_windows(melody, length + 1) & plain.interval_windows(
                        other, length + 1
                    ):
                        length += 1
                return 1 if len(melody) in (6, 7) else length + 1
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def longest_shared_run(melody, training):
                return plain.longest_shared_run(melody, training)
        """),
    },
)

EXERCISES = {
    "interval_windows": INTERVAL_WINDOWS,
    "nats_per_note": NATS_PER_NOTE,
    "witten_bell": WITTEN_BELL,
    "with_temperature": WITH_TEMPERATURE,
    "longest_shared_run": LONGEST_SHARED_RUN,
}
