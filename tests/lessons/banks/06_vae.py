"""Answers to lesson 06: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

REPARAMETERISE = Bank(
    alternatives={
        "root_of_variance": """
            def reparameterise(mean, log_variance, noise):
                return mean + np.sqrt(np.exp(log_variance)) * noise
        """,
        "number_by_number": """
            def reparameterise(mean, log_variance, noise):
                point = []
                for m, v, e in zip(mean, log_variance, noise):
                    point.append(m + np.exp(0.5 * v) * e)
                return point
        """,
        "torch": """
            def reparameterise(mean, log_variance, noise):
                m, v, e = (torch.tensor(part) for part in (mean, log_variance, noise))
                return (m + (v / 2).exp() * e).tolist()
        """,
    },
    mutants={
        "variance_for_deviation": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + np.exp(log_variance) * noise
        """),
        "logarithm_for_deviation": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + log_variance * noise
        """),
        "doubled_exponent": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + np.exp(2 * log_variance) * noise
        """),
        "deviation_of_first_number": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + np.exp(log_variance[0] / 2) * noise
        """),
        "own_noise": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + np.exp(log_variance / 2) * np.random.randn(len(mean))
        """),
        "noise_subtracted": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean - np.exp(log_variance / 2) * noise
        """),
        "mean_stretched_too": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return np.exp(log_variance / 2) * (mean + noise)
        """),
        "noise_forgotten": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return mean + np.exp(log_variance / 2)
        """),
        "in_place": Mutant("""
            def reparameterise(mean, log_variance, noise):
                noise *= np.exp(log_variance / 2)
                return mean + noise
        """),
        "returns_none": Mutant("""
            def reparameterise(mean, log_variance, noise):
                mean + np.exp(log_variance / 2) * noise
        """),
        "three_numbers_only": Mutant(
            """
            def reparameterise(mean, log_variance, noise):
                return (mean + np.exp(log_variance / 2) * noise)[:3]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def reparameterise(mean, log_variance, noise):
                return plain_vae.reparameterise(mean, log_variance, noise)
        """),
    },
)

KL_DIVERGENCE = Bank(
    alternatives={
        "loop": """
            def kl_divergence(mean, log_variance):
                total = 0.0
                for m, v in zip(mean, log_variance):
                    total += 0.5 * (m * m + np.exp(v) - 1 - v)
                return total
        """,
        "with_minus_outside": """
            def kl_divergence(mean, log_variance):
                return -0.5 * np.sum(1 + log_variance - mean ** 2 - np.exp(log_variance))
        """,
        "torch_distributions": """
            def kl_divergence(mean, log_variance):
                scale = torch.tensor(log_variance).mul(0.5).exp()
                cloud = torch.distributions.Normal(torch.tensor(mean), scale)
                prior = torch.distributions.Normal(0.0, 1.0)
                return torch.distributions.kl_divergence(cloud, prior).sum()
        """,
    },
    mutants={
        "wrong_sign": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(1 + log_variance - mean ** 2 - np.exp(log_variance))
        """),
        "mean_over_dimensions": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.mean(mean ** 2 + np.exp(log_variance) - 1 - log_variance)
        """),
        "half_forgotten": Mutant("""
            def kl_divergence(mean, log_variance):
                return np.sum(mean ** 2 + np.exp(log_variance) - 1 - log_variance)
        """),
        "mean_not_squared": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(abs(mean) + np.exp(log_variance) - 1 - log_variance)
        """),
        "deviation_for_variance": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(mean ** 2 + np.exp(log_variance / 2) - 1 - log_variance)
        """),
        "logarithm_for_variance": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(mean ** 2 + log_variance - 1 - np.log(log_variance + 1e-9))
        """),
        "one_forgotten": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(mean ** 2 + np.exp(log_variance) - log_variance)
        """),
        "logarithm_added": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(mean ** 2 + np.exp(log_variance) - 1 + log_variance)
        """),
        "each_dimension_apart": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * (mean ** 2 + np.exp(log_variance) - 1 - log_variance)
        """),
        "variance_forgotten": Mutant("""
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum(mean ** 2)
        """),
        "in_place": Mutant("""
            def kl_divergence(mean, log_variance):
                mean **= 2
                return 0.5 * np.sum(mean + np.exp(log_variance) - 1 - log_variance)
        """),
        "returns_none": Mutant("""
            def kl_divergence(mean, log_variance):
                print(0.5 * np.sum(mean ** 2 + np.exp(log_variance) - 1 - log_variance))
        """),
        "four_dimensions_only": Mutant(
            """
            def kl_divergence(mean, log_variance):
                return 0.5 * np.sum((mean ** 2 + np.exp(log_variance) - 1 - log_variance)[:4])
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def kl_divergence(mean, log_variance):
                return plain_vae.kl_divergence(mean, log_variance)
        """),
    },
)

ELBO = Bank(
    alternatives={
        "array": """
            def elbo(probabilities, cells, kl, weight):
                p = np.array(probabilities)[np.arange(len(cells)), cells]
                with np.errstate(divide="ignore"):
                    return np.log(p).sum() - weight * kl
        """,
        "try": """
            import math
            def elbo(probabilities, cells, kl, weight):
                try:
                    logs = [math.log(p[c]) for p, c in zip(probabilities, cells)]
                except ValueError:
                    return -math.inf
                return math.fsum(logs) - weight * kl
        """,
    },
    mutants={
        "negative_bound": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                with np.errstate(divide="ignore"):
                    p = np.array([p[c] for p, c in zip(probabilities, cells)])
                    return weight * kl - np.log(p).sum()
        """),
        "divergence_added": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                with np.errstate(divide="ignore"):
                    p = np.array([p[c] for p, c in zip(probabilities, cells)])
                    return np.log(p).sum() + weight * kl
        """),
        "weight_forgotten": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                with np.errstate(divide="ignore"):
                    p = np.array([p[c] for p, c in zip(probabilities, cells)])
                    return np.log(p).sum() - kl
        """),
        "weight_on_all": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                p = [p[c] for p, c in zip(probabilities, cells)]
                if 0 in p:
                    return float("-inf")
                return weight * (np.log(p).sum() - kl)
        """),
        "mean_over_cells": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                with np.errstate(divide="ignore"):
                    p = np.array([p[c] for p, c in zip(probabilities, cells)])
                    return np.log(p).mean() - weight * kl
        """),
        "logarithm_of_the_sum": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                return np.log(sum(p[c] for p, c in zip(probabilities, cells))) - weight * kl
        """),
        "no_logarithm": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                return sum(p[c] for p, c in zip(probabilities, cells)) - weight * kl
        """),
        "the_likeliest_instead": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                return sum(np.log(max(p)) for p in probabilities) - weight * kl
        """),
        "bits_for_nats": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                p = [p[c] for p, c in zip(probabilities, cells)]
                return float("-inf") if 0 in p else np.log2(p).sum() - weight * kl
        """),
        "tiny_for_zero": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                p = np.array([p[c] for p, c in zip(probabilities, cells)])
                return float("-inf") if p.min() < 1e-12 else np.log(p).sum() - weight * kl
        """),
        "small_number_for_zero": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                return sum(np.log(p[c] + 1e-9) for p, c in zip(probabilities, cells)) - weight * kl
        """),
        "in_place": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                total = 0.0
                while cells:
                    p = probabilities.pop()[cells.pop()]
                    total += np.log(p) if p else float("-inf")
                return total - weight * kl
        """),
        "returns_none": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                total = sum(np.log(p[c]) for p, c in zip(probabilities, cells))
        """),
        "three_cells_only": Mutant(
            """
            def elbo(probabilities, cells, kl, weight):
                p = [p[c] for p, c in zip(probabilities, cells)][:3]
                return float("-inf") if 0 in p else np.log(p).sum() - weight * kl
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def elbo(probabilities, cells, kl, weight):
                return plain_vae.elbo(probabilities, cells, kl, weight)
        """),
    },
)

