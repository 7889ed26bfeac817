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
# # 03 · Data, likelihood and a hard-to-beat n-gram
#
# **Build the yardstick that every later model is held against: an honest split of the data, a number for how well a model knows music, a model without a single neuron that is hard to beat, and a test for copying.**
#
# | | |
# |---|---|
# | Time | 40 minutes to read, 55 minutes to code, less than a minute of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [00 · Start here](../00_start/00_start.ipynb), above all *The mathematics*; [02 · What a model sees](../02_representations/02_representations.ipynb), the four-voice grid |
#
# You will be able to
#
# - read a data card, and say which piece may be used for what;
# - find tunes that stand on both sides of a split, whatever their key;
# - measure a model in nats per note, and say what a number can be compared with;
# - mix rare and general contexts into one prediction, and sample from it;
# - tell a new piece from a copied one.

# %%
import math
from collections import Counter

import numpy as np

from course.checks import data_and_baselines as check
from course.checks.core import use
from course.data import card_text, load_chorales, own_music, top_line, transposition, windows
from course.evaluation import card, diagnosis, likelihood, originality, plain
from course.models import markov, ngram
from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.playback import compare, show
from course.plotting import describe, plot_distributions, plot_pipeline
from course.quiz import ask
from course.representation.voice_grid import VoiceGrid, decode_voice_grid
from course.reproducibility import budget

# %% [markdown]
# ## 1. Hear it first
#
# Two bars of a chorale by Bach that no model of this lesson has learned from, and then six bars by two machines: the counting of lesson 00, here with nothing but the pitch one sixteenth before, once for each voice; and an **n-gram**, counting with longer contexts, whose heart you will write. Both learned from the same chorales.

# %%
chorales = load_chorales()
train = [piece for piece in chorales if piece.split == "train"]
valid = [piece for piece in chorales if piece.split == "valid"]
test = [piece for piece in chorales if piece.split == "test"]
VOICES = tuple(Instrument(19, name) for name in ("Soprano", "Alto", "Tenor", "Bass"))


def music_of(pitches):
    """Turn rows of soprano, alto, tenor and bass into music for a church organ."""
    piece = decode_voice_grid(VoiceGrid(np.asarray(pitches)), instruments=VOICES)
    return NoteSequence(piece.notes, VOICES, (Tempo(0, 80),), total_quarters=piece.total_quarters)


# %%
seed = next(piece for piece in valid if not piece.pickup_steps).pitches[:32]
small_model = ngram.fit_ngram([piece.pitches for piece in train])
by_ngram = small_model.generate(96, np.random.default_rng(1), seed)
columns = []
for voice in range(4):
    counts = markov.count_next([piece.pitches[:, voice].tolist() for piece in train])
    start = seed[:, voice].tolist()
    columns.append(markov.continue_melody(counts, start, 96, np.random.default_rng(voice)))
by_chains = np.array(columns).T
pair = {"four chains": music_of(by_chains), "n-gram": music_of(by_ngram)}
compare(pair, title="Two bars of Bach, then six bars by four separate chains, or by an n-gram")

# %% jupyter={"source_hidden": true}
ask(
    "Listen for chords. What can the four chains not do?",
    {
        "Stay in their range": "Each chain only writes pitches that its voice has sung in the data.",
        "Listen to one another": "Each voice knows its own last pitch and nothing of the others, so chords are chance.",
        "Hold a note": "They hold: most often a voice's next sixteenth is the same pitch again.",
    },
    right="Listen to one another",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "In a four-voice grid of sixteenths, how many cells has one bar of 4/4?",
    {
        "16": "That is one voice. There are four.",
        "64": "16 sixteenths in each of four voices.",
        "4": "That is one column: the four pitches that sound at one sixteenth.",
    },
    right="64",
)

# %% jupyter={"source_hidden": true}
ask(
    "After A the data hold 3 times B and once C. What is p(B | A)?",
    {
        "3": "That is the count. A probability is a share.",
        "0.75": "3 of the 4 tokens that followed A.",
        "0.33": "That is C against B.",
    },
    right="0.75",
)

# %% jupyter={"source_hidden": true}
ask(
    "Why did the machine of lesson 00 hardly ever come to rest on the tonic at the right place?",
    {
        "Too few jigs": "More counts of the same kind do not tell it where in the phrase it is.",
        "It sees one token": "It knows one note and its place in the bar, and not how far the phrase has gone.",
        "No rule was given": "It needs none for the scale either: what it lacks is context.",
    },
    right="It sees one token",
)

