"""Answers to lesson 10: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

NOISED = Bank(
    alternatives={
        "picture_by_picture": """
            def noised(x, noise, alpha_bar):
                levels = np.broadcast_to(alpha_bar, len(x))
                pairs = zip(x, noise, levels)
                return np.stack([a**0.5 * c + (1 - a) ** 0.5 * n for c, n, a in pairs])
        """,
        "axes_turned_round": """
            def noised(x, noise, alpha_bar):
                mixed = np.sqrt(alpha_bar) * x.T + np.sqrt(1 - np.array(alpha_bar)) * noise.T
                return mixed.T
        """,
        "new_axes": """
            def noised(x, noise, alpha_bar):
                a = np.array(alpha_bar, dtype=float)
                while 0 < a.ndim < x.ndim:
                    a = a[..., np.newaxis]
                return np.sqrt(a) * x + np.sqrt(1 - a) * noise
        """,
    },
    mutants={
        "no_roots": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                return a * x + (1 - a) * noise
        """),
        "root_for_the_picture_only": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                return np.sqrt(a) * x + (1 - a) * noise
        """),
        "one_less_the_root": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                root = np.sqrt(a.reshape(a.shape + (1,) * (x.ndim - a.ndim)))
                return root * x + (1 - root) * noise
        """),
        "levels_swapped": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                return np.sqrt(1 - a) * x + np.sqrt(a) * noise
        """),
        "level_goes_with_the_last_axis": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                if a.ndim and x.shape[-1] == len(a):
                    return np.sqrt(a) * x + np.sqrt(1 - a) * noise
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                return np.sqrt(a) * x + np.sqrt(1 - a) * noise
        """),
        "one_level_for_all": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.mean(alpha_bar)
                return np.sqrt(a) * x + np.sqrt(1 - a) * noise
        """),
        "own_noise": Mutant("""
            def noised(x, noise, alpha_bar):
                noise = np.random.default_rng(0).normal(size=x.shape)
                a = np.asarray(alpha_bar, dtype=float)
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                return np.sqrt(a) * x + np.sqrt(1 - a) * noise
        """),
        "in_place": Mutant("""
            def noised(x, noise, alpha_bar):
                a = np.asarray(alpha_bar, dtype=float)
                a = a.reshape(a.shape + (1,) * (x.ndim - a.ndim))
                x *= np.sqrt(a)
                x += np.sqrt(1 - a) * noise
                return x
        """),
        "cut_to_whole_numbers": Mutant(
            """
            def noised(x, noise, alpha_bar):
                mixed = np.zeros_like(x)
                for n, a in enumerate(np.broadcast_to(alpha_bar, len(x))):
                    mixed[n] = a**0.5 * x[n] + (1 - a) ** 0.5 * noise[n]
                return mixed
            """,
            fails=("check",),
        ),
        "returns_none": Mutant("""
            def noised(x, noise, alpha_bar):
                mixed = np.sqrt(alpha_bar) * x.T + np.sqrt(1 - np.array(alpha_bar)) * noise.T
        """),
        "three_axes_at_most": Mutant(
            """
            def noised(x, noise, alpha_bar):
                a = np.reshape(alpha_bar, (-1, 1, 1))[:, : x.ndim - 1].reshape((-1, 1, 1)[: x.ndim])
                return np.sqrt(a) * x + np.sqrt(1 - a) * noise
            """,
            fails=("hidden",),
        ),
        "package_batches": Mutant("""
            def noised(x, noise, alpha_bar):
                x, noise = torch.from_numpy(x), torch.from_numpy(noise)
                level = torch.as_tensor(alpha_bar, dtype=torch.float64)
                return gaussian_diffusion.add_noise(x, noise, level).numpy()
        """),
        "package_version": Mutant("""
            def noised(x, noise, alpha_bar):
                return plain_diffusion.noised(x, noise, alpha_bar)
        """),
    },
)

DDIM_STEP = Bank(
    alternatives={
        "share_of_each": """
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                left = ((1 - next_alpha_bar) / (1 - alpha_bar)) ** 0.5
                return left * x + (next_alpha_bar**0.5 - left * alpha_bar**0.5) * clean
        """,
        "cell_by_cell": """
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                result = []
                for noisy, pure in zip(x.ravel(), clean.ravel()):
                    noise = (noisy - alpha_bar**0.5 * pure) / (1 - alpha_bar) ** 0.5
                    step = next_alpha_bar**0.5 * pure + (1 - next_alpha_bar) ** 0.5 * noise
                    result.append(step)
                return np.array(result).reshape(x.shape)
        """,
    },
    mutants={
        "noise_is_the_difference": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = x - clean
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise
        """),
        "clean_is_not_scaled": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = (x - clean) / np.sqrt(1 - alpha_bar)
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise
        """),
        "noise_is_not_scaled": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = x - np.sqrt(alpha_bar) * clean
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise
        """),
        "no_roots": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = (x - alpha_bar * clean) / (1 - alpha_bar)
                return next_alpha_bar * clean + (1 - next_alpha_bar) * noise
        """),
        "next_level_has_no_roots": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
                return next_alpha_bar * clean + (1 - next_alpha_bar) * noise
        """),
        "jumps_to_the_clean_picture": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                return np.array(clean)
        """),
        "levels_swapped": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                alpha_bar, next_alpha_bar = next_alpha_bar, alpha_bar
                noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise
        """),
        "returns_none": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
        """),
        "in_place": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                x -= np.sqrt(alpha_bar) * clean
                x /= np.sqrt(1 - alpha_bar)
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * x
        """),
        "clipped_at_ten": Mutant(
            """
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                clean = np.clip(clean, -10, 10)
                noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
                return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise
            """,
            fails=("hidden",),
        ),
        "package_batches": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                return gaussian_diffusion.ddim_step(x, clean, alpha_bar, next_alpha_bar)
        """),
        "package_version": Mutant("""
            def ddim_step(x, clean, alpha_bar, next_alpha_bar):
                return plain_diffusion.ddim_step(x, clean, alpha_bar, next_alpha_bar)
        """),
    },
)

MASKED_NATS = Bank(
    alternatives={
        "window_by_window": """
            def masked_nats(log_p, masked):
                means = []
                for logs, hidden in zip(log_p, masked):
                    means.append(-logs[hidden].mean() if hidden.any() else 0.0)
                return sum(means) / len(means)
        """,
        "weights": """
            def masked_nats(log_p, masked):
                B = len(log_p)
                logs = np.where(masked, log_p, 0).reshape(B, -1)
                masked = masked.reshape(B, -1)
                weights = masked / np.maximum(1, masked.sum(1))[:, None]
                return -(logs * weights).sum() / B
        """,
    },
    mutants={
        "pooled": Mutant("""
            def masked_nats(log_p, masked):
                return float(-log_p[masked].mean())
        """),
        "all_cells": Mutant("""
            def masked_nats(log_p, masked):
                return float(-np.mean(log_p))
        """),
        "divided_by_all_cells": Mutant("""
            def masked_nats(log_p, masked):
                return float(-np.where(masked, log_p, 0).mean())
        """),
        "sums": Mutant("""
            def masked_nats(log_p, masked):
                return float(-np.where(masked, log_p, 0).sum(axis=(1, 2)).mean())
        """),
        "no_minus": Mutant("""
            def masked_nats(log_p, masked):
                costs = np.where(masked, log_p, 0.0).sum(axis=(1, 2))
                return float((costs / np.maximum(masked.sum(axis=(1, 2)), 1)).mean())
        """),
        "times_the_mask": Mutant("""
            def masked_nats(log_p, masked):
                costs = -(log_p * masked).sum(axis=(1, 2))
                return float((costs / np.maximum(masked.sum(axis=(1, 2)), 1)).mean())
        """),
        "nothing_hidden_divides_by_zero": Mutant("""
            def masked_nats(log_p, masked):
                costs = np.where(masked, -log_p, 0.0).sum(axis=(1, 2))
                return float((costs / masked.sum(axis=(1, 2))).mean())
        """),
        "empty_windows_left_out": Mutant("""
            def masked_nats(log_p, masked):
                means = [-logs[hide].mean() for logs, hide in zip(log_p, masked) if hide.any()]
                return sum(means) / max(1, len(means))
        """),
        "a_mean_for_each_sixteenth": Mutant("""
            def masked_nats(log_p, masked):
                costs = np.where(masked, -log_p, 0.0).sum(axis=2)
                return float((costs / np.maximum(masked.sum(axis=2), 1)).mean())
        """),
        "mask_upside_down": Mutant("""
            def masked_nats(log_p, masked):
                masked = ~masked
                costs = np.where(masked, -log_p, 0.0).sum(axis=(1, 2))
                return float((costs / np.maximum(masked.sum(axis=(1, 2)), 1)).mean())
        """),
        "returns_none": Mutant("""
            def masked_nats(log_p, masked):
                costs = np.where(masked, -log_p, 0.0).sum(axis=(1, 2))
        """),
        "two_windows_at_most": Mutant(
            """
            def masked_nats(log_p, masked):
                costs = np.where(masked, -log_p, 0.0).sum(axis=(1, 2))
                means = costs / np.maximum(masked.sum(axis=(1, 2)), 1)
                return float(means.sum() / min(len(means), 2))
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def masked_nats(log_p, masked):
                return plain_diffusion.masked_nats(log_p, masked)
        """),
    },
)

REVEAL = Bank(
    alternatives={
        "sorted_places": """
            def reveal(grid, drawn, masked, order, how_many):
                new, left = grid.copy(), masked.copy()
                places = sorted(zip(*np.nonzero(masked)), key=lambda place: order[place])
                for place in places[:how_many]:
                    new[place] = drawn[place]
                    left[place] = False
                return new, left
        """,
        "threshold": """
            def reveal(grid, drawn, masked, order, how_many):
                waiting = np.sort(order[masked])
                if how_many < len(waiting):
                    now = masked & (order < waiting[how_many])
                else:
                    now = masked
                return np.where(now, drawn, grid), masked & ~now
        """,
        "one_after_another": """
            def reveal(grid, drawn, masked, order, how_many):
                grid, masked = np.array(grid), np.array(masked)
                for _ in range(how_many):
                    if not masked.any():
                        break
                    first = np.unravel_index(
                        np.argmin(np.where(masked, order, order.max() + 1)), masked.shape
                    )
                    grid[first], masked[first] = drawn[first], False
                return [grid, masked]
        """,
    },
    mutants={
        "given_cells_take_a_turn": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                ranks = np.argsort(np.argsort(order, axis=None)).reshape(order.shape)
                now = masked & (ranks < how_many)
                return np.where(now, drawn, grid), masked & ~now
        """),
        "order_is_a_rank": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                now = masked & (order < how_many)
                return np.where(now, drawn, grid), masked & ~now
        """),
        "highest_first": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                hidden = np.flatnonzero(masked)
                chosen = hidden[np.argsort(-order.ravel()[hidden])[:how_many]]
                now = np.zeros(masked.size, dtype=bool)
                now[chosen] = True
                now = now.reshape(masked.shape)
                return np.where(now, drawn, grid), masked & ~now
        """),
        "from_top_to_bottom": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                now = np.zeros(masked.size, dtype=bool)
                now[np.flatnonzero(masked)[:how_many]] = True
                now = now.reshape(masked.shape)
                return np.where(now, drawn, grid), masked & ~now
        """),
        "everything_is_drawn_anew": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                hidden = np.flatnonzero(masked)
                chosen = hidden[np.argsort(order.ravel()[hidden])[:how_many]]
                now = np.zeros(masked.size, dtype=bool)
                now[chosen] = True
                return np.array(drawn), masked & ~now.reshape(masked.shape)
        """),
        "mask_stays": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                hidden = np.flatnonzero(masked)
                chosen = hidden[np.argsort(order.ravel()[hidden])[:how_many]]
                now = np.zeros(masked.size, dtype=bool)
                now[chosen] = True
                return np.where(now.reshape(masked.shape), drawn, grid), masked
        """),
        "mask_is_free": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                masked = grid == -2
                hidden = np.flatnonzero(masked)
                chosen = hidden[np.argsort(order.ravel()[hidden])[:how_many]]
                now = np.zeros(masked.size, dtype=bool)
                now[chosen] = True
                now = now.reshape(masked.shape)
                return np.where(now, drawn, grid), masked & ~now
        """),
        "in_place": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                for place in sorted(zip(*np.nonzero(masked)), key=lambda p: order[p])[:how_many]:
                    grid[place], masked[place] = drawn[place], False
                return grid, masked
        """),
        "a_large_number_for_given_cells": Mutant(
            """
            def reveal(grid, drawn, masked, order, how_many):
                ranks = np.where(masked, order, 999).ravel().argsort().argsort()
                now = masked & (ranks.reshape(order.shape) < how_many)
                return np.where(now, drawn, grid), masked & ~now
            """,
            fails=("check",),
        ),
        "grid_alone": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                hidden = np.flatnonzero(masked)
                chosen = hidden[np.argsort(order.ravel()[hidden])[:how_many]]
                new = grid.copy()
                new.ravel()[chosen] = drawn.ravel()[chosen]
                return new
        """),
        "returns_none": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                hidden = np.flatnonzero(masked)
        """),
        "two_rows_at_most": Mutant(
            """
            def reveal(grid, drawn, masked, order, how_many):
                rows = np.arange(len(grid))[:, None] < 2
                waiting = np.sort(order[masked & rows])
                last = waiting[how_many] if how_many < len(waiting) else order.max() + 1
                now = masked & rows & (order < last)
                return np.where(now, drawn, grid), masked & ~now
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def reveal(grid, drawn, masked, order, how_many):
                return plain_diffusion.reveal(grid, drawn, masked, order, how_many)
        """),
    },
)

GUIDED = Bank(
    alternatives={
        "shares": """
            def guided(told, untold, weight):
                mixed = weight * told + (1 - weight) * untold
                mixed = mixed - np.max(mixed, axis=-1, keepdims=True)
                return np.exp(mixed) / np.sum(np.exp(mixed), axis=-1, keepdims=True)
        """,
        "logarithm_of_the_sum": """
            def guided(told, untold, weight):
                mixed = untold + weight * (told - untold)
                total = np.logaddexp.reduce(mixed, axis=-1)
                return np.exp(mixed - total[..., None])
        """,
        "torch": """
            def guided(told, untold, weight):
                told, untold = torch.from_numpy(told), torch.from_numpy(untold)
                return torch.softmax(torch.lerp(untold, told, float(weight)), dim=-1).numpy()
        """,
    },
    mutants={
        "told_on_top": Mutant("""
            def guided(told, untold, weight):
                scores = told + weight * (told - untold)
                powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True)
        """),
        "away_from_the_wish": Mutant("""
            def guided(told, untold, weight):
                scores = told + weight * (untold - told)
                powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True)
        """),
        "weighted_told_only": Mutant("""
            def guided(told, untold, weight):
                scores = weight * told
                powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True)
        """),
        "mixed_probabilities": Mutant("""
            def guided(told, untold, weight):
                p, q = (np.exp(x - x.max(axis=-1, keepdims=True)) for x in (told, untold))
                p, q = (x / x.sum(axis=-1, keepdims=True) for x in (p, q))
                return q + weight * (p - q)
        """),
        "overflows": Mutant("""
            def guided(told, untold, weight):
                powers = np.exp(untold + weight * (told - untold))
                return powers / powers.sum(axis=-1, keepdims=True)
        """),
        "all_rows_together": Mutant("""
            def guided(told, untold, weight):
                scores = untold + weight * (told - untold)
                powers = np.exp(scores - scores.max())
                return powers / powers.sum()
        """),
        "one_maximum_for_all_rows": Mutant(
            """
            def guided(told, untold, weight):
                scores = untold + weight * (told - untold)
                powers = np.exp(scores - scores.max())
                return powers / powers.sum(axis=-1, keepdims=True)
            """,
            fails=("check",),
        ),
        "along_the_second_axis": Mutant("""
            def guided(told, untold, weight):
                scores, axis = untold + weight * (told - untold), min(1, told.ndim - 1)
                powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
                return powers / powers.sum(axis=axis, keepdims=True)
        """),
        "not_normalised": Mutant("""
            def guided(told, untold, weight):
                scores = untold + weight * (told - untold)
                return np.exp(scores - scores.max(axis=-1, keepdims=True))
        """),
        "logits": Mutant("""
            def guided(told, untold, weight):
                return untold + weight * (told - untold)
        """),
        "in_place": Mutant("""
            def guided(told, untold, weight):
                told -= untold
                scores = untold + weight * told
                powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True)
        """),
        "returns_none": Mutant("""
            def guided(told, untold, weight):
                scores = untold + weight * (told - untold)
        """),
        "weight_at_most_two": Mutant(
            """
            def guided(told, untold, weight):
                scores = untold + min(weight, 2) * (told - untold)
                powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def guided(told, untold, weight):
                return plain_diffusion.guided(told, untold, weight)
        """),
    },
)

EXERCISES = {
    "noised": NOISED,
    "ddim_step": DDIM_STEP,
    "masked_nats": MASKED_NATS,
    "reveal": REVEAL,
    "guided": GUIDED,
}
