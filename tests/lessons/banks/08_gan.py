"""Answers to lesson 08: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

OPTIMAL_DISCRIMINATOR = Bank(
    alternatives={
        "arrays": """
            def optimal_discriminator(real, fake):
                p, q = np.array(real, dtype=float), np.array(fake, dtype=float)
                total = p + q
                answers = np.full(len(p), 0.5)
                answers[total > 0] = p[total > 0] / total[total > 0]
                return answers
        """,
        "sigmoid_of_the_log_ratio": """
            def optimal_discriminator(real, fake):
                answers = []
                for p, q in zip(real, fake):
                    if p == 0 and q == 0:
                        answers.append(0.5)
                    elif p == 0:
                        answers.append(0)
                    else:
                        answers.append(1 / (1 + q / p))
                return tuple(answers)
        """,
    },
    mutants={
        "of_the_forger": Mutant("""
            def optimal_discriminator(real, fake):
                return [q / (p + q) if p + q else 0.5 for p, q in zip(real, fake)]
        """),
        "ratio": Mutant("""
            def optimal_discriminator(real, fake):
                return [p / q if q else 1.0 for p, q in zip(real, fake)]
        """),
        "nobody_plays_it_so_it_is_forged": Mutant("""
            def optimal_discriminator(real, fake):
                return [p / (p + q) if p + q else 0.0 for p, q in zip(real, fake)]
        """),
        "division_by_zero": Mutant("""
            def optimal_discriminator(real, fake):
                p, q = np.array(real), np.array(fake)
                return p / (p + q)
        """),
        "smoothed": Mutant("""
            def optimal_discriminator(real, fake):
                return [(p + 0.01) / (p + q + 0.02) for p, q in zip(real, fake)]
        """),
        "hard_decision": Mutant("""
            def optimal_discriminator(real, fake):
                return [0.5 if p == q else float(p > q) for p, q in zip(real, fake)]
        """),
        "joined_lists": Mutant("""
            def optimal_discriminator(real, fake):
                both = real + fake
                return [p / sum(both) for p in real]
        """),
        "returns_none": Mutant("""
            def optimal_discriminator(real, fake):
                [p / (p + q) if p + q else 0.5 for p, q in zip(real, fake)]
        """),
        "at_most_three_notes": Mutant(
            """
            def optimal_discriminator(real, fake):
                pairs = list(zip(real, fake))[:3]
                return [p / (p + q) if p + q else 0.5 for p, q in pairs]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def optimal_discriminator(real, fake):
                return plain_gan.optimal_discriminator(real, fake)
        """),
    },
)

JENSEN_SHANNON = Bank(
    alternatives={
        "loop": """
            def jensen_shannon(p, q):
                total = 0
                for a, b in zip(p, q):
                    m = (a + b) / 2
                    total += a * np.log(a / m) if a else 0
                    total += b * np.log(b / m) if b else 0
                return total / 2
        """,
        "entropies": """
            def jensen_shannon(p, q):
                def entropy(x):
                    x = np.array(x, dtype=float)
                    x = x[x > 0]
                    return -np.sum(x * np.log(x))

                m = (np.array(p) + np.array(q)) / 2
                return entropy(m) - (entropy(p) + entropy(q)) / 2
        """,
    },
    mutants={
        "kl_directly": Mutant("""
            def jensen_shannon(p, q):
                p, q = np.array(p, float), np.array(q, float)
                there = (p > 0) & (q > 0)
                return float((p[there] * np.log(p[there] / q[there])).sum())
        """),
        "one_side": Mutant("""
            def jensen_shannon(p, q):
                p, q = np.array(p, float), np.array(q, float)
                m, there = (p + q) / 2, p > 0
                return float((p[there] * np.log(p[there] / m[there])).sum())
        """),
        "not_halved": Mutant("""
            def jensen_shannon(p, q):
                total = 0
                for a, b in zip(p, q):
                    m = (a + b) / 2
                    total += (a * np.log(a / m) if a else 0) + (b * np.log(b / m) if b else 0)
                return total
        """),
        "bits": Mutant("""
            def jensen_shannon(p, q):
                total = 0
                for a, b in zip(p, q):
                    m = (a + b) / 2
                    total += (a * np.log2(a / m) if a else 0) + (b * np.log2(b / m) if b else 0)
                return total / 2
        """),
        "zero_times_log_of_zero": Mutant("""
            def jensen_shannon(p, q):
                p, q = np.array(p, float), np.array(q, float)
                m = (p + q) / 2
                return float((p * np.log(p / m) + q * np.log(q / m)).sum() / 2)
        """),
        "middle_is_the_sum": Mutant("""
            def jensen_shannon(p, q):
                total = 0
                for a, b in zip(p, q):
                    total += (a * np.log(a / (a + b)) if a else 0)
                    total += (b * np.log(b / (a + b)) if b else 0)
                return total / 2
        """),
        "upside_down": Mutant("""
            def jensen_shannon(p, q):
                p, q = np.array(p, float), np.array(q, float)
                m, total = (p + q) / 2, 0
                for side in (p, q):
                    there = (m > 0) & (side > 0)
                    total += (m[there] * np.log(m[there] / side[there])).sum()
                return total / 2
        """),
        "square_root": Mutant("""
            def jensen_shannon(p, q):
                total = 0
                for a, b in zip(p, q):
                    m = (a + b) / 2
                    total += (a * np.log(a / m) if a else 0) + (b * np.log(b / m) if b else 0)
                return (total / 2) ** 0.5
        """),
        "returns_none": Mutant("""
            def jensen_shannon(p, q):
                total = 0
        """),
        "first_three_notes_only": Mutant(
            """
            def jensen_shannon(p, q):
                total = 0
                for a, b in list(zip(p, q))[:3]:
                    m = (a + b) / 2
                    total += (a * np.log(a / m) if a else 0) + (b * np.log(b / m) if b else 0)
                return total / 2
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def jensen_shannon(p, q):
                return plain_gan.jensen_shannon(p, q)
        """),
    },
)

TRACK_NOISE = Bank(
    alternatives={
        "loops": """
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                rows = []
                for m in range(M):
                    rows.append([])
                    for s in range(S):
                        parts = [chords[s], style, melody[m], groove[m, s]]
                        rows[m].append(np.concatenate(parts))
                return np.array(rows)
        """,
        "tiles": """
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                shared = np.concatenate([chords, np.tile(style, (S, 1))], axis=1)
                own = [np.repeat(melody[:, None], S, axis=1), groove]
                return np.concatenate([np.tile(shared, (M, 1, 1)), *own], axis=2)
        """,
        "lists": """
            def track_noise(chords, style, melody, groove):
                return [
                    [[*c, *style, *voice, *g] for c, g in zip(chords, own)]
                    for voice, own in zip(melody, groove)
                ]
        """,
    },
    mutants={
        "another_order": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (style[None, None], chords[None], melody[:, None], groove)
                return np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
        """),
        "groove_of_the_first_track": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (chords[None], style[None, None], melody[:, None], groove[:1])
                return np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
        """),
        "chords_do_not_move": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (chords[0], style, melody[:, None], groove)
                return np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
        """),
        "segments_first": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (chords[None], style[None, None], melody[:, None], groove)
                heard = np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
                return heard.transpose(1, 0, 2)
        """),
        "interleaved": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (chords[None], style[None, None], melody[:, None], groove)
                heard = np.stack([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
                return heard.reshape(M, S, 4 * Z)
        """),
        "added_up": Mutant("""
            def track_noise(chords, style, melody, groove):
                return chords[None] + style + melody[:, None] + groove
        """),
        "melody_by_segment": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                heard = np.empty((M, S, 4 * Z))
                for m in range(M):
                    for s in range(S):
                        parts = [chords[s], style, melody[s % M], groove[m, s]]
                        heard[m, s] = np.concatenate(parts)
                return heard
        """),
        "in_place": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                parts = (chords[None], style[None, None], melody[:, None], groove)
                heard = np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
                groove *= 0
                return heard
        """),
        "returns_none": Mutant("""
            def track_noise(chords, style, melody, groove):
                M, S, Z = groove.shape
                heard = np.empty((M, S, 4 * Z))
                heard[:, :, :Z] = chords
        """),
        "at_most_four_tracks_and_segments": Mutant(
            """
            def track_noise(chords, style, melody, groove):
                M, S, Z = (min(size, 4) for size in groove.shape)
                parts = (chords[None, :S, :Z], style[None, None, :Z], melody[:M, None, :Z])
                parts = (*parts, groove[:M, :S, :Z])
                return np.concatenate([np.broadcast_to(p, (M, S, Z)) for p in parts], axis=-1)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def track_noise(chords, style, melody, groove):
                return plain_gan.track_noise(chords, style, melody, groove)
        """),
    },
)

