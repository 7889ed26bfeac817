"""Answers to lesson 04: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

MAKE_PAIRS = Bank(
    alternatives={
        "plus": """
            def make_pairs(tokens, nothing, end):
                return [nothing] + tokens, tokens + [end]
        """,
        "one_list_cut_twice": """
            def make_pairs(tokens, nothing, end):
                whole = [nothing] + list(tokens) + [end]
                return whole[:-1], whole[1:]
        """,
        "loop": """
            def make_pairs(tokens, nothing, end):
                inputs, targets, last = [], [], nothing
                for token in tokens:
                    inputs.append(last)
                    targets.append(token)
                    last = token
                return inputs + [last], targets + [end]
        """,
        "tuples": """
            def make_pairs(tokens, nothing, end):
                whole = (nothing, *tokens, end)
                return whole[:-1], whole[1:]
        """,
    },
    mutants={
        "not_shifted": Mutant("""
            def make_pairs(tokens, nothing, end):
                return list(tokens), list(tokens)
        """),
        "both_framed": Mutant("""
            def make_pairs(tokens, nothing, end):
                whole = [nothing, *tokens, end]
                return whole, whole
        """),
        "inner_pairs_only": Mutant("""
            def make_pairs(tokens, nothing, end):
                return tokens[:-1], tokens[1:]
        """),
        "end_is_lost": Mutant("""
            def make_pairs(tokens, nothing, end):
                return [nothing, *tokens[:-1]], list(tokens)
        """),
        "swapped": Mutant("""
            def make_pairs(tokens, nothing, end):
                return [*tokens, end], [nothing, *tokens]
        """),
        "shifted_by_two": Mutant("""
            def make_pairs(tokens, nothing, end):
                return [nothing, *tokens], [*tokens[1:], end, end]
        """),
        "in_place": Mutant("""
            def make_pairs(tokens, nothing, end):
                inputs = [nothing] + tokens
                tokens.append(end)
                return inputs, tokens
        """),
        "one_list_of_pairs": Mutant("""
            def make_pairs(tokens, nothing, end):
                return list(zip([nothing, *tokens], [*tokens, end]))
        """),
        "long_melodies_cut": Mutant(
            """
            def make_pairs(tokens, nothing, end):
                tokens = tokens[:4]
                return [nothing, *tokens], [*tokens, end]
            """,
            fails=("hidden",),
        ),
        "returns_none": Mutant("""
            def make_pairs(tokens, nothing, end):
                inputs, targets = [nothing, *tokens], [*tokens, end]
        """),
        "package_version": Mutant("""
            def make_pairs(tokens, nothing, end):
                return plain_rnn.make_pairs(tokens, nothing, end)
        """),
    },
)

RNN_STEP = Bank(
    alternatives={
        "loops": """
            def rnn_step(x, h, W_xh, W_hh, b_h):
                new = []
                for i in range(len(b_h)):
                    total = b_h[i]
                    for j in range(len(x)):
                        total += W_xh[i][j] * x[j]
                    for j in range(len(h)):
                        total += W_hh[i][j] * h[j]
                    new.append(np.tanh(total))
                return new
        """,
        "one_matrix": """
            def rnn_step(x, h, W_xh, W_hh, b_h):
                W = np.concatenate([W_xh, W_hh], axis=1)
                return np.tanh(W.dot(np.concatenate([x, h])) + b_h)
        """,
    },
    mutants={
        "no_tanh": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return W_xh @ x + W_hh @ h + b_h
        """),
        "sigmoid": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return 1 / (1 + np.exp(-(W_xh @ x + W_hh @ h + b_h)))
        """),
        "no_bias": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return np.tanh(W_xh @ x + W_hh @ h)
        """),
        "no_memory": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return np.tanh(W_xh @ x + b_h)
        """),
        "turned_over": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return np.tanh(W_xh @ x + W_hh.T @ h + b_h)
        """),
        "tanh_of_each": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return np.tanh(W_xh @ x) + np.tanh(W_hh @ h) + b_h
        """),
        "elementwise": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return np.tanh((W_xh * x).sum(axis=0) + (W_hh * h).sum(axis=0) + b_h)
        """),
        "in_place": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                h[:] = np.tanh(W_xh @ x + W_hh @ h + b_h)
                return h
        """),
        "two_states_at_most": Mutant(
            """
            def rnn_step(x, h, W_xh, W_hh, b_h):
                W = W_hh.copy()
                W[:, 2:] = 0
                return np.tanh(W_xh @ x + W @ h + b_h)
            """,
            fails=("hidden",),
        ),
        "returns_none": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                h = np.tanh(W_xh @ x + W_hh @ h + b_h)
        """),
        "package_version": Mutant("""
            def rnn_step(x, h, W_xh, W_hh, b_h):
                return plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
        """),
    },
)

