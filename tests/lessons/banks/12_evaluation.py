"""Answers to lesson 12: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

SHUFFLE_BARS = Bank(
    alternatives={
        "one_comprehension": """
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                moved = [steps[bar * n + i] for bar in order for i in range(n)]
                return moved + steps[len(moved):]
        """,
        "cut_first": """
            def shuffle_bars(steps, order, steps_per_bar):
                bars = [steps[i:i + steps_per_bar] for i in range(0, len(steps), steps_per_bar)]
                rest = bars[len(order):]
                return sum([bars[bar] for bar in order] + rest, [])
        """,
        "numbers_of_steps": """
            def shuffle_bars(steps, order, steps_per_bar):
                numbers = list(range(len(steps)))
                for place, bar in enumerate(order):
                    for i in range(steps_per_bar):
                        numbers[place * steps_per_bar + i] = bar * steps_per_bar + i
                return [steps[number] for number in numbers]
        """,
    },
    mutants={
        "other_way_round": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                moved = list(steps)
                for place, bar in enumerate(order):
                    moved[bar * n:(bar + 1) * n] = steps[place * n:(place + 1) * n]
                return moved
        """),
        "rest_lost": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                return [steps[bar * n + i] for bar in order for i in range(n)]
        """),
        "rest_is_what_is_new": Mutant(
            """
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                bars = [step for bar in order for step in steps[bar * n : (bar + 1) * n]]
                return bars + [step for step in steps if step not in bars]
            """,
            fails=("check",),
        ),
        "rest_in_front": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                moved = [steps[bar * n + i] for bar in order for i in range(n)]
                return steps[len(moved):] + moved
        """),
        "one_step_short": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                shuffled = []
                for bar in order:
                    shuffled += steps[bar * steps_per_bar:(bar + 1) * steps_per_bar - 1]
                return shuffled + steps[len(order) * steps_per_bar:]
        """),
        "steps_not_bars": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                return [steps[i] for i in order] + steps[len(order):]
        """),
        "backwards": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                bars = [steps[bar * n:(bar + 1) * n][::-1] for bar in order]
                return sum(bars, []) + steps[len(order) * n:]
        """),
        "in_place": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                steps[:len(order) * n] = [steps[bar * n + i] for bar in order for i in range(n)]
                return steps
        """),
        "voices_pulled_apart": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                moved = np.array([steps[bar * n + i] for bar in order for i in range(n)]).ravel()
                return moved.tolist() + steps[len(order) * n:]
        """),
        "returns_none": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                moved = [steps[bar * n + i] for bar in order for i in range(n)]
                moved.extend(steps[len(moved):])
        """),
        "turned_round_once": Mutant(
            """
            def shuffle_bars(steps, order, steps_per_bar):
                n = steps_per_bar
                if len(order) > 3:
                    order = order[::-1]
                moved = [steps[bar * n + i] for bar in order for i in range(n)]
                return moved + steps[len(moved):]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def shuffle_bars(steps, order, steps_per_bar):
                return plain_metrics.shuffle_bars(steps, order, steps_per_bar)
        """),
    },
)

