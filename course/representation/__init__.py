"""Music in every form a file or a model wants, each with its way to a `NoteSequence` and back.

One module per form: `midi` (files), `music21_io` (scores), `piano_roll`, `events`, `remi` and
`voice_grid` (what models eat). Import the one you need; this package itself loads nothing.
"""
