#!/usr/bin/env bash
# Resolve every requirements/*.in into a lock: pinned, hashed, naming no index host.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
for name in bootstrap build candidate trusted; do
  ../.venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url \
    --no-emit-find-links --python-version 3.11 "$name.in" -o "$name.lock"
  echo "requirements/$name.lock: $(grep -c '==' "$name.lock") packages" >&2
done
for peer in peers/*.in; do
  ../.venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url \
    --no-emit-find-links --python-version 3.11 "$peer" -o "${peer%.in}.lock"
  echo "requirements/${peer%.in}.lock: $(grep -c '==' "${peer%.in}.lock") packages" >&2
done
../.venv/bin/python ../scripts/environment_yml.py > ../environment.yml
