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
# # 04 · Recurrent networks
#
# **Give a model a memory that it learns by itself: build a recurrent network from its two equations, train it through time with your own gradients, and measure how far back it really remembers.**
#
# | | |
# |---|---|
# | Time | 35 minutes to read, 40 minutes to code, about two minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), above all *The mathematics*; [02 · What a model sees](../02_representations/02_representations.ipynb), the four-voice grid; from elsewhere: the chain rule, and a matrix times a vector |
#
# You will be able to
#
# - write a recurrent cell, its outputs and its gradients from the equations, and show that they equal PyTorch's;
# - say why gradients vanish or explode over time, and measure it;
# - train a network on a tune with nothing but your own functions;
# - tell how far back a model listens, which its likelihood does not say;
# - hear and measure what is lost when the memory is taken away.

# %%
import numpy as np
import torch

from course import models, reproducibility, watching
from course.checks import rnn as check
from course.checks.core import use
from course.data import load_chorales, own_music
from course.evaluation import card, leaderboard, likelihood, originality, plain
from course.evaluation.models import load_model
from course.models import gradient_flow, melody_net, plain_rnn, rnn
from course.playback import Player, compare, show
from course.plotting import COLOURS, LINES, describe, new_axes, plot_pipeline
from course.quiz import ask
from course.recipes import chorale_batches, own_melody, recall, recipes, tour, tune_batches
from course.training import callbacks, config, loop

# %% [markdown]
# ## 1. Hear it first
#
# Two bars of a chorale by Bach that neither model has learned from, and then six bars by the n-gram of lesson 03, and six by the network that this lesson ends with. Both learned from the same chorales.

# %%
chorales = load_chorales()
train = [piece for piece in chorales if piece.split == "train"]
valid = [piece for piece in chorales if piece.split == "valid"]
counting, network = load_model("ngram"), models.load("chorale_rnn")
seed = next(piece for piece in valid if not piece.pickup_steps).pitches[:32]
pair = {}
for name, model in {"n-gram": counting, "recurrent network": network}.items():
    written = model.generate(96, np.random.default_rng(0), seed)
    pair[name] = chorale_batches.chorale_music(written)
compare(pair, title="Two bars of Bach, then six bars by the n-gram, or by a recurrent network")

