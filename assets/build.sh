#!/usr/bin/env bash
# Builds the committed web assets from npm. `--check` builds beside them and compares.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/assets"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
case "${1:-}" in
  "") node build.mjs "$root" ;;
  --check)
    built=$(mktemp -d)
    trap 'rm -rf "$built"' EXIT
    node build.mjs "$built" >/dev/null
    for folder in src/tocsin/web/static tests/vendor; do
      diff -rq "$built/$folder" "$root/$folder" ||
        { echo "$folder is not what its sources give: run assets/build.sh" >&2; exit 1; }
    done
    echo "The committed assets are what their sources give." ;;
  *) echo "usage: assets/build.sh [--check]" >&2; exit 2 ;;
esac
