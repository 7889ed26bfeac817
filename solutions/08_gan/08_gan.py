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
# # 08 · Multi-track generation with GANs
#
# **Let one network forge phrases and another expose them, until four tracks come out at once: with a knob for what the tracks share and one for what is each one's own.**
#
# | | |
# |---|---|
# | Time | 40 minutes to read, 45 minutes to code, about three minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), the metric card and the originality check; [04 · Recurrent networks](../04_rnn/04_rnn.ipynb), logits and softmax; [07 · Attention](../07_transformer/07_transformer.ipynb), the model to be compared |
#
# You will be able to
#
# - derive what the best possible expert answers, and what the forger then makes small;
# - recognise mode collapse by eye, by ear and by number, and cure it;
# - pass a gradient through a choice between notes;
# - write a gradient penalty, and say what it is a penalty for;
# - hold the chords of a phrase and change its groove, and measure which track moved.

# %%
import time
from unittest import mock

import numpy as np
import torch

from course import models, plotting, reproducibility, watching
from course.checks import gan as check
from course.checks.core import use
from course.data import load_chorales, own_music
from course.evaluation import card, originality, tracks
from course.models import adversarial, plain_gan, shipped, track_critic, track_gan
from course.playback import compare, mixer
from course.quiz import ask
from course.recipes import harmonise, noise_mixing, phrases, quartet_phrases, track_recipe
from course.training import adversarial as players

# %% [markdown]
# ## 1. Hear it first
#
# Three phrases of two bars: Bach's, the Transformer's of lesson 07, and those of this lesson's network, a GAN (section 3 says what that is). It cannot go on from seed bars: it writes a whole phrase at once, out of noise. So nobody is given a beginning here. Bach's phrases, and so the GAN's, are moved to C major or A minor.

# %%
smoke = reproducibility.budget() == "smoke"
valid = phrases.chorale_phrases("valid")
generator, transformer = models.load("track_gan"), models.load("chorale_transformer")
count = 1 if smoke else 3
chance = np.random.default_rng(0)
takes = {
    "Bach": valid[chance.choice(len(valid), count, replace=False)],
    "Transformer": np.stack([transformer.generate(32, chance) for _ in range(count)]),
    "GAN": track_recipe.write_phrases(generator, count, seed=3),
}
music = {name: phrases.phrases_music(grids) for name, grids in takes.items()}
compare(music, title="Phrases of two bars: by Bach, by the Transformer, by this lesson's GAN")

# %% jupyter={"source_hidden": true}
ask(
    "The GAN writes all cells of a phrase in one go. Where will it be at an advantage?",
    {
        "In how probable its notes are": "It gives no probabilities at all, so that nobody can "
        "say how well it expects a piece.",
        "In speed, and in what one can hold and change": "One pass for everything; and what "
        "enters it is a handful of numbers that you may turn. Both are measured below.",
        "In how pieces end": "It knows two bars, and nothing around them.",
    },
    right="In speed, and in what one can hold and change",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "A model gives an A the probability 0.5. What does an A cost, in nats?",
    {
        "ln 2 = 0.69": "Minus the logarithm of the probability.",
        "1": "That is the cost in bits.",
        "0.5": "That is the probability itself.",
    },
    right="ln 2 = 0.69",
)

# %% jupyter={"source_hidden": true}
ask(
    "What does a sigmoid make of the number 0?",
    {
        "0.5": "1 / (1 + e^0).",
        "0": "That would be tanh.",
        "1": "It comes near 1 for large numbers only.",
    },
    right="0.5",
)

# %% jupyter={"source_hidden": true}
ask(
    "Why is a low likelihood cost no promise of good samples?",
    {
        "It is measured on real pieces, where Bach corrects every step": "A model that writes "
        "alone has only its own notes to go on.",
        "It is measured in nats": "The unit does not matter.",
        "Samples are always worse": "Some are better than their likelihood suggests.",
    },
    right="It is measured on real pieces, where Bach corrects every step",
)

# %% [markdown]
# ## 3. The idea
#
# All models so far were told after each note what would have been right. Nobody tells a forger stroke by stroke: there is an *expert* who looks at the finished picture. Two networks play these parts. The **generator** makes a phrase out of **noise**, numbers drawn at random. The **critic** (while it answers with a probability it is called **discriminator**) sees real phrases and forged ones, and learns to tell them apart. The generator learns from one thing only: the gradient that comes back *through the critic*, which says how the phrase should change to look more real. The pair is a **generative adversarial network**, GAN (Goodfellow and others, 2014).
#
# What did the earlier models lack? They write one step after the other. That takes time, and it leaves no place to say *the same chords, but another melody*. The first is measured here, the second is what section 8 is about. On the pipeline we stand at the model; its features are a phrase as a whole.

# %%
sizes, seconds = ((1, 4) if smoke else (1, 4, 8)), {"Transformer": [], "GAN": []}
for size in sizes:
    begun = time.perf_counter()
    for _ in range(size):
        transformer.generate(8 if smoke else 32, chance)
    seconds["Transformer"].append(time.perf_counter() - begun)
    begun = time.perf_counter()
    track_recipe.write_phrases(generator, size)
    seconds["GAN"].append(time.perf_counter() - begun)
print({name: [round(taken, 3) for taken in times] for name, times in seconds.items()})

# %%
axes = plotting.new_axes(None, (7, 3))
for (name, times), line, mark, colour in zip(
    seconds.items(), plotting.LINES, "os", plotting.COLOURS, strict=False
):
    axes.plot(sizes, times, line, marker=mark, color=colour, label=name)
axes.set_xticks(sizes, sizes)
axes.set(xlabel="phrases of two bars", ylabel="seconds")
axes.legend()
plotting.describe(axes, "Seconds against phrases: the GAN needs a small part of the Transformer's.")

# %% [markdown]
# ## 4. The mathematics
#
# Symbols: $p$ the distribution of real things, $q$ that of forged ones, $D(x)$ the discriminator's probability that $x$ is real, $c(x)$ a critic's score, any number.
#
# **Step 1: the game.** The discriminator wants to say *real* to real things and *forged* to forged ones. The value of the game is the mean logarithm of its probability for the right answer,
#
# $$ V = \mathbb{E}_{x \sim p} \ln D(x) + \mathbb{E}_{x \sim q} \ln (1 - D(x)) . $$
#
# The discriminator makes V large, the generator makes it small: a **minimax game**. Who always says one half gets −2 ln 2.

# %%
p, q = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.25, 0.25, 0.0, 0.5])


