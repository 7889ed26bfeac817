"""Answers to lesson 07: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

CAUSAL_MASK = Bank(
    alternatives={
        "two_loops": """
            def causal_mask(num_steps, reach):
                return [[0 <= t - s < reach for s in range(num_steps)] for t in range(num_steps)]
        """,
        "triangles": """
            def causal_mask(num_steps, reach):
                seen = np.tril(np.ones((num_steps, num_steps), dtype=bool))
                return seen & ~np.tril(seen, -reach)
        """,
        "row_by_row": """
            def causal_mask(num_steps, reach):
                mask = np.zeros((num_steps, num_steps), dtype=bool)
                for t in range(num_steps):
                    mask[t, max(0, t - reach + 1):t + 1] = True
                return mask
        """,
    },
    mutants={
        "the_future_is_seen": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps - steps[:, None]
                return (distance >= 0) & (distance < reach)
        """),
        "not_itself": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps[:, None] - steps
                return (distance > 0) & (distance < reach)
        """),
        "one_too_far_back": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps[:, None] - steps
                return (distance >= 0) & (distance <= reach)
        """),
        "one_into_the_future": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps[:, None] - steps
                return (distance >= -1) & (distance < reach)
        """),
        "reach_ignored": Mutant("""
            def causal_mask(num_steps, reach):
                return np.tril(np.ones((num_steps, num_steps), dtype=bool))
        """),
        "both_sides": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                return abs(steps[:, None] - steps) < reach
        """),
        "what_is_hidden": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps[:, None] - steps
                return (distance < 0) | (distance >= reach)
        """),
        "numbers": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                distance = steps[:, None] - steps
                return np.where((distance >= 0) & (distance < reach), 0.0, 1.0)
        """),
        "returns_none": Mutant("""
            def causal_mask(num_steps, reach):
                steps = np.arange(num_steps)
                seen = steps[:, None] >= steps
        """),
        "at_most_four_steps": Mutant(
            """
            def causal_mask(num_steps, reach):
                n = min(num_steps, 4)
                return [[0 <= t - s < reach for s in range(n)] for t in range(n)]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def causal_mask(num_steps, reach):
                return plain_attention.causal_mask(num_steps, reach)
        """),
        "package_layer": Mutant("""
            def causal_mask(num_steps, reach):
                return attention.causal_mask(num_steps, num_steps, reach).numpy()
        """),
    },
)

