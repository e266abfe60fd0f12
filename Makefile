# Two commands for a newcomer, `make demo` and `make test`; each sets up all it needs in .venv first.
# ARGS passes words on:  make demo ARGS="--serve"   make test ARGS="-k ladder"   make test ARGS="-n 0 -x --pdb"

PYTHON ?= python3
ARGS   ?=
CORPORA ?= ../shared/corpora
HERE   := .venv/bin

# A machine's habits with Python would slow us down or bring in strange packages.
unexport PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED PYTHONPATH PYTHONHOME

.PHONY: help demo test test-full powercut check lint bench corpora clean ready-demo ready-test

help:
	@echo "make demo       watch the whole thing happen, on this machine only"
	@echo "make test       check the code, then run the tests"
	@echo "make test-full  the same with the slow sweeps"
	@echo "make powercut   cut the power in mid-sending (root, Linux; some minutes)"
	@echo "make check      only check the code: ruff, mypy, the architecture"
	@echo "make bench      measure"
	@echo "make corpora    sort labelled real mail, where there is some: CORPORA=folder"
	@echo "make clean      remove what make has made"

demo: ready-demo
	@$(HERE)/campaign demo $(ARGS)

# A test file as a whole goes to one of as many workers as there are cores; -n 0 has none.
test: lint
	@$(HERE)/python -m pytest -n auto --dist loadfile $(ARGS)

test-full: export CAMPAIGN_FULL = 1
test-full: lint
	@$(HERE)/python -m pytest -n auto --dist loadfile $(ARGS)

# The disks are files that only root may mount. What is missing it says.
powercut: ready-test
	@PYTHONPATH=tests $(HERE)/python tests/powercut $(ARGS)

check: lint
	@$(HERE)/python -m pytest -q tests/test_house.py

lint: ready-test
	@$(HERE)/python -m ruff check .
	@$(HERE)/python -m ruff format --check .
	@$(HERE)/python -m mypy

bench: ready-test
	@missed=0; for bench in $(sort $(wildcard tests/bench/*.py)); do $(HERE)/python "$$bench" $(ARGS) || missed=1; done; exit $$missed

# Other people's mails are no part of the project; without them it says so.
corpora: ready-test
	@CAMPAIGN_CORPORA="$(CORPORA)" PYTHONPATH=tests $(HERE)/python tests/corpora $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	find mailer tests .ci -name __pycache__ -exec rm -rf {} +

ready-demo ready-test: ready-%:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Type: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) .ci/setup.py $*