# %% jupyter={"source_hidden": true}
ask(
    "The n-gram knows the sixteenth before, and how long each voice has held its pitch. What can a model with a longer memory know in addition?",
    {
        "Which voices there are": "Both write four voices, and know which one is due.",
        "In which key the piece was two bars ago": "Pitches that are over and gone say so, and the n-gram has forgotten them. Section 3 measures which model still hears a bar that is gone.",
        "What comes next": "Nobody knows that. Both only say what is likely.",
    },
    right="In which key the piece was two bars ago",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on lesson 03.

# %% jupyter={"source_hidden": true}
ask(
    "A model gave two notes the probabilities 1/2 and 1/8. How many nats per note is that?",
    {
        "2 ln 2": "ln 2 and 3 ln 2, and their mean is 2 ln 2, about 1.39.",
        "ln(16) = 4 ln 2": "That is the sum. Per note, divide by two.",
        "−ln(5/16)": "That is the logarithm of the mean. Take the mean of the logarithms.",
    },
    right="2 ln 2",
)

# %% jupyter={"source_hidden": true}
ask(
    "Why not give the n-gram a context of four whole bars?",
    {
        "It would not fit into memory": "It would hold no more entries than the training set has notes.",
        "It would hardly ever have seen one": "A context that was never seen says nothing, and the levels below it do all the work.",
        "Four bars are too short": "Four bars hold far more than its present context.",
    },
    right="It would hardly ever have seen one",
)

# %% jupyter={"source_hidden": true}
ask(
    "On which pieces do you choose the size of a network?",
    {
        "Training pieces": "There, the largest network wins, because it can learn them by heart.",
        "Validation pieces": "They are held out, and choices are made on them.",
        "Test pieces": "They are looked at once, at the end. Who chooses on them has no honest number left.",
    },
    right="Validation pieces",
)

# %% [markdown]
# ## 3. The idea
#
# An n-gram keeps a list of the last few things. A **recurrent network** keeps a **state**: some hundred numbers that it carries from step to step. At each step it mixes what it hears into the state, and the state says what may come next. Nothing tells it *what* to keep. It learns that.
#
# First measure the limit of the n-gram. Take eight bars of a held-out chorale, and sing *one* of them a semitone higher, the last one, or the one before it, or an earlier one. How much does the prediction for the very next soprano note change? If it does not change at all, the model cannot hear that bar.


# %%
def sharpen_bar(pitches, bars_back):
    """Move one bar, so many bars before the end, up by a semitone; rests stay rests."""
    changed = pitches.copy()
    start = len(changed) - 16 * bars_back
    bar = changed[start : start + 16]
    bar += bar >= 0
    return changed


def moved_share(model, pitches, bars_back):
    """Say how much of the probability of the next soprano note goes to other notes."""
    before = model.reader()(pitches, ())
    after = model.reader()(sharpen_bar(pitches, bars_back), ())
    return float(np.abs(after - before).sum() / 2)


# %%
long = [piece.pitches[:128] for piece in valid if len(piece.pitches) >= 128]
long = long[:4] if reproducibility.budget() == "smoke" else long[:20]
bars = range(1, 9)
heard = {}
for name, model in {"n-gram": counting, "network": network}.items():
    heard[name] = [np.mean([moved_share(model, piece, bar) for piece in long]) for bar in bars]
    print(f"{name:8s}", *(f"{share:8.1e}" for share in heard[name]))

# %%
axes = new_axes(None, (7, 3.2))
ring = {"color": COLOURS[0], "markersize": 12, "fillstyle": "none", "label": "n-gram"}
axes.semilogy(1, heard["n-gram"][0], "o", **ring)
axes.semilogy(bars, heard["network"], "s--", color=COLOURS[1], label="network")
axes.text(2, axes.get_ylim()[0] * 2, "n-gram: exactly 0 from here on", color=COLOURS[0])
axes.yaxis.set_major_formatter("{x:.0e}")
axes.set(xlabel="bars back (1 = the last bar)")
axes.set(ylabel="share that moves")
axes.legend()
describe(
    axes,
    "How much of the next note's probability moves when an earlier bar is changed: the n-gram has a "
    "point at the last bar only, beyond that it is exactly 0; the network's line falls from near 1 "
    "to below one millionth within eight bars.",
)

# %% [markdown]
# From two bars back on, the n-gram's prediction does not move by a hair: the row holds exact zeros, which have no place on this axis. A bar before that might as well not exist. The network does hear what is two bars gone. But look at its line, too: in all it falls steeply, and what is below 1e-6 is rounding. Why it falls, and whether it must, is what this lesson is about.
#
# On the pipeline we stand at the model.

# %%
describe(plot_pipeline(3), "The course's pipeline; this lesson stands at the generative model.")

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: the state.** At step $t$ the network reads $x_t$, a vector of $C$ numbers, and has a state $h_{t-1}$ of $H$ numbers. The new state is
#
# $$ h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_h). $$
#
# The matrices and the **bias** $b_h$ are the **parameters**: they are learned, and they are the same at every step. The hyperbolic tangent, tanh, is taken of each number; it squeezes every one between −1 and 1. At the beginning, $h_0 = 0$: nothing is remembered.

# %%
W_xh, W_hh, b_h = np.array([[0.5], [-1.0]]), np.array([[0.0, 0.8], [0.3, 0.0]]), np.zeros(2)
h_1 = np.tanh(W_xh @ np.array([1.0]) + W_hh @ np.zeros(2) + b_h)
assert np.allclose(h_1, [np.tanh(0.5), np.tanh(-1)])

# %% [markdown]
# **Step 2: unrolling.** Put the equation into itself, and $h_2$ depends on $x_2$ *and* $x_1$, $h_3$ on all three, and so on. The past comes in through $W_{hh}$ alone. If $W_{hh} = 0$, there is no memory.

# %%
h_2 = np.tanh(W_xh @ np.array([0.0]) + W_hh @ h_1 + b_h)  # silence at step 2
assert abs(h_2[0] - np.tanh(0.8 * np.tanh(-1))) < 1e-12  # and still x_1 is heard

# %% [markdown]
# **Step 3: the output.** The state has to say how likely each of $V$ tokens is to come next. The sums $z_t = W_{ho} h_t + b_o$ are called **logits**; they can be any numbers. So a function has to turn them into probabilities. A **sigmoid** $1 / (1 + e^{-z})$ of each would give numbers between 0 and 1, but each for itself: their sum is anything, so they are no distribution, and nothing can be drawn from them. The **softmax** lets the tokens compete:
#
# $$ p_t = \operatorname{softmax}(W_{ho} h_t + b_o), \qquad p_i = \frac{e^{z_i}}{\sum_j e^{z_j}} \text{ for the logits } z \text{ of one step.} $$
#
# Adding the same number to all logits changes nothing. So one subtracts the largest first: then no power is larger than $e^0 = 1$, and none overflows.

# %%
z = np.array([2.0, 1.0, -1.0])
print(
    "sigmoids add up to",
    (1 / (1 + np.exp(-z))).sum(),
    " softmax:",
    np.exp(z).sum() / np.exp(z).sum(),
)
assert np.allclose(np.exp(z) / np.exp(z).sum(), np.exp(z - 2) / np.exp(z - 2).sum())

# %% [markdown]
# **Step 4: the loss.** It is the one of lesson 03, $L_t = -\ln p_y$, if $y$ was the right token. Differentiate it by the logits, and what is left could not be simpler: the probabilities, minus 1 at the right token,
#
# $$ \frac{\partial L_t}{\partial z_i} = p_i - [i = y]. $$

# %%
p, tiny = np.exp(z) / np.exp(z).sum(), 1e-6
more = z + np.array([0.0, tiny, 0.0])
slope = (-np.log(np.exp(more)[1] / np.exp(more).sum()) + np.log(p[1])) / tiny
assert abs(slope - (p[1] - 1)) < 1e-5

# %% [markdown]
# **Step 5: back one step.** The **gradient** of the loss by a parameter says by how much the loss grows if the parameter does; training goes the other way. Since $\tanh' = 1 - \tanh^2$, the chain rule gives for one step
#
# $$ \frac{\partial L}{\partial h_{t-1}} = W_{hh}^\top \left( (1 - h_t^2) \odot \frac{\partial L}{\partial h_t} \right), $$
#
# where ⊙ multiplies number by number. An error travels back through the tanh, which can only weaken it, and through $W_{hh}$ turned over.

# %%
moved = np.tanh(W_hh @ (h_1 + np.array([tiny, 0.0])) + b_h)
by_formula = W_hh.T @ (
    (1 - h_2**2) * np.array([0.0, 1.0])
)  # let the loss be the second number of h_2
assert abs((moved - h_2)[1] / tiny - by_formula[0]) < 1e-5

# %% [markdown]
# **Step 6: back-propagation through time.** $W_{hh}$ is used at every step, so its gradient is a sum over all steps. Write $g_t$ for the gradient by $h_t$, which gathers the step's own error and what came back from step $t + 1$ by step 5, and $a_t = (1 - h_t^2) \odot g_t$ for the gradient before the tanh. Then
#
# $$ \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^{T} a_t \, h_{t-1}^\top. $$
#
# Row $i$, column $j$ of $a_t h_{t-1}^\top$ is $a_{t,i} h_{t-1,j}$: the place of the weight that leads from number $j$ of the old state to number $i$ of the new one.

# %%
W = torch.tensor(W_hh, requires_grad=True)
torch.tanh(W @ torch.tensor(h_1))[1].backward()  # PyTorch's own gradient of the same loss
assert np.allclose(W.grad, np.outer((1 - h_2**2) * np.array([0.0, 1.0]), h_1))

# %% [markdown]
# **Step 7: many steps.** From step $T$ back to step $t$, step 5 is applied $T - t$ times: a product of as many matrices. How large is it? The **spectral radius** of $W_{hh}$ is the largest absolute value of its eigenvalues, the factor by which it stretches what it is applied to again and again. If the tanh were not there, the product would grow or shrink like the radius to the power of $T - t$. So gradients **vanish** below 1, and may **explode** above it.

# %%
assert abs(gradient_flow.spectral_radius(torch.tensor(W_hh)) - (0.8 * 0.3) ** 0.5) < 1e-6
assert np.abs(np.linalg.matrix_power(W_hh, 60)).max() < (0.8 * 0.3) ** 29

# %% [markdown]
# That was without tanh. With it, measure: layers of 32 numbers with random weights, scaled to three radii, read forty steps of faint noise; how strongly does the last state depend on each state before it? The number is the largest factor by which a small change is stretched, as a geometric mean over five layers (at the smallest budget, of one layer alone).


# %%
def gradients_at(radius, steps, layers):
    """Measure |dh_T / dh_{T-k}| for k = 0, 1, …, averaged over some random layers."""
    logs = []
    for seed in range(layers):
        torch.manual_seed(seed)
        layer = rnn.RNNLayer(8, 32)
        gradient_flow.set_spectral_radius(layer, radius)
        noise = 0.1 * torch.randn(1, steps, 8)
        logs.append(np.log(gradient_flow.state_gradients(layer, noise)))
    return np.exp(np.mean(logs, axis=0))


layers = 1 if reproducibility.budget() == "smoke" else 5
flow = {radius: gradients_at(radius, 40, layers) for radius in (0.5, 1.0, 1.5)}

# %%
axes = new_axes(None, (7, 3.4))
for number, (radius, sizes) in enumerate(flow.items()):
    label = f"radius {radius}: {sizes[-1]:.0e} at the end"
    axes.semilogy(sizes, LINES[number], color=COLOURS[number], linewidth=2, label=label)
axes.yaxis.set_major_formatter("{x:.0e}")
axes.set(xlabel="steps back", ylabel="size of the gradient")
axes.legend()
describe(
    axes,
    "Size of the gradient over 0 to 40 steps back, on a logarithmic axis: for radius 0.5 it falls in "
    f"a straight line to {flow[0.5][-1]:.0e}, for 1.0 it stays near 1, for 1.5 it climbs.",
)

# %% [markdown]
# At radius 0.5, forty steps (two and a half bars of sixteenths) make a gradient invisible: whatever lies there, training cannot learn that it matters. At 1.5 it grows, and one unlucky step throws all parameters far away. Against that there is a remedy, exercise 5. Against vanishing there is none in this cell. Lesson 05 builds another.
#
# **Step 8: PyTorch's layer.** `torch.nn.RNN` has two biases, one beside each matrix. Only their sum matters, so our $b_h$ is that sum. Apart from this, it is the same equation.

# %%
torch.manual_seed(0)
theirs, ours = torch.nn.RNN(5, 7, batch_first=True), rnn.RNNLayer(5, 7)
with torch.no_grad():
    ours.W_xh.copy_(theirs.weight_ih_l0)
    ours.W_hh.copy_(theirs.weight_hh_l0)
    ours.b_h.copy_(theirs.bias_ih_l0 + theirs.bias_hh_l0)
x = torch.randn(2, 20, 5)
difference = (theirs(x)[0] - ours(x)[0]).abs().max().item()
print(f"largest difference over 20 steps: {difference:.1e}")
assert difference < 1e-6

# %% [markdown]
# ## 5. By hand
#
# Four notes, **C D D D**: three moves, up by one whole tone, and twice by none. The input is the size of the move, $x = 1, 0, 0$. The state is a single number, $W_{xh} = 1$, $W_{hh} = w = 0.5$, $b_h = 0$.
#
# | step | state | $1 - h_t^2$ |
# |---|---|---|
# | 1 | $h_1 = \tanh(1) = 0.7616$ | 0.4200 |
# | 2 | $h_2 = \tanh(0.5 \cdot 0.7616) = 0.3634$ | 0.8680 |
# | 3 | $h_3 = \tanh(0.5 \cdot 0.3634) = 0.1797$ | 0.9677 |
#
# Let the loss be $h_3$ itself. Backwards, with $g_3 = 1$:
#
# - Step 3: $a_3 = 0.9677$. It adds $a_3 h_2 = 0.3516$, and hands back $g_2 = w a_3 = 0.4839$.
# - Step 2: $a_2 = 0.4839 \cdot 0.8680 = 0.4200$. It adds $a_2 h_1 = 0.3199$, and hands back $g_1 = 0.2100$.
# - Step 1: $a_1 = 0.2100 \cdot 0.4200 = 0.0882$. It adds $a_1 h_0 = 0$.
#
# In all $\partial h_3 / \partial w = 0.6715$. And the first move, from C to D: $\partial h_3 / \partial x_1 = a_1 = 0.0882$. Three steps, and a tenth is left of it.

# %%
w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
x = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64, requires_grad=True)
h = torch.zeros((), dtype=torch.float64)
for t in range(3):
    h = torch.tanh(x[t] + w * h)
