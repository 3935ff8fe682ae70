#!/bin/sh
# macOS: a disk image with EcoMap.app, out of dist/EcoMap.app (make package writes it).
#   sh tools/package/macos/build.sh
# Signs where ECOMAP_SIGN_IDENTITY names a "Developer ID Application" (build.spec has signed what is inside by then), and lets
# Apple notarise where ECOMAP_APPLE_ID, ECOMAP_APPLE_TEAM and ECOMAP_APPLE_PASSWORD (an app-specific one) are set too. Without
# them the app is signed for this machine only (ad hoc), and Gatekeeper asks: see docs/install.md.
set -eu
cd "$(dirname "$0")/../../.."
version="$(sed -n 's/^VERSION = "\(.*\)"/\1/p' ecomap/model/version.py)"
app="dist/EcoMap.app"
image="dist/EcoMap-$version-$(uname -m).dmg"
[ -d "$app" ] || { echo "There is no $app: run make package first." >&2; exit 1; }

if [ -n "${ECOMAP_SIGN_IDENTITY:-}" ]; then
    codesign --force --deep --timestamp --options runtime --entitlements tools/package/macos/entitlements.plist --sign "$ECOMAP_SIGN_IDENTITY" "$app"
else
    codesign --force --deep --sign - "$app"
fi
codesign --verify --deep --strict "$app"

stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"   # dragging there needs an administrator; ~/Applications needs none
rm -f "$image"
hdiutil create -quiet -volname EcoMap -srcfolder "$stage" -format ULMO -fs HFS+ "$image"

if [ -n "${ECOMAP_SIGN_IDENTITY:-}" ]; then codesign --timestamp --sign "$ECOMAP_SIGN_IDENTITY" "$image"; fi
if [ -n "${ECOMAP_APPLE_ID:-}" ] && [ -n "${ECOMAP_APPLE_TEAM:-}" ] && [ -n "${ECOMAP_APPLE_PASSWORD:-}" ]; then
    xcrun notarytool submit "$image" --apple-id "$ECOMAP_APPLE_ID" --team-id "$ECOMAP_APPLE_TEAM" --password "$ECOMAP_APPLE_PASSWORD" --wait
    xcrun stapler staple "$image"
else
    echo "Not notarised: ECOMAP_APPLE_ID, ECOMAP_APPLE_TEAM and ECOMAP_APPLE_PASSWORD are not all set." >&2
fi
echo "$image"
