# `make run` starts the app, `make test` tests it, `make help` lists the rest.
# Each installs what it needs, from locks with hashes, into this folder; the downloads are kept in
# the usual caches of pip, uv and npm. Nothing is installed elsewhere, but for one case: as root on
# Debian its packages of pip and, for the browser tests, Chromium are installed where they lack.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= $(or $(XDG_DATA_HOME),$(HOME)/.local/share)/chatapp

export HOST PORT DATA_DIR
export PYTHONPATH :=

BIN := .venv/bin
UV := .uv/bin/uv
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm
STATIC := $(shell find static -type f -not -path 'static/vendor/*' -not -path 'static/bundles/*' 2>/dev/null)
# Tests that start processes of their own, share a server or drive a browser, which keeps a machine
# busy by itself, run one after the other.
PARALLEL := -n auto --maxprocesses 4
BROWSER = PLAYWRIGHT_NODEJS_PATH="$(CURDIR)/$(BIN)/node" $(BIN)/python
SAY = @printf '\033[2m· %s\033[0m\n'

.PHONY: run test check test-js test-python test-e2e bench bench-search bench-page bench-weight chaos lock help
.DEFAULT_GOAL := help

run: staticfiles/.stamp  ## Start the app at http://HOST:PORT and keep its data in DATA_DIR
	$(SAY) 'Data is kept in $(DATA_DIR)'
	@$(BIN)/python -m chatapp.data_dir
	@$(BIN)/python manage.py migrate -v0
	@exec $(BIN)/python manage.py serve

test: check test-js test-python test-e2e  ## Run every test, the browser's included

check: .venv/.test
	$(SAY) 'Checking style and types'
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy .

test-js: .venv/.test static/vendor/.stamp
	$(SAY) 'Testing the browser modules'
	@$(BIN)/node --test 'tests/js/**/*.test.mjs'

test-python: .venv/.test staticfiles/.stamp  ## Run the tests that need no browser
	$(SAY) 'Testing the server'
	@$(BIN)/python -m pytest $(PARALLEL) tests $(foreach apart,e2e chaos bench many server,--ignore=tests/$(apart))
	@$(BIN)/python -m pytest tests/many tests/server

# A process of its own: the browser driver keeps an event loop that asyncio's tests can't share.
# It gets our Node, because its own needs a library that a bare Debian lacks.
test-e2e: .venv/.test staticfiles/.stamp
	@sh scripts/chromium.sh
	$(SAY) 'Testing in the browser'
	@$(BROWSER) -m pytest tests/e2e tests/chaos

bench: .venv/.test staticfiles/.stamp  ## Measure the cost of a delta, beside the bare SDK
	@$(BIN)/python -m tests.bench $(ARGS)

bench-search: .venv/.test staticfiles/.stamp  ## Measure a search over very many messages
	@$(BIN)/python -m tests.bench.search $(ARGS)

bench-page: .venv/.test staticfiles/.stamp  ## Measure a conversation of 2,000 turns in the browser
	@sh scripts/chromium.sh
	@$(BROWSER) -m tests.bench.page $(ARGS)

bench-weight: .venv/.test staticfiles/.stamp  ## Measure the page on a slow phone and a slow line
	@sh scripts/chromium.sh
	@$(BROWSER) -m tests.bench.weight $(ARGS)

chaos: .venv/.test staticfiles/.stamp  ## Kill processes while a real browser reads long answers
	@sh scripts/chromium.sh
	@$(BROWSER) -m tests.chaos $(ARGS)

lock: $(UV)  ## Write the locks again from pyproject.toml and package.json
	@sh scripts/lock.sh

help:
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(UV): requirements/uv.txt
	$(SAY) 'Installing uv'
	@PYTHON="$(PYTHON)" sh scripts/install-uv.sh
	@touch $@

# A stamp, because .venv/bin/python is a link: make would look at the system's Python, and touch it.
.venv/.made: $(UV)
	$(SAY) 'Making a virtual environment'
	@$(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv
	@touch $@

.venv/.run: .venv/.made requirements/run.txt requirements/assets.txt
	$(SAY) 'Installing the Python packages'
	@$(UV) pip install --quiet --require-hashes -r requirements/run.txt -r requirements/assets.txt
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	$(SAY) 'Installing the test packages'
	@$(UV) pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@

node_modules/.stamp: .venv/.run package.json package-lock.json
	$(SAY) "Installing the browser's libraries"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

static/vendor/.stamp: node_modules/.stamp scripts/vendor.mjs
	@$(BIN)/node scripts/vendor.mjs
	@touch $@

chatapp/locale/.stamp: .venv/.run $(wildcard chatapp/locale/*/LC_MESSAGES/django.po)
	@$(BIN)/python scripts/compile_translations.py
	@touch $@

static/bundles/.stamp: static/vendor/.stamp scripts/bundle.mjs $(STATIC)
	@$(BIN)/node scripts/bundle.mjs
	@touch $@

staticfiles/.stamp: chatapp/locale/.stamp static/bundles/.stamp scripts/compress.mjs chatapp/static_files.py
	$(SAY) 'Collecting the static files'
	@$(BIN)/python manage.py collectstatic --noinput --clear -v0
	@$(BIN)/node scripts/compress.mjs
	@touch $@
