#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: $CHROMIUM, one on the PATH, or Debian's.
set -eu

for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "· Installing Chromium from Debian's packages"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi
# tests/e2e says so in its report, and fails in CI.
echo "· No Chromium here: the browser tests will be left out (install it, or name it in CHROMIUM)"
