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
# # 11 · Control and arrangement
#
# **Turn what a model writes into music for someone: say what you want, measure whether you got it, and arrange a bare melody with chords, bass, drums, players, a curve of moods and an exact length.**
#
# | | |
# |---|---|
# | Time | 40 minutes to read, 50 minutes to code, less than a minute of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [05 · Gates](../05_lstm/05_lstm.ipynb), labels and control accuracy; [06 · A space of melodies](../06_vae/06_vae.ipynb), directions; [07 · Attention](../07_transformer/07_transformer.ipynb), rules for voices; [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), transition counts |
#
# You will be able to
#
# - say which requests can be measured and which only judged, and name a proxy a proxy;
# - hold what was asked against what was measured, beside shuffled requests;
# - find the most likely chords under a melody, and voice them so that they glide;
# - give lines to players without ever leaving a range, and mark parallels, crossings and leaps;
# - bend a piece to a curve of moods, close a loop without a seam, and hit a length to the sample.

# %%
import itertools
from dataclasses import replace

import numpy as np

from course import models, plotting, reproducibility
from course.arranging import accompany, chords, control_card, emotion, harmoniser, humanise

# isort: split
from course.arranging import instruments, loops, requests, tempo, voice_repair, voicing
from course.checks import arrangement as check
from course.checks.core import use
from course.data import load_chorales, load_tunes, own_music
from course.evaluation import control, note_table, plain
from course.models import melody_net
from course.note_sequence import Instrument, Note, crop
from course.playback import SAMPLE_RATE, Recording, compare, render_stems
from course.quiz import ask
from course.recipes import chorale_batches, own_melody, tune_batches

# %% [markdown]
# ## 1. Hear it first
#
# Lesson 05's network is asked for a reel in D major, and writes one line of notes. Then the same line after this lesson: chords that were found for it, a guitar, a double bass, drums, and hands that are not quite even.

# %%
smoke = reproducibility.budget() == "smoke"
net = models.load("tune_lstm")
wish = tune_batches.conditions_of("reel", (2, 2), "D", "major")
none_yet = np.array([], dtype=int)
asked = melody_net.Melody(none_yet, none_yet, tune_batches.bar_ticks((2, 2)), 0, wish)
written = net.generate(asked, 4 if smoke else 8, np.random.default_rng(2), requests.SAMPLER)
tune = tune_batches.melody_music(written)

# %%
found = harmoniser.harmonise_melody(tune, key=(2, "major"), chords_per_bar=2)
arranged, said = accompany.add_accompaniment(tune, found)
arranged, _ = accompany.add_bass(arranged, found)
arranged, _ = accompany.add_drums(arranged)
arranged, _ = humanise.humanise(arranged, seed=0)
print(said)
compare({"as written": tune, "arranged": arranged}, title="A reel by a network, bare and arranged")

# %% jupyter={"source_hidden": true}
ask(
    "The network was asked for a reel in D major. Which wish could it not even have been told?",
    {
        "A slip jig": "It has learned with that label, though from few examples.",
        "Something cheerful for a string quartet, fifteen seconds long": "No label says so, and no "
        "note that it has read does. This must be arranged, and in part only listeners can judge it.",
        "A minor": "Tonic and mode are among its labels.",
    },
    right="Something cheerful for a string quartet, fifteen seconds long",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "A model writes reels whatever one asks for. Half of the requests are for reels, half for "
    "jigs. What is its accuracy, and what would shuffled requests give?",
    {
        "0.5 and 0.5": "It is right with the half that asked for reels; so it would be with any "
        "order of the requests. Only the distance counts.",
        "0.5 and 0": "Shuffled requests are still half for reels.",
        "1 and 0.5": "It is wrong whenever a jig was asked for.",
    },
    right="0.5 and 0.5",
)

# %% jupyter={"source_hidden": true}
ask(
    "In lesson 03 a table said how often one note follows another. What does a row of such a "
    "table, divided by its sum, hold?",
    {
        "Probabilities of what comes next": "Given the note of the row; they sum to 1.",
        "Probabilities of what came before": "That would be a column, divided by its own sum.",
        "The key of the piece": "The table knows nothing of keys.",
    },
    right="Probabilities of what comes next",
)

# %% jupyter={"source_hidden": true}
ask(
    "Lesson 07 forbade a network all notes outside a scale and a range. What could such a rule "
    "not promise?",
    {
        "That no voice leaves its range": "That is just what the rule does.",
        "That the piece is in that key": "A minor has the notes of C major. A rule says which notes "
        "may come, not which one is home. Section 9 measures it.",
        "That the rule is kept": "What is forbidden has probability 0.",
    },
    right="That the piece is in that key",
)

# %% [markdown]
# ## 3. The idea
#
# On the pipeline we stand at the last stage before sound: **post-processing**. A customer asks; a model writes; you arrange; and before you hand it over, you *check*. So first sort the wishes:
#
# | wish | what is measured | who decides |
# |---|---|---|
# | style: reel, hornpipe | rhythm patterns, by a classifier that is wrong now and then | a measure with a ceiling |
# | mode: major, minor | correlation with key profiles | a measure with a ceiling |
# | density, register, tempo | notes a quarter, mean pitch, beats a minute | the definition itself |
# | length, range, no seam | samples, pitches, jumps | exact: yes or no |
# | cheerful, tense, calm | **proxies** only | listeners |
# | good | nothing | listeners (lesson 12) |
#
# A **proxy** is a number that often goes along with what you want to know, and is not it. Psychologists draw feelings on a plane (Russell, 1980): **valence**, from unpleasant to pleasant, and **arousal**, from calm to excited. On average, listeners call music in major happier than in minor, and fast, loud, dense music more excited. So this course measures a *valence proxy*, how much better major fits than minor, and an *arousal proxy*, the mean of tempo, loudness and density. No ear has taken part. Here is where tunes of the two books lie:

# %%
kinds = {"air": "o", "march": "s", "reel": "^", "jig": "x"}
books = [tune for book in ("oneills", "ryans") for tune in load_tunes(book)]
axes, count = plotting.new_axes(None, (7, 3.4)), 2 if smoke else 25
for (kind, mark), colour in zip(kinds.items(), plotting.COLOURS, strict=False):
    places = []
    for some in [t for t in books if t.tune_type == kind][:count]:
        bars = emotion.measure_proxies(some.to_note_sequence())
        places.append(np.mean([(bar.valence_proxy, bar.arousal_proxy) for bar in bars], axis=0))
    axes.scatter(*np.transpose(places), marker=mark, color=colour, label=kind)