h.backward()
print(f"h_3 {h.item():.4f}, by w {w.grad.item():.4f}, by x_1 {x.grad[0].item():.4f}")
assert abs(w.grad.item() - 0.6715) < 1e-4
assert abs(x.grad[0].item() - 0.0882) < 1e-4

# %% [markdown]
# ## 6. Build it
#
# Five exercises: what is asked of the network, one step, a whole tune, the way back, and the remedy against explosions. All on NumPy arrays, one tune at a time. In section 7 your five functions train a network.

# %% [markdown]
# ### Exercise 1: What is read, and what is asked
#
# *Difficulty 1 of 5 · 5 minutes · 3 points*
#
# At every step the network reads one token and has to name the next. If you ask for the very token that it reads, it learns to echo, with a splendid loss. In section 10 you will hear it.
#
# Write `make_pairs(tokens, nothing, end)`.
#
# - `tokens`: a list, the melody, possibly empty. `nothing`: the token that is read before the first note. `end`: the token that is due after the last note.
# - Returns two lists of equal length, inputs and targets (tuples will do). The first input is `nothing`; each further input is the token that was due one step before; the last target is `end`. So a melody of N tokens has N + 1 pairs.
# - The list is not changed.
#
# Example: `make_pairs(["D", "E", "F"], "-", ".")` gives `(["-", "D", "E", "F"], ["D", "E", "F", "."])`.


# %% nbgrader={"grade": false, "grade_id": "make_pairs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_pairs(tokens, nothing, end):
    """Give what is read at each step, and what is due there."""
    ### BEGIN SOLUTION
    inputs = [nothing, *tokens]
    targets = [*tokens, end]
    return inputs, targets
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "make_pairs_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.make_pairs(make_pairs)

