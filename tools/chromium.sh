#!/bin/sh
# Installs Debian's chromium for the browser tests where that needs no question: as root, with apt-get.
# Where it cannot, the tests say at their end what was not run.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
echo "Installing chromium for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
apt-get install -qq --no-install-recommends chromium >/dev/null 2>&1 ||
    echo "chromium could not be installed."
