# Everything a clean machine needs, made when it is missing or out of date: environment, packages, web client.
# uv is used where there is one, else venv and pip; Node.js is fetched where there is none (scripts/node.py).
# A step that cannot be done says in one sentence what to do (scripts/steps.py); the next run goes on from there.

PORT ?= 8080
HOST ?= 0.0.0.0
# Test processes. Twice the cores of the smallest machine: tests wait for servers about as long as they compute.
WORKERS ?= 4
FUZZ ?= tests/domain/test_state_machine.py $(wildcard tests/socketio/test_*machine.py) tests/socketio/test_parser.py \
  tests/socketio/test_websocket_frames.py tests/socketio/test_timer_wheel.py

# Tests start some three hundred servers, each of which would compile all of its modules again.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
SETUP := sh scripts/setup.sh
$(shell $(SETUP) stale)
.PHONY: lint workflows hooks
WORKFLOWS = .github/workflows/*.yaml .github/dependabot.yaml
# actionlint's fork that PyPI has whole. The same answer on every machine: no shellcheck that happens to be there, no network.
ACTIONLINT = .venv/bin/jactionlint --profile pedantic --strict-exit --ignore self-repository --shellcheck= --pyflakes= \
  --no-online --no-hints
# Keeps the output of two targets apart, where make can (GNU make 4).
APART = $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-annotate --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help run dev web test test-fast check types vitest format generate fuzz fuzz-api test-faults test-hostile bench bench-archive bench-play bench-realtime bench-redis locks clean system dist release test-wheel

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: web ## build what is missing and serve (PORT=8080 HOST=0.0.0.0)
	@exec .venv/bin/paddock serve --host "$(HOST)" --port "$(PORT)"

dev: .venv/.dev src/paddock/web/index.html ## serve with hot reload while files change (PORT=8080 HOST=127.0.0.1)
	@HOST="$(if $(filter file,$(origin HOST)),127.0.0.1,$(HOST))" PORT="$(PORT)" exec $(PY) -m scripts.dev

src/paddock/web/index.html: | .venv/.run
	@$(PY) -m scripts.build_web

system:
	@bash scripts/system_packages.sh

web: .venv/.run ## build the web client
	@$(PY) -B -m scripts.build_web

test: system web .venv/.dev ## run every check and every test
	@$(MAKE) --no-print-directory -j 2 $(APART) check vitest
	@$(PY) scripts/node.py $(PY) -m pytest -q -n $(WORKERS) --dist worksteal

test-fast: .venv/.dev ## run the tests that start no server, browser or other program; for daily work
	@$(PY) -m pytest -q -n 3 --dist worksteal -m "not processes" -p no:schemathesis

check: lint web ## formats, lint, types, import rules, generated files, workflows
	@$(PY) -m mypy
	@$(PY) scripts/node.py npm --prefix web run --silent check

lint: .venv/.dev ## the quick half of check, which is also what the git hook runs
	@$(PY) -m ruff format --check --quiet . || { echo "not formatted: run make format"; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m scripts.generate_wire --check
	@$(PY) -m scripts.generate_api --check
	@$(PY) scripts/generate_settings.py --check
	@mkdir -p .build
	@.venv/bin/lint-imports --no-cache > .build/lint-imports.log 2>&1 || { cat .build/lint-imports.log; exit 1; }
	@$(MAKE) --no-print-directory workflows

workflows: # what lint says of the workflows alone
	@$(ACTIONLINT) $(WORKFLOWS)

hooks: .venv/.dev ## let git run lint before every commit
	@.venv/bin/pre-commit install

vitest: .venv/.dev web ## run the tests of the web client
	@cd web && ../$(PY) ../scripts/node.py npx vitest run

format: .venv/.dev ## format and fix what can be fixed
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --fix .

generate: .venv/.run ## write the files that are made from types: wire types, wire and settings documents
	@$(PY) -m scripts.generate_wire
	@$(PY) -m scripts.generate_api
	@$(PY) scripts/generate_settings.py

fuzz: .venv/.dev ## look for bad input and bad orders of things for some minutes, much longer than the tests do
	@began=$$(date +%s); status=0; PADDOCK_HYPOTHESIS=long $(PY) -m pytest -q -n $(WORKERS) --timeout 7200 --durations 0 \
	  --durations-min 1 $(FUZZ) || status=$$?; echo "fuzzed for $$(($$(date +%s) - began)) s"; exit $$status

fuzz-api: .venv/.dev ## let schemathesis look at the REST API for half an hour
	@PADDOCK_HYPOTHESIS=long $(PY) -m pytest -q -n 0 --timeout 7200 tests/api/test_schemathesis.py

test-faults: .venv/.dev web ## kill, freeze and starve servers and Redis for about half an hour; writes docs/faults (PLAYS=kills)
	@$(PY) scripts/node.py $(PY) -m pytest -q -n 0 --timeout 1200 $(if $(PLAYS),tests/faults/plays_$(PLAYS).py,tests/faults/plays_*.py)
	@$(PY) -m tests.faults.report

test-hostile: .venv/.dev web ## let attackers of all kinds loose on fifty players for ten minutes; writes docs/benchmarks (SECONDS=60)
	@PADDOCK_HOSTILE_S=$(or $(SECONDS),600) $(PY) scripts/node.py $(PY) -m pytest -q -n 0 tests/hostile/plays_evening.py

bench-archive: .venv/.dev ## a million races in PostgreSQL: fill it, ask everything, record; writes docs/benchmarks
	@$(PY) -m bench.bench_archive --out docs/benchmarks

bench: .venv/.dev ## measure; writes docs/benchmarks
	@set -e; for one in bench/bench_*.py; do echo "== $$one"; $(PY) -m bench.$$(basename $$one .py); done

bench-play: .venv/.dev web ## measure one server with 10,000 players who chat, pick and race; writes docs/benchmarks
	@$(PY) -m bench.play

bench-realtime: .venv/.dev bench/realtime/node_modules ## measure beside Node's socket.io and python-socketio (QUICK=1)
	@$(PY) scripts/node.py $(PY) -m bench.realtime $(if $(QUICK),--quick)

bench-redis: .venv/.dev bench/realtime/node_modules ## measure servers that share a Redis beside their peers (PART=small)
	@$(PY) scripts/node.py $(PY) -m bench.cluster $(if $(QUICK),--quick) $(if $(PART),--part $(PART))

bench/realtime/node_modules: bench/realtime/package-lock.json
	@$(PY) scripts/node.py npm --prefix bench/realtime ci --silent
	@touch $@

release: .venv/.dev web ## prepare a release and print how to publish it (VERSION=1.2.3; for trying: CHECKS=check DRY_RUN=1)
	@$(PY) -m scripts.release "$(VERSION)" $(if $(CHECKS),--checks "$(CHECKS)") $(if $(DRY_RUN),--dry-run)

dist: .venv/.dev web ## build the source archive and the wheel into dist/ (TAG=v1.2.3 must name the version)
	@$(PY) -m scripts.release.dist $(if $(TAG),--tag "$(TAG)")

test-wheel: .venv/.made ## install the wheel of dist/ into an empty environment, serve from it and play one race (WHEEL=path)
	@$(PY) -m scripts.release.smoke_test $(WHEEL)

locks: ## resolve dependencies anew (needs uv)
	@$(COMPILE) --extra postgres -o requirements.lock
	@$(COMPILE) -c requirements.lock --extra postgres --extra test --extra e2e --extra bench --extra dev -o requirements-dev.lock

clean: ## remove everything that was made (not the rooms in data/)
	rm -rf .venv .build src/paddock/web web/node_modules dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/.made:
	@$(SETUP) venv

.venv/.run: requirements.lock pyproject.toml | .venv/.made
	@$(SETUP) run

.venv/.dev: requirements-dev.lock .venv/.run
	@$(SETUP) dev
