# One line per thing a developer does; each works from a bare clone. Needs Python 3.11+ and a package registry.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SIZE ?= small

.PHONY: help setup demo test check bench bench-questions lock fuzz clean

help:            ## what there is
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

setup: $(STAMP)  ## the virtual environment with everything pinned in requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "tagfolk needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(VENV) UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup      ## the whole product on a milk-tea chain, then the chat (ARGS=--yes for the printed tour)
	$(BIN)/tagfolk demo $(ARGS)

test: setup      ## all tests
	$(BIN)/pytest -q -n 2 --dist loadfile $(ARGS)

check: setup     ## style, types, import rules, docs that are made from code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/editors/generate.py --check

bench: setup     ## ours beside peers, as ratios, written to docs/benchmarks.md (SIZE=small|full)
	$(BIN)/python -m benchmarks --size $(SIZE) $(ARGS)

bench-questions: setup ## questions of the corpora against gold from SQL: right, wrong, asked back, wrong while sure (ARGS=--show)
	$(BIN)/python -m benchmarks.questions $(ARGS)

fuzz: setup      ## more generated worlds than the tests try (WORLDS=1000)
	TAGFOLK_WORLDS=$(or $(WORLDS),1000) $(BIN)/pytest -q tests/truth $(ARGS)

lock: setup      ## pin anew what pyproject.toml asks for
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --group dev --no-annotate --no-header --quiet pyproject.toml -o requirements.lock

clean:           ## everything that can be made again
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build demo