# %% [markdown]
# ## 3. The idea
#
# Three questions come before any neural network: what do we learn from, what do we measure on, and what must a network beat? The music that models learn from and are measured on is a **corpus**.
#
# **What do we learn from?** Every corpus of the course has a **data card**: where the music comes from, who typed it in, under what terms, what is wrong with it.

# %%
for part in card_text("chorales").split("\n\n"):
    if part.startswith(("**What for", "**Source", "**Terms")):
        print(part, end="\n\n")

# %% [markdown]
# **What do we measure on?** A model is fitted on **training** pieces, choices are made on **validation** pieces, and **test** pieces are looked at once, at the end. Validation and test pieces are **held out**: no model learns from them. For Bach's chorales the literature has used one **split** since Boulanger-Lewandowski, Bengio and Vincent (2012), and so do we: only then can numbers be compared.
# Of the published pieces we have 213, 68 and 72; eight more of ours, which the split does not list, were put into training because no tune of theirs is held out. Always print such coverage beside a number.

# %%
published = {"train": 229, "valid": 76, "test": 77}
for name, pieces in {"train": train, "valid": valid, "test": test}.items():
    cells = sum(piece.pitches.size for piece in pieces)
    print(
        f"{name:6s} {len(pieces):4d} pieces, {cells:8,d} cells; published: {published[name]} pieces"
    )

# %% [markdown]
# **Is the split honest?** Bach set the same hymn tunes several times. If a tune stands in training in C and in test in D, a model may know it by heart, and the test says less than it seems. You will build the index that finds such tunes. It must not listen to the key.
#
# On the pipeline we stand at the features, and look ahead to the model.

# %%
describe(plot_pipeline(2), "The course's pipeline; this lesson stands at the features.")

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: likelihood.** A model gives every cell $x_t$ of a piece a probability, given everything before it. Chaining them gives the probability of the piece,
#
# $$ p(x_1, \dots, x_T) = \prod_{t=1}^{T} p(x_t \mid x_1, \dots, x_{t-1}). $$
#
# This is the model's **likelihood** of the piece. Such a product soon is unimaginably small; so one takes the logarithm, turns the sign, and divides by the number of cells. The result, in **nats per note**, is 0 for a model that always knew, and grows with its surprise. The literature says *note* and means *cell*, one voice at one sixteenth: a quarter note counts four times. About three cells in four repeat the one before, so that small numbers are to be expected.
#
# $$ \ell = -\frac{1}{T} \sum_{t=1}^{T} \ln p(x_t \mid x_1, \dots, x_{t-1}). $$

# %%
probabilities = np.array([0.5, 0.25, 1.0])
assert abs(-np.log(probabilities).mean() - math.log(8) / 3) < 1e-12

# %% [markdown]
# **Step 2: perplexity.** The **perplexity** $e^{\ell}$ says among how many equally likely notes the model was in doubt. A model that knows nothing of 51 tokens, 50 pitches and silence, has $\ell = \ln 51$ and a perplexity of 51.

# %%
assert abs(math.exp(math.log(51)) - 51) < 1e-9
print(f"knowing nothing costs {math.log(51):.2f} nats per note")

# %% [markdown]
# **Step 3: longer contexts.** A context of one note is poor, one of four whole chords is rich; but a rich context has hardly ever been seen before, and says "never" to everything new. One "never" costs $-\ln 0 = \infty$ nats.

# %%
with np.errstate(divide="ignore"):
    assert -np.log(0.0) == np.inf

# %% [markdown]
# **Step 4: mixing.** So each level is mixed with the one below it. A context that was seen $N$ times, followed by $K$ different tokens, among them $c(x)$ times by $x$, says (Witten and Bell, 1991)
#
# $$ p(x) = \frac{c(x) + K \, p_{\text{below}}(x)}{N + K}. $$
#
# If $K$ is small against $N$, the context is sure of itself and the lower level hardly speaks; if nearly every token was another one, the lower level speaks up.

# %%
c, N, K, below = 6, 6, 1, 0.25
assert (c + K * below) / (N + K) == 6.25 / 7

# %% [markdown]
# **Step 5: it is a distribution.** Summing over all $x$ gives $(N + K \cdot 1) / (N + K) = 1$, if the lower level sums to one. Below the lowest level all pitches are equally likely, so by induction every level does.

# %%
counts, flat = {"C": 2, "D": 1}, {"C": 0.25, "D": 0.25, "E": 0.25, "F": 0.25}
assert abs(sum((counts.get(x, 0) + 2 * p) / (3 + 2) for x, p in flat.items()) - 1) < 1e-12