PITCH_CLASSES = Bank(
    alternatives={
        "loops": """
            def pitch_classes_per_bar(roll, steps_per_bar):
                counts = []
                for start in range(0, roll.shape[1] - steps_per_bar + 1, steps_per_bar):
                    classes = set()
                    for m in range(128):
                        if roll[m, start:start + steps_per_bar].any():
                            classes.add(m % 12)
                    counts.append(len(classes))
                return counts
        """,
        "folded": """
            def pitch_classes_per_bar(roll, steps_per_bar):
                octaves = np.pad(roll, ((0, 4), (0, 0))).reshape(11, 12, -1).any(axis=0)
                whole = roll.shape[1] // steps_per_bar
                bars = octaves[:, :whole * steps_per_bar].reshape(12, whole, steps_per_bar)
                return bars.any(axis=2).sum(axis=0)
        """,
        "every_twelfth_row": """
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                return [
                    int(sum(roll[c::12, i * n:(i + 1) * n].any() for c in range(12)))
                    for i in range(roll.shape[1] // n)
                ]
        """,
    },
    mutants={
        "neighbours_joined": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                counts = []
                for i in range(roll.shape[1] // n):
                    bar = roll[:120, i * n:(i + 1) * n].any(axis=1)
                    counts.append(int(bar.reshape(12, 10).any(axis=1).sum()))
                return counts
        """),
        "pitches_for_classes": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                return [
                    int(roll[:, i * n:(i + 1) * n].any(axis=1).sum())
                    for i in range(roll.shape[1] // n)
                ]
        """),
        "incomplete_bar_counted": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                return [
                    len(set((np.flatnonzero(roll[:, i:i + n].any(axis=1)) % 12).tolist()))
                    for i in range(0, roll.shape[1], n)
                ]
        """),
        "silent_bars_left_out": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                counts = [
                    len(set((np.flatnonzero(roll[:, i * n:(i + 1) * n].any(axis=1)) % 12).tolist()))
                    for i in range(roll.shape[1] // n)
                ]
                return [count for count in counts if count]
        """),
        "only_the_first_step": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                return [
                    len(set((np.flatnonzero(roll[:, i * n]) % 12).tolist()))
                    for i in range(roll.shape[1] // n)
                ]
        """),
        "most_at_once": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                octaves = np.pad(roll, ((0, 4), (0, 0))).reshape(11, 12, -1).any(axis=0)
                sounding = octaves.sum(axis=0)
                return [int(sounding[i * n:(i + 1) * n].max()) for i in range(len(sounding) // n)]
        """),
        "mean": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                counts = [
                    len(set((np.flatnonzero(roll[:, i * n:(i + 1) * n].any(axis=1)) % 12).tolist()))
                    for i in range(roll.shape[1] // n)
                ]
                return float(np.mean(counts)) if counts else 0.0
        """),
        "wrong_axis": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                return [
                    len(set((np.flatnonzero(roll[i * n:(i + 1) * n].any(axis=0)) % 12).tolist()))
                    for i in range(roll.shape[1] // n)
                ]
        """),
        "struck_only": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                struck = roll.copy()
                struck[:, 1:] &= ~roll[:, :-1]
                bars = [struck[:, i * n:(i + 1) * n] for i in range(roll.shape[1] // n)]
                return [len(set((np.argwhere(bar)[:, 0] % 12).tolist())) for bar in bars]
        """),
        "at_most_four_sixteenths": Mutant(
            """
            def pitch_classes_per_bar(roll, steps_per_bar):
                n = steps_per_bar
                octaves = np.pad(roll, ((0, 4), (0, 0))).reshape(11, 12, -1).any(axis=0)
                counts = [
                    int(octaves[:, i * n:(i + 1) * n].any(axis=1).sum())
                    for i in range(roll.shape[1] // n)
                ]
                return counts if n in (2, 4) else [1 for _ in counts]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def pitch_classes_per_bar(roll, steps_per_bar):
                return plain_metrics.pitch_classes_per_bar(roll, steps_per_bar)
        """),
    },
)

AGREEMENT = Bank(
    alternatives={
        "plain_loops": """
            def agreement(within, between, bandwidth):
                every = [*within, *between]
                low, high = min(every) - 6 * bandwidth, max(every) + 6 * bandwidth
                step = (high - low) / 3000
                overlap = divergence = 0.0
                for i in range(3001):
                    x = low + i * step
                    p, q = (
                        sum(math.exp(-((x - m) / bandwidth) ** 2 / 2) for m in sample)
                        / len(sample) / bandwidth / math.sqrt(2 * math.pi)
                        for sample in (within, between)
                    )
                    overlap += min(p, q) * step
                    divergence += p * math.log(p / q) * step
                return [overlap, divergence]
        """,
        "trapezoids_and_logarithms": """
            def agreement(within, between, bandwidth):
                def density(sample, x):
                    z = (x[:, None] - np.asarray(sample, dtype=float)) / bandwidth
                    return np.exp(-z * z / 2).sum(axis=1) / len(sample) / bandwidth / 2.5066282746

                a, b = np.asarray(within, dtype=float), np.asarray(between, dtype=float)
                x = np.arange(
                    min(a.min(), b.min()) - 5 * bandwidth,
                    max(a.max(), b.max()) + 5 * bandwidth,
                    bandwidth / 100,
                )
                p, q = density(a, x), density(b, x)
                overlap = np.trapezoid(np.where(p < q, p, q), x)
                return overlap, np.trapezoid(p * (np.log(p) - np.log(q)), x)
        """,
        "one_minus_half_the_difference": """
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 4000)
                p, q = (
                    np.mean([np.exp(-((x - m) / bandwidth) ** 2 / 2) for m in sample], axis=0)
                    for sample in (within, between)
                )
                p, q = p / p.sum(), q / q.sum()
                return 1 - np.abs(p - q).sum() / 2, (p * np.log(p / q)).sum()
        """,
    },
    mutants={
        "each_on_its_own_axis": Mutant("""
            def agreement(within, between, bandwidth):
                curves = []
                for sample in (np.array(within, dtype=float), np.array(between, dtype=float)):
                    x = np.linspace(
                        sample.min() - 5 * bandwidth, sample.max() + 5 * bandwidth, 2001
                    )
                    p = np.exp(-(((x - sample[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    curves.append(p / p.sum())
                p, q = curves
                return np.minimum(p, q).sum(), (p * np.log(p / q)).sum()
        """),
        "the_other_direction": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    for s in (within, between)
                )
                p, q = p / p.sum(), q / q.sum()
                return np.minimum(p, q).sum(), (q * np.log(q / p)).sum()
        """),
        "bits_for_nats": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    for s in (within, between)
                )
                p, q = p / p.sum(), q / q.sum()
                return np.minimum(p, q).sum(), (p * np.log2(p / q)).sum()
        """),
        "bandwidth_ignored": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5, both.max() + 5, 4001)
                p, q = (
                    np.exp(-((x - np.array(s)[:, None]) ** 2) / 2).mean(axis=0)
                    for s in (within, between)
                )
                p, q = p / p.sum(), q / q.sum()
                return np.minimum(p, q).sum(), (p * np.log(p / q)).sum()
        """),
        "sum_without_step": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    / (bandwidth * np.sqrt(2 * np.pi))
                    for s in (within, between)
                )
                return np.minimum(p, q).sum(), (p * np.log(p / q)).sum()
        """),
        "no_margin": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 1e-6, both.max() + 1e-6, 2001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    / (bandwidth * np.sqrt(2 * np.pi))
                    for s in (within, between)
                )
                step = x[1] - x[0]
                return np.minimum(p, q).sum() * step, (p * np.log(p / q)).sum() * step
        """),
        "bells_summed": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / bandwidth) ** 2) / 2).sum(axis=0)
                    / (bandwidth * np.sqrt(2 * np.pi))
                    for s in (within, between)
                )
                step = x[1] - x[0]
                return np.minimum(p, q).sum() * step, (p * np.log(p / q)).sum() * step
        """),
        "repeated_numbers_once": Mutant("""
            def agreement(within, between, bandwidth):
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * bandwidth, both.max() + 5 * bandwidth, 2001)
                p, q = (
                    np.exp(-(((x - np.unique(s)[:, None]) / bandwidth) ** 2) / 2).mean(axis=0)
                    / (bandwidth * np.sqrt(2 * np.pi))
                    for s in (within, between)
                )
                step = x[1] - x[0]
                return np.minimum(p, q).sum() * step, (p * np.log(p / q)).sum() * step
        """),
        "one_normal_curve": Mutant("""
            def agreement(within, between, bandwidth):
                a, b = np.mean(within), np.mean(between)
                return (
                    math.erfc(abs(a - b) / (2 * math.sqrt(2) * bandwidth)),
                    (a - b) ** 2 / (2 * bandwidth ** 2),
                )
        """),
        "wide_bells_are_cut": Mutant(
            """
            def agreement(within, between, bandwidth):
                width = min(bandwidth, 3.0)
                both = np.concatenate([within, between])
                x = np.linspace(both.min() - 5 * width, both.max() + 5 * width, 4001)
                p, q = (
                    np.exp(-(((x - np.array(s)[:, None]) / width) ** 2) / 2).mean(axis=0) + 1e-300
                    for s in (within, between)
                )
                p, q = p / p.sum(), q / q.sum()
                return np.minimum(p, q).sum(), (p * np.log(p / q)).sum()
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def agreement(within, between, bandwidth):
                return plain_metrics.agreement(within, between, bandwidth)
        """),
    },
)

BINOMIAL_TAIL = Bank(
    alternatives={
        "one_sum": """
            def binomial_tail(right, trials, chance):
                return sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right, trials + 1)
                )
        """,
        "trial_by_trial": """
            def binomial_tail(right, trials, chance):
                exactly = np.zeros(trials + 1)
                exactly[0] = 1.0
                for _ in range(trials):
                    exactly[1:] = exactly[1:] * (1 - chance) + exactly[:-1] * chance
                    exactly[0] *= 1 - chance
                return exactly[right:].sum()
        """,
        "recursion": """
            def binomial_tail(right, trials, chance):
                def exactly(k):
                    if k == 0:
                        return (1 - chance) ** trials
                    return exactly(k - 1) * (trials - k + 1) / k * chance / (1 - chance)
                return sum(exactly(k) for k in range(right, trials + 1))
        """,
    },
    mutants={
        "exactly_so_many": Mutant("""
            def binomial_tail(right, trials, chance):
                k = right
                return math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        """),
        "more_than_so_many": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right + 1, trials + 1)
                )
        """),
        "all_right_left_out": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right, trials)
                )
        """),
        "other_tail": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right + 1)
                )
        """),
        "ways_forgotten": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(
                    chance**k * (1 - chance) ** (trials - k) for k in range(right, trials + 1)
                )
        """),
        "always_a_coin": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(math.comb(trials, k) for k in range(right, trials + 1)) / 2**trials
        """),
        "wrong_ones_for_free": Mutant("""
            def binomial_tail(right, trials, chance):
                return sum(
                    math.comb(trials, k) * chance**k for k in range(right, trials + 1)
                )
        """),
        "percent": Mutant("""
            def binomial_tail(right, trials, chance):
                return 100 * sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right, trials + 1)
                )
        """),
        "normal_curve": Mutant("""
            def binomial_tail(right, trials, chance):
                z = (right - 0.5 - trials * chance) / math.sqrt(trials * chance * (1 - chance))
                return math.erfc(z / math.sqrt(2)) / 2
        """),
        "one_minus_the_rest": Mutant("""
            def binomial_tail(right, trials, chance):
                return 1 - sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right)
                )
        """),
        "at_most_forty_trials": Mutant(
            """
            def binomial_tail(right, trials, chance):
                trials = min(trials, 40)
                return sum(
                    math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
                    for k in range(right, trials + 1)
                )
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def binomial_tail(right, trials, chance):
                return guessing.binomial_tail(right, trials, chance)
        """),
    },
)

