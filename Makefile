# Two commands do everything on a fresh machine: `make lab` and `make test`.
# Flags go through ARGS:  make lab ARGS='--no-browser --port 8899'
SHELL := /bin/bash
.DEFAULT_GOAL := help
ARGS ?=

TRUSTED := .venv/.ready
CANDIDATE := .venv-candidate/.ready
WHEEL_SOURCES := $(shell find harness/core harness/cli harness/sandbox harness/kernel harness/lab \
    -name node_modules -prune -o -type f \( -name '*.py' -o -path '*/labextension/dist/*' -o -name '*.json' -o -name '*.html' -o -name '*.toml' -o -path '*/pages/*' \) -print 2>/dev/null)

.PHONY: help lab demo test check bench soak system peers lock env format clean labextension

help:  ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

lab: env  ## Start the workspace: proctor, embedded model, JupyterLab; prints one address
	@.venv/bin/audition lab $(ARGS)

demo: env  ## Play a whole sitting without a person: one report page and its submissions
	@.venv/bin/audition demo $(ARGS)

# One thread a process for the encoder's sums: more of them than cores wait for each other.
test: env peers  ## Run the tests, three at a time: most of them wait
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 .venv/bin/python -m pytest $(if $(ARGS),$(ARGS),-m "not soak" -n 3 --dist loadfile --no-loadscope-reorder)

check: env  ## Lint, types, import contracts, drift
	@scripts/check.sh

bench: env  ## Measure beside the peers (figures as ratios in one run)
	@.venv/bin/audition bench $(ARGS)

soak: env  ## The long proofs, seeds printed
	@.venv/bin/python -m pytest -m soak -s --timeout 3600 $(ARGS)

system:  ## Install the Debian packages (bubblewrap, chromium, postgresql); the only target that needs root
	@scripts/system.sh

lock: $(TRUSTED)  ## Resolve requirements/*.in anew
	@scripts/lock.sh

peers: $(TRUSTED)  ## Install other people's clients, each in an environment of its own
	@scripts/peers.sh

format: $(TRUSTED)  ## Put the code into its one form
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

labextension: $(TRUSTED) $(CANDIDATE)  ## Build the JupyterLab extension anew
	@scripts/build_labextension.sh

env: $(TRUSTED) $(CANDIDATE)

$(TRUSTED): requirements/trusted.lock requirements/bootstrap.lock requirements/build.lock scripts/install.sh $(wildcard packaging/*/pyproject.toml)
	@scripts/install.sh trusted && touch $@

$(CANDIDATE): requirements/candidate.lock requirements/bootstrap.lock requirements/build.lock scripts/install.sh $(wildcard packaging/*/pyproject.toml) $(WHEEL_SOURCES)
	@scripts/install.sh candidate && touch $@

clean:  ## Remove the environments (never .audition, where work is kept)
	rm -rf .venv .venv-candidate .venv-peers
