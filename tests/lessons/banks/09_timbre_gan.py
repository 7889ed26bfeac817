"""Answers to lesson 09: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

DECIBELS = Bank(
    alternatives={
        "clip_the_levels": """
            def decibels(magnitudes, floor):
                with np.errstate(divide="ignore"):
                    return np.maximum(20 * np.log10(magnitudes), floor)
        """,
        "natural_logarithm": """
            def decibels(magnitudes, floor):
                smallest = np.exp(floor * np.log(10) / 20)
                return 20 * np.log(np.clip(magnitudes, smallest, None)) / np.log(10)
        """,
        "where": """
            def decibels(magnitudes, floor):
                powers = np.where(magnitudes > 0, magnitudes, 1e-30) ** 2
                found = 10 * np.log10(powers)
                return np.where(found < floor, floor, found)
        """,
    },
    mutants={
        "of_powers": Mutant("""
            def decibels(magnitudes, floor):
                return 10 * np.log10(np.maximum(magnitudes, 10 ** (floor / 10)))
        """),
        "base_e": Mutant("""
            def decibels(magnitudes, floor):
                return 20 * np.log(np.maximum(magnitudes, 10 ** (floor / 20)))
        """),
        "no_floor": Mutant("""
            def decibels(magnitudes, floor):
                return 20 * np.log10(magnitudes)
        """),
        "floor_of_powers": Mutant("""
            def decibels(magnitudes, floor):
                return 20 * np.log10(np.maximum(magnitudes, 10 ** (floor / 10)))
        """),
        "floor_as_a_magnitude": Mutant("""
            def decibels(magnitudes, floor):
                return 20 * np.log10(np.maximum(magnitudes, -floor))
        """),
        "a_little_added": Mutant("""
            def decibels(magnitudes, floor):
                return 20 * np.log10(magnitudes + 10 ** (floor / 20))
        """),
        "cut_at_full_scale": Mutant("""
            def decibels(magnitudes, floor):
                return np.clip(20 * np.log10(np.maximum(magnitudes, 1e-9)), floor, 0)
        """),
        "relative_to_the_loudest": Mutant("""
            def decibels(magnitudes, floor):
                loudest = magnitudes / magnitudes.max()
                return 20 * np.log10(np.maximum(loudest, 10 ** (floor / 20)))
        """),
        "returns_none": Mutant("""
            def decibels(magnitudes, floor):
                found = 20 * np.log10(np.maximum(magnitudes, 10 ** (floor / 20)))
        """),
        "in_place": Mutant("""
            def decibels(magnitudes, floor):
                magnitudes[magnitudes < 10 ** (floor / 20)] = 10 ** (floor / 20)
                return 20 * np.log10(magnitudes)
        """),
        "a_floor_of_its_own": Mutant("""
            def decibels(magnitudes, floor):
                return np.maximum(20 * np.log10(np.maximum(magnitudes, 1e-5)), floor)
        """),
        "whole_decibels": Mutant("""
            def decibels(magnitudes, floor):
                found = np.full(magnitudes.shape, floor)
                loud = magnitudes > 10 ** (floor / 20)
                found[loud] = 20 * np.log10(magnitudes[loud])
                return found
        """),
        "at_most_two_axes": Mutant(
            """
            def decibels(magnitudes, floor):
                found = 20 * np.log10(np.maximum(magnitudes, 10 ** (floor / 20)))
                return found.reshape(found.shape[:2])
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def decibels(magnitudes, floor):
                return spectrogram.levels(magnitudes, floor)
        """),
        "package_twin": Mutant("""
            def decibels(magnitudes, floor):
                return plain_sound.decibels(magnitudes, floor)
        """),
    },
)

TRUE_FREQUENCIES = Bank(
    alternatives={
        "in_turns": """
            def true_frequencies(phases, hop, n_fft, rate):
                k = np.arange(phases.shape[1])
                turns = np.diff(phases, axis=0) / (2 * np.pi) - k * hop / n_fft
                turns = turns - np.round(turns)
                return (k / n_fft + turns / hop) * rate
        """,
        "complex_numbers": """
            def true_frequencies(phases, hop, n_fft, rate):
                k = np.arange(phases.shape[1])
                step = np.exp(1j * (phases[1:] - phases[:-1] - 2 * np.pi * k * hop / n_fft))
                return k * rate / n_fft + np.angle(step) * rate / (2 * np.pi * hop)
        """,
        "bin_by_bin": """
            def true_frequencies(phases, hop, n_fft, rate):
                found = np.zeros((len(phases) - 1, phases.shape[1]))
                for t in range(len(phases) - 1):
                    for k in range(phases.shape[1]):
                        middle = k * rate / n_fft
                        beside = phases[t + 1, k] - phases[t, k] - 2 * np.pi * middle * hop / rate
                        beside -= 2 * np.pi * round(beside / (2 * np.pi))
                        found[t, k] = middle + beside * rate / (2 * np.pi * hop)
                return found
        """,
    },
    mutants={
        "not_wrapped": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "wrapped_too_early": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                turned = (np.diff(phases, axis=0) + np.pi) % (2 * np.pi) - np.pi
                beside = turned - 2 * np.pi * middles * hop / rate
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "wrapped_from_zero": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = (np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate) % (2 * np.pi)
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "middle_forgotten": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return beside * rate / (2 * np.pi * hop)
        """),
        "bins_of_the_hop": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / hop
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "a_window_for_a_hop": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return middles + beside * rate / (2 * np.pi * n_fft)
        """),
        "subtracted": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return middles - beside * rate / (2 * np.pi * hop)
        """),
        "along_the_bins": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1] - 1) * rate / n_fft
                beside = np.diff(phases, axis=1) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "bins_counted_from_one": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(1, phases.shape[1] + 1) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                beside = (beside + np.pi) % (2 * np.pi) - np.pi
                return middles + beside * rate / (2 * np.pi * hop)
        """),
        "returns_none": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
        """),
        "one_turn_at_most": Mutant(
            """
            def true_frequencies(phases, hop, n_fft, rate):
                middles = np.arange(phases.shape[1]) * rate / n_fft
                beside = np.diff(phases, axis=0) - 2 * np.pi * middles * hop / rate
                for _ in range(4):
                    beside = np.where(beside > np.pi, beside - 2 * np.pi, beside)
                    beside = np.where(beside < -np.pi, beside + 2 * np.pi, beside)
                return middles + beside * rate / (2 * np.pi * hop)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                return spectrogram.instantaneous_frequencies(phases, rate, hop)
        """),
        "package_twin": Mutant("""
            def true_frequencies(phases, hop, n_fft, rate):
                return plain_sound.true_frequencies(phases, hop, n_fft, rate)
        """),
    },
)

