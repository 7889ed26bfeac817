"""The lessons as a site to read: `make book` writes it, `--check` looks at every page."""
