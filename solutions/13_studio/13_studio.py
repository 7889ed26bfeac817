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
# # 13 · The studio
#
# **Three clients ask for music. You meet their requests with everything that this course has built, deliver files that anybody can make again byte for byte, and say what has been measured and what has not.**
#
# | | |
# |---|---|
# | Time | 55 minutes to read, 50 minutes to code, less than a minute of computing; fifteen more minutes in the studio |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), sampling and originality; [05 · Gates](../05_lstm/05_lstm.ipynb), temperature and conditions; [07 · Attention](../07_transformer/07_transformer.ipynb), harmonising under rules; [11 · Control and arrangement](../11_control_and_arrangement/11_control_and_arrangement.ipynb), arranging, proxies, loops and lengths |
# | Sections left out: | 7 Train it (the models are those of the earlier lessons) |
#
# You will be able to
#
# - turn what somebody wants into a request, and a request into a finished piece;
# - write a recipe that gives a piece again on any machine, and say why a seed alone does not;
# - deliver a loop without a seam, a piece of exactly fifteen seconds, and an exercise that can be read at sight;
# - tell automatic criteria from human ones, and find your way in the field as it was in late 2026.

# %%
import hashlib
from dataclasses import replace

import numpy as np

from course import plotting, reproducibility
from course.arranging import emotion, loops
from course.checks import studio as check
from course.checks.core import use
from course.data import load_chorales, own_music
from course.evaluation import originality
from course.note_sequence import Tempo
from course.playback import Recording, compare, render_stems, show
from course.quiz import ask
from course.studio import commissions, panel, plain, recipe, request, request_files, takes

# %% [markdown]
# ## 1. Hear it first
#
# A request in one line: *fifteen seconds, four voices, from calm to excited, a rock band behind a brass quartet, and all together at the end.* First what the LSTM of lesson 05 writes for it, as it writes it; then what the studio delivers. Both hold the same sampled notes.

# %%
smoke = reproducibility.budget() == "smoke"
model = "chorale_rnn" if smoke else "chorale_lstm"
rise = ((0.0, 0.0, -0.3), (1.0, 0.4, 0.5))  # place, valence, arousal
style = {"style": "rock", "mood": rise, "ensemble": "brass quartet", "ending": "hit"}
wish = request.Request(model=model, seconds=15, tempo=120, **style)
first = takes.make(wish)

# %%
plainly = request.Request(model=model, bars=wish.num_bars, tempo=120, ensemble="organ", human=0.0)
_, raw, _ = recipe.write_recipe(plainly, first.recipe.draws)
compare(
    {"as the model wrote it": raw, "as the studio delivers it": first.music},
    title="One draw of a model, plain and as the studio delivers it",
)

# %% jupyter={"source_hidden": true}
ask(
    "The same seed, the same model, another computer. Is the piece the same?",
    {
        "Always": "A seed fixes the random numbers, not the sums that the network computes.",
        "Perhaps": "Sums of floating-point numbers depend on their order, and processors choose "
        "different ones. This lesson's recipes do not depend on that.",
        "Never": "Often it is, for a whole piece. But nobody promises it.",
    },
    right="Perhaps",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "You lower the temperature from 0.9 to 0.3. What becomes of the takes?",
    {
        "They come closer to one another": "The likely becomes likelier, so draws differ less.",
        "They become shorter": "The temperature knows nothing of lengths.",
        "They get a lower likelihood cost in training": "Training is over; only the choice changes.",
    },
    right="They come closer to one another",
)

# %% jupyter={"source_hidden": true}
ask(
    "Alto, tenor and bass are written under a given soprano, from left to right. What can the "
    "model not do?",
    {
        "Prepare a soprano note that is still to come": "When it writes bar 3 it has not seen bar 4.",
        "Keep the soprano exactly": "Given cells are not drawn; they stay.",
        "Stay in a key": "A rule forbids the other pitches, at every step.",
    },
    right="Prepare a soprano note that is still to come",
)

# %% jupyter={"source_hidden": true}
ask(
    "A program prints: arousal proxy 0.6. What has been measured?",
    {
        "How excited listeners are": "There was no listener.",
        "Tempo, loudness and density": "A proxy is what can be counted in their place.",
        "The composer's intention": "There was none.",
    },
    right="Tempo, loudness and density",
)

# %% [markdown]
# ## 3. The idea
#
# A model gives notes. A client wants a *piece*: so long, for these players, with that mood, as a file that a game engine, an editor or a pupil can open. Between the two stands the pipeline that this course has followed from the first lesson:
#
# **request** (what is wanted, checked) → **model** (writes, note by note) → **arranging** (players, accompaniment, mood, tempo) → **outputs** (sound, MIDI, score, recipe).
#
# Three words for what follows. A **take** is one answer to a request. A **draw** is one time that the model wrote. **Ids** are the numbers that were sampled: here the pitches of four voices in every sixteenth.
#
# What a model alone cannot do, measured: it was asked for fifteen seconds, and it knows no seconds. Below are the lengths of a few bars of it at the tempo that was asked for, and the length of the delivered take; beside them the mood, asked for and measured.

# %%
print(f"as written : {raw.total_seconds:.6f} s")
print(f"delivered  : {first.music.total_seconds:.6f} s, asked for {wish.seconds} s")
for report in first.reports:
    print("  ", str(report).partition("\n")[0])

