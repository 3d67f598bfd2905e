# One entry for everything. `make help` lists it.
#
#   PYTHON=python3.13 make test    choose the interpreter of a new environment
#   UV= make test                  use pip even where uv is installed
#   make test ARGS="-k keys -x"    hand arguments to pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
ARGS ?=

DEMO_READY := $(VENV)/.ready-demo
DEV_READY := $(VENV)/.ready-dev
PROJECT := pyproject.toml src/mainspring/_version.py tools/setup.sh

$(DEMO_READY): requirements/demo.lock $(PROJECT)
	@sh tools/setup.sh demo

$(DEV_READY): requirements/dev.lock $(PROJECT)
	@sh tools/setup.sh dev

.PHONY: demo
demo: $(DEMO_READY) ## set up what is needed and run the flights example
	@$(PY) examples/flights/demo.py $(ARGS)

.PHONY: test
test: $(DEV_READY) ## set up what is needed and run all tests
	@$(PY) -m pytest $(ARGS)

.PHONY: check
check: lint types floors sizes rules deps docs ## everything that is checked without running the product

.PHONY: lint
lint: $(DEV_READY) ## style and forbidden calls (ruff)
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check --output-format concise .

.PHONY: format
format: $(DEV_READY) ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: types
types: $(DEV_READY) ## types (basedpyright, strict), and how much of the public face has them
	@$(BIN)/basedpyright
	@$(PY) -m tools.type_completeness

.PHONY: floors
floors: $(DEV_READY) ## which package may import which (import-linter)
	@$(BIN)/lint-imports --no-cache

.PHONY: sizes
sizes: $(DEV_READY) ## length of files, functions and classes
	@$(BIN)/loq check --no-cache
	@$(PY) -m tools.check_sizes

.PHONY: rules
rules: $(DEV_READY) ## conventions of our own (ast-grep), and the rules' own tests
	@$(BIN)/ast-grep test
	@$(BIN)/ast-grep scan

.PHONY: deps
deps: $(DEV_READY) ## unused and undeclared dependencies (deptry)
	@$(BIN)/deptry .

.PHONY: docs
docs: $(DEV_READY) ## build the site into site/, warnings are errors (mkdocs)
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet

.PHONY: bench
bench: $(DEV_READY) ## measure, and write bench/RESULTS.md
	@$(PY) bench/run.py $(ARGS)

.PHONY: names
names: $(DEV_READY) ## write the table of public names from the stub
	@$(PY) -m tools.public_names

.PHONY: surface
surface: $(DEV_READY) ## strike published names and members that have come off the lists of pending ones
	@$(PY) -m tools.surface
	@$(PY) -m tools.surface_members

.PHONY: acceptance
acceptance: $(DEV_READY) ## run a folder of checks from outside the project: make acceptance CHECKS=../folder
	@$(PY) -m tools.acceptance $(CHECKS)

.PHONY: lock
lock: ## pin the newest allowed versions in requirements/ (needs uv)
	@sh tools/lock.sh

.PHONY: clean
clean: ## remove the environment and all that was built
	rm -rf $(VENV) site build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .loq_cache .cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
