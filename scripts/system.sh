#!/usr/bin/env bash
# Debian packages: bubblewrap (the sandbox), chromium (browser tests), fonts for its pictures, and
# postgresql, of which tests start a server of their own: no cluster is made or left running for us.
set -euo pipefail
packages=(bubblewrap chromium fonts-liberation postgresql)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && { echo "system packages are there: ${packages[*]}" >&2; exit 0; }
command -v apt-get >/dev/null || {
  echo "This is not Debian. Install these by your own package manager: ${missing[*]}" >&2; exit 3; }
root=(); [ "$(id -u)" = 0 ] || root=(sudo)
"${root[@]}" apt-get update -qq
install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends)
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
  "${install[@]}" postgresql-common
  # left alone it would make a cluster "main" and start it as the server is installed
  "${root[@]}" sed -ri 's/^#?(create_main_cluster) .*/\1 = false/' /etc/postgresql-common/createcluster.conf
fi
"${install[@]}" "${missing[@]}"
