"""The visible cases of lesson 02's checks: (arguments, expected, message).

Each message names the mistake that its case is made to find. All expected values were worked out by
hand. Rolls are written as pictures, see `course.checks.representations.picture`.
"""

QUANTISE_CASES = [
    (([], 4), [], "no notes in, no notes out: an empty list"),
    (
        ([(60, 1.0, 2.0, 80)], 4),
        [(60, 4, 8, 80)],
        "a quarter note has steps_per_quarter steps; pitch and velocity stay as they are",
    ),
    (([(60, 0.75, 1.5, 90)], 8), [(60, 6, 12, 90)], "the grid may have another number of steps"),
    (
        ([(62, 0.9, 1.9, 70), (64, 1.1, 2.1, 60)], 4),
        [(62, 4, 8, 70), (64, 4, 8, 60)],
        "a time goes to the nearest step, be it before or after it",
    ),
    (
        ([(60, 0.1, 1.15, 80)], 4),
        [(60, 0, 5, 80)],
        "round the end by itself: start plus a rounded length can miss the next note's start",
    ),
    (
        ([(60, 0.125, 1.0, 80), (60, 1.125, 1.625, 80)], 4),
        [(60, 1, 4, 80), (60, 5, 7, 80)],
        "halfway between two steps the later one counts (Python's round takes the even one)",
    ),
    (
        ([(72, 1.0, 1.05, 80), (74, 1.05, 1.06, 80)], 4),
        [(72, 4, 5, 80), (74, 4, 5, 80)],
        "a very short note has vanished or has no length: it lasts one step, from its own start on",
    ),
    (
        ([(72, 0.125, 0.3, 80), (74, 0.25, 0.5, 80)], 4),
        [(72, 1, 2, 80), (74, 1, 2, 80)],
        "a note of no step is lengthened at its end; its start stays, and so do other notes",
    ),
    (
        ([(67, 3.0, 4.0, 1), (60, 0.0, 1.0, 127)], 2),
        [(67, 6, 8, 1), (60, 0, 2, 127)],
        "the notes keep their order",
    ),
]

DRAW_CASES = [
    (([(61, 1, 4, 80)], 6, 60, 62), ["......", ".x--..", "......"], "one note: see the example"),
    (
        ([(60, 0, 2, 80), (62, 2, 4, 80)], 4, 60, 62),
        ["x-..", "....", "..x-"],
        "the first column is the pitch low, the last one the pitch high; end is not included",
    ),
    (
        ([(60, 0, 2, 80), (60, 2, 4, 80)], 4, 60, 60),
        ["x-x-"],
        "a repeated note melts into one long one: channel 1 marks where each begins",
    ),
    (
        ([(48, 0, 4, 1), (52, 0, 4, 127), (55, 2, 3, 64)], 5, 48, 55),
        ["x---.", ".....", ".....", ".....", "x---.", ".....", ".....", "..x.."],
        "several notes may sound at once; their velocity makes no difference, cells are 0 or 1",
    ),
    (
        ([(60, 2, 3, 80), (60, 2, 6, 80), (60, 0, 4, 80)], 6, 60, 60),
        ["x-x---"],
        "where notes of one pitch overlap, every attack is drawn, and cells stay 1",
    ),
    (([], 3, 60, 61), ["...", "..."], "no notes: a silent roll of num_steps steps"),
    (([], 0, 60, 61), ["", ""], "no steps: an array of the shape (2, 0, P)"),
]

READ_CASES = [
    ((["......", ".x--.."], 60), [(61, 1, 4)], "one note: see the example"),
    ((["x-."], 60), [(60, 0, 2)], "a note may begin at step 0"),
    ((["..x-"], 60), [(60, 2, 4)], "a note that sounds to the end of the roll ends there"),
    ((["x-..x-"], 48), [(48, 0, 2), (48, 4, 6)], "a silence ends a note; another may follow"),
    ((["x-x-"], 60), [(60, 0, 2), (60, 2, 4)], "a repeated note has melted: an onset starts anew"),
    (
        (["--.--"], 60),
        [(60, 0, 2), (60, 3, 5)],
        "sound after silence begins a note, also without an onset, also at step 0",
    ),
    (
        (["x..o.", "..o-."], 60),
        [(60, 0, 1), (60, 3, 4), (61, 2, 4)],
        "a cell that is on in channel 1 alone sounds, too",
    ),
    ((["xxx"], 60), [(60, 0, 1), (60, 1, 2), (60, 2, 3)], "three attacks in a row: three notes"),
    (
        (["x---", "....", "x-x-", "-..."], 60),
        [(60, 0, 4), (62, 0, 2), (62, 2, 4), (63, 0, 1)],
        "every pitch has a row of its own, and notes may sound together",
    ),
    ((["...", "..."], 60), [], "a silent roll has no notes: an empty list"),
    ((["", ""], 60), [], "a roll of no steps has no notes: an empty list"),
]