axes.set(xlabel="valence proxy (mode)", ylabel="arousal proxy (tempo, density, loudness)")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plotting.describe(axes, "Tunes on the plane of proxies: airs low, reels high, from minor to major.")

# %% [markdown]
# The loudness is the same for all of them, and the tempos are this course's choice for each kind (the books state none). So what you see along the vertical axis is *density and our own choice of tempo*: a proxy shows what was put into it. Whether a march really excites less than a reel is nothing that this picture could tell.

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: an order instead of classes.** A wish such as *denser* has no right answer, only a right *direction*. Take all pairs of pieces with different requests. The **order agreement** is the share of pairs in which more was measured where more was asked, an equal measurement counting a half. If the requests are dealt out at random, each pair is as likely right as wrong: 1/2 on average, whatever the numbers are. Checked over all 24 ways to deal four requests:

# %%
orders = itertools.permutations(range(4))
dealt = [control.order_agreement(order, [3.0, 1.0, 4.0, 1.5]) for order in orders]
assert np.isclose(np.mean(dealt), 0.5)
assert (min(dealt), max(dealt)) == (0.0, 1.0)

# %% [markdown]
# **Step 2: the mode as a number.** Krumhansl and Kessler (1982) let listeners rate how well each pitch class fits into a key. Correlate how long each pitch class sounds with the profile of major and with that of minor, *on the same tonic*, and subtract. Above 0 is more major:

# %%
scale = np.zeros(12)
scale[[0, 2, 4, 5, 7, 9, 11]] = 1  # C D E F G A B
assert control.mode_margin(scale, 0) > 0.2  # on C it is major
assert control.mode_margin(scale, 9) < -0.2  # on A the same notes are minor

# %% [markdown]
# **Step 3: chords that nobody sees.** A melody is heard, its chords, the **harmony**, are hidden. In a **hidden Markov model** each bar has a chord $c_n$ that depends on the chord before, and the tones $m_n$ of the melody depend on the chord of their bar:
#
# $$ p(c, m) = p(c_1) \prod_n p(c_n \mid c_{n-1}) \prod_n p(m_n \mid c_n) . $$
#
# With logarithms the products are sums: how well each chord *fits* to its bar (its **emission probability**), and how well each *move* from chord to chord is known. Both are counted in Bach's chorales, as seen from the tonic: chord 0 is the tonic's, in any key.

# %%
counts = harmoniser.chord_counts("major")
names = chords.SOUGHT  # chord number = 4 * steps above the tonic + number in this list
tonic, dominant = 4 * 0 + names.index("major"), 4 * 7 + names.index("major")
assert np.allclose(np.exp(counts.moves).sum(axis=1), 1)
print(f"after the dominant: tonic {np.exp(counts.moves[dominant, tonic]):.2f}")
print(f"over the tonic the soprano sings its third: {np.exp(counts.tones[tonic, 4]):.2f}")

# %% [markdown]
# **Step 4: the best path without trying all.** With S chords and N bars there are $S^N$ paths. The best of them is the **Viterbi path**. It need not be searched for: the best path *that ends in chord s at bar n* consists of the best path to some chord r one bar earlier, and one move (Viterbi, 1967):
#
# $$ \text{best}_n(s) = \text{fit}_n(s) + \max_r \left( \text{best}_{n-1}(r) + \text{move}(r, s) \right) . $$
#
# Remember for each bar and chord which r it was; at the end, walk back. That is N · S² steps.

# %%
S, N = harmoniser.NUM_CHORDS, 16
print(f"{S} chords, {N} bars: {N * S * S:,} steps instead of {float(S) ** N:.1e} paths")
assert harmoniser.best_path([[3, 2], [0, 2]], [[0, -5], [0, 1]]) == [1, 1]  # 2 + 1 + 2

# %% [markdown]
# **Step 5: gliding chords.** A chord is a set of pitch classes; a **voicing** says which octave each one takes. Of all voicings in a range, take the one whose pitches lie nearest to those of the chord before. The distance is the sum over the new pitches of the semitones to the nearest old one. From C major to F major:

# %%
before, after = [52, 55, 60], [53, 57, 60]  # E G C, then F A C
moved = [min(abs(new - old) for old in before) for new in after]
assert moved == [1, 2, 0]
assert voicing.voice_chord([5, 9, 0], before, 48, 67) == after

# %% [markdown]
# **Step 6: what is forbidden.** **Voice leading** is how each voice gets from one chord to the next. Two voices that move the same way, a fifth or an octave apart before and after, melt into one: **parallels**. A voice below its lower neighbour **crosses** it. Intervals count modulo 12, so that a fifth and two octaves is a fifth:

# %%
first, second = (67, 48), (69, 50)  # G over C, then A over D: 19 semitones each time
assert (first[0] - first[1]) % 12 == (second[0] - second[1]) % 12 == 7
assert (second[0] - first[0]) * (second[1] - first[1]) > 0  # both upwards

# %% [markdown]
# **Step 7: exactly so long.** A MIDI file says a tempo in whole microseconds a quarter note. Fifteen seconds in 31 quarters would need 483 870.97: no tempo hits it. But *two* tempos do: so many quarters with 483 871, the others with 483 870.

# %%
quarters, wanted = 31, 15_000_000
short, missing = divmod(wanted, quarters)
assert missing * (short + 1) + (quarters - missing) * short == wanted
print(f"{missing} quarters of {short + 1} microseconds, {quarters - missing} of {short}")

# %% [markdown]
# **Step 8: a loop without a seam.** What still rings when a loop of L samples ends must sound on at its beginning. If $x$ is the sound with its **tail**, the loop that has been going round for ever is $y_n = x_n + x_{n+L} + x_{n+2L} + \dots$:

# %%
ringing = 0.5 ** np.arange(12)  # a note that dies away, longer than the loop
L = 4
forever = sum(np.pad(ringing, (L * lap, L * (9 - lap))) for lap in range(10))[6 * L : 7 * L]
assert np.allclose(loops.fold_tail(ringing, L), forever, atol=1e-3)

# %% [markdown]
# ## 5. By hand
#
# Four notes, one a bar: **C E D C**. Two chords may be used, C major (chord 0) and G major (chord 1). How well they fit, in made-up numbers: a tone of the chord 0, another one −2. C and E belong to C major, D to G major. A chord may stay (0) or change (−1).
#
# - Bar 1, C: best is 0 for C major, −2 for G major.
# - Bar 2, E: C major 0 (stays); G major −2 + max(0 − 1, −2 + 0) = −3.
# - Bar 3, D: C major −2 + max(0, −3 − 1) = **−2**; G major 0 + max(0 − 1, −3) = **−1**.
# - Bar 4, C: C major 0 + max(−2 + 0, −1 − 1) = **−2**; G major −2 + max(−2 − 1, −1) = −3.
#
# The best end is C major with −2. It has *two* best ways there: C C C C, with a foreign D, and C C G C, with two changes. If a change costs 0.9 instead, only C C G C is left. Walk back: bar 3 was G major, before it C major.

