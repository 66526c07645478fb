#!/bin/sh
# Fetches what judges our log in tests/interop and cannot come from the hashed requirements: npm's
# @sigstore/verify, by its locked hashes. With --all also Debian's golang-golang-x-mod-dev; then runs
# those tests, where whatever is missing is named and is a failure.
cd "$(dirname "$0")/.." || exit 1
npm=tests/interop/npm
fetched=$npm/node_modules/.package-lock.json
if { [ ! -e "$fetched" ] || [ "$npm/package-lock.json" -nt "$fetched" ]; } && command -v npm >/dev/null; then
    echo "Fetching npm's @sigstore/verify for the tests ..."
    (cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
        echo "npm's @sigstore/verify could not be fetched."
fi
[ "${1:-}" = --all ] || exit 0
if ! [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's golang-golang-x-mod-dev ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null 2>&1
    apt-get install -qq --no-install-recommends golang-golang-x-mod-dev >/dev/null 2>&1 ||
        echo "golang-golang-x-mod-dev could not be installed."
fi
CI=true TOCSIN_INTEROP=all exec .venv/bin/python -m pytest tests/interop
