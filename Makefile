# Everything a contributor runs; `make` alone lists it.
PYTHON ?= .venv/bin/python

.PHONY: help setup check format test snap shots docs bench quality demo realclient

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup:  ## make .venv with everything the other targets need
	python3 -m venv .venv
	$(PYTHON) -m pip install -q -e '.[dev]'

check:  ## lint, formatting, types, and who imports whom
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(dir $(PYTHON))lint-imports
	$(PYTHON) scripts/docs.py --check

format:  ## put the code into shape
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

test:  ## all tests
	$(PYTHON) -m pytest -q

snap:  ## accept what the screen looks like now
	$(PYTHON) -m pytest -q tests/snapshots --snapshot-update

shots:  ## render the pictures of the README
	$(PYTHON) scripts/screenshots.py

docs:  ## bring the generated parts of the README up to date
	$(PYTHON) scripts/docs.py

bench:  ## measure imports, the first paint and the wire
	$(PYTHON) scripts/bench_import.py
	$(PYTHON) scripts/bench_paint.py --rounds 3 --sessions 5000
	$(PYTHON) scripts/bench_wire.py --rounds 3 --single 60

quality:  ## measure how well searching finds (needs the model's weights)
	PYTHONPATH=.:scripts $(PYTHON) -m search_quality

demo:  ## open the invented library
	$(PYTHON) -m her_tui --demo

realclient:  ## run the genuine client through Her, isolated (needs npm, tmux, root or user namespaces)
	PYTHONPATH=.:scripts $(PYTHON) -m realclient
