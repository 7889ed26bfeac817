# `make lab` starts the course, `make test` proves that it works, `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: lab bundle bundle-check test test-fast test-banks test-data class lint build bench spread positions timings timbre tracks diffusion book lock clean help setup setup-test

# The Python that .venv was made with, once it is made; PYTHON=python3.12 on the command line wins.
PYTHON ?= $(if $(and $(wildcard .venv/steps-done.json),$(wildcard .venv/bin/python)),.venv/bin/python,python3)
BIN := .venv/bin
# Tests run in so many processes, each with one thread, one more than two cores, for browsers wait a
# good deal; the tests of one file stay together.
JOBS ?= 3
PYTEST = COURSE_BUDGET=smoke OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
# matplotlib's list of fonts lies with the fonts that it names: one of another .venv would warn.
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib
SETUP = "$(PYTHON)" -c '' >/dev/null 2>&1 || { \
	echo 'There is no "$(PYTHON)" here that runs. Install Python 3.11 or 3.12, or name one you have:'; \
	echo '    make lab PYTHON=python3.12'; echo 'Without rights to install: the conda way in README.md.'; \
	exit 1; }; "$(PYTHON)" tools/setup_environment.py

lab: setup  ## start the course (PORT=8890 BROWSER=no PYTHON=python3.12 TORCH_INDEX=URL)
	@$(BIN)/course lab $(if $(PORT),--port=$(PORT)) $(if $(filter no,$(BROWSER)),--no-browser)

bundle: setup  ## put all that is needed without a network into build/bundle (PLATFORMS="here windows" PYTHONS="3.11 3.12")
	$(BIN)/python -m tools.bundle $(if $(PLATFORMS),--platforms $(PLATFORMS)) $(if $(PYTHONS),--pythons $(PYTHONS))

bundle-check: setup  ## install build/bundle with the network cut and run a lesson there (LESSON=05_lstm)
	$(BIN)/python -m tools.check_bundle $(LESSON)

test: setup-test lint  ## prove that everything works: lint, tests, lessons, exercise banks, browser
	$(BIN)/course build-lessons --check
	$(PYTEST) -m "not autograder and not whole" --durations=15

test-fast: setup-test lint  ## the quick part of make test
	$(PYTEST) -m "not slow and not browser and not autograder and not whole"

test-banks: setup-test  ## send the exercise banks through nbgrader's own autograder
	$(PYTEST) --dist load -m autograder

test-data: setup-test  ## build all corpora anew and compare them with the shipped arrays
	$(PYTEST) --dist load -m whole

class: setup-test  ## send six made-up learners through release, collect, grade, feedback and export (NAMES="04_rnn")
	$(BIN)/python -m tools.simulated_class -j $(JOBS) $(NAMES)

lint: setup-test  ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

build: setup  ## make the notebooks from solutions/*/*.py
	$(BIN)/course build-lessons

bench: setup-test  ## measure what the course promises and write docs/benchmarks.md
	$(BIN)/python -m tools.bench

spread: setup-test  ## train each model for three seeds and write docs/models.md (NAMES="chorale_lstm")
	$(BIN)/python -m tools.spread $(NAMES)

positions: setup-test  ## compare kinds of positions for three seeds and write course/recipes/positions.json
	$(BIN)/python -m tools.positions

timings: setup-test  ## time every solved lesson and write course/lessons/timings.json (NAMES="04_rnn")
	$(BIN)/python -m tools.timings $(NAMES)

tracks: setup-test  ## measure the generators of four tracks against their limits
	$(BIN)/python -m tools.measure_tracks

timbre: setup-test  ## measure the generator of notes with librosa and write docs/timbre.md
	$(BIN)/python -m tools.timbre

diffusion: setup-test  ## measure the diffusion models and write docs/diffusion.md
	$(BIN)/python -m tools.diffusion

book: setup-test  ## write the lessons as a site to read, build/book, without solutions build/book-class (BUDGET=smoke NAMES="04_rnn")
	$(BIN)/python -m tools.book --budget $(or $(BUDGET),lesson) $(NAMES)

# The locks name the newest versions of this day that go together; choose another with LOCK_DATE=...
LOCK_DATE := 2026-11-15
COMPILE = .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --exclude-newer $(LOCK_DATE) \
	--no-emit-package pyaudio --group torch-needs --custom-compile-command "make lock LOCK_DATE=$(LOCK_DATE)" pyproject.toml

lock:  ## compile both locks anew from pyproject.toml
	"$(PYTHON)" -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv==0.13.9
	$(COMPILE) -o requirements.lock
	$(COMPILE) -o requirements-test.lock --extra test --constraint requirements.lock

clean:  ## remove .venv and caches; workspace/ and grading/ stay
	rm -rf .venv .venv-lock build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

setup:
	@$(SETUP)

setup-test:
	@$(SETUP) --test