# %%
fits = np.array([[0, -2], [0, -2], [-2, 0], [0, -2]], dtype=float)
moves = np.array([[0, -0.9], [-0.9, 0]])
path = harmoniser.best_path(fits, moves)
print("C E D C:", ["CG"[chord] for chord in path], "by hand C C G C")
assert path == [0, 0, 1, 0]

# %% [markdown]
# ## 6. Build it
#
# Five exercises: a line in a range, the order of requests, chords that glide, a teacher's red pencil, and the chords under a melody. From section 7 on they all play.

# %% [markdown]
# ### Exercise 1: In range
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# A flute has no low C, and no player forgives you one. A line moves as a whole, by octaves, so that it remains the line; a single note moves alone only if it must.
#
# Write `into_range(pitches, low, high)`.
#
# - `pitches`: a list of MIDI numbers, possibly empty. `low`, `high`: whole numbers, the lowest and the highest pitch allowed, both included; `high` is at least `low` + 11.
# - First the whole line moves by o octaves (12 semitones each), o from −10 to 10: the o that leaves the fewest notes outside the range. Of equally good ones the one nearest to 0, then the lower one.
# - Then each note that is still outside moves alone, by as few octaves as bring it in.
# - Returns a list of as many whole numbers. The argument is not changed.
#
# Example: `into_range([60, 72, 84], 60, 81)` gives `[60, 72, 72]`: two of three notes fit where they are.


# %% nbgrader={"grade": false, "grade_id": "into_range", "locked": false, "schema_version": 3, "solution": true, "task": false}
def into_range(pitches, low, high):
    """Move a line into a range: as a whole by octaves, then single notes."""

    ### BEGIN SOLUTION
    def outside(octave):
        return sum(not low <= pitch + 12 * octave <= high for pitch in pitches)

    best = min(range(-10, 11), key=lambda octave: (outside(octave), abs(octave), octave))
    moved = []
    for pitch in pitches:
        pitch += 12 * best
        while pitch < low:
            pitch += 12
        while pitch > high:
            pitch -= 12
        moved.append(pitch)
    return moved
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "into_range_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.into_range(into_range)

