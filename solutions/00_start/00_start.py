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
# # 00 · Start here
#
# **Hear two machines go on with the same tune, one by rules that somebody wrote and one by what it counted in real music, and find out how this course works.**
#
# | | |
# |---|---|
# | Time | 20 minutes to read, 10 minutes to code, less than a minute of computing |
# | Points | 2: one exercise |
# | Needs | Python's lists, dictionaries and loops; no music theory, no machine learning |
# | Sections left out: | 2 Warm-up (there is no earlier lesson), 11 Your own music, 12 Judge it |
#
# You will be able to
#
# - say what sets generated music that was *learned* apart from music that was *programmed*, and hear it;
# - name the three layers of such a system, and the pipeline that this course builds;
# - solve an exercise, use its check and its hints, and know what your points mean.
#
# You would rather listen than calculate? [A listening route](#A-listening-route) leads through all lessons without any mathematics.
#
# How to use a notebook: click into a cell and press **Shift+Enter**. It runs, and the next cell is selected. Do this from top to bottom. Run the next cell now: it loads what this lesson needs.

# %%
import numpy as np

from course.checks import start as check
from course.checks.core import use
from course.data import load_chorales, load_tunes
from course.doctor import run_doctor
from course.models import markov
from course.note_sequence import KeySignature, Note, NoteSequence, Tempo, TimeSignature
from course.playback import Recording, compare, score, show
from course.plotting import describe, plot_distributions, plot_piano_roll, plot_pipeline
from course.quiz import ask
from course.recipes.tour import melody_tour, sound_tour, space_tour, voice_tour
from course.reproducibility import budget

# %% [markdown]
# Is everything in place on this computer? The next cell looks. A line that is not *ok* says how to mend it.

# %% tags=["own-computer"]
problems = run_doctor()

# %% [markdown]
# ## 1. Hear it first
#
# O'Neill's *Music of Ireland*, printed in Chicago in 1903, holds some 1850 tunes. Many of them are **jigs**, an Irish dance. Seven words are enough to talk about them:
#
# - Music runs in **bars**, groups of beats of equal length. A bar of a jig holds six short notes, called **eighth notes**; the first and the fourth are **strong beats**: one stamps one's foot there.
# - The smallest distance between two pitches is a **semitone**, from one piano key to the next. A tune mostly keeps to seven of the twelve pitches, its **scale**, and comes to rest on the first of them, the **tonic**. Pitches that sound well together, such as the first, third and fifth of the scale, form a **chord**.
#
# Here is a jig. Headphones or loudspeakers on, and press *Play*.

# %%
dances = [tune for tune in load_tunes("oneills") if tune.mode == "major"]
jigs = [tune for tune in dances if tune.tune_type == "jig" and tune.metre == (6, 8)]
training = [tune for tune in jigs if tune.split == "train"]
held_out = next(tune for tune in jigs if tune.split == "test" and not tune.pickup_ticks)
original = held_out.to_note_sequence()
show(original, title=f"{held_out.title.rstrip('.')}, a jig of the collection, played on a flute")

# %% [markdown]
# Now its first two bars, and then two machines that go on alone for six bars more. Neither has ever seen this tune. The next cells hold their code. Run them; you need not understand them now.


# %%
def tokens_of(tune):
    """Describe a melody by (pitch above the tonic, length, place in the bar), note by note."""
    piece = tune.to_note_sequence()
    tonic = 60 + piece.key_signatures[0].tonic
    bar = piece.time_signatures[0].quarters_per_bar
    tokens = []
    for note in piece.notes:
        since = note.start - tune.pickup_ticks / 48  # from the first full bar on
        if since >= 0:
            tokens.append((note.pitch - tonic, round(note.duration, 4), round(since % bar, 4)))
    return tokens


# %%
def music_of(tokens, metre=(6, 8)):
    """Turn tokens back into notes, in D major."""
    notes, now = [], 0.0
    for step, length, _ in tokens:
        notes.append(Note(62 + step, now, now + length, velocity=90))
        now += length
    return NoteSequence(
        notes=tuple(notes),
        instruments=original.instruments,
        tempos=(Tempo(0, 160),),
        time_signatures=(TimeSignature(0, *metre),),
        key_signatures=(KeySignature(0, 2),),
    )


