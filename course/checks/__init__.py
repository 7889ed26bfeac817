"""The visible checks of the lessons' exercises, one module per lesson.

A lesson calls them in its check cells: `check.read_variable_length(read_variable_length)`. A check
returns nothing, prints one line when the answer is right and raises `CheckFailed`, shown as one
line, when it is not. The hidden cells call the same functions with other values.
"""
