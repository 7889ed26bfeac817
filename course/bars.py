"""Where bars begin and end, following changes of metre."""

from course.note_sequence import NoteSequence

MOST_BARS = 10_000


def bar_lines(sequence: NoteSequence) -> list[float]:
    """Give the moments at which bars begin, following changes of metre.

    Args:
        sequence: the piece; 4/4 where no metre is set.

    Returns:
        Moments in quarter notes, ascending, from 0 up to the end of the piece.
    """
    changes = [signature.start for signature in sequence.time_signatures]
    lines, position = [], 0.0
    while position < sequence.total_quarters and len(lines) < MOST_BARS:
        lines.append(position)
        step = position + sequence.time_signature_at(position).quarters_per_bar
        position = min([step, *(start for start in changes if position < start < step)])
    return lines


def bar_spans(sequence: NoteSequence) -> list[tuple[float, float]]:
    """Give the beginning and end of every bar.

    Args:
        sequence: the piece; 4/4 where no metre is set.

    Returns:
        (start, end) in quarter notes; the last bar ends with the piece. Empty for a piece of no
        length.
    """
    lines = bar_lines(sequence)
    return list(zip(lines, [*lines[1:], sequence.total_quarters], strict=True)) if lines else []