STRAIGHT_THROUGH = Bank(
    alternatives={
        "scatter": """
            def straight_through(logits):
                soft = torch.nn.functional.softmax(logits, -1)
                places = soft.max(-1, keepdim=True).indices
                hard = torch.zeros_like(logits).scatter(-1, places, 1.0)
                return (hard - soft).detach() + soft
        """,
        "compared_with_the_largest": """
            def straight_through(logits):
                weights = logits.exp() / logits.exp().sum(dim=-1, keepdim=True)
                hard = (logits == logits.amax(dim=-1, keepdim=True)).float()
                return weights + (hard - weights).detach()
        """,
        "function_of_its_own": """
            class Choice(torch.autograd.Function):
                @staticmethod
                def forward(ctx, soft):
                    return (soft == soft.amax(dim=-1, keepdim=True)).to(soft.dtype)

                @staticmethod
                def backward(ctx, slope):
                    return slope


            def straight_through(logits):
                return Choice.apply(logits.softmax(dim=-1))
        """,
    },
    mutants={
        "softmax_alone": Mutant("""
            def straight_through(logits):
                return torch.softmax(logits, dim=-1)
        """),
        "no_slope": Mutant("""
            def straight_through(logits):
                places = logits.argmax(dim=-1)
                return torch.nn.functional.one_hot(places, logits.shape[-1]).float()
        """),
        "slope_of_the_logits": Mutant("""
            def straight_through(logits):
                places = logits.argmax(dim=-1)
                hard = torch.nn.functional.one_hot(places, logits.shape[-1]).float()
                return hard + (logits - logits.detach())
        """),
        "threshold": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=-1)
                return (soft > 0.5).float() + (soft - soft.detach())
        """),
        "sigmoid": Mutant("""
            def straight_through(logits):
                soft = torch.sigmoid(logits)
                places = logits.argmax(dim=-1)
                hard = torch.nn.functional.one_hot(places, logits.shape[-1]).float()
                return hard + (soft - soft.detach())
        """),
        "softmax_over_all": Mutant(
            """
            def straight_through(logits):
                soft = torch.softmax(logits.flatten(), dim=0).view(logits.shape)
                places = logits.argmax(dim=-1)
                hard = torch.nn.functional.one_hot(places, logits.shape[-1]).float()
                return hard + (soft - soft.detach())
            """,
            fails=("hidden",),
        ),
        "one_choice_for_all_rows": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=-1)
                hard = (soft == soft.max()).float()
                return hard + (soft - soft.detach())
        """),
        "chosen_along_the_first_axis": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=0)
                hard = (soft == soft.amax(dim=0, keepdim=True)).float()
                return hard + (soft - soft.detach())
        """),
        "soft_added_twice": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=-1)
                places = logits.argmax(dim=-1)
                hard = torch.nn.functional.one_hot(places, logits.shape[-1]).float()
                return hard + soft
        """),
        "detached": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=-1).detach()
                places = logits.argmax(dim=-1)
                hard = torch.nn.functional.one_hot(places, logits.shape[-1]).float()
                return hard + (soft - soft.detach())
        """),
        "numbers_of_the_classes": Mutant("""
            def straight_through(logits):
                return torch.softmax(logits, dim=-1).argmax(dim=-1)
        """),
        "returns_none": Mutant("""
            def straight_through(logits):
                soft = torch.softmax(logits, dim=-1)
        """),
        "package_version": Mutant("""
            def straight_through(logits):
                return plain_gan.straight_through(logits)
        """),
        "package_layer": Mutant("""
            def straight_through(logits):
                return track_gan.straight_through(logits)
        """),
    },
)

GRADIENT_PENALTY = Bank(
    alternatives={
        "vectors": """
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.view([-1] + [1] * (real.dim() - 1))
                x = fake + shares * (real - fake)
                x = x.clone().detach().requires_grad_()
                y = critic(x)
                slope = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]
                length = torch.sqrt((slope.reshape(len(x), -1) ** 2).sum(1))
                return torch.mean((length - 1) ** 2)
        """,
        "sample_by_sample": """
            def gradient_penalty(critic, real, fake, mix):
                total = 0.0
                for r, f, m in zip(real, fake, mix):
                    x = (m * r + (1 - m) * f).detach()[None].requires_grad_(True)
                    slope = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]
                    total = total + (slope.norm() - 1) ** 2
                return total / len(real)
        """,
    },
    mutants={
        "dead_number": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x)
                return ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        """),
        "shares_exchanged": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = ((1 - shares) * real + shares * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        """),
        "at_the_real_samples": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                x = real.clone().detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        """),
        "length_of_the_batch": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return (slopes.norm() - 1) ** 2
        """),
        "mean_before_the_square": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return (slopes.flatten(1).norm(dim=1).mean() - 1) ** 2
        """),
        "no_root": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return (((slopes.flatten(1) ** 2).sum(dim=1) - 1) ** 2).mean()
        """),
        "too_steep_only": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return (torch.relu(slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        """),
        "summed": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return ((slopes.flatten(1).norm(dim=1) - 1) ** 2).sum()
        """),
        "length_along_the_last_axis": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return ((slopes.norm(dim=-1) - 1) ** 2).mean()
        """),
        "towards_zero": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return (slopes.flatten(1).norm(dim=1) ** 2).mean()
        """),
        "plain_number": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                return ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean().item()
        """),
        "returns_none": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                shares = mix.reshape(-1, *[1] * (real.ndim - 1))
        """),
        "three_axes_at_most": Mutant(
            """
            def gradient_penalty(critic, real, fake, mix):
                shares = mix[:, None, None] if real.ndim == 3 else mix[:, None]
                x = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
                (slopes,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
                squares = slopes.pow(2).sum(dim=-1)
                lengths = (squares if real.ndim == 2 else squares.sum(dim=-1)).sqrt()
                return ((lengths - 1) ** 2).mean()
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                return plain_gan.gradient_penalty(critic, real, fake, mix)
        """),
        "package_layer": Mutant("""
            def gradient_penalty(critic, real, fake, mix):
                return adversarial.gradient_penalty(critic, real, fake, mix)
        """),
    },
)

EXERCISES = {
    "optimal_discriminator": OPTIMAL_DISCRIMINATOR,
    "jensen_shannon": JENSEN_SHANNON,
    "track_noise": TRACK_NOISE,
    "straight_through": STRAIGHT_THROUGH,
    "gradient_penalty": GRADIENT_PENALTY,
}
