# Two commands set everything up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test go-sdk lint format bench clean

run: $(STAMP)
	$(BIN)/eppo-emulator serve

test: $(STAMP)
	$(BIN)/pytest -n auto -q -m "not ci and not go"

# The real Go SDK; fails where the module proxy does not hand it out.
go-sdk: $(STAMP)
	cd tests/sdk/go && go mod download github.com/Eppo-exp/golang-sdk/v6 && go mod download
	$(BIN)/pytest -q -m go

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --config-settings editable_mode=compat --editable '.[dev]'
	# Editable installs come without bytecode; where Python may not write it, each start would compile everything.
	$(BIN)/python -m compileall -q emulator
	touch $@

# `make bench ARGS=--quick` runs every measurement once, to see that it works.
bench: $(STAMP)
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .bench
