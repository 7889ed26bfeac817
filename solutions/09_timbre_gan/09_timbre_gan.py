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
# # 09 · From notes to sound
#
# **Let a network make the sound itself: notes of instruments that do not exist, at the pitch that you ask for, and then a whole tune played on them.**
#
# | | |
# |---|---|
# | Time | 35 minutes to read, 45 minutes to code, about two minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [02 · What a model sees](../02_representations/02_representations.ipynb), what a representation keeps and loses; [05 · Gates](../05_lstm/05_lstm.ipynb), conditions and control; the two players of lesson 08, a generator and a critic, are told again in a few lines |
#
# You will be able to
#
# - take a sound apart into levels and phases, and say why levels alone are not enough;
# - read a frequency from phases to a few hundredths of a semitone, and turn frequencies back into sound;
# - say what a representation *builds in* and what a network *learns*, and test which is which;
# - train a generator of notes against a critic, and measure pitch, variety, clicks and envelopes by ear of a machine;
# - play a tune on an instrument that a network has made up.

# %%
from functools import partial
from unittest import mock

import numpy as np

from course import models, plotting, reproducibility, watching
from course.checks import timbre as check
from course.checks.core import use
from course.data import load_chorales, load_tunes, own_music, single_notes
from course.evaluation import note_sounds
from course.note_sequence import Instrument, Note, NoteSequence
from course.playback import Recording, compare, show
from course.quiz import ask
from course.recipes import fixed_pictures, sound_ways, timbre_measures, timbre_player, timbre_recipe
from course.representation import note_shapes, plain_sound, spectrogram, tuned_spectrogram
from course.training import adversarial

# %% [markdown]
# ## 1. Hear it first
#
# A tune, played twice: by the sound bank that has played everything so far, and by an instrument whose every sound comes from a network. The models of the lessons before wrote *notes*, and left the sound to others. This one writes the sound.

# %%
smoke = reproducibility.budget() == "smoke"
generator = models.load("timbre_gan")
tune = next(t for t in load_tunes("oneills") if (t.split, t.tune_type) == ("test", "jig"))
tune = tune.to_note_sequence()
notes = tuple(note for note in tune.notes if note.end <= (3 if smoke else 18))
tune = NoteSequence(notes, tune.instruments, tune.tempos, tune.time_signatures)
player = timbre_player.TimbreInstrument(generator, "winds", seed=3)
takes = {
    "sound bank": tune,
    "network": Recording(tune, tuple(timbre_player.perform(tune, [player]))),
}
compare(takes, title="The beginning of a jig, on the sound bank's flute and on a network's")

# %% jupyter={"source_hidden": true}
ask(
    "A second of sound at 16 kHz has 16,000 samples. Why does the network not write them one by one?",
    {
        "A network cannot write numbers between -1 and 1": "It can; a tanh does nothing else.",
        "The ear hears levels of frequencies that change slowly; samples hide them": "A tenth of a "
        "millisecond more or less moves every sample and changes nothing that you hear. Better "
        "to write what the ear hears.",
        "16,000 numbers do not fit into memory": "They are 64 kB.",
    },
    right="The ear hears levels of frequencies that change slowly; samples hide them",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "A4 has 440 Hz. What has A5?",
    {
        "880 Hz": "An octave doubles the frequency; a semitone multiplies it by the twelfth root of 2.",
        "441 Hz": "That is less than a tenth of a semitone higher.",
        "452 Hz": "Twelve hertz more would be about half a semitone.",
    },
    right="880 Hz",
)

# %% jupyter={"source_hidden": true}
ask(
    "A representation is turned into music and back, and the velocities are gone. Who is to blame?",
    {
        "The model": "No model was involved yet.",
        "The representation": "What an encoding does not hold, no model can give back: lesson 02's loss meter.",
        "The player": "It plays what it is given.",
    },
    right="The representation",
)

# %% jupyter={"source_hidden": true}
ask(
    "A model is asked for a jig and writes one. When has it understood the wish?",
    {
        "When the piece is a jig": "Every fifth tune of the book is a jig; it may have been luck.",
        "When it grants different wishes, more often than chance": "And best of all on wishes that it was never "
        "taught: that is what held-out pairs are for in this lesson.",
        "When its loss is low": "A loss says nothing of a single wish.",
    },
    right="When it grants different wishes, more often than chance",
)

# %% [markdown]
# ## 3. The idea
#
# An instrument's note is a sum of waves, the **harmonics**, at once, twice, three times … the note's own frequency, its **fundamental** (all but the first are **overtones**), each with a level that rises and falls, and some noise: breath, bow, hammer. Which harmonics are strong, and how they rise and fall, is the **timbre**: what lets you tell a trumpet from a flute on the same note. A **spectrogram** shows it: time to the right, frequency upwards, dark where there is sound.

# %%
C4 = 60
trumpet, flute = (single_notes.render_note(program, C4, 85) for program in (56, 73))
with plotting.plt.rc_context(plotting.STYLE):
    figure, panels = plotting.plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
for axes, sound, name in zip(panels, (trumpet, flute), ("trumpet", "flute"), strict=True):
    spectrum = np.abs(spectrogram.stft(sound)) / 256
    plotting.plot_levels(spectrogram.levels(spectrum), axes, row_step=15.625)
    axes.set(title=f"{name}, C4", ylim=(0, 4000))
panels[0].set_ylabel("Hz")
plotting.describe(panels[0], "Spectrograms: many strong harmonics of a trumpet, few of a flute.")

# %% [markdown]
# So let a network draw such pictures, as other networks draw photographs. But there is a catch. A picture shows how *loud* each frequency is. A sound also needs to know *where in its swing* each wave is at each moment: its **phase**. Take the trumpet's own levels, and give them phases by chance:

# %%
spectrum = spectrogram.stft(trumpet)
chance = np.random.default_rng(0)
lost = np.abs(spectrum) * np.exp(1j * chance.uniform(-np.pi, np.pi, spectrum.shape))
versions = {
    "its own phases": spectrogram.istft(spectrum, len(trumpet)),
    "phases by chance": spectrogram.istft(lost, len(trumpet)),
}
for name, sound in versions.items():
    off = np.abs(note_sounds.mel_levels(sound) - note_sounds.mel_levels(trumpet)).mean()
    alike = np.corrcoef(sound, trumpet)[0, 1]
    print(f"{name:17s} samples agree {alike:5.2f}, levels of what comes out are {off:4.1f} dB off")


