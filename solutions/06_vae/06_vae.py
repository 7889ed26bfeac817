# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · A space of melodies
#
# **Give every two-bar melody a place, walk from a hymn to a reel, and ask any melody to become denser, higher or more major.**
#
# | | |
# |---|---|
# | Time | 35 minutes to read, 45 minutes to code, about two minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), nats and held-out music; [05 · Gates](../05_lstm/05_lstm.ipynb), a wish and its measured effect |
#
# You will be able to
#
# - derive the bound that a variational autoencoder is trained with, and check each step with numbers;
# - draw at random in a way that a gradient can pass;
# - recognise a decoder that ignores its latent space, and cure it;
# - walk between melodies in a line or on an arc, and along a direction with a meaning;
# - say how much of a melody comes back, and whether the latent point did it.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from course import models, reproducibility, sampling, watching
from course.checks import vae as check
from course.checks.core import use
from course.data import own_music
from course.evaluation import leaderboard, melody_attributes, plain, reconstruction
from course.models import latent, plain_vae, shipped, vae
from course.playback import compare, melody_map
from course.plotting import COLOURS, LINES, describe
from course.quiz import ask
from course.recipes import own_window, train, tune_batches, vae_batches, vae_recipe
from course.training import callbacks, config, loop

# %% [markdown]
# ## 1 · Hear it first
#
# Two bars of a *reel* that no model has learned from. The network of lesson 05 goes on with them, note by note, as it always does. Today's network does something else: it leads, in five melodies of two bars, from the reel to a line of a *chorale*, a hymn by Bach.

# %%
smoke = reproducibility.budget() == "smoke"
space = models.load("melody_vae")
windows = {split: vae_batches.melody_windows(split) for split in ("train", "valid")}
held_out = windows["valid"]
hymn, reel = (int(np.flatnonzero(held_out.corpus == number)[200]) for number in (0, 1))
ends = held_out.pick([reel, hymn])
tune_name, tick = ends.names[0].rsplit(" ", 1)
print("from", tune_name, "to", ends.names[1])

# %%
all_tunes = tune_batches.usable_tunes("valid", models.load("tune_lstm").config)
tune = tune_batches.melody_of(next(t for t in all_tunes if t.name == tune_name))
begin = int(np.searchsorted(tune.starts, int(tick)))
inside = slice(begin, int(np.searchsorted(tune.starts, int(tick) + 2 * tune.bar_ticks)))
seed = tune_batches.replace(tune, pitches=tune.pitches[inside], lengths=tune.lengths[inside])
seed = tune_batches.replace(seed, pickup_ticks=0)
chooser, chance = sampling.Sampler(top_p=0.9), np.random.default_rng(1)
goes_on = models.load("tune_lstm").generate(seed, 4 if smoke else 10, chance, chooser)


# %%
def walk(start, end, steps, path=latent.spherical_path):
    """Give the points on the way between two, ends included."""
    return np.array([path(start, end, share) for share in np.linspace(0, 1, steps)])


first, last = space.encode(ends.pitches, ends.struck)[0]
pitches, struck = space.decode(walk(first, last, 5))
takes = {
    "lesson 05: goes on": tune_batches.melody_music(goes_on, 110),
    "lesson 06: five melodies, from the reel to the hymn": vae_batches.window_music(
        pitches.ravel(), struck.ravel()
    ),
}
compare(takes, title="Two bars of a reel: how lesson 05 goes on, and how lesson 06 leaves")

# %% jupyter={"source_hidden": true}
ask(
    "The three melodies in the middle: how were they made?",
    {
        "By mixing the cells of both melodies": "Section 3 does that; you will hear the difference.",
        "From numbers that lie between two lists of numbers": "Each melody has a list of 32 "
        "numbers; numbers in between give melodies in between.",
        "They were found in the training data": "Section 9 looks for them there.",
    },
    right="From numbers that lie between two lists of numbers",
)

