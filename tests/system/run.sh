#!/usr/bin/env bash
# The system test: a Debian for arm64 in QEMU installs the package, and scenarios of long operation run on it, observed from outside. A second
# QEMU runs the firmware at the other end of a USB adapter. Ends with 'N passed, N failed'.
#
#   tests/system/run.sh [--short] [--only WORD,...] [--figures] [--keep] [--attach FOLDER]
#
# The first run makes an image of the guest, which takes some two minutes and is kept in ${XDG_CACHE_HOME:-~/.cache}/rnnpool-edge/system-test;
# a run of everything then takes a quarter of an hour on two quiet cores, the short one two minutes. Needs root for the image only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/setup.sh
require_packages qemu-system-arm qemu-utils mosquitto-clients ffmpeg python3 cmake make gcc-arm-none-eabi libnewlib-arm-none-eabi

# Its parts are named by what they are made of.
here=tests/system
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rnnpool-edge/system-test
hash_of() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16; }
base=$cache/base-$(hash_of $here/image/packages.txt $here/image/bootstrap.sh $here/image/install.sh)
image=$cache/image-$(hash_of $here/image $here/guest)
if [ "${1:-}" = --image ]; then echo "$image"; exit 0; fi

# The kernel starts programs for arm64 under qemu-user. Without systemd the packages do not register it.
enable_emulation() {
  local registered=/proc/sys/fs/binfmt_misc/qemu-aarch64
  [ -e $registered ] || mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || true
  [ -e $registered ] || update-binfmts --enable qemu-aarch64 || true
  grep -sqx enabled $registered || fail "This machine does not start programs for arm64, which making the guest needs." "Run as root: update-binfmts --enable qemu-aarch64"
}

if [ ! -f "$image/root.ext4" ]; then
  mkdir -p "$cache"
  require_packages mmdebstrap arch-test qemu-user-static binfmt-support e2fsprogs cpio kmod make gcc bc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
  if [ ! -f "$base/root.tar" ]; then
    enable_emulation
    echo "Making a Debian for arm64 (the log is $cache/base.log)."
    $here/image/bootstrap.sh "$base" >"$cache/base.log" 2>&1 || { tail -n 20 "$cache/base.log" >&2; fail "The guest's Debian could not be made."; }
  fi
  echo "Making the guest's image (the log is $cache/image.log)."
  $here/image/assemble.sh "$base" "$image" >"$cache/image.log" 2>&1 || { tail -n 20 "$cache/image.log" >&2; fail "The guest's image could not be made."; }
  # Images of older recipes.
  find "$cache" -mindepth 1 -maxdepth 1 -type d \( -name 'image-*' -o -name 'base-*' \) ! -path "$image" ! -path "$base" -exec rm -rf {} +
fi

# Uncompressed, because unpacking would take the guest a minute.
find_dotnet
DEB_COMPRESSION=none deploy/build-deb.sh arm64
package=$(ls -t artifacts/deb/rnnpool-edge_*_arm64.deb | head -n 1)
exec python3 $here/main.py --image "$image" --samples samples/demo --package "$package" --onnx "${package/rnnpool-edge_/rnnpool-edge-onnx_}" \
  --firmware artifacts/firmware-images "$@"
