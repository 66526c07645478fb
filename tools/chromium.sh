#!/bin/sh
# Installs Debian's chromium for the browser tests where that needs no question: as root, with apt-get;
# and its light twin, which takes half the processor time and cannot show notifications.
# Where it cannot, the tests say at their end what was not run.
wanted=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null || wanted=chromium
command -v chromium-headless-shell >/dev/null || wanted="$wanted chromium-headless-shell"
[ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
echo "Installing" $wanted "for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
for one in $wanted; do
    apt-get install -qq --no-install-recommends "$one" >/dev/null 2>&1 ||
        echo "$one could not be installed."
done