# %% [markdown]
# ## 5. By hand
#
# Four notes: **C D C E**, over the alphabet C, D, E, F. Level 0 knows nothing of the past, level 1 the note before. What follows C?
#
# - Below everything: each token 1/4.
# - Level 0 has seen N = 4 notes of K = 3 kinds: C twice, D and E once. p(C) = (2 + 3/4) / 7 = 11/28, p(D) = p(E) = (1 + 3/4) / 7 = 7/28, p(F) = (0 + 3/4) / 7 = 3/28.
# - Level 1, after C, has seen D once and E once: N = 2, K = 2. p(D) = (1 + 2 · 7/28) / 4 = 3/8, and F, which never came, still gets (0 + 2 · 3/28) / 4 = 3/56.

# %%
uniform = dict.fromkeys("CDEF", 1 / 4)
level_0 = plain.witten_bell(Counter("CDCE"), uniform)
level_1 = plain.witten_bell({"D": 1, "E": 1}, level_0)
print({token: round(p, 4) for token, p in level_1.items()}, 3 / 8, round(3 / 56, 4))

# %% [markdown]
# ## 6. Build it
#
# Five exercises: hearing tunes without their key, likelihood, mixing, temperature, and the test for copying.

# %% [markdown]
# ### Exercise 1: A tune in any key
#
# *Difficulty 2 of 5 · 10 minutes · 3 points*
#
# With this you find out how many test pieces sing a tune that the model has been trained on.
#
# Write `interval_windows(pitches, length)`.
#
# - `pitches`: a list of MIDI numbers (whole numbers), one for each note, possibly empty. `length`: a whole number, 1 or more.
# - Returns a `set` of tuples. Each tuple holds `length` intervals that follow one another directly; an interval is the later pitch minus the earlier one. Every stretch of the melody is in the set; a melody of `length` notes or fewer has none.
# - The list is not changed.
#
# Example: `interval_windows([60, 62, 64, 65], 2)` gives `{(2, 2), (2, 1)}`, and so does the same melody ten semitones higher.


