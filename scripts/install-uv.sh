#!/bin/sh
# Installs uv into .uv by pip, which checks its hash. A bare Debian has Python without pip: there,
# pip comes from Debian's own packages where we may install them.
set -eu

if ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "· This Python has no pip: installing Debian's"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pip >/dev/null
    else
        echo "This Python ($PYTHON) has no pip. Install it first, on Debian: sudo apt-get install python3-pip" >&2
        exit 1
    fi
fi

"$PYTHON" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --upgrade --target .uv --require-hashes -r requirements/uv.txt
