# Everything from a fresh clone: `make build`, `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# uv from the machine if there is one, else one of our own from the package registry.
UV := $(if $(shell command -v uv),uv,.tools/bin/uv)
RUN := $(UV) run --frozen
OWN_UV := $(filter .tools/bin/uv,$(UV))

.PHONY: help setup build nightly test tested-demo test-metrics test-slow test-nights test-retail \
	test-docs test-bi lint docs metrics report picture superset superset-stop clean

help: ## Show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

setup: $(OWN_UV) ## Install what is in uv.lock
	$(UV) sync --frozen --quiet

build: setup ## Build the demo shop and publish its marts; DBT=--full-refresh and the like
	$(RUN) python scripts/nightly.py -- --exclude test_type:unit test_type:generic $(DBT)
	@$(if $(OWN_UV),echo 'For uv run: export PATH="$$PWD/.tools/bin:$$PATH"',:)

nightly: setup ## Load, build up to yesterday, test, publish; NIGHTLY='--load ...', DBT=...
	$(RUN) python scripts/nightly.py --as-of yesterday $(NIGHTLY) \
		-- --exclude test_type:unit $(DBT)

# The demo, as tests look for it: the file, and beside it what dbt compiled.
TESTED := target/test/shop

test: setup ## Lint, build the demo with all tests, and run the test suite
	$(MAKE) --jobs=2 --output-sync=target lint tested-demo
	DEMO_WAREHOUSE=$(TESTED).duckdb $(RUN) pytest --numprocesses 2 --dist loadfile \
		--no-loadscope-reorder

tested-demo: setup
	mkdir -p $(dir $(TESTED))
	rm -f $(TESTED).duckdb
	SEGMENTATION_DB=$(TESTED).duckdb DBT_TARGET_PATH=$(TESTED).dbt/target \
		$(RUN) dbt --quiet build

# Slower, or in need of what the usual environment has not; on the demo of `make test`.
test-metrics: setup ## Compare each metric with a query by hand
	test -f $(TESTED).duckdb || $(MAKE) tested-demo
	DEMO_WAREHOUSE=$(TESTED).duckdb $(RUN) --group metrics pytest tests/test_metrics.py

test-nights: setup ## Nights that are killed, fail and run out of room, on the whole project
	NIGHTS=whole $(RUN) pytest tests/test_nights.py

test-slow: setup ## What takes longer: benchmark, formats, other settings, changed rules
	SLOW=1 $(RUN) pytest tests/test_benchmark.py tests/test_incremental.py \
		tests/test_properties.py tests/test_bad_input.py tests/test_other_settings.py \
		tests/test_look_back.py tests/test_rule_change.py tests/test_rules.py \
		-k "benchmark or incremental or parquet or order_of_rows or other_rules or settings \
		or look_back or rule_change or newest_rules or run_that_failed or parts1"

RETAIL_DAYS ?= all

test-retail: setup ## Online Retail, fed as its 305 days (or RETAIL_DAYS of them), night by night
	RETAIL_DAYS=$(RETAIL_DAYS) $(RUN) pytest tests/test_incremental.py -k retail -s

test-docs: docs ## Open the lineage docs in a browser
	$(RUN) pytest tests/test_docs.py

test-bi: setup .superset-venv/installed ## Import the dashboard into a Superset and look at it
	test -f $(TESTED).duckdb || $(MAKE) tested-demo
	$(RUN) python scripts/publish.py --from $(TESTED).duckdb --to target/test/published
	BI_MARTS=target/test/published/marts.duckdb $(RUN) pytest tests/test_superset.py

lint: setup ## Check the style of SQL and Python, and the spelling
	mkdir -p target
	$(RUN) codespell *.md *.yml Makefile docs models macros analyses dashboards \
		seeds/reference
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	SEGMENTATION_DB=target/lint.duckdb $(RUN) sqlfluff lint --disable-progress-bar models analyses tests/data

# What `make build` built; types of columns come from there.
BUILT := $(or $(SEGMENTATION_DB),segmentation.duckdb)

docs: setup ## Write the lineage docs: target/static_index.html, target/column_lineage.html
	test -f '$(BUILT)' || $(MAKE) build
	$(RUN) dbt docs generate --static
	$(RUN) python scripts/finish_docs.py target/static_index.html
	DO_NOT_TRACK=1 DBT_COLIBRI_NO_VERSION_CHECK=1 $(RUN) --group docs \
		colibri generate --disable-telemetry --light --output-dir target/colibri
	mv target/colibri/index.html target/column_lineage.html
	@echo 'Open target/static_index.html and target/column_lineage.html'

metrics: setup ## Check the metrics' definitions against what was built
	test -f '$(BUILT)' || $(MAKE) build
	$(RUN) dbt --quiet parse
	$(RUN) --group metrics mf validate-configs

report: setup ## Write published/report.html: what the marts say, on one page
	$(RUN) python scripts/report.py

picture: setup ## Renew the picture of the report in the README (needs a Chromium)
	$(RUN) python scripts/report.py --picture docs/images/report.png

# Superset wants other versions than the project does: it has an environment of its own.
.superset-venv/installed: dashboards/superset/requirements.txt | setup
	$(UV) venv --quiet --clear --python '>=3.11,<3.13' .superset-venv
	$(UV) pip install --quiet --python .superset-venv/bin/python --requirement $<
	touch $@

PORT ?= 8088

superset: setup .superset-venv/installed ## Show the marts in Superset: http://localhost:8088
	test -f published/marts.duckdb || $(MAKE) build
	$(RUN) python scripts/superset_dashboard.py start --port $(PORT)

superset-stop: setup ## Stop the Superset that `make superset` started
	$(RUN) python scripts/superset_dashboard.py stop

clean: ## Remove what builds leave behind
	rm -rf target logs .tmp published segmentation.duckdb \
		segmentation.duckdb.lock segmentation.duckdb.wal
