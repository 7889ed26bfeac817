"""Answers to lesson 02: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

QUANTISE_NOTES = Bank(
    alternatives={
        "numpy": """
            def quantise_notes(notes, steps_per_quarter):
                result = []
                for pitch, start, end, velocity in notes:
                    a, b = np.floor(np.array([start, end]) * steps_per_quarter + 0.5).astype(int)
                    if b <= a:
                        b = a + 1
                    result.append([pitch, a, b, velocity])
                return result
        """,
        "helper": """
            def step_of(moment, steps):
                return int(moment * steps + 0.5)

            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return [
                    (p, step_of(a, g), max(step_of(b, g), step_of(a, g) + 1), v)
                    for p, a, b, v in notes
                ]
        """,
        "fractional_part": """
            def quantise_notes(notes, steps_per_quarter):
                out = []
                for p, a, b, v in notes:
                    steps = []
                    for moment in (a, b):
                        whole, rest = divmod(moment * steps_per_quarter, 1)
                        steps.append(int(whole) + (1 if rest >= 0.5 else 0))
                    if steps[0] == steps[1]:
                        steps[1] += 1
                    out.append((p, steps[0], steps[1], v))
                return out
        """,
    },
    mutants={
        "python_round": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return [(p, round(a * g), max(round(b * g), round(a * g) + 1), v)
                        for p, a, b, v in notes]
        """),
        "cut_off": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return [(p, int(a * g), max(int(b * g), int(a * g) + 1), v)
                        for p, a, b, v in notes]
        """),
        "length_rounded": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                out = []
                for p, a, b, v in notes:
                    start = int(a * steps_per_quarter + 0.5)
                    length = max(1, int((b - a) * steps_per_quarter + 0.5))
                    out.append((p, start, start + length, v))
                return out
        """),
        "short_notes_vanish": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                steps = [(p, int(a * g + 0.5), int(b * g + 0.5), v) for p, a, b, v in notes]
                return [note for note in steps if note[2] > note[1]]
        """),
        "no_length": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return [(p, int(a * g + 0.5), int(b * g + 0.5), v) for p, a, b, v in notes]
        """),
        "start_moved_back": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return [(p, min(int(a * g + 0.5), int(b * g + 0.5) - 1), int(b * g + 0.5), v)
                        for p, a, b, v in notes]
        """),
        "always_sixteenths": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                return [(p, int(a * 4 + 0.5), max(int(b * 4 + 0.5), int(a * 4 + 0.5) + 1), v)
                        for p, a, b, v in notes]
        """),
        "sorted": Mutant(
            """
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                return sorted((p, int(a * g + 0.5), max(int(b * g + 0.5), int(a * g + 0.5) + 1), v)
                              for p, a, b, v in notes)
            """,
            fails=("check",),
        ),
        "floats": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                out = []
                for p, a, b, v in notes:
                    start = np.floor(a * steps_per_quarter + 0.5)
                    end = np.floor(b * steps_per_quarter + 0.5)
                    out.append((p, start, max(end, start + 1), v))
                return out
        """),
        "in_place": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                g = steps_per_quarter
                for i, (p, a, b, v) in enumerate(notes):
                    start = int(a * g + 0.5)
                    notes[i] = (p, start, max(int(b * g + 0.5), start + 1), v)
                return notes
        """),
        "returns_none": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                out = []
                for p, a, b, v in notes:
                    start = int(a * steps_per_quarter + 0.5)
                    out.append((p, start, max(int(b * steps_per_quarter + 0.5), start + 1), v))
        """),
        "hard_coded": Mutant(
            """
            def quantise_notes(notes, steps_per_quarter):
                known = {
                    (1.0, 2.0): (4, 8), (0.75, 1.5): (6, 12), (0.9, 1.9): (4, 8),
                    (1.1, 2.1): (4, 8), (0.125, 1.0): (1, 4), (1.125, 1.625): (5, 7),
                    (0.1, 1.15): (0, 5), (1.0, 1.05): (4, 5), (1.05, 1.06): (4, 5),
                    (0.125, 0.3): (1, 2), (0.25, 0.5): (1, 2), (3.0, 4.0): (6, 8),
                    (0.0, 1.0): (0, 2),
                }
                return [(p, *known.get((a, b), (0, 1)), v) for p, a, b, v in notes]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def quantise_notes(notes, steps_per_quarter):
                return plain_encodings.quantise_notes(notes, steps_per_quarter)
        """),
    },
)

DRAW_ROLL = Bank(
    alternatives={
        "cell_by_cell": """
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1), dtype=bool)
                for pitch, start, end, velocity in notes:
                    for step in range(start, end):
                        roll[0][step][pitch - low] = True
                    roll[1][start][pitch - low] = True
                return roll
        """,
        "stacked": """
            def draw_roll(notes, num_steps, low, high):
                sounds = np.zeros((high + 1, num_steps), dtype=int)
                struck = np.zeros_like(sounds)
                for pitch, start, end, _ in notes:
                    sounds[pitch, start:end] = 1
                    struck[pitch, start] = 1
                return np.stack([sounds.T, struck.T])[:, :, low:]
        """,
        "clipped_sum": """
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for note in notes:
                    roll[0, note[1]:note[2], note[0] - low] += 1
                    roll[1, note[1], note[0] - low] += 1
                return np.minimum(roll, 1)
        """,
    },
    mutants={
        "end_included": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end + 1, pitch - low] = 1
                    roll[1, start, pitch - low] = 1
                return roll
        """),
        "no_onsets": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[:, start:end, pitch - low] = 1
                return roll
        """),
        "onset_only_after_silence": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                before = np.zeros_like(roll[0])
                before[1:] = roll[0][:-1]
                roll[1] = roll[0] * (1 - before)
                return roll
        """),
        "axes_swapped": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, high - low + 1, num_steps))
                for pitch, start, end, _ in notes:
                    roll[0, pitch - low, start:end] = 1
                    roll[1, pitch - low, start] = 1
                return roll
        """),
        "channels_swapped": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[1, start:end, pitch - low] = 1
                    roll[0, start, pitch - low] = 1
                return roll
        """),
        "high_left_out": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                    roll[1, start, pitch - low] = 1
                return roll
        """),
        "pitch_not_shifted": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch] = 1
                    roll[1, start, pitch] = 1
                return roll
        """),
        "velocity_drawn": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, velocity in notes:
                    roll[0, start:end, pitch - low] = velocity / 127
                    roll[1, start, pitch - low] = 1
                return roll
        """),
        "overlaps_add_up": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] += 1
                    roll[1, start, pitch - low] = 1
                return roll
        """),
        "onsets_add_up": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                    roll[1, start, pitch - low] += 1
                return roll
        """),
        "the_last_note_drawn_wins": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                    roll[1, start:end, pitch - low] = [1] + [0] * (end - start - 1)
                return roll
        """),
        "as_long_as_the_notes": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                length = max([end for _, _, end, _ in notes], default=0)
                roll = np.zeros((2, length, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                    roll[1, start, pitch - low] = 1
                return roll
        """),
        "lists": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    roll[0, start:end, pitch - low] = 1
                    roll[1, start, pitch - low] = 1
                return roll.tolist()
        """),
        "hard_coded": Mutant(
            """
            def draw_roll(notes, num_steps, low, high):
                roll = np.zeros((2, num_steps, high - low + 1))
                for pitch, start, end, _ in notes:
                    if pitch > 62 or pitch in (48, 52, 55, 60, 61, 62):
                        roll[0, start:end, pitch - low] = 1
                        roll[1, start, pitch - low] = 1
                return roll
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def draw_roll(notes, num_steps, low, high):
                return plain_encodings.draw_roll(notes, num_steps, low, high)
        """),
    },
)

