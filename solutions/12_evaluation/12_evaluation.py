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
# # 12 · Is it any good?
#
# **Find out what your numbers cannot hear, test your own ears blind, and say about a model no more than you know.**
#
# | | |
# |---|---|
# | Time | 40 minutes to read, 45 minutes to code, about two minutes of computing; ten more minutes for the listening test |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), nats per note, the metric card, the originality check; [07 · Attention](../07_transformer/07_transformer.ipynb), the model that is judged |
#
# You will be able to
#
# - test a metric with spoilt music before you believe it;
# - compare two sets of pieces by overlap and divergence, without the faults of published programs;
# - plan a blind listening test: how many trials, how many right answers, what it can find at all;
# - say why likelihood, samples and originality are three questions;
# - name whose music a model has learned, and under what terms.

# %%
import math

import numpy as np
import torch

from course import evaluation, plotting, reproducibility, sampling, watching
from course.checks import judgement as check
from course.checks.core import use
from course.data import load_chorales, load_quartets, load_tunes, own_music
from course.evaluation import card, guessing, leaderboard, models, plain_metrics, standings
from course.models import judge, shipped
from course.playback import ListeningTest, compare
from course.quiz import ask
from course.recipes import chorale_batches, judging
from course.training import config, loop

# %% [markdown]
# ## 1. Hear it first
#
# Six bars of a chorale that no model has learned from. Then the same six bars in random order: no note is changed, only the way from bar to bar. Then one bar of Bach, and how the Transformers of lesson 07 go on.

# %%
smoke = reproducibility.budget() == "smoke"
chorales = load_chorales()
train, valid = ([p for p in chorales if p.split == split] for split in ("train", "valid"))
bach = next(p for p in valid if p.name == "bwv253") if smoke else valid[3]
network = models.load_model("chorale_transformer")
sampler = sampling.Sampler(temperature=0.9)
begin = bach.pitches[:96]
mixed = evaluation.shuffle_bars(begin, np.random.default_rng(3)).voice_pitches
written = network.generate(16 if smoke else 80, np.random.default_rng(3), begin[:16], sampler)
takes = {"Bach": begin, "his bars shuffled": mixed, "Transformers": written}
music = {name: chorale_batches.chorale_music(grid) for name, grid in takes.items()}
compare(music, title="Six bars of Bach, the same bars in random order, and a network")

# %% jupyter={"source_hidden": true}
ask(
    "The metric card describes a piece in fifteen rows, from pitch classes to parallel fifths. In how "
    "many of them do Bach and his shuffled bars differ clearly, over all held-out chorales?",
    {
        "In nearly all": "Your ears say so. Count in section 3.",
        "In about half": "That would be something.",
        "In three or fewer": "Nearly every row describes what is inside a bar, and that is "
        "untouched.",
    },
    right="In three or fewer",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "Model A reaches 0.34 nats per note on held-out chorales, model B 0.42. What follows?",
    {
        "A writes better chorales": "It expects Bach's notes better. What it writes when nobody "
        "corrects it is another question.",
        "A gives Bach's next note more probability, on average": "Yes, and that is all.",
        "A has learned the chorales by heart": "These pieces were not in training.",
    },
    right="A gives Bach's next note more probability, on average",
)

# %% jupyter={"source_hidden": true}
ask(
    "A piece shares a run of 60 sixteenths with a training piece, in another key. Held-out Bach: "
    "median 16, nine in ten below 20. What is it?",
    {
        "A coincidence": "Then held-out Bach would have such runs, too.",
        "Very probably copied": "Far beyond what Bach shares with himself.",
        "Not a copy, for the key differs": "A melody is the same tune in any key.",
    },
    right="Very probably copied",
)

# %% jupyter={"source_hidden": true}
ask(
    "You flip a fair coin four times. How probable are four heads?",
    {
        "1/16": "A half, four times multiplied.",
        "1/8": "That is the sum of four heads and four tails.",
        "1/4": "That is two heads in two flips.",
    },
    right="1/16",
)

# %% [markdown]
# ## 3. The idea
#
# Before you believe a measuring instrument, you hold it against something whose answer you know. For metrics of music this is a **control**: music that is spoilt on purpose. If a metric gives the control the same value as the music, it cannot hear what was spoilt, and it will not hear it in your model either. So the control comes *first*. (On the pipeline we stand behind the output, where the listeners are.)
#
# Here are all held-out chorales, the first eight bars of each, beside two controls: their bars in random order, and their sixteenths in random order. How far does the mean of each row move, in **standard errors**? One standard error is how much the mean of so many pieces varies anyway; below two, no difference is shown.

# %%
length = 128
data = [p.pitches[:length] for p in valid if p.num_steps >= length][: 12 if smoke else None]
blank = card.metric_card({}, data)
spoilt = {card.BARS: "bars shuffled", card.STEPS: "sixteenths shuffled"}
axes = plotting.new_axes(None, (8, 4.4))
rows = range(len(standings.PER_PIECE))
for (column, name), mark, colour in zip(spoilt.items(), "os", plotting.COLOURS, strict=False):
    far = [standings.standard_errors(blank, row, column) for row in standings.PER_PIECE]
    axes.plot(far, rows, mark, color=colour, label=name, alpha=0.8)
axes.axvline(standings.ALIKE, linestyle="--", color="0.4")
axes.set_yticks(rows, standings.PER_PIECE)
axes.set_xscale("symlog", linthresh=1)
axes.set(xlabel="distance from the data, in standard errors (dashed: 2)", xlim=(-0.1, 200))
axes.legend(loc="lower right")
plotting.describe(axes, "For shuffled bars nearly every row stays left of two standard errors.")

# %%
for column, name in spoilt.items():
    alike, known = standings.rows_like_data(blank, column)
    print(f"{name:20s} {alike} of {known} rows cannot be told from the data")
print("lower is better? parallels:", *(f"{blank.value('parallels per 100 similar motions', c):.2f}"
      for c in ("data", *spoilt)))  # fmt: skip

# %% [markdown]
# A model that pastes bars together at random would pass nearly every row. What *does* hear it? A model that expects the next note: at each seam it is surprised. Nats per note of the LSTM, for the same chorales, whole and shuffled:

# %%
lstm = models.load_model("chorale_lstm")


def mean_nats(model, grids):
    """Give nats per note over all cells of some pieces."""
    answers = [-model.log_probabilities(grid) for grid in grids]
    return sum(a.sum() for a in answers) / sum(a.size for a in answers)


chance = np.random.default_rng(0)
some = data[: 4 if smoke else 24]
torn = [evaluation.shuffle_bars(grid, chance).voice_pitches for grid in some]
print(f"as Bach wrote them {mean_nats(lstm, some):.3f}, bars shuffled {mean_nats(lstm, torn):.3f}")

# %% [markdown]
# So likelihood hears what fifteen descriptors do not. It has a blindness of its own, which step 6 below shows. No number here is *the* number; each answers one question, and the art is to know which.

