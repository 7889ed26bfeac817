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
# # 07 · Attention
#
# **Let every note look back at all earlier ones and choose what it needs: build a Transformer, see where it looks, measure it beside published results, and let it harmonise a melody of yours.**
#
# | | |
# |---|---|
# | Time | 40 minutes to read, 50 minutes to code, about five minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [05 · Gates](../05_lstm/05_lstm.ipynb), above all the recall probe; [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), nats per note and the metric card |
#
# You will be able to
#
# - write attention with a mask and heads from its equation, and prove that nothing hears the future;
# - tell attention where things are, in four ways, one of which saves a mountain of memory;
# - draw what a head looks at, with note names;
# - write a piece without computing any step twice, and measure what that saves;
# - harmonise a soprano under rules, and say how far to trust a likelihood.

# %%
import time
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np
import torch

from course import plotting, reproducibility, sampling, watching
from course.checks import attention as check
from course.checks.core import use
from course.data import load_chorales, load_tunes, own_music
from course.evaluation import card, leaderboard, models, originality
from course.models import attention, chorale_transformer, plain_attention, shipped
from course.playback import Keyboard, compare
from course.quiz import ask
from course.recipes import chorale_batches, harmonise, positions, recall, tour, train
from course.training import callbacks, config, loop

# %% [markdown]
# ## 1. Hear it first
#
# Two bars of a chorale that no model has learned from. Bach goes on, then the LSTM of lesson 05, then this lesson's model: two Transformers that write together. One of them, `network`, will be taken apart.

# %%
smoke = reproducibility.budget() == "smoke"
chorales = load_chorales()
valid = [piece for piece in chorales if piece.split == "valid"]
bach = next(piece for piece in valid if not piece.pickup_steps)
ensemble, lstm_net = (models.load_model(f"chorale_{name}") for name in ("transformer", "lstm"))
network = ensemble.members[0]
sampler = sampling.Sampler(temperature=0.9)
length = 16 if smoke else 96
takes = {"Bach": bach.pitches[: 32 + length]}
for name, model in {"LSTM": lstm_net, "Transformers": ensemble}.items():
    chance = np.random.default_rng(1)
    takes[name] = model.generate(length, chance, bach.pitches[:32], sampler)
music = {name: chorale_batches.chorale_music(grid) for name, grid in takes.items()}
compare(music, title="Two bars of a chorale, and how Bach, an LSTM and two Transformers go on")

# %% jupyter={"source_hidden": true}
ask(
    "Both networks write sixteenth by sixteenth. Where will the new one have an advantage?",
    {
        "In the very next note": "For that a short memory is enough, and the LSTM has one.",
        "In what returns after some bars": "It need not carry the past along: it looks it up. "
        "Whether chorales ask for that is measured below.",
        "In the speed of writing": "Each step looks at all earlier ones; that is more work.",
    },
    right="In what returns after some bars",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "An LSTM has read a hundred bars. Where is what it knows about the first?",
    {
        "In its state, if it is still there": "Everything has to pass through a state of fixed "
        "size, step by step.",
        "In the notes, which it can read again": "It reads each note once.",
        "In its weights": "They know the style, not this piece.",
    },
    right="In its state, if it is still there",
)

# %% jupyter={"source_hidden": true}
ask(
    "What does a softmax make of the scores ln 3 and 0?",
    {
        "0.75 and 0.25": "exp gives 3 and 1; divided by their sum.",
        "1 and 0": "Only if the difference were very large.",
        "3 and 1": "They have to sum to 1.",
    },
    right="0.75 and 0.25",
)

# %% jupyter={"source_hidden": true}
ask(
    "The n-gram reaches 0.48 nats per note on held-out chorales. What would knowing nothing "
    "cost, the same probability for each of 51 tokens?",
    {
        "ln 51 = 3.93": "As lesson 03 had it: minus the logarithm of 1/51.",
        "1/51": "That is the probability; its cost is -ln of it.",
        "0.48": "Then counting would have been for nothing.",
    },
    right="ln 51 = 3.93",
)

# %% [markdown]
# ## 3. The idea
#
# A recurrent network squeezes the past into one state, and hopes that what it will need is still there. A musician looks into the score. **Attention** does this: every step sends out a **query**, a few numbers that say what it looks for. Every earlier step holds up a **key**, numbers that say what is to be found there, and a **value**, numbers that it gives to whoever looks. The better a key fits the query, the more of its value comes back.
#
# How far away the key lies does not matter: there is no chain of states in between, along which a note or a gradient could get lost. Lessons 04 and 05 measured this limit with the recall probe, a motif that has to be repeated after some bars of filler. Here is the LSTM again, and a single layer of attention, trained on the same sequences for as many steps:

# %%
bars, steps = ((1,), 4) if smoke else ((1, 4, 8), 250)
axes = plotting.new_axes(None, (7, 3))
for cell, line, mark, colour in zip(
    ("lstm", "transformer"), plotting.LINES, "os", plotting.COLOURS, strict=False
):
    found = [recall.measure_recall(cell, gap, steps).accuracy for gap in bars]
    axes.plot(bars, found, line, marker=mark, color=colour, label=cell)
    print(f"{cell:12s} bars {bars}: notes repeated", *[f"{share:.2f}" for share in found])
axes.axhline(1 / recall.NUM_PITCHES, linestyle=":", color="0.4", label="guessing")
axes.set(xlabel="bars between the motif and its repetition", ylabel="notes repeated", ylim=(0, 1.1))
axes.set_xticks(bars)
axes.legend()
plotting.describe(axes, "Notes repeated against bars of filler: attention stays up, LSTM sinks.")

# %% [markdown]
# A **Transformer** is a stack of such layers. This lesson builds one, asks what it costs, and lets it write four voices. On the pipeline we stand at the model once more.

# %% [markdown]
# ## 4. The mathematics
#
# Symbols: N steps, D numbers in a query or key, H heads, C = H · D numbers that stand for a step.
#
# **Step 1: attention.** With a query $q_t$, keys $k_s$ and values $v_s$ in the rows of $Q$, $K$ and $V$,
#
# $$ \text{weights} = \text{softmax}\left(\frac{Q K^\top}{\sqrt D}\right), \qquad \text{mixture} = \text{weights} \cdot V . $$
#
# A row of $QK^\top$ holds the dot products of one query with all keys, its **scores**. The softmax makes weights of them that sum to 1, and the mixture is a mean of the values with these weights.

# %%
scores = np.log([3.0, 1.0])
weights = np.exp(scores) / np.exp(scores).sum()
assert np.allclose(weights, [0.75, 0.25])
assert np.isclose(weights @ [60, 64], 61)  # three parts of C4, one of E4

# %% [markdown]
# **Step 2: why $\sqrt D$?** If the numbers of $q$ and $k$ are independent with mean 0 and variance 1, each of the D products has variance 1, so their sum has variance D. Measured:

# %%
chance, spread = np.random.default_rng(0), {}
for D in (4, 64, 1024):
    q, k = chance.normal(size=(2, 2000, D))
    spread[D] = float((q * k).sum(axis=1).std())
print({D: round(size, 1) for D, size in spread.items()}, "and the roots", [2, 8, 32])
assert all(abs(size / D**0.5 - 1) < 0.1 for D, size in spread.items())

# %% [markdown]
# Scores of size 32 leave one weight near 1 and all others near 0. Such a softmax is stuck: the gradient of a weight $w$ by its own score is $w(1 - w)$, which vanishes at 0 and at 1. Here 64 keys, with and without the division:

# %%
sizes, curves = (4, 16, 64, 256, 1024), {"not divided": [], "divided": []}
for D in sizes:
    q, k = chance.normal(size=(200, 1, D)), chance.normal(size=(200, 64, D))
    raw = (q * k).sum(axis=2)
    for name, scaled in zip(curves, (raw, raw / D**0.5), strict=True):
        shares = sampling.softmax(scaled)
        curves[name].append((shares * (1 - shares)).sum(axis=1).mean())

