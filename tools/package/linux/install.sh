#!/bin/sh
# EcoMap for one user, without an administrator: unpacks what follows this text into the user's own folders.
#   sh EcoMap.run                  install, with an entry in the menu and projects that open by double-click
#   sh EcoMap.run --uninstall      take all of that away again; projects and settings stay
#   sh EcoMap.run --extract DIR    only unpack
set -eu
data="${XDG_DATA_HOME:-$HOME/.local/share}"
place="$data/ecomap-program"
bin="$HOME/.local/bin"
refresh() {
    command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q "$data/applications" 2>/dev/null || true
    command -v update-mime-database >/dev/null 2>&1 && update-mime-database "$data/mime" >/dev/null 2>&1 || true
}
unpack() { mkdir -p "$1"; tail -n +"$(awk '/^__THE_PROGRAM__$/ {print NR + 1; exit}' "$0")" "$0" | tar -xJf - -C "$1"; }
case "${1:-}" in
--extract) unpack "$2"; exit 0 ;;
--uninstall)
    rm -rf "$place"
    rm -f "$bin/ecomap" "$bin/ecomap-window" "$data/applications/org.ecomap.EcoMap.desktop" "$data/mime/packages/org.ecomap.EcoMap.xml"
    find "$data/icons/hicolor" -name "org.ecomap.EcoMap.*" -delete 2>/dev/null || true
    refresh
    echo "EcoMap is gone. Your projects and settings are where they were."
    exit 0 ;;
esac
command -v xz >/dev/null 2>&1 || { echo "Unpacking needs xz, which is not here (the package xz-utils or xz)." >&2; exit 1; }
echo "Unpacking EcoMap into $place ..."
rm -rf "$place.new"
unpack "$place.new"
rm -rf "$place"
mv "$place.new" "$place"
mkdir -p "$bin" "$data/applications" "$data/mime/packages"
ln -sf "$place/usr/lib/ecomap/ecomap" "$bin/ecomap"
ln -sf "$place/usr/lib/ecomap/ecomap-window" "$bin/ecomap-window"
head -n "$(awk '/^__THE_PROGRAM__$/ {print NR; exit}' "$0")" "$0" > "$place/EcoMap.run.sh"
sed "s|^Exec=ecomap-window|Exec=\"$place/usr/lib/ecomap/ecomap-window\"|" "$place/usr/share/applications/org.ecomap.EcoMap.desktop" > "$data/applications/org.ecomap.EcoMap.desktop"
cp "$place/usr/share/mime/packages/org.ecomap.EcoMap.xml" "$data/mime/packages/"
(cd "$place/usr/share/icons" && find . -type f | while read -r one; do mkdir -p "$data/icons/$(dirname "$one")"; cp "$one" "$data/icons/$one"; done)
refresh
echo "EcoMap is in the menu. To take it away: sh \"$place/EcoMap.run.sh\" --uninstall"
exit 0
__THE_PROGRAM__