# %% [markdown]
# ## 4. The mathematics
#
# Symbols: $n$ trials of a listening test, $k$ right answers, $c$ the chance of a right answer by guessing; $p$ and $q$ two densities, $h$ the width of their bells.
#
# **Step 1: how far does luck go?** In each trial somebody hears two versions and says which one Bach wrote. Who guesses is right with $c = 1/2$. A row of answers with exactly $k$ right ones has the probability $c^k (1-c)^{n-k}$, and there are $\binom nk$ such rows. *At least* $k$ right:
#
# $$ P(K \ge k) = \sum_{j=k}^{n} \binom nj c^j (1-c)^{n-j} . $$
#
# This is the **p-value** of the **binomial test**: how often a guesser does as well, or better. Checked by letting 100 000 people guess:

# %%
exact = sum(math.comb(12, j) for j in range(10, 13)) / 2**12
guessers = np.random.default_rng(0).binomial(12, 0.5, size=100_000)
print(f"at least 10 of 12: exactly {exact:.4f}, of 100 000 guessers {(guessers >= 10).mean():.4f}")
assert abs(exact - (guessers >= 10).mean()) < 0.002

# %% [markdown]
# **Step 2: what can the test find?** Fix a **level** before you begin, say 5 %: guessing may pass no more often. That gives the fewest right answers that pass. Somebody who *does* hear a difference, and is right in 80 of 100 trials, does not always reach it. How often they do is the **power** of the test. With 12 trials, ten right answers pass:

# %%
hearing = sum(math.comb(12, j) * 0.8**j * 0.2 ** (12 - j) for j in range(10, 13))
print(f"guessing passes in {exact:.1%}, an ear that is right in 80 % passes in {hearing:.1%}")
assert exact <= 0.05
assert hearing < 0.6

# %% [markdown]
# So this test overlooks nearly every second good ear. "We found no difference" then says little about the music and much about the test. The power is computed *before* anybody listens, and the number of trials is chosen by it.
#
# **Step 3: many rows, many chances.** A row that differs by two standard errors does so by chance in one case of twenty. With fifteen independent rows, the probability that *some* row differs by chance is $1 - 0.95^{15}$.

# %%
some_row = 1 - 0.95**15
print(f"{some_row:.0%} of all comparisons of Bach with Bach would show a 'difference' somewhere")
assert 0.53 < some_row < 0.54

# %% [markdown]
# **Step 4: sets against sets.** A mean can be right while everything else is wrong: pieces that are all alike have the right mean, too. Yang and Lerch (2018) compare *distances*. Take a feature, such as the pitch range. The distances of all pairs of real pieces are one sample, *within*; those of every generated piece to every real one are another, *between*. If the generated pieces are like the real ones, both samples are spread alike. Each is drawn as a smooth curve: a bell of width $h$ over each number $x_i$,
#
# $$ p(x) = \frac1n \sum_i \frac{1}{h\sqrt{2\pi}}\, e^{-\frac{(x - x_i)^2}{2h^2}} . $$
#
# The area under it is 1. The **overlap** is the area under both curves, $\int \min(p, q)$; the **Kullback–Leibler divergence** is $\int p \ln (p/q)$, in nats: what it costs to expect $q$ where $p$ is true (as in lesson 06). For two single bells at a distance $d$ both have closed forms:

# %%
d, h = 2.0, 1.0
x = np.linspace(-5, 7, 2401)
p, q = (np.exp(-((x - m) ** 2) / (2 * h**2)) / (h * math.sqrt(2 * math.pi)) for m in (0, d))
step = x[1] - x[0]
assert np.isclose(np.minimum(p, q).sum() * step, math.erfc(d / (2 * math.sqrt(2) * h)), atol=1e-4)
assert np.isclose((p * np.log(p / q)).sum() * step, d**2 / (2 * h**2), atol=1e-3)

# %% [markdown]
# The card has an overlap within a piece, too: each stretch of four bars is summed up by one bell for its pitches and one for its note lengths, and the **overlap area** is the area under the bells of neighbouring stretches. It is 1 where register and note values stay. The rows *consistency* and *variance* compare mean and spread of these areas with the data's; 1 is alike (Mittal and others, 2021).
#
# **Step 5: two faults to avoid.** Both curves must stand on *one* axis. The paper's own program (*mgeval*) draws each curve over its own range and then compares the heights point by point. Two samples of equal shape, far apart, then get a divergence of 0, "exactly alike":

# %%
own_p = np.exp(-(np.linspace(-5, 5, 1001) ** 2) / 2)
own_q = np.exp(-((np.linspace(95, 105, 1001) - 100) ** 2) / 2)
wrong = (own_p * np.log(own_p / own_q)).sum()
assert abs(wrong) < 1e-9
print(f"each over its own range: {abs(wrong):.3f} nats; on one axis: {100**2 / 2:.0f} nats")

# %% [markdown]
# The second: to fold octaves together, pitch $m$ goes to the class $m \bmod 12$. Cut 120 pitches into a table of *rows of twelve*, and sum over the rows. The program published with *MuseGAN* has the table on its side, twelve rows of ten: it joins *neighbours*, so that three Cs fall into three places.

# %%
three_cs = np.zeros(120, dtype=int)
three_cs[[48, 60, 72]] = 1
folded, on_its_side = three_cs.reshape(-1, 12).sum(axis=0), three_cs.reshape(12, -1).sum(axis=1)
print("rows of twelve:", folded, "  on its side:", on_its_side)
assert (folded > 0).sum() == 1
assert (on_its_side > 0).sum() == 3

# %% [markdown]
# **Step 6: likelihood is not what you hear.** Take a good model $p$ and mix it with noise $u$: whenever a piece is written, throw the dice, and in 99 of 100 cases write noise. The mixture gives a piece $x$ the probability $0.01\,p(x) + 0.99\,u(x) \ge 0.01\,p(x)$, so it costs at most $\ln 100$ nats more *for the whole piece*. A chorale has about a thousand cells:

# %%
facts = shipped.read_card(shipped.FOLDER / "chorale_transformer.json")["likelihoods"]["valid"]
cells = facts["notes"] / len(valid)
worse = math.log(100) / cells
print(f"{facts['nats_per_note']:.4f} becomes at most {facts['nats_per_note'] + worse:.4f} nats")
print(f"(the standard error of this number is {facts['standard_error']:.4f})")
assert worse < facts["standard_error"]

# %% [markdown]
# Ninety-nine of a hundred of its pieces are noise, and the leaderboard would not see it (Theis and others, 2016). The opposite exists, too: a "model" that plays a training piece from memory writes perfect samples, and gives every new piece the probability 0.

# %%
memory = {"piece one": 0.5, "piece two": 0.5}
assert memory.get("a new piece", 0.0) == 0.0  # -ln 0: infinitely many nats
assert sum(memory.values()) == 1.0

