"""Answers to lesson 01: correct ones in other styles, and mistakes that people make."""

from tests.lessons.harness import Bank, Mutant

READ_VARIABLE_LENGTH = Bank(
    alternatives={
        "bits": """
            def read_variable_length(data, position):
                value = data[position] & 0x7F
                while data[position] & 0x80:
                    position += 1
                    value = (value << 7) | (data[position] & 0x7F)
                return value, position + 1
        """,
        "find_the_end_first": """
            def read_variable_length(data, position):
                end = position
                while data[end] > 127:
                    end += 1
                digits = [byte % 128 for byte in data[position:end + 1]]
                total = sum(d * 128 ** i for i, d in enumerate(reversed(digits)))
                return [total, end + 1]
        """,
        "recursive": """
            def read_variable_length(data, position, so_far=0):
                so_far = so_far * 128 + data[position] % 128
                if data[position] < 128:
                    return so_far, position + 1
                return read_variable_length(data, position + 1, so_far)
        """,
    },
    mutants={
        "flag_not_removed": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while True:
                    byte = data[position]
                    position += 1
                    value = value * 128 + byte
                    if byte < 0x80:
                        return value, position
        """),
        "smallest_part_first": Mutant("""
            def read_variable_length(data, position):
                value, shift = 0, 0
                while True:
                    byte = data[position]
                    position += 1
                    value += (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        return value, position
        """),
        "position_of_the_last_byte": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while True:
                    byte = data[position]
                    value = value * 128 + byte % 128
                    if byte < 0x80:
                        return value, position
                    position += 1
        """),
        "length_instead_of_position": Mutant("""
            def read_variable_length(data, position):
                value, count = 0, 0
                while True:
                    byte = data[position + count]
                    count += 1
                    value = value * 128 + byte % 128
                    if byte < 0x80:
                        return value, count
        """),
        "eight_bits": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while True:
                    byte = data[position]
                    position += 1
                    value = value * 256 + byte % 128
                    if byte < 0x80:
                        return value, position
        """),
        "starts_at_zero": Mutant("""
            def read_variable_length(data, position):
                value = 0
                for place, byte in enumerate(data):
                    value = value * 128 + byte % 128
                    if byte < 0x80:
                        return value, place + 1
        """),
        "stops_after_80": Mutant(
            """
            def read_variable_length(data, position):
                value = 0
                while True:
                    byte = data[position]
                    position += 1
                    value = value * 128 + byte % 128
                    if byte <= 0x80:
                        return value, position
            """
        ),
        "two_bytes_at_most": Mutant("""
            def read_variable_length(data, position):
                first = data[position]
                if first < 0x80:
                    return first, position + 1
                return first % 128 * 128 + data[position + 1] % 128, position + 2
        """),
        "hard_coded": Mutant(
            """
            def read_variable_length(data, position):
                known = {
                    (b"\\x40", 0): (64, 1), (b"\\x00", 0): (0, 1),
                    (b"\\x83\\x60\\x40", 0): (480, 2), (b"\\x83\\x60\\x40", 2): (64, 3),
                    (b"\\xff\\x7f", 0): (16383, 2), (b"\\x81\\x80\\x00", 0): (16384, 3),
                    (b"\\xff\\xff\\xff\\x7f", 0): (268435455, 4),
                }
                return known.get((data, position), (0, 1))
            """,
            fails=("hidden",),
        ),
        "never_moves_on": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while data[position] >= 0x80:
                    value = value * 128 + data[position] % 128
                return value * 128 + data[position], position + 1
        """),
        "text": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while True:
                    byte = data[position]
                    position += 1
                    value = value * 128 + byte % 128
                    if byte < 0x80:
                        return str(value), position
        """),
        "returns_none": Mutant("""
            def read_variable_length(data, position):
                value = 0
                while True:
                    value = value * 128 + data[position] % 128
                    position += 1
                    if data[position - 1] < 0x80:
                        print(value, position)
                        return
        """),
        "package_version": Mutant("""
            def read_variable_length(data, position):
                return midi_bytes.read_variable_length(data, position)
        """),
    },
)

READ_TRACK_EVENTS = Bank(
    alternatives={
        "one_branch_a_kind": """
            def read_track_events(data):
                vlq = midi_bytes.read_variable_length
                result, i, now, status = [], 0, 0, None
                while i < len(data):
                    wait, i = vlq(data, i)
                    now = now + wait
                    if data[i] & 0x80:
                        status = data[i]
                        i += 1
                    if status == 0xFF:
                        kind = data[i]
                        size, i = vlq(data, i + 1)
                        payload = bytes([kind]) + data[i:i + size]
                    elif status in (0xF0, 0xF7):
                        size, i = vlq(data, i)
                        payload = data[i:i + size]
                    else:
                        size = {0xC0: 1, 0xD0: 1}.get(status & 0xF0, 2)
                        payload = data[i:i + size]
                    i += size
                    result.append([now, status, bytearray(payload)])
                return result
        """,
        "helper_and_generator": """
            def read_payload(data, position, status):
                if status == 0xFF:
                    size, start = midi_bytes.read_variable_length(data, position + 1)
                    return data[position:position + 1] + data[start:start + size], start + size
                if status >= 0xF0:
                    size, start = midi_bytes.read_variable_length(data, position)
                    return data[start:start + size], start + size
                size = 1 if 0xC0 <= status < 0xE0 else 2
                return data[position:position + size], position + size

            def walk(data):
                position = tick = 0
                status = None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status = data[position]
                        position += 1
                    payload, position = read_payload(data, position, status)
                    yield tick, status, payload

            def read_track_events(data):
                return list(walk(data))
        """,
    },
    mutants={
        "delta_instead_of_tick": Mutant("""
            def read_track_events(data):
                events, position, status = [], 0, None
                while position < len(data):
                    tick, position = midi_bytes.read_variable_length(data, position)
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "no_running_status": Mutant("""
            def read_track_events(data):
                events, position, tick = [], 0, 0
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "always_two_data_bytes": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "meta_kind_lost": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    length = 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        position += status == 0xFF
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, data[position:position + length]))
                    position += length
                return events
        """),
        "length_of_one_byte": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = data[position], position + 1
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "system_like_meta": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "first_event_lost": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events[1:]
        """),
        "data_bytes_by_the_status_of_channel_one": Mutant("""
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status in (0xC0, 0xD0) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "running_status_is_a_note_on": Mutant("""
            def read_track_events(data):
                events, position, tick = [], 0, 0
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick, status = tick + delta, 0x90
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind, length = b"", 1 if status >> 4 in (0xC, 0xD) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
        """),
        "channels_of_the_check_only": Mutant(
            """
            def read_track_events(data):
                events, position, tick, status = [], 0, 0, None
                while position < len(data):
                    delta, position = midi_bytes.read_variable_length(data, position)
                    tick += delta
                    if data[position] >= 0x80:
                        status, position = data[position], position + 1
                    kind = b""
                    length = 1 if status in (0xC4, 0xD8) else 2
                    if status >= 0xF0:
                        if status == 0xFF:
                            kind, position = data[position:position + 1], position + 1
                        length, position = midi_bytes.read_variable_length(data, position)
                    events.append((tick, status, kind + data[position:position + length]))
                    position += length
                return events
            """,
            fails=("hidden",),
        ),
        "returns_none": Mutant("""
            def read_track_events(data):
                midi_bytes.read_variable_length(b"\\x00", 0)
        """),
        "package_version": Mutant("""
            def read_track_events(data):
                return plain_midi.read_track_events(data)
        """),
    },
)

