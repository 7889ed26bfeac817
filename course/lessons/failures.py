"""Expected failures of the `course` command: one line for the reader and an exit code."""


class CommandError(Exception):
    """Something could not be done; the message is one line that says what and how to mend it."""

    exit_code = 1


class UsageError(CommandError):
    """What was given cannot be used: an unknown lesson, a file that is no notebook."""

    exit_code = 2
