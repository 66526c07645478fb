#!/bin/sh
# Writes requirements/{pip,run,test,tools}.txt: every version pinned, every published file hashed, for every
# platform and Python from 3.11. Keeps the versions already there; `sh tools/lock.sh --upgrade` moves them.
set -eu
cd "$(dirname "$0")/.."
[ -x .lock/bin/uv ] || { "${PYTHON:-python3}" -m venv .lock && .lock/bin/python -m pip install --quiet uv; }

compile() {
    .lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
        --no-annotate --no-header "$@"
}
compile "$@" --group pip --output-file requirements/pip.txt
compile "$@" pyproject.toml --group build --output-file requirements/run.txt
compile "$@" pyproject.toml --group build --group test --constraint requirements/run.txt \
    --output-file requirements/test.txt
compile "$@" --group tools --constraint requirements/test.txt --output-file requirements/tools.txt
if grep -nE '://|^ *-[^ ]*(index|links)' requirements/*.txt; then
    echo "The lock names an address. It must not." >&2
    exit 1
fi