# %%
axes = plotting.new_axes(None, (7, 2.8))
for (name, values), line, colour in zip(
    curves.items(), plotting.LINES, plotting.COLOURS, strict=False
):
    axes.semilogx(sizes, values, line, marker="o", color=colour, label=name)
axes.set_xticks(sizes, sizes)
axes.set(xlabel="D, numbers in a query", ylabel="sum of w (1 - w)", ylim=(0, 1))
axes.minorticks_off()
axes.legend()
plotting.describe(axes, "Undivided, what a gradient can pass sinks with D; divided, it stays.")

# %% [markdown]
# **Step 3: no future.** A model that writes from left to right must not see what it is to write. The **causal mask** sets the scores of later steps to $-\infty$; since $e^{-\infty} = 0$, their weights are 0 and the others still sum to 1.

# %%
masked = sampling.softmax(np.array([np.log(3.0), 0.0, -np.inf]))
assert np.allclose(masked, [0.75, 0.25, 0.0])
print(attention.causal_mask(4, 4).int().numpy())

# %% [markdown]
# **Step 4: heads.** One softmax can hardly look at two places at once. So the C numbers are cut into H parts of D, the **heads**; each attends on its own, and the results are put side by side again. It costs as many multiplications as one large head.

# %%
N, H, D = 100, 4, 32
one_head = 2 * N * N * (H * D)  # scores and mixture: N x N dot products of C numbers, twice
assert one_head == H * (2 * N * N * D)

# %% [markdown]
# **Step 5: order.** Nothing so far says *where* a key stands. Deal the earlier steps out in another order, and the mixture of the last step stays the same: attention alone hears a bag of notes.

# %%
q, k, v = (torch.from_numpy(chance.normal(size=(6, 8))) for _ in range(3))
order = [3, 1, 4, 0, 2, 5]
last, dealt = attention.attend(q[5:], k, v)[0], attention.attend(q[5:], k[order], v[order])[0]
assert torch.allclose(last, dealt)

# %% [markdown]
# Four remedies. The first two add a **position** to what enters the first layer:
#
# - *learned*: a vector of its own for each step number, which ends where training ended;
# - *sinusoidal* (Vaswani and others, 2017): for position $p$ and pair $i$ the numbers $\sin(p\,\omega_i)$ and $\cos(p\,\omega_i)$ with $\omega_i = 10000^{-2i/C}$. Fast and slow waves, like the digits of a clock. A step of $n$ is a rotation of each pair by $n\omega_i$, wherever one stands:

# %%
p, n, rates = 11.0, 5.0, 10_000.0 ** (-np.arange(0, 8, 2) / 8)
wave = np.sin(p * rates) + 1j * np.cos(p * rates)
assert np.allclose(
    wave * np.exp(-1j * n * rates), np.sin((p + n) * rates) + 1j * np.cos((p + n) * rates)
)

# %% [markdown]
# **Step 6: relative positions.** In music it matters that something was *two beats ago*, not that it was step 371. Shaw and others (2018) add to the score of $q_t$ and $k_s$ the product of $q_t$ with a learned vector $e_{t-s}$ for their distance. Written down naively, that takes a vector for each *pair* of steps: N · N · D numbers. But there are only N different distances. The *Music Transformer* (Huang and others, 2019) multiplies Q with the N · D numbers of $E$ once, which gives a score for each query and each *distance*, and then moves each row to where the keys of these distances are: the **skewing**. You will write it in exercise 3. Counted:

# %%
N, D = 256, 32
E, Q = chance.normal(size=(2, N, D)).astype(np.float32)  # row n of E: distance N - 1 - n
steps_before = np.arange(N)[:, None] - np.arange(N)
pairs = E[(N - 1 - steps_before).clip(0, N - 1)]  # (N, N, D): a vector for each pair
naive = np.tril((Q[:, None] * pairs).sum(axis=2))
skewed = plain_attention.skew(Q @ E.T)
assert np.allclose(naive, skewed, atol=1e-4)
assert pairs.size == N * N * D
print(f"{N} steps: {pairs.size:,} numbers for all pairs, {E.size:,} for all distances")
for N in (512, 2048):
    print(f"{N} steps: {4 * N * N * D / 1e6:,.0f} MB against {4 * N * D / 1e6:.2f} MB a head")

# %% [markdown]
# (The scores themselves are N · N numbers a head in either case.)
#
# **Step 7: rotary positions.** Su and others (2021) *rotate* queries and keys: pair $i$ of a vector at step $t$ turns by the angle $t\,\omega_i$. A dot product depends on lengths and on the angle between two vectors, and turning both by the same angle changes neither: so the score feels $t - s$ only.

# %%
q, k = torch.randn(2, 1, 16, generator=torch.Generator().manual_seed(0))
near = attention.rotate(q, torch.tensor([9])) @ attention.rotate(k, torch.tensor([4])).T
far = attention.rotate(q, torch.tensor([105])) @ attention.rotate(k, torch.tensor([100])).T
assert torch.allclose(near, far, atol=1e-4)

# %% [markdown]
# **Step 8: the block.** Each layer computes a *correction* and adds it to what was there, a **residual** connection: $x \leftarrow x + \text{attention}(\text{norm}(x))$, then $x \leftarrow x + \text{feedforward}(\text{norm}(x))$, where **feedforward** is a small network for each step alone. What is added to can pass through all layers untouched, and so can its gradient. The **norm** scales each step's numbers to a root mean square of 1, so that no layer need know how large the sum has grown.

# %%
x = torch.tensor([[3.0, 4.0, 0.0, 0.0]])
root_mean_square = x.square().mean(dim=-1).sqrt()  # sqrt(25 / 4)
assert torch.allclose(torch.nn.RMSNorm(4)(x), x / 2.5)
assert torch.allclose(root_mean_square, torch.tensor([2.5]))

# %% [markdown]
# ## 5. By hand
#
# Four notes, **C E G C**. A key is (2 ln 3, 0, 0, 0) for a C and zero for anything else. The last C asks *where was a C?* with the query (1, 0, 0, 0). The value of a note is its height above C: 0, 4, 7, 0.
#
# - D = 4, so $\sqrt D$ = 2: the scores are ln 3, 0, 0, ln 3.
# - exp gives 3, 1, 1, 3, which sum to 8: the weights are **3/8, 1/8, 1/8, 3/8**.
# - The mixture is (0 + 4 + 7 + 0) / 8 = **11/8**.
#
# What does the query of the *first* C get? It may see itself only: weight 1, mixture 0.