# %%
measured = emotion.measure_proxies(first.music)
axes = plotting.new_axes(None, (7, 2.8))
bars = np.arange(1, len(measured) + 1)
asked = [emotion.target_at(wish.emotion, bar.start + 2)[1] for bar in measured]
axes.plot(bars, asked, "--", marker="s", color=plotting.COLOURS[1], label="asked for")
axes.plot(
    bars,
    [bar.arousal_proxy for bar in measured],
    marker="o",
    color=plotting.COLOURS[0],
    label="measured",
)
axes.set(xlabel="bar", ylabel="arousal proxy", ylim=(-1, 1))
axes.legend()
plotting.describe(axes, "Arousal proxy, asked for and measured bar by bar: both rise.")

# %% [markdown]
# The two lines need not meet: the curve says how much *more* or *less* than usual, and rock is excited to begin with. What counts is that both rise.

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: a piece is a function of its ids.** Arranging throws no dice of its own that a seed in the recipe does not fix. So the ids, the request and the version of the course give the piece, and two machines that agree on these agree on every byte. Whether they do is checked with a **hash**: 256 bits that change when one bit of the file does.

# %%
again = recipe.replay(recipe.recipe_of(first.recipe.to_json()))
assert again == first.music
print("sha256 of the MIDI file:", first.recipe.midi_sha256[:16], "…")
assert hashlib.sha256(b"C4").hexdigest() != hashlib.sha256(b"C5").hexdigest()

# %% [markdown]
# **Step 2: why a seed is not enough.** A network's output is a sum of many products, and floating-point sums depend on the order:

# %%
left, right = (0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3)
assert left != right
print(f"{left:.17f}\n{right:.17f}")

# %% [markdown]
# A draw compares a random number with a running sum of probabilities. If two machines differ by $\varepsilon$ in each of $V$ sums, the draw differs where the random number falls into one of these gaps: with probability about $V\varepsilon$ at most. One different note changes all that follows. With single precision, $\varepsilon \approx 10^{-7}$, $V = 51$ and 500 draws, that is some 0.3 % of the pieces: rare enough to be overlooked, frequent enough to ruin somebody's day.

# %%
chance = 500 * 51 * 1e-7
assert 0.002 < chance < 0.003
print(f"at most {chance:.2%} of the pieces")

# %% [markdown]
# **Step 3: seconds.** As in lesson 11, a MIDI file says a tempo as whole *microseconds a quarter note*. A piece of $n$ quarters lasts $n \cdot m$ microseconds; 15 seconds are 15 000 000, and $n$ seldom divides them. The remainder is shared: $r$ quarters last $m + 1$, the other $n - r$ last $m$.

# %%
m, r = divmod(15_000_000, 31)
assert r * (m + 1) + (31 - r) * m == 15_000_000
print(f"31 quarters: {r} of {m + 1} and {31 - r} of {m} microseconds")
assert 31 * round(60e6 / 124) != 15_000_000  # 124 a minute, one tempo

# %% [markdown]
# **Step 4: a loop.** As in lesson 11, now for you to write. Let $x_0, x_1, \dots$ be the samples of one round, with the tail that rings on behind its end at $L$. Play it again and again: once it has been running, sample $n$ of the loop is the sum of this round and the tails of all rounds before,
#
# $$ y_n = x_n + x_{n+L} + x_{n+2L} + \dots, \qquad 0 \le n < L . $$
#
# The last sample of $y$ then leads to its first as any sample leads to the next.

# %%
x, L = np.array([1.0, 2, 3, 10, 20]), 3
running = sum(np.pad(x, (L * k, L * (9 - k))) for k in range(10))  # ten rounds on top
assert running[6 * L : 7 * L].tolist() == [11.0, 22, 3]

# %% [markdown]
# **Step 5: how many takes?** If a share $p$ of all takes meets a client's criteria, the first good one comes after $1/p$ takes on average, and among $k$ takes there is one with probability $1 - (1-p)^k$.

# %%
chance, p, k = np.random.default_rng(0), 0.3, 5
good = chance.random((20_000, k)) < p
print(f"formula {1 - (1 - p) ** k:.3f}, counted {good.any(axis=1).mean():.3f}")
assert abs(good.any(axis=1).mean() - (1 - (1 - p) ** k)) < 0.01

# %% [markdown]
# ## 5. By hand
#
# A piece of four bars with a note each, **C D E F**: 60, 62, 64, 65. You like bars 1 and 3, lock them, and the model writes the two others anew: 67 and 69. The piece is now 60 67 64 69. You lock bars 2, 3 and 4, and it writes 72: **72 67 64 69**. The recipe holds the first four bars, then (locked 1, 3; new 67, 69), then (locked 2, 3, 4; new 72).
#
# And a piece of 7 quarters in one second: 1 000 000 = 7 · 142 857 + 1. So **one quarter of 142 858 microseconds and six of 142 857**.

# %%
edits = [({1, 3}, [[67], [69]]), ({2, 3, 4}, [[72]])]
print("replayed:", plain.replay_bars([[60], [62], [64], [65]], edits), "by hand: 72 67 64 69")
print("tempos  :", plain.exact_tempos(7, 1), "by hand: (1, 142858), (6, 142857)")
assert plain.replay_bars([[60], [62], [64], [65]], edits) == [[72], [67], [64], [69]]

