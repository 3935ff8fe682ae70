#!/bin/sh
# Installs what the tests need beside Python: Chromium with its driver for the exported page, the libraries that
# Qt's offscreen platform links to, and GDAL's own validator of GeoPackages. Never fails: what cannot be installed is said loudly, and those tests say so too.
set -u

missing=""
say() { printf '%s\n' "$*" >&2; }
loud() { say ""; say "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"; say "!! $*"; say "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"; }
have() { command -v "$1" >/dev/null 2>&1; }
have_validator() { PATH=/usr/bin:/usr/local/bin python3 -c "import osgeo_utils.samples.validate_gpkg" >/dev/null 2>&1; }
have_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
have_browser() { have chromium || have chromium-browser || have google-chrome || have google-chrome-stable; }

have_browser || missing="$missing chromium"
have chromedriver || missing="$missing chromium-driver"
have_validator || missing="$missing python3-gdal"
for pair in libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon.so.0:libxkbcommon0 libfontconfig.so.1:libfontconfig1 \
            libdbus-1.so.3:libdbus-1-3 libglib-2.0.so.0:libglib2.0-0; do
    have_library "${pair%%:*}" || missing="$missing ${pair##*:}"
done

if [ -z "$missing" ]; then
    say "Everything the tests need is here."
    exit 0
fi
say "Not here:$missing"
if have apt-get && [ "$(id -u)" -eq 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || say "The package lists could not be refreshed."
    for package in $missing; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || say "Could not install $package."
    done
else
    say "Not installing anything: that takes apt-get and root. On Debian:  sudo apt-get install$missing"
fi

if ! have_browser || ! have chromedriver; then
    loud "NO CHROMIUM WITH DRIVER: the tests of the exported page in a real browser WILL NOT RUN."
fi
have_validator || say "No python3-gdal: the project file is not put to GDAL's own validator."
for library in libEGL.so.1 libGL.so.1 libxkbcommon.so.0 libfontconfig.so.1 libdbus-1.so.3 libglib-2.0.so.0; do
    have_library "$library" || loud "NO $library: the tests of the window WILL NOT RUN (Qt cannot start)."
done
exit 0