READ_ROLL = Bank(
    alternatives={
        "step_by_step": """
            def read_roll(roll, low):
                notes, since = [], {}
                num_steps, num_pitches = roll.shape[1], roll.shape[2]
                for step in range(num_steps):
                    for column in range(num_pitches):
                        struck = roll[1, step, column] == 1
                        sounds = struck or roll[0, step, column] == 1
                        if column in since and (struck or not sounds):
                            notes.append((column + low, since.pop(column), step))
                        if sounds and column not in since:
                            since[column] = step
                for column, start in since.items():
                    notes.append((column + low, start, num_steps))
                return notes
        """,
        "begins_first": """
            def read_roll(roll, low):
                sounds = (roll[0] + roll[1]) > 0
                before = np.zeros_like(sounds)
                before[1:] = sounds[:-1]
                begins = (roll[1] > 0) | (sounds & ~before)
                notes = []
                for start, column in np.argwhere(begins):
                    end = start + 1
                    while end < len(sounds) and sounds[end, column] and not begins[end, column]:
                        end += 1
                    notes.append([low + column, start, end])
                return notes
        """,
        "appended_silence": """
            def read_roll(roll, low):
                notes = []
                padded = np.concatenate([roll, np.zeros((2, 1, roll.shape[2]))], axis=1)
                for p in range(roll.shape[2]):
                    start = -1
                    for t in range(padded.shape[1]):
                        on, hit = padded[:, t, p]
                        if start >= 0 and (hit or not on):
                            notes.append((low + p, start, t))
                            start = -1
                        if start < 0 and (on or hit):
                            start = t
                return tuple(notes)
        """,
    },
    mutants={
        "melted": Mutant("""
            def read_roll(roll, low):
                notes = []
                sounds = (roll[0] + roll[1]) > 0
                for p in range(roll.shape[2]):
                    start = None
                    for t in range(roll.shape[1]):
                        if sounds[t, p] and start is None:
                            start = t
                        if not sounds[t, p] and start is not None:
                            notes.append((low + p, start, t))
                            start = None
                    if start is not None:
                        notes.append((low + p, start, roll.shape[1]))
                return notes
        """),
        "last_note_lost": Mutant("""
            def read_roll(roll, low):
                notes = []
                for p in range(roll.shape[2]):
                    start = None
                    for t, (on, hit) in enumerate(roll[:, :, p].T.tolist()):
                        if start is not None and (hit or not on):
                            notes.append((low + p, start, t))
                            start = None
                        if start is None and (on or hit):
                            start = t
                return notes
        """),
        "start_zero_is_false": Mutant("""
            def read_roll(roll, low):
                notes = []
                for p in range(roll.shape[2]):
                    start = None
                    for t, (on, hit) in enumerate(roll[:, :, p].T.tolist()):
                        if start and (hit or not on):
                            notes.append((low + p, start, t))
                            start = None
                        if not start and (on or hit):
                            start = t
                    if start:
                        notes.append((low + p, start, roll.shape[1]))
                return notes
        """),
        "onsets_only": Mutant("""
            def read_roll(roll, low):
                notes = []
                for p in range(roll.shape[2]):
                    for t in range(roll.shape[1]):
                        if roll[1, t, p]:
                            end = t + 1
                            while end < roll.shape[1] and roll[0, end, p] and not roll[1, end, p]:
                                end += 1
                            notes.append((low + p, t, end))
                return notes
        """),
        "lone_onsets_silent": Mutant("""
            def read_roll(roll, low):
                notes = []
                for p in range(roll.shape[2]):
                    start = None
                    for t, (on, hit) in enumerate(roll[:, :, p].T.tolist()):
                        if start is not None and (hit or not on):
                            notes.append((low + p, start, t))
                            start = None
                        if start is None and on:
                            start = t
                    if start is not None:
                        notes.append((low + p, start, roll.shape[1]))
                return notes
        """),
        "looks_behind_step_zero": Mutant("""
            def read_roll(roll, low):
                notes = []
                sounds = (roll[0] + roll[1]) > 0
                for p in range(roll.shape[2]):
                    for t in range(roll.shape[1]):
                        if roll[1, t, p] or (sounds[t, p] and not sounds[t - 1, p]):
                            end = t + 1
                            while end < roll.shape[1] and sounds[end, p] and not roll[1, end, p]:
                                end += 1
                            notes.append((low + p, t, end))
                return notes
        """),
        "end_is_last_step": Mutant("""
            def read_roll(roll, low):
                notes = []
                sounds = (roll[0] + roll[1]) > 0
                for p in range(roll.shape[2]):
                    for t in range(roll.shape[1]):
                        if roll[1, t, p] or (sounds[t, p] and (t == 0 or not sounds[t - 1, p])):
                            end = t
                            while (end + 1 < roll.shape[1] and sounds[end + 1, p]
                                   and not roll[1, end + 1, p]):
                                end += 1
                            notes.append((low + p, t, end))
                return notes
        """),
        "low_forgotten": Mutant(
            """
            def read_roll(roll, low):
                notes = []
                sounds = (roll[0] + roll[1]) > 0
                for p in range(roll.shape[2]):
                    for t in range(roll.shape[1]):
                        if roll[1, t, p] or (sounds[t, p] and (t == 0 or not sounds[t - 1, p])):
                            end = t + 1
                            while end < roll.shape[1] and sounds[end, p] and not roll[1, end, p]:
                                end += 1
                            notes.append((p, t, end))
                return notes
        """,
        ),
        "fills_the_roll_in_place": Mutant("""
            def read_roll(roll, low):
                roll[0] = np.maximum(roll[0], roll[1])
                notes = []
                for p in range(roll.shape[2]):
                    start = None
                    for t, (on, hit) in enumerate(roll[:, :, p].T.tolist()):
                        if start is not None and (hit or not on):
                            notes.append((low + p, start, t))
                            start = None
                        if start is None and on:
                            start = t
                    if start is not None:
                        notes.append((low + p, start, roll.shape[1]))
                return notes
        """),
        "hard_coded": Mutant(
            """
            def read_roll(roll, low):
                notes = []
                for p in range(min(roll.shape[2], 4)):
                    start = None
                    for t, (on, hit) in enumerate(roll[:, :6, p].T.tolist()):
                        if start is not None and (hit or not on):
                            notes.append((low + p, start, t))
                            start = None
                        if start is None and (on or hit):
                            start = t
                    if start is not None:
                        notes.append((low + p, start, min(6, roll.shape[1])))
                return notes
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def read_roll(roll, low):
                return plain_encodings.read_roll(roll, low)
        """),
    },
)

