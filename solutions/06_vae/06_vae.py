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
# **Give every two-bar melody a place, walk from a hymn to a reel, and ask what a direction does to a melody: denser, higher, more major?**
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
# ## 1. Hear it first
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
# ## 2. Warm-up
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
    "A network was trained to predict each note from the real notes before. Now it writes alone. "
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
# ## 3. The idea
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
# Cells are no good place to mix: the coin jumps. So we look for another place. An **autoencoder** is two networks: an **encoder** turns a melody $x$ into a few numbers $z$, a *point* in the **latent space**, and a **decoder** turns the point into a melody again. A **variational autoencoder**, VAE, adds two things: the encoder says not a point but a *cloud*, with a centre and a width in each direction; and all clouds together are held near one big cloud round the origin. So the space has no holes: between two melodies lie melodies.
#
# On the pipeline we stand at the model; but it now has two ends, and music enters it as well as leaves it.

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: a melody from a point.** First nature throws a point $z$ from the **prior** $p(z)$, a standard normal distribution. Then the decoder gives probabilities to melodies, $p(x \mid z)$. The probability of a melody is the mean over all points,
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
# **Step 2: look where it matters.** With 32 numbers there is no grid, and nearly all points give a wrong melody. So the encoder proposes, for each $x$, a distribution $q(z \mid x)$ of points that may belong to it, the **posterior**. Multiplying and dividing by it changes nothing:
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
# **Step 6: a draw with a gradient.** The mean over $q$ is estimated by one draw. But a random draw has no derivative by $\mu$ and $s$. The trick of **reparameterisation**: draw noise $\varepsilon$ that depends on nothing, and compute $z = \mu + s \, \varepsilon$. Then $\partial z / \partial \mu = 1$ and $\partial z / \partial s = \varepsilon$. For $\mathbb{E}[z^2] = \mu^2 + s^2$ the gradients must be $2\mu$ and $2s$:

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
# ## 5. By hand
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

# %% [markdown]
# ## 6. Build it
#
# Five exercises: the draw, the divergence, the bound, the ways between points, and a direction with a meaning. All are about one melody, in NumPy or in lists; the package does the same for batches.

# %% [markdown]
# ### Exercise 1: A draw with a gradient
#
# *Difficulty 1 of 5 · 5 minutes · 3 points*
#
# Each time the network meets a melody in training, it meets another point of the melody's cloud. So points nearby must give the melody, too.
#
# Write `reparameterise(mean, log_variance, noise)`, step 6 of *The mathematics*.
#
# - `mean`, `log_variance`, `noise`: NumPy arrays (Z,). The log-variance is ln s²; s is the standard deviation.
# - Returns the point: Z numbers, array or list. A millionth more or less does not matter. The arguments are not changed.
#
# Example: with mean 1, log-variance 0 (so s = 1) and noise 2, the point is 3.


# %% nbgrader={"grade": false, "grade_id": "reparameterise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reparameterise(mean, log_variance, noise):
    """Give the point that this noise draws from the cloud."""
    ### BEGIN SOLUTION
    deviation = np.exp(log_variance / 2)
    stretched = deviation * noise
    return mean + stretched
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "reparameterise_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.reparameterise(reparameterise)