# %% [markdown]
# ## 2 · Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "A model gives each of two cells the probability 1/2. What is its likelihood in nats?",
    {
        "ln 1/2 + ln 1/2 = −1.39": "Probabilities are multiplied, their logarithms added.",
        "1/2 + 1/2 = 1": "Adding would make every longer piece likelier.",
        "ln(1/2 + 1/2) = 0": "The sum has to be taken after the logarithm.",
    },
    right="ln 1/2 + ln 1/2 = −1.39",
)

# %% jupyter={"source_hidden": true}
ask(
    "In chorales, copying the sixteenth before is right for about 77 % of the cells. Why say so?",
    {
        "Because copying is a good model": "It composes one long note.",
        "To know which share of a result is easy": "80 % right sounds good, and is hardly better.",
        "Because Bach copied": "He held notes.",
    },
    right="To know which share of a result is easy",
)

# %% jupyter={"source_hidden": true}
ask(
    "A network was trained to predict each note from the *real* notes before. Now it writes alone. "
    "What is new for it?",
    {
        "Nothing": "It now reads its own mistakes.",
        "It reads its own notes": "In training it never had to mend what it had spoilt. Today's "
        "numbers are all measured without the real notes.",
        "It forgets its weights": "They stay as they are.",
    },
    right="It reads its own notes",
)

# %% [markdown]
# ## 3 · The idea
#
# A network that writes note by note has no handle for a *whole* melody. You cannot ask it for something between two melodies. What about mixing by hand: each note from one or from the other, by a toss of a coin? A *leap* is the distance in semitones from one note to the next.

# %%
coin = np.repeat(np.random.default_rng(3).random(16) < 0.5, 2)
mixed = [np.where(coin, *pair) for pair in (ends.pitches, ends.struck)]
middle = [part[2] for part in (pitches, struck)]
three = {"reel": (ends.pitches[0], ends.struck[0]), "hymn": (ends.pitches[1], ends.struck[1])}
three |= {"tossed coin": tuple(mixed), "between, by the network": tuple(middle)}


def mean_leap(cells, attacks):
    """Give the mean distance from note to note, in semitones."""
    notes = cells[attacks & (cells >= 0)]
    return float(np.abs(np.diff(notes)).mean()) if len(notes) > 1 else 0.0


for name, melody in three.items():
    print(f"{name:24s} {int(melody[1].sum()):2d} notes, mean leap {mean_leap(*melody):.1f}")

# %%
figure, panels = plt.subplots(1, 4, figsize=(11, 2.6), sharey=True, layout="constrained")
for axes, (name, (cells, _)), colour in zip(panels, three.items(), COLOURS, strict=False):
    axes.step(range(32), np.where(cells < 0, np.nan, cells), where="post", color=colour)
    axes.set(title=name, xlabel="sixteenth")
panels[0].set_ylabel("MIDI pitch")
describe(panels[0], "Pitch over 32 sixteenths: reel, hymn, their mixture, and the melody between.")

# %%
compare(
    {name: vae_batches.window_music(*melody) for name, melody in three.items()},
    title="A reel, a hymn, the two mixed by a coin, and the network's melody between them",
)

# %% [markdown]
# Cells are no good place to mix: the coin jumps. So we look for another place. An **autoencoder** is two networks: an *encoder* turns a melody $x$ into a few numbers $z$, a *point* in the **latent space**, and a *decoder* turns the point into a melody again. A **variational** autoencoder, VAE, adds two things: the encoder says not a point but a *cloud*, with a centre and a width in each direction; and all clouds together are held near one big cloud round the origin. So the space has no holes: between two melodies lie melodies.

# %% [markdown]
# ## 4 · The mathematics
#
# **Step 1: a melody from a point.** First nature throws a point $z$ from the *prior* $p(z)$, a standard normal distribution. Then the decoder gives probabilities to melodies, $p(x \mid z)$. The probability of a melody is the mean over all points,
#
# $$ p(x) = \int p(x \mid z) \, p(z) \, dz. $$
#
# A toy: $z$ is one number, and $x$ are four cells, struck (1) or held (0), each struck with the probability $\sigma(3z)$. With one number the integral is a sum over a fine grid; the probabilities of all sixteen rhythms must be 1 together.

