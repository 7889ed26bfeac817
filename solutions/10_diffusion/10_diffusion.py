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
# # 10 · From noise to music
#
# **Spoil music step by step until nothing is left, learn to undo one step, and begin with nothing: fill holes, harmonise a melody, ask for a mode or for many notes, and measure whether the wish was heard and what it cost.**
#
# | | |
# |---|---|
# | Time | 45 minutes to read, 45 minutes to code, about four minutes of computing |
# | Points | 20: five exercises (18) and one written question (2) |
# | Needs | [06 · A space of melodies](../06_vae/06_vae.ipynb), the bound on a likelihood; [07 · Attention](../07_transformer/07_transformer.ipynb), harmonising from left to right; [09 · From notes to sound](../09_timbre_gan/09_timbre_gan.ipynb), pictures of sounds |
#
# You will be able to
#
# - jump to any noise level at once, and prove that it equals many small steps;
# - derive what a diffusion model is trained with, for pictures and for notes;
# - walk back out of the noise in two ways, and watch music appear;
# - fill any hole in a piece and keep every given note exactly;
# - lead a model by a wish, and measure what the wish costs in variety.

# %%
import numpy as np
import torch

from course import plotting, reproducibility, watching
from course.checks import diffusion as check
from course.checks.core import use
from course.data import load_chorales, load_tunes, own_music
from course.evaluation import card, fragments, leaderboard, models, originality, voice_leading
from course.models import checkpoints, gaussian_diffusion, noise_schedules, plain_diffusion, shipped
from course.models.roll_diffusion import to_pictures, to_rolls
from course.models.voices import FREE
from course.models.wishes import key_number
from course.playback import Keyboard, Recording, compare, show
from course.quiz import ask
from course.recipes import chorale_batches, diffusion_measures, harmonise, timbre_player, train
from course.recipes.window_wishes import best_tonic
from course.representation import piano_roll, tuned_spectrogram
from course.training import callbacks, loop

# %% [markdown]
# ## 1. Hear it first
#
# Four bars of a chorale that no model has learned from. The second and the third have been cut out. The Transformers of lesson 07 write the hole from left to right and do not know where they have to arrive. This lesson's model sees both sides of the hole.

# %%
smoke = reproducibility.budget() == "smoke"
valid = [piece for piece in load_chorales() if piece.split == "valid"]
bach = next(piece for piece in valid if not piece.pickup_steps)
model, ensemble = checkpoints.load("grid_diffusion"), models.load_model("chorale_transformer")
missing = slice(16, 20 if smoke else 48)  # the sixteenths of the hole
window = bach.pitches[: 24 if smoke else 64]
hole = window.copy()
hole[missing] = FREE
takes = {
    "Bach": window,
    "Transformers": ensemble.generate(len(hole), np.random.default_rng(1), given=hole),
    "diffusion": model.generate(len(hole), np.random.default_rng(1), given=hole),
}
music = {name: chorale_batches.chorale_music(grid) for name, grid in takes.items()}
compare(music, title="Four bars whose middle is Bach's, the Transformers' or this lesson's model's")

# %% jupyter={"source_hidden": true}
ask(
    "Both models are trained on the same chorales. Where will the left-to-right one have trouble?",
    {
        "At the first note of the hole": "There it knows the whole past, which is all it ever knows.",
        "Where Bach comes back": "It has written towards an end that it could not see.",
        "Nowhere: it has the better likelihood": "A likelihood is measured where the past is Bach's "
        "and nothing behind is fixed.",
    },
    right="Where Bach comes back",
)

# %% [markdown]
# ## 2. Warm-up
#
# Three questions on earlier lessons.

# %% jupyter={"source_hidden": true}
ask(
    "Lesson 06 could not compute ln p(x) of its model. What did it make large instead?",
    {
        "A bound that is never above it": "What comes back, minus what the latent point tells. "
        "This lesson uses the same trick, with noisy pictures in place of the latent point.",
        "The score of a critic": "That was lesson 08.",
        "The number of right notes": "It has no slope, so nothing can be learned from it.",
    },
    right="A bound that is never above it",
)

# %% jupyter={"source_hidden": true}
ask(
    "A VAE and a GAN make a sample in one step. What do both begin with?",
    {
        "A piece of the training set": "Neither of them looks at one when it writes.",
        "Numbers drawn from a normal distribution": "So does this lesson's model; but it takes many "
        "steps from there.",
        "Silence": "Then all of their pieces would be the same.",
    },
    right="Numbers drawn from a normal distribution",
)

# %% jupyter={"source_hidden": true}
ask(
    "x has the standard deviation 3, y is independent of it and has 4. What has x + y?",
    {
        "7": "Standard deviations do not add up; sometimes x is high where y is low.",
        "5": "Variances add up: 9 + 16 = 25.",
        "3.5": "That is a mean of the two.",
    },
    right="5",
)

# %% [markdown]
# ## 3. The idea
#
# Take music, spoil it a little, and then a little more, until nothing of it is left. To spoil something you need not learn anything. To undo *one small step* of it is a modest task: much of the music is still there, before and behind the damage. A network can learn it. And whoever can undo each step can begin with pure noise, undo them all, and arrive at music that nobody wrote. This is a **diffusion model**, named after ink that spreads in water; its network is a **denoiser**. On the pipeline we stand at the model, and at the end of this lesson once more at the output.
#
# There are two ways to spoil. A *picture*, such as a piano roll or a spectrogram, drowns in **Gaussian noise**: numbers drawn from a normal distribution are added to each cell. *Notes* are not numbers that could be a little off. So cells of the four voices are **masked** instead: hidden one by one, until none can be seen.

# %%
shares, pitches, area = (1.0, 0.9, 0.6, 0.2, 0.0), np.arange(40, 80), (-0.5, 63.5, 39.5, 79.5)
roll = 2.0 * (bach.pitches[:64, :, None] == pitches).any(axis=1) - 1  # (T, P) of -1 and 1
chance = np.random.default_rng(0)
noise, lots = chance.normal(size=roll.shape), chance.random((64, 4))
with plotting.plt.rc_context(plotting.STYLE):
    figure, panels = plotting.plt.subplots(2, 5, figsize=(11, 3.6), layout="constrained")
for share, above, below in zip(shares, *panels, strict=True):
    noisy = share**0.5 * roll + (1 - share) ** 0.5 * noise
    above.imshow(noisy.T, "Greys", aspect="auto", vmin=-2, vmax=2, origin="lower", extent=area)
    kept = np.where(lots < share, bach.pitches[:64], FREE)
    for voice, mark in enumerate("sov^"):
        there = np.flatnonzero(kept[:, voice] >= 0)
        below.plot(there, kept[there, voice], mark, color=plotting.COLOURS[voice], markersize=2)
    below.set(xlim=(-1, 64), ylim=(40, 80), xlabel=f"{share:.0%} is left")
plotting.describe(panels[0, 0], "Four bars that drown in noise, above, and are masked, below.")

# %% [markdown]
# What is wrong with writing from left to right? Nothing, as long as nothing is fixed ahead. But composers sketch, leave holes, write the end first. Fill the hole of section 1 in several chorales, and let the *Transformers* judge: how surprised are they (nats per cell, less is better) at the beat of Bach's that comes back behind the hole?

# %%
number, after = (1, slice(20, 24)) if smoke else (8, slice(48, 52))
whole = [piece.pitches[: len(hole)] for piece in valid if len(piece.pitches) >= len(hole)]
costs = {"Bach": [], "Transformers": [], "diffusion": []}
for piece in whole[:number]:
    given = piece.copy()
    given[missing] = FREE
    fillings = {
        "Bach": piece,
        "Transformers": ensemble.generate(len(piece), np.random.default_rng(2), given=given),
        "diffusion": model.generate(len(piece), np.random.default_rng(2), given=given),
    }
    for name, grid in fillings.items():
        costs[name].append(-ensemble.log_probabilities(grid)[after].mean())
for name, found in costs.items():
    print(f"hole filled by {name:12s}: the return costs {np.mean(found):.2f} nats per cell")

# %% [markdown]
# The Transformers are no friendly judges of their rival, so look at the two lines above it: their own filling leads less well to what follows than Bach's did, for they could not know it.

# %% [markdown]
# ## 4. The mathematics
#
# Symbols: $x_0$ a clean picture, $t$ a **noise step** out of S, $x_t$ the picture after t of them, $\varepsilon$ noise with mean 0 and variance 1 in each cell. (T stays the number of sixteenths.)
#
# **Step 1: into the noise.** The way from music to noise is the **forward process**. Each small step shrinks the picture a little and adds a little noise, $x_t = \sqrt{\alpha_t}\, x_{t-1} + \sqrt{1 - \alpha_t}\, \varepsilon$. If the variance was 1, it stays 1. Noises are independent, so their variances add up, and t steps are one jump:
#
# $$ x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon, \qquad \bar\alpha_t = \alpha_1 \alpha_2 \cdots \alpha_t . $$
#
# So $\bar\alpha_t$ says which share of the clean picture's power is left, from 1 (clean) to 0 (noise). What the jump gives is the **marginal distribution** of noise step t, whatever came before; it is exercise 1. Here are 300 small steps, for fifty thousand cells that all began at 3:

# %%
chance = np.random.default_rng(0)
alphas, x = np.linspace(0.999, 0.99, 300), np.full(50_000, 3.0)
for alpha in alphas:
    x = np.sqrt(alpha) * x + np.sqrt(1 - alpha) * chance.normal(size=x.shape)
left = alphas.prod()
print(f"{left:.3f} is left; mean {x.mean():.3f}, by the jump {3 * left**0.5:.3f}")
assert np.allclose([x.mean(), x.var()], [3 * left**0.5, 1 - left], atol=0.02)

