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
# # 01 · From sound to bytes
#
# **Take a MIDI file apart byte by byte, put one together that any music program opens, and say exactly what such a file knows about music and what it does not.**
#
# | | |
# |---|---|
# | Time | 30 minutes to read, 60 minutes to code, less than a minute of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [00 · Start here](../00_start/00_start.ipynb), above all *Build it*, which explains checks, hints and points; Python's lists, loops and functions. Bytes and hexadecimal numbers are explained here. |
#
# You will be able to
#
# - read a MIDI file's chunks, delta times, running status and meta events without a library;
# - turn note-on and note-off messages into notes with a start, an end and a velocity;
# - convert ticks into seconds when the tempo changes on the way;
# - write a file that another program opens;
# - say what changes in the sound when one byte changes.

# %%
import io

import mido
import pretty_midi

from course.checks import midi as check
from course.checks.core import use
from course.data import midi_files, own_music
from course.note_sequence import ControlChange, Note, NoteSequence
from course.pedal import expand_pedal
from course.playback import compare, score, show
from course.plotting import describe, plot_distributions, plot_piano_roll, plot_pipeline
from course.quiz import ask
from course.representation import midi_bytes, plain_midi
from course.representation.midi import read_midi
from course.workspace import own_folder

# %% [markdown]
# ## 1. Hear it first
#
# Here are 62 bytes. They are a complete MIDI file; at the end of this lesson you can read every one of them.

# %%
four_notes = bytes.fromhex(
    "4D 54 68 64 00 00 00 06 00 00 00 01 00 60"  # header: one track, 96 ticks a quarter note
    "4D 54 72 6B 00 00 00 28"  # track: 40 bytes follow
    "00 FF 51 03 07 A1 20 00 C0 00"  # tempo, program
    "00 90 3C 50 60 3C 00 00 40 50 60 40 00"  # two notes
    "00 43 50 60 43 00 00 48 50 81 40 48 00"  # two more
    "00 FF 2F 00"  # end of track
)
print(len(four_notes), "bytes")
show(read_midi(four_notes), title="Four rising piano notes: C, E, G and a longer high C")

# %% [markdown]
# Now one single byte is different. Listen to both, switching while they play.


# %%
def with_byte(data, position, value):
    return data[:position] + bytes([value]) + data[position + 1 :]


mystery = with_byte(four_notes, 31, 0x38)
pair = {"62 bytes": read_midi(four_notes), "one byte changed": read_midi(mystery)}
compare(pair, title="The same four notes twice; one byte of the second version is different")