def value(D):
    """Give the value of the game."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(p * np.log(D)) + np.nansum(q * np.log(1 - D))


assert np.isclose(value(np.full(4, 0.5)), -2 * np.log(2))

# %% [markdown]
# **Step 2: the best discriminator.** For each $x$ alone, $p \ln D + q \ln(1 - D)$ is largest where its slope $p / D - q / (1 - D)$ is 0, which is at
#
# $$ D^*(x) = \frac{p(x)}{p(x) + q(x)} . $$
#
# Tried on a fine scale for every $x$ where there is a choice:

# %%
scale = np.linspace(0.001, 0.999, 999)
for real, forged in zip(p[:2], q[:2], strict=True):
    best = scale[np.argmax(real * np.log(scale) + forged * np.log(1 - scale))]
    assert abs(best - real / (real + forged)) < 1e-3

# %% [markdown]
# **Step 3: what is left for the generator.** Put $D^*$ into V. With the middle $m = (p + q) / 2$, so that $D^* = p / 2m$,
#
# $$ V^* = \mathbb{E}_p \ln \frac{p}{2m} + \mathbb{E}_q \ln \frac{q}{2m} = -2 \ln 2 + 2 \cdot \underbrace{\tfrac12 \left( \mathrm{KL}(p \,\|\, m) + \mathrm{KL}(q \,\|\, m) \right)}_{\text{Jensen–Shannon divergence}} , $$
#
# where $\mathrm{KL}(p \,\|\, m) = \sum p \ln (p / m)$ is the price of expecting $m$ where $p$ plays. Against a perfect expert the generator makes the **Jensen–Shannon divergence** small, which is 0 only if $q = p$.

# %%
optimal = plain_gan.optimal_discriminator(p, q)
divergence = plain_gan.jensen_shannon(p, q)
assert np.isclose(value(optimal), 2 * divergence - 2 * np.log(2))
print(f"D* = {optimal}, V* = {value(optimal):.4f}, divergence {divergence:.4f}")

# %% [markdown]
# **Step 4: deaf at a distance.** Let the real melody be one note, and the forged one another, $d$ semitones away. The divergence is ln 2 for $d = 1$ and for $d = 12$: it does not say that one is nearer, so there is no slope to follow. The **Wasserstein distance** does: it is the least work of moving one distribution into the other, mass times way; here $d$.

# %%
for d in (0, 1, 12):
    real, forged = np.eye(13)[0], np.eye(13)[d]
    work = np.abs(np.cumsum(real) - np.cumsum(forged)).sum()  # in one dimension
    print(f"{d:2d} semitones: divergence {plain_gan.jensen_shannon(real, forged):.3f}, work {work}")
    assert work == d

# %% [markdown]
# **Step 5: a critic measures work.** By a theorem of Kantorovich and Rubinstein that work is the largest value of
#
# $$ \mathbb{E}_{x \sim p}\, c(x) - \mathbb{E}_{x \sim q}\, c(x) $$
#
# over all critics that nowhere rise by more than 1 per unit of way. A critic twice as steep would give twice the number: without the limit there is no largest one.

# %%
pitches, real, forged = np.arange(13.0), np.eye(13)[7], np.eye(13)[2]
for steepness in (0.5, 1.0):
    found = steepness * (real @ pitches - forged @ pitches)
    print(f"slope {steepness}: the critic finds {found}")
assert found == np.abs(np.cumsum(real) - np.cumsum(forged)).sum() == 5

# %% [markdown]
# **Step 6: the penalty.** How to limit the slope of a network? The best critic has the slope 1 nearly everywhere between real and forged samples. Gulrajani and others (2017) therefore draw points between the two and add to the critic's loss
#
# $$ \lambda\, \mathbb{E}\, (\lVert \nabla c(\hat x) \rVert - 1)^2, \qquad \hat x = m\, x_{\text{real}} + (1 - m)\, x_{\text{forged}}, \quad m \text{ between 0 and 1}. $$
#
# That is a **WGAN-GP**: Wasserstein GAN with a **gradient penalty**. For $c(x) = x^2$ between 0 and 2 the slope is $2x$:

# %%
x = torch.tensor([[1.5], [1.0]], requires_grad=True)
(slope,) = torch.autograd.grad((x**2).sum(), x)
assert slope.flatten().tolist() == [3.0, 2.0]
assert ((slope - 1) ** 2).mean() == 2.5

# %% [markdown]
# **Step 7: a choice with a slope.** A note sounds or not: the generator has to *choose* a pitch, and a choice has no slope. If it hands over its softmax instead, the critic tells it from real ones and zeros at a glance, and a **threshold** afterwards makes of unsure cells whatever it likes: silence, or a flicker of sixteenths. The **straight-through** trick hands over ones and zeros, and on the way back pretends that it had been the softmax, whose slope is $w_i (1 - w_i)$ for a class by its own logit:

# %%
logits = torch.log(torch.tensor([3.0, 1.0])).requires_grad_()
chosen = track_gan.straight_through(logits)
chosen[0].backward()
assert chosen.tolist() == [1.0, 0.0]
assert torch.allclose(logits.grad, torch.tensor([3 / 16, -3 / 16]))  # 3/4 times 1/4

# %% [markdown]
# **Step 8: four noises.** Four tracks should agree on some things and not on others. MuseGAN (Dong and others, 2018) feeds its generator four kinds of noise: shared by all tracks or each one's own, the same throughout or drawn anew for each stretch of time.
#
# | | new for each segment | the same throughout |
# |---|---|---|
# | shared by all tracks | chords | style |
# | each track's own | groove | melody |
#
# The names are those of the paper, and a hope: what each of them does is for section 8 to measure. A **track** is one line of a piece, here one voice. Here a phrase has 32 sixteenths in 4 **segments** of half a bar, 4 tracks, and vectors of Z numbers:

# %%
M, S, Z = 4, 4, generator.config.noise_size
counts = {"chords": S * Z, "style": Z, "melody": M * Z, "groove": M * S * Z}
print(counts, "numbers of noise, for", 32 * M, "cells")
noise = track_gan.draw_noise(generator.config, 1)
assert {kind: getattr(noise, kind).numel() for kind in track_gan.KINDS} == counts

# %% [markdown]
# ## 5. By hand
#
# Four notes, **C E G C**, are the whole of the real music: $p$(C) = 1/2, $p$(E) = $p$(G) = 1/4. The forger plays C all the time: $q$(C) = 1.
#
# - D*(C) = 1/2 : (1/2 + 1) = **1/3**; D*(E) = D*(G) = **1**: only real music has them.
# - The middle is (3/4, 1/8, 1/8). KL($p$‖$m$) = 1/2 ln 2/3 + 1/4 ln 2 + 1/4 ln 2 = **1/2 ln 4/3**; KL($q$‖$m$) = **ln 4/3**.
# - The divergence is the mean of the two, **3/4 ln 4/3 = 0.2158**.
# - The value: 1/2 ln 1/3 + 1/2 ln 1 + ln 2/3 = −0.9548, and 2 · 0.2158 − 2 ln 2 = −0.9548.
#
# What would the forger have to do next? Play a third of its notes elsewhere.

# %%
p, q = np.array([0.5, 0.25, 0.25]), np.array([1.0, 0.0, 0.0])
print("D*:", plain_gan.optimal_discriminator(p, q), "by hand", [1 / 3, 1, 1])
print("divergence:", plain_gan.jensen_shannon(p, q), "by hand", 0.75 * np.log(4 / 3))
print("value:", value(plain_gan.optimal_discriminator(p, q)))
print("playing C E G C:", plain_gan.jensen_shannon(p, p))

# %% [markdown]
# ## 6. Build it
#
# Five exercises: two about the game, one about noise, two about slopes. In section 7 your penalty and your choice train a generator; in section 8 your noise enters the shipped one.

# %% [markdown]
# ### Exercise 1: The best expert
#
# *Difficulty 2 of 5 · 6 minutes · 3 points*
#
# Whoever knew how often Bach plays each note, and how often the forger does, could not judge better than this.
#
# Write `optimal_discriminator(real, fake)`, step 2 of *The mathematics*.
#
# - `real`, `fake`: lists of N numbers, 0 or more: the probability of each of N notes in real and in forged music.
# - Returns N numbers, an array or a list: the probability that a note of this kind is real. Where both are 0, it is 0.5.
# - A hundred-thousandth more or less does not matter. No result is NaN.
#
# Example: `optimal_discriminator([0.5, 0.25, 0.25], [0.5, 0.5, 0.0])` gives `[0.5, 0.3333, 1.0]`.


# %% nbgrader={"grade": false, "grade_id": "optimal_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def optimal_discriminator(real, fake):
    """Give the probability that each note is real."""
    ### BEGIN SOLUTION
    answers = []
    for p, q in zip(real, fake, strict=True):
        answers.append(p / (p + q) if p + q > 0 else 0.5)
    return answers
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "optimal_discriminator_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.optimal_discriminator(optimal_discriminator)

# %% nbgrader={"grade": true, "grade_id": "optimal_discriminator_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.optimal_discriminator(
    optimal_discriminator,
    [
        (([0.2, 0.8], [0.6, 0.4]), [1 / 4, 2 / 3]),
        (([0.0, 0.5, 0.0, 0.5], [0.0, 0.0, 0.9, 0.1]), [0.5, 1.0, 0.0, 5 / 6]),
        (([1.0], [1.0]), [0.5]),
        (([], []), []),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Of all the times that this note is played, by anyone: how large is the share of real ones?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Loop over `zip(real, fake)`. If the sum of the two is 0, append 0.5, else the real one divided by the sum. With arrays: `np.where` computes both branches, so divide by something that is not 0 there.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the answers are those of the forger*: p stands above the line, not q.
# - *holds NaN or infinity*, or `ZeroDivisionError`: ask for the sum before you divide.
# - `TypeError: unsupported operand type(s) for +: 'list' and 'list'` or a list that is too long: make arrays first, or loop.
#
# </details>

# %% [markdown]
# ### Exercise 2: How far from the original
#
# *Difficulty 3 of 5 · 8 minutes · 3 points*
#
# This is what a generator makes small when its discriminator is perfect.
#
# Write `jensen_shannon(p, q)`, step 3.
#
# - `p`, `q`: lists of N probabilities, each with the sum 1; some may be 0.
# - Returns one number, in nats: half of KL(p‖m) plus half of KL(q‖m), where m is the middle of p and q and KL(p‖m) is the sum of p ln(p / m). What has the probability 0 adds nothing.
# - A hundred-thousandth more or less does not matter.
#
# Example: `jensen_shannon([1, 0], [0, 1])` gives 0.6931, which is ln 2.


# %% nbgrader={"grade": false, "grade_id": "jensen_shannon", "locked": false, "schema_version": 3, "solution": true, "task": false}
def jensen_shannon(p, q):
    """Give the Jensen-Shannon divergence of two distributions."""
    ### BEGIN SOLUTION
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    middle = (p + q) / 2
    total = 0.0
    for side in (p, q):
        there = side > 0
        total += (side[there] * np.log(side[there] / middle[there])).sum()
    return float(total / 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "jensen_shannon_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.jensen_shannon(jensen_shannon)

# %% nbgrader={"grade": true, "grade_id": "jensen_shannon_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.jensen_shannon(
    jensen_shannon,
    [
        (([0.5, 0.25, 0.25], [1.0, 0.0, 0.0]), 0.75 * np.log(4 / 3)),
        (([0.25, 0.25, 0.25, 0.25, 0.0], [0.0, 0.0, 0.25, 0.25, 0.5]), np.log(2) / 2),
        (([0.75, 0.25], [0.25, 0.75]), (3 * np.log(1.5) + np.log(0.5)) / 4),
        (([0.0, 0.1, 0.9], [0.0, 0.1, 0.9]), 0.0),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# A helper that gives the sum of a ln(a / b) over all places where a is above 0 does half of the work. It is called twice.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# m is (p + q) / 2, place by place. Sum `a * np.log(a / b)` for p with m, leaving out the places where p is 0; the same for q; half of their sum. m is never 0 where p or q is not.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *what is 0 adds nothing*: 0 times ln 0 is NaN for the computer and 0 for the formula.
# - *that is in bits*: `np.log`, not `np.log2`.
# - *the same is asked from the other side*: only one of the two sums is there, or the halves differ.
# - *each is compared with the middle*: p is compared with q directly.
#
# </details>

# %% [markdown]
# ### Exercise 3: Who hears what
#
# *Difficulty 2 of 5 · 8 minutes · 4 points*
#
# The generator of each track gets, for each segment, one long vector: what all hear, then what is its own.
#
# Write `track_noise(chords, style, melody, groove)`, step 8.
#
# - NumPy arrays: `chords` (S, Z), `style` (Z,), `melody` (M, Z), `groove` (M, S, Z), for M tracks, S segments and Z numbers in a vector; each 1 or more.
# - Returns an array (M, S, 4 Z). Row m, s holds, side by side, the chords of segment s, the style, the melody of track m, and the groove of track m in segment s.
# - The arrays are not changed. Loops are allowed.
#
# Example: with M = 2, S = 1, Z = 1 and `chords` [[1]], `style` [2], `melody` [[3], [4]], `groove` [[[5]], [[6]]] the result is [[[1, 2, 3, 5]], [[1, 2, 4, 6]]].


# %% nbgrader={"grade": false, "grade_id": "track_noise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def track_noise(chords, style, melody, groove):
    """Put side by side what each track hears in each segment."""
    ### BEGIN SOLUTION
    num_tracks, num_segments, size = groove.shape
    heard = np.empty((num_tracks, num_segments, 4 * size))
    heard[:, :, :size] = chords
    heard[:, :, size : 2 * size] = style
    heard[:, :, 2 * size : 3 * size] = melody[:, None]
    heard[:, :, 3 * size :] = groove
    return heard
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "track_noise_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.track_noise(track_noise)

# %% nbgrader={"grade": true, "grade_id": "track_noise_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.track_noise(track_noise, [((5, 2, 3),), ((3, 3, 5),), ((1, 1, 1),), ((2, 6, 2),)])
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Begin with an empty array of the right shape and fill its last axis in four stretches of Z.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Two loops, over m and s: `np.concatenate([chords[s], style, melody[m], groove[m, s]])`. Without loops NumPy spreads what is shared by itself when you assign it to a stretch of `np.empty((M, S, 4 * Z))`; only `melody` needs a new axis: `melody[:, None]`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *where the melody should stand, something else does*: the order is chords, style, melody, groove.
# - *it hears the chords of another place*: segments are the second axis, tracks the first.
# - `ValueError: could not broadcast input array from shape …`: the axis of what is not shared is in the wrong place.
#
# </details>

# %% [markdown]
# ### Exercise 4: A choice with a slope
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# Without this a generator of notes either blurs or does not learn.
#
# Write `straight_through(logits)`, step 7, in PyTorch.
#
# - `logits`: tensor (..., V) of fractions, whatever its other axes. No row has two largest numbers.
# - Returns a tensor of the same shape: in each row a 1 at the largest logit, 0 elsewhere.
# - Its gradient is that of the softmax along the last axis: if something is computed from your result and differentiated, `logits` gets the gradient that it would get if the softmax stood there.
# - A hundred-thousandth more or less does not matter.
#
# Example: for `[[ln 3, 0]]` the result is `[[1, 0]]`; the gradient of its first number by the logits is `[[3/16, -3/16]]`.


# %% nbgrader={"grade": false, "grade_id": "straight_through", "locked": false, "schema_version": 3, "solution": true, "task": false}
def straight_through(logits):
    """Choose the likeliest note, with the slope of the softmax."""
    ### BEGIN SOLUTION
    soft = torch.softmax(logits, dim=-1)
    largest = soft.argmax(dim=-1)
    hard = torch.nn.functional.one_hot(largest, soft.shape[-1]).to(soft.dtype)
    return hard + (soft - soft.detach())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "straight_through_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.straight_through(straight_through)

# %% nbgrader={"grade": true, "grade_id": "straight_through_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.straight_through(
    straight_through,
    [
        (
            [[0.0, check.LN3], [check.LN2, 0.0]],
            [[0, 1], [1, 0]],
            [[0.0, 16], [9, 0]],
            [[-3, 3], [2, -2]],
        ),
        (
            [[[0.0, 0.0, check.LN2, 0.0]]],
            [[[0, 0, 1, 0]]],
            [[[5.0, 0, 0, 10]]],
            [[[2 / 5, -3 / 5, -6 / 5, 7 / 5]]],
        ),
        ([-50.0, -60.0, -40.0], [0, 0, 1], None, None),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You need two tensors: ones and zeros for the value, the softmax for the slope. What can you add to the first that is 0 in value and has the slope of the second?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `soft = logits.softmax(dim=-1)`. `torch.nn.functional.one_hot(soft.argmax(dim=-1), V)` gives whole numbers; turn them into fractions with `.to(soft.dtype)`. `soft.detach()` has the values of `soft` and no slope, so `soft - soft.detach()` is 0 with a slope.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *notes are on or off*: the softmax itself comes back.
# - *no gradient comes back*: only the choice comes back; `argmax` has no slope.
# - *its gradient should be that of the softmax*: the logits were used in place of the softmax, or the softmax runs along another axis.
# - *is chosen all the same*: you compare with a threshold of one half; among many notes the likeliest one may have less.
#
# </details>

# %% [markdown]
# ### Exercise 5: The gradient penalty
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# The line that made GANs trainable for people with ordinary patience.
#
# Write `gradient_penalty(critic, real, fake, mix)`, step 6, in PyTorch.
#
# - `critic`: a function that takes samples (B, …) and gives B scores; each score depends on its own sample alone.
# - `real`, `fake`: tensors of equal shape (B, …), with one or more axes behind the first. `mix`: tensor (B,), for each sample the share m of the *real* one.
# - Returns a tensor with one number: the mean over the samples of (length − 1)², where length is the length (root of the sum of squares) of the critic's gradient by *all* numbers of the sample, at m · real + (1 − m) · fake.
# - The critic learns from it: the result has a gradient by the critic's weights. The arguments are not changed.
# - A hundred-thousandth more or less does not matter.
#
# Example: the critic 3a + 4b has the slope (3, 4), of length 5, everywhere: the penalty is 16.


# %% nbgrader={"grade": false, "grade_id": "gradient_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_penalty(critic, real, fake, mix):
    """Give the mean square of the critic's slope minus 1."""
    ### BEGIN SOLUTION
    shares = mix.reshape(-1, *[1] * (real.ndim - 1))
    between = (shares * real + (1 - shares) * fake).detach().requires_grad_(True)
    scores = critic(between)
    (slopes,) = torch.autograd.grad(scores.sum(), between, create_graph=True)
    lengths = slopes.flatten(1).norm(dim=1)
    return ((lengths - 1) ** 2).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gradient_penalty_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.gradient_penalty(gradient_penalty)

