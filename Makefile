PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A process a core, one thread in each: two that compute with all cores would wait for one another. Files go out in the
# order that tests/conftest.py gives them. What is compiled is kept: the tests start many commands and servers.
PYTEST := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations=15
WORK ?= out/reader
INDEX ?= $(or $(FOOTNOTE_INDEX),.footnote/index)

.PHONY: run test test-all lint gates evaluate bench reader install install-dev clean

run: install
	@case "$(INDEX)" in milvus:*) ;; *) test -e "$(INDEX)/current" || $(BIN)/python ingest.py data/articles --index "$(INDEX)" ;; esac
	FOOTNOTE_INDEX="$(INDEX)" $(BIN)/streamlit run app.py

test: install-dev
	$(PYTEST)

test-all: install-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-slow.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-ray.txt
	$(PYTEST) -m ""

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

gates: install
	$(BIN)/python -m eval gates

evaluate: install-dev
	$(BIN)/python -m eval run dispatches newsroom injection noise --baselines --report out

bench: install
	$(BIN)/python benchmarks/run.py
	$(BIN)/python -m benchmarks.reader
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.cold
	$(BIN)/python -m benchmarks.peers

# Trains the reader from nothing with the data in DATA, resumes what was stopped, and fits the weights to it.
reader: install
	@test -d "$(DATA)/squad" || { echo "give the folder with squad/, selqa/, covidqa/ and policyqa/: make reader DATA=folder"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
	test -e $(WORK)/examples.jsonl || { $(BIN)/python -m training.reader.examples "$(DATA)" $(WORK)/examples.new && mv $(WORK)/examples.new $(WORK)/examples.jsonl; }
	$(BIN)/python -m training.reader.train $(WORK)/examples.jsonl $(WORK)
	$(BIN)/python -m training.fit_order "$(DATA)" --reader $(WORK)/reader.safetensors
	$(BIN)/python -m training.fit_weights "$(DATA)" --reader $(WORK)/reader.safetensors
	$(BIN)/python -m training.calibrate --reader $(WORK)/reader.safetensors
	$(BIN)/python -m training.fit_weights "$(DATA)" --reader off
	$(BIN)/python -m training.calibrate --reader off
	@echo "use it: FOOTNOTE_READER=$(WORK)/reader.safetensors; ship it: see training/README.md"

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or newer; set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .footnote .pytest_cache .mypy_cache .ruff_cache
