#!/bin/bash
# bootstrap.sh FOLDER: makes FOLDER/root.tar, a Debian for arm64 with the packages of packages.txt, and in its /debs, not installed, the kernel, its
# headers and the source of the loopback camera. Takes some five minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
mkdir -p "$out"
packages=$(grep -v '^#' "$here/packages.txt" | paste -sd,)
trap 'rm -f "$out/root.part.tar"' EXIT
# Only extracted by mmdebstrap: it would run dpkg itself under emulation, which takes half an hour. install.sh unpacks with this machine's own.
mmdebstrap --architectures=arm64 --variant=extract --mode=root --aptopt='APT::Install-Recommends "false"' \
  --include='?narrow(?or(?essential,?priority(required)),?codename(^bookworm$),?architecture(arm64))' --include="apt,$packages" \
  --skip=essential/unlink \
  --extract-hook="$here/install.sh \"\$1\"" \
  bookworm "$out/root.part.tar"
mv "$out/root.part.tar" "$out/root.tar"