# %% [markdown]
# How fast the picture drowns is up to you: a **schedule**. The *linear* one (of $1 - \alpha_t$, Ho and others, 2020) is almost all noise long before the end, so that many steps do next to nothing. The *cosine* one (Nichol and Dhariwal, 2021) takes its time in the middle. The ratio of the powers of picture and noise is called the **signal-to-noise ratio**, $\text{SNR} = \bar\alpha / (1 - \bar\alpha)$.

# %%
axes = plotting.new_axes(None, (7, 2.8))
for name, line, colour in zip(
    noise_schedules.SCHEDULES, plotting.LINES, plotting.COLOURS, strict=False
):
    bars = noise_schedules.alpha_bars(100, name)
    axes.plot(bars, line, color=colour, label=name)
    print(f"{name}: {(bars < 0.01).sum()} of 100 steps have less than 1 % of the picture left")
axes.set(xlabel="noise step t of 100", ylabel="share that is left")
axes.legend()
plotting.describe(
    axes, "The share of the picture that is left falls evenly by the cosine schedule."
)

# %% [markdown]
# **Step 2: one step back, if the clean picture is known.** Of $x_{t-1}$ we then know two things: it came from $x_0$, and it led to $x_t$. Both are normal distributions; so is their product,
#
# $$ q(x_{t-1} \mid x_t, x_0) = \mathcal N\!\left( \frac{\sqrt{\bar\alpha_{t-1}}\,(1 - \alpha_t)}{1 - \bar\alpha_t}\, x_0 + \frac{\sqrt{\alpha_t}\,(1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t}\, x_t,\; \sigma_t^2 \right), \qquad \sigma_t^2 = \frac{(1 - \bar\alpha_{t-1})(1 - \alpha_t)}{1 - \bar\alpha_t} . $$
#
# Check it without the formula: draw many pairs, and fit a line from $x_t$ to $x_{t-1}$.

# %%
before, alpha = 0.6, 0.8  # share left before the step, and of the step
n1, n2 = chance.normal(size=(2, 200_000))
earlier = np.sqrt(before) * 2 + np.sqrt(1 - before) * n1  # the clean cell is 2
later = np.sqrt(alpha) * earlier + np.sqrt(1 - alpha) * n2
slope, height = np.polyfit(later, earlier, 1)
rest = (earlier - slope * later - height).var()
now = alpha * before
theory = np.sqrt(alpha) * (1 - before) / (1 - now), (1 - before) * (1 - alpha) / (1 - now)
print(f"slope {slope:.3f}, variance {rest:.3f}; by the formula {theory[0]:.3f}, {theory[1]:.3f}")
assert np.allclose([slope, rest], theory, atol=0.01)
assert np.isclose(height, 2 * np.sqrt(before) * (1 - alpha) / (1 - now), atol=0.02)

# %% [markdown]
# **Step 3: what to learn.** A model that generates does not know $x_0$. It guesses it, $\hat x_0(x_t)$, and steps back as if the guess were true. How good is such a model? Lesson 06's bound answers, with all noisy pictures $x_1 \dots x_S$ in place of the latent point:
#
# $$ -\ln p(x_0) \;\le\; \text{constant} + \sum_t \mathbb E\; \mathrm{KL}\big( q(x_{t-1} \mid x_t, x_0) \,\|\, p(x_{t-1} \mid x_t) \big) . $$
#
# (The very last step, to $x_0$ itself, has no second distribution to compare with; its term is a squared error as well.) Each term compares two normal distributions of the same variance, and their KL divergence is a squared distance, $(m - \hat m)^2 / 2\sigma^2$. The means of step 2 differ only in $x_0$. So what is left of the bound is a *squared error of the guess*, and its weight is the loss of signal in this step:
#
# $$ \mathrm{KL}_t = \tfrac12\,(\text{SNR}_{t-1} - \text{SNR}_t)\, \lVert x_0 - \hat x_0 \rVert^2 . $$

# %%
places = np.linspace(-20, 20, 100_001)
p, q = (np.exp(-((places - m) ** 2) / (2 * 1.5**2)) for m in (0.5, 2.0))
p, q = p / p.sum(), q / q.sum()
assert np.isclose((p * np.log(p / q)).sum(), (0.5 - 2.0) ** 2 / (2 * 1.5**2))
snr = noise_schedules.signal_to_noise
front = np.sqrt(before) * (1 - alpha) / (1 - now)  # how far a guess moves the mean
assert np.isclose(front**2 / (2 * theory[1]), (snr(before) - snr(now)) / 2)

# %% [markdown]
# **Step 4: three ways to guess.** From $x_t$ and any one of these the others follow: the clean picture $x_0$, the noise $\varepsilon$, the **velocity** $v = \sqrt{\bar\alpha}\,\varepsilon - \sqrt{1 - \bar\alpha}\,x_0$. An error in one is an error in all, only with another weight:
#
# $$ \lVert \varepsilon - \hat\varepsilon \rVert^2 = \text{SNR}\, \lVert x_0 - \hat x_0 \rVert^2, \qquad \lVert v - \hat v \rVert^2 = (\text{SNR} + 1)\, \lVert x_0 - \hat x_0 \rVert^2 . $$
#
# Our networks give the velocity, since its size is about 1 at every level. The weight is a choice. The bound's own is enormous where there is hardly any noise, for details that nobody hears. **Min-SNR** weighs the error of $x_0$ by the SNR, but never by more than 5 (Hang and others, 2023).

# %%
a, clean, eps = 0.3, np.array([1.0, -1.0]), np.array([0.4, 2.0])
x, v = a**0.5 * clean + (1 - a) ** 0.5 * eps, a**0.5 * eps - (1 - a) ** 0.5 * clean
assert np.allclose(a**0.5 * x - (1 - a) ** 0.5 * v, clean)
guess = clean + np.array([0.1, -0.2])  # a guess that is off, and the noise and v it stands for
eps_off = (x - a**0.5 * guess) / (1 - a) ** 0.5 - eps
v_off = (a**0.5 * x - guess) / (1 - a) ** 0.5 - v
assert np.isclose((eps_off**2).sum(), snr(a) * 0.05)
assert np.isclose((v_off**2).sum(), (snr(a) + 1) * 0.05)
for level in (0.999, 0.9, 0.5, 0.1):
    print(f"{level:5.1%} is left: weight {noise_schedules.min_snr_weight(level):.3f}")

# %% [markdown]
# **Step 5: the best guess there is.** Squared error is least for the *mean* of all clean pictures that could have led to $x_t$. If each cell of the clean picture is normal with mean m and standard deviation s, that mean is known:
#
# $$ \hat x_0 = m + \frac{\sqrt{\bar\alpha}\, s^2}{\bar\alpha s^2 + 1 - \bar\alpha}\,\big(x_t - \sqrt{\bar\alpha}\, m\big) . $$
#
# It is a line in $x_t$, so the smallest network of all, one weight and one bias, fitted by squared error, must find it:

# %%
m, s, a = 1.0, 0.5, 0.4
clean, eps = m + s * chance.normal(size=200_000), chance.normal(size=200_000)
noisy = a**0.5 * clean + (1 - a) ** 0.5 * eps
weight, bias = np.polyfit(noisy, clean, 1)
best = a**0.5 * s**2 / (a * s**2 + 1 - a)
print(f"fitted {weight:.3f} and {bias:.3f}, by the formula {best:.3f}, {m - best * a**0.5 * m:.3f}")
assert np.allclose([weight, bias], [best, m - best * a**0.5 * m], atol=0.02)

# %% [markdown]
# **Step 6: two ways back.** **DDPM** draws from step 2, with the guess in place of $x_0$: each step adds new noise. **DDIM** asks which noise the picture holds, and puts *that* noise back in at the next level; nothing is drawn on the way, and the same noise always gives the same picture (exercise 2). With a known $x_0$ both give $x_{t-1}$ the same distribution, that of the jump in step 1. With the best guess of step 5, here are both, on cells that should come out with mean 1 and standard deviation 0.5:


# %%
def perfect(x, a):
    """Give the best guess of step 5."""
    return m + a**0.5 * s**2 / (a * s**2 + 1 - a) * (x - a**0.5 * m)


def walk(noise, levels, source):
    """Go back with the best guess; give the cells, and their deviation on the way."""
    track = []
    last = gaussian_diffusion.sample(
        perfect, noise, levels, source, lambda x, _: track.append(float(x.std()))
    )
    return last, track