# %% [markdown]
# ## 6. Build it
#
# Five exercises: the recipe, then one for each client, then the search for a take that meets a commission. In section 8 they deliver.

# %% [markdown]
# ### Exercise 1: The recipe
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# Somebody sends you a recipe. You have no model, no seed, and perhaps another processor; you have what was sampled, and what was kept. That is enough.
#
# Write `replay_bars(first, edits)`.
#
# - `first`: a list of bars, each a list of MIDI pitches.
# - `edits`: a list of pairs `(locked, fresh)`, in the order in which they were made. `locked` is a set, a list or a tuple of the numbers of bars that were kept, *counted from 1*; `fresh` is a list with a new bar for each bar that was not kept, in their order.
# - Returns the list of bars after all edits. The arguments are not changed.
#
# Example: first `[[60], [62], [64]]`, one edit `([2], [[70], [74]])`: bar 2 stays, the others are new, so `[[70], [62], [74]]`.


# %% nbgrader={"grade": false, "grade_id": "replay_bars", "locked": false, "schema_version": 3, "solution": true, "task": false}
def replay_bars(first, edits):
    """Make a piece again from its recipe."""
    ### BEGIN SOLUTION
    bars = list(first)
    for locked, fresh in edits:
        new = iter(fresh)
        for number in range(1, len(bars) + 1):
            if number not in locked:
                bars[number - 1] = next(new)
    return bars
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "replay_bars_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.replay_bars(replay_bars)

