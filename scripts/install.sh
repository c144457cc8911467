#!/usr/bin/env bash
# Make one of the two environments from its lock. Usage: scripts/install.sh trusted|candidate
# Everything third-party is pinned and hashed; our own wheels are built offline from this checkout.
set -euo pipefail
cd "$(dirname "$0")/.."
zone=$1
case $zone in
  trusted) venv=.venv; own=(core proctor hub grader) ;;
  candidate) venv=.venv-candidate; own=(core candidate) ;;
  *) echo "install.sh: '$zone' is not an environment; say trusted or candidate" >&2; exit 2 ;;
esac
exec 9>"${TMPDIR:-/tmp}/audition-install-$(id -u).lock" && flock 9 2>/dev/null || true   # two makes at once take turns
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || {
  echo "Audition needs Python 3.11 or newer; '$python' is $("$python" -V 2>&1). Set PYTHON=/path/to/python3.11." >&2; exit 3; }
say() { echo "[$zone] $*" >&2; }
[ -x "$venv/bin/python" ] || { say "making $venv"; "$python" -m venv "$venv"; }
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/python" -c 'import uv' 2>/dev/null || "$venv/bin/pip" install --quiet --require-hashes -r requirements/bootstrap.lock
lock=requirements/$zone.lock
stamp=$venv/.$zone.lock
if ! cmp -s "$lock" "$stamp"; then
  say "installing $(grep -c '==' "$lock") pinned packages (about a minute the first time)"
  sync=("$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock" -r requirements/build.lock)
  if ! "${sync[@]}"; then
    say "uv could not install; trying pip, which is slower"
    "$venv/bin/pip" install --quiet --require-hashes -r "$lock" -r requirements/build.lock
  fi
  [ "$zone" = candidate ] && "$venv/bin/python" -m compileall -q "$venv/lib" >/dev/null 2>&1 || true
  cp "$lock" "$stamp"
fi
install=("$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --no-index)
if [ "$zone" = trusted ]; then
  for z in "${own[@]}"; do "${install[@]}" -e "packaging/$z"; done
  scripts/install_proxy.sh
else
  # Real wheels, not links: what a candidate's kernel can see is what ships, and nothing else.
  for z in "${own[@]}"; do rm -rf "packaging/$z/build"; "${install[@]}" --reinstall "packaging/$z"; rm -rf "packaging/$z/build"; done
  "$venv/bin/python" -m compileall -q "$venv"/lib/python*/site-packages/harness
  # The list of fonts is made once here: in a kernel it would take seconds of the first plot.
  fonts=$PWD/$venv/share/audition/matplotlib
  ls "$fonts"/fontlist-*.json >/dev/null 2>&1 || HOME=$fonts MPLCONFIGDIR=$fonts \
    "$venv/bin/python" -I -c 'import matplotlib.font_manager' || true
fi
rm -rf ./*.egg-info   # what building leaves here would count as installed wherever the checkout is on the path
say "ready"
