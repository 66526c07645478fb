# Everything happens in .venv, made on first need from the hashed requirements. Modules are compiled
# when first used (--no-compile), which halves the first wait.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test interop lint format types assets bench chaos torture fuzz lock clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## Start Tocsin on 127.0.0.1:8000 with the worked example (EXAMPLE=no: empty)
	@exec $(BIN)/tocsin run $(if $(filter no,$(EXAMPLE)),--no-example)

test: $(VENV)/test.stamp ## Run every test, on SQLite and PostgreSQL and in a browser
	@sh tools/chromium.sh
	@sh tools/interop.sh
	@sh tools/servers.sh
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

interop: $(VENV)/test.stamp ## Let other people's tools judge the log, naming those that are missing
	@sh tools/interop.sh --all

lint: $(VENV)/test.stamp ## Check style and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports

format: $(VENV)/test.stamp ## Put imports and layout right
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: $(VENV)/test.stamp ## Check types
	@$(BIN)/mypy

assets: ## Rebuild the web assets from npm
	@bash assets/build.sh

bench: $(VENV)/tools.stamp ## Measure, and print a table of ratios
	@$(BIN)/python -m benchmarks

chaos: export TOCSIN_CHAOS_CASES ?= 5000
chaos: $(VENV)/test.stamp ## Kill workers at random for longer than `make test` does
	@$(BIN)/python -m pytest tests/chaos

torture: export TOCSIN_KILLS ?= 1000
torture: export TOCSIN_POWER_SEEDS ?= 10000
torture: export TOCSIN_FLIPS ?= 10000
torture: export TOCSIN_FORGERIES ?= 100000
torture: export TOCSIN_FULL_STEP ?= 1000
torture: export TOCSIN_DELIVERY_KILLS ?= 200
torture: export TOCSIN_DELIVERIES ?= 20000
torture: export TOCSIN_DELIVERY_CUTS ?= 40
torture: export TOCSIN_CUT_DELIVERIES ?= 2000
torture: $(VENV)/test.stamp ## Lose power, kill, fill the disk, forge and flip, at the full counts (two hours)
	@$(BIN)/python -m pytest tests/torture tests/record/test_verify_log.py \
		tests/record/test_prefix_map.py tests/record/test_answer.py

fuzz: $(VENV)/tools.stamp ## Fuzz every parser, guided by coverage (FUZZ_SECONDS=60 each)
	@$(BIN)/python -m tests.fuzz

lock: ## Pin and hash the requirements anew (UPGRADE=yes: move to newer versions)
	@PYTHON=$(PYTHON) sh tools/lock.sh $(if $(filter yes,$(UPGRADE)),--upgrade)

clean: ## Remove what make made; the data stay
	rm -rf $(VENV) .lock dist fuzz-findings .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Tocsin needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) && \
		$(PIP) install --no-compile --require-hashes --no-deps --requirement requirements/pip.txt || \
		{ rm -rf $(VENV); exit 1; }

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) for running (once, under a minute) ..."
	@$(PIP) install --no-compile --require-hashes --no-deps --requirement requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) for testing (once, about a minute) ..."
	@$(PIP) install --no-compile --require-hashes --no-deps --requirement requirements/test.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/run.stamp $@

$(VENV)/tools.stamp: requirements/tools.txt $(VENV)/test.stamp
	@$(PIP) install --no-compile --require-hashes --no-deps --requirement requirements/tools.txt
	@touch $@