# %% nbgrader={"grade": true, "grade_id": "replay_bars_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.replay_bars(
    replay_bars,
    [
        (
            (
                [[1], [2], [3], [4], [5]],
                [([1, 5], [[12], [13], [14]]), ({3}, [[21], [22], [24], [25]])],
            ),
            [[21], [22], [13], [24], [25]],
        ),
        (([[48, 50, 52]], [((), [[60]])]), [[60]]),
        (
            ([[60], [62]], [([1], [[64]]), ([2], [[65]]), ([1], [[67]]), ([2], [[69]])]),
            [[69], [67]],
        ),
        (([[7]] * 11, [([*range(1, 11)], [[8]])]), [[7]] * 10 + [[8]]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two things run along: the numbers of the bars, and the new bars, of which one is used up only where a bar is free.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Copy the list of bars. For each edit make `new = iter(fresh)`; for each number from 1 to the number of bars that is not in `locked`, put `next(new)` into place `number - 1`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *bars are counted from 1*: `enumerate(bars)` counts from 0; `enumerate(bars, 1)` does not.
# - *keeps what the first one has made*: the second edit starts from `first` again.
# - *changes the arguments*: `bars = first` is the same list under another name.
# - `IndexError: list index out of range`: the new bars are counted by themselves, not by the number of the bar.
#
# </details>

# %% [markdown]
# ### Exercise 2: The game: a loop without a seam
#
# *Difficulty 3 of 5 · 8 minutes · 3 points*
#
# A player may stay in the forest for an hour. The music goes round every ten seconds, and nobody must hear where. Cut off at the end, the last chord stops dead; with its tail, the loop is too long. Step 4 of *The mathematics* has the way out.
#
# Write `fold_tail(samples, length)`.
#
# - `samples`: NumPy array (n,), one round of the loop with its tail. n may be shorter than the loop, as long, longer, or several times as long, and 0.
# - `length`: a whole number L, 1 or more, the length of the loop in samples.
# - Returns an array (L,): what sounds behind the end is added to the beginning, as often as it takes. A round that is shorter than the loop is followed by zeros. The argument is not changed.
#
# Example: `fold_tail` of `[1, 2, 3, 10, 20]` with L = 3 gives `[11, 22, 3]`.


# %% nbgrader={"grade": false, "grade_id": "fold_tail", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fold_tail(samples, length):
    """Add the tail of a loop to its beginning."""
    ### BEGIN SOLUTION
    loop = np.zeros(length)
    for start in range(0, len(samples), length):
        part = samples[start : start + length]
        loop[: len(part)] += part
    return loop
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "fold_tail_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.fold_tail(fold_tail)

# %% nbgrader={"grade": true, "grade_id": "fold_tail_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.fold_tail(
    fold_tail,
    [
        (([4.0, 5, 6, 7, 8], 4), [12.0, 5, 6, 7]),
        (([1.0] * 10, 3), [4.0, 3, 3]),
        (([2.0, -1.0, 0.5], 1), [1.5]),
        (([0.25], 5), [0.25, 0, 0, 0, 0]),
        (([1.0, 2, 3, 4, 5, 6], 3), [5.0, 7, 9]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Cut the samples into pieces of the loop's length. Where does each of them belong?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Start from `np.zeros(length)`. For `start` in `range(0, len(samples), length)` take `part = samples[start : start + length]` and add it to the first `len(part)` places.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *goes around more than once*: there may be several pieces, not two.
# - *silent to its end*: the result has L numbers even if there are fewer samples.
# - `ValueError: operands could not be broadcast together`: the last piece is shorter; add it to as many places as it has.
# - *changes the arguments*: `samples[:length] += …` writes into the array that you were given.
#
# </details>

# %% [markdown]
# ### Exercise 3: The advertisement: exactly so long
#
# *Difficulty 3 of 5 · 8 minutes · 4 points*
#
# Broadcasting time is paid by the second, and fifteen seconds are not 15.004. Step 3 of *The mathematics* shares the remainder.
#
# Write `exact_tempos(num_quarters, seconds)`.
#
# - `num_quarters`: a whole number n, the length of the piece in quarter notes, 1 or more. `seconds`: a whole number, 1 or more.
# - Returns a list of pairs `(quarters, micros)` of whole numbers: so many quarters last so many microseconds *each*. All quarters together are n, all microseconds together are `seconds` · 1 000 000, exactly.
# - At most two pairs, whose microseconds differ by one; the slower tempo (with more microseconds) comes first; a pair of 0 quarters is left out.
#
# Example: 31 quarters in 15 seconds give `[(30, 483871), (1, 483870)]`; 30 quarters give `[(30, 500000)]`.


# %% nbgrader={"grade": false, "grade_id": "exact_tempos", "locked": false, "schema_version": 3, "solution": true, "task": false}
def exact_tempos(num_quarters, seconds):
    """Give tempos that last exactly so long."""
    ### BEGIN SOLUTION
    micros, longer = divmod(seconds * 1_000_000, num_quarters)
    tempos = [(longer, micros + 1), (num_quarters - longer, micros)]
    return [tempo for tempo in tempos if tempo[0] > 0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "exact_tempos_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.exact_tempos(exact_tempos)

# %% nbgrader={"grade": true, "grade_id": "exact_tempos_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.exact_tempos(
    exact_tempos,
    [
        ((36, 15), [(24, 416_667), (12, 416_666)]),
        ((64, 30), [(64, 468_750)]),
        ((1_000, 61), [(1_000, 61_000)]),
        ((17, 6), [(3, 352_942), (14, 352_941)]),
        ((999, 300), [(300, 300_301), (699, 300_300)]),
        ((3, 1), [(1, 333_334), (2, 333_333)]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Share 15 000 000 marbles among 31 children as fairly as possible: most get this many, a few one more.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `divmod(a, b)` gives the whole part and the remainder. The remainder says how many quarters are one microsecond longer. Leave out the pair that has none.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *microseconds off*: `round` or `int` of a fraction gives every quarter the same; the remainder is lost.
# - *the slower tempo comes first*: more microseconds a quarter are slower.
# - *one tempo is enough*: if nothing is left over there is one pair.
# - *should be a whole number; yours is a float*: `/` gives fractions, `//` does not.
#
# </details>

# %% [markdown]
# ### Exercise 4: The lesson: can it be read?
#
# *Difficulty 3 of 5 · 12 minutes · 4 points*
#
# A pupil reads a line at first sight. It has to stay in a key, in the notes that the pupil knows, in rhythms of the pupil's level, and without wild leaps. A model that has learned from fiddlers does not care; so its takes are looked through.
#
# Write `reading_faults(notes, scale, span, lengths)`.
#
# - `notes`: a list of pairs `(pitch, length)`, MIDI number and quarter notes. It may be empty.
# - `scale`: the pitch classes of the key (C is 0, B is 11). `span`: the lowest and the highest pitch that the pupil knows, both included. `lengths`: the lengths that the pupil knows.
# - Returns a list of pairs `(number, fault)`: the number of the note, *counted from 0*, and `"key"`, `"range"`, `"rhythm"` or `"leap"`. A leap is more than 12 semitones from the note before, up or down; the first note has none.
# - In the order of the notes; of one note in the order key, range, rhythm, leap.
#
# Example: in G major `[7, 9, 11, 0, 2, 4, 6]` with the span `(62, 74)` and the lengths `[0.5, 1, 2]`, the notes `[(67, 1), (65, 0.25)]` give `[(1, "key"), (1, "rhythm")]`.


# %% nbgrader={"grade": false, "grade_id": "reading_faults", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reading_faults(notes, scale, span, lengths):
    """Say what cannot be read at sight."""
    ### BEGIN SOLUTION
    faults = []
    for number, (pitch, length) in enumerate(notes):
        if pitch % 12 not in scale:
            faults.append((number, "key"))
        if not span[0] <= pitch <= span[1]:
            faults.append((number, "range"))
        if length not in lengths:
            faults.append((number, "rhythm"))
        if number > 0 and abs(pitch - notes[number - 1][0]) > 12:
            faults.append((number, "leap"))
    return faults
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "reading_faults_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.reading_faults(reading_faults)

# %% nbgrader={"grade": true, "grade_id": "reading_faults_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.reading_faults(
    reading_faults,
    [
        (
            ([(65, 1.0), (71, 3.0), (70, 1.0)], (5, 7, 9, 10, 0, 2, 4), (60, 77), (1.0, 3.0)),
            [(1, "key")],
        ),
        (
            ([(48, 0.5), (61, 1.5), (47, 0.5)], (0, 2, 4, 5, 7, 9, 11), (48, 60), (0.5, 2.0)),
            [(1, "key"), (1, "range"), (1, "rhythm"), (1, "leap"), (2, "range"), (2, "leap")],
        ),
        (([(60, 4.0)], (0,), (60, 60), (4.0,)), []),
        (([(48, 4.0), (60, 4.0), (64, 4.0)], (0, 4), (48, 64), (4.0,)), []),
        (([(72, 0.75), (60, 0.75), (72, 0.75)], (0, 4, 7), (60, 72), (0.75,)), []),
        (
            ([(59, 1.0), (60, 1.0), (61, 1.0)], (11, 0, 1), (60, 60), (1.0,)),
            [(0, "range"), (2, "range")],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Four questions to each note, in a fixed order, each with its own `if`.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `enumerate(notes)` gives number and note. The pitch class is `pitch % 12`. For a leap compare with `notes[number - 1][0]`, but not for the first note.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *in whatever octave*: compare pitch classes, not pitches, with the scale.
# - *are still known*: both ends of the span belong to it.
# - *down as well as up*: take the absolute difference.
# - *of one note the faults come in the order*: `elif` stops at the first fault of a note.
#
# </details>

# %% [markdown]
# ### Exercise 5: The commission
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# Chance is cheap, and clients are strict: let the model write until a take meets the criteria, and deliver that one. If none does, deliver the best and say what is wrong with it. This is the whole studio in ten lines.
#
# Write `commission(make, faults, seeds)`.
#
# - `make`: a function; `make(seed)` gives a take. It costs time, so call it once for each seed at most, in the order of `seeds`, and not again once a take has no fault.
# - `faults`: a function; `faults(take)` gives a list of what is wrong with the take, empty if nothing is.
# - `seeds`: a list of whole numbers, at least one.
# - Returns a tuple `(seed, take, list of faults)` of the first take without faults. If there is none: of the take with the fewest faults; of equally good ones the first.
#
# The check hands in advertisements, reading exercises and game loops, and judges what you deliver by the criteria of `course.studio.commissions`.
#
# Example: if the takes of the seeds 5, 6 and 7 have two, one and no faults, `commission(make, faults, [5, 6, 7])` gives seed 7, its take and `[]`; with `[5, 6]` it gives seed 6, its take and its one fault.


# %% nbgrader={"grade": false, "grade_id": "commission", "locked": false, "schema_version": 3, "solution": true, "task": false}
def commission(make, faults, seeds):
    """Make takes until one has no faults."""
    ### BEGIN SOLUTION
    best = None
    for seed in seeds:
        take = make(seed)
        found = faults(take)
        if best is None or len(found) < len(best[2]):
            best = (seed, take, found)
        if not found:
            return best
    return best
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "commission_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.commission(commission)

# %% nbgrader={"grade": true, "grade_id": "commission_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.commission(
    commission,
    [
        ("advertisement", (4, 3), 4),
        ("another lesson", (9, 0, 2), 2),
        ("lesson", (6, 5, 7), 7),
        ("advertisement", (1, 2), 1),
        ("game", (9, 10), 10),
        ("another lesson", (9,), 9),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Remember the best that you have seen, and stop when there is nothing left to wish for.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Start with `best = None`. For each seed make the take and list its faults. If there is no best yet, or this one has *fewer* faults, it is the best: `(seed, take, found)`. If it has none, return at once; return the best after the loop.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *is made once, in order*: `make` is called again at the end, or for all seeds before the first is judged.
# - *of two that are equally good the first*: fewer means `<`, not `<=`.
# - *the one with the fewest is delivered*: after the loop you return the last take.
# - `TypeError: 'NoneType' object is not subscriptable`: ask for `best is None` first.
#
# </details>

# %% [markdown]
# ## 8. Listen and look
#
# From here on your functions play, where they passed.

# %%
my_replay = use("replay_bars", replay_bars, plain.replay_bars)
my_fold = use("fold_tail", fold_tail, loops.fold_tail)
my_tempos = use("exact_tempos", exact_tempos, plain.exact_tempos)
my_faults = use("reading_faults", reading_faults, plain.reading_faults)
my_commission = use("commission", commission, plain.commission)


# %% [markdown]
# **The game.** A loop of four bars in three **intensity layers** that the engine puts on top of one another: *calm* while you walk, *alert* when something moves, *fight* when it attacks. The layers must nest, grow (a stroke that nobody hears does not count), last alike, at least four seconds, and each must be a loop without a seam: where it begins again, neither the jump from sample to sample nor the change of level over 50 ms may be larger than 95 % of those inside the piece.


# %%
def make_game(seed):
    """Make a loop for a brass quartet with a band; its first strokes are softer."""
    wish = request.Request(
        model=model, bars=2 if smoke else 4, tempo=100, style="rock", ensemble="brass quartet",
        ending="loop", softer=16, human=0.2, seed=seed,
    )  # fmt: skip
    return takes.make(wish)


def game_faults(take):
    """Judge the three layers of a take."""
    return commissions.game_faults(list(commissions.intensity_layers(take.music).values()))


# %%
seed, game, wrong = my_commission(make_game, game_faults, range(2 if smoke else 8))
print(f"game: seed {seed}", *(wrong or ["meets all criteria"]), sep="\n  ")


# %%
def looped(music, fold):
    """Give a loop as a recording: its stems, folded to the length of one round."""
    rate = 24_000
    length = round(music.total_seconds * rate)
    stems = [
        fold(stem, length).astype(np.float32) for stem in render_stems(music, sample_rate=rate)
    ]
    return Recording(music, tuple(stems), rate)


# %%
layers = commissions.intensity_layers(game.music)
compare(
    {name: looped(layer, my_fold) for name, layer in layers.items()},
    title="Three layers of a game's loop: press Loop, and switch while it plays",
)

# %% [markdown]
# **The advertisement.** Exactly fifteen seconds, nowhere silent for more than two, and everybody strikes together at the end. Your tempos give the length, whatever the model wrote.


# %%
def make_advertisement(seed):
    """Make seven bars and a closing hit, brought to fifteen seconds by your tempos."""
    wish = request.Request(
        model=model, bars=7, tempo=128, style="bossa", mood=rise, ensemble="wind quartet",
        ending="hit", human=0.2, seed=seed,
    )  # fmt: skip
    music, tempos, start = takes.make(wish).music, [], 0.0
    for quarters, micros in my_tempos(round(music.total_quarters), 15):
        tempos.append(Tempo(start, 60e6 / micros))
        start += quarters
    return replace(music, tempos=tuple(tempos))


# %%
seed, spot, wrong = my_commission(
    make_advertisement, commissions.advertisement_faults, range(1 if smoke else 8)
)
print(
    f"advertisement: seed {seed}, {spot.total_seconds:.6f} s",
    *(wrong or ["meets all criteria"]),
    sep="\n  ",
)
show(spot, title="Fifteen seconds with a closing hit")

# %% [markdown]
# **The lesson.** Four bars of a waltz in G major for a beginner on the flute: D4 to G5, quarters, halves, eighths and dots.

# %%
G_MAJOR, SPAN, LEVEL = [7, 9, 11, 0, 2, 4, 6], (62, 79), commissions.LEVELS[2]


def make_reading(seed):
    """Let the LSTM for tunes write a waltz, evenly played."""
    wish = request.Request(
        model="tune_rnn" if smoke else "tune_lstm", tune="waltz", key="G major", bars=4, tempo=100,
        ensemble=("flute",), human=0.0, temperature=0.8, seed=seed,
    )  # fmt: skip
    return takes.make(wish).music


def line_of(music):
    """Give pitch and length of each note."""
    return [(note.pitch, note.duration) for note in music.notes]


# %%
seed, reading, wrong = my_commission(
    make_reading, lambda music: my_faults(line_of(music), G_MAJOR, SPAN, LEVEL), range(8)
)
print(f"lesson: seed {seed}", *(wrong or ["meets all criteria"]), sep="\n  ")
show(reading, title="A waltz to be read at sight")

# %% [markdown]
# **The recipe.** Keep bar 2 of the game's loop and let the model write the rest anew. Your `replay_bars` gives the new piece from the two draws; no model is asked.


# %%
def in_bars(ids):
    """Cut the ids of four voices into bars of 64."""
    return [list(ids[start : start + 64]) for start in range(0, len(ids), 64)]


changed = takes.remake(game, [2], seed=99)
before, after = (in_bars(draw.ids) for draw in changed.recipe.draws)
fresh = [bar for number, bar in enumerate(after, 1) if number != 2]
assert my_replay(before, [([2], fresh)]) == after
compare(
    {"before": game.music, "bar 2 kept": changed.music},
    title="A loop, and the same with bar 2 kept",
)

# %% [markdown]
# **The studio.** The same as an interface: fill in the form, press *Generate*, listen, compare, keep or discard, lock bars and regenerate the rest, undo, export. Everything can be reached with Tab and pressed with Space or Enter. In a terminal, `course studio` opens it as a page of its own, on this machine only. Exports go to `exports` in your workspace.
#
# On offer is every model of the course that can be asked for a key and for bars that are kept: those of four voices (n-gram, recurrent network, LSTM, Transformers, masked diffusion), which also harmonise a melody, those of tunes, and the space of melodies of lesson 06, walked from phrase to phrase. (Of these, `tune_rnn` has learned without labels, so a rule keeps it in the key; the space is moved there.) Not on offer are the generator of lesson 08 and the diffusion of rolls of lesson 10: they write two bars, or four, in one fixed key, and hear neither a melody nor the bars around them. Lesson 09's generator, and the diffusion that draws the same single notes, make sounds, not pieces.

# %%
panel.Studio(request.Request(model=model, bars=4, style="ballad", ensemble="string quartet"))

# %% [markdown]
# ## 9. Measure it
#
# **How often is a commission met by chance?** The share of takes without a fault, over some seeds; with it, how many takes one needs on average.

# %%
tried = range(2 if smoke else 12)
judged = {
    "game": [not game_faults(make_game(seed)) for seed in tried],
    "advertisement": [
        not commissions.advertisement_faults(make_advertisement(seed)) for seed in tried
    ],
    "lesson": [not my_faults(line_of(make_reading(s)), G_MAJOR, SPAN, LEVEL) for s in tried],
}
for name, met in judged.items():
    share = np.mean(met)
    print(f"{name:14s} {sum(met):2d} of {len(met)}", f"1 in {1 / share:.1f}" if share else "none")

# %% [markdown]
# **Does the recipe hold?** Replaying compares the file byte for byte; sampling again asks the model with the same seeds on *this* machine.

# %%
for name, take in {"hear it first": first, "game, bar 2 kept": changed}.items():
    recipe.replay(take.recipe)  # raises an error if one byte differs
    print(
        f"{name:18s} replayed: the same bytes; sampling again gives",
        recipe.sample_again(take.recipe)[1],
    )

# %% [markdown]
# **Is it new?** The longest run of sixteenths that a piece shares with a training chorale, in any key. A client who buys music wants to know; so does whoever wrote the original. Held-out Bach is the yardstick:

# %%
chorales = load_chorales()
training = [piece for piece in chorales if piece.split == "train"][: 20 if smoke else None]
index = originality.build_run_index([p.pitches for p in training], [p.name for p in training])
held_out = [piece for piece in chorales if piece.split == "valid"][: 10 if smoke else None]
runs = [originality.longest_shared_run(p.pitches[:128], index).num_steps for p in held_out]
print(f"held-out Bach: median {np.median(runs):g}, longest {max(runs)}")
for name, take in {"hear it first": first, "game": game}.items():
    grid = np.reshape(take.recipe.draws[-1].ids, (-1, 4))
    print(f"{name:14s}", originality.longest_shared_run(grid, index))

# %% [markdown]
# **Which criteria are missing?** All of these numbers would be met by a dull piece. The criteria of a commission are a fence, not a judge; section 12 asks for the judge.

# %% [markdown]
# ## 10. Break it
#
# Take the fold away: cut the loop off where it ends.

# %% jupyter={"source_hidden": true}
ask(
    "A loop is cut off at its end instead of being folded. What will you hear at the seam?",
    {
        "A click, or a sudden hole": "What rang on stops from one sample to the next.",
        "Nothing: silence is short": "The ear is very good at sudden ends.",
        "A slower beat": "The length is the same.",
    },
    right="A click, or a sudden hole",
)


# %%
def cut_off(samples, length):
    """Stop dead at the end: the broken fold."""
    return samples[:length]


ring = replace(game.music, notes=tuple(n for n in game.music.notes if n.instrument < 2))
ends = {"folded": looped(ring, my_fold), "cut off": looped(ring, cut_off)}
for name, sound in ends.items():
    print(f"{name:8s} {loops.measure_seam(sum(sound.stems), sound.rate)}")
compare(ends, title="Two instruments of the loop, folded and cut off: press Loop")

# %% [markdown]
# The second break is a recipe's: change one id out of hundreds.

# %%
draw = first.recipe.draws[0]
ids = list(draw.ids)
ids[-1] -= 12
forged = replace(first.recipe, draws=(replace(draw, ids=tuple(ids)),))
try:
    recipe.replay(forged)
except recipe.RecipeError as error:
    print("refused:", error)

# %% [markdown]
# ## 11. Your own music
#
# The top line of your first MIDI file that fits becomes the melody of a request: harmonised by the model, given to an ensemble, with an accompaniment. A note that is repeated becomes one that is held. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a line that everybody may use stands in.


# %%
def size(melody):
    """Say how long a melody is."""
    words = [word for word in melody.split() if word[0] != "r"]
    return f"{own_music.counted(len(words), 'note')} of the top line"


spare = {"a line for everybody": "G4:2 A4 B4 C5:2 B4 A4 G4:2 E4:2 D4:4"}
own = own_music.read_own(request_files.melody_of, size, spare)
print(own.report())

# %%
name, melody = own.first
shortest = " ".join(melody.split()[: 8 if smoke else 60])
wish = request.Request(
    model=model, melody=shortest, key="free", style="as written" if smoke else "ballad",
    ensemble="string quartet", tempo=84,
)  # fmt: skip
show(takes.make(wish).music, title=f"{name}, harmonised for strings")

# %% [markdown]
# ## 12. Judge it
#
# What no program decides, people do. Here is a rubric for the three commissions, for a teacher, a classmate, or a client. Each line gives 0 (no), 1 (partly) or 2 points (yes); play the piece twice before you write a number.
#
# | commission | 0–2 | 0–2 | 0–2 |
# |---|---|---|---|
# | game | three rounds of *calm* do not tire | a change of layer sounds meant | *fight* makes you hurry |
# | advertisement | the first three seconds make you listen | it leads to the hit | you can hum something of it afterwards |
# | lesson | it has a phrase with a beginning and an end | one new thing to learn, not five | a pupil would play it twice |
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/13_studio/13_studio.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_delivery", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Deliver it? (2 points)** Choose one of the three commissions. It meets all automatic criteria. Write to the client in four to eight sentences: (a) name two things about the music that the criteria did not measure, and how you would find out about *one* of them with listeners, so that the answer could also be "no"; (b) say what you know and what you do not know about where the music comes from: whose music the model has learned from, and how you looked for copies.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer (advertisement): It lasts exactly fifteen seconds, and all instruments strike together at the end. Not measured are whether it is remembered and whether it fits the product. To test the first I would play it to twenty people who have not heard it, between other spots, and ask an hour later, with two other takes in random order, which one they had heard; the answer is "no" if they are not clearly more often right than the third that guessing gives, and the number of people is chosen beforehand so that a real effect would be seen. The model has learned from Bach's four-part chorales in the edition that music21 carries, which are in the public domain; the accompaniment comes from patterns written down for the course. I looked for the longest run of sixteenths that it shares with a training chorale in any key, and it is no longer than what unseen chorales by Bach share with them. That does not show that nothing else resembles it: other music was not searched, and a short motif can be somebody's.
#
# Rubric: half a point for two properties that the criteria really did not measure (memorable, fitting, tiring, expressive, teachable …; not length, hit, key, range, rhythm, seam). Half a point for a test with listeners that can fail: a comparison or a baseline, and more than one person; nothing for "ask friends whether they like it". Half a point for the origin: the training corpus is named (chorales, or the fiddlers' books), with its status. Half a point for the search for copies and its limit: the shared run against unseen pieces, and that only the training corpus was searched. Nothing is taken off for a client who is told *not* to use the piece.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A request is checked before anything is computed. A model writes ids, and the piece follows from them: the recipe holds ids and edits, not hopes. Exactness is arithmetic: whole microseconds, folded tails, rules for readers. Takes are cheap, so criteria may be strict; but criteria are a fence and no judge. What was measured, and what was not, belongs into the delivery.
#
# **Check yourself.** Can you … say why a seed does not make a piece reproducible? … bring 35 quarters to exactly 20 seconds? … explain what a folded tail does to the first beat? … compute how many takes you need if one in four is good? … name a criterion that a dull piece meets?
#
# **If you want more**
#
# - *A first step:* ask for another mood curve in the studio, and compare two ensembles with the same seed.
# - *Further:* give the game a fourth layer, and write the criterion for it first.
# - *Far:* keep the two bars that you like best, regenerate the rest twenty times, and let your own rubric choose. Does it agree with a friend's?
#
# ### A map of the field, late 2026
#
# What follows is taken from a public map of the literature dated 8 October 2026 (the entries that it marks as verified), from the projects' own pages where it says so, and from lists of packages. Names without detail were seen and not looked into.
#
# | idea | examples | you know it from |
# |---|---|---|
# | relative attention for music | Music Transformer (ICLR 2019); Equivariant Music Transformer (ISMIR 2026), which finds that *larger* models respect transposition less | lesson 07 |
# | many tracks as tokens | MMT (ICASSP 2023), Museformer (NeurIPS 2022), GETMusic (2023), MIDI-GPT (AAAI 2025) | lessons 02, 08 |
# | asking for something | FIGARO (ICLR 2023): a description for each bar; MuseCoco (2023): text to attributes to music; Text2midi (AAAI 2025) | lessons 05, 11 |
# | filling gaps | Anticipatory Music Transformer (TMLR 2024), code under Apache 2.0 (its repository) | locked bars, lesson 10 |
# | diffusion on notes | Polyffusion (ISMIR 2023), whole-song cascades (ICLR 2024), rules at sampling time (ICML 2024), D3PIA (ICASSP 2026) | lesson 10 |
# | much more data | NotaGen (IJCAI 2025): 1.6 million pieces in ABC, 110 to 516 million parameters; Aria (ISMIR 2025): about 60 000 hours of piano (both: their repositories); Moonbeam (2025): 309 and 839 million | lesson 03, at another scale |
# | language models for notes | MuPT (ICLR 2025), a scaling law for ABC; MIDI-LLM (ISMIR 2026), on a Llama of a billion parameters | tokens, lesson 02 |
# | from score to sound in one model | YuE2 (September 2026): writes a lead sheet, then audio | lessons 09 and 13, in two |
#
# **Audio.** Seen in many repositories in 2026, details not checked: Stable Audio Open and its successor Stable Audio 3, ACE-Step, Magenta RealTime and its successor (on PyPI as `magenta-rt` 2.0.3, July 2026). Closed services: Suno, Udio, Lyria.
#
# **Tools.** For the desk: music21, mido, pretty_midi, MusPy, MidiTok, which this course uses or compares itself with. As far as the lists of packages tell, no generator above brings its weights in a package on PyPI: code comes from there, weights from a hub. Whoever needs a lesson that works offline trains small, as you did.
#
# **Trends**, as these entries show them: pretraining on ever larger collections; tuning by preferences (NotaGen's CLaMP-DPO); control by text and by bar; discrete diffusion beside autoregression; score and sound in one system.
#
# **Challenges**, with where they are documented:
#
# - *Judging.* In a listening test with 50 people the best deep model did not beat a Markov model (Yin and others, 2023). A trivial algorithm fools a published consistency measure (the abstract of SCHmUBERT). Lesson 12 takes this up.
# - *Copying.* On folk tunes, a copy baseline with a small model recovers 94 to 97 % of a Transformer's gain (Fathi, 2026, as reported). Aria's own page warns that it may reproduce popular classics.
# - *Law.* The Regional Court of Munich held on 11 November 2025 (GEMA against OpenAI) that memorised lyrics in a model's weights are reproductions; an appeal was pending when this was written. It concerned lyrics; what it means for notes is not settled.
# - *Whose music?* About 86 % of the music in the training data of published work belongs to genres of the Global North (*Missing Melodies*, arXiv:2412.04100). Ours is German, Austrian, Irish and American: smaller, but no better.
#
# **Reading**
#
# - C.-Z. A. Huang and others, *Music Transformer* (2019): the published number that lesson 07 measured itself against.
# - *FIGARO* (ICLR 2023): requests for every bar, with objective attributes.
# - *Anticipatory Music Transformer* (TMLR 2024): what locking bars can be if the model sees both sides.
# - *Missing Melodies* (2024), arXiv:2412.04100: whose music is not in the data.
#
# This was the last lesson. The studio is yours: `course studio`.