# %% nbgrader={"grade": true, "grade_id": "gradient_penalty_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.gradient_penalty(
    gradient_penalty,
    [
        (
            (check.plane(0.0, 0.25), check.ones(2, 2), check.ones(2, 2), torch.tensor([0.0, 1.0])),
            0.5625,
        ),
        ((check.plane(0.0, 12.0, 5.0), check.ones(4, 3), check.ones(4, 3), torch.rand(4)), 144.0),
        (
            (
                check.parabola,
                torch.tensor([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]]),
                torch.tensor([[1.0, 0.0], [0.0, 0.0], [3.0, 4.0]]),
                torch.tensor([0.5, 0.25, 0.9]),
            ),
            (9 + 1 + 0) / 3,
        ),
        (
            (check.parabola, check.ones(1, 2, 3, 4), check.ones(1, 2, 3, 4), torch.tensor([0.3])),
            (2 * 24**0.5 - 1) ** 2,
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Four steps: points between, their scores, the gradient of the scores by the points, the lengths. The second half of the work is to keep the gradient alive.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Reshape `mix` to (B, 1, …), as many axes as `real` has. `.detach().requires_grad_(True)` makes the points something to differentiate by. `torch.autograd.grad(scores.sum(), points, create_graph=True)` gives a tuple with one tensor; the sum is right because each score depends on its own sample alone. `.flatten(1).norm(dim=1)` gives B lengths.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the penalty is a dead number*: `create_graph=True` is missing.
# - *each sample has its own slope*: a length over the whole batch, the mean before the square, or real and fake exchanged.
# - `RuntimeError: grad can be implicitly created only for scalar outputs`: sum the scores first.
# - `RuntimeError: The size of tensor a … must match …`: `mix` needs axes of length 1 behind the first.
# - `RuntimeError: One of the differentiated Tensors does not require grad`: the points were not told to keep a gradient.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# **One dimension first.** Real numbers come from two heaps, forged ones from a third between them. A small discriminator learns by step 1, and nothing else moves. Does it find $D^*$, and does its loss tell the divergence?

# %%
my_expert = use("optimal_discriminator", optimal_discriminator, plain_gan.optimal_discriminator)
my_divergence = use("jensen_shannon", jensen_shannon, plain_gan.jensen_shannon)
points = np.linspace(-4, 4, 161)
heaps = [np.exp(-((points - middle) ** 2) / 0.5) for middle in (-1.5, 1.5, 0.0)]
p, q = heaps[0] + heaps[1], heaps[2]
p, q = p / p.sum(), q / q.sum()
torch.manual_seed(0)
judge = torch.nn.Sequential(torch.nn.Linear(1, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(judge.parameters(), lr=0.03)
inputs = torch.from_numpy(points).float()[:, None]

# %%
for _ in range(40 if smoke else 600):
    drawn = [chance.choice(len(points), 256, p=weights) for weights in (p, q)]
    real, forged = (judge(inputs[places]) for places in drawn)
    loss = adversarial.minimax_critic_loss(real, forged)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    learned = torch.sigmoid(judge(inputs))[:, 0].numpy()
best, seen = np.asarray(my_expert(p.tolist(), q.tolist())), (p + q) > 1e-4
gap = np.abs(learned - best)[seen].mean()
print(f"mean distance from the best expert {gap:.3f}")
print(f"divergence {my_divergence(p, q):.3f}; from the value {value(learned) / 2 + np.log(2):.3f}")

# %%
axes = plotting.new_axes(None, (7, 3))
axes.fill_between(points, p / p.max() / 2, color="0.85", label="real")
axes.fill_between(points, q / q.max() / 2, color="0.6", label="forged")
axes.plot(points, best, "-", color=plotting.COLOURS[0], label="D*, the best expert")
axes.plot(points, learned, "--", color=plotting.COLOURS[1], label="learned")
axes.set(xlabel="x", ylabel="probability that x is real", ylim=(0, 1.05))
axes.legend(ncols=4, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0))
plotting.describe(
    axes, "The learned discriminator follows D*: high at two heaps, low between them."
)

# %% [markdown]
# **Collapse.** Now both players learn, with music that is as simple as can be: one bar of soprano, 16 cells. The losses are those of 2014: the discriminator's from step 1, and for the generator −ln D(forged), which has larger gradients than ln(1 − D) where the discriminator is sure. A network of this lesson's kind, a few seconds:

# %%
bars = phrases.chorale_phrases("train", 1)[:, :, :1]
small = track_gan.TrackGanConfig(
    num_tracks=1, num_steps=16, num_segments=2, noise_size=8, hidden_size=48, critic_size=64
)


def game_losses():
    """Give both losses of the minimax game."""

    def critic_loss(generator, critic, real):
        with torch.no_grad():
            fake = generator(track_gan.draw_noise(generator.config, len(real)))
        return adversarial.minimax_critic_loss(critic(real), critic(fake))

    def generator_loss(generator, critic, real):
        fake = generator(track_gan.draw_noise(generator.config, len(real)))
        return adversarial.non_saturating_generator_loss(critic(fake))

    return critic_loss, generator_loss


# %%
moments = (1, 2) if smoke else (1, 10, 30, 100, 200, 300)


def train_small(losses, steps, rate, **settings):
    """Train on bars of soprano; give the run, and what the same noise sounds like at moments."""
    torch.manual_seed(0)
    pair = track_gan.TrackGenerator(small), track_critic.TrackCritic(small)
    batches = phrases.PhraseBatches(bars, small.low, small.num_classes, 32)
    album = track_recipe.Album(moments, count=64)
    config = players.AdversarialConfig(steps, rate, warmup_steps=0, **settings)
    return players.fit_players(*pair, losses, batches, config, [album]), album


collapsed, album = train_small(game_losses(), 2 if smoke else 200, 2e-3, critic_steps=1, beta1=0.5)
spread = {step: tracks.mean_pairwise_distance(page)[0] for step, page in album.pages.items()}
print("real bars differ in", round(tracks.mean_pairwise_distance(bars)[0], 3), "of their cells")
print("forged bars:", {step: round(float(found), 3) for step, found in spread.items()})

# %% [markdown]
# *Differ* is the mean share of cells in which two bars differ. At first noise gives noise. Then all noises give the same few bars. **Mode collapse**: the generator has found a bar that the discriminator believes in today, and gives that to nearly everybody; tomorrow the discriminator knows it, and all noise moves on to another. Nothing in the loss asks for variety.
#
# **The cure.** The Wasserstein critic with *your* penalty. Where real and forged bars have nothing in common its slope still points the way, for each bar from where it is. It may be trained as well as one likes, so it takes two steps for each one of the generator.

# %%
my_penalty = use("gradient_penalty", gradient_penalty, plain_gan.gradient_penalty)


slow_critic = {"critic_steps": 2, "critic_rate": 0.5, "beta2": 0.99}


def penalty(critic, real, fake):
    """Draw the shares and call the penalty."""
    return my_penalty(critic, real, fake, torch.rand(len(real)))


cured, cured_album = train_small(
    track_recipe.wasserstein_losses(penalty), 2 if smoke else 300, 4e-3, **slow_critic
)
spread = {step: tracks.mean_pairwise_distance(page)[0] for step, page in cured_album.pages.items()}
print("forged bars:", {step: round(float(found), 3) for step, found in spread.items()})

# %%
axes = plotting.plot_phrases({"minimax game": album.pages, "WGAN-GP": cured_album.pages}, columns=6)
plotting.describe(axes, "Bars from six noises over training: all alike in the game, varied later.")

# %%
last = {"collapsed": album.pages, "cured": cured_album.pages}
sopranos = {name: pages[max(pages)][:6] for name, pages in last.items()}
sopranos = {"Bach": bars[::400][:6], **sopranos}
music = {name: phrases.phrases_music(grids, 0) for name, grids in sopranos.items()}
compare(music, title="Six bars of soprano from six noises: Bach's, collapsed, and cured")

# %% [markdown]
# Each row of the figure is a moment, each column one noise that is never changed. (The small network is far from music yet; but six noises give six bars.)
#
# **Four tracks.** Now the real thing, at your budget. The generator grows a phrase on a time axis that begins with the four segments and doubles three times, so that it decides on large things first. Each track has weights of its own, and hears of the others through the shared noise alone. The critic sees the cells, and three relations that are computed from them: where a track moves, how far, and the intervals between tracks. Below, your choice of exercise 4 and your penalty are at work. One thing is added to the choice: half of the phrases of each batch are handed over as softmax. The critic tells a hesitating softmax from real ones and zeros, so the generator learns to be *sure*; and the surer a softmax is, the nearer is its slope to what the choice does. Press the square in the toolbar to stop earlier; the model stays as it is then.

# %%
my_choice = use("straight_through", straight_through, plain_gan.straight_through)
recipe = track_recipe.TRACK_GANS["track_gan"]
own_pair = recipe.players(seed=0)
settings = recipe.settings(reproducibility.budget(), seed=0)


def sketch(model):
    """Draw two phrases that the model writes."""
    axes = plotting.plot_piano_roll(
        phrases.phrases_music(track_recipe.write_phrases(model, 2, seed=1))
    )
    return plotting.describe(axes, "Two phrases in four voices, as the generator writes so far.")


# %%
watchers = [recipe.averaging(), watching.LiveLoss(sketch, every=50)]
batches = recipe.batches(own_pair[0], reproducibility.budget())
losses = track_recipe.wasserstein_losses(penalty)
with mock.patch.object(track_gan, "straight_through", my_choice):
    run = players.fit_players(*own_pair, losses, batches, settings, watchers)
real = tracks.measure_tracks(valid)
own = tracks.measure_tracks(track_recipe.write_phrases(run.model, 20 if smoke else 200))
print("\n".join(tracks.track_lines({"Bach": real, "your generator": own})))

# %% [markdown]
# What the columns of the table are, section 9 says. The curve is the critic's loss. Its negative, without the penalty, is the critic's measure of how far the forger still is; it falls slowly while the critic learns, too. It is *not* a likelihood: compare it within one run only.
#
# The shipped generator has learned by the same recipe, at the `full` budget. Its card:

# %%
facts = shipped.read_card(shipped.FOLDER / "track_gan.json")
for key in ("parameters", "budget", "steps", "minutes", "machine"):
    print(f"{key:12s}", facts[key])
print("farthest track from Bach's, as in section 9; spread as a multiple of his:")
for name, found in facts["measures"]["difference from valid"].items():
    print(f"{name:20s}", round(found, 3))

# %% [markdown]
# ## 8. Listen and look
#
# **Your noise is the network's.** What your `track_noise` puts side by side is what enters the shipped generator:

# %%
my_noise = use("track_noise", track_noise, plain_gan.track_noise)
noise = track_gan.draw_noise(generator.config, 1, torch.Generator().manual_seed(0))
theirs = generator.noise_of_tracks(noise)[:, 0].numpy()  # (M, S, 4 Z)
mine = my_noise(*(getattr(noise, kind)[0].numpy() for kind in track_gan.KINDS))
print(f"{theirs.size} numbers, largest difference {np.abs(mine - theirs).max():.1e}")

# %% jupyter={"source_hidden": true}
ask(
    "Groove is each track's own and new in each segment. If you draw new groove noise for the "
    "alto alone, which tracks can change?",
    {
        "All four: they have to fit together": "They would, if they heard of it. Each track's "
        "weights see the shared noise and its own, nothing else.",
        "The alto alone": "No other track hears of it.",
        "The alto and the tenor": "Neighbours in a choir, but not in this network.",
    },
    right="The alto alone",
)

# %% [markdown]
# **The mixer.** Four noises of each kind, A to D, for all tracks: 256 phrases. Hold three rows, move the fourth, and listen. Cells that have just changed get an edge.

# %%
options = 2 if smoke else 4
board = mixer.Mixer(
    phrases=noise_mixing.mix_phrases(generator, options, seed=4),
    rows={
        "chords": "shared by all tracks, new each half bar",
        "style": "shared by all tracks, the same throughout",
        "melody": "each track's own, the same throughout",
        "groove": "each track's own, new each half bar",
    },
    tracks=("Soprano", "Alto", "Tenor", "Bass"),
    title="The mixer: hold three, move the fourth",
)
mixer.show_mixer(board)

# %% [markdown]
# **What does each noise do?** The names of step 8 are a hope. Measured: 100 times a new noise of one kind, everything else held; which share of each track's cells changes?

# %%
moved = noise_mixing.moved_cells(generator, 8 if smoke else 100)
axes = plotting.new_axes(None, (7, 3))
for track, name in enumerate(board.tracks):
    places = np.arange(4) + 0.2 * (track - 1.5)
    axes.bar(places, moved[:, track], 0.18, color=plotting.COLOURS[track], label=name)
    for place, share in zip(places, moved[:, track], strict=True):
        axes.annotate(name[0], (place, share), ha="center", va="bottom", fontsize=8)
axes.set_xticks(range(4), track_gan.KINDS)
axes.set(ylabel="cells changed", ylim=(0, 1.1))
axes.legend(ncols=4, fontsize=8)
plotting.describe(axes, "Share of cells that a new noise of each kind changes, track by track.")

# %%
for kind, shares in zip(track_gan.KINDS, moved, strict=True):
    print(
        f"{kind:7s}",
        *[f"{name} {share:.2f}" for name, share in zip(board.tracks, shares, strict=True)],
    )
takes = {"as it was": (0, 0, 0, 0), "new chords": (1, 0, 0, 0), "new style": (0, 1, 0, 0)}
takes |= {"new melody": (0, 0, 1, 0), "new groove": (0, 0, 0, 1)}
music = {name: phrases.phrases_music(board.phrases[place][None]) for name, place in takes.items()}
compare(music, title="One phrase, then with one of its four noises drawn anew")

# %% [markdown]
# Read the bars, not the names. A noise that moves little has been ignored: nothing in the game forces the generator to use all of them. And because the tracks share only chords and style, what *must* fit together, the harmony, can only come from there.

# %% [markdown]
# ## 9. Measure it
#
# A GAN gives no probabilities: there is no row for it on the leaderboard of nats per note. What remains is to measure samples, beside real phrases. **Empty bars** and **used pitch classes** per bar, the share of **qualified notes** (an eighth or longer: fragments are the usual failure), **tonal distance** between tracks (how far their pitch classes lie from one another in harmony), and the **spread**, the mean distance of two phrases, which exposes collapse. Three seeds of the same recipe, 500 phrases each, and the rows that MuseGAN's authors published for *their* data, tracks and grid:

# %%
count = 20 if smoke else 500
seeds = {name: models.load(name) for name in ("track_gan", "track_gan_1", "track_gan_2")}
written = {name: track_recipe.write_phrases(net, count) for name, net in seeds.items()}
found = {name: tracks.measure_tracks(made) for name, made in written.items()}
print("\n".join(tracks.track_lines({"Bach": real, **found})))
for name, (empty, classes, qualified) in tracks.MUSEGAN.items():
    cells = [" ".join(f"{number:.1f}" for number in row) for row in (empty, classes)]
    print(tracks.track_line(name, [*cells, " ".join(f"{share:.0f}" for share in qualified)]))

# %% [markdown]
# (Tracks from left to right: soprano, alto, tenor, bass; in MuseGAN's rows bass, guitar, piano, strings. MuseGAN's bars have 96 steps and a note qualifies from a 32nd on.) Do not compare numbers across data; compare *how far a model is from its own data*. MuseGAN's share of qualified notes falls from about 90 to about 50 per cent, which its authors put down to binarising with a threshold afterwards. Is ours nearer to its data? And is *smaller* better for tonal distance? MuseGAN's composer has 1.37 where its data has 1.57.

# %%
for name, measures in found.items():
    far = tracks.compare_tracks(measures, real)
    print(f"{name}, farthest track from Bach's; spread as a multiple of his:")
    print("  ", ", ".join(f"{what} {number:.2f}" for what, number in list(far.items())[:3]))
    print("  ", ", ".join(f"{what} {number:.2f}" for what, number in list(far.items())[3:]))

# %% [markdown]
# **Another corpus, the same recipe.** `quartet_gan` has learned from four players instead of four voices: phrases out of string quartets by Haydn, Mozart and Beethoven, with rests, leaps and accompaniments. Only the range is wider. One movement in five was held out:

# %%
quartet_net, held_out = models.load("quartet_gan"), quartet_phrases.quartet_phrases("valid")
played = track_recipe.write_phrases(quartet_net, count)
measured = {"quartets": tracks.measure_tracks(held_out), "GAN": tracks.measure_tracks(played)}
print("\n".join(tracks.track_lines(measured)))
takes = {"quartets": held_out[:: len(held_out) // 3][:3], "GAN": played[:3]}
music = {name: quartet_phrases.quartet_music(some) for name, some in takes.items()}
compare(music, title="Three phrases of string quartets, and three by the GAN")

# %% [markdown]
# (Tracks: first and second violin, viola, cello.) Which is harder for it, chorales or quartets, going by how far each is from its own data? Do the players listen to each other?

# %% [markdown]
# **The metric card.** The Transformer's phrases beside the GAN's:

# %%
count = 2 if smoke else 12
sets = {"GAN": list(written["track_gan"][:count])}
sets["Transformer"] = [transformer.generate(8 if smoke else 32, chance) for _ in range(count)]
card.metric_card(sets, list(valid[:: len(valid) // count][:count]))

# %% [markdown]
# Look at *held cells*, *voice crossings* and *parallels*. A phrase of two bars is too short for some rows; they say so with a dash.
#
# **Is it new?** The longest run of sixteenths that a phrase shares with the training pieces, in any key; at most 32, a whole phrase:

# %%
training = [piece for piece in load_chorales() if piece.split == "train"][: 20 if smoke else None]
index = originality.build_run_index([piece.grid for piece in training], [p.name for p in training])
for name, made in {"held-out Bach": valid[::8], "GAN": written["track_gan"][:100]}.items():
    shared = [originality.longest_shared_run(phrase, index) for phrase in made]
    steps = [run.num_steps for run in shared]
    print(f"{name:14s} median {np.median(steps):g}, longest {max(steps)} of 32 sixteenths")
print(max(shared, key=lambda run: run.num_steps))

# %% [markdown]
# ## 10. Break it
#
# Take the choice away and put a *threshold* in its place: a cell sounds if one of its probabilities reaches one half, else it is silent. Three small generators of four tracks learn, one bar at a time: with your choice alone, half of the phrases soft as above, and with nothing but the softmax. Then each writes the same bars twice, by choosing the likeliest and by the threshold.

# %% jupyter={"source_hidden": true}
ask(
    "A generator that learned with the choice alone gets a threshold instead. What will you hear?",
    {
        "The same notes": "Only if every cell were sure. Nobody has asked it to be: the choice "
        "makes a whole note of 0.4, too.",
        "Holes": "Where two pitches share a cell, neither may reach a half.",
        "Wrong notes": "The threshold takes notes away; it puts no other in their place.",
    },
    right="Holes",
)


# %%
def write_twice(model, count=64):
    """Write bars by the choice, and the same by a threshold of one half."""
    noise = track_gan.draw_noise(model.config, count, torch.Generator().manual_seed(0))
    with torch.no_grad():
        soft = model.logits(noise).softmax(dim=-1)
    chosen = phrases.phrases_of(soft, model.config.low)
    sure = (soft.amax(dim=-1) >= 0.5).transpose(1, 2).numpy()
    return chosen, np.where(sure, chosen, -1)


def broken_line(name, made):
    """Say how many cells are silent and how many notes are qualified."""
    notes, silent = tracks.measure_tracks(made).qualified.mean(), (made < 0).mean()
    print(f"{name:24s} silent cells {silent:6.1%}   qualified notes {notes:.2f}")


# %%
bars = phrases.chorale_phrases("train", 1)
small = track_gan.TrackGanConfig(num_steps=16, num_segments=2, hidden_size=48, critic_size=64)
broken_line("Bach", bars)
twice = {}
for name, soft_share in {"choice": 0.0, "half soft": 0.5, "softmax": 1.0}.items():
    losses = track_recipe.wasserstein_losses(penalty, soft_share=soft_share)
    with mock.patch.object(track_gan, "straight_through", my_choice):
        run, _ = train_small(losses, 2 if smoke else 150, 4e-3, **slow_critic)
    twice[name] = write_twice(run.model)
    broken_line(f"{name}, chosen", twice[name][0])
    broken_line(f"{name}, threshold", twice[name][1])

# %%
takes = {"chosen": twice["choice"][0][:6], "by a threshold": twice["choice"][1][:6]}
music = {name: phrases.phrases_music(made, 0) for name, made in takes.items()}
compare(music, title="Six bars of a generator that learned to choose: chosen, and by a threshold")

# %% [markdown]
# The threshold makes holes, the more so the less sure a softmax is. A generator that was trained on the softmax alone is surer and loses less; but what it hands over in training is not what you hear in the end, and the critic never sees the difference. The choice alone has no holes, but more fragments: two notes of 0.4 take turns. That is why the recipe mixes both. MuseGAN put a threshold or a random draw behind its training, with the loss that section 9 showed; its authors then built the choice into it (*binary neurons*).

# %% [markdown]
# ## 11. Your own music
#
# A GAN has no way in: it takes noise, not notes. But there is a gradient: try many noises at once and move each so that its soprano comes nearer to your melody. The first two bars of the top line of your first MIDI file that fits are moved to C major or A minor and looked for; a note that is repeated counts as held. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a soprano that no model has learned from stands in.


# %%
def two_bars(piece):
    """Give the first 32 sixteenths of a piece's top line, in C major or A minor."""
    line = harmonise.own_soprano(piece, 58, 81, most_notes=40)
    return noise_mixing.plain_melody(line, 32, 58, 81)


spare = {"a held-out soprano": valid[40, :, 0]}
own = own_music.read_own(two_bars, lambda line: f"{len(line)} sixteenths of the top line", spare)
print(own.report())

# %%
name, melody = own.first
tries, steps = (4, 4) if smoke else (64, 150)
phrase, fit = noise_mixing.find_phrase(generator, melody, tries, steps)
print(f"{fit:.0%} of the soprano's cells are those of the melody")
under = phrase.copy()
under[:, 0] = melody
takes = {"the phrase that was found": phrase, "with the melody itself on top": under}
music = {what: phrases.phrases_music(grid[None]) for what, grid in takes.items()}
compare(music, title=f"{name}: the nearest phrase that the generator can write")

# %% [markdown]
# What the generator cannot write, it cannot find: the share tells how much of your melody lies outside its world. Lesson 07's network harmonised any soprano; this one only knows phrases as wholes.

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/08_gan/08_gan.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_gan", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Nearly perfect? (2 points)** Somebody shows a table: their GAN has the same share of qualified notes as the data, the same number of pitch classes in a bar, and no empty bars. You listen to twenty samples, and all of them are the same two bars.
# Say in three to six sentences why the table did not show it, which measurement would have, and why the training loss of a minimax GAN gave no warning. Then name one thing that could be changed in the training.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: all three numbers are computed phrase by phrase and averaged, so that one good phrase repeated a thousand times has the same averages as a thousand good ones; none of them compares two samples. The mean distance between pairs of samples, beside that of real phrases, shows it at once (0 against about 0.9 here), and so would the number of different samples. The minimax loss only asks of each sample alone whether the discriminator takes it for real; the generator is not rewarded for variety, and the two losses go up and down all the time because the players move, whether the samples are varied or not. One could change the losses to a Wasserstein critic with a gradient penalty and train the critic more often than the generator, or show the critic several samples at once (minibatch statistics), so that sameness becomes visible to it.
#
# Rubric: half a point for saying that the metrics look at samples one by one and are averaged; half a point for a measurement between samples; half a point for the loss, that it judges each sample alone or swings anyway; half a point for a sensible change (WGAN-GP, minibatch discrimination, more critic steps, lower rate of the generator). Nothing for "train longer" or "more data".
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A generator learns from the gradient of a critic that learns to expose it. Against the best discriminator it makes the Jensen–Shannon divergence small, which is deaf at a distance; a critic of limited slope measures work instead, and the gradient penalty limits the slope. Without such a guide the generator collapses onto what works today. A choice between notes gets a slope by pretending on the way back. Noise that is shared or private, for all time or for a segment, is what one can hold and turn.
#
# **Check yourself.** Can you … say what D* is where the forger never plays? … compute a divergence of two notes by hand? … say what a penalty of 16 tells about the slope? … explain why a threshold after training breaks notes? … predict which tracks a new groove of the bass can change?
#
# **If you want more**
#
# - *A first step:* walk in a straight line from one style noise to another in ten steps, with all else held, and listen where the phrase tips over.
# - *Further:* set `relations=False` in the sizes of the small network of section 10 and measure which of the rows gets worse.
# - *Far:* give the critic the standard deviation over its batch as one more number (*minibatch standard deviation*), and see whether that alone cures the collapse of section 7.
#
# **Reading**
#
# - I. Goodfellow and others, *Generative adversarial nets* (2014): the game; proposition 1 is exercise 1, theorem 1 is step 3.
# - I. Gulrajani and others, *Improved training of Wasserstein GANs* (2017): the gradient penalty, in one algorithm.
# - H.-W. Dong and others, *MuseGAN* (2018): the four noises and the measures of section 9.
# - H.-W. Dong, Y.-H. Yang, *Convolutional GANs with binary neurons for polyphonic music generation* (2018): straight-through against threshold.
#
# Go on with [09 · From notes to sound](../09_timbre_gan/09_timbre_gan.ipynb), where the same game makes sounds instead of notes.