# %%
grid = np.linspace(-8, 8, 4001)
prior = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi) * (grid[1] - grid[0])
strike = 1 / (1 + np.exp(-3 * grid))


def likelihood(struck_cells):
    """Give p(x | z) on the grid for x with so many struck cells of four."""
    return strike**struck_cells * (1 - strike) ** (4 - struck_cells)


p_x = [float(np.sum(likelihood(k) * prior)) for k in range(5)]
assert abs(p_x[0] + 4 * p_x[1] + 6 * p_x[2] + 4 * p_x[3] + p_x[4] - 1) < 1e-6

# %% [markdown]
# **Step 2: look where it matters.** With 32 numbers there is no grid, and nearly all points give a wrong melody. So the encoder proposes, for each $x$, a distribution $q(z \mid x)$ of points that may belong to it, the *posterior*. Multiplying and dividing by it changes nothing:
#
# $$ p(x) = \mathbb{E}_{q(z \mid x)}\left[ \frac{p(x \mid z) \, p(z)}{q(z \mid x)} \right]. $$

# %%
mean, deviation = 0.9, 0.5  # a proposal for x = three cells struck
q = np.exp(-(((grid - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
q = q * (grid[1] - grid[0])
assert abs(np.sum(q * (likelihood(3) * prior / q)) - p_x[3]) < 1e-9

# %% [markdown]
# **Step 3: a bound.** The logarithm of a mean is at least the mean of the logarithms (*Jensen's inequality*). So
#
# $$ \ln p(x) \;\ge\; \mathbb{E}_q[\ln p(x \mid z)] - \mathrm{KL}\big(q(z \mid x) \,\|\, p(z)\big), \qquad \mathrm{KL}(q \| p) = \mathbb{E}_q\left[\ln \frac{q}{p}\right]. $$
#
# The right side is the **evidence lower bound**, ELBO. Its first part says how well the melody comes back; the second, the **Kullback–Leibler divergence**, how much the cloud of this melody differs from the prior: what $z$ tells about $x$, in nats.

# %%
kl_on_grid = float(np.sum(q * np.log(q / prior)))
bound = float(np.sum(q * np.log(likelihood(3)))) - kl_on_grid
print(f"ln p(x) {np.log(p_x[3]):.4f}, bound {bound:.4f}")
assert bound < np.log(p_x[3])

# %% [markdown]
# **Step 4: what is lost.** The gap is a divergence, too: that between the encoder's proposal and the true posterior $p(z \mid x) = p(x \mid z) p(z) / p(x)$. A better encoder has a smaller gap.

# %%
true_posterior = likelihood(3) * prior / p_x[3]
gap = float(np.sum(q * np.log(q / true_posterior)))
assert abs((np.log(p_x[3]) - bound) - gap) < 1e-6

# %% [markdown]
# **Step 5: the divergence without an integral.** For a normal distribution with mean $\mu$ and variance $s^2$ in one dimension,
#
# $$ \mathbb{E}_q[\ln q] = -\tfrac12 \ln(2\pi) - \ln s - \tfrac12, \qquad \mathbb{E}_q[\ln p] = -\tfrac12 \ln(2\pi) - \tfrac12(\mu^2 + s^2), $$
#
# and the difference is $\tfrac12(\mu^2 + s^2 - 1 - \ln s^2)$. Independent dimensions add up. Networks give $\ln s^2$, the *log-variance*, because it may be any number.

# %%
closed = 0.5 * (mean**2 + deviation**2 - 1 - np.log(deviation**2))
assert abs(closed - kl_on_grid) < 1e-6

# %% [markdown]
# **Step 6: a draw with a gradient.** The mean over $q$ is estimated by one draw. But a random draw has no derivative by $\mu$ and $s$. The trick of *reparameterisation*: draw noise $\varepsilon$ that depends on nothing, and compute $z = \mu + s \, \varepsilon$. Then $\partial z / \partial \mu = 1$ and $\partial z / \partial s = \varepsilon$. For $\mathbb{E}[z^2] = \mu^2 + s^2$ the gradients must be $2\mu$ and $2s$:

# %%
mu, s = torch.tensor(0.9, requires_grad=True), torch.tensor(0.5, requires_grad=True)
noise = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
(mu + s * noise).pow(2).mean().backward()
print(f"by mu {mu.grad:.3f} (1.8), by s {s.grad:.3f} (1.0)")
assert abs(mu.grad - 1.8) < 0.02
assert abs(s.grad - 1.0) < 0.02

# %% [markdown]
# **Step 7: collapse.** If the decoder does not look at $z$, the first part of the ELBO is the same for all $q$, and the best the encoder can do is $q = p$: divergence 0. Then the decoder *cannot* look at $z$ any more, because there is nothing in it. This is **posterior collapse**. A decoder that sees the cells before guesses most cells from them, so it gets there easily. Two cures:
#
# - **annealing**: weigh the divergence with $\beta$, which rises from 0, so that the decoder learns to look at $z$ while it is cheap;
# - **free bits**: in each dimension, the first $\lambda$ nats cost nothing; $\max(\lambda, \mathrm{KL}_d)$ is charged, and saving them brings nothing.

# %%
means = np.linspace(-1, 1, 21)
costs = [plain_vae.kl_divergence(np.array([m]), np.zeros(1)) for m in means]
charged = latent.free_bits(torch.tensor(costs, dtype=torch.float32)[None], 0.25).numpy()
assert means[int(np.argmin(costs))] == 0  # without reward from the decoder, 0 is best
assert np.ptp(charged[np.abs(means) < 0.7]) == 0  # free: no force towards 0

# %% [markdown]
# **Step 8: lines and arcs.** In $Z$ dimensions, points of the prior lie at a distance of about $\sqrt Z$ from the origin: near a sphere, hardly any inside. Halfway on the *straight line* between two of them the distance is only $\sqrt{Z/2}$, where the decoder has seen few clouds. On the *arc* it stays. With the angle $\omega$ between $a$ and $b$,
#
# $$ \text{arc}(a, b, t) = \frac{\sin((1-t)\,\omega)}{\sin \omega} \, a + \frac{\sin(t\,\omega)}{\sin \omega} \, b. $$

# %%
a, b = np.random.default_rng(0).standard_normal((2, 1000, 32))
distance = {"a point": a, "halfway, line": (a + b) / 2}
distance["halfway, arc"] = np.array(list(map(latent.spherical_path, a, b, [0.5] * 1000)))
for name, points in distance.items():
    print(f"{name:14s} {np.linalg.norm(points, axis=1).mean():.2f}", end="   ")
print(f"\nsquare roots of 32 and of 16: {32**0.5:.2f}, {16**0.5:.2f}")

# %% [markdown]
# ## 5 · By hand
#
# Four notes, **D E F D**, and a latent space of one number. The encoder says: mean 1, variance 1/4. The noise that we draw is 2. The decoder at that point gives the right notes the probabilities 1/2, 1/2, 1/4 and 1.
#
# - The point: z = 1 + 1/2 · 2 = **2** (the standard deviation is the root of 1/4).
# - The likelihood: ln(1/2 · 1/2 · 1/4 · 1) = −ln 16 = **−2.773**.
# - The divergence: ½ (1² + 1/4 − 1 − ln 1/4) = ½ (0.25 + 1.386) = **0.818**.
# - The ELBO: −2.773 − 0.818 = **−3.591** nats.

# %%
mean_1, log_variance_1 = np.array([1.0]), np.log([0.25])
print("z", plain_vae.reparameterise(mean_1, log_variance_1, np.array([2.0])))
kl_1 = plain_vae.kl_divergence(mean_1, log_variance_1)
right = [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]
bound_1 = plain_vae.elbo(right, [0, 0, 0, 0], kl_1)
print(f"divergence {kl_1:.3f}, ELBO {bound_1:.3f}")
assert abs(bound_1 - (-np.log(16) - 0.5 * (0.25 + np.log(4)))) < 1e-12
