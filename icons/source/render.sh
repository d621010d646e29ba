#!/bin/sh
# Renders every picture of icons/ from the drawings beside this script.
# Needs rsvg-convert (librsvg2-bin), convert (imagemagick) and, for the macOS file, png2icns (icnsutils).
set -eu
cd "$(dirname "$0")"
png() { rsvg-convert --width "$3" --height "$3" "$1" --output "$2"; }

png icon-small.svg ../32x32.png 32
png icon.svg ../128x128.png 128
png icon.svg ../128x128@2x.png 256
png icon.svg ../icon.png 512

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in 16 32 48; do png icon-small.svg "$work/$size.png" "$size"; done
for size in 128 256 512; do png icon.svg "$work/$size.png" "$size"; done
convert "$work/16.png" "$work/32.png" "$work/48.png" "$work/256.png" ../icon.ico
png2icns ../icon.icns "$work/16.png" "$work/32.png" "$work/48.png" "$work/128.png" "$work/256.png" "$work/512.png" >"$work/log" ||
    { cat "$work/log" >&2; exit 1; }

for state in online connecting off attention; do
    png "tray-$state.svg" "../tray/$state.png" 22
    png "tray-$state.svg" "../tray/$state-44.png" 44
    png "tray-$state.svg" "../tray/$state-64.png" 64
done