ATTEND = Bank(
    alternatives={
        "query_by_query": """
            def attend(q, k, v, allowed):
                mixtures, weights = [], []
                for query, seen in zip(q, allowed):
                    scores = np.array([query @ key for key in k]) / len(query) ** 0.5
                    largest = max(scores[seen])
                    row = np.zeros(len(k))
                    row[seen] = np.exp(scores[seen] - largest)
                    weights.append(row / row.sum())
                    mixtures.append(sum(w * value for w, value in zip(weights[-1], v)))
                return np.array(mixtures), np.array(weights)
        """,
        "torch": """
            def attend(q, k, v, allowed):
                q, k, v = (torch.from_numpy(np.array(part, dtype=float)) for part in (q, k, v))
                scores = (q @ k.T) * q.shape[-1] ** -0.5
                scores[~torch.from_numpy(np.array(allowed))] = float("-inf")
                weights = torch.softmax(scores, dim=-1)
                return (weights @ v).numpy(), weights.numpy()
        """,
        "very_negative_instead_of_infinite": """
            def attend(q, k, v, allowed):
                scores = np.einsum("nd,sd->ns", q, k) / np.sqrt(q.shape[-1])
                scores = np.where(allowed, scores, -1e30)
                scores = np.exp(scores - scores.max(-1)[:, None])
                weights = scores / scores.sum(-1)[:, None]
                return [np.einsum("ns,se->ne", weights, v), weights]
        """,
    },
    mutants={
        "not_divided": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T, -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "divided_by_d": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / q.shape[1], -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "root_of_the_number_of_keys": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(len(k)), -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "softmax_over_the_queries": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -1e9)
                weights = np.exp(scores - scores.max(axis=0, keepdims=True))
                weights = weights / weights.sum(axis=0, keepdims=True)
                return weights @ v, weights
        """),
        "mask_after_the_softmax": Mutant("""
            def attend(q, k, v, allowed):
                scores = q @ k.T / np.sqrt(q.shape[1])
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True) * allowed
                return weights @ v, weights
        """),
        "zero_instead_of_minus_infinity": Mutant("""
            def attend(q, k, v, allowed):
                scores = q @ k.T / np.sqrt(q.shape[1]) * allowed
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "mask_ignored": Mutant("""
            def attend(q, k, v, allowed):
                scores = q @ k.T / np.sqrt(q.shape[1])
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "overflows": Mutant("""
            def attend(q, k, v, allowed):
                weights = np.exp(q @ k.T / np.sqrt(q.shape[1])) * allowed
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "largest_of_what_is_hidden": Mutant("""
            def attend(q, k, v, allowed):
                scores = q @ k.T / np.sqrt(q.shape[1])
                weights = np.exp(scores - scores.max(axis=1, keepdims=True)) * allowed
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "keys_are_mixed": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ k, weights
        """),
        "weights_first": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights, weights @ v
        """),
        "in_place": Mutant("""
            def attend(q, k, v, allowed):
                q /= np.sqrt(q.shape[1])
                scores = np.where(allowed, q @ k.T, -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "largest_of_the_whole_table": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
                weights = np.exp(scores - scores.max())
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "not_negative_enough": Mutant("""
            def attend(q, k, v, allowed):
                scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -1e6)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
        """),
        "one_mask_for_all_queries": Mutant(
            """
            def attend(q, k, v, allowed):
                scores = np.where(allowed[-1], q @ k.T / np.sqrt(q.shape[1]), -np.inf)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                weights = weights / weights.sum(axis=1, keepdims=True)
                return weights @ v, weights
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def attend(q, k, v, allowed):
                return plain_attention.attend(q, k, v, allowed)
        """),
        "torchs_version_without_the_mask": Mutant("""
            def attend(q, k, v, allowed):
                q, k, v = map(torch.from_numpy, (q, k, v))
                weights = torch.softmax(q @ k.T / q.shape[1] ** 0.5, dim=1)
                return (weights @ v).numpy(), weights.numpy()
        """),
    },
)

SKEW = Bank(
    alternatives={
        "row_by_row": """
            def skew(scores):
                n = len(scores)
                moved = np.zeros((n, n))
                for t in range(n):
                    moved[t, :t + 1] = scores[t, n - 1 - t:]
                return moved
        """,
        "number_by_number": """
            def skew(scores):
                n = len(scores)
                return [
                    [scores[t, n - 1 - (t - s)] if s <= t else 0 for s in range(n)]
                    for t in range(n)
                ]
        """,
        "gathered": """
            def skew(scores):
                n = len(scores)
                steps = np.arange(n)
                distance = steps[:, None] - steps
                moved = np.take_along_axis(scores, (n - 1 - distance).clip(0, n - 1), axis=1)
                return np.where(distance >= 0, moved, 0)
        """,
    },
    mutants={
        "not_moved": Mutant("""
            def skew(scores):
                return np.tril(scores)
        """),
        "leftovers_kept": Mutant("""
            def skew(scores):
                n = len(scores)
                padded = np.pad(scores, ((0, 0), (1, 0)))
                return padded.reshape(n + 1, n)[1:]
        """),
        "padded_behind": Mutant("""
            def skew(scores):
                n = len(scores)
                padded = np.pad(scores, ((0, 0), (0, 1)))
                return np.tril(padded.reshape(n + 1, n)[1:])
        """),
        "last_row_left_out": Mutant("""
            def skew(scores):
                n = len(scores)
                padded = np.pad(scores, ((0, 0), (1, 0)))
                return np.tril(padded.reshape(n + 1, n)[:-1])
        """),
        "distances_from_the_left": Mutant("""
            def skew(scores):
                n = len(scores)
                moved = np.zeros((n, n))
                for t in range(n):
                    for s in range(t + 1):
                        moved[t, s] = scores[t, t - s]
                return moved
        """),
        "one_too_far": Mutant("""
            def skew(scores):
                n = len(scores)
                moved = np.zeros((n, n))
                for t in range(n):
                    for s in range(t + 1):
                        moved[t, s] = scores[t, n - 2 - (t - s)]
                return moved
        """),
        "all_rows_alike": Mutant("""
            def skew(scores):
                n = len(scores)
                return np.tril(np.roll(scores, -(n // 2), axis=1))
        """),
        "in_place": Mutant("""
            def skew(scores):
                n = len(scores)
                for t in range(n):
                    scores[t] = np.roll(scores[t], t + 1)
                    scores[t, t + 1:] = 0
                return scores
        """),
        "other_row": Mutant("""
            def skew(scores):
                n = len(scores)
                moved = np.zeros((n, n))
                for t in range(n):
                    moved[t, :t + 1] = scores[n - 1 - t, n - 1 - t:]
                return moved
        """),
        "four_steps_at_most": Mutant(
            """
            def skew(scores):
                n = len(scores)
                moved = np.zeros((n, n))
                for t in range(min(n, 4)):
                    moved[t, :t + 1] = scores[t, n - 1 - t:]
                return moved
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def skew(scores):
                return plain_attention.skew(scores)
        """),
    },
)