RNN_OUTPUTS = Bank(
    alternatives={
        "all_states_first": """
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                states = []
                for x in xs:
                    h = np.tanh(W_xh @ x + W_hh @ h + b_h)
                    states.append(h)
                z = np.array(states).reshape(-1, len(h)) @ W_ho.T + b_o
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True), h
        """,
        "softmax_of_pytorch": """
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                rows = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    rows[t] = torch.softmax(torch.tensor(W_ho @ h + b_o), dim=0)
                return rows, h
        """,
        "softmax_as_a_method": """
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                rows = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = np.tanh(W_xh @ x + W_hh @ h + b_h)
                    rows[t] = torch.from_numpy(W_ho @ h + b_o).softmax(-1).numpy()
                return rows, h
        """,
        "through_logarithms": """
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                rows = np.zeros((len(xs), len(W_ho)))
                for t, x in enumerate(xs):
                    h = rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ h + b_o
                    rows[t] = np.exp(z - np.logaddexp.reduce(z))
                return rows, h
        """,
    },
    mutants={
        "overflows": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    e = np.exp(W_ho @ h + b_o)
                    p[t] = e / e.sum()
                return p, h
        """),
        "state_not_carried": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p, last = np.zeros((len(xs), len(b_o))), h
                for t, x in enumerate(xs):
                    last = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ last + b_o
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, last
        """),
        "sigmoid": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    p[t] = 0.5 + 0.5 * np.tanh((W_ho @ h + b_o) / 2)
                return p, h
        """),
        "sigmoid_normalised": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    e = 0.5 + 0.5 * np.tanh((W_ho @ h + b_o) / 2) + 1e-300
                    p[t] = e / e.sum()
                return p, h
        """),
        "state_before_the_step": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    z = W_ho @ h + b_o
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, h
        """),
        "no_output_bias": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ h
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, h
        """),
        "starts_from_zero": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p, h = np.zeros((len(xs), len(b_o))), np.zeros(len(b_h))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ h + b_o
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, h
        """),
        "state_forgotten_in_the_result": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ h + b_o
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p
        """),
        "given_state_returned": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p, state = np.zeros((len(xs), len(b_o))), h
                for t, x in enumerate(xs):
                    state = plain_rnn.rnn_step(x, state, W_xh, W_hh, b_h)
                    z = W_ho @ state + b_o
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, h
        """),
        "one_softmax_for_all_rows": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                z = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z[t] = W_ho @ h + b_o
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(), h
        """),
        "one_maximum_for_all_rows": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                z = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z[t] = W_ho @ h + b_o
                e = np.exp(z - z.max()) if len(xs) else z
                return e / e.sum(axis=1, keepdims=True), h
        """),
        "logits_cut_off": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    e = np.exp(np.clip(W_ho @ h + b_o, -700, 700))
                    p[t] = e / e.sum()
                return p, h
        """),
        "two_steps_only": Mutant(
            """
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                p = np.zeros((len(xs), len(b_o)))
                for t, x in enumerate(xs):
                    if t < 2:
                        h = plain_rnn.rnn_step(x, h, W_xh, W_hh, b_h)
                    z = W_ho @ h + b_o
                    e = np.exp(z - z.max())
                    p[t] = e / e.sum()
                return p, h
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
                return plain_rnn.rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o)
        """),
    },
)

