#!/usr/bin/env bash
# What a reader would otherwise have to check by eye. Every step runs; the exit says if any found something.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
step() { local name=$1; shift; if out=$("$@" 2>&1); then echo "ok    $name"; else echo "FOUND $name"; echo "$out" | tail -60; bad=1; fi; }
no_hosts() { ! git grep -nIE '(https?:)?//[a-z.]*(py''pi|pyth''onhosted|npm''js|yarn''pkg|deb''ian)[a-z.]*\.(org|com)' -- . ':!*.svg'; }
step "format" .venv/bin/ruff format --check .
step "lint" .venv/bin/ruff check .
step "types" .venv/bin/mypy
step "imports" .venv/bin/lint-imports
step "spelling" .venv/bin/typos
step "exercises are the photographs of their source" .venv/bin/audition exercise release --all --check
step "exercises keep the rules" .venv/bin/audition exercise check --all --fast
step "environment.yml equals the lock" diff <(.venv/bin/python scripts/environment_yml.py) environment.yml
step "no registry host in a tracked file" no_hosts
exit $bad
