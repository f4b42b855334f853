# Needs Python 3.11 or newer, and nothing else: everything it fetches stays inside this folder.
.DEFAULT_GOAL := help
.PHONY: help run test check format setup browser translations bench lock clean

NEWEST = $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(or $(NEWEST),$(error Python 3.11 or newer is needed))
VENV := .venv
BIN := $(VENV)/bin
PO := translations/zh_Hans/LC_MESSAGES/messages.po
UV := $(shell command -v uv)
LOCK := --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --upgrade

# uv is quicker, but only pip knows a mirror that was set up for pip.
pip = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --require-hashes $(1) ||) \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(1)

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: export GONGZHI_DEMO := 1
run: export GONGZHI_BASE_URL := http://$(HOST):$(PORT)
run: setup $(VENV)/.demo  ## Serve the demo at http://127.0.0.1:8000 (HOST=, PORT= to change)
	$(BIN)/flask --app app db upgrade
	$(BIN)/flask --app app demo seed
	@$(BIN)/python -m tools.serve $(HOST) $(PORT)

test: $(VENV)/.dev setup browser  ## Run every test, on both databases and in a browser
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.dev setup  ## Format, lint, types, import contracts, security, translations, schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml .
	$(BIN)/python -m tools.translations check
	unset DATABASE_URL; dir=$$(mktemp -d); trap "rm -rf $$dir" EXIT; export GONGZHI_INSTANCE=$$dir; \
		$(BIN)/flask --app app db upgrade && $(BIN)/flask --app app db check

format: $(VENV)/.dev  ## Rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(VENV)/.runtime static/vendor/.stamp $(PO:.po=.mo)  ## Fetch what running needs

browser: $(VENV)/.dev  ## Find or fetch the Chromium of the tests
	@$(BIN)/python -m tools.browser

translations: $(VENV)/.runtime  ## Bring the translations up to date with the code
	$(BIN)/python -m tools.translations update

bench: $(VENV)/.dev setup  ## Measure the speeds that docs promise
	$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/.dev  ## Choose the newest versions again (needs uv and npm)
	uv pip compile $(LOCK) requirements.in -o requirements.txt
	uv pip compile $(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt
	uv pip compile $(LOCK) -c requirements-dev.txt requirements-demo.in -o requirements-demo.txt
	uv pip compile $(LOCK) requirements-node.in -o requirements-node.txt
	npm update --package-lock-only --omit-lockfile-registry-resolved

clean:  ## Remove what make fetched and built; the data in instance/ stays
	rm -rf $(VENV) node_modules static/vendor $(PO:.po=.mo)
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	$(if $(UV),$(UV) venv --quiet --seed --python $(PYTHON) $(VENV) ||) $(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(call pip,-r $<)
	@touch $@

$(VENV)/.demo: requirements-demo.txt $(VENV)/.runtime
	$(call pip,-r $<)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(call pip,-r $<)
	@touch $@

static/vendor/.stamp: package-lock.json tools/assets.py | $(VENV)/.runtime
	$(BIN)/python -m tools.assets
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	$(BIN)/pybabel compile --input-file $< --output-file $@
