#!/bin/sh
# Installs the system libraries that Qt links to where they are missing, apt-get is there and we are root; says what
# to install otherwise. A desktop has them; a bare server or container often has not. Never fails.
set -u
PYTHON="${1:-python3}"

"$PYTHON" -c "import PySide6.QtGui" >/dev/null 2>&1 && exit 0

packages="libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    echo "Installing the libraries that Qt draws with: $packages" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null 2>&1
    for package in $packages; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || echo "Could not install $package." >&2
    done
else
    echo "Qt cannot start here. On Debian or Ubuntu:  sudo apt-get install $packages" >&2
fi
exit 0