# %%
def heard(sounds, pitches=None):
    """Give sounds of a second each, one after the other, as something to play."""
    places = (2.048 * np.arange(len(sounds))).tolist()  # quarter notes at 120 a minute
    pitches = pitches or [C4] * len(sounds)
    notes = tuple(Note(p, place, place + 2) for p, place in zip(pitches, places, strict=True))
    music = NoteSequence(notes, (Instrument(name="sounds of a second"),))
    samples = np.concatenate(sounds) / single_notes.GAIN
    return Recording(music, (samples,), single_notes.RATE)


compare(
    {name: heard([sound]) for name, sound in versions.items()},
    title="A trumpet's C4 with its own phases, and with its levels but phases by chance",
)

# %% [markdown]
# The windows overlap, and where neighbours disagree about the phase, they cancel. Not even the levels survive. That is the limit of every model that draws levels only. GANSynth (Engel and others, 2019) lets a network draw two pictures instead: levels, and the **instantaneous frequency**, which says how fast each phase turns. Frequencies are steady while phases race: they can be learned.
#
# On the pipeline we stand at its end, at the output: what was a sound bank's part becomes a model's.

# %% [markdown]
# ## 4. The mathematics
#
# Symbols: N samples in a window (`n_fft`), r samples a second (`rate`), h samples from one window to the next (`hop`), t a frame, k a bin.
#
# **Step 1: a bin is a wave.** The **short-time Fourier transform** cuts a sound into overlapping windows and asks of each, how much of a wave with k turns per window is in it. Each k is a **bin**. So bin k is centred on the frequency
#
# $$ f_k = k \, r / N , $$
#
# and gives a complex number: its length is the magnitude, its angle the phase.

# %%
rate, n_fft, hop = 16_000, 1024, 256
wave = np.cos(2 * np.pi * 1000 * np.arange(8000) / rate)
found = np.abs(spectrogram.stft(wave, n_fft, hop))[10]
assert found.argmax() * rate / n_fft == 1000  # bin 64

# %% [markdown]
# **Step 2: a window cannot be sharp in both.** Bins are r / N apart, and the **Hann window**, which fades in and out, also hears the two bins beside. A long window tells close frequencies apart and blurs moments; a short one does the reverse. The product of both stays the same.

# %%
for size in (256, 1024, 4096):
    print(f"{size:5d} samples: {1000 * size / rate:5.0f} ms long, bins {rate / size:5.1f} Hz apart")
assert 256 / rate * (rate / 256) == 4096 / rate * (rate / 4096) == 1

# %% [markdown]
# **Step 3: levels.** Ears hear ratios: ten times the magnitude is the same step up, whether from soft or from loud. A **level** in **decibels** (dB) counts them, $L = 20 \log_{10} a$. Twice as much is 6 dB. You will write it in exercise 1.

# %%
magnitudes = np.array([1.0, 2.0, 10.0, 0.001])
assert np.allclose(20 * np.log10(magnitudes), [0, 6.0206, 20, -60])

# %% [markdown]
# **Step 4: a phase that turns is a frequency.** From frame to frame a wave of frequency f turns by $2\pi f h / r$. In the middle of bin k that would be $2\pi f_k h / r$. What it turns *beside* that, brought between half a turn back and half a turn on, tells how far f lies beside the middle:
#
# $$ f = f_k + \frac{r}{2\pi h}\,\mathrm{wrap}\!\left(\varphi_t - \varphi_{t-1} - 2\pi f_k h / r\right). $$
#
# A bin is 15.6 Hz wide here, but the frequency comes out to a thousandth of that. You will write it in exercise 2.

# %%
wave = np.cos(2 * np.pi * 1003.3 * np.arange(8000) / rate)
phases = np.angle(spectrogram.stft(wave, n_fft, hop))
found = spectrogram.instantaneous_frequencies(phases, rate, hop)
assert np.allclose(found[5:20, 64], 1003.3, atol=0.01)

# %% [markdown]
# **Step 5: and back.** A phase is the sum of what was turned so far, so $\varphi_t = \varphi_0 + \frac{2\pi h}{r}\sum f$. With the first phase known, nothing is lost: levels and frequencies give the whole sound. A network need not even know the first phase, since ears hardly hear it. You will let one wave sing in exercise 3.

# %%
phases = np.angle(spectrum)
turned = spectrogram.instantaneous_frequencies(phases, rate)
again = spectrogram.phases_from_frequencies(turned, phases[0], rate)
sound = spectrogram.istft(np.abs(spectrum) * np.exp(1j * again), len(trumpet))
assert np.allclose(sound, trumpet, atol=1e-6)

# %% [markdown]
# **Step 6: a ruler that is tuned to the note.** A semitone moves all harmonics to other bins, so a network would have to learn where each pitch has its lines. A small one on a laptop cannot (section 10 shows it). So we tune the bins: bin k at k times the note's own frequency, with a window of a *whole number of its periods*. Then each harmonic lies in the middle of its own bin, and exactly in the zeros of all others:

# %%
pure = np.cos(2 * np.pi * tuned_spectrogram.frequency(C4) * 3 * np.arange(16384) / rate)
heard_bins = np.abs(tuned_spectrogram.tuned_bins(pure, C4))[20]
print("harmonics 1 to 5 of a wave at three times C4:", heard_bins[:5].round(4))
assert heard_bins.argmax() == 2
assert np.delete(heard_bins, 2).max() < 0.01

# %% [markdown]
# In this picture a C4 and a G4 look alike, as they should: the same instrument. It holds 32 levels, 32 **detunings** (how far each harmonic's instantaneous frequency lies beside its bin) and 16 bands of what is left over, noise. The price is honesty: *the pitch is built in*. What the network still has to get right is said in section 9.
#
# **Step 7: two players.** A **generator** turns noise z, a pitch and a family into a picture; a **critic** gives each picture a score, high for real. With $\sigma$ the sigmoid, the critic lowers
#
# $$ -\ln\sigma(c(x_\text{real})) - \ln\left(1 - \sigma(c(x_\text{fake}))\right) + \tfrac{\gamma}{2}\,\lVert\nabla c(x_\text{real})\rVert^2 , $$
#
# and the generator $-\ln\sigma(c(x_\text{fake}))$. The last term, a penalty for steep slopes at real notes (Mescheder and others, 2018), keeps the critic from being so sure that it teaches nothing. When all scores are 0, the critic pays $2 \ln 2$:

