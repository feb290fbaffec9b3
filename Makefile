# make reproduce: from nothing to the report. PIP takes options for pip, e.g. PIP="--proxy http://..."
PYTHON ?= python3
PIP ?=
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP) -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help reproduce test ui bench clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

reproduce: $(VENV)/pipeline  ## run the whole pipeline: corpus, models, variants, scores, report
	dvc repro

test: $(VENV)/dev  ## run the tests
	python -m pytest

ui: $(VENV)/pipeline  ## browse what was logged, in MLflow's UI on port 5000
	MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow ui --workers 1 --backend-store-uri sqlite:///mlflow.db

bench: $(VENV)/dev  ## measure speed and memory; `make bench NAME=training` for one
	python -m benchmarks $(NAME)

clean:  ## remove the environment and everything that a run makes, but not DVC's cache
	rm -rf $(VENV) build data/corpus data/tokens data/models data/variants reports/index.html reports/plots

$(VENV)/pipeline: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e '.[pipeline]'
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e '.[pipeline,dev]'
	@touch $@ $(VENV)/pipeline

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
