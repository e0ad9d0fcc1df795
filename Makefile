# make run   the desk on this laptop, with a few requests already on its queue; Ctrl+C ends it
# make test  everything that is checked: format, lint, types, unit and integration tests
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup lock audit docs screenshots format check test coverage mutants run demo stand bench bench-million scale faults faults-stand fuzz clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

# --- set-up: a virtual environment and Azurite, both pinned by a lock file -----------------------------------------

.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "MFA Desk needs Python 3.11 or newer; $$($(PYTHON) --version) is too old. Name another with: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Setting up the Python environment (once, about half a minute) …"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --no-compile --disable-pip-version-check --require-hashes --progress-bar on -r requirements-dev.txt
	@touch $@

local/node_modules/.package-lock.json: local/package-lock.json | .venv/ready
	@echo "Setting up Azurite (once, about a quarter of a minute) …"
	cd local && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci
	@touch $@

setup: .venv/ready local/node_modules/.package-lock.json ## install what the commands below need (each does it by itself)

lock: .venv/ready ## pin requirements.in and requirements-dev.in anew
	$(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' -o requirements-dev.txt requirements-dev.in

# --- checks --------------------------------------------------------------------------------------------------------

audit: setup ## what the advisory databases know against any pinned package (takes the internet)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements-dev.txt
	cd local && PATH="$(CURDIR)/$(BIN):$$PATH" npm audit --audit-level=high

docs: .venv/ready ## write the pages that are made from the types
	PYTHONPATH=. $(BIN)/python docs/requests.py
	PYTHONPATH=. $(BIN)/python docs/api.py

screenshots: setup ## take the pictures of the documentation anew (takes a Chromium)
	$(BIN)/python -m docs.screenshots

format: .venv/ready ## lay the code out
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: .venv/ready ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: setup check ## everything that is checked
	$(BIN)/pytest -n auto --dist loadfile

coverage: setup ## the tests, and which lines and branches of the app they do not reach
	$(BIN)/coverage erase
	failed=0; $(BIN)/coverage run -m pytest -n auto --dist loadfile || failed=$$?; \
		$(BIN)/coverage combine --quiet; $(BIN)/coverage report || failed=$$?; exit $$failed

mutants: .venv/ready ## change the pure rules a thousand times: which of it does no test notice?
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/python -m tests.mutation

# --- the stand -----------------------------------------------------------------------------------------------------

run: setup ## the desk on this laptop: drops five requests, shows what became of them, serves until Ctrl+C
	@$(BIN)/python -m local run

demo: setup ## the same, then ends; exit code 0 only if every outcome is as it should be
	@$(BIN)/python -m local demo

stand: setup ## Azurite and the simulated tenant alone, for `func start`
	@$(BIN)/python -m local stand

bench: setup ## the measurements, as ratios in one run; writes docs/benchmarks.md (six minutes)
	@$(BIN)/python -m bench

bench-million: setup ## those of the audit log with a million events; writes docs/benchmarks-million.md (a quarter of an hour, 4 GiB)
	@NODE_OPTIONS=--max-old-space-size=12288 $(BIN)/python -m bench.million

scale: .venv/ready ## the model of scale: writes docs/scale.md
	$(BIN)/python -m bench.scale

faults: setup ## the fault campaign: COUNT random schedules from seed FIRST on; SEED=123 plays one again, and shrinks it
	@$(BIN)/python -m tests.faults --first $(or $(FIRST),1) --count $(or $(COUNT),1000) $(if $(SEED),--seed $(SEED))

faults-stand: setup ## COUNT times some requests on the real stand, whose host is killed or whose storage goes away meanwhile
	@$(BIN)/python -m tests.faults.killings --first $(or $(FIRST),1) --count $(or $(COUNT),20)

fuzz: setup ## a million inputs for the parser of requests, the principal header, the audit decoder; then the HTTP surface
	@FUZZ_INPUTS=$(or $(INPUTS),350000) $(BIN)/pytest tests/fuzz

clean: ## remove what the commands above made
	rm -rf .venv .stand local/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* mutants
