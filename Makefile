# Every target makes the environment first; `make` alone prints this help.
PYTHON ?= python3
UV_VERSION := 0.13.8
export UV_PYTHON_DOWNLOADS := never
BIN := .venv/bin
MEMBERS := $(wildcard pyproject.toml */pyproject.toml services/*/pyproject.toml)

.PHONY: help install run test check fmt bench evals chaos browser pictures compose-test lock

help:  ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.synced  ## Make the environment in .venv (the command is then .venv/bin/copydesk)

.venv/.synced: uv.lock $(MEMBERS)
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet uv==$(UV_VERSION); }
	$(BIN)/uv sync --quiet --frozen --all-packages
	@touch $@

run: install  ## Run the whole pipeline here, post the samples, stay up (Ctrl-C stops it)
	$(BIN)/copydesk up --sample

test: install  ## Run every test that this machine can run
	$(BIN)/pytest -n 2 --dist loadfile --ignore tests/browser
	$(BIN)/pytest tests/browser

check: install  ## Format, lint, types, layers and lock: all that needs no running part
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports > .venv/layers.log || { cat .venv/layers.log; exit 1; }
	$(BIN)/uv lock --check --quiet

fmt: install  ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install  ## Measure speed on this machine (bench/)
	$(BIN)/python bench/pipeline.py
	$(BIN)/python bench/throughput.py

evals: install  ## Measure quality on the public data sets against evals/baseline.json
	$(BIN)/uv sync --quiet --frozen --all-packages --extra rerank
	@worse=0; for eval in $(filter-out evals/baseline.py,$(wildcard evals/*.py)); do \
		$(BIN)/python $$eval || worse=1; done; exit $$worse

chaos: install  ## Hurt a running pipeline, look for broken promises (SEED= MINUTES=2 ENGINE=)
	$(BIN)/python tests/chaos/run.py $(if $(SEED),--seed $(SEED)) \
		--minutes $(or $(MINUTES),2) --engine $(or $(ENGINE),embedded)

browser: install  ## Try only the pages in a real browser (needs chromium)
	$(BIN)/pytest tests/browser

pictures: install  ## Take docs/pictures anew, while `make run` is up (needs chromium)
	PYTHONPATH=tests/support $(BIN)/python tests/browser/take_pictures.py $(ADDRESS)

compose-test: install  ## Build the images and try the compose stack (needs a Docker engine)
	$(BIN)/pytest tests/compose

lock: install  ## Resolve the dependencies anew
	$(BIN)/uv lock