ROTATE = Bank(
    alternatives={
        "complex_numbers": """
            def rotate(x, positions):
                n, d = x.shape
                pairs = x[:, ::2] + 1j * x[:, 1::2]
                turns = np.exp(1j * np.outer(positions, 10_000.0 ** (-2 * np.arange(d // 2) / d)))
                turned = pairs * turns
                return np.stack([turned.real, turned.imag], axis=2).reshape(n, d)
        """,
        "pair_by_pair": """
            def rotate(x, positions):
                rows = []
                for row, position in zip(x, positions):
                    turned = []
                    for i in range(len(row) // 2):
                        angle = position / 10_000 ** (2 * i / len(row))
                        a, b = row[2 * i], row[2 * i + 1]
                        turned.append(a * np.cos(angle) - b * np.sin(angle))
                        turned.append(a * np.sin(angle) + b * np.cos(angle))
                    rows.append(turned)
                return rows
        """,
    },
    mutants={
        "halves_instead_of_neighbours": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, :d // 2], x[:, d // 2:]
                return np.hstack([
                    a * np.cos(angles) - b * np.sin(angles),
                    a * np.sin(angles) + b * np.cos(angles),
                ])
        """),
        "the_other_way_round": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty(x.shape)
                turned[:, ::2] = a * np.cos(angles) + b * np.sin(angles)
                turned[:, 1::2] = b * np.cos(angles) - a * np.sin(angles)
                return turned
        """),
        "wrong_sign": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty(x.shape)
                turned[:, ::2] = a * np.cos(angles) + b * np.sin(angles)
                turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "second_from_the_new_first": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                turned = np.array(x, dtype=float)
                b = turned[:, 1::2].copy()
                turned[:, ::2] = turned[:, ::2] * np.cos(angles) - b * np.sin(angles)
                turned[:, 1::2] = turned[:, ::2] * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "one_rate_for_all_pairs": Mutant("""
            def rotate(x, positions):
                angles = positions[:, None]
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty(x.shape)
                turned[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
                turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "twice_too_slow": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-2 * np.arange(0, d, 2) / d)
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty(x.shape)
                turned[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
                turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "row_numbers_for_positions": Mutant("""
            def rotate(x, positions):
                n, d = x.shape
                angles = np.arange(n)[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty(x.shape)
                turned[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
                turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "sinusoids_added": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                turned = np.array(x, dtype=float)
                turned[:, ::2] += np.sin(angles)
                turned[:, 1::2] += np.cos(angles)
                return turned
        """),
        "in_place": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, ::2].copy(), x[:, 1::2].copy()
                x[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
                x[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return x
        """),
        "whole_numbers_cut_off": Mutant("""
            def rotate(x, positions):
                d = x.shape[1]
                angles = positions[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)
                a, b = x[:, ::2], x[:, 1::2]
                turned = np.empty_like(x)
                turned[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
                turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
                return turned
        """),
        "six_numbers_at_most": Mutant(
            """
            def rotate(x, positions):
                n, d = x.shape
                turned = np.array(x, dtype=float)
                for i in range(min(d // 2, 3)):
                    angle = positions * 10_000.0 ** (-2 * i / d)
                    a, b = x[:, 2 * i], x[:, 2 * i + 1]
                    turned[:, 2 * i] = a * np.cos(angle) - b * np.sin(angle)
                    turned[:, 2 * i + 1] = a * np.sin(angle) + b * np.cos(angle)
                return turned
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def rotate(x, positions):
                return plain_attention.rotate(x, positions)
        """),
        "package_layer": Mutant("""
            def rotate(x, positions):
                return attention.rotate(torch.from_numpy(x), torch.from_numpy(positions)).numpy()
        """),
    },
)

ATTEND_NEXT = Bank(
    alternatives={
        "step_by_step": """
            def attend_next(q, k, v, keys, values):
                keys = np.append(keys, [k], axis=0)
                values = np.append(values, [v], axis=0)
                scores = [float(q @ key) / len(q) ** 0.5 for key in keys]
                shares = [np.exp(score - max(scores)) for score in scores]
                mixed = sum(share * value for share, value in zip(shares, values)) / sum(shares)
                return [mixed, keys, values]
        """,
        "torch": """
            def attend_next(q, k, v, keys, values):
                keys = np.concatenate([keys, k[None]])
                values = np.concatenate([values, v[None]])
                scores = torch.from_numpy(keys @ q / np.sqrt(q.size))
                return torch.softmax(scores, 0).numpy() @ values, keys, values
        """,
    },
    mutants={
        "itself_not_seen": Mutant("""
            def attend_next(q, k, v, keys, values):
                scores = keys @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max(initial=-1e9))
                mixture = weights @ values / max(weights.sum(), 1e-9)
                return mixture, np.vstack([keys, k]), np.vstack([values, v])
        """),
        "new_ones_first": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([k, keys]), np.vstack([v, values])
                scores = keys @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum(), keys, values
        """),
        "nothing_kept": Mutant("""
            def attend_next(q, k, v, keys, values):
                all_keys, all_values = np.vstack([keys, k]), np.vstack([values, v])
                scores = all_keys @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ all_values / weights.sum(), keys, values
        """),
        "query_for_key": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, q]), np.vstack([values, v])
                scores = keys @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum(), keys, values
        """),
        "not_divided": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys @ q
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum(), keys, values
        """),
        "root_of_the_number_of_keys": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys @ q / np.sqrt(len(keys))
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum(), keys, values
        """),
        "not_normalised": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys @ q / np.sqrt(len(q))
                return np.exp(scores - scores.max()) @ values, keys, values
        """),
        "overflows": Mutant(
            """
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                weights = np.exp(keys @ q / np.sqrt(len(q)))
                return weights @ values / weights.sum(), keys, values
            """,
            fails=("check",),
        ),
        "likeliest_only": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                return values[(keys @ q).argmax()], keys, values
        """),
        "mixture_only": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum()
        """),
        "sees_three_steps_back": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys[-4:] @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ values[-4:] / weights.sum(), keys, values
        """),
        "sees_sixteen_steps_back": Mutant(
            """
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys[-16:] @ q / np.sqrt(len(q))
                weights = np.exp(scores - scores.max())
                return weights @ values[-16:] / weights.sum(), keys, values
            """,
            fails=("hidden",),
        ),
        "keys_of_four_numbers_or_more": Mutant(
            """
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                scores = keys @ q / np.sqrt(max(len(q), 4))
                weights = np.exp(scores - scores.max())
                return weights @ values / weights.sum(), keys, values
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def attend_next(q, k, v, keys, values):
                return plain_attention.attend_next(q, k, v, keys, values)
        """),
        "packages_attention": Mutant("""
            def attend_next(q, k, v, keys, values):
                keys, values = np.vstack([keys, k]), np.vstack([values, v])
                seen = np.ones((1, len(keys)), dtype=bool)
                return plain_attention.attend(q[None], keys, values, seen)[0][0], keys, values
        """),
    },
)

EXERCISES = {
    "causal_mask": CAUSAL_MASK,
    "attend": ATTEND,
    "skew": SKEW,
    "rotate": ROTATE,
    "attend_next": ATTEND_NEXT,
}
