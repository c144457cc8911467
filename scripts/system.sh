#!/usr/bin/env bash
# Debian packages: bubblewrap (the sandbox), chromium (browser tests), fonts for its pictures.
set -euo pipefail
packages=(bubblewrap chromium fonts-liberation)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && { echo "system packages are there: ${packages[*]}" >&2; exit 0; }
command -v apt-get >/dev/null || {
  echo "This is not Debian. Install these by your own package manager: ${missing[*]}" >&2; exit 3; }
root=(); [ "$(id -u)" = 0 ] || root=(sudo)
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
