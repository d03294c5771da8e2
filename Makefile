# The two commands are `make run` and `make test`; `make help` lists the others. CONTRIBUTING.md says more.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
export PYTHON
python := .venv/bin/python
# Real processes and browsers are not counted: they run in processes of their own.
COVERED_BY := tests/operations tests/worker tests/upstream tests/views tests/test_explanations.py tests/test_confirmations.py

.PHONY: help run test test-long coverage check bench shots lighthouse lock env clean distclean install install-dev

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: install ## start web, worker and (without an API key) the sandbox; HOST and PORT may be set
	@exec $(python) -m tools.start

test: install-dev ## the suite, on SQLite and (where they answer) on PostgreSQL with Redis; ARGS goes to pytest
	@exec $(python) -m tools.run_tests $(ARGS)

test-long: install-dev ## the long runs: big model tests, kill matrix, soak
	@exec $(python) -m tools.run_tests --long $(ARGS)

coverage: install-dev ## branch coverage of what money hangs on: operations, spending, settling, the vendor's client
	@$(python) -m tools.prepare --static
	@exec $(python) -m pytest -n 3 -q -m "not long and not postgres and not redis" --cov --cov-report=term-missing:skip-covered $(COVERED_BY)

check: install-dev ## lint, format, types, import contracts, migrations, templates, deployment settings
	@exec tools/check.sh

bench: install-dev ## the benchmarks, as a table of ratios; ARGS="--write" also writes docs/benchmarks.md
	@exec $(python) -m tools.bench $(ARGS)

shots: install-dev ## pictures of every page, dialog and state into shots/; ARGS="--only WORD --width 320" takes some
	@exec $(python) -m tools.shots $(ARGS)

lighthouse: install-dev ## Lighthouse on the rental page, both themes (needs node and npm)
	@exec $(python) -m tools.lighthouse $(ARGS)

lock: ## write requirements*.txt anew from pyproject.toml (needs uv); ARGS="--upgrade" takes newer versions
	@exec tools/lock.sh $(ARGS)

env: ## write .env with fresh secrets for `docker compose`, keeping what it already says
	@exec $(PYTHON) tools/make_env.py

clean: ## remove what the tools leave behind; the data in var/ stays
	@rm -rf staticfiles build dist ./*.egg-info .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage* test-results shots
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## also remove .venv; the data in var/ stays
	@rm -rf .venv

install:
	@tools/prepare_venv.sh requirements.txt

install-dev:
	@tools/prepare_venv.sh requirements-dev.txt