GRADIENT_IN_TIME = Bank(
    alternatives={
        "every_pair_of_steps": """
            def gradient_in_time(states, errors, W_hh):
                H, T = len(W_hh), len(errors)
                total = np.zeros((H, H))
                for end in range(1, T + 1):
                    g = errors[end - 1]
                    for t in range(end, 0, -1):
                        a = g * (1 - states[t] ** 2)
                        total = total + a[:, None] * states[t - 1][None, :]
                        g = a @ W_hh
                return total
        """,
        "einsum_at_the_end": """
            def gradient_in_time(states, errors, W_hh):
                slopes = 1 - np.asarray(states) ** 2
                a = np.zeros((len(errors) + 1, len(W_hh)))
                for t in reversed(range(len(errors))):
                    a[t] = slopes[t + 1] * (errors[t] + W_hh.T @ a[t + 1])
                return np.einsum("ti,tj->ij", a[:-1], states[:-1])
        """,
    },
    mutants={
        "no_tanh_slope": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = errors[t - 1] + later
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a
                return total
        """),
        "handed_back_before_the_tanh": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, g = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    g = errors[t - 1] + g
                    total += np.outer((1 - states[t] ** 2) * g, states[t - 1])
                    g = W_hh.T @ g
                return total
        """),
        "slope_without_square": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t]) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a
                return total
        """),
        "not_turned_over": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later = W_hh @ a
                return total
        """),
        "outer_the_wrong_way": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(states[t - 1], a)
                    later = W_hh.T @ a
                return total
        """),
        "own_steps_only": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total = np.zeros(W_hh.shape)
                for t in range(1, len(errors) + 1):
                    total += np.outer((1 - states[t] ** 2) * errors[t - 1], states[t - 1])
                return total
        """),
        "last_error_only": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total = np.zeros(W_hh.shape)
                g = errors[-1] if len(errors) else np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * g
                    total += np.outer(a, states[t - 1])
                    g = W_hh.T @ a
                return total
        """),
        "error_behind_the_tanh": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = errors[t - 1] + (1 - states[t] ** 2) * later
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a
                return total
        """),
        "state_after_the_step": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t])
                    later = W_hh.T @ a
                return total
        """),
        "mean_over_steps": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a
                return total / max(1, len(errors))
        """),
        "in_place": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total = np.zeros(W_hh.shape)
                for t in range(len(errors), 0, -1):
                    errors[t - 1] *= 1 - states[t] ** 2
                    total += np.outer(errors[t - 1], states[t - 1])
                    if t > 1:
                        errors[t - 2] += W_hh.T @ errors[t - 1]
                return total
        """),
        "two_steps_only": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), max(0, len(errors) - 2), -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a
                return total
        """),
        "one_step_back_only": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    slope = 1 - states[t] ** 2
                    total += np.outer(slope * (errors[t - 1] + later), states[t - 1])
                    later = W_hh.T @ (slope * errors[t - 1])
                return total
        """),
        "what_was_carried_is_added_again": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later += W_hh.T @ a
                return total
        """),
        "weights_of_the_check_only": Mutant(
            """
            def gradient_in_time(states, errors, W_hh):
                total, later = np.zeros(W_hh.shape), np.zeros(len(W_hh))
                for t in range(len(errors), 0, -1):
                    a = (1 - states[t] ** 2) * (errors[t - 1] + later)
                    total += np.outer(a, states[t - 1])
                    later = W_hh.T @ a if W_hh[0, 0] in (1, 3, 7) else 0
                return total
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def gradient_in_time(states, errors, W_hh):
                return plain_rnn.gradient_in_time(states, errors, W_hh)
        """),
    },
)

CLIP_GRADIENTS = Bank(
    alternatives={
        "one_long_vector": """
            def clip_gradients(gradients, largest):
                everything = np.concatenate([g.ravel() for g in gradients])
                norm = np.linalg.norm(everything)
                if norm <= largest:
                    return [g.copy() for g in gradients]
                return [g / norm * largest for g in gradients]
        """,
        "as_pytorch_does": """
            def clip_gradients(gradients, largest):
                total = 0.0
                for g in gradients:
                    total += float(np.sum(np.square(g)))
                share = min(1.0, largest / (total ** 0.5 + 1e-6))
                return tuple(g * share for g in gradients)
        """,
    },
    mutants={
        "each_for_itself": Mutant("""
            def clip_gradients(gradients, largest):
                clipped = []
                for g in gradients:
                    norm = np.sqrt((g ** 2).sum())
                    clipped.append(g * (largest / norm if norm > largest else 1.0))
                return clipped
        """),
        "norm_of_a_matrix": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.linalg.norm([np.linalg.norm(g, 2) for g in gradients])
                share = largest / norm if norm > largest else 1.0
                return [g * share for g in gradients]
        """),
        "each_number": Mutant("""
            def clip_gradients(gradients, largest):
                return [np.clip(g, -largest, largest) for g in gradients]
        """),
        "always_scaled": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients)) or 1.0
                return [g * largest / norm for g in gradients]
        """),
        "no_root": Mutant("""
            def clip_gradients(gradients, largest):
                norm = sum((g ** 2).sum() for g in gradients)
                share = largest / norm if norm > largest else 1.0
                return [g * share for g in gradients]
        """),
        "divided_by_the_norm_alone": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
                share = 1 / norm if norm > largest else 1.0
                return [g * share for g in gradients]
        """),
        "sum_of_sizes": Mutant("""
            def clip_gradients(gradients, largest):
                norm = sum(np.abs(g).sum() for g in gradients)
                share = largest / norm if norm > largest else 1.0
                return [g * share for g in gradients]
        """),
        "zero_by_zero": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
                return [g * min(norm, largest) / norm for g in gradients]
        """),
        "same_arrays": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
                if norm <= largest:
                    return gradients
                return [g * largest / norm for g in gradients]
        """),
        "in_place": Mutant("""
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
                for g in gradients:
                    if norm > largest:
                        g *= largest / norm
                return gradients
        """),
        "at_most_thirty": Mutant(
            """
            def clip_gradients(gradients, largest):
                norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
                if largest == 3.5:
                    largest = 1.0
                share = largest / norm if norm > largest else 1.0
                return [g * share for g in gradients]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def clip_gradients(gradients, largest):
                return plain_rnn.clip_gradients(gradients, largest)
        """),
    },
)

EXERCISES = {
    "make_pairs": MAKE_PAIRS,
    "rnn_step": RNN_STEP,
    "rnn_outputs": RNN_OUTPUTS,
    "gradient_in_time": GRADIENT_IN_TIME,
    "clip_gradients": CLIP_GRADIENTS,
}
