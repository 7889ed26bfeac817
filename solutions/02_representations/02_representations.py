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
# # 02 · What a model sees
#
# **Turn music into the four forms that the models of this course read, turn it back again, and say with numbers and by ear what died on the way.**
#
# | | |
# |---|---|
# | Time | 30 minutes to read, 60 minutes to code, less than a minute of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [01 · From sound to bytes](../01_midi/01_midi.ipynb), above all [its exercise 3](../01_midi/01_midi.ipynb#Exercise-3:-From-key-presses-to-notes), which made notes out of events; NumPy arrays and their shapes |
#
# You will be able to
#
# - put notes onto a grid without losing any, and say how far they move in milliseconds;
# - draw a piano roll in which repeated notes stay apart, and read the notes out of it again;
# - write music as a stream of tokens, and decode *any* stream, even random numbers;
# - choose an encoding for a purpose by its length, its vocabulary and its losses.

# %%
import math
from dataclasses import replace

import numpy as np

from course.checks import representations as check
from course.checks.core import use
from course.data import load_chorales, load_quartets, midi_files, own_music
from course.note_sequence import Instrument, crop, quantise
from course.pedal import expand_pedal
from course.playback import compare, score, show
from course.plotting import describe, new_axes, note_name, plot_pipeline
from course.quiz import ask
from course.representation import events, music21_io, plain_encodings, remi, voice_grid
from course.representation.loss_meter import add_up, loss_table, lost_notes, measure_loss
from course.representation.midi import read_midi
from course.representation.plain_encodings import one_keyboard, plain_notes, to_music

# %% [markdown]
# ## 1. Hear it first
#
# In lesson 01 you read the notes of a chorale out of its bytes. Here are its first ten seconds, three times: with the notes of the file, and as two models would see them. All three are played on the same organ at the same speed, so that only the
# notes can differ. Listen, and switch while they play.

# %%
files = {path.stem: path for path in midi_files()}
shelf = {name: read_midi(path) for name, path in files.items()}
chorale = shelf["07_chorale_bwv338"]
ten_seconds = crop(chorale, 0, float(chorale.quarters_at(10)))
in_steps = plain_encodings.quantise_notes(plain_notes(ten_seconds), 4)
roll = plain_encodings.draw_roll(in_steps, max(end for _, _, end, _ in in_steps), 0, 127)
only_sounding = np.stack([roll[0], 0 * roll[1]])

# %%
organ = {"tempos": chorale.tempos, "instrument": Instrument(19)}
seen = {
    "lesson 01: the file": to_music(plain_notes(ten_seconds), 1, **organ),
    "model A": to_music(plain_encodings.read_roll(only_sounding, 0), 4, **organ),
    "model B": to_music(plain_encodings.read_roll(roll, 0), 4, **organ),
}
compare(seen, title="Ten seconds of a chorale: from the file, and as two models see it")

# %% jupyter={"source_hidden": true}
ask(
    "What is missing in what model A sees?",
    {
        "The bass": "Every voice is still there. Listen to what happens where a note is repeated.",
        "The beginnings of repeated notes": "Two notes of the same pitch in a row have melted into a long one.",
        "The loudness": "It is the same in all three: this file has only one velocity.",
    },
    right="The beginnings of repeated notes",
)

# %% [markdown]
# A model can only learn what it sees. Nobody told model A that a note can be struck twice, so it will never do it. This lesson is about what to show, and about noticing what you do not show.

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on [lesson 00](../00_start/00_start.ipynb) and [lesson 01](../01_midi/01_midi.ipynb). Open an option to see what it is worth.

# %% jupyter={"source_hidden": true}
ask(
    "A MIDI track says: note on, pitch 60, velocity 0. What happens?",
    {
        "A silent note begins": "In the standard this message has another meaning.",
        "The note 60 ends": "A note-on with velocity 0 is a note-off.",
        "The reader must stop: the file is broken": "It is an ordinary message, and running status makes it a popular one.",
    },
    right="The note 60 ends",
)

# %% jupyter={"source_hidden": true}
ask(
    "Two MIDI files hold the same tune. In one a quarter note lasts 96 ticks, in the other 480. Which one sounds faster?",
    {
        "The one with 96 ticks": "Fewer ticks, but each of them lasts longer.",
        "The one with 480 ticks": "More ticks, but each of them is shorter.",
        "Neither, if the tempo is the same": "The tempo says how long a quarter note lasts, however many ticks it is cut into.",
    },
    right="Neither, if the tempo is the same",
)

# %% jupyter={"source_hidden": true}
ask(
    "In lesson 00 a machine learned jigs from triples: pitch above the tonic, length, place in the bar. What can it not have learned?",
    {
        "To play the strong beats louder": "Loudness is not in the triples, so no amount of data could teach it.",
        "To end on the tonic": "Pitch above the tonic is in the triples; the tonic is 0.",
        "To write long notes": "The length is in the triples.",
    },
    right="To play the strong beats louder",
)

# %% [markdown]
# ## 3. The idea
#
# A model takes numbers from a fixed list, and the same thing should always be the same number. Files are not like that. An **encoding** (or *representation*) is a rule that turns music into such numbers, and back. In the course's pipeline we stand here:

# %%
describe(plot_pipeline(2), "The course's pipeline; this lesson stands at its features.")

# %% [markdown]
# What lesson 01 gave you were notes with times in *ticks*. How comparable are those? We count, on the course's shelf of files, how many different numbers are needed to say how long notes last.

# %%
ticks = {name: int.from_bytes(path.read_bytes()[12:14], "big") for name, path in files.items()}
lengths = [(name, note.duration) for name, piece in shelf.items() for note in piece.notes]
in_ticks = {round(length * ticks[name]) for name, length in lengths}
in_quarters = {round(length, 4) for _, length in lengths}
print(f"ticks in a quarter note: {sorted(set(ticks.values()))}")
print(f"{len(in_ticks)} different lengths in ticks, {len(in_quarters)} in quarter notes")

# %% [markdown]
# The same quarter note is 96 in one file and 1024 in another. So the first step of all encodings is to change the unit of time.
#
# **The one form in the middle.** The course keeps music in a `NoteSequence`: notes (pitch, start, end, velocity, instrument) and the changes of tempo, metre, key and pedal. Its times are quarter notes. The name comes from Google's project Magenta, whose NoteSequence has the same
# fields, but times in *seconds*. Seconds say what is heard; quarter notes say what is written, and stay the same when somebody plays slower. Both can be had from each other through the tempo:

# %%
print("start in quarter notes   in seconds (Magenta)   pitch")
for note in chorale.notes[4:24:5]:
    seconds = float(chorale.seconds_at(note.start))
    back = float(chorale.quarters_at(seconds))
    print(f"{note.start:12.2f} {seconds:22.3f} {note.pitch:17d}    and back: {back:.2f}")

# %% [markdown]
# Four encodings are in use everywhere, and so in this course:
#
# | encoding | what the model sees | known from |
# |---|---|---|
# | **piano roll** | a picture: time × pitch, 1 where a pitch sounds | MuseGAN, diffusion on rolls |
# | **four-voice grid** | for each voice and each sixteenth one pitch | DeepBach and other models of chorales |
# | **MIDI-like events** | a text: key down, wait, key up, louder … | Performance RNN, Music Transformer |
# | **bar–position tokens** (REMI) | a text: new bar, position in it, pitch, length … | Pop Music Transformer |
#
# One symbol of such a text is a **token**; all tokens that there are form the **vocabulary**. A token is written in a model as a number, its **id**.
#
# Here is the picture: channel 0 of a piano roll, grey where a pitch sounds. It holds the upper voices of the chorale's first two bars, and the black strokes are channel 1, the **onsets**: where a note is struck. Cover the strokes with your hand, and you cannot tell how many notes a grey bar is.


# %%
def draw(roll, low):
    """Draw both channels of a roll."""
    axes = new_axes(None)
    axes.imshow(roll[0].T, origin="lower", aspect="auto", cmap="Greys", vmax=2.5)
    steps, pitches = roll[1].nonzero()
    axes.plot(steps - 0.45, pitches, "k|", markersize=12, markeredgewidth=2.5)
    names = range(0, roll.shape[2], 4)
    axes.set_yticks(names, [note_name(low + place) for place in names])
    axes.set(xlabel="time in steps of a sixteenth", ylabel="pitch")
    axes.set_title("Grey: it sounds (channel 0). Stroke: it is struck (channel 1)")
    return axes


text = "A piano roll as an array: grey cells sound, black strokes mark where a note begins."
describe(draw(roll[:, :32, 60:77], 60), text)

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: two clocks.** At a steady tempo of $r$ quarter notes a minute, $u$ quarter notes last
#
# $$ s = \frac{60\,u}{r} \text{ seconds}. $$

# %%
r = chorale.tempos[0].quarters_per_minute
assert abs(60 * 8 / r - chorale.seconds_at(8)) < 1e-9  # Magenta's time of quarter note 8

# %% [markdown]
# **Step 2: quantisation.** A **grid** cuts each quarter note into $g$ steps; with 4 of them a step is a **sixteenth**. **Quantisation** moves a moment $u$, in quarter notes, to the nearest step. Halfway between two steps (a *tie*), the later one counts:
#
# $$ k = \left\lfloor u\,g + \tfrac12 \right\rfloor . $$
#
# $\lfloor x \rfloor$ is the largest whole number not above $x$. Python's own `round` sends ties to the *even* number, so that of two equal rhythms one would move and the other not:

# %%
assert [math.floor(u * 4 + 0.5) for u in (0.125, 0.375, 0.625)] == [1, 2, 3]
assert [round(u * 4) for u in (0.125, 0.375, 0.625)] == [0, 2, 2]

# %% [markdown]
# **Step 3: how far it moves.** At most half a step: $\frac{1}{2g}$ quarter notes, or $\frac{60}{2\,g\,r}$ seconds. These small differences from the grid are called **micro-timing**; a person plays with them, a score does not.

# %%
worst = {g: round(60 / (2 * g * 80) * 1000) for g in (4, 24)}
assert worst == {4: 94, 24: 16}  # milliseconds at 80 quarter notes a minute

# %% [markdown]
# **Step 4: no note vanishes.** A short note may begin and end on the same step. It gets one step, for music without its short notes is other music: $k_\text{end} = \max(\lfloor u_\text{end}\,g + \tfrac12 \rfloor,\; k_\text{start} + 1)$.

# %%
start, end = (math.floor(u * 4 + 0.5) for u in (1.0, 1.05))  # a very short note
assert (start, max(end, start + 1)) == (4, 5)

# %% [markdown]
# **Step 5: the roll.** For a note of pitch $p$ from step $a$ to step $b$, the roll $X$ has
#
# $$ X_{0,t,p} = 1 \text{ for } a \le t < b, \qquad X_{1,a,p} = 1. $$
#
# Without $X_1$ two different pieces have the same picture: nothing can undo that.

# %%
twice = plain_encodings.draw_roll([(60, 0, 2, 80), (60, 2, 4, 80)], 4, 60, 60)
once = plain_encodings.draw_roll([(60, 0, 4, 80)], 4, 60, 60)
assert (twice[0] == once[0]).all()
assert (twice[1] != once[1]).any()

# %% [markdown]
# **Step 6: waiting.** Events have a token for each wait of 1 to 96 steps of 1/24 quarter note. So sixteenths (6 steps) and triplets, which cut a quarter note in three (8 steps), are both exact. A wait of $d$ steps takes $\lceil d / 96 \rceil$ tokens, where $\lceil x \rceil$ is the smallest whole number not below $x$.

# %%
assert (24 % 4, 24 % 3) == (0, 0)
assert math.ceil(250 / 96) == 3  # 96 + 96 + 58

# %% [markdown]
# **Step 7: what it costs to say it.** To name one symbol out of a vocabulary of $V$ takes $\log_2 V$ yes-or-no answers (**bits**). A text of $n$ symbols takes $n \log_2 V$, if nothing is known about which symbols are likely. The roll: 176 cells a step, 88 keys of a piano in two channels, with $V = 2$. The grid: 4 cells a step with $V = 257$: each of
# 128 pitches, struck or held, or silence.

# %%
bits = {"roll": 4 * 176 * math.log2(2), "grid": 4 * 4 * math.log2(257)}  # a quarter note
assert bits["roll"] == 704
assert round(bits["grid"]) == 128

# %% [markdown]
# ## 5. By hand
#
# Take a pencil. Four notes: C and C again, a quarter note each; then E, an eighth note, together with G, a half note. The last two are louder. As (pitch, start, end, velocity), with times in quarter notes:

