# 衡绩 hengji. Needs only Python >= 3.11 with venv, git and make; sets up all else in .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
EXAMPLE := examples/panyu-2024
FRONTEND := requirements/frontend
STATIC := src/hengji/web/static/vendor
ASSETS := echarts/dist/echarts.min.js tabulator-tables/dist/js/tabulator.min.js tabulator-tables/dist/css/tabulator.min.css
PORT   ?= 8000
SERVE  ?= 1

.PHONY: run test lint bench docs screenshots lock setup setup-dev clean
.DELETE_ON_ERROR:

run: setup
	@$(BIN)/hengji review $(EXAMPLE) --out $(EXAMPLE)/out || test $$? -eq 1
	@$(BIN)/hengji forms $(EXAMPLE) --out $(EXAMPLE)/out
	@$(BIN)/hengji simulate-year $(EXAMPLE) --seed 1 --scale 0.1
	@$(BIN)/hengji compute $(EXAMPLE) --out $(EXAMPLE)/out
	@$(BIN)/hengji evidence check $(EXAMPLE) || test $$? -eq 1
	@$(BIN)/hengji monitor $(EXAMPLE) --as-of 2024-07-31 || test $$? -eq 1
	@$(BIN)/hengji score $(EXAMPLE) || test $$? -eq 1
	@$(BIN)/hengji forms $(EXAMPLE) --out $(EXAMPLE)/out --kind monitoring
	@$(BIN)/hengji forms $(EXAMPLE) --out $(EXAMPLE)/out --kind self_evaluation
	@$(BIN)/hengji forms $(EXAMPLE) --out $(EXAMPLE)/out --kind evidence_list
	@$(BIN)/hengji forms $(EXAMPLE) --out $(EXAMPLE)/out --kind report
	@$(BIN)/hengji verify $(EXAMPLE)
	@$(BIN)/hengji serve --data $(EXAMPLE)/site --demo $(EXAMPLE) --port $(PORT) $(if $(filter 0,$(SERVE)),--prepare)

test: setup-dev
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: setup-dev
	@$(BIN)/ruff check src tests benchmarks docs
	@$(BIN)/ruff format --check src tests benchmarks docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: setup-dev
	@for bench in benchmarks/*/bench*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

docs: setup-dev
	@$(BIN)/python docs/generate.py build/manual
	@$(BIN)/mkdocs build --quiet --strict --config-file docs/mkdocs.yml
	@echo "site/index.html"

# Needs Chromium and CJK fonts, and the example computed: make run SERVE=0
screenshots: setup-dev
	@$(BIN)/python docs/screenshots.py $(EXAMPLE) docs/pictures

# Versions and hashes, no addresses: the same files serve any package index.
LOCK = uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links --quiet
lock:
	@command -v uv >/dev/null || { echo "锁定依赖需要 uv：pip install uv / locking needs uv: pip install uv"; exit 2; }
	$(LOCK) pyproject.toml --extra web --extra weather --extra lists -o requirements/core.txt
	$(LOCK) pyproject.toml --extra web --extra weather --extra lists --extra dev --extra docs --extra browser --extra ocr -c requirements/core.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra spark -c requirements/core.txt -o requirements/spark.txt
	$(LOCK) requirements/build.in -o requirements/build.txt
	cd $(FRONTEND) && PATH="$(abspath $(BIN)):$$PATH" npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

setup: $(VENV)/.core $(VENV)/.frontend
# Spark is 400 MB and of no use without Java: its tests run where Java is, and say elsewhere that they were skipped.
setup-dev: $(VENV)/.dev $(VENV)/.frontend $(if $(shell command -v java 2>/dev/null),$(VENV)/.spark)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更高版本，请用 make PYTHON=python3.11 指定 / Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "缺少 Python 的 venv 组件，请先安装（Debian/Ubuntu：apt install python3-venv） / Python's venv is missing; install it first (Debian: apt install python3-venv)"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.core: $(VENV)/.python requirements/core.txt requirements/build.txt pyproject.toml
	@echo "准备运行环境 … / setting up …"
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/core.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What pages load: never committed, copied where the site looks for its static files. Without a package index for npm the
# site still works, with plain tables in place of the spreadsheet and the pictures; the next set-up tries again.
$(VENV)/.frontend: $(VENV)/.core $(FRONTEND)/package-lock.json
	@rm -rf build/frontend $(STATIC) && mkdir -p build/frontend $(STATIC)
	@cp $(FRONTEND)/package.json $(FRONTEND)/package-lock.json build/frontend/
	@if PATH="$(abspath $(BIN)):$$PATH" npm ci --prefix build/frontend --ignore-scripts --no-audit --no-fund --fetch-retries 1 --loglevel error >/dev/null; then \
	  cp $(addprefix build/frontend/node_modules/,$(ASSETS)) $(STATIC)/ && touch $@; \
	else echo "没有装上网页的表格和图形组件(npm 用不了)，网站以普通表格代替；可用后再运行一次即可 / the spreadsheet and the pictures were not installed (npm failed); the site shows plain tables instead" >&2; fi

$(VENV)/.dev: $(VENV)/.core requirements/dev.txt
	@echo "准备测试环境 … / setting up for tests …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	@echo "准备 Spark … / setting up Spark …"
	@$(PIP) --require-hashes --no-build-isolation -r requirements/spark.txt
	@touch $@

clean:
	rm -rf $(VENV) build site $(STATIC) .mypy_cache .ruff_cache .pytest_cache .hypothesis $(addprefix $(EXAMPLE)/,out evidence simulated attachments evaluations site)
