#!/bin/sh
# Installs from Debian the servers and judges that the tests talk to, where that needs no question: as
# root, with apt-get. Where it cannot, the tests say at their end what was not run.
wanted=
for pair in prosody:prosody dovecot:dovecot-imapd gpg:gnupg openssl:openssl xmlsec1:xmlsec1 newsboat:newsboat; do
    command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || wanted="$wanted ${pair#*:}"
done
[ -n "$wanted" ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
echo "Installing$wanted for the tests ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
# A fresh Debian service starts by itself where there is an init; the tests start their own.
# shellcheck disable=SC2086 - a list of names
apt-get install -qq --no-install-recommends $wanted >/dev/null 2>&1 || echo "Not all could be installed:$wanted."