# %%
assert np.isclose(-np.log(0.5) - np.log(1 - 0.5), 2 * np.log(2))
print(f"undecided: {2 * np.log(2):.3f}")

# %% [markdown]
# **Step 8: a wish is a dot product.** The critic must also see whether the note is what was asked for. It sums the picture up in numbers u and adds $v \cdot u$, where the vector v belongs to pitch and family (a *projection*, Miyato and Koyama 2018): the same picture scores high as a trumpet and low as a flute.
#
# The critic is shown two more things that it could hardly work out by itself. How *loud* the note is over time: that is a sum of powers over all rows, not of dB. Without it, generated strings fade while the bow still moves. And how *different* the notes of each family in its batch are, so that it sees when all of them are alike.

# %%
u, v_trumpet, v_flute = np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([-1.0, 0.5])
assert (v_trumpet @ u, v_flute @ u) == (2.0, -1.5)

# %% [markdown]
# ## 5. By hand
#
# Eight samples in a window, r = 800 Hz, h = 2: bins lie 100 Hz apart, and the middle of bin 1 turns by $2\pi \cdot 100 \cdot 2/800 = \pi/2$ a frame. **Four frames** have the phases 0, 0.6π, 1.2π and 1.7π.
#
# - Turned: 0.6π, 0.6π, 0.5π. Beside the middle: **0.1π, 0.1π, 0**.
# - Half a turn (π) a frame is $r/(2h)$ = 200 Hz, so 0.1π is 20 Hz: **120, 120, 100 Hz**.
#
# 1.2π is written −0.8π by a computer. Does that change anything? The step from 0.6π is then −1.4π, beside the middle −1.9π, and wrapped 0.1π: no.

# %%
four = np.pi * np.array([0, 0.6, 1.2 - 2, 1.7 - 2])
phases = np.zeros((4, 5))
phases[:, 1] = four
found = plain_sound.true_frequencies(phases, 2, 8, 800)[:, 1]
print("by code", found, "by hand", [120, 120, 100])
assert np.allclose(found, [120, 120, 100])

# %% [markdown]
# ## 6. Build it
#
# Five exercises: levels, frequencies from phases, sound from frequencies, sound without phases, and a note of any length. In sections 8 and 9 they play together.

# %% [markdown]
# ### Exercise 1: Decibels
#
# *Difficulty 1 of 5 · 5 minutes · 3 points*
#
# The overtones that make a violin a violin are a hundred times weaker than its lowest wave. A picture of magnitudes shows one line; a picture of levels shows them all, and it is the one from which a network can learn.
#
# Write `decibels(magnitudes, floor)`.
#
# - `magnitudes`: NumPy array of any shape, numbers from 0 up; 1 is 0 dB. `floor`: a number below 0, in dB.
# - Returns an array of the same shape: 20 times the logarithm of base ten of each magnitude. What is softer than the floor, silence included, is raised to the floor.
# - No NaN, no infinity. A thousandth of a dB more or less does not matter.
#
# Example: `decibels(np.array([1, 10, 0.1, 0]), -60)` gives `[0, 20, -20, -60]`.


# %% nbgrader={"grade": false, "grade_id": "decibels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def decibels(magnitudes, floor):
    """Give levels in dB, none below the floor."""
    ### BEGIN SOLUTION
    softest = 10 ** (floor / 20)
    audible = np.maximum(magnitudes, softest)
    return 20 * np.log10(audible)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "decibels_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.decibels(decibels)

