PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: chat test lint types clean

chat: $(VENV)/installed
	$(BIN)/citewire chat

test: $(VENV)/installed-dev $(VENV)/axe lint types
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install -c constraints.txt -e ".[dev]"
	touch $@

# What looks for faults of accessibility in the page's tests; without npm those are skipped.
$(VENV)/axe: $(VENV)/installed-dev
	if command -v npm >/dev/null; then npm install --silent --no-save --prefix $@ axe-core@4.14.1; else mkdir -p $@; fi
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find index rag eval ui tests -name __pycache__ -type d -exec rm -rf {} +
