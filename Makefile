# Everything a person types. `make` alone shows the list.
PORT ?= 8000
STATE ?= .local
PYTHON ?= python3
BIN := .venv/bin
export PYTHONUNBUFFERED = 1
# Half of a start would be compiling again what was compiled before.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help up demo token check types one-half other-half test bench lint audit lock clean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .venv/.run ## start everything on this machine (PORT=8000), Ctrl-C stops it
	@PORT=$(PORT) exec $(BIN)/kommune up --state $(STATE)

demo: .venv/.run ## tell the story of a model municipality on the platform that `make up` runs
	@PORT=$(PORT) $(BIN)/kommune demo --state $(STATE)

token: .venv/.run ## print a bearer token: TENANT=wilhelmshaven (or -) ROLE=coordinator
	@$(BIN)/kommune token --state $(STATE) --tenant '$(TENANT)' --role '$(ROLE)'

# What takes long is left to `make test`: tests marked `slow`, and most examples of the others (the profile in tests/conftest.py).
# Each half of the tests is one process that loads what it alone needs. Workers that are handed one test after the other would each
# load all, and telling what came of each would take longer than most tests.
check: .venv/.dev ## the inner loop: unit and contract tests but the slow ones, types, style, imports
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@$(BIN)/lint-imports > /dev/null || $(BIN)/lint-imports
	@$(MAKE) --no-print-directory --jobs=3 --output-sync types one-half other-half

ONE_HALF := $(addprefix tests/unit/,chassis disclosure kommune pages registration reporting selfcheck)
QUICK = $(BIN)/python -m pytest -p no:xdist -p no:cacheprovider -m 'not slow' --hypothesis-profile inner-loop

types:
	@$(BIN)/mypy

one-half:
	@$(QUICK) $(ONE_HALF)

other-half:
	@$(QUICK) tests/unit tests/contract $(ONE_HALF:%=--ignore=%)

test: .venv/.dev ## run the whole test suite on a real MongoDB and a real Kafka
	@deploy/local/system-packages
	@$(BIN)/python -m pytest -n 3 --dist worksteal

bench: .venv/.dev ## measure on this machine beside its limits, results in bench/results
	@$(BIN)/python -m tests.load

lint: .venv/.dev audit ## check style, types, imports and known vulnerabilities
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: .venv/.dev ## ask what is known of the dependencies, and say of which nobody could be asked
	@$(BIN)/python -m deploy.local.advisories $(AUDIT)

lock: .venv/.run ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --python-version 3.11 -o requirements.lock -q --upgrade
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-header --python-version 3.11 -c requirements.lock -o requirements-dev.lock -q --upgrade

clean: ## remove data, logs and the environment (what was fetched stays)
	rm -rf .venv $(STATE)/mongodb $(STATE)/kafka $(STATE)/logs

.venv/.uv:
	@echo "preparing the Python environment (once) …"
	@$(PYTHON) -m venv .venv && $(BIN)/pip --quiet install uv==0.13.9
	@touch $@

.venv/.run: .venv/.uv requirements.lock pyproject.toml
	@test -e .venv/.dev || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

.venv/.dev: .venv/.uv requirements-dev.lock pyproject.toml
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@ .venv/.run
