#!/usr/bin/env bash
# Installs what the tests need beside Rust, into target/test-tools: a virtual environment for each `tests/tools/<name>.txt`
# (Python), what `tests/tools/package.json` names (npm), and Debian's packages. All of it pinned, but for Debian's.
# Runs again in no time where all is there. Says clearly what is missing and how to get it where it cannot install it.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'test-tools: %s\n' "$*" >&2; }
missing() { say "$*"; exit 1; }

command -v python3 >/dev/null || missing "python3 is not installed (Debian: apt-get install python3 python3-venv)"

for pins in tests/tools/*.txt; do
  venv=target/test-tools/$(basename "$pins" .txt)
  cmp -s "$pins" "$venv/installed.txt" && continue
  say "installing $pins into $venv"
  rm -rf "$venv"
  python3 -m venv "$venv" || missing "python3 cannot make a virtual environment (Debian: apt-get install python3-venv)"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins" \
    || missing "pip could not install $pins; is a package index reachable?"
  cp "$pins" "$venv/installed.txt"
done

# program → Debian's package that brings it
wanted=(chromium:chromium prometheus-alertmanager:prometheus-alertmanager prometheus:prometheus promtool:prometheus wrk:wrk)
packages=()
for pair in "${wanted[@]}"; do
  command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}")
done
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing Debian's ${packages[*]}"
    # Some packages start a server of their own, which no test wants.
    [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; made=1; }
    installed=1
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}"; } >&2 || installed=0
    [ "${made:-0}" = 0 ] || rm -f /usr/sbin/policy-rc.d
    [ "$installed" = 1 ] || missing "apt-get could not install ${packages[*]}"
  else
    missing "not installed: ${packages[*]} (Debian: sudo apt-get install ${packages[*]})"
  fi
fi

if [ -e tests/tools/package.json ]; then
  command -v npm >/dev/null || missing "npm is not installed (Debian: apt-get install npm)"
  if ! cmp -s tests/tools/package-lock.json target/test-tools/npm/package-lock.json; then
    say "installing tests/tools/package.json into target/test-tools/npm"
    rm -rf target/test-tools/npm && mkdir -p target/test-tools/npm
    cp tests/tools/package.json tests/tools/package-lock.json target/test-tools/npm/
    npm ci --silent --ignore-scripts --prefix target/test-tools/npm >&2 || { rm -rf target/test-tools/npm; missing "npm could not install tests/tools/package.json"; }
  fi
fi
say "ready"