# %% [markdown]
# **Step 7: what remains is three questions.** Does it expect real music (likelihood)? Is what it writes like real music (samples, ears)? Is it new (originality)? Each can be answered well with the others failing.

# %% [markdown]
# ## 5. By hand
#
# Four notes, **C E G C**, the last one as high as the first. The pitch classes have the shares C 1/2, E 1/4, G 1/4.
#
# - Entropy: 1/2 · 1 bit + 1/4 · 2 bits + 1/4 · 2 bits = **1.5 bits**.
# - Intervals: 4, 3 and 7 semitones; their mean is **14/3**.
#
# Now shuffle the notes: C C E G. The shares are the same, so the entropy is again **1.5 bits**, in this and every other order. The intervals are 0, 4, 3: mean **7/3**. One metric is deaf to order, the other is not.

# %%
tune, shuffled = [60, 64, 67, 60], [60, 60, 64, 67]
for notes, mean_interval in ((tune, 14 / 3), (shuffled, 7 / 3)):
    shares = np.unique(np.array(notes) % 12, return_counts=True)[1] / 4
    bits = -(shares * np.log2(shares)).sum()
    steps = np.abs(np.diff(notes)).mean()
    print(f"{notes}: entropy {bits}, by hand 1.5; mean interval {steps:.3f}, by hand", end=" ")
    print(f"{mean_interval:.3f}")

# %% [markdown]
# ## 6. Build it
#
# Five exercises: the control, an honest count, two curves on one axis, and the two numbers of a listening test. From section 7 on they do the measuring.

# %% [markdown]
# ### Exercise 1: The control
#
# *Difficulty 1 of 5 · 6 minutes · 3 points*
#
# The first thing to hold against any metric: music in which every bar is right and the piece is gone.
#
# Write `shuffle_bars(steps, order, steps_per_bar)`.
#
# - `steps`: a list, what sounds in each sixteenth: a pitch, or a tuple of the pitches of several voices. `steps_per_bar`: a whole number, 1 or more.
# - `order`: a list of the numbers of all whole bars, counted from 0, each once. `order[i]` is the bar that comes to place `i`. For a piece shorter than a bar it is empty.
# - Returns a list: the bars in this order. What is left over behind the last whole bar stays at the end. The arguments are not changed.
#
# Example: `shuffle_bars([60, 62, 64, 65, 67], [1, 0], 2)` gives `[64, 65, 60, 62, 67]`.


# %% nbgrader={"grade": false, "grade_id": "shuffle_bars", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shuffle_bars(steps, order, steps_per_bar):
    """Put whole bars into another order."""
    ### BEGIN SOLUTION
    shuffled = []
    for bar in order:
        shuffled += steps[bar * steps_per_bar : (bar + 1) * steps_per_bar]
    return shuffled + steps[len(order) * steps_per_bar :]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "shuffle_bars_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.shuffle_bars(shuffle_bars)

