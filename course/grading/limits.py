"""How much of the machine one submission may use while it is graded."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds of one submission; what happens beyond each stands in docs/instructors.md."""

    cell_seconds: int = 60  # clock time of one cell; then the cell fails and the run goes on
    cpu_seconds: int = 300  # processor time of one process; then it is ended
    total_seconds: int = 600  # clock time of everything; then the submission has no result
    memory_bytes: int = 4096 * MIB  # of one process, and of all together
    processes: int = 256  # processes and threads
    disk_bytes: int = 256 * MIB  # of files, which lie in memory and vanish afterwards
    notebook_bytes: int = 20 * MIB  # of the submitted file; more is not even read
    output_bytes: int = 1 * MIB  # of what one cell prints; the rest is dropped
    message_bytes: int = 512 * MIB  # of the grader's own memory for what is being sent to it
    starts: int = 6  # of the kernel; a cell that kills it is left out of the next

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if type(value) is not int or value < 1:
                raise ValueError(f"Limits: {name} is {value!r}; give a whole number above 0")