# %% nbgrader={"grade": true, "grade_id": "make_pairs_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.make_pairs(
    make_pairs,
    [
        (
            ([67, 67, 69, 67, 72, 71], 0, 1),
            ([0, 67, 67, 69, 67, 72, 71], [67, 67, 69, 67, 72, 71, 1]),
        ),
        ((["A", "B"], "^", "$"), (["^", "A", "B"], ["A", "B", "$"])),
        (([], 5, 6), ([5], [6])),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write the melody down twice, one under the other, and push the upper one to the right by one place. What fills the two gaps?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Inputs are a list that begins with `nothing` and goes on with all tokens. Targets are a list of all tokens with `end` behind them. Make new lists with `+` or with a star, and return both, with a comma between them.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *inputs and targets are alike*: both begin with the same token; one of them has to be a step ahead.
# - *changes the arguments it is given*: `append` and `insert` change the list that came in; make new ones.
# - *3 pairs instead of 4*: neither the first nor the last token of the melody is lost.
# - `TypeError: can only concatenate list (not "str") to list`: put the single token into brackets, `[nothing] + tokens`.
#
# </details>

# %% [markdown]
# ### Exercise 2: One step of the cell
#
# *Difficulty 2 of 5 · 5 minutes · 3 points*
#
# This line is the whole memory: what is heard, what is remembered, one new state.
#
# Write `rnn_step(x, h, W_xh, W_hh, b_h)`, the formula of step 1 in *The mathematics*.
#
# - `x`: an array of C numbers. `h`: an array of H numbers, the state before. `W_xh`: an array of H rows and C columns. `W_hh`: H rows, H columns. `b_h`: H numbers.
# - Returns an array of H numbers, the new state (a list of numbers will do). It may be off by a billionth.
# - The arrays are not changed.
#
# Example: with `x = [1]`, `h = [0.5]`, `W_xh = [[0.4]]`, `W_hh = [[-1]]` and `b_h = [0.2]` the state is tanh(0.4 − 0.5 + 0.2) = tanh(0.1) ≈ 0.0997.


# %% nbgrader={"grade": false, "grade_id": "rnn_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rnn_step(x, h, W_xh, W_hh, b_h):
    """Give the state after one step."""
    ### BEGIN SOLUTION
    heard = W_xh @ x
    remembered = W_hh @ h
    return np.tanh(heard + remembered + b_h)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rnn_step_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.rnn_step(rnn_step)

# %% nbgrader={"grade": true, "grade_id": "rnn_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.rnn_step(
    rnn_step,
    [
        (
            (
                np.array([2.0, -1.0]),
                np.array([0.5, 0.0, -1.0]),
                np.array([[0.1, 0.2], [0.0, -0.3], [1.0, 1.0]]),
                np.array([[1.0, 8.0, 0.5], [0.2, 8.0, 0.0], [-2.0, 8.0, 0.1]]),
                np.array([0.0, 0.1, -0.4]),
            ),
            np.tanh([0.0, 0.5, -0.5]),
        ),
        (
            (
                np.array([3.0]),
                np.array([-0.5]),
                np.array([[1.0]]),
                np.array([[4.0]]),
                np.array([-2.0]),
            ),
            np.tanh([-1.0]),
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Three vectors of H numbers are added, and one function is applied to each number of the sum.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `W @ v` is a matrix times a vector. Take it for the input and for the old state, add the bias, and give the sum to `np.tanh`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `ValueError: matmul: Input operand 1 has a mismatch in its core dimension`: the order; the matrix stands to the left of its vector, and `W_xh` belongs to `x`.
# - *should have shape (1,); yours has (1, 1)*: `*` multiplies number by number; `@` is the product of a matrix and a vector.
# - *is the tanh missing?*: the sum alone can be any number; a state lies between −1 and 1.
#
# </details>

# %% [markdown]
# ### Exercise 3: A whole tune
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# Now the network reads a tune from left to right, and says at each note what may come next.
#
# Write `rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o)`.
#
# - `xs`: an array of T rows, the inputs; T may be 0. `h`: the state before the first step. `W_xh`, `W_hh`, `b_h`: as before. `W_ho`: V rows, H columns. `b_o`: V numbers.
# - Returns two arrays: the probabilities, T rows of V numbers (for T = 0 an array of the shape (0, V)), in row t the softmax of $W_{ho} h_t + b_o$; and the state after the last step, which for T = 0 is the one that was given. So row t belongs to the *new* state of step t. Lists of numbers will do, and all may be off by a billionth.
# - Logits may lie between −1000 and 1000, high at one step and low at the next. No number overflows: see step 3 of *The mathematics*. And nothing is cut off: 900 and 899 are as unequal as 1 and 0.
# - The arrays are not changed. `plain_rnn.rnn_step` is the package's version of exercise 2; you may call it, or your own.
#
# Example: a state of one number, two tokens, all parameters 0: whatever it reads, every row is `[0.5, 0.5]` and the last state is `[0]`.


# %% nbgrader={"grade": false, "grade_id": "rnn_outputs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rnn_outputs(xs, h, W_xh, W_hh, b_h, W_ho, b_o):
    """Give the probabilities of all tokens at each step, and the last state."""
    ### BEGIN SOLUTION
    probabilities = np.zeros((len(xs), len(b_o)))  # (T, V)
    for t in range(len(xs)):
        h = plain_rnn.rnn_step(xs[t], h, W_xh, W_hh, b_h)
        logits = W_ho @ h + b_o
        weights = np.exp(logits - logits.max())
        probabilities[t] = weights / weights.sum()
    return probabilities, h
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rnn_outputs_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.rnn_outputs(rnn_outputs)

# %% nbgrader={"grade": true, "grade_id": "rnn_outputs_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.rnn_outputs(
    rnn_outputs,
    [
        (  # three steps; W_hh alone moves the state, and the three logits are 0, h, 2 h
            (
                np.zeros((3, 1)),
                np.array([0.5]),
                np.array([[1.0]]),
                np.array([[2.0]]),
                np.zeros(1),
                np.array([[0.0], [1.0], [2.0]]),
                np.zeros(3),
            ),
            (
                [
                    [
                        1 / (1 + np.exp(s) + np.exp(2 * s)),
                        np.exp(s) / (1 + np.exp(s) + np.exp(2 * s)),
                        np.exp(2 * s) / (1 + np.exp(s) + np.exp(2 * s)),
                    ]
                    for s in (
                        np.tanh(1),
                        np.tanh(2 * np.tanh(1)),
                        np.tanh(2 * np.tanh(2 * np.tanh(1))),
                    )
                ],
                [np.tanh(2 * np.tanh(2 * np.tanh(1)))],
            ),
        ),
        (  # two states, one input; logits of 1000, 0 and 1000
            (
                np.array([[40.0, -40.0]]),
                np.zeros(2),
                np.eye(2),
                np.zeros((2, 2)),
                np.zeros(2),
                np.array([[500.0, -500.0], [500.0, 500.0], [0.0, 0.0]]),
                np.array([0.0, 0.0, 1000.0]),
            ),
            ([[0.5, 0.0, 0.5]], [1.0, -1.0]),
        ),
        (  # one state; logits of 1000 and 999, then of -1000 and -999: odds of e, and of 1 / e
            (
                np.array([[40.0], [-40.0]]),
                np.zeros(1),
                np.ones((1, 1)),
                np.zeros((1, 1)),
                np.zeros(1),
                np.array([[1000.0], [999.0]]),
                np.zeros(2),
            ),
            (
                [
                    [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))],
                    [1 / (1 + np.exp(1)), 1 / (1 + np.exp(-1))],
                ],
                [-1.0],
            ),
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# One loop over the inputs. The state that leaves a step enters the next one: keep it under the same name.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Make an array of zeros with T rows and V columns. For each t: replace `h` by the result of a step, compute the logits, subtract the largest of them, take `np.exp`, divide by the sum, and write that into row t. Return the array and `h`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *holds infinity or no number at all*: `np.exp(900)` is infinite. Subtract the largest logit first.
# - *the second one starts from the state that the first one left*: the loop begins anew with the first `h` each time.
# - *with the new h*: the row was computed before the step, so the network has not yet heard the note.
# - *each row adds up to 1 by itself*, *each step has a largest logit of its own*: a sum or a maximum was taken over all rows at once.
# - *should have shape (0, 2); yours has (0,)*: an empty list makes an array without columns; begin with `np.zeros((len(xs), len(b_o)))`.
#
# </details>

# %% [markdown]
# ### Exercise 4: Back through time
#
# *Difficulty 4 of 5 · 15 minutes · 5 points*
#
# The last note was wrong. Which weight is to blame, and at which step? This function sends every error back to the first note.
#
# Write `gradient_in_time(states, errors, W_hh)`, steps 5 and 6 of *The mathematics*.
#
# - `states`: an array of T + 1 rows, $h_0$ to $h_T$. `errors`: an array of T rows; row t − 1 is the gradient of step t's *own* loss by $h_t$, for t from 1 to T. T may be 0. `W_hh`: H rows, H columns.
# - Returns an array of H rows and H columns: the gradient of the sum of all losses by `W_hh`, in the order of `W_hh`. For T = 0 it is all zeros. Lists of numbers will do, and all may be off by a billionth.
# - On its way from one state back to the one before, an error goes through the tanh and through `W_hh` (step 5), at every step anew.
# - The states are as given; you need no inputs and no other parameters. The arrays are not changed.
#
# Example: `states = [[0.5], [0.2]]`, `errors = [[10]]`, `W_hh = [[3]]`: one step. $a_1 = (1 - 0.2^2) \cdot 10 = 9.6$, and the gradient is $a_1 h_0 = 4.8$: `[[4.8]]`.


# %% nbgrader={"grade": false, "grade_id": "gradient_in_time", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_in_time(states, errors, W_hh):
    """Give the gradient of the whole loss with respect to W_hh."""
    ### BEGIN SOLUTION
    total = np.zeros(W_hh.shape)
    later = np.zeros(len(W_hh))  # what the steps after t say about h_t
    for t in range(len(errors), 0, -1):
        g = errors[t - 1] + later
        a = (1 - states[t] ** 2) * g
        total += np.outer(a, states[t - 1])
        later = W_hh.T @ a
    return total
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gradient_in_time_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.gradient_in_time(gradient_in_time)

# %% nbgrader={"grade": true, "grade_id": "gradient_in_time_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.gradient_in_time(
    gradient_in_time,
    [
        # Three steps, slopes 1 - h^2 of 0.75, 0.75, 1, an error of 1 at the end, w = 2:
        # a_3 = 1, a_2 = 1.5, a_1 = 2.25; times h_2, h_1, h_0.
        (
            (
                np.array([[-1.0], [0.5], [-0.5], [0.0]]),
                np.array([[0.0], [0.0], [1.0]]),
                np.array([[2.0]]),
            ),
            [[-0.5 + 0.75 - 2.25]],
        ),
        # Two states. Step 2: a = (0, 2), rows times h_1 = (0.5, 0). Back: W^T a = (2, -2), and
        # step 1's own error (1, 0): g = (3, -2), a = (0.75 * 3, -2), times h_0 = (1, -1).
        (
            (
                np.array([[1.0, -1.0], [0.5, 0.0], [0.9, 0.0]]),
                np.array([[1.0, 0.0], [0.0, 2.0]]),
                np.array([[5.0, 6.0], [1.0, -1.0]]),
            ),
            [[2.25, -2.25], [1.0 - 2.0, 2.0]],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Walk backwards, from T to 1. Carry one vector with you: what all later steps have to say about the state you are at. At T it is all zeros.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# For t = T, …, 1: add the step's own error, `errors[t - 1]`, to what you carry. Multiply by 1 − `states[t]` squared. Add `np.outer` of this and `states[t - 1]` to the sum. What you carry on is `W_hh.T` times it.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: index 1 is out of bounds`: there are T + 1 states, but T errors; the error of step t stands in row t − 1.
# - *backwards an error passes through W_hh turned over*: forwards it is `W_hh @ h`, backwards `W_hh.T @ a`.
# - *the row belongs to the new state*: `np.outer(a, b)[i, j]` is `a[i] * b[j]`; which of the two is the new state's?
# - *has been through the tanh, too*: what you carry on is made of $a_t$, not of $g_t$.
# - *at step 1 both meet*: what comes back from later steps is added to the step's own error, before the tanh.
#
# </details>

# %% [markdown]
# ### Exercise 5: Not too long a step
#
# *Difficulty 3 of 5 · 5 minutes · 3 points*
#
# Where gradients explode, a single step can ruin an hour of training. So they are shortened, and only in length: the direction stays (Pascanu, Mikolov and Bengio, 2013).
#
# Write `clip_gradients(gradients, largest)`.
#
# - `gradients`: a list of arrays of any shapes, one for each parameter. `largest`: a number above 0.
# - The **norm** of them all together is the square root of the sum of the squares of *all* their numbers.
# - Returns a list of *new* arrays in the same order. If the norm is at most `largest`, they hold the same numbers; otherwise all are multiplied by one factor, so that the new norm is `largest`. A result may be off by a hundred-thousandth of its size.
# - If all numbers are 0, they stay 0. The arguments are not changed.
#
# Example: `clip_gradients([np.array([3.0, 4.0])], 1.0)` gives `[array([0.6, 0.8])]`: the norm was 5.


# %% nbgrader={"grade": false, "grade_id": "clip_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip_gradients(gradients, largest):
    """Shorten gradients whose common norm is too large."""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
    factor = largest / norm if norm > largest else 1.0
    return [gradient * factor for gradient in gradients]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "clip_gradients_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.clip_gradients(clip_gradients)

# %% nbgrader={"grade": true, "grade_id": "clip_gradients_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.clip_gradients(
    clip_gradients,
    [
        (
            ([np.array([[6.0, 0.0], [0.0, -2.0]]), np.array([3.0])], 3.5),
            [[[3.0, 0.0], [0.0, -1.0]], [1.5]],
        ),
        (([np.array([1.0, 2.0]), np.array([[2.0]])], 5.0), [[1.0, 2.0], [[2.0]]]),
        (([np.zeros((2, 2))], 0.5), [[[0.0, 0.0], [0.0, 0.0]]]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two numbers come first: the norm of everything together, and the one factor that everything is multiplied by.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Square, sum up over all arrays, take the root. If the norm is larger than `largest`, the factor is `largest` divided by the norm, else it is 1. Multiply each array by it, in a new list.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *two arrays have one norm*: you computed a norm for each array; there is one for all.
# - *a fifth of it; yours is [1., 1.]*: cutting each number at `largest` (`np.clip`) changes the direction.
# - *holds infinity or no number at all; gradients of zero stay zero*: 0 / 0; without a gradient there is nothing to divide.
# - *give new arrays*: `gradient * 1.0` makes one; so does `gradient.copy()`.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# **A network that is yours alone.** The first notes of a jig from O'Neill's book (about eight bars), pitches only. A token is written as a vector of zeros with a single 1 at its place in the vocabulary (**one-hot**). Your functions do the rest: read, compare, go back through time, clip, step. To keep it short, $W_{xh}$ and the biases stay as they were drawn; $W_{hh}$ and $W_{ho}$ learn.

# %%
my_pairs = use("make_pairs", make_pairs, plain_rnn.make_pairs)
my_step = use("rnn_step", rnn_step, plain_rnn.rnn_step)
my_outputs = use("rnn_outputs", rnn_outputs, plain_rnn.rnn_outputs)
my_gradient = use("gradient_in_time", gradient_in_time, plain_rnn.gradient_in_time)
my_clip = use("clip_gradients", clip_gradients, plain_rnn.clip_gradients)

# %%
sizes = models.load("tune_rnn").config
books = {split: tune_batches.usable_tunes(split, sizes) for split in ("train", "valid", "test")}
jigs = [tune for tune in books["train"] if tune.tune_type == "jig" and not tune.pickup_ticks]
jig = tour.first_bars(tune_batches.melody_of(jigs[0]), 8)
notes = jig.pitches.tolist()
symbols = ["nothing", "end", *sorted(set(notes))]
one_hot = dict(zip(symbols, np.eye(len(symbols)), strict=True))
inputs, targets = my_pairs(notes, "nothing", "end")
xs = np.array([one_hot[token] for token in inputs])
ys = np.array([one_hot[token] for token in targets])
print(f"{jigs[0].title}: {len(notes)} notes, {len(symbols)} tokens, {len(xs)} pairs")


# %%
def draw_parameters(num_tokens, H=40):
    """Draw the parameters of a network with H numbers in its state; it says nothing yet."""
    chance, V = np.random.default_rng(0), num_tokens
    W_xh, W_hh = chance.normal(0, 0.7, (H, V)), chance.normal(0, H**-0.5, (H, H))
    return W_xh, W_hh, np.zeros(H), np.zeros((V, H)), np.zeros(V)


# %%
def learn(xs, ys, steps, rate=1.0, largest=1.0):
    """Train a small network on one tune; give its losses and parameters."""
    W_xh, W_hh, b_h, W_ho, b_o = draw_parameters(xs.shape[1])
    losses = []
    for _ in range(steps):
        states = [np.zeros(len(b_h))]
        for x in xs:
            states.append(my_step(x, states[-1], W_xh, W_hh, b_h))
        p = np.asarray(my_outputs(xs, states[0], W_xh, W_hh, b_h, W_ho, b_o)[0])
        losses.append(-np.log((p * ys).sum(axis=1)).mean())
        d, states = (p - ys) / len(xs), np.array(states)  # step 4: the gradient by the logits
        gradients = np.asarray(my_gradient(states, d @ W_ho, W_hh)), d.T @ states[1:]
        d_hh, d_ho = map(np.asarray, my_clip(list(gradients), largest))
        W_hh, W_ho = W_hh - rate * d_hh, W_ho - rate * d_ho
    return losses, (W_xh, W_hh, b_h, W_ho, b_o)


# %%
def say(parameters, first, count):
    """Let a network go on from one token, always with the likeliest one."""
    h, said, token = np.zeros(len(parameters[2])), [], first
    while len(said) < count and token != "end":
        p, h = my_outputs(one_hot[token][None], h, *parameters)
        token = symbols[int(np.argmax(p[-1]))]
        said.append(token)
    return said


def jig_music(said):
    """Give tokens the rhythm of the jig."""
    pitches = np.array([melody_net.REST if isinstance(token, str) else token for token in said])
    melody = melody_net.Melody(pitches, jig.lengths[: len(said)], jig.bar_ticks)
    return tune_batches.melody_music(melody, metre=(6, 8))


# %%
few, many = (2, 3) if reproducibility.budget() == "smoke" else (15, 200)
takes = {"the jig": jig_music(notes)}
for steps in (few, many):
    losses, parameters = learn(xs, ys, steps)
    said = say(parameters, "nothing", len(notes))
    right = sum(a == b for a, b in zip(said, notes, strict=False))
    print(f"{steps} steps: loss {losses[-1]:.3f} nats, {right} of {len(notes)} notes right")
    takes[f"after {steps} steps"] = jig_music(said)
compare(takes, title="A jig, and what your own network says of it after few and after many steps")

# %% [markdown]
# At the `lesson` budget it knows the tune by heart: from *nothing* it plays every note, although the same pitch goes on differently at different places. An order-1 chain could not do that: the state tells the places apart. Of course it knows nothing else. For that, it needs more tunes.
#
# **Was the clipping of any use?** Not yet: at this rate no gradient is longer than 1, the largest that `learn` allows. So take steps twenty times as long, and clip once at 1 and once at 0.05. No step is longer than the rate times the largest norm: 20 in the first run, 1 in the second.

# %%
for largest in (1.0, 0.05):
    losses, _ = learn(xs, ys, many, rate=20.0, largest=largest)
    print(
        f"rate 20, clipped at {largest:4.2f}: loss {losses[0]:.3f} nats at the beginning, ", end=""
    )
    print(f"{max(losses):.3f} at worst, {losses[-1]:.4f} after {many} steps")

# %% [markdown]
# Clipped at 1, the steps are far too long, and the loss ends higher than it began. Clipped at 0.05, they are no longer than those of the first network, and the loss falls.
#
# **A network for tunes.** Now PyTorch's gradients, and more than two thousand tunes of two books. The package's `MelodyNet` is your cell with H = 256. Instead of one-hot vectors it has **embeddings**: a learned vector for each token. It writes a note in two draws, first the pitch, then how long it lasts, given the pitch,
#
# $$ p(\text{note}_n \mid \text{past}) = p(\text{pitch}_n \mid h_n) \; p(\text{length}_n \mid h_n, \text{pitch}_n). $$
#
# `fit` is the course's training loop: it draws a **batch** of 32 tunes, each in a random key, computes the loss and its gradients, clips them as you did, and takes a step with AdamW, a method that gives every parameter a step size of its own. The cell below takes a minute or two. It shows the loss, the time left, and a short sample that you can play while it goes on: up to four bars, for a network that says *end* stops there. **Press the square in the toolbar to interrupt:** the model stays as it is then, and everything below works with it.

# %%
held_out = next(tune for tune in books["test"] if tune.tune_type == "jig" and not tune.pickup_ticks)
start = tour.first_bars(tune_batches.melody_of(held_out), 2)


def sample(model):
    """Let a model go on with two bars of a held-out jig, and show a player."""
    take = model.generate(start, 6, np.random.default_rng(4))
    music = tune_batches.melody_music(take, metre=held_out.metre)
    return Player(music, title="Two bars of a jig, and how the network goes on as it is now")


recipe = recipes.RECIPES["tune_rnn"]
settings = recipe.settings(reproducibility.budget())

# %%
live = recipe.model(seed=0)
average = callbacks.AverageWeights(recipe.average)  # ends with a mean of the latest parameters
screen = watching.LiveLoss(sample, every=max(4, settings.num_steps // 4))
run = loop.fit(live, recipe.loss, recipe.batches(live), settings, [average, screen])
print(f"{run.step} steps, {run.stopped or 'to the end'}, {run.seconds:.0f} seconds")

# %% [markdown]
# At the beginning of the curve the network only learns which pitches and lengths are frequent; then what follows upon what. The **shipped checkpoint** `tune_rnn` is the same network, trained by the same recipe with the budget `full` (`course train tune_rnn`). How much do more steps bring on held-out tunes? A note here is a pitch *and* a length, so this number cannot be compared with the chorales'.

# %%
shipped = models.load("tune_rnn")
tunes = [tune_batches.melody_of(tune) for tune in books["valid"]]
tunes = tunes[:5] if reproducibility.budget() == "smoke" else tunes
found = {"yours, live": live, "shipped": shipped}
found = {name: recipes.melody_nats(model, tunes) for name, model in found.items()}
for name, nats in found.items():
    print(
        f"{name:12s} {nats['nats_per_note']:.3f} nats per note ± {nats['standard_error']:.3f}: "
        f"pitch {nats['pitch']:.3f}, length {nats['length']:.3f}"
    )

# %% [markdown]
# ## 8. Listen and look
#
# The held-out jig, and what three networks make of its first two bars: untrained, trained before your eyes, and shipped.

# %%
jig_takes = {"the real jig": tour.first_bars(tune_batches.melody_of(held_out), 8)}
for name, model in {"untrained": recipe.model(seed=0), "live": live, "shipped": shipped}.items():
    jig_takes[name] = model.generate(start, 8, np.random.default_rng(4))
jig_players = {
    name: tune_batches.melody_music(take, metre=held_out.metre) for name, take in jig_takes.items()
}
compare(
    jig_players, title="Two bars of a jig, then six: the real ones, and those of three networks"
)

# %% [markdown]
# Four voices need more than one draw a step. `ChoraleNet` reads the sixteenth before, how long each voice has held its pitch, and the place in the bar. Then four **heads**, small networks on top of the state, write in a chain: soprano, bass, alto, tenor, each told what the heads before it have written. Eight bars from nothing (two at the smallest budget):

# %%
steps = 32 if reproducibility.budget() == "smoke" else 128
alone = network.generate(steps, np.random.default_rng(2))
show(
    chorale_batches.chorale_music(alone),
    title="A chorale by the recurrent network alone, from nothing, for a church organ",
)

# %% [markdown]
# **A view inside.** What do the 256 numbers of the state do while the network reads Bach? Here are two of them over four bars: the one that says most about the quarter of the bar, and, of those that often go from one side to the other, the one that moves most slowly.


# %%
def listen(model, pitches):
    """Give what a network's layer reads and its states, while it reads a chorale."""
    caught, layer = [], model.core.layers[0]
    hook = layer.register_forward_hook(lambda _, given, said: caught.append((given[0], said[0])))
    model.log_probabilities(pitches)
    hook.remove()
    return caught[0]


piece = next(piece for piece in valid if not piece.pickup_steps and len(piece.pitches) >= 128)
read, states = listen(network, piece.pitches[:128])
states = states[0].numpy()  # (T, H)
in_bar = states.reshape(-1, 16, states.shape[1]).mean(axis=0)  # mean over bars, (16, H)
in_beat = in_bar.reshape(4, 4, -1).mean(axis=0)  # what is the same in all four quarters
by_bar = (in_bar - np.tile(in_beat, (4, 1))).var(axis=0) / states.var(axis=0)
steps_taken = (np.diff(states, axis=0) ** 2).mean(axis=0) / states.var(axis=0)
slowest = int(np.where(states.var(axis=0) > 0.5, steps_taken, np.inf).argmin())

# %%
axes = new_axes(None, (9, 3))
shown = {"knows the quarter of the bar": int(by_bar.argmax()), "slow": slowest}
for number, (name, unit) in enumerate(shown.items()):
    label = f"number {unit}: {name}"
    axes.plot(states[:64, unit], LINES[number], color=COLOURS[number], label=label)
for bar_line in range(0, 65, 16):
    axes.axvline(bar_line, color="0.8", zorder=0)
axes.set(xlabel="sixteenths; grey lines are bar lines", ylabel="state", ylim=(-1.1, 1.5))
axes.legend(loc="upper right", ncols=2)
describe(
    axes,
    "Two numbers of the state over four bars: one lies at 1 and dips in the middle of every bar; the "
    "other stays near 1 or near -1 for some quarters or a whole bar before it turns.",
)

# %% [markdown]
# The first one lies at 1 and dips in the middle of every bar, at the third quarter. The second one stays on one side for several quarters, sometimes for a bar and more, and then turns. Nobody told these numbers what to do. And how far do gradients reach in the *trained* network? The same measurement as in section 4, on real music.

# %%
layer = network.core.layers[0]
sizes_back = gradient_flow.state_gradients(layer, read[:, :48])  # three bars
print(f"spectral radius of W_hh: {gradient_flow.spectral_radius(layer.W_hh):.2f}")
print(f"mean of |h|: {np.abs(states).mean():.2f}, mean of 1 - h²: {(1 - states**2).mean():.2f}")
for back in (1, 2, 4, 8, 16, 32, 48):
    print(f"{back:3d} sixteenths back: {sizes_back[back]:.1e}")

# %% [markdown]
# The radius is far above 1, and still the gradient does not explode. Where the states lie near −1 or 1, the factor $1 - h^2$ is small: tanh is **saturated**, and takes away what the matrix stretches. So the radius alone does not decide. What counts is the product, and this product fades within a few bars, as the figure of section 3 did.

# %% [markdown]
# ## 9. Measure it
#
# **Likelihood.** Nats per note on the published split, over every cell of every held-out piece, in its own key; seen and unseen tunes apart, as in lesson 03.

# %%
for split in ("valid", "test"):
    pieces = [piece for piece in chorales if piece.split == split]
    pieces = pieces[:3] if reproducibility.budget() == "smoke" else pieces
    seen = [piece.tune_in_train for piece in pieces]
    grids = [piece.pitches for piece in pieces]
    for name, model in {"n-gram": counting, "network": network}.items():
        found = likelihood.measure_likelihood(model.log_probabilities, grids, seen)
        print(f"{split:5s} {name:8s}", found)

# %% [markdown]
# The goal of this lesson was a network below 0.60. With the relations between the voices built in (the chain of heads, and numbers for intervals that hold in every key) it does better than that: compare its lines with the n-gram's. A model that has never looked further than the sixteenth before is beaten by one that has a little memory.
#
# **The metric card.** How do the pieces that it writes compare with the data?

# %%
count = 2 if reproducibility.budget() == "smoke" else 8
written = {
    name: [model.generate(128, np.random.default_rng(number)) for number in range(count)]
    for name, model in {"network": network, "n-gram": counting}.items()
}
table = card.metric_card(written, [piece.grid for piece in valid[: 3 * count]])
table

# %% [markdown]
# Read it row by row: which model lies closer to the data, and do the shuffled controls come as close? Look at *scale consistency* and *used pitch classes per bar* first: they say whether a key lasts. The network, which hears what is some bars gone, comes closer to Bach there. In *voice crossings*, too. *Parallels* are forbidden by the rules of good voice leading (lesson 11), and neither model knows that. (At the smallest budget two pieces are too few to say anything.)
#
# **The recall probe.** Likelihood does not say how far back a model remembers. So ask directly. A motif of four random notes, then bars of filler, then a cue, upon which the motif must be played again. Nothing but memory helps; a guess is right one time in eight. For each length of the filler a fresh network of 64 numbers is trained on this task alone.

# %%
gaps, steps = ((0, 1), 4) if reproducibility.budget() == "smoke" else ((0, 1, 2, 4, 8), 400)
probes = [recall.measure_recall("rnn", gap, steps) for gap in gaps]
axes = new_axes(None, (7, 3))
share = [probe.accuracy for probe in probes]
axes.plot(gaps, share, "o-", color=COLOURS[0], linewidth=2, label="recurrent network")
axes.axhline(1 / recall.NUM_PITCHES, color="0.4", linestyle=":", label="guessing")
axes.set(xlabel="bars of filler between motif and cue", ylabel="notes recalled", ylim=(0, 1.05))
axes.set_xticks(gaps)
axes.legend()
words = ", ".join(f"{n} bar{'s' * (n != 1)}: {p:.0%}" for n, p in zip(gaps, share, strict=True))
print(words)
describe(axes, f"Share of the motif's notes that the network plays again, after {words}.")

# %% [markdown]
# Without filler it knows the motif; after a bar or two it makes mistakes; after eight it guesses, or nearly so. It is not that 64 numbers could not *hold* four notes: with eight bars between, the gradient of the mistake has vanished before it reaches the notes that it ought to store. (At the smallest budget, four steps of training teach nothing, and both points lie near guessing.) Keep these numbers in mind: lesson 05 runs the same probe, over one, two and four bars and for somewhat fewer steps, with this cell and with its own.
#
# **The leaderboard.** All models of the course, and your live one. Numbers of the two tables cannot be compared with each other.

# %%
if reproducibility.budget() != "smoke":
    nats = recipes.melody_nats(live, tunes)["nats_per_note"]
    leaderboard.keep_result("tune_rnn", "tunes", nats, run.seconds / 60)
print(leaderboard.leaderboard("tunes"))
leaderboard.leaderboard("chorales")

# %% [markdown]
# **Originality.** Is it new? The longest run of sixteenths that a piece shares with the training set, in any key: for held-out Bach of the same length, and for what the network wrote. And for the tune of section 8, the longest run of notes that a training tune has, too, counting pitches and no rhythm.

# %%
index = originality.build_run_index(
    [piece.grid for piece in train], [piece.name for piece in train]
)
bach = [originality.longest_shared_run(piece.pitches[:128], index).num_steps for piece in valid]
ours = [originality.longest_shared_run(piece, index) for piece in written["network"]]
print(f"held-out Bach: median {np.median(bach):g}, nine in ten below {np.quantile(bach, 0.9):g}")
print("network:      ", [run.num_steps for run in ours])
known = [tune.pitches.tolist() for tune in books["train"]]
known = known[:200] if reproducibility.budget() == "smoke" else known
for name in ("the real jig", "shipped"):
    line = [int(pitch) for pitch in jig_takes[name].pitches if pitch >= 0]
    print(f"{name}: {plain.longest_shared_run(line, known)} of {len(line)} notes in a row")

# %%
longest = max(range(count), key=lambda number: ours[number].num_steps)
side = originality.passages(written["network"][longest], ours[longest], index)
compare(side, title="The network's longest shared run, and where it stands in the training set")

# %% [markdown]
# Judge by ear: a cadence that every chorale has is no theft.

# %% [markdown]
# ## 10. Break it
#
# **Targets that are the inputs.** Somebody forgot to shift the melody: at each note the network is asked for the note that it reads.

# %% jupyter={"source_hidden": true}
ask(
    "Your network of section 7 is trained with targets = inputs, then begins with the first note of the jig. What will you hear?",
    {
        "The jig": "It was never asked what comes next, so it has not learned it.",
        "Noise": "Its loss is splendid: it does very well what it was asked for.",
        "One note, again and again": "It learned to repeat what it reads, and it reads what it said.",
    },
    right="One note, again and again",
)

# %%
losses, echo = learn(xs, xs, many)
said = say(echo, notes[0], len(notes))
print(f"loss {losses[-1]:.3f} nats; it says {said[:8]} …")
show(
    jig_music(said), title="A network whose targets were its inputs: one note, in the jig's rhythm"
)

# %% [markdown]
# The loss is as low as before, or lower. (At the smallest budget it is not low yet, but the network echoes already.) A loss is only as good as the question.
#
# **No memory.** Now take the memory away from the shipped chorale network: its state is set to zero before every step. It still reads the sixteenth before, the lengths and the place in the bar. Predict first: will its nats per note lie nearer to the network's, or to the n-gram's?


# %%
def without_memory(model):
    """Let a network forget its state before every step."""
    layer = model.core.layers[0]
    read = layer.forward

    def forget(x, state=None):
        said, _ = read(x.flatten(0, 1)[:, None])  # every step is a sequence of its own
        said = said[:, 0].unflatten(0, x.shape[:2])  # (B, T, H)
        return said, said[:, -1]

    layer.forward = forget
    return model


broken = without_memory(models.load("chorale_rnn"))

# %%
pieces = [piece.pitches for piece in valid]
pieces = pieces[:3] if reproducibility.budget() == "smoke" else pieces
takes = {}
for name, model in {"n-gram": counting, "no memory": broken, "network": network}.items():
    nats = likelihood.measure_likelihood(model.log_probabilities, pieces).nats_per_note
    print(f"{name:10s} {nats:.4f} nats per note")
    grid = model.generate(96, np.random.default_rng(0), seed)
    takes[name] = chorale_batches.chorale_music(grid)
compare(takes, title="Two bars of Bach, then six: n-gram, network without its memory, network")

# %% [markdown]
# The middle line lies nearer to the n-gram's: without its state, the network knows about what the n-gram's contexts know. The difference of the last two lines is what the state is worth *at most*. This network has learned to rely on a state, and never saw an empty one in the middle of a piece; one that was trained without memory might do better. (At the smallest budget, three pieces say little about either.) It is a small number of nats, because three cells in four repeat the one before and need no memory. Listen instead for whether a phrase stays in its key.

# %% [markdown]
# ## 11. Your own music
#
# The top line of each of your MIDI files, on a grid of sixteenths, becomes a melody that `tune_rnn` can read: MIDI pitches 55 to 95, lengths that it knows, the longest of them three quarter notes. What is longer goes on as a rest. Whole octaves are shifted where that helps. Every file of your folder is used, or refused with the reason and what helps. If none can be used, three sopranos of Bach stand in.


# %%
def line_of(piece):
    """Give the first 120 notes of a piece's top line as the network reads them."""
    return own_melody.own_melody(piece, sizes)


spare = {f"the soprano of {p.name}": line_of(p.to_note_sequence()) for p in train[:3]}
own = own_music.read_own(line_of, own_melody.size_in_words, spare)
print(own.report())

# %% [markdown]
# Then a few steps of training on these melodies alone, from the shipped parameters on (**fine-tuning**), with a small learning rate. The network is heard before and after, from the first bar of your first melody. Few melodies and many steps, and it recites: your originality check would tell.

# %%
steps = 2 if reproducibility.budget() == "smoke" else 40
tuned = models.load("tune_rnn")
batches = tune_batches.TuneBatches(list(own.music.values()), tuned.config, batch_size=8)
slow = config.TrainingConfig(num_steps=steps, learning_rate=5e-4, warmup_steps=0)
fine_tuning = loop.fit(tuned, tune_batches.tune_loss, batches, slow)

# %%
name, melody = own.first
takes = {}
for which, model in {"shipped": shipped, "fine-tuned": tuned}.items():
    take = model.generate(tour.first_bars(melody, 1), 8, np.random.default_rng(1))
    takes[which] = tune_batches.melody_music(take, 120)
compare(takes, title=f"One bar of {name}, then seven: before and after fine-tuning")

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/04_rnn/04_rnn.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_memory", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **How far back does it remember? (2 points)** Somebody trains a recurrent network on songs whose last eight bars repeat the first eight, and reports a small loss on the validation set. “So the network has understood the form: it knows that the beginning comes back.”
# Explain in three to six sentences why the loss does not show that. Say why such a network can hardly learn it, in terms of gradients, and name one measurement that would show whether it has.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: nats per note are a mean over all notes, and most notes can be guessed from what stands directly before them (held notes, scale steps, the key), so that a small loss is reached with a memory of a beat or a bar; in this lesson, a network without any memory lost only some hundredths of a nat. That the beginning comes back matters for a few notes, and can hide in such a mean.
# To learn it, the error at the repeat must reach the notes of the first bars, through a product of as many Jacobians as there are steps in between; in a trained tanh cell this product fades within a few bars, so that the parameters hear nothing of what ought to have been stored.
# A measurement: change a bar of the beginning and see whether the prediction at the repeat changes; or the recall probe at that distance; or the loss on the notes of the repeat alone, against the same notes with another beginning in front.
#
# Rubric: one point for a reason why a mean over notes hides it (most notes need only near context); half a point for the vanishing product of Jacobians over the distance; half a point for a measurement that varies the far past or asks for it directly. Nothing for “train longer” or “use a test set”.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A recurrent network carries a state, and the same two equations work at every step. Errors travel back through time as a product of matrices, which vanishes or explodes. Clipping helps against exploding, nothing in this cell against vanishing. So it remembers a bar or two, which already is worth more than counting.
# Likelihood does not say how far back a model remembers: change the past, or ask for it.
#
# **Check yourself.** Can you … write the update of the state from memory? … say why $W_{hh}$ stands turned over on the way back? … explain why a radius above 1 need not explode? … tell what a network does whose targets are its inputs?
#
# **If you want more**
#
# - *A first step:* in `learn`, take the rates 1, 5 and 20, each clipped at 0.05, at 1 and at 1000. From which rate on does clipping matter? Is 0.05 a good choice at the rate 1?
# - *Further:* let `learn` train $W_{xh}$ and $b_h$, too. Their gradients are sums like that of $W_{hh}$, with $x_t$ and with 1 in the place of $h_{t-1}$. Check them against PyTorch's.
# - *Far:* start from $W_{hh}$ = identity and zero biases, with `relu` in the place of tanh (Le, Jaitly and Hinton, 2015). How far does the recall probe get?
#
# **Reading**
#
# - J. Elman, *Finding structure in time* (1990): the network of this lesson, on words.
# - Y. Bengio, P. Simard, P. Frasconi, *Learning long-term dependencies with gradient descent is difficult* (1994): why gradients vanish where memory is stable.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks* (2013): both problems, and clipping.
# - D. Eck, J. Schmidhuber, *Finding temporal structure in music* (2002): recurrent networks of the time lose the blues chorus, and gates keep it.
#
# Go on with [05 · Gates](../05_lstm/05_lstm.ipynb), where the cell gets gates, so that it can decide what to keep.
