"""Answers to lesson 05: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

LSTM_STEP = Bank(
    alternatives={
        "slices": """
            def lstm_step(x, h, c, W_x, W_h, b):
                n = len(h)
                z = np.dot(W_x, x) + np.dot(W_h, h) + b
                s = 1 / (1 + np.exp(-z))
                c = s[n:2 * n] * c + s[:n] * np.tanh(z[2 * n:3 * n])
                return s[3 * n:] * np.tanh(c), c
        """,
        "cell_by_cell": """
            def lstm_step(x, h, c, W_x, W_h, b):
                n, new_h, new_c = len(h), [], []
                for k in range(n):
                    z = [W_x[j] @ x + W_h[j] @ h + b[j] for j in (k, n + k, 2 * n + k, 3 * n + k)]
                    i, f, o = (float(plain_lstm.sigmoid(z[j])) for j in (0, 1, 3))
                    new_c.append(f * c[k] + i * np.tanh(z[2]))
                    new_h.append(o * np.tanh(new_c[-1]))
                return new_h, new_c
        """,
        "one_matrix": """
            def lstm_step(x, h, c, W_x, W_h, b):
                W = np.hstack([W_x, W_h])
                i, f, g, o = (W @ np.concatenate([x, h]) + b).reshape(4, -1)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return [plain_lstm.sigmoid(o) * np.tanh(c), c]
        """,
    },
    mutants={
        "gates_in_another_order": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                f, i, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "old_cell_state_shown": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                new_c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), new_c
        """),
        "no_tanh_on_the_way_out": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * c, c
        """),
        "sigmoid_candidate": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = plain_lstm.sigmoid(W_x @ x + W_h @ h + b).reshape(4, -1)
                c = f * c + i * g
                return o * np.tanh(c), c
        """),
        "last_output_not_heard": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + b, 4)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "bias_forgotten": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h, 4)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "coupled_gates": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                keep = plain_lstm.sigmoid(f)
                c = keep * c + (1 - keep) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "every_fourth_row": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = (W_x @ x + W_h @ h + b).reshape(-1, 4).T
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "cell_state_first": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                c = plain_lstm.sigmoid(f) * c + plain_lstm.sigmoid(i) * np.tanh(g)
                return c, plain_lstm.sigmoid(o) * np.tanh(c)
        """),
        "in_place": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
                c *= plain_lstm.sigmoid(f)
                c += plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
        """),
        "returns_none": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                i, f, g, o = np.split(W_x @ x + W_h @ h + b, 4)
        """),
        "one_or_two_cells_only": Mutant(
            """
            def lstm_step(x, h, c, W_x, W_h, b):
                n = min(len(h), 2)
                z = W_x @ x + W_h @ h + b
                i, f, g, o = z[:n], z[n:2 * n], z[2 * n:3 * n], z[3 * n:4 * n]
                c = plain_lstm.sigmoid(f) * c[:n] + plain_lstm.sigmoid(i) * np.tanh(g)
                return plain_lstm.sigmoid(o) * np.tanh(c), c
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def lstm_step(x, h, c, W_x, W_h, b):
                return plain_lstm.lstm_step(x, h, c, W_x, W_h, b)
        """),
    },
)

SPLIT_CHUNKS = Bank(
    alternatives={
        "overlapping_slices": """
            def split_chunks(tokens, length):
                chunks = []
                for start in range(0, len(tokens) - 1, length):
                    piece = tokens[start:start + length + 1]
                    chunks.append((piece[:-1], piece[1:]))
                return chunks
        """,
        "pairs": """
            def split_chunks(tokens, length):
                chunks = []
                for n, (token, after) in enumerate(zip(tokens, tokens[1:])):
                    if n % length == 0:
                        chunks.append(([], []))
                    chunks[-1][0].append(token)
                    chunks[-1][1].append(after)
                return tuple(chunks)
        """,
        "lists_and_tuples": """
            def split_chunks(tokens, length):
                starts = range(0, len(tokens) - 1, length)
                ends = [min(start + length, len(tokens) - 1) for start in starts]
                return [
                    [tuple(tokens[start:end]), tuple(tokens[start + 1:end + 1])]
                    for start, end in zip(starts, ends)
                ]
        """,
    },
    mutants={
        "cut_then_shifted": Mutant("""
            def split_chunks(tokens, length):
                pieces = [tokens[s:s + length] for s in range(0, len(tokens), length)]
                return [(p[:-1], p[1:]) for p in pieces if len(p) > 1]
        """),
        "targets_not_shifted": Mutant("""
            def split_chunks(tokens, length):
                inputs = tokens[:-1]
                starts = range(0, len(inputs), length)
                return [(inputs[s:s + length], inputs[s:s + length]) for s in starts]
        """),
        "rest_dropped": Mutant("""
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-1], tokens[1:]
                starts = range(0, len(inputs) - length + 1, length)
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
        """),
        "overlapping_chunks": Mutant("""
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-1], tokens[1:]
                starts = range(0, len(inputs))
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
        """),
        "empty_chunk_at_the_end": Mutant("""
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-1], tokens[1:]
                starts = range(0, len(tokens), length)
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
        """),
        "one_too_many_steps": Mutant("""
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-1], tokens[1:]
                starts = range(0, len(inputs), length + 1)
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
        """),
        "two_ahead": Mutant("""
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-2], tokens[2:]
                starts = range(0, len(inputs), length)
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
        """),
        "in_place": Mutant("""
            def split_chunks(tokens, length):
                chunks = []
                while len(tokens) > 1:
                    chunks.append((tokens[:-1][:length], tokens[1:length + 1]))
                    del tokens[:length]
                return chunks
        """),
        "three_chunks_lost": Mutant(
            """
            def split_chunks(tokens, length):
                inputs, targets = tokens[:-1], tokens[1:]
                starts = range(0, min(len(inputs), 6), length)
                return [(inputs[s:s + length], targets[s:s + length]) for s in starts]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def split_chunks(tokens, length):
                return plain_lstm.split_chunks(tokens, length)
        """),
    },
)

KEEP_TOP_K = Bank(
    alternatives={
        "numpy": """
            def keep_top_k(probabilities, k):
                p = np.array(probabilities, dtype=float)
                p[np.argsort(-p, kind="stable")[k:]] = 0
                return p / p.sum()
        """,
        "one_at_a_time": """
            def keep_top_k(probabilities, k):
                left, result = list(probabilities), [0.0] * len(probabilities)
                for _ in range(min(k, len(left))):
                    i = left.index(max(left))
                    result[i], left[i] = probabilities[i], -1
                total = sum(result)
                return tuple(p / total for p in result)
        """,
    },
    mutants={
        "equals_slip_through": Mutant("""
            def keep_top_k(probabilities, k):
                edge = sorted(probabilities, reverse=True)[min(k, len(probabilities)) - 1]
                kept = [p if p >= edge else 0.0 for p in probabilities]
                return [p / sum(kept) for p in kept]
        """),
        "later_equals": Mutant("""
            def keep_top_k(probabilities, k):
                order = sorted(((p, i) for i, p in enumerate(probabilities)), reverse=True)
                kept = {i for _, i in order[:k]}
                total = sum(probabilities[i] for i in kept)
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "not_normalised": Mutant("""
            def keep_top_k(probabilities, k):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                return [p if i in order[:k] else 0.0 for i, p in enumerate(probabilities)]
        """),
        "sorted_result": Mutant("""
            def keep_top_k(probabilities, k):
                kept = sorted(probabilities, reverse=True)[:k]
                rest = [0.0] * (len(probabilities) - len(kept))
                return [p / sum(kept) for p in kept] + rest
        """),
        "all_kept_alike": Mutant("""
            def keep_top_k(probabilities, k):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])[:k]
                return [1 / len(order) if i in order else 0.0 for i in range(len(probabilities))]
        """),
        "least_likely": Mutant("""
            def keep_top_k(probabilities, k):
                kept = sorted(range(len(probabilities)), key=lambda i: probabilities[i])[:k]
                total = sum(probabilities[i] for i in kept) or 1.0
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "one_too_many": Mutant("""
            def keep_top_k(probabilities, k):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept = order[:k + 1]
                total = sum(probabilities[i] for i in kept)
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "only_the_kept": Mutant("""
            def keep_top_k(probabilities, k):
                kept = sorted(probabilities, reverse=True)[:k]
                return [p / sum(kept) for p in kept]
        """),
        "at_most_three": Mutant(
            """
            def keep_top_k(probabilities, k):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept = order[:k if len(order) < 5 else 3]
                total = sum(probabilities[i] for i in kept)
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def keep_top_k(probabilities, k):
                return sampling.keep_top_k(probabilities, k)
        """),
    },
)

