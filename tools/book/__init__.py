"""The course as a site to read: `make book` writes it, `python -m tools.book --check` looks at it."""