# %%
keys = np.array([[2 * np.log(3), 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [2 * np.log(3), 0, 0, 0]])
queries, heights = np.tile([1.0, 0, 0, 0], (4, 1)), np.array([[0.0], [4], [7], [0]])
seen = plain_attention.causal_mask(4, 4)
mixed, weights = plain_attention.attend(queries, keys, heights, seen)
print("weights of the last C:", weights[3], "by hand", [3 / 8, 1 / 8, 1 / 8, 3 / 8])
print("its mixture:", mixed[3, 0], "by hand", 11 / 8, "   the first C's:", mixed[0, 0])

# %% [markdown]
# ## 6. Build it
#
# Five exercises: the mask, attention, two kinds of positions, and a step with a memory. In section 8 they run together, with the weights of the shipped network.

# %% [markdown]
# ### Exercise 1: The mask
#
# *Difficulty 2 of 5 · 6 minutes · 3 points*
#
# A composer who could hear the bar that is not written yet would only have to copy it. The mask keeps the future out; a *reach* also limits how far back one may look, so that memory does not grow for ever.
#
# Write `causal_mask(num_steps, reach)`.
#
# - `num_steps`: a whole number N, 1 or more. `reach`: a whole number, 1 or more; it may exceed N.
# - Returns N rows of N booleans, an array or lists. Row t, column s is True if step t may see step s: if s is t or earlier, and among the last `reach` steps, t itself included.
#
# Example: `causal_mask(3, 2)` gives `[[True, False, False], [True, True, False], [False, True, True]]`.


# %% nbgrader={"grade": false, "grade_id": "causal_mask", "locked": false, "schema_version": 3, "solution": true, "task": false}
def causal_mask(num_steps, reach):
    """Say which steps each step may see."""
    ### BEGIN SOLUTION
    steps = np.arange(num_steps)
    distance = steps[:, None] - steps
    return (distance >= 0) & (distance < reach)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "causal_mask_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.causal_mask(causal_mask)

# %% nbgrader={"grade": true, "grade_id": "causal_mask_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.causal_mask(
    causal_mask,
    [
        (
            (5, 3),
            [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1]],
        ),
        ((4, 4), [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]),
        ((6, 1), np.eye(6)),
        ((1, 5), [[1]]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Everything follows from the distance t − s. Which distances are allowed?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `steps[:, None] - steps` with `steps = np.arange(N)` is a table of all distances, queries down, keys to the right. Allowed are those from 0 up to `reach` − 1. Two nested loops over t and s are as good.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a step sees one that has not been played yet*: the rows are the queries; you may have the table on its side.
# - *True and False, not numbers*: `np.tril(np.ones(…))` holds numbers; compare, or use `dtype=bool`.
# - `ValueError: The truth value of an array …`: join arrays of booleans with `&` and parentheses, not with `and`.
#
# </details>

# %% [markdown]
# ### Exercise 2: Attention
#
# *Difficulty 3 of 5 · 12 minutes · 4 points*
#
# The heart of the lesson, and of most of the language models that you have heard of. Here it decides which earlier notes a new note listens to.
#
# Write `attend(q, k, v, allowed)`, steps 1 to 3 of *The mathematics*.
#
# - `q`: NumPy array (N, D), the queries. `k`: (S, D), the keys. `v`: (S, E), the values. `allowed`: booleans (N, S), at least one True in each row.
# - Returns the mixtures (N, E) and the weights (N, S), in this order. A key that is not allowed has the weight 0 in that row.
# - Scores may be as large as millions, of either sign, and far apart from row to row; the result holds neither NaN nor infinity. A millionth more or less does not matter.
# - The arguments are not changed.
#
# Example: the query `[2, 0, 0, 0]`, the keys `[ln 3, 0, 0, 0]` and `[0, 0, 0, 0]`, the values `[60]` and `[64]`, all allowed: the weights are 0.75 and 0.25, the mixture 61.


# %% nbgrader={"grade": false, "grade_id": "attend", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attend(q, k, v, allowed):
    """Give the mixture of values for each query, and the weights."""
    ### BEGIN SOLUTION
    scores = q @ k.T / np.sqrt(q.shape[1])
    scores = np.where(allowed, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ v, weights
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "attend_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.attend(attend)

# %% nbgrader={"grade": true, "grade_id": "attend_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.attend(
    attend,
    [
        (
            (
                *check.odds(1, 1, 2, 4, size=16),
                np.array([[8.0], [16], [4], [2]]),
                np.full((1, 4), True),
            ),
            ([[5.0]], [[1 / 8, 1 / 8, 1 / 4, 1 / 2]]),
        ),
        (
            (
                np.array([[1.0], [2.0], [-1.0]]),
                np.array([[np.log(2)], [0.0], [np.log(4)]]),
                np.array([[1.0, 10], [2, 20], [3, 30]]),
                np.array([[True, False, False], [True, True, False], [True, True, True]]),
            ),
            (
                [[1.0, 10], [6 / 5, 12], [(2 * 1 + 4 * 2 + 1 * 3) / 7, 130 / 7]],
                [[1, 0, 0], [4 / 5, 1 / 5, 0], [2 / 7, 4 / 7, 1 / 7]],
            ),
        ),
        (
            (
                np.array([[-3000.0, 0], [3000, 0]]),
                np.array([[1000.0, 5], [-1000, 5], [-1000, 7]]),
                np.array([[1.0], [2], [4]]),
                np.array([[True, True, True], [False, True, True]]),
            ),
            ([[3.0], [3.0]], [[0, 0.5, 0.5], [0, 0.5, 0.5]]),
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First all scores as one matrix product, then the mask, then a softmax along each row, then a second matrix product.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `q @ k.T` divided by the root of D. Where `allowed` is False put `-np.inf` (with `np.where`, which makes a new array). Subtract each row's largest score before `np.exp`, since that changes no weight and lets nothing overflow; divide by the row's sum, with `keepdims=True`. The mixture is `weights @ v`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the scores are divided by the root of nine*: D is the number of columns of `q`, not of rows.
# - *holds NaN or infinity*: subtract the largest score that is *allowed*, so the mask comes first, and of that row, not of the whole table.
# - *a hidden key is heard all the same*: a large negative number in place of `-np.inf` is a score like others, and an allowed one may lie below it.
# - *weights add up to …*: the softmax runs along the row of a query, `axis=1`.
# - `ValueError: operands could not be broadcast together`: `keepdims=True` is missing.
#
# </details>

# %% [markdown]
# ### Exercise 3: Skewing
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# This is the trick that let the Music Transformer read minutes of piano music: a vector for each distance, not for each pair.
#
# Write `skew(scores)`.
#
# - `scores`: NumPy array (N, N). Row t belongs to the query of step t. Column c belongs to the *distance* N − 1 − c: the last column to distance 0, the step itself, the one before it to distance 1, and so on.
# - Returns an array (N, N) whose columns belong to *keys*: row t, column s is the score of the distance t − s; where s lies behind t, it is 0.
# - The array is not changed. Loops are allowed.
#
# Example: `skew` of `[[1, 2, 3], [4, 5, 6], [7, 8, 9]]` gives `[[3, 0, 0], [5, 6, 0], [7, 8, 9]]`: the first step has only itself, distance 0, so 3; the second has distance 1, then 0.


# %% nbgrader={"grade": false, "grade_id": "skew", "locked": false, "schema_version": 3, "solution": true, "task": false}
def skew(scores):
    """Move each row from distances to keys."""
    ### BEGIN SOLUTION
    num_steps = len(scores)
    padded = np.pad(scores, ((0, 0), (1, 0)))
    shifted = padded.reshape(num_steps + 1, num_steps)
    return np.tril(shifted[1:])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "skew_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.skew(skew)

# %% nbgrader={"grade": true, "grade_id": "skew_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.skew(
    skew,
    [
        ((np.array([[10.0, 20], [30, 40]]),), [[20, 0], [30, 40]]),
        (
            (np.array([[5.0, 4, 3, 2, 1]] * 5),),
            [[1, 0, 0, 0, 0], [2, 1, 0, 0, 0], [3, 2, 1, 0, 0], [4, 3, 2, 1, 0], [5, 4, 3, 2, 1]],
        ),
        (
            (np.array([[0.0, -1, -2], [-3, -4, -5], [-6, -7, -8]]),),
            [[-2, 0, 0], [-4, -5, 0], [-6, -7, -8]],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Look at the example: row t gives its last t + 1 numbers, and they come to the front. Loops over the rows are enough. The famous way needs none: what happens if you put a column of zeros in front and read the table in rows of another length?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# With loops: start from `np.zeros((N, N))`; for each t copy the last t + 1 numbers of row t into the first t + 1 places. Without: `np.pad(scores, ((0, 0), (1, 0)))` is (N, N + 1); `reshape(N + 1, N)` reads the same numbers in shorter rows, so that each row is shifted by one more; leave out the first row, and keep the lower triangle with `np.tril`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *behind a step there should be 0*: the reshaped table has leftovers above the diagonal.
# - *comes onto the diagonal*: the zeros belong in front of each row, not behind it.
# - `ValueError: cannot reshape array`: N · (N + 1) numbers fill N + 1 rows of N.
#
# </details>

# %% [markdown]
# ### Exercise 4: Rotation
#
# *Difficulty 3 of 5 · 10 minutes · 3 points*
#
# A motif sounds the same in bar 2 and in bar 20. With rotated queries and keys its notes also *see* one another in the same way.
#
# Write `rotate(x, positions)`, step 7 of *The mathematics*.
#
# - `x`: NumPy array (N, D), queries or keys, whole numbers or fractions; D is even. `positions`: (N,) numbers, the position of each row.
# - Pair i of a row are its numbers 2i and 2i + 1. The pair (a, b) at position p becomes (a cos φ − b sin φ, a sin φ + b cos φ) with the angle φ = p · 10000^(−2i / D).
# - Returns an array (N, D) of fractions, whatever `x` holds. A hundred-thousandth more or less does not matter. The arguments are not changed.
#
# Example: `[[1, 0, 1, 0]]` at position π/2 gives `[[0, 1, 0.9999, 0.0157]]`: the first pair makes a quarter turn, the second a hundredth of it.


# %% nbgrader={"grade": false, "grade_id": "rotate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rotate(x, positions):
    """Turn each pair of numbers by its angle."""
    ### BEGIN SOLUTION
    size = x.shape[1]
    rates = 10_000.0 ** (-np.arange(0, size, 2) / size)
    angles = positions[:, None] * rates
    a, b = x[:, ::2], x[:, 1::2]
    turned = np.empty(x.shape)
    turned[:, ::2] = a * np.cos(angles) - b * np.sin(angles)
    turned[:, 1::2] = a * np.sin(angles) + b * np.cos(angles)
    return turned
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rotate_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.rotate(rotate)

# %% nbgrader={"grade": true, "grade_id": "rotate_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.rotate(
    rotate,
    [
        ((np.array([[3.0, 4]]), np.array([np.pi / 2])), [[-4.0, 3]]),
        ((np.array([[5.0, 6, 7, 8]]), np.array([50 * np.pi])), [[5.0, 6, -8, 7]]),
        ((np.array([[0, 4]]), np.array([np.pi / 6])), [[-2.0, 12**0.5]]),
        (
            (np.array([[1.0, 1], [1, 1], [1, 1]]), np.array([np.pi, 0.0, -np.pi / 2])),
            [[-1.0, -1], [1, 1], [1, -1]],
        ),
        (
            (np.array([[0.0, 0, 0, 0, 0, 0, 0, 2]]), np.array([1000 * np.pi / 2])),
            [[0.0, 0, 0, 0, 0, 0, -2, 0]],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Make a table of angles first: a row for each position, a column for each pair.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `10_000.0 ** (-np.arange(0, D, 2) / D)` are the rates of the pairs; `positions[:, None] * rates` the angles (N, D/2). The first numbers of all pairs are `x[:, ::2]`, the second `x[:, 1::2]`. Compute both new halves from the *old* ones, and write them into the even and odd columns of a new array.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *turning leaves a vector as long as it was*: the second half was computed from the new first half, or a sign is wrong.
# - *may be whole*: `np.empty_like(x)` makes an array of whole numbers then, which cuts off what is behind the point.
# - *a hundred times slower*: with D = 4 the exponent of the second pair is −2/4.
# - *pairs are neighbours*: some programs pair the first half with the second half; here neighbours turn together.
# - `ValueError: Integers to negative integer powers are not allowed`: write `10_000.0`.
#
# </details>

# %% [markdown]
# ### Exercise 5: A step with a memory
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# While a piece is written, one step is new and all others are old. Their keys and values do not change any more. So they are kept, which is called a **cache**, and only the new step asks.
#
# Write `attend_next(q, k, v, keys, values)`.
#
# - `q`, `k`: NumPy arrays (D,), the query and the key of the new step. `v`: (E,), its value. `keys`: (S, D) and `values`: (S, E), of the S steps before, in their order; S may be 0.
# - The new step sees all earlier ones and itself. Returns its mixture (E,), then the keys (S + 1, D) and the values (S + 1, E) to be kept for the step after, the new ones last.
# - Scores may be large, as in exercise 2. A millionth more or less does not matter. The arguments are not changed.
#
# Example: with nothing before, the mixture is `v` itself, and the new step's key and value are all that is kept.


# %% nbgrader={"grade": false, "grade_id": "attend_next", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attend_next(q, k, v, keys, values):
    """Attend from one new step, and give what to remember."""
    ### BEGIN SOLUTION
    keys, values = np.vstack([keys, k]), np.vstack([values, v])
    scores = keys @ q / np.sqrt(len(q))
    weights = np.exp(scores - scores.max())
    mixture = weights @ values / weights.sum()
    return mixture, keys, values
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "attend_next_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.attend_next(attend_next)

# %% nbgrader={"grade": true, "grade_id": "attend_next_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.attend_next(
    attend_next,
    [
        (
            (
                np.array([1.0]),
                np.array([np.log(2)]),
                np.array([7.0, 0]),
                np.array([[np.log(3)], [0.0], [np.log(6)]]),
                np.array([[4.0, 12], [10, 0], [2, 24]]),
            ),
            [(12 + 10 + 12 + 14) / 12, (36 + 144) / 12],
        ),
        (
            (
                np.array([0.0, 3, 0, 0, 0, 0, 0, 0, 0]),
                np.array([5.0, 0, 0, 0, 0, 0, 0, 0, 0]),
                np.array([6.0]),
                np.array([[0.0, np.log(5), 0, 0, 0, 0, 0, 0, 0]]),
                np.array([[12.0]]),
            ),
            [11.0],
        ),
        (
            (
                np.array([4.0, 4]),
                np.array([1.0, 2]),
                np.array([3.0, 1, 2]),
                np.empty((0, 2)),
                np.empty((0, 3)),
            ),
            [3.0, 1, 2],
        ),
        (check.remembered(8, *[1] * 22, 2, size=1), [(8 + sum(range(2, 24)) + 2 * 24) / 32]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First remember, then attend: the new step sees itself, too. And it needs no mask. Why?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.vstack([keys, k])` makes a new array with the new key as its last row; the same for the values. `keys @ q` gives all S + 1 scores; divide by the root of D, take a softmax as in exercise 2, and multiply with the values.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the kept keys should have the shape …*: return what was joined, with the new step.
# - *sees the earlier ones, and itself*: the scores were computed before the new key was added.
# - *odds of 3 to 1*: look at what the scores are divided by.
# - `ValueError: all the input array dimensions … must match`: `np.append` flattens; use `np.vstack`.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# From here on your functions play, where they passed.

# %%
my_mask = use("causal_mask", causal_mask, plain_attention.causal_mask)
my_attend = use("attend", attend, plain_attention.attend)
my_skew = use("skew", skew, plain_attention.skew)
my_rotate = use("rotate", rotate, plain_attention.rotate)
my_next = use("attend_next", attend_next, plain_attention.attend_next)

# %% [markdown]
# **Which positions?** First where they are all that counts: the recall probe, two bars of filler. Every cue is the same token, so that a step can only know by its place which note of the motif is due. Without positions, attention sees *which* notes the motif had, not in what order.

# %%
kinds = ("none", "sinusoidal", "learned", "relative", "rotary")
for kind in kinds:
    found = recall.measure_recall("transformer", 2, 4 if smoke else 200, positions=kind)
    print(f"{kind:12s} {found.accuracy:.2f} of the notes repeated, after {found.steps} steps")

# %% [markdown]
# Row *relative* was skewed by the package. Here your `skew` does the same with the vectors of a new layer, and on the clock against a vector for each pair. (Number by number, Python itself may take longer than NumPy's table of all pairs; what skewing saves is memory first.)

# %%
relative = attention.RelativePositions(32, 255)  # vectors for the distances 0 to 255
vectors = relative.by_distance.detach().numpy()
asking = chance.normal(size=(256, 32)).astype(np.float32)
begun = time.perf_counter()
mine = np.asarray(my_skew(asking @ vectors[::-1].T))  # the farthest distance first
middle = time.perf_counter()
steps_before = (np.arange(256)[:, None] - np.arange(256)).clip(0)
pairwise = np.tril((asking[:, None] * vectors[steps_before]).sum(axis=2))
taken = middle - begun, time.perf_counter() - middle
with torch.no_grad():
    theirs = np.tril(relative(torch.from_numpy(asking), 256))
assert np.allclose([mine, pairwise], theirs, atol=1e-4)
print("256 steps: skewed {:.1f} ms, for each pair {:.1f} ms".format(*np.multiply(taken, 1e3)))

# %% [markdown]
# Then on chorales, at an equal budget: the same small network, the same batches of four-bar windows, five kinds of positions. *Inside* is the cost of the first four bars of held-out pieces, *beyond* that of everything from the ninth bar on, where no window ever reached.

# %%
steps, pieces = (2, 2) if smoke else (60, 24)
live = {kind: positions.measure_positions(kind, steps, num_pieces=pieces) for kind in kinds}
for kind, found in live.items():
    print(f"{kind:12s} inside {found['inside']:.3f}   beyond {found['beyond']:.3f} nats per note")

# %% [markdown]
# After so short a training the rows lie close together, and another seed could reorder them. A reason is that our networks are *told* the place in the bar and how long each voice has held its pitch: much of what positions are for is in the input already. The same comparison, trained longer and with three seeds, was made beforehand (`make positions` makes it again):

# %%
table = positions.read_table()
print(f"{table['steps']} steps, seeds {table['seeds']}; mean (lowest to highest)")
for kind, runs in table["rows"].items():
    for part in ("inside", "beyond"):
        nats = [run[part] for run in runs]
        span = f"({min(nats):.3f} to {max(nats):.3f})"
        print(f"{kind:12s} {part:7s} {np.mean(nats):.3f} {span}")

# %% [markdown]
# Two kinds differ by more than chance only if their ranges do not overlap. The later bars of a chorale are easier for every row, so compare rows, not the two columns. Which kinds are surely worse than none, and where? (Beyond the window, *learned* positions are vectors that training has never touched.)
#
# **Four voices.** One step of the network is one *frame*, that is one sixteenth of all four voices. What it reads is nearly the same in every key: how each voice moved, how long it has held its pitch, how the upper voices stand above the bass, and the place in the bar. Four blocks with four heads and rotary positions sum up the past; then soprano, bass, alto and tenor are written one after the other, each knowing those before it. One more attention sits at the end, over whole frames, the **lookup**: chorales repeat passages note by note, and when the past resembles an earlier place, the network may write the frame that followed there, with a share that it chooses itself. Press the square in the toolbar to stop earlier; the model stays as it is then.


# %%
def sketch(model):
    """Draw two bars that the model writes from nothing."""
    grid = model.generate(32, np.random.default_rng(0), sampler=sampler)
    axes = plotting.plot_piano_roll(chorale_batches.chorale_music(grid))
    return plotting.describe(axes, "Two bars in four voices, as the model writes so far.")


recipe = train.find_recipe("chorale_transformer_alone")
own_net = recipe.model(seed=0)
settings = recipe.settings(reproducibility.budget())
some = [piece.pitches for piece in valid[: 2 if smoke else 24]]


def valid_nats(model):
    """Give the nats per note of some validation pieces."""
    return -np.concatenate([model.log_probabilities(grid) for grid in some]).mean()


# %%
average = callbacks.AverageWeights(recipe.average)
every = max(1, settings.num_steps // (1 if smoke else 3))
measure = callbacks.Evaluate("valid", valid_nats, every, average)
showing = watching.LiveLoss(sketch, every=50)
watchers = [average, measure, showing]
run = loop.fit(own_net, recipe.loss, recipe.batches(own_net), settings, watchers)
if not smoke and run.step:
    nats = recipe.valid_nats(own_net)
    leaderboard.keep_result("chorale_transformer", "chorales", nats, run.seconds / 60)

# %% [markdown]
# The shipped file holds two networks that have learned by this recipe, at the `full` budget, each from batches of its own. What two are worth, section 8 asks. Their card:

# %%
facts = shipped.read_card(shipped.FOLDER / "chorale_transformer.json")
for key in ("parameters", "budget", "steps", "minutes", "machine"):
    print(f"{key:12s}", facts[key])
print(f"valid: {facts['likelihoods']['valid']['nats_per_note']:.4f} nats per note, all pieces")
if np.isfinite(measure.best_value):
    print(f"yours: {measure.best_value:.4f} on {len(some)} of them, after {run.step} steps")
else:
    print(f"yours was stopped after {run.step} steps, before it was measured")

# %% [markdown]
# ## 8. Listen and look
#
# **The causality probe.** Never believe a mask: test it. Change one cell of a piece, and see which answers of the shipped networks move. No cell that is written before the changed one may. We change a tenor, which is written last in its frame; so the other three voices of that frame come before it, too.

# %%
piece = bach.pitches[:64]
changed = piece.copy()
changed[40, 2] += 1  # the tenor of frame 40, a semitone up


def probe(model):
    """Give the largest change of any answer before the changed cell, and of any other."""
    moved = np.abs(model.log_probabilities(changed) - model.log_probabilities(piece))
    before = np.zeros(moved.shape, dtype=bool)
    before[:40] = before[40, [0, 1, 3]] = True
    return moved[before].max(), moved[~before].max()


before, after = probe(ensemble)
print(f"before the change {before:.1e}, from it on {after:.2f}")
assert before < 1e-5 < 0.01 < after

# %% [markdown]
# **Your functions are the network's.** The first layer's queries, keys and values are taken out of the shipped network while it reads the most restless of the held-out chorales; they are cut into heads, and your rotation, your mask and your attention do the rest.

# %%
lively = max(valid, key=lambda p: (np.diff(p.pitches[:128], axis=0) != 0).sum())
score, layers = lively.pitches[:128], [block.attention for block in network.core.layers]
given = []
handle = layers[0].register_forward_pre_hook(lambda _, inputs: given.append(inputs[0][0]))
for layer in layers:
    layer.keep_weights = True
network.log_probabilities(score)
handle.remove()
H, steps = layers[0].num_heads, np.arange(len(score))
with torch.no_grad():
    qkv = layers[0].qkv(given[0]).double().numpy()  # (N, 3 C)
q, k, v = (
    plain_attention.split_heads(part, H) for part in np.split(qkv, 3, axis=1)
)  # each (H, N, D)

# %%
if layers[0].positions == "rotary":
    q, k = (np.stack([my_rotate(head, steps) for head in part]) for part in (q, k))
allowed = np.asarray(my_mask(len(score), network.config.reach))
answers = [my_attend(q[head], k[head], v[head], allowed) for head in range(H)]
weights = np.stack([np.asarray(answer[1]) for answer in answers])  # (H, N, N)
theirs = layers[0].weights[0].numpy()
print(f"largest difference of {weights.size:,} weights: {np.abs(weights - theirs).max():.1e}")

# %% [markdown]
# **Where does it look?** How far back, on average, does each head of each layer look, in sixteenths, when it writes the second half of these bars?

# %%
distance = (steps[:, None] - steps).clip(0)
rows = steps[len(score) // 2 :]
far = np.array(
    [(layer.weights[0].numpy() * distance)[:, rows].sum(-1).mean(-1) for layer in layers]
)
for number, spans in enumerate(far, start=1):
    print(f"layer {number}:", *[f"{span:6.1f}" for span in spans])
layer_number = int(far.max(axis=1).argmax())
print(f"the head that looks furthest is in layer {layer_number + 1}")

# %% [markdown]
# Short-sighted heads read what is sounding; long-sighted ones collect something over bars. Now one moment, and all heads of that layer: the step that writes the first frame after the roll looks back over these two bars. Dark is much, compared with the other frames of that row; a ring marks where in these bars each head looks most, with its share of all that the head looks at. Where even that share is small, the head looks further back than the roll, or spreads its looks over many frames.

# %%
end, width = 96, 32
window = score[end - width : end]
figure, (roll, strip) = plt.subplots(
    2, 1, figsize=(10, 6.2), height_ratios=(3, 2), layout="constrained"
)
plotting.plot_piano_roll(chorale_batches.chorale_music(window), roll)
looks = layers[layer_number].weights[0].numpy()[:, end, end - width + 1 : end + 1]
sung = window[:, 0]
new = [t == 0 or sung[t] != sung[t - 1] for t in range(width)]
names = [plotting.note_name(int(p)) if n and p >= 0 else "" for p, n in zip(sung, new, strict=True)]
plotting.plot_attention(looks, names, strip, "frames that are seen, named by the soprano's notes")
plotting.describe(roll, f"Two bars as a roll; below, what {H} heads of a layer look at in them.")

# %% [markdown]
# Compare the rings with the notes above them: does a head look at the last change of harmony, at the same place of the bar before, at the beginning of the held note? Attention shows where a network *looks*, which is not yet *why* it writes what it writes; change `end` and see whether your guess holds.
#
# **Relative in pitch.** A melody is the same in every key, and Bach wrote in all of them. The Music Transformer added relative *pitch* to relative time. Our network does it in its own way: each step carries its four pitch classes along in rows of twelve; a head mixes them as it mixes its values, and then the mixture is *turned*, so that the pitch class of the present bass comes first. "A fifth above the bass sounded two beats ago" is then the same in C and in D:

# %%
rows = torch.rand(1, 5, 4, 12, generator=torch.Generator().manual_seed(0))  # (B, N, rows, 12)
bass = torch.tensor([[0, 5, 7, 0, 9]])
up = attention.turn(rows.roll(2, dims=-1), (bass + 2) % 12)  # everything a tone higher
assert torch.equal(up, attention.turn(rows, bass))

# %% [markdown]
# What is that worth? Transpose held-out pieces by up to six semitones, as far as they stay in the networks' range, and let the networks read them. The last line is what stands in the shipped file:


# %%
def moved_nats(model, pieces, keys):
    """Give nats per note of pieces in each key that all of them reach."""
    costs = {}
    for key in keys:
        logs = [model.log_probabilities(np.where(p < 0, p, p + key)) for p in pieces]
        costs[key] = -np.concatenate(logs).mean()
    return costs


fitting = [p.pitches for p in valid if p.pitches[p.pitches >= 0].min() >= 40]
fitting = [p for p in fitting if p.max() <= 77][: 1 if smoke else 6]
keys = range(-6, 7, 6 if smoke else 3)

# %%
axes = plotting.new_axes(None, (7, 3))
for (name, model), line, colour in zip(
    {"LSTM": lstm_net, "one Transformer": network, "two, in three keys": ensemble}.items(),
    plotting.LINES,
    plotting.COLOURS,
    strict=False,
):
    costs = moved_nats(model, fitting, keys)
    axes.plot(list(costs), list(costs.values()), line, marker="o", color=colour, label=name)
    print(f"{name:16s} from {min(costs.values()):.3f} to {max(costs.values()):.3f}")
axes.set(xlabel="semitones up", ylabel="nats per note")
axes.legend()
plotting.describe(
    axes, "Nats per note against transposition: the LSTM, one Transformer, two in three keys."
)

# %% [markdown]
# The flatter a curve, the less a model cares about the key. None is quite flat: each network still reads the pitches themselves, and singers do have ranges. (All learned from pieces in many keys.)
#
# **Ask two, in three keys.** There are some two hundred chorales to learn from, so a network becomes *too sure*: it bets on what it knows by heart (**overfitting**). Two remedies cost no idea, only time. Move what has been heard by −1, 0 and +1 semitones, ask in each key, move the answers back, and take their mean; and ask several networks that learned from other batches, an **ensemble** (Lakshminarayanan and others, 2017):
#
# $$p(\text{cell} \mid \text{past}) = \frac{1}{M K} \sum_{m=1}^{M} \sum_{k=-1}^{1} p_m(\text{cell} + k \mid \text{past} + k), \qquad M = 2,\; K = 3.$$
#
# A mean of distributions over the same cells is one, so its nats are as honest as those of one network. On some validation pieces:

# %%
members, three = list(ensemble.members), ensemble.config.shifts
asked = {
    "one network": [-network.log_probabilities(grid) for grid in some],
    "one, in three keys": [-network.log_probabilities(grid, three) for grid in some],
    "two networks": [-ensemble.log_probabilities(grid, semitones=0) for grid in some],
    "two, in three keys": [-ensemble.log_probabilities(grid) for grid in some],
}
for name, costs in asked.items():
    print(f"{name:20s} {np.concatenate(costs).mean():.4f} nats per note")
alone = [-np.concatenate([m.log_probabilities(g) for g in some]).mean() for m in members]
print("each network alone: ", *[f"{nats:.4f}" for nats in alone])

# %% [markdown]
# The mean beats each of its members: where they agree nothing changes, and where they disagree none of them should have been so sure.
#
# **Nothing is computed twice.** Your `attend_next` writes the first head of the first layer step by step, from memory; `attend` has computed all steps at once. And the whole network: one more frame with the keys and values kept, or everything read again?

# %%
D, mixtures = q.shape[2], []
keys_kept, values_kept = np.empty((0, D)), np.empty((0, D))
for step in range(len(score)):
    mixed, keys_kept, values_kept = my_next(
        q[0, step], k[0, step], v[0, step], keys_kept, values_kept
    )
    mixtures.append(mixed)
at_once = np.asarray(answers[0][0])
print(f"step by step and at once differ by {np.abs(mixtures - at_once).max():.1e}")
long = np.tile(bach.pitches[:128], (4, 1))
prepared = network.inputs(long)[:-1]


# %%
@torch.no_grad()
def seconds(num_steps, cached, repeats=2 if smoke else 5):
    """Give the last state and the seconds that it takes, with what is before known or not."""
    first = num_steps - 1 if cached else 0
    states = network.read(*[part[:, :first] for part in prepared], None)[1] if cached else None
    new, times = [part[:, first:num_steps] for part in prepared], []
    for _ in range(repeats):
        begun = time.perf_counter()
        h, _ = network.read(*new, states)
        times.append(time.perf_counter() - begun)
    return h[:, -1], min(times)


# %%
lengths, times = ((32, 64) if smoke else (32, 64, 128, 256, 512)), {"read again": [], "cached": []}
for num_steps in lengths:
    (again, slow), (kept, fast) = (seconds(num_steps, cached) for cached in (False, True))
    assert torch.allclose(again, kept, atol=1e-5)
    for name, taken in zip(times, (slow, fast), strict=True):
        times[name].append(1000 * taken)
    print(f"{num_steps:4d} steps known: {slow / fast:5.1f} times as fast with the cache")

# %%
axes = plotting.new_axes(None, (7, 3))
for (name, values), line, colour in zip(
    times.items(), plotting.LINES, plotting.COLOURS, strict=False
):
    axes.semilogx(lengths, values, line, marker="o", color=colour, label=name)
axes.set_xticks(lengths, lengths)
axes.minorticks_off()
axes.set(xlabel="steps of the piece", ylabel="milliseconds for the next one", ylim=(0, None))
axes.legend()
plotting.describe(axes, "Time of one more step: it grows when all is read again, hardly if cached.")

# %% [markdown]
# Both ways give the same numbers to 1e-5. Reading again takes longer the longer the piece is; with the cache a new step costs almost the same everywhere. What grows instead is memory, N keys and N values a layer, up to the reach.
#
# **Harmonise.** Give the networks a soprano, in one of three ways. *Play* it: press Record, then play on the keyboard with the mouse or with the letters A to ;, at least eight notes, and run the cells below; the notes go to the nearest sixteenth and last until the next one. Or *type* it into `typed`: note names with octaves (`F#4`, `Bb4`), MIDI numbers, or `r` for a rest; behind a colon the length in quarter notes, without one a quarter. Bar lines only help the eye. Or *load* it: MIDI files come in section 11. The networks write bass, alto and tenor beneath it. They read from left to right, so they do not know what you will sing next. A remedy: write several takes and keep the one in which your melody came as the least surprise, where the harmony had *prepared* it.

# %%
keyboard = Keyboard(low=57, high=81)
keyboard

# %%
typed = "G4 G4 D5 D5 | E5 E5 D5:2 | C5 C5 B4 B4 | A4 A4 G4:2"
soprano = harmonise.read_soprano(typed)
if keyboard.played.notes:  # what you have played goes before
    soprano = harmonise.own_soprano(keyboard.played, keyboard.low, keyboard.high)
takes = harmonise.harmonise(
    ensemble, soprano, np.random.default_rng(3), sampler, takes=1 if smoke else 6
)
print("nats per cell of the soprano, take by take:", *[f"{nats:.3f}" for nats, _ in takes])
music = {"best take": chorale_batches.chorale_music(takes[0][1], 90)}
if len(takes) > 1:
    music["worst take"] = chorale_batches.chorale_music(takes[-1][1], 90)
compare(music, title="Your melody, with three voices that the networks wrote beneath it")

# %% [markdown]
# **Rules.** Singers have ranges, and a beginner's exercise stays in its key. A **constraint mask** sets the probability of everything else to 0 before a note is drawn. The ranges are measured on the training pieces; the key is guessed from the soprano, as in lesson 05.

# %%
known = np.concatenate([piece.pitches for piece in chorales if piece.split == "train"])
names = ("soprano", "alto", "tenor", "bass")
columns = [known[:, voice][known[:, voice] >= 0] for voice in range(4)]
ranges = {
    name: tuple(int(edge) for edge in np.quantile(column, (0.01, 0.99)))
    for name, column in zip(names, columns, strict=True)
}
mode, scale = harmonise.scale_under(soprano)
rules = harmonise.voice_rules(network.config.pitches, ranges, scale)
print({name: [plotting.note_name(p) for p in edges] for name, edges in ranges.items()})
print(f"{plotting.NOTE_NAMES[scale[0]]} {mode}: {[plotting.NOTE_NAMES[p] for p in scale]}")


# %%
def outside(grid):
    """Give the share of lower cells that leave the scale or the voice's range."""
    cells = grid[:, 1:]
    limits = np.array([ranges[name] for name in names[1:]])
    wrong = (cells < limits[:, 0]) | (cells > limits[:, 1]) | ~np.isin(cells % 12, scale)
    return wrong.mean()


wild, results = sampling.Sampler(temperature=1.3), {}
for name, allowed in {"without rules": None, "with rules": rules}.items():
    chance = np.random.default_rng(4)
    results[name] = harmonise.harmonise(ensemble, soprano, chance, wild, allowed)[0][1]
    print(f"{name:14s} {outside(results[name]):.1%} of the lower cells break one")
music = {name: chorale_batches.chorale_music(grid, 90) for name, grid in results.items()}
compare(music, title="The melody harmonised at a high temperature, without and with rules")

# %% [markdown]
# **The networks or Bach?** The soprano of a held-out chorale, with Bach's lower voices and with the networks', in random order. Listen first; then open your answer below.

# %%
melody = bach.pitches[: 32 if smoke else 128, 0]
best = harmonise.harmonise(
    ensemble, melody, np.random.default_rng(5), sampler, takes=1 if smoke else 4
)
both = {"Bach": bach.pitches[: len(melody)], "the networks": best[0][1]}
music = {name: chorale_batches.chorale_music(grid) for name, grid in both.items()}
blind = compare(music, blind=True, title="One soprano, harmonised twice: which one is Bach?")

# %% jupyter={"source_hidden": true}
ask(
    "Which of the two is Bach's?",
    {label: f"{label} is by {who}." for label, who in blind.answer.items()},
    right=next(label for label, who in blind.answer.items() if who == "Bach"),
)

# %% [markdown]
# **A melody, too.** The same blocks under the heads for melodies, asked for a jig in its key, beside the networks of lessons 04 and 05:

# %%
jig = next(
    tune
    for tune in load_tunes("oneills")
    if (tune.split, tune.tune_type, tune.mode) == ("test", "jig", "major")
)
compare(
    tour.melody_tour(jig, num_bars=3 if smoke else 8),
    title=f"Two bars of {jig.title}, and how the course's melody networks go on",
)

# %% [markdown]
# ## 9. Measure it
#
# **Likelihood.** Nats per note on the published split, all cells, each piece in its own key; tunes that have a relative in training (*seen*) apart from the others. The numbers come from the cards, which were written when each model was finished; `course evaluate chorale_transformer --split valid` measures again.

# %%
for name in ("ngram", "chorale_rnn", "chorale_lstm", "chorale_transformer", "chorale_mixture"):
    found = shipped.read_card(shipped.FOLDER / f"{name}.json")
    print(f"{name}, {found['minutes']} minutes of training")
    for split, nats in found["likelihoods"].items():
        whole, error = nats["nats_per_note"], nats["standard_error"]
        seen, unseen = nats["nats_per_note_seen"], nats["nats_per_note_unseen"]
        print(f"  {split:5s} {whole:.4f} ± {error:.4f}   seen {seen:.4f}, unseen {unseen:.4f}")
leaderboard.leaderboard("chorales")

# %% [markdown]
# *chorale_mixture* is two Transformers and lesson 03's n-gram at once: 0.85 of what the networks say plus 0.15 of what the counts say (a **mixture**; Jelinek and Mercer 1980). A network generalises, a table of counts remembers; where one of them is surprised, the other often is not. The weights were chosen on validation pieces.
#
# **Beside published numbers.** On these chorales, per note and on *validation* pieces, Huang and others (2019) report **0.417** for a Transformer without relative attention, and **0.335** for their Music Transformer with relative pitch and time. Keep in mind what differs before you compare:
#
# - they write cell by cell (soprano, alto, tenor, bass), we frame by frame with four heads in a chain; both are products of conditional probabilities over the same cells, so both are likelihoods of the same thing;
# - they used the complete reference data; ours is rebuilt from freely usable scores and holds most of the pieces, not all (see the data card);
# - theirs is a validation number, so that choices were made on it; the same holds for ours. No choice was made on test pieces.
#
# A fair sentence names all three. A number that looks better and leaves them out does not.

# %%
reported = {"Transformer": 0.417, "Music Transformer": 0.335}
for mine in ("chorale_transformer", "chorale_mixture"):
    ours = shipped.read_card(shipped.FOLDER / f"{mine}.json")["likelihoods"]["valid"]
    for name, nats in reported.items():
        gap = ours["nats_per_note"] - nats
        print(
            f"{name:18s} {nats:.3f} (reported)   {mine}: {gap:+.3f} ± {ours['standard_error']:.3f}"
        )
leaderboard.leaderboard("tunes")

# %% [markdown]
# The ± is that of our number alone; theirs has one, too, that we do not know.
#
# **The metric card.** Pieces written from nothing, beside the data and its shuffled controls:

# %%
count, length = (2, 32) if smoke else (8, 128)
written = {
    name: [model.generate(length, np.random.default_rng(seed)) for seed in range(count)]
    for name, model in {"LSTM": lstm_net, "Transformers": ensemble}.items()
}
table = card.metric_card(written, [piece.grid for piece in valid[: 3 * count]])
table

# %% [markdown]
# Row by row: which model comes closer to the data? Look at *held cells*, *voice crossings* and *parallels* first: they need no more than the last few notes. Then *scale consistency* and *used pitch classes per bar*: does a key last? A lower likelihood promises none of this: it was measured on Bach's pieces, where Bach corrects every step, and a network that writes alone has only its own.
#
# **Is it new?** The longest run of sixteenths that a piece shares with a training piece, in any key, for held-out Bach and for the networks:

# %%
training = [piece for piece in chorales if piece.split == "train"][: 20 if smoke else None]
index = originality.build_run_index([p.grid for p in training], [p.name for p in training])
runs = [originality.longest_shared_run(p.pitches[:length], index).num_steps for p in valid]
print(f"held-out Bach: median {np.median(runs):g}, nine in ten below {np.quantile(runs, 0.9):g}")
for name, pieces in written.items():
    found = [originality.longest_shared_run(piece, index) for piece in pieces]
    print(f"{name:12s}", sorted(shared.num_steps for shared in found))
    print("   longest:", max(found, key=lambda shared: shared.num_steps))

# %% [markdown]
# ## 10. Break it
#
# Take the mask away. A small network, one block, learns twice from the same batches: with its mask, and with a mask that lets everything through.

# %% jupyter={"source_hidden": true}
ask(
    "Without the mask, what will the training loss do, and the music?",
    {
        "Both get worse": "The network is given more, not less; the loss knows no shame.",
        "The loss falls further, the music becomes nonsense": "It learns to copy the answer, and "
        "when it writes there is none to copy.",
        "Both get better": "What it may read in training is missing when it writes.",
    },
    right="The loss falls further, the music becomes nonsense",
)


# %%
def everything(num_new, num_keys, reach=None):
    """Hide nothing: the broken mask."""
    return torch.ones(num_new, num_keys, dtype=torch.bool)


def small_net():
    """Make a network of one block with one head."""
    sizes = {"hidden_size": 96, "num_layers": 1, "num_heads": 1, "head_size": 96}
    off = {"dropout": 0.0, "input_dropout": 0.0, "forget": 0.0, "relative": False}
    off |= {"attention_dropout": 0.0, "lookup_size": 0}
    torch.manual_seed(0)
    settings = chorale_transformer.ChoraleTransformerConfig(**sizes, **off)
    return chorale_transformer.ChoraleTransformer(settings)


# %%
settings = config.TrainingConfig(4 if smoke else 240, learning_rate=1e-2, warmup_steps=20)
losses, small = {}, {}
for name, mask in {"with its mask": attention.causal_mask, "without": everything}.items():
    small[name] = small_net()
    grids = chorale_batches.chorale_grids("train")
    batches = chorale_batches.ChoraleBatches(grids, small[name], 64, 16)
    with mock.patch.object(attention, "causal_mask", mask):
        run = loop.fit(small[name], chorale_batches.chorale_loss, batches, settings)
    smooth = [(i + 10, np.mean(run.losses[i : i + 10])) for i in range(0, len(run.losses), 10)]
    losses[name] = smooth
    print(
        f"{name:14s} last losses {smooth[-1][1]:.3f}; writing alone {valid_nats(small[name]):.3f}"
    )
plotting.describe(plotting.plot_loss(losses), "Losses with and without the mask over the steps.")

# %% [markdown]
# *Writing alone* is the cost of held-out pieces when the future is hidden, as it is for anyone who writes. There the order turns round. A training loss that is too good is a symptom: run the causality probe.

# %%
shaken = small["without"]
with mock.patch.object(attention, "causal_mask", everything):
    leak = probe(shaken)[0]
print(f"probe without the mask: answers before the changed cell move by up to {leak:.2f} nats")
takes = {}
for name, model in small.items():
    grid = model.generate(length, np.random.default_rng(0), bach.pitches[:32], sampler)
    takes[name] = chorale_batches.chorale_music(grid)
compare(takes, title="Two bars of Bach, then a network that learned with a mask, and one without")

# %% [markdown]
# The second break takes parts out of one of the shipped networks. *Without positions* no query and no key is rotated any more; *without the lookup* no earlier frame is played again. All the rest stays as it was trained.


# %%
def copy_of(model):
    """Make a second network with the same weights."""
    twin = type(model)(model.config).eval()
    twin.load_state_dict(model.state_dict())
    return twin


broken = {"as trained": network, "without positions": copy_of(network)}
for block in broken["without positions"].core.layers:
    block.attention.positions = "none"
broken["without the lookup"] = copy_of(network)
broken["without the lookup"].lookup = None
for name, model in broken.items():
    print(f"{name:18s} {valid_nats(model):.3f} nats per note")

# %%
takes = {}
for name, model in broken.items():
    grid = model.generate(length, np.random.default_rng(1), bach.pitches[:32], sampler)
    takes[name] = chorale_batches.chorale_music(grid)
compare(takes, title="Two bars of Bach, then one network as trained, and with parts taken out")

# %% [markdown]
# What is left when order is gone? The last frame, the place in the bar and the held notes are still in the input, so it is no noise; but the past has become a bag. (The numbers say what each part is worth *to a network that was trained with it*. One that never had it would have learned to do without, as the row *none* of the chorales in section 7 did.)

# %% [markdown]
# ## 11. Your own music
#
# The top line of your first MIDI file that fits becomes a soprano: on a grid of sixteenths, moved by octaves into the range of sopranos, forty notes at most and the first ten bars of them. On this grid a note that is repeated is a note that is held. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a tune from a fiddler's book stands in.


# %%
def line_of(piece):
    """Give the beginning of a piece's top line as a soprano in sixteenths."""
    low, high = ranges["soprano"]
    return harmonise.own_soprano(piece, low - 2, high + 2, most_notes=40)[:160]


spare = {jig.title: line_of(jig.to_note_sequence())}
own = own_music.read_own(line_of, lambda line: f"{len(line)} sixteenths of the top line", spare)
print(own.report())

# %%
name, line = own.first
line = line[: 32 if smoke else 160]
own_scale = harmonise.scale_under(line)[1]
takes = {
    "free": None,
    "in key and range": harmonise.voice_rules(network.config.pitches, ranges, own_scale),
}
music = {}
for rule, allowed in takes.items():
    chance = np.random.default_rng(6)
    best = harmonise.harmonise(ensemble, line, chance, sampler, allowed, takes=1 if smoke else 3)
    music[rule] = chorale_batches.chorale_music(best[0][1], 90)
compare(music, title=f"{name}, harmonised as if it were a chorale, free and under rules")

# %% [markdown]
# A dance is no chorale: it moves faster, and the networks have never seen such a soprano. Its nats per note would tell how strange it is; your ears do, too.

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/07_transformer/07_transformer.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_comparison", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Too good? (2 points)** Somebody trains a Transformer on chorales and reports 0.12 nats per note on validation, "three times better than the Music Transformer". The pieces that it writes are random chords.
# Name in three to six sentences the most likely fault and the experiment that would prove it. Then name one further condition under which two honest numbers in nats per note still could not be compared.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: a very low likelihood cost together with nonsense when it writes suggests that the network sees what it is asked for: the mask is missing or off by one, or the targets are not shifted, so that the answer is among its inputs. When it writes, there is no answer to copy, and it has learned little else. The causality probe proves it: change one step of a piece and look at the probabilities of all earlier steps, and of the changed step itself; if any of those before moves, the future leaks, and if that of the changed step is computed from an input that contains it, too. Honest numbers still cannot be compared if they are taken on other pieces or another split (or with validation pieces in training), on another grid (eighths instead of sixteenths, which have fewer held cells), per frame instead of per note, with part of the answer given (such as the chord of the frame), or with all pieces in one key.
#
# Rubric: one point for the fault (information from the future or from the target itself) with its reason, that the loss is low and the samples are bad; half a point for an experiment that would show it (the causality probe, or another that changes the future and watches the past); half a point for one further condition that makes numbers incomparable. Nothing for "overfitting" as the fault: overfitting lowers the training loss, not that on validation.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A query meets keys, a softmax makes weights of the scores, and a mean of the values comes back. The mask keeps the future out, and the causality probe proves it. Attention is deaf to order until it is told positions; relative and rotary ones feel distances. Keys and values are kept, so that a new step costs almost the same anywhere. A likelihood compares with a published one only if pieces, cells and grid are the same.
#
# **Check yourself.** Can you … say why scores are divided by √D? … write the mask of four steps with a reach of two? … count the numbers that skewing saves? … explain what is kept in the cache, and what is not? … say why a causal model harmonises half blind?
#
# **If you want more**
#
# - *A first step:* draw the attention of other layers and moments: change `end` and `layer_number` in section 8.
# - *Further:* give `harmonise` Bach's soprano *and* bass. Predict first how much the inner voices gain: `given` of `generate` keeps any cells you like.
# - *Far:* choose among the takes note by note instead of at the end: keep eight half-written pieces, and after each bar double those that expected the soprano (a *particle filter*).
#
# **Reading**
#
# - A. Vaswani and others, *Attention is all you need* (2017): where it comes from; equation 1 is exercise 2.
# - C.-Z. A. Huang and others, *Music Transformer* (2019): relative attention for music, with the skewing.
# - P. Shaw, J. Uszkoreit, A. Vaswani, *Self-attention with relative position representations* (2018): the vectors for distances.
# - J. Su and others, *RoFormer* (2021): rotary positions.
#
# Go on with [08 · Multi-track generation with GANs](../08_gan/08_gan.ipynb), where two networks are trained against one another, to write several tracks at once.
