# Everything sets itself up: the only needs are Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Many tests start a Python of their own, which compiles everything anew where it may keep nothing.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test unit check bench bench-custodian clean

demo: $(VENV)/.demo
	$(BIN)/remediator demo

test: $(VENV)/.dev
	$(BIN)/pytest -n auto --dist worksteal

# What needs no process, server or Terraform.
unit: $(VENV)/.dev
	$(BIN)/pytest -n auto tests/model tests/planners tests/planfile tests/test_config.py tests/test_registry.py

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# Cloud Custodian on the same account; installs c7n into .venv-custodian, which needs the network once.
bench-custodian: $(VENV)/.dev
	$(BIN)/python -m bench.custodian

$(VENV)/.demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[demo]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[demo]' --group dev
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) remediator-demo
