"""The lessons' sources and the learner's copies: build, lint, workspace, check and progress."""