# %% nbgrader={"grade": true, "grade_id": "reparameterise_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.reparameterise(
    reparameterise,
    [
        ((np.array([0.5]), np.log([25.0]), np.array([-1.0])), [-4.5]),
        (
            (np.array([1.0, 1, 1, 1, 1]), np.log([1.0, 4, 16, 64, 0.25]), np.array([1.0] * 5)),
            [2, 3, 5, 9, 1.5],
        ),
        ((np.zeros(2), np.zeros(2), np.array([-3.0, 0.25])), [-3, 0.25]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The noise has width 1. How wide must it be, and where must its middle lie?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# The standard deviation is the root of the variance, and the variance is e to the log-variance. A root of an exponential is the exponential of half of it. Multiply the noise by it, and add the mean.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the root of the variance*: with log-variance ln 4 the noise is stretched by 2, neither by 4 nor by ln 4.
# - `TypeError: only … arrays can be converted`: `math.exp` takes one number; `np.exp` takes an array.
# - *changes the arguments it is given*: `noise *= …` writes into the array of the caller.
#
# </details>

# %% [markdown]
# ### Exercise 2: What a point tells
#
# *Difficulty 2 of 5 · 8 minutes · 4 points*
#
# A melody whose cloud is the prior itself has told the decoder nothing. This number says, in nats, how much it has told.
#
# Write `kl_divergence(mean, log_variance)`, step 5 of *The mathematics*, for one melody.
#
# - `mean`, `log_variance`: NumPy arrays (Z,).
# - Returns one number, the sum over all Z dimensions. It is never below 0. A millionth more or less does not matter. The arguments are not changed.
#
# Example: mean 2 and log-variance 0 give 2 nats.


# %% nbgrader={"grade": false, "grade_id": "kl_divergence", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kl_divergence(mean, log_variance):
    """Give the divergence of a cloud from the standard normal distribution, in nats."""
    ### BEGIN SOLUTION
    variance = np.exp(log_variance)
    each = (mean**2 + variance - 1 - log_variance) / 2
    return float(each.sum())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "kl_divergence_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.kl_divergence(kl_divergence)

# %% nbgrader={"grade": true, "grade_id": "kl_divergence_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.kl_divergence(
    kl_divergence,
    [
        ((np.array([4.0, -4.0]), np.zeros(2)), 16.0),
        ((np.zeros(6), np.full(6, 1.0)), 3 * (np.e - 2)),
        ((np.array([1.0, 2.0]), np.log([0.5, 2.0])), (1 + 0.5 + 4 + 2 - 2) / 2),
        ((np.zeros(1), np.zeros(1)), 0.0),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First the four terms of one dimension, then the half, then the sum.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# In each dimension: the square of the mean, plus e to the log-variance, minus 1, minus the log-variance; half of it. `.sum()` adds them up.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a divergence is never below 0*: look at the signs; in many papers −KL is written.
# - *the dimensions add up*: `.mean()` divides by Z.
# - *a variance above 1 costs something*: the variance is not the log-variance.
#
# </details>

# %% [markdown]
# ### Exercise 3: The bound
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# Two wishes in one number: the melody shall come back, and its point shall cost little.
#
# Write `elbo(probabilities, cells, kl, weight)`: the logarithm of the likelihood minus the weighted divergence.
#
# - `probabilities`: a list of T lists; the decoder's probabilities of all classes, for each cell. `cells`: a list of T whole numbers, the class that each cell of the melody really has. T is at least 1.
# - `kl`: the divergence in nats. `weight`: β of step 7, from 0.
# - Returns the sum over the cells of ln p of the right class, minus weight times divergence. If a right class has the probability 0, the result is `float("-inf")`, without an error. A millionth more or less does not matter. The lists are not changed.
#
# Example: two cells with `[[0.5, 0.5], [0.5, 0.5]]`, classes `[0, 1]`, divergence 3 and weight 0.5 give −1.386 − 1.5 = −2.886.


# %% nbgrader={"grade": false, "grade_id": "elbo", "locked": false, "schema_version": 3, "solution": true, "task": false}
def elbo(probabilities, cells, kl, weight):
    """Give the weighted evidence lower bound of one melody, in nats."""
    ### BEGIN SOLUTION
    total = 0.0
    for shares, cell in zip(probabilities, cells, strict=True):
        if shares[cell] == 0:
            return float("-inf")
        total += float(np.log(shares[cell]))
    return total - weight * kl
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "elbo_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.elbo(elbo)

# %% nbgrader={"grade": true, "grade_id": "elbo_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.elbo(
    elbo,
    [
        (
            ([[0.2, 0.3, 0.5], [0.6, 0.4, 0.0], [0.1, 0.1, 0.8]], [1, 0, 2], 0.5, 3.0),
            np.log(0.3) + np.log(0.6) + np.log(0.8) - 1.5,
        ),
        (([[0.125] * 8] * 5, [7, 0, 3, 3, 1], 2.0, 1.0), -15 * np.log(2) - 2),
        (([[0.5, 0.5], [0.0, 1.0]], [1, 0], 0.0, 0.0), float("-inf")),
        (([[1.0, 1e-50]], [1], 0.5, 1.0), -50 * np.log(10) - 0.5),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# For each cell you need one number out of its list: which?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Go through both lists side by side with `zip`. Take the probability at the place that the class names. If it is 0, return minus infinity; else add its logarithm. At the end subtract weight times divergence.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `ValueError: math domain error`: `math.log(0)`; look for 0 first.
# - *no mean over cells*: a sum, or longer melodies would pay relatively more for their point.
# - *turn its sign*: the loss of training is the negative of the bound.
#
# </details>

# %% [markdown]
# ### Exercise 4: Ways between melodies
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# Write `interpolate(start, end, share, way)`, step 8 of *The mathematics*: **interpolation** is what finds points between two others.
#
# - `start`, `end`: NumPy arrays (Z,). `share`: from 0, the start, to 1, the end. `way`: `"line"` or `"arc"`.
# - `"line"`: the point on the straight line.
# - `"arc"`: the formula with the angle ω between the two, for which $\cos \omega = a \cdot b \,/\, (|a|\,|b|)$. The two may be of different lengths; the formula stays the same.
# - Where there is no arc, the line is returned: if one point is all zeros, or both lie in the same or in opposite directions. Say that sin ω below a millionth is 0; rounding can put a cosine slightly beyond 1.
# - Returns Z numbers, array or list. A millionth more or less does not matter. The arguments are not changed.
#
# Example: from (2, 0) to (0, 2), share 0.5: on the line (1, 1), on the arc (1.414, 1.414).


# %% nbgrader={"grade": false, "grade_id": "interpolate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpolate(start, end, share, way):
    """Give the point between two points, on the line or on the arc."""
    ### BEGIN SOLUTION
    line = (1 - share) * start + share * end
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    if way == "line" or lengths == 0:
        return line
    angle = np.arccos(np.clip(np.dot(start, end) / lengths, -1, 1))
    if np.sin(angle) < 1e-6:
        return line
    weights = np.sin((1 - share) * angle), np.sin(share * angle)
    return (weights[0] * start + weights[1] * end) / np.sin(angle)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "interpolate_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.interpolate(interpolate)

# %% nbgrader={"grade": true, "grade_id": "interpolate_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.interpolate(
    interpolate,
    [
        ((np.array([1.0, 2, 3]), np.array([5.0, 6, 7]), 0.75, "line"), [4, 5, 6]),
        (
            (np.array([0.0, 0, 3]), np.array([0.0, 3, 0]), 2 / 3, "arc"),
            [0, 3 * np.sqrt(0.75), 1.5],
        ),
        ((np.array([-2.0, -5]), np.array([4.0, 10]), 0.5, "arc"), [1, 2.5]),
        ((np.array([0.0, 2]), np.array([1e-7, -2]), 0.25, "arc"), [0, 1]),
        ((np.array([4.0, 8]), np.zeros(2), 0.75, "arc"), [1, 2]),
        ((np.array([0.1, 0.2, 0.3]), np.array([0.3, 0.6, 0.9]), 0.5, "arc"), [0.2, 0.4, 0.6]),
        ((np.array([1.0, 0]), np.array([-0.5, np.sqrt(0.75)]), 0.25, "arc"), np.sqrt([0.75, 0.25])),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Compute the line first. It is the answer in four of five cases of the contract.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Return the line if it was asked for, or if a length is 0. Else divide the dot product by both lengths, clip it to −1 … 1, and take `np.arccos`. If its sine is tiny, return the line. Else weigh the start with sin((1 − share) · angle) and the end with sin(share · angle), and divide by sin(angle).
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the angle does not depend on how long the two are*: the dot product alone is no cosine.
# - *should be a finite number; yours is nan*: a division by 0, or the arccos of 1.0000000002.
# - *the angle is shared out, not the line*: walking on the line and stretching the result gives other points, except halfway.
#
# </details>

# %% [markdown]
# ### Exercise 5: A direction with a meaning
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# What do melodies with many notes have in common that melodies with few have not? In the latent space: a direction.
#
# Write `attribute_vector(points, values)`.
#
# - `points`: NumPy array (N, Z), the points of N melodies, N at least 2. `values`: a list of N numbers, how much of something each melody has.
# - Take the quarter of the melodies with the largest values and the quarter with the smallest: N // 4 each, at least one. Of equal values the later melodies count as larger.
# - Returns the mean point of the large ones minus the mean point of the small ones: Z numbers. The arguments are not changed.
#
# Example: for the points (0, 0), (1, 0), (2, 5), (4, 1) with the values 1, 2, 3, 4 the direction is (4, 1) − (0, 0) = (4, 1).


# %% nbgrader={"grade": false, "grade_id": "attribute_vector", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attribute_vector(points, values):
    """Give the direction from melodies with little of something to those with much."""
    ### BEGIN SOLUTION
    number = max(1, len(values) // 4)
    order = sorted(range(len(values)), key=lambda i: values[i])
    small = points[order[:number]].mean(axis=0)
    large = points[order[-number:]].mean(axis=0)
    return large - small
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "attribute_vector_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.attribute_vector(attribute_vector)

# %% nbgrader={"grade": true, "grade_id": "attribute_vector_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.attribute_vector(
    attribute_vector,
    [
        ((np.arange(24.0).reshape(12, 2), list(range(12))), [18, 18]),
        ((np.array([[5.0, 1, 0], [0, 0, 0], [1, 1, 1]]), [0.5, -0.5, 0.0]), [5, 1, 0]),
        (
            (
                np.array([[0.0], [8], [1], [7], [2], [6], [3], [5], [4]]),
                [9, 1, 8, 2, 7, 3, 6, 4, 5],
            ),
            [0.5 - 7.5],
        ),
        ((np.array([[1.0], [2], [4], [8], [16]]), [0, 0, 0, 0, 0]), [15]),
        (
            (np.arange(60.0)[:, None] ** 2, [1, 0] * 30),
            [np.mean(np.arange(30.0, 60, 2) ** 2) - np.mean(np.arange(1.0, 30, 2) ** 2)],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Sort the *places* of the melodies by their values, not the values themselves.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `sorted(range(N), key=…)` or `np.argsort(values, kind="stable")` gives the places from little to much, equals in their old order. The first N // 4 of them are the small ones, the last N // 4 the large ones; `points[places].mean(axis=0)` is their mean point.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *should have the shape (2,); yours is ()*: `.mean()` without `axis=0` is the mean of all numbers.
# - `Mean of empty slice`, *should be a finite number*: with three melodies a quarter is 0; take at least one.
# - *from little to much*: large minus small.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# **The data.** Every window of two bars of four quarters that begins at a bar line: of all four voices of the chorales, and of the tunes in 4/4 and 2/2, reels and hornpipes above all. A window has 32 *cells*, sixteenths; each holds the pitch that sounds and whether it is struck there. In training a window is moved to any key up to a tritone away.

# %%
my_draw = use("reparameterise", reparameterise, plain_vae.reparameterise)
my_kl = use("kl_divergence", kl_divergence, plain_vae.kl_divergence)
my_elbo = use("elbo", elbo, plain_vae.elbo)
my_way = use("interpolate", interpolate, plain_vae.interpolate)
my_direction = use("attribute_vector", attribute_vector, plain_vae.attribute_vector)

# %%
for split, found in windows.items():
    for number, corpus in enumerate(vae_batches.CORPORA):
        part = found.pick(found.corpus == number)
        copied = reconstruction.copy_accuracy(part.pitches)
        notes = part.struck.sum(axis=1).mean()
        print(f"{split} {corpus:8s} {len(part):5d} melodies, {notes:4.1f} notes each", end=", ")
        print(f"copying the cell before is right for {copied:.1%} of the cells")
known = vae_batches.known_melodies(held_out, windows["train"])
print(f"of the held-out melodies {known.mean():.1%} stand in the training data, in some key")

# %% [markdown]
# **Collapse, and two cures.** A small network whose decoder *sees the real pitch of the cell before*, as those of lessons 04 and 05 do. Four runs differ only in what the divergence costs: the full weight from the first step; free bits, half a nat in each of the 16 dimensions; annealing, a weight that rises to 1 over five eighths of the steps; and both together.


# %%
def small_network(sees_last=True):
    """Make a small network with 16 latent numbers."""
    torch.manual_seed(0)
    sizes = {"latent_size": 16, "hidden_size": 128, "beat_size": 64, "cell_size": 32}
    return vae.MelodyVAE(vae.MelodyVAEConfig(**sizes, sees_last=sees_last))


STEPS = 4 if smoke else 400
some = held_out.pick(np.arange(0, len(held_out), 400 if smoke else 20))


class WatchKL(callbacks.Callback):
    """Note the divergence on held-out melodies now and then."""

    def on_step(self, run):
        if run.step % max(1, STEPS // 15) == 0:
            clouds = zip(*run.model.eval().encode(some.pitches, some.struck), strict=True)
            run.record("KL", np.mean([plain_vae.kl_divergence(*cloud) for cloud in clouds]))

    on_start = on_step


# %%
def small_run(net, weight=1.0, annealing=0, free=0.0):
    """Train a small network, and give what was noted."""
    batches = vae_batches.WindowBatches(
        windows["train"], 36, 88, 64, weight=weight, annealing_steps=annealing
    )
    settings = config.TrainingConfig(STEPS, 4e-3, warmup_steps=STEPS // 10)

    def loss(model, batch):
        return vae_recipe.vae_loss(model, batch, free)

    return loop.fit(net, loss, batches, settings, [WatchKL()]).records["KL"]


RISE = STEPS * 5 // 8
plans = {"full weight at once": {}, "free bits": {"free": 0.5}, "annealing": {"annealing": RISE}}
plans["annealing, free bits"] = {"annealing": RISE, "free": 0.5}

# %%
small, noted = {}, {}
for name, plan in plans.items():
    small[name] = small_network()
    noted[name] = small_run(small[name], **plan)
    found = reconstruction.measure_reconstruction(small[name], some.pitches, some.struck)
    print(f"{name:21s} KL {found.kl:5.2f} nats, {found.active_units:2d} units active", end=", ")
    print(f"{found.accuracy:.1%} of the cells back, {found.exchanged:.1%} with points exchanged")

# %%
axes = plt.subplots(figsize=(7, 3), layout="constrained")[1]
for (name, records), line, colour in zip(noted.items(), LINES, COLOURS, strict=False):
    axes.plot(*zip(*records, strict=True), line, color=colour, label=name)
axes.set(xlabel="step", ylabel="divergence in nats")
axes.legend()
told = ", ".join(f"{name} ends at {records[-1][1]:.1f}" for name, records in noted.items())
describe(axes, f"Divergence over the steps: {told} nats.")

# %% [markdown]
# How to read it: *back* is the share of cells whose pitch is right when the melody is decoded from its own point, without any real note. *Points exchanged* decodes each melody from the point of another. If both are alike, the point is ignored, whatever the loss says. A dimension is an **active unit** if the centres of the clouds differ along it from melody to melody.
#
# Compare the two cures, alone and together. Free bits alone pay for nats, but nobody has to fill them with news: the clouds may all be narrow *at the same place*. Annealing alone lets the decoder learn to look while that is cheap, and charges for it later: watch how few nats its curve keeps. Annealing first, and free nats that need not be saved later, do both: more nats, in all dimensions, and more cells back.
#
# **The other cure.** Do not tempt the decoder. The course's network gives all cells at once from the point alone. It thinks in intervals from the first pitch, so that a melody in another key differs in little, and its divergence has the final weight 0.32: more nats may pass than the ELBO would allow. Now it learns before your eyes; press the square in the toolbar to stop earlier.


# %%
def sketch(model):
    """Draw the first held-out melody and what comes back of it."""
    again = model.decode(model.encode(ends.pitches[:1], ends.struck[:1])[0])[0][0]
    axes = plt.subplots(figsize=(7, 2.2), layout="constrained")[1]
    pair = {"real": ends.pitches[0], "what comes back": again}
    for (name, cells), line, colour in zip(pair.items(), LINES, COLOURS, strict=False):
        axes.step(range(32), np.where(cells < 0, np.nan, cells), line, color=colour, label=name)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    right_cells = reconstruction.cell_accuracy(ends.pitches[0], again)
    return describe(axes, f"{right_cells:.0%} of the cells of the reel come back so far.")


recipe = train.find_recipe("melody_vae")
own_net, settings = recipe.model(seed=0), recipe.settings(reproducibility.budget())

# %%
rising = recipe.batches(own_net, settings.num_steps)
live = watching.LiveLoss(sketch, every=100)
run = loop.fit(own_net, recipe.loss, rising, settings, [live])
mine = reconstruction.measure_reconstruction(own_net, some.pitches, some.struck)
print(f"yours, after {run.step} steps: {mine}")
if not smoke and run.step:
    leaderboard.keep_result("melody_vae", "two-bar melodies", mine.nats_per_note, run.seconds / 60)

# %% [markdown]
# The shipped network has the same sizes and has learned for longer. Its card says how:

# %%
card = shipped.read_card(shipped.FOLDER / "melody_vae.json")
for key in ("parameters", "budget", "steps", "processor minutes", "machine"):
    print(f"{key:18s}", card[key])
theirs = reconstruction.measure_reconstruction(space, some.pitches, some.struck)
print(f"the shipped one on the same melodies: {theirs}")

# %% [markdown]
# ## 8. Listen and look
#
# **Line and arc.** Your `interpolate` leads from the reel to the hymn. Where is the way far from every cloud? The distance to the origin tells, and the mean leap of the melodies. (On either way the register drops at one step: the network chooses the first pitch of a melody among classes, as *Directions* says below, and counts all others from it.)

# %%
takes, axes = {}, plt.subplots(figsize=(7, 2.8), layout="constrained")[1]
for way, line, colour in zip(("line", "arc"), LINES, COLOURS, strict=False):
    shares = np.linspace(0, 1, 9)
    path = np.array([my_way(first, last, share, way) for share in shares])
    lengths = np.linalg.norm(path, axis=1)
    axes.plot(shares, lengths, line, marker="os"[way == "arc"], color=colour, label=way)
    pitches, struck = space.decode(path)
    leaps = [f"{mean_leap(*melody):.1f}" for melody in zip(pitches, struck, strict=True)]
    print(f"{way:4s}, mean leap on the way:", *leaps)
    takes[way] = vae_batches.window_music(pitches[::2].ravel(), struck[::2].ravel())
axes.set(xlabel="share of the way", ylabel="distance to the origin")
axes.legend()
describe(
    axes, "Distance to the origin along the way: the line dips in the middle, the arc does not."
)

# %%
compare(takes, title="From the reel to the hymn in five melodies, on the line and on the arc")

# %% [markdown]
# **Directions.** Three things can be measured of a melody: the number of notes, the mean pitch, and how much better its pitches fit the best major key than the best minor key, by Krumhansl's profiles (lesson 05). Your `attribute_vector` finds a direction, an **attribute vector**, for each in the *training* melodies.

# %%
learned = windows["train"].pick(np.arange(0, len(windows["train"]), 40 if smoke else 4))
points = space.encode(learned.pitches, learned.struck)[0]
directions = {}
for name in melody_attributes.ATTRIBUTES:
    values = melody_attributes.measure_attribute(name, learned.pitches, learned.struck)
    directions[name] = np.array(my_direction(points, values.tolist()))
    print(
        f"{name:11s} from {np.quantile(values, 0.25):5.2f} to {np.quantile(values, 0.75):5.2f},",
        end=" ",
    )
    print(f"a direction of length {np.linalg.norm(directions[name]):.2f}")

# %% [markdown]
# Does it work on *held-out* melodies? Each is moved along a direction, decoded, and measured again. Twenty random directions of the same length are the control: the mean of their effects, signs left out, and the largest.

# %%
held_points = space.encode(some.pitches, some.struck)[0]
before = space.decode(held_points)
ways = np.random.default_rng(7).standard_normal((2 if smoke else 20, points.shape[1]))
ways /= np.linalg.norm(ways, axis=1, keepdims=True)  # of length 1


def effects(direction):
    """Give the mean change of each attribute when held-out melodies move in a direction."""
    after, measure = space.decode(held_points + direction), melody_attributes.measure_attribute
    names = melody_attributes.ATTRIBUTES
    return np.array([(measure(n, *after) - measure(n, *before)).mean() for n in names])


# %%
print(f"{'moved along':12s}    notes  semitones  majorness    the same, at random: mean, most")
for column, (name, direction) in enumerate(directions.items()):
    notes, semitones, major = effects(direction)
    length = np.linalg.norm(direction)
    control = np.abs([effects(length * way)[column] for way in ways])
    print(f"{name:12s} {notes:+8.2f} {semitones:+10.2f} {major:+10.3f}", end="    ")
    print(f"{control.mean():20.3f} {control.max():11.3f}")
directions["at random"] = ways[0] * np.mean([np.linalg.norm(d) for d in directions.values()])

# %%
figure, panels = plt.subplots(1, 3, figsize=(11, 3), layout="constrained")
shares = np.linspace(-1, 1, 3 if smoke else 7)
for axes, name in zip(panels, melody_attributes.ATTRIBUTES, strict=True):
    for (other, direction), line, colour in zip(directions.items(), LINES, COLOURS, strict=False):
        values = [
            melody_attributes.measure_attribute(name, *space.decode(held_points + s * direction))
            for s in shares
        ]
        axes.plot(shares, [v.mean() for v in values], line, color=colour, label=other)
    axes.set(title=f"measured: {name}", xlabel="how far along the direction")
panels[0].legend()
describe(
    panels[0],
    "Each attribute against the way along each direction; whether its own is the steepest.",
)

# %%
moved = {"the reel": first, "the hymn": last}
takes = {
    name: vae_batches.window_music(*(p[0] for p in space.decode(z[None])))
    for name, z in moved.items()
}
for name, start in (("denser", last), ("higher", first), ("more major", first)):
    cells, attacks = space.decode((start + directions[name])[None])
    of = "hymn" if start is last else "reel"
    takes[f"the {of}, {name}"] = vae_batches.window_music(cells[0], attacks[0])
compare(takes, title="The reel and the hymn, then each moved along a direction")

# %% [markdown]
# Read a row: first what the direction does to the number of notes, to the pitch, and to the majorness; then what random directions of the same length do to *its own* attribute, on average and at most. An effect that a random direction has, too, is none.
#
# *Denser* is a direction. *Higher* and *more major* have next to no effect. At the `lesson` budget the cells above say:
#
# | direction | its quarters lie apart by | it moves its own attribute by | a random one does, on average and at most |
# |---|---|---|---|
# | *denser* | 7 notes | +4.5 notes | 0.9 and 2.1 |
# | *higher* | 11 semitones | +0.2 semitones | 0.1 and 0.3 |
# | *more major* | 0.25 | −0.005 | 0.007 and 0.024 |
#
# So *the reel, higher* is hardly higher, and if *the reel, more major* sounds different, that is not what its name says. (*More major* does something backwards: look at the left half of the third panel. Melodies get less major along it, but not more.) Why? Of a straight line through the space one can only ask what the network has laid out along one. It thinks in intervals from the first pitch, and chooses that pitch among 54 classes: nothing in training puts neighbouring pitches side by side. And which key fits best is no sum of what single notes do. When the first pitch was put on a line through the space, *higher* raised melodies by 18 semitones, but fewer cells came back; a number of $z$ that was made to hold the majorness was not looked at by the decoder (`docs/melody_vae.md`).
#
# **The map.** To the right *denser*, upwards *higher*, as far as the held-out melodies go; everything else of the point stays that of the reel. Drag the ring, or click on the map and use the arrow keys, or the two sliders. The melody goes on while you move. (All melodies of the map are kept in this page; it needs no running kernel.)

# %%
right = directions["denser"] / np.linalg.norm(directions["denser"])
up = directions["higher"] - (directions["higher"] @ right) * right
basis = np.stack([right, up / np.linalg.norm(up)])
places = held_points @ basis.T
low, high = np.quantile(places, [0.01, 0.99], axis=0)
side = 4 if smoke else 15
across, upwards = np.linspace(low[0], high[0], side), np.linspace(low[1], high[1], side)
rest = first - (first @ basis.T) @ basis
grid_points = [np.stack([across, np.full(side, y)], axis=1) for y in upwards]
rows = [space.decode(rest + at @ basis) for at in grid_points]
cells, attacks = (np.stack(part) for part in zip(*rows, strict=True))
print("first pitch in the middle column, from the lowest row up:", *cells[:, side // 2, 0])

# %%
melody_map.show_map(
    melody_map.MelodyMap(
        cells,
        attacks,
        melody_map.plane_places(places, low, high),
        some.corpus,
        legend=("lines of chorales", "tunes"),
        axes=("denser", "higher"),
        title="A map of melodies round a reel",
    )
)

# %% [markdown]
# The dots are real held-out melodies, put where their points lie on this plane. Chorales and tunes are two neighbourhoods, with a road between them.
#
# What *upwards* does to this one reel stands in the printed line: its first pitch stays on one class, or jumps to another far away and stays there. That is no slope, which is why *higher* does so little on average.

# %% [markdown]
# ## 9. Measure it
#
# **What comes back.** Decoded freely from the centre of the cloud, on held-out melodies. The test melodies were looked at once, when the card was written.

# %%
print(f"{'':24s}  back  with attacks  exchanged  copying     KL  active")
for split, found in card["likelihoods"].items():
    rows = {"all": found} | {n: part for n, part in found.items() if isinstance(part, dict)}
    for name, part in rows.items():
        print(
            f"{split:5s} {name:18s} {part['accuracy']:6.1%} {part['with_attacks']:11.1%}", end=" "
        )
        print(f"{part['exchanged']:11.1%} {part['copy']:9.1%} {part['kl']:7.1f}", end=" ")
        print(f"{part['active_units']:4d} of {part['latent_size']}")

# %% [markdown]
# *With attacks* asks for the attack as well as for the pitch. *Copying* may look at the real cell before, which the decoder never may; still it falls short of *back*. *Exchanged* says what the decoder writes without the right point. Tunes have more notes, so more has to pass through the same 32 numbers.
#
# What else was tried on the way, and with what result, stands in `docs/melody_vae.md`.
#
# **With your own functions.** One held-out reel through the shipped network: your draw, your divergence, your bound.

# %%
classes = torch.from_numpy(vae.number_pitches(ends.pitches[:1], space.config))
mean_z, log_variance = (part[0] for part in space.encode(ends.pitches[:1], ends.struck[:1]))
noise = np.random.default_rng(0).standard_normal(32).astype(np.float32)
z = torch.tensor(np.asarray(my_draw(mean_z, log_variance, noise)), dtype=torch.float32)[None]
with torch.no_grad():
    anchor = vae.anchor_of(classes)
    states = space.decoder.states(z, anchor)
    shares = space.decoder.pitch_logits(states, anchor, None).softmax(-1)[0].double().tolist()
nats = my_kl(mean_z.astype(float), log_variance.astype(float))
print(f"divergence {nats:.2f} nats, bound for the pitches of its 32 cells", end=" ")
print(f"{my_elbo(shares, classes[0].tolist(), nats, 1.0):.2f} nats")

# %%
clouds = zip(*space.encode(some.pitches, some.struck), strict=True)
kinds = [my_kl(m.astype(float), v.astype(float)) for m, v in clouds]
axes = plt.subplots(figsize=(7, 2.6), layout="constrained")[1]
bins = np.linspace(0, max(kinds) * 1.01, 25)
for number, corpus in enumerate(vae_batches.CORPORA):
    chosen = [nats for nats, of in zip(kinds, some.corpus, strict=True) if of == number]
    axes.hist(chosen, bins, histtype="step", ls=LINES[number], color=COLOURS[number], label=corpus)
    print(f"{corpus:8s} {np.mean(chosen):.1f} nats on average")
axes.set(xlabel="divergence of a melody in nats", ylabel="melodies")
axes.legend()
describe(axes, "Histogram of the divergences of held-out melodies, for chorales and for tunes.")

# %% [markdown]
# **From nothing.** A point thrown from the prior gives a melody that nobody wrote. Is it like the data? And does it stand in the training data? Lesson 03's test: the longest run of notes, in any key, that it shares with a training melody.


# %%
number = 4 if smoke else 200
thrown = np.random.default_rng(0).standard_normal((number, 32))
made = {"held-out": (some.pitches, some.struck), "from the prior": space.decode(thrown)}
made["same, half as far out"] = space.decode(thrown / 2)
for name, (cells, attacks) in made.items():
    leaps = np.mean([mean_leap(*melody) for melody in zip(cells, attacks, strict=True)])
    notes, pitch = attacks.sum() / len(cells), cells[cells >= 0].mean()
    print(f"{name:22s} {notes:5.1f} notes, mean pitch {pitch:.1f}, mean leap {leaps:.2f}")

# %%
known_lines = [p[s].tolist() for p, s in zip(learned.pitches, learned.struck, strict=True)]
for name, (cells, attacks) in made.items():
    lines = [p[s].tolist() for p, s in zip(cells[:12], attacks[:12], strict=True)]
    runs = [plain.longest_shared_run(line, known_lines) for line in lines]
    print(f"{name:22s} longest shared runs {sorted(runs)}, notes {sorted(map(len, lines))}")
takes = {
    f"thrown {n + 1}": vae_batches.window_music(p, s)
    for n, (p, s) in enumerate(zip(*(part[:3] for part in made["from the prior"]), strict=True))
}
compare(takes, title="Three melodies from points thrown at random")

# %%
leaderboard.leaderboard("two-bar melodies")

# %% [markdown]
# The last table has minus the ELBO in nats per note. It is an upper bound: the true likelihood is better by the gap of step 4, so do not lay it beside the numbers of lesson 05. Since this network was trained with a weight of 0.32, it pays more for its points than the ELBO would like.

# %% [markdown]
# ## 10. Break it
#
# Take the divergence away: weight 0, a plain autoencoder. The same small network, all cells at once, once with weight 0.32 and once with 0.

# %% jupyter={"source_hidden": true}
ask(
    "Nothing holds the clouds near the origin any more. What happens?",
    {
        "Fewer cells come back": "It can spend as many nats as it likes: more come back.",
        "Points thrown from the prior give stranger melodies": "They fall into places where no "
        "cloud was in training.",
        "Nothing changes": "The divergence was all that tied clouds and prior together.",
    },
    right="Points thrown from the prior give stranger melodies",
)

# %%
takes, thrown = {}, np.random.default_rng(1).standard_normal((4 if smoke else 200, 16))
for name, weight in {"weight 0.32": 0.32, "weight 0": 0.0}.items():
    net = small_network(sees_last=False)
    small_run(net, weight, annealing=STEPS // 2)
    found = reconstruction.measure_reconstruction(net, some.pitches, some.struck)
    clouds = np.linalg.norm(net.encode(some.pitches, some.struck)[0], axis=1).mean()
    cells, attacks = net.decode(thrown)
    leaps = np.mean([mean_leap(*melody) for melody in zip(cells, attacks, strict=True)])
    print(f"{name}: KL {found.kl:.0f} nats, {found.accuracy:.1%} back", end=", ")
    print(f"centres {clouds:.1f} from the origin, mean leap of thrown melodies {leaps:.2f}")
    takes[name] = vae_batches.window_music(cells[:2].ravel(), attacks[:2].ravel())

# %%
compare(
    takes, title="Two melodies from thrown points, of a small network with and without divergence"
)

# %% [markdown]
# Thrown points lie about 4 from the origin, the root of 16. Compare that with where the centres lie in both networks.
#
# The second break is a common bug: the standard deviation is taken for the variance, so that the draw is `mean + exp(log_variance) * noise`. What changes for the trained network?

# %%
mean_z, log_variance = space.encode(some.pitches, some.struck)
noise = np.random.default_rng(2).standard_normal(mean_z.shape)
spread = {"centre": 0 * mean_z, "right": np.exp(log_variance / 2), "bug": np.exp(log_variance)}
spread["three times as wide"] = 3 * spread["right"]
for name, deviation in spread.items():
    cells, _ = space.decode(mean_z + deviation * noise)
    print(f"{name:20s} {reconstruction.cell_accuracy(some.pitches, cells):.1%} of the cells back")

# %% [markdown]
# The bug does not hurt what you see here: clouds are smaller than they should be, so more comes back. It hurts in training, where the decoder would hardly meet a neighbour of a point, and the space would get holes. A better number need not mean a better network.

# %% [markdown]
# ## 11. Your own music
#
# The top line of the first two bars of your MIDI files, on a grid of sixteenths, moved by octaves to the middle of the range. What comes back, and what lies between your melody and the reel? Every file of your folder is used, or refused with the reason and what helps. If none can be used, a held-out melody stands in.


# %%
def two_bars(piece):
    """Give the first two bars of a piece's top line: pitches, and whether they are struck."""
    return own_window.own_window(piece, space.config.low, space.config.high)


spare = {held_out.names[30]: (held_out.pitches[30], held_out.struck[30])}
own = own_music.read_own(two_bars, lambda bars: f"{bars[1].sum()} notes of the top line", spare)
print(own.report())

# %%
name, (cells, attacks) = own.first
own_z = space.encode(cells[None], attacks[None])[0][0]
path = np.array([my_way(own_z, first, share, "arc") for share in np.linspace(0, 1, 4)])
pitches, struck = space.decode(path)
print(f"{reconstruction.cell_accuracy(cells, pitches[0]):.0%} of the cells come back")
compare(
    {
        "as it was": vae_batches.window_music(cells, attacks),
        "through the space": vae_batches.window_music(pitches[0], struck[0]),
        "and on to the reel": vae_batches.window_music(pitches.ravel(), struck.ravel()),
    },
    title=f"{name}: as it was, what comes back, and the way to the reel",
)

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/06_vae/06_vae.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_reconstruction", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Does it have a space? (2 points)** A report says: "Our melody VAE reconstructs 93 % of the cells of held-out chorale lines when each cell is predicted from the point and the real cells before it. The KL divergence is 0.3 nats. So it has learned a meaningful latent space."
# Say in three to six sentences what is wrong with the conclusion, what the two numbers suggest instead, and name two measurements that would show whether the point is used.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: the real cells before were shown (teacher forcing), and on chorales the cell before alone is right for about 77 % of the cells, so 93 % can be reached without a point. A divergence of 0.3 nats means that a point tells next to nothing: with 0.3 nats one cannot even tell two melodies apart (ln 2 = 0.69). Together they suggest posterior collapse: a strong predictor of the next cell that ignores z. One would decode freely from the mean of the posterior, without real cells, and compare with copying; and decode each melody from the point of another: if the share hardly falls, the point is not used. The number of active units, or the measured effect of moving along a direction, would do as well.
#
# Rubric: one point for seeing that teacher forcing (and the easy baseline) explains the 93 % and that 0.3 nats means collapse (half a point each); half a point for each of two sensible measurements: free decoding, exchanged points, active units, effect of a direction, a larger weight of evidence from interpolation. Nothing for "the KL divergence should be 0" or "more data".
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A VAE gives each melody a cloud in a latent space and holds all clouds near the origin. The ELBO is what comes back minus what the point tells, and never exceeds ln p(x). A draw is mean plus deviation times noise, so that gradients pass. A decoder that can do without the point will: measure the divergence, and exchange points. Ways and directions in the space are melodies that can be heard, and effects that can be measured.
#
# **Check yourself.** Can you … derive the bound in three steps? … say what a divergence of 0 means? … name two cures of collapse? … explain why a random direction is needed beside an attribute vector?
#
# **If you want more**
#
# - *A first step:* draw the map with the first two principal components of the points (`np.linalg.svd`) instead of two attributes. What do they mean?
# - *Further:* move the held-out melodies by one, two and three times *higher* and *more major*. Does the effect grow faster than that of a random direction, and what is left of the melodies?
# - *Further:* take from *denser* what it shares with *higher* (as the map does, the other way round). Does its effect on the pitch vanish?
# - *Far:* let the small network that sees the last cell *forget* it in half of the cells in training (Bowman's word dropout). Is that a third cure?
#
# **Reading**
#
# - D. Kingma, M. Welling, *Auto-encoding variational Bayes* (2014): the bound, the trick, the closed form, in eight pages.
# - S. Bowman and others, *Generating sentences from a continuous space* (2016): collapse, found and named, with annealing against it.
# - D. Kingma and others, *Improving variational inference with inverse autoregressive flow* (2016): free bits are in its appendix.
# - A. Roberts and others, *A hierarchical latent vector model for learning long-term structure in music* (2018): MusicVAE, with attribute vectors and many sounds.
#
# Go on with [07 · Attention](../07_transformer/07_transformer.ipynb), which goes back to the next note, with a network that can look at every note before it.