# %% nbgrader={"grade": true, "grade_id": "shuffle_bars_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.shuffle_bars(
    shuffle_bars,
    [
        (([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 1, 0, 2], 2), [7, 8, 3, 4, 1, 2, 5, 6, 9]),
        (([50, 51, 52, 53, 54, 55, 56, 57], [1, 0], 3), [53, 54, 55, 50, 51, 52, 56, 57]),
        (([60, 61, 62], [1, 2, 0], 1), [61, 62, 60]),
        (
            ([(72, -1), (71, 40), (69, 41), (67, 43), (65, 45)], [1, 0], 2),
            [(69, 41), (67, 43), (72, -1), (71, 40), (65, 45)],
        ),
        (([60, 62, 64], [], 16), [60, 62, 64]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Bar number `b` is a slice of the list. Where does it begin, where does it end?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Start with an empty list. For each bar in `order` add `steps[bar * steps_per_bar : (bar + 1) * steps_per_bar]`. There are `len(order)` whole bars: what lies behind them is added at the end.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a sixteenth is missing, or is there twice*: the rest behind the last whole bar was forgotten, or added within.
# - *`order` names for each new bar the old one*: you may have put old bar `i` to place `order[i]`; it is the other way round.
# - *changes the arguments*: `steps += …` changes the list that you were given; begin with a list of your own.
#
# </details>

# %% [markdown]
# ### Exercise 2: An honest count
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# *Used pitch classes per bar* (Dong and others, 2018) tells whether a bar stays in a harmony or wanders. The program that came with the paper (*MuseGAN*) counts something else, as step 5 has shown. Yours will not.
#
# Write `pitch_classes_per_bar(roll, steps_per_bar)`.
#
# - `roll`: NumPy array (128, T) of booleans. Row m is the MIDI pitch m, column t the sixteenth t; True where the pitch sounds, struck or held. `steps_per_bar`: a whole number, 1 or more.
# - Returns a list with one whole number for each whole bar: how many different pitch classes (C, C sharp, … B, in whatever octave) sound in it. A silent bar gives 0. An incomplete bar at the end is left out; a piece shorter than a bar gives an empty list.
#
# Example: a bar in which C3, C4 and C5 are held gives `[1]`; one in which C4, C sharp 4 and D4 sound gives `[3]`.


# %% nbgrader={"grade": false, "grade_id": "pitch_classes_per_bar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pitch_classes_per_bar(roll, steps_per_bar):
    """Count the pitch classes of each whole bar."""
    ### BEGIN SOLUTION
    counts = []
    for bar in range(roll.shape[1] // steps_per_bar):
        part = roll[:, bar * steps_per_bar : (bar + 1) * steps_per_bar]
        pitches = np.flatnonzero(part.any(axis=1))
        counts.append(len(set((pitches % 12).tolist())))
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pitch_classes_per_bar_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.pitch_classes_per_bar(pitch_classes_per_bar)

# %% nbgrader={"grade": true, "grade_id": "pitch_classes_per_bar_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.pitch_classes_per_bar(
    pitch_classes_per_bar,
    [
        ((check.roll(3, (55, 0, 3), (67, 0, 3), (71, 1, 1)), 3), [2]),
        ((check.roll(8, (59, 0, 2), (60, 2, 2), (61, 4, 2), (73, 6, 2)), 4), [2, 1]),
        ((check.roll(12, (64, 3, 6), (127, 8, 1), (0, 9, 3)), 4), [1, 1, 3]),
        ((check.roll(10, (60, 0, 10), (66, 9, 1)), 4), [1, 1]),
        ((check.roll(6), 3), [0, 0]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First the pitches of one bar, whenever they sound in it. Then forget their octaves. Then count what is different.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `roll.shape[1] // steps_per_bar` is the number of whole bars. For a bar's columns, `part.any(axis=1)` tells for each pitch whether it sounds, and `np.flatnonzero` gives these pitches. Their classes are `% 12`; the length of a `set` counts different ones.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *one for each whole bar is asked for*: the incomplete bar was counted, or the bars run along the wrong axis: time runs along the columns.
# - *three Cs in three octaves are one pitch class*: a `reshape(12, -1)` joins neighbours; fold with `% 12`.
# - *ValueError: cannot reshape array of size 128*: 128 is no multiple of 12.
# - *a count should be a whole number*: `.mean()` gives a fraction; the counts of the single bars are asked for.
#
# </details>

# %% [markdown]
# ### Exercise 3: Two curves on one axis
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# With this you can compare a set of generated pieces with Bach's, feature by feature, as the literature does, without the fault of step 5.
#
# Write `agreement(within, between, bandwidth)`, step 4 of *The mathematics*.
#
# - `within`, `between`: lists or arrays of numbers, at least one each; repeated numbers count as often as they stand there. `bandwidth`: h, above 0. No two numbers of both are more than twenty bandwidths apart.
# - p is the density of `within`, q that of `between`: the mean of bells of width h over the numbers, with the area 1.
# - Returns two numbers: the overlap ∫ min(p, q), and the divergence ∫ p ln(p / q) in nats. A hundredth more or less does not matter, of a large divergence one part in a hundred: sums over a fine common axis are enough, if it reaches five bandwidths beyond all numbers.
#
# Example: `agreement([0.0], [2.0], 1.0)` gives 0.317 and 2.0.


# %% nbgrader={"grade": false, "grade_id": "agreement", "locked": false, "schema_version": 3, "solution": true, "task": false}
def agreement(within, between, bandwidth):
    """Give overlap and divergence of two samples' densities."""
    ### BEGIN SOLUTION
    both = np.concatenate([within, between])
    margin = 5 * bandwidth
    axis = np.linspace(both.min() - margin, both.max() + margin, 2001)
    curves = []
    for sample in (within, between):
        bells = np.exp(-(((axis - np.array(sample)[:, None]) / bandwidth) ** 2) / 2)
        curves.append(bells.mean(axis=0) / (bandwidth * math.sqrt(2 * math.pi)))
    p, q = curves
    step = axis[1] - axis[0]
    return np.minimum(p, q).sum() * step, (p * np.log(p / q)).sum() * step
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "agreement_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.agreement(agreement)

# %% nbgrader={"grade": true, "grade_id": "agreement_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.agreement(
    agreement,
    [
        (([5.0], [9.0], 2.0), (math.erfc(1 / math.sqrt(2)), 2.0)),
        (([-3.0, -3.0], [-3.0], 0.5), (1.0, 0.0)),
        (([0, 0, 0, 16], [0, 16], 1.0), (0.75, 0.75 * math.log(1.5) + 0.25 * math.log(0.5))),
        (([100.0, 140.0], [100.0, 140.0, 140.0, 140.0], 4.0), (0.75, math.log(4 / 3) / 2)),
        (([0.0, 32.0], [48.0, 80.0], 4.0), (math.erfc(2 / math.sqrt(2)) / 2, 40.0)),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Make the axis first, from *both* samples. Then each curve is a mean of bells on this axis, one bell for each number.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.linspace(low, high, 2001)` with `low` five bandwidths below the smallest of all numbers, `high` five above the largest. `axis - np.array(sample)[:, None]` is a table, a row for each number; `np.exp(-(… / bandwidth) ** 2 / 2)` makes bells of it, their mean over the rows divided by h√(2π) a density. An integral is the sum times the step of the axis.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *both must stand on one grid*: each curve has an axis of its own.
# - *an overlap of 1.4*, or of 40: the curve was not divided by h√(2π), or the sum not multiplied by the step.
# - *the other way round is another*: ln(q / p) instead of ln(p / q), or weighted with q.
# - *should be a finite number; yours is nan*: p was 0 somewhere; the axis reaches farther than five bandwidths, or the width of the bells is not the bandwidth.
#
# </details>

# %% [markdown]
# ### Exercise 4: How far luck goes
#
# *Difficulty 2 of 5 · 8 minutes · 4 points*
#
# Somebody tells ten of twelve. Good ears, or luck? Before you congratulate, compute how often guessing does as well.
#
# Write `binomial_tail(right, trials, chance)`, step 1 of *The mathematics*.
#
# - `trials`: a whole number, 1 to 100. `right`: a whole number, 0 to `trials`. `chance`: the probability of a right answer in one trial, between 0 and 1.
# - Returns the probability of `right` or more right answers in so many trials. A millionth of it more or less does not matter.
#
# Example: `binomial_tail(5, 6, 0.5)` gives 7/64: six ways to have five right, and one to have six.


# %% nbgrader={"grade": false, "grade_id": "binomial_tail", "locked": false, "schema_version": 3, "solution": true, "task": false}
def binomial_tail(right, trials, chance):
    """Give the probability of at least so many right answers."""
    ### BEGIN SOLUTION
    total = 0.0
    for k in range(right, trials + 1):
        total += math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
    return total
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "binomial_tail_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.binomial_tail(binomial_tail)

# %% nbgrader={"grade": true, "grade_id": "binomial_tail_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.binomial_tail(
    binomial_tail,
    [
        ((4, 4, 0.5), 1 / 16),
        ((3, 5, 0.5), 1 / 2),
        ((2, 4, 0.25), 67 / 256),
        ((0, 9, 0.2), 1.0),
        ((10, 12, 0.5), 79 / 4096),
        ((99, 100, 0.5), 101 / 2**100),
        ((1, 3, 1 / 3), 19 / 27),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is a sum: of exactly `right`, exactly `right + 1`, … exactly `trials` right answers.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `math.comb(n, k)` counts the ways to choose k of n. Multiply it with `chance**k` and `(1 - chance) ** (n - k)`, and sum over `range(right, trials + 1)`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *at least five of six*: the sum begins behind `right`, or has only one term.
# - *at least none is certain*: `range(right, trials)` leaves out that all are right.
# - *a guess is right once in three times*: the power of `1 - chance` is missing; with chance 1/2 nobody notices.
# - *0 is not it*, where it should be tiny: do not round, and do not compute 1 minus the rest.
#
# </details>

# %% [markdown]
# ### Exercise 5: What the test can find
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# A test that is too short finds nothing, whoever listens. This number tells before the first note.
#
# Write `power_of_test(tail, trials, chance, skill, level)`, step 2 of *The mathematics*.
#
# - `tail`: a function like that of exercise 4: `tail(right, trials, probability)` gives the probability of at least `right` right answers. Use it, whatever your own one does.
# - `trials`: a whole number, 1 to 100. `chance`: how often a guess is right, `skill`: how often the listener is, both between 0 and 1. `level`: how often guessing may pass, such as 0.05.
# - The passing score is the least number of right answers that guessing reaches with a probability of `level` or less. Returns the probability that the listener reaches the passing score. If even all answers right are not enough, it returns 0.
#
# Example: with five trials, chance 0.5 and level 0.05 only five right answers pass, since four or more happen to 6 of 32 guessers. With skill 0.8 the power is 0.8⁵ = 0.328.


# %% nbgrader={"grade": false, "grade_id": "power_of_test", "locked": false, "schema_version": 3, "solution": true, "task": false}
def power_of_test(tail, trials, chance, skill, level):
    """Give the probability that a listener with this skill passes."""
    ### BEGIN SOLUTION
    for score in range(trials + 1):
        if tail(score, trials, chance) <= level:
            return tail(score, trials, skill)
    return 0.0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "power_of_test_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.power_of_test(power_of_test)

# %% nbgrader={"grade": true, "grade_id": "power_of_test_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.power_of_test(
    power_of_test,
    [
        ((6, 0.5, 0.9, 0.05), 0.9**6),
        ((8, 0.5, 0.75, 0.05), 0.75**8 + 8 * 0.75**7 * 0.25),
        ((4, 0.5, 0.99, 0.05), 0.0),
        ((3, 1 / 3, 0.6, 0.05), 0.6**3),
        ((4, 0.5, 0.6, 0.0625), 0.6**4),
        ((1, 0.5, 0.7, 0.6), 0.7),
        ((2, 0.5, 0.3, 1.0), 1.0),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two questions, one after the other. Who decides the passing score: the guesser. Who has to reach it: the listener.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Go through the scores 0, 1, … up to `trials`. At the first one with `tail(score, trials, chance) <= level`, return `tail(score, trials, skill)`. If there is none, return 0.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *even all right happens to one guesser in eight*: with three trials no score passes; the loop must reach its end and return 0.
# - *not more than the level*: a probability equal to the level passes, `<=`.
# - *stopped … missing 1 required positional argument*: `tail` takes three numbers.
# - *passes as often as luck allows*: the listener's probability is computed with `skill`, the score with `chance`.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# A third kind of listener stands between numbers and people: a small network that is *trained to tell two sources apart*. It hears two bars of four voices, how each voice moves and how high it stands above the bass. If it is right more often than luck on pieces that it has not learned from, the sources differ; if not, it has found nothing, which is less than "they are alike". (The method is called a **classifier two-sample test**; Lopez-Paz and Oquab, 2017.)
#
# The control first, as always: Bach against Bach, one half of the training pieces against the other. Then Bach against his own bars, shuffled with your function. For each held-out piece there is one trial, since passages of one piece are not independent.

# %%
shuffle = use("shuffle_bars", shuffle_bars, plain_metrics.shuffle_bars)
tail = use("binomial_tail", binomial_tail, guessing.binomial_tail)
chance = np.random.default_rng(0)


def torn_apart(grid):
    """Shuffle the bars of a piece of four voices."""
    order = chance.permutation(len(grid) // 16).tolist()
    return np.array(shuffle([tuple(frame) for frame in grid.tolist()], order, 16))


grids = [p.pitches for p in train]
held_out = [p.pitches for p in valid]
sources = {
    "Bach against Bach": (grids[::2], grids[1::2], held_out[::2], held_out[1::2]),
    "Bach against shuffled bars": (grids, [torn_apart(g) for _ in range(1 if smoke else 6)
        for g in grids], held_out, [torn_apart(g) for g in held_out]),
}  # fmt: skip

# %%
settings = config.TrainingConfig(6 if smoke else 600, learning_rate=3e-3, warmup_steps=5)
for name, (one, other, unseen, others) in sources.items():
    torch.manual_seed(0)
    listener, batches = judge.Judge(), judging.JudgeBatches(one, other)
    print(name)
    run = loop.fit(listener, judging.judge_loss, batches, settings, [watching.LiveLoss()])
    right, trials = judging.count_right(listener, unseen, others)
    luck = tail(right, trials, 0.5)
    print(f"right in {right} of {trials} trials; guessing does as well with probability {luck:.2g}")

# %% [markdown]
# Look at both curves. In the first, too, the training loss may sink below ln 2 = 0.69, what guessing costs: the network learns *which pieces* are in which half, and that is of no use for others. Only the count on held-out pieces tells.

# %% [markdown]
# ## 8. Listen and look
#
# Now you. First the plan. You hear two versions of four bars: both begin with the same bar of Bach; one goes on as he did, the other as a network did. How many trials? Draw the power of such a test over their number, for three kinds of ears:

# %%
power = use("power_of_test", power_of_test, guessing.power_of_test)
numbers = range(4, 41, 4)
axes = plotting.new_axes(None, (7.5, 3.2))
for skill, line, mark, colour in zip(
    (0.9, 0.8, 0.65), plotting.LINES, "os^", plotting.COLOURS, strict=False
):
    powers = [power(tail, n, 0.5, skill, 0.05) for n in numbers]
    axes.plot(numbers, powers, line, marker=mark, color=colour, label=f"right in {skill:.0%}")
axes.axhline(0.8, linestyle=":", color="0.4")
axes.set(xlabel="trials", ylabel="power at a level of 5 %", ylim=(0, 1.02))
axes.legend()
plotting.describe(axes, "Power over the number of trials: a good ear needs about twenty of them.")

# %% [markdown]
# A power of 0.8 is a usual aim (dotted). An ear that is right in 80 % of the trials needs twenty trials for it; one that is right in 65 % would have to listen to far more than forty. (The curves may have kinks: the passing score is a whole number.) So twenty it is, and the rule is written down *before* anybody listens:

# %%
count = 2 if smoke else 20
score = next(k for k in range(count + 2) if k > count or tail(k, count, 0.5) <= 0.05)
print(f"{count} trials; {score} or more right answers pass" if score <= count else "too few trials")
print(f"power for an ear that is right in 80 %: {power(tail, count, 0.5, 0.8, 0.05):.2f}")
simulated = np.random.default_rng(1).binomial(count, 0.8, size=20_000)
print(f"of 20 000 simulated ears of this kind, {(simulated >= score).mean():.2f} pass")

# %% [markdown]
# **The test.** It is a **blind listening test**: nothing tells you whose version you hear. Play with the button or the space bar, and switch between the versions with 1 and 2 *while* they play. Choose A or B, then *Keep and go on*. Versions stand in random order, are equally loud and have no pictures. Each answer is written to a file in the folder `listening` of your workspace before the next trial comes; if the kernel stops, run the notebook again and go on. Nothing tells whether you were right before the last answer; section 10 shows why. You need quiet and about ten minutes. You may also go on reading, and come back.

# %%
judged = "chorale_transformer"  # or another model of the leaderboard: a test of its own
suspect = models.load_model(judged)
fresh = [p for p in valid if not p.tune_in_train and p.num_steps >= 64][:count]
trials = {}
for number, piece in enumerate(fresh):
    chance = np.random.default_rng(100 + number)
    answer = suspect.generate(48, chance, piece.pitches[:16], sampler)
    both = {"Bach": piece.pitches[:64], judged: answer}
    trials[piece.name] = {who: chorale_batches.chorale_music(g, 96) for who, g in both.items()}
test = ListeningTest(
    f"bach_or_{judged}_{count}", trials, "Bach", question="Which one goes on as Bach did?"
)
test

# %%
answers = test.answers
ears = {}
if test.finished:
    right = sum(answer.right for answer in answers)
    ears[judged] = f"{right} of {count}"
    print(f"{right} of {count} right; guessing does as well with probability", end=" ")
    print(f"{tail(right, count, 0.5):.3f}: {'you heard it' if right >= score else 'not shown'}")
else:
    print(f"{len(answers)} of {count} trials are answered. They are counted when all are.")

# %% [markdown]
# If you pass, *you* can tell the model from Bach, with these four bars. If you do not, it is not shown that nobody can: other ears, longer pieces, better loudspeakers may. Published tests disagree for such reasons: of one model of chorales, one report says that listeners told it from Bach in 59 % of the trials, another that they were 1 % better than chance.

# %% [markdown]
# ## 9. Measure it
#
# **All models on one card.** Every model of four voices that comes with the course writes pieces from nothing. (What is shipped is found by itself; models of later versions join in. A generator that knows two bars only strings its phrases together, and one that learned from a critic has no likelihood.) The data and the controls stand in the same table.

# %%
number, length = (2, 32) if smoke else (12, 128)
written = {}
for name in models.writer_names():
    written[name] = models.write_pieces(name, number, length)
real = [grid[:length] for grid in held_out if len(grid) >= length][: 4 if smoke else None]
full_card = card.metric_card(written, real)
index = evaluation.build_run_index(grids[: 20 if smoke else None])
chance = np.random.default_rng(1)
everything = {
    **written,
    card.DATA: real,
    card.BARS: [evaluation.shuffle_bars(grid, chance) for grid in real],
    card.STEPS: [evaluation.shuffle_steps(grid, chance) for grid in real],
}

# %%
standings.standings(full_card, everything, index, ears)

# %% [markdown]
# Read the columns against the last three rows. In *rows like the data* and in *Yang–Lerch overlap*, shuffled bars stand above every model, because they *are* the data, bar by bar. So these columns cannot say that one model writes better pieces than another; at most they show who writes bad bars. And mind the few pieces of each model: with few pieces standard errors are large, and it is easy not to be told from the data.
#
# The first columns are the likelihoods of lessons 03 to 07 and, for diffusion, lesson 10's bound: its true number may be lower. Do they put the models in the same order as what is written?

# %%
known = [row for row in leaderboard.course_results() if row.model in written]
order = sorted(known, key=lambda row: row.valid)
places = {}
for row in ("scale consistency", "parallels per 100 similar motions", "voice crossings"):
    distance = {r.model: abs(full_card.value(row, r.model) - full_card.value(row, card.DATA))
                for r in order}  # fmt: skip
    places[row] = sorted(distance, key=distance.get)
print("by likelihood: ", *(row.model for row in order), sep="  ")
for row, names in places.items():
    print(f"by {row}: ", *names, sep="  ")

# %% [markdown]
# Where the orders differ, the columns measure different things; and with a dozen pieces of each model, neighbours also change places by luck.
#
# **The same likelihood, other samples.** A model's likelihood does not depend on how one draws from it, what it writes does. One network, three temperatures:

# %%
colours = {}
for temperature in (0.5, 1.0, 1.4):
    draw = sampling.Sampler(temperature=temperature)
    takes = [lstm.generate(length, np.random.default_rng(s), None, draw) for s in range(number)]
    colours[f"temperature {temperature}"] = takes
by_heat = card.metric_card(colours, real)
print(" " * 28, *colours, card.DATA, sep="  ")
for row in ("pitch-class entropy (bits)", "held cells", "scale consistency"):
    cells = [f"{by_heat.value(row, name):.2f}" for name in (*colours, card.DATA)]
    print(f"{row:28s}", *(f"{cell:>15s}" for cell in cells))
print(f"nats per note, whatever the temperature: {mean_nats(lstm, real[:8]):.3f}")

# %% [markdown]
# **Two curves on one axis.** With your function, and the fault of step 5 beside it. Toy cases come first, then the pitch ranges of real and written pieces:

# %%
agree = use("agreement", agreement, plain_metrics.agreement)


def on_its_own_axis(within, between, width):
    """Give the divergence as it is published: each curve over its own range."""
    curves = []
    for sample in map(np.array, (within, between)):
        axis = np.linspace(sample.min(), sample.max(), 1000)[:, None]
        curves.append(np.exp(-(((axis - sample) / width) ** 2) / 2).mean(axis=1))
    p, q = (curve / curve.sum() for curve in curves)
    return abs((p * np.log(p / q)).sum())  # rounding may leave a tiny minus


toys = {"the same twice": ([0, 2], [0, 2]), "one apart": ([0, 2], [1, 3]),
        "far apart": ([0, 2], [14, 16]), "other shapes": ([0, 2], [0, 6])}  # fmt: skip
for name, (one, other) in toys.items():
    overlap, nats = agree(one, other, 1.0)
    print(f"{name:15s} overlap {overlap:.2f}, divergence {nats:7.3f}", end="")
    print(f"   as published {on_its_own_axis(one, other, 1.0):.3f}")


# %%
def distances_of(grids, others=None):
    """Give how far the pitch ranges of pieces lie apart: all pairs, or each with each other."""
    ranges, more = (
        np.array([np.ptp(g[g >= 0]) for g in set_of]) for set_of in (grids, others or grids)
    )
    table = np.abs(ranges[:, None] - more)
    return table.ravel() if others else table[np.triu_indices(len(ranges), 1)]


for name in (*written, card.BARS):
    pieces = [p if isinstance(p, np.ndarray) else p.voice_pitches for p in everything[name]]
    overlap, nats = agree(distances_of(real), distances_of(pieces, real), 2.0)
    print(f"{name:24s} pitch range: overlap {overlap:.2f}, divergence {nats:.3f} nats")

# %% [markdown]
# **An honest count.** Pitch classes per bar with your function, and with the table on its side:

# %%
count_classes = use(
    "pitch_classes_per_bar", pitch_classes_per_bar, plain_metrics.pitch_classes_per_bar
)
for name, pieces in {"data": real, **written}.items():
    rolls = [evaluation.note_table(piece).roll.any(axis=0) for piece in pieces]
    ours = np.mean([count for roll in rolls for count in count_classes(roll, 16)])
    bars = [roll[4:124, i : i + 16].any(axis=1) for roll in rolls for i in range(0, length, 16)]
    theirs = np.mean([bar.reshape(12, 10).any(axis=1).sum() for bar in bars])
    print(f"{name:22s} pitch classes per bar {ours:.2f}; on its side {theirs:.2f}")

# %% [markdown]
# The column on the right counts *registers* of ten semitones. It, too, differs from model to model, and looks like a finding.
#
# **Is it new?** The column *shared run* of the card compares what a model writes with all training pieces; held-out Bach shows what is normal. A harder question: does it know pieces *by heart*? Give it two bars of a training piece, and two of a held-out one, and count how many of the next cells it writes as they stand there. The held-out pieces are the control: what can be guessed from style.

# %%
draw = sampling.Sampler(temperature=0.5)
for name, model in {"LSTM": lstm, "Transformers": network}.items():
    for kind, pieces in {"training": train, "held-out": valid}.items():
        shares = []
        for seed, piece in enumerate(pieces[: 1 if smoke else 10]):
            target = piece.pitches[: 40 if smoke else 80]
            steps = len(target) - 32
            copy = model.generate(steps, np.random.default_rng(seed), target[:32], draw)
            shares.append((copy[32:] == target[32:]).mean())
        print(f"{name:13s} {kind} pieces: {np.mean(shares):.0%} of the next cells as they stand")

# %% [markdown]
# If the training pieces come out clearly ahead, the model knows them by heart. If not, it only knows the style, as far as this question can tell: another temperature or a longer beginning may bring up more. A published model is asked in many ways.
#
# **Whose music is it?** A model can only give back what it was given, and the cards of the data say what that is:

# %%
books = {
    "chorales": [p.title for p in chorales],
    "O'Neill's": [t.title for t in load_tunes("oneills")],
    "Ryan's": [t.title for t in load_tunes("ryans")],
    "quartets": [f"{m.composer} {m.work}" for m in load_quartets()],
}
for name, titles in books.items():
    print(f"{name:10s} {len(titles):5d} pieces, such as: {titles[len(titles) // 2]}")
composers = sorted({m.composer for m in load_quartets()})
print("composers of whom we know the name: Bach,", ", ".join(composers))

# %% [markdown]
# One composer of church music, three of the Viennese court and city, and two printed collections of dances, Irish and American, whose players are mostly not named. All of it is from Europe or from emigrants, in twelve equal steps, on one grid. There is no woman among the named composers, no music from Africa, Asia or the south of America, no quarter-tone and no free rhythm; what the grid could not hold was left out or bent when the data were built (the cards say how much). This was chosen because it is in the public domain and can be shipped; but a model of it is no model of *music*. Surveys of training data for music models find the same on a larger scale: most of it comes from the north of the globe.
#
# What it means can be measured. Give the models of chorales four bars of string quartets by Haydn, Mozart and Beethoven, wherever each player has a single note in range:


# %%
def plain_bars(movement, steps=64):
    """Give the first passage with one note a player, all in the models' range, or nothing."""
    roll = evaluation.note_table(movement.to_note_sequence()).roll  # (players, 128, T)
    fits = (roll.sum(axis=1) <= 1).all(axis=0) & ~roll[:, :34].any(axis=(0, 1))
    fits &= ~roll[:, 84:].any(axis=(0, 1))
    grid = np.where(roll.any(axis=1), roll.argmax(axis=1), -1).T
    for start in range(0, len(grid) - steps + 1, steps):
        if fits[start : start + steps].all() and (grid[start : start + steps] >= 0).mean() > 0.9:
            return grid[start : start + steps]
    return None


# %%
found = [plain_bars(movement) for movement in load_quartets()[: 8 if smoke else None]]
quartets = [grid for grid in found if grid is not None]
for kind, some in {"chorales": real[: len(quartets)], "quartets": quartets}.items():
    some = [grid[:64] for grid in some]
    said = [f"{who} {mean_nats(m, some):.3f}" for who, m in
            {"LSTM": lstm, "Transformers": network}.items()]  # fmt: skip
    print(f"{len(some)} passages of {kind}, nats per note:", *said)

# %% [markdown]
# To these models Haydn is stranger than many a wrong note in Bach. If somebody used their likelihood to sort a collection into good and bad, the quartets would go into the bin, and with them everything that nobody had put into the training set. The number measures *likeness to the data*. It is no mark for music.
#
# **Under what terms?** Four questions, four answers, none of them legal advice:
#
# | | in this course | in general |
# |---|---|---|
# | *the music* | in the public domain: the composers died long ago | usually 70 years after the composer's death; arrangements and recordings have rights of their own |
# | *the encoding* | who typed it in states no restriction for what we ship; files that state one were left out (data cards) | may be protected, or licensed for some uses only: read the file |
# | *the model* | code and weights have a licence of their own, on the model's card | open weights are often not free for every use |
# | *what it writes* | new, as far as the originality check sees | a copied passage is a copy, whoever made it |
#
# Whether training on protected works is allowed is decided differently from country to country, and is before the courts. In November 2025 a court in Munich held that song texts which a model can give back word for word are *contained* in it, as copies (GEMA against OpenAI; not final). That is why memorisation is measured before a model is published, and not only morals.

# %%
for name in sorted(shipped.shipped_names()):
    print(f"{name:22s}", shipped.read_card(shipped.FOLDER / f"{name}.json").get("terms", "–"))

# %% [markdown]
# ## 10. Break it
#
# **Win without learning.** Choose a key, take bars of *training* chorales in this key and paste them together at random. No model, no training, no idea.

# %% jupyter={"source_hidden": true}
ask(
    "Where will such collages stand on the card?",
    {
        "Far below the models": "Each bar of them is by Bach.",
        "Above most models": "The card hears bars, and these are the best there are.",
        "They cannot be measured": "Anything that is four voices long enough can.",
    },
    right="Above most models",
)

# %%
chance = np.random.default_rng(5)
shelves = {}
for piece in train:
    starts = range(0, piece.num_steps - 15, 16)
    shelves.setdefault(piece.key, []).extend(piece.pitches[i : i + 16] for i in starts)


def paste():
    """Put bars of one key together at random."""
    shelf = shelves[train[chance.integers(len(train))].key]
    return np.concatenate([shelf[i] for i in chance.integers(len(shelf), size=length // 16)])


for amount in (number, 5 * number):
    collages = [paste() for _ in range(amount)]
    alike, rows = standings.rows_like_data(card.metric_card({"x": collages}, real), "x")
    print(f"{amount} collages: {alike} of {rows} rows cannot be told from the data")

# %% [markdown]
# With more pieces more rows tell: a small number of samples is a mild judge. What gives a collage away at once? Ask for the seams, and for the bars:


# %%
def copied_bars(grid):
    """Give the share of a piece's bars that stand in a training piece, in any key."""
    bars = [grid[i : i + 16] for i in range(0, len(grid) - 15, 16)]
    return np.mean([evaluation.longest_shared_run(bar, index).num_steps == 16 for bar in bars])


network_pieces = written["chorale_transformer"]
for name, pieces in {"collages": collages, "networks": network_pieces, "Bach": real}.items():
    pieces = pieces[:number]
    runs = [evaluation.longest_shared_run(piece, index).num_steps for piece in pieces]
    print(f"{name:9s} LSTM {mean_nats(lstm, pieces):.3f} nats a note, longest run", end=" ")
    print(f"{np.median(runs):g}, copied bars {np.mean([copied_bars(g) for g in pieces]):.0%}")

# %%
music = {
    "collage": chorale_batches.chorale_music(collages[0]),
    "Transformers": chorale_batches.chorale_music(network_pieces[0]),
    "Bach": chorale_batches.chorale_music(real[0]),
}
compare(music, title="Pasted bars, a network that writes from nothing, and Bach")

# %% [markdown]
# Likelihood hears the seams. The *longest run* hears nothing: pieces of one bar are no longer than what Bach shares with himself. It takes the share of copied bars to see that nothing else is there. (A model's own pieces are cheap for a model of the same kind: a likelihood of generated music is no mark either.) So a card needs rows of different kinds, a control for each, and somebody who tries to cheat.
#
# **Look too early.** Somebody who only guesses checks the p-value after each answer, from the fifth on, and stops as soon as it is below 5 %. How often do they "find" something?

# %%
limit = 40 if smoke else 100
passing = [
    next((k for k in range(n + 1) if tail(k, n, 0.5) <= 0.05), n + 1) for n in range(1, limit + 1)
]
guesses = np.random.default_rng(2).random((4000, limit)) < 0.5
passed_now = guesses.cumsum(axis=1) >= np.array(passing)
passed_now[:, :4] = False
once = np.maximum.accumulate(passed_now, axis=1).mean(axis=0)
honest = passed_now.mean(axis=0)

# %%
axes = plotting.new_axes(None, (7.5, 3))
axes.plot(range(1, limit + 1), once, color=plotting.COLOURS[1], label="looked after each answer")
axes.plot(range(5, limit + 1), honest[4:], ":", color=plotting.COLOURS[0], label="looked once")
axes.axhline(0.05, linestyle="--", color="0.4", label="the promised 5 %")
axes.set(xlabel="answers so far", ylabel="guessers that have passed", ylim=(0, 0.4))
axes.legend()
plotting.describe(axes, "Who looks after each answer passes by luck several times too often.")

# %%
for answers_given in (10, 20, limit):
    print(f"within {answers_given:3d} answers {once[answers_given - 1]:.0%} of the guessers passed")

# %% [markdown]
# That is why the listening test keeps silent until the end. The same happens with models: who tries ten settings, looks at the test pieces each time and reports the best has looked ten times.

# %% [markdown]
# ## 11. Your own music
#
# The first sixteen bars of your MIDI files on the card, file by file, with what the course's diagnosis says about each; `nan` where a measure does not apply. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a fiddle tune and a quartet stand in.


# %%
def beginning(piece):
    """Give the first 64 quarter notes of a piece."""
    return own_music.beginning(piece, 64, most_notes=4000)


stand_ins = (load_tunes("oneills")[100], load_quartets()[0])
spare = {x.title: beginning(x.to_note_sequence()) for x in stand_ins}
own = own_music.read_own(beginning, own_music.size_in_words, spare)
print(own.report())

# %%
rows = ("pitch-class entropy (bits)", "scale consistency", "groove consistency", "qualified notes")
values = [full_card.value(row, card.DATA) for row in rows]
table = {"chorales": (values, "")}
for name, piece in list(own.music.items())[:10]:
    values = [card.OF_NOTES[row](piece) for row in rows]
    found = [finding.problem for finding in evaluation.diagnose(piece)]
    table[name] = values, "; ".join(found) or "no known fault"
print(" " * 26, *rows, sep="  ")
for name, (values, words) in table.items():
    columns = (f"{value:{len(row)}.2f}" for row, value in zip(rows, values, strict=True))
    print(f"{name[:26]:26s}", *columns, words, sep="  ")
if len(own.music) > 10:
    print(f"and {len(own.music) - 10} more in `own.music`")

# %% [markdown]
# A tune is no bad chorale. "Close to the data" is a mark only for somebody who wanted to write *that* music; for your own piece these numbers say how it differs, and nothing about its worth.

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/12_evaluation/12_evaluation.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_claim", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **A claim (2 points)** A report says: "Our model is indistinguishable from Bach. In a blind test with 12 trials our listener was right in 8 (p = 0.19). On the metric card, 14 of 15 rows agree with the data."
# Say in four to seven sentences what each of the two findings shows and does not show, and name two things that you would do before you believed the claim.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: Eight right of twelve happens to about one guesser in five, so it is not shown that this listener hears a difference; but it is not shown either that there is none. With twelve trials only ten right answers pass at 5 %, and an ear that is right in 80 % of the trials reaches that in little more than half of all tests: a test with this power overlooks much. It was one listener, with some pieces of some length; others may hear more. The fourteen rows show little, because Bach's bars in random order pass about as many: most rows describe single bars and are deaf to the way from bar to bar; with few pieces, large standard errors make rows agree, too. Before I believed the claim I would plan a test with enough trials or listeners for a power of 0.8 or more against a skill that matters, fixed beforehand, and run the same card on shuffled bars. I would also check whether the model copies: the longest run that its pieces share with the training set, beside held-out Bach, for a copy is indistinguishable from Bach as well.
#
# Rubric: half a point for the listening test: not significant is not "no difference" (power, or the small number of trials or listeners, must be named); half a point for the card: a control (shuffled bars) passes it, or the rows are deaf to order, or agreement with few pieces is cheap; half a point for each of two sensible measures (a larger test planned by its power, more listeners, a control on the card, an originality check, likelihood, longer pieces), at most one point. Nothing for "8 of 12 is 67 %, so they heard it", and nothing for more metrics of the same kind.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** Hold every metric against spoilt music before you believe it. Likelihood, samples and originality are three questions, and each can be answered well while the others fail. Compare sets on one axis, and know the faults of the program that you use. Plan a listening test by its power, and count once, at the end. Say whose music it is, and under what terms.
#
# **Check yourself.** Can you … say what shuffled bars leave untouched? … compute by hand how often a guesser gets five of six? … say why eight of twelve proves neither one thing nor the other? … explain why noise in 99 of 100 pieces hardly costs likelihood? … name four things that may be protected when a model writes a piece?
#
# **If you want more**
#
# - *A first step:* set `judged` in section 8 to `"ngram"`, and hear how many trials you need to be sure.
# - *Further:* let the judge of section 7 hear Bach against a model. How many written pieces does it need before it is right on new ones?
# - *Far:* fit one normal distribution to the features of `distances.piece_features` over the data and one over a model's pieces, and compute their Fréchet distance. Then do it for shuffled bars.
#
# **Reading**
#
# - L.-C. Yang, A. Lerch, *On the evaluation of generative models in music* (2018): distances within and between.
# - L. Theis, A. van den Oord, M. Bethge, *A note on the evaluation of generative models* (2016): likelihood and samples.
# - Z. Yin and others, *Measuring when a music generation algorithm copies too much* (2022): originality over training.
# - D. Lopez-Paz, M. Oquab, *Revisiting classifier two-sample tests* (2017): the trained listener.
# - ITU-R BS.1116 (2015): how listening tests are done where they matter.
#
# Go on with [13 · The studio](../13_studio/13_studio.ipynb), the last lesson, which puts everything to work for somebody who wants music.