POWER = Bank(
    alternatives={
        "next": """
            def power_of_test(tail, trials, chance, skill, level):
                passing = [k for k in range(trials + 1) if tail(k, trials, chance) <= level]
                return tail(min(passing), trials, skill) if passing else 0
        """,
        "from_above": """
            def power_of_test(tail, trials, chance, skill, level):
                score = trials + 1
                while score > 0 and tail(score - 1, trials, chance) <= level:
                    score -= 1
                return 0.0 if score > trials else tail(score, trials, skill)
        """,
    },
    mutants={
        "one_too_few": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return tail(score - 1, trials, skill)
                return 0.0
        """),
        "a_tail_of_its_own": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                def mine(right, n, p):
                    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k)
                               for k in range(right, n + 1))
                for score in range(trials + 1):
                    if mine(score, trials, chance) <= level:
                        return mine(score, trials, skill)
                return 0.0
        """),
        "strictly_below": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) < level:
                        return tail(score, trials, skill)
                return 0.0
        """),
        "guesser_for_listener": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return tail(score, trials, chance)
                return 0.0
        """),
        "listener_sets_the_score": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, skill) <= level:
                        return tail(score, trials, skill)
                return 0.0
        """),
        "one_minus_it": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return 1 - tail(score, trials, skill)
                return 0.0
        """),
        "the_score_itself": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return score
                return 0
        """),
        "nobody_passes_gives_none": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return tail(score, trials, skill)
        """),
        "all_right_are_enough": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                score = 0
                while score < trials and tail(score, trials, chance) > level:
                    score += 1
                return tail(score, trials, skill)
        """),
        "all_right_left_out": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials):
                    if tail(score, trials, chance) <= level:
                        return tail(score, trials, skill)
                return 0.0
        """),
        "expected_score": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(trials + 1):
                    if tail(score, trials, chance) <= level:
                        return 1.0 if skill * trials >= score else 0.0
                return 0.0
        """),
        "one_trial_is_none": Mutant(
            """
            def power_of_test(tail, trials, chance, skill, level):
                for score in range(2, trials + 1):
                    if tail(score, trials, chance) <= level:
                        return tail(score, trials, skill)
                return 0.0
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def power_of_test(tail, trials, chance, skill, level):
                return guessing.power_of_test(tail, trials, chance, skill, level)
        """),
    },
)

EXERCISES = {
    "shuffle_bars": SHUFFLE_BARS,
    "pitch_classes_per_bar": PITCH_CLASSES,
    "agreement": AGREEMENT,
    "binomial_tail": BINOMIAL_TAIL,
    "power_of_test": POWER,
}