# %%
SCALE = (0, 2, 4, 5, 7, 9, 11)  # a major scale, in semitones above its first note
CHORDS = {"I": (0, 4, 7), "IV": (0, 5, 9), "V": (2, 7, 11)}


def go_on_by_rules(seed, plan, generator):
    """Add a bar for every chord of the plan; the rules are in the comments."""
    melody = list(seed)
    for chord in plan:
        for place in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5):  # Rule 1: six eighth notes a bar
            last = melody[-1][0]
            strong = place in (0.0, 1.5)
            allowed = CHORDS[chord] if strong else SCALE  # Rule 2: chord notes on strong beats
            near = [p for p in range(-7, 22) if p % 12 in allowed and 0 < abs(p - last) <= 5]
            melody.append((int(generator.choice(near)), 0.5, place))  # Rule 3: small steps
    return [*melody[:-3], (0, 1.5, 1.5)]  # Rule 4: end on the tonic


# %%
def first_bars(tokens, bars):
    """Keep the tokens before a moment, given in bars of 6/8."""
    lengths = np.cumsum([length for _, length, _ in tokens])
    return [token for token, end in zip(tokens, lengths, strict=True) if end <= bars * 3 + 1e-6]


whole_tune = tokens_of(held_out)
seed = first_bars(whole_tune, 2)
plan = ("I", "IV", "V", "I", "V", "I")
by_rules = go_on_by_rules(seed, plan, np.random.default_rng(1))
counts = markov.count_next([tokens_of(tune) for tune in training])
learned = first_bars(markov.continue_melody(counts, seed, 60, np.random.default_rng(12)), 8)
two = {"by rules": music_of(by_rules), "learned": music_of(learned)}
compare(two, title="Two bars of a real jig, then six bars by rules, or six bars learned from jigs")

# %% jupyter={"source_hidden": true}
ask(
    "Listen twice. By what can you tell which one was learned?",
    {
        "By wrong notes": "Both keep to the scale almost always: one by a rule, one because jigs do.",
        "By its rhythm": "The rules play eighth notes up to the last note; the learned one now and then holds a note or adds two quick ones, as jigs do.",
        "It cannot be told": "Listen for long notes, and for pairs of quick ones, in bars three to eight.",
    },
    right="By its rhythm",
)

# %% [markdown]
# ## 3. The idea
#
# Music made by a machine is as old as the computer. What is new is where the music comes *from*.
#
# - A **rule-based** system does what its author wrote down: on strong beats take a note of the chord, move in small steps, end on the tonic. Everything in it was put there by hand.
# - A **learned** system (people speak of *AI-generated content*, AIGC) is given music and a way to count, or to fit, what usually follows what. Nobody tells it what a jig is.
#
# | | by rules | learned |
# |---|---|---|
# | *Logic* | every choice can be explained by a rule | every choice can be traced to the data, but not to a reason |
# | *Creativity* | surprises only where chance is allowed in | new combinations of what the data hold; also copies, if one does not watch out |
# | *Adaptation* | another style needs other rules, and somebody to write them | another style needs other data |
# | *Complexity* | grows with every rule that is added by hand | grows with the data and with the size of the model |
#
# You will hear or measure all four in this lesson. Every such system has three layers: **data** (the music, and the form it is written in), a **model** (what is learned, and how one draws from it), and an **application** (what a person does with
# it: a player, a score, a game). In this course the layers form a **pipeline**, and each lesson says where on it you stand.

# %%
axes = plot_pipeline()
describe(axes, "The pipeline: input, preparing, features (data layer); model; finishing, output.")

# %% [markdown]
# What you meet on the way: recurrent networks (RNN, LSTM), a variational autoencoder (VAE), the Transformer, generative adversarial networks (GAN) for notes and for sounds, and diffusion models; then control by style, mood and tempo, several
# tracks, arranging, judging, and a small studio. Each one will be measured against the ones before it, wherever the music allows it by the same numbers and on the same pieces.
#
# | English | 中文 | in one line |
# |---|---|---|
# | note | 音符 | a pitch with a start, an end and a loudness |
# | pitch | 音高 | how high; MIDI counts semitones, 60 is middle C |
# | velocity | 力度 | how hard a key is struck |
# | tonic | 主音 | the note on which a tune comes to rest |
# | beat, bar | 拍，小节 | the pulse; a group of beats |
# | metre | 拍号 | how many beats of which length make a bar |
# | token | 词元 | the smallest unit a model reads and writes |
# | sequence | 序列 | tokens in order |
# | model | 模型 | what is learned from data, and from which new music is drawn |
# | training | 训练 | fitting a model to data |
# | sampling | 采样 | drawing new music from a model |
# | seed | 种子 | the beginning that is given; also the number that fixes chance |
#
# The complete list is `docs/glossary.md` in the course's folder; it says for each term where it is explained.

