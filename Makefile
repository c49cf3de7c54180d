# Every target sets itself up (a .venv from the hashed lock) and then does its job. ARGS goes to the command:
#   make test ARGS="-k tagging"
.DEFAULT_GOAL := help
.PHONY: help setup conform test check format serve bench peers scoreboard docs lock build clean

PYTHON_IN_VENV := .venv/bin/python
LAYERS := ruststack/core ruststack/model ruststack/protocol ruststack/gateway conformance
ARGS ?=

# The facts that tests check against stand beside the clone where there are any; tests say so when they are absent.
SHARED := ../shared
export PROTOCOL_VECTORS ?= $(realpath $(SHARED)/protocol-tests)
export AWS_TRUTH ?= $(realpath $(SHARED)/aws-truth)

help:
	@echo "make conform  replay the golden recordings against the emulator, and report"
	@echo "make test     run the tests"
	@echo "make check    format, lint, types and layering"
	@echo "make serve    start the emulator on http://127.0.0.1:4566"
	@echo "make bench    measure speed, memory and start (ARGS=--peers compares, ARGS=--quick is short)"
	@echo "make scoreboard  judge us, LocalStack, moto and ministack alike (minutes; installs them)"
	@echo "make docs     write the generated parts of README.md and docs/ anew"
	@echo "make lock     pin the dependencies anew (needs uv)"

setup:
	@sh tools/setup.sh

conform: setup
	@.venv/bin/ruststack-conform compare $(ARGS)

test: setup
	@$(PYTHON_IN_VENV) -m pytest -n 2 $(ARGS)

check: setup
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m mypy
	.venv/bin/lint-imports

format: setup
	$(PYTHON_IN_VENV) -m ruff format .
	$(PYTHON_IN_VENV) -m ruff check --fix .

serve: setup
	@.venv/bin/ruststack start $(ARGS)

bench: setup
	@$(PYTHON_IN_VENV) -m tools.bench $(ARGS)

peers: setup
	@$(PYTHON_IN_VENV) -m tools.peers install $(ARGS)

scoreboard: setup
	@$(PYTHON_IN_VENV) -m tools.scoreboard $(ARGS)

docs: setup
	@$(PYTHON_IN_VENV) -m tools.docs $(ARGS)

lock:
	@sh tools/lock.sh $(ARGS)

build: setup
	@$(PYTHON_IN_VENV) -m build --no-isolation $(ARGS)

clean:
	rm -rf .venv build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