# %% nbgrader={"grade": false, "grade_id": "interval_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interval_windows(pitches, length):
    """Give every stretch of `length` intervals of a melody, as a set of tuples."""
    ### BEGIN SOLUTION
    intervals = [pitches[i + 1] - pitches[i] for i in range(len(pitches) - 1)]
    last = len(intervals) - length
    return {tuple(intervals[i : i + length]) for i in range(last + 1)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "interval_windows_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.interval_windows(interval_windows)

# %% nbgrader={"grade": true, "grade_id": "interval_windows_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.interval_windows(
    interval_windows,
    [
        (([50, 57, 55, 55, 62, 60], 3), {(7, -2, 0), (-2, 0, 7), (0, 7, -2)}),
        (([127, 0, 1], 1), {(-127,), (1,)}),
        (([64, 62, 60, 62, 64], 4), {(-2, -2, 2, 2)}),
        (([64, 62, 60, 62, 64], 5), set()),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two steps: from the pitches to the list of intervals, then from the intervals to its stretches. A list of m intervals has m − length + 1 stretches.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Make a list of the differences between neighbours. For every place at which `length` of them still fit, take a slice, turn it into a tuple, and add it to a set. `range` with a number below 1 is empty, so short melodies need no case of their own.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `TypeError: unhashable type: 'list'`: a set holds tuples, not lists; `tuple(...)` turns one into the other.
# - `IndexError: list index out of range`: the last note has no next one.
# - *yours is a dict*: `{}` is an empty dictionary; an empty set is `set()`.
#
# </details>

# %% [markdown]
# ### Exercise 2: How surprised is the model?
#
# *Difficulty 2 of 5 · 10 minutes · 3 points*
#
# This is the number at the top of every later lesson.
#
# Write `nats_per_note(pieces)`.
#
# - `pieces`: a list with a list for each piece: the probability, above 0 and at most 1, that a model gave to each of its notes. There is at least one note in all; a piece may be empty.
# - Returns a number: the mean of −ln p over *all notes of all pieces*, so that a long piece counts for more than a short one. It may be off by a billionth.
# - The lists are not changed.
#
# Example: `nats_per_note([[0.5], [0.25, 0.25, 0.25]])` is (ln 2 + 3 · ln 4) / 4 ≈ 1.213.


# %% nbgrader={"grade": false, "grade_id": "nats_per_note", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nats_per_note(pieces):
    """Give the mean negative log-likelihood over all notes of all pieces."""
    ### BEGIN SOLUTION
    total, notes = 0.0, 0
    for piece in pieces:
        for probability in piece:
            total -= math.log(probability)
            notes += 1
    return total / notes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "nats_per_note_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.nats_per_note(nats_per_note)

# %% nbgrader={"grade": true, "grade_id": "nats_per_note_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.nats_per_note(
    nats_per_note,
    [
        (([[math.exp(-1), math.exp(-2)], [math.exp(-6)]],), 3.0),
        (([[], [1.0, math.exp(-4)], [math.exp(-2)], []],), 2.0),
        (([[1e-300]],), 300 * math.log(10)),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Not a mean of means: put all notes of all pieces into one pot.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Two loops, over pieces and over their probabilities. Add up −log of each, and count. Divide at the end, once.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `ZeroDivisionError`: an empty piece was divided by its own length; divide by the number of *all* notes.
# - A result that is 1.44 times too large: `math.log2`; a nat belongs to `math.log`.
# - `TypeError: must be real number, not list`: `math.log` takes one number; a piece is a list of them.
#
# </details>

# %% [markdown]
# ### Exercise 3: Mixing levels
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# This is the whole n-gram: everything else is bookkeeping of contexts.
#
# Write `witten_bell(counts, below)`, the formula of step 4 in *The mathematics*.
#
# - `counts`: a dictionary from token to how often it followed the context, 1 or more; tokens that never did are missing. It may be empty: the context was never seen.
# - `below`: a dictionary from *every* token of the vocabulary to its probability at the level below.
# - Returns a *new* dictionary from every token of `below` to its mixed probability. If the context was never seen, these are the probabilities of `below`.
# - The arguments are not changed.
#
# Example: `witten_bell({"C": 1}, {"C": 0.25, "D": 0.75})` gives `{"C": 0.625, "D": 0.375}`: N = 1, K = 1, and p(C) = (1 + 0.25) / 2.


# %% nbgrader={"grade": false, "grade_id": "witten_bell", "locked": false, "schema_version": 3, "solution": true, "task": false}
def witten_bell(counts, below):
    """Mix what a context has seen with what the level below says."""
    ### BEGIN SOLUTION
    if not counts:
        return dict(below)
    seen, kinds = sum(counts.values()), len(counts)
    mixed = {}
    for token, probability in below.items():
        mixed[token] = (counts.get(token, 0) + kinds * probability) / (seen + kinds)
    return mixed
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "witten_bell_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.witten_bell(witten_bell)

# %% nbgrader={"grade": true, "grade_id": "witten_bell_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.witten_bell(
    witten_bell,
    [
        (({60: 3, 62: 1}, {60: 0.5, 62: 0.25, 64: 0.25}), {60: 4 / 6, 62: 1.5 / 6, 64: 0.5 / 6}),
        (({}, {1: 0.5, 2: 0.5}), {1: 0.5, 2: 0.5}),
        (({-1: 9}, {-1: 0.1, 7: 0.9}), {-1: 9.1 / 10, 7: 0.09}),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You need two numbers of the context before you start: N, the sum of its counts, and K, how many tokens have a count.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# If there are no counts, return a copy of `below`. Otherwise go through all tokens of `below`; take the token's count, or 0, add K times its probability, and divide by N + K.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `KeyError: 'D'`: a token that never came has no entry in `counts`; `counts.get(token, 0)` gives 0.
# - `ZeroDivisionError`: without counts N + K is 0; treat that case first.
# - *the probabilities add up to …*: K is the number of *different* tokens, `len(counts)`; N is their sum.
#
# </details>

# %% [markdown]
# ### Exercise 4: Temperature
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# One knob decides whether a model plays safe or takes risks; at either end, music gets worse.
#
# Write `with_temperature(probabilities, temperature)`.
#
# - `probabilities`: a list of at most a hundred numbers from 0 up whose sum is 1. `temperature`: 0, or a number from 0.01 up.
# - Returns a list of probabilities in the same order. Each is proportional to $p^{1/\text{temperature}}$, and they sum to 1. What had probability 0 keeps exactly 0.
# - Temperature 0 is the limit: the likeliest gets 1 and all others 0; if several are likeliest, the first of them gets 1.
# - A result may be off by a millionth. The list is not changed.
#
# Example: `with_temperature([0.8, 0.2], 2)` is proportional to √0.8 and √0.2, that is 2 to 1: `[2/3, 1/3]`.


# %% nbgrader={"grade": false, "grade_id": "with_temperature", "locked": false, "schema_version": 3, "solution": true, "task": false}
def with_temperature(probabilities, temperature):
    """Sharpen (below 1) or flatten (above 1) a distribution."""
    ### BEGIN SOLUTION
    largest = max(probabilities)
    if temperature == 0:
        first = list(probabilities).index(largest)
        return [1.0 if i == first else 0.0 for i in range(len(probabilities))]
    weights = [(p / largest) ** (1 / temperature) for p in probabilities]
    return [weight / sum(weights) for weight in weights]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "with_temperature_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.with_temperature(with_temperature)

# %% nbgrader={"grade": true, "grade_id": "with_temperature_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.with_temperature(
    with_temperature,
    [
        (([0.1, 0.9], 0.5), [1 / 82, 81 / 82]),
        (([0.2, 0.2, 0.6], 0), [0.0, 0.0, 1.0]),
        (([0.3, 0.35, 0.35], 0), [0.0, 1.0, 0.0]),
        (([0.75, 0.25, 0.0], 0.25), [81 / 82, 1 / 82, 0.0]),
        (
            ([0.04, 0.64, 0.32], 2),
            [0.2 / 1.5656854249, 0.8 / 1.5656854249, 0.5656854249 / 1.5656854249],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Raise to a power, then make the sum 1 again. Temperature 0 needs a branch of its own: 1 / 0 has no value.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# If the temperature is 0, find the place of the largest probability with `index`, which gives the first one, and return a list with 1 there and 0 elsewhere. Otherwise divide each by the largest, so that nothing gets too small, take `p ** (1 / temperature)` of each, and divide all by their sum.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `ZeroDivisionError`: temperature 0 came into `1 / temperature`; or, at a very low temperature, all powers became 0, which dividing by the largest first prevents.
# - `AttributeError: 'list' object has no attribute 'sum'`: `sum(weights)` works for lists.
# - *the probabilities add up to …*: after the power they no longer sum to 1; divide by their sum.
#
# </details>

# %% [markdown]
# ### Exercise 5: Copied or new?
#
# *Difficulty 4 of 5 · 15 minutes · 4 points*
#
# A model with a splendid likelihood may simply recite. This test hears it, in any key.
#
# Write `longest_shared_run(melody, training)`.
#
# - `melody`: a list of MIDI numbers, possibly empty. `training`: a list of such melodies, possibly empty.
# - Returns a whole number: how many notes the longest stretch of `melody` has that also stands, with all its notes shifted by the same interval, in one of the training melodies. The notes of a stretch follow one another directly, and it lies within *one* training melody.
# - A single note is such a stretch, so the result is at least 1; only if `melody` is empty, or there is no training melody with a note, it is 0.
# - The arguments are not changed. Melodies have up to some hundred notes.
#
# Example: `longest_shared_run([60, 62, 64, 60], [[70, 72, 74, 80]])` is 3: 60 62 64 is 70 72 74, ten semitones lower.


# %% nbgrader={"grade": false, "grade_id": "longest_shared_run", "locked": false, "schema_version": 3, "solution": true, "task": false}
def longest_shared_run(melody, training):
    """Count the notes of the longest stretch that also stands in a training melody, in any key."""
    ### BEGIN SOLUTION
    training = [other for other in training if len(other)]
    if not len(melody) or not training:
        return 0
    length = 0  # intervals of the longest stretch so far
    for other in training:
        while plain.interval_windows(melody, length + 1) & plain.interval_windows(
            other, length + 1
        ):
            length += 1
    return length + 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "longest_shared_run_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.longest_shared_run(longest_shared_run)

# %% nbgrader={"grade": true, "grade_id": "longest_shared_run_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.longest_shared_run(
    longest_shared_run,
    [
        (([1, 3, 6, 10, 15, 21], [[50, 52, 55, 59, 60], [40, 44, 49, 55, 90]]), 4),
        (([72], [[30, 31], []]), 1),
        (([60, 60, 60], [[50, 51, 52]]), 1),
        (([5, 7, 5, 7, 5, 7, 9], [[7, 5, 7, 5], [60, 62, 60, 62, 64]]), 5),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Exercise 1 has done half of the work: two melodies share a stretch of n + 1 notes exactly if their sets of n intervals have a tuple in common. `plain.interval_windows` is the package's version of it.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Deal with empty melodies first. Keep the longest length so far, in intervals. For each training melody: as long as the two sets of windows of the next longer length have a common element (`a & b` is not empty), make the length one larger. The answer is one note more than intervals.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *is still running*: comparing every place with every place, note by note, is too slow or never ends; compare sets.
# - A result that is one too small: a stretch of n intervals has n + 1 notes.
# - `TypeError: unsupported operand type(s) for &: 'list' and 'list'`: `&` works on sets.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# First your index: which tunes stand on both sides of the split? The soprano is sampled once a beat, and two pieces count as relatives if they share a window of 16 intervals.

# %%
my_windows = use("interval_windows", interval_windows, plain.interval_windows)
my_nats = use("nats_per_note", nats_per_note, plain.nats_per_note)
my_mix = use("witten_bell", witten_bell, plain.witten_bell)
my_temperature = use("with_temperature", with_temperature, plain.with_temperature)
my_run = use("longest_shared_run", longest_shared_run, plain.longest_shared_run)

# %%
tunes = {piece.name: piece.pitches[::4, 0].tolist() for piece in chorales}
known = set().union(*(my_windows(tunes[piece.name], 16) for piece in train))
for name, pieces in {"valid": valid, "test": test}.items():
    seen = [piece for piece in pieces if my_windows(tunes[piece.name], 16) & known]
    print(f"{name}: {len(seen)} of {len(pieces)} pieces sing a stretch of a training tune")

# %% [markdown]
# More than a third of our validation pieces, and nearly half of our test pieces. (The marks that come with the corpus, `tune_in_train`, are made by a slightly different rule, which leaves out rests and windows without movement, and find one more in each.) From now on likelihood is
# reported for *seen* and *unseen* tunes apart.
#
# Now the n-gram. Each of its five levels is mixed with the one below it by the formula that you wrote:
#
# | level | what is known of the past |
# |---|---|
# | 0 | which voice |
# | 1 | and its place in the beat, and its last pitch |
# | 2 | and how long it has had that pitch, and which voices have already moved in this sixteenth |
# | 3 | and the pitches already written in this sixteenth |
# | 4 | the whole sixteenth before, and the pitches already written |
#
# Training is counting; every piece is counted in all keys that keep it in range: its **transpositions**, in which every pitch moves by the same interval. At the smallest budget it is counted in its own key only.

# %%
keys = 0 if budget() == "smoke" else 6
pieces = [moved for piece in train for moved in transposition.transpositions(piece.pitches, keys)]
model = ngram.fit_ngram(pieces)
stored = sum(len(level.counts) for level in model.levels)
print(f"{len(pieces):,} pieces in all keys, {stored:,} counts")

# %% [markdown]
# **Where in the bar?** The n-gram takes whole pieces. Networks take **windows**: stretches of one length, here 64 sixteenths, each from a bar line on. A window alone does not say where in the bar a step stands, so each step keeps two counts: its place in the bar of the score, and its place in bars of sixteen counted from the start of the piece.
# Here are both for a piece with a **pickup**, a few notes before the first full bar.

# %%
pickup = next(piece for piece in train if piece.pickup_steps)
for window in windows.cut_windows([pickup], 64)[:2]:
    print(f"{window.name}, {len(window.pitches)} rows from row {window.start} on")
    print("  in the bar:            ", *window.bar_positions[:12])
    print("  from the piece's start:", *window.start_positions[:12])

# %% [markdown]
# The two counts are a quarter note apart. A model that reads bare rows cannot know by how much: rows carry no bar lines, and the first of them may begin a pickup or a full bar. But every piece has a start, so that counting from there is the same in training and in measuring. The n-gram counts like this.
# It loses nothing by it, for it only asks for the place in the beat, and every pickup in this corpus lasts whole quarter notes.
#
# **Your formula at work.** Here is level 0 for the soprano, mixed by your own function: what is likely before anything is known of the past.

# %%
classes = range(model.config.num_classes)
level = model.levels[0]
kept = level.pairs // len(classes) == 0  # context 0: the soprano
tokens = (level.pairs[kept] % len(classes)).tolist()
seen_before = dict(zip(tokens, level.counts[kept].tolist(), strict=True))
mixed = my_mix(seen_before, dict.fromkeys(classes, 1 / len(classes)))
top = max(mixed, key=mixed.get)
print(f"the soprano's commonest pitch is {model.config.pitches[top]}, probability {mixed[top]:.3f}")

# %% [markdown]
# ## 8. Listen and look
#
# Eight bars by the n-gram (four at the smallest budget), from nothing: nobody gave it a beginning.

# %%
alone = model.generate(128 if keys else 64, np.random.default_rng(3))
show(
    music_of(alone),
    title="A chorale by the n-gram alone: small steps, but no key that lasts, and crossing voices",
)

# %% [markdown]
# A view inside: what does the model expect for the soprano's next sixteenth, right after the two bars of Bach? Your `with_temperature` reshapes it.

# %%
p = model.next_distribution(seed)
names = model.config.pitches
likely = np.argsort(-p)[:6]
shapes = {f"temperature {t}": my_temperature(p.tolist(), t) for t in (0.5, 1, 2)}
rows = {name: {int(names[i]): shape[i] for i in likely} for name, shape in shapes.items()}
axes = plot_distributions(
    rows, label="MIDI pitch of the soprano's next sixteenth (the six likeliest)"
)
describe(
    axes, "Bars for three temperatures: the lower, the more one pitch takes of the probability."
)

# %% [markdown]
# ## 9. Measure it
#
# **Likelihood.** Nats per note over all cells of each held-out piece, the first included, in its own key. First with your function, on one piece; then with the package's, on all.

# %%
logs = model.log_probabilities(valid[0].pitches)
print(
    f"{valid[0].name}: {my_nats([np.exp(logs).ravel().tolist()]):.3f} nats per note, by your function"
)
for keys_used, counted in {"own keys": small_model, "all keys": model}.items():
    for name, pieces in {"valid": valid, "test": test}.items():
        grids = [piece.pitches for piece in pieces]
        seen = [piece.tune_in_train for piece in pieces]
        found = likelihood.measure_likelihood(counted.log_probabilities, grids, seen)
        print(f"{keys_used}, {name:5s}", found)

# %% [markdown]
# (± is the **standard error** over pieces: how much such a mean varies by chance alone. At the smallest budget both models are the same.) Counting in all keys is worth about 0.11 nats: from 0.59 to 0.48. In all keys, seen tunes come out a little easier than unseen ones; in own keys, on the validation set, a little harder. None of these differences is much larger than the error, so they do not yet tell whether a known tune helps. Remember 0.48: it stands beside every later model. On the complete validation set,
# of which we have 68 of 76 pieces, a Transformer reached 0.417 and the Music Transformer 0.335 (Huang and others, 2019). A network that does not come below 0.48 has learned less than counting.
#
# **The metric card.** A likelihood says how surprised a model is by *real* music. The card looks at what it *writes*. Beside the model stand the data, and the data with shuffled bars and shuffled sixteenths: a metric that cannot tell those from music is deaf to order.

# %%
count = 2 if budget() == "smoke" else 8
chances = [np.random.default_rng(i) for i in range(count)]
written = [VoiceGrid(model.generate(128, chance)) for chance in chances]
table = card.metric_card({"n-gram": written}, [piece.grid for piece in valid[: 3 * count]])
table

# %% [markdown]
# Read it from the controls. Music with all its sixteenths shuffled passes pitch-class entropy and scale consistency, and groove consistency even *prefers* it. Shuffled bars pass nearly every row: hardly any metric here hears form. Now the n-gram: its scale consistency is far below the data's, because nothing in its contexts remembers
# the key; its voices cross and run in parallel more often than Bach's, because it never looks ahead. The last rows compare whole sets of pieces; lesson 12 explains them. No single number is enough, and none measures beauty.
#
# **Originality.** The longest run, in sixteenths of all four voices, that a piece shares with the training set in any key: for held-out Bach, cut to the same eight bars, and for what the n-gram wrote.

# %%
index = originality.build_run_index(
    [piece.grid for piece in train], [piece.name for piece in train]
)
cut = [VoiceGrid(piece.pitches[:128]) for piece in valid]
bach = [originality.longest_shared_run(piece, index).num_steps for piece in cut]
ours = [originality.longest_shared_run(piece, index) for piece in written]
print("held-out Bach: median", np.median(bach), " nine in ten below", np.quantile(bach, 0.9))
print("n-gram:       ", [run.num_steps for run in ours])
print(ours[0])

# %%
side = originality.passages(written[0], ours[0], index)
compare(
    side, title="The longest shared run of the first piece, and where it stands in the training set"
)

# %% [markdown]
# The n-gram shares less with the training set than Bach with himself: no sign of reciting. And with your own function, on the sopranos alone, two tunes that are not in training beside one that is:

# %%
training_tunes = [tunes[piece.name] for piece in train]
unseen = [tunes[piece.name] for piece in valid if not piece.tune_in_train][:2]
relative = tunes[next(piece.name for piece in valid if piece.tune_in_train)]
sopranos = [np.asarray(piece.pitches)[::4, 0].tolist() for piece in written[:2]]
for name, melodies in {"n-gram": sopranos, "unseen": unseen, "seen": [relative]}.items():
    print(f"{name:7s} beats in a row:", [my_run(melody, training_tunes) for melody in melodies])

# %% [markdown]
# ## 10. Break it
#
# Predict: what does the model play at temperature 0, when it always takes the likeliest note?

# %% jupyter={"source_hidden": true}
ask(
    "Temperature 0, always the likeliest note: what will you hear?",
    {
        "The most beautiful piece": "The likeliest next note is not the same as the likeliest piece.",
        "Chords that stand still": "For most cells the likeliest is: hold. So it holds, for ever.",
        "Noise": "That is the other end, a high temperature.",
    },
    right="Chords that stand still",
)


# %%
def sampler_at(temperature):
    """Give a sampler for the n-gram that uses your temperature."""

    def choose(probabilities, generator):
        shares = np.asarray(my_temperature(probabilities.tolist(), temperature))
        return int(generator.choice(len(shares), p=shares / shares.sum()))

    return choose


takes = {}
for t in (0, 0.7, 1, 2):
    grid = model.generate(64, np.random.default_rng(5), seed, sampler_at(t))
    takes[f"temperature {t}"] = music_of(grid)
    findings = diagnosis.diagnose(music_of(grid[32:])) or ["nothing to complain of"]
    print(f"temperature {t}:", *findings, sep="\n    ")
compare(takes, title="Two bars of Bach, then four bars at temperature 0, 0.7, 1 and 2")

# %% [markdown]
# The lines above the player come from `diagnose`. It sees only the notes, names the usual causes, and the lesson that explains them; here you know the real cause: the temperature.

# %% [markdown]
# ## 11. Your own music
#
# Your folder of MIDI files becomes a data set: the top line of each piece, counted by the machine of lesson 00, which then goes on from the first notes of your first piece. Every file of your folder is used, or refused with the reason and what helps. If none can be used, three sopranos of Bach stand in.


# %%
def line_of(piece):
    """Give the top line as (pitch, quarter notes up to the next note, at most four)."""
    line = top_line.top_line(piece, most_notes=2000)
    sixteenths = np.diff([*line.onsets, line.onsets[-1] + 4]).clip(max=16)
    return list(zip(line.pitches, (sixteenths / 4).tolist(), strict=True))


spare = {f"the soprano of {p.name}": line_of(p.to_note_sequence()) for p in train[:3]}
own = own_music.read_own(line_of, lambda line: f"{len(line)} notes of the top line", spare)
print(own.report())

# %%
name, first = own.first
counts = markov.count_next(own.music.values())
melody = markov.continue_melody(counts, first[:4], 40, np.random.default_rng(0))
ends = np.cumsum([length for _, length in melody])
notes = [Note(p, end - d, end) for (p, d), end in zip(melody, ends.tolist(), strict=True)]
show(NoteSequence(tuple(notes)), title=f"A melody drawn from these lines, begun as {name} begins")

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/03_data_and_baselines/03_data_and_baselines.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_numbers", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Which numbers may stand side by side? (2 points)** Somebody reports 0.22 nats per note on the chorales' test set for a network, and concludes that it is twice as good as your n-gram with 0.48. In the text you find that the network was given, for every sixteenth, the name of the chord of *this very sixteenth*.
# Explain in three to six sentences why the two numbers cannot be compared, and name two other things that must be equal before nats per note of two models may stand in one table.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: the chord's name is computed from the notes that are to be predicted, so that a part of the answer is given away; the number is the surprise *given the chord*, and the surprise about the chord itself is left out. By the chain rule −ln p(notes) = −ln p(chord) − ln p(notes | chord), and only the sum can be compared.
# Two models must also be measured on the same split and pieces (or print their coverage), on the same grid with the same units (a nat per sixteenth and voice is not a nat per frame or per token), in the same keys, with the first cells and rests counted in the same way.
#
# Rubric: one point for seeing that the chord gives away a part of the answer; half a point each for two further conditions with a reason (same pieces or split, same grid and unit, same keys or transposition, same treatment of first cells, rests and held notes, no choice made on test pieces). Nothing for "another architecture".
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A split is honest only if one knows which tunes stand on both sides. Nats per note measure a model's surprise, and only like may be compared with like. Mixing rare with general contexts makes counting a strong model, about 0.48 nats per note. Metrics of written music
# are deaf to much, so controls belong beside them. And what is too good may be copied: look.
#
# **Check yourself.** Can you … say what 0.48 nats per note means as a perplexity? … explain why one impossible note spoils a likelihood? … name a metric that shuffled music passes?
#
# **If you want more**
#
# - *A first step:* leave out level 4 of the n-gram (`model.levels[:4]`; `dataclasses.replace` makes a model with other levels). How many nats does it save?
# - *Further:* let the place in the *bar*, not only in the beat, be known to level 1. `bar_starts` of a chorale has it.
# - *Far:* mix with weights that are fitted on the validation pieces instead of Witten and Bell's formula. What do you gain on test?
#
# **Reading**
#
# - I. Witten, T. Bell, *The zero-frequency problem* (1991): where the formula comes from.
# - N. Boulanger-Lewandowski, Y. Bengio, P. Vincent, *Modeling temporal dependencies in high-dimensional sequences* (2012): the split, and the task.
# - L.-C. Yang, A. Lerch, *On the evaluation of generative models in music* (2018): comparing sets of pieces by distances.
#
# Go on with [04 · Recurrent networks](../04_rnn/04_rnn.ipynb), which gives the model a memory that is learned.