# %% [markdown]
# ## 4. The mathematics
#
# The learned machine above is a **Markov chain**. Its mathematics fits into three steps.
#
# **Step 1.** Count how often token $b$ follows token $a$ in the data, and call it $N(a, b)$. The probability of $b$ after $a$ is its share:
#
# $$ p(b \mid a) = \frac{N(a, b)}{\sum_{c} N(a, c)}. $$

# %%
after_d = {"E": 30, "F♯": 60, "A": 30}  # a made-up row of counts
assert after_d["E"] / sum(after_d.values()) == 0.25

# %% [markdown]
# **Step 2.** A melody $x_1, x_2, \dots, x_T$ that goes on from a given first token has the probability
#
# $$ p(x_2, \dots, x_T \mid x_1) = \prod_{t=2}^{T} p(x_t \mid x_{t-1}), $$
#
# a product of such shares: $\prod$ means that they are multiplied, as $\sum$ means that they are added.

# %%
steps = [30 / 120, 60 / 80, 1.0]
assert abs(np.prod(steps) - 0.1875) < 1e-12

# %% [markdown]
# **Step 3.** Drawing each next token with its own probability gives melodies with exactly these probabilities. To draw once is one line; `markov.continue_melody` does nothing but repeat it.

# %%
shares = np.array(list(after_d.values())) / sum(after_d.values())
generator = np.random.default_rng(0)
print(*(generator.choice(list(after_d), p=shares) for _ in range(12)))

# %% [markdown]
# ## 5. By hand
#
# Take the four notes **D E D F♯**. The pairs of neighbours are D→E, E→D and D→F♯. So D was followed once by E and once by F♯, and E once by D. Nothing followed F♯, because the melody ends. On paper:
#
# | after | D | E | F♯ | probability |
# |---|---|---|---|---|
# | D | 0 | 1 | 1 | E: 1/2, F♯: 1/2 |
# | E | 1 | 0 | 0 | D: 1 |
#
# The package counts the same:

# %%
markov.count_next([["D", "E", "D", "F♯"]])

# %% [markdown]
# ## 6. Build it
#
# This is the first exercise, and so a word on how all of them work.
#
# - Every exercise has a **task**, an **answer cell** for your code, a **check**, a cell for **hidden tests**, and **hints** that you open one by one.
# - Replace the line `raise NotImplementedError(...)` by your code, run the answer cell, then run the check. It answers in one line: ✓ and what now works, or ✗ and what is wrong first.
# - You may run the check as often as you like. Nothing you do can break the course: in a terminal in the course's folder, `.venv/bin/course reset 00_start` gives you a fresh copy and keeps yours.
# - **Points**: the check's points are yours when it passes. The hidden tests try the same thing with other values when a notebook is graded, so that an answer cannot simply repeat the example.
# - **Stuck? Go on.** Cells further down use your function if its check has passed, and the package's version if not; a line says which of the two is playing.

# %% [markdown]
# ### Exercise 1: What follows what
#
# *Difficulty 2 of 5 · 10 minutes · 2 points*
#
# Write the heart of the learned machine: everything it knows about jigs is what this function returns.
#
# Write `count_next(melodies)`.
#
# - `melodies`: a list of melodies. A melody is a list of tokens, possibly empty. A token is anything that can be a key of a dictionary: a string, a number (0 too), a tuple. It is used as it is.
# - Returns a dictionary: for each token that is followed by something, another dictionary from each next token to how often it came next (a whole number, 1 or more).
# - The last token of a melody is *not* followed by the first of the next one. The melodies are not changed.
#
# Example: `count_next([["D", "E", "D", "F"], ["D", "E"]])` gives `{"D": {"E": 2, "F": 1}, "E": {"D": 1}}`.


