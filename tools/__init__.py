"""Tools around the course: the set-up of its environment, and its benchmarks."""