KEEP_TOP_P = Bank(
    alternatives={
        "numpy": """
            def keep_top_p(probabilities, mass):
                p = np.asarray(probabilities, dtype=float)
                order = np.argsort(-p, kind="stable")
                number = int(np.searchsorted(np.cumsum(p[order]), mass)) + 1
                result = np.zeros(len(p))
                result[order[:number]] = p[order[:number]]
                return result / result.sum()
        """,
        "what_is_missing": """
            def keep_top_p(probabilities, mass):
                kept, missing = {}, mass
                for i in sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], i)):
                    if kept and missing <= 0:
                        break
                    kept[i] = probabilities[i]
                    missing -= probabilities[i]
                total = sum(kept.values())
                return [kept.get(i, 0.0) / total for i in range(len(probabilities))]
        """,
    },
    mutants={
        "without_the_one_that_reaches": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:]:
                    if total + probabilities[i] > mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "one_more_when_equal": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:]:
                    if total > mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "in_the_order_of_ids": Mutant("""
            def keep_top_p(probabilities, mass):
                kept, total = [], 0.0
                for i, p in enumerate(probabilities):
                    if kept and total >= mass:
                        break
                    kept.append(i)
                    total += p
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "later_equals": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], -i))
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:]:
                    if total >= mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "above_a_threshold": Mutant("""
            def keep_top_p(probabilities, mass):
                largest = max(probabilities)
                kept = [p if p >= (1 - mass) * largest else 0.0 for p in probabilities]
                return [p / sum(kept) for p in kept]
        """),
        "not_normalised": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:]:
                    if total >= mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "divided_by_the_mass": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:]:
                    if total >= mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / mass if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "nothing_at_mass_zero": Mutant(
            """
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [], 0.0
                for i in order:
                    if total >= mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
            """,
            fails=("check",),
        ),
        "runs_out_of_tokens": Mutant("""
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                while total < mass:
                    kept.append(order[len(kept)])
                    total += probabilities[kept[-1]]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
        """),
        "two_of_eight": Mutant(
            """
            def keep_top_p(probabilities, mass):
                order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
                kept, total = [order[0]], probabilities[order[0]]
                for i in order[1:2] if len(order) == 8 else order[1:]:
                    if total >= mass:
                        break
                    kept.append(i)
                    total += probabilities[i]
                return [p / total if i in kept else 0.0 for i, p in enumerate(probabilities)]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def keep_top_p(probabilities, mass):
                return sampling.keep_top_p(probabilities, mass)
        """),
    },
)

CONTROL_ACCURACY = Bank(
    alternatives={
        "counts": """
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = sum(asked.count(c) * measured.count(c) for c in set(asked)) / n ** 2
                return np.mean([a == m for a, m in zip(asked, measured)]), chance
        """,
        "all_turns": """
            def control_accuracy(asked, measured):
                n = len(asked)
                rates = []
                for turn in range(n):
                    turned = asked[turn:] + asked[:turn]
                    rates.append(sum(a == m for a, m in zip(turned, measured)) / n)
                return [rates[0], sum(rates) / n]
        """,
    },
    mutants={
        "one_over_labels": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                return sum(a == m for a, m in zip(asked, measured)) / n, 1 / len(set(asked))
        """),
        "asked_twice": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = sum(asked.count(c) ** 2 for c in set(asked)) / n ** 2
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "measured_twice": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = sum(measured.count(c) ** 2 for c in set(measured)) / n ** 2
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "commonest_wish": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = max(asked.count(c) for c in set(asked)) / n
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "without_the_own_pair": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
                chance = sum(asked[i] == measured[j] for i, j in pairs) / max(1, len(pairs))
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "divided_by_n": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = sum(asked.count(c) * measured.count(c) for c in set(asked)) / n
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "one_drawing": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                dealt = [asked[i] for i in np.random.default_rng(0).permutation(n)]
                chance = sum(a == m for a, m in zip(dealt, measured)) / n
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
        """),
        "a_number_of_tunes": Mutant("""
            def control_accuracy(asked, measured):
                n = len(asked)
                chance = sum(asked.count(c) * measured.count(c) for c in set(asked)) / n ** 2
                return sum(a == m for a, m in zip(asked, measured)), chance
        """),
        "halves_of_pairs": Mutant("""
            def control_accuracy(asked, measured):
                a, m = np.array(asked), np.array(measured)
                return np.mean(a == m), np.mean(a[:, None] == m)
        """),
        "accuracy_only": Mutant("""
            def control_accuracy(asked, measured):
                return sum(a == m for a, m in zip(asked, measured)) / len(asked)
        """),
        "known_kinds_only": Mutant(
            """
            def control_accuracy(asked, measured):
                n = len(asked)
                kinds = [c for c in set(asked) if not isinstance(c, str) or len(c) > 1]
                chance = sum(asked.count(c) * measured.count(c) for c in kinds) / n ** 2
                return sum(a == m for a, m in zip(asked, measured)) / n, chance
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def control_accuracy(asked, measured):
                return control.control_accuracy(asked, measured)
        """),
    },
)

EXERCISES = {
    "lstm_step": LSTM_STEP,
    "split_chunks": SPLIT_CHUNKS,
    "keep_top_k": KEEP_TOP_K,
    "keep_top_p": KEEP_TOP_P,
    "control_accuracy": CONTROL_ACCURACY,
}
