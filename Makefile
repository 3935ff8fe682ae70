# Everything below sets itself up: a virtual environment in .venv from the hashed lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.runtime
DEV := $(VENV)/.dev
OUT ?= demo

.PHONY: demo app test lint bench package linux release images starter messages lock clean

$(RUN): requirements/runtime.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/runtime.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@sh tools/qt_setup.sh $(BIN)/python
	@touch $@

$(DEV): $(RUN) requirements/dev.lock requirements/published.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/published.lock
	@touch $@

demo: $(RUN)        ## the main job on Los Angeles: need, gaps, ranking, HTML, PNG, CSV
	$(BIN)/ecomap demo --out $(OUT)

app: $(RUN)         ## the window on the demo's project
	@test -f $(OUT)/los-angeles.ecomap.gpkg || $(BIN)/ecomap demo --out $(OUT)
	$(BIN)/ecomap window $(OUT)/los-angeles.ecomap.gpkg

lint: $(DEV)        ## style, types and the import rules of the house
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint          ## everything: lint, types, import rules, tests, tests in Chromium
	sh tools/test_setup.sh
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2

bench: $(DEV)       ## ratios against the peers, each pair in one run
	$(BIN)/python -m benchmarks

package: $(DEV)     ## one-folder program with PyInstaller, and a smoke test of it
	$(BIN)/python tools/messages.py --compile
	$(BIN)/pyinstaller --noconfirm --distpath dist --workpath build build.spec
	$(BIN)/python tools/smoke_package.py dist/ecomap

linux: package      ## .deb (MAINTAINER="Name <address>"), an installer in one file and an AppImage, out of the one-folder program
	$(BIN)/python -m tools.package.linux_packages dist/ecomap --out dist $(if $(RUNTIME),--runtime $(RUNTIME)) $(if $(MAINTAINER),--maintainer "$(MAINTAINER)")

release: $(DEV)     ## wheel and sdist with checksums and the list of libraries (SBOM), in dist/release
	$(BIN)/python -m tools.package.release --out dist/release

images: $(DEV)      ## the pictures in docs/images
	$(BIN)/python tools/make_images.py

starter: $(RUN)     ## compile the starter again out of the publishers' files in the folder FROM
	$(BIN)/python tools/compile_starter.py --from $(FROM)

messages: $(DEV)    ## gather the messages for translators, and compile the catalogues
	$(BIN)/python tools/messages.py
	$(BIN)/python tools/messages.py --compile

lock:               ## write the lock files again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/runtime.in -o requirements/runtime.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/dev.in -o requirements/dev.lock

clean:
	rm -rf $(VENV) build dist $(OUT)