SING = Bank(
    alternatives={
        "sample_by_sample": """
            def sing(amplitudes, frequencies, hop, rate):
                samples, phase = [], 0.0
                for n in range(len(amplitudes) * hop):
                    t, rest = divmod(n, hop)
                    after = amplitudes[min(t + 1, len(amplitudes) - 1)]
                    height = amplitudes[t] + (after - amplitudes[t]) * rest / hop
                    samples.append(height * np.cos(phase))
                    phase += 2 * np.pi * frequencies[t] / rate
                return samples
        """,
        "frame_by_frame": """
            def sing(amplitudes, frequencies, hop, rate):
                parts, phase = [], 0.0
                ends = np.append(amplitudes[1:], amplitudes[-1])
                for a, b, f in zip(amplitudes, ends, frequencies):
                    step = 2 * np.pi * f / rate
                    heights = np.linspace(a, b, hop, endpoint=False)
                    parts.append(heights * np.cos(phase + step * np.arange(hop)))
                    phase = phase + step * hop
                return np.concatenate(parts)
        """,
        "complex_numbers": """
            def sing(amplitudes, frequencies, hop, rate):
                turns = np.repeat(np.exp(2j * np.pi * np.asarray(frequencies) / rate), hop)
                wave = np.cumprod(np.concatenate([[1.0 + 0j], turns[:-1]]))
                moments = np.arange(len(turns)) / hop
                return np.real(wave) * np.interp(moments, np.arange(len(amplitudes)), amplitudes)
        """,
    },
    mutants={
        "a_new_phase_each_frame": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                return heights * np.cos(2 * np.pi * np.repeat(frequencies, hop) * n / rate)
        """),
        "each_frame_from_the_top": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                return heights * np.cos(2 * np.pi * np.repeat(frequencies, hop) * (n % hop) / rate)
        """),
        "one_turn_too_early": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                return heights * np.cos(np.cumsum(2 * np.pi * np.repeat(frequencies, hop) / rate))
        """),
        "stairs": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
                phases = np.cumsum(steps) - steps
                return np.repeat(amplitudes, hop) * np.cos(phases)
        """),
        "sine": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
                return heights * np.sin(np.cumsum(steps) - steps)
        """),
        "no_two_pi": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                steps = np.repeat(frequencies, hop) / rate
                return heights * np.cos(np.cumsum(steps) - steps)
        """),
        "last_amplitude_falls": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                padded = np.append(amplitudes, 0.0)
                heights = np.interp(n / hop, np.arange(len(padded)), padded)
                steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
                return heights * np.cos(np.cumsum(steps) - steps)
        """),
        "stretched_to_the_end": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                size = len(amplitudes) * hop
                places = np.linspace(0, len(amplitudes) - 1, size)
                heights = np.interp(places, np.arange(len(amplitudes)), amplitudes)
                steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
                return heights * np.cos(np.cumsum(steps) - steps)
        """),
        "frequencies_glide": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                frames = np.arange(len(amplitudes))
                heights = np.interp(n / hop, frames, amplitudes)
                steps = 2 * np.pi * np.interp(n / hop, frames, frequencies) / rate
                return heights * np.cos(np.cumsum(steps) - steps)
        """),
        "returns_none": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                steps = 2 * np.pi * np.repeat(frequencies, hop) / rate
        """),
        "two_frames_at_most_change": Mutant(
            """
            def sing(amplitudes, frequencies, hop, rate):
                n = np.arange(len(amplitudes) * hop)
                heights = np.interp(n / hop, np.arange(len(amplitudes)), amplitudes)
                used = np.array(frequencies, dtype=float)
                used[2:] = used[:2][-1]
                if len(used) < 3 or set(frequencies) == {0.0}:
                    used = np.array(frequencies, dtype=float)
                steps = 2 * np.pi * np.repeat(used, hop) / rate
                return heights * np.cos(np.cumsum(steps) - steps)
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def sing(amplitudes, frequencies, hop, rate):
                return plain_sound.sing(amplitudes, frequencies, hop, rate)
        """),
    },
)