INTERPOLATE = Bank(
    alternatives={
        "unit_vectors": """
            def interpolate(start, end, share, way):
                line = start + share * (end - start)
                a, b = np.sqrt((start ** 2).sum()), np.sqrt((end ** 2).sum())
                if way == "line" or not a or not b:
                    return line
                omega = np.arccos(max(-1.0, min(1.0, float((start / a) @ (end / b)))))
                if np.sin(omega) < 1e-6:
                    return line
                first, second = np.sin(omega - share * omega), np.sin(share * omega)
                return (first * start + second * end) / np.sin(omega)
        """,
        "lists": """
            import math
            def interpolate(start, end, share, way):
                dot = sum(x * y for x, y in zip(start, end))
                size = math.sqrt(sum(x * x for x in start) * sum(y * y for y in end))
                angle = math.acos(min(1, max(-1, dot / size))) if size else 0.0
                wa, wb = 1 - share, share
                if way == "arc" and math.sin(angle) >= 1e-6:
                    wa, wb = (math.sin(w * angle) / math.sin(angle) for w in (wa, wb))
                return [wa * x + wb * y for x, y in zip(start, end)]
        """,
    },
    mutants={
        "always_a_line": Mutant("""
            def interpolate(start, end, share, way):
                return (1 - share) * start + share * end
        """),
        "end_for_start": Mutant("""
            def interpolate(start, end, share, way):
                return plain(end, start, share, way)
            def plain(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0:
                    return line
                angle = np.arccos(np.clip(start @ end / size, -1, 1))
                if np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "lengths_forgotten": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                angle = np.arccos(np.clip(start @ end, -1, 1))
                if way == "line" or np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "line_stretched": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                a, b, now = map(np.linalg.norm, (start, end, line))
                if way == "line" or not a or not b or not now:
                    return line
                return line / now * ((1 - share) * a + share * b)
        """),
        "no_way_out": Mutant("""
            def interpolate(start, end, share, way):
                if way == "line":
                    return (1 - share) * start + share * end
                angle = np.arccos(start @ end / np.linalg.norm(start) / np.linalg.norm(end))
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "cosine_beyond_one": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0:
                    return line
                angle = np.arccos(start @ end / size)
                if np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "zero_forgotten": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                angle = np.arccos(np.clip(start @ end / size, -1, 1))
                if way == "line" or np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "acute_angles_only": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0:
                    return line
                angle = np.arcsin(np.sqrt(max(0.0, 1 - (start @ end / size) ** 2)))
                if np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "nothing_but_exact_zero": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                cosine = np.clip(start @ end / size, -1, 1) if size else 1.0
                if way == "line" or abs(cosine) == 1:
                    return line
                angle = np.arccos(cosine)
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "no_division": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0:
                    return line
                angle = np.arccos(np.clip(start @ end / size, -1, 1))
                if np.sin(angle) < 1e-6:
                    return line
                return np.sin((1 - share) * angle) * start + np.sin(share * angle) * end
        """),
        "ways_confused": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "arc" or size == 0:
                    return line
                angle = np.arccos(np.clip(start @ end / size, -1, 1))
                if np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
        """),
        "right_angles_only": Mutant("""
            def interpolate(start, end, share, way):
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0 or abs(abs(start @ end / size) - 1) < 1e-9:
                    return line
                return np.cos(share * np.pi / 2) * start + np.sin(share * np.pi / 2) * end
        """),
        "in_place": Mutant("""
            def interpolate(start, end, share, way):
                size = np.linalg.norm(start) * np.linalg.norm(end)
                angle = np.arccos(np.clip(start @ end / size, -1, 1)) if size else 0.0
                first, second = 1 - share, share
                if way == "arc" and np.sin(angle) >= 1e-6:
                    first, second = np.sin([first * angle, second * angle]) / np.sin(angle)
                start *= first
                start += second * end
                return start
        """),
        "returns_none": Mutant("""
            def interpolate(start, end, share, way):
                if way == "line":
                    return (1 - share) * start + share * end
        """),
        "two_dimensions_only": Mutant(
            """
            def interpolate(start, end, share, way):
                start, end = start[:2], end[:2]
                line = (1 - share) * start + share * end
                size = np.linalg.norm(start) * np.linalg.norm(end)
                if way == "line" or size == 0:
                    return line
                angle = np.arccos(np.clip(start @ end / size, -1, 1))
                if np.sin(angle) < 1e-6:
                    return line
                first, second = np.sin((1 - share) * angle), np.sin(share * angle)
                return (first * start + second * end) / np.sin(angle)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def interpolate(start, end, share, way):
                return plain_vae.interpolate(start, end, share, way)
        """),
    },
)

ATTRIBUTE_VECTOR = Bank(
    alternatives={
        "argsort": """
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
        """,
        "pairs": """
            def attribute_vector(points, values):
                ranked = [points[i] for _, i in sorted((v, i) for i, v in enumerate(values))]
                k = max(1, len(ranked) // 4)
                return [
                    (sum(p[d] for p in ranked[-k:]) - sum(p[d] for p in ranked[:k])) / k
                    for d in range(points.shape[1])
                ]
        """,
    },
    mutants={
        "wrong_way": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="stable")
                return points[order[:k]].mean(0) - points[order[-k:]].mean(0)
        """),
        "not_sorted": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                return points[-k:].mean(0) - points[:k].mean(0)
        """),
        "halves": Mutant("""
            def attribute_vector(points, values):
                k = len(points) // 2
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
        """),
        "extremes_only": Mutant("""
            def attribute_vector(points, values):
                order = np.argsort(values, kind="stable")
                return points[order[-1]] - points[order[0]]
        """),
        "mean_of_all_numbers": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].mean() - points[order[:k]].mean()
        """),
        "empty_quarter": Mutant("""
            def attribute_vector(points, values):
                k = len(points) // 4
                order = np.argsort(values, kind="stable")
                return points[order[len(order) - k:]].mean(0) - points[order[:k]].mean(0)
        """),
        "beyond_the_quartiles": Mutant("""
            def attribute_vector(points, values):
                values = np.array(values)
                small, large = np.quantile(values, [0.25, 0.75])
                return points[values >= large].mean(0) - points[values <= small].mean(0)
        """),
        "unstable_sort": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="heapsort")
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
        """),
        "equals_turned_round": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = sorted(range(len(values)), key=lambda i: values[i], reverse=True)
                return points[order[:k]].mean(0) - points[order[-k:]].mean(0)
        """),
        "rounded_up": Mutant("""
            def attribute_vector(points, values):
                k = -(-len(points) // 4)
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
        """),
        "ties_the_other_way": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = sorted(range(len(values)), key=lambda i: (values[i], -i))
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
        """),
        "sum_for_mean": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].sum(0) - points[order[:k]].sum(0)
        """),
        "in_place": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                points[:] = points[np.argsort(values, kind="stable")]
                return points[-k:].mean(0) - points[:k].mean(0)
        """),
        "returns_none": Mutant("""
            def attribute_vector(points, values):
                k = max(1, len(points) // 4)
                order = np.argsort(values, kind="stable")
        """),
        "ten_at_most": Mutant(
            """
            def attribute_vector(points, values):
                k = min(10, max(1, len(points) // 4))
                order = np.argsort(values, kind="stable")
                return points[order[-k:]].mean(0) - points[order[:k]].mean(0)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def attribute_vector(points, values):
                return plain_vae.attribute_vector(points, values)
        """),
    },
)

EXERCISES = {
    "reparameterise": REPARAMETERISE,
    "kl_divergence": KL_DIVERGENCE,
    "elbo": ELBO,
    "interpolate": INTERPOLATE,
    "attribute_vector": ATTRIBUTE_VECTOR,
}