WRITE_CASES = [
    (([],), [], "no notes, no tokens: an empty list"),
    (
        ([(60, 0, 24, 80)],),
        [372, 60, 279, 188],
        "one note: its loudness, key down, a wait, key up",
    ),
    (
        ([(60, 24, 48, 80)],),
        [279, 372, 60, 279, 188],
        "a piece may begin with a rest; each wait counts from the moment before",
    ),
    (
        ([(60, 0, 24, 80), (62, 36, 48, 83), (64, 54, 60, 84)],),
        [372, 60, 279, 188, 267, 62, 267, 190, 261, 373, 64, 261, 192],
        "a VELOCITY stands where the bin (velocity // 4) changes, and nowhere else",
    ),
    (
        ([(60, 0, 24, 80), (60, 24, 48, 80)],),
        [372, 60, 279, 188, 60, 279, 188],
        "repeated note: its key must come up before it goes down again",
    ),
    (
        ([(60, 0, 96, 80)],),
        [372, 60, 351, 188],
        "a wait of 96 steps is one token, with no rest behind it",
    ),
    (
        ([(60, 0, 250, 80)],),
        [372, 60, 351, 351, 313, 188],
        "a wait of more than 96 steps takes several tokens, full ones first",
    ),
    (
        ([(67, 0, 24, 2), (60, 0, 24, 2), (64, 0, 24, 2)],),
        [352, 60, 64, 67, 279, 188, 192, 195],
        "what happens together is not separated by a wait; keys go down from low to high",
    ),
    (
        ([(60, 0, 24, 100), (64, 0, 24, 80)],),
        [377, 60, 372, 64, 279, 188, 192],
        "keys go down from low to high, whatever their velocity",
    ),
    (
        ([(64, 48, 60, 100), (60, 0, 48, 80), (55, 36, 48, 127)],),
        [372, 60, 291, 383, 55, 267, 183, 188, 377, 64, 267, 192],
        "notes may come in any order; at one moment all keys come up before any goes down",
    ),
    (
        ([(60, 0, 100, 80), (72, 50, 200, 80)],),
        [372, 60, 305, 72, 305, 188, 351, 259, 200],
        "waits count from the event before, whether it was a start or an end",
    ),
]

READ_EVENT_CASES = [
    (([],), [], "no tokens, no notes: an empty list"),
    (([372, 60, 279, 188],), [(60, 0, 24, 82)], "one note: see the example"),
    (([60, 279, 188],), [(60, 0, 24, 80)], "before the first VELOCITY the velocity is 80"),
    (
        ([352, 60, 383, 64, 256, 188, 192],),
        [(60, 0, 1, 2), (64, 0, 1, 126)],
        "VELOCITY n stands for 4 n + 2; each note keeps the velocity that it was struck with",
    ),
    (
        ([351, 60, 351, 351, 188],),
        [(60, 96, 288, 80)],
        "waits add up, and TIME_SHIFT starts at 1: id 256 waits one step, id 351 waits 96",
    ),
    (([188, 279, 60, 279, 188, 188],), [(60, 24, 48, 80)], "a key that is up cannot come up"),
    (
        ([60, 279, 382, 60, 279, 188],),
        [(60, 0, 24, 80), (60, 24, 48, 122)],
        "a key struck again while it is down ends its note and begins another",
    ),
    (
        ([60, 279, 64, 256],),
        [(60, 0, 25, 80), (64, 24, 25, 80)],
        "a key still down at the end is let go there",
    ),
    (
        ([60, 188, 60, 60, 279, 188, 62],),
        [(60, 0, 24, 80)],
        "a note of no length is dropped",
    ),
    (
        ([384, -1, 60, 1000, 279, 10**12, 188, -128, -(10**12)],),
        [(60, 0, 24, 80)],
        "ids outside 0..383 do nothing; negative ones, too",
    ),
    (
        ([0, 127, 256, 128, 255, 256],),
        [(0, 0, 1, 80), (127, 0, 1, 80)],
        "the first and the last pitch are keys like all others",
    ),
]