FIND_PHASES = Bank(
    alternatives={
        "cos_and_sin": """
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                def sound_of(angles):
                    return to_sound(magnitudes * (np.cos(angles) + 1j * np.sin(angles)))
                sound = sound_of(phases)
                for _ in range(rounds):
                    sound = sound_of(np.angle(to_spectrum(sound)))
                return sound
        """,
        "unit_numbers": """
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                unit = np.exp(1j * phases)
                while rounds > 0:
                    found = to_spectrum(to_sound(magnitudes * unit))
                    unit = found / np.maximum(np.abs(found), 1e-12)
                    rounds -= 1
                return to_sound(magnitudes * unit)
        """,
        "recursion": """
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                sound = to_sound(magnitudes * np.exp(1j * phases))
                if rounds == 0:
                    return sound
                z = to_spectrum(sound)
                phases = np.arctan2(z.imag, z.real)
                return find_phases(magnitudes, phases, to_sound, to_spectrum, rounds - 1)
        """,
    },
    mutants={
        "keeps_what_came_out": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                spectrum = magnitudes * np.exp(1j * phases)
                for _ in range(rounds):
                    spectrum = to_spectrum(to_sound(spectrum))
                return to_sound(spectrum)
        """),
        "one_round_short": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
                return sound if rounds else to_sound(magnitudes * np.exp(1j * phases))
        """),
        "one_round_more": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds + 1):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
                return to_sound(magnitudes * np.exp(1j * phases))
        """),
        "one_round_only": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                if rounds:
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
                return to_sound(magnitudes * np.exp(1j * phases))
        """),
        "always_from_the_first_phases": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                found = phases
                for _ in range(rounds):
                    found = np.angle(to_spectrum(to_sound(magnitudes * np.exp(1j * phases))))
                return to_sound(magnitudes * np.exp(1j * found))
        """),
        "returns_the_phases": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
                return phases
        """),
        "no_imaginary_part": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds):
                    phases = np.angle(to_spectrum(to_sound(magnitudes * np.cos(phases))))
                return to_sound(magnitudes * np.cos(phases))
        """),
        "minus_i": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds):
                    phases = np.angle(to_spectrum(to_sound(magnitudes * np.exp(-1j * phases))))
                return to_sound(magnitudes * np.exp(-1j * phases))
        """),
        "starts_from_zero": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                phases = np.zeros(magnitudes.shape)
                for _ in range(rounds):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
                return to_sound(magnitudes * np.exp(1j * phases))
        """),
        "returns_none": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                for _ in range(rounds):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))
        """),
        "one_frame_alone": Mutant(
            """
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                phases = np.array(phases[:1])
                for _ in range(rounds):
                    sound = to_sound(magnitudes * np.exp(1j * phases))
                    phases = np.angle(to_spectrum(sound))[:1]
                return to_sound(magnitudes * np.exp(1j * phases))
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def find_phases(magnitudes, phases, to_sound, to_spectrum, rounds):
                return plain_sound.find_phases(magnitudes, phases, to_sound, to_spectrum, rounds)
        """),
    },
)

