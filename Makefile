# Two commands for a newcomer: `make demo` and `make test`. Each makes the environment it needs.
PYTHON ?= python3
VENV := .venv
# Bytecode on disk, as after an installation, whatever the machine's own settings say.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := spec/examples/media-streaming.yaml
EXAMPLES := $(wildcard spec/examples/*.yaml)

.PHONY: demo test test-all environment format check types imports tests compiled generated benchmarks clean

demo: $(READY)
	$(BIN)/stackferry validate $(DEMO)
	$(BIN)/stackferry compile $(DEMO)
	$(BIN)/stackferry rehearse templates_out/streaming-staging

test: format check types imports tests compiled
	@echo "All checks passed."

# The slow tests too, and how much of the code all of them together run.
test-all: format check types imports compiled
	$(BIN)/python -m pytest -q -n 2 --cov --cov-report=term

environment: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,sandbox]'
	touch $@

format: $(READY)
	$(BIN)/ruff format --check --quiet .

check: $(READY)
	$(BIN)/ruff check --quiet .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

# Tracing doubles what tests take, so here it is told of the unit tests alone how much they run.
tests: $(READY)
	$(BIN)/python -m pytest -q -n 2 -m "not slow" --cov --cov-report=term --cov-fail-under=91 tests/unit
	$(BIN)/python -m pytest -q -n 2 -m "not slow" tests/functional

# The committed templates are what the examples compile to, byte for byte, and cfn-lint has nothing to say.
compiled: $(READY)
	$(BIN)/stackferry compile --check $(EXAMPLES)

# What is generated and committed: the language reference, its JSON Schema, the page about what the
# commands print, the extract of the registry, the compiled examples.
generated: $(READY)
	$(BIN)/python -m compiler.prove.publish
	$(BIN)/python -m spec.publish
	$(BIN)/python -m compiler.cli.publish
	$(BIN)/stackferry compile $(EXAMPLES)

benchmarks: $(READY)
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