# %% nbgrader={"grade": true, "grade_id": "decibels_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.decibels(
    decibels,
    [
        ((np.array([100.0, 1e-6, 1e-9]), -150), [40.0, -120, -150]),
        ((np.array([[[0.0], [5.0]]]), -30), [[[-30.0], [13.9794]]]),
        ((np.array([10**-0.5, 10**-1.5, 10**-2.5]), -40.0), [-10.0, -30, -40]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Raise what is too soft *before* you take the logarithm: that of 0 is minus infinity.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# The magnitude of the floor is 10 to the power of floor / 20. `np.maximum` of magnitudes and that, then 20 · `np.log10`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *ten times the magnitude is 20 dB more*: 10 · log is for powers, which are squares of magnitudes; `np.log` has the base e.
# - *holds NaN or infinity*: `np.log10(0)`; adding a small number to all magnitudes instead of raising the small ones shifts the others.
# - *nothing else is*: `np.clip` with an upper limit cuts the loud ones, too.
#
# </details>

# %% [markdown]
# ### Exercise 2: True frequencies
#
# *Difficulty 4 of 5 · 12 minutes · 4 points*
#
# A singer's vibrato moves by a few hertz, far less than a bin. The phases know.
#
# Write `true_frequencies(phases, hop, n_fft, rate)`, step 4 of *The mathematics*.
#
# - `phases`: NumPy array (T, F) of radians, frames down, bins across, T at least 2. Angles may be written with any number of whole turns more or less. `hop`, `n_fft`: whole numbers; bin k is centred on k · `rate` / `n_fft`. `rate`: samples a second.
# - Returns (T − 1, F) in Hz: for each step from a frame to the next the frequency that each bin hears, the one nearest to its middle.
# - Phases that lie exactly half a turn beside the expected one do not come up. A ten-thousandth of a hertz does not matter. The argument is not changed.
#
# Example: `true_frequencies(np.array([[0, 0], [0, 0.6 * np.pi]]), 2, 8, 800)` gives `[[0, 120]]`, as in *By hand*.


# %% nbgrader={"grade": false, "grade_id": "true_frequencies", "locked": false, "schema_version": 3, "solution": true, "task": false}
def true_frequencies(phases, hop, n_fft, rate):
    """Give the frequency that each bin hears, in Hz."""
    ### BEGIN SOLUTION
    middles = np.arange(phases.shape[1]) * rate / n_fft
    expected = 2 * np.pi * middles * hop / rate
    beside = np.diff(phases, axis=0) - expected
    beside = (beside + np.pi) % (2 * np.pi) - np.pi
    return middles + beside * rate / (2 * np.pi * hop)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "true_frequencies_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.true_frequencies(true_frequencies)

# %% nbgrader={"grade": true, "grade_id": "true_frequencies_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.true_frequencies(
    true_frequencies,
    [
        ((check.turning(0.0, 0.55, frames=4), 4, 8, 1600.0), [[0.0, 220]] * 3),
        (
            (
                np.array([[1.0, 2.0, 3.0], [1.0, 2.0 + np.pi / 2 + 0.2 * np.pi, 3.0 - np.pi]]),
                2,
                8,
                800.0,
            ),
            [[0.0, 140, 200]],
        ),
        ((check.turning(0.1, 0.9, 2.3, frames=2, first=2.0), 8, 8, 800.0), [[10.0, 90, 230]]),
        ((np.array([[0.0, 0.0], [0.0, 40.5 * np.pi]]), 2, 8, 800.0), [[0.0, 100]]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First the middles of the bins, (F,). Then what a wave in the middle would turn. The rest is a difference, and a wrap.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.diff(phases, axis=0)` is what was turned. Subtract the expected turn, `2π · middle · hop / rate`. Wrap: add π, take the remainder by 2π with `%`, subtract π. Divide by 2π for turns; `rate / hop` frames make a second.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *a jump of a turn is no jump*: wrap the difference *after* the expected turn is subtracted, not before.
# - *hears its middle*: is the bin's own frequency added again?
# - *at most half a turn*: `%` alone gives 0 to 2π; it has to be −π to π.
# - *T - 1 rows, time runs down*: `np.diff` takes the last axis unless you say `axis=0`.
#
# </details>

# %% [markdown]
# ### Exercise 3: Let it sing
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# The way back: one wave whose loudness and frequency change from frame to frame. If the phase jumps, you hear a click at each frame, sixty a second.
#
# Write `sing(amplitudes, frequencies, hop, rate)`.
#
# - `amplitudes`: NumPy array (T,). Amplitude t holds at the *first* sample of frame t; between, it moves in a straight line to the next one; the last one stays to the end. `frequencies`: (T,) in Hz, each for its whole frame. `hop`: samples in a frame. `rate`: samples a second.
# - Returns (T · hop,) samples. The phase is 0 at the first sample; from sample n to sample n + 1 it grows by 2π f / rate, where f is the frequency of the frame that holds sample n. The sample is the amplitude times the cosine of the phase.
# - A ten-thousandth more or less does not matter. The arguments are not changed.
#
# Example: `sing(np.array([1, 1]), np.array([100, 200]), 2, 400)` gives `[1, 0, -1, 1]`: two quarter turns, then a half one.


# %% nbgrader={"grade": false, "grade_id": "sing", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sing(amplitudes, frequencies, hop, rate):
    """Make one wave that follows amplitudes and frequencies."""
    ### BEGIN SOLUTION
    moments = np.arange(len(amplitudes) * hop) / hop
    heights = np.interp(moments, np.arange(len(amplitudes)), amplitudes)
    steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
    phases = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    return heights * np.cos(phases)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "sing_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.sing(sing)

# %% nbgrader={"grade": true, "grade_id": "sing_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.sing(
    sing,
    [
        ((np.array([4.0, 0.0]), np.array([0.0, 0.0]), 2, 100.0), [4.0, 2, 0, 0]),
        (
            (np.array([1.0, 1.0, 1.0]), np.array([25.0, 0.0, 50.0]), 2, 100.0),
            [1.0, 0, -1, -1, -1, 1],
        ),
        (
            (np.array([2.0, 6.0]), np.array([1000.0, 2000.0]), 4, 8000.0),
            [2.0, 3 * 0.5**0.5, 0, -5 * 0.5**0.5, -6, 0, 6, 0],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Phases are sums of small turns. Each sample needs its frame's frequency: `np.repeat`.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.interp` draws straight lines: ask it at the moments `np.arange(T * hop) / hop`, counted in frames. For the phases repeat each frequency `hop` times, turn it into radians a sample, and sum up with `np.cumsum`; the sum before sample n has n terms, so shift by one.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the phase goes on from where it is*: `cos(2π f n / rate)` with a new f starts from another place in the swing; add up instead.
# - *turns by a quarter … from the top on*: the first sample has phase 0; `np.cumsum` alone gives it one turn already.
# - *rise in a straight line*: `np.repeat` of amplitudes makes stairs.
#
# </details>

# %% [markdown]
# ### Exercise 4: Lost phases
#
# *Difficulty 3 of 5 · 8 minutes · 4 points*
#
# The honest rival of this lesson's network: the **Griffin-Lim** algorithm. Griffin and Lim (1984) look for phases that suit given magnitudes, with nothing else to go by.
#
# Write `find_phases(magnitudes, phases, to_sound, to_spectrum, rounds)`.
#
# - `magnitudes`, `phases`: NumPy arrays (T, F), the wanted magnitudes, and phases in radians to begin with. `to_sound`: a function that makes a sound of a complex spectrum. `to_spectrum`: a function that makes a complex spectrum of a sound. `rounds`: a whole number, 0 or more.
# - A round: make the sound of the magnitudes with the present phases; take its spectrum; keep the *phases* of that spectrum, and only those.
# - Returns the sound of the wanted magnitudes with the last phases.
#
# Example: with 0 rounds it is `to_sound(magnitudes * np.exp(1j * phases))`. (The check gives simple stand-ins for the two functions: a sound may be complex there.)


# %% nbgrader={"grade": false, "grade_id": "find_phases", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
    """Give a sound with these magnitudes, round by round closer."""
    ### BEGIN SOLUTION
    for _ in range(rounds):
        sound = to_sound(magnitudes * np.exp(1j * phases))
        phases = np.angle(to_spectrum(sound))
    return to_sound(magnitudes * np.exp(1j * phases))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "find_phases_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.find_phases(find_phases)

# %% nbgrader={"grade": true, "grade_id": "find_phases_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.find_phases(
    find_phases,
    [
        (
            (
                np.array([[1.0], [4.0]]),
                np.array([[0.0], [np.pi]]),
                check.identity,
                check.quarter_turn,
                3,
            ),
            [[-1j], [4j]],
        ),
        (
            (
                np.array([[2.0]]),
                np.array([[0.0]]),
                check.half_turn_and_double,
                check.quarter_turn,
                2,
            ),
            [[4.0]],
        ),
        (
            (
                np.array([[2.0, 3.0]]),
                np.array([[np.pi / 2, 0.0]]),
                check.identity,
                check.identity,
                5,
            ),
            [[2j, 3.0]],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What stays the same in all rounds, and what is thrown away in each?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# In a loop: `sound = to_sound(magnitudes * np.exp(1j * phases))`, then `phases = np.angle(to_spectrum(sound))`. After the loop, one more `to_sound`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *not as loud as wanted*: the magnitudes of the new spectrum went on into the next round; only its angles may.
# - *the sound of the last ones*: after the last round a sound is made once more, with the new phases.
# - `j` is a number in Python only behind a digit: `1j`.
#
# </details>

# %% [markdown]
# ### Exercise 5: As long as you like
#
# *Difficulty 3 of 5 · 9 minutes · 3 points*
#
# The network makes notes of one length. A tune needs short ones and long ones. A sampler would cut or loop; since our phases are summed up from frequencies, we may read the frames slower, and the pitch stays.
#
# Write `read_places(num_held, num_frames, key_up, attack)`.
#
# - The note has `num_frames` frames; its key is let go at frame `key_up`, so frames 0 … `key_up` − 1 are *held*, the others follow. The first `attack` frames, fewer than `key_up`, are never stretched. `num_held`: for how many frames the key is held now, 1 or more. All are whole numbers.
# - Returns `num_held` + `num_frames` − `key_up` places, the frame to be read at each new frame; places between two frames are allowed. First the held part: if `num_held` is at most `key_up`, the places 0, 1, 2 …; if it is more, the attack at its own speed, and then even steps, such that place `key_up` would come just at new frame `num_held`. Then the frames `key_up`, `key_up` + 1 … to the last.
# - A millionth more or less does not matter. An array or a list.
#
# Example: `read_places(10, 8, 6, 2)` gives `[0, 1, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7]`; `read_places(3, 8, 6, 2)` gives `[0, 1, 2, 6, 7]`.


# %% nbgrader={"grade": false, "grade_id": "read_places", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_places(num_held, num_frames, key_up, attack):
    """Say which frame is read when."""
    ### BEGIN SOLUTION
    held = np.arange(num_held, dtype=float)
    if num_held > key_up:
        slower = (key_up - attack) / (num_held - attack)
        held = np.where(held < attack, held, attack + (held - attack) * slower)
    return np.concatenate([held, np.arange(key_up, num_frames)])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "read_places_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.read_places(read_places)

# %% nbgrader={"grade": true, "grade_id": "read_places_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.read_places(
    read_places,
    [
        ((5, 7, 3, 1), [0.0, 1, 1.5, 2, 2.5, 3, 4, 5, 6]),
        ((2, 7, 5, 4), [0.0, 1, 5, 6]),
        ((3, 7, 5, 1), [0.0, 1, 2, 5, 6]),
        ((4, 4, 4, 2), [0.0, 1, 2, 3]),
        ((8, 5, 4, 0), [0.0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Three pieces: attack, held, rest. Only the middle one is stretched, and only if the note is longer than it was.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Behind the attack there are `num_held - attack` new frames for `key_up - attack` old ones; the step is their quotient. Place j is `attack + (j - attack) * step`.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the attack keeps its speed*: the whole note was stretched; a slow attack makes a piano an accordion.
# - *just when that frame comes*: `np.linspace` includes its last point unless you say `endpoint=False`.
# - *cuts the held part*: a short note is not played faster.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# From here on your functions play, where they passed.

# %%
my_levels = use("decibels", decibels, plain_sound.decibels)
my_frequencies = use("true_frequencies", true_frequencies, plain_sound.true_frequencies)
my_voice = use("sing", sing, plain_sound.sing)
my_phases = use("find_phases", find_phases, plain_sound.find_phases)
my_places = use("read_places", read_places, plain_sound.read_places)

# %% [markdown]
# **The notes.** Six families with four instruments each, 25 pitches, three velocities: 1800 notes, rendered from the sound bank in some seconds. One pair of pitch and family in six is **held out**: the network never learns, say, E♭3 of the piano, though it learns other E♭3s, and other notes of pianos.

# %%
real = timbre_recipe.training_notes(reproducibility.budget())
for name, programs in single_notes.FAMILIES.items():
    place = list(single_notes.FAMILIES).index(name)
    out = [p for p in single_notes.PITCHES if single_notes.is_held_out(p, place)]
    names = ", ".join(plotting.note_name(pitch) for pitch in out)
    print(f"{name:8s} programs {programs}, held out: {names}")
print(f"{len(real)} notes to learn from, each a picture of {real.pictures[0].shape}")

# %% [markdown]
# **Two players from nothing.** Each step gives the critic one lesson, then the generator one. Press the square in the toolbar to stop earlier; what was learned stays. Every so often you see the picture of the same wish, a C4 of the brass: 32 rows of levels over time. At first it is grey; after some steps the attack and the end of the note stand out.


# %%
def picture_of(model, family="brass", pitch=C4, seed=0):
    """Give the levels (T, 32) in dB of a note that a generator makes."""
    made = timbre_player.TimbreInstrument(model, family, seed).picture(pitch)
    return -80 * (1 - tuned_spectrogram.split_picture(made)[0]) / 2


def sketch(model):
    """Draw the levels of one note, as the model makes it so far."""
    levels = picture_of(model)
    axes = plotting.plot_levels(np.pad(levels, ((0, 0), (1, 0)), constant_values=-80))
    title = "C4 of the brass, as far as it is learned"
    axes.set(title=title, ylabel="harmonic", ylim=(0.5, 32.5))
    return plotting.describe(axes, "Levels of 32 harmonics over time, as the model makes them.")


# %%
recipe = timbre_recipe.timbre_recipe()
own_generator, own_critic = players = recipe.players(seed=0)
settings = recipe.settings(reproducibility.budget())
watchers = [recipe.averaging(), watching.LiveLoss(sketch, every=max(1, settings.num_steps // 3))]
batches = recipe.batches(own_generator, reproducibility.budget())
run = adversarial.fit_players(*players, recipe.losses, batches, settings, watchers)

# %% [markdown]
# The curve is the *critic's* loss. It begins near 2 ln 2 = 1.386, where the critic knows nothing, and it need not fall: when both players get better together, it stays. So it says little about how good the notes are. Ears do, and measurements of sound.

# %%
late = slice(-max(1, run.step // 5), None)
print(
    f"critic {np.mean(run.losses[late]):.3f}, generator {np.mean(run.generator_losses[late]):.3f}"
)
made = timbre_measures.generated_sounds(own_generator, C4, "brass", 3)
bank = timbre_measures.real_sounds(C4, "brass")[1::3][:3]
compare(
    {"your generator": heard(made), "sound bank": heard(bank)},
    title="Three C4s of the brass by your generator, and three of the sound bank",
)

# %% [markdown]
# The shipped generator has learned by the same recipe for longer, at the `full` budget. From its card (what was measured of it comes in section 9):

# %%
facts = models.shipped.read_card(models.shipped.FOLDER / "timbre_gan.json")
for key in ("parameters", "budget", "steps", "minutes", "processor minutes", "machine"):
    print(f"{key:18s}", facts[key])

# %% [markdown]
# ## 8. Listen and look
#
# **There and back.** First what the representations themselves lose: real notes, no network. Four ways from a sound to a picture and back; in the second your `decibels` and `true_frequencies` work, in the last your `find_phases`.


# %%
def by_frequencies(sound, pitch):
    """Go there and back through levels and instantaneous frequencies."""
    spectrum, rate = spectrogram.stft(sound), single_notes.RATE
    heights = 10 ** (np.asarray(my_levels(np.abs(spectrum), -120.0)) / 20)
    phases = np.angle(spectrum)
    turned = np.asarray(my_frequencies(phases, spectrogram.HOP, spectrogram.N_FFT, rate))
    again = spectrogram.phases_from_frequencies(turned, phases[0], rate)
    return spectrogram.istft(heights * np.exp(1j * again), len(sound))


def by_magnitudes(sound, pitch, rounds=8 if smoke else 60):
    """Go there and back through magnitudes alone: all phases are lost."""
    wanted = np.abs(spectrogram.stft(sound))
    first = np.random.default_rng(0).uniform(-np.pi, np.pi, wanted.shape)
    to_sound = partial(spectrogram.istft, num_samples=len(sound))
    return np.real(my_phases(wanted, first, to_sound, spectrogram.stft, rounds))


# %%
families = single_notes.FAMILIES
some = [(programs[0], 50 + 4 * place) for place, programs in enumerate(families.values())]
some = [(single_notes.render_note(program, pitch, 85), pitch) for program, pitch in some]
own_ways = {"levels and frequencies": by_frequencies, "levels, Griffin-Lim": by_magnitudes}
ways = {**sound_ways.WAYS, **own_ways}
print(f"{'':24s}levels off  pitch off  samples agree  time a note")
for name, way in ways.items():
    result = sound_ways.measure_way(way, some[:2] if smoke else some)
    agree = np.corrcoef(way(trumpet, C4), trumpet)[0, 1]
    print(
        f"{name:24s}{result.decibels:7.2f} dB {result.cents:5.1f} cents {agree:12.2f} "
        f"{result.milliseconds:9.0f} ms"
    )

# %%
compare(
    {name: heard([way(trumpet, C4)]) for name, way in ways.items()},
    title="A trumpet's C4, there and back in four ways",
)

# %% [markdown]
# Be fair to Griffin and Lim: on magnitudes of *real* notes they come very close in level, closer than our tuned picture, which throws more away (all phases, too, and everything between its rows); with the few rounds of the smallest budget, not yet. What they cost is time, and the shape of the wave: their samples do not agree with the trumpet's. (Neither do those of the tuned picture, for its first phases are made up; the ear hardly minds.) The fair match is on what a network draws; it follows below.
#
# **A harmonic sings.** The generator's picture is a score for 32 voices: a level and a frequency in each frame. Your `sing` performs each of them; the sum is the note, but for its noise.

# %%
player = timbre_player.TimbreInstrument(generator, "brass", seed=1)
level, turns, noise = tuned_spectrogram.split_picture(player.picture(C4).astype(float))
voices = []
for k in np.flatnonzero(tuned_spectrogram.audible_harmonics(C4)):
    beside = turns[:, k] * single_notes.RATE / (2 * spectrogram.HOP)  # half a turn is 31 Hz
    pitch_hz = (k + 1) * tuned_spectrogram.frequency(C4) + beside
    heights = tuned_spectrogram.magnitudes(level[:, k])
    voices.append(my_voice(heights, pitch_hz, spectrogram.HOP, single_notes.RATE))
counts = (1, 3, 8, len(voices))
sounds = {f"first {n}": heard([np.sum(voices[:n], axis=0)]) for n in counts}
sounds["with noise"] = heard([tuned_spectrogram.synthesise(player.picture(C4), C4)])
compare(
    sounds, title="A generated C4 of the brass: one harmonic, three, eight, all, and with noise"
)

# %% [markdown]
# **The fair match.** Twelve generated notes, as sound: once with the phases summed up from the frequencies that the network drew; once from their magnitudes alone with Griffin-Lim, as a network without the second picture would have to do it.

# %%
count = 2 if smoke else 12
wishes = [(48 + 2 * n, list(families)[n % 6]) for n in range(count)]
drawn = [
    (timbre_measures.generated_sounds(generator, pitch, family, 1)[0], pitch)
    for pitch, family in wishes
]
for name, way in {
    "phases summed up": lambda x, p: x,
    "magnitudes, Griffin-Lim": by_magnitudes,
}.items():
    result = sound_ways.measure_way(way, drawn)
    print(
        f"{name:24s}: {result.right:4.0%} of the pitches right, median {result.cents:4.1f} cents off"
    )
print(f"Griffin-Lim: {result.decibels:.2f} dB off, {result.milliseconds:.0f} ms a note more")

# %% [markdown]
# **Between families.** The family enters the generator as six shares that sum to 1. Nobody taught it a half; what lies between a flute and a trumpet it has to make up. One number that follows: the **centroid**, the mean frequency weighted by magnitude, which is heard as brightness.


# %%
def centroid(sound):
    """Give the mean frequency in Hz, weighted by magnitude."""
    magnitudes = np.abs(np.fft.rfft(note_sounds.held_part(sound)))
    return (
        np.linspace(0, single_notes.RATE / 2, len(magnitudes)) * magnitudes
    ).sum() / magnitudes.sum()


shares = np.linspace(0, 1, 5)
row = []
for share in shares:
    mixture = {"winds": 1 - share, "brass": share}
    player = timbre_player.TimbreInstrument(generator, mixture, seed=2)
    row.append(timbre_measures.faded(tuned_spectrogram.synthesise(player.picture(C4), C4)))
    print(f"{share:4.0%} brass: centroid {centroid(row[-1]):5.0f} Hz")
show(heard(row), title="C4 from winds to brass in five steps, with the same noise")

# %%
with plotting.plt.rc_context(plotting.STYLE):
    figure, panels = plotting.plt.subplots(
        1, 5, figsize=(11, 2.8), layout="constrained", sharey=True
    )
for axes, share, sound in zip(panels, shares, row, strict=True):
    spectrum = np.abs(spectrogram.stft(sound)) / 256
    plotting.plot_levels(my_levels(spectrum, -80.0), axes, row_step=15.625)
    axes.set(title=f"{share:.0%} brass", ylim=(0, 4000))
panels[0].set_ylabel("Hz")
plotting.describe(panels[0], "Five spectrograms of a C4, from winds on the left to brass.")

# %% [markdown]
# **An instrument.** The same noise and family for all pitches is an instrument; other noise is another instrument of the family. Your `read_places` gives each note its length. Here are four voices of a chorale, each on a family of its own, and the same on the sound bank. Mute and solo work.

# %%
chorale = next(piece for piece in load_chorales() if piece.split == "valid").to_note_sequence()
end = 4 if smoke else 24
kept = tuple(note for note in chorale.notes if note.end <= end)
chorale = NoteSequence(kept, chorale.instruments, chorale.tempos, chorale.time_signatures)
names = ("winds", "strings", "organ", "brass")
band = [timbre_player.TimbreInstrument(generator, name, seed=5) for name in names]
with mock.patch.object(note_shapes, "read_places", my_places):
    stems = timbre_player.perform(chorale, band)
recorded = Recording(chorale, tuple(stems))
show(recorded, title="A chorale on four instruments that a network has made up")
compare(
    {"network": recorded, "sound bank": chorale}, title="The chorale on the network and on the bank"
)

# %% [markdown]
# The network knows C3 to C5. Beyond, the nearest pitch that it knows is *played* higher or lower, as samplers do: in our picture the pitch is a number of its own.

# %% [markdown]
# ## 9. Measure it
#
# There is no likelihood here: a generator cannot say how probable a given note is. And the critic is no judge in its own case. So sound is measured, by programs that know neither the network nor what was asked for.
#
# **Pitch.** A **pitch tracker** looks for the shift by which a sound repeats itself (YIN, de Cheveigné and Kawahara 2002). The note is right within 50 **cents**, half a semitone. What does that prove here? The ruler is tuned to the wish, so a network that draws *any* steady harmonics passes. It can still fail: by detunings that drift, by a missing octave (only even harmonics), by noise that drowns everything. An untrained generator shows how hard the test is:

# %%
untrained = recipe.players(seed=1)[0]
every, number = (60, 2) if smoke else (10, 8)
makers = {"untrained": untrained, "yours": own_generator, "shipped": generator}
for name, model in makers.items():
    for part, found in timbre_measures.measure_generator(model, number, every).items():
        print(
            f"{name:9s} {part:8s} right {found['right pitch']:4.0%}  spread {found['spread ratio']:.2f}"
            f"  no click {found['no click']:4.0%}  envelope {found['natural envelope']:4.0%}"
        )

# %% [markdown]
# **Held out.** The pairs that were never learned are no worse, if pitch and family were understood apart from one another. The row *held out* says whether they were.
#
# **Spread.** Six families, but how many instruments? For the same wish, with other noise: how different are the notes (standard deviation of levels in **mel bands**, which are about as wide as the ear hears them), as a share of how different the sound bank's instruments and velocities are? 1 would be as rich as the bank; near 0 the generator has *collapsed* to one note. Beware: an untrained generator spreads widely as well. Variety counts only among notes that pass for real ones.
#
# **No click, envelope.** A click is a break in the sound: a sample that nobody would have expected after those before it (each is predicted from twelve; Godsill and Rayner 1998). No surprise may stand out more than in the family's real notes. The **envelope** is how loud a note is over time: the attack, what is lost until the key is let go, and the end, all lie in the range of the real notes.
#
# Look at that last number above all: it is where this generator is weakest. Plucked strings often lose too much or too little while the key is held, and now and then a wind instrument ends too soon or too late.
#
# All pairs, eight notes each, by this tracker are on the card. With a tracker of another library (librosa's) they are measured by `make timbre`; its table stands in `docs/timbre.md`.

# %%
for part, numbers in facts["measures"].items():
    print(f"{part}: {numbers['notes']} notes of {numbers['pairs']} pairs")
    print(
        f"   within 50 cents {numbers['right pitch']:.1%}, median {numbers['median cents']:.1f} cents"
    )
    print(
        f"   spread {numbers['spread ratio']:.2f} of the real one, a third of it at least in"
        f" {numbers['wide pairs']:.0%} of the pairs, {numbers['least spread ratio']:.2f} in the worst"
    )
    print(
        f"   no click {numbers['no click']:.1%}, natural envelope {numbers['natural envelope']:.1%}"
    )

# %% [markdown]
# **Is it new?** How near, in dB of mel levels, is a generated note to the nearest real note of its pitch and family? Beside it: how near real notes are to one another. A generator that copies would come out near 0.

# %%
for pitch, family in ((C4, "brass"), (C4, "piano"))[: 1 if smoke else 2]:
    known = timbre_measures.real_sounds(pitch, family)
    made = timbre_measures.generated_sounds(generator, pitch, family, 3 if smoke else 8)
    near = [min(note_sounds.level_distance(x, y) for y in known) for x in made]
    others = [min(note_sounds.level_distance(x, y) for y in known if y is not x) for x in known]
    print(
        f"{family}: nearest real note {np.median(near):.1f} dB, among real {np.median(others):.1f} dB"
    )

# %% [markdown]
# ## 10. Break it
#
# Take away what was built in. The same two players, as many steps, but the picture is an ordinary one: bins at fixed frequencies, levels and frequencies of the 257 bins below 4 kHz. Now the network has to learn where each pitch has its lines.

# %% jupyter={"source_hidden": true}
ask(
    "The pitch is still told to both players. What will the tracker say of the notes?",
    {
        "As right as before": "Before, the ruler put each line in its place.",
        "Mostly wrong: lines smear over neighbouring bins": "Near C4 a semitone moves the "
        "fundamental by one bin and the tenth harmonic by ten; 25 pitches want 25 patterns, and "
        "there were some hundred steps.",
        "Always an octave too high": "There is no reason for that.",
    },
    right="Mostly wrong: lines smear over neighbouring bins",
)


# %%
plain = fixed_pictures.FixedPictures(real.where(real.velocities == 85) if not smoke else real)
steps = 2 if smoke else 150
fixed = timbre_recipe.timbre_recipe(plain.config).players(seed=0)
settings = recipe.settings("lesson", num_steps=steps)
run = adversarial.fit_players(*fixed, recipe.losses, plain.batches(16), settings)

# %%
wishes = [(50, "brass"), (57, "strings"), (64, "winds"), (69, "piano")][: 1 if smoke else 4]
makers = {"fixed bins": partial(plain.sounds, fixed[0])}
makers["tuned bins"] = partial(timbre_measures.generated_sounds, own_generator)
for name, make in makers.items():
    results = [timbre_measures.measure_pair(make(p, f, 4), p, f) for p, f in wishes]
    cents = np.abs([c for r in results for c in r.cents])
    print(f"{name}: {np.mean(cents < 50):4.0%} right, median {np.median(cents):.0f} cents off")

# %%
asked = [pitch for pitch, _ in wishes]
takes = {
    name: heard([make(pitch, family, 1)[0] for pitch, family in wishes], asked)
    for name, make in makers.items()
}
compare(takes, title="Four wishes, D3, A3, E4 and A4: a network that must learn where pitches are")

# %% [markdown]
# The large GANSynth learned it, on 70,000 notes and for days on a graphics card. That is the trade in every representation: what you build in, you need not learn; and you can no longer be surprised by it. A bell, whose partials are no multiples of anything, fits ill into our picture, and well into an ordinary one.
#
# The second break leaves the levels and takes the frequencies: detunings are dealt out anew among all frames.

# %%
player = timbre_player.TimbreInstrument(generator, "strings", seed=4)
picture = player.picture(C4)
mixed = picture.copy()
part = mixed[tuned_spectrogram.HARMONICS : 2 * tuned_spectrogram.HARMONICS]
part[:] = np.random.default_rng(0).permuted(part, axis=None).reshape(part.shape)
none = picture.copy()
none[tuned_spectrogram.HARMONICS : 2 * tuned_spectrogram.HARMONICS] = 0

# %%
versions = {"as drawn": picture, "detunings dealt out": mixed, "no detunings": none}
sounds = {name: tuned_spectrogram.synthesise(made, C4) for name, made in versions.items()}
for name, sound in sounds.items():
    cents = note_sounds.cents_off(note_sounds.track_pitch(note_sounds.held_part(sound)), C4)
    print(f"{name:20s} {cents:+6.1f} cents")
takes = {name: heard([sound]) for name, sound in sounds.items()}
compare(takes, title="A C4 of the strings, as drawn and without its frequencies")

# %% [markdown]
# Without any detunings the harmonics stand still like an organ's; dealt out, they flutter. The small movements of frequency are a good part of what sounds alive.

# %% [markdown]
# ## 11. Your own music
#
# Your first MIDI file that fits, its first twenty seconds without drums, on instruments that do not exist. Give each track a family, or a mixture; other seeds are other instruments. Every file of your folder is used, or refused with the reason and what helps. If none can be used, the jig stands in.


# %%
def opening(piece):
    """Give the first seconds of a piece, for eight instruments at most."""
    return timbre_player.own_opening(piece, 3 if smoke else 20)


spare = {"the jig": opening(tune)}
own = own_music.read_own(opening, own_music.size_in_words, spare)
print(own.report())

# %%
name, part = own.first
wishes = ["winds", {"plucked": 0.5, "piano": 0.5}, "strings", {"brass": 0.5, "organ": 0.5}]
band = [timbre_player.TimbreInstrument(generator, wish, seed=7) for wish in wishes]
stems = timbre_player.perform(part, band)
takes = {"network": Recording(part, tuple(stems)), "sound bank": part}
compare(takes, title=f"{name} on instruments of the network, and on the sound bank")

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/09_timbre_gan/09_timbre_gan.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_pitch", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **What does 99 % prove? (2 points)** A report says: "Our network has learned pitch: 99 % of its notes are within 50 cents, held-out pairs included." It draws tuned pictures like ours.
# Say in three to six sentences what the number proves and what it does not, and name an experiment that would show how much of it the network has learned. Then name one property of the notes that this test cannot see, and how you would measure it.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: the picture's bins are tuned to the wish, so the pitch is put in by the representation; the number proves that the notes sound at the asked pitch, and that detunings and levels do not spoil it, but not that the network knows what a pitch is. An untrained network with the same picture, or one that is never told the pitch, measured by the same tracker, shows how much was there before learning; the same network with bins at fixed frequencies shows what it can learn by itself. The test cannot see variety: a generator that makes the same note for all noise passes; measure the spread over noise against that of real notes. (Or timbre: every family could sound like an organ; a classifier trained on real notes, or a listening test, would tell.)
#
# Rubric: one point for saying that the pitch is built into the representation and what the number then proves; half a point for an experiment that separates what is built in from what is learned (untrained network, pitch not told, fixed bins); half a point for a property that the test misses with a measurement for it (variety, timbre of the family, clicks, envelope, copying).
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** A spectrogram holds levels and phases; levels alone are not a sound. A phase that turns is a frequency, and frequencies, unlike phases, are steady enough to be drawn by a network. A ruler tuned to the note builds the pitch in; a test then says little about what was learned. A generator and a critic make notes that nobody recorded; spread, clicks and envelopes tell how good they are. The same noise at all pitches is an instrument, and reading slower makes its notes long.
#
# **Check yourself.** Can you … say why 60 rounds of Griffin and Lim cannot bring the first phases back? … read 1003.3 Hz from bins that are 15.6 Hz apart? … say what an untrained generator already gets right, and why? … tell collapse from a steady hand? … stretch a note without changing its pitch?
#
# **If you want more**
#
# - *A first step:* walk from piano to strings in nine steps and draw the centroid. Is it a straight line?
# - *Further:* a velocity is hidden somewhere in the noise. Find the direction in z along which notes get louder, as lesson 06 found attribute vectors, and make it a wheel.
# - *Far:* add a fourth kind of row for partials that are no multiples (bells, mallets), and let the network learn their places.
#
# **Reading**
#
# - J. Engel and others, *GANSynth: Adversarial neural audio synthesis* (2019): levels and instantaneous frequency; its tables compare phases, magnitudes and Griffin-Lim.
# - D. Griffin, J. Lim, *Signal estimation from modified short-time Fourier transform* (1984): exercise 4.
# - J. L. Flanagan, R. M. Golden, *Phase vocoder* (1966): where frequencies from phases come from.
# - A. de Cheveigné, H. Kawahara, *YIN, a fundamental frequency estimator for speech and music* (2002): the tracker.
#
# Go on with [10 · From noise to music](../10_diffusion/10_diffusion.ipynb), which makes music from noise in many small steps, and lets the same pictures come out of it.
