# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
#   make            set up .venv and render arm64 into out/
#   make test       set up what the tests need, and run those that need no kernel tree and no patience
#   make test-slow  the judges that take minutes: each mutant of a spec, spin, compilers, more random examples
#   make test-tree  the tests on real kernel trees (see scripts/prepare-trees)
#   make test-boot  build kernels and boot them (minutes)
#   make boot-matrix  boot a kernel for each row of docs/boot.md that has no result, and write it again
#   make trees      ask every tree, and write docs/trees.md again
#   make lint       ruff, mypy and the layering
#   make out        render every shipped spec again
#   make fuzz       each reader of strangers' texts with texts that are made up, for a minute each
#   make bench      measure the budgets, with the peers beside us

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= $(shell nproc)

# A Debian without python3-venv has neither ensurepip nor a pip in a new environment, but its own pip
# can install into one.
define install
$(PYTHON) -m venv --without-pip $(VENV)
$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -e '.$(1)'
endef

.PHONY: all test test-slow test-tree test-boot boot-matrix trees lint out fuzz bench clean

all: $(VENV)/ready
	$(BIN)/gen render arm64.yaml

$(VENV)/ready: pyproject.toml
	$(call install,)
	@touch $@

$(VENV)/ready-to-test: pyproject.toml
	$(call install,[test])
	@touch $@ $(VENV)/ready

test: $(VENV)/ready-to-test lint
	$(BIN)/python -m pytest -n $(JOBS) -m 'not tree and not slow'

test-slow: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n $(JOBS) -m 'slow and not tree'
	$(BIN)/python -m pytest -n $(JOBS) -m random --hypothesis-profile=thorough

test-tree: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n $(JOBS) -m 'tree and not boot'

# One after the other: each build has all CPUs, and a machine that has to wait for one looks as if it hung.
test-boot: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -m boot --durations=0

boot-matrix: $(VENV)/ready-to-test
	PYTHONPATH=tests:tests/lint/order:tests/boot $(BIN)/python tests/boot/boot_matrix.py $(MATRIX)

trees: $(VENV)/ready-to-test
	PYTHONPATH=tests:tests/recover $(BIN)/python tests/recover/tree_page.py

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

out: $(VENV)/ready
	$(BIN)/gen render 'arch_specs/*.yaml'

# Each reader for a minute, or SECONDS=3600; of the newest tree, too, if KERNEL_TREE_NEWEST names it.
fuzz: $(VENV)/ready-to-test
	$(BIN)/python tests/fuzz/fuzz_run.py --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/ready-to-test
	$(BIN)/python benchmarks/budgets.py
	$(BIN)/python benchmarks/verify.py
	test -z "$$KERNEL_TREE_6_12" || $(BIN)/python benchmarks/lint.py
	test -z "$$KERNEL_TREE_6_12" || $(BIN)/python benchmarks/patch.py
	test -z "$$KERNEL_TREE_NEWEST" || $(BIN)/python benchmarks/trees.py

clean:
	rm -rf $(VENV) build dist *.egg-info