# %% nbgrader={"grade": true, "grade_id": "into_range_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.into_range(
    into_range,
    [
        (([12, 24, 19], 60, 81), [60, 72, 67]),
        (([100, 60, 62], 48, 69), [64, 60, 62]),
        (([100], 40, 80), [76]),
        (([59], 60, 71), [71]),
        (([64, 82, 52, 53, 94, 93], 62, 85), [64, 70, 64, 65, 82, 81]),
        (([85, 85, 50], 62, 85), [85, 85, 62]),
        (([], 20, 40), []),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two questions, one after the other: which octave is best for all notes together? And which notes are still outside?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Write a small function that counts the notes outside for an octave o. `min(range(-10, 11), key=lambda o: (outside(o), abs(o), o))` decides ties by the second and third entry. Then go through the moved notes with two `while` loops.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *two of three notes fit where they are*: you move the whole line until none is outside, or each note alone from the beginning.
# - *a note has another name now*: clipping to `low` and `high` makes other notes of them; move by 12.
# - *changes the arguments*: `pitches[n] += 12` writes into the caller's list; build a new one.
#
# </details>

# %% [markdown]
# ### Exercise 2: Is there more where more was asked for?
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# A customer asks for *more excitement towards the end*. There is no right number for that, but a right order. With this measure you can compare a model that overdoes it with one that is shy.
#
# Write `order_agreement(asked, measured)`, step 1 of *The mathematics*.
#
# - `asked`: a list of N numbers, what was asked for; at least two of them differ. `measured`: a list of N numbers, in the same order.
# - Every pair of pieces with different requests counts once. It is worth 1 if the piece for which more was asked has the larger measured value, 0.5 if both measured values are equal, else 0.
# - Returns the mean worth, a number in 0..1. The arguments are not changed.
#
# Example: `order_agreement([1, 1, 2], [9.0, 1.0, 5.0])` gives 0.5: of the two pairs with different requests one is right.


# %% nbgrader={"grade": false, "grade_id": "order_agreement", "locked": false, "schema_version": 3, "solution": true, "task": false}
def order_agreement(asked, measured):
    """Say how often more was measured where more was asked for."""
    ### BEGIN SOLUTION
    worth = []
    for i in range(len(asked)):
        for j in range(len(asked)):
            if asked[i] > asked[j]:
                larger, equal = measured[i] > measured[j], measured[i] == measured[j]
                worth.append(1.0 if larger else 0.5 if equal else 0.0)
    return sum(worth) / len(worth)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "order_agreement_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.order_agreement(order_agreement)

# %% nbgrader={"grade": true, "grade_id": "order_agreement_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.order_agreement(
    order_agreement,
    [
        (([0, 0, 1, 1, 2], [1.0, 2.0, 2.0, 3.0, 2.0]), 5.5 / 8),
        (([5, 4, 3, 2, 1, 0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 0.0),
        (([-1.0, 1.0, -1.0, 1.0], [0.2, 0.1, 0.2, 0.3]), 0.5),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two loops over all pieces. A pair counts when the first of the two was asked for *more* than the second; so each pair counts once.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# For every i and j with `asked[i] > asked[j]` put 1, 0.5 or 0 into a list, and return its mean.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *two pieces with the same request are no pair*: you divide by all pairs, or give them a half.
# - *equal measurements count a half*: `>` alone gives them 0, `>=` gives them 1.
# - `ZeroDivisionError`: no pair was counted; compare `asked`, not `measured`, to choose pairs.
#
# </details>

# %% [markdown]
# ### Exercise 3: Chords that glide
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# A beginner plays every chord from its root, and the hand jumps. A pianist leaves common tones where they are. One rule is enough for that.
#
# Write `voice_chord(pitch_classes, before, low, high)`, step 5 of *The mathematics*.
#
# - `pitch_classes`: a list of one to four different numbers 0..11, the tones of the chord. `before`: the pitches of the chord before; empty at the beginning. `low`, `high`: the range, both included; it holds every tone at least once.
# - A voicing takes one pitch for each pitch class. Its distance is the sum, over its pitches, of the semitones to the nearest pitch of `before`; at the beginning, to the middle (low + high) / 2.
# - Returns the voicing with the least distance as a list of whole numbers from low to high. Of equally near ones the narrowest (highest minus lowest pitch); of those, the one that comes first when the lists are compared.
# - `itertools` is there. The arguments are not changed.
#
# Example: `voice_chord([5, 9, 0], [52, 55, 60], 48, 67)` gives `[53, 57, 60]`: the C stays, the others move by 1 and 2.


# %% nbgrader={"grade": false, "grade_id": "voice_chord", "locked": false, "schema_version": 3, "solution": true, "task": false}
def voice_chord(pitch_classes, before, low, high):
    """Give the voicing of a chord that lies nearest to the chord before."""
    ### BEGIN SOLUTION
    places = [[p for p in range(low, high + 1) if p % 12 == tone] for tone in pitch_classes]
    goals = list(before) or [(low + high) / 2]
    best = None
    for choice in itertools.product(*places):
        pitches = sorted(choice)
        moved = sum(min(abs(pitch - goal) for goal in goals) for pitch in pitches)
        rank = (moved, pitches[-1] - pitches[0], pitches)
        if best is None or rank < best:
            best = rank
    return best[2]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "voice_chord_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.voice_chord(voice_chord)

# %% nbgrader={"grade": true, "grade_id": "voice_chord_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.voice_chord(
    voice_chord,
    [
        (([9, 0, 4], [], 50, 75), [57, 60, 64]),
        (([4, 8, 11, 2], [60, 64, 69], 55, 79), [59, 62, 64, 68]),
        (([7, 11, 2], [72, 76, 79], 60, 84), [71, 74, 79]),
        (([2, 3, 8], [57], 48, 67), [56, 62, 63]),
        (([7], [90], 48, 67), [67]),
        (([5, 9], [53, 69], 50, 70), [53, 69]),
        (([1], [55], 40, 70), [49]),
        (([4], [], 50, 67), [64]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# There are few voicings: each tone has one or two places in the range. Try them all.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# A list of places for each tone; `itertools.product(*places)` gives all choices of one place each. Sort each choice, add up its distance, and keep the smallest `(distance, width, pitches)`: Python compares such tuples entry by entry.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *every pitch looks for the nearest one before it*: the sum runs over the *new* pitches, not over the old ones.
# - *the narrower one wins, though it is higher*: the second entry of the comparison is the width.
# - *the pitches lie around the middle*: without a chord before, the only goal is the middle of the range.
# - `ValueError: min() arg is an empty sequence`: `before` is empty at the beginning.
#
# </details>

# %% [markdown]
# ### Exercise 4: The red pencil
#
# *Difficulty 3 of 5 · 12 minutes · 4 points*
#
# Every student of harmony has met the pencil that marks parallels. Yours will go through Bach, through two networks, and through a piece that somebody has spoilt.
#
# Write `faults(before, after)`, step 6 of *The mathematics*.
#
# - `before`, `after`: lists of as many whole numbers, the pitch of each voice at one step and at the next; the highest voice comes first; −1 is silence. Voices are counted from 0.
# - `("parallel", u, l)` for *any* two voices u < l that sound in both steps, move in the same direction (both up or both down), and form the same interval modulo 12 before and after, which is 0 (unison, octave) or 7 (fifth); the interval is upper minus lower.
# - `("crossing", u, u + 1)` for neighbours that both sound in `after` and of which the upper one is lower there; `before` does not matter.
# - `("leap", v, v)` for a voice that sounds in both steps and moves by more than 12 semitones, up or down.
# - Returns the list of all faults, sorted as Python sorts tuples; possibly empty. The arguments are not changed.
#
# Example: `faults([67, 60], [69, 62])` gives `[("parallel", 0, 1)]`: a fifth moves up and stays a fifth.


# %% nbgrader={"grade": false, "grade_id": "faults", "locked": false, "schema_version": 3, "solution": true, "task": false}
def faults(before, after):
    """Find parallels, crossings and leaps between one step and the next."""
    ### BEGIN SOLUTION
    found, voices = [], range(len(after))
    moves = [new - old for old, new in zip(before, after, strict=True)]
    sounds = [old >= 0 and new >= 0 for old, new in zip(before, after, strict=True)]
    for u in voices:
        if sounds[u] and abs(moves[u]) > 12:
            found.append(("leap", u, u))
        if u + 1 < len(after) and 0 <= after[u] < after[u + 1]:
            found.append(("crossing", u, u + 1))
        for v in voices[u + 1 :]:
            interval = (after[u] - after[v]) % 12
            kept = interval in (0, 7) and interval == (before[u] - before[v]) % 12
            if sounds[u] and sounds[v] and kept and moves[u] * moves[v] > 0:
                found.append(("parallel", u, v))
    return sorted(found)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "faults_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.faults(faults)

# %% nbgrader={"grade": true, "grade_id": "faults_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.faults(
    faults,
    [
        (
            ([72, 67, 60, 48], [74, 69, 62, 50]),
            [("parallel", u, v) for u, v in ((0, 2), (0, 3), (1, 2), (1, 3), (2, 3))],
        ),
        (([67, 65, 60, 48], [66, 65, 60, 60]), []),
        (([67, 60], [67, 60]), []),
        (([76, 60], [62, 60]), [("leap", 0, 0)]),
        (([60, 64, 55, 48], [62, 61, 57, 50]), [("parallel", 0, 3), ("parallel", 2, 3)]),
        (([64, 60, 55, 50], [62, 63, 55, 53]), [("crossing", 0, 1)]),
        (([-1, 67, 60, 55], [72, 69, -1, 57]), [("parallel", 1, 3)]),
        (([65, 60], [67, 62]), []),
        (([64, 60], [71, 64]), []),
        (([69, 62], [72, 60]), []),
        (([67, 72], [69, 74]), [("crossing", 0, 1), ("parallel", 0, 1)]),
        (([72, 65, 62], [60, 65, 62]), [("crossing", 0, 1)]),
        (([72, 62, 60], [86, 61, 64]), [("crossing", 1, 2), ("leap", 0, 0)]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Three rules, three `if`s. Two of them look at a single voice or at neighbours; only parallels need all pairs.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# First two lists: how far each voice moves, and whether it sounds in both steps. Two voices move in the same direction if the product of their moves is above 0. `(upper - lower) % 12` is the interval modulo 12, also if the upper voice is lower.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *stand still move in parallel with nobody*: the product of the moves is 0 for them; ask for more than 0.
# - *a voice that was silent cannot have moved*: −1 is lower than all pitches; look whether it sounds first.
# - *not only neighbours can be parallel*: the second voice runs from u + 1 to the end.
# - *right but not sorted*: return `sorted(found)`.
#
# </details>

# %% [markdown]
# ### Exercise 5: The chords under a melody
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# The chord that fits best to a bar may lead nowhere. The Viterbi path looks at the whole tune at once; in speech recognition, the same few lines found words for forty years.
#
# Write `best_path(fits, moves)`, step 4 of *The mathematics*.
#
# - `fits`: NumPy array (N, S), how well each of S chords fits to each of N bars; N is 1 or more. `moves`: NumPy array (S, S), how well a chord (column) follows another (row). Larger is better; both may be negative.
# - A path names one chord, 0..S − 1, for each bar. It is worth the sum of `fits[n, path[n]]` over all bars, plus `moves[path[n - 1], path[n]]` over all bars but the first.
# - Returns the path that is worth most, as N whole numbers. (In the tests there is only one.) The arguments are not changed.
# - With a few dozen chords and bars it must be done in a moment: trying all paths is too slow.
#
# Example: `fits = [[3, 2], [0, 2]]`, `moves = [[0, -5], [0, 1]]` gives `[1, 1]`, worth 2 + 1 + 2; the better beginning, chord 0, can only go on to 3 + 0 + 0 or 3 − 5 + 2.


# %% nbgrader={"grade": false, "grade_id": "best_path", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_path(fits, moves):
    """Find the path of chords that is worth most."""
    ### BEGIN SOLUTION
    best, came_from = fits[0], []
    for fit in fits[1:]:
        ways = best[:, None] + moves
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + fit
    path = [int(best.argmax())]
    for row in reversed(came_from):
        path.append(int(row[path[-1]]))
    return path[::-1]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "best_path_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.best_path(best_path)

# %% nbgrader={"grade": true, "grade_id": "best_path_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.best_path(
    best_path,
    [
        (
            (
                [[0, 0, -4], [-1, -2, -4], [-5, 0, -5], [0, 0, -3], [0, -4, -2], [-3, -4, 0]],
                [[-4, -1, 0], [-4, -3, -2], [0, -1, -2]],
            ),
            [0, 2, 1, 2, 0, 2],
        ),
        (
            (
                [[-2, -3, -1], [-3, -2, -5], [-2, -2, -5], [-4, -1, -3]],
                [[-5, -1, -2], [-4, -5, -4], [-2, -4, 0]],
            ),
            [2, 2, 0, 1],
        ),
        (([[0, 4]], [[0, 0], [0, 0]]), [1]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Keep S numbers: what the best path is worth that ends in each chord. Go from bar to bar, and remember for each chord where its best path came from.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `ways = best[:, None] + moves` is a table: row, the chord before; column, the chord now. `ways.max(axis=0) + fit` is the new `best`, `ways.argmax(axis=0)` says from where. At the end begin with `best.argmax()`, and follow these tables backwards; then turn the path round.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *leads nowhere*: you choose bar by bar; the end decides about the beginning.
# - *row of the table: the chord before*: you look for the maximum along the wrong axis, or have `moves` on its side.
# - *the end decides about the beginning*: the chord that was best at bar n need not lie on the path; walk back from the end.
# - *still running after 3 seconds*: you try all paths.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# From here on your functions play where their checks passed, else the package's.

# %%
my_range = use("into_range", into_range, instruments.into_range)
my_agreement = use("order_agreement", order_agreement, control.order_agreement)
my_voicing = use("voice_chord", voice_chord, voicing.voice_chord)
my_faults = use("faults", faults, voice_repair.faults)
my_path = use("best_path", best_path, harmoniser.best_path)

# %% [markdown]
# What is trained here is small: the tables of the hidden Markov model, counted from chorales. How many chorales does it take? For each number of them, the cost of the next chord on *held-out* chorales, in nats; and a sample, chords under the same reel. Whatever stops, the tables counted so far remain.

# %%
major = {split: [c for c in load_chorales() if (c.split, c.mode) == (split, "major")]
         for split in ("train", "valid")}  # fmt: skip
sizes = (1, 8) if smoke else (1, 2, 4, 8, 16, 32, 64, len(major["train"]))
spans = [(n * 2.0, n * 2.0 + 2.0) for n in range(8 if smoke else 16)]  # half bars
tones = np.array([chords.pitch_class_weights(tune, *span, 0) for span in spans])
curve = {}
for size in sizes:
    table = harmoniser.count_chords(major["train"][:size])
    curve[size] = harmoniser.chord_nats(table, major["valid"])
    fits = np.roll(tones, -2, axis=1) @ table.tones.T  # D is the tonic, pitch class 2
    fits[[0, -1]] += table.start, table.end
    line = [harmoniser.chord_of(s, 2, 0.0, 1.0).name for s in my_path(fits, table.moves)]
    print(f"{size:4d} chorales: {curve[size]:.3f} nats a chord   {' '.join(line)}")

# %%
axes = plotting.new_axes(None, (7, 2.8))
axes.semilogx(list(curve), list(curve.values()), marker="o", color=plotting.COLOURS[0])
axes.axhline(np.log(S), linestyle=":", color="0.4", label=f"{S} chords, all alike")
axes.set(xlabel="chorales counted", ylabel="nats a chord, held out", ylim=(0, 4))
axes.set_xticks(list(curve), list(curve))
axes.minorticks_off()
axes.legend()
plotting.describe(axes, "Cost of the next chord against chorales counted: it falls, then flattens.")

# %% [markdown]
# Counting has no steps and no budget to speak of: the whole corpus takes a second. Does it find *Bach's* chords? On held-out chorales only the soprano is given; the chord of every beat is compared with the one that fits best to all four voices. Beside it: the same model deaf to the melody, and always the tonic.

# %%
full, hits = harmoniser.chord_counts("major"), {"heard": [], "deaf": [], "always the tonic": []}
for chorale in major["valid"][: 2 if smoke else 20]:
    truth, sung = harmoniser.beat_chords(chorale)
    for name, weight in (("heard", 1.0), ("deaf", 0.0)):
        fits = weight * sung @ full.tones.T
        fits[[0, -1]] += full.start, full.end
        hits[name] += (np.array(my_path(fits, full.moves)) == truth).tolist()
    hits["always the tonic"] += (truth == tonic).tolist()
for name, right in hits.items():
    print(f"{name:17s} {np.mean(right):.2f} of {len(right)} beats have Bach's chord")

# %% [markdown]
# Not more than that: other chords would have been right, too, and Bach chose among them with a bass line in mind. (The deaf one is worse than the tonic alone. With nothing to hear, its best path stays on one chord; in long chorales this is a diminished one, which was seldom counted and mostly followed itself.) (Lesson 07's networks write the voices themselves; a band wants names of chords.)

# %% [markdown]
# ## 8. Listen and look
#
# **Step by step.** The reel again. First your chords, as plain blocks: once each from its root, once in your voicings. Which one glides?

# %%
tune = replace(tune, total_quarters=spans[-1][1])
fits = np.roll(tones, -2, axis=1) @ full.tones.T
fits[[0, -1]] += full.start, full.end
path = my_path(fits, full.moves)
harmony = [harmoniser.chord_of(s, 2, *span) for s, span in zip(path, spans, strict=True)]
print(" | ".join(chord.name for chord in harmony))


# %%
def in_blocks(voicings, program=24):
    """Put a held chord under each half bar of the tune; 24 is a guitar."""
    guitar = len(tune.instruments)
    held = [
        Note(pitch, chord.start, chord.end, 55, guitar)
        for chord, pitches in zip(harmony, voicings, strict=True)
        for pitch in pitches
    ]
    played = (*tune.instruments, Instrument(program))
    return replace(tune, notes=tune.notes + tuple(held), instruments=played)


# %%
roots = [[48 + c.root + (t - c.root) % 12 for t in c.pitch_classes] for c in harmony]
glides = []
for chord in harmony:
    last = glides[-1] if glides else []
    glides.append(my_voicing(list(chord.pitch_classes), last, 48, 67))
for name, row in {"from the root": roots, "gliding": glides}.items():
    steps = [min(abs(p - q) for q in a) for a, b in itertools.pairwise(row) for p in b]
    print(f"{name:14s} {np.mean(steps):.2f} semitones a note to the nearest one before")
compare({"from the root": in_blocks(roots), "gliding": in_blocks(glides)}, title="Two voicings")

# %% [markdown]
# Now the **accompaniment**, by the patterns of a **style**: where in the bar a chord, the bass, a drum is struck. A pattern is data, not a model: what you hear is convention. Each step says what it did.

# %%
takes = {"melody": tune}
for name, step in {
    "with chords": accompany.add_accompaniment,
    "with bass": accompany.add_bass,
}.items():
    takes[name], said = step(list(takes.values())[-1], harmony, "folk")
    print(said)
takes["with drums"], said = accompany.add_drums(takes["with bass"], "folk")
print(said)
compare(takes, title="A reel: melody, then chords, then bass, then drums")

# %%
band = takes["with drums"]
axes = plotting.plot_piano_roll(replace(band, total_quarters=16.0))
axes.set_xlim(0, 16)
plotting.describe(axes, "Four bars: the melody on top, chords off the beat, bass and drums below.")

# %% [markdown]
# The same melody and chords in three styles:

# %%
takes = {}
for style in ("ballad", "rock", "bossa"):
    music = accompany.add_accompaniment(tune, harmony, style).music
    music = accompany.add_bass(music, harmony, style, "bass guitar").music
    takes[style] = accompany.add_drums(music, style).music
compare(takes, title="One reel as a ballad, as rock and as bossa")

# %% [markdown]
# **Players.** Two **ensembles**: a chorale for four winds, and for a flute, a trumpet and a tuba. The ranges hold, and the report says at whose cost. Your `into_range` moves the tune for a bassoon:

# %%
bach = next(c for c in load_chorales() if c.split == "valid" and not c.pickup_steps)
bach = bach.to_note_sequence()
bach = crop(bach, 0, 16) if smoke else bach
winds, said = instruments.arrange_for(bach, instruments.ENSEMBLES["wind quartet"])
print(said)
three, said = instruments.arrange_for(bach, ("flute", "trumpet", "tuba"))
print("\n".join(str(said).splitlines()[:4]))
low, high = instruments.PLAYERS["bassoon"].low, instruments.PLAYERS["bassoon"].high
line = [note.pitch for note in tune.notes]
print("for a bassoon:", line[:6], "→", my_range(line, low, high)[:6], f"within {low}..{high}")

# %%
takes = {"organ": bach, "four winds": winds, "flute, trumpet, tuba": three}
compare(takes, title="A chorale for organ, for four winds, and for three unequal players")

# %% [markdown]
# **The red pencil.** Somebody has moved notes of the lower voices by octaves, fourths and fifths. Your `faults` counts; the package's `repair_voices` then tries other octaves and other tones of the same chord for each marked note, and keeps what leaves fewer faults. The soprano is **locked**: no step may touch a locked note.


# %%
def count_faults(music):
    """Count each kind of fault, step by step on the grid of sixteenths."""
    grid = [[-1] * 4, *note_table(music).voice_pitches.tolist()]  # silence comes first
    found = [fault[0] for a, b in itertools.pairwise(grid) for fault in my_faults(a, b)]
    return {kind: found.count(kind) for kind in ("parallel", "crossing", "leap")}


chance = np.random.default_rng(0)
spoilt = [
    replace(n, pitch=n.pitch + int(chance.choice([0, 0, 0, -12, -5, 7, 12]))) if n.instrument else n
    for n in bach.notes
]
spoilt = replace(bach, notes=tuple(spoilt))
mended, said = voice_repair.repair_voices(spoilt, locked=spoilt.notes_of(0))

# %%
print("\n".join(str(said).splitlines()[:6]))
for name, music in {"Bach": bach, "spoilt": spoilt, "mended": mended}.items():
    print(f"{name:7s}", count_faults(music))
assert mended.notes_of(0) == spoilt.notes_of(0)
compare({"Bach": bach, "spoilt": spoilt, "mended": mended}, title="Bach, spoilt, and mended")

# %% [markdown]
# Mended is not Bach: the rules are kept, the lines are nobody's. Whether you can hear that is for your ears.
#
# **Hands.** Computers play every note on time. People are early or late by some milliseconds, and stay so for a while (Hennig and others, 2011). Even, **humanised** with 12 ms, and with 50 ms:

# %%
takes = {"even": band}
for timing in (12, 50):
    takes[f"{timing} ms"], said = humanise.humanise(band, seed=1, timing_ms=timing)
    print(said)
compare(takes, title="The band even, with 12 ms and with 50 ms of unevenness")

# %% [markdown]
# **A curve of moods.** Asked for: begin calm and dark, brighten up to the middle, end excited and dark. Each bar gets the tempo, loudness, density and mode that the curve asks for. Then the proxies are measured anew, from the notes.

# %%
total = band.total_quarters
wanted = [
    emotion.EmotionPoint(0.0, -1.0, -1.0),
    emotion.EmotionPoint(total / 2, 1.0, 0.0),
    emotion.EmotionPoint(total, -1.0, 1.0),
]
moody, said = emotion.match_emotion(band, wanted)
print("\n".join(str(said).splitlines()[:6]))

# %%
figure_axes = plotting.new_axes(None, (7, 3))
bars = emotion.measure_proxies(moody, key=(2, "major"))
starts = [bar.start for bar in bars]
curves = np.array([emotion.target_at(wanted, start + 2.0) for start in starts])
for number, (name, line, mark) in enumerate((("valence", "-", "o"), ("arousal", "--", "s"))):
    values = [getattr(bar, f"{name}_proxy") for bar in bars]
    colour = plotting.COLOURS[number]
    figure_axes.plot(starts, curves[:, number], line, color=colour, label=f"{name}, asked")
    figure_axes.plot(starts, values, mark, color=colour, label=f"{name} proxy, measured")
figure_axes.set(xlabel="quarter notes", ylabel="-1 .. 1", ylim=(-1.1, 1.1))
figure_axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plotting.describe(figure_axes, "Curves asked for, and proxies measured in each bar.")

# %%
compare({"as it was": band, "along the curve": moody}, title="The reel, and the reel along a curve")

# %% [markdown]
# **Exactly fifteen seconds, and for ever.** `fit_duration` chooses the tempos; the last second and a half is left for the last chord to die away. And a game needs a **loop**: its tail is wrapped around, and its **seam**, the place where it begins again, is measured against the piece's own. Two numbers count: the jump from the last sample to the first, and the change of level over 50 ms. Both should lie within the 95th percentile of what happens inside the piece.

# %%
long_enough = tempo.set_tempo(band, 60 * total / 13.5).music
spot, said = tempo.fit_duration(long_enough, 15.0, ring_seconds=1.5)
print(said)
samples = sum(loops.render_exact(spot, 15.0, 24_000))
print(f"{len(samples):,} samples at 24,000 a second: {len(samples) / 24_000} s")
loop, said = loops.soften_seam(loops.make_loop(band).music)
sound = loops.render_loop(loop)
print(said, f"{len(sound.samples):,} samples, {loop.total_seconds:.4f} s", sep="\n")


# %%
def twice_round(loop, stems, rate):
    """Let a loop go round twice, with its sound."""
    later = (
        replace(n, start=n.start + loop.total_quarters, end=n.end + loop.total_quarters)
        for n in loop.notes
    )
    written = replace(loop, notes=(*loop.notes, *later), total_quarters=2 * loop.total_quarters)
    return Recording(written, tuple(np.tile(stem, 2) for stem in stems), rate)


round_and_round = {"twice round": twice_round(loop, sound.stems, sound.rate)}
compare(round_and_round, title="The loop, twice round")

# %% [markdown]
# ## 9. Measure it
#
# **Asked against measured.** Three models and the arranger, each asked in its own way. *Labels*: the tune network has learned with them. *Directions*: in lesson 06's space, from a held-out melody two steps towards *more* or *less* notes, height or major, and the melody is compared with what it was. *Rules*: the chorale network is forbidden pitches. *Arranging*: a tempo is written over a chorale, which is then humanised, and the beat is looked for in the onsets alone. `shuffled` is what the same requests would give if they were dealt out at random; `real` is the measure's accuracy on real music with a known truth, its ceiling.

# %%
lines = []
for name, number in {"tune_lstm": 40, "melody_vae": 200, "chorale_lstm": 20,
                     "held-out chorales": 40}.items():  # fmt: skip
    if smoke and name in ("tune_lstm", "chorale_lstm"):
        continue
    lines += control_card.measure_requests(name, 2 if smoke else number)
print(control_card.HEADING, *lines, sep="\n")

# %% [markdown]
# Read the distances, not the accuracies: `accuracy` minus `shuffled` is control. With n requests an accuracy near one half is uncertain by about 0.5 / √n: 0.08 for 40, 0.11 for 20.

# %%
for found in lines:
    error = np.sqrt(max(found.accuracy * (1 - found.accuracy), 0.01) / found.count)
    gap = found.accuracy - found.shuffled
    verdict = "follows" if gap > 2 * error else "cannot be told from chance"
    print(f"{found.model:18s} {found.aspect:9s} {gap:+.2f} ± {error:.2f}   {verdict}")

# %% [markdown]
# What did the *rule* do for the mode? It forbids the notes of the other mode, and yet the measured mode need not follow: a rule says which notes may come, not which one is home. A range, on the other hand, *is* the register. (`course control` prints the card for all models; `course control tune_transformer --count 200` takes some minutes.)
#
# **An order.** For the curve of moods no class is right or wrong. Your `order_agreement`, for the curve as it was asked for, and for the same curve with its bars shuffled, two hundred times:

# %%
chance = np.random.default_rng(2)
for number, name in enumerate(("valence", "arousal")):
    values = [getattr(bar, f"{name}_proxy") for bar in bars]
    wish_list = curves[:, number].tolist()
    agreed = my_agreement(wish_list, values)
    random = [my_agreement(chance.permutation(wish_list).tolist(), values) for _ in range(200)]
    before = [getattr(b, f"{name}_proxy") for b in emotion.measure_proxies(band, (2, "major"))]
    print(
        f"{name}: {agreed:.2f}; before arranging {my_agreement(wish_list, before):.2f}; "
        f"shuffled {np.mean(random):.2f}, nine in ten below {np.quantile(random, 0.9):.2f}"
    )

# %% [markdown]
# Arousal follows because tempo and loudness *are* its proxy, and the arranger has its hands on both. That is no proof that anybody is excited; it is bookkeeping, and it has to be right before listeners are asked.
#
# **The red pencil on models.** Faults in a hundred steps of four voices, of held-out Bach and of what two networks write, before and after `repair_voices` with the soprano locked:

# %%
held_out = [c.to_note_sequence() for c in load_chorales() if c.split == "valid"]
sets = {"Bach": held_out[: 1 if smoke else 8]}
for name in () if smoke else ("chorale_rnn", "chorale_lstm"):
    voices, chances = models.load(name), [np.random.default_rng(seed) for seed in range(8)]
    grids = [voices.generate(96, chance, None, requests.SAMPLER) for chance in chances]
    sets[name] = [chorale_batches.chorale_music(grid) for grid in grids]

# %%
for name, written in sets.items():
    mended = [voice_repair.repair_voices(p, locked=p.notes_of(0)).music for p in written]
    for what, some in (("as written", written), ("mended", mended)):
        found = [count_faults(piece) for piece in some]
        steps = sum(4 * piece.total_quarters for piece in some) / 100
        rates = {k: sum(f[k] for f in found) / steps for k in ("parallel", "crossing", "leap")}
        print(f"{name:13s} {what:10s}", *[f"{kind}s {rate:.2f}" for kind, rate in rates.items()])

# %% [markdown]
# Bach crosses voices and is not ashamed: a rule is a proxy, too. And mending has a price, which the numbers above do not show: it gives a voice notes that its line did not want.
#
# **Is the melody still the model's?** Arranging has added notes, not changed any: the run that the reel shares with training tunes, in any key, is the same as before.

# %%
known = [t.pitches.tolist() for t in books if t.split == "train"][: 50 if smoke else None]
for name, music in {"as written": tune, "in the band": band}.items():
    print(name, plain.longest_shared_run([n.pitch for n in music.notes_of(0)], known), "notes")

# %% [markdown]
# ## 10. Break it
#
# Make the harmoniser deaf: the melody counts nothing, the habits of harmony everything. It still is the most likely row of chords that Bach's chorales know.

# %% jupyter={"source_hidden": true}
ask(
    "The most likely chords, whatever the melody: what will they be?",
    {
        "Random chords": "The path is the likeliest one, and there is no chance in it.",
        "Hardly anything but the tonic": "After the tonic, the tonic itself is likeliest: without "
        "a reason to leave, nobody leaves.",
        "A fine progression that clashes with the tune": "That would need a reason to move, and only "
        "the melody gives one.",
    },
    right="Hardly anything but the tonic",
)

# %%
takes = {}
for name, weight in {"heard": 1.0, "deaf": 0.0, "all ears": 10.0}.items():
    found = harmoniser.harmonise_melody(tune, 0, 2, (2, "major"), tone_weight=weight)
    print(f"{name:8s}", " ".join(chord.name for chord in found))
    music = accompany.add_accompaniment(tune, found).music
    takes[name] = accompany.add_bass(music, found).music
compare(takes, title="Chords that hear the melody, are deaf to it, or hear nothing else")

# %% [markdown]
# The second break: a loop without its wrapped tail, cut where it ends. Here the chords are held by a soft synthesizer pad, which takes long to die away; the package measures both, and you listen for the place.

# %%
pads = loops.make_loop(in_blocks(glides, program=89)).music
sound = loops.render_loop(pads)
raw = [stem[: len(sound.samples)] for stem in render_stems(pads)]
print("cut:    ", loops.measure_seam(sum(raw), SAMPLE_RATE))
print("wrapped:", sound.seam)
takes = {"cut": twice_round(pads, raw, SAMPLE_RATE)}
takes["wrapped"] = twice_round(pads, sound.stems, sound.rate)
compare(takes, title="Two rounds of a loop: cut, and with its tail wrapped")

# %% [markdown]
# ## 11. Your own music
#
# The top line of your first MIDI file that fits gets chords, bass and drums: at most sixty notes, on a grid of sixteenths. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a jig from O'Neill's book stands in.


# %%
def line_of(piece):
    """Give the first sixty notes of a piece's top line, in its metre."""
    return own_melody.own_tune(piece, net.config, 150, most_notes=60)


jig = next(t for t in books if (t.split, t.tune_type, t.mode) == ("test", "jig", "major"))
spare = {jig.title: line_of(jig.to_note_sequence())}
own = own_music.read_own(line_of, lambda line: f"{len(line.notes)} notes of the top line", spare)
print(own.report())

# %%
name, melody = own.first
found = harmoniser.harmonise_melody(melody)
print(name, "|", " ".join(chord.name for chord in found))
music = accompany.add_accompaniment(melody, found, "folk").music
music = accompany.add_bass(music, found, "folk").music
music = accompany.add_drums(music, "folk").music
compare({"yours": melody, "arranged": humanise.humanise(music, 0).music}, title=f"{name}, arranged")

# %% [markdown]
# One chord a bar is a guess of this lesson's, not of your piece. Try `chords_per_bar=2`, another style, or `chords.read_chords("D | G A | D")` with chords of your own.

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/11_control_and_arrangement/11_control_and_arrangement.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_emotion", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Will they be happy? (2 points)** A company sells music for shops. Its report says: "Asked for valence +0.8, our system reaches a valence of 0.78 on average; so customers will feel happy." The same program that arranged the music also measured it.
# In three to six sentences: say what was measured and what was not, why the good agreement is no surprise, and what experiment would support a claim about customers, with its control.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: what was measured is a proxy, such as how much better major fits than minor, from the notes alone; no person has listened. The agreement is no surprise, because the arranger changes exactly what the measure looks at: it alters thirds and sixths, and the measure counts thirds and sixths, so it would agree for nonsense, too. Even a perfect proxy speaks of an average over listeners and pieces, while feelings depend on the person, the culture, the shop and the tune. An experiment: the same tunes arranged for +0.8, for 0 and for -0.8, played blind and in random order to people of that shop, who rate how they feel; the control is the arrangement for 0 (or the labels shuffled), the number of listeners is fixed beforehand, and one looks whether ratings differ more than with shuffled labels.
#
# Rubric: one point for saying that a proxy was measured, not a feeling, and that arranger and measure share what they look at, so that agreement follows by construction; half a point for an experiment with listeners who are blind to the request; half a point for its control (another target, unarranged tunes, shuffled labels) or for fixing its size beforehand. Nothing for "0.78 is not 0.8".
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** Some wishes are measured, some are exact, and some only listeners can judge; a proxy is named a proxy. Control is the distance between an accuracy and what shuffled requests would give, below a ceiling that real music sets. A melody finds its chords by the best path through counted habits, and the chords glide if each pitch looks for its nearest neighbour. Ranges are never left, locked notes never touched, lengths are right to the sample, loops have no seam: those are promises, so they are tested. Every step reports what it changed.
#
# **Check yourself.** Can you … give an example of a wish that is exact, of one with a ceiling, and of one that only people can judge? … say what order agreement a random model has? … do one step of the Viterbi path by hand? … find the parallel between G over C and A over D? … explain why two tempos hit fifteen seconds and one does not?
#
# **If you want more**
#
# - *A first step:* lock the first two bars with `notes_in_bars(band, [1, 2])` from `course.arranging`, and let `match_emotion` bend the rest.
# - *Further:* count the moves per half bar instead of per beat, and see whether Bach's chords are found more often.
# - *Far:* let `repair_voices` ask lesson 07's network which of the fewer-faults notes it finds likeliest, instead of the nearest one.
#
# **Reading**
#
# - I. Simon, D. Morris, S. Basu, *MySong* (2008): a hidden Markov model that harmonises what people sing.
# - J. A. Russell, *A circumplex model of affect* (1980): where valence and arousal come from.
# - T. Eerola, A. Friberg, R. Bresin, *Emotional expression in music* (2013): which cues listeners use, and how much each one counts.
# - S. Adler, *The study of orchestration* (2016): ranges, and what lies behind them.
#
# Go on with [12 · Is it any good?](../12_evaluation/12_evaluation.ipynb), which asks listeners.