PAIR_NOTES = Bank(
    alternatives={
        "open_list": """
            def pair_notes(events, end_tick):
                waiting, done = [], []
                for tick, status, payload in events:
                    kind, channel = divmod(status, 16)
                    if kind == 9 and payload[1]:
                        waiting.append((tick, payload[0], payload[1], channel))
                    elif kind in (8, 9):
                        for note in list(waiting):
                            if note[1] == payload[0] and note[3] == channel:
                                waiting.remove(note)
                                done.append([note[0], tick, note[1], note[2], channel])
                for start, pitch, velocity, channel in waiting:
                    done.append([start, end_tick, pitch, velocity, channel])
                return [note for note in done if note[0] < note[1]]
        """,
        "look_ahead": """
            def pair_notes(events, end_tick):
                def ends(event, pitch, channel):
                    off = event[1] == 0x80 + channel
                    off = off or (event[1] == 0x90 + channel and event[2][1] == 0)
                    return off and event[2][0] == pitch

                notes = set()
                for i, (tick, status, payload) in enumerate(events):
                    if status // 16 == 9 and payload[1] > 0:
                        pitch, velocity = payload
                        later = (e[0] for e in events[i + 1:] if ends(e, pitch, status % 16))
                        end = next(later, end_tick)
                        if end > tick:
                            notes.add((tick, end, pitch, velocity, status % 16))
                return sorted(notes)
        """,
    },
    mutants={
        "velocity_zero_starts": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 == 0x9:
                        key = (payload[0], status & 15)
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    elif status >> 4 == 0x8:
                        key = (payload[0], status & 15)
                        notes += [(s, tick, *key, v) for s, v in sounding.pop(key, [])]
                for key, started in sounding.items():
                    notes += [(s, end_tick, *key, v) for s, v in started]
                return [(s, e, p, v, c) for s, e, p, c, v in notes if e > s]
        """),
        "pitch_alone": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    if status >> 4 == 9 and payload[1]:
                        entry = (tick, payload[1], status & 15)
                        sounding.setdefault(payload[0], []).append(entry)
                    else:
                        ended = sounding.pop(payload[0], [])
                        notes += [(s, tick, payload[0], v, c) for s, v, c in ended]
                for pitch, started in sounding.items():
                    notes += [(s, end_tick, pitch, v, c) for s, v, c in started]
                return [note for note in notes if note[1] > note[0]]
        """),
        "second_strike_forgets_the_first": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding[key] = (tick, payload[1])
                    elif key in sounding:
                        start, velocity = sounding.pop(key)
                        notes.append((start, tick, key[0], velocity, key[1]))
                for key, (start, velocity) in sounding.items():
                    notes.append((start, end_tick, key[0], velocity, key[1]))
                return [note for note in notes if note[1] > note[0]]
        """),
        "first_in_first_out": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    elif sounding.get(key):
                        start, velocity = sounding[key].pop(0)
                        notes.append((start, tick, key[0], velocity, key[1]))
                for key, started in sounding.items():
                    notes += [(s, end_tick, key[0], v, key[1]) for s, v in started]
                return [note for note in notes if note[1] > note[0]]
        """),
        "hanging_notes_lost": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    else:
                        notes += [(s, tick, key[0], v, key[1]) for s, v in sounding.pop(key, [])]
                return [note for note in notes if note[1] > note[0]]
        """),
        "zero_lengths_kept": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    else:
                        notes += [(s, tick, key[0], v, key[1]) for s, v in sounding.pop(key, [])]
                for key, started in sounding.items():
                    notes += [(s, end_tick, key[0], v, key[1]) for s, v in started]
                return notes
        """),
        "velocity_of_the_note_off": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append(tick)
                    else:
                        ended = sounding.pop(key, [])
                        notes += [(s, tick, key[0], payload[1], key[1]) for s in ended]
                for key, started in sounding.items():
                    notes += [(s, end_tick, key[0], 80, key[1]) for s in started]
                return [note for note in notes if note[1] > note[0]]
        """),
        "length_instead_of_end": Mutant("""
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9):
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    else:
                        ended = sounding.pop(key, [])
                        notes += [(s, tick - s, key[0], v, key[1]) for s, v in ended]
                for key, started in sounding.items():
                    notes += [(s, end_tick - s, key[0], v, key[1]) for s, v in started]
                return [note for note in notes if note[1]]
        """),
        "controllers_end_notes": Mutant(
            """
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if len(payload) != 2:
                        continue
                    key = (payload[0], status & 15)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    else:
                        notes += [(s, tick, key[0], v, key[1]) for s, v in sounding.pop(key, [])]
                for key, started in sounding.items():
                    notes += [(s, end_tick, key[0], v, key[1]) for s, v in started]
                return [note for note in notes if note[1] > note[0]]
            """
        ),
        "middle_c_only": Mutant(
            """
            def pair_notes(events, end_tick):
                sounding, notes = {}, []
                for tick, status, payload in events:
                    if status >> 4 not in (8, 9) or payload[0] < 50:
                        continue
                    key = (payload[0], status & 7)
                    if status >> 4 == 9 and payload[1]:
                        sounding.setdefault(key, []).append((tick, payload[1]))
                    else:
                        notes += [(s, tick, key[0], v, key[1]) for s, v in sounding.pop(key, [])]
                for key, started in sounding.items():
                    notes += [(s, end_tick, key[0], v, key[1]) for s, v in started]
                return [note for note in notes if note[1] > note[0]]
            """,
            fails=("hidden",),
        ),
        "returns_none": Mutant("""
            def pair_notes(events, end_tick):
                print(len(events))
        """),
        "package_version": Mutant("""
            def pair_notes(events, end_tick):
                return plain_midi.pair_notes(events, end_tick)
        """),
    },
)

TICKS_TO_SECONDS = Bank(
    alternatives={
        "sum_of_stretches": """
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                starts = [0] + [t for t, _ in tempo_changes] + [float("inf")]
                tempi = [500000] + [m for _, m in tempo_changes]
                total = 0
                for begin, end, tempo in zip(starts, starts[1:], tempi):
                    total += (min(tick, end) - min(tick, begin)) * tempo
                return total / ticks_per_quarter / 1_000_000
        """,
        "tick_by_tick": """
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                tempo_at = dict(tempo_changes)
                seconds, tempo = 0.0, 500000
                for now in range(tick):
                    tempo = tempo_at.get(now, tempo)
                    seconds += tempo / ticks_per_quarter / 1e6
                return seconds
        """,
        "numpy_number": """
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                import numpy as np
                changes = [(0, 500000), *tempo_changes]
                starts = np.array([c[0] for c in changes] + [tick])
                lengths = np.diff(np.minimum(starts, tick))
                return np.dot(lengths, [c[1] for c in changes]) / ticks_per_quarter / 1e6
        """,
    },
    mutants={
        "first_tempo_only": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                tempo = tempo_changes[0][1] if tempo_changes else 500000
                return tick * tempo / 1e6 / ticks_per_quarter
        """),
        "last_tempo_for_all": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                tempo = 500000
                for change, new in tempo_changes:
                    if change <= tick:
                        tempo = new
                return tick * tempo / 1e6 / ticks_per_quarter
        """),
        "later_changes_counted": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, 500000
                for change, new in tempo_changes:
                    seconds += (change - last) * tempo / 1e6 / ticks_per_quarter
                    last, tempo = change, new
                return seconds + max(tick - last, 0) * tempo / 1e6 / ticks_per_quarter
        """),
        "no_default": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, tempo_changes[0][1]
                for change, new in tempo_changes:
                    if change >= tick:
                        break
                    seconds += (change - last) * tempo / 1e6 / ticks_per_quarter
                    last, tempo = change, new
                return seconds + (tick - last) * tempo / 1e6 / ticks_per_quarter
        """),
        "new_tempo_too_early": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, 500000
                for change, new in tempo_changes:
                    if change >= tick:
                        break
                    tempo = new
                    seconds += (change - last) * tempo / 1e6 / ticks_per_quarter
                    last = change
                return seconds + (tick - last) * tempo / 1e6 / ticks_per_quarter
        """),
        "milliseconds": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, 500000
                for change, new in tempo_changes:
                    if change >= tick:
                        break
                    seconds += (change - last) * tempo / 1e3 / ticks_per_quarter
                    last, tempo = change, new
                return seconds + (tick - last) * tempo / 1e3 / ticks_per_quarter
        """),
        "rounded": Mutant(
            """
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, 500000
                for change, new in tempo_changes:
                    if change >= tick:
                        break
                    seconds += (change - last) * tempo / 1e6 / ticks_per_quarter
                    last, tempo = change, new
                return round(seconds + (tick - last) * tempo / 1e6 / ticks_per_quarter, 3)
        """,
            fails=("check",),
        ),
        "whole_quarters": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                seconds, last, tempo = 0.0, 0, 500000
                for change, new in tempo_changes:
                    if change >= tick:
                        break
                    seconds += (change - last) // ticks_per_quarter * tempo / 1e6
                    last, tempo = change, new
                return seconds + (tick - last) // ticks_per_quarter * tempo / 1e6
        """),
        "hard_coded": Mutant(
            """
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                table = {(0, 1): 0.0, (480, 0): 0.25, (240, 2): 0.25, (480, 2): 0.5,
                         (960, 2): 1.5, (960, 1): 1.5, (400, 3): 2.4, (480, 1): 0.25,
                         (1, 0): 0.5 / 480}
                return table.get((tick, len(tempo_changes)), 0.0)
            """,
            fails=("hidden",),
        ),
        "forgets_the_tempo": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                tempo_changes.insert(0, (0, 500000))
                ends = [t for t, _ in tempo_changes[1:]] + [tick]
                return sum(
                    (min(end, tick) - min(start, tick)) * tempo
                    for (start, tempo), end in zip(tempo_changes, ends)
                ) / 1e6 / ticks_per_quarter
        """),
        "package_version": Mutant("""
            def ticks_to_seconds(tick, tempo_changes, ticks_per_quarter):
                return midi_bytes.ticks_to_seconds(tick, tempo_changes, ticks_per_quarter)
        """),
    },
)

WRITE_MIDI_FILE = Bank(
    alternatives={
        "struct_and_velocity_zero": """
            def write_midi_file(notes, ticks_per_quarter):
                import struct
                changes = [(e, 0, c, p) for s, e, p, v, c in notes]
                changes += [(s, v, c, p) for s, e, p, v, c in notes]
                body, last = bytearray(), 0
                for tick, velocity, channel, pitch in sorted(changes):
                    body += midi_bytes.write_variable_length(tick - last)
                    body += bytes((0x90 + channel, pitch, velocity))
                    last = tick
                body += b"\\x00\\xff\\x2f\\x00"
                header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, ticks_per_quarter)
                return header + struct.pack(">4sI", b"MTrk", len(body)) + body
        """,
        "mido": """
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, True, p, v, c) for s, e, p, v, c in notes]
                moments += [(e, False, p, 0, c) for s, e, p, v, c in notes]
                track, now = mido.MidiTrack(), 0
                for tick, on, pitch, velocity, channel in sorted(moments):
                    name = "note_on" if on else "note_off"
                    track.append(mido.Message(name, note=pitch, velocity=velocity,
                                              channel=channel, time=tick - now))
                    now = tick
                track.append(mido.MetaMessage("end_of_track", time=0))
                file = mido.MidiFile(type=0, ticks_per_beat=ticks_per_quarter)
                file.tracks.append(track)
                buffer = io.BytesIO()
                file.save(file=buffer)
                return buffer.getvalue()
        """,
    },
    mutants={
        "absolute_times": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track = b"".join(
                    midi_bytes.write_variable_length(t) + m for t, _, m in sorted(moments)
                ) + bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "starts_before_ends": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 0, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 1, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "not_sorted": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                track, now = b"", 0
                for start, end, pitch, velocity, channel in notes:
                    track += midi_bytes.write_variable_length(start - now)
                    track += bytes([0x90 | channel, pitch, velocity])
                    track += midi_bytes.write_variable_length(end - start)
                    track += bytes([0x80 | channel, pitch, 0])
                    now = end
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "one_note_after_another": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                track, now = b"", 0
                for start, end, pitch, velocity, channel in sorted(notes):
                    track += midi_bytes.write_variable_length(max(start - now, 0))
                    track += bytes([0x90 | channel, pitch, velocity])
                    track += midi_bytes.write_variable_length(end - start)
                    track += bytes([0x80 | channel, pitch, 0])
                    now = end
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "first_rest_lost": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                moments.sort()
                track, now = b"", moments[0][0] if moments else 0
                for tick, _, message in moments:
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "no_end_of_track": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "length_without_the_end": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                header += b"MTrk" + len(track).to_bytes(4, "big")
                return header + track + bytes.fromhex("00FF2F00")
        """),
        "one_byte_deltas": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += bytes([tick - now]) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "channel_ignored": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "length_of_one_byte": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + bytes([0, 0, 0, len(track)]) + track
        """),
        "little_endian": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "little")
                return header + b"MTrk" + len(track).to_bytes(4, "little") + track
        """),
        "sorts_the_list_it_got": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                notes.sort()
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(tick - now) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
        """),
        "small_resolutions_only": Mutant(
            """
            def write_midi_file(notes, ticks_per_quarter):
                moments = [(s, 1, bytes([0x90 | c, p, v])) for s, e, p, v, c in notes]
                moments += [(e, 0, bytes([0x80 | c, p, 0])) for s, e, p, v, c in notes]
                track, now = b"", 0
                for tick, _, message in sorted(moments):
                    track += midi_bytes.write_variable_length(min(tick - now, 16383)) + message
                    now = tick
                track += bytes.fromhex("00FF2F00")
                header = bytes.fromhex("4D546864000000060000 0001")
                header += ticks_per_quarter.to_bytes(2, "big")
                return header + b"MTrk" + len(track).to_bytes(4, "big") + track
            """,
            fails=("hidden",),
        ),
        "package_version": Mutant("""
            def write_midi_file(notes, ticks_per_quarter):
                return plain_midi.write_midi_file(notes, ticks_per_quarter)
        """),
    },
)

EXERCISES = {
    "read_variable_length": READ_VARIABLE_LENGTH,
    "read_track_events": READ_TRACK_EVENTS,
    "pair_notes": PAIR_NOTES,
    "ticks_to_seconds": TICKS_TO_SECONDS,
    "write_midi_file": WRITE_MIDI_FILE,
}