# %% nbgrader={"grade": false, "grade_id": "count_next", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_next(melodies):
    """Count for every token how often each other token comes next."""
    ### BEGIN SOLUTION
    counts = {}
    for melody in melodies:
        for place in range(len(melody) - 1):
            token, following = melody[place], melody[place + 1]
            row = counts.setdefault(token, {})
            row[following] = row.get(following, 0) + 1
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "count_next_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.count_next(count_next)

# %% nbgrader={"grade": true, "grade_id": "count_next_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.count_next(
    count_next,
    [
        (
            [[5, 7, 5, 7, 7], [7, 9], [9], [5, 9]],
            {5: {7: 2, 9: 1}, 7: {5: 1, 7: 1, 9: 1}},
        ),
        ([[(0, 0.5), (2, 0.5), (0, 0.5)]], {(0, 0.5): {(2, 0.5): 1}, (2, 0.5): {(0, 0.5): 1}}),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Walk through one melody by hand, with one finger on a token and another on its neighbour. How many neighbours does a melody of five tokens have?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Two loops: over the melodies, and over the places 0 … length − 2 of each. At each place take the token and the next one. Make an inner dictionary for the token if there is none yet, and add one to the entry of the next token.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: list index out of range`: the last token has no next one; stop one place earlier.
# - `KeyError: 'D'`: an entry must exist before you can add to it; `dict.get(key, 0)` or `setdefault` helps.
# - `TypeError: unhashable type: 'list'`: a whole melody was used as a key, instead of one of its tokens.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# Training this model is counting. It takes a moment for all these jigs, and from here on your own function does it, if its check has passed.

# %%
counter = use("count_next", count_next, markov.count_next)
counts = counter([tokens_of(tune) for tune in training])
numbers = sum(len(row) for row in counts.values())
print(f"{len(training)} jigs: {len(counts)} different tokens, {numbers:,} counts above zero")

# %% [markdown]
# One row of what it learned: after the tonic as an eighth note at the beginning of a bar, what came next? The row is the model's whole knowledge about that moment; the chart shows the pitches and leaves out lengths.

# %%
row = counts[0, 0.5, 0.0]
steps = {}
for (step, _, _), count in row.items():
    steps[step] = steps.get(step, 0) + count
axes = plot_distributions({"after the tonic": steps}, label="semitones above the tonic")
describe(axes, "Bar chart: the most frequent next notes are near the tonic or in its chord.")

# %% [markdown]
# ## 8. Listen and look
#
# The two machines and the real tune, at the same place of the music. Switch between them while it plays.

# %%
learned = first_bars(markov.continue_melody(counts, seed, 60, np.random.default_rng(12)), 8)
three = {
    "the real tune": music_of(first_bars(whole_tune, 8)),
    "by rules": music_of(by_rules),
    "learned": music_of(learned),
}
compare(three, title="Eight bars of the real jig, of the rules, and of what was learned")

# %% [markdown]
# **The tour.** Here is what is to come. The models of the later lessons go on with the same two bars of the jig; and because the larger part of the course is about four voices, others go on with two bars of a chorale by Bach; a third kind leads from one melody to another, and a fourth makes the sound itself. Each of lessons
# 03 to 10 has its model in one of these players or more. Come back when you have finished one, and listen for what has become better, and what has not.

# %%
compare(melody_tour(held_out), title="The same two bars, then six bars by each model of melodies")

# %%
held_out_chorales = (piece for piece in load_chorales() if piece.split == "valid")
chorale = next(piece for piece in held_out_chorales if not piece.pickup_steps)
takes = voice_tour(chorale, num_steps=48 if budget() == "smoke" else 96)
compare(takes, title="Two bars of Bach, and what each model of four voices writes behind them")

# %%
compare(space_tour(), title="From a line of a chorale to two bars of a reel, by spaces of melodies")

# %%
music, takes = sound_tour(held_out)
players = {name: Recording(music, stems) for name, stems in takes.items()}
compare({"the sound bank": music, **players}, title="Four bars of the jig, on sounds of a network")

# %%
score(three["learned"], title="What the learned machine wrote, in staff notation")

# %%
axes = plot_piano_roll(three["learned"])
axes.set_title("Learned from jigs")
describe(
    axes, "Piano roll of the learned melody: mostly eighth notes, some longer, over eight bars."
)

# %% [markdown]
# ## 9. Measure it
#
# *Logic* and *creativity* in numbers, over 100 melodies of each machine, and over real jigs that were kept apart: the share of notes in the scale, of melodies with the tonic on the last strong beat of bar eight, of *different* bars (one that comes three times counts once), and of bars that
# stand note for note in a tune that was counted.


# %%
def bars_of(tokens):
    """Split tokens into bars: a new one begins where the place in the bar falls back."""
    bars = []
    for token in tokens:
        if not bars or token[2] <= bars[-1][-1][2]:
            bars.append([])
        bars[-1].append(token)
    return [tuple(bar) for bar in bars]


known = {bar for tune in training for bar in bars_of(tokens_of(tune))}
ruled = [go_on_by_rules(seed, plan, np.random.default_rng(i)) for i in range(100)]
drawn = [markov.continue_melody(counts, seed, 60, np.random.default_rng(i)) for i in range(100)]
drawn = [first_bars(tokens, 8) for tokens in drawn]
real = [first_bars(tokens_of(tune), 8) for tune in jigs if tune.split == "test"]


# %%
def report(name, melodies):
    """Print one row of the table."""
    tokens = [token for melody in melodies for token in melody[len(seed) :]]
    in_scale = np.mean([step % 12 in SCALE for step, _, _ in tokens])
    strong = [[step for step, _, place in melody if place in (0, 1.5)] for melody in melodies]
    at_rest = np.mean([steps[-1] % 12 == 0 for steps in strong])
    bars = [bar for melody in melodies for bar in bars_of(melody)[2:]]
    different = len(set(bars)) / len(bars)
    copied = np.mean([bar in known for bar in bars])
    print(f"{name:9s} {in_scale:8.0%} {at_rest:15.0%} {different:16.0%} {copied:17.0%}")


print("melodies  in scale   comes to rest   different bars   bars in a tune")
report("by rules", ruled)
report("learned", drawn)
report("real jigs", real)

# %% [markdown]
# *Logic.* The rules never leave the scale and always come home, because they were told to. The learned machine hardly ever leaves the scale, though nobody told it. But it comes to rest far less often than real jigs do: it sees one token at a time and does not know that a
# phrase is about to end. That is the limit of this model, and the reason for the lessons to come.
#
# *Creativity.* Both machines seldom write the same bar twice. The last column says how many of their bars are not new: the rules meet a bar of a real tune by accident, the learned machine now and then repeats one, and real jigs share many bars with one
# another. Copying is part of the style; how much of it is too much is a question for lessons 03 and 12.
#
# *Complexity.* There are four rules, written by a person. The counts are thousands of numbers, written by nobody.

# %% [markdown]
# ## 10. Break it
#
# *Adaptation*, by taking the data away. Predict: what will the machine write if it has counted *one single tune*? And if it has counted hornpipes, which have four beats a bar?

# %% jupyter={"source_hidden": true}
ask(
    "It has counted one tune only. What will it write?",
    {
        "Silence": "It still knows what followed what, in that one tune.",
        "Stretches of that tune": "Where only one thing ever followed, it must copy; it can leave only at a token with two followers.",
        "The most usual jig": "It has seen one tune; it cannot know what is usual.",
    },
    right="Stretches of that tune",
)

# %%
only = next(tune for tune in training if tune.title.startswith("Katie's Fancy"))
single = counter([tokens_of(only)])
copy = markov.continue_melody(single, tokens_of(only)[:1], 40, np.random.default_rng(2))
pair = {"the one tune": music_of(tokens_of(only)[:41]), "learned from it": music_of(copy)}
compare(pair, title="A jig, and what a machine writes that has counted this jig alone")

# %%
hornpipes = [tokens_of(t) for t in dances if t.tune_type == "hornpipe" and t.metre == (4, 4)]
other = counter(hornpipes)
tune = markov.continue_melody(other, hornpipes[0][:2], 56, np.random.default_rng(3))
title = f"The same code after counting {len(hornpipes)} hornpipes instead of jigs"
show(music_of(tune, (4, 4)), title=title)

# %% [markdown]
# Not one line of the program was changed for the hornpipes, only the data. The rules would have to be written anew.

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** Rule-based systems do what they were told; learned systems do what their data do. Both have a place, and both can be measured. The simplest learned model counts what follows what. It has no memory beyond one token, and with little
# data it copies. Every later model mends one such fault, and each lesson shows by a measurement what it can do that the one before could not.
#
# **Check yourself.** Can you … compute a probability from a row of counts? … say why the learned melodies end anywhere? … name the three layers?
#
# **If you want more**
#
# - *A first step:* change the rules so that the rhythm of a jig appears (quarter, eighth, quarter, eighth). How many lines did it take?
# - *Further:* let a token be a *pair* of neighbouring notes (make such tokens before you count, and take the second of each pair to hear them). Do the melodies get better? What happens to the number of counts, and to the copied bars?
# - *Far:* make the learned machine end on the tonic without a rule.
#
# **Reading**
#
# - C. Shannon, *A Mathematical Theory of Communication* (1948), section 3: drawing text from counts of letters and words, step by step.
# - L. Hiller, L. Isaacson, *Experimental Music* (1959): the *Illiac Suite*, where rules and Markov chains wrote a string quartet.
# - J.-P. Briot, G. Hadjeres, F.-D. Pachet, *Deep Learning Techniques for Music Generation* (2020): the field ordered by what is generated, from which representation, by which architecture.
#
# ### A listening route
#
# For whoever came for the music and skips the mathematics. Open a lesson, choose *Run*, *Run All Cells* from the menu, and write nothing: an unsolved exercise says so in one line, and the package's version plays. Lessons 04 to 10, and 12, train small networks on the way, which
# takes some minutes. Then go to these places, best with headphones. In JupyterLab the first click on a link opens the lesson at its beginning; once the lesson is open, a click leads to the section.
#
# | where | what to do | what to listen for |
# |---|---|---|
# | [01 · Listen and look](../01_midi/01_midi.ipynb#8.-Listen-and-look) | switch between the five versions of four notes | one changed byte: which one is softer, which one faster, which one on another instrument? |
# | [02 · Hear it first](../02_representations/02_representations.ipynb#1.-Hear-it-first) | compare the file with models A and B | repeated notes that have melted into long ones |
# | [03 · Hear it first](../03_data_and_baselines/03_data_and_baselines.ipynb#1.-Hear-it-first), [Break it](../03_data_and_baselines/03_data_and_baselines.ipynb#10.-Break-it) | four chains against the n-gram; then four temperatures | voices that do not hear one another; a choice that is too safe, and one that is too wild |
# | [04 · Listen and look](../04_rnn/04_rnn.ipynb#8.-Listen-and-look) | one jig by three networks | from untrained to trained: when does it begin to dance? |
# | [05 · Listen and look](../05_lstm/05_lstm.ipynb#8.-Listen-and-look) | a jig, a reel and a hornpipe on request | tap your foot: how many notes fill a beat? |
# | [06 · Listen and look](../06_vae/06_vae.ipynb#8.-Listen-and-look) | drag the ring on the map | what stays of a melody while it gets denser |
# | [07 · Listen and look](../07_transformer/07_transformer.ipynb#8.-Listen-and-look) | play or type a melody; then *The networks or Bach?* | whether the chords know where your melody goes; which version is Bach's |
# | [08 · Listen and look](../08_gan/08_gan.ipynb#8.-Listen-and-look) | the mixer: hold three rows, move the fourth | which voice changes, and which one stays |
# | [09 · Hear it first](../09_timbre_gan/09_timbre_gan.ipynb#1.-Hear-it-first), [Listen and look](../09_timbre_gan/09_timbre_gan.ipynb#8.-Listen-and-look) | a tune and a chorale on instruments that do not exist | the beginning and the end of each note |
# | [10 · Hear it first](../10_diffusion/10_diffusion.ipynb#1.-Hear-it-first), [Listen and look](../10_diffusion/10_diffusion.ipynb#8.-Listen-and-look) | four bars with a hole; variations out of noise; the repaired bar | the seam where Bach comes back |
# | [11 · Listen and look](../11_control_and_arrangement/11_control_and_arrangement.ipynb#8.-Listen-and-look) | a bare line gets chords, bass, drums and hands | chords that jump, and chords that glide; the place where a loop begins again |
# | [12 · Listen and look](../12_evaluation/12_evaluation.ipynb#8.-Listen-and-look) | the blind listening test, ten minutes | Bach or the network? Decide, and be counted at the end |
# | [13 · Listen and look](../13_studio/13_studio.ipynb#8.-Listen-and-look) | the studio: say what you want, keep the bars you like, export | your own ears decide |
#
# Otherwise go on with [01 · From sound to bytes](../01_midi/01_midi.ipynb), where you learn to read music from a file, byte by byte.