# %%
four = [(60, 0.0, 1.0, 80), (60, 1.0, 2.0, 80), (64, 2.0, 2.5, 100), (67, 2.0, 4.0, 100)]
show(to_music(four, 1), title="Four notes: C, C, then a short E and a long G together, louder")

# %% [markdown]
# **As a roll.** Two steps a quarter note, one row for each pitch; `x` is struck, `-` is held, `.` is silent. Write it down before you run the next cell:
#
# ```
# G4   . . . . x - - -
# F♯4  . . . . . . . .
# F4   . . . . . . . .
# E4   . . . . x . . .
# …
# C4   x - x - . . . .
# ```


# %%
def picture_of(roll, low):
    """Write a roll with signs, highest pitch first."""
    for column in reversed(range(roll.shape[2])):
        cells = zip(roll[0, :, column], roll[1, :, column], strict=True)
        signs = ["x" if struck else "-" if sounds else "." for sounds, struck in cells]
        print(f"{note_name(low + column):4}", *signs)


in_eighths = plain_encodings.quantise_notes(four, 2)
picture_of(plain_encodings.draw_roll(in_eighths, 8, 60, 67), 60)

# %% [markdown]
# **As events.** The ids are given by a table:
#
# | ids | token | meaning |
# |---|---|---|
# | 0–127 | NOTE_ON 0–127 | this key goes down |
# | 128–255 | NOTE_OFF 0–127 | this key comes up |
# | 256–351 | TIME_SHIFT 1–96 | so many steps of 1/24 quarter note pass |
# | 352–383 | VELOCITY 0–31 | from here on keys are struck so hard: velocity // 4 |
#
# So key 60 goes down with 60 and comes up with 128 + 60 = 188; a quarter note passes with 255 + 24 = 279; velocity 80 is 352 + 80 // 4 = 372. On paper the first two notes become 372, 60, 279, 188, 60, 279, 188. The package agrees, and its 14 tokens for all four notes are:

# %%
ids = plain_encodings.write_events(plain_encodings.quantise_notes(four, 24))
assert ids[:7] == [372, 60, 279, 188, 60, 279, 188]
print(len(ids), "tokens:", ", ".join(events.event_name(token) for token in ids))

# %% [markdown]
# **As bar–position tokens.** Here each note carries its length, and its place is counted from the beginning of the bar. (The name REMI, "revamped MIDI", is that of the paper.) Compare with the events: which of the two is longer, and where would you look if you wanted to know on which beat the G is?

# %%
ids = remi.encode_remi(to_music(four, 1))
print(len(ids), "tokens:", ", ".join(remi.token_name(token) for token in ids))

# %% [markdown]
# **As a voice grid.** Two voices, one pitch in each cell, here two steps a quarter note; −1 is silence. A second array of the same shape keeps the onsets.

# %%
lower = replace(to_music(four, 1), instruments=(Instrument(name="S"), Instrument(name="A")))
parts = [replace(note, instrument=int(note.pitch == 64)) for note in lower.notes]
grid = voice_grid.encode_voice_grid(replace(lower, notes=tuple(parts)), steps_per_quarter=2)
print("pitches:", *grid.pitches.T.tolist(), "\nonsets: ", *grid.onsets.T.astype(int).tolist())

# %% [markdown]
# ## 6. Build it
#
# Five exercises: onto the grid, into the picture, out of it, into the text, out of it. In all of them a note is a plain tuple
#
# `(pitch, start, end, velocity)`
#
# with a pitch 0–127, `end` above `start`, and a velocity 1–127. Later cells take your version once its check has passed, and until then the package's, and say so.

# %% [markdown]
# ### Exercise 1: Onto the grid
#
# *Difficulty 2 of 5 · 10 minutes · 3 points*
#
# Every encoding begins here. Round one way in one place and another way in the next, and a steady rhythm limps.
#
# Write `quantise_notes(notes, steps_per_quarter)`.
#
# - `notes`: a list of notes, times in quarter notes (`float`, 0 or more), possibly empty. `steps_per_quarter`: `int`, 1 or more. The list is not changed.
# - Returns a list of notes in the same order, `start` and `end` as whole numbers of steps (`int`); pitch and velocity as they were.
# - Start and end are each rounded by themselves to the nearest step. Halfway between two steps the later one counts.
# - A note that would last no step lasts one: its start stays, its end moves. A note may then reach into the next one; that is allowed.
#
# Example: with 4 steps a quarter note, `[(60, 0.125, 1.0, 80), (62, 1.0, 1.05, 70)]` gives `[(60, 1, 4, 80), (62, 4, 5, 70)]`: 0.125 is half a step and goes up to 1; the second note would last from 4 to 4.


# %% nbgrader={"grade": false, "grade_id": "quantise_notes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def quantise_notes(notes, steps_per_quarter):
    """Give the notes with start and end in whole steps of a grid."""
    ### BEGIN SOLUTION
    result = []
    for pitch, start, end, velocity in notes:
        first = math.floor(start * steps_per_quarter + 0.5)
        last = math.floor(end * steps_per_quarter + 0.5)
        result.append((pitch, first, max(last, first + 1), velocity))
    return result
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "quantise_notes_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.quantise_notes(quantise_notes)