# %% jupyter={"source_hidden": true}
ask(
    "Which byte was changed, do you think?",
    {
        "One of the notes": "All four pitches and lengths are the same in both.",
        "The byte after C0": "C0 means: on channel 1, choose an instrument. The byte after it says which.",
        "The tempo": "Both versions last equally long. The tempo stands in the bytes after FF 51 03.",
    },
    right="The byte after C0",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on [lesson 00](../00_start/00_start.ipynb). Open an option to see what it is worth.

# %% jupyter={"source_hidden": true}
ask(
    "A rule-based generator writes dull hornpipes. What do you have to change to make it write jigs?",
    {
        "The data it learns from": "It does not learn: nothing in it comes from data.",
        "Its rules": "Every habit of a jig has to be written down by somebody as a rule.",
        "Its random seed": "Another seed gives another piece by the same rules.",
    },
    right="Its rules",
)

# %% jupyter={"source_hidden": true}
ask(
    "The counts of lesson 00 say that after D the tune went to E 30 times out of 120. How likely is E after D?",
    {
        "0.30": "30 is a count. A probability is its share: of how many times that D came?",
        "0.25": "30 / 120: the count over the number of times that something followed D.",
        "4.00": "That is 120 / 30, and no probability is above one.",
    },
    right="0.25",
)

# %% jupyter={"source_hidden": true}
ask(
    "Where on the course's pipeline does this lesson stand?",
    {
        "Input": "A MIDI file is where music enters the pipeline, and also where it leaves it.",
        "Model": "Models come from lesson 03 on; they never see bytes.",
        "Evaluation": "To evaluate music you must first be able to read it.",
    },
    right="Input",
)

# %% [markdown]
# ## 3. The idea
#
# A recording stores what came out of the loudspeaker: tens of thousands of numbers a second. A **MIDI file** (Musical Instrument Digital Interface) stores what the players *did*: key down, key up, pedal, a new
# instrument. It is a score for machines. The music itself, the sound of the piano, is not in it; a **synthesizer** adds that when the file is played. Therefore MIDI files are small, and
# therefore a model can learn from them: the notes are right there and need not be dug out of a sound wave.
#
# The models of lesson 00 worked on notes that somebody had prepared. From now on we prepare them ourselves, from the bytes up.
#
# This is where the pipeline begins, and where it will end:

# %%
describe(plot_pipeline(0), "The course's pipeline; this lesson stands at its input.")

# %% [markdown]
# Let us measure how small a MIDI file is: the same music as sound and as MIDI. The music is a **chorale**, a hymn tune that J. S. Bach set for four **voices**: soprano, alto, tenor and bass, from high to low.

# %%
files = {path.stem: path for path in midi_files()}
first = "07_chorale_bwv338"  # a chorale by J. S. Bach; any other name of the shelf works too
piece = read_midi(files[first])
sizes = {
    "MIDI file": files[first].stat().st_size,
    "CD recording": int(piece.total_seconds * 44_100 * 2 * 2),  # samples, two channels, two bytes
}
print({name: f"{size:,} bytes" for name, size in sizes.items()})
print(f"{sizes['CD recording'] / sizes['MIDI file']:.0f} times larger as sound")

# %%
axes = plot_piano_roll(piece)
axes.set_title(piece.title or first)
describe(axes, "Piano roll: every note of the file is a bar, time to the right and pitch upwards.")

# %% [markdown]
# That figure is called a **piano roll**. Each bar is a **note**: a pitch, a start, an end, and a velocity (how hard the key was struck, drawn as strength of colour). A MIDI file does not
# contain these bars. It contains a stream of *events*, each with the time that has passed since the one before. Turning the stream into bars is what you will build.
#
# **Bytes.** A file is a row of bytes, numbers from 0 to 255. They are written with two *hexadecimal* digits, 0–9 and A–F for 10–15: `3C` is 3 · 16 + 12 = 60. Python writes the number as `0x3C`, and a row of bytes as `b"\x3c\x50"` or `bytes.fromhex("3C 50")`. If
# `data` is such a row, `data[0]` is a number, `data[0:1]` is a row of one byte, and `bytes([60, 80])` makes a row from numbers. The two digits of a number are `status // 16` and `status % 16`; `0x90 + 3` puts them together again.

# %%
data = bytes.fromhex("93 3C 50")
print(data[0], data[0] // 16, data[0] % 16, data[1:], bytes([0x90 + 3, 60, 80]) == data)

# %% [markdown]
# **Time.** The notes of a score are counted in **quarter notes**, each as long as two of lesson 00's eighth notes. A MIDI file cuts a quarter note into **ticks**, and says into how many.
#
# **Chunks.** A MIDI file is made of *chunks*. A chunk begins with four letters and the number of bytes that follow. The first chunk, `MThd`, is the header; each `MTrk` chunk is a track: a stream of
# events.
#
# | bytes | what | in our file |
# |---|---|---|
# | `4D 54 68 64` | the letters MThd | |
# | `00 00 00 06` | six bytes follow | 6 |
# | `00 00` | format: 0 one track, 1 several tracks played together, 2 separate pieces (rare) | 0 |
# | `00 01` | how many tracks | 1 |
# | `00 60` | ticks in a quarter note: the file's unit of time | 96 |
# | `4D 54 72 6B` | the letters MTrk | |
# | `00 00 00 28` | so many bytes follow | 40 |
#
# An **event** is a **delta time** (ticks since the event before) and a message. The first byte of a message is its **status byte**, always 0x80 or higher; the **data bytes** after it are always below
# 0x80. For messages to a channel, the status' first hexadecimal digit says what happens and its second one on which of the 16 **channels** (`0` is channel 1, `9` is channel 10, the drums).
#
# | status | message | data bytes |
# |---|---|---|
# | `8n` | note off | pitch, how fast the key came up |
# | `9n` | note on; *with velocity 0 it means note off* | pitch, velocity |
# | `An` | pressure on one key | pitch, pressure |
# | `Bn` | controller, such as 64, the sustain pedal | number, value |
# | `Cn` | program: choose an instrument | program |
# | `Dn` | pressure on the whole channel | pressure |
# | `En` | pitch bend | two bytes |
# | `F0`, `F7` | system exclusive (*sysex*): data for one maker's instruments | length, then so many bytes |
# | `FF` | meta event: tempo, metre, names, end of track | kind, length, then so many bytes |
#
# *Source:* MIDI Manufacturers Association, Standard MIDI Files 1.0 (1996).

# %% [markdown]
# ## 4. The mathematics
#
# **Step 1: seven bits a byte.** Delta times have no fixed size. Each byte gives seven bits $b_i$ of the number; its highest bit is a flag that says "another byte follows". With $k$ bytes
#
# $$ n = \sum_{i=1}^{k} b_i \cdot 128^{\,k-i}, \qquad 0 \le b_i \le 127. $$
#
# For `81 40`: the flag of `81` is set, so $b_1 = 1$; `40` has no flag, so $b_2 = 64$.

# %%
n = 1 * 128**1 + 0x40 * 128**0
assert n == 192  # two quarter notes of 96 ticks: the long last note

# %% [markdown]
# **Step 2: the largest number.** Four bytes are the most that the standard allows: $n \le 128^4 - 1$.

# %%
assert 128**4 - 1 == 268_435_455

# %% [markdown]
# **Step 3: a tick in seconds.** A tempo event gives $\mu$, the microseconds that a quarter note lasts; the header gives $q$, the ticks in a quarter note. A tick then lasts
#
# $$ \Delta = \frac{\mu}{10^6 \, q} \text{ seconds}. $$
#
# Our file says `07 A1 20`, which is $\mu = 500\,000$: half a second, or 120 quarter notes a minute.

# %%
tick_seconds = 0x07A120 / 1e6 / 96
assert abs(96 * tick_seconds - 0.5) < 1e-12  # one quarter note

# %% [markdown]
# **Step 4: when the tempo changes.** A piece has a **tempo map**: its tempos, and where each one begins. Let tempo $\mu_j$ hold from tick $t_j$ on, $t_0 = 0$. The time of a tick $t$ is a sum over the stretches before it:
#
# $$ s(t) = \sum_j \frac{\mu_j}{10^6\,q} \, \big( \min(t, t_{j+1}) - \min(t, t_j) \big). $$
#
# After the last change $t_{j+1}$ is infinite. If the first tempo event comes later than tick 0, the standard's own tempo holds until then: $\mu = 500\,000$.
#
# A quarter note at 120, then one at half that speed, take $0.5 + 1.0$ seconds.

# %%
s = 96 * 500_000 / 1e6 / 96 + 96 * 1_000_000 / 1e6 / 96
assert s == 1.5

# %% [markdown]
# **Step 5: pitch and frequency.** MIDI counts semitones; 69 is the A of 440 Hz, and twelve semitones, an **octave**, double the frequency:
#
# $$ f(p) = 440 \cdot 2^{(p - 69)/12} \text{ Hz}. $$

# %%
middle_c = 440 * 2 ** ((60 - 69) / 12)
assert abs(middle_c - 261.626) < 0.001
assert 440 * 2 ** ((81 - 69) / 12) == 880

# %% [markdown]
# ## 5. By hand
#
# Take a pencil and the track of our file. Write each event on a line of its own, as below, and stop after the second note.
#
# | bytes | delta | meaning | tick |
# |---|---|---|---|
# | `00 FF 51 03 07 A1 20` | 0 | meta event 51, three bytes: tempo | 0 |
# | `00 C0 00` | 0 | channel 1: program 0, a piano | 0 |
# | `00 90 3C 50` | 0 | channel 1: note on, pitch 0x3C = 60, velocity 0x50 = 80 | 0 |
# | `60 3C 00` | 96 | *no status byte*: 3C is below 0x80, so the last status, `90`, holds: pitch 60, velocity 0, that is note off | 96 |
# | `00 40 50` | 0 | still `90`: pitch 64, velocity 80 | 96 |
# | `60 40 00` | 96 | still `90`: pitch 64 off | 192 |
#
# Leaving out a repeated status is called **running status**; it saves a byte for every event that repeats the status before, in our file seven of ten. The package's reader gets the same numbers:

# %%
for event in plain_midi.read_track_events(four_notes[22:])[:6]:
    tick, status, data = event
    print(f"tick {tick:3d}   status {status:02X}   data {data.hex(' ').upper()}")

# %% [markdown]
# And the four notes, as (start, end, pitch, velocity, channel). The last one lasts `81 40` = 192 ticks.

# %%
events = plain_midi.read_track_events(four_notes[22:])
notes = plain_midi.pair_notes(events, end_tick=480)
assert notes[3] == (288, 480, 72, 80, 0)
notes

# %% [markdown]
# ## 6. Build it
#
# Five exercises, each a step further: a number, a stream, notes, time, and back to a file. Each check answers at once. An unsolved exercise never stops you: later cells then take the
# package's version, and say so.

# %% [markdown]
# ### Exercise 1: A number of no fixed size
#
# *Difficulty 2 of 5 · 10 minutes · 3 points*
#
# Every pause in a MIDI file is written this way; read one wrongly and the whole rest of the piece is out of step.
#
# Write `read_variable_length(data, position)`. It reads the variable-length quantity that begins at `data[position]`.
#
# - `data`: `bytes`. `position`: `int`, where the number begins. The number is complete and has one to four bytes.
# - Returns two whole numbers: the value, and the position of the first byte *after* it.
# - A byte of 0x80 or more is followed by another one; a byte below 0x80 is the last.
#
# Example: in `83 60 40` at position 0 the number is 3 · 128 + 96 = 480 and the next position is 2. At position 2 it is 64, and the next position is 3.


# %% nbgrader={"grade": false, "grade_id": "read_variable_length", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_variable_length(data, position):
    """Read the variable-length quantity at a position; return (value, next position)."""
    ### BEGIN SOLUTION
    value = 0
    while True:
        byte = data[position]
        position += 1
        value = value * 128 + byte % 128  # seven new bits behind those read so far
        if byte < 0x80:
            return value, position
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "read_variable_length_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.read_variable_length(read_variable_length)

# %% nbgrader={"grade": true, "grade_id": "read_variable_length_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.read_variable_length(
    read_variable_length,
    [
        ((bytes.fromhex("87 68"), 0), (1000, 2)),
        ((bytes.fromhex("FF 90 00 12"), 1), (2048, 3)),
        ((bytes.fromhex("82 80 00"), 0), (32768, 3)),
        ((bytes.fromhex("00 00 7F"), 2), (127, 3)),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Read one byte at a time. Whenever a new byte comes, what you have so far becomes 128 times as large: you know this from decimal digits, with 10 instead of 128.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Begin with value 0. Repeat: take the byte at `position` and step on; the new value is the old one times 128 plus the byte's lower seven bits; stop after a byte below 0x80.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: index out of range`: the loop goes on behind the last byte; it must stop after a byte *below* 0x80.
# - *the result should be a list, a tuple or an array; yours is None*: some way through your function ends without `return`.
# - *is still running*: the loop never ends; does every turn move `position` on?
# - A value that is too large by a multiple of 128: the flag was added too. `byte % 128`, or `byte & 0x7F`, takes it away.
#
# </details>

# %% [markdown]
# ### Exercise 2: The stream of a track
#
# *Difficulty 4 of 5 · 20 minutes · 5 points*
#
# This is the heart of every program that opens MIDI files. In this and the following exercises, use `midi_bytes.read_variable_length` and `midi_bytes.write_variable_length`, the package's
# versions of what you have just understood: so a slip in exercise 1 cannot cost you anything here.
#
# Write `read_track_events(data)`. It lists the events of one track.
#
# - `data`: `bytes`, the content of an `MTrk` chunk, without its eight bytes of name and length. It is well-formed, and may be empty. After a meta or system exclusive event a status byte always follows.
# - Returns a list with a tuple `(tick, status, payload)` for each event, in the file's order:
#   - `tick`: time since the beginning of the track (*not* since the event before);
#   - `status`: the status byte, also where running status left it out;
#   - `payload`: `bytes`. For `8n` to `En` the data bytes: one for `Cn` and `Dn`, two for the others. For `FF` the kind, followed by the content. For `F0` and `F7` the content. Lengths are not part of it.
# - The lengths of `FF`, `F0` and `F7` events are variable-length quantities.
#
# Example: `00 C0 05 60 90 3C 50 10 3C 00` gives `[(0, 0xC0, b"\x05"), (96, 0x90, b"\x3c\x50"), (112, 0x90, b"\x3c\x00")]`;
# the tempo event `00 FF 51 03 07 A1 20` gives `(0, 0xFF, b"\x51\x07\xa1\x20")`.


# %% nbgrader={"grade": false, "grade_id": "read_track_events", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_track_events(data):
    """List the events (tick, status, payload) of a track chunk's content."""
    ### BEGIN SOLUTION
    events, position, tick, status = [], 0, 0, None
    while position < len(data):
        delta, position = midi_bytes.read_variable_length(data, position)
        tick += delta
        if data[position] >= 0x80:  # otherwise running status: the last one holds
            status, position = data[position], position + 1
        kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
        if status >= 0xF0:
            if status == 0xFF:
                kind, position = data[position : position + 1], position + 1
            length, position = midi_bytes.read_variable_length(data, position)
        events.append((tick, status, kind + data[position : position + length]))
        position += length
    return events
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "read_track_events_check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.read_track_events(read_track_events)

# %% nbgrader={"grade": true, "grade_id": "read_track_events_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.read_track_events(
    read_track_events,
    [
        (
            (bytes.fromhex("81 00 93 45 7F 0A 47 60 00 D3 11 05 E3 00 40 07 12 34"),),
            [
                (128, 0x93, b"\x45\x7f"),
                (138, 0x93, b"\x47\x60"),
                (138, 0xD3, b"\x11"),
                (143, 0xE3, b"\x00\x40"),
                (150, 0xE3, b"\x12\x34"),
            ],
        ),
        (
            (
                bytes.fromhex("03 FF 01 81 01")
                + b"x" * 129
                + bytes.fromhex("02 F0 02 01 F7 00 B0 40 7F"),
            ),
            [(3, 0xFF, b"\x01" + b"x" * 129), (5, 0xF0, b"\x01\xf7"), (5, 0xB0, b"\x40\x7f")],
        ),
        (
            (bytes.fromhex("07 C9 02 08 03 10 A9 24 11"),),
            [(7, 0xC9, b"\x02"), (15, 0xC9, b"\x03"), (31, 0xA9, b"\x24\x11")],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Keep four things while you walk: the list, the position, the tick, and the last status. Each turn of the loop reads exactly one event: delta, status if there is one, payload.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# While the position is inside the data: read the delta and add it to the tick. If the byte at the position is 0x80 or more, it is the new status: step over it. Then three cases. For `FF`: the kind
# is one byte, then a length, then so many bytes. For `F0` and `F7`: a length, then so many bytes. Else: one or two bytes, depending on the status' first digit, `status >> 4`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: index out of range`: the walk is out of step, most often because `Cn` and `Dn` were given two data bytes, or a length was read as one plain byte.
# - `UnboundLocalError: cannot access local variable 'status'` or `unsupported operand type(s) for >>: 'NoneType' and 'int'`: read the status byte before you use `status`.
# - *is still running*: the loop never ends; every turn has to move `position` behind the event that it read.
# - `can't concat int to bytes`: `data[i]` is a number, `data[i : i + 1]` is `bytes`.
#
# </details>

# %% [markdown]
# ### Exercise 3: From key presses to notes
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# A model is to learn notes, not key presses. A pair that is missed becomes a note that never ends.
#
# Write `pair_notes(events, end_tick)`.
#
# - `events`: a list of `(tick, status, payload)` as exercise 2 gives them, ordered by tick. `end_tick`: `int`, the tick at which the track ends.
# - Returns a list of tuples `(start, end, pitch, velocity, channel)`, in any order: ticks, pitch 0–127, velocity 1–127 of the note-on, channel 0–15 (the status' second digit).
# - Status `9n` with a velocity above 0 starts a note. Status `8n`, *or `9n` with velocity 0*, ends *every* note that sounds on that channel at that pitch, as most synthesizers do.
# - A note still sounding at the end ends at `end_tick`. A note that would last no tick is left out. An end without a start, and every other event, is passed over. The arguments are not changed.
#
# Example: `[(0, 0x90, b"\x3c\x50"), (96, 0x90, b"\x3c\x00")]` with `end_tick` 200 gives `[(0, 96, 60, 80, 0)]`.


# %% nbgrader={"grade": false, "grade_id": "pair_notes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pair_notes(events, end_tick):
    """Pair note-ons with note-offs into notes (start, end, pitch, velocity, channel)."""
    ### BEGIN SOLUTION
    sounding, notes = {}, []
    for tick, status, payload in events:
        if status >> 4 not in (0x8, 0x9):
            continue
        pitch, velocity = payload
        key = (pitch, status & 0x0F)
        if status >> 4 == 0x9 and velocity > 0:
            sounding.setdefault(key, []).append((tick, velocity))
        else:
            notes += [(start, tick, *key, v) for start, v in sounding.pop(key, [])]
    for key, started in sounding.items():
        notes += [(start, end_tick, *key, v) for start, v in started]
    return [(start, end, p, v, channel) for start, end, p, channel, v in notes if end > start]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pair_notes_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.pair_notes(pair_notes)

# %% nbgrader={"grade": true, "grade_id": "pair_notes_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.pair_notes(
    pair_notes,
    [
        (
            (
                [
                    (10, 0x95, b"\x40\x11"),
                    (30, 0x95, b"\x40\x22"),
                    (40, 0x96, b"\x40\x33"),
                    (55, 0x85, b"\x40\x40"),
                    (55, 0x95, b"\x40\x44"),
                ],
                90,
            ),
            [
                (10, 55, 64, 17, 5),
                (30, 55, 64, 34, 5),
                (40, 90, 64, 51, 6),
                (55, 90, 64, 68, 5),
            ],
        ),
        (([(5, 0x80, b"\x30\x00"), (7, 0x91, b"\x30\x01"), (7, 0x91, b"\x30\x00")], 9), []),
        (
            ([(0, 0x90, b"\x00\x7f"), (3, 0xB0, b"\x00\x00"), (8, 0x90, b"\x00\x00")], 50),
            [(0, 8, 0, 127, 0)],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Keep a dictionary of what sounds now. What identifies a sounding note: its pitch alone, or pitch *and* channel? And how many notes can sound under one such key?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# For each event: if it starts a note, append (tick, velocity) to the list under its key. If it ends notes, take the whole list out of the dictionary (`pop` with a default) and write a note for each entry. After the loop
# write a note up to `end_tick` for whatever is left. At last throw out notes of no length.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `KeyError: (60, 0)`: a note-off came without a note-on; give `pop` a default.
# - `ValueError: not enough values to unpack`: not every payload has two bytes; look at the status first.
# - `RuntimeError: dictionary changed size during iteration`: collect first, delete afterwards.
#
# </details>

# %% [markdown]
# ### Exercise 4: When does it sound?
#
# *Difficulty 3 of 5 · 10 minutes · 3 points*
#
# Where the music slows down, the file has nothing but tempo events. Ignore all but the first, and the piece ends seconds too early.
#
# Write `ticks_to_seconds(tick, tempo_changes, ticks_per_quarter)`, the formula of step 4 in *The mathematics*.
#
# - `tick`: `int`, 0 or more. `ticks_per_quarter`: `int` above 0.
# - `tempo_changes`: a list of `(tick, microseconds_per_quarter)`, ticks ascending; each tempo holds from its tick on. The list may be empty, and its first tick may be above 0: until then a quarter note lasts 500 000 microseconds.
# - Returns a number: the seconds from the beginning to `tick`, to within a millionth of a second. The arguments are not changed.
#
# Example: with `[(0, 500000), (480, 1000000)]` and 480 ticks a quarter note, tick 960 is at 0.5 + 1.0 = 1.5 seconds, and tick 240 at 0.25.


# %% nbgrader={"grade": false, "grade_id": "ticks_to_seconds", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
    """Give the seconds from the beginning to a tick, through all tempo changes before it."""
    ### BEGIN SOLUTION
    seconds, last, tempo = 0.0, 0, 500_000
    for change, new_tempo in tempo_changes:
        if change >= tick:
            break
        seconds += (change - last) * tempo / 1e6 / ticks_per_quarter
        last, tempo = change, new_tempo
    return seconds + (tick - last) * tempo / 1e6 / ticks_per_quarter
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ticks_to_seconds_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.ticks_to_seconds(ticks_to_seconds)

# %% nbgrader={"grade": true, "grade_id": "ticks_to_seconds_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.ticks_to_seconds(
    ticks_to_seconds,
    [
        ((300, [(0, 400_000), (100, 600_000), (200, 1_200_000)], 100), 2.2),
        ((1000, [(250, 250_000)], 250), 1.25),
        ((50, [(0, 800_000), (100, 200_000)], 100), 0.4),
        ((96, [], 192), 0.25),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Walk from tempo change to tempo change. Each stretch between two changes has one tempo, so its length in seconds is a plain product.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Remember the seconds so far, the tick of the last change and the tempo in force (at first 0, 0 and 500 000). For each change that comes before `tick`, add the stretch since the last one at the *old* tempo, then take over the new
# tempo. Add the rest up to `tick`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - `IndexError: list index out of range`: the list of changes may be empty.
# - Whole seconds only, or 0: `//` throws the fraction away; use `/`.
# - *changes the arguments it is given*: `insert` and `append` change the caller's list; make a new one with `[(0, 500000), *tempo_changes]`.
# - Results a million times too large: tempi are *micro*seconds.
#
# </details>

# %% [markdown]
# ### Exercise 5: A file of your own
#
# *Difficulty 3 of 5 · 10 minutes · 3 points*
#
# Whatever your models will invent leaves the course through this door.
#
# Write `write_midi_file(notes, ticks_per_quarter)`. It gives the bytes of a complete MIDI file of format 0.
#
# - `notes`: a list of `(start, end, pitch, velocity, channel)` as in exercise 3, in any order, possibly empty; `end` is above `start`, and no two notes of the same pitch and channel overlap. The list is not changed. `ticks_per_quarter`: `int`, 1 to 32 767.
# - Returns `bytes`: the header chunk and one track chunk with all notes, closed by an end-of-track event (`00 FF 2F 00`). The length of the track chunk counts the bytes behind it.
# - Where a note ends at the tick at which another begins, the end is written first: otherwise a repeated note is cut off as soon as it starts.
# - You need no tempo, no program and no running status; a tempo, running status, and note-ons with velocity 0 as ends are allowed. `midi_bytes.write_variable_length(n)` gives the bytes of a delta time; `(6).to_bytes(4, "big")` gives `00 00 00 06`.
#
# Example: `[(0, 96, 60, 80, 0)]` at 96 ticks a quarter note gives the track `00 90 3C 50 60 80 3C 00 00 FF 2F 00` behind `4D 54 72 6B 00 00 00 0C`.


# %% nbgrader={"grade": false, "grade_id": "write_midi_file", "locked": false, "schema_version": 3, "solution": true, "task": false}
def write_midi_file(notes, ticks_per_quarter):
    """Give the bytes of a format 0 MIDI file with these notes."""
    ### BEGIN SOLUTION
    moments = []
    for start, end, pitch, velocity, channel in notes:
        moments.append((start, 1, bytes([0x90 | channel, pitch, velocity])))
        moments.append((end, 0, bytes([0x80 | channel, pitch, 0])))  # 0: ends sort before starts
    track, now = b"", 0
    for tick, _, message in sorted(moments):
        track += midi_bytes.write_variable_length(tick - now) + message
        now = tick
    track += bytes.fromhex("00 FF 2F 00")
    header = bytes.fromhex("4D546864 00000006 0000 0001") + ticks_per_quarter.to_bytes(2, "big")
    return header + b"MTrk" + len(track).to_bytes(4, "big") + track
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "write_midi_file_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.write_midi_file(write_midi_file)

# %% nbgrader={"grade": true, "grade_id": "write_midi_file_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.write_midi_file(
    write_midi_file,
    [
        ([(700, 900, 40, 1, 15), (0, 700, 40, 127, 15), (0, 20_000, 41, 64, 9)], 1024),
        ([(5, 6, 127, 100, 3), (1, 5, 127, 90, 3), (1, 5, 0, 90, 4)], 24),
        ([(7 * place, 7 * place + 5, 40 + place, 70, 2) for place in range(45)], 12),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Each note makes two messages, at two ticks. Put all messages into one list, sort it by tick, and only then compute the delta times.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Make tuples (tick, 0 for an end or 1 for a start, message) and sort them. Walk through them with the tick of the message before: delta time, then message. Append the end of track. Only now is the length of the track known.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a delta time cannot be negative*: sort all messages by tick first.
# - `ValueError: bytes must be in range(0, 256)`: a tick or a length went into `bytes([...])`; ticks are written by `write_variable_length`, the length of the track by `to_bytes(4, "big")`.
# - `OverflowError: int too big to convert`: the number of bytes in `to_bytes` is too small.
# - `TypeError: can't concat str to bytes`: write `b"MTrk"`, with the b.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# This lesson has no model, so nothing is trained. What runs instead is your reader, over every real file on the course's shelf. If your check passed, it is your own function that plays.

# %%
my_length = use("read_variable_length", read_variable_length, midi_bytes.read_variable_length)
my_events = use("read_track_events", read_track_events, plain_midi.read_track_events)
my_pairs = use("pair_notes", pair_notes, plain_midi.pair_notes)
my_seconds = use("ticks_to_seconds", ticks_to_seconds, midi_bytes.ticks_to_seconds)
my_writer = use("write_midi_file", write_midi_file, plain_midi.write_midi_file)


# %%
def tracks_of(data):
    """Give the events of every track of a file, and its ticks per quarter note."""
    chunks = midi_bytes.read_chunks(data)
    tracks = [my_events(data[start:end]) for name, start, end in chunks if name == b"MTrk"]
    return tracks, int.from_bytes(data[12:14], "big")


def tempo_changes(tracks):
    """Give (tick, microseconds per quarter note) of every tempo event, in order."""
    found = [e for events in tracks for e in events if e[1] == 0xFF and e[2][0] == 0x51]
    return sorted((tick, int.from_bytes(payload[1:], "big")) for tick, _, payload in found)


# %%
def read_notes(path):
    """Read (pitch, velocity, start, end) of every note, times in seconds, sorted."""
    tracks, per_quarter = tracks_of(path.read_bytes())
    tempi = tempo_changes(tracks)
    notes = [note for events in tracks if events for note in my_pairs(events, events[-1][0])]
    at = {tick: my_seconds(tick, tempi, per_quarter) for note in notes for tick in note[:2]}
    return sorted((pitch, velocity, at[start], at[end]) for start, end, pitch, velocity, _ in notes)


shelf = {name: read_notes(path) for name, path in files.items()}
print(f"{sum(map(len, shelf.values())):,} notes read from {len(shelf)} files")

# %% [markdown]
# ## 8. Listen and look
#
# Listen to a file of the shelf in the player. The line moves with the sound, each track can be muted, and Space starts and stops.

# %%
show(piece, title="A chorale by J. S. Bach, BWV 338, four tracks, played on an organ")

# %% [markdown]
# The same music as a score. While it plays, the sounding notes light up. Note what the score has that the file does not: the file knows no stems, no beams, and not whether a black key is C♯ or D♭.

# %%
score(piece, title="The same chorale in staff notation, one staff a track")

# %% [markdown]
# And a look inside: the first events of its longest track, as your reader sees them.

# %%
MEANINGS = {0x8: "note off", 0x9: "note on", 0xB: "controller", 0xC: "program"}


def meaning(event):
    """Name an event; a note-on with velocity 0 is a note-off."""
    _, status, payload = event
    if status >> 4 == 0x9 and payload[1] == 0:
        return "note off"
    return "meta or sysex" if status >= 0xF0 else MEANINGS.get(status >> 4, "other")


longest = max(tracks_of(files[first].read_bytes())[0], key=len)
for event in longest[:14]:
    tick, status, payload = event
    print(f"tick {tick:5d}   {status:02X}   {meaning(event):13s}   {payload[:12].hex(' ').upper()}")

# %% [markdown]
# **One byte at a time.** Four versions of our 62 bytes, each different in one place.

# %%
versions = {
    "as it is": four_notes,
    "velocity 50 → 18": with_byte(four_notes, 35, 0x18),
    "tempo 07 → 03": with_byte(four_notes, 26, 0x03),
    "program 00 → 13": with_byte(four_notes, 31, 0x13),
    "pitch 48 → 47": with_byte(with_byte(four_notes, 52, 0x47), 56, 0x47),
}
compare(
    {name: read_midi(data) for name, data in versions.items()},
    title="Four notes: as they are, the first soft, about twice as fast, on an organ, the last lower",
)

# %% [markdown]
# (The pitch stands in two places, once in its note-on and once in its note-off: changing only one of them would leave a note hanging.)
#
# **The pedal.** Controller 64 holds what has been let go. Here are the same four short notes, without and with it. The keys are pressed for the same time in both; the second picture shows the notes as they *sound*, as long as the pedal holds them.

# %%
short = tuple(Note(pitch, i / 2, i / 2 + 0.2) for i, pitch in enumerate((60, 64, 67, 72)))
dry = NoteSequence(notes=short, total_quarters=4)
wet = NoteSequence(notes=short, control_changes=(ControlChange(0, 64, 127),), total_quarters=4)
compare({"no pedal": dry, "pedal down": wet}, title="Four short notes: each stops, or all ring on")

# %%
print([round(note.duration, 2) for note in dry.notes], "quarter notes as written")
print([round(note.duration, 2) for note in expand_pedal(wet).notes], "quarter notes as they sound")

# %% [markdown]
# ## 9. Measure it
#
# Is the reader right? We compare it, note by note, with [pretty_midi](https://github.com/craffel/pretty-midi), a well-known library that was written by other people. Same pitch, same velocity, start and end within a
# tenth of a millisecond, for every note of every file:


# %%
def agreement(path, notes):
    """Share of pretty_midi's notes that the reader found too."""
    tracks = pretty_midi.PrettyMIDI(str(path)).instruments
    theirs = sorted((n.pitch, n.velocity, n.start, n.end) for t in tracks for n in t.notes)
    same = [
        a[:2] == b[:2] and abs(a[2] - b[2]) < 1e-4 and abs(a[3] - b[3]) < 1e-4
        for a, b in zip(theirs, notes, strict=False)
    ]
    return sum(same) / max(len(theirs), len(notes), 1)


for name, path in files.items():
    print(f"{name:32s} {len(shelf[name]):5d} notes   {agreement(path, shelf[name]):7.2%} agree")

# %% [markdown]
# And the writer? We read a whole chorale, write its notes with your function, open the result with a third library, [mido](https://mido.readthedocs.io), and compare with what was read. Your bytes go to disk, too: open the file in any music program.

# %%
tracks, per_quarter = tracks_of(files[first].read_bytes())
notes = [note for events in tracks for note in my_pairs(events, events[-1][0])]
again = my_writer(notes, per_quarter)
opened = mido.MidiFile(file=io.BytesIO(again))
starts = [message for message in opened.tracks[0] if message.type == "note_on"]
pressed = sorted(message.note for message in starts if message.velocity)
print(len(pressed), "notes; the same pitches:", pressed == sorted(note[2] for note in notes))
target = own_folder("exports") / "01_my_chorale.mid"
target.write_bytes(again)
print(f"Saved for other programs: {target.name}, in your workspace's folder {target.parent.name}")

# %%
title = (
    "Your own file: at 120 quarter notes a minute, on a piano, since it names no tempo or program"
)
show(read_midi(again), title=title)

# %% [markdown]
# What do the events of real files say? Nearly all of them are keys going down or up.

# %%
kinds = {}
for path in files.values():
    for event in [event for track in tracks_of(path.read_bytes())[0] for event in track]:
        kinds[meaning(event)] = kinds.get(meaning(event), 0) + 1
axes = plot_distributions({"events of the shelf": kinds}, label="kind of event")
describe(axes, f"Bar chart of the kinds of events on the shelf: {kinds}.")

# %% [markdown]
# ## 10. Break it
#
# Predict first: suppose a reader does not know that *note on with velocity 0* means note off. What will you hear?

# %% jupyter={"source_hidden": true}
ask(
    "A reader that passes over note-ons with velocity 0: what happens to a file that uses them?",
    {
        "Nothing can be heard": "Notes still start. What is missing?",
        "Notes never end": "No note is ever ended, so all of them sound to the end of the track.",
        "Every second note is missing": "The note-ons with a velocity above 0 are all still there.",
    },
    right="Notes never end",
)

# %%
events = my_events(four_notes[22:])
deaf = [e for e in events if not (e[1] >> 4 == 9 and e[2][1] == 0)]
broken = read_midi(plain_midi.write_midi_file(plain_midi.pair_notes(deaf, events[-1][0]), 96))
compare(
    {"right": read_midi(four_notes), "velocity 0 passed over": broken},
    title="The four notes by two readers: one knows velocity 0, the other passes over it",
)

# %%
axes = plot_piano_roll(broken)
axes.set_title("Velocity 0 passed over: a staircase of notes that never end")
describe(axes, "Piano roll of four notes that start one after another and all last to the end.")

# %% [markdown]
# Another one: a reader that takes the header's *96 ticks a quarter note* for 192. Will the piece be slower or faster?

# %%
twice = with_byte(four_notes, 13, 0xC0)
compare(
    {"96 ticks": read_midi(four_notes), "192 ticks": read_midi(twice)},
    title="The same events, counted with 96 and with 192 ticks a quarter note",
)

# %% [markdown]
# ## 11. Your own music
#
# Put MIDI files of your own into the folder that the next cell names, and run it again. Every file of your folder is used, or refused with the reason and what helps. Files that needed mending are listed with what was mended. Nothing is changed on your disk.

# %%
own = own_music.read_own(spare={"the four notes of this lesson": read_midi(four_notes)})
print(own.report())

# %%
name, chosen = own.first
show(chosen, title=name)

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. Three to six sentences are enough. If you learn alone: write first, then compare with the model answer in `solutions/01_midi/01_midi.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_midi", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **What a MIDI file cannot say (2 points).** A friend sends you a MIDI file of a song and says: "This is the recording, only smaller." Name two things that a listener hears in the recording and that this file cannot contain, and one
# that the file says *more* exactly than the recording does. For each give the reason in terms of events, not of file sizes.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: the singer's voice and words as sound are missing, because an event only says which key of which program was pressed, and the sound is added by whatever synthesizer plays the file. The room's echo is missing
# for the same reason. More exact are the notes: pitch and start of each are numbers in the file, while in the recording they would have to be estimated from a sound wave.
#
# Rubric: half a point for each thing that is really absent from MIDI events (timbre, voice, room, recording noise, exact tuning without pitch bend, spelling C♯/D♭ counts only if argued from hearing), with a reason; one point for something
# that is exact in the file (pitch, start, velocity, which instrument plays which note, tempo), with a reason. Nothing for "quality" or "size" alone.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A MIDI file stores what players do, not what is heard. Its chunks hold streams of events with delta times in ticks. Notes arise when starts are paired with ends, and a start with velocity 0 is an end. Seconds
# follow from the ticks through all tempo events. What the format does not know, such as the sound of a voice, or whether a key is C♯ or D♭, no model can learn from it.
#
# **Check yourself.** Can you … read `8F 7F` without a computer? … say why a file can sound twice as fast after one byte was changed? … name two messages that end a note? … explain what the header's last two bytes are for?
#
# **If you want more**
#
# - *A first step:* write `write_variable_length(value)` yourself and compare it with the package's on a thousand random numbers.
# - *Further:* let `write_midi_file` use running status. How many bytes does that save on the shelf's files?
# - *Far:* read the sustain pedal from the events and lengthen the notes as they sound; compare with `expand_pedal` of `course.pedal`.
#
# **Reading**
#
# - MIDI Manufacturers Association, *Standard MIDI Files 1.0* (1996): the norm itself, short and clear.
# - C. Raffel, D. Ellis, *Intuitive analysis, creation and manipulation of MIDI data with pretty_midi* (ISMIR 2014, late-breaking): how a library looks at the same bytes.
# - C. Raffel, D. Ellis, *Extracting ground-truth information from MIDI files: a MIDIfesto* (ISMIR 2016): what can be trusted in files found in the wild.
#
# Go on with [02 · What a model sees](../02_representations/02_representations.ipynb), which turns these notes into what a model can read: tokens, grids and piano rolls.