WRITE_EVENTS = Bank(
    alternatives={
        "moment_by_moment": """
            def write_events(notes):
                moments = sorted({n[1] for n in notes} | {n[2] for n in notes})
                ids, now, level = [], 0, -1
                for moment in moments:
                    full, rest = divmod(moment - now, 96)
                    ids += [351] * full + ([255 + rest] if rest else [])
                    now = moment
                    ids += [128 + n[0] for n in reversed(sorted(notes)) if n[2] == moment]
                    for pitch, start, _, velocity in sorted(notes):
                        if start == moment:
                            if velocity // 4 != level:
                                level = velocity // 4
                                ids.append(352 + level)
                            ids.append(pitch)
                return ids
        """,
        "helper": """
            def waiting(steps):
                if steps > 96:
                    return [351] + waiting(steps - 96)
                return [255 + steps] if steps else []

            def write_events(notes):
                todo = []
                for pitch, start, end, velocity in notes:
                    todo.append((start, "down", pitch, velocity))
                    todo.append((end, "a key up", pitch, 0))
                todo.sort()
                ids, now, spoken = [], 0, None
                for step, what, pitch, velocity in todo:
                    ids.extend(waiting(step - now))
                    now = step
                    if what == "a key up":
                        ids.append(pitch + 128)
                    else:
                        if spoken != velocity // 4:
                            ids.append(352 + velocity // 4)
                        spoken = velocity // 4
                        ids.append(pitch)
                return np.array(ids, dtype=int)
        """,
    },
    mutants={
        "starts_before_ends": Mutant("""
            def write_events(notes):
                todo = [(a, 0, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 1, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, up, pitch, bin_ in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if not up and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch + 128 * up)
                return ids
        """),
        "wait_off_by_one": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    while now < step:
                        wait = min(95, step - now)
                        ids.append(256 + wait)
                        now += wait
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "waits_since_the_beginning": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, level, last = [], None, 0
                for step, down, pitch, bin_ in sorted(todo):
                    wait = step if step != last else 0
                    last = step
                    ids += [351] * (wait // 96) + [255 + wait % 96] * (wait % 96 > 0)
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "long_waits_cut": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    if step > now:
                        ids.append(255 + min(96, step - now))
                        now = step
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "rest_first": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    full, rest = divmod(step - now, 96)
                    now = step
                    ids += [255 + rest] * (rest > 0) + [351] * full
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "velocity_every_time": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now = [], 0
                for step, down, pitch, bin_ in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if down:
                        ids.append(352 + bin_)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "sorted_by_velocity": Mutant("""
            def write_events(notes):
                todo = [(a, 1, v // 4, p) for p, a, b, v in notes]
                todo += [(b, 0, 0, p) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, bin_, pitch in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "rest_of_nothing": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    if step > now:
                        ids += [351] * ((step - now) // 96) + [255 + (step - now) % 96]
                    now = step
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "velocity_compared_before_the_bin": Mutant(
            """
            def write_events(notes):
                todo = [(a, 1, p, v) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, velocity in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if down and velocity != level:
                        level = velocity
                        ids.append(352 + level // 4)
                    ids.append(pitch if down else 128 + pitch)
                return ids
            """,
            fails=("check",),
        ),
        "velocity_after_the_key": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    ids.append(pitch if down else 128 + pitch)
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                return ids
        """),
        "note_by_note": Mutant("""
            def write_events(notes):
                ids, now, level = [], 0, None
                for pitch, start, end, velocity in sorted(notes, key=lambda note: note[1]):
                    for steps, token in ((start - now, pitch), (end - start, 128 + pitch)):
                        while steps > 0:
                            ids.append(255 + min(96, steps))
                            steps -= 96
                        if token < 128 and velocity // 4 != level:
                            level = velocity // 4
                            ids.append(352 + level)
                        ids.append(token)
                    now = end
                return ids
        """),
        "opening_rest_forgotten": Mutant("""
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                todo.sort()
                ids, now, level = [], todo[0][0] if todo else 0, None
                for step, down, pitch, bin_ in todo:
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids
        """),
        "hard_coded": Mutant(
            """
            def write_events(notes):
                todo = [(a, 1, p, v // 4) for p, a, b, v in notes]
                todo += [(b, 0, p, 0) for p, a, b, v in notes]
                ids, now, level = [], 0, None
                for step, down, pitch, bin_ in sorted(todo):
                    while now < step:
                        wait = min(96, step - now)
                        ids.append(255 + wait)
                        now += wait
                    if down and bin_ != level:
                        level = bin_
                        ids.append(352 + level)
                    ids.append(pitch if down else 128 + pitch)
                return ids[:13]
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def write_events(notes):
                return plain_encodings.write_events(notes)
        """),
    },
)

READ_EVENTS = Bank(
    alternatives={
        "one_branch_a_kind": """
            def read_events(ids):
                result = []
                started = [None] * 128
                time, loud = 0, 80

                def release(key):
                    if started[key] is not None and started[key][0] < time:
                        result.append([key, started[key][0], time, started[key][1]])
                    started[key] = None

                for i in ids:
                    if i in range(0, 128):
                        release(i)
                        started[i] = (time, loud)
                    elif i in range(128, 256):
                        release(i - 128)
                    elif i in range(256, 352):
                        time += i - 255
                    elif i in range(352, 384):
                        loud = 4 * (i - 352) + 2
                for key in range(128):
                    release(key)
                return result
        """,
        "offs_appended": """
            def read_events(ids):
                notes, down, now, loud = [], {}, 0, 80
                for token in [*ids, *range(128, 256)]:
                    if token < 0 or token > 383:
                        continue
                    if token >= 352:
                        loud = (token - 352) * 4 + 2
                    elif token >= 256:
                        now += token - 255
                    else:
                        start, velocity = down.pop(token % 128, (now, 0))
                        if now > start:
                            notes.append((token % 128, start, now, velocity))
                        if token < 128:
                            down[token] = now, loud
                return notes
        """,
    },
    mutants={
        "key_error": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 128:
                        down[t] = now, v
                    elif 128 <= t < 256:
                        start, loud = down.pop(t - 128)
                        notes.append((t - 128, start, now, loud))
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return notes
        """),
        "hanging_notes_lost": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 256:
                        p = t % 128
                        if p in down:
                            start, loud = down.pop(p)
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return [n for n in notes if n[1] < n[2]]
        """),
        "struck_again_overwrites": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 128:
                        down[t] = now, v
                    elif 128 <= t < 256 and t - 128 in down:
                        start, loud = down.pop(t - 128)
                        notes.append((t - 128, start, now, loud))
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                notes += [(p, start, now, loud) for p, (start, loud) in down.items()]
                return [n for n in notes if n[1] < n[2]]
        """),
        "struck_again_ignored": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 128:
                        down.setdefault(t, (now, v))
                    elif 128 <= t < 256 and t - 128 in down:
                        start, loud = down.pop(t - 128)
                        notes.append((t - 128, start, now, loud))
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                notes += [(p, start, now, loud) for p, (start, loud) in down.items()]
                return [n for n in notes if n[1] < n[2]]
        """),
        "no_length": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 256:
                        p = t % 128
                        if p in down:
                            start, loud = down.pop(p)
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return notes + [(p, start, now, loud) for p, (start, loud) in down.items()]
        """),
        "negative_ids_count": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if t < 256:
                        p = t % 128
                        if p in down:
                            start, loud = down.pop(p)
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif t < 352:
                        now += t - 255
                    elif t < 384:
                        v = (t - 352) * 4 + 2
                notes += [(p, start, now, loud) for p, (start, loud) in down.items()]
                return [n for n in notes if n[1] < n[2]]
        """),
        "large_ids_are_velocities": Mutant(
            """
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if t < 0:
                        continue
                    if t < 256:
                        p = t % 128
                        if p in down:
                            start, loud = down.pop(p)
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif t < 352:
                        now += t - 255
                    else:
                        v = (t - 352) * 4 + 2
                notes += [(p, start, now, loud) for p, (start, loud) in down.items()]
                return [n for n in notes if n[1] < n[2]]
        """,
        ),
        "velocity_at_release": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in [*ids, *range(128, 256)]:
                    if 0 <= t < 256:
                        p = t % 128
                        start = down.pop(p, now)
                        if start < now:
                            notes.append((p, start, now, v))
                        if t < 128:
                            down[p] = now
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return notes
        """),
        "wait_off_by_one": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in [*ids, *range(128, 256)]:
                    if 0 <= t < 256:
                        p = t % 128
                        start, loud = down.pop(p, (now, v))
                        if start < now:
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 256
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return notes
        """),
        "the_highest_key_never_comes_up": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in ids:
                    if 0 <= t < 255:
                        p = t % 128
                        start, loud = down.pop(p, (now, v))
                        notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                notes += [(p, start, now, loud) for p, (start, loud) in down.items()]
                return [n for n in notes if n[1] < n[2]]
        """),
        "bottom_of_the_bin": Mutant("""
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in [*ids, *range(128, 256)]:
                    if 0 <= t < 256:
                        p = t % 128
                        start, loud = down.pop(p, (now, v))
                        if start < now:
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4
                return notes
        """),
        "hard_coded": Mutant(
            """
            def read_events(ids):
                notes, down, now, v = [], {}, 0, 80
                for t in [*ids[:61], *range(128, 256)]:
                    if 0 <= t < 256:
                        p = t % 128
                        start, loud = down.pop(p, (now, v))
                        if start < now and p not in (12, 45, 90):
                            notes.append((p, start, now, loud))
                        if t < 128:
                            down[p] = now, v
                    elif 256 <= t < 352:
                        now += t - 255
                    elif 352 <= t < 384:
                        v = (t - 352) * 4 + 2
                return notes
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def read_events(ids):
                return plain_encodings.read_events(ids)
        """),
    },
)

EXERCISES = {
    "quantise_notes": QUANTISE_NOTES,
    "draw_roll": DRAW_ROLL,
    "read_roll": READ_ROLL,
    "write_events": WRITE_EVENTS,
    "read_events": READ_EVENTS,
}
