#!/usr/bin/env bash
# Other people's clients, each in an environment of its own from its lock: .venv-peers/<name>.
set -euo pipefail
cd "$(dirname "$0")/.."
for lock in requirements/peers/*.lock; do
  name=$(basename "$lock" .lock)
  venv=.venv-peers/$name
  cmp -s "$lock" "$venv/.lock" && continue
  echo "[peers] $name" >&2
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv --without-pip "$venv"
  .venv/bin/uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
  cp "$lock" "$venv/.lock"
done
