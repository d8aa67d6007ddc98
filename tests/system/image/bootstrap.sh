#!/bin/bash
# bootstrap.sh FOLDER: makes FOLDER/root.tar, a Debian for arm64 with the packages of packages.txt, and FOLDER/debs with the kernel,
# its headers and the source of the loopback camera. Runs maintainer scripts under qemu-user; takes some five minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
mkdir -p "$out"
packages=$(grep -v '^#' "$here/packages.txt" | paste -sd,)
trap 'rm -f "$out/root.part.tar"' EXIT
mmdebstrap --architectures=arm64 --variant=minbase --mode=root --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --aptopt='APT::Install-Recommends "false"' \
  --customize-hook="$here/fetch-kernel.sh \"\$1\"" \
  --customize-hook="copy-out /debs $out" \
  --customize-hook='rm -rf "$1/debs" "$1/var/lib/apt/lists" "$1/var/cache/apt"' \
  bookworm "$out/root.part.tar"
mv "$out/root.part.tar" "$out/root.tar"