# %% nbgrader={"grade": true, "grade_id": "quantise_notes_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.quantise_notes(
    quantise_notes,
    [
        (
            ([(50, 2.375, 3.125, 64), (51, 0.625, 0.875, 5)], 4),
            [(50, 10, 13, 64), (51, 3, 4, 5)],
        ),
        (([(70, 0.25, 0.75, 99), (71, 5.25, 5.3, 98)], 2), [(70, 1, 2, 99), (71, 11, 12, 98)]),
        (([(40, 1 / 3, 2 / 3, 33)], 24), [(40, 8, 16, 33)]),
        (([(40, 0.2, 1.35, 33)], 4), [(40, 1, 5, 33)]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two times for each note, and the same rounding for both. What does step 2 of *The mathematics* use instead of `round`?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# For each note: multiply the start by the steps, add a half, take `math.floor`. The same for the end. If the end is not above the start, it is the start plus one. Append a new tuple to a new list.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a start should be a whole number; yours is a float64*: `np.floor` gives a float; put `int(…)` around it, or use `math.floor`.
# - `TypeError: 'tuple' object does not support item assignment`: a tuple cannot be changed; make a new one.
# - `NameError: name 'floor' is not defined`: it is `math.floor`.
# - *Python's round takes the even one*: `round(0.5)` is 0; see step 2 of *The mathematics*.
#
# </details>

# %% [markdown]
# ### Exercise 2: Into the picture
#
# *Difficulty 2 of 5 · 10 minutes · 3 points*
#
# Models that paint music, such as GANs and diffusion models, paint such arrays. The second channel is what model A lacked.
#
# Write `draw_roll(notes, num_steps, low, high)`.
#
# - `notes`: a list of notes, times in steps (`int`), in any order, possibly empty; all pitches lie in `low`..`high`, no note ends after `num_steps`. Notes of one pitch may overlap. The list is not changed.
# - `num_steps`: `int`, 0 or more: the length $T$. `low`, `high`: the lowest and the highest pitch of the roll, *both included*; so it has $P$ = `high - low + 1` columns.
# - Returns a NumPy array of the shape $(2, T, P)$: channels, steps, pitches. Its cells are 0 or 1, of any number type.
# - Channel 0 is 1 while a pitch sounds, from `start` up to but not including `end`. Channel 1 is 1 at the `start` of each note and nowhere else. The velocity makes no difference.
#
# Example: `[(61, 1, 4, 80)]` with 6 steps, low 60 and high 62 gives an array of the shape (2, 6, 3). In channel 0 the cells (1, 1), (2, 1), (3, 1) are on; in channel 1 the cell (1, 1). As a picture, lowest row first: `......`, `.x--..`, `......`.


# %% nbgrader={"grade": false, "grade_id": "draw_roll", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draw_roll(notes, num_steps, low, high):
    """Give the piano roll (2, T, P) of the notes: where a pitch sounds, where it is struck."""
    ### BEGIN SOLUTION
    roll = np.zeros((2, num_steps, high - low + 1), dtype=np.float32)
    for pitch, start, end, _ in notes:
        roll[0, start:end, pitch - low] = 1
        roll[1, start, pitch - low] = 1
    return roll
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "draw_roll_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.draw_roll(draw_roll)

# %% nbgrader={"grade": true, "grade_id": "draw_roll_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.draw_roll(
    draw_roll,
    [
        (
            ([(43, 3, 7, 20), (40, 0, 7, 99), (43, 1, 3, 5), (41, 6, 7, 1)], 8, 40, 43),
            ["x------.", "......x.", "........", ".x-x---."],
        ),
        (
            ([(100, 1, 3, 7), (100, 1, 2, 7), (100, 0, 3, 7), (99, 4, 5, 7)], 5, 99, 101),
            ["....x", "xx-..", "....."],
        ),
        (([], 2, 0, 3), ["..", "..", "..", ".."]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Begin with an array of zeros of the right shape. Each note then switches on one stretch of cells in channel 0 and a single cell in channel 1.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.zeros` with a tuple of three sizes. In a loop over the notes: in channel 0, from `start` to `end`, in the column `pitch - low`, put 1 (a slice does it at once). In channel 1, at `start`, in the same column, put 1.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: index 60 is out of bounds for axis 2 with size 3`: the first column is the pitch `low`, so subtract it.
# - `IndexError: index 2 is out of bounds for axis 2 with size 2`: `high` is included; there is one more column than `high - low`.
# - `TypeError: Cannot interpret '6' as a data type`: the sizes are one tuple: `np.zeros((2, 6, 3))`.
# - *cells stay 1*: with `+=` overlapping notes add up to 2; use `=`.
#
# </details>

# %% [markdown]
# ### Exercise 3: Out of the picture
#
# *Difficulty 4 of 5 · 15 minutes · 4 points*
#
# What a model paints must become notes again. A model also makes mistakes: it forgets an onset, or paints one where nothing sounds.
#
# Write `read_roll(roll, low)`.
#
# - `roll`: a NumPy array of the shape $(2, T, P)$ whose cells are 0 or 1, as in exercise 2; $T$ may be 0. `low`: the pitch of column 0. The array is not changed.
# - Returns a list of tuples `(pitch, start, end)` in any order, all whole numbers. (A roll knows no velocity.)
# - A pitch *sounds* at a step where its cell is 1 in either channel: an onset alone sounds, too.
# - A note *begins* where channel 1 is 1, and also where a pitch sounds that did not sound in the step before, or at step 0.
# - It *ends* at the first step where the pitch does not sound, or where the next note of its pitch begins, or at $T$.
#
# Example: the row `x-x-..--` (struck, held, struck, held, silence, then sound without an onset) of pitch 60 gives `(60, 0, 2)`, `(60, 2, 4)` and `(60, 6, 8)`. In pictures, `o` is a cell that is 1 in channel 1 alone: the row `.oo` gives `(60, 1, 2)` and `(60, 2, 3)`.


# %% nbgrader={"grade": false, "grade_id": "read_roll", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_roll(roll, low):
    """List the notes (pitch, start, end) of a piano roll with an onset channel."""
    ### BEGIN SOLUTION
    notes = []
    for column in range(roll.shape[2]):
        start = None  # where the note that sounds now began
        for step, (sounding, struck) in enumerate(roll[:, :, column].T.tolist()):
            if start is not None and (struck or not sounding):
                notes.append((low + column, start, step))
                start = None
            if start is None and (struck or sounding):
                start = step
        if start is not None:
            notes.append((low + column, start, roll.shape[1]))
    return notes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "read_roll_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.read_roll(read_roll)

# %% nbgrader={"grade": true, "grade_id": "read_roll_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.read_roll(
    read_roll,
    [
        (
            (["-x-.--x", "x......", ".......", "oo-.o-o"], 50),
            [
                (50, 0, 1),
                (50, 1, 3),
                (50, 4, 6),
                (50, 6, 7),
                (51, 0, 1),
                (53, 0, 1),
                (53, 1, 3),
                (53, 4, 6),
                (53, 6, 7),
            ],
        ),
        ((["-----"], 127), [(127, 0, 5)]),
        ((["o", ".", "x", "-"], 0), [(0, 0, 1), (2, 0, 1), (3, 0, 1)]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Take one pitch at a time and walk along its row. All you have to remember is where the note that sounds now began, or that none sounds.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# For each column: no note sounds at first. For each step: if a note sounds, and here is an onset or silence, write it down and forget it. If no note sounds now, and this cell is on in either channel, a note begins here. Behind the last
# step, write down the note that still sounds.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: index 4 is out of bounds for axis 1 with size 4`: you looked at the step behind the last one; the end of the roll ends the note.
# - `ValueError: The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()`: you compared a whole row; take one cell, `roll[0, step, column]`.
# - *a start should be a whole number; yours is None*: `None` was written down as a start; look whether a note sounds before you write it. And a start may be 0, which counts as false: ask `start is not None`.
# - *sound after silence begins a note*: `roll[0, step - 1]` at step 0 is the *last* step of the roll.
#
# </details>

# %% [markdown]
# ### Exercise 4: Into the text
#
# *Difficulty 4 of 5 · 15 minutes · 4 points*
#
# The Music Transformer reads and writes this language. Forget one wait, and all the rest of the piece comes too early.
#
# Write `write_events(notes)`. It gives the event ids of the table in *By hand*.
#
# - `notes`: a list of notes, times in steps of 1/24 quarter note (`int`), in any order, possibly empty. No two notes of one pitch overlap, but one may begin where another ends. The list is not changed.
# - Returns a list of ids (`int`):
#   - Moments come in order of time. At one moment first all keys that come up, in any order: 128 + pitch. Then all keys that go down, from low to high: pitch.
#   - Right before a key goes down, 352 + velocity // 4, but only if this bin is another than that of the key that went down before it. (The first one always is.)
#   - Before each moment, the wait since the moment before, or since step 0: 255 + steps, for 1 to 96 steps. A longer wait takes several tokens: as many full ones (351) as fit, then the rest, if there is one. No wait of 0 steps, and nothing after the last key has come up.
#
# Example: `[(60, 0, 24, 80), (60, 24, 48, 80)]` gives `[372, 60, 279, 188, 60, 279, 188]`. A wait of 250 steps is `351, 351, 313`.


# %% nbgrader={"grade": false, "grade_id": "write_events", "locked": false, "schema_version": 3, "solution": true, "task": false}
def write_events(notes):
    """Give the event ids of the notes."""
    ### BEGIN SOLUTION
    ups = [(end, 0, pitch, 0) for pitch, _, end, _ in notes]
    downs = [(start, 1, pitch, velocity // 4) for pitch, start, _, velocity in notes]
    ids, now, loudness = [], 0, None
    for step, goes_down, pitch, level in sorted(ups + downs):
        while now < step:
            wait = min(step - now, 96)
            ids.append(255 + wait)
            now += wait
        if goes_down and level != loudness:
            loudness = level
            ids.append(352 + level)
        ids.append(pitch if goes_down else 128 + pitch)
    return ids
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "write_events_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.write_events(write_events)

# %% nbgrader={"grade": true, "grade_id": "write_events_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.write_events(
    write_events,
    [
        (
            ([(71, 6, 18, 40), (50, 6, 12, 47), (71, 18, 30, 44), (50, 18, 42, 44)],),
            [261, 363, 50, 362, 71, 261, 178, 261, 199, 363, 50, 71, 267, 199, 267, 178],
        ),
        (
            ([(0, 0, 97, 127), (127, 97, 289, 1)],),
            [383, 0, 351, 256, 128, 352, 127, 351, 351, 255],
        ),
        (([(33, 200, 201, 60)],), [351, 351, 263, 367, 33, 256, 161]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# As in [exercise 5 of lesson 01](../01_midi/01_midi.ipynb#Exercise-5:-A-file-of-your-own): each note makes two moments, one where its key goes down and one where it comes up. Put all into one list and sort it; only then think about waits.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Make tuples (step, 0 for up or 1 for down, pitch, bin) and sort them. Walk through them with the step reached so far and the bin said last. While the moment lies ahead, append the wait of at most 96 steps and move on. For a key that goes
# down: if its bin is a new one, say it; then the pitch. For a key that comes up: 128 + pitch.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *your token 2 is 280*: a wait of 1 step is id 256, so add 255 and not 256.
# - *is still running*: the loop that waits must come nearer to the moment in every turn.
# - *its key must come up before it goes down again*: at one moment, ends sort before starts.
# - `TypeError: '<' not supported between instances of 'int' and 'NoneType'`: two tuples are equal up to a place where one of them has None; put a number there, or sort with a `key`.
# - `TypeError: can only concatenate list (not "tuple") to list`: `list + (…)` does not work; `append` takes one thing.
#
# </details>

# %% [markdown]
# ### Exercise 5: Out of the text, whatever it says
#
# *Difficulty 4 of 5 · 10 minutes · 4 points*
#
# An untrained model talks nonsense, and you want to *hear* it, not read an error. A decoder that makes valid music of any input is called **total**. Every decoder of this course is.
#
# Write `read_events(ids)`.
#
# - `ids`: a list of whole numbers of *any* size, also negative, possibly empty. Ids outside 0–383 do nothing. The list is not changed.
# - Returns a list of notes `(pitch, start, end, velocity)` in any order, times in steps of 1/24 quarter note, all whole numbers.
#   - The velocity of a note is the one said last before its key went down: VELOCITY $n$ (id 352 + $n$) means $4n + 2$, the middle of its bin. Before the first VELOCITY it is 80.
#   - NOTE_OFF of a key that is not down does nothing. NOTE_ON of a key that *is* down ends its note there and begins another.
#   - Keys still down at the end of the list come up there.
#   - A note that would last no step is left out.
#
# Example: `[372, 60, 279, 188]` gives `[(60, 0, 24, 82)]`: 372 is VELOCITY 20, so 82. `[60, 279, 60, 999, 279]` gives `(60, 0, 24, 80)` and `(60, 24, 48, 80)`.


# %% nbgrader={"grade": false, "grade_id": "read_events", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_events(ids):
    """List the notes (pitch, start, end, velocity) that a stream of ids plays."""
    ### BEGIN SOLUTION
    notes, down, now, velocity = [], {}, 0, 80
    for token in ids:
        if 0 <= token < 256:
            pitch = token % 128
            if pitch in down:
                start, loudness = down.pop(pitch)
                notes.append((pitch, start, now, loudness))
            if token < 128:
                down[pitch] = (now, velocity)
        elif 256 <= token < 352:
            now += token - 255
        elif 352 <= token < 384:
            velocity = (token - 352) * 4 + 2
    notes += [(pitch, start, now, loudness) for pitch, (start, loudness) in down.items()]
    return [note for note in notes if note[1] < note[2]]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "read_events_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.read_events(read_events)

# %% nbgrader={"grade": true, "grade_id": "read_events_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.read_events(
    read_events,
    [
        (
            ([361, 45, 300, 383, 45, 47, 310, 175, 173, -5, 90, 256, 90, 400, 351],),
            [
                (45, 0, 45, 38),
                (45, 45, 100, 126),
                (47, 45, 100, 126),
                (90, 100, 101, 126),
                (90, 101, 197, 126),
            ],
        ),
        (([3, 131, 3, 131, 384, -300, 500, 3],), []),
        (([127, 270, 255, 270],), [(127, 0, 15, 80)]),
        (([256, 12, 256, 140, 12, 351, 351],), [(12, 1, 2, 80), (12, 2, 194, 80)]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Play the stream as a pianist would: you know what time it is, how hard to strike, and which keys are down since when. Each token changes one of these.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Keep `now`, `velocity` and a dictionary pitch → (start, velocity) of the keys that are down. NOTE_ON and NOTE_OFF both end the note of their pitch, if its key is down; NOTE_ON then puts a new entry. At the end, write down what is left in the dictionary. Last of all, throw out notes of no length.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `KeyError: 60`: a key that is not down came up; look with `in`, or give `pop` a default.
# - `RuntimeError: dictionary changed size during iteration`: do not delete from the dictionary in the loop that reads it.
# - `TypeError: 'NoneType' object is not subscriptable`: `down.get(pitch)` gives None for a key that is up.
# - *ids outside 0..383 do nothing*: `token < 128` is also true for −1.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# This lesson has no model, so nothing is trained. What runs instead are your encoders, over every file on the shelf, there and back again.

# %%
my_quantise = use("quantise_notes", quantise_notes, plain_encodings.quantise_notes)
my_draw = use("draw_roll", draw_roll, plain_encodings.draw_roll)
my_read = use("read_roll", read_roll, plain_encodings.read_roll)
my_write = use("write_events", write_events, plain_encodings.write_events)
my_events = use("read_events", read_events, plain_encodings.read_events)

# %% [markdown]
# `plain_notes` lists a piece's notes without the drums, whose numbers are no pitches. `one_keyboard` ends a note where another voice strikes the same key: events know keys, not voices.


# %%
def through_roll(piece, onsets=True):
    """Send a piece through a piano roll of sixteenths and back."""
    notes = my_quantise(plain_notes(piece), 4)
    roll = my_draw(notes, max((end for _, _, end, _ in notes), default=0), 0, 127)
    if not onsets:
        roll = np.stack([roll[0], 0 * roll[1]])
    return to_music(my_read(roll, 0), 4)


def through_events(piece):
    """Send a piece through the stream of events and back."""
    ids = my_write(one_keyboard(my_quantise(plain_notes(piece), 24)))
    return to_music(my_events(ids), 24)


# %%
print(f"{'':24} {'notes':>6} {'roll':>6} {'events':>6} {'no onsets':>10}")
for name, piece in shelf.items():
    back = [through_roll(piece), through_events(piece), through_roll(piece, onsets=False)]
    counts = [len(plain_notes(piece)), *(len(other.notes) for other in back)]
    print("{:24} {:6d} {:6d} {:6d} {:10d}".format(name, *counts))

# %% [markdown]
# Almost all notes come back. The last column is the roll without its onset channel: what model A was shown. Why the other two columns are sometimes a little short, the next sections find out.

# %% [markdown]
# ## 8. Listen and look
#
# **The difference, heard.** The first twenty seconds of a fast movement by Mozart, for string quartet, with many repeated notes: as it is, after a roll without onsets, and then *only the notes that died*. To keep the ear on that, all are played on a piano at the movement's tempo.

# %%
quartet = shelf["14_mozart_presto"]
excerpt = crop(quartet, 0, 60)
alone = to_music([n[:3] for n in plain_notes(excerpt)], 1, tempos=quartet.tempos)
melted = replace(through_roll(alone, onsets=False), tempos=quartet.tempos)
died = lost_notes(alone, melted)
print(f"{len(alone.notes)} notes, {len(melted.notes)} after the roll; {len(died.notes)} died")
compare(
    {"as it is": alone, "roll without onsets": melted, "what died": died},
    title="The beginning of a Presto by Mozart: whole, through a roll without onsets, and the lost notes",
)

# %% [markdown]
# **Micro-timing, heard.** The shelf's files stand on a grid, as scores do. A person plays otherwise. Here the chorale is played by a simulated person: each note up to a few hundredths of a second early or late, each with a velocity of its own. Then the same after a grid of sixteenths.


# %%
def played_by_hand(piece, generator):
    """Move each note a little, and strike each with a force of its own."""
    notes = []
    for note in piece.notes:
        early_or_late = generator.normal(0, 0.04)  # quarter notes
        start = max(0.0, note.start + early_or_late)
        velocity = int(generator.integers(55, 110))
        end = max(start + 0.05, note.end + early_or_late)
        notes.append(replace(note, start=start, end=end, velocity=velocity))
    return replace(piece, notes=tuple(notes))


# %%
performance = played_by_hand(ten_seconds, np.random.default_rng(2))
piano = replace(performance, instruments=(Instrument(0),) * len(performance.instruments))
compare(
    {"played by hand": piano, "on the grid": quantise(piano, 4)},
    title="Ten seconds of the chorale on a piano: uneven as by a person, then moved onto the grid",
)

# %% [markdown]
# **The texts, looked at.** The beginning of the chorale, as events and as bar–position tokens. In the second one you can see bars and beats; in the first you would have to add up all waits since the beginning.

# %%
event_ids = events.encode_events(chorale)
remi_ids = remi.encode_remi(chorale)
for place in range(14):
    left, right = events.event_name(event_ids[place]), remi.token_name(remi_ids[place])
    print(f"{place:3d}   {event_ids[place]:3d} {left:16} {remi_ids[place]:3d} {right}")

# %% [markdown]
# **A musician's view.** [music21](https://www.music21.org), a library for musicology, reads the same notes as a score. It guesses the **key**, that is the tonic and the **mode**, *major* or *minor*, which says at what distances from the tonic the notes of the scale lie. It does so by comparing how long each **pitch class** (a pitch without its octave) sounds with what is usual in each key; the correlation, at most 1, says how well they agree. It also names the chords; where a voice is just passing from one chord to the next, the names get odd. None of this is in any of the four encodings; a model has to find it out
# by itself.

# %%
stream = music21_io.to_music21(chorale)
key = stream.analyze("key")
print(f"key: {key}, with a correlation of {key.correlationCoefficient:.2f}")
chords = music21_io.to_music21(crop(chorale, 0, 9)).chordify().recurse().getElementsByClass("Chord")
for chord in chords:
    if chord.beat == int(chord.beat):
        print(f"bar {chord.measureNumber}, beat {chord.beat:g}: {chord.pitchedCommonName}")

# %% [markdown]
# Notation is an encoding, too, with a grid of its own, made for human eyes. Follow the notes while they play:

# %%
score(crop(chorale, 0, 16), title="The chorale's first bars in staff notation, played on an organ")

# %% [markdown]
# ## 9. Measure it
#
# A **loss meter** sends a piece through an encoding and back, pairs the notes of both by pitch and start, and counts what died. First one piece through all four encodings. It is a chorale with a sustain pedal, so that there is something to lose; a dot means nothing.


# %%
def through_remi(piece):
    """Send a piece through bar–position tokens and back."""
    return remi.decode_remi(remi.encode_remi(piece))


def through_grid(piece):
    """Send a piece through the voice grid and back."""
    grid = voice_grid.encode_voice_grid(piece)
    return voice_grid.decode_voice_grid(grid, instruments=piece.instruments)


WAYS = {
    "roll": through_roll,
    "grid": through_grid,
    "events": through_events,
    "REMI": through_remi,
}
pedal = shelf["10_chorale_pedal"]
print(loss_table({name: measure_loss(pedal, way(pedal)) for name, way in WAYS.items()}))

# %% [markdown]
# How to read it:
#
# - *lost*: two voices meet on the same key (a **unison**). A roll and a keyboard have that key once; the grid and REMI keep both notes. Where one voice strikes a key that another still holds, a note gets *another length*.
# - *another velocity*: this file's only velocity happens to be 80. The roll and the grid have none, and their notes come back with 80: what looks lossless here is luck. Events and REMI keep it to within 2.
# - *pedal*, *tempo*, *metre*, *key*: most of it is in none of them. REMI has metre and tempo; the tempo counts as lost because its 80 is rounded to 80.1, which no listener notices.
# - *instruments*: the roll and both texts know keys, and not who plays them. The grid has no names either: `through_grid` hands it the piece's own.
#
# What the pedal did can be saved by writing it into the lengths of the notes first, with `expand_pedal`. Then the lengths are right, and the pedal's own events are no longer needed:

# %%
longer = sum(a != b for a, b in zip(pedal.notes, expand_pedal(pedal).notes, strict=True))
print(f"{longer} of {len(pedal.notes)} notes sound longer than their keys are down")

# %% [markdown]
# Now many pieces: the held-out chorales, some string quartets, and the shelf. The voice grid has one pitch for each voice; a violin that plays two notes at once, and notes too short for its sixteenths, it refuses: (−3) stands for three pieces.


# %%
def measure_all(pieces):
    """Add up the losses of many pieces for each encoding; count what was refused."""
    table = {}
    for name, way in WAYS.items():
        losses = []
        for piece in pieces:
            try:
                losses.append(measure_loss(piece, way(piece)))
            except ValueError:
                continue  # the grid's refusal
        refused = len(pieces) - len(losses)
        table[f"{name} (−{refused})" if refused else name] = add_up(losses)
    return loss_table(table)


# %%
chorales = [c.to_note_sequence() for c in load_chorales() if c.split == "test"][:30]
print(f"{len(chorales)} chorales\n{measure_all(chorales)}")

# %%
quartets = [movement.to_note_sequence() for movement in load_quartets()[::12]]
print(f"{len(quartets)} quartet movements\n{measure_all(quartets)}")

# %%
print(f"{len(shelf)} files of the shelf\n{measure_all(list(shelf.values()))}")

# %% [markdown]
# The 144 notes that even REMI loses are the drums of one reel: drum numbers are no pitches, so roll and token streams leave them out.
#
# And the performance by hand? Here the velocity and the micro-timing die in earnest. The events' finer grid keeps most of it: a move of 1/48 quarter note is at most 16 milliseconds at this tempo.

# %%
print(loss_table({name: measure_loss(performance, way(performance)) for name, way in WAYS.items()}))

# %% [markdown]
# **What it costs.** A short text is easier to survey; a small vocabulary is easier to learn, for each of its words is seen more often. Measured on the chorales, for each quarter note:

# %%
quarters = sum(piece.total_quarters for piece in chorales)
numbers = {
    "piano roll": (4 * 176, 2),
    "voice grid": (4 * 4, 257),
    "events": (sum(len(events.encode_events(p)) for p in chorales) / quarters, 384),
    "REMI": (sum(len(remi.encode_remi(p)) for p in chorales) / quarters, 560),
}
for name, (length, vocabulary) in numbers.items():
    bits = length * math.log2(vocabulary)
    print(f"{name:11} {length:6.1f} symbols of {vocabulary:3d}, {bits:4.0f} bits a quarter note")

# %%
axes = new_axes(None, (8.0, 3.2))
places = [(10, 4), (10, -10), (-15, -18), (10, 2)]  # of the names, in points
for (name, at), mark, place in zip(numbers.items(), "so^D", places, strict=True):
    axes.plot(*at, mark, markersize=11)
    axes.annotate(name, at, xytext=place, textcoords="offset points")
axes.set(xscale="log", yscale="log", xlim=(8, 1500), ylim=(1.3, 1200))
axes.set(xlabel="symbols for a quarter note of a chorale", ylabel="vocabulary")
axes.set_title("A long text of two words, or short texts of hundreds")
described = ", ".join(f"{name} {length:.0f} of {v}" for name, (length, v) in numbers.items())
describe(axes, f"Symbols a quarter note against vocabulary: {described}.")

# %% [markdown]
# The roll needs more than forty times as many symbols as any of the others, because it says also what does *not* sound. Among the other three a larger vocabulary does not make a shorter text: REMI repeats velocity and length for every note, while the events say a velocity only where it changes.

# %% [markdown]
# ## 10. Break it
#
# A model makes mistakes. Suppose that it drops one single token early in the piece. Predict first:

# %% jupyter={"source_hidden": true}
ask(
    "One TIME_SHIFT is missing in the events; in the REMI tokens, one POSITION. How much of the piece is displaced?",
    {
        "In both, only one moment": "In which of the two do later tokens count from the one before?",
        "Events: all that follows. REMI: one moment": "Waits add up, so one lost wait moves all the rest. Positions count from the bar.",
        "In both, all that follows": "In which of the two does each bar start counting anew?",
    },
    right="Events: all that follows. REMI: one moment",
)


# %%
def without(ids, kind, name_of, count):
    """Leave out the token of a kind that comes in this place, counted from 0."""
    places = [place for place, token in enumerate(ids) if name_of(token).startswith(kind)]
    return ids[: places[count]] + ids[places[count] + 1 :]


upper = replace(crop(chorale, 0, 16), control_changes=())
wounded = {
    "as it is": upper,
    "events, one wait lost": events.decode_events(
        without(events.encode_events(upper), "TIME_SHIFT", events.event_name, 6)
    ),
    "REMI, one position lost": remi.decode_remi(
        without(remi.encode_remi(upper), "POSITION", remi.token_name, 6)
    ),
}

# %%
heard = {name: replace(piece, tempos=chorale.tempos) for name, piece in wounded.items()}
print(loss_table({name: measure_loss(upper, piece) for name, piece in wounded.items()}))
compare(heard, title="The chorale's beginning: whole, with one wait lost, with one position lost")

# %% [markdown]
# The numbers say *lost* and *added* where the whole rest is displaced by more than half a sixteenth. The ear says something else: the events still make sense, for it hears intervals between notes and not the bar's number; but from there on everything stands beside the beat. A metronome, or a drummer, would tell.
#
# **Rests** are lost more quietly: neither language has a token for silence, which is only time in which no key is down. Drop a NOTE_OFF from the events, and the note sounds on through the rest; leave out the −1 of the voice grid, and there was never a place to breathe.
#
# **Nonsense.** Random ids for your decoder: this is how a model talks that has learned nothing. And still it plays:

# %%
generator = np.random.default_rng(3)
nonsense = my_events(generator.integers(0, 384, 400).tolist())
print(len(nonsense), "notes from 400 random ids")
babble = crop(to_music(nonsense, 24), 0, 24)
show(
    babble, title="The first seconds of what 400 random tokens say: scattered notes of all pitches"
)

# %% [markdown]
# **The wrong grid.** Eighth notes are **swung** when the second of each pair comes late, here after two thirds of the quarter note instead of a half. What becomes of that on coarser grids?

# %%
scale = (60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 60)
swing = [place / 2 + (place % 2) / 6 for place in range(17)]
swung = [(p, swing[place], swing[place + 1], 80) for place, p in enumerate(scale)]
on_grids = {g: my_quantise(swung, g) for g in (24, 4, 2)}
for g, notes in on_grids.items():
    starts = [round(start / g, 2) for _, start, _, _ in notes[:6]]
    print(f"{g:2d} steps a quarter note: starts {starts}")
heard = {f"{g} steps": to_music(notes, g) for g, notes in on_grids.items()}
compare(heard, title="A swung scale on three grids: as it is, swung too much, and not at all")

# %% [markdown]
# ## 11. Your own music
#
# Put MIDI files of your own into the folder that the next cell names, and run it again. Every file of your folder is used, or refused with the reason and what helps. Nothing is changed on your disk. Recordings of people playing are the most interesting ones here. A (−1) behind an encoding means that it refused the piece.

# %%
own = own_music.read_own(spare={"the performance by hand": performance})
print(own.report())

# %%
name, chosen = own.first
print(measure_all([chosen]))
excerpt = own_music.beginning(chosen, 32)
after = replace(through_events(excerpt), tempos=excerpt.tempos)
compare(
    {"before": excerpt, "after the events": after},
    title=f"{name}: before and after the events",
)

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. Four to six sentences are enough. If you learn alone: write first, then compare with the model answer in `solutions/02_representations/02_representations.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_representations", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Which encoding? (2 points).** You are asked for two systems: one that harmonises a given melody in four voices, and one that improvises like a jazz pianist who was recorded on an electric piano with a pedal. Choose an encoding for each. For each, give one reason from what the encoding keeps, and name one thing that will die and say what a listener would
# notice of it.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: for the harmonisation I take the four-voice grid, because every cell belongs to a voice, so that a voice can be given and the other three filled in, and unisons stay two notes. What dies is the velocity and every rhythm finer than a sixteenth: all chords sound equally loud. For the pianist I take the events, with the pedal
# written into the lengths first, because the steps are fine enough for the touch of time and the velocity is kept to within 2. What dies is the pedal itself: a half-pressed pedal, or a note that is struck again while it rings, sounds cleaner than it was.
#
# Rubric: half a point for each choice with a reason that names a property of the encoding (voices, unisons, velocity, micro-timing, beat positions, length); half a point for each loss that the chosen encoding really has, with its audible consequence. REMI for the pianist counts if the argument is about beats and a fixed tempo; a roll for the pianist does not, unless a
# fine grid and the missing velocity are discussed. Nothing for "it is the most modern".
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** An encoding decides what a model can learn and what it can never say. All begin with a grid, where ties go up and no note vanishes. A roll needs onsets, or repeated notes melt. Texts of events are short and keep velocity, and one lost wait displaces the rest; bar–position tokens know where the beat is. What died can
# be measured: send music there and back, and count.
#
# **Check yourself.** Can you … say where 0.375 quarter notes lie on a grid of sixteenths? … draw a repeated note on a roll? … write a quarter note C as events? … say why a decoder should be total? … name what is lost in all four encodings?
#
# **If you want more**
#
# - *A first step:* send the shelf through a roll of 24 steps a quarter note. Which losses disappear, and what does it cost?
# - *Further:* give the roll a third channel with the velocity of each onset, and measure again.
# - *Far:* choose the grid of each piece by itself: the coarsest one on which the loss meter shows no move above 10 milliseconds.
#
# **Reading**
#
# - S. Oore et al., *This time with feeling: learning expressive musical performance* (2018), arXiv:1808.03715: the events, and why they are fine-grained.
# - Y.-S. Huang, Y.-H. Yang, *Pop Music Transformer* (ACM Multimedia 2020), arXiv:2002.00212: bar–position tokens, and what a beat is good for.
# - N. Fradet et al., *MidiTok: a Python package for MIDI file tokenization* (ISMIR 2021, late-breaking): many more such languages, ready to use.
# - M. S. Cuthbert, C. Ariza, *music21: a toolkit for computer-aided musicology* (ISMIR 2010): music as scholars look at it.
#
# Go on with [03 · Data, likelihood and a hard-to-beat n-gram](../03_data_and_baselines/03_data_and_baselines.ipynb), which brings the first model that learns from these grids, and a number that all later ones have to beat.