# %%
start = torch.randn(50_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
print(f"due halfway: {(0.5 * s**2 + 0.5) ** 0.5:.3f}, at the end: mean {m}, deviation {s}")
for steps in (2, 10, 100):
    levels = noise_schedules.alpha_bars(steps)[::-1].tolist()
    for name, source in {"DDPM": torch.Generator().manual_seed(1), "DDIM": None}.items():
        last, track = walk(start, levels, source)
        print(f"{steps:3d} steps, {name}: halfway {track[steps // 2]:.3f},", end=" ")
        print(f"at the end mean {last.mean():.3f}, deviation {last.std():.3f}")
        assert steps < 100 or np.allclose([last.mean(), last.std()], [m, s], atol=0.02)

# %% [markdown]
# With many steps they agree with each other and with what is due. With two steps both come out too narrow: a guess is a mean, and means vary less than what they are means of. Remember this when a model *hedges* (section 10).
#
# **Step 7: cells that vanish.** Notes have no "a little off". So at each noise step every cell that is still there is masked with some probability; a masked cell stays masked (an **absorbing** state). After t steps a cell is there with probability $\bar\alpha_t$, whatever happened in between: the jump again. Backwards, a masked cell comes back in the step from t to t − 1 with probability $(\bar\alpha_{t-1} - \bar\alpha_t) / (1 - \bar\alpha_t)$. That much needs no network. What needs one is *which note* comes back: each KL divergence is this probability times $-\ln p(\text{note} \mid \text{what is seen})$, for the masked cells alone. First the jump and the way back, by simulation:

# %%
fade = noise_schedules.alpha_bars(20)
lasts = np.ones(200_000, dtype=int)  # the noise step at which each cell is masked
for t in range(1, 21):
    now_masked = chance.random(len(lasts)) > fade[t] / fade[t - 1]
    lasts = np.where((lasts == t) & ~now_masked, t + 1, lasts)
gone = lasts <= 12
back = (lasts[gone] == 12).mean()
print(f"there after 12 steps {1 - gone.mean():.3f}, by the jump {fade[12]:.3f}")
print(f"back in step 12 {back:.3f}, {(fade[11] - fade[12]) / (1 - fade[12]):.3f} due")
assert np.isclose(1 - gone.mean(), fade[12], atol=0.01)
assert np.isclose(back, (fade[11] - fade[12]) / (1 - fade[12]), atol=0.01)

# %% [markdown]
# Summed over all steps the schedule drops out. What counts is only how many of the N cells are masked: every number K from 1 to N gets the same weight, and
#
# $$ -\ln p(x) \;\le\; N \cdot \underset{K}{\text{mean}}\;\; \underset{\text{K cells masked}}{\text{mean}} \;\; \underset{\text{masked cells}}{\text{mean}} \big( -\ln p(\text{cell} \mid \text{seen}) \big) . $$
#
# If a model's answers fit together perfectly, both sides are equal: revealing cells in any order is a chain of conditional probabilities, as in lesson 03. Three cells that can be 0 or 1, with any distribution whatever, prove it. The sum runs over all sets of masked cells:

# %%
p = chance.dirichlet(np.ones(8)).reshape(2, 2, 2)  # of all eight windows
x, total = (1, 0, 1), 0.0
for hidden in np.ndindex(2, 2, 2):  # 1: this cell is masked
    K = sum(hidden)
    seen = tuple(slice(None) if h else x[c] for c, h in enumerate(hidden))
    for cell in np.flatnonzero(hidden):
        also = tuple(x[c] if c == cell else seen[c] for c in range(3))
        nats = -np.log(p[also].sum() / p[seen].sum())
        total += nats / (K * (1, 3, 3, 1)[K])  # so many sets have K cells
print(f"the bound {total:.6f}, -ln p(x) {-np.log(p[x]):.6f}")
assert np.isclose(total, -np.log(p[x]))  # N / N: the mean over K times the three cells

# %% [markdown]
# Divided by N this is a loss in nats per note: draw K evenly, mask K cells, and take the mean over them, for each window by itself (exercise 3). A network's answers never fit together perfectly, so for a network it is an upper bound.
#
# **Step 8: asking harder.** Let c be a wish, such as *minor*. A model that sometimes is told c and sometimes is not has learned $p(x \mid c)$ and $p(x)$. By Bayes' rule $p(c \mid x) \propto p(x \mid c) / p(x)$: how much x sounds like the wish. Take this factor w times:
#
# $$ p_w(x) \;\propto\; p(x) \left( \frac{p(x \mid c)}{p(x)} \right)^{\!w}, \qquad \ln p_w = \ln p(x) + w\,\big( \ln p(x \mid c) - \ln p(x) \big) + \text{constant}. $$
#
# With w = 0 the wish is ignored, with 1 it is heard, with more it is overdone. This is **classifier-free guidance** (Ho and Salimans, 2022), exercise 5. For pictures the same sum is taken of velocities.

# %%
told, untold = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
w = 2.0
twice = untold * (told / untold) ** w
found = plain_diffusion.guided(np.log(told), np.log(untold), w)
assert np.allclose(twice / twice.sum(), found)
print("told", told, " asked twice as hard", found.round(3))

# %% [markdown]
# ## 5. By hand
#
# **Four notes**, one chord: C5, G4, E4, C3.
#
# *As numbers:* heights above C3 are 24, 19, 16, 0. Take a quarter turn into the noise: $\bar\alpha$ = 0.36, so the picture counts 0.6 and the noise 0.8. With the noise 1, 0, −1, 2 that gives **15.2, 11.4, 8.8, 1.6**. The way back, if the guess is right, to $\bar\alpha$ = 0.64 (0.8 and 0.6): the noise is found again, and **19.8, 15.2, 12.2, 1.2** comes out.
#
# *As cells:* in one draw C5 and C3 are masked, and a model gives them 1/2 and 1/4; in another only E4 is, and it gets 1/8.
#
# - First draw: (ln 2 + 2 ln 2) / 2 = **1.5 ln 2**. Second: **3 ln 2**.
# - The mean of both is 2.25 ln 2 = **1.56** nats per note.
#
# Why not (1 + 2 + 3) / 3 = 2 ln 2, the mean over all three masked cells? Then draws with many masked cells would count more, and the bound of step 7 gives each number of them the same weight.

# %%
heights, eps = np.array([[24.0, 19, 16, 0]]), np.array([[1.0, 0, -1, 2]])
noisy = plain_diffusion.noised(heights, eps, 0.36)
print("into the noise", noisy[0], " back", plain_diffusion.ddim_step(noisy, heights, 0.36, 0.64)[0])
logs = np.log([[[1 / 2, 1, 1, 1 / 4]], [[1, 1, 1 / 8, 1]]])
masked = np.array([[[True, False, False, True]], [[False, False, True, False]]])
nats = plain_diffusion.masked_nats(logs, masked)
print(f"by code {nats:.4f}, by hand {2.25 * np.log(2):.4f}, all cells together {2 * np.log(2):.4f}")
assert np.isclose(nats, 2.25 * np.log(2))

# %% [markdown]
# ## 6. Build it
#
# Five exercises: into the noise, out of it, what a network learns from masked notes, how notes come back, and how a wish is heard. From section 7 on they play.

# %% [markdown]
# ### Exercise 1: Into the noise
#
# *Difficulty 2 of 5 · 8 minutes · 3 points*
#
# Training takes each picture at another level of noise, thousands of times. Nobody walks there step by step.
#
# Write `noised(x, noise, alpha_bar)`, the jump of step 1.
#
# - `x`: NumPy array of clean pictures. Its first axis counts the pictures (B); any number of axes may follow. `noise`: the same shape. `alpha_bar`: the share of the clean picture's power that is left, from 0 to 1: one number for all pictures, or a NumPy array (B,) with one for each of them.
# - Returns an array of the shape of `x`: the root of the share times the picture, plus the root of what is missing to 1 times the noise.
# - The arguments are not changed. A millionth more or less does not matter.
#
# Example: `noised(np.array([[10, 0], [0, 10]]), np.array([[0, 10], [5, 5]]), np.array([0.64, 1]))` gives `[[8, 6], [0, 10]]`: the second picture stays clean.


# %% nbgrader={"grade": false, "grade_id": "noised", "locked": false, "schema_version": 3, "solution": true, "task": false}
def noised(x, noise, alpha_bar):
    """Give pictures at a level of noise, or each at its own."""
    ### BEGIN SOLUTION
    shares = np.asarray(alpha_bar, dtype=float)
    shares = shares.reshape(shares.shape + (1,) * (x.ndim - shares.ndim))
    return np.sqrt(shares) * x + np.sqrt(1 - shares) * noise
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "noised_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.noised(noised)

# %% nbgrader={"grade": true, "grade_id": "noised_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.noised(
    noised,
    [
        ((np.array([[5.0, 10.0, 0.0]]), np.array([[10.0, 0.0, -5.0]]), 0.36), [[11.0, 6.0, -4.0]]),
        (
            (np.array([5.0, 10.0, -5.0]), np.array([0.0, 5.0, 5.0]), np.array([0.64, 0.36, 0.0])),
            [4.0, 10.0, 5.0],
        ),
        (
            (np.full((2, 1, 2, 2), 10.0), np.full((2, 1, 2, 2), 5.0), np.array([0.64, 0.36])),
            [[[[11.0, 11.0], [11.0, 11.0]]], [[[10.0, 10.0], [10.0, 10.0]]]],
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# NumPy lines shapes up from the *right*: (B,) beside (B, C, T) is taken for the last axis. Give the levels as many axes as the pictures have.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Make `alpha_bar` an array of floats. Reshape it to its own shape with as many ones behind it as `x` has axes more. Then √share · x + √(1 − share) · noise.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the roots of the shares*: shares are of power, which is a square; without roots the mixture is too quiet in the middle.
# - *operands could not be broadcast together*: the levels need axes of length 1 behind the first one.
# - *a level of its own*: with two pictures of two cells NumPy does not complain, but mixes up pictures and cells.
#
# </details>

# %% [markdown]
# ### Exercise 2: Out of the noise
#
# *Difficulty 3 of 5 · 9 minutes · 4 points*
#
# A network has looked at a noisy roll and says what the clean one may be. You do not believe it at once: you go a small step, and ask again.
#
# Write `ddim_step(x, clean, alpha_bar, next_alpha_bar)`, the second way of step 6.
#
# - `x`: NumPy array, the picture at the level `alpha_bar`; any shape. `clean`: the same shape, what the clean picture is thought to be. `alpha_bar`: a number from 0 to below 1. `next_alpha_bar`: a number from `alpha_bar` to 1.
# - Work out which noise makes `x` out of `clean` at the level `alpha_bar`. Return what `clean` and this same noise give at the level `next_alpha_bar`. Nothing is drawn, nothing is cut off.
# - Edge cases: to the level 1 it is `clean`; to the same level it is `x`. The arguments are not changed. A millionth more or less does not matter.
#
# Example: `ddim_step(np.array([15.2]), np.array([24]), 0.36, 0.64)` gives `[19.8]`, as in *By hand*.


# %% nbgrader={"grade": false, "grade_id": "ddim_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ddim_step(x, clean, alpha_bar, next_alpha_bar):
    """Go to a level with less noise, and keep the noise that the picture holds."""
    ### BEGIN SOLUTION
    noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
    picture = np.sqrt(next_alpha_bar) * clean
    return picture + np.sqrt(1 - next_alpha_bar) * noise
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ddim_step_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.ddim_step(ddim_step)

# %% nbgrader={"grade": true, "grade_id": "ddim_step_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.ddim_step(
    ddim_step,
    [
        ((np.array([12.0 - 4.0, 0.8]), np.array([20.0, 0.0]), 0.36, 0.64), [16.0 - 3.0, 0.6]),
        (
            (np.array([[[1.0]], [[-2.0]]]), np.array([[[0.0]], [[5.0]]]), 0.0, 0.64),
            [[[0.6]], [[2.8]]],
        ),
        ((np.array([8.6, -7.4]), np.array([10.0, -10.0]), 0.64, 1.0), [10.0, -10.0]),
        ((np.array([30.0, 1.0]), np.array([50.0, -3.0]), 0.36, 0.36), [30.0, 1.0]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The jump of exercise 1 is an equation with three unknowns, of which you know two.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Solve `x = √a · clean + √(1 − a) · noise` for the noise. Then write the same equation down once more with the next level.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *the picture holds the noise 2 and 1*: take √a · clean off, not clean itself, and divide by √(1 − a).
# - *nothing but the clean picture is left*: `next_alpha_bar` belongs into the second equation, `alpha_bar` into the first one.
# - *a step to the level where one is changes nothing*: then both equations should be the same one. Are all roots there?
#
# </details>

# %% [markdown]
# ### Exercise 3: What was hidden
#
# *Difficulty 3 of 5 · 10 minutes · 4 points*
#
# The number that the network for four voices learns from, and, on pieces it has never seen, the one that stands on the leaderboard.
#
# Write `masked_nats(log_p, masked)`, step 7.
#
# - `log_p`: NumPy array (B, T, 4): for each of B windows, each of T sixteenths and each voice ln p of the note that is really there. `masked`: booleans (B, T, 4), True where the cell was hidden.
# - For each window take the mean of −ln p over its hidden cells. Return the mean of that over the windows, a float. Each window counts the same, however many of its cells were hidden.
# - What stands in the other cells does not matter; it may even be −∞. A window in which nothing is hidden counts 0, and counts as a window. No NaN.
#
# Example: two windows of one sixteenth; in the first, two cells are hidden with 1/2 and 1/4, in the second one with 1/8: 2.25 ln 2 = 1.56, as in *By hand*.


# %% nbgrader={"grade": false, "grade_id": "masked_nats", "locked": false, "schema_version": 3, "solution": true, "task": false}
def masked_nats(log_p, masked):
    """Give the mean over windows of the mean of -ln p over the hidden cells."""
    ### BEGIN SOLUTION
    costs = np.where(masked, -log_p, 0.0).sum(axis=(1, 2))
    counts = masked.sum(axis=(1, 2))
    return float((costs / np.maximum(counts, 1)).mean())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "masked_nats_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.masked_nats(masked_nats)

# %% nbgrader={"grade": true, "grade_id": "masked_nats_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.masked_nats(
    masked_nats,
    [
        ((check.window(0.5, 0.5, 0.25, 0.1), check.hidden(0, 1, 1, 0)), 1.5 * np.log(2)),
        (
            (
                np.concatenate([check.window(*p) for p in ([0.5] * 4, [0.25, 0, 0, 1], [1.0] * 4)]),
                np.concatenate(
                    [check.hidden(*h) for h in ([1, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0])]
                ),
            ),
            2 / 3 * np.log(2),
        ),
        (
            (
                np.concatenate([check.window(*[0.5] * 8), check.window(*[0.25] * 7, 1)]),
                np.concatenate([check.hidden(*[1] * 8), check.hidden(1, 1, 1, 0, 0, 0, 0, 1)]),
            ),
            1.25 * np.log(2),
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two means, one after the other. Which axes belong to the first one?
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# With `np.where` put 0 into every cell that was not hidden, else −ln p. Sum over the axes 1 and 2, count the hidden cells over the same axes, and divide; a count of 0 becomes 1 first. Then the mean.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *counts as much as one with four*: `log_p[masked].mean()` throws all windows into one bag.
# - *should be a finite number; yours is nan*: 0 · ∞ is NaN, so choose with `np.where` instead of multiplying by the mask; and so is 0 / 0, where nothing is hidden.
# - *counts 0, and counts as a window*: a window left out changes the mean.
#
# </details>

# %% [markdown]
# ### Exercise 4: Notes come back
#
# *Difficulty 3 of 5 · 9 minutes · 4 points*
#
# How the masked model writes, fills holes and harmonises: it has an opinion on all hidden cells, but only some may come back before it is asked again. Who comes when has been decided by lot beforehand. A note that was given is never touched.
#
# Write `reveal(grid, drawn, masked, order, how_many)`.
#
# - `grid`: NumPy array (T, 4), the pitches so far. `drawn`: (T, 4), a pitch that the model has drawn for every cell; −1 is a rest. `masked`: booleans (T, 4), True where a cell is hidden; what stands in the grid there has no meaning. `order`: (T, 4) whole numbers, all different, perhaps with gaps. `how_many`: a whole number from 0.
# - Of the *hidden* cells, those with the lowest numbers in `order` come back, `how_many` of them, or all if fewer are hidden. They take what was drawn for them. All other cells stay.
# - Returns two new arrays, the grid and the mask: what has come back is no longer hidden. The arguments are not changed.
#
# Example: with `masked` `[[False, True, True, True]]`, `order` `[[1, 9, 4, 7]]` and `how_many` 2, the last two voices come back. The first one has the lowest number, but it is there already.


# %% nbgrader={"grade": false, "grade_id": "reveal", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reveal(grid, drawn, masked, order, how_many):
    """Let some hidden cells come back, and keep all others."""
    ### BEGIN SOLUTION
    hidden = np.flatnonzero(masked)
    chosen = hidden[np.argsort(order.ravel()[hidden])[:how_many]]
    now = np.zeros(masked.size, dtype=bool)
    now[chosen] = True
    now = now.reshape(masked.shape)
    return np.where(now, drawn, grid), masked & ~now
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "reveal_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.reveal(reveal)

# %% nbgrader={"grade": true, "grade_id": "reveal_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.reveal(
    reveal,
    [
        (
            check.turn([[50, -2, -2, 40]], [[70, 65, -1, 41]], [[0, 1, 1, 0]], [[2, 8, 5, 0]], 1),
            ([[50, -2, -1, 40]], [[0, 1, 0, 0]]),
        ),
        (
            check.turn(
                [[60, 55, 50, 45], [60, 55, 50, 45], [-2, -2, -2, -2]],
                [[72, 67, 64, 48], [74, 69, 65, 50], [76, 71, 67, 52]],
                [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]],
                [[0, 1, 2, 3], [11, 4, 5, 6], [7, 12, 20, 9]],
                3,
            ),
            (
                [[60, 55, 50, 45], [60, 69, 50, 45], [76, -2, -2, 52]],
                [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]],
            ),
        ),
        (
            check.turn([[60, 55, 50, 45]], [[1, 2, 3, 4]], [[0, 0, 0, 0]], [[3, 2, 1, 0]], 2),
            ([[60, 55, 50, 45]], [[0, 0, 0, 0]]),
        ),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First forget the cells that are there. Then sort what is left by its number.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# `np.flatnonzero(masked)` gives the places of the hidden cells, counted through. `np.argsort` of their numbers says in which order they come; take the first `how_many` places. Make a mask of them in the shape of the grid: there `drawn`, elsewhere `grid` (`np.where`).
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *cells that are there do not take part*: sort the numbers of the hidden cells, not all numbers.
# - *a note that was there has changed*: `drawn` holds a pitch for every cell; take it where it is wanted only.
# - *what is hidden says `masked`*: −2 in the grid is a custom, not the contract.
# - *changes the arguments it is given*: begin with copies, or with `np.where`, which makes a new array.
#
# </details>

# %% [markdown]
# ### Exercise 5: Ask harder
#
# *Difficulty 2 of 5 · 9 minutes · 3 points*
#
# "In minor, please." A model hears the wish, and half forgets it over the notes. Guidance repeats it.
#
# Write `guided(told, untold, weight)`, step 8.
#
# - `told`, `untold`: NumPy arrays of one shape (…, V): logits of V pitches, from the model that was told the wish, and from the same model without it. They are finite, but may be thousands. Any number of axes may come before the last one. `weight`: a number from 0.
# - Returns an array of the same shape: the softmax along the last axis of untold + weight · (told − untold).
# - No NaN, no infinity. The arguments are not changed. A millionth more or less does not matter.
#
# Example: `guided(np.log([3, 1]), np.log([1, 1]), 2)` gives `[0.9, 0.1]`: three to one becomes nine to one.


# %% nbgrader={"grade": false, "grade_id": "guided", "locked": false, "schema_version": 3, "solution": true, "task": false}
def guided(told, untold, weight):
    """Give the probabilities of a model that is led by a wish."""
    ### BEGIN SOLUTION
    scores = untold + weight * (told - untold)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "guided_check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
check.guided(guided)

# %% nbgrader={"grade": true, "grade_id": "guided_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# Hidden tests: other values of the same kind, run when the notebook is graded.
### BEGIN HIDDEN TESTS
check.guided(
    guided,
    [
        ((np.log([2.0, 1.0]), np.log([1.0, 1.0]), 3.0), [8 / 9, 1 / 9]),
        (
            (np.log([[[4.0, 1.0]], [[1.0, 1.0]]]), np.zeros((2, 1, 2)), 0.5),
            [[[2 / 3, 1 / 3]], [[0.5, 0.5]]],
        ),
        (
            (np.array([-3000.0, -3000.0]), np.array([-3000.0, -3000.0 - np.log(2)]), 0.0),
            [2 / 3, 1 / 3],
        ),
        ((np.array([900.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0]), 4.0), [1.0, 0.0, 0.0]),
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The sum is in the task. What is left is a softmax that does not overflow.
#
# </details>
# <details><summary>Hint 2: in words of code</summary>
#
# Take the largest score of each row off (`max` along the last axis with `keepdims=True`): the softmax stays the same, and `exp` of 0 or less is never too large. Divide by the sum along the last axis.
#
# </details>
# <details><summary>Hint 3: messages you may meet</summary>
#
# - *with the weight 1 it is the model that was told*: begin with `untold`, not with `told`; papers count the weight in both ways.
# - *holds NaN or infinity*: `np.exp(1000)` is infinite; and if the largest score of *all* rows is taken off, a row far below it is all zeros.
# - *do not sum to 1*: `sum` without `axis=-1` takes all rows together.
#
# </details>

# %% [markdown]
# ## 7. Train it
#
# From here on your functions play, where they passed.

# %%
my_noised = use("noised", noised, plain_diffusion.noised)
my_step = use("ddim_step", ddim_step, plain_diffusion.ddim_step)
my_nats = use("masked_nats", masked_nats, plain_diffusion.masked_nats)
my_reveal = use("reveal", reveal, plain_diffusion.reveal)
my_guided = use("guided", guided, plain_diffusion.guided)

# %% [markdown]
# **Four voices.** The network for notes is lesson 07's stack of attention with the causal mask taken off: a frame may look at all frames of its four bars, before and behind. For each cell it reads what is there or *masked*, the nearest known notes of that voice on both sides and how far away they are, the place in the bar, and a wish for a key and a density, or none. A key is told twice: as one more number that is read, and as a number that it adds to each pitch of each voice directly. In training each window of four bars is moved into a key drawn by lot, a number K of cells is drawn evenly, and K cells are masked, as the bound wants it. Now and then the wishes are left out, so that one network learns both the told and the untold answer.
#
# When it *writes*, two choices are ours, for any order is right by step 7. *Strong beats come back first*: the first notes of the bars, then their middles, then the quarters, the eighths, the sixteenths, by lot among equals. A single note between beats that nobody knows would have nothing to go by. And a piece from nothing is written *in a key that is drawn by lot and told*: else its first notes, far apart, would each begin in a key of its own.
#
# What it makes smaller is your `masked_nats`. Press the square in the toolbar to stop earlier; the model stays as it is then. The sketch shows two bars that the model writes from nothing: watch whether notes are held.


# %%
def sketch(net):
    """Draw two bars that a network writes from nothing."""
    grid = net.generate(32, np.random.default_rng(0), num_updates=4 if smoke else 32)
    axes = plotting.plot_piano_roll(chorale_batches.chorale_music(grid))
    return plotting.describe(axes, "Two bars in four voices, as the model writes so far.")


recipe = train.find_recipe("grid_diffusion")
own_net = recipe.model(seed=0)
settings = recipe.settings(reproducibility.budget())
batches = recipe.batches(own_net, settings.num_steps)
average = callbacks.AverageWeights(recipe.average)
showing = watching.LiveLoss(sketch, every=max(1, settings.num_steps // 3))
run = loop.fit(own_net, recipe.loss, batches, settings, [average, showing])

# %% [markdown]
# The shipped network has learned by the same recipe, at the `full` budget. Two more networks are shipped, for pictures: one of piano rolls, one of lesson 09's notes. They learn the velocity of step 4, weighed by min-SNR, at a level drawn anew for each picture: `course train roll_diffusion` does it again. Their cards:

# %%
for name in ("timbre_diffusion", "roll_diffusion", "grid_diffusion"):
    facts = shipped.read_card(shipped.FOLDER / f"{name}.json")
    print(name, *[f"{key} {facts[key]}" for key in ("parameters", "budget", "steps", "minutes")])
print(f"measured on {facts['machine']}")
for split, found in facts["likelihoods"].items():
    print(f"{split}: at most {found['nats_per_note']:.4f} nats per note, all pieces")

# %% [markdown]
# **What both are worth.** Here your `masked_nats` measures held-out windows, whose masks are drawn as in training. Beside it stands what the package's own method finds with other masks, and what knowing nothing costs:


# %%
@torch.inference_mode()
def bound(net, seed, grid, draws=2 if smoke else 8):
    """Give the bound on the nats per note of one window."""
    chance, shape = np.random.default_rng(seed), (draws, *grid.shape)
    shares = (np.arange(draws) + chance.random(draws)) / draws  # spread evenly over 0..1
    counts = 1 + np.floor(grid.size * shares[:, None])  # K of each draw
    ranks = chance.random((draws, grid.size)).argsort(axis=1).argsort(axis=1)
    masks = (ranks < counts).reshape(shape)
    return my_nats(net.log_cells(net.classes(grid), masks), masks)


# %%
some = whole[: 2 if smoke else 16]
pairs = list(enumerate(some))  # each window has a seed of its own
for name, net in {"yours": own_net.eval(), "shipped": model}.items():
    print(f"{name:8s} at most {np.mean([bound(net, *pair) for pair in pairs]):.3f} nats per note")
theirs = np.mean([-model.log_bounds(grid, 2 if smoke else 8).mean() for grid in some])
print(f"shipped, by the package's log_bounds: {theirs:.3f}; other masks, so not the same number")
print(f"knowing nothing: {np.log(model.config.num_classes):.3f}")

# %% [markdown]
# A short training does not come to the end of the way. Keep yours for comparison, and go on with the shipped one.

# %% [markdown]
# ## 8. Listen and look
#
# **A film of a roll.** A second network knows pictures only: a convolution over time, on three scales (a **U-Net**, see the reading), that is told the level of noise. Its picture is a piano roll, off is −1 and on is 1. Your `ddim_step` takes it from pure noise to four bars. Above, the picture at six moments; below, what the network takes the clean picture to be at that moment.


# %%
@torch.inference_mode()
def denoise(guess, levels, noise):
    """Walk from noise to a picture; give it, and (level, picture, guess) on the way."""
    x, film, now = np.asarray(noise, dtype=np.float32), [], levels[0]
    for then in levels[1:]:
        clean = guess(torch.from_numpy(x), now).numpy()
        film.append((now, x, clean))
        x, now = np.asarray(my_step(x, clean, now, then), dtype=np.float32), then
    return x, film


painter = checkpoints.load("roll_diffusion").eval()
levels = painter.network.levels(4 if smoke else 50)
start = np.random.default_rng(4).normal(size=(1, 2 * painter.config.num_pitches, 64))
painted, film = denoise(painter.network.clean, levels, start)


# %%
def show_film(film, rows, text, floor=-1.0):
    """Draw six moments of a film, the guess below each; `rows` are the rows to be seen."""
    with plotting.plt.rc_context(plotting.STYLE):
        panels = plotting.plt.subplots(2, 6, figsize=(12, 4), layout="constrained")[1]
    moments = np.linspace(0, len(film) - 1, 6).round().astype(int)
    for moment, column in zip(moments, panels.T, strict=True):
        level, *pictures = film[moment]
        for panel, picture in zip(column, pictures, strict=True):
            look = {"cmap": "Greys", "vmin": floor, "vmax": 1, "aspect": "auto"}
            panel.imshow(picture[0, rows], origin="lower", **look)
            panel.set(xticks=[], yticks=[])
        column[0].set_title(f"{level:.0%} is left")
    return plotting.describe(panels[0, 0], text)


sounding = slice(0, painter.config.num_pitches)
show_film(film, sounding, "Six moments of a roll out of noise; below, the network's guesses.")

# %% [markdown]
# Read the lower row from left to right. In the beginning the guess is pale: it is a *mean* over all rolls that could still come of this, step 5. Then there are grey lines where notes may be, and at the end black notes with edges. What was a mean has become one roll.


# %%
def roll_music(picture):
    """Turn one picture of the network into music."""
    roll = to_rolls(torch.from_numpy(picture))[0]
    return piano_roll.decode_piano_roll(roll, low=painter.config.low)


early, half = (film[len(film) // part][2] for part in (4, 2))
takes = {"a quarter": early, "half way": half, "the end": painted}
compare(
    {name: roll_music(picture) for name, picture in takes.items()},
    title="What the network takes four bars to be, after a quarter and half of the steps, and at the end",
)

# %% [markdown]
# **Two ways back.** DDPM draws new noise in each step, so the same beginning leads to another piece each time. DDIM draws nothing: the noise decides everything, as in a GAN.

# %%
again, _ = denoise(painter.network.clean, levels, start)
assert np.array_equal(again, painted)
drawn = {}
for seed in (1, 2):
    source = torch.Generator().manual_seed(seed)
    begin = torch.from_numpy(start.astype(np.float32))
    with torch.inference_mode():
        made = gaussian_diffusion.sample(painter.network.clean, begin, levels, source)
    drawn[f"DDPM, draw {seed}"] = roll_music(made.numpy())
compare({"DDIM": roll_music(painted), **drawn}, title="The same noise, denoised in both ways")

# %% [markdown]
# **Variations.** Nobody says that you have to begin with pure noise. Take Bach's four bars into the noise with your `noised`, only part of the way, and walk back from there. The less is left, the less of Bach comes back.

# %%
pitched = window if smoke else bach.pitches[:64]
grid = np.zeros((2, 64, painter.config.num_pitches), dtype=np.float32)
for voice in pitched.T:
    sung = np.flatnonzero(voice >= 0)
    grid[0, sung, voice[sung] - painter.config.low] = 1
    struck = sung[(np.diff(voice, prepend=-9) != 0)[sung]]
    grid[1, struck, voice[struck] - painter.config.low] = 1
clean = to_pictures(grid[None]).numpy()
takes = {"Bach": roll_music(clean)}
for share in (0.6, 0.2, 0.05):
    begin = my_noised(clean, start, share)
    way = [share, *[level for level in levels if level > share]]
    takes[f"{share:.0%} left"] = roll_music(denoise(painter.network.clean, way, begin)[0])
compare(takes, title="Bach's four bars, and variations from three depths of noise")

# %% [markdown]
# **A film of notes.** The masked model writes with your `reveal` and your `guided`: it is asked for all masked cells, draws a note for each, and lets the next few come back. Its lots are drawn so that strong beats come first. `wish` holds the numbers of key and density; (0, 0) is no wish.


# %%
@torch.inference_mode()
def scores(net, grid, hidden, wish):
    """Give the logits (T, 4, V) of all cells."""
    numbers = net.classes(np.where(hidden, -1, grid))
    cells = torch.from_numpy(np.where(hidden, net.config.num_classes, numbers))[None]
    places = torch.arange(len(grid))[None] % net.config.steps_per_bar
    return net(cells, places, torch.tensor([wish]))[0].double().numpy()


# %%
def write(net, given, chance, wish=(0, 0), weight=1.0, each=2):
    """Fill what is FREE, `each` cells at a time; give all grids on the way."""
    grid, hidden, film = given.copy(), given == FREE, [given]
    steps = np.arange(len(given))
    levels = sum(steps % size != 0 for size in (16, 8, 4, 2))  # 0 for the first beat of a bar
    order = chance.permutation(given.size).reshape(given.shape) + given.size * levels[:, None]
    while hidden.any():
        p = my_guided(scores(net, grid, hidden, wish), scores(net, grid, hidden, (0, 0)), weight)
        falls = (np.cumsum(p, axis=-1) < chance.random((*given.shape, 1))).sum(axis=-1)
        drawn = net.config.pitches[np.minimum(falls, p.shape[-1] - 1)]
        grid, hidden = my_reveal(grid, drawn, hidden, order, each)
        film.append(grid)
    return film


# %%
empty = np.full((16 if smoke else 64, 4), FREE)
wish = (key_number(0, "major"), 0)  # C major, any density
film = write(model, empty, np.random.default_rng(3), wish, each=16 if smoke else 2)
written_bars = film[-1]

# %%
with plotting.plt.rc_context(plotting.STYLE):
    figure, panels = plotting.plt.subplots(
        1, 6, figsize=(12, 2.6), layout="constrained", sharey=True
    )
moments = np.linspace(0, len(film) - 1, 6).round().astype(int)
for panel, moment in zip(panels, moments, strict=True):
    for voice, mark in enumerate("sov^"):
        there = np.flatnonzero(film[moment][:, voice] >= 0)
        panel.plot(there, film[moment][there, voice], mark, color=plotting.COLOURS[voice], ms=2)
    count = int((film[moment] == FREE).sum())
    panel.set(xlim=(-1, len(empty)), ylim=(40, 80), title=f"{count} cells masked")
plotting.describe(panels[0], "Six moments of four voices: notes on strong beats first, then lines.")

# %%
show(
    chorale_batches.chorale_music(written_bars),
    title="Four bars that the masked model wrote from nothing",
)

# %% [markdown]
# First come the beginnings of the bars, the pillars; each later note has neighbours to listen to, in time and in harmony. No note is ever revised: what is there stays. (Some models do revise, see the last task.)
#
# **A film of a sound.** The same U-Net, taught with lesson 09's tuned pictures, denoises the levels of a brass C4.

# %%
C4 = 60
timbre = checkpoints.load("timbre_diffusion").eval()
shares = timbre_player.family_shares("brass")
wish = timbre.wishes(torch.tensor([C4]), shares)
begin = timbre.noise(1, torch.Generator().manual_seed(2)).numpy()
levels = timbre.network.levels(timbre.config.num_steps)
sound, film = denoise(lambda x, a: timbre.network.clean(x, a, wish), levels, begin)
rows = slice(0, tuned_spectrogram.HARMONICS)
show_film(film, rows, "Six moments of the levels of a brass C4, out of noise; below, guesses.")

# %% [markdown]
# **Harmonise.** A soprano is given, three voices are masked: harmonising is filling a hole. Unlike the Transformers of lesson 07 this model hears the whole melody before it writes the first chord. *Play* one (press Record, at least eight notes, then run the cells below), or *type* one: note names with octaves, behind a colon the length in quarter notes.

# %%
keyboard = Keyboard(low=57, high=81)
keyboard

# %%
typed = "G4 G4 D5 D5 | E5 E5 D5:2 | C5 C5 B4 B4 | A4 A4 G4:2"
soprano = harmonise.read_soprano(typed)
if keyboard.played.notes:  # what you have played goes before
    soprano = harmonise.own_soprano(keyboard.played, keyboard.low, keyboard.high)
soprano = soprano[:16] if smoke else soprano
given = np.column_stack([soprano, *[np.full(len(soprano), FREE)] * 3])
ours = model.generate(len(given), np.random.default_rng(5), given=given)
assert np.array_equal(ours[:, 0], soprano)  # kept exactly

# %%
theirs = harmonise.harmonise(ensemble, soprano, np.random.default_rng(5))[0][1]
music = {
    name: chorale_batches.chorale_music(grid, 90)
    for name, grid in {"diffusion": ours, "Transformers": theirs}.items()
}
compare(
    music, title="Your melody with three voices of the diffusion model, and of the Transformers"
)

# %% [markdown]
# **Repair.** Writing what is missing around what is given is called **inpainting**. The third bar of a held-out chorale is damaged: all of it, or the lower voices only. All other notes are given, and stay. Listen to Bach's bar after you have decided which one fits.

# %%
damaged = slice(8, 12) if smoke else slice(32, 48)
takes = {}
for name, voices in {"whole bar": slice(0, 4), "lower voices": slice(1, 4)}.items():
    given = window.copy()
    given[damaged, voices] = FREE
    takes[name] = model.generate(len(given), np.random.default_rng(6), given=given)
    kept = given != FREE
    assert np.array_equal(takes[name][kept], window[kept])
takes["Bach"] = window
music = {name: chorale_batches.chorale_music(grid) for name, grid in takes.items()}
blind = compare(music, blind=True, title="Four bars; in two of them the third bar was repaired")

# %% jupyter={"source_hidden": true}
ask(
    "Which one is Bach's?",
    {label: f"What was played: {who}." for label, who in blind.answer.items()},
    right=next(label for label, who in blind.answer.items() if who == "Bach"),
)

# %% [markdown]
# **Wishes.** Four bars in A minor and dense, by your own loop, asked with four weights. Same lots, same numbers drawn: only the weight differs.

# %%
wish = (key_number(9, "minor"), 3)  # A minor, the third density; 0 would be no wish
takes = {}
for weight in (0.0, 4.0) if smoke else (0.0, 1.0, 2.0, 4.0):
    grids = write(model, empty, np.random.default_rng(8), wish, weight, each=16 if smoke else 4)
    takes[f"weight {weight:g}"] = chorale_batches.chorale_music(grids[-1])
    print(f"weight {weight:g}: {diffusion_measures.window_wishes_of(grids[-1])}")
compare(takes, title="A wish for A minor and dense, not heard, heard, and heard ever more strongly")

# %% [markdown]
# **Beside the GAN.** Lesson 09's generator and this lesson's denoiser draw the same pictures, so they can be heard side by side. First one C4 of brass, strings and piano each, then the four bars that the masked model wrote from nothing, on four instruments that nobody built.


# %%
def played(maker, grid, families, seed=3):
    """Play voices on instruments of the families that a network makes up."""
    music = chorale_batches.chorale_music(grid)
    band = [timbre_player.TimbreInstrument(maker, name, seed=seed) for name in families]
    return Recording(music, tuple(timbre_player.perform(music, band)))


makers = {"GAN": checkpoints.load("timbre_gan"), "diffusion": timbre}
three = np.full((24, 3), -1)
for voice in range(3):
    three[8 * voice : 8 * voice + 7, voice] = C4
families = ("brass", "strings", "piano")
takes = {name: played(maker, three, families) for name, maker in makers.items()}
compare(takes, title="A C4 of brass, of strings and of a piano, by the GAN and by diffusion")

# %%
families = ("winds", "strings", "organ", "brass")
short = written_bars[:16] if smoke else written_bars
takes = {name: played(maker, short, families) for name, maker in makers.items()}
compare(takes, title="Four bars by the masked model, on instruments of the GAN and of diffusion")

# %% [markdown]
# ## 9. Measure it
#
# **The bound.** The number on the leaderboard is an upper bound on nats per note: the model may be better than it, never worse. It is not measured in the way the others are. They write in one fixed order and add up; this one is asked in *every* order, bad ones included. Nobody would write the cells of a chorale in an order drawn by lot, not even this model. Compare with care.

# %%
for name in ("ngram", "chorale_lstm", "chorale_transformer", "grid_diffusion"):
    found = shipped.read_card(shipped.FOLDER / f"{name}.json")["likelihoods"]["valid"]
    kind = "at most" if found.get("bound") else "exactly"
    nats, error = found["nats_per_note"], found["standard_error"]
    print(f"{name:20s} {kind} {nats:.4f} ± {error:.4f} nats per note, validation pieces")
leaderboard.leaderboard("chorales")

# %% [markdown]
# **How much must be there?** The bound is a mean over all numbers of masked cells. Taken apart: with few cells masked a held note gives itself away, with all of them masked only the style is left to go by.


# %%
@torch.inference_mode()
def nats_at(net, share):
    """Give the nats per masked cell of some windows, when this share of them is masked."""
    chance, costs = np.random.default_rng(0), []
    for grid in some:
        lots = chance.permutation(grid.size).reshape(1, *grid.shape)
        masks = lots < round(share * grid.size)
        costs.append(my_nats(net.log_cells(net.classes(grid), masks), masks))
    return np.mean(costs)


shares, nets = (0.05, 0.25, 0.5, 0.75, 1.0), {"yours": own_net, "shipped": model}
curves = {name: [nats_at(net, share) for share in shares] for name, net in nets.items()}

# %%
axes = plotting.new_axes(None, (7, 3))
for (name, curve), line, colour in zip(
    curves.items(), plotting.LINES, plotting.COLOURS, strict=False
):
    axes.plot(shares, curve, line, marker="o", color=colour, label=name)
axes.set(xlabel="share of cells that are masked", ylabel="nats per masked cell", ylim=(0, None))
axes.legend()
plotting.describe(axes, "Nats per masked cell rise with the share that is masked.")

# %% [markdown]
# **Steps against quality.** At each update all masked cells are drawn *by themselves*, each from its own distribution, and those whose turn it is come back together. Two that come back together have not heard one another. So fewer updates are faster and worse. *Held* is the share of cells that have the pitch of the sixteenth before, *sixteenths* the share of notes that last no longer than one. *Isolated* are those sixteenths whose neighbours are longer: crumbs, which composers hardly write. (Where nearly all notes are sixteenths, few of them are isolated. Read both.)

# %%
counts, number, length = ((1, 4), 1, 32) if smoke else ((1, 4, 16, 64, 256), 3, 64)
data = [piece[:length] for piece in whole]
rows = {"Bach": data}
for count in counts:
    rows[f"{count} updates"] = diffusion_measures.written(model, number, length, num_updates=count)
for name, pieces in rows.items():
    held = np.mean([voice_leading.held_cells(piece) for piece in pieces])
    short = 1 - np.nanmean([card.OF_NOTES["qualified notes"](piece) for piece in pieces])
    crumbs = np.nanmean([fragments.isolated_sixteenths(piece) for piece in pieces])
    print(f"{name:12s} held {held:.2f}, sixteenths {short:.2f}, isolated {crumbs:.2f}")

# %% [markdown]
# **The metric card.** A few pieces by the masked model, at temperature 0.9 as all numbers on its card, and by the Transformers, beside the data and its spoilt versions:

# %%
number, length = (2, 32) if smoke else (6, 128)
updates = 16 if smoke else 128
written = {"diffusion": diffusion_measures.written(model, number, length, num_updates=updates)}
chances = [np.random.default_rng(seed) for seed in range(number)]
written["Transformers"] = [ensemble.generate(length, chance) for chance in chances]
card.metric_card(written, [piece.grid for piece in valid[: 3 * number]])

# %% [markdown]
# A few pieces say little. On the card of the shipped file there are more, beside *random notes*, which have each voice's pitches in the right numbers and no order:

# %%
form = facts["measures"]["form"]
print(f"{'':34s}", *[f"{name:>26s}" for name in form])
for row in (*diffusion_measures.FORM_ROWS, diffusion_measures.CRUMBS):
    print(f"{row:34s}", *[f"{columns.get(row, np.nan):26.3f}" for columns in form.values()])

# %% [markdown]
# In which rows do the controls come as close to the data as the model does? Those rows say nothing. In which is the model nearer than all of them? And be honest about *parallels* and *scale consistency*: there this model is farther from Bach than spoilt Bach. In parallels even random notes come nearer, and they keep a scale nearly as well. It knows which notes stand well together; it does not lead its voices as Bach does, and its key wanders.
#
# The same for the rolls of the U-Net, which know no voices. Nothing keeps a roll from striking a key again in each sixteenth, or from holding ten at once:

# %%
form = shipped.read_card(shipped.FOLDER / "roll_diffusion.json")["measures"]["form"]
print(f"{'':26s}", *[f"{name:>26s}" for name in form])
for row in diffusion_measures.ROLL_ROWS:
    print(f"{row:26s}", *[f"{columns[row]:26.3f}" for columns in form.values()])

# %% [markdown]
# **Filling in.** Of the cells that were taken out, how many come back as Bach wrote them? The *copy* follows the soprano at each voice's usual distance, or repeats the bar before; the n-gram of lesson 03 writes from left to right.

# %%
ngram = models.load_model("ngram")
for task in diffusion_measures.TASKS:
    found = facts["measures"]["filling in"][task]
    count = 1 if smoke else 8
    here = diffusion_measures.filling_in(model, task, count, 8 if smoke else 64)
    before = diffusion_measures.filling_in(ngram, task, count)
    print(f"{task}: on the card {found['model']:.2f}, copy {found['copy']:.2f}")
    print(f"   {count} chorales here: {here['model']:.2f}, n-gram {before['model']:.2f}")

# %% [markdown]
# Nobody expects all of them, for there are many good harmonisations. But look at the order: the copy, which has learned nothing, is right more often than our model. Over all chorales the n-gram is, too, at repairing a bar, 13.6 % against 11.8 %; eight chorales are too few to show it (`docs/diffusion.md` has all models). To see both sides of a hole is an advantage in principle; this network is too small, or has learned for too short a time, to make it one in this number. What your ears said in section 8 is another measure.
#
# **Wishes, and their price.** *Granted* is the share of windows that are measured to be what was asked for; beside it what it would be if the wishes were dealt out anew among the windows: pure chance. *Different chords* counts how many chords all windows of a wish hold together: the variety. From the card, for each weight:

# %%
for name in ("grid_diffusion", "roll_diffusion"):
    print(name)
    for row in shipped.read_card(shipped.FOLDER / f"{name}.json")["measures"]["control"]:
        print(f"  weight {row['guidance']:g}, {row['windows per wish']} windows per wish")
        for kind in ("mode", "density"):
            found = row[kind]
            print(
                f"    {kind:8s} granted {found['accuracy']:.2f}, by chance {found['shuffled']:.2f}, "
                f"different chords {found['different chords']}"
            )

# %%
control, axes = facts["measures"]["control"], plotting.new_axes(None, (7, 3))
for (kind, line), colour in zip(
    {"mode": "-", "density": "--"}.items(), plotting.COLOURS, strict=False
):
    across = [
        row[kind]["different chords"] / control[0][kind]["different chords"] for row in control
    ]
    up = [row[kind]["accuracy"] for row in control]
    axes.plot(across, up, line, marker="o", color=colour, label=kind)
    for row, x, y in zip(control, across, up, strict=True):
        axes.annotate(f" {row['guidance']:g}", (x, y))
axes.set(xlabel="different chords, 1 is that of weight 0", ylabel="share granted", ylim=(0, 1.05))
axes.legend()
plotting.describe(axes, "Share of granted wishes against variety, a point for each weight.")

# %% [markdown]
# A point further up is a model that listens better; one further to the right is a richer one. The numbers at the points are weights. By step 8 a large weight keeps what is most typical of the wish; do you see the points move to the left, and by how much, in per cent? Which weight would you choose? A few windows of your own, by the same measure:

# %%
for weight in (4.0,) if smoke else (0.0, 1.0, 4.0):
    count, updates = (1, 2) if smoke else (4, 32)
    row = diffusion_measures.wishes_granted(model, weight, count, updates)
    for kind in ("mode", "density"):
        print(f"weight {weight:g}: {kind} granted {row[kind]['accuracy']:.2f}", end="  ")
        print(f"by chance {row[kind]['shuffled']:.2f}")

# %% [markdown]
# With so few windows chance alone moves these numbers by a tenth and more; that is why the card counts more of them.
#
# What does the network make of a key? Here is what it expects of an empty window in C major and in C minor, beside what Bach writes:

# %%
thirds = {"D": 2, "E♭": 3, "E": 4, "G": 7}
classes = (model.config.pitches[1:] % 12)[:, None] == np.arange(12)  # (V - 1, 12); 0 is silence
for mode in ("major", "minor"):
    expected = my_guided(*[scores(model, empty, empty == FREE, (key_number(0, mode), 0))] * 2, 1.0)
    shares = expected[::4, :, 1:].mean(axis=(0, 1)) @ classes
    print(f"C {mode}, expected:", *[f"{name} {shares[pc]:.1%}" for name, pc in thirds.items()])
for mode in ("major", "minor"):
    count = np.zeros(12)
    for piece in load_chorales():
        if (piece.split, piece.mode) == ("train", mode):
            tonic = (7 * piece.fifths + (9 if mode == "minor" else 0)) % 12
            sounding = piece.pitches[piece.pitches >= 0] - tonic
            count += np.bincount(sounding % 12, minlength=12)
    heard = {name: count[pc] / count.sum() for name, pc in thirds.items()}
    print(f"Bach's {mode}, moved to C:", *[f"{name} {share:.1%}" for name, share in heard.items()])

# %% [markdown]
# The third makes major and minor, E or E♭, and the network has heard it: in each mode it expects the right third at least twice as often as the wrong one. Bach is far surer. Few windows in training are empty, so what a key means for a first note is learned last; as long as a key was told only as a number to be read, this network expected both thirds alike (`docs/experiments_10.md`). Guidance makes up for the rest.
#
# **Notes beside the GAN's.** Pitch, spread, clicks and envelopes as in lesson 09, all pairs of pitch and family, from both cards; *held out* are pairs that neither has learned.

# %%
for name in ("timbre_gan", "timbre_diffusion"):
    for part, found in shipped.read_card(shipped.FOLDER / f"{name}.json")["measures"].items():
        print(
            f"{name:17s} {part:9s} right pitch {found['right pitch']:.3f}  spread "
            f"{found['spread ratio']:.2f}  no click {found['no click']:.2f}  natural envelope "
            f"{found['natural envelope']:.2f}"
        )

# %% [markdown]
# Neither wins in every column: diffusion's notes differ more from one another, and the GAN's envelopes are natural more often. And a GAN asks its network once for a note, diffusion once for each step. The learning is another matter: a squared error falls and says how far one is, while two players may circle each other for ever.
#
# **Is it new?** The longest run of sixteenths that a piece shares with a training piece, in any key, for held-out Bach and for the model. A filled hole is no new piece: there most notes are Bach's by design.

# %%
learned = [piece for piece in load_chorales() if piece.split == "train"][: 20 if smoke else None]
index = originality.build_run_index([p.grid for p in learned], [p.name for p in learned])
runs = [originality.longest_shared_run(p.pitches[:length], index).num_steps for p in valid]
print(f"held-out Bach: median {np.median(runs):g}, nine in ten below {np.quantile(runs, 0.9):g}")
found = [originality.longest_shared_run(piece, index) for piece in written["diffusion"]]
print("diffusion:", sorted(shared.num_steps for shared in found))
print("   longest:", max(found, key=lambda shared: shared.num_steps))

# %% [markdown]
# ## 10. Break it
#
# Take the *steps* away. The masked model is asked once, for an empty window, and all its 256 answers are taken at once.

# %% jupyter={"source_hidden": true}
ask(
    "Each cell is drawn from the right distribution, given that nothing is known. What will you hear?",
    {
        "Silence": "Rests are rare in chorales, so they are rarely drawn.",
        "The most frequent chord, held for four bars": "That would be taking the likeliest note in "
        "each cell. Here each one is drawn.",
        "Right notes that do not know of one another": "Each voice sings in its range, but no two "
        "cells have agreed on a chord, a key, or on holding a note.",
    },
    right="Right notes that do not know of one another",
)

# %%
takes = {}
for count in (1, 8) if smoke else (1, 8, 256):
    grid = model.generate(len(empty), np.random.default_rng(2), num_updates=count)
    held, far = voice_leading.held_cells(grid), voice_leading.mean_tonal_distance(grid)
    print(f"{count:3d} updates: held cells {held:.2f}, tonal distance of the voices {far:.2f}")
    takes[f"{count} updates"] = chorale_batches.chorale_music(grid)
print(
    "Bach:",
    *[f"{f(window):.2f}" for f in (voice_leading.held_cells, voice_leading.mean_tonal_distance)],
)
compare(takes, title="Four bars in one update, in eight, and cell by cell")

# %% [markdown]
# Diffusion is not one network call that happens to be repeated. The steps are where the notes agree with each other. (And beware of the number: one update makes the voices' *tonal distance* smallest of all, because in each bar every voice sings a bit of everything. As in lesson 08, near Bach's is good, not low.)
#
# The second break takes the picture's steps away, and that is another disease. Ask the U-Net once, with pure noise, and believe the answer. Squared error made it give the *mean* of all rolls. A mean of a thousand rolls is grey; cut it at the middle, and what is left are the few cells that are on in more than half of all pieces, if there are any. The picture *hedges*.

# %%
with torch.inference_mode():
    begin, level = torch.from_numpy(start.astype(np.float32)), painter.network.levels(4)[0]
    once = painter.network.clean(begin, level).numpy()
for name, picture in {"asked once": once, "all steps": painted, "Bach": clean}.items():
    grey = (np.abs(picture) < 0.8).mean()
    count = len(roll_music(picture).notes)
    print(f"{name:10s} {grey:4.0%} of the cells are grey; {count} notes when cut at the middle")
low = to_rolls(torch.from_numpy(once))[0]
lowered = low - np.quantile(low[0], 0.92) + 0.5
lowered = piano_roll.decode_piano_roll(lowered, low=painter.config.low)
compare(
    {"one step, cut lower": lowered, "all steps": roll_music(painted)},
    title="The mean of all rolls, cut so that notes are left, and a roll after all steps",
)

# %% [markdown]
# The masked model cannot hedge: it gives a distribution for each cell, and a draw from it is always one note, in one voice. The U-Net has to find every edge by itself, and where it does not, a threshold decides. That speaks for masking notes, of which nothing is a little there, and for Gaussian noise where things may be a little louder or softer: the levels of a sound. It does not decide who writes the better music. From both cards:

# %%
for name in ("grid_diffusion", "roll_diffusion"):
    form = shipped.read_card(shipped.FOLDER / f"{name}.json")["measures"]["form"]
    for row in ("scale consistency", "polyphony (pitches)"):
        if row in form["model"]:
            print(f"{name:15s} {row} {form['model'][row]:.2f}, data {form['data'][row]:.2f}")

# %% [markdown]
# The rolls keep a key better: the picture is drawn as a whole, a little at a time everywhere. But they lose notes, as *polyphony* shows: of four voices not all come back. The masked model has four voices by construction; but its first notes bind all others. Compare for yourself: which of the two films of section 8 ended in better music?

# %% [markdown]
# ## 11. Your own music
#
# The top line of your first MIDI file that fits becomes a soprano, on a grid of sixteenths, moved by octaves into the range of sopranos, eight bars of 4/4 at most. On this grid a note that is repeated is a note that is held. Every file of your folder is used, or refused with the reason and what helps. If none can be used, a tune from a fiddler's book stands in.


# %%
def line_of(piece):
    """Give the beginning of a piece's top line as a soprano in sixteenths."""
    return harmonise.own_soprano(piece, 57, 81, most_notes=40)[: 16 if smoke else 128]


kind = ("test", "jig", "major")
jig = next(t for t in load_tunes("oneills") if (t.split, t.tune_type, t.mode) == kind)
spare = {jig.title: line_of(jig.to_note_sequence())}
own = own_music.read_own(line_of, lambda line: f"{len(line)} sixteenths of the top line", spare)
print(own.report())
name, line = own.first

# %% [markdown]
# Your melody is given; the voices below are free, and you may wish: for major, and for minor, each on the tonic on which the melody fits it best. The second cell keeps the voices of the first bars and lets the model write everything else, your melody included: what would it sing in your place?

# %%
given = np.column_stack([line, *[np.full(len(line), FREE)] * 3])
updates, takes = 8 if smoke else 64, {}
for mode in ("major", "minor"):
    how = {"mode": mode, "tonic": best_tonic(line, mode), "guidance": 2.0, "num_updates": updates}
    takes[mode] = model.generate(len(line), np.random.default_rng(9), given=given, **how)
    assert np.array_equal(takes[mode][:, 0], line)
music = {mode: chorale_batches.chorale_music(grid, 90) for mode, grid in takes.items()}
compare(music, title=f"{name}, harmonised with a wish for major and for minor")

# %%
given = takes["major"].copy()
given[len(line) // 4 :] = FREE  # only its beginning stays
grid = model.generate(len(line), np.random.default_rng(10), given=given, num_updates=updates)
music = {"yours": chorale_batches.chorale_music(takes["major"], 90)}
music["the model's end"] = chorale_batches.chorale_music(grid, 90)
compare(music, title=f"{name}: harmonised, and with everything behind its beginning new")

# %% [markdown]
# A dance is no chorale, and a wish cannot turn every melody round: a melody in major that is told to be in minor gets chords that pull both ways. Listen for the place where they meet.

# %% [markdown]
# ## 12. Judge it
#
# One written question, graded by a person. If you learn alone: write first, then compare with the model answer in `solutions/10_diffusion/10_diffusion.ipynb`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "judge_wishes", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Every wish granted? (2 points)** A firm advertises a generator: "Ask for happy or sad: 98 % of our pieces are what you asked for." It uses guidance with the weight 12. The pieces for *happy* are all but the same.
# Say in three to six sentences what the number shows and what it hides, why such a weight leads there, and which two measurements you would ask for before you believe in it. Then name one thing that a measured *mode* cannot tell you about *happy*.
#
# <!-- ### BEGIN SOLUTION -->
# A model answer: the number shows that a classifier (or a rule) finds the wish in nearly all pieces, so the control works by that measure; it hides what the pieces are like otherwise, above all how different they are. Guidance with the weight w multiplies the probabilities by how much a piece sounds like the wish, w times; with w = 12 only the most typical pieces of the class are left, so that accuracy rises while variety falls, and with it, often, quality. One should ask for the diversity at that weight beside that of real pieces of the class and of the weight 1 (different chords, spread, distances between pieces), for the accuracy beside chance and at several weights (the whole curve), and for a measure that was not used for training or guidance. A mode is a property of pitches; happy is a judgement of listeners, which also depends on tempo, loudness, register, words and habit: it takes a listening test.
#
# Rubric: half a point for what the number shows and hides (accuracy, not variety or quality); half a point for the reason (the factor p(x|c)/p(x) taken w times keeps only the most typical pieces); half a point for two sensible measurements (diversity against data or weight 1; accuracy at several weights beside chance; an independent judge); half a point for a sound reason why a measured mode is not a felt emotion.
# <!-- ### END SOLUTION -->

# %% [markdown]
# ## 13. Where next
#
# **In five lines.** Many small steps into the noise are one jump, and a network that can undo a small step can begin with nothing. For pictures the loss is a squared error, weighed by how much noise there is; for notes it is the surprise at masked cells, and its mean is a bound on the likelihood. DDPM draws on the way back, DDIM does not; the masked model lets a few cells come back at a time. A hole is filled like an empty page, so harmonising and repairing need no further training. A wish can be heard more strongly than it was learned; whether that costs variety has to be measured.
#
# **Check yourself.** Can you … say why variances add up to 1 on the way into the noise? … find the noise in a picture when the clean one is known? … explain why each *number* of masked cells counts the same? … say why one update gives dissonance, and a thresholded mean gives next to nothing? … tell what a weight of 4 does to probabilities of 0.6 and 0.2?
#
# **If you want more**
#
# - *A first step:* change `order` in `write`: all cells by lot, or from left to right. What happens to a piece from nothing, and to a hole?
# - *Further:* choose the order by certainty: those cells come back first about which the model is surest. Measure held cells and different chords beside the lot.
# - *Far:* let the model revise. Mask a tenth of a finished piece anew, fill it, and repeat (Gibbs sampling, as in Coconet). Does the Transformers' cost of the piece fall?
#
# **Reading**
#
# - J. Ho, A. Jain, P. Abbeel, *Denoising diffusion probabilistic models* (2020): steps 1 to 3; its equation 4 is exercise 1.
# - J. Song, C. Meng, S. Ermon, *Denoising diffusion implicit models* (2021): exercise 2.
# - O. Ronneberger, P. Fischer, T. Brox, *U-Net* (2015): the network that paints.
# - J. Austin and others, *Structured denoising diffusion models in discrete state-spaces* (2021): masking as diffusion.
# - C.-Z. A. Huang and others, *Counterpoint by convolution* (2017): chorales in any order, before it was called diffusion.
# - J. Ho, T. Salimans, *Classifier-free diffusion guidance* (2022): exercise 5.
#
# Go on with [11 · Control and arrangement](../11_control_and_arrangement/11_control_and_arrangement.ipynb), which asks models for style and mood, measures what it gets, and arranges it for a band.
