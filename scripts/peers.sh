#!/usr/bin/env bash
# Other people's programs, each in an environment of its own from its lock: .venv-peers/<name>.
# Usage: scripts/peers.sh [NAME ...]; without names the clients of tests/peers, without the bench's peer.
set -euo pipefail
cd "$(dirname "$0")/.."
for_bench=litellm-proxy   # 740 MB that no test needs
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(basename -s .lock requirements/peers/*.lock | grep -vx "$for_bench")
for name in "${names[@]}"; do
  lock=requirements/peers/$name.lock
  [ -f "$lock" ] || { echo "peers.sh: there is no $lock" >&2; exit 2; }
  venv=.venv-peers/$name
  cmp -s "$lock" "$venv/.lock" && continue
  echo "[peers] $name" >&2
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv --without-pip "$venv"
  .venv/bin/uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
  cp "$lock" "$venv/.lock"
done
