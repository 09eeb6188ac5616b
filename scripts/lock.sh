#!/bin/sh
# Writes the locks: a hash for every file of every platform, and no host's name.
set -eu

compile() {
    .uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header "$@"
}
compile --upgrade requirements/uv.in -o requirements/uv.txt
compile --upgrade pyproject.toml -o requirements/run.txt
compile --upgrade --group assets -o requirements/assets.txt
compile --upgrade --constraint requirements/run.txt pyproject.toml --group test -o requirements/test.txt
PATH="$PWD/.venv/bin:$PATH" npm update --package-lock-only --ignore-scripts
