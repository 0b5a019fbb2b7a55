# Storykeeper. The two commands of a new machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test check nightly bench performance docs eval clean help

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# The lock holds a digest for each file; the project itself is installed last, without looking anything up.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock names (once; some minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

install: $(STAMP)

demo: $(STAMP) ## the main job on the sample program
	@$(BIN)/python -m sample_data.demo

test: $(STAMP) ## the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not nightly" --ignore tests/benchmarks

check: $(STAMP) ## style, types, architecture, stale pages
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m docs.word_lists --check
	@$(BIN)/python -m docs.pages --check

docs: $(STAMP) ## print the pages and word lists that are made from tables
	@$(BIN)/python -m docs.word_lists
	@$(BIN)/python -m docs.pages

nightly: $(STAMP) ## the long forms of the tests
	@STORYKEEPER_PROFILE=nightly $(BIN)/python -m pytest -n 2 --dist loadgroup --timeout 7200

eval: $(STAMP) ## detection on the development documents; fails under the floor
	@$(BIN)/storykeeper evaluate sample_data/gold/dev --floor tests/accuracy_floor.toml

bench: $(STAMP) ## the benchmarks (set STORYKEEPER_DATA to the folder of public sets for those that need it)
	@$(BIN)/python -m pytest tests/benchmarks -n 0 -m "not nightly" -s

performance: $(STAMP) ## measure what docs/performance.md stands on (minutes, on a quiet machine)
	@$(BIN)/python -m tests.benchmarks.figures
	@$(BIN)/python -m docs.pages

clean:
	rm -rf $(VENV) demo build dist mutants
