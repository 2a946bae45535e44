# make demo   installs what is missing, crawls a small public web on loopback, leaves a report to open
# make test   installs what is missing, runs all tests
# make run    the real thing: the scheduler, with the watchlist of the home, on the live public web
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test lint bench bench-large fuzz run lock docs clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@.ci/packages python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mentionary needs Python 3.11 or later; '$(PYTHON)' is older. Call: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/python -m scrapy demo

test: setup
	@.ci/packages test
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks

bench-large: setup
	$(BIN)/python -m benchmarks --large

fuzz: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[fuzz]'
	$(BIN)/python -m benchmarks.fuzz

run: setup
	@$(BIN)/python -m scrapy init --if-missing
	$(BIN)/python -m scrapy schedule

docs: setup
	$(BIN)/python -m scrapy reference

# Every version that all extras need, by name and version only.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --upgrade pip
	build/lock/bin/python -m pip install --quiet '.[all]'
	build/lock/bin/python -m pip freeze --exclude mentionary --all --exclude pip > requirements.lock
	rm -rf build/lock

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
