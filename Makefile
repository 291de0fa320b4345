# Two commands set everything up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test go-sdk sdks conformance lint format bench screenshots clean

run: $(STAMP)
	$(BIN)/eppo-emulator serve

test: $(STAMP)
	$(BIN)/pytest -n auto -q -m "not ci and not go"

SDKS := tests/sdk

# The real Go SDK, in its own tests and in those of compatibility; fails where the module proxy does not hand it out.
go-sdk: $(STAMP)
	cd $(SDKS)/go && go mod download github.com/Eppo-exp/golang-sdk/v6 && go mod download && go build -o target/sdk-tests .
	$(BIN)/pytest -n auto -q -m go

# The SDKs of other languages and versions; a missing toolchain is a failure. Rust takes two minutes, once.
SDK_STAMPS := $(SDKS)/node/node_modules/.package-lock.json $(SDKS)/react-native/node_modules/.package-lock.json \
	$(SDKS)/java/target/libraries $(SDKS)/rust/target/debug/sdk-tests $(SDKS)/python/.venv-3/.installed

sdks: $(SDK_STAMPS)

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	touch $@

$(SDKS)/java/target/libraries: $(SDKS)/java/pom.xml $(wildcard $(SDKS)/java/src/main/java/*.java)
	cd $(SDKS)/java && mvn -q -B package
	touch $@

$(SDKS)/rust/target/debug/sdk-tests: $(SDKS)/rust/Cargo.toml $(wildcard $(SDKS)/rust/*/*.rs)
	cd $(SDKS)/rust && cargo build -q --bins --examples
	touch $@

# In an environment of its own: major version 4 is what the other tests have.
$(SDKS)/python/.venv-3/.installed: $(SDKS)/python/requirements-3.txt
	$(PYTHON) -m venv $(SDKS)/python/.venv-3
	$(SDKS)/python/.venv-3/bin/pip install --quiet --requirement $<
	touch $@

# Every SDK against the emulator, and the table of docs/compatibility.md anew.
conformance: $(STAMP) sdks
	$(BIN)/pytest -n auto -q -m "not go" tests/compatibility
	$(BIN)/python -m tests.compatibility.table

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

# The pictures of the README; `make screenshots ARGS=FOLDER` writes every page there, in both themes and at three widths.
screenshots: $(STAMP)
	$(BIN)/python -m tests.ui.screenshots $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .bench