READ_PLACES = Bank(
    alternatives={
        "loop": """
            def read_places(num_held, num_frames, key_up, attack):
                places = []
                for j in range(num_held):
                    if j < attack or num_held <= key_up:
                        places.append(j)
                    else:
                        share = (j - attack) / (num_held - attack)
                        places.append(attack + share * (key_up - attack))
                return places + list(range(key_up, num_frames))
        """,
        "linspace": """
            def read_places(num_held, num_frames, key_up, attack):
                end = list(range(key_up, num_frames))
                if num_held <= key_up:
                    return list(range(num_held)) + end
                middle = np.linspace(attack, key_up, num_held - attack, endpoint=False)
                return list(range(attack)) + middle.tolist() + end
        """,
        "interp": """
            def read_places(num_held, num_frames, key_up, attack):
                new = np.arange(num_held)
                if num_held > key_up:
                    new = np.interp(new, [0, attack, num_held], [0, attack, key_up])
                return np.append(new, np.arange(key_up, num_frames))
        """,
    },
    mutants={
        "all_of_it_stretched": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held) * min(1, key_up / num_held)
                return np.concatenate([held, np.arange(key_up, num_frames)])
        """),
        "short_notes_played_faster": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held, dtype=float)
                slower = (key_up - attack) / max(1, num_held - attack)
                held = np.where(held < attack, held, attack + (held - attack) * slower)
                return np.concatenate([held, np.arange(key_up, num_frames)])
        """),
        "last_point_included": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                end = np.arange(key_up, num_frames)
                if num_held <= key_up:
                    return np.concatenate([np.arange(num_held), end])
                middle = np.linspace(attack, key_up, num_held - attack)
                return np.concatenate([np.arange(attack), middle, end])
        """),
        "up_to_the_last_held_frame": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                end = np.arange(key_up, num_frames)
                if num_held <= key_up:
                    return np.concatenate([np.arange(num_held), end])
                middle = np.linspace(attack, key_up - 1, num_held - attack)
                return np.concatenate([np.arange(attack), middle, end])
        """),
        "no_end": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held, dtype=float)
                if num_held > key_up:
                    slower = (key_up - attack) / (num_held - attack)
                    held = np.where(held < attack, held, attack + (held - attack) * slower)
                return held
        """),
        "end_begins_where_it_is": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held, dtype=float)
                if num_held > key_up:
                    slower = (key_up - attack) / (num_held - attack)
                    held = np.where(held < attack, held, attack + (held - attack) * slower)
                first = min(num_held, key_up)
                return np.concatenate([held, first + np.arange(num_frames - key_up)])
        """),
        "whole_frames": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held, dtype=float)
                if num_held > key_up:
                    slower = (key_up - attack) / (num_held - attack)
                    held = np.where(held < attack, held, attack + (held - attack) * slower)
                return np.concatenate([held, np.arange(key_up, num_frames)]).astype(int)
        """),
        "last_frame_stays": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.minimum(np.arange(num_held), key_up - 1)
                return np.concatenate([held, np.arange(key_up, num_frames)])
        """),
        "returns_none": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                held = np.arange(num_held, dtype=float)
        """),
        "attack_of_two": Mutant(
            """
            def read_places(num_held, num_frames, key_up, attack):
                attack = max(1, min(attack, 2))
                held = np.arange(num_held, dtype=float)
                if num_held > key_up:
                    slower = (key_up - attack) / (num_held - attack)
                    held = np.where(held < attack, held, attack + (held - attack) * slower)
                return np.concatenate([held, np.arange(key_up, num_frames)])
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                return note_shapes.read_places(num_held, num_frames, key_up, attack)
        """),
        "package_twin": Mutant("""
            def read_places(num_held, num_frames, key_up, attack):
                return plain_sound.read_places(num_held, num_frames, key_up, attack)
        """),
    },
)

EXERCISES = {
    "decibels": DECIBELS,
    "true_frequencies": TRUE_FREQUENCIES,
    "sing": SING,
    "find_phases": FIND_PHASES,
    "read_places": READ_PLACES,
}
