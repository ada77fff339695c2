#!/usr/bin/env bash
# Installs what the tests need beside Rust: the AWS emulator (moto) into target/test-tools, and Debian's prometheus.
# Runs again in no time where all is there. Says clearly what is missing and how to get it where it cannot install it.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'test-tools: %s\n' "$*" >&2; }
missing() { say "$*"; exit 1; }

command -v python3 >/dev/null || missing "python3 is not installed (Debian: apt-get install python3 python3-venv)"

venv=target/test-tools/moto
stamp=$venv/installed.txt
if ! cmp -s tests/tools.txt "$stamp"; then
  say "installing the AWS emulator into $venv"
  rm -rf "$venv"
  python3 -m venv "$venv" || missing "python3 cannot make a virtual environment (Debian: apt-get install python3-venv)"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/tools.txt \
    || missing "pip could not install tests/tools.txt; is a package index reachable?"
  cp tests/tools.txt "$stamp"
fi

if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing Debian's prometheus"
    # The package starts a server of its own, which no test wants.
    [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; made=1; }
    installed=1
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends prometheus; } >&2 || installed=0
    [ "${made:-0}" = 0 ] || rm -f /usr/sbin/policy-rc.d
    [ "$installed" = 1 ] || missing "apt-get could not install prometheus"
  else
    missing "prometheus and promtool are not installed (Debian: sudo apt-get install prometheus)"
  fi
fi
say "ready"
